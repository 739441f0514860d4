"""What the pipeline needs from the outside: a log, a store, a registry, a share of the work and
a clock.

Backends translate their driver's errors once, at the edge: `Conflict` for a lost race,
`TemporarilyUnavailable` for a service or disk that is not there now.
"""
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from broker.log.records import Lane, Logged, Record

Value = str | int | float | bytes | None
Row = tuple[Value, ...]
ColumnKind = Literal["text", "integer", "real", "bytes"]


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table: its columns in row order, its primary key, its indexed columns.

    Times are stored as whole milliseconds since 1970 (integer), documents as bytes.
    """

    name: str
    columns: tuple[tuple[str, ColumnKind], ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()


class Clock(Protocol):
    """The one source of the present."""

    def now(self) -> datetime:
        """The present, aware, in UTC, in whole milliseconds."""


class EventLog(Protocol):
    """Topics of partitions of records, in order."""

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; never changes."""

    def append(self, lane: Lane, records: Sequence[Record]) -> int:
        """Append in order, all or nothing; the position of the first. A returned append is kept
        through kill -9."""

    def read(self, lane: Lane, start: int, limit: int, end: int | None = None) -> list[Logged]:
        """Up to `limit` records from position `start` on, below position `end`, in order.

        No record becomes visible at a position lower than one already read. Positions may have
        gaps where a log forgets what was erased; nothing is given back only at the end."""

    def read_each(
        self, starts: Mapping[Lane, int], limit: int, ends: Mapping[Lane, int] | None = None,
    ) -> dict[Lane, list[Logged]]:
        """What `read` gives of each lane from its start on; lanes with nothing are left out.
        `ends` bounds the lanes it names."""

    def end(self, lane: Lane) -> int:
        """The position the next record will take."""

    def ends(self, lanes: Iterable[Lane]) -> dict[Lane, int]:
        """What `end` says of each lane."""

    def position_at(self, lane: Lane, moment: datetime) -> int:
        """The first position whose timestamp is at or after `moment`; `end` if there is none."""

    def erase(self, lane: Lane, keys: Sequence[bytes]) -> int:
        """Remove the values of records with these keys for good; how many were removed.

        A log that compacts removes them when it next does: `settle` helps it along."""

    def settle(self, lanes: Iterable[Lane]) -> frozenset[Lane]:
        """Help the log forget what was erased from these lanes; those where it can still be read.
        To be called again, a while later, for what is left."""


class Assignment(Protocol):
    """The share of the work that this worker has: nobody's progress rests on it, only how the
    work is divided."""

    def lanes(self) -> frozenset[Lane]:
        """The lanes to read now. Asked at every turn: a worker that stops asking is taken for
        gone, and its share given to others."""

    def close(self) -> None:
        """Give the share back."""


class Reading(Protocol):
    """A consistent view of the store."""

    def get(self, table: Table, keys: Iterable[Row]) -> list[Row]:
        """The rows with these primary keys, in no particular order; missing keys are left out."""

    def find(self, table: Table, column: str, values: Iterable[Value]) -> list[Row]:
        """The rows whose `column` (the first of the key or of an index) is one of `values`;
        None is no value: it finds nothing."""

    def scan(
        self, table: Table, column: str, *, after: Value = None, upto: Value = None,
        limit: int | None = None, descending: bool = False,
    ) -> list[Row]:
        """Rows in order of `column` (first of the key or of an index), `after` < column <= `upto`;
        ties in order of the primary key; `descending` is the exact reverse. Rows whose column is
        None have no place in the order and are left out."""

    def count(self, table: Table) -> int:
        """How many rows the table has."""


class Unit(Reading, Protocol):
    """One transaction: everything in it happens, or nothing.

    After a `Conflict` it is lost, also where the exception is caught inside it.
    """

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows; `Conflict` if a primary key is taken."""

    def insert_new(self, table: Table, rows: Sequence[Row]) -> list[bool]:
        """Add the rows whose primary key is not taken; for each row, whether it was added.

        Of two rows with one key in the call, the first is added."""

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add or replace rows by primary key."""

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Remove rows by primary key; how many there were."""

    def swap(self, table: Table, old: Row | None, new: Row) -> None:
        """Replace exactly `old` (or add `new` where `old` is None); `Conflict` on a miss."""

    def send(self, lane: Lane, records: Sequence[Record]) -> None:
        """Append to the log as part of this transaction (through the outbox where the log is
        another system); order within a lane is the order of sending."""


class Store(Protocol):
    """The shared state of a partnership.

    A thread has one transaction open at a time: read through the unit, not beside it.
    """

    def begin(self) -> AbstractContextManager[Unit]:
        """A serialisable writing transaction: commits on leaving, rolls back on an exception."""

    def view(self) -> AbstractContextManager[Reading]:
        """A reading transaction."""

    def waiting(self) -> Sequence[Lane]:
        """The lanes for which records were sent that are not in the log yet (none where the log
        is the store's own)."""

    def relaying(self, lane: Lane, limit: int) -> AbstractContextManager[Sequence[Record]]:
        """Up to `limit` of the lane's waiting records, the oldest first, to one caller at a time
        over all processes; forgotten on leaving, kept if an exception leaves with it.

        No transaction of the same thread may be open."""

    def scrub(self) -> None:
        """After an erasure: leave nothing of what was deleted in the store's own files."""


class Registry(Protocol):
    """Schemas by id and by record name."""

    def register(self, name: str, schema: str) -> int:
        """The id of this schema under this record name, after a FULL_TRANSITIVE check against
        every earlier version; `ConfigError` names the first incompatibility."""

    def schema(self, schema_id: int) -> str | None:
        """The schema's JSON text, or None if the id was never given out."""

    def latest(self, name: str) -> tuple[int, str] | None:
        """(id, JSON text) of the newest version under a record name."""

    def versions(self, name: str) -> list[int]:
        """All ids registered under a record name, oldest first."""
