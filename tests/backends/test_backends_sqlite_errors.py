"""What SQLite's errors turn into."""
import sqlite3

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from broker.backends.sqlite_errors import ANSWERS, translated, translating
from broker.errors import ConcordError, ConfigError, Conflict, TemporarilyUnavailable

SECRET = "given=Synthetica"  # noqa: S105  # stands for what a driver may quote


def driver_error(code: int) -> sqlite3.OperationalError:
    """An error as the driver raises it, quoting what it should not."""
    error = sqlite3.OperationalError(SECRET)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("code", sorted(ANSWERS))
def test_every_known_error_is_translated(code: int) -> None:
    """To one of ours, with a sentence of ours and nothing of the driver's."""
    with pytest.raises(ANSWERS[code][0]) as caught, translating():
        raise driver_error(code)

    assert ANSWERS[code][1] == str(caught.value)
    assert None is caught.value.__cause__
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("code", "expected"), [
    (sqlite3.SQLITE_BUSY_SNAPSHOT, TemporarilyUnavailable),
    (sqlite3.SQLITE_IOERR_WRITE, TemporarilyUnavailable),
    (sqlite3.SQLITE_FULL, TemporarilyUnavailable),
    (sqlite3.SQLITE_CANTOPEN_ISDIR, ConfigError),
    (sqlite3.SQLITE_READONLY_DIRECTORY, ConfigError),
    (sqlite3.SQLITE_CORRUPT_INDEX, ConfigError),
    (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, Conflict),
    (sqlite3.SQLITE_CONSTRAINT_UNIQUE, Conflict),
])
def test_an_extended_code_is_read_as_its_primary_one(
    code: int, expected: type[ConcordError],
) -> None:
    """SQLite refines its codes in the upper bytes."""
    assert isinstance(translated(driver_error(code)), expected)


def test_every_sentence_says_a_way_out() -> None:
    """What is wrong, then what to do."""
    assert [] == [code for code, (_, sentence) in ANSWERS.items() if ":" not in sentence]


@pytest.mark.parametrize("error", [
    driver_error(sqlite3.SQLITE_ERROR), driver_error(sqlite3.SQLITE_MISUSE),
    sqlite3.ProgrammingError("closed")])
def test_mistakes_of_our_own_are_left_as_they_are(error: sqlite3.Error) -> None:
    """Nobody outside can do anything about them."""
    with pytest.raises(type(error)), translating():
        raise error


def test_waiting_too_long_for_a_connection_is_being_busy() -> None:
    """More readers at once than there are connections."""
    with pytest.raises(TemporarilyUnavailable), translating():
        raise PoolTimeout
