"""What is appended to a log and what is read back."""
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Lane(NamedTuple):
    """One partition of one topic: the unit of order."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Record:
    """Something to append. `value` None is a tombstone. `timestamp` is `received_at` on shared
    topics, and the time of writing elsewhere; always aware, whole milliseconds."""

    key: bytes
    value: bytes | None
    timestamp: datetime
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Logged:
    """A record at its place. `position` counts from 0 within the lane and never goes back."""

    lane: Lane
    position: int
    record: Record = field(repr=False)
