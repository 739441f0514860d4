"""Occasions: what several agencies say about one time a child was away.

An occasion is computed from the case alone, in any order of arrival. Its `accounts` belong to
it; those `trailing` are a second account by an agency that already has one there, and are of it
too; those `attached` overlap it and belong elsewhere, so they accuse nobody, but what they say is
no silence either. A police incident of a missing child that no account covers is an occasion
of its own.
"""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.case.absences import (
    FOREVER,
    MISSING_CATEGORIES,
    Account,
    Row,
    accounts_of,
    log_number,
    log_numbers,
    one_digit_off,
)
from broker.case.calendar import latest
from broker.case.case import Case, RecordKey
from broker.case.joining import Late, Night, clocked, divide, settled
from broker.case.late_dates import Others
from broker.case.once import made_once
from broker.case.records import place_of
from broker.case.silences import Silences
from broker.case.spans import Spans
from broker.case.touched import Tied, named_by, since_last
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.vocabulary.words import (
    AgencyKind,
    CallerKind,
    IncidentCategory,
    IncidentRole,
    Precision,
)

_NEAR = MISSING_CATEGORIES | {IncidentCategory.CONCERN_FOR_SAFETY,
                              IncidentCategory.SUSPICIOUS_CIRCUMSTANCES}
_VAGUE = (IncidentCategory.OTHER, IncidentCategory.UNMAPPED, None)
_CALLERS = (CallerKind.CARE_HOME, CallerKind.CARER, CallerKind.PARENT, CallerKind.PROFESSIONAL)
_ORIGINAL, _COPY = "original", "copy"
_BYSTANDERS = (IncidentRole.WITNESS, IncidentRole.PRESENT)
_NOT_LATE = Late()


@dataclass(frozen=True, slots=True)
class Windows:
    """How near a police incident must be to an absence to belong to it without a log number."""

    incident: timedelta = timedelta(hours=6)
    call_before: timedelta = timedelta(minutes=30)
    call_after: timedelta = timedelta(hours=2)


