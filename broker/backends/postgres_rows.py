"""What a transaction on PostgreSQL reads and writes: whole batches, as one array a column."""
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg

from broker.backends.postgres_tables import OUTBOX_KINDS, ArrayTexts, OutboxSql
from broker.backends.postgres_values import ARRAYS, arrays_of, fetched
from broker.backends.sql_log import Database, outbox_rows
from broker.backends.sql_store import SqlUnit, SqlView
from broker.backends.sql_tables import TextsByTable
from broker.errors import Conflict
from broker.log.records import Lane, Record
from broker.ports import Row, Table, Value

PostgresCursor = psycopg.Cursor[Any]


class PostgresView(SqlView):
    """What a reading transaction may ask."""

    _cursor: PostgresCursor

    def __init__(self, cursor: PostgresCursor, tables: TextsByTable, arrays: ArrayTexts):
        super().__init__(cursor, tables)
        self._arrays = arrays

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        self._cursor.execute(sql, parameters)
        return fetched(self._cursor)

    def get(self, table: Table, keys: Iterable[Row]) -> list[Row]:
        """The rows with these primary keys, in no particular order."""
        sql = self._arrays[table]
        wanted = sql.shape.kept(keys)
        return self._rows(sql.get, arrays_of(sql.key_kinds, wanted)) if wanted else []

    def find(self, table: Table, column: str, values: Iterable[Value]) -> list[Row]:
        """The rows whose `column` is one of `values`."""
        kind, text = self._arrays[table].find(column)
        wanted = [value for value in dict.fromkeys(values) if value is not None]
        return self._rows(text, (ARRAYS[kind](wanted),)) if wanted else []


class PostgresUnit(PostgresView, SqlUnit):
    """One writing transaction; what is sent waits until it is about to commit."""

    def __init__(
        self, database: Database, cursor: PostgresCursor, tables: TextsByTable,
        arrays: ArrayTexts,
    ):
        SqlUnit.__init__(self, database, cursor, tables)
        self._arrays = arrays

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows; `Conflict` if a primary key is taken."""
        if not all(self.insert_new(table, rows)):
            self.lost = Conflict(f"a key of {table.name} is taken: reload and try again")
            raise self.lost

    def insert_new(self, table: Table, rows: Sequence[Row]) -> list[bool]:
        """Add the rows whose primary key is not taken; for each row, whether it was added."""
        sql = self._arrays[table]
        sql.shape.checked(rows)
        if not rows:
            return []
        new = self._rows(sql.add, arrays_of(sql.kinds, rows))
        if len(new) == len(rows):
            return [True] * len(rows)
        left = set(new)
        added = []
        for row in rows:
            key = sql.shape.key_of(row)
            added.append(key in left)
            left.discard(key)
        return added

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add or replace rows by primary key."""
        sql = self._arrays[table]
        sql.shape.checked(rows)
        if rows:
            last = list({sql.shape.key_of(row): row for row in rows}.values())
            self._cursor.execute(sql.put, arrays_of(sql.kinds, last))

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Remove rows by primary key; how many there were."""
        sql = self._arrays[table]
        gone = sql.shape.kept(keys)
        if not gone:
            return 0
        self._cursor.execute(sql.remove, arrays_of(sql.key_kinds, gone))
        return self._cursor.rowcount


def post(sql: OutboxSql, cursor: PostgresCursor, sent: Mapping[Lane, Sequence[Record]]) -> None:
    """Put what was sent into the outbox, numbered in order of sending."""
    rows = list(outbox_rows(sent))
    if rows:
        cursor.execute(sql.post, arrays_of(OUTBOX_KINDS, rows))
