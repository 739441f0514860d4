"""Answers about many happenings of one child, each kept while all that it rests on is the same.

A rule asks the same of every night, incident or notice. Of a child with thousands of them nearly
all are over and settled: a look works out those that are new, or whose time has come.
"""
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import is_
from typing import NamedTuple, Protocol, TypeVar, cast

from broker.case.case import Case
from broker.case.memory import Memory
from broker.case.records import RecordKey
from broker.case.watched import Rests, Watched
from broker.event.envelope import Statement

TOGETHER = 16  # answers share what they rest on, and are worked out again together
_PLACES, _CHANGES = "places of what is judged", "changes of what is judged"
SPARE = 256  # happenings that are no more, kept until there are so many beside those there are
_STILL = (Statement, str, datetime, date, timedelta, bool, int, frozenset)


class Happening(Protocol):
    """Something of a child made of records, which is another one when any of them is another."""

    @property
    def records(self) -> frozenset[RecordKey]:
        """The records whose versions it is made of."""


@dataclass(frozen=True)
class Whole:
    """The child itself, in whom all has to do with all: what is said of it is worked out again
    when a record comes of a type that was looked at."""

    records: frozenset[RecordKey] = frozenset()


THE_CHILD = (Whole(),)

About = TypeVar("About", bound=Statement | Happening)
Given = TypeVar("Given")
Said = TypeVar("Said")
Part = TypeVar("Part")
Fact = TypeVar("Fact")
Judge = Callable[[Case, Given, About], Iterable[Said]]


# What it is about, what was said of it, and what that rests on, with others.
_Answer = tuple[object, tuple[object, ...], Rests]


class _Among(NamedTuple):
    """Things, and where each of them (by identity) is among them."""

    things: Sequence[object]
    places: Mapping[int, int]


_NOTHING = _Among((), {})


@dataclass(slots=True)
class _Kept:
    """Answers by the identity of what they are about (held with them, so that no other has it),
    and all that they rest on together, with the `stamps` of the types it names. `apart` is what
    tells one state of a case from another besides. `among` is what was asked about last: of that
    `speaking` are those of which something was said, and `unanswered` those without an answer."""

    apart: object
    look: int = 0
    answers: dict[int, _Answer] = field(default_factory=dict)
    rests: Rests = field(default_factory=Rests)
    stamps: dict[str, int] = field(default_factory=dict)
    among: _Among = _NOTHING
    speaking: set[int] = field(default_factory=set)
    unanswered: set[int] = field(default_factory=set)

    def ask_about(self, case: Case, among: _Among) -> None:
        """Take these for what is asked about."""
        if among is self.among:
            return
        come, gone = _changes(case, self.among, among)
        self.among = among
        self.speaking -= gone
        self.unanswered -= gone
        for number in come:
            answer = self.answers.get(number)
            if answer is None:
                self.unanswered.add(number)
            elif answer[1]:
                self.speaking.add(number)

    def note(self, number: int, answer: _Answer) -> None:
        """Keep an answer, of which `rest_on` is told what it rests on."""
        self.answers[number] = answer
        self.unanswered.discard(number)
        if answer[1] and number in self.among.places:
            self.speaking.add(number)

    def rest_on(self, rests: Rests, memory: Memory) -> None:
        """Rest on this too."""
        self.rests.add(rests)
        for name in rests.types:
            self.stamps[name] = memory.stamps.get(name, 0)

    def forget(self, about: int) -> None:
        """Let go of the answer about this one."""
        if self.answers.pop(about, None) is not None and about in self.among.places:
            self.speaking.discard(about)
            self.unanswered.add(about)

    def keep_no_others(self) -> None:
        """Keep the answers alone about what is asked about."""
        about = self.among.places
        self.answers = {number: answer for number, answer in self.answers.items()
                        if number in about}


def each_of(case: Case, given: Given, about: Sequence[About],
            judge: Judge[Given, About, Said]) -> Iterator[Said]:
    """What `judge` says of each of these in turn, given limits or the like.

    It must be a function of the case, of what it is given and of the one it is about alone; what
    it asks of the case is noted, and what it said is kept with that.
    """
    if case.memory is None:
        for each in about:
            yield from judge(case, given, each)
        return
    kept = _still_so(case, given, case.memory, judge)
    among = kept.among if kept.among.things is about else _among(case, about)
    kept.ask_about(case, among)
    place_of = among.places.__getitem__
    unknown = [about[each] for each in sorted(map(place_of, kept.unanswered))]
    if unknown:
        _work_out(case, case.memory, given, unknown, judge, kept)
    answers = kept.answers
    said = [about[each] for each in sorted(map(place_of, kept.speaking | kept.unanswered))]
    if len(answers) > len(about) + SPARE:
        kept.keep_no_others()
    for one in said:
        known = answers.get(id(one))
        if known is None:  # refused, or the judge's own error, which it will have again
            yield from judge(case, given, one)
        else:
            yield from known[1]  # type: ignore[misc] # as this judge said it


def _among(case: Case, about: Sequence[object]) -> _Among:
    """Where each of these is among them: several judges are asked of the same."""
    known = cast("dict[int, _Among]", case.derived.setdefault(_PLACES, {}))
    if id(about) not in known:
        known[id(about)] = _Among(about, dict(
            zip(map(id, about), range(len(about)), strict=True)))
    return known[id(about)]


def _changes(case: Case, before: _Among, now: _Among) -> tuple[Set[int], Set[int]]:
    """What is there now and was not before, and the other way round, by identity."""
    known = cast("dict[tuple[int, int], tuple[_Among, Set[int], Set[int]]]",
                 case.derived.setdefault(_CHANGES, {}))
    pair = id(before), id(now)
    if pair not in known:
        known[pair] = (before, now.places.keys() - before.places.keys(),
                       before.places.keys() - now.places.keys())
    return known[pair][1:]


