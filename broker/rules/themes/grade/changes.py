"""How an incident's grade changed, and what had ended the need for it by then."""
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from broker.case.case import Case
from broker.case.since import said_since
from broker.event.envelope import Moment
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.vocabulary.words import Grade, IncidentRole

_FASTEST_FIRST = (Grade.IMMEDIATE, Grade.PRIORITY, Grade.SCHEDULED, Grade.NO_ATTENDANCE)
_ASIDE = frozenset({IncidentRole.SUSPECT, IncidentRole.WITNESS})
_ABOUT = frozenset({None, IncidentRole.SUBJECT, IncidentRole.VICTIM})


def is_aside(incident: IncidentRecorded) -> bool:
    """Whether the child was a suspect or a witness: the grade is not about the child."""
    return incident.role in _ASIDE


def is_about(incident: IncidentRecorded) -> bool:
    """Whether the child is the incident's subject or victim."""
    return incident.role in _ABOUT


def is_historical(case: Case, since: datetime, limits: Limits) -> bool:
    """Whether it was so long ago that it is history and not today's alarm."""
    return case.now - since > timedelta(days=limits.historical_after_days)


def grades_of(incident: IncidentRecorded) -> tuple[Grade | None, Grade | None]:
    """The grade at first and now."""
    return incident.grade_first, incident.grade_now


def final_grade(incident: IncidentRecorded) -> Grade | None:
    """The grade it has now, else the one it had at first."""
    return incident.grade_now or incident.grade_first


def is_faster(grade: Grade, than: Grade) -> bool:
    """Whether a grade means to come sooner than another."""
    return _FASTEST_FIRST.index(grade) < _FASTEST_FIRST.index(than)


def lowered_from(case: Case, incident: IncidentRecorded) -> Grade | None:
    """The fastest grade that any version of the record has held, if it is slower now."""
    held = {grade for each in case.versions(incident) if isinstance(each, IncidentRecorded)
            for grade in grades_of(each)}
    highest = next((grade for grade in _FASTEST_FIRST if grade in held), None)
    now = incident.grade_now
    return highest if highest and now and is_faster(highest, now) else None


def raised_from(case: Case, incident: IncidentRecorded) -> Grade | None:
    """The grade before the one it has now, if that was a slower one."""
    now = incident.grade_now
    if now is None:
        return None
    earlier = [each.grade_now for each in case.versions(incident)
               if isinstance(each, IncidentRecorded) and each.version < incident.version
               and each.grade_now not in (None, Grade.UNMAPPED, now)]
    before = earlier[-1] if earlier else incident.grade_first
    slower = before not in (None, Grade.UNMAPPED) and is_faster(now, before)
    return before if slower else None


def changed_at(case: Case, incident: IncidentRecorded) -> datetime:
    """When the grade became what it is: as the record says, else no later than it was written."""
    if incident.grade_changed is not None:
        return incident.grade_changed.at
    return said_since(case, incident, grades_of).recorded_at


def was_over(case: Case, incident: IncidentRecorded, changed: datetime) -> bool:
    """Whether the child had been attended, seen, found or had returned before the change."""
    if any(moment is not None and moment.at <= changed
           for moment in (incident.attended, incident.child_seen)):
        return True
    begun = incident.reported.at if incident.reported else changed - timedelta(days=1)
    return bool(found_or_back(case, begun, changed))


def found_or_back(case: Case, first: datetime, last: datetime) -> Sequence[Moment]:
    """The times from `first` to `last` at which anybody has the child found or returned, or an
    officer saw the child, under whichever log: two calls of one happening are two incidents."""
    moments = case.once("found or back", lambda: sorted(_found_or_back(case), key=_at))
    return moments[bisect_left(moments, first, key=_at):bisect_right(moments, last, key=_at)]


def _at(moment: Moment) -> datetime:
    return moment.at


def _found_or_back(case: Case) -> Iterator[Moment]:
    for incident in case.current(IncidentRecorded):
        if incident.child_seen is not None:
            yield incident.child_seen
    for each in case.current(MissingEpisodeRecorded):
        for moment in (each.found, each.returned):
            if moment is not None:
                yield moment
