"""A case that notes what is asked of it: what an answer rests on, and for how long it holds.

Time moves, and so does how far feeds are heard. Whoever asks a watched case whether a moment has
come gets the answer, and it is noted between which two moments the answer is the same. What
cannot be noted so (a day of now, its words) is refused: then the answer is not to be kept.
"""
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, NoReturn, TypeVar, cast

from broker.case.case import Case, Received
from broker.case.reach import Reach
from broker.case.records import RecordKey
from broker.event.envelope import Statement
from broker.vocabulary.words import System

S = TypeVar("S", bound=Statement)
Fact = TypeVar("Fact")
Given = TypeVar("Given")
Part = TypeVar("Part")

_NONE, _TICK = timedelta(), timedelta(microseconds=1)  # no two moments are nearer
Span = tuple[datetime | None, datetime | None]
Note = Callable[[datetime | None, datetime | None], None]


class UnwatchedError(Exception):
    """What was asked cannot be noted."""


class Question(NamedTuple):
    """What was asked of a case besides its records: by its name, and with what."""

    name: str
    given: tuple[object, ...] = ()

    def asked_of(self, now: datetime, reach: Reach) -> object:
        """The answer that a case of this time and reach gives."""
        if self.name == "now":
            return now
        if self.name == "all readable":
            return not (reach.unreadable or reach.refused or reach.untaken)
        if self.name == "of":
            agency, type_name, without = self.given
            return reach.of(agency, type_name,  # type: ignore[arg-type] # as it was asked
                            without=without)  # type: ignore[arg-type] # as above
        answer = getattr(reach, self.name)
        return answer(*self.given) if callable(answer) else answer


_NOW, _READABLE = Question("now"), Question("all readable")


@dataclass(slots=True)
class Rests:
    """What an answer rests on: the types whose records were looked at, questions with one answer,
    and moments that move, each from a moment on and before another (None: without end)."""

    types: set[str] = field(default_factory=set)
    answers: dict[Question, object] = field(default_factory=dict)
    spans: dict[Question, Span] = field(default_factory=dict)

    def add(self, other: "Rests") -> None:
        """Rest on what the other rests on, too; both must hold now."""
        self.types |= other.types
        self.answers.update(other.answers)
        for question, span in other.spans.items():
            self.between(question, *span)

    def between(self, question: Question, first: datetime | None, before: datetime | None) -> None:
        """Rest on a moment's being no earlier than `first`, and before `before`."""
        known = self.spans.get(question)
        if known is not None:
            first = known[0] if first is None or (known[0] and known[0] > first) else first
            before = known[1] if before is None or (known[1] and known[1] < before) else before
        self.spans[question] = first, before

    def hold(self, now: datetime, reach: Reach) -> bool:
        """Whether all questions have the same answer at this time, with this reach."""
        for question, (first, before) in self.spans.items():
            at = question.asked_of(now, reach)
            if not isinstance(at, datetime) or (first is not None and at < first) \
                    or (before is not None and at >= before):
                return False
        return all(question.asked_of(now, reach) == answer
                   for question, answer in self.answers.items())


class Moving:
    """What stands for something that moves: it refuses whatever is not foreseen."""

    def __getattr__(self, name: str) -> NoReturn:
        raise UnwatchedError(name)

    def _refuse(self, *_: object) -> NoReturn:
        raise UnwatchedError

    __eq__ = __ne__ = __str__ = __repr__ = __format__ = _refuse
    __hash__ = __iter__ = __len__ = _refuse


