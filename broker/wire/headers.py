"""Message headers: CloudEvents in binary mode, and the trace a statement belongs to.

Headers can be read by people who may not read the body (they show in every tool that lists a
topic), so they name the record's type, its agency and its time, and never its subject.
"""
from datetime import UTC, datetime
from uuid import UUID

from broker.event.envelope import Statement
from broker.wire.schemas import NAMESPACE

Headers = tuple[tuple[str, bytes], ...]
SPECVERSION = ("ce_specversion", b"1.0")


def traceparent_of(event_id: UUID) -> str:
    """A W3C trace context derived from the event id, so that a repeat is in the same trace."""
    digits = event_id.hex
    assert int(digits[:16], 16), "an event id of version 5 has a first half"
    return f"00-{digits}-{digits[:16]}-01"


def headers_of(
    statement: Statement, *, event_id: UUID | None = None, recorded_at: datetime | None = None,
    traceparent: str | None = None,
) -> Headers:
    """The headers of a statement; `event_id` and `recorded_at` stand in for its own.

    `ce_time` is when the agency wrote the record down, RFC 3339 in UTC, to the millisecond;
    `ce_source` is `/` and the agency's code and system.
    """
    number = event_id or statement.event_id
    written_at = (recorded_at or statement.recorded_at).astimezone(UTC)
    return (
        SPECVERSION,
        ("ce_id", str(number).encode()),
        ("ce_type", f"{NAMESPACE}.{type(statement).__name__}".encode()),
        ("ce_source", f"/{statement.agency}/{statement.system.value}".encode()),
        ("ce_time", f"{written_at.isoformat(timespec='milliseconds')[:-6]}Z".encode()),
        ("traceparent", (traceparent or traceparent_of(number)).encode()),
    )
