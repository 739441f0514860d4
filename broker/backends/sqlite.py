"""The embedded backend: log and store in one SQLite file, shared by every process of a machine."""
import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Lock, get_ident
from typing import Any

from sqlalchemy import URL, Column, MetaData, Text, create_engine, event, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.sqlite import dialect, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import PoolProxiedConnection

from broker.backends.partitions import PARTITIONS
from broker.backends.sql_log import Cursor, SqlLog, log_texts_of
from broker.backends.sql_store import SqlStore
from broker.backends.sql_tables import creation_of, text_of, texts_of
from broker.backends.sqlite_errors import BUSY, FULL, translating
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.log.records import Lane
from broker.ports import Table

FILE_NAME = "concord.db"
FORMAT = "1"
PATIENCE_SECONDS = 30.0
DIALECT = dialect()  # one for all files: what is written in it once need not be written again

_SETUP = (
    "PRAGMA journal_mode = WAL",          # readers never wait for the writer
    "PRAGMA synchronous = FULL",          # a commit is on the disk when it returns
    "PRAGMA secure_delete = ON",          # what is deleted is overwritten, not only unlinked
    "PRAGMA cache_size = -131072",        # 128 MiB: keys come in random order
    "PRAGMA mmap_size = 0",               # a disk error is then an answer, not a signal
    "PRAGMA temp_store = MEMORY",         # no personal data in temporary files
    # 128 MiB of changes before they are moved into the file: random keys change the same pages
    # again and again, and each page is then moved once.
    "PRAGMA wal_autocheckpoint = 32768",
    "PRAGMA trusted_schema = OFF",
)


class SqliteFile:
    """One database file, opened for log and store; safe to share between threads.

    One thread writes at a time: within the process they queue for a lock, between processes for
    SQLite's own, both no longer than `patience_seconds`.
    """

    def __init__(
        self, directory: Path, *, partitions: int = PARTITIONS,
        patience_seconds: float = PATIENCE_SECONDS,
    ):
        assert partitions > 0, "a topic has at least one partition"
        self.partitions = partitions
        self._patience_seconds = patience_seconds
        self._path = directory / FILE_NAME
        self._writer = Lock()
        self._open_here: set[int] = set()
        self._engine = create_engine(
            URL.create("sqlite+pysqlite", database=str(self._path)),
            hide_parameters=True, pool_size=4, max_overflow=28, pool_use_lifo=True,
            pool_timeout=patience_seconds,
            connect_args={"timeout": patience_seconds, "isolation_level": None,
                          "check_same_thread": False, "cached_statements": 512},
        )
        event.listen(self._engine, "connect", _set_up)
        self.dialect: Dialect = DIALECT
        self._settings = _settings()
        self._process = os.getpid()
        try:
            self._make_file()
            self._check()
        except BaseException:
            self.close()
            raise

    def _make_file(self) -> None:
        """Make the file if need be, readable by this user alone: it holds children's records."""
        try:
            self._path.parent.mkdir(exist_ok=True)
            # One that is there is not opened: closing it again would drop every lock that this
            # process holds on it, and another process would throw away its write-ahead log.
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            if self._path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not os.access(self._path, os.R_OK | os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise TemporarilyUnavailable(FULL) from None
            raise ConfigError(
                f"the store {self._path} cannot be opened ({error.strerror}): name another"
                " --home, or give this user the right to write there") from None

    def _check(self) -> None:
        """Refuse a file that is another program's, another version's or cut differently."""
        with self.reading() as cursor:
            kept = self._settings.read(cursor, self._path)
        if kept is None:
            with self.writing() as cursor:
                kept = self._settings.read(cursor, self._path)
                if kept is None:  # nobody else made it meanwhile
                    for text in log_texts_of(self.dialect).creation:
                        cursor.execute(text)
                    kept = self._settings.create(cursor, self.partitions)
        if kept["format"] != FORMAT:
            raise ConfigError(
                f"the store {self._path} has format {kept['format']}, this version of Concord"
                f" reads format {FORMAT}: use the version that wrote it, or another --home")
        if kept["partitions"] != str(self.partitions):
            raise ConfigError(
                f"the store {self._path} was made with {kept['partitions']} partitions a topic,"
                f" not {self.partitions}: set it back, the number can never change")

    def declare(self, tables: Sequence[Table]) -> None:
        """Make the tables that are not there; `ConfigError` if one is there in another shape."""
        wanted = {f"table:{table.name}": _shape(table) for table in tables}
        with self.reading() as cursor:
            kept = self._settings.read(cursor, self._path) or {}
        if wanted.items() <= kept.items():
            return
        with self.writing() as cursor:
            kept = self._settings.read(cursor, self._path) or {}
            for table in tables:
                name = f"table:{table.name}"
                added = _added(kept.get(name, wanted[name]), wanted[name])
                if added is None:
                    raise ConfigError(
                        f"the table {table.name} in {self._path} was written by another version of"
                        " Concord: use that version, or publish into a new --home")
                sql = texts_of(table, self.dialect)
                for text in (*(sql.adding(column) for column in added), *sql.creation):
                    cursor.execute(text)
                self._settings.write(cursor, name, wanted[name])

    @contextmanager
    def _alone(self) -> Iterator[None]:
        assert os.getpid() == self._process, "every process opens the file for itself"
        # A second transaction of one thread would wait for the first for ever.
        me = get_ident()
        assert me not in self._open_here, "one transaction at a time: read through the unit"
        self._open_here.add(me)
        try:
            yield
        finally:
            self._open_here.discard(me)

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """A writing transaction, alone in the whole file from its beginning."""
        with self._alone():
            if not self._writer.acquire(timeout=self._patience_seconds):
                raise TemporarilyUnavailable(BUSY)
            try:
                with self._transaction("BEGIN IMMEDIATE") as cursor:
                    yield cursor
            finally:
                self._writer.release()

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """A reading transaction: everything as it was at its first question."""
        with self._alone(), self._transaction("BEGIN") as cursor:
            yield cursor

    def relaying(self, _lane: Lane) -> AbstractContextManager[Cursor]:
        """A writing transaction, alone with every lane's outbox as with everything."""
        return self.writing()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Cursor]:
        with translating():
            connection = self._engine.raw_connection()
            try:
                cursor: Any = connection.cursor()
                cursor.execute(begin)
                try:
                    yield cursor
                    cursor.execute("COMMIT")
                except BaseException:
                    _roll_back(connection)
                    raise
            finally:
                connection.close()

    def translating(self) -> AbstractContextManager[None]:
        """Turn the driver's errors into ours, at the statement that met them."""
        return translating()

    def scrub(self) -> None:
        """Move everything into the file, where what was deleted is overwritten, and empty the
        write-ahead log; `TemporarilyUnavailable` while a reader still needs it: call again."""
        with self._alone(), translating():
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                row = cursor.fetchone()
                assert row is not None
                if row[0]:
                    raise TemporarilyUnavailable(
                        "what was erased is still in the write-ahead log, because somebody is"
                        " reading: erase again when they have finished")
            finally:
                connection.close()

    def rebuild(self) -> None:
        """Write the whole file anew, then `scrub`: pages that SQLite has split keep stray copies
        of rows that moved, which `secure_delete` does not reach. Needs as much free disk and
        memory as the file is large."""
        with self._alone(), translating():
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("VACUUM")
            finally:
                connection.close()
        self.scrub()

    def close(self) -> None:
        """Give the file back; the last to close it folds the write-ahead log into it."""
        self._engine.dispose()


