"""The PostgreSQL store when the server goes away: nothing is lost, and work goes on by itself."""
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.backends.postgres_address import PostgresAddress, connected
from broker.errors import TemporarilyUnavailable
from broker.ports import Row, Table
from tests.backends.postgres_places import address_of, made
from tests.services.started import privately

if TYPE_CHECKING:
    from compose.local.services import Services

PEOPLE = Table("people", (("id", "text"), ("document", "bytes")), ("id",), (("document",),))
TABLES = (PEOPLE,)
MARKED = b"Synthetica-Marked-Name"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Services]":
    """A PostgreSQL of this module's own."""
    with privately(tmp_path_factory.mktemp("restart") / "services", "postgres") as services:
        yield services


@pytest.fixture
def address(services: "Services", namespace: str) -> PostgresAddress:
    """A new schema on the private server, which is running."""
    services.postgres.start()
    address = address_of(services.postgres.server, namespace)
    made(address, TABLES)
    return address


@pytest.fixture
def store(address: PostgresAddress) -> Iterator[PostgresStore]:
    """The schema as a worker opens it."""
    with closing(PostgresDatabase(address, patience_seconds=2)) as database:
        yield PostgresStore(database, TABLES)


def write(store: PostgresStore, *rows: Row) -> None:
    """One transaction."""
    with store.begin() as unit:
        unit.insert(PEOPLE, rows)


def everyone(store: PostgresStore) -> list[Row]:
    """All people, by id."""
    with store.view() as view:
        return view.scan(PEOPLE, "id")


def test_after_a_restart_work_goes_on(services: "Services", store: PostgresStore) -> None:
    """Connections that the restart broke are replaced before anything is asked on them."""
    threads = [Thread(target=everyone, args=(store,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    write(store, ("ann", None))
    services.postgres.restart()
    write(store, ("ben", None))

    assert [("ann", None), ("ben", None)] == everyone(store)


def test_a_killed_server_has_what_was_committed_and_no_more(
    services: "Services", store: PostgresStore,
) -> None:
    """The transaction that was open is told to try again."""
    def be_killed() -> None:
        with store.begin() as unit:
            unit.insert(PEOPLE, [("ben", None)])
            services.postgres.kill()
            unit.insert(PEOPLE, [("cat", None)])

    write(store, ("ann", None))
    with pytest.raises(TemporarilyUnavailable):
        be_killed()
    services.postgres.start()

    assert [("ann", None)] == everyone(store)


def test_a_server_stopped_before_the_commit_keeps_nothing(
    services: "Services", store: PostgresStore,
) -> None:
    """Whoever wrote is told to try again, and may."""
    def be_stopped() -> None:
        with store.begin() as unit:
            unit.insert(PEOPLE, [("ben", None)])
            services.postgres.restart()

    with pytest.raises(TemporarilyUnavailable):
        be_stopped()
    write(store, ("ben", None))

    assert [("ben", None)] == everyone(store)


def test_a_server_that_is_stopped_is_told_until_it_is_back(
    services: "Services", store: PostgresStore,
) -> None:
    """Readers and writers alike."""
    services.postgres.stop()
    for work in (lambda: everyone(store), lambda: write(store, ("ann", None))):
        with pytest.raises(TemporarilyUnavailable):
            work()
    services.postgres.start()

    assert [] == everyone(store)


@contextmanager
def deaf_to_commits(address: PostgresAddress) -> Iterator[PostgresAddress]:
    """A way to the server that breaks once people were inserted and committed, and does not bring
    the answer."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, socket.create_connection((address.host, address.port)) as server:
                    pass_on(client, server)

    def pass_on(client: socket.socket, server: socket.socket) -> None:
        back = Thread(target=bring, args=(server, client))
        back.start()
        said = b""
        while piece := client.recv(65536):
            said += piece
            if b"INSERT INTO people" in said and b"COMMIT" in piece:
                lost.append(True)
            server.sendall(piece)
        server.shutdown(socket.SHUT_RDWR)
        back.join()

    def bring(server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while piece := server.recv(65536):
                if lost:
                    break
                client.sendall(piece)
            client.shutdown(socket.SHUT_RDWR)

    lost: list[bool] = []
    thread = Thread(target=serve)
    thread.start()
    try:
        yield replace(address, port=listener.getsockname()[1], sslmode="disable")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def test_a_commit_whose_answer_is_lost_is_to_be_tried_again(
    address: PostgresAddress, store: PostgresStore,
) -> None:
    """It may have happened: every step may be done twice."""
    with deaf_to_commits(address) as way, closing(PostgresDatabase(way)) as database, \
            pytest.raises(TemporarilyUnavailable, match="may be done twice"):
        write(PostgresStore(database, TABLES), ("ann", None))

    assert [("ann", None)] == everyone(store)


def test_what_is_erased_leaves_no_byte(
    services: "Services", store: PostgresStore, tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Neither in the tables nor in their indexes, once the server has written them out."""
    folder = next(tmp_path_factory.getbasetemp().glob("restart*")) / "services"
    write(store, *((f"{MARKED.decode()} {number}", MARKED * 3) for number in range(50)),
          *((f"other {number}", b"other") for number in range(500)))
    services.postgres.restart()
    assert MARKED in on_disk(folder)

    with store.begin() as unit:
        unit.delete(PEOPLE, [(f"{MARKED.decode()} {number}",) for number in range(50)])
    store.scrub()
    services.postgres.stop()

    assert MARKED not in on_disk(folder)


def on_disk(folder: Path) -> bytes:
    """Every byte of the server's tables and indexes."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("base/*/*"))
                    if path.is_file())


def test_an_erasure_says_when_a_reader_still_sees_it(
    address: PostgresAddress, store: PostgresStore,
) -> None:
    """The old rows are kept for them."""
    write(store, ("ann", None))
    reader = connected(address, patience_seconds=30, idle_seconds=60)
    with closing(reader):
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM people")
        with store.begin() as unit:
            unit.delete(PEOPLE, [("ann",)])
        with pytest.raises(TemporarilyUnavailable, match="erase again"):
            store.scrub()
    store.scrub()

    assert [] == everyone(store)
