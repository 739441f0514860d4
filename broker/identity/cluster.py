"""From scored pairs and people's judgements to children: a pure function of the set of both.

Pairs are taken in one fixed order, until nothing more can be joined: returns with their council's
own record first, then the best, those of two records last that are alike and that one agency holds
apart, so that what others hold is not shared out between the two. Two groups join when a pair
between them may link, no pair between them is forbidden, and their members agree on average by
more than the margin, also without any one record of several, so that one muddled record does not
bridge two children; it is enough that they do when returns are left out whose council's own record
is there: a return knows no names, and must not outweigh the record it was made from. Nor has it a
say then in whose number another agency wrote down (see edges.that_speak). Then groups
are weighed as wholes, each with all that its members' records say: two groups, not both of one
member, between which there is a pair that nobody judged and that is no rival, join when the wholes
may link, and when what they say without any one record of several still tells for one child by
more than the margin, or, where one of the two is a single record, does not tell against it by the
margin or more. The nearest join first, one at a time, but not where another group is as near to
one of them, is kept apart from the other and is not like it. Last, a twin without a given name
joins where the sex tells which of the two it is (see twins.told_by_sex). A person's judgement
outranks the model: the latest on a pair counts.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from broker.identity.edges import (
    ONLY_NUMBER,
    Edge,
    Pair,
    all_agree,
    are_of_return,
    asked_although_silent,
    certainty_of,
    that_speak,
    without_returns,
)
from broker.identity.groups import Groups, without_one
from broker.identity.model import Model, probability_of
from broker.identity.person import Person, union_of
from broker.identity.sameness import Sameness
from broker.identity.scoring import HELD_APART, NHS_NUMBERS_DIFFER, score, weight_of
from broker.identity.twins import is_of_unnamed_twin, told_by_sex
from broker.vocabulary.words import Verdict

__all__ = [
    "NEAR_RIVALS", "NOT_SURE", "UNFITTING", "UNSURE", "Child", "Clustering", "Edge", "Judged",
    "Pair", "Review", "cluster",
]

NEAR_RIVALS = "two people held apart are equally near"
NOT_SURE = "alike, but not enough to join without a person"
UNFITTING = "does not fit the rest of the child"
UNSURE = "a person looked and was not sure"
_CLIPPED_BITS = 12.0  # beyond this a single pair must not outweigh the others of a group

Judged = Mapping[Pair, tuple[tuple[int, str], Verdict]]
"""The latest judgement of each pair of keys (lesser first), with what orders it."""


class Review(NamedTuple):
    """A pair for people to look at, and why it was not joined."""

    left: str
    right: str
    probability: float
    reason: str


@dataclass(frozen=True, slots=True)
class Child:
    """Records held to be one child: sorted keys, the least probability that holds them together,
    pairs that all else joins but different valid NHS numbers forbid, and the sorted keys of
    records elsewhere that wait for a person to say whether they are this child's. `apart` are
    pairs of a member and such a record that are two people: it waits because of another member."""

    members: tuple[str, ...]
    certainty: float = 1.0
    blocked: tuple[tuple[str, str, str], ...] = ()
    unsure: tuple[str, ...] = ()
    apart: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Clustering:
    """The children of a set of records, in order of their least member, and what is in doubt."""

    children: tuple[Child, ...]
    review: tuple[Review, ...]


def cluster(persons: Mapping[str, Person], edges: Iterable[Edge],
            judged: Judged, model: Model) -> Clustering:
    """The children among these people; pairs of which a person is not given are left out."""
    known = sorted({each for each in edges if each.left in persons and each.right in persons},
                   key=lambda each: (-each.weight, each.left, each.right))
    ruled = {pair: verdict for pair, verdict in judged.items()
             if pair[0] in persons and pair[1] in persons
             and verdict[1] not in (Verdict.UNDONE, Verdict.UNMAPPED)}
    said = {pair: verdict for pair, (_, verdict) in ruled.items()}
    speaking = that_speak(persons, known, said, model)
    if not ruled and all_agree(persons, known, model):
        return _as_one(persons, speaking)
    found = _by_parts(persons, speaking, ruled, model)
    asked = asked_although_silent(persons, known, speaking, (
        each.members for each in found.children), (each[:2] for each in found.review), said, model)
    return replace(found, review=tuple(sorted((*found.review, *[
        Review(*each[:2], probability_of(each.weight), ONLY_NUMBER) for each in asked]))))


def _by_parts(persons: Mapping[str, Person], edges: Sequence[Edge], ruled: Judged,
              model: Model) -> Clustering:
    """Each set of people that scored pairs or a SAME connect, by itself: what only a DIFFERENT or
    an UNSURE ties to a child has no say in it."""
    parts = Groups(sorted(persons))
    for each in edges:
        parts.join(each.left, each.right)
    for pair, (_, verdict) in ruled.items():
        if verdict is Verdict.SAME:
            parts.join(*pair)
    children: list[Child] = []
    review = [Review(*pair, probability_of(weight_of(persons[pair[0]], persons[pair[1]], model)),
                     UNSURE)
              for pair, (_, verdict) in ruled.items() if verdict is Verdict.UNSURE
              and parts.group(pair[0]) is not parts.group(pair[1])]
    edges_in: dict[int, list[Edge]] = {}
    for each in edges:
        edges_in.setdefault(id(parts.group(each.left)), []).append(each)
    for members in parts.members():
        inside = parts.group(members[0])
        found = _Clusterer(
            {key: persons[key] for key in members}, edges_in.get(id(inside), ()),
            {pair: order for pair, order in ruled.items() if inside.issuperset(pair)},
            model).run()
        children.extend(found.children)
        review.extend(found.review)
    return Clustering(tuple(sorted(children, key=lambda each: each.members)),
                      tuple(sorted(review)))


def _as_one(persons: Mapping[str, Person], edges: Sequence[Edge]) -> Clustering:
    if not persons:
        return Clustering((), ())
    members = tuple(sorted(persons))
    if len(members) == 2:
        return Clustering((Child(members, probability_of(edges[0].weight)),), ())
    return Clustering((Child(members, certainty_of(members, edges, ())),), ())


class _Clusterer:
    """One run over one set of people."""

    def __init__(self, persons: Mapping[str, Person], edges: Sequence[Edge],
                 ruled: Judged, model: Model):
        self._persons = persons
        self._edges = edges
        self._ruled = {pair: verdict for pair, (_, verdict) in ruled.items()}
        self._model = model
        self._weights = {(each.left, each.right): each.weight for each in edges}
        self._groups = Groups(sorted(persons))
        self._wholes: dict[tuple[str, str, int, int], float | None] = {}
        self._whole_links: list[Edge] = []
        self._numbers_part: list[Edge] = []
        self._forbidden: dict[Pair, str | None] = {}
        self._same = self._judged_same(ruled)
        self._sameness = Sameness.of(
            [[persons[key] for key in members]
             for members in self._groups.members() if len(members) > 1], persons.values())

    def _judged_same(self, ruled: Judged) -> list[Pair]:
        """Join what people judged the same, latest first; a DIFFERENT is never overruled."""
        same = sorted(((order, pair) for pair, (order, verdict) in ruled.items()
                       if verdict is Verdict.SAME), reverse=True)
        kept = []
        for _, (left, right) in same:
            one, other = self._groups.group(left), self._groups.group(right)
            if not any(self._is_different(a, b) for a in one for b in other):
                self._groups.join(left, right)
                kept.append((left, right))
        return kept

    def _is_different(self, one: str, other: str) -> bool:
        pair = (one, other) if one < other else (other, one)
        return self._ruled.get(pair) is Verdict.DIFFERENT

    def _conflicts(self, one: str, other: str) -> bool:
        return self._is_different(one, other) or self._forbids(one, other) is not None

    def _forbids(self, one: str, other: str) -> str | None:
        pair = (one, other) if one < other else (other, one)
        if pair not in self._forbidden:
            self._forbidden[pair] = self._sameness.forbids(
                self._persons[one], self._persons[other])
        return self._forbidden[pair]

    def _is_parted(self, edge: Edge) -> bool:
        """Whether only NHS numbers part a pair; who was not sure has not settled it."""
        pair = (edge.left, edge.right)
        return (edge.forbidden == NHS_NUMBERS_DIFFER and edge.weight >= self._model.link_bits
                and self._ruled.get(pair) not in (Verdict.SAME, Verdict.DIFFERENT)
                and self._forbids(*pair) == NHS_NUMBERS_DIFFER)

    def _weight(self, one: str, other: str) -> float:
        pair = (one, other) if one < other else (other, one)
        if pair not in self._weights:
            self._weights[pair] = weight_of(self._persons[one], self._persons[other], self._model)
        return self._weights[pair]

    def run(self) -> Clustering:
        """Join to the fixed point, then say what holds and what is in doubt."""
        free = [each for each in self._edges
                if each.weight >= self._model.link_bits and each.held is None
                and (each.left, each.right) not in self._ruled
                and not self._conflicts(each.left, each.right)]
        rivals = self._rivals(free)
        twice = self._recorded_twice()
        links = sorted((each for each in free if (each.left, each.right) not in rivals), key=lambda
                       each: (not are_of_return(self._persons[each.left],
                                               self._persons[each.right]),
                              not twice.isdisjoint((each.left, each.right))))
        joined = True
        while joined:
            joined = False
            for edge in links:
                if self._may_join(edge.left, edge.right):
                    self._groups.join(edge.left, edge.right)
                    joined = True
        while (nearest := self._nearest_wholes(rivals)) is not None:
            self._groups.join(nearest.left, nearest.right)
            self._whole_links.append(nearest)
        unnamed = [each for each in self._edges if is_of_unnamed_twin(each, self._model)
                   and (each.left, each.right) not in self._ruled]
        while (twin := told_by_sex(unnamed, self._persons, self._groups,
                                   self._conflicts)) is not None:
            self._groups.join(twin.left, twin.right)
            self._whole_links.append(twin)
        links = sorted((*links, *self._whole_links),
                       key=lambda each: (-each.weight, each.left, each.right))
        self._numbers_part = [each for each in self._edges if self._is_parted(each)]
        children = [self._child(members, links) for members in self._groups.members()]
        return Clustering(tuple(children), self._review(rivals))

    def _recorded_twice(self) -> set[str]:
        """Records that are alike and that one agency holds apart: a child it recorded twice."""
        return {key for each in self._edges
                if each.forbidden == HELD_APART and each.weight >= self._model.review_bits
                for key in (each.left, each.right)}

    def _may_join(self, left: str, right: str) -> bool:
        one, other = self._groups.group(left), self._groups.group(right)
        if one is other or any(self._conflicts(a, b) for a in one for b in other):
            return False
        if len(one) == len(other) == 1:
            return True
        if self._agree_always(one, other):
            return True
        own, rest = [without_returns([self._persons[key] for key in group])
                     for group in (one, other)]
        return len(own) + len(rest) < len(one) + len(other) and self._agree_always(own, rest)

    def _agree_always(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether the two agree, also without any one record of several."""
        return all(self._agree(*parts) for parts in without_one(one, other))

    def _agree(self, one: Sequence[str], other: Sequence[str]) -> bool:
        """Whether what pairs between the two say, on average, is more than a margin."""
        prior = self._model.prior_bits
        total = sum([max(-_CLIPPED_BITS, min(_CLIPPED_BITS, self._weight(a, b) - prior))
                     for a in one for b in other])
        return total > self._model.margin_bits * len(one) * len(other)

    def _nearest_wholes(self, rivals: set[Pair]) -> Edge | None:
        """The two groups to join next, by their least keys."""
        near: dict[Pair, float] = {}
        asked: set[Pair] = set()
        for edge in self._edges:
            one, other = self._groups.group(edge.left), self._groups.group(edge.right)
            pair = (edge.left, edge.right)
            if one is other or len(one) == len(other) == 1 or pair in rivals or (
                    pair in self._ruled or edge.weight < self._model.floor_bits):
                continue
            least, greatest = sorted((min(one), min(other)))
            if (least, greatest) not in asked:
                asked.add((least, greatest))
                weight = self._whole_weight(least, greatest)
                if weight is not None:
                    near[least, greatest] = weight
        for (left, right), weight in sorted(near.items(), key=lambda each: (-each[1], each[0])):
            if weight < self._model.link_bits:
                return None
            if not self._has_rival(left, right, near):
                return Edge(left, right, weight)
        return None

    def _whole_weight(self, left: str, right: str) -> float | None:
        """What two groups weigh together; None where something between them is judged,
        forbidden or held."""
        one, other = self._groups.group(left), self._groups.group(right)
        name = (left, right, len(one), len(other))
        if name not in self._wholes:
            apart = any((min(a, b), max(a, b)) in self._ruled or self._conflicts(a, b)
                        for a in one for b in other)
            self._wholes[name] = None if apart else self._scored_wholes(one, other)
        return self._wholes[name]

    def _scored_wholes(self, one: set[str], other: set[str]) -> float | None:
        """What the wholes weigh, unless one record alone makes the two alike."""
        scored = score(self._whole(one), self._whole(other), self._model)
        if scored.held or scored.weight < self._model.link_bits:
            return None if scored.held else scored.weight
        margin = self._model.margin_bits
        least = self._model.prior_bits + (-margin if 1 in (len(one), len(other)) else margin)
        for own, rest in without_one(one, other):
            if weight_of(self._whole(own), self._whole(rest), self._model) <= least:
                return None
        return scored.weight

    def _whole(self, group: Iterable[str]) -> Person:
        return union_of(min(group), [self._persons[key] for key in sorted(group)])

    def _has_rival(self, left: str, right: str, near: Mapping[Pair, float]) -> bool:
        """Whether a group as near to one of the two is kept apart from the other."""
        margin = near[left, right] - self._model.margin_bits
        for pair, weight in near.items():
            if weight <= margin or pair == (left, right):
                continue
            for own, other in ((left, right), (right, left)):
                if own in pair and self._are_unlike(other, pair[0] if pair[1] == own else pair[1]):
                    return True
        return False

    def _are_unlike(self, one: str, other: str) -> bool:
        """Whether two groups cannot be one, and no pair between them is likely."""
        pairs = [(a, b) for a in self._groups.group(one) for b in self._groups.group(other)]
        return any(self._conflicts(a, b) for a, b in pairs) and all(
            self._weight(a, b) < self._model.review_bits for a, b in pairs)

    def _rivals(self, links: Sequence[Edge]) -> set[Pair]:
        """Pairs of a record with two people who cannot be one, and are not alike either."""
        near: dict[str, list[tuple[float, str]]] = {}
        for edge in links:
            near.setdefault(edge.left, []).append((edge.weight, edge.right))
            near.setdefault(edge.right, []).append((edge.weight, edge.left))
        rivals: set[Pair] = set()
        for key, others in near.items():
            best = max(weight for weight, _ in others)
            close = sorted(other for weight, other in others
                           if best - weight < self._model.margin_bits)
            for one, other in combinations(close, 2):
                if self._conflicts(one, other) and (
                        self._weight(one, other) < self._model.review_bits):
                    rivals.update((min(key, each), max(key, each)) for each in (one, other))
        return rivals

    def _child(self, members: list[str], links: Sequence[Edge]) -> Child:
        own = set(members)
        blocked = sorted(
            (each.left, each.right, NHS_NUMBERS_DIFFER) for each in self._numbers_part
            if (each.left in own) != (each.right in own))
        if len(members) == 1:
            return Child(tuple(members), 1.0, tuple(blocked))
        inside = [each for each in links if each.left in own and each.right in own]
        same = [pair for pair in self._same if pair[0] in own]
        return Child(tuple(sorted(members)), certainty_of(members, inside, same), tuple(blocked))

    def _review(self, rivals: set[Pair]) -> tuple[Review, ...]:
        review = [Review(left, right, probability_of(self._weight(left, right)), UNSURE)
                  for (left, right), verdict in self._ruled.items() if verdict is Verdict.UNSURE]
        for edge in self._edges:
            pair = (edge.left, edge.right)
            if edge.weight >= self._model.review_bits and pair not in self._ruled and (
                    self._groups.group(edge.left) is not self._groups.group(edge.right)):
                reason = self._reason(edge, rivals)
                review.append(Review(*pair, probability_of(edge.weight), reason))
        return tuple(sorted(review))

    def _reason(self, edge: Edge, rivals: set[Pair]) -> str:
        if reason := self._forbids(edge.left, edge.right) or edge.held:
            return reason
        if (edge.left, edge.right) in rivals:
            return NEAR_RIVALS
        if edge.weight < self._model.link_bits:
            return NOT_SURE
        return self._reason_between(edge)

    def _reason_between(self, edge: Edge) -> str:
        """Why two groups stay apart although this pair would join them."""
        reasons = {self._forbids(one, other) for one in self._groups.group(edge.left)
                   for other in self._groups.group(edge.right)}
        return min((each for each in reasons if each), default=UNFITTING)
