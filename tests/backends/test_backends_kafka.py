"""What only the log on Kafka does, on a real cluster."""
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from broker.backends.clock import SystemClock
from broker.backends.kafka import FILLER, KafkaLog
from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_reader import KafkaReader
from broker.backends.kafka_wire import KafkaWire
from broker.backends.kafka_writer import BATCH_BYTES_MAX
from broker.errors import ConfigError, RecordRejected
from broker.log import topics
from broker.log.records import Lane, Record
from broker.log.refusal import Refused
from broker.log.settings import TopicSettings, settings_of
from compose.local.servers import KafkaServer
from tests.backends.kafka_places import FORGETFUL, MakingLog, address_of, forget, make

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LANE = Lane("safeguarding.shared.missing", 2)
INBOX = Lane("safeguarding.inbox.police", 1)
RECORDS = [Record(b"key %d" % number, b"value %d" % number, NOON) for number in range(20)]


@pytest.fixture
def address(kafka_server: KafkaServer, namespace: str) -> KafkaAddress:
    """A namespace of this test's own."""
    return address_of(kafka_server, namespace)


@pytest.fixture
def log(address: KafkaAddress) -> Iterator[KafkaLog]:
    """A log that makes its topics as they must be."""
    log = MakingLog(address, settle_seconds=0.1)
    yield log
    log.close()


def values(log: KafkaLog, lane: Lane) -> list[bytes | None]:
    """What is in a lane."""
    return [each.record.value for each in log.read(lane, 0, 10_000)]


def test_one_record_too_large_stops_none_of_the_others(log: KafkaLog) -> None:
    """It is named by its place when all others are in, in order."""
    large = Record(b"large", bytes(3 * 1024 * 1024), NOON)
    log.append(LANE, RECORDS[:1])
    with pytest.raises(Refused) as caught:
        log.append(LANE, [*RECORDS[1:5], large, *RECORDS[5:9], large, RECORDS[9]])

    assert ("larger than the topic takes", (4, 9), 1) == (
        caught.value.reason, caught.value.places, caught.value.first)
    assert isinstance(caught.value, RecordRejected)
    assert [each.value for each in RECORDS[:10]] == values(log, LANE)


def test_a_refused_record_leaves_the_log_as_able_as_before(log: KafkaLog) -> None:
    """Later appends go on where the kept ones end, to this lane and to others."""
    large = Record(b"large", bytes(3 * 1024 * 1024), NOON)
    with pytest.raises(Refused) as caught:
        log.append(LANE, [large])
    after = [log.append(LANE, RECORDS[:2]), log.append(Lane(LANE.topic, 0), RECORDS[2:3]),
             log.append(LANE, RECORDS[3:4])]

    assert ((0,), None, [0, 0, 2]) == (caught.value.places, caught.value.first, after)


def test_a_time_outside_what_the_topic_takes_is_refused_alone(address: KafkaAddress) -> None:
    """The cluster says which record of a batch it is."""
    make(address, TopicSettings(LANE.topic, 4, 1, {"message.timestamp.after.max.ms": "1000"},
                                "as Kafka makes topics by itself"))
    ahead = Record(b"ahead", b"", SystemClock().now() + timedelta(hours=2))
    log = KafkaLog(address)
    with pytest.raises(Refused) as caught:
        log.append(LANE, [*RECORDS[:3], ahead, *RECORDS[3:5]])
    kept = values(log, LANE)
    log.close()

    assert ("a time outside what the topic takes", (3,)) == (
        caught.value.reason, caught.value.places)
    assert [each.value for each in RECORDS[:5]] == kept


def test_a_topic_of_ours_takes_any_time(log: KafkaLog) -> None:
    """Of long ago and of years to come."""
    times = [datetime(1999, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)]
    log.append(LANE, [Record(b"key", b"", time) for time in times])

    assert times == [each.record.timestamp for each in log.read(LANE, 0, 9)]


