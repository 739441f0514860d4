"""What is made of some things is kept while they are the very same, and no longer."""
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.case.case import Case, Received, build_case
from broker.case.memory import Memory
from broker.case.once import made_once
from broker.case.reach import Reach
from broker.case.recall import TOGETHER, each_of
from broker.event.care import PlanRecorded
from broker.event.envelope import Statement
from broker.event.missing import MissingEpisodeRecorded
from tests.case.told import EVENING, away, case_of, hours, made

DAY = timedelta(days=1)
NOW = EVENING + 90 * DAY
Row = MissingEpisodeRecorded


def night(number: int) -> Row:
    """A home's account of a night so many days after the first."""
    start = EVENING + number * DAY
    return away("riverside", f"A{number:02}", start, start + hours(3))


def looked(memory: Memory | None, *said: Statement, later: timedelta = timedelta()) -> Case:
    """The child with these records."""
    return build_case("child", [Received(each, EVENING) for each in said], now=NOW + later,
                      partnership=case_of().partnership, reach=Reach(), memory=memory)


class Made:
    """Makes the record's name of a row, and counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, given: int, row: Row) -> str:
        self.times += 1
        return f"{row.record}/{given}"


@pytest.mark.parametrize(("memory", "times"), [(Memory(), [2, 3, 6]), (None, [2, 5, 8])])
def test_what_is_made_of_each_is_kept_while_it_and_what_is_given_are_the_same(
    memory: Memory | None, times: list[int],
) -> None:
    """One more is made; with other limits all are."""
    make, rows = Made(), [night(0), night(1), night(2)]
    counted = []

    for given, few in ((1, rows[:2]), (1, rows), (2, rows)):
        found = looked(memory, *few).of_each(given, few, make)
        counted.append(make.times)
        assert [f"A0{number}/{given}" for number in range(len(few))] == found

    assert times == counted


def test_what_is_made_of_these_is_kept_while_they_are_the_very_same() -> None:
    """Not of fewer, nor of others that are equal, nor in another order."""
    memory, one, other = Memory(), night(0), night(1)
    like = replace(one)
    assert like == one

    found = [looked(memory, one, other).of_these("records", these, lambda: object())
             for these in ((one, other), (one, other), (one,), (like,), (other, one))]

    assert found[0] is found[1]
    assert 4 == len(set(found))


def test_answers_that_follow_one_another_are_asked_again_together() -> None:
    """As many as share what they rest on: the night that looked at plans, and those beside it."""
    memory, rows = Memory(), [night(number) for number in range(2 * TOGETHER)]
    asked: list[str] = []

    def judge(case: Case, _: None, row: Row) -> Iterator[int]:
        asked.append(row.record)
        if row.record == "A00":
            yield len(case.current(PlanRecorded))

    found = []
    for said in ((), (made(PlanRecorded, "council", "P1"),)):
        case = looked(memory, *rows, *said)
        asked.clear()
        found.append(list(each_of(case, None, case.current(Row), judge)))

    assert [[0], [1]] == found
    assert [row.record for row in rows[:TOGETHER]] == asked


def test_a_moment_that_moves_is_not_kept_through_a_fact() -> None:
    """Neither by who has the fact worked out, nor by who finds it there."""
    memory, rows = Memory(), [night(0), night(1)]

    def judge(case: Case, _: None, row: Row) -> Iterator[object]:
        yield case.once("the time", lambda: [case.now])[0]

    found = []
    for number in range(2):
        case = looked(memory, *rows, later=number * DAY)
        found.append(list(each_of(case, None, case.current(Row), judge)))

    assert [[NOW, NOW], [NOW + DAY, NOW + DAY]] == found


def test_an_error_of_a_judge_comes_after_what_was_said_before_it() -> None:
    """As without a memory: what was said of the nights before has been told by then."""
    def judge(_: Case, __: None, row: Row) -> Iterator[str]:
        if row.record == "A01":
            raise ZeroDivisionError
        yield row.record

    for memory in (None, Memory()):
        case = looked(memory, night(0), night(1), night(2))
        said = each_of(case, None, case.current(Row), judge)
        assert "A00" == next(said)
        with pytest.raises(ZeroDivisionError):
            next(said)


class Length:
    """Counts how often it is worked out."""

    times = 0

    @made_once
    def length(self) -> int:
        """How long it is."""
        self.times += 1
        return 7


def test_a_property_is_worked_out_once() -> None:
    """By each that has it; the class has what it says of itself."""
    one, other = Length(), Length()

    assert [7, 7, 7] == [one.length, one.length, other.length]
    assert (1, 1) == (one.times, other.times)
    assert "How long it is." == Length.length.__doc__
