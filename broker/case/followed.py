"""What followed what at a council, looked up without looking at everything it holds of a child:
referrals by the notice they name or the day they came, assessments by the referral they are of.
"""
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from broker.case.calendar import day_of
from broker.case.case import Case
from broker.event.concern import AssessmentRecorded, ReferralRecorded
from broker.vocabulary.references import ASSESSMENT, REFERRAL
from broker.vocabulary.words import System

Named = tuple[str, System, str]


class Came:
    """Contacts or referrals by what they name (in these schemes) and the day they were received.
    """

    def __init__(self, received: Sequence[ReferralRecorded], schemes: Collection[str]) -> None:
        self._received = received
        self._named: dict[str, list[int]] = {}
        days = []
        for number, each in enumerate(received):
            for one in each.references:
                if one.scheme in schemes:
                    self._named.setdefault(one.value, []).append(number)
            if each.received is not None:
                days.append((day_of(each.received.at), number))
        days.sort()
        self._days = [day for day, _ in days]
        self._numbers = [number for _, number in days]

    def naming(self, values: Iterable[str]) -> set[int]:
        """The numbers of those that name one of these."""
        return {number for value in values for number in self._named.get(value, ())}

    def between(self, first: date, last: date) -> list[int]:
        """The numbers of those received on these days, the first and the last among them."""
        low = bisect_left(self._days, first)
        return self._numbers[low:bisect_right(self._days, last, low)]

    def __getitem__(self, number: int) -> ReferralRecorded:
        return self._received[number]


def _at(pair: tuple[datetime, int]) -> datetime:
    return pair[0]


class Assessments:
    """The assessments of a child by what they name and when they started."""

    def __init__(self, assessments: Sequence[AssessmentRecorded]) -> None:
        self._all = assessments
        self._number = {id(each): number for number, each in enumerate(assessments)}
        self._of_referral: dict[Named, list[int]] = {}
        self._of_assessment: dict[Named, list[int]] = {}
        started: dict[str, list[tuple[datetime, int]]] = {}
        for number, each in enumerate(assessments):
            names_referral = False
            for one in each.references:
                named = each.agency, each.system, one.value
                if one.scheme == REFERRAL:
                    names_referral = True
                    self._of_referral.setdefault(named, []).append(number)
                elif one.scheme == ASSESSMENT:
                    self._of_assessment.setdefault(named, []).append(number)
            if not names_referral and each.started is not None:
                started.setdefault(each.agency, []).append((each.started.at, number))
        self._started = {agency: sorted(pairs) for agency, pairs in started.items()}

    def of_referrals(self, referrals: Iterable[ReferralRecorded]) -> list[AssessmentRecorded]:
        """Those of one of these referrals, oldest first: which name it, or name none and started
        while it was open. Of one without a time nothing is known to have come."""
        found: set[int] = set()
        for each in referrals:
            if each.received is None:
                continue
            found.update(self._of_referral.get((each.agency, each.system, each.record), ()))
            started = self._started.get(each.agency, [])
            low = bisect_left(started, each.received.at, key=_at)
            high = len(started) if each.closed is None else bisect_right(
                started, each.closed.at, key=_at)
            found.update(number for _, number in started[low:high])
        return [self._all[number] for number in sorted(found)]

    def with_factors_of(self, done: Iterable[AssessmentRecorded]) -> list[AssessmentRecorded]:
        """The records that carry the factors of these assessments, oldest first."""
        found: set[int] = set()
        for each in done:
            found.update(self._of_assessment.get((each.agency, each.system, each.record), ()))
            if each.factors:
                found.add(self._number[id(each)])
        return [self._all[number] for number in sorted(found)]


def assessments_of(case: Case) -> Assessments:
    """The assessments of a case, put in order once."""
    return case.once("assessments followed",
                     lambda: Assessments(case.current(AssessmentRecorded)))


class Complete(NamedTuple):
    """When the last of each agency's complete assessments began, and was authorised."""

    begun: dict[str, datetime]
    authorised: dict[str, datetime]


def complete_of(case: Case) -> Complete:
    """The last complete assessments by agency, found once for a case."""
    return case.once("assessments complete", lambda: _complete(case))


def _complete(case: Case) -> Complete:
    made = Complete({}, {})
    for each in case.current(AssessmentRecorded):
        if each.authorised is not None and each.authorised.at <= case.now:
            made.authorised[each.agency] = max(
                each.authorised.at, made.authorised.get(each.agency, each.authorised.at))
            if each.started is not None:
                made.begun[each.agency] = max(
                    each.started.at, made.begun.get(each.agency, each.started.at))
    return made
