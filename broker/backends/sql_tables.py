"""Declared tables as SQL: written once with SQLAlchemy, compiled once for each database.

The texts are run with plain tuples on the driver's own cursor: on the path of every statement,
building expressions anew would cost more than the database does.
"""
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Select,
    Text,
    bindparam,
    column,
    delete,
    func,
    select,
    tuple_,
    values,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from broker.backends.declared import shape_of
from broker.ports import ColumnKind, Table

# Values in one IN list at most. Shorter lists are filled up to a power of two by repeating the
# last value, so that a table has few texts and the driver keeps them all prepared.
LIST_MAX = 512

_KINDS: dict[ColumnKind, TypeEngine[Any]] = {
    # Order by code point on every database, as Python does.
    "text": Text().with_variant(Text(collation="C"), "postgresql"),
    "integer": BigInteger(),
    "real": Double(),
    "bytes": LargeBinary(),
}

Item = TypeVar("Item")


def lists_of(items: Sequence[Item], size_max: int = LIST_MAX) -> Iterator[Sequence[Item]]:
    """The items in lists whose lengths are powers of two up to `size_max`, the last of them
    filled up with its last item."""
    for start in range(0, len(items), size_max):
        part = items[start:start + size_max]
        size = 1 << (len(part) - 1).bit_length()
        yield part if len(part) == size else [*part, *[part[-1]] * (size - len(part))]


