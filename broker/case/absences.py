"""Accounts of absences: what one agency says of one time a child was away.

A police missing report and a home's absence are an account each. Council episodes in dates that
touch or share a date, of different kinds (SSDA903 A and M), are one absence that changed its
kind, unless others with times had the child back between the two; so are two of one kind, the
one begun on the day after the other, where others have one absence of exactly these days. The
same episode in two systems of one council is one source. So an account has rows.
"""
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from broker.case.calendar import ONE_DAY, day_of, end_of, last_day_of, latest, start_of
from broker.case.case import Case, Partnership, RecordKey
from broker.case.groups import Groups
from broker.case.held_twice import Dated, held_twice
from broker.case.spans import Spans
from broker.event.envelope import Moment, Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.references import INCIDENT, POLICE_LOG
from broker.vocabulary.words import RETURNS, AgencyKind, IncidentCategory, Precision, Whereabouts

Row = MissingEpisodeRecorded
Span = tuple[datetime, datetime]

FOREVER = datetime.max.replace(tzinfo=UTC)
# A child who absconded is missing as long as nobody says where the child is; no format can.
UNKNOWN_WHEREABOUTS = frozenset({Whereabouts.MISSING, Whereabouts.ABSCONDED})
MISSING_CATEGORIES = frozenset({IncidentCategory.MISSING_PERSON, IncidentCategory.ABSCONDER})
_LOGS = (INCIDENT, POLICE_LOG)
_A_MINUTE = timedelta(minutes=1)
_LENGTH_MIN = 2
_DIGITS_MIN = 2  # in a shorter number one digit off is another number


class Account(NamedTuple):
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

    def is_near(self, other: "Account") -> bool:
        """Whether the two spans share any time, or dates of the one begin on the day after the
        other was over."""
        return self._from < other.until and other._from < self.until

    @property
    def _from(self) -> datetime:
        return start_of(day_of(self.start) - ONE_DAY) if self.by_day else self.start

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
        if len(self.rows) == 1:
            return self.rows if says_missing(self.rows[0]) else ()
        return tuple(row for row in self.rows if says_missing(row))


def says_missing(row: Row) -> bool:
    """Whether a row says that the child's whereabouts are unknown."""
    return row.classification in UNKNOWN_WHEREABOUTS


def said_to_begin(row: Row) -> Moment | None:
    """When by its own word a row's absence began: last seen, else noticed, else the police or
    authority told; None where it gives none of these."""
    for moment in (row.last_seen, row.noticed, row.told_police, row.told_authority):
        if moment is not None:
            return moment
    if row.occurred is not None:
        return Moment(at=row.occurred.start, precision=row.occurred.precision)
    return None


def began(row: Row) -> Moment:
    """When a row's absence began, to be reckoned with; one that does not say so had begun by the
    time it was written, which nobody is to be told as the agency's word."""
    return said_to_begin(row) or Moment(at=row.recorded_at)


def began_in(case: Case, row: Row) -> Moment:
    """As `began`; what gives no time had begun by its first version, and before it ended."""
    said = said_to_begin(row)
    return said or Moment(at=min(case.versions(row)[0].recorded_at, latest_of(row) - _A_MINUTE))


def ended(row: Row) -> Moment | None:
    """When a row's absence ended: returned, else found, else it has not."""
    return row.returned or row.found


def known_from(case: Case, row: Row) -> Moment:
    """From when the agency held the child to be away: noticed, else told the police."""
    return row.noticed or row.told_police or began_in(case, row)


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
        return _accounts(case, rows, {}, {}, _Made(case.partnership))
    before = case.memory.kept.get(accounts_of)
    if not isinstance(before, _Made) or before.partnership is not case.partnership:
        before = _Made(case.partnership)
    elif before.rows is rows:
        return before.accounts
    now = dict(zip(map(id, rows), rows, strict=True))
    gone = [before.held[number] for number in before.held.keys() - now.keys()]
    come = [now[number] for number in now.keys() - before.held.keys()]
    # What gives no time begins by its first version, of which an earlier one may have come.
    untold = [row for number, row in now.items()
              if number in before.held and said_to_begin(row) is None]
    gone, come = [*gone, *untold], [*come, *untold]
    hinges, timed = before.hinges, [row for row in (*gone, *come) if not _in_dates(case, row)]
    if any(_moves(row, hinges.values()) for row in timed):
        before = replace(before, hinges={})
    if not before.rows or before.hinges is not hinges or len(timed) < len(gone) + len(come):
        made: dict[tuple[int, ...], Account] = {}
        hinges = {}
        accounts = _accounts(case, rows, made, hinges, before)
    else:
        # A row with times is an account of its own, whatever the others are.
        made = dict(before.made)
        over = {id(made.pop((id(row),))) for row in gone}
        left = [each for each in before.accounts if id(each) not in over]
        for row in come:
            each = made[id(row),] = _account(case, case.kind_of(row), (row,))
            insort(left, each, key=_key)
        accounts = tuple(left)
    case.memory.kept[accounts_of] = _Made(case.partnership, rows, accounts, made, now, hinges)
    return accounts