@dataclass(frozen=True)
class Occasion:
    """One time a child was away, by every account.

    `start` is when the first account begins, `end` when the last one ends (None while any is
    open). `anchor` is the least record. `over` are the attached accounts' keys, each with when the
    first account of another agency that it overlaps was over. `told_apart` are those attached (by
    key) that say no more than another absence, to which they belong; `late` those of it whose
    dates may be a day late.
    """

    accounts: tuple[Account, ...]
    trailing: tuple[Account, ...]
    attached: tuple[Account, ...]
    incidents: tuple[IncidentRecorded, ...]
    start: datetime
    end: datetime | None
    anchor: Statement
    over: tuple[tuple[RecordKey, datetime], ...] = ()
    told_apart: frozenset[RecordKey] = frozenset()
    late: Late = _NOT_LATE

    def was_over(self, attached: Account, by: datetime) -> bool:
        """Whether another agency had the child back by then from the absence that an attached
        account is about: it may have been left open since."""
        return any(key == attached.key and at <= by for key, at in self.over)

    @made_once
    def place(self) -> tuple[datetime, RecordKey]:
        """Where it stands among others."""
        return self.start, RecordKey.of(self.anchor)

    @made_once
    def made_of(self) -> tuple[object, ...]:
        """The identities of all it is made of."""
        return (*(tuple(map(id, each)) for each in (
            self.accounts, self.trailing, self.attached, self.incidents)), self.over,
                self.told_apart, self.late)

    @made_once
    def records(self) -> frozenset[RecordKey]:
        """The records it is made of, attached ones too."""
        keys = [each.key for each in self.everyone]
        keys += [RecordKey.of(row) for each in self.everyone if len(each.rows) > 1
                 for row in each.rows]
        return frozenset([*keys, *map(RecordKey.of, self.incidents)])

    @made_once
    def rows(self) -> tuple[Row, ...]:
        """The rows of the accounts that belong here or trail one that does."""
        return tuple([row for account in self.own for row in account.rows])

    @made_once
    def all_rows(self) -> tuple[Row, ...]:
        """The rows of every account, trailing and attached ones too."""
        return tuple([row for account in self.everyone for row in account.rows])

    @made_once
    def own(self) -> tuple[Account, ...]:
        """The accounts that belong here or trail one that does."""
        return (*self.accounts, *self.trailing)

    @made_once
    def everyone(self) -> tuple[Account, ...]:
        """Every account, attached ones too."""
        return (*self.accounts, *self.trailing, *self.attached)

    def by(self, kind: AgencyKind) -> tuple[Account, ...]:
        """The accounts of one kind of agency that belong here or trail."""
        return tuple([each for each in self.own if each.kind is kind])

    def all_by(self, kind: AgencyKind) -> tuple[Account, ...]:
        """The accounts of one kind of agency, attached ones too that may tell of it."""
        return tuple([each for each in self.everyone
                      if each.kind is kind and each.key not in self.told_apart])

    @made_once
    def accusers(self) -> tuple[Row, ...]:
        """The rows by which a home, a carer or the council says that the child is missing."""
        return tuple([row for account in self.own if account.kind is not AgencyKind.POLICE
                      for row in account.missing_rows()])

    @made_once
    def police_reports(self) -> tuple[Row, ...]:
        """The police's missing reports, less those of an earlier absence that others had ended.

        A police record of this occasion as something else weighs more than such a report.
        """
        stale = [each for each in self.attached
                 if each.kind is AgencyKind.POLICE and self.was_over(each, self.start)]
        return tuple([row for account in self.all_by(AgencyKind.POLICE) if account not in stale
                      for row in account.rows])

    @made_once
    def said_missing(self) -> bool:
        """Whether by any account that belongs here the child's whereabouts were unknown."""
        return any(account.missing_rows() for account in self.own) or any(
            not MISSING_CATEGORIES.isdisjoint(_categories(each)) for each in self.incidents)

    @made_once
    def over_at(self) -> datetime | None:
        """When it was over by the last account that gives an end; None if nobody gives one."""
        ends = [account.end for account in self.own if account.end is not None]
        return max(ends, default=None if self.accounts else self.end)

    @made_once
    def safe_at(self) -> datetime | None:
        """The first moment by which anybody had the child found, seen or back; None if nobody.

        A child who was back before one of the accounts began had gone again: that return counts
        only where no later one is known.
        """
        moments = [moment for row in self.rows
                   for moment in (row.found, row.returned, row.prevention_interview)]
        moments += [incident.child_seen for incident in self.incidents]
        safe = [latest(each) for each in moments if each is not None and each.at >= self.start]
        gone = max((account.start for account in self.own), default=self.start)
        return min((each for each in safe if each >= gone), default=max(safe, default=None))


def category_of(incident: IncidentRecorded) -> IncidentCategory | None:
    """An incident's category: the closing one once there is one, the opening one before. One that
    says otherwise than the opening one somebody has chosen, whether or not a time is given."""
    return incident.category_opened if incident.category_closed is None \
        else incident.category_closed


def reported_at(incident: IncidentRecorded) -> datetime:
    """When an incident was reported; one without the time is no later than it was written."""
    if incident.reported is not None:
        return incident.reported.at
    return incident.occurred.start if incident.occurred else incident.recorded_at


def incident_number(incident: IncidentRecorded) -> str | None:
    """The police log number of an incident, in comparable form."""
    named = log_numbers(incident)
    return min(named) if named else log_number(incident.record.rpartition("/")[0])


