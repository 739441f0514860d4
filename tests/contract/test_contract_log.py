"""What every log promises."""
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from broker.log.records import Lane, Logged, Record
from broker.log.topics import DECISIONS, FINDINGS, PEOPLE, inbox
from broker.ports import EventLog
from tests.backends.kafka_places import forget

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LANE = Lane("safeguarding.shared.missing", 2)
OTHER = Lane("safeguarding.shared.missing", 3)


def record(number: int, minutes: int = 0) -> Record:
    """A record like no other, stamped so many minutes after noon."""
    headers = (("ce_id", b"%d" % number), ("ce_type", b"MissingEpisodeRecorded"))
    return Record(b"key %d" % number, b"value %d" % number, NOON + timedelta(minutes=minutes),
                  headers)


RECORDS = [record(number) for number in range(10)]


def test_what_is_appended_is_read_back(log: EventLog) -> None:
    """Key, value, timestamp and headers come back as they went in."""
    strange = Record(b"", None, NOON + timedelta(milliseconds=1),
                     (("name", b"\x00\x01\x02"), ("", b""), ("\u00e9", b"\x01")))
    log.append(LANE, [RECORDS[0], strange])

    assert [Logged(LANE, 0, RECORDS[0]), Logged(LANE, 1, strange)] == log.read(LANE, 0, 10)


def test_an_empty_value_is_no_tombstone(log: EventLog) -> None:
    """b"" and None are told apart."""
    log.append(LANE, [Record(b"k", b"", NOON), Record(b"k", None, NOON)])

    assert [b"", None] == [each.record.value for each in log.read(LANE, 0, 2)]


def test_append_returns_the_position_of_the_first(log: EventLog) -> None:
    """Positions count from 0 within the lane."""
    assert [0, 4, 9] == [log.append(LANE, RECORDS[:4]), log.append(LANE, RECORDS[:5]),
                         log.append(LANE, RECORDS[:1])]


def test_appending_nothing_changes_nothing(log: EventLog) -> None:
    """An empty batch takes no position."""
    log.append(LANE, RECORDS[:2])

    assert (2, 0, 2) == (log.append(LANE, []), log.append(OTHER, []), log.end(LANE))


def test_the_end_is_where_the_next_goes(log: EventLog) -> None:
    """An empty lane ends at 0."""
    before = log.end(LANE)
    log.append(LANE, RECORDS[:3])

    assert (0, 3) == (before, log.end(LANE))


@pytest.mark.parametrize(("start", "limit", "end", "expected"), [
    (0, 100, None, list(range(10))),
    (3, 4, None, [3, 4, 5, 6]),
    (3, 100, 5, [3, 4]),
    (3, 1, 5, [3]),
    (8, 100, 100, [8, 9]),
    (10, 5, None, []),
    (99, 5, None, []),
    (5, 5, 5, []),
    (5, 5, 2, []),
    (0, 0, None, []),
])
def test_reading_keeps_its_bounds(
    log: EventLog, start: int, limit: int, end: int | None, expected: list[int],
) -> None:
    """From `start`, at most `limit`, below `end`."""
    log.append(LANE, RECORDS)
    log.append(Lane(LANE.topic, 1), RECORDS)
    log.append(OTHER, RECORDS)

    assert expected == [each.position for each in log.read(LANE, start, limit, end)]


def test_lanes_are_independent(log: EventLog) -> None:
    """Each lane has its own positions and records."""
    log.append(LANE, RECORDS[:1])
    log.append(OTHER, RECORDS[1:3])
    log.append(LANE, RECORDS[3:4])

    assert ([RECORDS[0], RECORDS[3]], RECORDS[1:3]) == (
        [each.record for each in log.read(LANE, 0, 9)],
        [each.record for each in log.read(OTHER, 0, 9)])


def test_an_unknown_lane_is_empty(log: EventLog) -> None:
    """A topic begins to exist with its first record."""
    assert ([], 0, 0) == (log.read(LANE, 0, 9), log.end(LANE), log.position_at(LANE, NOON))


