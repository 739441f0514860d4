"""The backends that every promise of the ports is tried on."""
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from broker.backends.memory import MemoryLog, MemoryStore
from broker.backends.sqlite import SqliteFile, SqliteLog, SqliteStore
from broker.ports import EventLog, Store, Table


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


OPENERS = {"memory": _memory, "sqlite": _sqlite, "sqlite_apart": _sqlite_apart}
LASTING = ("sqlite", "sqlite_apart")


def _opened(kind: str, request: pytest.FixtureRequest, directory: Path) -> Iterator[Backend]:
    backend = OPENERS[kind](directory, getattr(request.module, "TABLES", ()))
    yield backend
    backend.close()


@pytest.fixture(params=sorted(OPENERS))
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """Every backend in turn, new and empty, with the tables of the test's module."""
    yield from _opened(request.param, request, tmp_path)


@pytest.fixture(params=LASTING)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """Every backend that outlives its process in turn."""
    yield from _opened(request.param, request, tmp_path)


@pytest.fixture
def log(backend: Backend) -> EventLog:
    """Every log in turn, empty."""
    return backend.log


@pytest.fixture
def store(backend: Backend) -> Store:
    """Every store in turn, empty."""
    return backend.store
