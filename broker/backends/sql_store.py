"""The store as SQL tables: rows in and out as plain tuples, in batches."""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from broker.backends.sql_log import (
    Cursor,
    Database,
    append_within,
    log_texts_of,
    outbox_record,
    outbox_rows,
)
from broker.backends.sql_tables import TableSql, TextsByTable, lists_of
from broker.errors import Conflict
from broker.log.records import Lane, Record
from broker.ports import Reading, Row, Table, Unit, Value


class SqlView:
    """What a reading transaction may ask."""

    def __init__(self, cursor: Cursor, tables: TextsByTable):
        self._cursor = cursor
        self._tables = tables

    def _rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchall()

    def get(self, table: Table, keys: Iterable[Row]) -> list[Row]:
        """The rows with these primary keys, in no particular order."""
        sql = self._tables[table]
        found: list[Row] = []
        for part in lists_of(sql.shape.kept(keys)):
            found += self._rows(sql.get(len(part)), [value for key in part for value in key])
        return found

    def find(self, table: Table, column: str, values: Iterable[Value]) -> list[Row]:
        """The rows whose `column` is one of `values`."""
        sql = self._tables[table]
        wanted = [value for value in dict.fromkeys(values) if value is not None]
        found: list[Row] = []
        for part in lists_of(wanted):
            found += self._rows(sql.find(column, len(part)), part)
        return found

    def scan(
        self, table: Table, column: str, *, after: Value = None, upto: Value = None,
        limit: int | None = None, descending: bool = False,
    ) -> list[Row]:
        """Rows in order of `column`, `after` < column <= `upto`; ties in order of the key."""
        text = self._tables[table].scan(
            column, after=after is not None, upto=upto is not None, limited=limit is not None,
            descending=descending)
        bounds = [bound for bound in (after, upto) if bound is not None]
        return self._rows(text, bounds if limit is None else [*bounds, limit, 0])

    def count(self, table: Table) -> int:
        """How many rows the table has."""
        number = self._rows(self._tables[table].count)[0][0]
        assert isinstance(number, int)
        return number


class SqlUnit(SqlView):
    """One writing transaction; what is sent waits until it is about to commit."""

    def __init__(self, database: Database, cursor: Cursor, tables: TextsByTable):
        super().__init__(cursor, tables)
        self._database = database
        self.sent: dict[Lane, list[Record]] = {}
        self.lost: Conflict | None = None

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows; `Conflict` if a primary key is taken."""
        sql = self._tables[table]
        sql.shape.checked(rows)
        try:
            with self._database.translating():
                self._cursor.executemany(sql.insert, rows)
        except Conflict:
            self.lost = Conflict(f"a key of {table.name} is taken: reload and try again")
            raise self.lost from None

    def insert_new(self, table: Table, rows: Sequence[Row]) -> list[bool]:
        """Add the rows whose primary key is not taken; for each row, whether it was added."""
        sql = self._tables[table]
        sql.shape.checked(rows)
        if self._all_new(sql, rows):
            return [True] * len(rows)
        keys = [sql.shape.key_of(row) for row in rows]
        # Asking first costs little more than it warms: the same pages are then written.
        taken: set[Row] = set()
        for part in lists_of(sql.shape.kept(keys)):
            taken.update(self._rows(sql.taken(len(part)),
                                    [value for key in part for value in key]))
        added, new = [], []
        for key, row in zip(keys, rows, strict=True):
            added.append(key not in taken)
            if key not in taken:
                taken.add(key)
                new.append(row)
        if new:
            self._cursor.executemany(sql.insert, new)
        return added

    def _all_new(self, sql: TableSql, rows: Sequence[Row]) -> bool:
        """Add the rows if no key of theirs is taken, as is nearly always so; else add none."""
        self._cursor.execute("SAVEPOINT all_new")
        try:
            with self._database.translating():
                self._cursor.executemany(sql.insert, rows)
        except Conflict:
            self._cursor.execute("ROLLBACK TO SAVEPOINT all_new")
            added = False
        else:
            added = True
        self._cursor.execute("RELEASE SAVEPOINT all_new")
        return added

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add or replace rows by primary key."""
        sql = self._tables[table]
        sql.shape.checked(rows)
        if rows:
            self._cursor.executemany(sql.put, rows)

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Remove rows by primary key; how many there were."""
        sql = self._tables[table]
        gone = sql.shape.kept(keys)
        if not gone:
            return 0
        self._cursor.executemany(sql.remove, gone)
        return self._cursor.rowcount

    def swap(self, table: Table, old: Row | None, new: Row) -> None:
        """Replace exactly `old` (or add `new` where `old` is None); `Conflict` on a miss."""
        sql = self._tables[table]
        sql.shape.checked((new,))
        key = sql.shape.key_of(new)
        assert old is None or sql.shape.key_of(old) == key, "a swap keeps the primary key"
        held = self._rows(sql.get(1), key)
        if held != ([] if old is None else [old]):
            self.lost = Conflict(f"a row of {table.name} has changed: reload and try again")
            raise self.lost
        self._cursor.execute(sql.insert if old is None else sql.put, new)

    def send(self, lane: Lane, records: Sequence[Record]) -> None:
        """Append to the log as part of this transaction; order is the order of sending."""
        self.sent.setdefault(lane, []).extend(records)


class SqlStore:
    """The shared state of a partnership, in tables of one database.

    `shared_log` says that the log is in the same database: what is sent is then appended within
    the transaction itself. Otherwise it waits in the outbox to be relayed.
    """

    def __init__(self, database: Database, tables: Sequence[Table], *, shared_log: bool):
        self._database = database
        self._shared_log = shared_log
        self._log = log_texts_of(database.dialect)
        self._tables = TextsByTable(tables, database.dialect)

    def _unit(self, cursor: Cursor) -> SqlUnit:
        return SqlUnit(self._database, cursor, self._tables)

    def _view(self, cursor: Cursor) -> SqlView:
        return SqlView(cursor, self._tables)

    def _post(self, cursor: Cursor, sent: Mapping[Lane, Sequence[Record]]) -> None:
        cursor.executemany(self._log.post, list(outbox_rows(sent)))

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        """A serialisable writing transaction: commits on leaving, rolls back on an exception."""
        with self._database.writing() as cursor:
            unit = self._unit(cursor)
            yield unit
            if unit.lost:
                raise unit.lost
            if unit.sent and self._shared_log:
                append_within(self._log, cursor, unit.sent)
            elif unit.sent:
                self._post(cursor, unit.sent)

    @contextmanager
    def view(self) -> Iterator[Reading]:
        """A reading transaction."""
        with self._database.reading() as cursor:
            yield self._view(cursor)

    def waiting(self) -> Sequence[Lane]:
        """The lanes for which records were sent that are not in the log yet."""
        if self._shared_log:
            return ()
        with self._database.reading() as cursor:
            cursor.execute(self._log.lanes_waiting)
            return [Lane(topic, part) for topic, part in cursor.fetchall()]

    @contextmanager
    def relaying(self, lane: Lane, limit: int) -> Iterator[Sequence[Record]]:
        """Up to `limit` of the lane's waiting records, to one caller at a time over all
        processes; forgotten on leaving, kept if an exception leaves with it."""
        with self._database.relaying(lane) as cursor:
            cursor.execute(self._log.waiting, (*lane, limit, 0))
            rows = cursor.fetchall()
            yield [outbox_record(row) for row in rows]
            if rows:
                cursor.execute(self._log.forget, (rows[-1][0], *lane))

    def scrub(self) -> None:
        """After an erasure: leave nothing of what was deleted in the store's own files."""
        self._database.scrub()