def _in_dates(case: Case, row: Row) -> bool:
    """Whether a row is a council's in dates, which may be one account with others."""
    return case.kind_of(row) is AgencyKind.SOCIAL_CARE and began(row).precision is Precision.DAY


def _moves(row: Row, hinges: Iterable["_Hinge"]) -> bool:
    """Whether a row with times has a say in whether some rows in dates are one absence. One that
    gives no time may have begun at any: an earlier version of it has come, or is no more."""
    told, until = said_to_begin(row), max(began(row).at, latest_of(row))
    return any((told is None or told.at <= each.last) and each.first <= until for each in hinges)


def _key(account: Account) -> RecordKey:
    return account.key


class _Hinge(NamedTuple):
    """Two rows in dates, whether they are one absence, and within which times rows with times
    decide that."""

    rows: tuple[Row, Row]
    is_one: bool
    first: datetime
    last: datetime


_Hinges = dict[tuple[int, int], _Hinge]  # by the identity of the rows


@dataclass(frozen=True, slots=True)
class _Made:
    """The accounts as they last were, and each by the identity of its rows; and on which pairs of
    rows in dates it hinges which accounts there are."""

    partnership: Partnership
    rows: tuple[Row, ...] = ()
    accounts: tuple[Account, ...] = ()
    made: Mapping[tuple[int, ...], Account] = field(default_factory=dict)
    held: Mapping[int, Row] = field(default_factory=dict)
    hinges: _Hinges = field(default_factory=dict)


def _accounts(
    case: Case, rows: Iterable[Row], made: dict[tuple[int, ...], Account], hinges: _Hinges,
    before: _Made,
) -> tuple[Account, ...]:
    """The accounts in these rows; noted in `made`, and what they hinge on in `hinges`. Of the same
    rows as `before` they are the same."""
    def account(kind: AgencyKind | None, rows: tuple[Row, ...]) -> None:
        same = tuple(map(id, rows))
        known = before.made.get(same) if said_to_begin(rows[0]) else None
        made[same] = known or _account(case, kind, rows)

    by_source: dict[str, list[Row]] = {}
    for row in rows:
        if _in_dates(case, row):
            by_source.setdefault(row.agency, []).append(row)
        else:
            account(case.kind_of(row), (row,))
    timed = _Timed(list(made.values()))
    for agency, theirs in by_source.items():
        for each in _same_absence(theirs, timed, hinges, before.hinges):
            account(case.partnership.kind_of(agency), each)
    return tuple(sorted(made.values(), key=_key))


def _account(case: Case, kind: AgencyKind | None, rows: Sequence[Row]) -> Account:
    first = min((began_in(case, row) for row in rows), key=attrgetter("at"))
    # A return that is a year old still has open what the case system closed since.
    last = latest_of(rows[0]) if len(rows) == 1 else max(map(
        latest_of, [each for each in rows if each.system not in RETURNS] or rows))
    end = None if last == FOREVER else last
    if end is not None and end <= first.at:
        # Ended before it began: a slip of the pen that must not lose the absence.
        end = first.at + _A_MINUTE
    logs = [log_numbers(row, row.police_reference) for row in rows]
    return Account(
        rows[0].agency, kind, tuple(rows), first.at, end, first.precision is Precision.DAY,
        logs[0] if len(logs) == 1 else frozenset[str]().union(*logs),
        RecordKey.of(rows[0]) if len(rows) == 1 else min(map(RecordKey.of, rows)))


