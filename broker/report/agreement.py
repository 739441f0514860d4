"""Agreement tables: how often two agencies describe the same happening alike.

A description says which neutral words an agency uses of one happening, and when it first wrote
it down. Neither agency is held to be right. What an agency did not say is not counted.
"""
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from broker.case.calendar import add_working_days, day_of
from broker.case.case import Case
from broker.case.occasions import Occasion, category_of, occasions_of
from broker.event.concern import AssessmentRecorded, ConcernRecorded, ReferralRecorded
from broker.event.envelope import Statement
from broker.report.intervals import Interval, median_length, wilson
from broker.vocabulary.references import INCIDENT, REFERRAL
from broker.vocabulary.words import (
    ConcernCategory,
    ConcernSource,
    IncidentCategory,
    ReferralKind,
    Risk,
    Whereabouts,
)

ABSENCE, RISK, CONCERN = "absence: classification", "absence: risk", "concern: kind"
KINDS = (ABSENCE, RISK, CONCERN)
AGREEMENT_COLUMNS = ("kind", "left", "right", "both", "agree", "differ", "share", "low", "high",
                     "median_delay_minutes")
# Words that describe one fact: a child away whose whereabouts are known is what police hold as a
# concern for safety; one who absconded is missing as long as nobody says where.
_SAME_FACT: dict[object, str] = {
    Whereabouts.MISSING: "missing", Whereabouts.ABSCONDED: "missing",
    Whereabouts.AWAY_KNOWN: "whereabouts known",
    Whereabouts.CONCERN_FOR_SAFETY: "concern for safety",
    IncidentCategory.MISSING_PERSON: "missing", IncidentCategory.ABSCONDER: "missing",
    IncidentCategory.CONCERN_FOR_SAFETY: "concern for safety",
    IncidentCategory.DOMESTIC_INCIDENT: "domestic incident",
    IncidentCategory.SUSPICIOUS_CIRCUMSTANCES: "suspicious circumstances",
    IncidentCategory.OTHER: "other",
}
_COMPATIBLE = frozenset({"whereabouts known", "concern for safety"})
_SAME_DAY = timedelta(hours=24)
_NO_KIND = (ConcernCategory.OTHER, ConcernCategory.UNMAPPED)


@dataclass(frozen=True, slots=True)
class Description:
    """What one agency says of one happening: its neutral words, and when it first wrote it."""

    agency: str
    words: frozenset[str]
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One happening of one kind, as two or more agencies describe it."""

    kind: str
    descriptions: tuple[Description, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two agencies describe what both describe, for one kind of happening."""

    kind: str
    left: str
    right: str
    agree: Interval
    median_delay: timedelta

    @property
    def both(self) -> int:
        """How many happenings both describe."""
        return self.agree.total

    @property
    def differ(self) -> int:
        """How many of them they describe differently."""
        return self.agree.total - self.agree.count


def happenings_of(case: Case) -> Iterator[Happening]:
    """Every happening of a child that at least two agencies describe."""
    for occasion in occasions_of(case):
        for kind, said in ((ABSENCE, _classified(case, occasion)), (RISK, _risks(case, occasion))):
            if len(said) > 1:
                yield Happening(kind, tuple(said))
    yield from _concerns(case)


def _first_written(case: Case, statements: Iterable[Statement]) -> datetime:
    return min(case.versions(each)[0].recorded_at for each in statements)


def _classified(case: Case, occasion: Occasion) -> list[Description]:
    """What each agency has the absence as: a police incident speaks where no report does."""
    said: dict[str, tuple[set[str], list[Statement]]] = {}
    for row in occasion.rows:
        word = _SAME_FACT.get(row.classification)
        if word is not None:
            words, rows = said.setdefault(row.agency, (set(), []))
            words.add(word)
            rows.append(row)
    reported = set(said)
    for incident in occasion.incidents:
        word = _SAME_FACT.get(category_of(incident))
        if word is not None and incident.agency not in reported:
            words, rows = said.setdefault(incident.agency, (set(), []))
            words.add(word)
            rows.append(incident)
    return [Description(agency, frozenset(words), _first_written(case, rows))
            for agency, (words, rows) in sorted(said.items())]


