"""The served store: one schema of a PostgreSQL database, shared by every worker of a partnership.

Writing transactions are serial: the first statement of each takes the schema's one lock, so that
READ COMMITTED is serialisable, and outbox numbers become visible in their order. Readers see one
moment and wait for nobody.
"""
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import get_ident
from typing import Any, cast

import psycopg
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from broker.backends.partitions import PARTITIONS
from broker.backends.postgres_address import PostgresAddress, connected
from broker.backends.postgres_errors import translating
from broker.backends.postgres_revision import checked
from broker.backends.postgres_rows import PostgresCursor, PostgresUnit, PostgresView, post
from broker.backends.postgres_scrub import scrub
from broker.backends.postgres_tables import ArrayTexts, OutboxSql, dialect
from broker.backends.sql_log import Cursor
from broker.backends.sql_store import SqlStore
from broker.errors import ConfigError, Conflict
from broker.log.records import Lane, Record
from broker.ports import Table

PATIENCE_SECONDS = 30.0
# A worker that was stopped within a transaction must not keep the others waiting for ever; the
# heavy work is done outside of writing transactions, so that none of them stands still for long.
WRITER_IDLE_SECONDS = 60.0
# Readers and relays hold up nobody but the removal of what was deleted, and may be at work with
# what they read.
OTHERS_IDLE_SECONDS = 600.0

_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"


class PostgresDatabase:
    """One schema of a PostgreSQL database; safe to share between threads.

    Opening changes no table: ConfigError, naming the command, where the tables are not those of
    this version. Nobody waits longer than `patience_seconds` for a lock or a connection
    (TemporarilyUnavailable). A connection that broke while nobody used it is replaced.
    """

    def __init__(
        self, address: PostgresAddress, partitions: int = PARTITIONS,
        patience_seconds: float = PATIENCE_SECONDS, *,
        writer_idle_seconds: float = WRITER_IDLE_SECONDS,
    ):
        assert partitions > 0, "a topic has at least one partition"
        self.partitions = partitions
        self.dialect = dialect()
        self._address = address
        self._patience_seconds = patience_seconds
        self._open_here: set[int] = set()
        self._process = os.getpid()
        idle = max(1, round(writer_idle_seconds * 1000))
        self._begin_writing = (
            f"{_WRITING}; SET LOCAL idle_in_transaction_session_timeout = {idle};"
            f" SELECT pg_advisory_xact_lock({address.lock('writing')})")
        self._pool = QueuePool(
            cast(Any, self._connect), pool_size=4, max_overflow=28, use_lifo=True,
            timeout=patience_seconds, reset_on_return=None)
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> psycopg.Connection[Any]:
        return connected(self._address, patience_seconds=self._patience_seconds,
                         idle_seconds=OTHERS_IDLE_SECONDS)

    def _check(self) -> None:
        """Refuse tables of another version, and a store that was cut differently."""
        with self.reading() as cursor:
            checked(cursor)
            kept = self._partitions(cursor)
        if kept is None:
            with self.writing() as cursor:
                cursor.execute(
                    "INSERT INTO concord_settings (name, value) VALUES ('partitions', %s)"
                    " ON CONFLICT DO NOTHING", (str(self.partitions),))
                kept = self._partitions(cursor)
        if kept != str(self.partitions):
            raise ConfigError(
                f"the store was made with {kept} partitions a topic, not {self.partitions}: set it"
                " back, the number can never change")

    def _partitions(self, cursor: Cursor) -> str | None:
        cursor.execute("SELECT value FROM concord_settings WHERE name = 'partitions'")
        row = cursor.fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def _alone(self) -> Iterator[None]:
        assert os.getpid() == self._process, "every process opens the database for itself"
        # A second transaction of one thread would wait for the first.
        me = get_ident()
        assert me not in self._open_here, "one transaction at a time: read through the unit"
        self._open_here.add(me)
        try:
            yield
        finally:
            self._open_here.discard(me)

    def writing(self) -> AbstractContextManager[PostgresCursor]:
        """A writing transaction, alone in the whole schema from its first statement."""
        return self._transaction(self._begin_writing)

    def reading(self) -> AbstractContextManager[PostgresCursor]:
        """A reading transaction: everything as it was at its first question."""
        return self._transaction(_READING)

    def relaying(self, lane: Lane) -> AbstractContextManager[PostgresCursor]:
        """A transaction that is alone with one lane's outbox; writers go on beside it."""
        lock = self._address.lock("relaying", lane.topic, str(lane.partition))
        return self._transaction(f"{_WRITING}; SELECT pg_advisory_xact_lock({lock})")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[PostgresCursor]:
        with self._alone(), translating():
            connection = self._begun(begin)
            try:
                cursor = _driver(connection).cursor(binary=True)
                try:
                    yield cursor
                    _commit(_driver(connection))
                except BaseException:
                    _roll_back(connection)
                    raise
            finally:
                connection.close()

    def _begun(self, begin: str) -> PoolProxiedConnection:
        """A connection with a transaction begun. One that broke since it was last used (as all do
        when the server is restarted) shows it here, where nothing is lost by taking another."""
        while True:
            connection = self._pool.connect()
            used_before = connection.info.get("used", False)
            connection.info["used"] = True
            try:
                _driver(connection).execute(begin, prepare=False)
            except BaseException as error:
                lost = isinstance(error, psycopg.OperationalError) and _driver(connection).broken
                _roll_back(connection)
                connection.close()
                if not (lost and used_before):
                    raise
            else:
                return connection

    def translating(self) -> AbstractContextManager[None]:
        """Turn the driver's errors into ours, at the statement that met them."""
        return translating()

    def scrub(self) -> None:
        """Take out what deletion left in the tables and their indexes.

        Tables of up to a gibibyte are written anew without it, one after another, each closed to
        readers meanwhile. Larger ones are cleaned while they are read: no query reaches what was
        deleted, but its bytes stay in the free space of the server's files until other rows need
        it, or until `VACUUM FULL` is run by hand. The same goes, at any size, for the write-ahead
        log, until it is recycled, and for backups, until they are thrown away.

        Waits for whoever can still see what was deleted, no longer than the patience:
        `TemporarilyUnavailable` then, to be called again.
        """
        with self._alone(), translating():
            connection = self._begun("SELECT 1")
            try:
                scrub(_driver(connection), self._patience_seconds)
            except BaseException:
                _roll_back(connection)
                raise
            finally:
                connection.close()

    def close(self) -> None:
        """Give the connections back."""
        self._pool.dispose()


