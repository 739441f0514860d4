"""S01: an open concern, and nobody in any agency has seen the child for the limit."""

from dataclasses import replace
from datetime import date, timedelta

from broker.world import council_cases, police_files
from broker.world.people import Likeness
from broker.world.plan import local, local_date, on_weekday
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)
_LIMIT = timedelta(days=28)


def _last_seen(stage: Stage) -> date:
    """The day of the last sighting, so that four weeks are over on the story's day."""
    return stage.today - _LIMIT


def _due(last_seen: date) -> date:
    """The first day on which four weeks have passed by any way of counting."""
    return last_seen + _LIMIT + _DAY


@scenario("s01.in_need", settle=1)
def in_need(stage: Stage) -> None:
    """A child in need whose visits stopped."""
    seen = _last_seen(stage)
    who = stage.in_need(visited_until=seen)
    shown = local(_due(seen), 1)
    stage.plant("s01.in_need", who, shown, (who.records["referral"],))
    stage.also("s02.in_need", who, shown, (who.records["referral"],))


@scenario("s01.visited_not_seen", settle=1)
def visited_not_seen(stage: Stage) -> None:
    """Visits go on, and at each the child is not seen."""
    seen = _last_seen(stage)
    who = stage.in_need(visited_until=seen)
    day = seen + 10 * _DAY
    while day <= stage.book.last_day:
        council_cases.visit(stage.book, who, on_weekday(day), "N")
        day += 10 * _DAY
    shown = local(_due(seen), 1)
    stage.plant("s01.visited_not_seen", who, shown, (who.records["referral"],))
    stage.also("s02.visited_not_seen", who, shown, (who.records["referral"],))


@scenario("s01.protected", settle=1)
def protected(stage: Stage) -> None:
    """A protection plan, and no visit for four weeks."""
    seen = _last_seen(stage)
    who = stage.protected(visited_until=seen)
    shown = local(_due(seen), 1)
    stage.plant("s01.protected", who, shown, (who.records["plan"], who.records["referral"]))
    stage.also("s02.protected", who, shown, (who.records["plan"],))


@scenario("s01.enquiry", settle=2)
def enquiry(stage: Stage) -> None:
    """A section 47 enquiry starts, and the child is first seen on the sixth day."""
    who = stage.in_need()
    book = stage.book
    rows = [row for row in book.rows if not _visit_after(row.table, row.cells, stage.today)]
    book.rows[:] = rows
    case = who.records["referral"]
    record = council_cases.enquiry(book, who, case, stage.today)
    council_cases.visit(book, who, stage.today + 6 * _DAY)
    council_cases.visit(book, who, stage.today + 19 * _DAY)
    council_cases.end_enquiry(book, record, stage.today + 12 * _DAY, "NFA_CONTINUE_SINGLE")
    stage.plant("s01.enquiry", who, local(stage.today + 2 * _DAY, 1), (record,))


def _visit_after(table: str, cells: tuple[str, ...], day: date) -> bool:
    return table == "ssd_cin_visits" and date.fromisoformat(cells[2]) >= day


@scenario("s01.high_notice", settle=2)
def high_notice(stage: Stage) -> None:
    """A notice at high risk, shared and logged, and nobody sees the child."""
    book = stage.book
    who = stage.contact_only()
    reported = stage.plan.at(stage.day, 11, stage.rng.randint(0, 59))
    incident = police_files.incident(
        book, who, reported, "Concern for safety", "Priority", caller_type="professional"
    )
    police_files.run_incident(incident, reported, reported + timedelta(hours=4))
    created = reported + timedelta(hours=2)
    notice = police_files.notice(
        book, who, incident, created, risk_grade="High", concern_types="physical_abuse",
        child_spoken_to="N", demeanour_recorded="N",
    )  # fmt: skip
    notice.write(created + timedelta(hours=2, minutes=10))
    council_cases.contact(book, who, local_date(created), council_cases.POLICE_SOURCE, "ADVICE")
    shown = created + timedelta(hours=25)
    stage.plant("s01.high_notice", who, shown, (notice,))
    stage.also("r03.high_notice", who, created, (notice,))


@scenario("s01.decoy_seen_by_police", settle=1, earliest=4)
def decoy_seen_by_police(stage: Stage) -> None:
    """No visit for five weeks, and an officer saw the child in between."""
    book = stage.book
    who = stage.in_need(visited_until=_last_seen(stage))
    reported = stage.plan.at(stage.day - 3, 13, 5)
    incident = police_files.incident(book, who, reported, "Domestic incident", "Priority")
    police_files.run_incident(
        incident, reported, reported + timedelta(hours=2),
        child_seen_at=reported + timedelta(minutes=50),
    )  # fmt: skip
    for days in (6, 20):
        council_cases.visit(book, who, on_weekday(stage.today + days * _DAY))
    shown = local(_due(_last_seen(stage)), 1)
    stage.plant(
        "s01.decoy_seen_by_police", who, shown, (who.records["referral"], incident), decoy=True
    )
    stage.also("s02.decoy_seen_by_police", who, shown, (who.records["referral"],))


@scenario("s01.decoy_unborn", settle=1)
def decoy_unborn(stage: Stage) -> None:
    """An unborn child, referred five weeks ago, cannot be seen."""
    who = stage.child()
    expected = stage.plan.start + stage.rng.randint(70, 150) * _DAY
    unborn = replace(who.child, given="", sex="U", born=expected, unborn=True)
    stage.subjects[0].child = unborn
    book = stage.book
    referred = stage.history(30, 50)
    at = book.office_hours(referred)
    council_cases.person(book, who, at, Likeness.EXACT)
    council_cases.address(book, who, at, unborn.address, referred)
    case = council_cases.referral(book, who, referred, "N1", source="3A")
    council_cases.assessment(book, who, case, referred + 2 * _DAY, referred + 30 * _DAY, seen="N")
    shown = local(_due(_last_seen(stage)), 1)
    stage.plant("s01.decoy_unborn", who, shown, (case,), decoy=True)


@scenario("s01.decoy_case_closed", settle=1)
def decoy_case_closed(stage: Stage) -> None:
    """Last seen four weeks ago, and the case was closed a fortnight ago."""
    seen = _last_seen(stage)
    who = stage.child()
    stage.to_council(who)
    book = stage.book
    case = stage.open_case(who)
    council_cases.visit(book, who, seen)
    closed = stage.today - 12 * _DAY
    case.write(book.office_hours(closed), cine_close_reason="RC7", cine_close_date=closed)
    stage.plant("s01.decoy_case_closed", who, local(_due(seen), 1), (case,), decoy=True)


@scenario("s01.decoy_enquiry_seen", settle=2)
def decoy_enquiry_seen(stage: Stage) -> None:
    """A section 47 enquiry, and the child is seen that day."""
    who = stage.in_need()
    book = stage.book
    record = council_cases.enquiry(book, who, who.records["referral"], stage.today)
    council_cases.visit(book, who, stage.today)
    council_cases.visit(book, who, stage.today + _DAY)
    council_cases.end_enquiry(book, record, stage.today + 9 * _DAY, "NFA_CONTINUE_SINGLE")
    shown = local(stage.today + 2 * _DAY, 1)
    stage.plant("s01.decoy_enquiry_seen", who, shown, (record,), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    in_need,
    visited_not_seen,
    protected,
    enquiry,
    high_notice,
    decoy_seen_by_police,
    decoy_unborn,
    decoy_case_closed,
    decoy_enquiry_seen,
)
