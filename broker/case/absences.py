"""Accounts of absences: what one agency says of one time a child was away.

A police missing report and a home's absence are an account each. Council episodes in dates that
touch or share a date, of different kinds (SSDA903 A and M), are one absence that changed its
kind; the same episode in two systems of one council is one source. So an account has rows.
"""
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from broker.case.calendar import ONE_DAY, day_of, end_of, last_day_of, latest, start_of
from broker.case.case import Case, Partnership, RecordKey
from broker.case.groups import Groups
from broker.case.open_case import RETURNS
from broker.event.envelope import Moment, Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.references import INCIDENT, POLICE_LOG
from broker.vocabulary.words import AgencyKind, IncidentCategory, Precision, Whereabouts

Row = MissingEpisodeRecorded

FOREVER = datetime.max.replace(tzinfo=UTC)
# A child who absconded is missing as long as nobody says where the child is; no format can.
UNKNOWN_WHEREABOUTS = frozenset({Whereabouts.MISSING, Whereabouts.ABSCONDED})
MISSING_CATEGORIES = frozenset({IncidentCategory.MISSING_PERSON, IncidentCategory.ABSCONDER})
_LOGS = (INCIDENT, POLICE_LOG)
_LENGTH_MIN = 2
_DIGITS_MIN = 2  # in a shorter number one digit off is another number


@dataclass(frozen=True, slots=True)
class Account:
    """One source's account of one absence; `end` is exclusive, None while the child is away.

    `by_day` says that the start is known to the day alone: then the span is of whole days.
    `logs` are the police log numbers it names, in comparable form.
    """

    agency: str
    kind: AgencyKind | None
    rows: tuple[Row, ...]
    start: datetime
    end: datetime | None
    by_day: bool
    logs: frozenset[str]
    key: RecordKey

    @property
    def until(self) -> datetime:
        """The end of the span, far in the future while it is open."""
        return self.end or FOREVER

    @property
    def length(self) -> timedelta:
        """How long the span is, as far as it is known."""
        return self.until - self.start

    def overlaps(self, other: "Account") -> bool:
        """Whether the two spans share any time."""
        return self.start < other.until and other.start < self.until

    def meets(self, other: "Account") -> bool:
        """Whether two spans share more than a day that one of them is known by."""
        if not self.overlaps(other) or self.by_day is other.by_day:
            return self.overlaps(other)
        dated, timed = (self, other) if self.by_day else (other, self)
        return dated.can_tell_of(timed.start, timed.until)

    def can_tell_of(self, start: datetime, until: datetime) -> bool:
        """Whether these dates fit a span with times: it lies within the days, or the dates say
        that the child was away over a midnight of it. Else they leave out a day of it."""
        if self.start <= start and until <= self.until:
            return True
        first_midnight = end_of(day_of(self.start))
        last_midnight = start_of(last_day_of(self.until))
        return start < last_midnight and first_midnight < until

    def missing_rows(self) -> tuple[Row, ...]:
        """The rows that say the child's whereabouts are unknown."""
        return tuple(row for row in self.rows if says_missing(row))


def says_missing(row: Row) -> bool:
    """Whether a row says that the child's whereabouts are unknown."""
    return row.classification in UNKNOWN_WHEREABOUTS


def began(row: Row) -> Moment:
    """When a row's absence began: last seen, else noticed, else the police or authority told.

    A row without any of these is no later than the time it was written.
    """
    for moment in (row.last_seen, row.noticed, row.told_police, row.told_authority):
        if moment is not None:
            return moment
    if row.occurred is not None:
        return Moment(at=row.occurred.start, precision=row.occurred.precision)
    return Moment(at=row.recorded_at)


def ended(row: Row) -> Moment | None:
    """When a row's absence ended: returned, else found, else it has not."""
    return row.returned or row.found


def known_from(row: Row) -> Moment:
    """From when the agency held the child to be away: noticed, else told the police."""
    return row.noticed or row.told_police or began(row)


@lru_cache(maxsize=65_536)  # the number of one night is written down by several
def log_number(written: str) -> str | None:
    """A police log number in comparable form; None for what cannot be one ("n/a", "0000", "1")."""
    number = "".join(filter(str.isalnum, written.upper()))
    digits = set(filter(str.isdigit, number))
    return number if len(number) >= _LENGTH_MIN and not digits <= {"0"} else None


def log_numbers(statement: Statement, *written: str | None) -> frozenset[str]:
    """The police log numbers that a statement names."""
    named = [each.value for each in statement.references if each.scheme in _LOGS]
    return frozenset([number for each in {*named, *written}
                      if each and (number := log_number(each))])


def one_digit_off(left: str, right: str) -> bool:
    """Whether two log numbers differ in one digit alone: mistyped, left out or added."""
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    if any(sum(each.isdigit() for each in number) < _DIGITS_MIN for number in (left, right)):
        return False
    short, long = sorted((left, right), key=len)
    at = next((i for i, each in enumerate(short) if each != long[i]), len(short))
    if len(short) == len(long):
        return short[at].isdigit() and long[at].isdigit() and short[at + 1:] == long[at + 1:]
    return long[at].isdigit() and short[at:] == long[at + 1:]


