"""Rows that say the same, keys that too many rows share, and cores made many at once."""
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.identity.table.blocking import Longs, blocks_of, unreached
from broker.identity.table.cores import cores_of
from broker.identity.table.doubts import Bounds
from broker.identity.table.link import link, link_columns
from broker.identity.table.people import people_of
from broker.identity.table.repeats import Repeats, repeats_in

PEOPLE = (("Amy", "Barden", "2010-03-04", "YO1 7HH"), ("Ben", "Folgar", "2012-08-09", "LS1 4AP"),
          ("Chloe", "Hinkes", "2011-11-21", "M1 1AE"))
NAMES = ("given", "family", "birth_date", "postcode")


def columns_of(copies: int) -> dict[str, list[str]]:
    """Three children, each on so many rows alike."""
    return {name: [child[place] for child in PEOPLE for _ in range(copies)]
            for place, name in enumerate(NAMES)}


@pytest.mark.parametrize("copies", [2, 3, 4, 100, 1_000])
def test_three_children_on_many_rows_alike_are_three(copies: int) -> None:
    """However many rows alike there are, no block is beyond what is compared."""
    found = link(people_of(columns_of(copies), {})).people.tolist()

    assert [0] * copies + [copies] * copies + [2 * copies] * copies == found


def test_rows_that_differ_in_what_tells_nothing_are_compared_in_full() -> None:
    """A hundred rows of each of three children, every row with a telephone of its own."""
    phones = [f"01904 {row:06}" for row in range(300)]
    found = link(people_of({**columns_of(100), "phone": phones}, {})).people.tolist()

    assert [0] * 100 + [100] * 100 + [200] * 100 == found


def test_three_rows_alike_are_kept_and_the_others_are_like_the_first() -> None:
    """Rows 0, 2, 3, 5 and 6 say the same, row 1 and row 4 something else each."""
    repeats = repeats_in(people_of(
        {"family": ["Barden", "Folgar", "BARDEN", "Barden", "Hinkes", "Barden", "Barden"]}, {}))

    assert [0, 1, 2, 3, 4] == repeats.kept.tolist()
    assert [0, 1, 0, 0, 4, 0, 0] == repeats.first.tolist()
    assert [2, 1, 2, 2, 4, 2, 2] == repeats.second.tolist()


def test_a_row_that_was_not_looked_at_goes_with_two_alike_that_are_one_person() -> None:
    """And stays alone where those are two."""
    repeats = Repeats(np.array([0, 1, 2]), np.array([0, 0, 0, 0]), np.array([1, 1, 1, 1]))

    assert [0, 0, 2, 0] == repeats.expanded(np.array([0, 0, 2])).tolist()
    assert [0, 1, 1, 3] == repeats.expanded(np.array([0, 1, 1])).tolist()


def test_rows_alike_have_one_probability_and_keep_their_numbers() -> None:
    """A row that was not looked at is as sure as the one that it is like."""
    columns = {name: texts[::-1] for name, texts in columns_of(5).items()}
    doubts = link_columns(columns, {}, [str(row) for row in range(15)],
                          bounds=Bounds(0.01, 0.95, 100)).doubts

    assert doubts is not None
    assert [1, 1, 1] == [len(set(doubts.probabilities[start:start + 5].round(9).tolist()))
                         for start in (0, 5, 10)]


def test_rows_with_no_key_but_what_too_many_share_are_told_of() -> None:
    """Twelve hundred people of one name and nothing else but a number: no block holds them."""
    names = ["Barden"] * 1_200 + ["Folgar", "Folgar"]
    people = people_of({"family": names}, {"number": [str(row) for row in range(1_202)]})
    blocks = blocks_of(people)
    linked = link(people)

    assert list(range(1_200)) == unreached(people, blocks).tolist()
    assert list(range(1_200)) == linked.unreached
    assert sum(each.too_large for each in blocks) == linked.too_large > 0


def test_a_key_that_tells_such_rows_apart_reaches_them() -> None:
    """With a house number that few share, nobody is left out."""
    people = people_of({"family": ["Barden"] * 1_200},
                       {"house": [str(row // 2) for row in range(1_200)]})

    assert [] == unreached(people, blocks_of(people)).tolist()


def one_after_the_other(size: int, edges: dict[tuple[int, int], float]) -> list[int]:
    """Average linkage by its definition: the best two groups join until none are good enough."""
    groups = [{row} for row in range(size)]

    def average(one: set[int], other: set[int]) -> float:
        bits = [edges.get((min(a, b), max(a, b)), -6.0) for a in one for b in other]
        return sum(bits) / len(bits)

    while len(groups) > 1:
        best, one, other = max((average(groups[one], groups[other]), one, other)
                               for one, other in combinations(range(len(groups)), 2))
        if best < 4.0:
            break
        groups[one] |= groups.pop(other)
    return [min(group) for row in range(size) for group in groups if row in group]


def cores(size: int, edges: dict[tuple[int, int], float]) -> list[int]:
    """The same, many at once."""
    one, other = (np.array([pair[side] for pair in edges], np.int64) for side in (0, 1))
    found: Longs = cores_of(size, one, other, np.array(list(edges.values())), 4.0, -6.0)
    return [int(each) for each in found]


@given(st.integers(0, 10_000), st.integers(2, 9))
def test_joining_many_at_once_is_joining_one_after_the_other(seed: int, size: int) -> None:
    """Where no two pairs weigh the same."""
    chance = Random(seed)
    edges = {pair: chance.uniform(-6.0, 12.0) for pair in combinations(range(size), 2)
             if chance.random() < 0.8}

    assert one_after_the_other(size, edges) == cores(size, edges)


def test_rows_that_all_weigh_the_same_come_together_in_a_few_rounds() -> None:
    """Two hundred rows, each sure of each other; and one pair that may never join keeps two
    groups apart whatever else they weigh."""
    alike = dict.fromkeys(combinations(range(200), 2), 12.0)

    assert [0] * 200 == cores(200, alike)
    assert [0, 0, 2] == cores(3, {(0, 1): 10.0, (1, 2): 9.0, (0, 2): -np.inf})


def test_of_a_long_name_the_words_that_few_bear_are_compared() -> None:
    """Not the titles before it, which many have; the given and the family name stay."""
    long = "Lt Gen the Rt Hon Sir Arthur Wellesley, 1st Duke of Wellington"
    people = people_of({"name": [long] + ["Lt Gen the Rt Hon Sir John Moore, 1st Duke"] * 3,
                        "given": ["Sir"] * 4, "family": ["Duke"] * 4}, {})

    assert ["SIR", "DUKE", "ARTHUR", "WELLESLEY", "OF", "WELLINGTON"] == [
        people.words[token] for token in people.tokens[0].tolist()]
