"""R02: a contact or referral without a decision or acknowledgement in one working day."""

from datetime import date, datetime, timedelta

from broker.world import council_cases
from broker.world.plan import local, working_days_after
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)


def _due(received: date) -> datetime:
    """When an extract taken after the deadline has been read, by any way of counting the day."""
    return local(working_days_after(received, 1) + _DAY, 1)


def _weekday(stage: Stage, weekday: int) -> date:
    """The last such weekday (0 is Monday) on or before the story's day, on or after day 1."""
    back = (stage.today.weekday() - weekday) % 7
    day = stage.today - back * _DAY
    return day if day > stage.plan.start else day + 7 * _DAY


@scenario("r02.contact", settle=5)
def contact(stage: Stage) -> None:
    """A contact from a school on which nothing is decided for a fortnight."""
    who = stage.contact_only()
    record = council_cases.contact(stage.book, who, stage.today, "2A", "")
    decided = stage.today + 14 * _DAY
    record.write(
        stage.book.office_hours(decided),
        cont_contact_outcome_json=council_cases.CONTACT_OUTCOMES["ADVICE"],
    )
    stage.plant("r02.contact", who, _due(stage.today), (record,))


@scenario("r02.referral", settle=5)
def referral(stage: Stage) -> None:
    """A referral from the police that nobody answers, though the child is visited."""
    who = stage.contact_only()
    record = council_cases.referral(
        stage.book, who, stage.today, "N4", "", council_cases.POLICE_SOURCE
    )
    council_cases.visit(stage.book, who, stage.today + 6 * _DAY)
    council_cases.visit(stage.book, who, stage.today + 20 * _DAY)
    stage.plant("r02.referral", who, _due(stage.today), (record,))


@scenario("r02.over_the_weekend", settle=8, earliest=7)
def over_the_weekend(stage: Stage) -> None:
    """Received on a Friday, decided on the Thursday after."""
    who = stage.contact_only()
    received = _weekday(stage, 4)
    record = council_cases.contact(stage.book, who, received, "3E", "")
    record.write(
        stage.book.office_hours(received + 6 * _DAY),
        cont_contact_outcome_json=council_cases.CONTACT_OUTCOMES["NFA"],
    )
    stage.plant("r02.over_the_weekend", who, _due(received), (record,))


@scenario("r02.decoy_next_day", settle=5)
def decoy_next_day(stage: Stage) -> None:
    """Decided the next day."""
    who = stage.contact_only()
    record = council_cases.contact(stage.book, who, stage.today, "2A", "")
    record.write(
        stage.book.office_hours(stage.today + _DAY),
        cont_contact_outcome_json=council_cases.CONTACT_OUTCOMES["NFA"],
    )
    stage.plant("r02.decoy_next_day", who, _due(stage.today), (record,), decoy=True)


@scenario("r02.decoy_friday_to_monday", settle=8, earliest=7)
def decoy_friday_to_monday(stage: Stage) -> None:
    """Received on a Friday, decided on the Monday: one working day."""
    who = stage.contact_only()
    received = _weekday(stage, 4)
    record = council_cases.contact(stage.book, who, received, "4", "")
    record.write(
        stage.book.office_hours(working_days_after(received, 1)),
        cont_contact_outcome_json=council_cases.CONTACT_OUTCOMES["ADVICE"],
    )
    stage.plant("r02.decoy_friday_to_monday", who, _due(received), (record,), decoy=True)


@scenario("r02.decoy_assessment_started", settle=5)
def decoy_assessment_started(stage: Stage) -> None:
    """No outcome is written, and the assessment starts the next day: that answers it."""
    who = stage.contact_only()
    record = council_cases.referral(stage.book, who, stage.today, "N5", "")
    started = council_cases.assessment(
        stage.book, who, record, stage.today + _DAY, stage.today + 24 * _DAY
    )
    council_cases.visit(stage.book, who, stage.today + 4 * _DAY)
    council_cases.visit(stage.book, who, stage.today + 18 * _DAY)
    stage.plant(
        "r02.decoy_assessment_started", who, _due(stage.today), (record, started), decoy=True
    )


@scenario("r02.decoy_decided_at_once", settle=5)
def decoy_decided_at_once(stage: Stage) -> None:
    """The first extract that holds it holds the outcome too."""
    who = stage.contact_only()
    record = council_cases.contact(stage.book, who, stage.today, "1A", "ADVICE")
    stage.plant("r02.decoy_decided_at_once", who, _due(stage.today), (record,), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    contact,
    referral,
    over_the_weekend,
    decoy_next_day,
    decoy_friday_to_monday,
    decoy_assessment_started,
    decoy_decided_at_once,
)
