"""The chances that rules about agencies rest on, and how often the silence rule is wrong."""
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import exp
from random import Random

import pytest

from broker.case.calendar import is_working_day
from broker.event.agency import Agency
from broker.rules.agency.chance import (
    binomial_at_least,
    binomial_at_most,
    none_of,
    percentile_ranks,
    poisson_at_most,
    say_chance,
    share_interval,
    student_above,
)
from broker.rules.agency.facts import AgencyFacts, Read
from broker.rules.agency.rhythm import Feed
from broker.rules.limits import Limits
from broker.vocabulary.words import AgencyKind

START = date(2025, 9, 1)
POLICE = Agency("police", AgencyKind.POLICE, "Valley Police")
LIMITS = Limits()


@pytest.mark.parametrize(("chance", "wanted"), [
    (poisson_at_most(0, 7.0), exp(-7.0)),
    (poisson_at_most(3, 2.5), 0.7575761331330662),
    (poisson_at_most(5, 0.0), 1.0),
    (binomial_at_most(2, 4, 0.5), 11 / 16),
    (binomial_at_most(4, 4, 0.5), 1.0),
    (binomial_at_least(8, 8, 0.5), 1 / 256),
    (binomial_at_most(900, 1000, 0.9), 0.5154177095659),
    (none_of(0, 3, 5), 1.0),
    (none_of(1, 8, 8), 1 / 10),
    (none_of(2, 26, 26), 1 / 406),
    (none_of(2, 3, 5), 12 / 56),
    (student_above(0.0, 5), 0.5),
    (student_above(6.313751514675, 1), 0.05),
    (student_above(2.131846786327, 4), 0.05),
    (student_above(3.610484885, 18), 0.001),
    (student_above(-2.131846786327, 4), 0.95),
])
def test_chances_are_those_of_the_tables(chance: float, wanted: float) -> None:
    """Exact tails, against published tables and sums done by hand."""
    assert wanted == pytest.approx(chance, rel=1e-7)


@pytest.mark.parametrize(("count", "wanted"), [
    (20, (15, 18, 21)), (100, (84, 90, 96)), (1000, (881, 900, 919)),
])
def test_a_percentile_has_an_interval(count: int, wanted: tuple[int, int, int]) -> None:
    """Twenty values have no upper end: the true percentile may lie above them all."""
    assert wanted == percentile_ranks(count, 90)


def test_a_share_has_an_interval() -> None:
    """Wilson's, for eight of eight."""
    assert (0.675593, 1.0) == pytest.approx(share_interval(8, 8), abs=1e-6)


@pytest.mark.parametrize(("chance", "said"), [
    (0.5, "about 1 in 2"), (0.004, "about 1 in 250"), (1 / 1239, "about 1 in 1,200"),
    (1e-7, "less than 1 in a million"),
])
def test_a_chance_is_said_in_two_figures(chance: float, said: str) -> None:
    """More would claim more than is known."""
    assert said == say_chance(chance)


# -- ordinary feeds -------------------------------------------------------------------------
def _count(random: Random, mean: float, spread: float) -> int:
    """A count that varies more than chance alone would have it, where `spread` is above 0."""
    if spread:
        mean = random.gammavariate(1 / spread ** 2, mean * spread ** 2)
    if mean > 50:
        return max(0, round(random.gauss(mean, mean ** 0.5)))
    count, left = 0, random.random()
    while left > exp(-mean):
        left *= random.random()
        count += 1
    return count


def _every_day(random: Random, day: date) -> bool:
    return random.random() > 0.02


def _office_days(random: Random, day: date) -> bool:
    """Working days, none of them between Christmas and New Year."""
    return is_working_day(day) and not (day.month == 12 and day.day > 23) \
        and random.random() > 0.02


def _weekly(random: Random, day: date) -> bool:
    """Mondays, or the day after where that is a holiday; Christmas week falls out."""
    due = day - timedelta(days=day.weekday())
    while not is_working_day(due):
        due += timedelta(days=1)
    return day == due and not (day.month == 12 and day.day > 21)


def _monthly(random: Random, day: date) -> bool:
    due = day.replace(day=1)
    while not is_working_day(due):
        due += timedelta(days=1)
    return day == due


def _now_and_then(random: Random, day: date) -> bool:
    return random.random() < 0.3


RHYTHMS: dict[str, Callable[[Random, date], bool]] = {
    "every day": _every_day, "office days": _office_days, "weekly": _weekly,
    "monthly": _monthly, "now and then": _now_and_then}


def _feed(random: Random, rhythm: Callable[[Random, date], bool], days: int, *,
          single: bool = False) -> Iterator[Read]:
    mean, spread = 10 ** random.uniform(0, 3), random.choice([0.0, 0.3, 0.8])
    for number in range(days):
        day = START + timedelta(days=number)
        if rhythm(random, day):
            rows = _count(random, mean / 20 if single else mean, spread)
            if rows or not single:
                yield Read(datetime.combine(day, time(9), UTC), rows, is_extract=not single)


def _look(reads: list[Read], day: date) -> float | None:
    """The chance by what had come before the day; None where there is too little history."""
    known = tuple(each for each in reads if each.at.date() < day)
    found = Feed(AgencyFacts(POLICE, datetime.combine(day, time(), UTC), known),
                 LIMITS).before(day)
    return None if found is None else found.chance


@pytest.mark.slow
def test_ordinary_feeds_hardly_ever_alarm() -> None:
    """Of thousands of looks at feeds of many sizes and rhythms, over Christmas and Easter, one in
    a thousand at most says that a feed is silent."""
    random = Random(20260302)
    looks = [chance
             for rhythm in RHYTHMS.values() for single in (False, True) for _ in range(8)
             for reads in [list(_feed(random, rhythm, 240, single=single))]
             for number in range(45, 240, 5)
             if (chance := _look(reads, START + timedelta(days=number))) is not None]

    assert len(looks) > 2500
    assert sum(chance < LIMITS.silent_chance_share for chance in looks) <= len(looks) / 1000


@pytest.mark.parametrize(("rhythm", "days"), [
    ("every day", 15), ("office days", 20), ("weekly", 25), ("monthly", 100)])
def test_a_feed_that_stops_is_found(rhythm: str, days: int) -> None:
    """Whatever its size; one that comes seldom, after its own measure."""
    random = Random(7)
    found = []
    for _ in range(10):
        reads = list(_feed(random, RHYTHMS[rhythm], 240))
        chance = _look(reads, START + timedelta(days=240 + days))
        found.append(chance is not None and chance < LIMITS.silent_chance_share)

    assert [True] * 10 == found


def test_small_numbers_never_alarm() -> None:
    """A small agency that sends a record now and then, and then none for months."""
    random = Random(3)
    for mean in (0.02, 0.1, 0.5, 2.0):
        reads = [Read(datetime.combine(START + timedelta(days=number), time(9), UTC), rows,
                      is_extract=False)
                 for number in range(200) if (rows := _count(random, mean, 0.5))]
        chances = [_look(reads, START + timedelta(days=number)) for number in range(45, 400, 5)]

        assert [] == [each for each in chances
                      if each is not None and each < LIMITS.silent_chance_share]
