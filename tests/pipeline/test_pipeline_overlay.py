"""An overlay reads as the store would after its changes, and leaves the store alone."""
from datetime import date
from random import Random

import pytest

from broker.backends.memory import MemoryStore
from broker.errors import Conflict
from broker.identity.model import DEFAULT_MODEL
from broker.log.records import Lane
from broker.pipeline import linking
from broker.pipeline.consequences import judgement_to_be
from broker.pipeline.linking import LINKING_TABLES
from broker.pipeline.overlay import Overlay
from broker.ports import Row, Table, Unit
from broker.vocabulary.words import Verdict
from tests.pipeline.test_linking import fold, judge, judged, said

KEYS = ("council:1", "council:2", "police:1", "police:2", "riverside:1")
VERDICTS = (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE, Verdict.UNDONE)

THINGS = Table("things", (("a", "text"), ("b", "integer"), ("c", "integer")), key=("a", "b"),
               indexes=(("c",),))
ROWS: list[Row] = [("x", 1, 10), ("x", 2, 20), ("y", 1, 20), ("z", 1, None)]


def filled() -> MemoryStore:
    """A store with a few rows."""
    store = MemoryStore()
    with store.begin() as unit:
        unit.insert(THINGS, ROWS)
    return store


def change(unit: Unit, random: Random) -> None:
    """One change at random, among few keys so that they meet."""
    row = random.choice("wxyz"), random.randint(1, 3), random.choice((10, 20, 30, None))
    way = random.randrange(4)
    if way == 0:
        unit.put(THINGS, [row])
    elif way == 1:
        unit.delete(THINGS, [row[:2], ("v", 9)])
    elif way == 2:
        unit.insert_new(THINGS, [row, row])
    else:
        old = unit.get(THINGS, [row[:2]])
        unit.swap(THINGS, old[0] if old else None, row)


def seen(unit: Unit) -> list[object]:
    """Everything that can be read, in forms that can be compared."""
    return [
        sorted(unit.get(THINGS, [("x", 1), ("y", 3), ("w", 2), ("x", 1)]), key=str),
        sorted(unit.find(THINGS, "a", ["x", "z", "x", None]), key=str),
        sorted(unit.find(THINGS, "c", [20, None]), key=str),
        unit.scan(THINGS, "a"), unit.scan(THINGS, "c", after=10, upto=20),
        unit.scan(THINGS, "c", limit=2, descending=True), unit.count(THINGS),
    ]


@pytest.mark.parametrize("seed", range(25))
def test_an_overlay_reads_as_the_store_with_the_same_changes(seed: int) -> None:
    """The same changes at random, written and laid over."""
    written, below = filled(), filled()
    with written.begin() as unit, below.view() as view:
        over = Overlay(view)
        for number in range(12):
            change(unit, Random(seed * 100 + number))
            change(over, Random(seed * 100 + number))
            assert seen(unit) == seen(over)


def test_the_store_below_stays_as_it_was() -> None:
    """Nothing is written and nothing is sent."""
    store = filled()
    with store.view() as view:
        over = Overlay(view)
        over.put(THINGS, [("x", 1, 99)])
        over.delete(THINGS, [("y", 1)])
        over.send(Lane("topic", 0), [])
    with store.view() as view:
        assert sorted(ROWS) == sorted(view.find(THINGS, "a", ["x", "y", "z"]))
    assert [] == list(store.waiting())


def test_what_was_changed_is_told_with_what_was_there() -> None:
    """Changed, added and removed rows; one put as it was is no change."""
    with filled().view() as view:
        over = Overlay(view)
        over.put(THINGS, [("x", 1, 99), ("n", 1, 1), ("x", 2, 20)])
        over.delete(THINGS, [("y", 1)])
        assert [(("x", 1, 10), ("x", 1, 99)), (None, ("n", 1, 1)), (("y", 1, 20), None)] == (
            over.changed(THINGS))


def test_a_taken_key_and_a_missed_swap_are_conflicts() -> None:
    """As in any unit."""
    with filled().view() as view:
        over = Overlay(view)
        with pytest.raises(Conflict):
            over.insert(THINGS, [("x", 1, 5)])
        with pytest.raises(Conflict):
            over.swap(THINGS, ("x", 2, 21), ("x", 2, 22))


def people_and_judgements(random: Random) -> MemoryStore:
    """A store with a few people at random who may well be one, and what was judged of them."""
    store = MemoryStore()
    for hours in range(random.randint(2, 16)):
        fold(store, said(
            random.choice(KEYS), random.choice(("Ada", "Adda", "Grace")), hours=hours,
            nhs=random.choice((None, None, "9449305552", "9434765919")),
            born=random.choice((date(2011, 5, 4), date(2011, 4, 5), None))))
        if random.random() < 0.3:
            one, other = random.sample(KEYS, 2)
            judge(store, judged(one, other, random.choice(VERDICTS), hours))
    return store


@pytest.mark.parametrize("seed", range(60))
def test_a_judgement_laid_over_is_a_judgement_made(seed: int) -> None:
    """Every row of identity's tables, and every change of children, comes out the same."""
    random = Random(seed)
    store = people_and_judgements(random)
    left, right = random.sample(KEYS, 2)
    made = judgement_to_be((left, right), random.choice(VERDICTS))
    with store.view() as view:
        over = Overlay(view)
        foretold = linking.fold_judgement(over, made, DEFAULT_MODEL)
        after = {table.name: over.scan(table, table.key[0]) for table in LINKING_TABLES}

    changed = judge(store, made)

    with store.view() as view:
        assert after == {table.name: view.scan(table, table.key[0]) for table in LINKING_TABLES}
    assert changed == foretold
