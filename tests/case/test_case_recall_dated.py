"""A council's episodes in dates, remembered: one absence where a look without a memory has one."""
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from broker.case.absences import accounts_of
from broker.case.case import Case, Received, build_case
from broker.case.memory import Memory
from broker.case.reach import Reach
from broker.event.envelope import Statement
from broker.vocabulary.words import System, Whereabouts
from tests.case.told import EVENING, away, case_of, dates

DAY = timedelta(days=1)
KINDS = Whereabouts.MISSING, Whereabouts.AWAY_KNOWN


def case(memory: Memory | None, held: Sequence[Statement]) -> Case:
    """The child with these records."""
    return build_case("child", [Received(each, EVENING) for each in held], now=EVENING + 30 * DAY,
                      partnership=case_of().partnership, reach=Reach(), memory=memory)


def episodes(case: Case) -> list[list[str]]:
    """The records of each account of an absence."""
    return [[row.record for row in each.rows] for each in accounts_of(case)]


def test_two_episodes_become_one_when_another_has_one_absence_of_both_and_two_when_it_goes(
) -> None:
    """It is decided anew whenever a record with times that has a say in it comes or goes."""
    memory = Memory()
    first, second = dates("E1", EVENING, EVENING + DAY), dates(
        "E2", EVENING + 2 * DAY, EVENING + 3 * DAY)
    later = dates("E3", EVENING + 9 * DAY, EVENING + 10 * DAY)
    whole = away("riverside", "A1", EVENING, EVENING + 3 * DAY)

    found = [episodes(case(memory, held)) for held in (
        [first, second], [first, second, whole], [first, second, whole, later],
        [first, second, later])]

    assert [
        [["E1"], ["E2"]], [["E1", "E2"], ["A1"]], [["E1", "E2"], ["E3"], ["A1"]],
        [["E1"], ["E2"], ["E3"]]] == found


def test_an_earlier_version_of_what_gives_no_time_has_a_say_in_whether_two_are_one() -> None:
    """It began by its first version then: before the two that touch, where it was after them."""
    memory = Memory()
    two = [dates("E1", EVENING, EVENING + DAY),
           dates("E2", EVENING + DAY, EVENING + 3 * DAY, kind=Whereabouts.AWAY_KNOWN)]
    others = [away("riverside", "B1", EVENING, EVENING + DAY)]
    written = replace(away("hillside", "A1", EVENING), last_seen=None,
                      recorded_at=EVENING + 20 * DAY)
    first = replace(written, event_id=UUID(int=1 << 90), recorded_at=EVENING + DAY)

    found = [episodes(case(held_in, [*two, *others, written, *more]))
             for held_in, more in ((memory, ()), (memory, (first,)), (None, (first,)))]

    assert found[2] == found[1]
    assert found[0] != found[1]


def told_of(chance: Random, number: int) -> Iterator[Statement]:
    """Episodes that touch, of one kind or two and in one system or two, and what a home has of
    the same days: one absence of all, one of each, or none."""
    start = EVENING + 5 * number * DAY
    middle = start + chance.choice((1, 2)) * DAY
    begun, end = middle + chance.choice((0, 1)) * DAY, middle + chance.choice((1, 2)) * DAY
    yield dates(f"E{number}a", start, middle, kind=chance.choice(KINDS))
    yield dates(f"E{number}b", begun, end, kind=chance.choice(KINDS))
    if chance.random() < 0.3:
        yield dates(f"E{number}c", begun, end, system=System.SSDA903, kind=chance.choice(KINDS))
    if chance.random() < 0.5:
        yield away("riverside", f"A{number}", start, end)
    if chance.random() < 0.5:
        yield away("riverside", f"B{number}", start, middle)
        yield away("riverside", f"C{number}", begun, end)


@pytest.mark.parametrize("seed", range(8))
def test_episodes_are_one_absence_as_without_a_memory(seed: int) -> None:
    """In whatever order they came, and gone again."""
    chance, memory = Random(seed), Memory()
    waiting = [replace(each, event_id=UUID(int=chance.getrandbits(120)),
                       recorded_at=EVENING + 20 * DAY)
               for number in range(4) for each in told_of(chance, number)]
    chance.shuffle(waiting)
    held: list[Statement] = []
    for _ in range(40):
        if held and (not waiting or chance.random() < 0.4):
            waiting.insert(0, held.pop(chance.randrange(len(held))))
        else:
            held.append(waiting.pop())

        remembered = episodes(case(memory, held))

        assert episodes(case(None, held)) == remembered
