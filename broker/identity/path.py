"""How records that were never joined to each other directly came to be one child."""
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from broker.identity.cluster import Edge, Pair
from broker.identity.groups import Groups
from broker.identity.model import probability_of

JUDGED = 1.0


class Step(NamedTuple):
    """One pair of the way from a record to another, in the direction of the way.

    `judged` says that a person judged it; the probability is then 1.
    """

    one: str
    other: str
    probability: float
    judged: bool = False


def path_between(one: str, other: str, links: Iterable[Edge],
                 judged: Iterable[Pair] = ()) -> tuple[Step, ...]:
    """The way from one record to the other whose weakest pair is the strongest there is: over
    pairs that people judged the same, and over `links`. Empty where there is no way."""
    steps: dict[str, list[Step]] = {}
    groups = Groups()
    ways = [(left, right, JUDGED, True) for left, right in sorted(judged)]
    ways += [(each.left, each.right, probability_of(each.weight), False)
             for each in sorted(links, key=lambda each: (-each.weight, each.left, each.right))]
    for left, right, probability, by_person in ways:
        if groups.joins(left, right):
            steps.setdefault(left, []).append(Step(left, right, probability, by_person))
            steps.setdefault(right, []).append(Step(right, left, probability, by_person))
    return _way(one, other, steps)


def _way(one: str, other: str, steps: Mapping[str, list[Step]]) -> tuple[Step, ...]:
    """The only way in a tree."""
    came: dict[str, Step | None] = {one: None}
    frontier = [one]
    while frontier and other not in came:
        reached = []
        for key in frontier:
            for step in steps.get(key, ()):
                if step.other not in came:
                    came[step.other] = step
                    reached.append(step.other)
        frontier = reached
    way: list[Step] = []
    last = came.get(other)
    while last is not None:
        way.append(last)
        last = came[last.one]
    return tuple(reversed(way))
