"""Children by brute force, straight from the words that define them: slow, and sharing nothing
with the clustering but its value types.

Groups are plain sets, every question about two groups asks all their pairs anew, and sums are of
exact fractions, so that no order of adding up can matter.
"""
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import combinations, product

from broker.identity.cluster import (
    NEAR_RIVALS,
    NOT_SURE,
    UNFITTING,
    UNSURE,
    Child,
    Clustering,
    Edge,
    Pair,
    Review,
)
from broker.identity.edges import ONLY_NUMBER
from broker.identity.model import Model
from broker.identity.person import Person, union_of
from broker.identity.scoring import ADOPTED, HELD_APART, NHS_NUMBERS_DIFFER, UNNAMED_TWIN, Scored
from broker.vocabulary.words import Verdict
from tests.identity.oracle_people import adoption_between, numbers_apart, only_sex_tells

Judged = Mapping[Pair, tuple[tuple[int, str], Verdict]]
Weigh = Callable[[Person, Person], Scored]
Group = frozenset[str]
CLIP = 12


def ordered(one: str, other: str) -> Pair:
    """The pair with the lesser key first."""
    return (one, other) if one < other else (other, one)


def merged(groups: Iterable[Group]) -> list[Group]:
    """The same sets, those with anything in common made one, until none have."""
    left = list(groups)
    for one, other in combinations(left, 2):
        if one & other:
            return merged([*(each for each in left if each not in (one, other)), one | other])
    return left


def probability(weight: float) -> float:
    """The probability that a weight in bits stands for; beyond 60 bits it is certain."""
    return 1.0 if weight > 60 else 1 / (1 + 2 ** -weight)


def plainly_apart(one: Person, other: Person) -> str | None:
    """Why the features of two people alone forbid that they are joined."""
    if one.own_id == other.own_id:
        return None
    if adoption_between(one, other):
        return ADOPTED
    if one.nhs and other.nhs and not any(
            a == b for mine, others in ((one.nhs, other.nhs), (one.nhs, other.superseded),
                                        (one.superseded, other.nhs))
            for a, b in product(mine, others)):
        return NHS_NUMBERS_DIFFER
    return HELD_APART if one.agency == other.agency else None


def said_by_own_record(edge: Edge, edges: Iterable[Edge], persons: Mapping[str, Person],
                       judged: Judged, model: Model) -> bool:
    """Whether a pair is of a return and a record elsewhere that names its council's number (and
    not its pupil number), while the return is proven to be of the council's own record."""
    for returned, elsewhere in ((edge.left, edge.right), (edge.right, edge.left)):
        one, other = persons[returned], persons[elsewhere]
        own = returned.partition("@")[0]
        if "@" in returned and one.agency != other.agency and (
                set(one.local) & set(other.local)) and not set(one.upns) & set(other.upns):
            verdict = judged.get(ordered(own, returned), (None, Verdict.UNDONE))[1]
            if verdict in (Verdict.SAME, Verdict.UNDONE, Verdict.UNMAPPED) and any(
                    {own, returned} == {each.left, each.right} and not each.held
                    and each.weight >= model.link_bits for each in edges):
                return True
    return False


def by_brute_force(persons: Mapping[str, Person], edges: Iterable[Edge], judged: Judged,
                   model: Model, weigh: Weigh) -> Clustering:
    """The children of all: of each set that scored pairs or a SAME connect, by itself, and the
    pairs between two sets of which a person was not sure."""
    given = [each for each in edges if {each.left, each.right} <= set(persons)]
    known = [each for each in given if not said_by_own_record(each, given, persons, judged, model)]
    same = [frozenset(pair) for pair, (_, verdict) in judged.items()
            if verdict is Verdict.SAME and set(pair) <= set(persons)]
    parts = merged([*(frozenset({key}) for key in persons), *same,
                    *(frozenset({each.left, each.right}) for each in known)])
    found = [Oracle({key: persons[key] for key in sorted(part)},
                    [each for each in known if each.left in part],
                    {pair: order for pair, order in judged.items() if set(pair) <= part},
                    model, weigh).run() for part in parts]
    between = [Review(*pair, probability(weigh(*(persons[key] for key in pair)).weight), UNSURE)
               for pair, (_, verdict) in judged.items()
               if verdict is Verdict.UNSURE and set(pair) <= set(persons)
               and not any(set(pair) <= part for part in parts)]
    children = sorted((child for each in found for child in each.children),
                      key=lambda child: child.members)
    review = [*between, *(pair for each in found for pair in each.review)]
    silent = sorted({each for each in given if each not in known},
                    key=lambda each: (-each.weight, each.left, each.right))
    for each in silent:
        if may_be_asked(each, [child.members for child in children], review, persons, judged,
                        model):
            review.append(Review(each.left, each.right, probability(each.weight), ONLY_NUMBER))
    return Clustering(tuple(children), tuple(sorted(review)))


