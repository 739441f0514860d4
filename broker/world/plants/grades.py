"""G01: the grade of a call lowered although the child is vulnerable, or without a reason."""

from datetime import datetime, timedelta

from broker.world import police_files
from broker.world.absences import everyone_agrees
from broker.world.book import Record, Subject
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_REASON = "Caller rang back: both parties apart, no immediate risk"
_MINUTE = timedelta(minutes=1)


def _call(stage: Stage) -> datetime:
    return stage.plan.at(stage.day, stage.rng.randint(10, 13), stage.rng.randint(0, 59))


def _lowered(
    stage: Stage,
    variant: str,
    who: Subject,
    *,
    reason: str,
    opening: str = "Domestic incident",
    also: tuple[Record, ...] = (),
) -> None:
    """Priority to scheduled six minutes into the call, attended in time all the same."""
    reported = _call(stage)
    incident = police_files.incident(
        stage.book, who, reported, opening, "Priority",
        role="victim", caller_type="public", caller_urn="",
    )  # fmt: skip
    incident.write(reported + 3 * _MINUTE)
    changed = reported + 6 * _MINUTE
    incident.write(
        changed + 2 * _MINUTE,
        grade_final="Scheduled",
        grade_changed_at=changed,
        grade_change_reason=reason,
    )
    _finish(incident, reported, reported + 290 * _MINUTE)
    stage.plant(variant, who, changed + 2 * _MINUTE, (incident, *also), decoy=".decoy_" in variant)


def _finish(incident: Record, reported: datetime, attended: datetime) -> None:
    """Attended, the child seen, reviewed by a supervisor within hours, closed."""
    incident.write(
        attended + 12 * _MINUTE, deployed_at=attended - 15 * _MINUTE, attended_at=attended,
        child_seen_at=attended + 9 * _MINUTE,
    )  # fmt: skip
    closed = attended + 70 * _MINUTE
    incident.write(
        closed + 5 * _MINUTE,
        closing_category=incident["opening_category"],
        supervisor_reviewed_at=closed,
        closed_at=closed,
    )
    assert closed - reported < timedelta(hours=9), "reviewed and closed on the same day"


@scenario("g01.looked_after")
def looked_after(stage: Stage) -> None:
    """A looked-after child, with a reason given."""
    who = stage.resident()
    _lowered(
        stage, "g01.looked_after", who, reason=_REASON, opening="Suspicious circumstances",
        also=(who.records["placement"],),
    )  # fmt: skip


@scenario("g01.in_need")
def in_need(stage: Stage) -> None:
    """A child in need, with a reason given."""
    who = stage.in_need()
    _lowered(stage, "g01.in_need", who, reason=_REASON, also=(who.records["referral"],))


@scenario("g01.protection_plan")
def protection_plan(stage: Stage) -> None:
    """A child with a protection plan."""
    who = stage.protected()
    _lowered(stage, "g01.protection_plan", who, reason=_REASON, also=(who.records["plan"],))


@scenario("g01.exploitation_marker")
def exploitation_marker(stage: Stage) -> None:
    """The police's own marker says exploitation."""
    who = stage.contact_only((12, 15))
    set_at = stage.book.office_hours(stage.history(40, 120))
    marker = police_files.marker(stage.book, who, "child_criminal_exploitation", set_at)
    marker.write(set_at)
    _lowered(stage, "g01.exploitation_marker", who, reason=_REASON, also=(marker,))


@scenario("g01.missing_lately", earliest=9)
def missing_lately(stage: Stage) -> None:
    """Missing from home eight days before."""
    who = stage.contact_only((12, 15))
    told = everyone_agrees(stage.book, who, stage.day - 8)
    assert told.report is not None
    _lowered(stage, "g01.missing_lately", who, reason=_REASON, also=(told.report,))


@scenario("g01.no_reason")
def no_reason(stage: Stage) -> None:
    """No vulnerability known to anyone, and no reason written."""
    _lowered(stage, "g01.no_reason", stage.contact_only(), reason="")


@scenario("g01.decoy_reason_given")
def decoy_reason_given(stage: Stage) -> None:
    """A reason, and nobody holds a vulnerability."""
    _lowered(stage, "g01.decoy_reason_given", stage.contact_only(), reason=_REASON)


@scenario("g01.decoy_after_attendance")
def decoy_after_attendance(stage: Stage) -> None:
    """Lowered once officers were there."""
    who = stage.in_need()
    reported = _call(stage)
    incident = police_files.incident(
        stage.book, who, reported, "Domestic incident", "Priority", role="victim"
    )
    incident.write(reported + 3 * _MINUTE)
    attended = reported + 31 * _MINUTE
    _finish(incident, reported, attended)
    lowered = attended + 90 * _MINUTE
    incident.write(
        lowered + _MINUTE, grade_final="Scheduled", grade_changed_at=lowered,
        grade_change_reason=_REASON,
    )  # fmt: skip
    stage.plant(
        "g01.decoy_after_attendance", who, lowered, (incident, who.records["referral"]), decoy=True
    )


@scenario("g01.decoy_raised")
def decoy_raised(stage: Stage) -> None:
    """Raised, not lowered."""
    who = stage.protected()
    reported = _call(stage)
    incident = police_files.incident(
        stage.book, who, reported, "Domestic incident", "Priority", role="victim"
    )
    incident.write(reported + 3 * _MINUTE)
    raised = reported + 5 * _MINUTE
    incident.write(
        raised + _MINUTE, grade_final="Immediate", grade_changed_at=raised,
        grade_change_reason="Screaming heard in the background",
    )  # fmt: skip
    _finish(incident, reported, raised + 9 * _MINUTE)
    stage.plant(
        "g01.decoy_raised", who, raised + _MINUTE, (incident, who.records["plan"]), decoy=True
    )


SCENARIOS: tuple[Scenario, ...] = (
    looked_after,
    in_need,
    protection_plan,
    exploitation_marker,
    missing_lately,
    no_reason,
    decoy_reason_given,
    decoy_after_attendance,
    decoy_raised,
)