class PostgresStore(SqlStore):
    """The store in a PostgreSQL schema; the log is another system, reached by the outbox."""

    def __init__(self, database: PostgresDatabase, tables: Sequence[Table]):
        super().__init__(database, tables, shared_log=False)
        self._arrays = ArrayTexts(tables, database.dialect)
        self._outbox = OutboxSql(database.dialect)

    def _unit(self, cursor: Cursor) -> PostgresUnit:
        return PostgresUnit(self._database, cast(PostgresCursor, cursor), self._tables,
                            self._arrays)

    def _view(self, cursor: Cursor) -> PostgresView:
        return PostgresView(cast(PostgresCursor, cursor), self._tables, self._arrays)

    def _post(self, cursor: Cursor, sent: Mapping[Lane, Sequence[Record]]) -> None:
        post(self._outbox, cast(PostgresCursor, cursor), sent)

    def waiting(self) -> Sequence[Lane]:
        """The lanes for which records were sent that are not in the log yet."""
        with self._database.reading() as cursor:
            cursor.execute(self._outbox.lanes_waiting)
            return [Lane(topic, part) for topic, part in cursor.fetchall()]


def _driver(connection: PoolProxiedConnection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.driver_connection)


def _commit(connection: psycopg.Connection[Any]) -> None:
    """Commit; a transaction in which a statement failed would be rolled back without a word."""
    if connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
        raise Conflict("a step of the transaction failed: reload and try again")
    connection.execute("COMMIT", prepare=False)


def _roll_back(connection: PoolProxiedConnection) -> None:
    """Leave nothing open behind; a connection that cannot even do that is thrown away."""
    with suppress(psycopg.Error):
        _driver(connection).execute("ROLLBACK", prepare=False)
        return
    connection.invalidate()
