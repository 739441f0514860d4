"""Which accounts of absences belong together: the division, as a pure function of the accounts.

Accounts of different agencies belong together when they share a police log number (one digit off
and overlapping counts) or when their spans overlap; nearest first, so that a record left open
for weeks does not pull separate nights together. Two accounts of one agency join only by log
number. Dates alone never bring accounts with times together: they are placed last.
"""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from broker.case.absences import FOREVER, Account, one_digit_off
from broker.case.calendar import ONE_DAY, day_of, end_of, last_day_of
from broker.case.case import RecordKey
from broker.case.groups import Groups
from broker.case.late_dates import Others, Run, dated_a_day_late
from broker.case.spans import Spans


@dataclass(slots=True)
class Division:
    """Groups of accounts (by index), the accounts that trail another of their agency, and those
    whose dates are a day late; of each run of several the `first`, whose night has no other, and
    of any the `last`, of whose own dates nobody else knows anything."""

    accounts: Sequence[Account]
    groups: Groups
    resumed: timedelta
    trailing: dict[int, int] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)
    first: set[int] = field(default_factory=set)
    last: set[int] = field(default_factory=set)

    def members(self, index: int) -> list[int]:
        """The accounts in one account's group."""
        return self.groups.with_it(index)

    def join(self, one: int, other: int) -> None:
        """Make one group of two if every account of the one may be with each of the other."""
        if self.groups.of(one) != self.groups.of(other):
            left = [self.accounts[each] for each in self.members(one)]
            right = [self.accounts[each] for each in self.members(other)]
            if all(self._together(mine, yours) for mine in left for yours in right):
                self.groups.join(one, other)

    def join_late(self, run: Run) -> None:
        """Have each row of a run a day late be of its night, where neither has another."""
        for row, night in run:
            if len(self.members(row)) == 1 and all(
                    self.accounts[each].agency != self.accounts[row].agency
                    for each in self.members(night)):
                self.groups.join(row, night)
                self.late.add(row)
        if len(run) > 1:
            self.first |= {run[-1][0]} & self.late
        self.last |= {run[0][0]} & self.late

    def _together(self, one: Account, other: Account) -> bool:
        """Whether two accounts may be one absence: of two agencies, and no night between them."""
        return one.agency != other.agency and (
            one.overlaps(other) or follows(one, other, self.resumed)
            or follows(other, one, self.resumed)
        )

    def nights(self) -> Iterator["Night"]:
        """For each occasion its accounts, and those that overlap it without being of it.

        An account attaches where it overlaps all that has times, so that one left open for weeks
        does not carry a later night into an earlier one.
        """
        trailing: dict[int, list[int]] = {}
        for one, core in sorted(self.trailing.items()):
            trailing.setdefault(self.groups.of(core), []).append(one)
        spans = Spans([(each.start, each.until) for each in self.accounts], FOREVER)
        for members in self.groups.all():
            if members[0] not in self.trailing:
                joined = [self.accounts[each] for each in members]
                trails = trailing.get(members[0], [])
                timed = clocked(joined)
                near = spans.meeting(max([each.start for each in timed]),
                                     min([each.until for each in timed]))
                attached = [each for each in near if each not in members and each not in trails
                            and _covers(self.accounts[each], timed)]
                yield Night(joined, [self.accounts[each] for each in trails],
                            [self.accounts[each] for each in attached],
                            [(each.key, self._first_over(each, spans))
                             for each in map(self.accounts.__getitem__, attached)],
                            frozenset(self.accounts[each].key for each in attached
                                      if self._tells_of_another(each, timed)),
                            Late(self._keys(self.first, members), self._keys(self.last, members)))

    def _keys(self, some: set[int], members: Iterable[int]) -> frozenset[RecordKey]:
        return frozenset(self.accounts[each].key for each in members if each in some)

    def _tells_of_another(self, index: int, night: Sequence[Account]) -> bool:
        """Whether an attached account says no more than the absence to which it belongs: dates of
        one that others give the times of, and that this night is not the same gone on; or times,
        where the council whose dates these are has other dates for them."""
        account = self.accounts[index]
        with_it = [each for each in map(self.accounts.__getitem__, self.members(index))
                   if each.by_day is not account.by_day]
        if not account.by_day:
            agencies = {each.agency for each in night if each.by_day}
            with_it = [each for each in with_it if each.agency in agencies]
        if not with_it or account.end is None or any(each.end is None for each in with_it):
            return False
        start, until = min([each.start for each in with_it]), max([each.until for each in with_it])
        last_day = last_day_of(until) + ONE_DAY if index in self.late else last_day_of(until)
        if day_of(account.start) < day_of(start) or account.end > end_of(last_day):
            return False
        return not account.by_day or until + self.resumed < min([each.start for each in night]) \
            or max([each.until for each in night]) < start - self.resumed

    def _first_over(self, account: Account, spans: Spans[datetime]) -> datetime:
        """When the first other agency's account that an account overlaps was over."""
        near = (self.accounts[each] for each in spans.meeting(account.start, account.until))
        return min([each.until for each in near
                    if each.agency != account.agency and each.meets(account)])


