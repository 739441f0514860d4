"""Relay: what was sent in a transaction is appended to the log, unchanged, one lane at a time."""
from broker.ports import EventLog, Store

RECORDS_PER_TURN = 5000


def relay(store: Store, log: EventLog) -> int:
    """Move what waits in the outbox; how many records.

    Killed between the append and the forgetting, a record is appended twice with the same bytes
    and the same key, and whoever reads it takes it once.
    """
    moved = 0
    while waiting := store.outbox(RECORDS_PER_TURN):
        for lane, entries in waiting.items():
            log.append(lane, [record for _, record in entries])
            store.relayed(lane, entries[-1][0])
            moved += len(entries)
    return moved
