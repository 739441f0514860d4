"""Which accounts and incidents of a child a few new ones may have to do with.

Whether two of them are one occasion is decided by what they name and by when they were: what is
joined by neither, however far round, has no say. So after a change all that hangs together with
it is divided into occasions anew, and the others stay as they are.
"""
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, Protocol, TypeVar

from broker.case.absences import FOREVER, Account
from broker.case.case import Case
from broker.case.memory import Memory
from broker.case.records import RecordKey
from broker.case.spans import Spans
from broker.event.envelope import Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded

Part = Account | IncidentRecorded
_OF_PARTS = (MissingEpisodeRecorded.__name__, IncidentRecorded.__name__)
_MORE = 128
_A_DAY = timedelta(hours=25)  # the day on which clocks go back


class Whole(Protocol):
    """What accounts and incidents were divided into."""

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts that belong to it."""

    @property
    def incidents(self) -> tuple[IncidentRecorded, ...]:
        """The incidents that do; of one without accounts there are some."""

    @property
    def all_rows(self) -> tuple[MissingEpisodeRecorded, ...]:
        """The rows of all accounts that have to do with it."""

    @property
    def place(self) -> tuple[datetime, RecordKey]:
        """Where it stands among others."""

    @property
    def made_of(self) -> object:
        """What it is made of, by identity: two of which that is the same are the same."""


W = TypeVar("W", bound=Whole)


class Tied(NamedTuple):
    """What can tie an account or an incident to others: the names it bears, and for how long: an
    account's own span, and that in which an incident may be about it (`first` to `last`)."""

    it: Part
    names: frozenset[object]
    first: datetime
    last: datetime


def named_by(records: Iterable[Statement], numbers: Iterable[str]) -> frozenset[object]:
    """Names: log numbers, records, and the records that those were copied from."""
    names: list[object] = [*numbers]
    for each in records:
        names.append((each.agency, each.record))
        if each.told_by is not None:
            names.append((each.told_by.agency, each.told_by.record))
    return frozenset(names)


@dataclass(frozen=True, slots=True)
class _Last(Generic[W]):
    """What there was at a look, also by its first part, and what it was made of, by identity;
    `unfit` are the accounts in dates that fit no night of which others give the times."""

    look: int
    given: object
    tied: dict[int, Tied]
    ties: "_Ties"
    whole: tuple[W, ...]
    by_first: Mapping[int, W]
    unfit: Set[int]


def since_last(
    case: Case, memory: Memory, given: object, parts: Sequence[Part],
    tie: Callable[[Part], Tied], divide: Callable[[Iterable[Part]], Iterable[W]],
    in_order: Callable[[Iterable[W]], tuple[W, ...]],
) -> tuple[W, ...]:
    """All that the parts of a case are divided into, in order of their places. What hangs
    together with a change since the last look is divided anew (`divide` some of the parts); all
    else stays the very same. `given` is what `tie` and `divide` rest on besides."""
    last = memory.kept.get(since_last)
    if not isinstance(last, _Last) or last.given != given:
        whole = in_order(divide(parts))
        tied = {id(each): tie(each) for each in parts}
        ties = _Ties(tied.values())
        memory.kept[since_last] = _Last(memory.looks, given, tied, ties, whole,
                                        {_first_of(each): each for each in whole},
                                        ties.unfit(tied, tied))
        return whole
    now = dict(zip(map(id, parts), parts, strict=True))
    written = {id(case.histories[key][-1]) for key in memory.changed_since(last.look)
               if key.type_name in _OF_PARTS and key in case.histories}
    come = [tie(now[number]) for number in now.keys() - last.tied.keys()]
    gone = [last.tied[number] for number in last.tied.keys() - now.keys()]
    written -= {id(each) for one in come for each in _statements(one.it)}
    # An earlier version of what was there may have come since: what it is of is made anew.
    changed = [] if not written else [
        each for number, each in last.tied.items() if number in now
        and not written.isdisjoint(map(id, _statements(each.it)))]
    whole, tied, ties, by_first = last.whole, last.tied, last.ties, last.by_first
    unfit = last.unfit
    if come or gone or changed:
        tied = {**tied, **{id(each.it): each for each in come}}
        for each in gone:
            del tied[id(each.it)]
        # What is gone is left among the ties for a while: it only makes more hang together.
        ties.add(come)
        if ties.are_many(len(tied)):
            ties = _Ties([*tied.values(), *gone])
        anew = ties.hanging_together([*come, *gone, *changed])
        unfit = (unfit & tied.keys()) - anew | ties.unfit(anew, tied)
        if unfit or last.unfit:
            # Rows of nights running may be of the nights before, where one of them fits none.
            anew = ties.hanging_together([*come, *gone, *changed], running=True)
        rewritten = {id(part) for each in changed for part in _statements(each.it)}
        by_first = dict(by_first)
        touched = [by_first.pop(each) for each in anew & by_first.keys()]
        before = {each.made_of: each for each in touched
                  if rewritten.isdisjoint(map(id, _all_of(each)))}
        made = [before.get(each.made_of, each) for each in divide(
            [now[number] for number in anew & now.keys()])]
        by_first |= {_first_of(each): each for each in made}
        whole = tuple(_with(whole, touched, made))
    memory.kept[since_last] = _Last(memory.looks, given, tied, ties, whole, by_first, unfit)
    return whole