def occasions_of(case: Case, windows: Windows = Windows()) -> tuple[Occasion, ...]:
    """Every occasion on which the child was away, oldest first; computed once for a case.

    (The default is a frozen value, so that sharing it between calls is safe.)
    """
    held = case.derived.get("occasions")
    if held is None or held[0] != windows:  # type: ignore[index] # written below alone
        accounts, incidents = accounts_of(case), case.current(IncidentRecorded)
        silences = Silences.of(case)
        found = _in_order(_occasions(accounts, incidents, windows, silences)) \
            if case.memory is None else since_last(
                case, case.memory, (windows, silences), [*accounts, *incidents],
                lambda each: _tied(each, windows),
                lambda some: _occasions(*_each_in_order(some), windows, silences),
                _in_order)
        held = case.derived["occasions"] = (windows, found)
    return held[1]  # type: ignore[index,no-any-return] # written above alone


def _tied(it: Account | IncidentRecorded, windows: Windows) -> Tied:
    """By what an account or an incident can belong to an occasion; see `_belonging`, `divide`."""
    if isinstance(it, Account):
        first, last = _reach(it, windows)
        return Tied(it, named_by(it.rows, it.logs), min(first, it.start), max(last, it.until))
    at, number = reported_at(it), incident_number(it)
    named = named_by((it,), () if number is None else (number,))
    return Tied(it, named | {(it.agency, it.record.rpartition("/")[0])}, at, at)


def _each_in_order(
    some: Iterable[Account | IncidentRecorded]
) -> tuple[list[Account], list[IncidentRecorded]]:
    """The accounts among these, in order of their keys, and the incidents, oldest first."""
    both = list(some)
    return (sorted((each for each in both if isinstance(each, Account)),
                   key=lambda each: each.key),
            sorted((each for each in both if not isinstance(each, Account)), key=place_of))


def _in_order(occasions: Iterable[Occasion]) -> tuple[Occasion, ...]:
    return tuple(sorted(occasions, key=lambda each: each.place))


def _occasions(accounts: Sequence[Account], incidents: Sequence[IncidentRecorded],
               windows: Windows, silences: Silences) -> list[Occasion]:
    """The occasions in these accounts (in order of their keys) and incidents."""
    division = divide(accounts, windows.incident, Others(
        lambda dated: _is_called(dated, accounts, incidents, windows), silences.cover))
    nights = list(division.nights())
    belonging = _belonging([[*each.joined, *each.trailing] for each in nights], incidents, windows)
    found = [_occasion(night, [incidents[at] for at in sorted(belonging[place])])
             for place, night in enumerate(nights)]
    covered = set[int]().union(*belonging)
    for index, incident in enumerate(incidents):
        if index not in covered and incident.role in (None, IncidentRole.SUBJECT,
                                                      IncidentRole.VICTIM) \
                and not MISSING_CATEGORIES.isdisjoint(_categories(incident)):
            found.append(_alone(incident))
    return found


def _occasion(night: Night, incidents: Sequence[IncidentRecorded]) -> Occasion:
    least = min(night.joined, key=lambda account: account.key)
    until = max([account.until for account in night.joined])
    if len(incidents) > 1:
        incidents = sorted(incidents, key=lambda each: (reported_at(each), each.version))
    return Occasion(
        tuple(night.joined), tuple(night.trailing), tuple(night.attached), tuple(incidents),
        start=min([account.start for account in night.joined]),
        end=None if until == FOREVER else until,
        anchor=least.rows[0] if len(least.rows) == 1 else min(least.rows, key=RecordKey.of),
        over=tuple(night.over), told_apart=night.told_apart, late=night.late,
    )


def _alone(incident: IncidentRecorded) -> Occasion:
    start = reported_at(incident)
    over = incident.child_seen or incident.closed
    return Occasion(accounts=(), trailing=(), attached=(), incidents=(incident,), start=start,
                    end=latest(over) if over else None, anchor=incident)


