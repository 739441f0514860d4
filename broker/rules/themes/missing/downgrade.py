"""Missing to the police at first, and less than that while the child was still away."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from broker.case.absences import MISSING_CATEGORIES, UNKNOWN_WHEREABOUTS, Row
from broker.case.calendar import say_time
from broker.case.case import Case
from broker.case.closing import Closing, closing_of
from broker.case.occasions import Occasion, category_of
from broker.case.recall import each_of
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.risk_levels import LEVELS, risk_of, risk_word
from broker.rules.rule import Disagreement, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, listed, quoted, told
from broker.rules.themes.missing.nights import (
    category_since,
    category_word,
    historical,
    kind_since,
    nights_of,
    tell_incident,
    tell_row,
)
from broker.vocabulary.words import (
    AgencyKind,
    IncidentCategory,
    Severity,
    Whereabouts,
)

_UNKNOWN = (None, IncidentCategory.UNMAPPED)


@dataclass(frozen=True, slots=True)
class _Lowered:
    """Something said less from `at` on: the evidence, and the words for it; `closing` where all
    that is known of the time is by when it was closed."""

    at: datetime
    evidence: tuple[Said, ...]
    words: str
    closing: Closing | None = None


@rule(code="M10", name="missing.downgraded", severity=Severity.CRITICAL,
      needs=(MissingEpisodeRecorded, IncidentRecorded), starts=date(2014, 1, 1), near_days=4)
def downgraded(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A missing child held for less by the police while still away

    **Source** College of Policing, missing persons guidance: a person is missing until located.
    National child protection inspection: missing children downgraded without a supervisor.
    **Why it matters** The search stops, or slows, and the child is not back.
    **Raises when** the police said missing and a later version, or the closing category, says
    less, before anybody had the child found, seen or back (critical); or the risk was lowered
    before then (high). It is raised within one row too: opened as missing, closed as less.
    **Stays silent when** it was lowered afterwards, or a later version says missing, or the
    earlier risk, again. "No apparent risk (absent)" after missing is risk lowered, not another
    kind. Not evaluated where it is not known whether that was before the child was back: when
    the risk was lowered, or when an incident was closed that has a closing category, no closing
    time, and was long open when it was first heard of.
    """
    yield from each_of(case, limits, nights_of(case, limits), _of_night)


