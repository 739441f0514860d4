"""Relay: what was sent in a transaction is appended to the log, unchanged, one lane at a time."""
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from broker.errors import ConcordError, ConfigError, TemporarilyUnavailable
from broker.event import own
from broker.event.digest import derived_id
from broker.event.envelope import Statement
from broker.log import topics
from broker.log.records import Lane, Record
from broker.log.refusal import Refused
from broker.pipeline.reaches import note_untaken
from broker.pipeline.rejects import store_reject
from broker.pipeline.tables import ACCEPTED
from broker.ports import EventLog, Store
from broker.wire.codec import Codec

RECORDS_PER_TURN = 5000
RAW_BYTES_KEPT = 64 * 1024
CONCORD = "concord"


def relay(store: Store, log: EventLog, codec: Codec, now: datetime) -> int:
    """Move what waits in the outbox; how many records.

    Killed between the append and the forgetting, a record is appended twice with the same bytes
    and the same key, and whoever reads it takes it once. One relay at a time has a lane, so that
    an older record is not appended behind a newer one; a copy may be, where the store goes away
    while the log is slow. What the log will never take is stored as a reject, and the rest goes
    on. A lane that cannot be appended to keeps no other waiting: its error is raised at the end.
    """
    moved = 0
    failed: ConcordError | None = None
    for lane in store.waiting():
        try:
            moved += _move(store, log, codec, lane, now)
        except (TemporarilyUnavailable, ConfigError) as why:
            failed = failed or why
    if failed is not None:
        raise failed
    return moved


def _move(store: Store, log: EventLog, codec: Codec, lane: Lane, now: datetime) -> int:
    moved = 0
    refused: list[Record] = []
    while True:
        try:
            with store.relaying(lane, RECORDS_PER_TURN) as records:
                taken = [each for each in records if each not in refused]
                if taken:
                    log.append(lane, taken)
        except Refused as why:
            # They wait until their reject is kept; those already in are appended once more.
            refused += [taken[place] for place in why.places]
            _put_aside(store, codec, lane, refused, why.reason, now)
            continue
        moved += len(records)
        if len(records) < RECORDS_PER_TURN:
            return moved


def _put_aside(store: Store, codec: Codec, lane: Lane, refused: Sequence[Record], reason: str,
               now: datetime) -> None:
    # Read before: the registry may have to be asked for a schema.
    read = [codec.decode(each.value) if lane.topic in topics.SHARED and each.value else None
            for each in refused]
    with store.begin() as unit:
        for record, said in zip(refused, read, strict=True):
            raw = record.value or b""
            agency = topics.owner_of(lane.topic) or CONCORD
            if isinstance(said, Statement):
                # It was accepted and cannot be: sent again it counts, until then it is unread.
                agency = said.agency
                unit.delete(ACCEPTED, [(record.key,)])
                note_untaken(unit, agency, [said.type_name], now)
            store_reject(unit, codec, own.RecordRejected(
                reject_id=derived_id("refused", lane.topic, str(lane.partition),
                                     record.key.hex()),
                agency=agency, reason=reason, topic=lane.topic,
                partition=lane.partition, size=len(raw), sha256=sha256(raw).hexdigest(),
                raw=raw if len(raw) <= topics.INBOX_BYTES_MAX else raw[:RAW_BYTES_KEPT],
                rejected_at=now))
