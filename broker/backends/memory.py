"""The log and the store in memory: for rehearsals, demonstrations and tests.

Nothing survives the process; everything else is as the ports promise.
"""
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from threading import Lock, get_ident

from broker.backends.declared import shape_of
from broker.backends.each_lane import read_one_by_one
from broker.backends.partitions import PARTITIONS, partitions_of
from broker.backends.rows import Rows
from broker.errors import Conflict
from broker.log.records import Lane, Logged, Record
from broker.ports import Reading, Row, Table, Unit, Value

# What a change overwrote, newest last: table, key, the row before (None: there was none).
_Undo = list[tuple[Rows, Row, Row | None]]


class MemoryLog:
    """Topics of partitions of records, as lists."""

    def __init__(self, partitions: int = PARTITIONS):
        assert partitions > 0, "a topic has at least one partition"
        self._partitions = partitions
        self._lock = Lock()
        self._lanes: dict[Lane, list[Logged]] = {}
        self._latest: dict[Lane, list[datetime]] = {}

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; never changes."""
        return partitions_of(topic, self._partitions)

    def append(self, lane: Lane, records: Sequence[Record]) -> int:
        """Append in order, all or nothing; the position of the first."""
        assert 0 <= lane.partition < self.partitions(lane.topic), f"no such partition: {lane}"
        assert all(each.timestamp.tzinfo is not None for each in records)
        with self._lock:
            logged = self._lanes.setdefault(lane, [])
            latest = self._latest.setdefault(lane, [])
            first = len(logged)
            for position, record in enumerate(records, first):
                logged.append(Logged(lane, position, record))
                high = latest[-1] if latest else record.timestamp
                latest.append(max(high, record.timestamp))
            return first

    def read(self, lane: Lane, start: int, limit: int, end: int | None = None) -> list[Logged]:
        """Up to `limit` records from position `start` on, below position `end`, in order."""
        assert start >= 0, "positions count from 0"
        assert limit >= 0, "a limit is a number of records"
        upto = start + limit if end is None else min(end, start + limit)
        with self._lock:
            return self._lanes.get(lane, [])[start:max(start, upto)]

    def read_each(
        self, starts: Mapping[Lane, int], limit: int, ends: Mapping[Lane, int] | None = None,
    ) -> dict[Lane, list[Logged]]:
        """What `read` gives of each lane from its start on; lanes with nothing are left out."""
        return read_one_by_one(self, starts, limit, ends)

    def end(self, lane: Lane) -> int:
        """The position the next record will take."""
        return len(self._lanes.get(lane, ()))

    def ends(self, lanes: Iterable[Lane]) -> dict[Lane, int]:
        """What `end` says of each lane."""
        return {lane: self.end(lane) for lane in lanes}

    def position_at(self, lane: Lane, moment: datetime) -> int:
        """The first position whose timestamp is at or after `moment`; `end` if there is none."""
        with self._lock:
            return bisect_left(self._latest.get(lane, []), moment)

    def erase(self, lane: Lane, keys: Sequence[bytes]) -> int:
        """Remove the values of records with these keys for good; how many were removed."""
        gone = frozenset(keys)
        erased = 0
        with self._lock:
            logged = self._lanes.get(lane, [])
            for position, each in enumerate(logged):
                record = each.record
                if record.key in gone and record.value is not None:
                    bare = Record(record.key, None, record.timestamp, ())
                    logged[position] = Logged(lane, position, bare)
                    erased += 1
        return erased

    def settle(self, _lanes: Iterable[Lane]) -> frozenset[Lane]:
        """Nothing erased can still be read."""
        return frozenset()


class _MemoryView:
    """What a reader may ask; the store's lock is held while it is open."""

    def __init__(self, tables: dict[str, Rows]):
        self._tables = tables

    def _rows(self, table: Table) -> Rows:
        rows = self._tables.get(table.name)
        if rows is None:
            rows = self._tables[table.name] = Rows(shape_of(table))
        assert rows.shape is shape_of(table), f"two declarations of {table.name}"
        return rows

    def get(self, table: Table, keys: Iterable[Row]) -> list[Row]:
        """The rows with these primary keys, in no particular order."""
        rows = self._rows(table)
        by_key = rows.by_key
        return [by_key[key] for key in rows.shape.kept(keys) if key in by_key]

    def find(self, table: Table, column: str, values: Iterable[Value]) -> list[Row]:
        """The rows whose `column` is one of `values`."""
        rows = self._rows(table)
        return [row for value in dict.fromkeys(values) for row in rows.with_value(column, value)]

    def scan(
        self, table: Table, column: str, *, after: Value = None, upto: Value = None,
        limit: int | None = None, descending: bool = False,
    ) -> list[Row]:
        """Rows in order of `column`, `after` < column <= `upto`; ties in order of the key."""
        return list(islice(self._rows(table).in_order(column, after, upto, descending), limit))

    def count(self, table: Table) -> int:
        """How many rows the table has."""
        return len(self._rows(table).by_key)


