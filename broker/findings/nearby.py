"""What of a case lies near one record: what a rule about one happening looks at, and no more.

Near is what happened within some days of the record, or of the beginning of a longer absence that
reaches there; what bears a police log number of those; and what lasts, such as care and plans,
with one incident for each way in which a force begins its log numbers, by which they are known.
"""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import takewhile

from broker.case.absences import FOREVER, began, latest_of, log_numbers
from broker.case.case import Case, RecordKey, within
from broker.case.deaths import is_death
from broker.case.occasions import incident_number
from broker.case.spans import Spans
from broker.event.care import CarePeriodRecorded, ReviewRecorded, VisitRecorded
from broker.event.concern import AssessmentRecorded, ConcernRecorded, ReferralRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.vocabulary.words import State

_HAPPENINGS: tuple[type[Statement], ...] = (
    MissingEpisodeRecorded, IncidentRecorded, ConcernRecorded, ReferralRecorded,
    AssessmentRecorded, VisitRecorded, ReviewRecorded)
_MOMENTS = {kind.__name__: tuple(each.name for each in fields(kind) if each.type == Moment | None)
            for kind in _HAPPENINGS}
_OF_DEATH = frozenset({PersonRecorded.__name__, CarePeriodRecorded.__name__,
                       ReferralRecorded.__name__})
_SOON = timedelta(days=1)  # what is no further apart may be one occasion

Span = tuple[datetime, datetime]


@dataclass(slots=True)
class Nearby:
    """The records of a case by when they happened, put in order once."""

    case: Case
    _keys: list[RecordKey] = field(default_factory=list)
    _by_key: dict[RecordKey, Span] = field(default_factory=dict)
    _lasting: list[RecordKey] = field(default_factory=list)
    _by_number: dict[str, list[RecordKey]] = field(default_factory=dict)
    _spans: Spans[datetime] = field(init=False)

    def __post_init__(self) -> None:
        if _is_said_to_have_died(self.case):
            self._lasting += self.case.histories
        for key, versions in self.case.histories.items():
            if not isinstance(versions[-1], _HAPPENINGS):
                self._lasting.append(key)
                continue
            self._keys.append(key)
            spans = [_span_of(each) for each in versions]
            last = max(last for _, last in spans)
            if isinstance(versions[-1], IncidentRecorded):  # a grade changes when that is written
                last = max([last, *(each.recorded_at for each in versions[1:])])
            self._by_key[key] = min(first for first, _ in spans), last
            for number in _numbers(versions):
                self._by_number.setdefault(number, []).append(key)
        self._lasting += _one_of_each_form(self.case)
        self._spans = Spans([self._by_key[key] for key in self._keys], FOREVER)

    def case_around(self, anchor: RecordKey, days: int) -> Case:
        """The case with nothing but what is near this record of it, or lasts."""
        apart = timedelta(days=days)
        first, last = self._by_key[anchor]
        near = self._meeting(first, last, apart)
        for key in tuple(near):
            begins = self._by_key[key][0]
            if begins < first - apart:
                near |= self._meeting(begins, begins, apart)
        return within(self.case, self._with_numbers(near) | set(self._lasting))

    def written_near(self, anchor: RecordKey) -> Iterator[datetime]:
        """When versions of this record, of what may be of one occasion with it, or of what lasts
        were written."""
        near = self._with_numbers(self._meeting(*self._by_key[anchor], _SOON))
        for key in (*near, *self._lasting):
            yield from (each.recorded_at for each in self.case.histories[key])

    def knows(self, anchor: RecordKey) -> bool:
        """Whether it is a happening of this case."""
        return anchor in self._by_key

    def _meeting(self, first: datetime, last: datetime, apart: timedelta) -> set[RecordKey]:
        until = last if last == FOREVER else last + apart
        return {self._keys[each] for each in self._spans.meeting(first - apart, until)}

    def _with_numbers(self, near: Iterable[RecordKey]) -> set[RecordKey]:
        """These, and those that bear a log number of one of them."""
        numbers = {number for key in near for number in _numbers(self.case.histories[key])}
        return {*near, *(key for number in numbers for key in self._by_number.get(number, ()))}


def _is_said_to_have_died(case: Case) -> bool:
    """Whether any version of a record has it: then whatever shows life, however far off, has a
    say in what is asked of the child at all."""
    return any(is_death(each) or (isinstance(each, PersonRecorded) and each.death_date is not None)
               for key, versions in case.histories.items() if key.type_name in _OF_DEATH
               for each in versions)


def _span_of(said: Statement) -> Span:
    """The first and the last moment of what a statement tells."""
    if isinstance(said, MissingEpisodeRecorded):
        return began(said).at, max(latest_of(said), began(said).at)
    moments = [moment.at for name in _MOMENTS[said.type_name]
               if (moment := getattr(said, name)) is not None] or [said.recorded_at]
    return min(moments), max(moments)


def _one_of_each_form(case: Case) -> set[RecordKey]:
    """The first incident that a force wrote with log numbers that begin with the same letters, and
    the first that it has not withdrawn: a rule knows another force's number by its letters."""
    first: dict[tuple[str, str, bool], tuple[datetime, RecordKey]] = {}
    for key, versions in case.histories.items():
        if isinstance(versions[-1], IncidentRecorded):
            written = min(each.recorded_at for each in versions), key
            for number in _numbers(versions):
                letters = "".join(takewhile(str.isalpha, number))
                for stands in {False, versions[-1].state is not State.WITHDRAWN}:
                    form = key.agency, letters, stands
                    first[form] = min(written, first.get(form, written))
    return {key for _, key in first.values()}


def _numbers(versions: Iterable[Statement]) -> set[str]:
    """The police log numbers that versions of a record bear."""
    found: set[str] = set()
    for each in versions:
        if isinstance(each, IncidentRecorded):
            number = incident_number(each)
            found |= {number} if number else set()
        elif isinstance(each, MissingEpisodeRecorded):
            found |= log_numbers(each, each.police_reference)
    return found
