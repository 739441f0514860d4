"""The law a child is under: plans and orders others should hold, and a power that has run out."""
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.calendar import day_of, latest, say, say_day, start_of
from broker.case.care import STARTED, care_periods_on, ceased_for_good, cp_plans_on, live_on
from broker.case.case import Case, RecordKey
from broker.case.open_case import known_on
from broker.case.since import said_since
from broker.case.spells import CEASED_WHEN
from broker.event.agency import Agency
from broker.event.care import CarePeriodRecorded, PlacementRecorded, PlanRecorded
from broker.event.concern import ConcernRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.risk import MarkerRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, quoted, told, when
from broker.vocabulary.words import (
    RETURNS,
    AgencyKind,
    IncidentCategory,
    IncidentRole,
    LegalStatus,
    MarkerKind,
    Precision,
    Severity,
)

_ORDERS = frozenset({LegalStatus.C1, LegalStatus.C2})
_MARKER = MarkerRecorded.__name__
_PERIOD = CarePeriodRecorded.__name__


@dataclass(frozen=True, slots=True)
class _Protected:
    """A plan or an order that a council has the child under: which, and the marker that says so
    at the police."""

    statement: PlanRecorded | CarePeriodRecorded
    words: str
    marker: MarkerKind

    @property
    def start(self) -> Moment:
        """When it began."""
        assert self.statement.start is not None, self.statement.type_name
        return self.statement.start


@rule(code="L02", name="care.plan_unknown", severity=Severity.HIGH,
      needs=(PlanRecorded, CarePeriodRecorded), starts=date(2013, 4, 15), ends_with_death=True)
def plan_unknown(case: Case, _limits: Limits) -> Iterator[Yielded]:
    """An agency that deals with the child does not hold its protection plan or care order

    **Source** Working Together to Safeguard Children (information for those who work with a
    child on a plan); Children Act 1989 section 31 (care orders); national child protection
    inspection: officers went without knowing the child's background.
    **Why it matters** Who does not know of the plan treats the next call as the first, and hands
    the child back where it must not be.
    **Raises when** the council has a child protection plan or a care order in force, the police
    have had an incident, a notice or a missing report of the child since it began, and no marker
    of theirs says so; or the child lives in a home whose legal status for it is no care order.
    **Stays silent when** the police have not dealt with the child since (that it was present at
    an incident, not a domestic one, and no officer saw it, is no dealing with it), when the plan
    or order has ended, or when it is known only from a return. A home is asked about orders
    alone: its records have no place for plans. Not evaluated beyond what the police or the home
    have been heard to say, nor where the home's word for the legal status is not known.
    """
    today = day_of(case.now)
    for council in case.partnership.of_kind(AgencyKind.SOCIAL_CARE):
        for protected in _protected_by(case, council.code, today):
            for police in case.partnership.of_kind(AgencyKind.POLICE):
                yield from _at_police(case, protected, police)
            if protected.marker is MarkerKind.LOOKED_AFTER:
                for home in case.partnership.of_kind(AgencyKind.CARE_HOME):
                    yield from _at_home(case, protected, home, today)


def _protected_by(case: Case, council: str, today: date) -> Iterator[_Protected]:
    """The plan and the order in force, each once: two systems of one council are one source."""
    plans: Iterable[PlanRecorded | CarePeriodRecorded] = cp_plans_on(case, today)
    orders = [each for each in care_periods_on(case, today) if each.legal_status in _ORDERS]
    for held, words, marker in (
        (plans, "a child protection plan", MarkerKind.CHILD_PROTECTION_PLAN),
        (orders, "a care order", MarkerKind.LOOKED_AFTER),
    ):
        own = [each for each in held if each.agency == council and known_on(case, each, today)]
        if own:
            yield _Protected(min(own, key=RecordKey.of), words, marker)


def _at_police(case: Case, protected: _Protected, police: Agency) -> Iterator[Yielded]:
    if _has_marker(case, police.code, protected.marker):
        return
    dealt = _dealt_with(case, police.code, protected.start)
    if dealt is None:
        return
    since = max(_said(case, protected.statement).recorded_at, dealt.recorded_at)
    part = f"{police.code} {protected.marker}"
    yield from _unless_unheard(case, protected, police, _MARKER, since, part) or (
        _disagreement(case, protected, police, dealt, since, part,
                      f"{police.name} have dealt with the child since it began, and no marker of "
                      "theirs says so"),)


