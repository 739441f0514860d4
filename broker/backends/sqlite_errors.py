"""What SQLite's errors mean to the caller: one table, used at the edge of every transaction."""
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import TimeoutError as PoolTimeout

from broker.errors import ConcordError, ConfigError, Conflict, TemporarilyUnavailable

BUSY = "the store is in use by another Concord process: try again when it has finished"
FULL = "the disk that holds the store is full: free some space and try again, nothing was lost"
_OPEN = ("the store's file cannot be opened: check that the folder of --home exists and that this"
         " user may write in it")

# By primary result code (https://www.sqlite.org/rescode.html). The driver's own text is never
# passed on: it can quote what was being stored.
ANSWERS: dict[int, tuple[type[ConcordError], str]] = {
    sqlite3.SQLITE_BUSY: (TemporarilyUnavailable, BUSY),
    sqlite3.SQLITE_LOCKED: (TemporarilyUnavailable, BUSY),
    sqlite3.SQLITE_PROTOCOL: (TemporarilyUnavailable, BUSY),
    sqlite3.SQLITE_INTERRUPT: (
        TemporarilyUnavailable, "the store was interrupted: try again, nothing was lost"),
    sqlite3.SQLITE_FULL: (TemporarilyUnavailable, FULL),
    sqlite3.SQLITE_IOERR: (
        TemporarilyUnavailable,
        "the disk that holds the store cannot be read or written: check it and try again"),
    sqlite3.SQLITE_NOMEM: (
        TemporarilyUnavailable, "the store has no memory left: end other programs and retry"),
    sqlite3.SQLITE_CANTOPEN: (ConfigError, _OPEN),
    sqlite3.SQLITE_PERM: (ConfigError, _OPEN),
    sqlite3.SQLITE_AUTH: (ConfigError, _OPEN),
    sqlite3.SQLITE_READONLY: (
        ConfigError, "the store's file cannot be written: give this user the right to write it and"
                     " its folder"),
    sqlite3.SQLITE_NOTADB: (
        ConfigError, "the store's file is not a database: move it away, or name another --home"),
    sqlite3.SQLITE_CORRUPT: (
        ConfigError, "the store's file is damaged: restore it from a backup and publish again what"
                     " came after"),
    sqlite3.SQLITE_CONSTRAINT: (
        Conflict, "another transaction has written this row: reload and try again"),
}


def translated(error: sqlite3.Error) -> ConcordError | None:
    """What the caller must do about it; None if it is a mistake of our own."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    answer = ANSWERS.get(code & 0xFF)  # the low byte is the primary code
    return None if answer is None else answer[0](answer[1])


@contextmanager
def translating() -> Iterator[None]:
    """Turn the driver's errors into ours, without what the driver said."""
    try:
        yield
    except PoolTimeout:
        raise TemporarilyUnavailable(BUSY) from None
    except sqlite3.Error as error:
        answer = translated(error)
        if answer is None:
            raise
        raise answer from None
