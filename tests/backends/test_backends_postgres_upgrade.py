"""The served store's tables: made and upgraded by migrations, and the same as are declared."""
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from broker.backends import migrations
from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.backends.postgres_address import PostgresAddress, connected
from broker.backends.postgres_revision import REVISIONS
from broker.backends.postgres_tables import dialect
from broker.backends.postgres_upgrade import missing, upgrade
from broker.backends.sql_tables import sql_table
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.log.records import Lane
from broker.pipeline.stored import STORED
from broker.pipeline.tables import DIRTY, UNSETTLED
from compose.local.servers import PostgresServer
from tests.backends.postgres_places import address_of, asked, statement

OWN = {"alembic_version", "concord_outbox", "concord_settings"}

Shape = dict[str, object]


@pytest.fixture
def address(postgres_server: PostgresServer, namespace: str) -> PostgresAddress:
    """A schema that is not there yet."""
    return address_of(postgres_server, namespace)


def shape_of(table: sqlalchemy.Table) -> Shape:
    """A declared table, as PostgreSQL would describe it."""
    return {
        "columns": [(each.name, each.type.compile(dialect()), bool(each.nullable))
                    for each in table.columns],
        "key": [each.name for each in table.primary_key.columns],
        "indexes": sorted((str(index.name), [each.name for each in index.columns])
                          for index in table.indexes),
    }


def shapes_in(address: PostgresAddress) -> dict[str, Shape]:
    """The tables that are there, by name."""
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", poolclass=sqlalchemy.NullPool, use_native_hstore=False,
        creator=lambda: connected(address, patience_seconds=30, idle_seconds=60))
    with engine.connect() as connection:
        found = inspect(connection)
        return {name: {
            "columns": [(each["name"], each["type"].compile(dialect()), each["nullable"])
                        for each in found.get_columns(name)],
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "indexes": sorted((str(each["name"]), each["column_names"])
                              for each in found.get_indexes(name)),
        } for name in found.get_table_names()}


def test_the_migrated_tables_are_the_declared_ones(address: PostgresAddress) -> None:
    """Column by column, key by key, index by index: who adds to a table adds a migration."""
    upgrade(address)
    there = shapes_in(address)

    assert {table.name for table in STORED} == there.keys() - OWN
    for table in STORED:
        assert (table.name, shape_of(sql_table(table, sqlalchemy.MetaData()))) == (
            table.name, there[table.name])


def test_the_outbox_is_numbered_by_the_database(address: PostgresAddress) -> None:
    """And nobody can give a number of his own."""
    upgrade(address)

    assert [("number", "ALWAYS")] == asked(
        address, "SELECT column_name, identity_generation FROM information_schema.columns"
                 " WHERE table_schema = %s AND is_identity = 'YES'", address.schema)
    assert {
        "columns": [("number", "BIGINT", False), ("topic", 'TEXT COLLATE "C"', False),
                    ("part", "BIGINT", False), ("key", "BYTEA", False), ("stamp", "BIGINT", False),
                    ("headers", "BYTEA", True), ("value", "BYTEA", True)],
        "key": ["number"],
        "indexes": [("concord_outbox_by_lane", ["topic", "part", "number"])],
    } == shapes_in(address)["concord_outbox"]


def test_the_revisions_are_those_on_the_disk() -> None:
    """One after another, the last of them what this version works on."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "newline")
    scripts = ScriptDirectory.from_config(config)

    assert list(REVISIONS) == [
        each.revision for each in reversed(list(scripts.walk_revisions()))]
    assert sorted(REVISIONS) == list(REVISIONS)


def test_an_older_store_is_upgraded_and_keeps_its_rows(address: PostgresAddress) -> None:
    """What waited for a checker waits still."""
    assert ["0001"] == upgrade(address, "0001")
    statement(address,
              "INSERT INTO dirty (person_key) VALUES ('police:1'), ('council:2')",
              "INSERT INTO accepted (event_id) VALUES ('\\x0102')",
              "INSERT INTO concord_outbox (topic, part, key, stamp) VALUES ('t', 3, 'k', 0)")
    with pytest.raises(ConfigError, match="run `concord init --kafka`"):
        PostgresDatabase(address)

    assert (list(REVISIONS[1:]), list(REVISIONS[1:]), [], []) == (
        list(missing(address)), upgrade(address), list(missing(address)), upgrade(address))
    with closing(PostgresDatabase(address)) as database:
        store = PostgresStore(database, STORED)
        with store.begin() as unit:
            unit.put(DIRTY, [("police:1", 5, 2)])
            unit.put(UNSETTLED, [("t", 3, 7)])
        with store.view() as view:
            rows, unsettled = view.scan(DIRTY, "person_key"), view.find(UNSETTLED, "topic", ["t"])

        assert [("council:2", None, None), ("police:1", 5, 2)] == rows
        assert ([("t", 3, 7)], [Lane("t", 3)]) == (unsettled, store.waiting())
    assert [(b"\x01\x02",)] == asked(address, "SELECT event_id FROM accepted")


def test_looking_changes_nothing(address: PostgresAddress) -> None:
    """A dry run does not even make the schema."""
    assert list(REVISIONS) == list(missing(address))
    assert [] == asked(
        address, "SELECT 1 FROM pg_namespace WHERE nspname = %s", address.schema)


def test_two_upgrades_at_once_are_one(address: PostgresAddress) -> None:
    """The second waits, and finds nothing left to do."""
    together = Barrier(2)
    added: list[list[str]] = []

    def work() -> None:
        together.wait()
        added.append(list(upgrade(address)))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [[], list(REVISIONS)] == sorted(added)


def test_an_upgrade_that_fails_leaves_the_tables_as_they_were(address: PostgresAddress) -> None:
    """All or nothing, the schema included."""
    upgrade(address, "0001")
    statement(address, "CREATE TABLE unsettled (other integer)")
    with pytest.raises(ConfigError, match="tables of another program"):
        upgrade(address)

    assert {"columns": [("person_key", 'TEXT COLLATE "C"', False)], "key": ["person_key"],
            "indexes": []} == shapes_in(address)["dirty"]
    assert list(REVISIONS[1:]) == list(missing(address))


def test_an_upgrade_waits_for_a_reader_and_then_says_so(address: PostgresAddress) -> None:
    """A worker of the version before may still be at work."""
    upgrade(address, "0001")
    connection = connected(address, patience_seconds=30, idle_seconds=60)
    with closing(connection):
        connection.execute("BEGIN")
        connection.execute("SELECT person_key FROM dirty")
        with pytest.raises(TemporarilyUnavailable, match="in use by another"):
            upgrade(address, patience_seconds=0.2)

    assert list(REVISIONS[1:]) == upgrade(address)


def test_a_later_versions_tables_are_refused(address: PostgresAddress) -> None:
    """By whoever opens them and by whoever would upgrade them."""
    upgrade(address)
    statement(address, "UPDATE alembic_version SET version_num = '0999'")
    for open_it in (PostgresDatabase, upgrade, missing):
        with pytest.raises(ConfigError, match="install that version"):
            open_it(address)
