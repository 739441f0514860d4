"""Whether what is owed can be judged, and whether it is history."""
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from broker.case.calendar import start_of
from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.feeds import PROTECTION_REVIEWS, PROTECTION_VISITS
from broker.case.reach import Reach, Refused
from broker.event.care import PlanRecorded
from broker.event.envelope import Moment
from broker.rules.limits import Limits
from broker.rules.overdue import Owed, after_days, after_months, is_history, not_to_be_judged
from broker.rules.rule import LookAgain, NotEvaluated
from broker.vocabulary.words import Precision, State, System

DUE = datetime(2026, 3, 3, tzinfo=UTC)
OLD = timedelta(days=28)
A_MINUTE = timedelta(minutes=1)
PLAN = PlanRecorded(
    event_id=UUID(int=1), agency="council", system=System.SSD, record="CP1", subject="c1",
    recorded_at=DUE - OLD, state=State.CURRENT)
VISITS = ("council", System.SSD, "ssd_cp_visits")
PLANS = ("council", System.SSD, "ssd_cp_plans")


def owed(plan: PlanRecorded = PLAN) -> Owed:
    """A visit under a plan, owed by the time."""
    return Owed(plan, DUE, DUE - timedelta(days=14), PROTECTION_VISITS, "visits")


def case_at(
    now: datetime, plan: PlanRecorded = PLAN, heard: datetime | None = None,
    plans_heard: datetime | None = None,
) -> Case:
    """The case with the plan alone, both tables heard up to now unless said otherwise."""
    reach = Reach({VISITS: (heard or now, ("VisitRecorded",)),
                   PLANS: (plans_heard or now, ("PlanRecorded",))})
    return build_case("child", [Received(plan, plan.recorded_at)], now=now,
                      partnership=Partnership({}), reach=reach, link=Link())


def test_before_the_limit_it_is_looked_at_again() -> None:
    """Time alone may make it overdue."""
    assert LookAgain(DUE) == not_to_be_judged(case_at(DUE - A_MINUTE), owed())


def test_at_the_limit_it_is_judged() -> None:
    """Both tables have been heard up to the very moment."""
    assert None is not_to_be_judged(case_at(DUE), owed())


@pytest.mark.parametrize("behind", ["visits", "plans"])
def test_a_minute_short_of_the_limit_silence_is_no_evidence(behind: str) -> None:
    """The visit may stand in what has not come, and so may the plan's end. As far as has been
    heard nothing was overdue, so that a visit owed before it, and made, holds nothing open."""
    late = DUE - A_MINUTE
    case = case_at(DUE, heard=late) if behind == "visits" else case_at(DUE, plans_heard=late)
    answer = not_to_be_judged(case, owed())

    assert isinstance(answer, NotEvaluated)
    assert ("council", None, None) == (answer.agency, answer.anchor, answer.part)


def test_another_table_of_the_type_is_no_answer() -> None:
    """Reviews of children in care say nothing of a plan's."""
    reach = Reach({("council", System.SSD, "ssd_cla_reviews"): (DUE, ("ReviewRecorded",)),
                   ("council", System.SSDA903, "reviews"): (DUE, ("ReviewRecorded",))})

    assert None is PROTECTION_REVIEWS.heard(reach, "council")


def test_a_return_that_carries_it_is_heard() -> None:
    """The census has the reviews of plans."""
    reach = Reach({("council", System.CIN, "cin_census"): (DUE, ("ReviewRecorded",))})

    assert DUE == PROTECTION_REVIEWS.heard(reach, "council")


def test_messages_held_for_a_person_may_be_the_visit() -> None:
    """A visit that intake rejected or holds is unreadable, not absent."""
    reach = Reach(untaken={("council", "VisitRecorded"): DUE, ("council", "PlanRecorded"): DUE})

    assert PROTECTION_VISITS.unreadable_since(reach, "council", DUE)
    assert not PROTECTION_VISITS.unreadable_since(reach, "council", DUE + A_MINUTE)
    assert not PROTECTION_VISITS.unreadable_since(reach, "police", DUE)


def test_a_file_that_could_not_be_read_may_hold_the_visit() -> None:
    """A refused file of the visits' own table counts up to the last of its readings."""
    refused = Refused(DUE - OLD, DUE, ("VisitRecorded",))
    reach = Reach(refused={VISITS: refused, PLANS: Refused(DUE, DUE + OLD, ("PlanRecorded",))})

    assert PROTECTION_VISITS.unreadable_since(reach, "council", DUE)
    assert not PROTECTION_VISITS.unreadable_since(reach, "council", DUE + A_MINUTE)
    assert not PROTECTION_VISITS.unreadable_since(reach, "police", DUE)


def test_what_ran_out_lately_is_today() -> None:
    """Four weeks old and no more, whoever says so and since when."""
    late = replace(PLAN, system=System.API, recorded_at=DUE + OLD)

    assert not is_history(case_at(DUE + OLD, late), owed(late), Limits())


def test_a_row_with_a_time_of_its_own_grows_old() -> None:
    """Such a row is sent as it is written."""
    late = replace(PLAN, system=System.API)

    assert is_history(case_at(DUE + OLD + A_MINUTE, late), owed(late), Limits())


def test_an_extract_that_had_it_within_four_weeks_followed_it() -> None:
    """Months later it is still today's, while the extracts come."""
    followed = replace(PLAN, recorded_at=DUE + OLD)

    assert not is_history(case_at(DUE + 5 * OLD, followed), owed(followed), Limits())


def test_an_extract_that_first_had_it_later_brought_history() -> None:
    """By then it had been overdue for more than four weeks."""
    found = replace(PLAN, recorded_at=DUE + OLD + A_MINUTE)

    assert is_history(case_at(DUE + 5 * OLD, found), owed(found), Limits())


def test_an_extract_of_long_ago_tells_of_long_ago() -> None:
    """Nothing has been heard for more than four weeks: how it stands today is not known."""
    now = DUE + 5 * OLD

    assert is_history(case_at(now, heard=now - OLD - A_MINUTE), owed(), Limits())
    assert not is_history(case_at(now, heard=now - OLD), owed(), Limits())


def test_a_day_runs_to_the_end_of_the_last_day() -> None:
    """Also over the night on which clocks go forward."""
    given = Moment(at=start_of(date(2026, 3, 25)), precision=Precision.DAY)

    assert start_of(date(2026, 4, 2)) == after_days(given, 7)


def test_an_instant_runs_to_the_end_of_the_last_day_too() -> None:
    """What is owed by the day is owed until the day is over, whatever time of day began it."""
    given = Moment(at=datetime(2026, 3, 25, 14, 30, tzinfo=UTC))

    assert start_of(date(2026, 4, 2)) == after_days(given, 7)
    assert start_of(date(2026, 6, 26)) == after_months(given, 3)


def test_months_end_on_the_last_day_of_a_shorter_one() -> None:
    """Three months from the last of November are over as February ends."""
    given = Moment(at=start_of(date(2025, 11, 30)), precision=Precision.DAY)

    assert start_of(date(2026, 3, 1)) == after_months(given, 3)
