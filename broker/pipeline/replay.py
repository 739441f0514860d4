"""Replay: any topic between two times, for an analyst who says who and why."""
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from broker.audit.chain import Draft
from broker.errors import ConfigError, RecordRejected
from broker.log import topics
from broker.log.records import Lane, Logged
from broker.pipeline.auditing import record_audit, salt_of
from broker.pipeline.suppressed import suppressed_in
from broker.policy.agreements import InForce
from broker.policy.pseudonyms import pseudonymous
from broker.ports import EventLog, Store
from broker.vocabulary.words import AuditAction, Stream
from broker.wire.codec import Codec

PAGE = 1000


def plain(value: Any) -> Any:
    """A record as plain JSON values: times in ISO 8601, bytes as hexadecimal digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def streams_of(topic: str) -> tuple[Stream, ...]:
    """The streams whose statements a topic may hold."""
    for stream in Stream:
        if topic == topics.shared(stream):
            return (stream,)
    return tuple(Stream)


def replay(
    store: Store, log: EventLog, codec: Codec, allowed: InForce, topic: str, start: datetime,
    end: datetime, actor: str, purpose: str, now: datetime,
) -> Iterator[dict[str, Any]]:
    """The topic's records with start <= time < end, in order of time, one dictionary each.

    Pseudonymous unless an agreement of the analyst's agency says identifiable; audited as a
    consultation before the first record is given out. `actor` is `AGENCY:NAME`.
    """
    agency, _, name = actor.partition(":")
    if not agency or not name:
        raise ConfigError("--actor must be AGENCY:NAME, as in council:j.smith.")
    if not purpose.strip():
        raise ConfigError("--purpose must say why the topic is read.")
    if end < start:
        raise ConfigError("--to lies before --from: swap them.")
    if not allowed.may_analyse(agency, topics.owner_of(topic), streams_of(topic)):
        raise ConfigError(f"No sharing agreement lets {agency} read {topic}: ask for another "
                          "topic, or agree on it first.")
    identifiable = allowed.may_identify(agency, streams_of(topic))
    with store.begin() as unit:
        salt = salt_of(unit)
        record_audit(unit, codec, [Draft(
            action=AuditAction.CONSULTATION, actor=actor, recipient=agency, subject_digest=None,
            why=purpose, at=now,
            detail=f"replay of {topic} from {start.isoformat()} to {end.isoformat()}, "
                   f"{'identifiable' if identifiable else 'pseudonymous'}")])
    logged = [each for partition in range(log.partitions(topic))
              for each in _between(log, Lane(topic, partition), start, end)]
    logged.sort(key=lambda each: (each.record.timestamp, each.lane.partition, each.position))
    with store.view() as view:
        erased = suppressed_in(view, [each.record.key for each in logged])
    for each in logged:
        if each.record.key in erased:  # the log has not forgotten it yet
            each = each._replace(record=each.record._replace(value=None))
        yield _row(codec, each, salt, identifiable=identifiable)


def _between(log: EventLog, lane: Lane, start: datetime, end: datetime) -> Iterator[Logged]:
    position, stop = log.position_at(lane, start), log.end(lane)
    while position < stop:
        page = log.read(lane, position, PAGE, stop)
        if not page:
            return
        for each in page:
            if start <= each.record.timestamp < end:
                yield each
        position = page[-1].position + 1


def _row(codec: Codec, logged: Logged, salt: bytes, *, identifiable: bool) -> dict[str, Any]:
    place = {
        "topic": logged.lane.topic, "partition": logged.lane.partition,
        "position": logged.position, "received_at": logged.record.timestamp.isoformat(),
    }
    if logged.record.value is None:
        return {**place, "type": "erased"}
    try:
        what = codec.decode(logged.record.value)
    except RecordRejected as why:
        return {**place, "type": "unreadable", "reason": why.reason}
    said = plain(what)
    if not identifiable:
        said = pseudonymous(said, salt)


    return {**place, "type": type(what).__name__, **said}
