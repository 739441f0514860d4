"""A decision that a supervisor should have looked at, and did not."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.absences import MISSING_CATEGORIES, Row
from broker.case.calendar import say, say_time
from broker.case.case import Case, RecordKey
from broker.case.held_otherwise import recorded_as_concern
from broker.case.occasions import Occasion, category_of, occasions_of, reported_at
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.overdue import done_by, done_since
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Said, Yielded
from broker.rules.telling import agencies_of, agency_name, listed, quoted, told, when
from broker.rules.themes.grade.changes import (
    changed_at,
    grades_of,
    is_aside,
    is_historical,
    lowered_from,
    was_over,
)
from broker.rules.themes.grade.silence import not_heard
from broker.rules.windows import windows_of
from broker.vocabulary.words import Grade, Severity


@dataclass(frozen=True, slots=True)
class _Decision:
    """What should be reviewed: when the police did it, when it stood, and what shows it."""

    at: datetime
    stands: datetime
    words: str
    evidence: tuple[Said, ...]


@rule(code="G03", name="grade.unreviewed", severity=Severity.MEDIUM,
      needs=(IncidentRecorded, MissingEpisodeRecorded), starts=date(2014, 4, 1), near_days=4)
def unreviewed(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A grade lowered, or a missing child recorded as a concern, without a supervisor's review

    **Source** National child protection inspection: no routine review of decisions made in the
    control room, and inconsistent supervision of missing children.
    **Why it matters** One person under pressure decided that the police come later, or look for
    nobody; a second look within a day catches it while it still helps.
    **Raises when** a grade was lowered, or the police hold as a concern a child whom a home, a
    carer or the council says is missing (see missing.recorded_as_concern), and no supervisor's
    review is recorded between then and the limit. One that a supervisor reviewed late is resolved.
    **Stays silent when** a supervisor reviewed it within the limit; for a grade lowered once the
    child had been attended, found or was back, or where the child was a suspect or a witness.
    One review of any incident of the night does for a missing child recorded as a concern. Not
    evaluated beyond what the police have been heard to say, nor where the police hold only a
    missing report, which carries no review.
    """
    concerns: dict[RecordKey, _Decision] = {}
    for each in _as_concern(case, limits):
        if isinstance(each, NotEvaluated):
            yield each
        else:
            concerns.setdefault(*each)
    incidents = case.current(IncidentRecorded)
    lowered = dict(each_of(case, None, incidents, _each_lowered))
    for incident in incidents:
        if Grade.UNMAPPED in grades_of(incident) and not is_aside(incident):
            yield NotEvaluated("a grade in a known word", None, incident)
        if not lowered and not concerns:
            continue
        key = RecordKey.of(incident)
        unseen = [each for each in (lowered.get(key), concerns.get(key))
                  if each is not None and not _reviewed(incident, each.at, limits)]
        if unseen:
            yield from _unreviewed(case, incident, unseen, limits)


def _reviewed(incident: IncidentRecorded, at: datetime, limits: Limits) -> bool:
    """Whether a supervisor looked at it after it was decided and within the limit."""
    reviewed = incident.supervisor_reviewed
    return reviewed is not None \
        and at <= reviewed.at <= at + timedelta(hours=limits.supervisor_review_hours)


def _each_lowered(
    case: Case, _: None, incident: IncidentRecorded
) -> Iterator[tuple[RecordKey, _Decision]]:
    decided = _lowered(case, incident)
    if decided is not None:
        yield RecordKey.of(incident), decided


def _lowered(case: Case, incident: IncidentRecorded) -> _Decision | None:
    if is_aside(incident) or Grade.UNMAPPED in grades_of(incident):
        return None
    higher = lowered_from(case, incident)
    if higher is None:
        return None
    at = changed_at(case, incident)
    if was_over(case, incident, at):
        return None
    word = incident.grade_first_word if higher is incident.grade_first else None
    words = f"lowered the grade from {quoted(word, higher)} to " \
            f"{quoted(incident.grade_now_word, incident.grade_now)}"
    return _Decision(at, at, words, ())


def _as_concern(
    case: Case, limits: Limits
) -> Iterator[tuple[RecordKey, _Decision] | NotEvaluated]:
    """For each night that the police hold as a concern the incident that stands unreviewed."""
    yield from each_of(case, limits, occasions_of(case, windows_of(limits)), _concern_of)


