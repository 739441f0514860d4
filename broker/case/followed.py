"""What followed what at a council, looked up without looking at everything it holds of a child:
referrals by the notice they name or the day they came, assessments by the referral they are of.
"""
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from broker.case.calendar import day_of
from broker.case.case import Case, RecordKey
from broker.event.concern import AssessmentRecorded, ReferralRecorded
from broker.vocabulary.references import ASSESSMENT, REFERRAL
from broker.vocabulary.words import System

Named = tuple[str, System, str]
_NOBODY: tuple[list[datetime], list[int]] = [], []


class Came:
    """Contacts or referrals by what they name (in these schemes) and the day they were received.

    `in_order` are the numbers of those received on a day, in order of the days.
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
        self.in_order = [number for _, number in days]

    def naming(self, values: Iterable[str]) -> Iterator[int]:
        """The numbers of those that name one of these; of two of these twice."""
        for value in values:
            yield from self._named.get(value, ())

    def places(self, first: date, last: date) -> tuple[int, int]:
        """Where those received on these days (the first and the last among them) stand in order
        of the days: the first place, and the one behind the last."""
        low = bisect_left(self._days, first)
        return low, bisect_right(self._days, last, low)

    def between(self, first: date, last: date) -> list[int]:
        """The numbers of those received on these days, in order of the days."""
        low, behind = self.places(first, last)
        return self.in_order[low:behind]

    def is_any_from(self, day: date) -> bool:
        """Whether any was received on or after this day."""
        return bool(self._days) and self._days[-1] >= day

    def __len__(self) -> int:
        return len(self._received)

    def __getitem__(self, number: int) -> ReferralRecorded:
        return self._received[number]


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
        self._started: dict[str, tuple[list[datetime], list[int]]] = {}
        for agency, pairs in started.items():
            pairs.sort()
            self._started[agency] = [at for at, _ in pairs], [number for _, number in pairs]

    def of_referrals(self, referrals: Iterable[ReferralRecorded]) -> list[AssessmentRecorded]:
        """Those of one of these referrals, oldest first: which name it, or name none and started
        while it was open. Of one without a time nothing is known to have come."""
        found: set[int] = set()
        open_from: dict[str, int] = {}
        for each in referrals:
            if each.received is None:
                continue
            if self._of_referral:
                found.update(self._of_referral.get((each.agency, each.system, each.record), ()))
            times, numbers = self._started.get(each.agency, _NOBODY)
            low = bisect_left(times, each.received.at)
            if each.closed is None:
                open_from[each.agency] = min(low, open_from.get(each.agency, low))
            else:
                found.update(numbers[low:bisect_right(times, each.closed.at)])
        for agency, low in open_from.items():
            found.update(self._started.get(agency, _NOBODY)[1][low:])
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
    return case.of_type(AssessmentRecorded, "assessments followed", None, Assessments)


class Complete(NamedTuple):
    """When the last of each agency's complete assessments was authorised; and, in order of when
    they began, which of it and those begun later was authorised first."""

    authorised: dict[str, datetime]
    begun: dict[str, tuple[list[datetime], list[AssessmentRecorded]]]

    def first_of(self, agency: str, begun: datetime) -> AssessmentRecorded | None:
        """Of the agency's that began no earlier than this the one that was authorised first."""
        times, first = self.begun.get(agency, ((), ()))
        place = bisect_left(times, begun)
        return first[place] if place < len(times) else None


def complete_of(case: Case) -> Complete:
    """The complete assessments by agency, put in order once for a case."""
    return case.once("assessments complete", lambda: _complete(case))


def _complete(case: Case) -> Complete:
    last = case.of_type(AssessmentRecorded, "last authorised", None, _last_authorised)
    if last is None or last <= case.now:
        return case.of_type(AssessmentRecorded, "assessments authorised", None, _in_order)
    return _in_order([each for each in case.current(AssessmentRecorded)
                      if each.authorised is not None and each.authorised.at <= case.now])


def _last_authorised(assessments: Iterable[AssessmentRecorded]) -> datetime | None:
    return max((each.authorised.at for each in assessments if each.authorised is not None),
               default=None)


def _in_order(assessments: Iterable[AssessmentRecorded]) -> Complete:
    """Those of these that have been authorised."""
    made = Complete({}, {})
    begun: dict[str, list[tuple[datetime, datetime, RecordKey, AssessmentRecorded]]] = {}
    for each in assessments:
        if each.authorised is not None:
            made.authorised[each.agency] = max(
                each.authorised.at, made.authorised.get(each.agency, each.authorised.at))
            if each.started is not None:
                begun.setdefault(each.agency, []).append(
                    (each.started.at, each.authorised.at, RecordKey.of(each), each))
    for agency, ours in begun.items():
        ours.sort(key=itemgetter(0, 1, 2))
        first, found = ours[-1], []
        for one in reversed(ours):
            first = min(first, one, key=itemgetter(1, 2))
            found.append(first[3])
        made.begun[agency] = [one[0] for one in ours], found[::-1]
    return made