def _dealt_with(case: Case, police: str, start: Moment) -> Statement | None:
    """The first record of this force's dealing with the child after the plan or order began."""
    begun, first = latest(start), None
    at: tuple[datetime, RecordKey] | None = None
    for kind, moment_of in _DEALINGS:
        for each in case.named(kind):
            moment = moment_of(each) if each.agency == police else None
            if moment is not None and begun <= moment.at and (at is None or moment.at <= at[0]):
                place = moment.at, RecordKey.of(each)
                if at is None or place < at:
                    at, first = place, each
    return None if first is None else said_since(case, first, lambda _: True)


def _reported(said: Statement) -> Moment | None:
    """When the police were called to the child, not merely to where the child was. A child in
    the house of a domestic incident is a victim of it."""
    assert isinstance(said, IncidentRecorded), said.type_name
    if said.role is IncidentRole.PRESENT and said.child_seen is None \
            and IncidentCategory.DOMESTIC_INCIDENT not in (
                said.category_opened, said.category_closed):
        return None
    return said.reported


def _raised(said: Statement) -> Moment | None:
    assert isinstance(said, ConcernRecorded), said.type_name
    return said.raised


def _told_police(said: Statement) -> Moment | None:
    assert isinstance(said, MissingEpisodeRecorded), said.type_name
    return said.told_police


_DEALINGS: tuple[tuple[str, Callable[[Statement], Moment | None]], ...] = (
    (IncidentRecorded.__name__, _reported), (ConcernRecorded.__name__, _raised),
    (MissingEpisodeRecorded.__name__, _told_police))


def _has_marker(case: Case, police: str, kind: MarkerKind) -> bool:
    """Whether a marker of this kind stands, from whenever it was set."""
    return any(each.agency == police and each.kind is kind
               and (each.cleared is None or each.cleared.at > case.now)
               for each in case.current(MarkerRecorded))


def _at_home(
    case: Case, protected: _Protected, home: Agency, today: date
) -> Iterator[Yielded]:
    stays = [each for each in case.current(PlacementRecorded)
             if each.agency == home.code and live_on(each.start, each.end, today)]
    if not stays:
        return
    held = [each for each in case.current(CarePeriodRecorded)
            if each.agency == home.code and live_on(each.start, each.end, today)]
    if any(each.legal_status in _ORDERS for each in held):
        return
    part = f"{home.code} {protected.marker}"
    if any(each.legal_status is LegalStatus.UNMAPPED for each in held):
        yield NotEvaluated(f"which legal status {home.name} mean", home.code,
                           protected.statement, part)
        return
    stay = min(stays, key=RecordKey.of)
    lives = said_since(case, stay, lambda _: True)
    status = min(held, key=RecordKey.of) if held else None
    shown: list[Statement] = [lives]
    if status is not None:
        shown.append(said_since(case, status, lambda each: each.legal_status))
    since = max(each.recorded_at for each in (_said(case, protected.statement), *shown))
    words = "no legal status" if status is None or status.legal_status is None else \
        quoted(status.legal_status_word, status.legal_status)
    yield from _unless_unheard(case, protected, home, _PERIOD, since, part) or (
        _disagreement(case, protected, home, shown[-1], since, part,
                      f"{home.name}, where the child lives, hold {words}"),)


def _unless_unheard(
    case: Case, protected: _Protected, agency: Agency, type_name: str, since: datetime, part: str
) -> tuple[NotEvaluated, ...]:
    """Silence counts only as far as the agency has been heard, and could be read, since then."""
    heard = case.reach.of(agency.code, type_name)
    if heard is not None and heard >= since and not case.reach.unreadable_since(
            agency.code, type_name, start_of(day_of(protected.start.at))):
        return ()
    return (NotEvaluated(f"whether {agency.name} hold {protected.words}", agency.code,
                         protected.statement, part),)


def _said(
    case: Case, statement: PlanRecorded | CarePeriodRecorded
) -> PlanRecorded | CarePeriodRecorded:
    """The version since which the plan or order has been what it is."""
    if isinstance(statement, PlanRecorded):
        return said_since(case, statement, lambda each: (each.kind, each.start))
    return said_since(case, statement, lambda each: (each.legal_status, each.start))


