"""L02 and L03: a plan or order an agency does not hold; police protection past 72 hours."""

from datetime import date, timedelta

from broker.world import council_cases, police_files
from broker.world.absences import everyone_agrees
from broker.world.agencies import COUNCIL
from broker.world.book import Record, Subject
from broker.world.plan import local
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Care, Stage

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def _dealt_with(stage: Stage, who: Subject, day: int) -> Record:
    """An incident attended, the child seen and named in it."""
    reported = stage.plan.at(day, 11, stage.rng.randint(0, 50))
    incident = police_files.incident(
        stage.book, who, reported, "Domestic incident", "Priority", role="victim",
        caller_type="public", caller_urn="",
    )  # fmt: skip
    return police_files.run_incident(
        incident, reported, reported + 3 * _HOUR, child_seen_at=reported + _HOUR
    )


@scenario("l02.plan_and_police")
def plan_and_police(stage: Stage) -> None:
    """A protection plan, an incident, and no marker."""
    who = stage.protected(marked=False)
    incident = _dealt_with(stage, who, stage.day)
    shown = stage.plan.at(stage.day, 15)
    stage.plant("l02.plan_and_police", who, shown, (incident, who.records["plan"]))


@scenario("l02.order_and_police", settle=1)
def order_and_police(stage: Stage) -> None:
    """A care order, a night missing from the carers, and no marker."""
    who = stage.fostered((11, 15), care=Care(marked=False))
    told = everyone_agrees(stage.book, who, stage.day)
    assert told.report is not None
    shown = told.night.told + _HOUR
    stage.plant("l02.order_and_police", who, shown, (told.report, told.incident))


@scenario("l02.order_and_home")
def order_and_home(stage: Stage) -> None:
    """The home comes to write that the parents placed the child; the council has an order."""
    who = stage.resident()
    at = stage.book.office_hours(stage.today)
    record = who.records["resident"].write(at, legal_status="V2")
    stage.plant("l02.order_and_home", who, at, (record,))


@scenario("l02.decoy_not_dealt_with")
def decoy_not_dealt_with(stage: Stage) -> None:
    """No marker, and the police have had nothing to do with the child since the plan began."""
    who = stage.protected(marked=False)
    stage.plant(
        "l02.decoy_not_dealt_with", who, stage.plan.at(stage.day, 15),
        (who.records["plan"],), decoy=True,
    )  # fmt: skip


@scenario("l02.decoy_before_the_plan")
def decoy_before_the_plan(stage: Stage) -> None:
    """No marker, and the incident was before the plan began."""
    who = stage.protected(marked=False)
    began = date.fromisoformat(who.records["plan"]["cppl_cp_plan_start_date"])
    incident = _dealt_with(stage, who, stage.plan.day_of(began) - 3)
    stage.plant(
        "l02.decoy_before_the_plan", who, stage.plan.at(stage.day, 15),
        (incident, who.records["plan"]), decoy=True,
    )  # fmt: skip


@scenario("l02.decoy_no_order")
def decoy_no_order(stage: Stage) -> None:
    """Accommodated at the parents' wish, which is no order; home and council say so."""
    who = stage.resident(care=Care(status="V2", told_home="V2"))
    incident = _dealt_with(stage, who, stage.day)
    stage.plant(
        "l02.decoy_no_order", who, stage.plan.at(stage.day, 15),
        (incident, who.records["resident"]), decoy=True,
    )  # fmt: skip


def _protected_by_police(
    stage: Stage, start: date, end: date | None, status: str = "L1"
) -> tuple[Subject, Record]:
    """A child in need taken into police protection; the police hold it by a marker."""
    who = stage.in_need()
    book = stage.book
    at = book.office_hours(start)
    record = book.record(
        COUNCIL,
        "ssd_legal_status",
        lega_legal_status_id=book.reference("LS"),
        lega_person_id=who.person,
        lega_legal_status=status,
        lega_legal_status_start_date=start,
    ).write(at)
    police_files.marker(book, who, "looked_after", at).write(at)
    council_cases.visit(book, who, start + _DAY)
    if end is not None:
        record.write(book.office_hours(end), lega_legal_status_end_date=end)
    return who, record


@scenario("l03.goes_on", settle=5)
def goes_on(stage: Stage) -> None:
    """No end is written."""
    who, record = _protected_by_police(stage, stage.today, None)
    stage.plant("l03.goes_on", who, local(stage.today + 5 * _DAY, 1), (record,))


@scenario("l03.five_days", settle=5)
def five_days(stage: Stage) -> None:
    """Ended on the fifth day."""
    end = stage.today + 5 * _DAY
    who, record = _protected_by_police(stage, stage.today, end)
    stage.plant("l03.five_days", who, stage.book.office_hours(end), (record,))


@scenario("l03.decoy_three_days", settle=5)
def decoy_three_days(stage: Stage) -> None:
    """Three days by the dates, which may be seventy-two hours."""
    end = stage.today + 3 * _DAY
    who, record = _protected_by_police(stage, stage.today, end)
    stage.plant(
        "l03.decoy_three_days", who, local(stage.today + 5 * _DAY, 1), (record,), decoy=True
    )


@scenario("l03.decoy_court_order", settle=5)
def decoy_court_order(stage: Stage) -> None:
    """An emergency protection order, which a court gives for eight days."""
    who, record = _protected_by_police(stage, stage.today, stage.today + 7 * _DAY, "L2")
    stage.plant(
        "l03.decoy_court_order", who, local(stage.today + 5 * _DAY, 1), (record,), decoy=True
    )


SCENARIOS: tuple[Scenario, ...] = (
    plan_and_police,
    order_and_police,
    order_and_home,
    decoy_not_dealt_with,
    decoy_before_the_plan,
    decoy_no_order,
    goes_on,
    five_days,
    decoy_three_days,
    decoy_court_order,
)
