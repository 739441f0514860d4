"""G02, G03, G04: a call not attended in time, a lowering not reviewed, a call not allocated."""

from dataclasses import replace
from datetime import datetime, timedelta

from broker.world import police_files
from broker.world.absences import (
    HomeSays,
    PoliceSay,
    council_episode,
    home_absence,
    night,
    police_missing,
)
from broker.world.book import Cell, Record, Subject
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_REASON = "Caller rang back: both parties apart, no immediate risk"
_NOBODY_SENT = "Resolution without deployment"


def _call(stage: Stage, who: Subject, grade: str, **cells: Cell) -> tuple[Record, datetime]:
    """A call in the morning, written three minutes later."""
    reported = stage.plan.at(stage.day, stage.rng.randint(9, 12), stage.rng.randint(0, 59))
    defaults: dict[str, Cell] = {"role": "victim", "caller_type": "public", "caller_urn": ""}
    incident = police_files.incident(
        stage.book, who, reported, "Domestic incident", grade, **(defaults | cells)
    )
    return incident.write(reported + 3 * _MINUTE), reported


def _attend(incident: Record, attended: datetime, **last: Cell) -> None:
    """Attended, the child seen; then reviewed and closed."""
    incident.write(
        attended + 12 * _MINUTE, deployed_at=attended - 15 * _MINUTE, attended_at=attended,
        child_seen_at=attended + 9 * _MINUTE,
    )  # fmt: skip
    _close(incident, attended + 70 * _MINUTE, **last)


def _close(incident: Record, closed: datetime, **last: Cell) -> None:
    usual: dict[str, Cell] = {
        "closing_category": incident["opening_category"], "supervisor_reviewed_at": closed,
        "closed_at": closed,
    }  # fmt: skip
    incident.write(closed + 5 * _MINUTE, **(usual | last))


def _regrade(incident: Record, changed: datetime, grade: str, reason: str = _REASON) -> None:
    incident.write(
        changed + 2 * _MINUTE, grade_final=grade, grade_changed_at=changed,
        grade_change_reason=reason,
    )  # fmt: skip


# -- attended in time


@scenario("g02.priority_late")
def priority_late(stage: Stage) -> None:
    """Priority, and an hour and a half until somebody came."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, "Priority")
    _attend(incident, reported + 95 * _MINUTE)
    stage.plant("g02.priority_late", who, reported + 2 * _HOUR, (incident,))


@scenario("g02.immediate_late")
def immediate_late(stage: Stage) -> None:
    """Immediate, and twenty-seven minutes."""
    who = stage.in_need()
    incident, reported = _call(stage, who, "Immediate", role="subject")
    _attend(incident, reported + 27 * _MINUTE)
    stage.plant("g02.immediate_late", who, reported + _HOUR, (incident,))


@scenario("g02.nobody_came", settle=1)
def nobody_came(stage: Stage) -> None:
    """Scheduled, and a day later nobody has been."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, "Scheduled")
    _attend(incident, reported + 75 * _HOUR)
    stage.plant("g02.nobody_came", who, reported + 25 * _HOUR, (incident,))


@scenario("g02.raised_and_late")
def raised_and_late(stage: Stage) -> None:
    """Raised to immediate after ten minutes; within the first grade's hour, not the second's."""
    who = stage.protected()
    incident, reported = _call(stage, who, "Priority")
    changed = reported + 10 * _MINUTE
    _regrade(incident, changed, "Immediate", "Screaming heard in the background")
    _attend(incident, changed + 38 * _MINUTE)
    stage.plant("g02.raised_and_late", who, reported + _HOUR, (incident,))


@scenario("g02.decoy_raised_in_time")
def decoy_raised_in_time(stage: Stage) -> None:
    """Raised after forty minutes and attended twelve later: the quarter runs from the change."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, "Priority")
    changed = reported + 40 * _MINUTE
    _regrade(incident, changed, "Immediate", "Screaming heard in the background")
    _attend(incident, changed + 12 * _MINUTE)
    stage.plant("g02.decoy_raised_in_time", who, reported + _HOUR, (incident,), decoy=True)


@scenario("g02.decoy_back_already")
def decoy_back_already(stage: Stage) -> None:
    """Missing, and back before the hour was over: nobody had to come."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    back = when.told + 30 * _MINUTE
    when = replace(when, returned=back)
    incident, report = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, HomeSays(log=incident.number))
    council_episode(book, who, when)
    assert report is not None
    shown = when.told + 2 * _HOUR
    stage.plant("g02.decoy_back_already", who, shown, (incident, report, absence), decoy=True)


@scenario("g02.decoy_nobody_sent", settle=1)
def decoy_nobody_sent(stage: Stage) -> None:
    """Dealt with on the telephone, as the grade says."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, _NOBODY_SENT)
    _close(incident, reported + 3 * _HOUR)
    stage.plant(
        "g02.decoy_nobody_sent", who, reported + 25 * _HOUR, (incident,), decoy=True
    )


@scenario("g02.decoy_witness")
def decoy_witness(stage: Stage) -> None:
    """Two hours, and the child only saw what happened to somebody else."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, "Priority", role="witness")
    _attend(incident, reported + 125 * _MINUTE)
    stage.plant("g02.decoy_witness", who, reported + 3 * _HOUR, (incident,), decoy=True)