def _disagreement(
    case: Case, protected: _Protected, agency: Agency, shows: Statement, since: datetime,
    part: str, lacking: str,
) -> Disagreement:
    council = agency_name(case, protected.statement.agency)
    return Disagreement(
        anchor=protected.statement, severity=Severity.HIGH, since=since, part=part,
        evidence=(told(_said(case, protected.statement),
                       f"{protected.words[2:].capitalize()} since {say(protected.start)}",
                       str(protected.marker)),
                  told(shows, "Deals with the child", "not held")),
        sentence=f"{council} have this child under {protected.words} since "
                 f"{say_day(day_of(protected.start.at))}; {lacking}.",
        action=f"{council}: tell {agency.name} of it, and who the child's social worker is. "
               f"{agency.name}: put it on the child's record today.",
        would_change=f"A record of it by {agency.name}, or the end of the plan or order.",
    )


@rule(code="L03", name="care.protection_expired", severity=Severity.HIGH,
      needs=(CarePeriodRecorded,), starts=date(1991, 10, 14))
def protection_expired(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Police protection is recorded for longer than the law allows

    **Source** Children Act 1989 section 46: no child may be kept in police protection for more
    than 72 hours.
    **Why it matters** After three days nobody has the power to keep the child where it is: it is
    held without the law, or it has gone back and nobody wrote it down.
    **Raises when** a time under police protection (L1) runs for more than 72 hours; with dates
    alone, when its end is four days or more after its start.
    **Stays silent when** it ended in time. Spells of one agency that touch are one, unless care
    ceased or began anew between them. Not evaluated while it is open and the council has not been
    heard since the time ran out; where the record gives a reason for which care ceased and no
    day; nor where one date ends, the next day begins another, and only together they are too long.
    """
    spells = list(_spells(case))
    for spell in spells:
        yield from _spell(case, limits, spell)
    for longer in _spells(case, by_next_day=True):
        parts = [each for each in spells if each.records[0] in longer.records]
        if _has_run_out(case, limits, longer) \
                and not any(_has_run_out(case, limits, each) for each in parts):
            yield NotEvaluated("whether police protection ended between two records that adjoin",
                               None, longer.records[0])


@dataclass(frozen=True, slots=True)
class _Spell:
    """Unbroken time under police protection by one agency; no end while it is open."""

    records: tuple[CarePeriodRecorded, ...]
    start: Moment
    end: Moment | None


def _spells(case: Case, *, by_next_day: bool = False) -> Iterator[_Spell]:
    """Records of one agency that touch are one spell: a move breaks a record, not the power. One
    date and the next touch only where that is asked for: the child may have been let go."""
    held = [each for each in case.current(CarePeriodRecorded)
            if each.legal_status is LegalStatus.L1 and each.start is not None]
    for agency in sorted({each.agency for each in held}):
        own = sorted((each for each in held if each.agency == agency),
                     key=lambda each: (_start_of(each).at, RecordKey.of(each)))
        spell: list[CarePeriodRecorded] = []
        for each in own:
            if spell and not any(_goes_on(one, each, by_next_day) for one in spell):
                yield _spell_of(spell)
                spell = []
            spell.append(each)
        yield _spell_of(spell)


def _start_of(period: CarePeriodRecorded) -> Moment:
    assert period.start is not None, period.type_name
    return period.start


def _goes_on(
    earlier: CarePeriodRecorded, later: CarePeriodRecorded, by_next_day: bool
) -> bool:
    """Whether a record that began no sooner overlaps another, or takes it up where it ended."""
    start = _start_of(later).at
    if earlier.end is None or start < earlier.end.at:
        return True
    if later.start_reason == STARTED or ceased_for_good(earlier):
        return False
    if earlier.end.precision is Precision.DAY and start == latest(earlier.end):
        return by_next_day
    return start <= latest(earlier.end)


def _spell_of(records: Sequence[CarePeriodRecorded]) -> _Spell:
    """The whole of it, by the finest words for its start and its end."""
    start = min((_start_of(each) for each in records), key=lambda each: (
        day_of(each.at), each.precision is Precision.DAY, each.at))
    ends = [each.end for each in records if each.end is not None]
    # One fact in two systems: as long as one of them knows the end, it is not open.
    still_open = any(each.end is None and not any(
        other.end is not None and _start_of(each).at <= other.end.at
        and day_of(_start_of(other).at) == day_of(_start_of(each).at) for other in records)
        for each in records)
    end = None if still_open else max(ends, key=lambda each: (
        day_of(each.at), each.precision is not Precision.DAY, each.at))
    return _Spell(tuple(sorted(records, key=RecordKey.of)), start, end)


def _runs_out(limits: Limits, spell: _Spell) -> tuple[datetime, bool]:
    """When the time of a spell runs out, and whether it ends later than that (open: it may)."""
    start, end = spell.start, spell.end
    by_day = Precision.DAY in (start.precision, end.precision if end else start.precision)
    since = start_of(day_of(start.at) + timedelta(days=limits.police_protection_days)) \
        if by_day else start.at + timedelta(hours=limits.police_protection_hours)
    if end is None:
        return since, True
    return since, day_of(end.at) >= day_of(since) if by_day else end.at > since


def _has_run_out(case: Case, limits: Limits, spell: _Spell) -> bool:
    since, beyond = _runs_out(limits, spell)
    return beyond and since <= case.now and (
        spell.end is not None or not _was_followed(case, spell, since))


def _spell(case: Case, limits: Limits, spell: _Spell) -> Iterator[Yielded]:
    since, beyond = _runs_out(limits, spell)
    if spell.end is not None:
        if beyond and since <= case.now:
            yield _expired(case, limits, spell, since)
        elif beyond:
            yield LookAgain(since)
        return
    if _was_followed(case, spell, since):
        return
    if case.now < since:
        yield LookAgain(since)
        return
    anchor = spell.records[0]
    open_still = [each for each in spell.records if each.end is None]
    heard = max((at for each in open_still if (at := case.reach.within(
        each.agency, each.system, _PERIOD)) is not None), default=None)
    if heard is None or heard < since or case.reach.unreadable_since(
            anchor.agency, _PERIOD, start_of(day_of(spell.start.at))):
        yield NotEvaluated("whether the police protection has ended", anchor.agency, anchor)
        return
    if any(map(ceased_for_good, open_still)):
        yield NotEvaluated(CEASED_WHEN, anchor.agency, anchor)
        return
    yield _expired(case, limits, spell, since)


def _was_followed(case: Case, spell: _Spell, since: datetime) -> bool:
    """Whether another legal status took the place of an open one before the time ran out."""
    first = day_of(spell.start.at)
    for each in case.current(CarePeriodRecorded):
        if each.agency != spell.records[0].agency or each.start is None \
                or each.legal_status in (None, LegalStatus.L1, LegalStatus.UNMAPPED):
            continue
        by_day = Precision.DAY in (each.start.precision, spell.start.precision)
        within = day_of(each.start.at) < day_of(since) or (
            not by_day and each.start.at <= since)
        if first <= day_of(each.start.at) and within:
            return True
    return False


def _expired(case: Case, limits: Limits, spell: _Spell, since: datetime) -> Disagreement:
    hours = f"{limits.police_protection_hours} hours"
    ended = f"is not recorded as ended: longer than {hours}"
    if spell.end is not None:
        ended = f"is recorded as ended {when(spell.end)}: longer than {hours}"
    elif any(each.end is None and each.end_reason for each in spell.records):
        ended = "has a reason for its end on record and no day of it, nor had the child any " \
                f"other status within {hours}"
    gone = since if spell.end is None else spell.end.at
    old = timedelta(days=limits.historical_after_days)
    who = agency_name(case, spell.records[0].agency)
    return Disagreement(
        anchor=spell.records[0], severity=Severity.HIGH, since=since,
        evidence=tuple(told(
            said_since(case, each, lambda said: (said.legal_status, said.start, said.end)),
            f"Police protection from {say(_start_of(each))}"
            + (f" to {say(each.end)}" if each.end else ", not ended"), "L1")
            for each in spell.records),
        sentence=f"By {who}, police protection of this child began {when(spell.start)} "
                 f"and {ended}.",
        action=f"{who} and the police: confirm today under which power the child is kept, and "
               "where the child is; correct the record where another order had taken its place.",
        would_change="An end within the time, or another legal status from then on.",
        historical=gone + old <= case.now and (spell.end is not None or all(
            each.system in RETURNS for each in spell.records if each.end is None)),
    )
