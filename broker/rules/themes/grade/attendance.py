"""Graded to be attended by a time, and not attended by then."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.calendar import ONE_DAY, day_of, end_of, latest, say_duration, say_time
from broker.case.case import Case
from broker.case.closing import closed_at
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.envelope import Moment
from broker.event.incident import IncidentRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, quoted, told
from broker.rules.themes.grade.changes import (
    changed_at,
    final_grade,
    found_or_back,
    grades_of,
    is_about,
    is_historical,
    raised_from,
)
from broker.rules.themes.grade.silence import not_heard
from broker.vocabulary.words import Grade, Precision, Severity


@dataclass(frozen=True, slots=True)
class _Duty:
    """The grade that counts, from when, and by when somebody was to be there."""

    grade: Grade
    word: str
    start: datetime
    due: datetime
    raised: bool


@rule(code="G02", name="grade.not_met", severity=Severity.HIGH, needs=(IncidentRecorded,),
      starts=date(2014, 4, 1), near_days=4)
def not_met(case: Case, limits: Limits) -> Iterator[Yielded]:
    """The police did not come to a child as fast as they had graded

    **Source** Response targets published by forces; national child protection inspection: delay
    in responding to children at risk.
    **Why it matters** The grade says how long a child can wait; a grade that is not kept is a
    promise to the caller, and to other agencies, that nobody keeps.
    **Raises when** an incident in which the child is the subject or a victim was attended later
    than the limit of its final grade, or is not attended yet. The limit runs from the report, or
    from the change where the grade was raised.
    **Stays silent when** the child had been attended, seen, found or was back by then; where the
    incident was closed before the limit ran out; and for a grade that means no attendance. Not
    evaluated where the grade or the time is not known, where only the day is known, or beyond
    what the police have been heard to say.
    """
    yield from each_of(case, limits, case.current(IncidentRecorded), _of_incident)


def _of_incident(case: Case, limits: Limits, incident: IncidentRecorded) -> Iterator[Yielded]:
    """Whether the police came to one incident as fast as they had graded it."""
    if not is_about(incident) or final_grade(incident) is Grade.NO_ATTENDANCE:
        return
    duty = _duty(case, incident, limits)
    if isinstance(duty, NotEvaluated):
        yield duty
    else:
        yield from _met(case, incident, duty, limits)


def _duty(case: Case, incident: IncidentRecorded, limits: Limits) -> _Duty | NotEvaluated:
    grade = final_grade(incident)
    if grade is None or grade is Grade.UNMAPPED:
        return NotEvaluated("a grade in a known word", None, incident)
    allowed = {Grade.IMMEDIATE: timedelta(minutes=limits.attend_immediate_minutes),
               Grade.PRIORITY: timedelta(minutes=limits.attend_priority_minutes),
               Grade.SCHEDULED: timedelta(hours=limits.attend_scheduled_hours)}[grade]
    raised = raised_from(case, incident) is not None
    if not raised and (incident.reported is None or incident.reported.precision is Precision.DAY):
        return NotEvaluated("the time at which it was reported", None, incident)
    start = changed_at(case, incident) if raised or incident.reported is None \
        else incident.reported.at
    word = incident.grade_now_word if incident.grade_now else incident.grade_first_word
    return _Duty(grade, quoted(word, grade), start, start + allowed, raised)


def _met(
    case: Case, incident: IncidentRecorded, duty: _Duty, limits: Limits
) -> Iterator[Yielded]:
    own = [each for each in (incident.attended, incident.child_seen, incident.closed)
           if each is not None]
    if any(latest(each) <= duty.due for each in own):
        return
    ends = [*own, *_found_near(case, incident, duty)]
    if any(latest(each) <= duty.due for each in ends):
        return
    if any(each.at <= duty.due for each in ends):
        yield NotEvaluated("the time, and not the day alone, at which the child was attended or "
                           "found", None, incident)
        return
    if incident.attended is None:
        if case.now < duty.due:
            yield LookAgain(duty.due)
            return
        unheard = not_heard(case, incident, duty.due, "whether somebody had attended")
        if unheard is not None:
            yield unheard
            return
    yield _disagreement(case, incident, duty, limits)


def _found_near(case: Case, incident: IncidentRecorded, duty: _Duty) -> Iterator[Moment]:
    """When the child was found or back, which ends the need to come in time.

    A child who was found before the incident was reported is not meant. A day alone says nothing
    beside a time on that day.
    """
    begun = incident.reported.at if incident.reported else duty.start
    # What was later than the day on which it was due ended nothing in time.
    near = found_or_back(case, begun - 2 * ONE_DAY, end_of(day_of(duty.due)))
    found = [each for each in near if latest(each) >= begun]
    timed = {day_of(each.at) for each in found if each.precision is not Precision.DAY}
    yield from (each for each in found
                if each.precision is not Precision.DAY or day_of(each.at) not in timed)


def _disagreement(
    case: Case, incident: IncidentRecorded, duty: _Duty, limits: Limits
) -> Disagreement:
    name, attended = agency_name(case, incident.agency), incident.attended
    old = is_historical(case, duty.due, limits)
    at = "by" if incident.grade_changed is None else "at"
    graded = f"raised an incident to {duty.word} {at}" if duty.raised \
        else f"graded an incident {duty.word}, reported at"
    if attended is None:
        outcome = f"by {say_time(duty.due)} had not recorded that anybody attended"
    elif attended.precision is Precision.DAY:
        outcome = "attended it on a later day"
    else:
        late = say_duration(attended.at - duty.due)
        outcome = f"attended at {say_time(attended.at)}, {late} after the limit of that grade"
    said = said_since(case, incident, _what)
    return Disagreement(
        anchor=incident, severity=Severity.HIGH, since=duty.due,
        historical=old,
        evidence=(told(said, f"Grade {duty.word} from {say_time(duty.start)}; "
                             + ("not attended" if attended is None
                                else f"attended {say_time(attended.at)}"),
                       f"{duty.grade} NOT MET"),),
        sentence=f"{name} {graded} {say_time(duty.start)}, and {outcome}.",
        action=f"{name}: go now, or find out how the child is and write it down." if
               attended is None and closed_at(case, incident) is None and not old else
               f"{name}: have a supervisor find out why it took so long, and whether the child "
               "came to harm.",
        would_change="A record that somebody attended, or that the child was found or back, "
                     "within the limit; a corrected time or grade.",
    )


def _what(incident: IncidentRecorded) -> object:
    return (grades_of(incident), incident.grade_changed, incident.reported, incident.attended)