def accounts_of(case: Case) -> tuple[Account, ...]:
    """Every account of an absence, each source once, in order of their least records."""
    rows = case.current(MissingEpisodeRecorded)
    if case.memory is None:
        return _accounts(case, rows, {})
    before = case.memory.kept.get(accounts_of)
    if not isinstance(before, _Made) or before.partnership is not case.partnership:
        before = _Made(case.partnership)
    elif before.rows is rows:
        return before.accounts
    now = dict(zip(map(id, rows), rows, strict=True))
    gone = [before.held[number] for number in before.held.keys() - now.keys()]
    come = [now[number] for number in now.keys() - before.held.keys()]
    if not before.rows or any(_in_dates(case, row) for row in (*gone, *come)):
        made: dict[tuple[int, ...], Account] = {}
        accounts = _accounts(case, rows, made, before.made)
    else:
        # A row with times is an account of its own, whatever the others are.
        made = dict(before.made)
        over = {id(made.pop((id(row),))) for row in gone}
        left = [each for each in before.accounts if id(each) not in over]
        for row in come:
            each = made[id(row),] = _account(case.kind_of(row), (row,))
            insort(left, each, key=_key)
        accounts = tuple(left)
    case.memory.kept[accounts_of] = _Made(case.partnership, rows, accounts, made, now)
    return accounts


def _in_dates(case: Case, row: Row) -> bool:
    """Whether a row is a council's in dates, which may be one account with others."""
    return case.kind_of(row) is AgencyKind.SOCIAL_CARE and began(row).precision is Precision.DAY


def _key(account: Account) -> RecordKey:
    return account.key


@dataclass(frozen=True, slots=True)
class _Made:
    """The accounts as they last were, and each by the identity of its rows."""

    partnership: Partnership
    rows: tuple[Row, ...] = ()
    accounts: tuple[Account, ...] = ()
    made: Mapping[tuple[int, ...], Account] = field(default_factory=dict)
    held: Mapping[int, Row] = field(default_factory=dict)


def _accounts(
    case: Case, rows: Iterable[Row], made: dict[tuple[int, ...], Account],
    before: Mapping[tuple[int, ...], Account] = MappingProxyType({}),
) -> tuple[Account, ...]:
    """The accounts in these rows; noted in `made`, and of the same rows as in `before` the same.
    """
    def account(kind: AgencyKind | None, rows: tuple[Row, ...]) -> None:
        same = tuple(map(id, rows))
        made[same] = before.get(same) or _account(kind, rows)

    by_source: dict[str, list[Row]] = {}
    for row in rows:
        if _in_dates(case, row):
            by_source.setdefault(row.agency, []).append(row)
        else:
            account(case.kind_of(row), (row,))
    for agency, theirs in by_source.items():
        for each in _same_absence(theirs):
            account(case.partnership.kind_of(agency), each)
    return tuple(sorted(made.values(), key=_key))


def _account(kind: AgencyKind | None, rows: Sequence[Row]) -> Account:
    first = began(rows[0]) if len(rows) == 1 else min(map(began, rows), key=_at)
    # A return that is a year old still has open what the case system closed since.
    last = max(map(latest_of, [r for r in rows if r.system not in RETURNS] or rows))
    end = None if last == FOREVER else last
    if end is not None and end <= first.at:
        # Ended before it began: a slip of the pen that must not lose the absence.
        end = first.at + timedelta(minutes=1)
    logs = [log_numbers(row, row.police_reference) for row in rows]
    return Account(
        rows[0].agency, kind, tuple(rows), first.at, end, first.precision is Precision.DAY,
        logs[0] if len(logs) == 1 else frozenset[str]().union(*logs),
        min(map(RecordKey.of, rows)))


def _at(moment: Moment) -> datetime:
    return moment.at


def _same_absence(rows: Iterable[Row]) -> list[tuple[Row, ...]]:
    """One council's rows in dates, joined where they are one absence; each in order of time."""
    ordered = sorted(rows, key=lambda row: (began(row).at, latest_of(row), RecordKey.of(row)))
    groups = Groups(len(ordered))
    for one, other in _twins(ordered):
        groups.join(one, other)
    near: list[int] = []
    for index, row in enumerate(ordered):
        near = [each for each in near if _touches(ordered[each], row)]
        for earlier in near:
            if _changes_kind(ordered[earlier], row):
                groups.join(earlier, index)
        near.append(index)
    return [tuple(ordered[index] for index in each) for each in groups.all()]


def latest_of(row: Row) -> datetime:
    """The last moment the row's absence can have lasted to."""
    end = ended(row)
    return FOREVER if end is None else latest(end)


def _touches(earlier: Row, later: Row) -> bool:
    """Whether two rows, the later of which begins no earlier, touch or share a date."""
    end = ended(earlier)
    return end is None or day_of(began(later).at) <= day_of(end.at) + ONE_DAY


def _changes_kind(earlier: Row, later: Row) -> bool:
    """Whether two rows that touch are of one system and differ in kind: A and M."""
    return earlier.system is later.system \
        and earlier.classification is not later.classification


def _twins(rows: list[Row]) -> list[tuple[int, int]]:
    """Pairs of rows (by index) in which two systems of one council hold the same episode.

    Rows that begin on one day are taken first, then those that share a date; each row of a
    system stands for one of the other, so that two nights never fall into one.
    """
    pairs = []
    near: list[int] = []
    for index, row in enumerate(rows):
        near = [each for each in near if began(row).at < latest_of(rows[each])]
        for other in near:
            earlier = rows[other]
            if row.system is not earlier.system \
                    and row.classification is earlier.classification:
                apart = abs((day_of(began(row).at) - day_of(began(earlier).at)).days)
                pairs.append((apart, other, index))
        near.append(index)
    twins: list[tuple[int, int]] = []
    taken: set[tuple[int, str]] = set()
    for _, other, index in sorted(pairs):
        marks = {(other, rows[index].system), (index, rows[other].system)}
        if taken.isdisjoint(marks):
            taken |= marks
            twins.append((other, index))
    return twins
