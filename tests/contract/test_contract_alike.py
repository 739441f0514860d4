"""Every store does the same, whatever is asked of it in whatever order."""
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.backends.memory import MemoryStore
from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.backends.sqlite import SqliteFile, SqliteStore
from broker.errors import Conflict
from broker.ports import Row, Store, Table, Unit
from compose.local.servers import PostgresServer
from tests.backends.postgres_places import address_of, dropped, made

ROWS = Table("rows", (("id", "text"), ("place", "integer"), ("at", "integer")),
             ("id", "place"), (("at",),))
SINGLE = Table("single", (("id", "text"), ("document", "bytes"), ("at", "integer")), ("id",),
               (("at",),))

ids = st.sampled_from(["a", "a\0", "b", "c\1"])
small = st.integers(0, 3)
rows = {ROWS: st.tuples(ids, small, st.none() | small),
        SINGLE: st.tuples(ids, st.none() | st.sampled_from([b"", b"x"]), st.none() | small)}
keys = {ROWS: st.tuples(ids, small), SINGLE: st.tuples(ids)}


def changes(table: Table) -> st.SearchStrategy[tuple[Any, ...]]:
    """One call to a unit: its name, table and arguments."""
    some = st.lists(rows[table], max_size=4)
    return st.one_of(
        st.tuples(st.sampled_from(["insert", "insert_new", "put"]), st.just(table), some),
        st.tuples(st.just("delete"), st.just(table), st.lists(keys[table], max_size=4)),
        st.tuples(st.just("get"), st.just(table), st.lists(keys[table], max_size=4)),
        st.tuples(st.just("find"), st.just(table), st.just("at"),
                  st.lists(st.none() | small, max_size=3)),
        st.tuples(st.just("swap"), st.just(table), rows[table], rows[table]),
    )


units = st.lists(st.tuples(
    st.lists(st.one_of(changes(ROWS), changes(SINGLE)), max_size=5), st.booleans()), max_size=6)


@pytest.fixture(scope="module")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One file for all examples; each empties it first."""
    directory: Path = tmp_path_factory.mktemp("alike")
    with closing(SqliteFile(directory)) as file:
        yield SqliteStore(file, (ROWS, SINGLE))


@pytest.fixture(scope="module")
def postgres_store(postgres_server: PostgresServer) -> Iterator[Store]:
    """One schema for all examples; each empties it first."""
    address = address_of(postgres_server, f"alike{os.getpid():x}")
    made(address, (ROWS, SINGLE))
    with closing(PostgresDatabase(address)) as database:
        yield PostgresStore(database, (ROWS, SINGLE))
    dropped(address)


def answer(unit: Unit, call: tuple[Any, ...]) -> object:
    """What a call returned, where no order is promised in order."""
    name, table, *arguments = call
    if name == "swap":
        old, new = arguments
        key = [place for place, (each, _) in enumerate(table.columns) if each in table.key]
        if any(old[place] != new[place] for place in key):
            old = None
        arguments = [old, new]
    result = getattr(unit, name)(table, *arguments)
    return sorted(result, key=repr) if name in ("get", "find") else result


def told(store: Store, history: list[tuple[list[tuple[Any, ...]], bool]]) -> list[object]:
    """Every answer of a store to a history of transactions, and what is left at the end."""
    answers: list[object] = []
    for calls, fails in history:
        with suppress(Conflict, RuntimeError), store.begin() as unit:
            for call in calls:
                answers.append("lost")
                answers[-1] = answer(unit, call)
            answers.append(("scan", unit.scan(ROWS, "at"), unit.scan(SINGLE, "at")))
            if fails:
                raise RuntimeError
        with store.view() as view:
            scans: list[list[Row]] = [
                view.scan(table, column, after=after, upto=upto, limit=limit, descending=down)
                for table in (ROWS, SINGLE) for column in ("id", "at")
                for after, upto in ((None, None), (("a", "b") if column == "id" else (0, 2)))
                for limit in (None, 2) for down in (False, True)]
            answers.append((scans, view.count(ROWS), view.count(SINGLE)))
    return answers


def hold_to_memory(store: Store, history: list[tuple[list[tuple[Any, ...]], bool]]) -> None:
    """Tell a store and memory the same history from nothing, and compare every answer."""
    with store.begin() as unit:
        unit.delete(ROWS, [row[:2] for row in unit.scan(ROWS, "id")])
        unit.delete(SINGLE, [row[:1] for row in unit.scan(SINGLE, "id")])

    assert told(MemoryStore(), history) == told(store, history)


EXAMPLES = settings(max_examples=60, deadline=None,
                    suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.slow
@EXAMPLES
@given(history=units)
def test_a_file_answers_as_memory_does(
    sqlite_store: Store, history: list[tuple[list[tuple[Any, ...]], bool]],
) -> None:
    """Every call, through commits, conflicts and rollbacks."""
    hold_to_memory(sqlite_store, history)


@EXAMPLES
@given(history=units)
def test_a_schema_answers_as_memory_does(
    postgres_store: Store, history: list[tuple[list[tuple[Any, ...]], bool]],
) -> None:
    """Every call, through commits, conflicts and rollbacks."""
    hold_to_memory(postgres_store, history)