def _with(whole: Iterable[W], gone: Iterable[W], come: Iterable[W]) -> list[W]:
    """All that was there, without what is gone and with what has come, in order."""
    left, over, new = list(whole), {id(each): each for each in gone}, list(come)
    stays = over.keys() & set(map(id, new))
    for number, each in over.items():
        if number not in stays:
            place = bisect_left(left, each.place, key=_place)
            while left[place] is not each:
                place += 1
            del left[place]
    for each in new:
        if id(each) not in stays:
            insort(left, each, key=_place)
    return left


def _place(whole: Whole) -> tuple[datetime, RecordKey]:
    return whole.place


def _first_of(whole: Whole) -> int:
    return id((whole.accounts or whole.incidents)[0])


def _all_of(whole: Whole) -> Iterator[Statement]:
    """All statements of it, those of attached accounts too."""
    yield from whole.all_rows
    yield from whole.incidents


def _statements(it: Part) -> Sequence[Statement]:
    """The rows of an account, or an incident itself."""
    return it.rows if isinstance(it, Account) else (it,)


class _Ties:
    """Accounts and incidents by what can tie them to others; those added since are few."""

    def __init__(self, tied: Iterable[Tied]) -> None:
        self._by_name: dict[object, list[Tied]] = {}
        self._more: list[Tied] = []
        every = list(tied)
        self._name(every)
        self._count = len(every)
        self._accounts = [each for each in every if isinstance(each.it, Account)]
        self._spans = Spans([(each.first, each.last) for each in self._accounts], FOREVER)
        self._incidents = sorted((each for each in every if not isinstance(each.it, Account)),
                                 key=_first)

    def add(self, come: Sequence[Tied]) -> None:
        """Have these among them."""
        self._more += come
        self._count += len(come)
        self._name(come)

    def are_many(self, needed: int) -> bool:
        """Whether so many were added, or are no more, that they are better put in order anew."""
        return len(self._more) > _MORE or self._count > needed + _MORE

    def hanging_together(self, changed: Iterable[Tied], *, running: bool = False) -> set[int]:
        """The identities of all that hangs together with these, they among them; with `running`
        also by dates of the day after an absence was over."""
        found: set[int] = set()
        waiting = list(changed)
        while waiting:
            one = waiting.pop()
            if id(one.it) not in found:
                found.add(id(one.it))
                waiting += [other for other in self._of(one, running)
                            if id(other.it) not in found]
        return found

    def unfit(self, some: Iterable[int], tied: Mapping[int, Tied]) -> set[int]:
        """Those of some accounts (by identity, of those that are `tied`) that fit no night."""
        return {each for each in some if each in tied and self._fits_no_night(tied[each], tied)}

    def _fits_no_night(self, one: Tied, tied: Mapping[int, Tied]) -> bool:
        """Whether it is an account in dates that no other agency's with times is of."""
        dated = one.it
        return isinstance(dated, Account) and dated.by_day and dated.end is not None and not any(
            isinstance(timed, Account) and not timed.by_day and timed.agency != dated.agency
            and dated.meets(timed) and id(timed) in tied for timed, *_ in self._of(one, False))

    def _name(self, tied: Iterable[Tied]) -> None:
        for each in tied:
            for name in each.names:
                self._by_name.setdefault(name, []).append(each)

    def _of(self, one: Tied, running: bool) -> Iterator[Tied]:
        """Those that are tied to this one directly."""
        for name in one.names:
            yield from self._by_name.get(name, ())
        first, last = one.first, one.last
        if running:
            first, last = first - _A_DAY, last if last == FOREVER else last + _A_DAY
        for each in self._spans.meeting(first, last):
            if _meet(one, self._accounts[each], running):
                yield self._accounts[each]
        if isinstance(one.it, Account):
            yield from self._incidents[bisect_left(self._incidents, one.first, key=_first):
                                       bisect_right(self._incidents, one.last, key=_first)]
        yield from (each for each in self._more if each.first <= last and first <= each.last
                    and _meet(one, each, running))


def _meet(one: Tied, other: Tied, running: bool) -> bool:
    """Whether by their times one can belong with the other."""
    if isinstance(one.it, Account) and isinstance(other.it, Account):
        return one.it.is_near(other.it) if running else one.it.overlaps(other.it)
    return one.first <= other.last and other.first <= one.last


def _first(each: Tied) -> datetime:
    return each.first