class _Time(Moving):
    """A moment that moves, some while later or earlier: it can be compared with one that stays."""

    def __init__(self, at: datetime, note: Note, by: timedelta = _NONE) -> None:
        self._at, self._note, self._by = at, note, by

    def __lt__(self, other: object) -> bool:
        return self._is_before(other, _NONE)

    def __ge__(self, other: object) -> bool:
        return not self._is_before(other, _NONE)

    def __le__(self, other: object) -> bool:
        return self._is_before(other, _TICK)

    def __gt__(self, other: object) -> bool:
        return not self._is_before(other, _TICK)

    def __add__(self, other: object) -> "_Time":
        if not isinstance(other, timedelta):
            raise UnwatchedError
        return _Time(self._at, self._note, self._by + other)

    def __sub__(self, other: object) -> "_Time | _Length":
        return self + -other if isinstance(other, timedelta) else _Length(self, other)

    def _is_before(self, other: object, beyond: timedelta) -> bool:
        if not isinstance(other, datetime):
            raise UnwatchedError
        # On an English clock an hour may be missing: what is added must be added in one time.
        fixed = other if other.tzinfo is UTC else other.astimezone(UTC)
        limit = fixed - self._by + beyond
        earlier = self._at < limit
        self._note(*((None, limit) if earlier else (limit, None)))
        return earlier


class _Length(Moving):
    """How long ago a moment that stays was: it can be compared with a length."""

    def __init__(self, time: _Time, since: object) -> None:
        self._time, self._since = time, since

    def _then(self, length: object) -> datetime:
        if not isinstance(length, timedelta) or not isinstance(self._since, datetime):
            raise UnwatchedError
        return self._since.astimezone(UTC) + length

    def __lt__(self, other: object) -> bool:
        return self._time < self._then(other)

    def __le__(self, other: object) -> bool:
        return self._time <= self._then(other)

    def __gt__(self, other: object) -> bool:
        return self._time > self._then(other)

    def __ge__(self, other: object) -> bool:
        return self._time >= self._then(other)


class _Reach:
    """How far feeds have been heard, with what was asked of it noted."""

    def __init__(self, reach: Reach, watched: "Watched") -> None:
        self._reach, self._watched = reach, watched

    def of(self, agency: str, type_name: str, *, without: Collection[System] = ()) -> object:
        """As `Reach.of`."""
        return self._moment(Question("of", (agency, type_name, frozenset(without))))

    def within(self, agency: str, system: System, type_name: str) -> object:
        """As `Reach.within`."""
        return self._moment(Question("within", (agency, system, type_name)))

    def heard(self, agency: str) -> object:
        """As `Reach.heard`."""
        return self._moment(Question("heard", (agency,)))

    def tells(self, agency: str, system: System, type_name: str, fact: str) -> object:
        """As `Reach.tells`."""
        return self._answer(Question("tells", (agency, system, type_name, fact)))

    def unreadable_since(self, agency: str, type_name: str, moment: datetime) -> object:
        """As `Reach.unreadable_since`."""
        # Most often all could be read: that is one answer for everybody.
        if self._answer(_READABLE):
            return False
        return self._answer(Question("unreadable_since", (agency, type_name, moment)))

    def refused_since(self, agency: str, type_name: str, moment: datetime) -> object:
        """As `Reach.refused_since`."""
        if self._answer(_READABLE):
            return None
        return self._answer(Question("refused_since", (agency, type_name, moment)))

    def __getattr__(self, name: str) -> object:
        return self._answer(Question(name))

    def _answer(self, question: Question) -> object:
        answer = question.asked_of(self._watched.real.now, self._reach)
        self._watched.rests.answers[question] = answer
        return answer

    def _moment(self, question: Question) -> object:
        at = question.asked_of(self._watched.real.now, self._reach)
        if isinstance(at, datetime):
            self._watched.handed_out = True
            note = self._watched.noting(question)
            note(None, None)  # whoever asks no more than whether there is one rests on that
            return _Time(at, note)
        return self._answer(question)


class _Histories(Moving):
    """The histories of a case, looked up one by one."""

    def __init__(self, watched: "Watched") -> None:
        self._watched = watched

    def __getitem__(self, key: RecordKey) -> tuple[Statement, ...]:
        self._watched.looked_up(key)
        return self._watched.real.histories[key]

    def get(self, key: RecordKey, default: object = None) -> object:
        """As a dictionary's."""
        self._watched.looked_up(key)
        return self._watched.real.histories.get(key, default)

    def __contains__(self, key: RecordKey) -> bool:
        self._watched.looked_up(key)
        return key in self._watched.real.histories


