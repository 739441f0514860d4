"""What PostgreSQL's errors turn into."""
import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import TimeoutError as PoolTimeout

from broker.backends.postgres_errors import ANSWERS, REFUSALS, refused, translated, translating
from broker.errors import ConcordError, ConfigError, Conflict, TemporarilyUnavailable

SECRET = "given=Synthetica"  # noqa: S105  # stands for what a driver may quote


def driver_error(state: str) -> psycopg.Error:
    """An error as the driver raises it, quoting what it should not."""
    error = errors.OperationalError(SECRET)
    error.sqlstate = state
    return error


@pytest.mark.parametrize("state", sorted(ANSWERS))
def test_every_known_error_is_translated(state: str) -> None:
    """To one of ours, with a sentence of ours and nothing of the driver's; a class by any of its
    members."""
    code = state if len(state) == 5 else f"{state}ZZZ"
    with pytest.raises(ANSWERS[state][0]) as caught, translating():
        raise driver_error(code)

    assert ANSWERS[state][1] == str(caught.value)
    assert None is caught.value.__cause__
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("error", "expected"), [
    (errors.ConnectionFailure, TemporarilyUnavailable),
    (errors.UniqueViolation, Conflict),
    (errors.SerializationFailure, Conflict),
    (errors.DeadlockDetected, Conflict),
    (errors.StatementCompletionUnknown, TemporarilyUnavailable),
    (errors.InFailedSqlTransaction, Conflict),
    (errors.IdleInTransactionSessionTimeout, TemporarilyUnavailable),
    (errors.ReadOnlySqlTransaction, TemporarilyUnavailable),
    (errors.InvalidPassword, ConfigError),
    (errors.InvalidCatalogName, ConfigError),
    (errors.InvalidSchemaName, ConfigError),
    (errors.InsufficientPrivilege, ConfigError),
    (errors.UndefinedTable, ConfigError),
    (errors.UndefinedColumn, ConfigError),
    (errors.DuplicateTable, ConfigError),
    (errors.DiskFull, TemporarilyUnavailable),
    (errors.OutOfMemory, TemporarilyUnavailable),
    (errors.TooManyConnections, TemporarilyUnavailable),
    (errors.LockNotAvailable, TemporarilyUnavailable),
    (errors.QueryCanceled, TemporarilyUnavailable),
    (errors.AdminShutdown, TemporarilyUnavailable),
    (errors.CrashShutdown, TemporarilyUnavailable),
    (errors.CannotConnectNow, TemporarilyUnavailable),
    (errors.DatabaseDropped, ConfigError),
    (errors.IoError, TemporarilyUnavailable),
    (errors.DataCorrupted, ConfigError),
])
def test_an_error_is_named_by_what_the_caller_must_do(
    error: type[psycopg.Error], expected: type[ConcordError],
) -> None:
    """As the driver names it."""
    assert isinstance(translated(error(SECRET)), expected)


def test_a_full_disk_is_named() -> None:
    """Its class says less."""
    answer = translated(errors.DiskFull(SECRET))

    assert "PostgreSQL's disk is full: free some space and try again, nothing was lost" == str(
        answer)


def test_every_sentence_says_a_way_out() -> None:
    """What is wrong, then what to do."""
    assert [] == [state for state, (_, sentence) in [*ANSWERS.items(), *REFUSALS.items()]
                  if ":" not in sentence]


@pytest.mark.parametrize("error", [
    errors.SyntaxError(SECRET), errors.NumericValueOutOfRange(SECRET),
    errors.NotNullViolation(SECRET), psycopg.ProgrammingError("of the driver's own"),
    psycopg.InterfaceError("the cursor is closed")])
def test_mistakes_of_our_own_are_left_as_they_are(error: psycopg.Error) -> None:
    """Nobody outside can do anything about them."""
    with pytest.raises(type(error)), translating():
        raise error


def test_a_lost_connection_says_to_try_again() -> None:
    """The driver notices it by itself, without a state; what was asked may have happened."""
    with pytest.raises(TemporarilyUnavailable, match="may be done twice without harm"), \
            translating():
        raise psycopg.OperationalError("server closed the connection unexpectedly")


def test_waiting_too_long_for_a_connection_is_being_busy() -> None:
    """More threads at once than there are connections."""
    with pytest.raises(TemporarilyUnavailable), translating():
        raise PoolTimeout


@pytest.mark.parametrize("words", sorted(REFUSALS))
def test_every_known_refusal_is_translated(words: str) -> None:
    """A connection that did not come about is told by the server's words alone."""
    answer = refused(psycopg.OperationalError(f"connection failed: FATAL: {words} {SECRET}"))

    assert REFUSALS[words] == (type(answer), str(answer))


def test_an_unknown_refusal_says_to_try_again() -> None:
    """It may be the network, or a server that speaks another language."""
    answer = refused(psycopg.OperationalError(f"Verbindungsaufbau abgelehnt {SECRET}"))

    assert (TemporarilyUnavailable, "PostgreSQL cannot be reached: check that it runs at the"
            " configured host and port") == (type(answer), str(answer))
