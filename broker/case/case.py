"""The case: every record about one child, its latest version and those before it."""
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from operator import is_
from typing import TypeVar, cast

from broker.case.memory import Memory
from broker.case.reach import Reach
from broker.case.records import Received as Received
from broker.case.records import RecordKey as RecordKey
from broker.case.records import histories_of, standing_of
from broker.event.agency import Agency
from broker.event.envelope import Statement
from broker.event.subject import person_key_of
from broker.vocabulary.words import AgencyKind, State

S = TypeVar("S", bound=Statement)
Fact = TypeVar("Fact")
Given = TypeVar("Given")
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Partnership:
    """The agencies that take part."""

    agencies: dict[str, Agency]
    _of_kind: dict[AgencyKind, tuple[Agency, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False)

    def of_kind(self, kind: AgencyKind) -> tuple[Agency, ...]:
        """The agencies of one kind, in order of their code."""
        known = self._of_kind.get(kind)
        if known is None:
            known = self._of_kind[kind] = tuple(
                self.agencies[code] for code in sorted(self.agencies)
                if self.agencies[code].kind is kind)
        return known

    def kind_of(self, code: str) -> AgencyKind | None:
        """What kind an agency is, or None if it is not of the partnership."""
        agency = self.agencies.get(code)
        return agency.kind if agency else None


@dataclass(frozen=True, slots=True)
class Link:
    """How sure identity is that the records of a case are one child.

    `certainty` is the least probability that holds the members together (1.0 for one record).
    `blocked` are pairs of subject keys that all else joins but something forbids, with why.
    `unsure` are the keys of records that a person has yet to judge: they may be this child's, so
    what their agencies have not said of this child may stand there. `apart` are pairs of a record
    of this child and one of those that are two people: each waits because of another record, and
    if it is this child's the first is not. `beside` are pairs of one of those and a record, not of
    this child, that it is joined with, or may be too.
    """

    certainty: float = 1.0
    blocked: tuple[tuple[str, str, str], ...] = ()
    unsure: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _OfType:
    """What was made of the standing records of one type, and of what was given besides."""

    held: tuple[Statement, ...]
    given: object
    fact: object


@dataclass(frozen=True, slots=True)
class _OfThese:
    """What was made of some things."""

    these: Sequence[object]
    fact: object


@dataclass(slots=True)
class Case:
    """What is held about one child at the time `now`, as accepted by then.

    `histories` has every record's versions, oldest first. Withdrawn records are in `histories`
    and not in `current`. `blocked_people` holds the person statements of subjects that a block
    keeps apart from this child (person.identifier_differs looks at them). `elsewhere` are records
    of other people that meet this child's: person records with a number that these have had too,
    and links from people who pose a risk at a postcode of the child's. `wider` is the case as it
    were if the records in doubt (`link.unsure`) were this child's, where there are any. `memory`
    is what earlier looks left, of a child about whom very much is recorded. `received` is what
    the histories were made of, with the times at which it was accepted.
    """

    child: str
    now: datetime
    partnership: Partnership
    reach: Reach
    link: Link
    histories: dict[RecordKey, tuple[Statement, ...]]
    blocked_people: tuple[Statement, ...] = ()
    elsewhere: dict[RecordKey, tuple[Statement, ...]] = field(default_factory=dict)
    wider: "Case | None" = None
    memory: Memory | None = None
    received: Sequence[Received] = ()
    _by_type: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    derived: dict[str, object] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Fact]) -> Fact:
        """What `make` gives, worked out once for this case; a name belongs to one caller."""
        if name not in self.derived:
            self.derived[name] = make()
        return self.derived[name]  # type: ignore[return-value] # what its one caller made

    def of_type(self, kind: type[S], name: str, given: object,
                make: Callable[[tuple[S, ...]], Fact]) -> Fact:
        """What `make` gives of all standing records of one type, worked out once while these are
        the same; it must be a function of them, and of what is given, alone. A name belongs to
        one caller."""
        held = self.current(kind)
        kept = self.derived if self.memory is None else self.memory.kept
        known = kept.get(name)
        if not isinstance(known, _OfType) or known.held is not held or known.given != given:
            known = kept[name] = _OfType(held, given, make(held))
        return known.fact  # type: ignore[return-value] # what its one caller made

    def of_these(self, name: str, these: Sequence[object], make: Callable[[], Fact]) -> Fact:
        """What `make` gives, worked out once while these are the very same things, of which it
        must be a function alone. A name belongs to one caller."""
        kept = self.derived if self.memory is None else self.memory.kept
        known = kept.get(name)
        if not isinstance(known, _OfThese) or len(known.these) != len(these) \
                or not all(map(is_, known.these, these)):
            known = kept[name] = _OfThese(these, make())
        return known.fact  # type: ignore[return-value] # what its one caller made

    def of_each(self, given: Given, these: Iterable[Part],
                make: Callable[[Given, Part], Fact], name: str = "") -> list[Fact]:
        """What `make` gives of each of these in turn (each is there once), given limits or the
        like; of the very same thing as at the last look the very same. It must be a function of
        these two alone, and the things are never changed. Who asks it of several kinds of things
        has a name for each."""
        if self.memory is None:
            return [make(given, each) for each in these]
        last, before = cast("tuple[Given | None, dict[int, tuple[Part, Fact]]]",
                            self.memory.kept.get((make, name), (None, {})))
        if last != given:
            before = {}
        now = {id(each): before.get(id(each)) or (each, make(given, each)) for each in these}
        self.memory.kept[make, name] = given, now
        return [fact for _, fact in now.values()]

    def current(self, kind: type[S]) -> tuple[S, ...]:
        """The latest version of every record of this type that still stands, oldest first."""
        return self._by_type.get(kind.__name__, ())  # type: ignore[return-value] # by its name

    def named(self, type_name: str) -> tuple[Statement, ...]:
        """The latest version of every standing record of the type of this name, oldest first."""
        return self._by_type.get(type_name, ())

    def current_elsewhere(self, kind: type[S]) -> tuple[S, ...]:
        """The latest version of every record elsewhere of this type that still stands, in order
        of their keys."""
        return tuple(
            versions[-1] for key, versions in self.elsewhere.items()  # type: ignore[misc]
            if key.type_name == kind.__name__ and versions[-1].state is not State.WITHDRAWN)

    def types(self) -> Set[str]:
        """The types of which at least one record still stands."""
        return self._by_type.keys()

    def holders(self) -> frozenset[str]:
        """The agencies that hold any record of the child."""
        return self.once("holders", lambda: frozenset({key.agency for key in self.histories}))

    def versions(self, statement: Statement) -> tuple[Statement, ...]:
        """All versions of this statement's record, oldest first."""
        return self.histories[RecordKey.of(statement)]

    def kind_of(self, statement: Statement) -> AgencyKind | None:
        """What kind of agency said this."""
        return self.partnership.kind_of(statement.agency)