class _MemoryUnit(_MemoryView):
    """One transaction: every change notes what it overwrote, so that it can be undone."""

    def __init__(self, tables: dict[str, Rows]):
        super().__init__(tables)
        self._undo: _Undo = []
        self.sent: list[tuple[Lane, Record]] = []
        self.lost: Conflict | None = None

    def _change(self, rows: Rows, key: Row, new: Row | None) -> None:
        self._undo.append((rows, key, rows.change(key, new)))

    def undo(self) -> None:
        """Put everything back, the newest change first."""
        for rows, key, old in reversed(self._undo):
            rows.change(key, old)

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows; `Conflict` if a primary key is taken."""
        if not all(self.insert_new(table, rows)):
            self.lost = Conflict(f"a key of {table.name} is taken: reload and try again")
            raise self.lost

    def insert_new(self, table: Table, rows: Sequence[Row]) -> list[bool]:
        """Add the rows whose primary key is not taken; for each row, whether it was added."""
        held = self._rows(table)
        held.shape.checked(rows)
        added = []
        for row in rows:
            key = held.shape.key_of(row)
            new = key not in held.by_key
            if new:
                self._change(held, key, row)
            added.append(new)
        return added

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add or replace rows by primary key."""
        held = self._rows(table)
        held.shape.checked(rows)
        for row in rows:
            self._change(held, held.shape.key_of(row), row)

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Remove rows by primary key; how many there were."""
        held = self._rows(table)
        there = [key for key in held.shape.kept(keys) if key in held.by_key]
        for key in there:
            self._change(held, key, None)
        return len(there)

    def swap(self, table: Table, old: Row | None, new: Row) -> None:
        """Replace exactly `old` (or add `new` where `old` is None); `Conflict` on a miss."""
        held = self._rows(table)
        held.shape.checked((new,))
        key = held.shape.key_of(new)
        assert old is None or held.shape.key_of(old) == key, "a swap keeps the primary key"
        if held.by_key.get(key) != old:
            self.lost = Conflict(f"a row of {table.name} has changed: reload and try again")
            raise self.lost
        self._change(held, key, new)

    def send(self, lane: Lane, records: Sequence[Record]) -> None:
        """Into the outbox with this transaction; order within a lane is the order of sending."""
        self.sent.extend((lane, record) for record in records)


class MemoryStore:
    """Tables as dicts, one transaction at a time; what is sent waits in an outbox."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._holder: int | None = None
        self._tables: dict[str, Rows] = {}
        self._outbox: dict[Lane, list[Record]] = {}
        self._relay = Lock()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # A second transaction of one thread would wait for itself for ever.
        assert self._holder != get_ident(), "one transaction at a time"
        with self._lock:
            self._holder = get_ident()
            try:
                yield
            finally:
                self._holder = None

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        """A serialisable writing transaction: commits on leaving, rolls back on an exception."""
        with self._alone():
            unit = _MemoryUnit(self._tables)
            try:
                yield unit
                if unit.lost:
                    raise unit.lost
            except BaseException:
                unit.undo()
                raise
            for lane, record in unit.sent:
                self._outbox.setdefault(lane, []).append(record)

    @contextmanager
    def view(self) -> Iterator[Reading]:
        """A reading transaction."""
        with self._alone():
            yield _MemoryView(self._tables)

    def waiting(self) -> Sequence[Lane]:
        """The lanes for which records were sent that are not in the log yet."""
        with self._alone():
            return sorted(self._outbox)

    @contextmanager
    def relaying(self, lane: Lane, limit: int) -> Iterator[Sequence[Record]]:
        """Up to `limit` of the lane's waiting records, to one caller at a time; forgotten on
        leaving, kept if an exception leaves with it."""
        with self._relay:
            with self._alone():
                records = self._outbox.get(lane, [])[:limit]
            yield records
            with self._alone():
                del self._outbox.get(lane, [])[:len(records)]
                if not self._outbox.get(lane):
                    self._outbox.pop(lane, None)

    def scrub(self) -> None:
        """Nothing deleted is left anywhere in memory that a reader could reach."""
