"""The live linkage on a small hard world: what it joins, to the pair."""
from collections import Counter
from itertools import combinations

import pytest

from broker.backends.memory import MemoryStore
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.pipeline import linking
from broker.world.hard import hard_world

SEED = 77


@pytest.fixture(scope="module")
def pairs() -> Counter[str]:
    """Pairs of records of four hundred children: joined truly and falsely, and all true ones."""
    world = hard_world(400, SEED)
    store = MemoryStore()
    with store.begin() as unit:
        linking.fold_people(unit, [held.said for held in world.records], MODEL)
    with store.view() as view:
        listed = [each.members for each in linking.people_list(view)]
    truth = {held.key: held.child for held in world.records}
    counts = Counter(
        "true" if truth[one] == truth[other] else "false"
        for members in listed for one, other in combinations(members, 2))
    sizes = Counter(truth.values())
    counts["all"] = sum(size * (size - 1) // 2 for size in sizes.values())
    counts["records"] = len(truth)
    return counts


def test_no_two_children_are_made_one(pairs: Counter[str]) -> None:
    """Twins, brothers, sisters and fathers of one name stay apart."""
    assert 0 == pairs["false"]


def test_so_many_pairs_are_joined(pairs: Counter[str]) -> None:
    """Of all pairs, those that only a person may join among them (see bench.children)."""
    assert (1073, 1204, 1124) == (pairs["records"], pairs["all"], pairs["true"])