class SqliteLog(SqlLog):
    """The log in a SQLite file."""

    def __init__(self, file: SqliteFile):
        super().__init__(file)


class SqliteStore(SqlStore):
    """The store in a SQLite file, which is the log's own file unless `shared_log` is False."""

    def __init__(self, file: SqliteFile, tables: Sequence[Table], *, shared_log: bool = True):
        super().__init__(file, tables, shared_log=shared_log)
        self._file = file
        file.declare(tables)

    def scrub(self) -> None:
        """After an erasure: leave nothing of what was deleted in the store's own files."""
        self._file.rebuild()


class _Settings:
    """What is true of the file as a whole, kept in the file."""

    def __init__(self) -> None:
        made = SqlTable("concord_settings", MetaData(),
                        Column("name", Text, primary_key=True), Column("value", Text))
        put = insert(made)
        self._creation = creation_of(made, DIALECT)
        self._select = text_of(select(made), DIALECT)
        self._put = text_of(
            put.on_conflict_do_update(index_elements=["name"],
                                      set_={"value": put.excluded.value}), DIALECT)

    def read(self, cursor: Cursor, path: Path) -> dict[str, str] | None:
        """The settings; None in an empty file; `ConfigError` in another program's."""
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {name for (name,) in cursor.fetchall()}
        if not names:
            return None
        if "concord_settings" not in names:
            raise ConfigError(f"{path} belongs to another program: name another --home")
        cursor.execute(self._select)
        return dict(cursor.fetchall())

    def create(self, cursor: Cursor, partitions: int) -> dict[str, str]:
        """Write down how this file is made."""
        for text in self._creation:
            cursor.execute(text)
        for name, value in (("format", FORMAT), ("partitions", str(partitions))):
            self.write(cursor, name, value)
        return {"format": FORMAT, "partitions": str(partitions)}

    def write(self, cursor: Cursor, name: str, value: str) -> None:
        """Add or replace one setting."""
        cursor.execute(self._put, (name, value))


@cache
def _settings() -> _Settings:
    return _Settings()


def _shape(table: Table) -> str:
    """What must never differ, then what may be added to."""
    columns = ",".join(f"{name} {kind}" for name, kind in table.columns)
    indexes = ";".join(",".join(index) for index in sorted(table.indexes))
    return f"{columns} key {','.join(table.key)}|{indexes}"


def _added(kept: str, wanted: str) -> list[str] | None:
    """The columns that the wanted shape has behind the kept ones; None where it is another."""
    kept_columns, _, kept_key = kept.partition("|")[0].partition(" key ")
    wanted_columns, _, wanted_key = wanted.partition("|")[0].partition(" key ")
    before, after = kept_columns.split(","), wanted_columns.split(",")
    if kept_key != wanted_key or after[:len(before)] != before:
        return None
    return [column.partition(" ")[0] for column in after[len(before):]]


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    for text in _SETUP:
        connection.execute(text)


def _roll_back(connection: PoolProxiedConnection) -> None:
    """Leave nothing open behind; a connection that cannot even do that is thrown away."""
    with suppress(sqlite3.Error):
        connection.rollback()
        return
    connection.invalidate()
