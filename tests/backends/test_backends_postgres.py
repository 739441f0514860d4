"""The PostgreSQL store: what it refuses, whom it waits for, whom it does not, what it leaves."""
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Thread

import psycopg
import pytest

from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.backends.postgres_address import PostgresAddress
from broker.errors import ConfigError, Conflict, TemporarilyUnavailable
from broker.log.records import Lane, Record
from broker.ports import Row, Table
from compose.local.servers import PostgresServer
from tests.backends.aside import Caught, run_aside, wait_for_lock
from tests.backends.postgres_places import address_of, asked, made, statement

PEOPLE = Table("people", (("id", "text"), ("seen", "integer"), ("document", "bytes")), ("id",),
               (("seen",),))
TABLES = (PEOPLE,)
LANE, OTHER = Lane("safeguarding.shared.person", 0), Lane("safeguarding.shared.person", 1)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = ("ann", 1, b"a"), ("ben", 2, None)


@pytest.fixture
def address(postgres_server: PostgresServer, namespace: str) -> PostgresAddress:
    """A schema with a table."""
    address = address_of(postgres_server, namespace)
    made(address, TABLES)
    return address


@pytest.fixture
def database(address: PostgresAddress) -> Iterator[PostgresDatabase]:
    """The schema, opened by a worker that waits as long as anybody may."""
    with closing(PostgresDatabase(address)) as opened:
        yield opened


@pytest.fixture
def hasty(address: PostgresAddress) -> Iterator[PostgresDatabase]:
    """The same schema, opened by another worker with little patience."""
    with closing(PostgresDatabase(address, patience_seconds=0.2)) as opened:
        yield opened


def sent(store: PostgresStore, lane: Lane, *keys: bytes) -> None:
    """Records that wait in the outbox."""
    with store.begin() as unit:
        unit.send(lane, [Record(key, b"value", NOON) for key in keys])


def test_an_address_shows_no_password() -> None:
    """It may be printed or logged."""
    shown = repr(PostgresAddress("db", 5432, "concord", "concord", "S3cret"))

    assert ("S3cret" not in shown, "user='concord'" in shown) == (True, True)


@pytest.mark.parametrize("namespace", ["x" * 64, "é" * 32, "pg_north", "a\0b"])
def test_a_namespace_that_is_no_schema_is_refused(namespace: str) -> None:
    """PostgreSQL would cut it off, and two partnerships be one."""
    with pytest.raises(ConfigError, match="choose one of at most 63"):
        PostgresAddress("db", 5432, "concord", "concord", "", namespace)


def test_the_schema_is_concord_unless_named() -> None:
    """Two namespaces have two schemas, and locks of their own."""
    one = PostgresAddress("db", 5432, "concord", "concord", "")
    two = replace(one, namespace="north")

    assert ("concord", "north") == (one.schema, two.schema)
    assert 4 == len({one.lock("a", "bc"), one.lock("ab", "c"), two.lock("a", "bc"), one.lock("a")})


@pytest.mark.parametrize(("wrong", "said"), [
    ({"password": "wrong"}, "check user, password and pg_hba.conf"),
    ({"user": "nobody_we_know"}, "check user, password and pg_hba.conf"),
    ({"database": "nowhere"}, "database is not there"),
    ({"sslmode": "verify-full"}, "check ca_file, sslmode"),
])
def test_a_wrong_address_is_refused(
    address: PostgresAddress, wrong: dict[str, str], said: str,
) -> None:
    """The operator must mend it."""
    with pytest.raises(ConfigError, match=said):
        PostgresDatabase(replace(address, **wrong))  # type: ignore[arg-type]


def test_a_server_that_is_not_there_is_asked_again(address: PostgresAddress) -> None:
    """It may be starting."""
    with pytest.raises(TemporarilyUnavailable, match="cannot be reached"):
        PostgresDatabase(replace(address, port=1))


def test_a_schema_without_tables_is_refused(
    postgres_server: PostgresServer, namespace: str,
) -> None:
    """Opening makes nothing."""
    with pytest.raises(ConfigError, match="run `concord init --kafka`"):
        PostgresDatabase(address_of(postgres_server, namespace))


def test_partitions_are_fixed_when_the_store_is_first_opened(address: PostgresAddress) -> None:
    """A person's records would be looked for in another lane."""
    PostgresDatabase(address, partitions=6).close()

    with pytest.raises(ConfigError, match="set it back"):
        PostgresDatabase(address, partitions=4)


