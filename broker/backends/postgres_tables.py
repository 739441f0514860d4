"""Declared tables as PostgreSQL's SQL: any number of rows or keys in one statement, given as one
array for each column.

A text is then one for any number of rows, prepared once, and goes to the server in one piece.
"""
from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    LargeBinary,
    MetaData,
    Text,
    any_,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import TableValuedAlias

from broker.backends.declared import shape_of
from broker.backends.sql_tables import sql_table, text_of
from broker.ports import ColumnKind, Table

OUTBOX_KINDS: tuple[ColumnKind, ...] = ("text", "integer", "bytes", "integer", "bytes", "bytes")


def dialect() -> Dialect:
    """PostgreSQL's SQL, its parameters in the order they are written."""
    return cast(Dialect, cast(Any, PGDialect_psycopg)(paramstyle="format"))


def _given(columns: Sequence[ColumnElement[Any]], *, place: str | None = None) -> TableValuedAlias:
    """Arrays as rows: a parameter for each column, and a column `place` that counts the rows."""
    arrays = (bindparam(f"a{each.name}", type_=ARRAY(each.type)) for each in columns)
    named = (column(each.name, each.type) for each in columns)
    return func.unnest(*arrays).table_valued(*named, with_ordinality=place).render_derived("given")


class ArraySql:
    """The texts of one table; parameters are arrays, in the order of columns or of the key."""

    def __init__(self, table: Table, dialect: Dialect):
        self.shape = shape_of(table)
        kinds = dict(table.columns)
        self.kinds = tuple(kinds.values())
        self.key_kinds = tuple(kinds[name] for name in table.key)
        self._dialect = dialect
        self._made = sql_table(table, MetaData())
        self._key = [self._made.c[name] for name in table.key]
        self._finds: dict[str, tuple[ColumnKind, str]] = {}

    def _text(self, statement: ClauseElement) -> str:
        return text_of(statement, self._dialect)

    def _adding(self) -> Insert:
        columns = list(self._made.columns)
        return insert(self._made).from_select(
            [each.name for each in columns], select(_given(columns)))

    @cached_property
    def add(self) -> str:
        """Add the rows whose key is free; gives back their keys."""
        # A failed insert would quote the key in the server's own log.
        return self._text(self._adding().on_conflict_do_nothing().returning(*self._key))

    @cached_property
    def put(self) -> str:
        """Add or replace rows, no key of them twice."""
        adding = self._adding()
        changes = {each.name: adding.excluded[each.name] for each in self._made.columns
                   if each not in self._key}
        if not changes:
            return self._text(adding.on_conflict_do_nothing())
        return self._text(adding.on_conflict_do_update(index_elements=self._key, set_=changes))

    def _has_key(self) -> ColumnElement[bool]:
        if len(self._key) == 1:
            return _is_one_of(self._key[0])
        return tuple_(*self._key).in_(select(_given(self._key)))

    @cached_property
    def get(self) -> str:
        """The rows with these keys."""
        return self._text(select(self._made).where(self._has_key()))

    @cached_property
    def remove(self) -> str:
        """Remove the rows with these keys."""
        return self._text(delete(self._made).where(self._has_key()))

    def find(self, name: str) -> tuple[ColumnKind, str]:
        """The column's kind; the rows where it is one of these values."""
        found = self._finds.get(name)
        if found is None:
            kind = self.kinds[self.shape.place(name)]
            text = self._text(select(self._made).where(_is_one_of(self._made.c[name])))
            found = self._finds[name] = (kind, text)
        return found


def _is_one_of(asked: ColumnElement[Any]) -> ColumnElement[bool]:
    return asked == any_(bindparam("values", type_=ARRAY(asked.type)))


class ArrayTexts(dict[Table, ArraySql]):
    """The texts of the declared tables, each table's made when it is first used."""

    def __init__(self, tables: Sequence[Table], dialect: Dialect):
        super().__init__()
        self._declared = frozenset(tables)
        self._dialect = dialect

    def __missing__(self, table: Table) -> ArraySql:
        assert table in self._declared, f"{table.name} was not declared when the store was opened"
        made = self[table] = ArraySql(table, self._dialect)
        return made


class OutboxSql:
    """What is asked of the outbox here otherwise than elsewhere."""

    def __init__(self, dialect: Dialect):
        outbox = SqlTable(
            "concord_outbox", MetaData(), Column("number", BigInteger, primary_key=True),
            Column("topic", Text), Column("part", BigInteger), Column("key", LargeBinary),
            Column("stamp", BigInteger), Column("headers", LargeBinary),
            Column("value", LargeBinary))
        columns = [each for each in outbox.columns if each.name != "number"]
        rows = _given(columns, place="place")
        self.post = text_of(
            insert(outbox).from_select(
                [each.name for each in columns],
                select(*(rows.c[each.name] for each in columns)).order_by(rows.c.place)),
            dialect)
        # From lane to lane along the index: what waits is not read through.
        least = select(outbox.c.topic, outbox.c.part).order_by(
            outbox.c.topic, outbox.c.part).limit(literal_column("1"))
        lanes = least.cte("lanes", recursive=True)
        after = least.where(tuple_(outbox.c.topic, outbox.c.part)
                            > tuple_(lanes.c.topic, lanes.c.part)).lateral("after")
        self.lanes_waiting = text_of(
            select(lanes.union_all(select(after.c.topic, after.c.part).select_from(
                lanes.join(after, onclause=true())))), dialect)
