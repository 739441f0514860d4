"""Noticed, and the police told only much later."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.absences import Row, began, log_numbers
from broker.case.calendar import say_duration, say_time
from broker.case.case import Case
from broker.case.held_otherwise import accusers
from broker.case.occasions import Occasion, incident_number
from broker.case.put_forward import readings
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, quoted
from broker.rules.themes.missing.nights import (
    historical,
    kind_since,
    nights_of,
    tell_incident,
    tell_row,
)
from broker.vocabulary.words import AgencyKind, Precision, Severity

Told = MissingEpisodeRecorded | IncidentRecorded

_BY_WHICH_CLOCK = ("whether the times of the absence, on the night on which clocks went forward, "
                   "are of a clock that had been put forward")


@dataclass(frozen=True, slots=True)
class _Told:
    """That the police were told, when, and which record says so."""

    at: datetime
    said: Told


@dataclass(frozen=True, slots=True)
class _Late:
    """An absence that was noticed, and when the police came to know of it."""

    noticed: datetime
    row: Row
    told: _Told
    took: tuple[timedelta, ...]
    """How long that was, in every way to read the row's times."""


@rule(code="M09", name="missing.late_report", severity=Severity.MEDIUM,
      needs=(MissingEpisodeRecorded,), starts=date(2014, 1, 1), near_days=4)
def late_report(case: Case, limits: Limits) -> Iterator[Yielded]:
    """The police were told late of a missing child

    **Source** Statutory guidance on children who run away or go missing from home or care, 2014
    (the police are told without delay); the limit is local practice.
    **Why it matters** The first hours count most, and nobody looks in them.
    **Raises when** a home, a carer or the council says the child was missing, and the first that
    any record has of the police being told is later than the limit after it was noticed. Where
    the record first said that the whereabouts were known, it runs from when it said missing.
    **Stays silent when** the police were told in time by anybody's record, also of an incident
    of that night; when the child was back before the limit ran out; for whereabouts known; and
    where the police were not told at all, which is missing.not_with_police. Not evaluated where
    the time it was noticed, or the police were told, is not known or known to the day alone;
    nor where it was noticed, or the police were told, in the first hour of summer time, and by a
    clock not put forward, which the record may have been written by, the answer is another.
    """
    yield from each_of(case, limits, nights_of(case, limits), _of_night)


