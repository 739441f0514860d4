"""How long a child has been in care, and how long in one place, across the rows that say so.

A return or a table of legal statuses begins a new row where the order changes and the child does
not move; a night in hospital or a holiday (T codes) is no move either.
"""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from broker.case.calendar import day_of
from broker.case.care import (
    STARTED,
    TEMPORARY,
    care_periods_on,
    ceased_for_good,
    live_on,
    outlasts,
)
from broker.case.case import Case, RecordKey
from broker.case.feeds import living
from broker.event.care import CarePeriodRecorded, PlacementRecorded
from broker.event.envelope import Moment, Statement
from broker.vocabulary.words import LegalStatus, PlacementType

CEASED_WHEN = "on which day care ceased: its record gives the reason alone"
_ONE_DAY = timedelta(days=1)
_NOT_MOVED = frozenset({"L", "T", "U"})  # RNE: the order or the placement changed, not the carer
_MOVED = frozenset({"S", "P", "B"})  # RNE: care began, or placement and carer changed
# Foster placements with relatives or friends, and with other carers.
_CARERS = (frozenset({PlacementType.U1, PlacementType.U2, PlacementType.U3}),
           frozenset({PlacementType.U4, PlacementType.U5, PlacementType.U6}))
_FOSTERED = _CARERS[0] | _CARERS[1]


@dataclass(frozen=True, slots=True)
class CareSpell:
    """An unbroken time in care of one council: since when, and the records that make it up.

    `statuses` are the legal statuses on the day that was asked about (none: not said).
    """

    start: Moment
    records: tuple[CarePeriodRecorded, ...]
    statuses: frozenset[LegalStatus]

    @property
    def anchor(self) -> CarePeriodRecorded:
        """The least record, by which the spell is named."""
        return min(self.records, key=RecordKey.of)

    @property
    def began_before(self) -> bool:
        """Whether its first row was begun for another reason than that care started: what is on
        record begins in the midst of it. A legal status of that day, which has no such reason,
        may have begun with care."""
        first = day_of(self.start.at)
        return all(each.start_reason not in (None, STARTED)
                   for each in self.records if _first(each) == first)

    @property
    def may_have_ceased(self) -> bool:
        """Whether a row of it gives a reason for which care ceases, and no day on which it did."""
        return any(each.end is None and ceased_for_good(each) for each in self.records)


@dataclass(frozen=True, slots=True)
class Stay:
    """An unbroken time in one place: since when, its records, and the one that is current."""

    start: Moment
    records: tuple[PlacementRecorded, ...]
    current: PlacementRecorded

    @property
    def anchor(self) -> PlacementRecorded:
        """The least record, by which the stay is named."""
        return min(self.records, key=RecordKey.of)


def care_spell_on(case: Case, agency: str, day: date) -> CareSpell | None:
    """The time in care that is running on this day by the council's account."""
    return case.once(f"spells.{agency}.{day}", lambda: _care_spell(case, agency, day))


def _care_spell(case: Case, agency: str, day: date) -> CareSpell | None:
    live = living(case, (each for each in care_periods_on(case, day) if each.agency == agency))
    if not live:
        return None
    periods = [each for each in living(case, case.current(CarePeriodRecorded))
               if each.agency == agency and each.start is not None]
    floor = max(_breaks(periods, day), default=date.min)
    spell = [each for each in live if _first(each) >= floor]
    for each in sorted(periods, key=_first, reverse=True):
        if spell and each not in spell and each.end is not None and _first(each) >= floor \
                and day_of(each.end.at) >= min(map(_first, spell)) - _ONE_DAY:
            spell.append(each)
    records = tuple(spell) or live
    statuses = frozenset(each.legal_status for each in live if each.legal_status is not None)
    return CareSpell(min((each.start for each in records if each.start), key=lambda at: at.at),
                     records, statuses)


def _breaks(periods: Sequence[CarePeriodRecorded], day: date) -> Iterator[date]:
    """The days on which care began anew or had ceased for good, up to this one.

    A day on which one row ceased breaks no time in care that another row carries past it.
    """
    for each in periods:
        if each.start_reason == STARTED and _first(each) <= day:
            yield _first(each)
        if each.end is None or not ceased_for_good(each):
            continue
        last = day_of(each.end.at)
        if last <= day and not any(_first(other) < last and outlasts(other, each, periods)
                                   for other in periods if other is not each):
            yield last


