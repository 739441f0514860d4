"""A cluster that goes away and comes back, under a log that is in use."""
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from broker.backends.clock import SystemClock
from broker.backends.kafka import KafkaLog
from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_group import GroupAssignment
from broker.errors import TemporarilyUnavailable
from broker.log.records import Lane, Record
from broker.log.settings import settings_of
from compose.local.kafka import Kafka
from tests.backends.kafka_places import address_of, make
from tests.services.started import privately

pytestmark = pytest.mark.slow

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LANE = Lane("safeguarding.shared.missing", 2)
RECORDS = [Record(b"%d" % number, b"value", NOON) for number in range(100)]
BACK_SECONDS_MAX = 60.0


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A cluster of these tests' own."""
    with privately(tmp_path_factory.mktemp("services"), "kafka") as services:
        yield services.kafka


@pytest.fixture
def address(kafka: Kafka, namespace: str) -> KafkaAddress:
    """A running cluster, with a topic."""
    if not kafka.running:
        kafka.start()
    address = address_of(kafka.server, namespace)
    make(address, settings_of(LANE.topic))
    return address


def test_a_cluster_that_is_away_is_said_to_be(kafka: Kafka, address: KafkaAddress) -> None:
    """By every call, within its patience; the same log works again when it is back."""
    log = KafkaLog(address, patience_seconds=1.0)
    log.append(LANE, RECORDS[:2])
    kafka.stop()
    said = []
    for asking in (lambda: log.append(LANE, RECORDS), lambda: log.read(LANE, 0, 9),
                   lambda: log.read_each({LANE: 0}, 9), lambda: log.end(LANE),
                   lambda: log.position_at(LANE, NOON), lambda: log.erase(LANE, [b"0"]),
                   lambda: log.settle([LANE]), lambda: log.partitions("safeguarding.people")):
        with pytest.raises(TemporarilyUnavailable) as caught:
            asking()
        said.append(str(caught.value).partition(":")[0])
    kafka.start()
    log.append(LANE, RECORDS[2:4])
    kept = [each.record for each in log.read(LANE, 0, 9)]
    log.close()

    assert ["Kafka does not answer"] * 8 == said
    assert RECORDS[:4] == kept


def test_a_restart_is_waited_out(kafka: Kafka, address: KafkaAddress) -> None:
    """Killed while records are written and read, and started again: each record is there once,
    in order, and nobody was told."""
    log = KafkaLog(address, patience_seconds=BACK_SECONDS_MAX)
    reader = KafkaLog(address, patience_seconds=BACK_SECONDS_MAX)
    stop, written = Event(), Event()
    acknowledged: list[Record] = []
    seen: list[Record] = []
    # By its records' times a restarted cluster decides whom it still remembers.
    now = SystemClock().now()

    def write() -> None:
        while not stop.is_set():
            record = Record(b"%d" % len(acknowledged), b"value", now)
            log.append(LANE, [record])
            acknowledged.append(record)

    def read() -> None:
        while not written.is_set() or len(seen) < reader.end(LANE):
            seen.extend(each.record for each in reader.read(LANE, len(seen), 50))

    writing, reading = Thread(target=write), Thread(target=read)
    writing.start()
    reading.start()
    for end in (kafka.kill, kafka.stop):
        reached(len(acknowledged) + 20, acknowledged)
        end()
        kafka.start()
    reached(len(acknowledged) + 20, acknowledged)
    stop.set()
    writing.join()
    written.set()
    reading.join()
    log.close()
    reader.close()

    assert [each.key for each in acknowledged] == [each.key for each in seen]
    assert acknowledged == seen


def test_a_share_comes_back_with_the_cluster(kafka: Kafka, address: KafkaAddress) -> None:
    """The worker keeps asking, and has its lanes again."""
    worker = GroupAssignment(address, "check", [LANE.topic], patience_seconds=2.0)
    every = frozenset(Lane(LANE.topic, number) for number in range(4))
    shared(every, worker)
    kafka.kill()
    shared(frozenset(), worker)
    kafka.start()
    shared(every, worker)
    lanes = worker.lanes()
    worker.close()

    assert every == lanes


def reached(number: int, done: list[Record]) -> None:
    """Wait until so many are done."""
    end = monotonic() + BACK_SECONDS_MAX
    while len(done) < number:
        assert monotonic() < end, f"{len(done)} of {number}"
        sleep(0.01)


def shared(expected: frozenset[Lane], worker: GroupAssignment) -> None:
    """Wait until the worker has these lanes."""
    end = monotonic() + BACK_SECONDS_MAX
    while expected != worker.lanes():
        assert monotonic() < end, f"{sorted(worker.lanes())}"
        sleep(0.05)
