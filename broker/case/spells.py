"""How long a child has been in care, and how long in one place, across the rows that say so.

A return or a table of legal statuses begins a new row where the order changes and the child does
not move; a night in hospital or a holiday (T codes) is no move either.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from broker.case.calendar import day_of
from broker.case.care import TEMPORARY, care_periods_on, live_on
from broker.case.case import Case, RecordKey
from broker.case.feeds import living
from broker.event.care import CarePeriodRecorded, PlacementRecorded
from broker.event.envelope import Moment, Statement
from broker.vocabulary.words import LegalStatus

_ONE_DAY = timedelta(days=1)
_STARTED = "S"  # RNE: started to be looked after
_NOT_MOVED = frozenset({"L", "T", "U"})  # RNE: the order or the placement changed, not the carer


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
    key = f"spells.{agency}.{day}"
    if key not in case.derived:
        case.derived[key] = _care_spell(case, agency, day)
    return case.derived[key]  # type: ignore[return-value] # this function alone writes the entry


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


def _breaks(periods: Iterable[CarePeriodRecorded], day: date) -> Iterable[date]:
    """The days on which care began anew or had ceased for good, up to this one."""
    for each in periods:
        if each.start_reason == _STARTED and _first(each) <= day:
            yield _first(each)
        if each.end is not None and (each.end_reason or "").startswith("E") \
                and day_of(each.end.at) <= day:
            yield day_of(each.end.at)


def _first(record: CarePeriodRecorded | PlacementRecorded) -> date:
    assert record.start is not None, record.type_name
    return day_of(record.start.at)


def stay_on(case: Case, agency: str, day: date) -> Stay | None:
    """Where the council has the child placed on this day, and since when without a move.

    While the child is away for a time (T codes) it is the placement they left; where they left
    none, the temporary one.
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
    stay, start = [current], _first(current)
    for each in sorted(lasting, key=lambda one: (_first(one), RecordKey.of(one)), reverse=True):
        if each is not current and each.end is not None and _same_place(case, each, stay[-1]) \
                and _reaches(day_of(each.end.at), start, away):
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


def _same_place(case: Case, one: PlacementRecorded, later: PlacementRecorded) -> bool:
    """Whether the child stayed where they were from one row to the next."""
    if _start_reason(case, later) in _NOT_MOVED:
        return True
    for here, there in ((one.home_urn, later.home_urn), (one.postcode, later.postcode)):
        if here and there:
            return here == there and one.type is later.type
    return False


def _start_reason(case: Case, placement: Statement) -> str | None:
    """Why the row began: a return's row of a placement is one of legal status too."""
    twin = RecordKey.of(placement)._replace(type_name=CarePeriodRecorded.__name__)
    versions = case.histories.get(twin, ())
    last = versions[-1] if versions else None
    return last.start_reason if isinstance(last, CarePeriodRecorded) else None
