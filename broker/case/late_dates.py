"""Nights that a council dates a day late, each by the day after.

Of nights running each row but the last may by its dates fit the night after its own, and the last
fits none. Taken one by one, each would be of the next night, the first night would have no row,
and the last row would be an absence of which nobody else knows; as would the row of one evening
that was over before the midnight with which its dates begin.
"""
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

from broker.case.absences import Account
from broker.case.calendar import ONE_DAY, day_of, last_day_of
from broker.case.groups import Groups

Days = tuple[date, date | None]
Run = list[tuple[int, int]]


class Others(NamedTuple):
    """What others hold of a row's own dates: whether the police were called then about nothing of
    which anybody gives the times, and whether the police and these agencies were heard so far that
    what they have not said is no absence of theirs."""

    called: Callable[[Account], bool]
    heard: Callable[[Account, frozenset[str]], bool]


def dated_a_day_late(
    accounts: Sequence[Account], nights: Groups, pairs: Sequence[tuple[int, int]],
    others: Others,
) -> Iterator[Run]:
    """Rows in dates, each with an account with times (by index) that it is of, where at least two
    running, or one that shares no hour with any, are exactly a day late, the last fits no night
    and no call to the police of its own dates although all were heard of these, and no other row
    fits one of theirs. The last of a run comes first.

    `nights` are the groups of the accounts, `pairs` those that overlap, one of them in dates.
    """
    fit: set[int] = set()
    sharing: set[int] = set()
    for dated, timed in _each_way(accounts, pairs):
        sharing.add(dated)
        if dated not in fit and accounts[dated].meets(accounts[timed]):
            fit.add(dated)
    rows: dict[str, list[int]] = {}
    for index, account in enumerate(accounts):
        if account.by_day and account.end is not None:
            rows.setdefault(account.agency, []).append(index)
    if fit.issuperset(chain.from_iterable(rows.values())):
        return
    fitting: dict[int, set[int]] = {}
    for dated, timed in _each_way(accounts, pairs):
        if accounts[dated].meets(accounts[timed]):
            fitting.setdefault(nights.of(timed), set()).add(dated)
    for agency, theirs in rows.items():
        theirs.sort(key=lambda each: (accounts[each].start, accounts[each].until, each))
        for run in _of_one(accounts, nights, theirs, fit, {
                night: {each for each in some if accounts[each].agency == agency}
                for night, some in fitting.items()}, others):
            if len(run) > 1 or run[0][0] not in sharing:
                yield run


def _each_way(
    accounts: Sequence[Account], pairs: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The pairs of which one has times, the one in dates first."""
    for one, other in pairs:
        if accounts[one].by_day is not accounts[other].by_day:
            yield (one, other) if accounts[one].by_day else (other, one)


def _of_one(
    accounts: Sequence[Account], nights: Groups, rows: Sequence[int], fit: set[int],
    fitting: Mapping[int, set[int]], others: Others,
) -> Iterator[Run]:
    """The same of one council's rows, in order of time."""
    by_days: dict[Days, int] = {}
    for index, account in enumerate(accounts):
        if not account.by_day and account.end is not None \
                and account.agency != accounts[rows[0]].agency:
            by_days.setdefault(a_day_late(days_of(account.start, account.end)), index)
    run: Run = []
    for row in reversed(rows):
        own = by_days.get(days_of(accounts[row].start, accounts[row].end))
        if run and (own is None or not _runs_on(accounts, (row, own), run[-1])):
            yield from _late(accounts, nights, run, fitting, others)
            run = []
        if own is not None and (run or not (row in fit or others.called(accounts[row]))):
            run.append((row, own))
    yield from _late(accounts, nights, run, fitting, others)


def _runs_on(
    accounts: Sequence[Account], earlier: tuple[int, int], later: tuple[int, int]
) -> bool:
    """Whether the later night came after the earlier, and its row no more than a day after."""
    return accounts[earlier[1]].until <= accounts[later[1]].start \
        and accounts[earlier[0]].is_near(accounts[later[0]])


def _late(
    accounts: Sequence[Account], nights: Groups, run: Run, fitting: Mapping[int, set[int]],
    others: Others,
) -> Iterator[Run]:
    """The run, if there is one, its nights have no other row, and whoever speaks of these nights
    has been heard of the last row's own."""
    rows = {row for row, _ in run}
    if run and all(fitting.get(nights.of(night), rows) <= rows for _, night in run) \
            and others.heard(accounts[run[0][0]],
                             frozenset(accounts[night].agency for _, night in run)):
        yield run


def days_of(start: datetime, end: datetime | None) -> Days:
    """The first and the last day of an absence (`end` exclusive); no last one while it is open."""
    return day_of(start), None if end is None else last_day_of(end)


def a_day_late(days: Days) -> Days:
    """The dates of a row that is exactly a day late for an absence of these days."""
    first, last = days
    return first + ONE_DAY, None if last is None else last + ONE_DAY