def test_topics_of_changes_have_one_order(log: EventLog) -> None:
    """People, findings and decisions are one history each; subjects' topics are parted."""
    assert [4, 4, 1, 1, 1] == [log.partitions(topic) for topic in
                               (LANE.topic, inbox("police"), PEOPLE, FINDINGS, DECISIONS)]


@pytest.mark.parametrize(("minutes", "expected"), [
    (-1, 0), (0, 0), (1, 1), (5, 1), (6, 4), (10, 4), (11, 6)])
def test_a_moment_is_found_although_clocks_go_back(
    log: EventLog, minutes: int, expected: int,
) -> None:
    """The first position at or after the moment, whatever comes later."""
    log.append(LANE, [record(number, at) for number, at in enumerate((0, 5, 1, 2, 10, 3))])
    log.append(OTHER, [record(0, 99)])

    assert expected == log.position_at(LANE, NOON + timedelta(minutes=minutes))


def test_a_moment_is_found_to_the_microsecond(log: EventLog) -> None:
    """A moment between two milliseconds is after the first of them."""
    log.append(LANE, [record(0), record(1)])

    assert [0, 2] == [log.position_at(LANE, NOON),
                      log.position_at(LANE, NOON + timedelta(microseconds=1))]


def kept(log: EventLog, lane: Lane) -> list[Record]:
    """The records of a lane that still have a value."""
    return [each.record for each in log.read(lane, 0, 99) if each.record.value is not None]


def test_erasing_takes_the_values_of_a_key(forgetful: EventLog) -> None:
    """Once the log has settled, no record of the key has a value; all others are as they were."""
    forgetful.append(LANE, [RECORDS[0], RECORDS[1], RECORDS[0]])
    forgetful.append(OTHER, [RECORDS[0]])
    erased = forgetful.erase(LANE, [RECORDS[0].key, b"unknown", RECORDS[0].key])
    forget(forgetful, [LANE, OTHER])

    assert (2, [RECORDS[1]], [RECORDS[0]]) == (
        erased, kept(forgetful, LANE), kept(forgetful, OTHER))


def test_what_is_not_erased_keeps_its_place(forgetful: EventLog) -> None:
    """Positions of others do not move, and whoever reads on from anywhere misses none."""
    forgetful.append(LANE, RECORDS)
    forgetful.erase(LANE, [each.key for each in RECORDS[1:9:2]])
    forget(forgetful, [LANE])
    left = [Logged(LANE, number, RECORDS[number]) for number in (0, 2, 4, 6, 8, 9)]
    found, start = [], 0
    while page := forgetful.read(LANE, start, 2):
        found += [each for each in page if each.record.value is not None]
        start = page[-1].position + 1

    assert left == found


def test_a_log_that_forgets_at_once_keeps_the_place(at_once: EventLog) -> None:
    """Every record of the key is a tombstone; its place, key and time stay."""
    at_once.append(LANE, [RECORDS[0], RECORDS[1], RECORDS[0]])
    at_once.erase(LANE, [RECORDS[0].key])
    bare = Record(RECORDS[0].key, None, NOON)

    assert [bare, RECORDS[1], bare] == [each.record for each in at_once.read(LANE, 0, 9)]


def test_a_log_that_holds_nothing_erased_is_settled(log: EventLog) -> None:
    """Settling changes nothing then: not where it ends, and not what it holds."""
    log.append(LANE, RECORDS[:3])
    left = log.settle([LANE, OTHER, Lane("safeguarding.feed.police", 0)])

    assert (frozenset(), 3) == (left, log.end(LANE))


def test_erased_and_said_again_is_kept(forgetful: EventLog) -> None:
    """What is appended under a key after its erasure is not erased."""
    forgetful.append(LANE, RECORDS[:2])
    forgetful.erase(LANE, [RECORDS[0].key])
    forgetful.append(LANE, [RECORDS[0]])
    forget(forgetful, [LANE])

    assert [RECORDS[1], RECORDS[0]] == kept(forgetful, LANE)