# -- a lowering looked at by a supervisor


@scenario("g03.lowered", settle=1)
def lowered(stage: Stage) -> None:
    """Lowered with a reason, closed, and no supervisor ever looked."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, "Priority")
    changed = reported + 6 * _MINUTE
    _regrade(incident, changed, "Scheduled")
    _attend(incident, reported + 5 * _HOUR, supervisor_reviewed_at=None)
    stage.plant("g03.lowered", who, changed + 25 * _HOUR, (incident,))


@scenario("g03.reviewed_late", settle=1)
def reviewed_late(stage: Stage) -> None:
    """Looked at two days later."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, "Immediate")
    changed = reported + 5 * _MINUTE
    _regrade(incident, changed, "Priority")
    _attend(incident, reported + 45 * _MINUTE, supervisor_reviewed_at=None)
    reviewed = changed + 50 * _HOUR
    incident.write(reviewed + _MINUTE, supervisor_reviewed_at=reviewed)
    stage.plant("g03.reviewed_late", who, changed + 25 * _HOUR, (incident,))


@scenario("g03.as_concern", settle=1)
def as_concern(stage: Stage) -> None:
    """Missing to the home, a concern for safety to the police, and no supervisor looked."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, _ = police_missing(book, who, when, PoliceSay(
        opening="Concern for safety", missing_row=False,
        incident_closing={"supervisor_reviewed_at": None},
    ))  # fmt: skip
    absence = home_absence(book, who, when, HomeSays(log=incident.number))
    council_episode(book, who, when)
    shown = when.told + 25 * _HOUR
    stage.plant("g03.as_concern", who, shown, (incident, absence))
    stage.also("m01.as_concern", who, when.told + _HOUR, (incident, absence))


@scenario("g03.decoy_next_morning", settle=1)
def decoy_next_morning(stage: Stage) -> None:
    """Lowered, and looked at twenty-one hours later."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, "Priority")
    changed = reported + 6 * _MINUTE
    _regrade(incident, changed, "Scheduled")
    _attend(incident, reported + 5 * _HOUR, supervisor_reviewed_at=None)
    reviewed = changed + 21 * _HOUR
    incident.write(reviewed + _MINUTE, supervisor_reviewed_at=reviewed)
    stage.plant("g03.decoy_next_morning", who, changed + 25 * _HOUR, (incident,), decoy=True)


@scenario("g03.decoy_nothing_lowered", settle=1)
def decoy_nothing_lowered(stage: Stage) -> None:
    """No supervisor looked, and there was nothing to look at: the grade stood."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, "Priority")
    _attend(incident, reported + 45 * _MINUTE, supervisor_reviewed_at=None)
    stage.plant(
        "g03.decoy_nothing_lowered", who, reported + 25 * _HOUR, (incident,), decoy=True
    )


# -- allocated to somebody


@scenario("g04.never", settle=1)
def never(stage: Stage) -> None:
    """A day later the call is open and nobody's."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, _NOBODY_SENT, allocated_at=None)
    stage.plant("g04.never", who, reported + 25 * _HOUR, (incident,))


@scenario("g04.late", settle=1)
def late(stage: Stage) -> None:
    """Allocated on the third day."""
    who = stage.in_need()
    incident, reported = _call(stage, who, _NOBODY_SENT, allocated_at=None)
    allocated = reported + 53 * _HOUR
    incident.write(allocated + 2 * _MINUTE, allocated_at=allocated)
    _close(incident, allocated + 4 * _HOUR)
    stage.plant("g04.late", who, reported + 25 * _HOUR, (incident,))


@scenario("g04.decoy_next_morning", settle=1)
def decoy_allocated_next_morning(stage: Stage) -> None:
    """Allocated after twenty-one hours."""
    who = stage.contact_only()
    incident, reported = _call(stage, who, _NOBODY_SENT, allocated_at=None)
    allocated = reported + 21 * _HOUR
    incident.write(allocated + 2 * _MINUTE, allocated_at=allocated)
    _close(incident, allocated + 2 * _HOUR)
    stage.plant(
        "g04.decoy_next_morning", who, reported + 25 * _HOUR, (incident,), decoy=True
    )


SCENARIOS: tuple[Scenario, ...] = (
    priority_late,
    immediate_late,
    nobody_came,
    raised_and_late,
    decoy_raised_in_time,
    decoy_back_already,
    decoy_nobody_sent,
    decoy_witness,
    lowered,
    reviewed_late,
    as_concern,
    decoy_next_morning,
    decoy_nothing_lowered,
    never,
    late,
    decoy_allocated_next_morning,
)