def _same_absence(rows: Iterable[Row], timed: "_Timed", hinges: _Hinges, before: _Hinges
                  ) -> list[tuple[Row, ...]]:
    """One council's rows in dates, joined where they are one absence; each in order of time."""
    ordered = sorted(rows, key=lambda row: (began(row).at, latest_of(row), RecordKey.of(row)))
    groups = Groups(len(ordered))
    for one, other in held_twice([
            Dated(began(row).at, latest_of(row), row.system, row.classification)
            for row in ordered]):
        groups.join(one, other)
    near: list[int] = []
    for index, row in enumerate(ordered):
        near = [each for each in near if _touches(ordered[each], row)]
        for place in near:
            earlier = ordered[place]
            if earlier.system is row.system and (
                    earlier.classification is not row.classification or _adjoins(earlier, row)):
                both = id(earlier), id(row)
                hinge = hinges[both] = before.get(both) or _Hinge(
                    (earlier, row), _is_one(earlier, row, timed), began(earlier).at - ONE_DAY,
                    latest_of(row))
                if hinge.is_one:
                    groups.join(place, index)
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


def _adjoins(earlier: Row, later: Row) -> bool:
    """Whether the later begins on the day after the earlier ended."""
    end = ended(earlier)
    return end is not None and day_of(began(later).at) == day_of(end.at) + ONE_DAY


def _is_one(earlier: Row, later: Row, timed: "_Timed") -> bool:
    """Whether two rows of one council are one absence: A and M that touch, where it changed its
    kind, or two that adjoin, where it was written in two parts."""
    if earlier.classification is later.classification:
        return _in_two_parts(earlier, later, timed)
    return not _back_between(earlier, later, timed)


def _back_between(earlier: Row, later: Row, timed: "_Timed") -> bool:
    """Whether others have an absence of the dates of each, the second begun when the first was
    over and none that lasts over both: the child was back between them."""
    near = timed.near(earlier, later)
    return any(
        _is_dated(first, earlier) and any(
            _is_dated(second, later) and not any(
                start < first[1] and second[0] < until < FOREVER for start, until in near)
            for second in near if first[1] <= second[0])
        for first in near)


def _in_two_parts(earlier: Row, later: Row, timed: "_Timed") -> bool:
    """Whether others have one absence of exactly the days of both together, and no other that
    the dates of either are of."""
    whole = day_of(began(earlier).at), _last(later)
    return any(_days(each) == whole for each in timed.at(began(later).at, earlier)) and not any(
        _is_dated(each, row) for each in timed.near(earlier, later) if _days(each) != whole
        for row in (earlier, later))


def _days(span: Span) -> tuple[date, date | None]:
    start, until = span
    return day_of(start), None if until == FOREVER else last_day_of(until)


def _is_dated(span: Span, row: Row) -> bool:
    """Whether a row's dates are those of a span with times: its own, or those of the day after,
    on which the council was told, for its start or for both."""
    start, until = span
    last = _last(row)
    after = (day_of(began(row).at) - day_of(start)).days
    ended_after = 0 if last is None or until == FOREVER else (last - last_day_of(until)).days
    return (after, ended_after) in ((0, 0), (1, 0), (1, 1))


def _last(row: Row) -> date | None:
    end = ended(row)
    return None if end is None else day_of(end.at)


class _Timed:
    """The accounts with times, by which it is told which rows in dates are one absence."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._accounts = accounts
        self._spans: Spans[datetime] | None = None

    def near(self, earlier: Row, later: Row) -> list[Span]:
        """The spans of other agencies' from the day before two rows in dates to their end."""
        until = max(latest_of(earlier), latest_of(later))
        return self._meeting(began(earlier).at - ONE_DAY, until, earlier.agency)

    def at(self, moment: datetime, row: Row) -> list[Span]:
        """The spans of other agencies' than the row's that have this moment within them."""
        return self._meeting(moment, moment, row.agency)

    def _meeting(self, first: datetime, last: datetime, agency: str) -> list[Span]:
        if self._spans is None:
            self._spans = Spans([(each.start, each.until) for each in self._accounts], FOREVER)
        found = map(self._accounts.__getitem__, self._spans.meeting(first, last))
        return [(each.start, each.until) for each in found if each.agency != agency]