def _first(record: CarePeriodRecorded | PlacementRecorded) -> date:
    assert record.start is not None, record.type_name
    return day_of(record.start.at)


def stay_on(
    case: Case, agency: str, day: date, *, unless_said_moved: bool = False
) -> Stay | None:
    """Where the council has the child placed on this day, and since when without a move.

    While the child is away for a time (T codes) it is the placement they left; where they left
    none, the temporary one. Rows that do not say where they are are a move each, or, with
    `unless_said_moved`, none: the child may or may not have moved.
    """
    own = [each for each in living(case, case.current(PlacementRecorded))
           if each.agency == agency and each.start is not None and _first(each) <= day]
    away = [each for each in own if each.type in TEMPORARY]
    lasting = [each for each in own if each.type not in TEMPORARY]
    current = _latest(each for each in lasting if live_on(each.start, each.end, day)) \
        or _left_for(lasting, away, day) \
        or _latest(each for each in away if live_on(each.start, each.end, day))
    if current is None:
        return None
    stayed = (True, None) if unless_said_moved else (True,)
    stay, start = [current], _first(current)
    for each in sorted(lasting, key=lambda one: (_first(one), RecordKey.of(one)), reverse=True):
        if each is not current and each.end is not None \
                and _reaches(day_of(each.end.at), start, away) \
                and _stayed(case, each, stay[-1]) in stayed:
            stay.append(each)
            start = min(start, _first(each))
    return Stay(min((each.start for each in stay if each.start), key=lambda at: at.at),
                tuple(stay), current)


def _latest(placements: Iterable[PlacementRecorded]) -> PlacementRecorded | None:
    return max(placements, key=lambda each: (_first(each), RecordKey.of(each)), default=None)


def _left_for(
    lasting: list[PlacementRecorded], away: list[PlacementRecorded], day: date
) -> PlacementRecorded | None:
    """The placement that the child has left for a time only."""
    for temporary in away:
        if live_on(temporary.start, temporary.end, day):
            left = _latest(each for each in lasting if each.end is not None
                           and abs(day_of(each.end.at) - _first(temporary)) <= _ONE_DAY)
            if left is not None:
                return left
    return None


def _reaches(end: date, start: date, away: list[PlacementRecorded]) -> bool:
    """Whether the time up to `end` runs on to `start`, if need be through a temporary absence."""
    if end >= start - _ONE_DAY:
        return True
    return any(_first(each) <= end + _ONE_DAY and each.end is not None
               and day_of(each.end.at) >= start - _ONE_DAY for each in away)


def _stayed(case: Case, one: PlacementRecorded, later: PlacementRecorded) -> bool | None:
    """Whether the child stayed where they were from one row to the next; None: not said.

    The number a foster placement has is the fostering agency's, and no place.
    """
    reason = _start_reason(case, later)
    if reason in _NOT_MOVED:
        return True
    fostered = {one.type, later.type} <= _FOSTERED
    if one.home_urn and later.home_urn:
        if one.home_urn != later.home_urn:
            return False
        if not fostered:
            return one.type is later.type
    if one.postcode and later.postcode:
        return one.postcode == later.postcode and (fostered or one.type is later.type)
    if reason in _MOVED or one.end_reason or not _alike(one.type, later.type):
        return False
    return None


def _alike(one: PlacementType | None, later: PlacementType | None) -> bool:
    """Whether two types can be one place: the same, or one carer's approval changing."""
    return one is later or None in (one, later) or any(
        {one, later} <= carers for carers in _CARERS)


def _start_reason(case: Case, placement: Statement) -> str | None:
    """Why the row began: a return's row of a placement is one of legal status too."""
    twin = RecordKey.of(placement)._replace(type_name=CarePeriodRecorded.__name__)
    versions = case.histories.get(twin, ())
    last = versions[-1] if versions else None
    return last.start_reason if isinstance(last, CarePeriodRecorded) else None