class Late(NamedTuple):
    """The accounts (by key) whose dates are taken to be a day late, where that alone explains that
    a night has a row (the `first` of a run), or that a row has a night (the `last`)."""

    first: frozenset[RecordKey] = frozenset()
    last: frozenset[RecordKey] = frozenset()


class Night(NamedTuple):
    """The accounts that belong to an occasion, that trail one of them, or overlap it only; of
    these (by key) when the first of another agency that each overlaps was over, and which say no
    more than another absence; and which that belong to it may be a day late."""

    joined: list[Account]
    trailing: list[Account]
    attached: list[Account]
    over: list[tuple[RecordKey, datetime]]
    told_apart: frozenset[RecordKey]
    late: Late


def clocked(accounts: Sequence[Account]) -> Sequence[Account]:
    """The accounts with times; those in dates only where there is no other."""
    return [account for account in accounts if not account.by_day] or accounts


def _covers(account: Account, timed: Sequence[Account]) -> bool:
    """Whether another agency's account overlaps all of an occasion's accounts with times, and by
    more than a date: that the nights beside it share with it."""
    return all(account.agency != each.agency and account.meets(each) for each in timed)


def follows(one: Account, other: Account, resumed: timedelta) -> bool:
    """Whether the other begins while the one lasts or soon after; one left open says nothing."""
    return one.start <= other.start <= (one.end or one.start) + resumed


def divide(accounts: Sequence[Account], resumed: timedelta, others: Others) -> Division:
    """The accounts (in order of their keys) divided into occasions.

    `resumed` is how soon after one account of an agency another counts as the same absence gone
    on, where a third agency holds one absence over both. `others` says what is known of dates
    besides.
    """
    division = Division(accounts, Groups(len(accounts)), resumed)
    _join_by_log_number(division)
    _join_copies(division)
    timed = list(_overlapping(accounts, by_day=False))
    division.trailing.update(_trailing(division, timed))
    _join_nearest(division, timed)
    dated = list(_overlapping(accounts, by_day=True))
    for run in list(dated_a_day_late(accounts, division.groups, dated, others)):
        division.join_late(run)
    _join_nearest(division, dated)
    return division


def _join_by_log_number(division: Division) -> None:
    """Accounts that name one log number are one occasion, whoever wrote them and when."""
    first: dict[str, int] = {}
    for index, account in enumerate(division.accounts):
        for number in account.logs:
            earlier = first.setdefault(number, index)
            if earlier != index:
                division.groups.join(earlier, index)


def _join_copies(division: Division) -> None:
    """An account copied from another agency's record is no occasion of its own; nor are two
    copies of one record that has not come itself."""
    if not any(row.told_by for account in division.accounts for row in account.rows):
        return
    by_record = {(row.agency, row.record): index
                 for index, account in enumerate(division.accounts) for row in account.rows}
    for index, account in enumerate(division.accounts):
        for row in account.rows:
            told_by = row.told_by
            if told_by is not None and told_by.agency != account.agency:
                original = by_record.setdefault((told_by.agency, told_by.record), index)
                division.groups.join(original, index)


def _overlapping(accounts: Sequence[Account], *, by_day: bool) -> Iterator[tuple[int, int]]:
    """Pairs of accounts of different agencies whose spans overlap.

    Without `by_day` only those with times on both sides; with it those where one has dates.
    """
    if by_day and not any(account.by_day for account in accounts):
        return
    order = sorted(range(len(accounts)), key=lambda each: accounts[each].start)
    for place, one in enumerate(order):
        mine = accounts[one]
        until = mine.until
        for after in range(place + 1, len(order)):
            other = order[after]
            theirs = accounts[other]
            if theirs.start >= until:
                break
            if mine.agency != theirs.agency and (mine.by_day or theirs.by_day) is by_day:
                yield (one, other) if one < other else (other, one)