def _risks(case: Case, occasion: Occasion) -> list[Description]:
    said: dict[str, tuple[set[str], list[Statement]]] = {}
    for row in occasion.rows:
        risk = row.risk_now or row.risk_first
        if risk is not None and risk is not Risk.UNMAPPED:
            words, rows = said.setdefault(row.agency, (set(), []))
            words.add(risk.value.replace("_", " ").lower())
            rows.append(row)
    return [Description(agency, frozenset(words), _first_written(case, rows))
            for agency, (words, rows) in sorted(said.items())]


def _concerns(case: Case) -> Iterator[Happening]:
    """A notice beside the assessment of the referral it led to (by reference, or a contact or
    referral within five working days), and beside a home's notification of the same day."""
    assessed = list(_assessed(case))
    raised = [(each, each.raised.at, Description(each.agency, words,
                                                 _first_written(case, [each])))
              for each in case.current(ConcernRecorded) if each.raised is not None
              and (words := _kinds(one.category for one in each.categories))]
    for concern, at, own in raised:
        if concern.source is not ConcernSource.POLICE_NOTICE:
            continue
        for other, other_at, theirs in raised:
            if other.source is ConcernSource.HOME_NOTIFICATION and abs(other_at - at) <= _SAME_DAY:
                yield Happening(CONCERN, (own, theirs))
        first = day_of(at)
        last = add_working_days(first, 5)
        named = {each.value for each in concern.references if each.scheme == INCIDENT}
        for referral, theirs in assessed:
            follows = referral.received is not None and \
                first <= day_of(referral.received.at) <= last
            if follows or any(each.value in named for each in referral.references):
                yield Happening(CONCERN, (own, theirs))
                break


def _assessed(case: Case) -> Iterator[tuple[ReferralRecorded, Description]]:
    """Each referral with the kinds of harm its assessment found."""
    referrals = {(each.agency, each.record): each for each in case.current(ReferralRecorded)
                 if each.kind is ReferralKind.REFERRAL}
    for assessment in case.current(AssessmentRecorded):
        words = _kinds(each.category for each in assessment.factors)
        if not words:
            continue
        for reference in assessment.references:
            referral = referrals.get((assessment.agency, reference.value))
            if reference.scheme == REFERRAL and referral is not None:
                yield referral, Description(assessment.agency, words,
                                            _first_written(case, [assessment]))


def _kinds(categories: Iterable[ConcernCategory]) -> frozenset[str]:
    return frozenset(each.value.replace("_", " ").lower() for each in categories
                     if each not in _NO_KIND)


def alike(kind: str, left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether two agencies' words say the same of one happening.

    Kinds of concern are alike where they share one; classifications and risks where all they say
    is the same, a child whose whereabouts are known beside a concern for safety included.
    """
    if kind == CONCERN:
        return not left.isdisjoint(right)
    return left == right or (kind == ABSENCE and left | right <= _COMPATIBLE)


def agreement_table(happenings: Iterable[Happening]) -> list[Agreement]:
    """Agreement between each pair of agencies, kind by kind; pairs in alphabetical order."""
    counted: dict[tuple[int, str, str], list[tuple[bool, timedelta]]] = defaultdict(list)
    for each in happenings:
        ordered = sorted(each.descriptions, key=lambda said: said.agency)
        for left, right in combinations(ordered, 2):
            if left.agency != right.agency:
                counted[KINDS.index(each.kind), left.agency, right.agency].append((
                    alike(each.kind, left.words, right.words),
                    abs(right.written_at - left.written_at)))
    return [
        Agreement(KINDS[kind], left, right, wilson(sum(same for same, _ in pairs), len(pairs)),
                  median_length(delay for _, delay in pairs) or timedelta())
        for (kind, left, right), pairs in sorted(counted.items())
    ]


def agreement_json(each: Agreement) -> dict[str, Any]:
    """The machine form; shares in [0, 1], the delay in minutes."""
    return {
        "kind": each.kind, "left": each.left, "right": each.right, "both": each.both,
        "agree": each.agree.count, "differ": each.differ,
        "share": _rounded(each.agree.share), "low": _rounded(each.agree.low),
        "high": _rounded(each.agree.high),
        "median_delay_minutes": round(each.median_delay.total_seconds() / 60),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)
