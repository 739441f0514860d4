"""Linking: records become children, a batch at a time, in one transaction (one serial lane).

Whatever the order, repetition or batching of statements and judgements, the same children and
ids come out. A subject without a person record is a child of its own and is not listed.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broker.case.case import Link
from broker.event.care import CarePeriodRecorded
from broker.event.own import ChildMembers, JudgementMade
from broker.event.person import PersonRecorded
from broker.event.subject import record_id_of
from broker.identity.cluster import Child, Review
from broker.identity.explain import Explanation, explain
from broker.identity.model import Model
from broker.pipeline.linking_graph import Change, Changed, Renewed, refresh_edges, regroup
from broker.pipeline.linking_people import let_go, people_of, take_in, unpacked
from broker.pipeline.linking_tables import (
    LINKING_TABLES,
    PEOPLE,
    PEOPLE_JUDGEMENTS,
    PEOPLE_REVIEW,
    PEOPLE_WAITING,
    child_of_row,
)
from broker.ports import Reading, Unit
from broker.vocabulary.times import milliseconds_of

__all__ = [
    "LINKING_TABLES", "PEOPLE_AT_ONCE", "Linked", "PeopleChange", "PersonListed", "children_of",
    "explain_pair", "fold_care_periods", "fold_judgement", "fold_people", "forget_people",
    "link_of", "link_waiting", "links_of", "members_of", "note_people", "people_list",
    "resolve", "review_of", "review_pairs",
]

# Subjects linked in one transaction: enough to share the reading of candidates, few enough that
# nobody else waits long for the store.
PEOPLE_AT_ONCE = 4000


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """Children that merged, split, came or went together; `relinked` are the keys of children
    whose members stayed and whose certainty or blocked pairs changed: look at them again."""

    before: tuple[ChildMembers, ...]
    after: tuple[ChildMembers, ...]
    relinked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """How many subjects were linked, when the last of what they rest on came in (milliseconds),
    and what changed."""

    subjects: int
    changed_ms: int
    changes: tuple[PeopleChange, ...]


@dataclass(frozen=True, slots=True)
class PersonListed:
    """One child as `people list` shows it: subject keys and the pairs in review."""

    child: str
    members: tuple[str, ...]
    review: tuple[Review, ...] = ()


def fold_people(
    unit: Unit, statements: Sequence[PersonRecorded], model: Model,
) -> tuple[PeopleChange, ...]:
    """Take in what agencies say of people and link everybody who waits for it; who became or
    ceased to be one child."""
    note_people(unit, statements, model, 0)
    return _linked(unit, model)


def fold_care_periods(
    unit: Unit, statements: Sequence[CarePeriodRecorded], model: Model,
) -> tuple[PeopleChange, ...]:
    """Take in ends of care, and link everybody who waits for it."""
    note_people(unit, statements, model, 0)
    return _linked(unit, model)


def note_people(
    unit: Unit, statements: Sequence[PersonRecorded | CarePeriodRecorded], model: Model,
    changed_ms: int,
) -> None:
    """Keep what agencies say of people, received at `changed_ms`; `link_waiting` links them.

    Takes any versions in any order, withdrawn ones too; best called with hundreds at a time. Of
    care periods only adoptions change anything: nobody is linked automatically across an
    adoption (E11, E12).
    """
    take_in(unit, statements, model, changed_ms)


def link_waiting(unit: Unit, model: Model, limit: int) -> Linked | None:
    """Link up to so many subjects of whom something new is known; None where nobody waits.

    A subject's records come in several files: once all are read it is linked once, not once for
    each of them.
    """
    rows = unit.scan(PEOPLE_WAITING, "subject_key", limit=limit)
    if not rows:
        return None
    people = people_of(unit, [str(row[0]) for row in rows])
    changed = {}
    for key, _, posted in rows:
        assert isinstance(posted, bytes)
        changed[str(key)] = unpacked(posted), people.get(str(key))
    unit.delete(PEOPLE_WAITING, [(key,) for key in changed])
    return Linked(len(rows), max(int(row[1] or 0) for row in rows),
                  _relink(unit, changed, model))


def _linked(unit: Unit, model: Model) -> tuple[PeopleChange, ...]:
    """Link everybody who waits."""
    changes: list[PeopleChange] = []
    while linked := link_waiting(unit, model, PEOPLE_AT_ONCE):
        changes.extend(linked.changes)
        if linked.subjects < PEOPLE_AT_ONCE:
            break
    return tuple(changes)


def forget_people(
    unit: Unit, subject_keys: Iterable[str], model: Model,
) -> tuple[PeopleChange, ...]:
    """Drop all that identity keeps of these subjects, judgements aside (erasure). Where other
    statements of a subject stay, fold those again afterwards."""
    return _linked(unit, model) + _relink(unit, let_go(unit, subject_keys, model), model)


def _relink(unit: Unit, changed: Changed, model: Model) -> tuple[PeopleChange, ...]:
    if not changed:
        return ()
    renewed = refresh_edges(unit, changed, model)
    return _told(regroup(unit, renewed, model, news=changed.keys()))


def fold_judgement(unit: Unit, judgement: JudgementMade, model: Model) -> tuple[PeopleChange, ...]:
    """Take in a person's judgement; `left` and `right` are subject keys or record ids.

    The latest on a pair counts, by when it was made and then by its id; on a subject without a
    person record it counts from the day there is one.
    """
    lesser, greater = sorted((_key_of(unit, judgement.left), _key_of(unit, judgement.right)))
    unit.put(PEOPLE_JUDGEMENTS, [(
        str(judgement.judgement_id), lesser, greater, judgement.verdict.value,
        milliseconds_of(judgement.made_at), judgement.by, judgement.reason,
    )])
    return _told(regroup(unit, Renewed({lesser, greater}), model))


def _key_of(reading: Reading, word: str) -> str:
    if ":" in word:
        return word
    rows = reading.get(PEOPLE, [(word,)])
    return str(rows[0][1]) if rows else word


def _told(changes: Iterable[Change]) -> tuple[PeopleChange, ...]:
    return tuple(
        PeopleChange(
            tuple(ChildMembers(child=child, members=members) for child, members in each.before),
            tuple(ChildMembers(child=child, members=members) for child, members in each.after),
            each.relinked,
        ) for each in changes
    )


def children_of(reading: Reading, subject_keys: Iterable[str]) -> dict[str, str]:
    """The child of each subject; one without a person record is its own."""
    ids = {key: record_id_of(key) for key in subject_keys}
    known = {str(row[0]): str(row[2])
             for row in reading.get(PEOPLE, [(each,) for each in ids.values()])}
    return {key: known.get(each, each) for key, each in ids.items()}


def members_of(reading: Reading, children: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The subject keys of each of these children that has a person record; others are left out
    (an id cannot tell which subject it was made from: `children_of` starts from the keys)."""
    return {child: found.members for child, found in _children(reading, children).items()}


