"""Answers about many happenings of one child, each kept while all that it rests on is the same.

A rule asks the same of every night, incident or notice. Of a child with thousands of them nearly
all are over and settled: a look works out those that are new, or whose time has come.
"""
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol, TypeVar, cast

from broker.case.case import Case
from broker.case.memory import Memory
from broker.case.records import RecordKey
from broker.case.watched import Rests, Watched
from broker.event.envelope import Statement

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


# What it is about, what was said of it, and what that rests on.
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

    def note(self, answer: _Answer, memory: Memory) -> None:
        """Keep an answer."""
        about, said, rests = answer
        self.answers[id(about)] = answer
        if not said:
            self.silent.add(id(about))
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
    watched: Watched | None = None
    answers, silent = kept.answers, kept.silent
    for each in [each for each in about if id(each) not in silent]:
        known = answers.get(id(each))
        if known is None:
            watched = watched or Watched(case)
            known = _judged(case, watched, given, each, judge, kept)
        if known[1]:
            yield from known[1]  # type: ignore[misc] # as this judge said it
    if len(answers) > len(about) + SPARE:
        kept.keep({id(each) for each in about})


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
        for answer in kept.answers.values():
            if moved.isdisjoint(answer[2].types) and answer[2].hold(case.now, case.reach):
                anew.note(answer, memory)
        return anew
    return kept


def _same(one: object, other: tuple[object, object]) -> bool:
    return isinstance(one, tuple) and one[0] is other[0] and one[1] == other[1]


def _judged(
    case: Case, watched: Watched, given: Given, about: About, judge: Judge[Given, About, Said],
    kept: _Kept,
) -> _Answer:
    """An answer worked out, and kept where all that it rests on could be noted."""
    assert case.memory is not None, "only a case with a memory is watched"
    watched.rests = Rests()
    watched.own = {RecordKey.of(about)} if isinstance(about, Statement) else about.records
    try:
        answer = tuple(judge(watched, given, about))
        is_plain = all(_is_plain(each, about) for each in answer)
    except Exception:  # refused, or the judge's own error, which it will have again
        is_plain = False
    if not is_plain:
        return about, tuple(judge(case, given, about)), Rests()
    known = about, answer, watched.rests
    kept.note(known, case.memory)
    return known


def _is_plain(said: object, about: object) -> bool:
    """Whether no moment that moves has got into an answer about this one."""
    if said is about or said is None or isinstance(said, _STILL):
        return True
    if isinstance(said, tuple):
        return all(_is_plain(each, about) for each in said)
    return all(_is_plain(getattr(said, name), about)
               for name in _fields_of(cast(Hashable, type(said))))


@lru_cache(maxsize=64)
def _fields_of(kind: Hashable) -> tuple[str, ...]:
    assert is_dataclass(kind), "an answer is made of plain values"
    return tuple(each.name for each in fields(kind))