def _trailing(division: Division, pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Accounts that attach to another of their own agency's occasion, and to which.

    Two accounts of one agency that overlap, or follow each other closely, within one absence of
    another agency are one absence told twice: the shorter belongs, the longer attaches to its
    occasion and joins none. One already joined by log number stays where it is.
    """
    accounts = division.accounts
    if len({account.agency for account in accounts}) == len(accounts):
        return {}
    neighbours: dict[int, set[int]] = {}
    for one, other in pairs:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    told_twice = Groups(len(accounts))
    for near in neighbours.values():
        if len(near) == 1:
            continue
        ordered = sorted(near, key=lambda each: (accounts[each].start, each))
        for place, one in enumerate(ordered):
            for after in range(place + 1, len(ordered)):
                other = ordered[after]
                if not follows(accounts[one], accounts[other], division.resumed):
                    break  # nor does any that begins later
                if accounts[one].agency == accounts[other].agency:
                    told_twice.join(one, other)
    trailing: dict[int, int] = {}
    for same in told_twice.all():
        if len(same) == 1:
            continue
        joined = [each for each in same if len(division.members(each)) > 1]
        free = sorted((each for each in same if each not in joined),
                      key=lambda each: (accounts[each].length, each))
        core = joined[0] if joined else free[0]
        trailing.update((each, core) for each in free if each != core)
    return trailing


def _join_nearest(division: Division, pairs: Iterable[tuple[int, int]]) -> None:
    """Join overlapping accounts, nearest first, where they may join."""
    groups = division.groups
    near = [pair for pair in pairs if groups.of(pair[0]) != groups.of(pair[1])
            and division.trailing.keys().isdisjoint(pair)]
    for _, one, other in sorted((_distance(division.accounts, *pair), *pair) for pair in near):
        division.join(one, other)


def _distance(
    accounts: Sequence[Account], one: int, other: int
) -> tuple[int, int, timedelta, timedelta, datetime]:
    """How far apart two accounts are: a number in one digit off is near, then what share more
    than a date, then their times. Of two that dates fit alike it is the one that began first: a
    council that has written down one of them as yet has written down that one."""
    left, right = accounts[one], accounts[other]
    alike = left.logs == right.logs and len(left.logs) < 2
    mistyped = not alike and any(
        one_digit_off(number, each) for number in left.logs for each in right.logs)
    near = 0 if mistyped else 1, _misfit(left, right)
    if not left.by_day and not right.by_day:
        return *near, abs(left.start - right.start), abs(left.until - right.until), left.start
    return (*near, abs(day_of(left.start) - day_of(right.start)),
            abs(last_day_of(left.until) - last_day_of(right.until)),
            right.start if left.by_day else left.start)


def _misfit(left: Account, right: Account) -> int:
    """How badly dates fit an account with times: one begun on the day after, on which the council
    was told, fits better than one that was over before the child was back."""
    if left.meets(right):
        return 0
    dated, timed = (left, right) if left.by_day else (right, left)
    return 1 if timed.until <= dated.until else 2


def settled(
    at: datetime, closed: datetime, nights: Sequence[Sequence[Account]], near: list[int]
) -> list[int]:
    """Of the occasions that an incident reported then, closed by then, is near to, those it can
    be about.

    One reported within an absence is not about another absence that was over by then, nor about
    a later one that began after the police had closed it; nor about dates that share no more than
    a date with it, where there is another; nor about dates for which the council has others that
    belong to an absence with times, within which it was reported.
    """
    spans = [(min(map(_start, clocked(nights[place]))), max(map(_until, clocked(nights[place]))))
             for place in near]
    if len(near) < 2 or not any(start <= at < until for start, until in spans):
        return near
    known = [place for place, (start, until) in zip(near, spans, strict=True)
             if at < until and closed > start]
    known = [place for place in known if any(
        not each.by_day or each.can_tell_of(at, closed) for each in clocked(nights[place]))
    ] or known
    within = [nights[place] for place in known
              if any(not each.by_day and each.start <= at for each in nights[place])]
    told = {each.agency for accounts in within for each in accounts}
    return [place for place in known
            if not all(each.by_day and each.agency in told for each in nights[place])]


def _start(account: Account) -> datetime:
    return account.start


def _until(account: Account) -> datetime:
    return account.until
