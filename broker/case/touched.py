"""Which accounts and incidents of a child a few new ones may have to do with.

Whether two of them are one occasion is decided by what they name and by when they were: what is
joined by neither, however far round, has no say. So after a change all that hangs together with
it is divided into occasions anew, and the others stay as they are.
"""
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from broker.case.absences import FOREVER, Account
from broker.case.case import Case
from broker.case.memory import Memory
from broker.case.spans import Spans
from broker.event.envelope import Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded

Part = Account | IncidentRecorded
_MORE = 128


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
    return frozenset([*numbers, *((each.agency, each.record) for each in records),
                      *((each.told_by.agency, each.told_by.record) for each in records
                        if each.told_by is not None)])


@dataclass(frozen=True, slots=True)
class _Last(Generic[W]):
    """What there was at a look, also by its first part, and what it was made of, by identity."""

    look: int
    given: object
    tied: dict[int, Tied]
    ties: "_Ties"
    whole: tuple[W, ...]
    by_first: Mapping[int, W]


def since_last(
    case: Case, memory: Memory, given: object, parts: Sequence[Part],
    tie: Callable[[Part], Tied], divide: Callable[[Set[int]], Iterable[W]],
    in_order: Callable[[Iterable[W]], tuple[W, ...]],
) -> tuple[W, ...]:
    """All that the parts of a case are divided into. What hangs together with a change since the
    last look is divided anew (`divide` some of the parts, by identity); all else stays the very
    same. `given` is what `tie` and `divide` rest on besides."""
    last = memory.kept.get(since_last)
    if not isinstance(last, _Last) or last.given != given:
        whole = in_order(divide({id(each) for each in parts}))
        tied = {id(each): tie(each) for each in parts}
        memory.kept[since_last] = _Last(memory.looks, given, tied, _Ties(tied.values()), whole,
                                        {_first_of(each): each for each in whole})
        return whole
    now = dict(zip(map(id, parts), parts, strict=True))
    written = {id(case.histories[key][-1]) for key in memory.changed_since(last.look)
               if key in case.histories}
    come = [tie(now[number]) for number in now.keys() - last.tied.keys()]
    gone = [last.tied[number] for number in last.tied.keys() - now.keys()]
    written -= {id(each) for one in come for each in _statements(one.it)}
    # An earlier version of what was there may have come since: what it is of is made anew.
    changed = [] if not written else [
        each for number, each in last.tied.items() if number in now
        and not written.isdisjoint(map(id, _statements(each.it)))]
    whole, tied, ties, by_first = last.whole, last.tied, last.ties, last.by_first
    if come or gone or changed:
        tied = {**tied, **{id(each.it): each for each in come}}
        for each in gone:
            del tied[id(each.it)]
        # What is gone is left among the ties for a while: it only makes more hang together.
        ties.add(come)
        if ties.are_many(len(tied)):
            ties = _Ties([*tied.values(), *gone])
        anew = ties.hanging_together([*come, *gone, *changed])
        rewritten = {id(part) for each in changed for part in _statements(each.it)}
        by_first = dict(by_first)
        touched = [by_first.pop(each) for each in anew & by_first.keys()]
        before = {each.made_of: each for each in touched
                  if rewritten.isdisjoint(map(id, _all_of(each)))}
        made = [before.get(each.made_of, each) for each in divide(anew)]
        by_first |= {_first_of(each): each for each in made}
        over = set(map(id, touched))
        whole = in_order([*(each for each in whole if id(each) not in over), *made])
    memory.kept[since_last] = _Last(memory.looks, given, tied, ties, whole, by_first)
    return whole


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

    def hanging_together(self, changed: Iterable[Tied]) -> set[int]:
        """The identities of all that hangs together with these, they among them."""
        found: set[int] = set()
        waiting = list(changed)
        while waiting:
            one = waiting.pop()
            if id(one.it) not in found:
                found.add(id(one.it))
                waiting += [other for other in self._of(one) if id(other.it) not in found]
        return found

    def _name(self, tied: Iterable[Tied]) -> None:
        for each in tied:
            for name in each.names:
                self._by_name.setdefault(name, []).append(each)

    def _of(self, one: Tied) -> Iterator[Tied]:
        """Those that are tied to this one directly."""
        for name in one.names:
            yield from self._by_name.get(name, ())
        for each in self._spans.meeting(one.first, one.last):
            if _meet(one, self._accounts[each]):
                yield self._accounts[each]
        if isinstance(one.it, Account):
            yield from self._incidents[bisect_left(self._incidents, one.first, key=_first):
                                       bisect_right(self._incidents, one.last, key=_first)]
        yield from (each for each in self._more if _meet(one, each))


def _meet(one: Tied, other: Tied) -> bool:
    """Whether by their times one can belong with the other."""
    if isinstance(one.it, Account) and isinstance(other.it, Account):
        return one.it.overlaps(other.it)
    return one.first <= other.last and other.first <= one.last


def _first(each: Tied) -> datetime:
    return each.first
