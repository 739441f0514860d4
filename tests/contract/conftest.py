"""The backends that every promise of the ports is tried on."""
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from broker.backends.memory import MemoryLog, MemoryStore
from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.backends.sqlite import SqliteFile, SqliteLog, SqliteStore
from broker.ports import EventLog, Store, Table
from tests.backends import kafka_places
from tests.backends.postgres_places import address_of, made


@dataclass
class Backend:
    """A log and a store that belong together, and how to open them anew (None: cannot)."""

    log: EventLog
    store: Store
    shared_log: bool
    close: Callable[[], None]
    reopen: Callable[[], "Backend"] | None


def _memory(_directory: Path, _tables: tuple[Table, ...]) -> Backend:
    return Backend(MemoryLog(), MemoryStore(), False, lambda: None, None)


def _sqlite(directory: Path, tables: tuple[Table, ...]) -> Backend:
    file = SqliteFile(directory / "home")
    return Backend(SqliteLog(file), SqliteStore(file, tables), True, file.close,
                   lambda: _sqlite(directory, tables))


def _sqlite_apart(directory: Path, tables: tuple[Table, ...]) -> Backend:
    log, store = SqliteFile(directory / "log"), SqliteFile(directory / "store")

    def close() -> None:
        log.close()
        store.close()

    return Backend(SqliteLog(log), SqliteStore(store, tables, shared_log=False), False, close,
                   lambda: _sqlite_apart(directory, tables))


def _postgres(request: pytest.FixtureRequest, tables: tuple[Table, ...]) -> Backend:
    address = address_of(request.getfixturevalue("postgres_server"),
                         request.getfixturevalue("namespace"))
    made(address, tables)
    log = MemoryLog()  # what outlives a process here is the store alone

    def opened() -> Backend:
        database = PostgresDatabase(address)
        return Backend(log, PostgresStore(database, tables), False, database.close, opened)

    return opened()


def _postgres_and_kafka(request: pytest.FixtureRequest, tables: tuple[Table, ...]) -> Backend:
    address = address_of(request.getfixturevalue("postgres_server"),
                         request.getfixturevalue("namespace"))
    made(address, tables)
    cluster = kafka_places.address_of(request.getfixturevalue("kafka_server"),
                                      request.getfixturevalue("namespace"))

    def opened() -> Backend:
        database, log = PostgresDatabase(address), kafka_places.MakingLog(cluster)

        def close() -> None:
            database.close()
            log.close()

        return Backend(log, PostgresStore(database, tables), False, close, opened)

    return opened()


OPENERS = {"memory": _memory, "sqlite": _sqlite, "sqlite_apart": _sqlite_apart}
SERVED = {"postgres": _postgres, "postgres_and_kafka": _postgres_and_kafka}
LASTING = ("sqlite", "sqlite_apart", *SERVED)


def _opened(kind: str, request: pytest.FixtureRequest, directory: Path) -> Iterator[Backend]:
    tables = getattr(request.module, "TABLES", ())
    backend = (SERVED[kind](request, tables) if kind in SERVED
               else OPENERS[kind](directory, tables))
    yield backend
    backend.close()


@pytest.fixture(params=sorted({*OPENERS, *SERVED}))
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """Every backend in turn, new and empty, with the tables of the test's module."""
    yield from _opened(request.param, request, tmp_path)


@pytest.fixture(params=LASTING)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """Every backend that outlives its process in turn."""
    yield from _opened(request.param, request, tmp_path)


def _logged(kind: str, request: pytest.FixtureRequest, directory: Path,
            differing: Mapping[str, str] | None = None) -> Iterator[EventLog]:
    if kind in OPENERS:
        backend = OPENERS[kind](directory, ())
        yield backend.log
        backend.close()
        return
    address = kafka_places.address_of(request.getfixturevalue("kafka_server"),
                                      request.getfixturevalue("namespace"))
    log = kafka_places.MakingLog(address, differing, settle_seconds=0.1)
    yield log
    log.close()


@pytest.fixture(params=sorted({*OPENERS, "kafka"}))
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventLog]:
    """Every log in turn, empty."""
    yield from _logged(request.param, request, tmp_path)


@pytest.fixture(params=sorted({*OPENERS, "kafka"}))
def forgetful(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventLog]:
    """Every log in turn, empty, and in no need of days to forget what is erased."""
    yield from _logged(request.param, request, tmp_path, kafka_places.FORGETFUL)


@pytest.fixture(params=sorted(OPENERS))
def at_once(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventLog]:
    """Every log in turn that forgets at once what is erased, empty."""
    yield from _logged(request.param, request, tmp_path)


@pytest.fixture
def store(backend: Backend) -> Store:
    """Every store in turn, empty."""
    return backend.store
