"""Message headers: CloudEvents in binary mode, and the trace a statement belongs to.

Headers can be read by people who may not read the body (they show in every tool that lists a
topic), so they name the record's type, its agency and its time, and never its subject.
"""
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from broker.event.envelope import Statement
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
def _type_and_source(name: str, agency: str, system: str) -> tuple[bytes, bytes]:
    """What most statements of one feed have in common."""
    return f"{NAMESPACE}.{name}".encode(), f"/{agency}/{system}".encode()


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
    kind, source = _type_and_source(
        statement.type_name, statement.agency, statement.system.value)
    return (
        SPECVERSION,
        ("ce_id", str(number).encode()),
        ("ce_type", kind),
        ("ce_source", source),
        ("ce_time", f"{written_at.isoformat(timespec='milliseconds')[:-6]}Z".encode()),
        ("traceparent", (traceparent or traceparent_of(number)).encode()),
    )