def test_erasing_twice_erases_once(log: EventLog) -> None:
    """What is gone is not counted again; neither is what was never there."""
    log.append(LANE, RECORDS[:2])
    log.erase(LANE, [RECORDS[0].key])

    assert [0, 0, 0] == [log.erase(LANE, [RECORDS[0].key]), log.erase(OTHER, [b"key 0"]),
                         log.erase(LANE, [])]


def test_many_keys_are_erased_at_once(log: EventLog) -> None:
    """More keys than a database takes in one statement."""
    records = [record(number) for number in range(9000)]
    log.append(LANE, records)

    assert 8999 == log.erase(LANE, [each.key for each in records[1:]])


def test_several_lanes_are_read_at_once(log: EventLog) -> None:
    """What each holds from its own start on; those with nothing are left out."""
    log.append(LANE, RECORDS[:4])
    log.append(OTHER, RECORDS[4:6])
    lanes = [LANE, OTHER, Lane(LANE.topic, 1), Lane("safeguarding.feed.police", 0)]
    read = log.read_each(dict(zip(lanes, (1, 0, 0, 0), strict=True)), 2)
    bound = log.read_each({LANE: 0, OTHER: 1}, 9, {LANE: 3, OTHER: 1})

    assert {LANE: RECORDS[1:3], OTHER: RECORDS[4:6]} == {
        lane: [each.record for each in logged] for lane, logged in read.items()}
    assert {LANE: [0, 1, 2]} == {
        lane: [each.position for each in logged] for lane, logged in bound.items()}


def test_several_ends_are_asked_at_once(log: EventLog) -> None:
    """An unknown lane ends at 0."""
    log.append(LANE, RECORDS[:4])
    unknown = Lane("safeguarding.feed.police", 3)

    assert {LANE: 4, OTHER: 0, unknown: 0} == log.ends([LANE, OTHER, unknown])


def test_a_large_batch_is_read_back_in_order(log: EventLog) -> None:
    """More than travels at once, in small pages and in large ones."""
    records = [Record(b"%d" % number, b"%d" % number * 500, NOON) for number in range(3000)]
    log.append(LANE, records)
    pages, start = [], 0
    while page := log.read(LANE, start, 700):
        pages += [each.record for each in page]
        start += len(page)

    assert records == pages == [each.record for each in log.read(LANE, 0, 3000)]


def test_writers_at_once_keep_their_own_order(log: EventLog) -> None:
    """Every record has one position, and a batch lies together."""
    def write(writer: int) -> None:
        for batch in range(10):
            log.append(LANE, [record(writer * 1000 + batch * 10 + place) for place in range(5)])

    threads = [Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    logged = log.read(LANE, 0, 1000)
    keys = [int(each.record.key.split()[1]) for each in logged]

    assert list(range(200)) == [each.position for each in logged]
    for writer in range(4):
        assert [writer * 1000 + batch * 10 + place for batch in range(10) for place in range(5)] \
            == [key for key in keys if key // 1000 == writer]
    assert all(keys[start] + 4 == keys[start + 4] for start in range(0, 200, 5))


def test_nothing_appears_before_what_was_read(log: EventLog) -> None:
    """A reader that carries on from where it was misses nothing while others write."""
    def write(writer: int) -> None:
        for number in range(30):
            log.append(LANE, [record(writer * 100 + number)])

    threads = [Thread(target=write, args=(writer,)) for writer in range(3)]
    for thread in threads:
        thread.start()
    seen: list[Logged] = []
    while any(thread.is_alive() for thread in threads):
        seen += log.read(LANE, len(seen), 7)
    seen += log.read(LANE, len(seen), 1000)

    assert log.read(LANE, 0, 1000) == seen
    assert 90 == len(seen)