def text_of(statement: ClauseElement, dialect: Dialect) -> str:
    """The statement as this database's SQL, its parameters in the order they are written."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled)


def sql_table(table: Table, metadata: MetaData) -> SqlTable:
    """The declaration as SQLAlchemy knows tables.

    SQLite keeps rows without documents inside the key's own tree (one look-up instead of two);
    documents would make that tree deep, so they lie beside it in order of arrival.
    """
    shape_of(table)
    documents = any(kind == "bytes" and name not in table.key for name, kind in table.columns)
    made = SqlTable(
        table.name, metadata,
        *(Column(name, _KINDS[kind], nullable=name not in table.key)
          for name, kind in table.columns),
        PrimaryKeyConstraint(*table.key),
        sqlite_with_rowid=documents,
    )
    for index in table.indexes:
        Index(f"{table.name}_by_{'_'.join(index)}", *(made.c[name] for name in index))
    return made


def creation_of(made: SqlTable, dialect: Dialect) -> list[str]:
    """What makes the table and its indexes where they are not there yet."""
    return [text_of(CreateTable(made, if_not_exists=True), dialect),
            *(text_of(CreateIndex(index, if_not_exists=True), dialect)
              for index in sorted(made.indexes, key=lambda each: str(each.name)))]


class TableSql:
    """The texts of one table for one database, each made when first asked for; parameters are
    given in the order of columns."""

    def __init__(self, table: Table, dialect: Dialect):
        self.shape = shape_of(table)
        self._dialect = dialect
        self._made = sql_table(table, MetaData())
        self._key = [self._made.c[name] for name in table.key]
        self._texts: dict[tuple[object, ...], str] = {}

    @property
    def creation(self) -> list[str]:
        """What makes the table and its indexes where they are not there yet."""
        return creation_of(self._made, self._dialect)

    def adding(self, column: str) -> str:
        """What adds one column to a table that an earlier version made."""
        made = CreateColumn(self._made.c[column]).compile(dialect=self._dialect)
        return f"ALTER TABLE {self._made.name} ADD COLUMN {made}"

    @property
    def insert(self) -> str:
        """Add one row."""
        return self._once(("insert",), self._made.insert)

    @property
    def put(self) -> str:
        """Add or replace one row."""
        return self._once(("put",), self._put)

    @property
    def remove(self) -> str:
        """Remove one row by its key."""
        return self._once(("remove",), lambda: delete(self._made).where(
            *(each == bindparam(f"k{place}") for place, each in enumerate(self._key))))

    @property
    def count(self) -> str:
        """How many rows there are."""
        return self._once(("count",), lambda: select(func.count()).select_from(self._made))

    def _put(self) -> ClauseElement:
        insert = _insert_of(self._dialect)(self._made)
        others = [each.name for each in self._made.columns if each not in self._key]
        if not others:
            nothing: ClauseElement = insert.on_conflict_do_nothing()
            return nothing
        changes = {name: insert.excluded[name] for name in others}
        change: ClauseElement = insert.on_conflict_do_update(
            index_elements=self._key, set_=changes)
        return change

    def _in_keys(self, size: int) -> ColumnElement[bool]:
        if len(self._key) == 1:
            return self._key[0].in_(_places(size))
        # A list written out in place would be looked for by reading the whole table.
        wanted = values(*(column(each.name, each.type) for each in self._key)).data(
            [("",) * len(self._key)] * size).cte("wanted")
        return tuple_(*self._key).in_(select(wanted))

    def get(self, size: int) -> str:
        """The rows with these `size` keys, their columns one after another."""
        return self._once(("get", size), lambda: select(self._made).where(self._in_keys(size)))

    def taken(self, size: int) -> str:
        """Those of these `size` keys that are taken."""
        return self._once(("taken", size), lambda: select(*self._key).where(self._in_keys(size)))

    def find(self, column: str, size: int) -> str:
        """The rows whose column is one of `size` values."""
        self.shape.place(column)
        return self._once(("find", column, size), lambda: select(self._made).where(
            self._made.c[column].in_(_places(size))))

    def scan(
        self, column: str, *, after: bool, upto: bool, limited: bool, descending: bool,
    ) -> str:
        """Rows in order; parameters: the bounds asked for, then limit and 0 where limited."""
        self.shape.place(column)
        asked = ("scan", column, after, upto, limited, descending)
        return self._once(asked, lambda: self._scan(column, after, upto, limited, descending))

    def _scan(
        self, column: str, after: bool, upto: bool, limited: bool, descending: bool,
    ) -> Select[Any]:
        by = self._made.c[column]
        statement = select(self._made)
        if after:
            statement = statement.where(by > bindparam("after"))
        if upto:
            statement = statement.where(by <= bindparam("upto"))
        if not after and not upto and by.nullable:
            statement = statement.where(by.is_not(None))
        order = [by, *(each for each in self._key if each is not by)]
        statement = statement.order_by(*(each.desc() if descending else each for each in order))
        if limited:
            # SQLite's dialect binds an offset whenever there is a limit.
            statement = statement.limit(bindparam("limit")).offset(bindparam("offset"))
        return statement

    def _once(self, asked: tuple[object, ...], make: Callable[[], ClauseElement]) -> str:
        text = self._texts.get(asked)
        if text is None:
            text = self._texts[asked] = text_of(make(), self._dialect)
        return text


@lru_cache(512)
def texts_of(table: Table, dialect: Dialect) -> TableSql:
    """The texts of a table for a database, made once however often the database is opened."""
    return TableSql(table, dialect)


class TextsByTable(dict[Table, TableSql]):
    """The texts of the declared tables, each table's made when it is first used."""

    def __init__(self, tables: Sequence[Table], dialect: Dialect):
        super().__init__()
        assert len({table.name for table in tables}) == len(tables), "a table name is taken twice"
        self._declared = frozenset(tables)
        self._dialect = dialect

    def __missing__(self, table: Table) -> TableSql:
        assert table in self._declared, f"{table.name} was not declared when the store was opened"
        made = self[table] = texts_of(table, self._dialect)
        return made


def _insert_of(dialect: Dialect) -> Callable[..., Any]:
    """The database's own insert, as only those know ON CONFLICT."""
    if dialect.name == "sqlite":
        return sqlite.insert
    # Loaded where it is needed: a command on the embedded form should not wait for it.
    from sqlalchemy.dialects import postgresql
    return postgresql.insert


def _places(size: int) -> list[None]:
    return [None] * size
