"""Things divided into runs, and care as of now, are as when each look works them out anew."""
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

import pytest

from broker.case.calendar import day_of, start_of
from broker.case.care import care_periods_now, care_periods_on
from broker.case.case import Case, Received, build_case
from broker.case.memory import Memory
from broker.case.reach import Reach
from broker.case.recall import each_of, runs_of
from broker.event.care import CarePeriodRecorded
from broker.event.envelope import Moment, Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import Precision, State
from tests.case.told import EVENING, away, case_of, made

DAY = timedelta(days=1)
Run = tuple[list[int], ...]


def case(memory: Memory | None, now: timedelta, *said: Statement) -> Case:
    """The child with these records, so long after the first evening."""
    return build_case("child", [Received(each, EVENING) for each in said], now=EVENING + now,
                      partnership=case_of().partnership, reach=Reach(), memory=memory)


def is_near(most: int, run: Sequence[list[int]], later: list[int]) -> bool:
    """Whether a thing is no further than so much from any of those before it."""
    return any(later[0] - each[0] <= most for each in run)


def together(run: Sequence[list[int]]) -> Run:
    """What a run is made into."""
    return tuple(run)


@pytest.mark.parametrize("seed", range(6))
def test_runs_are_divided_as_without_a_memory(seed: int) -> None:
    """Whatever came, went or was put in the place of another, and by another measure too."""
    chance, memory = Random(seed), Memory()
    things = [[chance.randrange(60)] for _ in range(12)]
    most = 2
    for _ in range(60):
        what = chance.choice(("come", "come", "gone", "other", "last", "measure"))
        if what == "come":
            things.append([chance.randrange(60)])
        elif what == "gone" and things:
            things.remove(chance.choice(things))
        elif what == "other" and things:
            things[chance.randrange(len(things))] = [chance.randrange(60)]
        elif what == "last" and things:
            things.pop()
        elif what == "measure":
            most = chance.choice((1, 2, 5))
        things.sort(key=lambda each: each[0])

        remembered = runs_of(case(memory, DAY), most, things[:], is_near, together)

        assert runs_of(case(None, DAY), most, things, is_near, together) == remembered


def test_a_run_before_what_is_new_stays_the_very_same() -> None:
    """The last that begins among what was there is made anew: it may go on."""
    memory, things = Memory(), [[0], [1], [10], [20]]
    before = runs_of(case(memory, DAY), 2, things, is_near, together)

    after = runs_of(case(memory, DAY), 2, [*things, [22]], is_near, together)

    assert [([0], [1]), ([10],), ([20],)] == before
    assert [([0], [1]), ([10],), ([20], [22])] == after
    assert (True, True) == (before[0] is after[0], before[1] is after[1])


def cared_for(record: str, first: int, last: int | None) -> CarePeriodRecorded:
    """Care by the council from one day to another."""
    def day(number: int) -> Moment:
        return Moment(at=start_of(day_of(EVENING + number * DAY)), precision=Precision.DAY)
    said: CarePeriodRecorded = made(
        CarePeriodRecorded, "council", record, start=day(first),
        end=None if last is None else day(last), recorded_at=EVENING)
    return said


def test_care_as_of_now_is_that_of_the_day() -> None:
    """Up to midnight, and from midnight on, of the days on which it begins and ends."""
    care = cared_for("L1", 2, 5), cared_for("L2", 5, 7), cared_for("L3", 9, 9)
    for hour in range(-48, 15 * 24):
        now = case(None, timedelta(hours=hour), *care)

        assert care_periods_on(now, day_of(now.now)) == care_periods_now(now)


def test_an_answer_about_care_as_of_now_is_kept_until_care_begins_or_ends() -> None:
    """And is what it was when time is moved back."""
    asked: list[int] = []

    def judge(of: Case, _: None, row: MissingEpisodeRecorded) -> Iterator[str]:
        asked.append(1)
        yield from (each.record for each in care_periods_now(of))

    memory, said = Memory(), [cared_for("L1", 2, 5), away("riverside", "A1", EVENING)]
    found = []
    for days in (0, 1, 3, 4, 6, 30, 3):
        held = case(memory, days * DAY, *said)
        found.append((list(each_of(held, None, held.current(MissingEpisodeRecorded), judge)),
                      len(asked)))

    assert [([], 1), ([], 1), (["L1"], 2), (["L1"], 2), ([], 3), ([], 3), (["L1"], 4)] == found


def test_what_cannot_be_kept_is_asked_of_what_there_is_alone() -> None:
    """A judge that asks what day it is answers at each look, of one row less too."""
    def judge(of: Case, _: None, row: MissingEpisodeRecorded) -> Iterator[tuple[str, int]]:
        yield row.record, (day_of(of.now) - day_of(EVENING)).days

    memory, nights = Memory(), [
        away("riverside", f"A{each}", EVENING, recorded_at=EVENING + each * DAY)
        for each in range(3)]

    def said(days: int, *rows: Statement) -> list[tuple[str, int]]:
        held = case(memory, days * DAY, *rows)
        return list(each_of(held, None, held.current(MissingEpisodeRecorded), judge))

    withdrawn = away("riverside", "A1", EVENING, recorded_at=EVENING + 4 * DAY,
                     state=State.WITHDRAWN)
    assert [("A0", 5), ("A1", 5), ("A2", 5)] == said(5, *nights)
    assert [("A0", 6), ("A2", 6)] == said(6, *nights, withdrawn)
    assert [("A0", 7), ("A1", 7), ("A2", 7)] == said(7, *nights)