def build_case(
    child: str, received: Iterable[Received], *, now: datetime, partnership: Partnership,
    reach: Reach, link: Link = Link(), blocked_people: Sequence[Statement] = (),  # frozen
    elsewhere: Iterable[Received] = (), memory: Memory | None = None,
) -> Case:
    """The case of one child from all that was received about it by `now`, in any order; `memory`
    is what earlier looks at the child left, which makes it cheaper and changes nothing."""
    heard = [each for each in received if each.received_at <= now]
    said = [each.statement for each in heard]
    if memory is None:
        histories = histories_of(said)
        standing = standing_of(histories)
    else:
        histories, standing = memory.put_together(said)
    return Case(child=child, now=now, partnership=partnership, reach=reach, link=link,
                histories=histories, blocked_people=tuple(blocked_people),
                elsewhere=histories_of(each.statement for each in elsewhere
                                       if each.received_at <= now),
                received=heard, _by_type=standing, memory=memory)


def without(case: Case, people: Set[str]) -> Case:
    """The case without what is filed under these subject keys."""
    kept = {key: versions for key, versions in case.histories.items()
            if person_key_of(versions[-1]) not in people}
    return Case(child=case.child, now=case.now, partnership=case.partnership, reach=case.reach,
                link=case.link, histories=kept, blocked_people=case.blocked_people,
                elsewhere=case.elsewhere, received=case.received, _by_type=standing_of(kept))


def within(case: Case, records: Set[RecordKey]) -> Case:
    """The case with these records alone, those in doubt (`wider`) as they are."""
    kept = {key: case.histories[key] for key in sorted(records) if key in case.histories}
    wider = case.wider
    if wider is not None:
        wider = within(wider, {*records, *(wider.histories.keys() - case.histories.keys())})
    return Case(child=case.child, now=case.now, partnership=case.partnership, reach=case.reach,
                link=case.link, histories=kept, blocked_people=case.blocked_people,
                elsewhere=case.elsewhere, wider=wider, received=case.received,
                _by_type=standing_of(kept))


def as_written(case: Case, by: datetime, now: datetime) -> Case:
    """The case with only those versions its agencies had written by `by`, looked at as of `now`.

    This is about when agencies wrote, not about when the broker heard of it.
    """
    cut = _written(case.histories, by)
    blocked = tuple(each for each in case.blocked_people if each.recorded_at <= by)
    return Case(child=case.child, now=now, partnership=case.partnership, reach=case.reach,
                link=case.link, histories=cut, blocked_people=blocked,
                elsewhere=_written(case.elsewhere, by) if case.elsewhere else {},
                wider=case.wider and as_written(case.wider, by, now), received=case.received,
                _by_type=standing_of(cut))


def _written(
    histories: dict[RecordKey, tuple[Statement, ...]], by: datetime
) -> dict[RecordKey, tuple[Statement, ...]]:
    """What of these versions had been written by then."""
    return {key: kept for key, versions in histories.items()
            if (kept := tuple(each for each in versions if each.recorded_at <= by))}