def _concern_of(
    case: Case, limits: Limits, night: Occasion
) -> Iterator[tuple[RecordKey, _Decision] | NotEvaluated]:
    held = recorded_as_concern(night)
    if held is None:
        return
    missing, other = held
    calls = [each for each in other if isinstance(each, IncidentRecorded)]
    if not calls:
        yield NotEvaluated("whether a supervisor looked at the missing report, which carries "
                           "no review", None, night.anchor)
    elif not any(_reviewed(each, _concern_since(case, each), limits) for each in calls):
        first = min(calls, key=lambda each: (reported_at(each), each.record))
        yield RecordKey.of(first), _concern(case, first, missing)


def _concern(
    case: Case, incident: IncidentRecorded, missing: Sequence[Row]
) -> _Decision:
    said = [said_since(case, row, lambda each: each.classification) for row in missing]
    written = said_since(case, incident, _is_missing).recorded_at
    words = f"hold as {_category(incident)} an absence that {agencies_of(case, said)} recorded " \
            "as missing"
    return _Decision(
        at=_concern_since(case, incident),
        stands=max(written, min(row.recorded_at for row in said)), words=words,
        evidence=tuple(told(row, quoted(row.classification_word, row.classification or ""),
                            row.classification or "") for row in said))


def _is_missing(incident: IncidentRecorded) -> bool:
    return category_of(incident) in MISSING_CATEGORIES


def _concern_since(case: Case, incident: IncidentRecorded) -> datetime:
    """When the police first held the incident as something else than missing, to this day."""
    now = said_since(case, incident, _is_missing)
    changed = now.version != case.versions(incident)[0].version
    if not changed and now.category_opened not in MISSING_CATEGORIES:
        return reported_at(now)
    return now.closed.at if now.closed is not None else now.recorded_at


def _category(incident: IncidentRecorded) -> str:
    if incident.category_closed is not None:
        return quoted(incident.category_closed_word, incident.category_closed)
    return quoted(incident.category_opened_word, incident.category_opened or "no category")


def _unreviewed(
    case: Case, incident: IncidentRecorded, made: Sequence[_Decision], limits: Limits
) -> Iterator[Yielded]:
    allowed = timedelta(hours=limits.supervisor_review_hours)
    yield from (LookAgain(each.at + allowed) for each in made)
    due = [each for each in made if each.at + allowed <= case.now]
    if not due:
        return
    reviewed = incident.supervisor_reviewed
    if reviewed is None or reviewed.at < max(each.at for each in due):
        unheard = not_heard(case, incident, max(each.at for each in due) + allowed,
                            "whether a supervisor reviewed it")
        if unheard is not None:
            yield unheard
            return
    yield _disagreement(case, incident, due, limits)


def _disagreement(
    case: Case, incident: IncidentRecorded, due: Sequence[_Decision], limits: Limits
) -> Disagreement:
    allowed = timedelta(hours=limits.supervisor_review_hours)
    since = min(max(each.at + allowed, each.stands) for each in due)
    first = min(each.at for each in due)
    reviewed, name = incident.supervisor_reviewed, agency_name(case, incident.agency)
    outcome = f"a supervisor reviewed it only {when(reviewed)}" \
        if reviewed is not None and reviewed.at > first else \
        f"no supervisor's review of it is recorded by {say_time(first + allowed)}"
    said = said_since(case, incident, _what)
    done = reviewed if reviewed is not None and all(
        reviewed.at > each.at + allowed for each in due) else None
    words = listed(each.words for each in due)
    return Disagreement(
        anchor=incident, severity=Severity.MEDIUM, since=since,
        over=None if done is None else done_by(done, said),
        historical=is_historical(case, since, limits),
        evidence=(told(said, f"{words[0].upper()}{words[1:]}; " + (
            f"reviewed {say(reviewed)}" if reviewed is not None else "not reviewed"),
            "NOT REVIEWED IN TIME"), *(each for made in due for each in made.evidence)),
        sentence=f"{name} {words}, at {say_time(first)}; {outcome}.",
        action=f"{name}: have a supervisor look at it, and write down what was decided and why."
               if done is None else done_since(name),
        would_change="A supervisor's review within the limit, or a record that makes the "
                     "decision needless.",
    )


def _what(incident: IncidentRecorded) -> object:
    return (grades_of(incident), incident.grade_changed, category_of(incident),
            incident.supervisor_reviewed)
