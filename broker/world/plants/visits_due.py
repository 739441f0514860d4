"""S02: a visit that the law or the partnership asks for is overdue."""

from datetime import date, timedelta

from broker.world import council_care, council_cases
from broker.world.plan import local, on_weekday, working_days_after
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Care, Stage

_DAY = timedelta(days=1)
_IN_NEED = 20
_PROTECTED = 10
_FIRST_YEAR = timedelta(weeks=6)


def working_days_before(day: date, count: int) -> date:
    """The latest weekday from which `count` working days are over before this date."""
    first = day - _DAY
    while working_days_after(first, count) >= day or first.weekday() > 4:
        first -= _DAY
    return first


def _after(visits_from: date, last: date, step: int) -> list[date]:
    days = []
    while visits_from <= last:
        days.append(on_weekday(visits_from))
        visits_from += step * _DAY
    return days


@scenario("s02.in_need", settle=1)
def in_need(stage: Stage) -> None:
    """A child in need, four working weeks after the last visit; the next comes a week late."""
    last = working_days_before(stage.today, _IN_NEED)
    who = stage.in_need(visited_until=last, opened=stage.history(100, 140))
    for day in _after(stage.today + 7 * _DAY, stage.book.last_day, 14):
        council_cases.visit(stage.book, who, day)
    shown = local(stage.today + _DAY, 1)
    stage.plant("s02.in_need", who, shown, (who.records["referral"],))
    stage.also("s01.in_need", who, shown, (who.records["referral"],))


@scenario("s02.protected", settle=1)
def protected(stage: Stage) -> None:
    """A protection plan, and two working weeks without a visit."""
    last = working_days_before(stage.today, _PROTECTED)
    who = stage.protected(visited_until=last)
    for day in _after(stage.today + 5 * _DAY, stage.book.last_day, 9):
        council_cases.protection_visit(stage.book, who, day, who.records["plan"])
    stage.plant("s02.protected", who, local(stage.today + _DAY, 1), (who.records["plan"],))


@scenario("s02.six_weeks", settle=1)
def six_weeks(stage: Stage) -> None:
    """Looked after for half a year, and six weeks without a visit."""
    last = stage.today - _FIRST_YEAR - 2 * _DAY
    who = stage.fostered(care=Care(entered=stage.history(170, 190), visited_until=last))
    for day in _after(stage.today + 6 * _DAY, stage.book.last_day, 18):
        council_care.visit(stage.book, who, day)
    shown = local(stage.today + _DAY, 1)
    stage.plant("s02.six_weeks", who, shown, (who.records["placement"],))
    stage.also("s01.six_weeks", who, shown, (who.records["referral"],))


@scenario("s02.first_week", settle=9)
def first_week(stage: Stage) -> None:
    """Moved to other carers, and not visited in the first week there."""
    book = stage.book
    who = stage.fostered(care=Care(visited_until=on_weekday(stage.today - _DAY)))
    council_care.end_placement(book, who, stage.today)
    entered = date.fromisoformat(who.records["episode"]["clae_entered_care_date"])
    where = stage.elsewhere(who)
    moved = council_care.placement(book, who, stage.today, "U6", None, where, entered=entered)
    at = book.office_hours(stage.today)
    who.records["address"].write(at, addr_address_end_date=stage.today)
    council_cases.address(book, who, at, where, stage.today, kind="Placement")
    who.records["nominal"].write(
        at, home_address=where.line.strip(), home_postcode=where.postcode
    )
    for day in _after(stage.today + 13 * _DAY, book.last_day, 18):
        council_care.visit(book, who, day)
    stage.plant("s02.first_week", who, local(stage.today + 9 * _DAY, 1), (moved,))


@scenario("s02.decoy_tenth_day", settle=1)
def decoy_tenth_day(stage: Stage) -> None:
    """A protection plan, visited on the last working day of the ten."""
    last = working_days_before(stage.today, _PROTECTED)
    due = working_days_after(last, _PROTECTED)
    who = stage.protected(visited_until=last)
    for day in _after(due, stage.book.last_day, 9):
        council_cases.protection_visit(stage.book, who, day, who.records["plan"])
    shown = local(due + _DAY, 1)
    stage.plant("s02.decoy_tenth_day", who, shown, (who.records["plan"],), decoy=True)


@scenario("s02.decoy_second_year", settle=1)
def decoy_second_year(stage: Stage) -> None:
    """Looked after for years, and two months without a visit: three are allowed."""
    who = stage.fostered(care=Care(
        entered=stage.history(800, 900), visited_until=on_weekday(stage.today - 60 * _DAY)
    ))  # fmt: skip
    for day in _after(stage.today + 10 * _DAY, stage.book.last_day, 18):
        council_care.visit(stage.book, who, day)
    shown = local(stage.today + _DAY, 1)
    stage.plant(
        "s02.decoy_second_year", who, shown, (who.records["placement"],), decoy=True
    )
    stage.also("s01.second_year", who, shown, (who.records["referral"],))


@scenario("s02.decoy_case_closed", settle=1)
def decoy_case_closed(stage: Stage) -> None:
    """A child in need, whose plan and case were closed before the visit was due."""
    book = stage.book
    last = working_days_before(stage.today, _IN_NEED)
    who = stage.child()
    stage.to_council(who)
    case = stage.open_case(who)
    plan = council_cases.in_need_plan(book, who, case, stage.history(40, 50))
    for day in (last - 28 * _DAY, last - 14 * _DAY, last):
        council_cases.visit(book, who, on_weekday(day))
    closed = on_weekday(stage.today - 9 * _DAY)
    plan.write(book.office_hours(closed), cinp_cin_plan_end_date=closed)
    case.write(book.office_hours(closed), cine_close_reason="RC7", cine_close_date=closed)
    shown = local(stage.today + _DAY, 1)
    stage.plant("s02.decoy_case_closed", who, shown, (case, plan), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    in_need,
    protected,
    six_weeks,
    first_week,
    decoy_tenth_day,
    decoy_second_year,
    decoy_case_closed,
)
