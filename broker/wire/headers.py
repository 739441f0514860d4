"""Message headers: CloudEvents in binary mode, and the trace a statement belongs to.

Headers can be read by people who may not read the body (they show in every tool that lists a
topic), so they name the record's type, its agency and its time, and never its subject.
"""
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from broker.event.catalogue import OwnRecord
from broker.event.envelope import Statement
from broker.event.finding import FindingChanged, NoticeAnswered, NoticeIssued
from broker.event.own import AuditEntry, Heartbeat, PeopleChanged, RecordRejected
from broker.wire.schemas import NAMESPACE

Headers = tuple[tuple[str, bytes], ...]
SPECVERSION = ("ce_specversion", b"1.0")
_ONE = f"{1:016x}"


def traceparent_of(event_id: UUID) -> str:
    """A W3C trace context derived from the event id, so that a repeat is in the same trace.

    An id of version 5 is never zero where the standard forbids it; others may be, and get a one.
    """
    digits = f"{event_id.int or 1:032x}"
    first = digits[:16] if event_id.int >> 64 else _ONE
    return f"00-{digits}-{first}-01"


@lru_cache(1024)
def _type_and_source(name: str, source: str) -> tuple[bytes, bytes]:
    """What most records of one feed have in common."""
    return f"{NAMESPACE}.{name}".encode(), source.encode()


@lru_cache(1024)
def _time_of(written_at: datetime) -> bytes:
    """RFC 3339; the rows of an extract often share one."""
    return f"{written_at.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z".encode()


def _written_at(record: OwnRecord) -> datetime:
    """When a record of ours was made: each type names that time for what was done."""
    match record:
        case PeopleChanged() | FindingChanged():
            return record.changed_at
        case NoticeIssued():
            return record.issued_at
        case NoticeAnswered():
            return record.answered_at
        case RecordRejected():
            return record.rejected_at
        case AuditEntry():
            return record.at
        case Heartbeat():
            return record.beat_at
        case _:
            return record.made_at


def headers_of(
    record: Statement | OwnRecord, *, event_id: UUID | None = None,
    recorded_at: datetime | None = None, traceparent: str | None = None,
) -> Headers:
    """The headers of a record; `event_id` and `recorded_at` stand in for a statement's own.

    `ce_time` is when the record was written down, RFC 3339 in UTC, to the millisecond;
    `ce_source` is `/` and the agency's code and system, and `/concord` for our own records,
    whose `ce_id` is their key.
    """
    number: UUID | int
    if isinstance(record, Statement):
        number = event_id or record.event_id
        written_at = recorded_at or record.recorded_at
        source = f"/{record.agency}/{record.system}"
    else:
        number = getattr(record, record.key)
        written_at, source = _written_at(record), "/concord"
    kind, source_bytes = _type_and_source(type(record).__name__, source)
    trace = traceparent or traceparent_of(
        number if isinstance(number, UUID) else UUID(int=number))
    return (
        SPECVERSION,
        ("ce_id", str(number).encode()),
        ("ce_type", kind),
        ("ce_source", source_bytes),
        ("ce_time", _time_of(written_at)),
        ("traceparent", trace.encode()),
    )
