"""The SQL that tables turn into: how it finds rows, and that two databases share it."""
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from broker.backends.sql_log import LogSql
from broker.backends.sql_tables import LIST_MAX, TableSql, lists_of
from broker.ports import Table

DOCUMENTS = Table("documents", (("id", "text"), ("seen", "integer"), ("document", "bytes")),
                  ("id",), (("seen",),))
PAIRS = Table("pairs", (("order", "integer"), ("right", "text"), ("left", "text")),
              ("left", "right"), (("right", "order"),))
SQLITE = SQLiteDialect_pysqlite()
# SQLAlchemy leaves this one constructor without types.
POSTGRES = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]


def lookups(table: Table, sql: TableSql) -> list[str]:
    """Every text that must not read the whole table."""
    leading = [table.key[0], *(index[0] for index in table.indexes)]
    return [
        sql.remove,
        *(text(size) for size in (1, 2, 512) for text in (sql.get, sql.taken)),
        *(sql.find(column, size) for size in (1, 512) for column in leading),
        *(sql.scan(column, after=after, upto=not after, limited=limited, descending=descending)
          for column in leading for after in (True, False) for limited in (True, False)
          for descending in (True, False)),
    ]


@pytest.mark.parametrize("table", [DOCUMENTS, PAIRS], ids=lambda table: table.name)
def test_rows_are_looked_up_and_never_looked_for(table: Table) -> None:
    """A table of millions answers like one of ten."""
    sql = TableSql(table, SQLITE)
    with closing(sqlite3.connect(":memory:")) as connection:
        for text in sql.creation:
            connection.execute(text)
        plans = {text: [row[3] for row in connection.execute(
            f"EXPLAIN QUERY PLAN {text}", (0,) * text.count("?"))] for text in lookups(table, sql)}

    assert [] == [text for text, plan in plans.items() if f"SCAN {table.name}" in str(plan)]
    assert all(f"SEARCH {table.name} USING" in str(plan) for plan in plans.values())


def test_lanes_are_read_along_their_own_range() -> None:
    """A record's place is the number of its row."""
    sql = LogSql(SQLITE)
    with closing(sqlite3.connect(":memory:")) as connection:
        for text in sql.creation:
            connection.execute(text)
        plans = [[row[3] for row in connection.execute(
            f"EXPLAIN QUERY PLAN {text}", (0,) * text.count("?"))]
            for text in (sql.read, sql.high, sql.erase(2))]

    assert [["SEARCH concord_log USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"],
            ["SEARCH concord_log USING INTEGER PRIMARY KEY (rowid=?)"],
            ["SEARCH concord_log USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]] == plans


@pytest.mark.parametrize("table", [DOCUMENTS, PAIRS], ids=lambda table: table.name)
def test_both_databases_take_the_same_parameters(table: Table) -> None:
    """As many places, in the same order, whatever each calls them."""
    ours, theirs = TableSql(table, SQLITE), TableSql(table, POSTGRES)
    texts = [(ours.insert, theirs.insert), (ours.put, theirs.put),
             *zip(lookups(table, ours), lookups(table, theirs), strict=True)]

    assert [our.count("?") for our, _ in texts] == [their.count("%s") for _, their in texts]


def test_documents_lie_beside_the_key() -> None:
    """Other rows lie within it."""
    assert [False, True] == ["WITHOUT ROWID" in TableSql(table, SQLITE).creation[0]
                             for table in (DOCUMENTS, PAIRS)]


@given(st.lists(st.integers(), max_size=1500))
def test_lists_hold_every_item_and_few_lengths(items: list[int]) -> None:
    """Lengths are powers of two; what is added repeats the last item."""
    lists = [list(each) for each in lists_of(items)]

    assert set(items) == {item for each in lists for item in each}
    assert all(len(each).bit_count() == 1 and len(each) <= LIST_MAX for each in lists)
