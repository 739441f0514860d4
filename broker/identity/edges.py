"""Scored pairs, which of them say nothing that another pair does not say better, and how surely
they hold a child together."""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from broker.identity.groups import Groups
from broker.identity.model import Model, probability_of
from broker.identity.person import Person
from broker.identity.scoring import forbidden_of
from broker.vocabulary.words import Verdict

Pair = tuple[str, str]
ONLY_NUMBER = "the council's own record of this child id is not like it"


class Edge(NamedTuple):
    """A pair that scored above the model's floor; `left` is the lesser key."""

    left: str
    right: str
    weight: float
    forbidden: str | None = None
    held: str | None = None


def all_agree(persons: Mapping[str, Person], edges: Sequence[Edge], model: Model) -> bool:
    """Whether every pair of these people may be joined without a person."""
    pairs = len(persons) * (len(persons) - 1) // 2
    return len(edges) == pairs and all(
        each.weight >= model.link_bits and not each.forbidden and not each.held
        for each in edges)


def are_of_return(one: Person, other: Person) -> bool:
    """Whether one is a return and the other of the same local id."""
    return (one.is_return or other.is_return) and one.own_id == other.own_id


def without_returns(people: Sequence[Person]) -> list[str]:
    """The keys of these people but returns whose council's own record is among them."""
    own = {each.own_id for each in people if not each.is_return}
    return [each.key for each in people if not (each.is_return and each.own_id in own)]


def certainty_of(members: Sequence[str], links: Iterable[Edge], same: Iterable[Pair]) -> float:
    """The weakest pair of the strongest set of pairs that holds the members together."""
    groups = Groups(members)
    for left, right in same:
        groups.join(left, right)
    weakest = 1.0
    for edge in links:
        if groups.joins(edge.left, edge.right):
            weakest = min(weakest, probability_of(edge.weight))
    return weakest


def that_speak(persons: Mapping[str, Person], edges: Iterable[Edge],
               ruled: Mapping[Pair, Verdict], model: Model) -> list[Edge]:
    """The pairs, in order, without those of a return that its council's own record speaks for.

    A return knows no names. Who names its council's number names that of the council's own
    record too, which knows them, and may show that the number was copied from a twin's.
    """
    every = list(edges)
    if not any(each.is_return for each in persons.values()):
        return every
    spoken_for = {key for each in every for key in _proven_return(each, persons, ruled, model)}
    return [each for each in every if not _rests_on_number(each, persons, spoken_for)]


def asked_although_silent(
    persons: Mapping[str, Person], known: Sequence[Edge], speaking: Sequence[Edge],
    children: Iterable[Sequence[str]], asked: Iterable[Pair], ruled: Mapping[Pair, Verdict],
    model: Model,
) -> Iterator[Edge]:
    """Of the pairs without a say (see `that_speak`), in order, those for people to look at.

    The return's birth date or pupil number agrees with what another agency wrote beside its
    number, and the council's own record is of other names: the child may have been renamed, or
    the number be another's. One pair of two children, and none where people are `asked` about the
    two already, looked at the pair, or where the two cannot be one, as where the council has a
    record of each.
    """
    if len(speaking) == len(known):
        return
    child_of = {key: members for members in children for key in members}
    settled = {frozenset((child_of[left][0], child_of[right][0])) for left, right in asked}
    spoken = set(speaking)
    for each in [each for each in known if each not in spoken]:
        one, other = child_of[each.left], child_of[each.right]
        both = frozenset((one[0], other[0]))
        if each.held or each.weight < model.review_bits or both in settled or len(both) == 1:
            continue
        if not any(_are_two(persons[a], persons[b], ruled) for a in one for b in other):
            settled.add(both)
            yield each


def _are_two(one: Person, other: Person, ruled: Mapping[Pair, Verdict]) -> bool:
    pair = (one.key, other.key) if one.key < other.key else (other.key, one.key)
    return ruled.get(pair) is Verdict.DIFFERENT or forbidden_of(one, other) is not None


def _proven_return(edge: Edge, persons: Mapping[str, Person], ruled: Mapping[Pair, Verdict],
                   model: Model) -> list[str]:
    """The return of a pair that joins it to its council's own record; none of another pair."""
    one, other = persons[edge.left], persons[edge.right]
    if one.own_id != other.own_id or one.is_return == other.is_return:
        return []
    if edge.held is not None or edge.weight < model.link_bits or (
            ruled.get((edge.left, edge.right), Verdict.SAME) is not Verdict.SAME):
        return []
    return [one.key if one.is_return else other.key]


def _rests_on_number(edge: Edge, persons: Mapping[str, Person], returns: set[str]) -> bool:
    """Whether a pair is of such a return and another agency's record, and has a council's number
    in common but no pupil number."""
    if returns.isdisjoint((edge.left, edge.right)):
        return False
    one, other = persons[edge.left], persons[edge.right]
    return (one.agency != other.agency and not set(one.local).isdisjoint(other.local)
            and set(one.upns).isdisjoint(other.upns))
