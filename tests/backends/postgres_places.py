"""A schema of a real PostgreSQL for a test, and stores of any tables in it."""
from collections.abc import Sequence

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


def made(address: PostgresAddress, tables: Sequence[Table]) -> None:
    """Make the schema, with a test's own tables in place of those that have their names."""
    upgrade(address)
    creation = [text for table in tables
                for text in (f'DROP TABLE IF EXISTS "{table.name}"',
                             *TableSql(table, dialect()).creation)]
    statement(address, *creation)


def dropped(address: PostgresAddress) -> None:
    """Take the schema away again."""
    statement(address, "SET client_min_messages = warning",
              f"DROP SCHEMA IF EXISTS {address.quoted_schema} CASCADE")
