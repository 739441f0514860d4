"""Two workers at the same work: what one has seen and the other has changed is not written."""
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from broker.backends.memory import MemoryLog, MemoryStore
from broker.bootstrap import Concord, assemble
from broker.errors import TemporarilyUnavailable
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.decide import judge
from broker.pipeline.evaluate import Evaluator
from broker.pipeline.feeds import agency_of_key
from broker.pipeline.looking import mark_dirty
from broker.pipeline.settle import settle_waiting
from broker.pipeline.tables import DELIVERED, DIRTY, UNSETTLED
from broker.ports import Table
from broker.vocabulary.words import Verdict
from tests.pipeline.conftest import START, Bench

RECORD = Record(b"key", b"value", START)


def count(concord: Concord, table: Table) -> int:
    """How many rows a table has."""
    with concord.store.view() as view:
        return view.count(table)


def people_waiting(concord: Concord) -> int:
    """How many people, agencies aside, are to be looked at."""
    with concord.store.view() as view:
        return sum(agency_of_key(str(row[0])) is None for row in view.scan(DIRTY, "person_key"))


def changes(concord: Concord) -> int:
    """How many changes of findings were told."""
    return concord.log.end(Lane(topics.FINDINGS, 0))


@pytest.fixture
def folded(missing_girl: Callable[[], Bench]) -> Concord:
    """The girl's records are folded and linked; nobody has looked at her yet."""
    concord = missing_girl().concord
    concord.take_in()
    fold = concord.fold()
    while fold.step():
        pass
    return concord


def held_back(evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have a worker look and be stopped before it writes; what lets it go on."""
    waiting: list[tuple[Any, ...]] = []

    def stopped(_unit: object, *rest: Any) -> list[object]:
        waiting.append(rest)
        return []

    with monkeypatch.context() as patched:
        patched.setattr(evaluator, "_write", stopped)
        evaluator.step()

    def goes_on() -> None:
        with evaluator._store.begin() as unit:  # a race needs a hand on its inside
            evaluator._write(unit, *waiting.pop())

    return goes_on


def test_a_look_that_another_was_quicker_with_writes_nothing(
        folded: Concord, monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding is told once; the child is looked at once more, in case the other saw less."""
    one, other = folded.evaluator(), folded.evaluator()
    goes_on = held_back(one, monkeypatch)
    other.step()
    folded.relay()
    told = changes(folded)
    goes_on()
    folded.relay()

    assert (1, 0, 1, told) == (other.evaluated, one.evaluated, told, changes(folded))
    assert 1 == people_waiting(folded)
    while other.step():
        folded.relay()
    assert (0, told) == (count(folded, DIRTY), changes(folded))


def test_what_came_while_a_worker_looked_is_looked_at_again(
        folded: Concord, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark that was renewed meanwhile is not crossed off."""
    worker = folded.evaluator()
    goes_on = held_back(worker, monkeypatch)
    with folded.store.begin() as unit:
        mark_dirty(unit, {"police:N1", "riverside:R1"})
    goes_on()

    assert (0, 2) == (worker.evaluated, people_waiting(folded))


def test_what_is_given_is_held_against_who_holds_the_child(
        missing_girl: Callable[[], Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    """Judged two children while a delivery was worked out, neither agency is given the other's."""
    bench = missing_girl()
    bench.check()
    concord = bench.concord
    delivery = concord.delivery()
    really = delivery._carry_out

    def overtaken(*planned: Any) -> int:
        monkeypatch.setattr(delivery, "_carry_out", really)
        judge(concord.store, concord.codec, concord.model, "police:N1", "riverside:R1",
              Verdict.DIFFERENT, "s.worker", "another girl", bench.clock.now())
        return really(*planned)

    monkeypatch.setattr(delivery, "_carry_out", overtaken)
    delivery.step()

    assert 1 == delivery.conflicts
    bench.check()
    while delivery.step():
        concord.relay()
    with concord.store.view() as view:
        assert [] == view.scan(DELIVERED, "event_agency")


class OneAway(MemoryLog):
    """A log of which one topic cannot be appended to."""

    def append(self, lane: Lane, records: Sequence[Record]) -> int:
        """As ever, but for that topic."""
        if lane.topic == topics.feed("council"):
            raise TemporarilyUnavailable("that partition has no leader")
        return super().append(lane, records)


def test_a_lane_that_is_away_keeps_no_other_waiting(bench: Bench) -> None:
    """Its records wait, all others are moved, and it is said at the end."""
    concord = assemble(bench.concord.settings, OneAway(), MemoryStore(), bench.clock)
    away, other = Lane(topics.feed("council"), 0), Lane(topics.SHARED[0], 0)
    with concord.store.begin() as unit:
        unit.send(away, [RECORD])
        unit.send(other, [RECORD])

    with pytest.raises(TemporarilyUnavailable, match="no leader"):
        concord.relay()

    assert ([away], [RECORD]) == (list(concord.store.waiting()),
                                  [each.record for each in concord.log.read(other, 0, 9)])


class Overtaken(MemoryLog):
    """A log in which something more is erased while a lane is looked through."""

    def __init__(self, erases: Callable[[], None]):
        super().__init__()
        self._erases = erases

    def settle(self, lanes: Iterable[Lane]) -> frozenset[Lane]:
        """Clean as it was seen; then comes the erasure."""
        self._erases()
        return super().settle(lanes)


def test_an_erasure_while_a_lane_is_looked_through_is_followed_on() -> None:
    """The lane was clean of what was erased before, and is noted anew."""
    store = MemoryStore()
    lane = Lane(topics.SHARED[0], 1)

    def noted(at: int) -> None:
        with store.begin() as unit:
            unit.put(UNSETTLED, [(*lane, at)])

    noted(1)
    settle_waiting(store, Overtaken(lambda: noted(2)))
    with store.view() as view:
        assert [(*lane, 2)] == view.scan(UNSETTLED, "topic")
    settle_waiting(store, MemoryLog())
    with store.view() as view:
        assert [] == view.scan(UNSETTLED, "topic")
