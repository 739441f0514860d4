"""Made-up files of the benchmark, linked as `concord identity link` does: what must not change."""
from collections import Counter
from collections.abc import Mapping, Sequence
from math import comb

import numpy as np
import pytest

from bench.linkage.children import Children
from bench.linkage.concord_beside import CHILDREN, HISTORICAL, linked
from bench.linkage.historical import historical
from bench.linkage.measures import Labels
from broker.identity.table.doubts import Bounds
from broker.identity.table.link import link_columns

ROWS = historical(seed=7, count=1_200)


def pairs_in(groups: Mapping[object, int]) -> int:
    """How many pairs groups of these sizes have."""
    return sum(comb(size, 2) for size in groups.values())


def right_and_wrong(true: Labels, found: Labels) -> tuple[int, int]:
    """How many pairs were put together that are one child's, and that are not."""
    right = pairs_in(Counter((true[key], found[key]) for key in true))
    return right, pairs_in(Counter(found.values())) - right


def groups_of(rows: Sequence[dict[str, str]]) -> set[frozenset[str]]:
    """The people of a file, each as the ids of its rows."""
    groups: dict[object, set[str]] = {}
    for row, label in linked(rows, "unique_id", HISTORICAL).clusters.items():
        groups.setdefault(label, set()).add(str(row))
    return {frozenset(each) for each in groups.values()}


@pytest.mark.slow
@pytest.mark.parametrize(("children", "expected"), [(150, (190, 4)), (700, (927, 32))])
def test_kin_keep_brothers_and_sisters_apart(children: int, expected: tuple[int, int]) -> None:
    """Counted in the larger file, of which without kin 128 pairs of two children would be put
    together; in the smaller nobody is joined who has two given names."""
    world = Children(seed=3, count=children)
    found = linked(world.rows, "key", CHILDREN).clusters

    assert expected == right_and_wrong({row["key"]: row["cluster"] for row in world.rows}, found)


@pytest.mark.slow
def test_rows_joined_to_another_child_are_likelier_where_the_probability_is_low() -> None:
    """Five of 26 joined rows below 0.95 are mostly with another child's, 11 of 1,111 above."""
    rows = Children(seed=3, count=700).rows
    means, compared = CHILDREN
    found = link_columns(
        {meaning: [row[column] for row in rows] for meaning, column in means.items()},
        {column: [row[column] for row in rows] for column in compared},
        [row["key"] for row in rows], bounds=Bounds(0.5, 0.95, 0))
    people, true = found.people.tolist(), [row["cluster"] for row in rows]
    sizes, own = Counter(people), Counter(zip(people, true, strict=True))
    seen: Counter[tuple[bool, bool]] = Counter()
    assert found.doubts is not None
    for person, child, probability in zip(people, true, found.doubts.probabilities.tolist(),
                                          strict=True):
        if sizes[person] > 1:
            is_wrong = 2 * (own[person, child] - 1) < sizes[person] - 1
            seen[probability < 0.95, is_wrong] += 1

    assert {(True, True): 5, (True, False): 21, (False, True): 11, (False, False): 1_100} == seen


@pytest.mark.slow
def test_the_people_of_a_file_full_of_ties_do_not_depend_on_its_order() -> None:
    """Equal weights, thin rows and namesakes; shuffled, the same rows are the same people."""
    order = np.random.default_rng(0).permutation(len(ROWS)).tolist()

    assert groups_of(ROWS) == groups_of([ROWS[place] for place in order])
