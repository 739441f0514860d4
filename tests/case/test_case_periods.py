"""Statements looked up by the days on which they are live: as if each were looked at."""
from datetime import date, timedelta
from random import Random

from broker.case.calendar import start_of
from broker.case.periods import LastLive, Periods, live_on
from broker.event.care import PlacementRecorded
from broker.event.envelope import Moment
from broker.vocabulary.words import Precision
from tests.case.told import made

FIRST = date(2026, 1, 1)


def day(number: int) -> Moment:
    """So many days in, known to the day."""
    return Moment(at=start_of(FIRST + timedelta(days=number)), precision=Precision.DAY)


def placed(record: str, start: int | None, end: int | None) -> PlacementRecorded:
    """A placement from one day to another."""
    said: PlacementRecorded = made(
        PlacementRecorded, "council", record, start=None if start is None else day(start),
        end=None if end is None else day(end))
    return said


def test_the_same_are_live_on_each_day_as_when_each_is_looked_at() -> None:
    """Some are open, some last no day, and some end before they begin."""
    chance = Random(5)
    held = [placed(f"P{number}", chance.choice([None, *range(30)]), chance.choice(
        [None, *range(30)])) for number in range(40)]
    periods = Periods(held, lambda each: (each.start, each.end))
    days = [FIRST + timedelta(days=number) for number in range(-2, 33)]

    assert [periods.on(each) for each in days] == [
        tuple(one for one in held if live_on(one.start, one.end, each)) for each in days]


def test_the_last_that_is_live_is_found_as_when_each_is_looked_at() -> None:
    """In the order given, whichever began first; none where none is live."""
    chance = Random(6)
    for size in (1, 3, 40):
        held = [placed(f"P{number}", chance.choice([None, *range(30)]), chance.choice(
            [None, *range(30)])) for number in range(size)]
        last = LastLive(held, lambda each: (each.start, each.end))
        days = [FIRST + timedelta(days=number) for number in range(-2, 33)]

        assert [last.on(each) for each in days] == [
            next((one for one in held[::-1] if live_on(one.start, one.end, each)), None)
            for each in days]


def test_what_is_kept_is_worked_out_once_between_two_changes() -> None:
    """Nothing can change on a day on which nothing begins or ends."""
    periods = Periods([placed("P1", 0, 20)], lambda each: (each.start, each.end))
    asked: list[int] = []

    def kept(live: tuple[PlacementRecorded, ...]) -> tuple[PlacementRecorded, ...]:
        asked.append(len(live))
        return live

    for number in range(-3, 25):
        periods.kept_on(FIRST + timedelta(days=number), kept)

    assert [0, 1, 0, 0] == asked


def test_the_end_of_what_has_no_beginning_is_a_change_too() -> None:
    """What ended then may have ended others; what was asked of first must have no say in it."""
    periods = Periods([placed("P1", 0, None), placed("P2", None, 10)],
                      lambda each: (each.start, each.end))
    asked: list[int] = []

    def kept(live: tuple[PlacementRecorded, ...]) -> tuple[PlacementRecorded, ...]:
        asked.append(len(live))
        return live

    for number in (9, 10, 11):
        periods.kept_on(FIRST + timedelta(days=number), kept)

    assert [1, 1] == asked