def test_an_inbox_stamps_with_the_time_of_writing(log: KafkaLog) -> None:
    """Whatever time an agency's clock shows."""
    log.append(INBOX, [Record(b"key", b"", datetime(1999, 1, 1, tzinfo=UTC))])
    (logged,) = log.read(INBOX, 0, 9)

    assert timedelta(minutes=5) > abs(SystemClock().now() - logged.record.timestamp)


def test_an_inbox_takes_a_mebibyte_and_not_two(log: KafkaLog) -> None:
    """With the headers that go round a statement."""
    headers = tuple((f"header {number}", bytes(100)) for number in range(20))
    log.append(INBOX, [Record(b"key", bytes(topics.INBOX_BYTES_MAX), NOON, headers)])
    with pytest.raises(Refused):
        log.append(INBOX, [Record(b"key", bytes(2 * topics.INBOX_BYTES_MAX), NOON)])

    assert [topics.INBOX_BYTES_MAX] == [len(value or b"") for value in values(log, INBOX)]


def test_a_topic_that_is_not_there_is_empty_until_it_is_made(address: KafkaAddress) -> None:
    """And nothing is appended to it, nor is it made by asking."""
    log = KafkaLog(address)
    before = (log.end(LANE), log.read(LANE, 0, 9), log.position_at(LANE, NOON),
              log.erase(LANE, [b"key"]), log.settle([LANE]), log.partitions(LANE.topic))
    with pytest.raises(ConfigError, match="concord init --kafka"):
        log.append(LANE, RECORDS)
    make(address, settings_of(LANE.topic))
    log.append(LANE, RECORDS[:1])
    after = values(log, LANE)
    log.close()

    assert ((0, [], 0, 0, frozenset(), 4), [b"value 0"]) == (before, after)


def test_a_topic_cut_otherwise_is_an_error(address: KafkaAddress) -> None:
    """A subject's statements would go to another partition than before."""
    make(address, settings_of(LANE.topic, partitions=3))
    log = KafkaLog(address)
    for asking in (lambda: log.partitions(LANE.topic), lambda: log.append(LANE, RECORDS),
                   lambda: log.read_each({LANE: 0}, 9)):
        with pytest.raises(ConfigError, match="has 3 partitions on the Kafka cluster"):
            asking()
    log.close()


def test_a_partition_that_the_topic_does_not_have_is_a_mistake_of_ours(log: KafkaLog) -> None:
    """As on every backend."""
    with pytest.raises(AssertionError):
        log.append(Lane(LANE.topic, 4), RECORDS)


def test_a_batch_of_an_agencys_own_client_is_read(
    address: KafkaAddress, log: KafkaLog,
) -> None:
    """Compressed as it likes, which the cluster undoes."""
    make(address, settings_of(INBOX.topic))
    producer = KafkaProducer(**address.producer(), compression_type="gzip")
    for number in range(100):
        producer.send(address.topic(INBOX.topic), key=b"%d" % number, value=b"x" * 500,
                      partition=INBOX.partition)
    producer.close()

    assert [(b"%d" % number, b"x" * 500) for number in range(100)] == [
        (each.record.key, each.record.value) for each in log.read(INBOX, 0, 1000)]


def test_what_is_written_is_read_by_a_consumer(address: KafkaAddress, log: KafkaLog) -> None:
    """The driver's own, which knows nothing of us."""
    headers = (("ce_id", b"1"), ("\u00e9", b""))
    log.append(LANE, [Record(b"key", b"value", NOON, headers), Record(b"key", None, NOON)])
    consumer = KafkaConsumer(**address.consumer())
    part = TopicPartition(address.topic(LANE.topic), LANE.partition)
    consumer.assign([part])
    consumer.seek(part, 0)
    seen = consumer.poll(10_000)[part]
    consumer.close()

    assert [(b"key", b"value", list(headers)), (b"key", None, [])] == [
        (each.key, each.value, each.headers) for each in seen]


