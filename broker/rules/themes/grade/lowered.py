"""A grade lowered beside what agencies knew of the child."""
from collections.abc import Iterator
from datetime import date, datetime

from broker.case.calendar import say_time
from broker.case.case import Case
from broker.case.open_case import vulnerabilities_at
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.incident import IncidentRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agency_name, listed, quoted, told
from broker.rules.themes.grade.changes import (
    changed_at,
    grades_of,
    is_aside,
    is_historical,
    lowered_from,
    was_over,
)
from broker.vocabulary.words import Grade, Severity


@rule(code="G01", name="grade.lowered", severity=Severity.HIGH, needs=(IncidentRecorded,),
      starts=date(2014, 4, 1))
def lowered(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A police grade was lowered although the child was known to be vulnerable, or with no reason

    **Source** National child protection inspection: call handlers lowered "immediate" to
    "priority"; National Standard for Incident Recording (a rationale is recorded).
    **Why it matters** A lower grade means a later officer, and the call handler may not know
    what others know of the child.
    **Raises when** the grade went down while any agency held a vulnerability (looked after,
    child protection plan, open child in need, live exploitation sign, missing lately), or went
    down with no reason written; low where a reason and a supervisor's review are both there.
    **Stays silent when** the child had been found, had returned or been attended by then, or was
    a suspect or a witness.
    """
    yield from each_of(case, limits, case.current(IncidentRecorded), _of_incident)


def _of_incident(case: Case, limits: Limits, incident: IncidentRecorded) -> Iterator[Yielded]:
    """Whether the grade of one incident was lowered so."""
    if is_aside(incident):
        return
    if Grade.UNMAPPED in grades_of(incident):
        yield NotEvaluated("a grade in a known word", None, incident)
        return
    higher = lowered_from(case, incident)
    if higher is None:
        return
    changed = changed_at(case, incident)
    if not was_over(case, incident, changed):
        yield from _lowered(case, incident, higher, changed, limits)


def _what(incident: IncidentRecorded) -> object:
    return (grades_of(incident), incident.grade_changed, bool(incident.grade_change_reason),
            incident.supervisor_reviewed)


def _lowered(
    case: Case, incident: IncidentRecorded, higher: Grade, changed: datetime, limits: Limits,
) -> Iterator[Yielded]:
    reason, reviewed = incident.grade_change_reason, incident.supervisor_reviewed
    known = [(word, said_since(case, each, lambda _: True)) for word, each in vulnerabilities_at(
        case, changed, missing_days=limits.missing_recently_days,
        sign_months=limits.exploitation_sign_months)]
    if reason and not known:
        return
    settled = bool(reason) and reviewed is not None and reviewed.at >= changed
    words = listed(word for word, _ in known) if known else ""
    name, low = agency_name(case, incident.agency), incident.grade_now
    word = incident.grade_first_word if higher is incident.grade_first else None
    told_as = f"{quoted(word, higher)} to {quoted(incident.grade_now_word, low)}"
    since = said_since(case, incident, grades_of).recorded_at
    if reason:
        since = max(since, min(each.recorded_at for _, each in known))
    yield Disagreement(
        anchor=incident, severity=Severity.LOW if settled else Severity.HIGH, since=since,
        historical=is_historical(case, changed, limits),
        evidence=(told(said_since(case, incident, _what),
                       f"Grade {told_as} at {say_time(changed)}", f"{higher} {low}"),
                  *(told(each, f"The child is {word}", word.upper()) for word, each in known)),
        sentence=f"{name} lowered the grade from {told_as} at {say_time(changed)}"
                 + (", with no reason written" if not reason else "")
                 + (f", while the child was recorded as {words}." if words else "."),
        action=f"{name}: have a supervisor look at the grade against what other agencies hold, "
               "and write down why.",
        would_change="A grade raised again; a reason and a supervisor's review make it low.",
    )
