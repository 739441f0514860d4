"""Making and upgrading the served store's tables: the only thing that changes them."""
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from broker.backends import migrations
from broker.backends.postgres_address import PostgresAddress, connected
from broker.backends.postgres_errors import translating
from broker.backends.postgres_revision import REVISIONS, later

_PATIENCE_SECONDS = 30.0
_IDLE_SECONDS = 600.0


def missing(address: PostgresAddress) -> Sequence[str]:
    """The revisions that `upgrade` would add: none if the tables are up to date."""
    with _transaction(address, _PATIENCE_SECONDS) as connection:
        return _missing(connection)


def upgrade(
    address: PostgresAddress, upto: str = REVISIONS[-1], *,
    patience_seconds: float = _PATIENCE_SECONDS,
) -> Sequence[str]:
    """Bring the schema's tables to a revision, all or nothing; the revisions added.

    Makes the schema if need be. Alone with the store, as a writing transaction is, so that of two
    at once the second finds nothing left to do. `TemporarilyUnavailable` while others hold the
    tables for longer than the patience; `ConfigError` if a later version of Concord made them.
    """
    with _transaction(address, patience_seconds) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"),
                           {"lock": address.lock("writing")})
        # Asked first, since making even a schema that is there takes the right to make one.
        there = connection.scalar(
            text("SELECT count(*) FROM pg_namespace WHERE nspname = :schema"),
            {"schema": address.schema})
        if not there:
            connection.exec_driver_sql(f"CREATE SCHEMA {address.quoted_schema}")
        added = [each for each in _missing(connection) if each <= upto]
        if added:
            config = Config(attributes={"connection": connection})
            folder = str(Path(migrations.__file__).parent)
            config.set_main_option("script_location", folder.replace("%", "%%"))
            config.set_main_option("path_separator", "newline")
            command.upgrade(config, upto)
    return added


def _missing(connection: Connection) -> Sequence[str]:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return REVISIONS
    if current not in REVISIONS:
        raise later(current)
    return REVISIONS[REVISIONS.index(current) + 1:]


@contextmanager
def _transaction(address: PostgresAddress, patience_seconds: float) -> Iterator[Connection]:
    """One transaction through SQLAlchemy, which Alembic works with."""
    def connect() -> psycopg.Connection[Any]:
        made = connected(address, patience_seconds=patience_seconds, idle_seconds=_IDLE_SECONDS)
        made.autocommit = False
        return made

    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool,
                           hide_parameters=True, use_native_hstore=False)
    with translating():
        try:
            with engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            if isinstance(error.orig, psycopg.Error):
                raise error.orig from None
            raise
