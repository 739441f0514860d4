"""What PostgreSQL's errors mean to the caller: one table, used where a transaction ends."""
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import TimeoutError as PoolTimeout

from broker.errors import ConcordError, ConfigError, Conflict, TemporarilyUnavailable

Answer = tuple[type[ConcordError], str]

BUSY = "the store is in use by another Concord process: try again when it has finished"
UPGRADE = "concord init --kafka"
_LOST = ("the connection to PostgreSQL was lost: try again, every step may be done twice without"
         " harm")
_AWAY = "PostgreSQL cannot be reached: check that it runs at the configured host and port"
_FULL = "PostgreSQL's disk is full: free some space and try again, nothing was lost"
_DAMAGED = "PostgreSQL's files cannot be read or are damaged: look at its own log"
_RACE = "another transaction was in the way: reload and try again"
_SIGN_IN = "PostgreSQL refuses the configured user: check user, password and pg_hba.conf"
_RIGHTS = ("PostgreSQL's user lacks a right: make it the owner of the schema, or let the owner run"
           f" `{UPGRADE}`")
_NO_TABLES = f"the store's tables are not there or not as this version wants: run `{UPGRADE}`"
_TLS = ("PostgreSQL's certificate or TLS setting does not fit the configuration: check ca_file,"
        " sslmode and the server's certificate")

# By SQLSTATE, or by its class, the first two characters
# (https://www.postgresql.org/docs/current/errcodes-appendix.html). The driver's own text is never
# passed on: it can quote what was being stored.
ANSWERS: dict[str, Answer] = {
    "08": (TemporarilyUnavailable, _LOST),
    "23505": (Conflict, "another transaction has written this row: reload and try again"),
    "25P02": (Conflict, "the transaction was lost at an earlier step: reload and try again"),
    "25P03": (TemporarilyUnavailable,
              "PostgreSQL ended a transaction that stood still for too long: try again"),
    "25006": (TemporarilyUnavailable,
              "PostgreSQL only reads at the moment, as a standby does: try again when it has taken"
              " over"),
    "28": (ConfigError, _SIGN_IN),
    "3D000": (ConfigError,
              "the configured PostgreSQL database is not there: make it, or name another"),
    "3F000": (ConfigError, _NO_TABLES),
    "40": (Conflict, _RACE),
    "40003": (TemporarilyUnavailable, _LOST),
    "42501": (ConfigError, _RIGHTS),
    "42P01": (ConfigError, _NO_TABLES),
    "42703": (ConfigError, _NO_TABLES),
    "42P07": (ConfigError,
              "PostgreSQL's schema holds tables of another program: name another namespace"),
    "53": (TemporarilyUnavailable,
           "PostgreSQL is short of memory or other means: try again, and look at its own log"),
    "53100": (TemporarilyUnavailable, _FULL),
    "53300": (TemporarilyUnavailable,
              "PostgreSQL has no connection left: try again, or raise its max_connections"),
    "55P03": (TemporarilyUnavailable, BUSY),
    "55006": (TemporarilyUnavailable, BUSY),
    "57": (TemporarilyUnavailable, "PostgreSQL interrupted the work: try again, nothing was lost"),
    "57P01": (TemporarilyUnavailable, "PostgreSQL is being stopped: try again when it is back"),
    "57P02": (TemporarilyUnavailable, "PostgreSQL has crashed: try again when it is back"),
    "57P03": (TemporarilyUnavailable, "PostgreSQL is starting: try again shortly"),
    "57P04": (ConfigError,
              "the configured PostgreSQL database was dropped: restore it, or name another"),
    "58": (TemporarilyUnavailable,
           "PostgreSQL's disk cannot be read or written: check it and try again"),
    "XX001": (ConfigError, f"{_DAMAGED}, and restore a backup"),
    "XX002": (ConfigError, f"{_DAMAGED}, and restore a backup"),
}

# A refused connection comes without a SQLSTATE, in words alone (English, as long as the server
# writes its messages so; in another language they all mean `_AWAY`).
REFUSALS: dict[str, Answer] = {
    "authentication failed for user": ANSWERS["28"],
    "no password supplied": ANSWERS["28"],
    "no pg_hba.conf entry": ANSWERS["28"],
    "is not permitted to log in": ANSWERS["28"],
    'FATAL:  role "': ANSWERS["28"],
    'FATAL:  database "': ANSWERS["3D000"],
    "permission denied for database": ANSWERS["42501"],
    "too many connections": ANSWERS["53300"],
    "too many clients already": ANSWERS["53300"],
    "remaining connection slots": ANSWERS["53300"],
    "the database system is starting up": ANSWERS["57P03"],
    "the database system is not yet accepting connections": ANSWERS["57P03"],
    "the database system is shutting down": ANSWERS["57P01"],
    "the database system is in recovery mode": ANSWERS["57P03"],
    "SSL error": (ConfigError, _TLS),
    "does not support SSL": (ConfigError, _TLS),
    "root certificate file": (ConfigError, _TLS),
    "server certificate for": (ConfigError, _TLS),
    "valid client certificate": (ConfigError, _TLS),
}


def translated(error: psycopg.Error) -> ConcordError | None:
    """What the caller must do about it; None if it is a mistake of our own."""
    code = error.sqlstate
    if code is None:
        # The driver itself noticed: a connection that broke, or is closed already.
        lost = isinstance(error, psycopg.OperationalError)
        return TemporarilyUnavailable(_LOST) if lost else None
    answer = ANSWERS.get(code) or ANSWERS.get(code[:2])
    return None if answer is None else answer[0](answer[1])


def refused(error: psycopg.Error) -> ConcordError:
    """What the caller must do about a connection that did not come about."""
    said = str(error)
    kind, sentence = next((answer for words, answer in REFUSALS.items() if words in said),
                          (TemporarilyUnavailable, _AWAY))
    return kind(sentence)


@contextmanager
def translating() -> Iterator[None]:
    """Turn the driver's errors into ours, without what the driver said."""
    try:
        yield
    except PoolTimeout:
        raise TemporarilyUnavailable(BUSY) from None
    except psycopg.Error as error:
        answer = translated(error)
        if answer is None:
            raise
        raise answer from None
