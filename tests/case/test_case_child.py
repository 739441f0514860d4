"""Whether a case is about a living, born child; since when a record says what it says."""
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from broker.case.case import Case, Partnership, Received, as_written, build_case
from broker.case.child import comes_of_age, is_child, is_under_age
from broker.case.reach import Reach
from broker.case.since import said_since
from broker.event.care import CarePeriodRecorded, PlacementRecorded, VisitRecorded
from broker.event.concern import ReferralRecorded
from broker.event.digest import NIL, digest_of, event_id_of
from broker.event.envelope import Moment, Statement
from broker.event.person import PersonRecorded
from broker.vocabulary.words import BirthDatePrecision, State, System

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DIED = datetime(2026, 1, 5, tzinfo=UTC)


def said(of: type[Statement], agency: str, hour: int = 0, **fields: Any) -> Statement:
    """A statement written so many hours after noon."""
    made = of(event_id=NIL, agency=agency, system=System.FILES,
              record=fields.pop("record", "1"), subject="1",
              recorded_at=NOW + timedelta(hours=hour),
              state=fields.pop("state", State.CURRENT), **fields)
    return replace(made, event_id=event_id_of(made, digest_of(made), made.recorded_at))


def case_of(*statements: Statement) -> Case:
    """The case of these, two days on."""
    return build_case("child", [Received(each, NOW) for each in statements],
                      now=NOW + timedelta(days=2), partnership=Partnership({}), reach=Reach())


def test_one_account_of_a_child_is_enough() -> None:
    """Where birth dates differ, the child must not fall silent for one wrong date."""
    case = case_of(said(PersonRecorded, "police", birth_date=date(1990, 5, 6)),
                   said(PersonRecorded, "council", birth_date=date(2010, 5, 6)))

    assert is_child(case, date(2026, 3, 2))


@pytest.mark.parametrize(("day", "child"), [(date(2026, 5, 5), True), (date(2026, 5, 6), False)])
def test_the_eighteenth_birthday_is_the_first_day_of_age(day: date, child: bool) -> None:
    """Under eighteen on the day."""
    case = case_of(said(PersonRecorded, "council", birth_date=date(2008, 5, 6)))

    assert child == is_child(case, day)


@pytest.mark.parametrize(("born", "grown"), [
    ((date(2008, 5, 6),), date(2026, 5, 6)),
    ((date(2008, 5, 6), date(2009, 5, 6)), date(2027, 5, 6)),
    ((date(2012, 2, 29),), date(2030, 3, 1)),
    ((date(2008, 3, 3),), date(2026, 3, 3)),
    ((date(2008, 3, 2),), None),
    ((date(9999, 1, 1),), None),
    ((), None),
])
def test_the_day_on_which_a_child_is_of_age_is_known_ahead(
        born: tuple[date, ...], grown: date | None) -> None:
    """It is the first on which no account has a child, and none once it has come."""
    case = case_of(*(said(PersonRecorded, f"council{number}", birth_date=each)
                     for number, each in enumerate(born)))

    assert grown == comes_of_age(case, date(2026, 3, 2))
    assert grown is None or (is_child(case, grown - timedelta(days=1)), is_child(case, grown)) == (
        True, False)


@pytest.mark.parametrize(("day", "child"), [(date(2026, 5, 5), False), (date(2026, 5, 6), True)])
def test_an_expected_child_counts_from_the_day(day: date, child: bool) -> None:
    """Nobody may fall silent because a birth was not entered."""
    case = case_of(said(PersonRecorded, "council", birth_date=date(2026, 5, 6),
                        birth_date_precision=BirthDatePrecision.EXPECTED))

    assert child == is_child(case, day)


def test_a_death_ends_what_rules_ask() -> None:
    """Nobody is told to visit a child who has died."""
    case = case_of(said(PersonRecorded, "council", birth_date=date(2010, 5, 6),
                        death_date=date(2026, 1, 5)))

    assert [True, False] == [is_child(case, date(2026, 1, day)) for day in (5, 6)]


def test_a_child_seen_after_a_recorded_death_is_a_living_child() -> None:
    """A death entered on the wrong child must not silence everything about that child."""
    case = case_of(said(PersonRecorded, "council", birth_date=date(2010, 5, 6),
                        death_date=date(2026, 1, 5)),
                   said(VisitRecorded, "council", visited=Moment(at=NOW), seen=True))

    assert is_child(case, date(2026, 3, 2))