def _children(reading: Reading, ids: Iterable[str]) -> dict[str, Child]:
    rows = reading.get(PEOPLE, [(each,) for each in ids])
    return {str(row[0]): child for row in rows if (child := child_of_row(row)) is not None}


def resolve(reading: Reading, child_id: str) -> str:
    """The child that now holds the record of this id; the id itself where none is known."""
    rows = reading.get(PEOPLE, [(child_id,)])
    return str(rows[0][2]) if rows else child_id


def links_of(reading: Reading, children: Iterable[str]) -> dict[str, Link]:
    """How sure identity is of each of these children, what is blocked from it, and what waits for
    a person to say whether it is its own."""
    ids = list(children)
    found = {child: Link(each.certainty, each.blocked, each.unsure, each.apart)
             for child, each in _children(reading, ids).items()}
    return {child: found.get(child) or Link() for child in ids}


def link_of(reading: Reading, child: str) -> Link:
    """How sure identity is of one child, and what is blocked from it."""
    return links_of(reading, [child])[child]


def review_pairs(reading: Reading) -> tuple[Review, ...]:
    """Pairs that people should look at, the likeliest first."""
    pairs = [review_of(row) for row in reading.scan(PEOPLE_REVIEW, "lesser")]
    return tuple(sorted(pairs, key=lambda each: (-each.probability, each.left, each.right)))


def review_of(row: tuple[object, ...]) -> Review:
    """The pair in review of a row."""
    assert isinstance(row[2], float)
    return Review(str(row[0]), str(row[1]), row[2], str(row[3]))


def people_list(reading: Reading) -> tuple[PersonListed, ...]:
    """Every child with a person record, in order of its least member."""
    waiting: dict[str, list[Review]] = {}
    for pair in review_pairs(reading):
        for key in (pair.left, pair.right):
            waiting.setdefault(key, []).append(pair)
    listed = []
    for row in reading.scan(PEOPLE, "record_id"):
        found = child_of_row(row)
        if found is not None:
            review = {pair for key in found.members for pair in waiting.get(key, ())}
            listed.append(PersonListed(str(row[0]), found.members, tuple(sorted(review))))
    return tuple(sorted(listed, key=lambda each: each.members))


def explain_pair(reading: Reading, one: str, other: str, model: Model) -> Explanation | None:
    """Why two subjects are, or are not, one child; None where either has no person record."""
    people = people_of(reading, (one, other))
    if one not in people or other not in people:
        return None
    children = children_of(reading, (one, other))
    return explain(people[one], people[other], model,
                   joined=children[one] == children[other])
