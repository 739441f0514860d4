"""Answers about many happenings of one child, each kept while all that it rests on is the same.

A rule asks the same of every night, incident or notice. Of a child with thousands of them nearly
all are over and settled: a look works out those that are new, or whose time has come.
"""
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol, TypeVar, cast

from broker.case.case import Case
from broker.case.memory import Memory
from broker.case.records import RecordKey
from broker.case.watched import Rests, Watched
from broker.event.envelope import Statement

TOGETHER = 16  # answers share what they rest on, and are worked out again together
_PLACES = "places of what is judged"
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


@dataclass(slots=True)
class _Kept:
    """Answers by the identity of what they are about (held with them, so that no other has it),
    and those that say nothing; all that they rest on together, with the `stamps` of the types it
    names. `apart` is what tells one state of a case from another besides."""

    apart: object
    look: int = 0
    answers: dict[int, _Answer] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    rests: Rests = field(default_factory=Rests)
    stamps: dict[str, int] = field(default_factory=dict)

    def note(self, number: int, answer: _Answer) -> None:
        """Keep an answer, of which `rest_on` is told what it rests on."""
        self.answers[number] = answer
        if not answer[1]:
            self.silent.add(number)

    def rest_on(self, rests: Rests, memory: Memory) -> None:
        """Rest on this too."""
        self.rests.add(rests)
        for name in rests.types:
            self.stamps[name] = memory.stamps.get(name, 0)

    def forget(self, about: int) -> None:
        """Let go of the answer about this one."""
        self.answers.pop(about, None)
        self.silent.discard(about)

    def keep(self, about: Set[int]) -> None:
        """Keep the answers about these alone."""
        self.answers = {number: answer for number, answer in self.answers.items()
                        if number in about}
        self.silent &= about


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
    answers, silent = kept.answers, kept.silent
    places = _places_in(case, about)
    speak = [about[place] for place in sorted(map(
        places.__getitem__, places.keys() - silent))]
    unknown = [each for each in speak if id(each) not in answers]
    if unknown:
        _work_out(case, case.memory, given, unknown, judge, kept)
    for each in speak:
        known = answers.get(id(each))
        if known is None:  # refused, or the judge's own error, which it will have again
            yield from judge(case, given, each)
        elif known[1]:
            yield from known[1]  # type: ignore[misc] # as this judge said it
    if len(answers) > len(about) + SPARE:
        kept.keep({id(each) for each in about})


def _places_in(case: Case, about: Sequence[About]) -> Mapping[int, int]:
    """Where each of these (by identity) is among them: several judges are asked of the same."""
    known = cast("dict[int, tuple[Sequence[About], dict[int, int]]]",
                 case.derived.setdefault(_PLACES, {}))
    if id(about) not in known:
        known[id(about)] = about, dict(zip(map(id, about), range(len(about)), strict=True))
    return known[id(about)][1]


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
