"""An incident about a child that lay with nobody."""
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from broker.case.calendar import latest, say_duration, say_time
from broker.case.case import Case
from broker.case.closing import Closing, closing_of
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.incident import IncidentRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, told, when
from broker.rules.themes.grade.changes import final_grade, is_about, is_historical
from broker.rules.themes.grade.silence import not_heard
from broker.vocabulary.words import Grade, Precision, Severity, System


@rule(code="G04", name="incident.not_allocated", severity=Severity.HIGH,
      needs=(IncidentRecorded,), starts=date(2014, 4, 1))
def not_allocated(case: Case, limits: Limits) -> Iterator[Yielded]:
    """An incident about a child was not given to anybody within the limit

    **Source** National child protection inspection: slow allocation after a parent reported a
    child at risk of sexual abuse, and no visit for six weeks.
    **Why it matters** Until an incident is somebody's, nobody speaks to the child or to social
    care, and everybody believes that somebody does.
    **Raises when** an incident in which the child is the subject or a victim was allocated later
    than the limit after it was reported, or is not allocated yet.
    **Stays silent when** it was allocated, or closed, before the limit ran out; where, with no
    allocation on record, an officer attended or saw the child by then, for whoever came had been
    given it; and where what was to be resolved without sending anybody has been closed, late too.
    Not evaluated where the police system does not say when incidents are allocated, where the
    time of the report, or whether it was closed in time, is not known, or beyond what the police
    have been heard to say.
    """
    yield from each_of(case, limits, case.current(IncidentRecorded), _of_incident)


def _of_incident(case: Case, limits: Limits, incident: IncidentRecorded) -> Iterator[Yielded]:
    """Whether one incident lay with nobody."""
    if not is_about(incident):
        return
    if incident.reported is None:
        yield NotEvaluated("when the incident was reported", None, incident)
        return
    due = latest(incident.reported) + timedelta(hours=limits.allocation_hours)
    closing = closing_of(case, incident)
    if _in_time(incident, closing, due):
        return
    if incident.allocated is None:
        if _was_somebodys(incident, closing, due, case.now):
            return
        if case.now < due:
            yield LookAgain(due)
            return
        if not _is_fed(case, incident):
            yield NotEvaluated(f"whether {agency_name(case, incident.agency)} say when "
                               "incidents are allocated", incident.agency)
            return
        unheard = not_heard(case, incident, due, "whether it was allocated")
        if unheard is not None:
            yield unheard
            return
        if closing is not None and closing.after <= due:
            yield NotEvaluated("when the incident was closed: it has a closing category and no "
                               "closing time", incident.agency, incident)
            return
    yield _disagreement(case, incident, due, limits)


def _in_time(incident: IncidentRecorded, closing: Closing | None, due: datetime) -> bool:
    """Whether it was allocated by then, or closed and so nobody's to be given."""
    return (incident.allocated is not None and incident.allocated.at <= due) \
        or (closing is not None and closing.by <= due)


def _was_somebodys(
    incident: IncidentRecorded, closing: Closing | None, due: datetime, now: datetime
) -> bool:
    """Whether somebody had it although nobody wrote down who: an officer who came by then, or the
    desk that resolved it without sending anybody."""
    came = any(moment is not None and moment.at <= due
               for moment in (incident.attended, incident.child_seen))
    return came or (final_grade(incident) is Grade.NO_ATTENDANCE and closing is not None
                    and closing.by <= now)


def _allocating(case: Case) -> frozenset[tuple[str, System]]:
    """The police systems that say of any of this child's incidents when it was allocated."""
    return case.once("allocating", lambda: frozenset(
        (each.agency, each.system) for each in case.current(IncidentRecorded)
        if any(isinstance(version, IncidentRecorded) and version.allocated is not None
               for version in case.versions(each))))


def _is_fed(case: Case, incident: IncidentRecorded) -> bool:
    """Whether the police system has ever said of any child's incident when it was allocated."""
    return (incident.agency, incident.system) in _allocating(case) or case.reach.tells(
        incident.agency, incident.system, incident.type_name, "allocated")


def _disagreement(
    case: Case, incident: IncidentRecorded, due: datetime, limits: Limits
) -> Disagreement:
    name, allocated, reported = agency_name(case, incident.agency), incident.allocated, \
        incident.reported
    assert reported is not None, "asked only about a known time"
    if allocated is None:
        outcome = f"by {say_time(due)} had recorded nobody to whom it was allocated"
    elif allocated.precision is Precision.DAY:
        outcome = f"allocated it {when(allocated)}"
    else:
        outcome = f"allocated it {when(allocated)}, {say_duration(allocated.at - reported.at)} " \
                  "after the report"
    said = said_since(case, incident, lambda each: (each.reported, each.allocated))
    return Disagreement(
        anchor=incident, severity=Severity.HIGH, since=due,
        historical=is_historical(case, due, limits),
        evidence=(told(said, f"Reported {when(reported)}; " + (
            "not allocated" if allocated is None else f"allocated {when(allocated)}"),
            "NOT ALLOCATED IN TIME"),),
        sentence=f"{name} hold an incident about the child, reported {when(reported)}, and "
                 f"{outcome}.",
        action=f"{name}: give it to somebody now, and have a supervisor look at what has been "
               "done for the child." if _is_nobodys(case, incident) else
               f"{name}: have a supervisor look at what the delay meant for the child.",
        would_change="A record that it was allocated, attended or closed within the limit.",
    )


def _is_nobodys(case: Case, incident: IncidentRecorded) -> bool:
    """Whether it is still to be given to somebody: nobody has it, came, or closed it."""
    return not any((incident.allocated, incident.attended, incident.child_seen,
                    closing_of(case, incident)))
