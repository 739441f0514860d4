"""Relay: what was sent in a transaction is appended to the log, unchanged, one lane at a time."""
from broker.ports import EventLog, Store

RECORDS_PER_TURN = 5000


def relay(store: Store, log: EventLog) -> int:
    """Move what waits in the outbox; how many records.

    Killed between the append and the forgetting, a record is appended twice with the same bytes
    and the same key, and whoever reads it takes it once. One relay at a time has a lane, so that
    an older record is never appended behind a newer one.
    """
    moved = 0
    for lane in store.waiting():
        while True:
            with store.relaying(lane, RECORDS_PER_TURN) as records:
                if records:
                    log.append(lane, records)
            moved += len(records)
            if len(records) < RECORDS_PER_TURN:
                break
    return moved