def test_a_database_that_cannot_hold_all_characters_is_refused(
    address: PostgresAddress,
) -> None:
    """A name with an accent would stop the work later."""
    name = f"ascii_{address.schema}"
    statement(address, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0"
                       " LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        with pytest.raises(ConfigError, match="encoding UTF8"):
            PostgresDatabase(replace(address, database=name))
    finally:
        statement(address, f"DROP DATABASE {name}")


def test_a_table_that_was_not_declared_is_a_mistake(database: PostgresDatabase) -> None:
    """As everywhere."""
    with PostgresStore(database, ()).view() as view, pytest.raises(AssertionError):
        view.get(PEOPLE, [("ann",)])


def test_a_forked_process_is_refused(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two processes on one connection would answer each other's questions."""
    monkeypatch.setattr(os, "getpid", os.getppid)

    with pytest.raises(AssertionError), database.reading():
        pass


def test_a_writer_is_waited_for_and_then_named(
    database: PostgresDatabase, hasty: PostgresDatabase,
) -> None:
    """Whoever waits too long is told, and may try again."""
    with database.writing():
        thread = Caught(lambda: hasty.writing())
        assert "the store is in use by another Concord process" in str(thread.error)

    with hasty.writing():
        pass


def test_a_writer_that_waited_goes_on_and_sees_what_was_written(
    database: PostgresDatabase, address: PostgresAddress,
) -> None:
    """Transactions follow one another, whatever they read."""
    started, seen = Event(), []

    def second() -> None:
        with closing(PostgresDatabase(address)) as mine:
            started.set()
            with PostgresStore(mine, TABLES).begin() as unit:
                seen.extend(unit.get(PEOPLE, [("ann",)]))

    with PostgresStore(database, TABLES).begin() as unit:
        thread = Thread(target=second)
        thread.start()
        started.wait()
        wait_for_lock(address)
        unit.insert(PEOPLE, [ANN])
    thread.join()

    assert [ANN] == seen


def test_readers_do_not_wait_for_a_writer(
    database: PostgresDatabase, hasty: PostgresDatabase,
) -> None:
    """Nor see what it has not finished."""
    counted = []

    def read() -> None:
        with PostgresStore(hasty, TABLES).view() as view:
            counted.append(view.count(PEOPLE))

    with PostgresStore(database, TABLES).begin() as unit:
        unit.insert(PEOPLE, [ANN])
        run_aside(read)

    assert [0] == counted


def test_a_view_stays_as_it_was(database: PostgresDatabase, hasty: PostgresDatabase) -> None:
    """As at its first question, and the writer does not wait for it."""
    reader, writer = PostgresStore(database, TABLES), PostgresStore(hasty, TABLES)
    with writer.begin() as unit:
        unit.insert(PEOPLE, [ANN])
    with reader.view() as view:
        first = view.scan(PEOPLE, "id")

        def write() -> None:
            with writer.begin() as unit:
                unit.put(PEOPLE, [("ann", 9, None), BEN])

        run_aside(write)
        again = view.scan(PEOPLE, "id")
    with reader.view() as view:
        later = view.scan(PEOPLE, "id")

    assert ([ANN], [ANN], [("ann", 9, None), BEN]) == (first, again, later)


def test_a_reader_cannot_write(database: PostgresDatabase) -> None:
    """The database itself refuses it."""
    with pytest.raises(TemporarilyUnavailable), database.reading() as cursor:
        cursor.execute("DELETE FROM people")


def test_a_step_that_failed_loses_the_transaction_though_it_is_caught(
    database: PostgresDatabase,
) -> None:
    """PostgreSQL would roll back at the end and say nothing."""
    def write() -> None:
        with database.writing() as cursor:
            cursor.execute("INSERT INTO people (id) VALUES ('ann')")
            with suppress(psycopg.Error):
                cursor.execute("SELECT 1 / 0")

    with pytest.raises(Conflict):
        write()
    with PostgresStore(database, TABLES).view() as view:
        assert 0 == view.count(PEOPLE)


def test_a_taken_key_is_not_quoted_in_the_servers_log(
    database: PostgresDatabase, address: PostgresAddress,
) -> None:
    """A conflict is no error to PostgreSQL, which would write down the key."""
    store = PostgresStore(database, TABLES)
    seen: list[Row] = []

    def write() -> None:
        with store.begin() as unit:
            with suppress(Conflict):
                unit.insert(PEOPLE, [BEN, ANN])
            seen.extend(unit.scan(PEOPLE, "id"))  # an error would have ended the transaction

    with store.begin() as unit:
        unit.insert(PEOPLE, [ANN])
    with pytest.raises(Conflict):
        write()

    assert [ANN, BEN] == seen
    assert [("ann",)] == asked(address, "SELECT id FROM people")


def test_a_worker_that_stands_still_gives_the_lock_back(
    address: PostgresAddress, database: PostgresDatabase,
) -> None:
    """Its transaction is ended for it, and it is told to try again."""
    def other() -> None:
        with PostgresStore(database, TABLES).begin() as unit:
            unit.insert(PEOPLE, [BEN])

    def stand_still() -> None:
        with closing(PostgresDatabase(address, writer_idle_seconds=0.2)) as stopped, \
                PostgresStore(stopped, TABLES).begin() as unit:
            unit.insert(PEOPLE, [ANN])
            run_aside(other)

    with pytest.raises(TemporarilyUnavailable):
        stand_still()
    with PostgresStore(database, TABLES).view() as view:
        assert [BEN] == view.scan(PEOPLE, "id")


@pytest.mark.parametrize(("kind", "expected"), [
    ("writing", "1min"), ("reading", "10min"), ("relaying", "10min")])
def test_nobody_may_stand_still_for_ever(
    database: PostgresDatabase, kind: str, expected: str,
) -> None:
    """Writers least of all."""
    opened = {"writing": database.writing(), "reading": database.reading(),
              "relaying": database.relaying(LANE)}
    with opened[kind] as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert (expected,) == cursor.fetchone()


def test_a_commit_is_on_the_disk(address: PostgresAddress, database: PostgresDatabase) -> None:
    """Whatever the database's own setting."""
    statement(address, f"ALTER DATABASE {address.database} SET synchronous_commit = off")
    try:
        with closing(PostgresDatabase(address)) as other, other.writing() as cursor:
            cursor.execute("SHOW synchronous_commit")
            assert ("on",) == cursor.fetchone()
    finally:
        statement(address, f"ALTER DATABASE {address.database} RESET synchronous_commit")


def test_a_relay_has_its_lane_alone(database: PostgresDatabase, hasty: PostgresDatabase) -> None:
    """Over all processes; another lane is another's."""
    store, other = PostgresStore(database, TABLES), PostgresStore(hasty, TABLES)
    sent(store, LANE, b"1")
    sent(store, OTHER, b"2")
    taken: list[bytes] = []

    def relay() -> None:
        with other.relaying(OTHER, 10) as records:
            taken.extend(each.key for each in records)

    with store.relaying(LANE, 10):
        waited = Caught(lambda: other.relaying(LANE, 10))
        run_aside(relay)

    assert (True, [b"2"]) == (isinstance(waited.error, TemporarilyUnavailable), taken)
    assert [] == store.waiting()


def test_writers_do_not_wait_for_a_relay(
    database: PostgresDatabase, hasty: PostgresDatabase,
) -> None:
    """What is sent meanwhile waits for the next turn."""
    store, other = PostgresStore(database, TABLES), PostgresStore(hasty, TABLES)
    sent(store, LANE, b"1", b"2")
    with store.relaying(LANE, 10) as records:
        first = [each.key for each in records]
        run_aside(lambda: sent(other, LANE, b"3"))
    with store.relaying(LANE, 10) as records:
        second = [each.key for each in records]

    assert ([b"1", b"2"], [b"3"]) == (first, second)


def test_a_relay_does_not_wait_for_a_writer(
    database: PostgresDatabase, hasty: PostgresDatabase,
) -> None:
    """The log is fed while a long transaction is open."""
    store, other = PostgresStore(database, TABLES), PostgresStore(hasty, TABLES)
    sent(store, LANE, b"1")
    taken: list[bytes] = []

    def relay() -> None:
        with other.relaying(LANE, 10) as records:
            taken.extend(each.key for each in records)

    with store.begin() as unit:
        unit.send(LANE, [Record(b"2", b"", NOON)])
        run_aside(relay)

    assert ([b"1"], [LANE]) == (taken, store.waiting())


def test_the_lanes_that_wait_are_told_in_order(database: PostgresDatabase) -> None:
    """Each once, however much waits in it."""
    store = PostgresStore(database, TABLES)
    lanes = [Lane("a", 1), Lane("a", 10), Lane("a", 2), Lane("b", 0)]
    for lane in reversed(lanes):
        sent(store, lane, b"1", b"2", b"3")

    assert sorted(lanes) == store.waiting()


def test_thousands_of_records_keep_their_order(database: PostgresDatabase) -> None:
    """They go to the outbox in one statement."""
    store = PostgresStore(database, TABLES)
    keys = [b"%d" % number for number in range(5000)]
    sent(store, LANE, *keys)
    with store.relaying(LANE, 5000) as records:
        assert keys == [each.key for each in records]
