"""T01, T02, T03: conference, assessment and reviews in the times that guidance gives them."""

from datetime import date, timedelta

from broker.world import council_care, council_cases
from broker.world.book import Record, Subject
from broker.world.plan import local, on_weekday, working_days_after
from broker.world.plants.visits_due import working_days_before
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Care, Stage

_DAY = timedelta(days=1)
_CONFERENCE = 15
_ASSESSMENT = 45


def _discussed(stage: Stage, day: date) -> tuple[Subject, Record]:
    """A child in need on whom an enquiry begins; the child is seen that day."""
    who = stage.in_need()
    asked = council_cases.enquiry(stage.book, who, who.records["referral"], day)
    council_cases.visit(stage.book, who, day)
    return who, asked


def _shown(stage: Stage) -> date:
    return stage.today + _DAY


@scenario("t01.not_held", settle=1)
def not_held(stage: Stage) -> None:
    """The enquiry found that a conference was needed, and none has been held."""
    day = working_days_before(stage.today, _CONFERENCE)
    who, asked = _discussed(stage, day)
    council_cases.end_enquiry(stage.book, asked, on_weekday(day + 9 * _DAY), "CP_CONFERENCE")
    stage.plant("t01.not_held", who, local(_shown(stage), 1), (asked,))


@scenario("t01.held_late", settle=1)
def held_late(stage: Stage) -> None:
    """Held three working days after the fifteenth."""
    day = working_days_before(stage.today, _CONFERENCE)
    who, asked = _discussed(stage, day)
    council_cases.end_enquiry(stage.book, asked, on_weekday(day + 9 * _DAY), "CP_CONFERENCE")
    council_cases.initial_conference(
        stage.book, who, who.records["referral"], asked, day, working_days_after(day, 19)
    )
    stage.plant("t01.held_late", who, local(_shown(stage), 1), (asked,))


@scenario("t01.decoy_fifteenth_day", settle=1)
def decoy_fifteenth_day(stage: Stage) -> None:
    """Held on the fifteenth working day."""
    day = working_days_before(stage.today, _CONFERENCE)
    who, asked = _discussed(stage, day)
    council_cases.end_enquiry(stage.book, asked, on_weekday(day + 9 * _DAY), "CP_CONFERENCE")
    held = council_cases.initial_conference(
        stage.book, who, who.records["referral"], asked, day, working_days_after(day, _CONFERENCE)
    )
    stage.plant(
        "t01.decoy_fifteenth_day", who, local(_shown(stage), 1), (asked, held), decoy=True
    )


@scenario("t01.decoy_not_needed", settle=1)
def decoy_not_needed(stage: Stage) -> None:
    """The enquiry ended without need of a conference."""
    day = working_days_before(stage.today, _CONFERENCE)
    who, asked = _discussed(stage, day)
    council_cases.end_enquiry(stage.book, asked, on_weekday(day + 9 * _DAY), "NFA_CONTINUE_SINGLE")
    stage.plant("t01.decoy_not_needed", who, local(_shown(stage), 1), (asked,), decoy=True)


def _case(stage: Stage, opened: date) -> tuple[Subject, Record]:
    """A referral of that day, and visits as a child in need has them."""
    who = stage.child()
    stage.to_council(who)
    stage.to_police(who)
    case = council_cases.referral(stage.book, who, opened, "N4")
    day = opened + 5 * _DAY
    while day <= stage.book.last_day:
        council_cases.visit(stage.book, who, on_weekday(day))
        day += 13 * _DAY
    return who, case


@scenario("t02.first", settle=1)
def first(stage: Stage) -> None:
    """Nine working weeks after the referral its assessment is not done."""
    day = working_days_before(stage.today, _ASSESSMENT)
    who, case = _case(stage, day)
    assessed = council_cases.assessment(
        stage.book, who, case, day + 2 * _DAY, on_weekday(stage.today + 8 * _DAY)
    )
    stage.plant("t02.first", who, local(_shown(stage), 1), (assessed, case))


@scenario("t02.begun_late", settle=1)
def begun_late(stage: Stage) -> None:
    """Begun three weeks after the referral: its own time is not over, the referral's is."""
    day = working_days_before(stage.today, _ASSESSMENT)
    who, case = _case(stage, day)
    assessed = council_cases.assessment(stage.book, who, case, on_weekday(day + 22 * _DAY), None)
    stage.plant("t02.begun_late", who, local(_shown(stage), 1), (assessed, case))


@scenario("t02.second", settle=1)
def second(stage: Stage) -> None:
    """The first was done in time; the second has run for nine working weeks."""
    day = working_days_before(stage.today, _ASSESSMENT)
    opened = day - 84 * _DAY
    who, case = _case(stage, opened)
    council_cases.assessment(stage.book, who, case, opened + 2 * _DAY, opened + 40 * _DAY)
    assessed = council_cases.assessment(stage.book, who, case, day, None)
    stage.plant("t02.second", who, local(_shown(stage), 1), (assessed,))