def _belonging(
    nights: Sequence[Sequence[Account]], incidents: Sequence[IncidentRecorded], windows: Windows
) -> list[set[int]]:
    """For each occasion's accounts the incidents (by index) that belong to it."""
    belonging: list[set[int]] = [set() for _ in nights]
    if not incidents:
        return belonging
    claims: dict[object, list[int]] = {}
    timed: list[tuple[int, Account]] = []
    for place, accounts in enumerate(nights):
        for each in _named(accounts):
            claims.setdefault(each, []).append(place)
        timed += [(place, account) for account in clocked(accounts)]
    spans = Spans([_reach(account, windows) for _, account in timed], FOREVER)
    for index, incident in enumerate(incidents):
        number = incident_number(incident)
        near = claims.get(number, []) or _copied(incident, claims)
        if not near:
            at = reported_at(incident)
            around = [timed[each] for each in spans.meeting(at, at)]
            closed = incident.closed.at if incident.closed else FOREVER
            near = settled(at, closed, nights, sorted({
                place for place, account in around
                if _near(incident, number, account, windows)}))
        for place in near:
            belonging[place].add(index)
    return belonging


def _named(accounts: Sequence[Account]) -> set[object]:
    """All by which accounts claim an incident: log numbers, their own records, from which it may
    be copied, and the records that they were copied from."""
    rows = [row for account in accounts for row in account.rows]
    copied = {(_ORIGINAL, row.told_by.agency, row.told_by.record) for row in rows if row.told_by}
    return {*(number for account in accounts for number in account.logs),
            *((_COPY, row.agency, row.record) for row in rows), *copied}


def _copied(incident: IncidentRecorded, claims: Mapping[object, list[int]]) -> list[int]:
    """The occasions of an account that was copied from an incident, or an incident from it."""
    told_by = incident.told_by
    names = [(_ORIGINAL, incident.agency, each)
             for each in (incident.record, incident.record.rpartition("/")[0])]
    if told_by is not None and told_by.agency != incident.agency:
        names.append((_COPY, told_by.agency, told_by.record))
    return sorted({place for each in names for place in claims.get(each, ())})


def _reach(account: Account, windows: Windows) -> tuple[datetime, datetime]:
    """The first and last moment at which a call can belong to an account by its time."""
    told = [each.at for each in _told(account)]
    last = FOREVER if account.end is None else account.end + windows.incident
    return (min([account.start - windows.incident,
                 *(each - windows.call_before for each in told)]),
            max([last, *(each + windows.call_after for each in told)]))


def _is_called(dated: Account, accounts: Iterable[Account],
               incidents: Iterable[IncidentRecorded], windows: Windows) -> bool:
    """Whether a call within these dates can be about them, and about nothing with times."""
    calls = [(each, incident_number(each)) for each in incidents
             if dated.start <= reported_at(each) < dated.until]
    return any(
        _near(each, number, dated, windows) and not any(
            number in other.logs or _near(each, number, other, windows)
            for other in accounts if not other.by_day)
        for each, number in calls)


def _categories(incident: IncidentRecorded) -> set[IncidentCategory | None]:
    return {incident.category_opened, category_of(incident)}


def _near(
    incident: IncidentRecorded, number: str | None, account: Account, windows: Windows
) -> bool:
    """Whether an incident that no account claims by its number is about this absence."""
    at = reported_at(incident)
    around = account.start - windows.incident <= at and (
        account.end is None or at <= account.end + windows.incident)
    if around and number and any(one_digit_off(number, each) for each in account.logs):
        return True
    if incident.role in _BYSTANDERS:
        return False
    if around and not _NEAR.isdisjoint(_categories(incident)):
        return True
    if category_of(incident) not in _VAGUE or incident.caller not in _CALLERS:
        return False
    return any(told.at - windows.call_before <= at <= told.at + windows.call_after
               for told in _told(account))


def _told(account: Account) -> Iterator[Moment]:
    """When each row says that the police were told, else that the absence was noticed."""
    for row in account.rows:
        told = row.told_police or row.noticed
        if told is not None and told.precision is not Precision.DAY:
            yield told