def _of_night(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """What one night tells of it."""
    late: list[_Late] = []
    for row in accusers(night):
        said = _of_row(case, limits, night, row)
        if isinstance(said, NotEvaluated):
            yield said
        elif said is not None:
            late.append(said)
    if late:
        yield _disagreement(case, limits, night, late)


def _of_row(case: Case, limits: Limits, night: Occasion, row: Row) -> _Late | NotEvaluated | None:
    """Whether the police were told late of the absence that a row tells; None where they were
    not."""
    noticed, told = _noticed(case, row, row), _first_told(night, row, row, limits)
    if noticed is None:
        return None if told is None or row.told_police is None else NotEvaluated(
            "the time at which the absence was noticed", row.agency, night.anchor)
    if told is None:
        return None if not _known_to_police(night) else NotEvaluated(
            "the time at which the police were told", row.agency, night.anchor)
    late, took = set(), []
    for read in readings(row):
        then, at = _noticed(case, row, read), _first_told(night, row, read, limits)
        # In another reading what others heard may lie too long before it was noticed.
        late.add(then is not None and at is not None and _too_late(read, then, at.at, limits))
        took += [at.at - then] if then is not None and at is not None else []
    if late == {True, False}:
        return NotEvaluated(_BY_WHICH_CLOCK, row.agency, night.anchor)
    return _Late(noticed, row, told, tuple(took)) if late == {True} else None


def _timed(moment: Moment | None) -> bool:
    return moment is not None and moment.precision is not Precision.DAY


def _noticed(case: Case, row: Row, read: Row) -> datetime | None:
    """From when the child was known to be missing, to the minute, by a reading of the row; None
    where it is not known."""
    if read.noticed is None or not _timed(read.noticed):
        return None
    since = kind_since(case, row)
    changed = since.version != case.versions(row)[0].version
    return max(read.noticed.at, since.recorded_at) if changed else read.noticed.at


def _first_told(night: Occasion, row: Row, read: Row, limits: Limits) -> _Told | None:
    """The first moment, by any record, at which the police were told of the absence a row tells,
    in a reading of it.

    Another record's time counts from shortly before it was noticed: what the police were told
    long before was something else, unless the row gives its log number.
    """
    told = [_Told(read.told_police.at, row)] if read.told_police and _timed(read.told_police) \
        else []
    if read.noticed is not None:
        from_when = read.noticed.at - timedelta(minutes=limits.occasion_call_before_minutes)
        others: list[tuple[Moment | None, Told]] = [
            *((each.told_police, each) for each in night.rows if each is not row),
            *((each.reported, each) for each in night.incidents)]
        told += [_Told(moment.at, said) for moment, said in others
                 if moment is not None and _timed(moment)
                 and (moment.at >= from_when or _is_claimed(read, said, moment))]
    return min(told, key=lambda each: (each.at, each.said is not row, each.said.recorded_at,
                                       each.said.event_id.int), default=None)


def _is_claimed(row: Row, said: Told, moment: Moment) -> bool:
    """Whether the row gives the log number of an incident that was reported once the child was
    last seen: staff who rang before they wrote down that they had noticed."""
    return isinstance(said, IncidentRecorded) and began(row).at <= moment.at \
        and incident_number(said) in log_numbers(row, row.police_reference)


def _known_to_police(night: Occasion) -> bool:
    """Whether the police have any record of it: then they were told, whenever that was."""
    return bool(night.incidents or night.by(AgencyKind.POLICE)) \
        or any(row.told_police for row in night.rows)


def _too_late(row: Row, noticed: datetime, told: datetime, limits: Limits) -> bool:
    """Whether it took longer than the limit, and the child was still away when it ran out."""
    due = noticed + timedelta(minutes=limits.police_told_minutes)
    back = [each.at for each in (row.found, row.returned) if each is not None and _timed(each)]
    return told > due and not any(noticed <= at <= due for at in back)


def _disagreement(
    case: Case, limits: Limits, night: Occasion, late: Sequence[_Late]
) -> Disagreement:
    first = min(late, key=lambda each: (each.noticed, each.row.version))
    due = first.noticed + timedelta(minutes=limits.police_told_minutes)
    noticed = said_since(case, first.row, _times)
    told = said_since(case, first.told.said, _times)
    says = quoted(first.row.classification_word, first.row.classification or "")
    by_whose = "" if first.told.said is first.row else \
        f"by the record of {agency_name(case, first.told.said.agency)} "
    took = " or ".join(map(say_duration, sorted(set(first.took))))
    once_back = "" if night.safe_at is not None else "once the child is back, "
    return Disagreement(
        anchor=night.anchor, severity=Severity.MEDIUM,
        since=max(due, noticed.recorded_at, told.recorded_at),
        evidence=tuple(dict.fromkeys(map(_tell, (noticed, told)))),
        sentence=f"By the record of {agency_name(case, first.row.agency)} the child was {says} "
                 f"from {say_time(first.noticed)}; {by_whose}the police were told at "
                 f"{say_time(first.told.at)}, {took} later, where "
                 f"{limits.police_told_minutes} minutes are allowed.",
        action=f"Whoever cared for the child: {once_back}find out why the police were told late, "
               "and agree with them when they are to be told.",
        would_change="A record that the police were told earlier, or that the absence was "
                     "noticed later.",
        historical=historical(night, case, limits),
    )


def _times(said: Statement) -> object:
    if isinstance(said, IncidentRecorded):
        return said.reported
    assert isinstance(said, MissingEpisodeRecorded), said.type_name
    return said.noticed, said.told_police, said.classification


def _tell(said: Told) -> Said:
    return tell_incident(said) if isinstance(said, IncidentRecorded) else tell_row(said)
