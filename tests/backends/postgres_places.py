"""A schema of a real PostgreSQL for a test, and stores of any tables in it."""
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine, event

from broker.backends.postgres_address import PostgresAddress, connected
from broker.backends.postgres_tables import dialect
from broker.backends.postgres_upgrade import upgrade
from broker.backends.sql_tables import TableSql
from broker.ports import Table
from compose.local.servers import PostgresServer


def address_of(server: PostgresServer, namespace: str) -> PostgresAddress:
    """The schema of this name on a running server."""
    return PostgresAddress(server.host, server.port, server.database, server.user,
                           server.password, namespace)


def statement(address: PostgresAddress, *texts: str) -> None:
    """Run statements one by one, beside any store."""
    connection = connected(address, patience_seconds=30, idle_seconds=60)
    try:
        for text in texts:
            connection.execute(text, prepare=False)
    finally:
        connection.close()


def asked(address: PostgresAddress, text: str, *values: object) -> list[tuple[object, ...]]:
    """The rows that a question brings, beside any store."""
    connection = connected(address, patience_seconds=30, idle_seconds=60)
    try:
        return connection.execute(text, values or None).fetchall()
    finally:
        connection.close()


# What the revisions did when the first schema was made, each with its values.
REVISIONS_TOLD: list[tuple[str, dict[str, object]]] = []


def made(address: PostgresAddress, tables: Sequence[Table]) -> None:
    """Make the schema, with a test's own tables in place of those that have their names.

    The revisions are the same for every test, so only the first is led through them.
    """
    if not REVISIONS_TOLD:
        with told() as heard:
            upgrade(address)
        REVISIONS_TOLD.extend(each for each in heard if is_change(*each))
        repeated = []
    else:
        repeated = [("CREATE SCHEMA " + address.quoted_schema, {}), *REVISIONS_TOLD]
    connection = connected(address, patience_seconds=30, idle_seconds=60)
    try:
        connection.execute("BEGIN")
        with connection.pipeline():
            for text, values in repeated:
                connection.execute(text, values or None, prepare=False)
            for table in tables:
                connection.execute(f'DROP TABLE IF EXISTS "{table.name}"', prepare=False)
                for text in TableSql(table, dialect()).creation:
                    connection.execute(text, prepare=False)
        connection.execute("COMMIT")
    finally:
        connection.close()


def is_change(text: str, _values: dict[str, object]) -> bool:
    """Whether a statement of the revisions made something in the schema, of questions and locks
    and of the schema itself."""
    return not text.lstrip().upper().startswith(("SELECT", "CREATE SCHEMA"))


@contextmanager
def told() -> Iterator[list[tuple[str, dict[str, object]]]]:
    """What SQLAlchemy tells a server within, each statement with its values."""
    heard: list[tuple[str, dict[str, object]]] = []

    def hear(_connection: object, _cursor: object, text: str, values: dict[str, object],
             *_: object) -> None:
        heard.append((text, dict(values or {})))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def dropped(address: PostgresAddress) -> None:
    """Take the schema away again."""
    statement(address, "SET client_min_messages = warning",
              f"DROP SCHEMA IF EXISTS {address.quoted_schema} CASCADE")
