"""What is appended to a log and what is read back.

Named tuples, because each statement becomes half a dozen of them on its way.
"""
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

Headers = Sequence[tuple[str, bytes]]


class Lane(NamedTuple):
    """One partition of one topic: the unit of order."""

    topic: str
    partition: int


class Record(NamedTuple):
    """Something to append. `value` None is a tombstone. `timestamp` is `received_at` on shared
    topics, and the time of writing elsewhere; always aware, whole milliseconds."""

    key: bytes
    value: bytes | None
    timestamp: datetime
    headers: Headers = ()


class Logged(NamedTuple):
    """A record at its place. `position` counts from 0 within the lane and never goes back."""

    lane: Lane
    position: int
    record: Record

    def __repr__(self) -> str:
        """Where it is, and not what it says."""
        return f"Logged(lane={self.lane!r}, position={self.position})"