def made_of(case: Case, groups: Iterable[tuple[Part, ...]],
            make: Callable[[Sequence[Part]], Fact]) -> list[Fact]:
    """What `make` makes of each group of things; of the very same things as at the last look the
    very same. It must be a function of these things alone, of which none ever changes."""
    if case.memory is None:
        return [make(each) for each in groups]
    before = cast("dict[tuple[int, ...], tuple[tuple[Part, ...], Fact]]",
                  case.memory.kept.get(make, {}))
    now: dict[tuple[int, ...], tuple[tuple[Part, ...], Fact]] = {}
    made = []
    for each in groups:
        same = tuple(map(id, each))  # held with them, so that no others have these
        known = now[same] = before.get(same) or now.get(same) or (each, make(each))
        made.append(known[1])
    case.memory.kept[make] = now
    return made


@dataclass(frozen=True, slots=True)
class _Runs:
    """Things as they were divided into runs: where each run begins, and what was made of it."""

    given: object
    things: Sequence[object]
    firsts: Sequence[int]
    made: Sequence[object]


def runs_of(case: Case, given: Given, things: Sequence[Part],
            goes_on: Callable[[Given, Sequence[Part], Part], bool],
            make: Callable[[Sequence[Part]], Fact]) -> list[Fact]:
    """What `make` makes of each run of some things in order: one is of the run before it that
    `goes_on` with it, given limits or the like. Both must be functions of what they are given
    alone. Where the first things are the very same as at the last look, their runs are too."""
    before = None if case.memory is None else case.memory.kept.get(make)
    firsts: list[int] = []
    made: list[Fact] = []
    if isinstance(before, _Runs) and before.given == given:
        same = [*map(is_, before.things, things), False].index(False)
        # The last run that begins among the same things may go on otherwise.
        whole = max(bisect_left(before.firsts, same) - 1, 0)
        firsts += before.firsts[:whole]
        made += cast("Sequence[Fact]", before.made[:whole])
        first = before.firsts[whole] if whole else 0
    else:
        first = 0
    run: list[Part] = []
    for place in range(first, len(things)):
        if run and not goes_on(given, run, things[place]):
            made.append(make(run))
            run = []
        if not run:
            firsts.append(place)
        run.append(things[place])
    if run:
        made.append(make(run))
    if case.memory is not None:
        case.memory.kept[make] = _Runs(given, things, firsts, made)
    return made


def _still_so(case: Case, given: object, memory: Memory, judge: object) -> _Kept:
    """What is kept of this judge and still is so."""
    apart = (case.child, given, case.link, case.blocked_people, case.elsewhere)
    kept = memory.kept.get(judge)
    if not isinstance(kept, _Kept) or not _same(kept.apart, (case.partnership, apart)):
        kept = memory.kept[judge] = _Kept((case.partnership, apart), memory.looks)
    if kept.look != memory.looks:
        for key in memory.changed_since(kept.look):
            versions = case.histories.get(key)
            if versions is not None:  # a record may be as it was, and have an earlier version more
                kept.forget(id(versions[-1]))
        kept.look = memory.looks
    moved = {name for name, stamp in kept.stamps.items() if memory.stamps.get(name, 0) != stamp}
    if moved or not kept.rests.hold(case.now, case.reach):
        anew = memory.kept[judge] = _Kept(kept.apart, kept.look)
        holding: dict[int, bool] = {}
        for number, answer in kept.answers.items():
            rests = answer[2]
            holds = holding.get(id(rests))
            if holds is None:
                holds = holding[id(rests)] = moved.isdisjoint(rests.types) \
                    and rests.hold(case.now, case.reach)
                if holds:
                    anew.rest_on(rests, memory)
            if holds:
                anew.note(number, answer)
        return anew
    return kept


def _same(one: object, other: tuple[object, object]) -> bool:
    return isinstance(one, tuple) and one[0] is other[0] and one[1] == other[1]


def _work_out(case: Case, memory: Memory, given: Given, unknown: Sequence[About],
              judge: Judge[Given, About, Said], kept: _Kept) -> None:
    """Work answers out, and keep those where all that they rest on could be noted: some that
    follow one another share it, as it is mostly the same."""
    watched = Watched(case)
    for first in range(0, len(unknown), TOGETHER):
        rests = Rests()
        for each in unknown[first:first + TOGETHER]:
            watched.rests = rests
            watched.own = (RecordKey.of(each),) if isinstance(each, Statement) else each.records
            watched.handed_out = False
            said: tuple[Said, ...] = ()
            try:
                said = tuple(judge(watched, given, each))
                is_plain = not watched.handed_out or all(_is_plain(one, each) for one in said)
            except Exception:  # refused, or the judge's own error
                is_plain = False
            if is_plain:
                kept.note(id(each), (each, said, rests))
        kept.rest_on(rests, memory)


def _is_plain(said: object, about: object) -> bool:
    """Whether no moment that moves has got into an answer about this one."""
    if said is about or said is None:
        return True
    if isinstance(said, tuple):
        return all(_is_plain(each, about) for each in said)
    return all(_is_plain(getattr(said, name), about)
               for name in _fields_of(cast(Hashable, type(said))))


@lru_cache(maxsize=128)
def _fields_of(kind: Hashable) -> tuple[str, ...]:
    """What a value of this kind is made of that a moment could have got into."""
    assert isinstance(kind, type), "asked of a type"
    if issubclass(kind, _STILL):
        return ()
    assert is_dataclass(kind), "an answer is made of plain values"
    return tuple(each.name for each in fields(kind))