def _of_night(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """What was lowered in one night."""
    back = night.safe_at
    lowered = [each for incident in night.incidents
               if (each := _incident_lowered(case, incident)) is not None]
    reports = [row for account in night.by(AgencyKind.POLICE) for row in account.rows]
    lowered += [each for row in reports if (each := _report_lowered(case, row)) is not None]
    while_away = [each for each in lowered if back is None or each.at < back]
    if while_away:
        yield _disagreement(case, limits, night, while_away, "", Severity.CRITICAL)
    else:
        yield from _perhaps_while_away(night, lowered)
    yield from _unknown_category(night)
    yield from _risk_lowered(case, limits, night, reports)


def _perhaps_while_away(night: Occasion, lowered: list[_Lowered]) -> Iterator[NotEvaluated]:
    for each in lowered:
        if each.closing is not None and night.safe_at is not None \
                and each.closing.may_be_before(night.safe_at):
            yield NotEvaluated(_CLOSED_WHEN, each.evidence[-1].statement.agency, night.anchor, "")
            return


_CLOSED_WHEN = ("whether the police closed the incident before the child was back: it has a "
                "closing category and no closing time")


def _unknown_category(night: Occasion) -> Iterator[NotEvaluated]:
    for incident in night.incidents:
        if incident.category_opened in MISSING_CATEGORIES and category_of(incident) in _UNKNOWN:
            yield NotEvaluated("what the closing category of the police incident means",
                               incident.agency, night.anchor, "")
            return


def _incident_lowered(case: Case, incident: IncidentRecorded) -> _Lowered | None:
    """When and how an incident came to say less than missing, if it did."""
    category = category_of(incident)
    if category in MISSING_CATEGORIES or category in _UNKNOWN:
        return None
    now = category_since(case, incident)
    before = [each for each in case.versions(incident)
              if isinstance(each, IncidentRecorded) and each.version < now.version
              and category_of(each) in MISSING_CATEGORIES]
    if not before and incident.category_opened not in MISSING_CATEGORIES:
        return None
    closing = None if before or now.category_closed is None else closing_of(case, incident)
    at = now.closed.at if now.closed is not None else now.recorded_at
    evidence = (*(tell_incident(category_since(case, each)) for each in before[-1:]),
                tell_incident(now))
    return _Lowered(at, evidence, f"the incident as {category_word(now)}",
                    None if closing is None or closing.is_exact else closing)


def _report_lowered(case: Case, row: Row) -> _Lowered | None:
    """When and how a missing report came to say less than missing, if it did."""
    if row.classification is not Whereabouts.CONCERN_FOR_SAFETY:
        return None
    now = kind_since(case, row)
    before = [each for each in case.versions(row)
              if isinstance(each, MissingEpisodeRecorded) and each.version < now.version
              and each.classification in UNKNOWN_WHEREABOUTS]
    if not before:
        return None
    word = quoted(now.classification_word, "Concern for safety")
    return _Lowered(now.recorded_at, (tell_row(kind_since(case, before[-1])), tell_row(now)),
                    f"the missing report as {word}")


def _risk_lowered(
    case: Case, limits: Limits, night: Occasion, reports: list[Row]
) -> Iterator[Yielded]:
    lowered = []
    for row in reports:
        found = _lowering(case, row, night.safe_at)
        if isinstance(found, NotEvaluated):
            yield NotEvaluated(found.missing, row.agency, night.anchor, "risk")
        elif found is not None:
            lowered.append(found)
    if lowered:
        yield _disagreement(case, limits, night, lowered, "risk", Severity.HIGH)


def _lowering(case: Case, row: Row, back: datetime | None) -> _Lowered | NotEvaluated | None:
    """The lowering of a report's risk while the child was away, if it is lower still."""
    if len(_levels(case, row)) < 2:
        return None
    steps = _steps(case, row)
    away = [each for each in steps if not each.late(back)]
    if not away or steps[-1].level >= (highest := max(away, key=_level)).level:
        return None
    lower = [each for each in steps[steps.index(highest) + 1:] if each.level < highest.level]
    while_away = [each for each in lower if each.at is not None and not each.late(back)]
    if while_away:
        first = while_away[0]
        return _Lowered(first.at or row.recorded_at,
                        tuple(dict.fromkeys((highest.said, first.said))),
                        f"the risk from {highest.word} to {first.word}")
    if any(each.at is None for each in lower):
        return NotEvaluated("when the police lowered the risk")
    return None


@dataclass(frozen=True, slots=True)
class _Step:
    """A risk a report gave: its level, from when (None: not known), and who says so."""

    level: int
    at: datetime | None
    word: str
    said: Said

    def late(self, back: datetime | None) -> bool:
        """Whether it began once the child was found, seen or back."""
        return back is not None and self.at is not None and self.at >= back


def _level(step: _Step) -> int:
    return step.level


def _levels(case: Case, row: Row) -> set[int]:
    """The levels of risk a report ever gave."""
    versions = [each for each in case.versions(row) if isinstance(each, MissingEpisodeRecorded)]
    risks = [versions[0].risk_first, *map(risk_of, versions)]
    return {LEVELS[each] for each in risks if each in LEVELS}


def _steps(case: Case, row: Row) -> list[_Step]:
    """The risks a report gave one after the other, by its versions and its own times."""
    versions = [each for each in case.versions(row) if isinstance(each, MissingEpisodeRecorded)]
    earliest, steps = versions[0], list[_Step]()
    if earliest.risk_first in LEVELS:
        word = quoted(earliest.risk_first_word, earliest.risk_first)
        said = told(earliest, f"risk {word} at first", earliest.risk_first or "")
        steps.append(_Step(LEVELS[earliest.risk_first], _from(earliest), word, said))
    for version in versions:
        now = risk_of(version)
        if now not in LEVELS or (steps and steps[-1].level == LEVELS[now]):
            continue
        at = _changed_at(version, version is earliest) if steps else _from(version)
        word = risk_word(version)
        steps.append(_Step(LEVELS[now], at, word, told(version, f"risk {word}", now)))
    return steps


def _changed_at(version: Row, only_now_written: bool) -> datetime | None:
    """When a version's risk followed the one before; None where it is not known.

    A report first written when the child was back tells both risks, and not when the one
    followed the other, unless it says so.
    """
    if version.risk_changed is not None:
        return version.risk_changed.at
    back = version.returned or version.found
    in_hindsight = only_now_written and back is not None and version.recorded_at >= back.at
    return None if in_hindsight else version.recorded_at


def _from(row: Row) -> datetime:
    begun = row.told_police or row.last_seen
    return begun.at if begun is not None else row.recorded_at


def _disagreement(
    case: Case, limits: Limits, night: Occasion, lowered: list[_Lowered], part: str,
    severity: Severity,
) -> Disagreement:
    first = min(lowered, key=lambda each: each.at)
    evidence = tuple(dict.fromkeys(said for each in lowered for said in each.evidence))
    police = listed(dict.fromkeys(agency_name(case, each.statement.agency) for each in evidence))
    words = listed(dict.fromkeys(each.words for each in lowered))
    before = night.safe_at
    until = "nobody has recorded the child as found or back" if before is None else \
        f"the child was first recorded as found, seen or back at {say_time(before)}"
    verb = "lowered" if part else "first recorded the child as missing, and later recorded"
    return Disagreement(
        anchor=night.anchor, part=part, severity=severity, since=first.at, evidence=evidence,
        sentence=f"{police} {verb} {words}, {'at' if first.closing is None else 'by'} "
                 f"{say_time(first.at)}; {until}.",
        action="Police: if nobody knows where the child is, record and look for the child as "
               "missing; a supervisor reviews why this was lowered." if before is None else
               "Police: a supervisor reviews why this was lowered while the child was away.",
        would_change="A police record that says missing again (or the earlier risk), or a record "
                     "that the child had been found by then.",
        historical=historical(night, case, limits),
    )

