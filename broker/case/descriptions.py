"""How several agencies describe one happening: the kinds that each gives it.

A happening is an occasion on which the child was away, or the records of one child within 24
hours. Words that name one fact are one kind, whichever list they are from: a child away whose
whereabouts are known is what police hold as a concern for safety. A word that is in no list is
`UNKNOWN`: it is a description, and nobody can say of what kind.
"""
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from broker.case.care import assessment_started
from broker.case.case import Case
from broker.case.occasions import Occasion, Windows, category_of, occasions_of, reported_at
from broker.case.recall import each_of, made_of, runs_of
from broker.event.concern import AssessmentRecorded, ConcernRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.vocabulary.words import (
    ConcernCategory,
    IncidentCategory,
    IncidentRole,
    Precision,
    Whereabouts,
)

UNKNOWN = "in no list"
_MISSING, _CONCERN = "missing", "concern for safety"
_ONE_FACT: dict[object, str] = {
    Whereabouts.MISSING: _MISSING, Whereabouts.ABSCONDED: _MISSING,
    Whereabouts.AWAY_KNOWN: _CONCERN, Whereabouts.CONCERN_FOR_SAFETY: _CONCERN,
    IncidentCategory.MISSING_PERSON: _MISSING, IncidentCategory.ABSCONDER: _MISSING,
    IncidentCategory.CONCERN_FOR_SAFETY: _CONCERN,
    IncidentCategory.DOMESTIC_INCIDENT: "domestic abuse",
}
_CONCERNED = (None, IncidentRole.SUBJECT, IncidentRole.VICTIM)
_HALF_A_DAY = timedelta(hours=12)


class Description(NamedTuple):
    """One record's kinds: who gives them, of when, and when its agency first wrote it."""

    agency: str
    kinds: frozenset[str]
    at: datetime
    written_at: datetime


Placed = tuple[tuple[datetime, datetime, str, tuple[str, ...]], Description]


@dataclass(frozen=True, slots=True)
class Happening:
    """One happening that at least two agencies describe: the kinds each gives (agency, kinds), in
    order of the agencies, and when the second of them had written."""

    known_at: datetime
    kinds: tuple[tuple[str, frozenset[str]], ...]


def described_by_several(case: Case, windows: Windows,
                         together: timedelta) -> tuple[Happening, ...]:
    """Every happening of the child that at least two agencies describe."""
    if len(case.holders()) < 2:
        return ()
    occasions = occasions_of(case, windows)
    told = each_of(case, None, occasions, _of_absence)
    of_absences = {id(each) for occasion in occasions for each in occasion.incidents}
    others = [each for _, each in sorted(_others(case, of_absences), key=itemgetter(0))]
    times = [each.at for each in others]
    if not others:
        return tuple(alone for _, alone in told if alone is not None)
    taken: set[int] = set()
    found: list[Happening | tuple[Description, ...] | None] = []
    for occasion, (descriptions, alone) in zip(occasions, told, strict=True):
        near = [place for place in _around(times, occasion, together)
                if place not in taken and _belongs(others[place], occasion, together)]
        taken.update(near)
        found.append((*descriptions, *(others[place] for place in near)) if near else alone)
    made = iter(made_of(case, (each for each in found if isinstance(each, tuple)), _happening))
    left = [each for place, each in enumerate(others) if place not in taken] if taken else others
    every = (*(next(made) if isinstance(each, tuple) else each for each in found),
             *runs_of(case, together, left, _is_soon, _happening_of_run))
    return tuple(each for each in every if each is not None)


def _is_soon(together: timedelta, before: Sequence[Description], each: Description) -> bool:
    """Whether it is of a time near the first of those before it."""
    return each.at <= before[0].at + together


def _happening_of_run(descriptions: Sequence[Description]) -> Happening | None:
    return _happening(descriptions)


def _placed(each: Description) -> Placed:
    return (each.at, each.written_at, each.agency, tuple(sorted(each.kinds))), each