def test_a_compacted_lane_is_read_whole(address: KafkaAddress) -> None:
    """Past gaps larger than a page, from every position, and to its very end."""
    log = MakingLog(address, FORGETFUL, settle_seconds=0.1)
    records = [Record(b"%d" % number, b"v" * 400, NOON) for number in range(3000)]
    for start in range(0, 3000, 500):
        log.append(LANE, records[start:start + 500])
    gone = {each.key for each in records[7:2990] if int(each.key) % 1000}
    log.erase(LANE, sorted(gone))
    forget(log, [LANE])
    left = [position for position, each in enumerate(records) if each.key not in gone]
    end = log.end(LANE)
    found: dict[int, list[int]] = {}
    for begin in (0, 5, 8, 1500, 2995, end):
        found[begin], start = [], begin
        while page := log.read(LANE, start, 3):
            found[begin] += [each.position for each in page if each.record.value is not None]
            start = page[-1].position + 1
    each = log.read_each({LANE: 8}, 10_000, {LANE: 2995})
    log.close()

    assert {begin: [each for each in left if each >= begin] for begin in found} == found
    assert [1000, 2000, *range(2990, 2995)] == [
        logged.position for logged in each[LANE] if logged.record.value is not None]


def test_a_quiet_partition_forgets(address: KafkaAddress) -> None:
    """Nothing is written to it but the filler, and still no file holds the value."""
    log = MakingLog(address, FORGETFUL, settle_seconds=0.1)
    log.append(LANE, RECORDS[:3])
    erased = log.erase(LANE, [RECORDS[1].key])
    first = log.settle([LANE])
    forget(log, [LANE])
    reader = KafkaWire(address)
    raw = [each.record for each in KafkaReader(reader).walk(LANE, 0, log.end(LANE))]
    reader.close()
    log.close()

    assert (1, frozenset([LANE])) == (erased, first)
    assert [RECORDS[0], RECORDS[2]] == [each for each in raw if each.value is not None]
    assert {FILLER, RECORDS[1].key} >= {each.key for each in raw if each.value is None}


def test_fillers_come_no_more_often_than_they_help(address: KafkaAddress) -> None:
    """Whoever asks, and however often: the cluster takes days."""
    log, other = MakingLog(address), KafkaLog(address)
    # What is old already, by its own time, the cluster forgets within the second.
    log.append(LANE, [RECORDS[0]._replace(timestamp=SystemClock().now())])
    log.erase(LANE, [RECORDS[0].key])
    left = [each.settle([LANE]) for each in (log, other, log, other)]
    keys = [each.record.key for each in log.read(LANE, 0, 9)]
    log.close()
    other.close()

    assert ([frozenset([LANE])] * 4, [RECORDS[0].key, RECORDS[0].key, FILLER]) == (left, keys)


def test_an_erased_value_that_came_again_is_counted_again(log: KafkaLog) -> None:
    """What was under a tombstone already is not."""
    log.append(LANE, RECORDS[:2])
    counted = [log.erase(LANE, [RECORDS[0].key])]
    log.append(LANE, [RECORDS[0], RECORDS[0]])
    counted += [log.erase(LANE, [RECORDS[0].key]), log.erase(LANE, [RECORDS[0].key])]

    assert [1, 2, 0] == counted


def test_a_page_is_shorter_where_records_are_large(log: KafkaLog) -> None:
    """Memory is bounded; a reader that goes on misses none."""
    lanes = [Lane(INBOX.topic, number) for number in range(4)]
    for lane in lanes:
        for number in range(12):
            log.append(lane, [Record(b"%d" % number, bytes(1024 * 1024), NOON)])
    pages = log.read_each(dict.fromkeys(lanes, 0), 1000)
    read, start = 0, 0
    while page := log.read(INBOX, start, 1000):
        read, start = read + len(page), page[-1].position + 1

    assert all(0 < len(pages[lane]) < 12 for lane in lanes)
    assert 12 == read