@pytest.mark.parametrize("ended", [
    {"of": CarePeriodRecorded, "end": Moment(at=DIED), "end_reason": "E2"},
    {"of": ReferralRecorded, "closed": Moment(at=DIED), "close_reason": "RC2"},
])
def test_care_or_a_case_that_ended_by_death_ends_what_rules_ask(ended: dict[str, Any]) -> None:
    """The returns of a council give no day of death, and say so all the same."""
    case = case_of(said(agency="council", **ended))

    assert [True, False] == [is_child(case, date(2026, 1, day)) for day in (5, 6)]


@pytest.mark.parametrize("ended", [
    {"end_reason": "E4A"}, {"end_reason": None}, {"start": Moment(at=NOW), "end_reason": "E2"},
    {"end": None, "end_reason": "E2"},
])
def test_care_that_ended_otherwise_or_on_no_day_ends_nothing(ended: dict[str, Any]) -> None:
    """Another reason, an end before the start, and one without a day."""
    case = case_of(said(CarePeriodRecorded, "council", **{"end": Moment(at=DIED), **ended}))

    assert is_child(case, date(2026, 3, 10))


@pytest.mark.parametrize(("begun", "child"), [
    ({"of": CarePeriodRecorded, "agency": "other", "day": 0}, True),
    ({"of": CarePeriodRecorded, "agency": "other", "day": 0, "end": Moment(at=DIED)}, False),
    ({"of": CarePeriodRecorded, "agency": "council", "day": 0}, False),
    ({"of": CarePeriodRecorded, "agency": "council", "day": 1}, True),
    ({"of": PlacementRecorded, "agency": "other", "day": 0}, False),
    ({"of": PlacementRecorded, "agency": "other", "day": 1}, True),
    ({"of": PlacementRecorded, "agency": "other", "day": 1, "hour": -24 * 57}, False),
    ({"of": PlacementRecorded, "agency": "other", "day": 90}, False),
])
def test_a_child_in_care_beyond_its_care_that_ended_by_death_lives(
        begun: dict[str, Any], child: bool) -> None:
    """Care that another council takes over is E3, a digit away; a plan of before is no sign."""
    day = begun.pop("day")
    case = case_of(
        said(CarePeriodRecorded, "council", record="ended", end=Moment(at=DIED), end_reason="E2"),
        said(**begun, start=Moment(at=DIED + timedelta(days=day))))

    assert child == is_child(case, date(2026, 3, 2))


def test_a_child_seen_between_two_days_of_death_died_on_the_second() -> None:
    """One wrong date must not keep alarms going about a child who has died since."""
    case = case_of(said(PersonRecorded, "council", death_date=date(2026, 1, 5)),
                   said(PersonRecorded, "police", death_date=date(2026, 2, 5)),
                   said(VisitRecorded, "council", visited=Moment(at=DIED + timedelta(days=9)),
                        seen=True))

    assert [True, False] == [is_child(case, date(2026, 2, day)) for day in (5, 6)]
    assert is_under_age(case, date(2026, 2, 6))


def test_since_is_the_first_of_the_unbroken_run() -> None:
    """An unrelated change does not restart it; another date and back again does."""
    one, other = date(2010, 5, 6), date(2010, 6, 5)
    versions = [said(PersonRecorded, "council", 1, birth_date=one),
                said(PersonRecorded, "council", 2, birth_date=other),
                said(PersonRecorded, "council", 3, birth_date=one),
                said(PersonRecorded, "council", 4, birth_date=one, phones=("01632 960001",))]
    case = case_of(*versions)
    (current,) = case.current(PersonRecorded)

    assert versions[2] == said_since(case, current, lambda each: each.birth_date)


def test_a_withdrawal_breaks_the_run() -> None:
    """What was taken back in between was not said all along."""
    one = date(2010, 5, 6)
    versions = [said(PersonRecorded, "council", 1, birth_date=one),
                said(PersonRecorded, "council", 2, birth_date=one, state=State.WITHDRAWN),
                said(PersonRecorded, "council", 3, birth_date=one)]
    case = case_of(*versions)
    (current,) = case.current(PersonRecorded)

    assert versions[2] == said_since(case, current, lambda each: each.birth_date)


def test_the_case_as_written_knows_nothing_later() -> None:
    """Later versions and later records are gone, and a withdrawn record stands again."""
    first = said(PersonRecorded, "council", 1, birth_date=date(2010, 5, 6))
    taken_back = said(PersonRecorded, "council", 3, state=State.WITHDRAWN)
    other = said(PersonRecorded, "police", 4)
    at = NOW + timedelta(hours=2)
    then = as_written(case_of(first, taken_back, other), at, at)

    assert ((first,), at) == (then.current(PersonRecorded), then.now)