def may_be_asked(edge: Edge, children: Iterable[tuple[str, ...]], review: Iterable[Review],
                 persons: Mapping[str, Person], judged: Judged, model: Model) -> bool:
    """Whether people look at a pair of which the council's own record speaks for the return: it
    is likely, the two may be one, and nobody is asked about the two yet."""
    one, other = (next(each for each in children if key in each)
                  for key in (edge.left, edge.right))
    between = {ordered(a, b) for a, b in product(one, other)}
    return (one != other and not edge.held and edge.weight >= model.review_bits
            and not any(judged[pair][1] is Verdict.DIFFERENT for pair in between & set(judged))
            and not any(plainly_apart(persons[a], persons[b]) for a, b in between)
            and not any((each.left, each.right) in between for each in review))


class Oracle:
    """One set of people, scored pairs and judgements; `weigh` scores two people as the model
    does."""

    def __init__(self, persons: Mapping[str, Person], edges: Iterable[Edge], judged: Judged,
                 model: Model, weigh: Weigh):
        self.persons = persons
        self.model = model
        self.ruled = {
            pair: each for pair, each in judged.items() if set(pair) <= set(persons)
            and each[1] in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)}
        self.edges = sorted(edges, key=lambda each: (-each.weight, each.left, each.right))
        self.given = {(each.left, each.right): each.weight for each in self.edges}
        self.weigh = weigh
        self.groups = [frozenset({key}) for key in persons]
        self.same = self.join_judged()
        self.numbers, self.ids, self.adopted = self.what_is_one()

    def verdict(self, one: str, other: str) -> Verdict | None:
        """What people say of a pair."""
        return self.ruled.get(ordered(one, other), (None, None))[1]

    def weight(self, one: str, other: str) -> float:
        """The weight of any pair."""
        pair = ordered(one, other)
        return self.given[pair] if pair in self.given else self.weigh(
            *(self.persons[key] for key in pair)).weight

    def group(self, key: str) -> Group:
        """The group that holds a key."""
        return next(each for each in self.groups if key in each)

    def join(self, one: str, other: str) -> None:
        """Make the groups of two keys one."""
        self.groups = merged([*self.groups, frozenset({one, other})])

    def join_judged(self) -> list[Pair]:
        """Join SAME pairs, the latest first, wherever no DIFFERENT stands between the groups."""
        held = []
        for pair in sorted(self.ruled, key=lambda each: self.ruled[each][0], reverse=True):
            if self.verdict(*pair) is Verdict.SAME and not any(
                    self.verdict(a, b) is Verdict.DIFFERENT
                    for a, b in product(self.group(pair[0]), self.group(pair[1]))):
                self.join(*pair)
                held.append(pair)
        return held

    def what_is_one(self) -> tuple[list[Group], list[Group], Group]:
        """Sets of NHS numbers and of local ids that are one child's, and whose adoption people
        looked across: by judgement, or because a record ends a number beside its one other."""
        joined = [[self.persons[key] for key in group] for group in self.groups if len(group) > 1]
        numbers = [frozenset(number for each in group for number in each.nhs)
                   for group in joined]
        numbers += [frozenset({*each.nhs, *each.superseded})
                    for each in self.persons.values() if len(each.nhs) == 1]
        ids = [frozenset(each.own_id for each in group) for group in joined]
        adopted = {each.key for group in joined for pair in combinations(group, 2)
                   if adoption_between(*pair) for each in pair}
        return merged(numbers), merged(ids), frozenset(adopted)

    def forbidden(self, left: str, right: str) -> str | None:
        """Why two may not be joined, after all that people and records say is one."""
        one, other = self.persons[left], self.persons[right]
        plain = plainly_apart(one, other)
        if plain is None or (plain == ADOPTED and not self.adopted & {left, right}):
            return plain
        if numbers_apart(one, other, self.numbers):
            return NHS_NUMBERS_DIFFER
        if one.agency == other.agency and not any(
                {one.own_id, other.own_id} <= each for each in self.ids):
            return HELD_APART
        return None

    def apart(self, one: str, other: str) -> bool:
        """Whether two are kept apart, by a person or by what forbids it."""
        return self.verdict(one, other) is Verdict.DIFFERENT or bool(self.forbidden(one, other))

    def fit(self, one: Group, other: Group) -> bool:
        """Whether two groups may be one: nothing parts them, and they agree on average, also
        without any one record, either as they are or less returns beside their own record."""
        if any(self.apart(a, b) for a, b in product(one, other)):
            return False
        return len(one) == len(other) == 1 or any(
            all(self.agree(*each) for each in self.leaving_out_one(*both))
            for both in ((one, other), (self.telling(one), self.telling(other))))

    def telling(self, group: Group) -> Group:
        """A group less each return whose council's own record is in it."""
        records = {self.persons[key].own_id for key in group if "@" not in key}
        return frozenset(key for key in group
                         if "@" not in key or self.persons[key].own_id not in records)

    def returns_first(self, edge: Edge) -> int:
        """0 for a pair of a return and a record of the same local id, 1 for any other."""
        one, other = self.persons[edge.left], self.persons[edge.right]
        return 0 if "@" in edge.left + edge.right and one.own_id == other.own_id else 1

    def recorded_twice(self) -> Group:
        """Both records of every pair that one agency holds apart and that people would look at
        for its weight."""
        return frozenset(key for each in self.edges if each.forbidden == HELD_APART
                         and each.weight >= self.model.review_bits
                         for key in (each.left, each.right))

    @staticmethod
    def leaving_out_one(one: Group, other: Group) -> list[tuple[Group, Group]]:
        """Two groups as they are, and less each record that is not the only one of its group."""
        return [(one, other),
                *((one - {key}, other) for key in one if one != {key}),
                *((one, other - {key}) for key in other if other != {key})]

    def agree(self, one: Group, other: Group) -> bool:
        """Whether the pairs between two groups tell for one child, on average by more than a
        margin."""
        pairs = list(product(one, other))
        prior = Fraction(self.model.prior_bits)
        bits = [Fraction(self.weight(a, b)) - prior for a, b in pairs]
        average = sum(max(Fraction(-CLIP), min(Fraction(CLIP), each)) for each in bits) / len(bits)
        return average > Fraction(self.model.margin_bits)

    def rival_pairs(self, free: Iterable[Edge]) -> set[Pair]:
        """A record's pairs with two others that are both nearly its best, are kept apart and do
        not look like each other."""
        near: dict[str, dict[str, float]] = {key: {} for key in self.persons}
        for each in free:
            near[each.left][each.right] = near[each.right][each.left] = each.weight
        found = set()
        for key, others in near.items():
            for one, other in combinations(others, 2):
                behind = max(others.values()) - min(others[one], others[other])
                if behind < self.model.margin_bits and self.apart(one, other) and (
                        self.weight(one, other) < self.model.review_bits):
                    found |= {ordered(key, one), ordered(key, other)}
        return found

    def run(self) -> Clustering:
        """Everything from the words."""
        free = [each for each in self.edges if each.weight >= self.model.link_bits
                and not each.held and not self.verdict(each.left, each.right)
                and not self.apart(each.left, each.right)]
        rivals = self.rival_pairs(free)
        links = [each for each in free if (each.left, each.right) not in rivals]
        twice = self.recorded_twice()
        links.sort(key=lambda each: (self.returns_first(each),
                                     bool(twice & {each.left, each.right})))
        before = None
        while before != set(self.groups):
            before = set(self.groups)
            for each in links:
                one, other = self.group(each.left), self.group(each.right)
                if one != other and self.fit(one, other):
                    self.join(each.left, each.right)
        while wholes := self.wholes_to_join(rivals):
            self.join(wholes[0].left, wholes[0].right)
            links.append(wholes[0])
        while told := [each for each in self.edges if self.is_told_by_sex(each)]:
            self.join(told[0].left, told[0].right)
            links.append(told[0])
        children = [self.child(group, links) for group in sorted(self.groups, key=min)]
        return Clustering(tuple(children), tuple(sorted(self.review(rivals))))

    def is_told_by_sex(self, edge: Edge) -> bool:
        """Whether a pair of a twin without a given name, likely enough and judged by nobody, is
        of two groups that nothing parts and that by their sex can only be one child."""
        one, other = self.group(edge.left), self.group(edge.right)
        return (edge.held == UNNAMED_TWIN and edge.weight >= self.model.link_bits
                and one != other and not self.verdict(edge.left, edge.right)
                and not any(self.apart(a, b) for a, b in product(one, other))
                and only_sex_tells(one, other, self.persons))

    def wholes_to_join(self, rivals: set[Pair]) -> list[Edge]:
        """Groups that may join as wholes, named by their least keys, the nearest first."""
        near = {(one, other): weight for one, other in combinations(self.groups, 2)
                if len(one | other) > 2 and self.meet(one, other, rivals)
                and (weight := self.whole_weight(one, other)) is not None}
        found = [Edge(*ordered(min(pair[0]), min(pair[1])), weight)
                 for pair, weight in near.items() if weight >= self.model.link_bits
                 and not any(self.is_rival(pair, rival) for rival, other_weight in near.items()
                             if rival != pair and other_weight > weight - self.model.margin_bits)]
        return sorted(found, key=lambda each: (-each.weight, each.left, each.right))

    def meet(self, one: Group, other: Group, rivals: set[Pair]) -> bool:
        """Whether there is a pair above the floor between two groups that is no rival and not
        judged."""
        likely = {pair for pair, weight in self.given.items() if weight >= self.model.floor_bits}
        between = {ordered(a, b) for a, b in product(one, other)}
        return bool(between & likely - rivals - set(self.ruled))

    def whole_weight(self, one: Group, other: Group) -> float | None:
        """What two groups weigh as two people who are all that their members are; None where a
        judgement or what forbids it stands between them, the whole should be looked at, or
        without one record the rest tells against it."""
        if any(ordered(a, b) in self.ruled or self.forbidden(a, b)
               for a, b in product(one, other)):
            return None
        scored = self.weigh_wholes(one, other)
        if scored.held:
            return None
        both_several = len(one) > 1 and len(other) > 1
        least = self.model.prior_bits + self.model.margin_bits * (1 if both_several else -1)
        if scored.weight >= self.model.link_bits and any(
                self.weigh_wholes(*each).weight <= least
                for each in self.leaving_out_one(one, other)):
            return None
        return scored.weight

    def weigh_wholes(self, one: Group, other: Group) -> Scored:
        """Two groups, each as one person who is all that its members are."""
        first, second = sorted((one, other), key=min)
        return self.weigh(*(union_of(min(group), [self.persons[key] for key in sorted(group)])
                            for group in (first, second)))

    def is_rival(self, pair: tuple[Group, Group], rival: tuple[Group, Group]) -> bool:
        """Whether a pair that shares a group with another has, in its own other group, one that
        is kept apart from the other's and not like it."""
        shared = set(pair) & set(rival)
        if len(shared) != 1:
            return False
        (one,), (other,) = set(pair) - shared, set(rival) - shared
        return any(self.apart(a, b) for a, b in product(one, other)) and all(
            self.weight(a, b) < self.model.review_bits for a, b in product(one, other))

    def child(self, group: Group, links: list[Edge]) -> Child:
        """A group with the weakest of the strongest pairs that hold it, and what it is not
        joined to by reason of NHS numbers alone."""
        blocked = [(each.left, each.right, NHS_NUMBERS_DIFFER) for each in self.edges
                   if each.forbidden == NHS_NUMBERS_DIFFER
                   and each.weight >= self.model.link_bits
                   and len(group & {each.left, each.right}) == 1
                   and self.verdict(each.left, each.right) not in (Verdict.SAME, Verdict.DIFFERENT)
                   and self.forbidden(each.left, each.right) == NHS_NUMBERS_DIFFER]
        return Child(tuple(sorted(group)), self.certainty(group, links), tuple(sorted(blocked)))

    def certainty(self, group: Group, links: list[Edge]) -> float:
        """The greatest probability so that judgements and links at least as likely still hold
        the whole group together."""
        inside = {each.weight: {frozenset({link.left, link.right}) for link in links
                                if link.weight >= each.weight and {link.left, link.right} <= group}
                  for each in links}
        judged = {frozenset(pair) for pair in self.same if set(pair) <= group}
        alone = {frozenset({key}) for key in group}
        held = [probability(weight) for weight, pairs in inside.items()
                if len(merged([*alone, *judged, *pairs])) == 1]
        return 1.0 if len(merged([*alone, *judged])) == 1 else max(held)

    def review(self, rivals: set[Pair]) -> list[Review]:
        """What people are to look at: where one was unsure, and what is likely but not joined."""
        unsure = [Review(*pair, probability(self.weight(*pair)), UNSURE) for pair in self.ruled
                  if self.verdict(*pair) is Verdict.UNSURE]
        return unsure + [
            Review(each.left, each.right, probability(each.weight), self.why(each, rivals))
            for each in self.edges
            if each.weight >= self.model.review_bits and not self.verdict(each.left, each.right)
            and self.group(each.left) != self.group(each.right)]

    def why(self, edge: Edge, rivals: set[Pair]) -> str:
        """The first reason that holds, from the pair's own to those of the groups around it."""
        between = sorted(
            reason for a, b in product(self.group(edge.left), self.group(edge.right))
            if (reason := self.forbidden(a, b)))
        reasons = [
            self.forbidden(edge.left, edge.right), edge.held,
            (edge.left, edge.right) in rivals and NEAR_RIVALS,
            edge.weight < self.model.link_bits and NOT_SURE, *between, UNFITTING]
        return next(each for each in reasons if each)