@scenario("t02.decoy_second", settle=1)
def decoy_second(stage: Stage) -> None:
    """The case is old; its second assessment runs from its own start, a month ago."""
    opened = on_weekday(stage.today - 120 * _DAY)
    who, case = _case(stage, opened)
    council_cases.assessment(stage.book, who, case, opened + 2 * _DAY, opened + 40 * _DAY)
    assessed = council_cases.assessment(
        stage.book, who, case, on_weekday(stage.today - 28 * _DAY), None
    )
    stage.plant("t02.decoy_second", who, local(_shown(stage), 1), (assessed, case), decoy=True)


@scenario("t02.decoy_forty_fifth_day", settle=1)
def decoy_forty_fifth_day(stage: Stage) -> None:
    """Authorised on the forty-fifth working day."""
    day = working_days_before(stage.today, _ASSESSMENT)
    who, case = _case(stage, day)
    assessed = council_cases.assessment(
        stage.book, who, case, day + 2 * _DAY, working_days_after(day, _ASSESSMENT)
    )
    stage.plant(
        "t02.decoy_forty_fifth_day", who, local(_shown(stage), 1), (assessed, case), decoy=True
    )


def _months_before(day: date, months: int) -> date:
    """A weekday of which so many months are over before this date, by any way of counting."""
    return on_weekday(day - (months * 31 + 1) * _DAY)


def _plan_began(stage: Stage, began: date, reviewed_until: date) -> Subject:
    """A protection plan whose conference fell near this day, reviewed up to another."""
    return stage.protected(opened=on_weekday(began - 19 * _DAY), reviewed_until=reviewed_until)


@scenario("t03.first_of_plan", settle=1)
def first_of_plan(stage: Stage) -> None:
    """A protection plan of more than three months, never reviewed."""
    began = _months_before(stage.today, 3)
    who = _plan_began(stage, began - 4 * _DAY, began)
    stage.plant("t03.first_of_plan", who, local(_shown(stage), 1), (who.records["plan"],))


@scenario("t03.second_of_plan", settle=1)
def second_of_plan(stage: Stage) -> None:
    """Reviewed once, and not again in the six months since."""
    reviewed = _months_before(stage.today, 6)
    who = _plan_began(stage, reviewed - 85 * _DAY, reviewed)
    stage.plant("t03.second_of_plan", who, local(_shown(stage), 1), (who.records["plan"],))


@scenario("t03.first_in_care", settle=1)
def first_in_care(stage: Stage) -> None:
    """Looked after for twenty working days, and no review."""
    entered = working_days_before(stage.today, 20)
    who = stage.fostered(care=Care(entered=entered, reviewed_until=entered))
    stage.plant("t03.first_in_care", who, local(_shown(stage), 1), (who.records["placement"],))


@scenario("t03.second_in_care", settle=1)
def second_in_care(stage: Stage) -> None:
    """Reviewed in the first month, and not in the three after it."""
    reviewed = _months_before(stage.today, 3)
    who = stage.resident(care=Care(entered=reviewed - 24 * _DAY, reviewed_until=reviewed))
    stage.plant("t03.second_in_care", who, local(_shown(stage), 1), (who.records["placement"],))


@scenario("t03.decoy_reviewed", settle=1)
def decoy_reviewed(stage: Stage) -> None:
    """A plan of eleven weeks and a half, reviewed that very day."""
    began = on_weekday(stage.today - 84 * _DAY)
    who = _plan_began(stage, began, began)
    held = on_weekday(stage.today)
    council_cases.protection_review(stage.book, who, who.records["plan"], held)
    stage.plant(
        "t03.decoy_reviewed", who, local(_shown(stage), 1), (who.records["plan"],), decoy=True
    )


@scenario("t03.decoy_plan_ended", settle=1)
def decoy_plan_ended(stage: Stage) -> None:
    """A plan that ended before its first review was due."""
    began = _months_before(stage.today, 3)
    who = _plan_began(stage, began - 4 * _DAY, began)
    ended = on_weekday(stage.today - 30 * _DAY)
    at = stage.book.office_hours(ended)
    who.records["plan"].write(at, cppl_cp_plan_end_date=ended)
    who.records["plan_marker"].write(at, cleared_at=at)
    stage.plant(
        "t03.decoy_plan_ended", who, local(_shown(stage), 1), (who.records["plan"],), decoy=True
    )


@scenario("t03.decoy_in_care_on_time", settle=1)
def decoy_in_care_on_time(stage: Stage) -> None:
    """Looked after for nineteen working days, reviewed on that day."""
    entered = working_days_before(stage.today, 18)
    who = stage.fostered(care=Care(entered=entered, reviewed_until=entered))
    council_care.review(stage.book, who, working_days_after(entered, 19))
    stage.plant(
        "t03.decoy_in_care_on_time", who, local(_shown(stage), 1),
        (who.records["placement"],), decoy=True,
    )  # fmt: skip


SCENARIOS: tuple[Scenario, ...] = (
    not_held,
    held_late,
    decoy_fifteenth_day,
    decoy_not_needed,
    first,
    begun_late,
    second,
    decoy_second,
    decoy_forty_fifth_day,
    first_of_plan,
    second_of_plan,
    first_in_care,
    second_in_care,
    decoy_reviewed,
    decoy_plan_ended,
    decoy_in_care_on_time,
)