def test_what_has_expired_is_passed_over(address: KafkaAddress, log: KafkaLog) -> None:
    """A reader that was away goes on with the first that is left, or with nothing."""
    log.append(INBOX, RECORDS[:5])
    log.append(INBOX, RECORDS[5:8])
    admin = KafkaAdminClient(**address.admin())
    part = TopicPartition(address.topic(INBOX.topic), INBOX.partition)
    read = []
    for first in (6, 8):
        admin.delete_records({part: first})
        read.append([each.position for each in log.read(INBOX, 2, 9)])
    admin.close()

    assert [[6, 7], []] == read
    assert ([], 8) == (log.read(INBOX, 99, 9), log.end(INBOX))


def test_a_large_append_goes_in_several_batches(log: KafkaLog) -> None:
    """Which a reader of a few records is glad of."""
    records = [Record(b"%d" % number, bytes(1000), NOON) for number in range(1000)]
    first = log.append(LANE, records)
    page = log.read(LANE, 500, 1)

    assert BATCH_BYTES_MAX < sum(len(each.value or b"") for each in records)
    assert (0, 1000, [records[500]]) == (first, log.end(LANE), [each.record for each in page])


def test_many_threads_share_a_log(log: KafkaLog) -> None:
    """Writing to one lane and to several, and reading meanwhile."""
    lanes = [Lane(LANE.topic, number % 4) for number in range(8)]
    log.append(LANE, RECORDS[:1])
    start, read = Barrier(16), []

    def write(lane: Lane) -> None:
        start.wait()
        for number in range(20):
            log.append(lane, [Record(b"%d" % number, b"", NOON)])

    def look(lane: Lane) -> None:
        start.wait()
        for _ in range(20):
            log.read_each(dict.fromkeys(lanes, 0), 50)
        read.append(lane)

    threads = [Thread(target=work, args=(lane,)) for lane in lanes for work in (write, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (8, [40, 40, 41, 40]) == (len(read), [
        log.end(Lane(LANE.topic, number)) for number in range(4)])


def test_nobody_elses_number_is_mistaken_for_ours(
    address: KafkaAddress, log: KafkaLog,
) -> None:
    """Two logs write to one lane, each under an identity of its own."""
    other = KafkaLog(address)
    positions = [log.append(LANE, RECORDS[:2]), other.append(LANE, RECORDS[2:4]),
                 log.append(LANE, RECORDS[4:6]), other.append(LANE, RECORDS[6:8])]
    other.close()

    assert ([0, 2, 4, 6], [each.value for each in RECORDS[:8]]) == (positions, values(log, LANE))


def test_a_cluster_that_forgets_us_is_told_again(address: KafkaAddress, log: KafkaLog) -> None:
    """A producer's state can expire or be lost; what was appended under the next is kept once."""
    log.append(LANE, RECORDS[:2])
    identity = log._writer._identity
    assert identity is not None
    identity.sequences[Lane(LANE.topic, LANE.partition)] = 77  # what the cluster never heard of
    position = log.append(LANE, RECORDS[2:4])

    assert (2, [each.value for each in RECORDS[:4]]) == (position, values(log, LANE))
    assert identity is not log._writer._identity


def test_what_the_cluster_took_and_forgot_is_found_where_it_lies(log: KafkaLog) -> None:
    """It remembers the last five batches of a producer; an earlier one that is sent again, as
    when its answer was lost, is looked for behind our last and not written twice."""
    log.append(LANE, RECORDS[:1])
    for record in RECORDS[1:8]:
        log.append(LANE, [record])
    identity = log._writer._identity
    assert identity is not None
    identity.sequences[LANE], identity.ends[LANE] = 1, 1
    position = log.append(LANE, RECORDS[1:2])

    assert (1, [each.value for each in RECORDS[:8]]) == (position, values(log, LANE))
    assert identity is not log._writer._identity


def test_a_closed_log_is_closed(address: KafkaAddress) -> None:
    """Closing twice is closing."""
    log = KafkaLog(address)
    log.end(LANE)
    log.close()
    log.close()

    with pytest.raises(AssertionError):
        log.end(LANE)
