"""What a store on PostgreSQL promises when processes share it, and when one is killed."""
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.backends.postgres_address import PostgresAddress
from broker.errors import TemporarilyUnavailable
from broker.log.records import Lane, Record
from broker.ports import Table
from compose.local.servers import PostgresServer
from tests.backends.postgres_places import address_of, asked, made

LANE, OTHER = (Lane("safeguarding.shared.person", number) for number in range(2))
ROWS = Table("rows", (("writer", "integer"), ("number", "integer")), ("writer", "number"))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

BEGINNING = """
import itertools, json, sys
from datetime import UTC, datetime
from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.backends.postgres_address import PostgresAddress
from broker.log.records import Lane, Record
from broker.ports import Table
lane = Lane("safeguarding.shared.person", 0)
rows = Table("rows", (("writer", "integer"), ("number", "integer")), ("writer", "number"))
database = PostgresDatabase(PostgresAddress(**json.loads(sys.argv[1])))
store = PostgresStore(database, (rows,))
"""
# Writes for ever or as often as asked, and says each number only when it is safe; every third
# transaction is given up, so that numbers of the outbox are lost.
WRITER = BEGINNING + """
writer, units = int(sys.argv[2]), int(sys.argv[3])
noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
for number in itertools.count() if units < 0 else range(units):
    for given_up in ((True, False) if number % 3 == 0 else (False,)):
        try:
            with store.begin() as unit:
                unit.insert(rows, [(writer, number)])
                unit.send(lane, [Record(b"%d %d %d" % (writer, number, place), b"v", noon)
                                 for place in range(3)])
                if given_up:
                    store._post(unit._cursor, unit.sent)
                    raise RuntimeError
        except RuntimeError:
            continue
    print(number, flush=True)
database.close()
"""
# Takes what waits, says that it is "in the log", and never comes to forget it.
RELAY = BEGINNING + """
with store.relaying(lane, 10) as records:
    print(*(each.key.decode() for each in records), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def address(postgres_server: PostgresServer, namespace: str) -> PostgresAddress:
    """A schema with a table."""
    address = address_of(postgres_server, namespace)
    made(address, (ROWS,))
    return address


@contextmanager
def opened(address: PostgresAddress, patience_seconds: float = 30) -> Iterator[PostgresStore]:
    """The store as one more worker opens it."""
    with closing(PostgresDatabase(address, patience_seconds=patience_seconds)) as database:
        yield PostgresStore(database, (ROWS,))


def process(script: str, address: PostgresAddress, *words: int) -> "subprocess.Popen[str]":
    """Another process that does this to the store."""
    return subprocess.Popen(
        [sys.executable, "-c", script, json.dumps(asdict(address)), *map(str, words)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def line(process: "subprocess.Popen[str]") -> str:
    """What the process says next."""
    assert process.stdout is not None
    return process.stdout.readline().removesuffix("\n")


def begin(process: "subprocess.Popen[str]") -> None:
    """Let a ready process write."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def kill(process: "subprocess.Popen[str]") -> str:
    """End it where it stands; what it said and was not read yet."""
    os.kill(process.pid, signal.SIGKILL)
    return process.communicate()[0]


def waiting(store: PostgresStore, lane: Lane = LANE) -> list[bytes]:
    """The keys of what waits in a lane; all of it is then forgotten."""
    with store.relaying(lane, 100_000) as records:
        return [each.key for each in records]


def keys_of(writer: int, numbers: range) -> list[bytes]:
    """The keys that a writer sends."""
    return [b"%d %d %d" % (writer, number, place) for number in numbers for place in range(3)]


def test_what_was_said_to_be_written_survives_kill_9(address: PostgresAddress) -> None:
    """Every transaction that returned is there, rows and records; at most one more, whole; and
    the lock is free."""
    writer = process(WRITER, address, 0, -1)
    assert "ready" == line(writer)
    begin(writer)
    for _ in range(25):
        said = int(line(writer))
    said = max([said, *map(int, kill(writer).split())])
    with opened(address) as store:
        with store.begin() as unit:
            numbers = [number for _, number in unit.scan(ROWS, "writer")]
        keys = waiting(store)

    assert said + 1 <= len(numbers) <= said + 2
    assert list(range(len(numbers))) == numbers
    assert keys_of(0, range(len(numbers))) == keys


def test_processes_at_once_keep_order_and_lose_nothing(address: PostgresAddress) -> None:
    """A reader beside them sees no number of the outbox become visible below one it has seen."""
    writers = [process(WRITER, address, number, 60) for number in range(2)]
    assert ["ready", "ready"] == [line(writer) for writer in writers]
    for writer in writers:
        begin(writer)
    seen: list[int] = []
    with opened(address) as store:
        done = False
        while not done:
            done = all(writer.poll() is not None for writer in writers)
            with store.view() as view:
                numbers = [number for number, in view._rows(  # type: ignore[attr-defined]
                    "SELECT number FROM concord_outbox ORDER BY number")]
            assert seen == numbers[:len(seen)]
            seen = numbers
        with store.view() as view:
            rows = view.scan(ROWS, "writer")
        keys = waiting(store)
    for writer in writers:
        writer.communicate()

    assert [0, 0] == [writer.returncode for writer in writers]
    assert [(writer, number) for writer in range(2) for number in range(60)] == rows
    assert (360, True) == (len(keys), seen[-1] > 360)  # some were lost to what was given up
    for number in range(2):
        assert keys_of(number, range(60)) == [
            key for key in keys if key.startswith(b"%d " % number)]


def test_a_relay_that_is_killed_leaves_its_records_and_its_lane(address: PostgresAddress) -> None:
    """Killed between the append and the forgetting: they are relayed again, by whoever comes."""
    with opened(address) as store:
        with store.begin() as unit:
            unit.send(LANE, [Record(b"%d" % number, b"v", NOON) for number in range(3)])
            unit.send(OTHER, [Record(b"other", b"v", NOON)])
        relay = process(RELAY, address)
        assert "0 1 2" == line(relay)
        with opened(address, patience_seconds=0.2) as hasty, \
                pytest.raises(TemporarilyUnavailable), hasty.relaying(LANE, 10):
            pass
        other = waiting(store, OTHER)
        kill(relay)
        again = waiting(store)

        assert ([b"other"], [b"0", b"1", b"2"], []) == (other, again, store.waiting())


def test_a_stopped_writer_does_not_keep_the_others_from_reading_and_relaying(
    address: PostgresAddress,
) -> None:
    """It holds the writers' lock alone; killed, it gives it back at once."""
    stopped = process(BEGINNING + """
with store.begin() as unit:
    unit.insert(rows, [(1, 1)])
    print("writing", flush=True)
    sys.stdin.readline()
""", address)
    assert "writing" == line(stopped)
    os.kill(stopped.pid, signal.SIGSTOP)
    with opened(address, patience_seconds=0.2) as store:
        with store.view() as view:
            seen = view.count(ROWS)
        relayed = waiting(store)
        with pytest.raises(TemporarilyUnavailable), store.begin():
            pass
        kill(stopped)
        while asked(address, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
                             " AND objid::bigint = %s", address.lock("writing") & 0xFFFFFFFF):
            pass
        with store.begin() as unit:
            unit.insert(ROWS, [(1, 1)])

    assert (0, []) == (seen, relayed)
