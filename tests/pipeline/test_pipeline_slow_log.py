"""A log that takes its time to forget, as Kafka does: what was erased is out of reach at once."""
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import pytest

from broker.backends.memory import MemoryLog, MemoryStore
from broker.bootstrap import Concord, assemble
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.erase import Authority, Eraser, ErasureAsked
from broker.pipeline.replay import replay
from broker.pipeline.settle import settle_waiting
from broker.pipeline.subject import Subject
from broker.pipeline.tables import POSITIONS, STATEMENTS, UNSETTLED
from broker.vocabulary.times import day_of
from broker.vocabulary.words import Stream
from tests.pipeline.conftest import START, Bench

FILLER = Record(b"filler", None, START)
PERSON = topics.shared(Stream.PERSON)


class SlowLog(MemoryLog):
    """Erases by tombstones; forgets when it is told to compact."""

    def erase(self, lane: Lane, keys: Sequence[bytes]) -> int:
        """Append a tombstone for each key that still has a value."""
        there = dict.fromkeys(keys, 0)
        for each in self.read(lane, 0, 100_000):
            if each.record.key in there:
                there[each.record.key] = 0 if each.record.value is None \
                    else there[each.record.key] + 1
        dead = [key for key, values in there.items() if values]
        self.append(lane, [Record(key, None, START) for key in dead])
        return sum(there.values())

    def settle(self, lanes: Iterable[Lane]) -> frozenset[Lane]:
        """Append a filler where a value with a tombstone can still be read."""
        left = frozenset(lane for lane in lanes if self._unclean(lane))
        for lane in left:
            self.append(lane, [FILLER])
        return left

    def compact(self, lane: Lane) -> None:
        """Forget every value that has a tombstone behind it."""
        super().erase(lane, list(self._dead(lane)))

    def _dead(self, lane: Lane) -> set[bytes]:
        return {each.record.key for each in self.read(lane, 0, 100_000)
                if each.record.value is None}

    def _unclean(self, lane: Lane) -> bool:
        dead = self._dead(lane)
        return any(each.record.key in dead and each.record.value is not None
                   for each in self.read(lane, 0, 100_000))


@pytest.fixture
def erased(bench: Bench, missing_girl: Callable[[], Bench]) -> Bench:
    """The girl whom police held was told, found, delivered, and erased; the log has not
    forgotten her."""
    log = SlowLog()
    bench.concord = assemble(bench.concord.settings, log, MemoryStore(), bench.clock)
    missing_girl()
    bench.check()
    bench.concord.deliver()
    bench.concord.relay()
    concord = bench.concord
    Eraser(concord.store, log, concord.codec, concord.model, sorted(concord.settings.agencies)) \
        .erase(ErasureAsked(subject=Subject("police", "N1")),
               Authority(by="r.manager", authorised_by="d.officer", reason="order 12"),
               bench.clock.now())
    return bench


def persons(concord: Concord) -> list[bytes]:
    """What can be read of people in the shared topic by whoever reads the log itself."""
    lanes = topics.lanes_of(PERSON, concord.log.partitions(PERSON))
    return [each.record.value for lane in lanes for each in concord.log.read(lane, 0, 1000)
            if each.record.value is not None]


def unsettled(concord: Concord) -> int:
    """In how many lanes something erased can still be read."""
    with concord.store.view() as view:
        return view.count(UNSETTLED)


def test_the_log_has_not_forgotten_yet(erased: Bench) -> None:
    """Or the tests below would show nothing."""
    assert any(b"Kayley" in value for value in persons(erased.concord))


def test_a_replay_does_not_show_it(erased: Bench) -> None:
    """Nor what quotes it."""
    concord, now = erased.concord, erased.clock.now()
    allowed = concord.settings.agreements.in_force(day_of(now))
    rows = [row for topic in (*topics.SHARED, topics.FINDINGS, topics.PEOPLE)
            for row in replay(concord.store, concord.log, concord.codec, allowed, topic,
                              now - timedelta(hours=1), now + timedelta(hours=1),
                              "council:a.analyst", "review", now)]

    shown = repr(rows)
    assert [False, False, False] == [each in shown for each in ("Kayley", "N1", "INC1")]


def test_the_past_is_without_it(erased: Bench) -> None:
    """As known on a day, less what has been erased since."""
    past = erased.concord.as_of(erased.clock.now())
    with past.store.view() as view:
        assert [False, False] == [each in repr(view.scan(table, table.key[0]))
                                  for table, each in ((STATEMENTS, "Kayley"),
                                                      (STATEMENTS, "police:N1"))]


def test_a_checker_that_begins_anew_does_not_take_it_in(erased: Bench) -> None:
    """The suppression list stands before the log."""
    concord = erased.concord
    with concord.store.begin() as unit:
        unit.delete(POSITIONS, [row[:1] for row in unit.scan(POSITIONS, "consumer_lane")])
    concord.check()

    with concord.store.view() as view:
        assert "Kayley" not in repr(view.scan(STATEMENTS, "person_key"))


def test_it_is_followed_until_the_log_reads_clean(erased: Bench) -> None:
    """Lane by lane; every look helps the log along with a filler."""
    concord = erased.concord
    log = concord.log
    assert isinstance(log, SlowLog)
    before = unsettled(concord)
    with concord.store.view() as view:
        lanes = [Lane(str(row[0]), int(row[1] or 0)) for row in view.scan(UNSETTLED, "topic")]
    ends = log.ends(lanes)
    settle_waiting(concord.store, log)
    grown = {lane: log.end(lane) - end for lane, end in ends.items()}
    log.compact(lanes[0])
    settle_waiting(concord.store, log)
    after_one = unsettled(concord)
    for lane in lanes:
        log.compact(lane)
    settle_waiting(concord.store, log)

    assert before == len(lanes) > 1
    assert set(grown.values()) == {1}
    assert (before - 1, 0) == (after_one, unsettled(concord))
    assert not any(b"Kayley" in value for value in persons(concord))