class Watched(Case):
    """A case as `real` is, that notes in `rests` what is asked of it about anything but `own`, the
    records that the answer is about; and in `handed_out` whether it has given anybody a moment
    that moves, which could have got into an answer. It holds nothing of when each statement was
    received, and no memory: who asks for the first is refused."""

    def __init__(self, real: Case) -> None:
        self.real = real
        self.own: Collection[RecordKey] = ()
        self.rests = Rests()
        self.handed_out = False
        self._facts: dict[str, tuple[object, Rests, bool]] = {}
        self._made: dict[str, tuple[object, object]] = {}  # of types, which stay while it is asked
        super().__init__(
            child=real.child, now=cast(datetime, _Time(real.now, self.noting(_NOW))),
            partnership=real.partnership, reach=cast(Reach, _Reach(real.reach, self)),
            link=real.link, histories=cast(
                "dict[RecordKey, tuple[Statement, ...]]", _Histories(self)),
            blocked_people=real.blocked_people, elsewhere=real.elsewhere,
            received=cast("Sequence[Received]", Moving()),
            derived=cast("dict[str, object]", Moving()))

    @property
    def now(self) -> datetime:
        """The time of the look, which moves."""
        self.handed_out = True
        return self._now

    @now.setter
    def now(self, at: datetime) -> None:
        self._now = at

    def noting(self, question: Question) -> Note:
        """Notes between which moments an answer about this one is the same."""
        return lambda first, before: self.rests.between(question, first, before)

    def versions(self, statement: Statement) -> tuple[Statement, ...]:
        """As a case has it."""
        key = RecordKey.of(statement)
        if key not in self.own:
            self.rests.types.add(key.type_name)
        return self.real.histories[key]

    def looked_up(self, key: RecordKey) -> None:
        """Note that a record's versions were looked at."""
        if key not in self.own:
            self.rests.types.add(key.type_name)

    def once(self, name: str, make: Callable[[], Fact]) -> Fact:
        """As a case has it; what the fact rests on, every answer rests on that asks for it."""
        known = self._facts.get(name)
        if known is None:
            outer, own, handed_out = self.rests, self.own, self.handed_out
            self.rests, self.own, self.handed_out = Rests(), (), False
            try:
                fact = make()
                known = self._facts[name] = fact, self.rests, self.handed_out
            finally:
                self.rests, self.own, self.handed_out = outer, own, handed_out
        self.rests.add(known[1])
        self.handed_out |= known[2]
        return known[0]  # type: ignore[return-value] # what its one caller made

    def of_type(self, kind: type[S], name: str, given: object,
                make: Callable[[tuple[S, ...]], Fact]) -> Fact:
        """As a case has it."""
        self.rests.types.add(kind.__name__)
        known = self._made.get(name)
        if known is None or known[0] != given:
            known = self._made[name] = given, self.real.of_type(kind, name, given, make)
        return known[1]  # type: ignore[return-value] # what its one caller made

    def of_these(self, name: str, these: Sequence[object], make: Callable[[], Fact]) -> Fact:
        """As a case has it: who has these things has asked for them."""
        return self.real.of_these(name, these, make)

    def of_each(self, given: Given, these: Iterable[Part],
                make: Callable[[Given, Part], Fact], name: str = "") -> list[Fact]:
        """As a case has it: who has these things has asked for them."""
        return self.real.of_each(given, these, make, name)

    def current(self, kind: type[S]) -> tuple[S, ...]:
        """As a case has it."""
        self.rests.types.add(kind.__name__)
        return self.real.current(kind)

    def named(self, type_name: str) -> tuple[Statement, ...]:
        """As a case has it."""
        self.rests.types.add(type_name)
        return self.real.named(type_name)

    def types(self) -> NoReturn:
        """Refused: any record may change it."""
        raise UnwatchedError