def _happening(descriptions: Sequence[Description]) -> Happening | None:
    kinds: dict[str, set[str]] = defaultdict(set)
    first: dict[str, datetime] = {}
    for each in descriptions:
        kinds[each.agency] |= each.kinds
        first[each.agency] = min(each.written_at, first.get(each.agency, each.written_at))
    if len(kinds) < 2:
        return None
    return Happening(sorted(first.values())[1], tuple(
        (agency, frozenset(kinds[agency])) for agency in sorted(kinds)))


def _around(times: Sequence[datetime], occasion: Occasion, together: timedelta) -> range:
    """The places of what is of a time near an absence, among these in order."""
    first, last = occasion.start - together, max(occasion.start + together,
                                                 occasion.end or occasion.start)
    low = bisect_left(times, first)
    return range(low, bisect_right(times, last, low))


def _belongs(each: Description, occasion: Occasion, together: timedelta) -> bool:
    """Whether something else that was written down is about this absence."""
    near = abs(each.at - occasion.start) <= together
    return near or (occasion.end is not None and occasion.start <= each.at <= occasion.end)


def _of_absence(
    case: Case, _: None, occasion: Occasion
) -> Iterator[tuple[tuple[Description, ...], Happening | None]]:
    """How an absence is described, and the happening it is where nothing else is about it."""
    descriptions = tuple(_descriptions(case, occasion))
    yield descriptions, _happening(descriptions)


def _descriptions(case: Case, occasion: Occasion) -> Iterator[Description]:
    """What each agency has the absence as: a police incident speaks where no report does."""
    reported = set()
    for row in occasion.rows:
        if row.classification is not None:
            reported.add(row.agency)
            yield _described(case, row, [row.classification], occasion.start)
    for incident in occasion.incidents:
        category = category_of(incident)
        if category is not None and incident.agency not in reported:
            yield _described(case, incident, [category], occasion.start)


def _others(case: Case, of_absences: set[int]) -> Iterator[Placed]:
    """What is described and is no part of an absence (incidents by identity)."""
    incidents = [each for each in case.current(IncidentRecorded) if id(each) not in of_absences]
    yield from each_of(case, None, incidents, _of_incident)
    yield from each_of(case, None, case.current(ConcernRecorded), _of_concern)
    yield from each_of(case, None, case.current(AssessmentRecorded), _of_assessment)


def _of_incident(case: Case, _: None, incident: IncidentRecorded) -> Iterator[Placed]:
    category = category_of(incident)
    if category is not None and incident.role in _CONCERNED:
        yield _placed(_described(case, incident, [category], reported_at(incident)))


def _of_concern(case: Case, _: None, concern: ConcernRecorded) -> Iterator[Placed]:
    if concern.categories and concern.raised is not None:
        yield _placed(_described(case, concern, [each.category for each in concern.categories],
                                 _middle(concern.raised)))


def _of_assessment(case: Case, _: None, assessment: AssessmentRecorded) -> Iterator[Placed]:
    started = assessment_started(case, assessment) if assessment.factors else None
    if started is not None:
        yield _placed(_described(case, assessment, [each.category for each in assessment.factors],
                                 _middle(started)))


def _middle(moment: Moment) -> datetime:
    """A day alone is taken at its noon."""
    return moment.at + _HALF_A_DAY if moment.precision is Precision.DAY else moment.at


def _described(case: Case, statement: Statement,
               categories: Iterable[Whereabouts | IncidentCategory | ConcernCategory],
               at: datetime) -> Description:
    return Description(statement.agency, frozenset(map(_kind, categories)), at,
                       case.versions(statement)[0].recorded_at)


def _kind(category: Whereabouts | IncidentCategory | ConcernCategory) -> str:
    if category.value == "UNMAPPED":
        return UNKNOWN
    return _ONE_FACT.get(category) or category.value.replace("_", " ").lower()
