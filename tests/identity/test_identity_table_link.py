"""Which rows of a file are one person."""
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.identity.table.blocking import blocks_of, pairs_in
from broker.identity.table.entities import Entities, Settings
from broker.identity.table.holds import NOTHING, TWO_GIVEN, Holds
from broker.identity.table.levels import comparisons_of
from broker.identity.table.link import link, link_columns
from broker.identity.table.people import people_of

JOIN_BITS = 4.25
AVA, ISLA, AVA_TURNED = ("Ava", "Thornbeck"), ("Isla", "Thornbeck"), ("Thornbeck", "Ava")
GIVEN = ("AMY", "BEN", "CHLOE", "DAVID", "ELLA", "FRANK", "GRACE", "HENRY", "ISLA", "JACK",
         "KARA", "LIAM", "MAYA", "NOAH", "ORLA", "PAUL", "QUINN", "ROSE", "SAUL", "TESS")
SYLLABLES = ("bar", "den", "fol", "gar", "hin", "kes", "lom", "mer", "nor", "pel", "rud", "sal",
             "tev", "wim", "yor", "zan")


def families(number: int) -> tuple[dict[str, list[str]], list[int]]:
    """Two children a family, each on two rows: the second row with a slip in the family name or
    without the postcode; columns, and the child of each row."""
    columns: dict[str, list[str]] = {name: [] for name in
                                     ("given", "family", "birth_date", "postcode", "phone")}
    truth = []
    for family in range(number):
        name = "".join(SYLLABLES[(family * step + step) % 16] for step in (1, 3, 7)) + SYLLABLES[
            family // 16 % 16]
        for sibling in (0, 1):
            child = 2 * family + sibling
            born = f"20{child * 7 % 17:02}-{child * 5 % 12 + 1:02}-{child * 11 % 27 + 2:02}"
            for row in (0, 1):
                columns["given"].append(GIVEN[child * 13 % 20])
                columns["family"].append(name[:-1] if row and child % 3 == 0 else name)
                columns["birth_date"].append(born)
                columns["postcode"].append(
                    "" if row and child % 3 == 1 else f"YO{family % 40} {family % 9}AB")
                columns["phone"].append(f"01904 {family:06}")
                truth.append(child)
    return columns, truth


@pytest.mark.slow
def test_brothers_and_sisters_stay_apart_and_each_child_comes_together() -> None:
    """Though they share a rare family name, a postcode and a telephone."""
    columns, truth = families(300)
    found = link(people_of(columns, {})).people.tolist()

    assert 600 == len(set(found))
    assert {1} == set(Counter(dict(zip(truth, found, strict=True)).values()).values())
    assert truth == [dict(zip(found, truth, strict=True))[each] for each in found]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_is_no_matter(seed: int) -> None:
    """The same rows shuffled come to the same people, each named by its first row."""
    columns, truth = families(100)
    ids = [str(row) for row in range(len(truth))]
    order = np.random.default_rng(seed).permutation(len(truth)).tolist()
    shuffled = {name: [texts[row] for row in order] for name, texts in columns.items()}
    found = link_columns(columns, {}, ids).people.tolist()
    again = link_columns(shuffled, {}, [ids[row] for row in order]).people.tolist()
    back = [0] * len(order)
    for place, row in enumerate(order):
        back[row] = again[place]

    assert groups(found) == groups(back)
    assert all(min(group) in found for group in groups(found))


def groups(labels: list[int]) -> set[frozenset[int]]:
    """The rows of each person."""
    found: dict[int, set[int]] = {}
    for row, label in enumerate(labels):
        found.setdefault(label, set()).add(row)
    return {frozenset(each) for each in found.values()}


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_a_file_of_hardly_any_rows_is_linked_too(rows: int) -> None:
    """Strangers stay strangers where there is nothing to learn from."""
    columns, _ = families(3)
    people = people_of({name: texts[::4][:rows] for name, texts in columns.items()}, {})

    assert list(range(rows)) == link(people).people.tolist()


def test_two_rows_that_say_all_the_same_are_one_person() -> None:
    """What is usual speaks for them, as two rows teach nothing."""
    columns, _ = families(2)
    people = people_of({name: [texts[0], texts[0], texts[5]] for name, texts in columns.items()},
                       {})

    assert [0, 0, 2] == link(people).people.tolist()


@pytest.mark.parametrize("rows", [
    {"given": ["Liam", "Liam"], "family": ["Smith", "Smith"],
     "birth_date": ["2010-10-10", "2014-02-19"], "postcode": ["YO1 7HH", "LS1 4AP"]},
    {"given": ["Daniel", "Hannah"], "family": ["Wragg", "Wragg"],
     "birth_date": ["2010-08-08", "2011-08-08"], "sex": ["M", "F"]},
    {"given": ["Daniel", ""], "family": ["Wragg", ""],
     "birth_date": ["2010-08-08", "2010-08-08"]},
], ids=["namesakes", "brother and sister", "one without a name"])
def test_two_rows_of_two_people_stay_two(rows: dict[str, list[str]]) -> None:
    """Where there is nothing to learn from, what is usual speaks against them."""
    assert [0, 1] == link(people_of(rows, {})).people.tolist()


def test_brothers_and_sisters_of_a_few_rows_stay_apart() -> None:
    """Kin cannot be counted in so small a file, and are as they usually are."""
    columns, truth = families(10)
    found = link(people_of(columns, {})).people.tolist()

    assert groups(truth) == groups(found)


@pytest.mark.parametrize(("names", "expected"), [
    ([AVA, ISLA, AVA_TURNED], [0, 1, 0]),
    ([ISLA, AVA_TURNED], [0, 1]),
    ([ISLA, AVA_TURNED, ("Thornbeck", "Ava Rose")], [0, 1, 1]),
    ([("Isla Rose", "Thornbeck"), ("Thornbeck", "Ava Rose")], [0, 1]),
    ([AVA, ISLA, AVA_TURNED, ("Thornbeck", "Isla")], [0, 1, 0, 1]),
    ([AVA, AVA_TURNED], [0, 0]),
], ids=["beside her own row", "alone", "twice", "a second name", "both twins", "one child"])
def test_a_name_the_wrong_way_round_does_not_join_twins(
    names: list[tuple[str, str]], expected: list[int],
) -> None:
    """Two given names are two children, in whichever column they stand."""
    rows = {"given": [each for each, _ in names], "family": [each for _, each in names],
            "birth_date": ["2012-05-06"] * len(names), "postcode": ["ES2 2AA"] * len(names),
            "sex": ["F"] * len(names)}

    assert expected == link(people_of(rows, {})).people.tolist()


@pytest.mark.parametrize(("other", "expected"), [
    (("Isla", "Thornbeck"), TWO_GIVEN), (("Thornbeck", "Isla"), TWO_GIVEN),
    (("Isla Rose", "Thornbeck"), NOTHING), (("Thornbeck", "Isla Rose"), NOTHING),
], ids=["another", "another, turned", "one in common", "one in common, turned"])
def test_two_given_names_are_held_unless_one_is_in_common(
    other: tuple[str, str], expected: int,
) -> None:
    """Whatever all else weighs, and whichever way round the names are written."""
    people = people_of({"given": ["Ava Rose", other[0]], "family": ["Thornbeck", other[1]]}, {})
    holds = Holds(people, comparisons_of(people), JOIN_BITS)

    held = holds(np.array([0]), np.array([1]), np.array([12.0], np.float32))

    assert [expected] == held.look.tolist()


def test_a_file_without_a_name_in_any_row_is_left_as_it_is() -> None:
    """Nothing is joined on nothing."""
    assert [0, 1, 2] == link(people_of({"given": ["", "", ""]}, {})).people.tolist()


def test_progress_is_told_stage_by_stage() -> None:
    """So that a person sees that a large file moves."""
    heard: list[str] = []
    link(people_of(families(20)[0], {}), told=lambda stage, _: heard.append(stage))

    assert ["blocking", "estimating", "comparing", "grouping"] == list(dict.fromkeys(heard))


def test_every_pair_that_shares_a_block_comes_once_with_the_lesser_row_first() -> None:
    """As brute force finds them."""
    people = people_of(families(30)[0], {})
    blocks = blocks_of(people)
    wanted: set[tuple[int, int]] = set()
    for block in blocks:
        for place, end in enumerate(block.ends.tolist()):
            wanted.update((int(block.rows[place]), int(block.rows[later]))
                          for later in range(place + 1, end))
    pairs = [pair for one, other in pairs_in(blocks, people.size)
             for pair in zip(one.tolist(), other.tolist(), strict=True)]

    assert sorted(wanted) == pairs
    assert all(one < other for one, other in pairs)


@pytest.mark.parametrize(("given", "family"), [
    ("henry", "corwallis"), ("henry", "ccornwaallis"), ("harry", "corwallis"),
    ("h", "cornwalllis"),
])
def test_a_common_name_that_is_mistyped_meets_its_own_where_nothing_else_is_known(
    given: str, family: str,
) -> None:
    """Of 3,000 of one family name, too many to compare each with each, those of one initial."""
    letters = "abcdefgijklmnopqrstuvwxyz"
    rows = [(f"{letters[row % 25]}{row}", "cornwallis") for row in range(3_000)]
    rows += [("henry", "cornwallis"), (given, family)]
    people = people_of({"given": [each for each, _ in rows], "family": [each for _, each in rows]},
                       {})
    pairs = {pair for one, other in pairs_in(blocks_of(people), people.size)
             for pair in zip(one.tolist(), other.tolist(), strict=True)}

    assert (3_000, 3_001) in pairs


def test_no_kind_of_key_makes_more_pairs_than_it_may() -> None:
    """A column of few values makes large blocks of one size: all are left out, not all kept."""
    rows = 6_000
    people = people_of({"given": [""] * rows},
                       {"team": [str(row % 20) for row in range(rows)]})
    pairs = sum(int((block.ends - np.arange(len(block.rows)) - 1).sum())
                for block in blocks_of(people))

    assert 0 == pairs


def entities(size: int, edges: dict[tuple[int, int], float],
             days: dict[int, int] | None = None) -> list[int]:
    """The entity of each row, from scored pairs and birth dates."""
    one, other = (np.array([pair[side] for pair in edges], np.int64) for side in (0, 1))
    born = np.full(size, -1, np.int64)
    for row, day in (days or {}).items():
        born[row] = day
    labels = Entities(size, one, other, np.array(list(edges.values()), np.float32),
                      Settings(join_bits=JOIN_BITS), born).labels()
    return [int(each) for each in labels]


def test_a_bridge_does_not_join_two_tight_groups() -> None:
    """Nine rows and nine, each sure of the others, and one pair between them."""
    tight = {pair: 10.0 for rows in (range(9), range(9, 18)) for pair in combinations(rows, 2)}

    assert [0] * 9 + [9] * 9 == entities(18, {**tight, (8, 9): 9.0})


def test_a_thin_row_joins_the_core_that_most_likely_made_it() -> None:
    """Though no single pair is sure: it fits the larger one's rows as well, and those are more."""
    cores = {pair: 10.0 for rows in (range(6), (6, 7)) for pair in combinations(rows, 2)}
    thin = {(row, 8): 2.0 for row in range(8)}

    assert [0] * 6 + [6, 6, 0] == entities(9, {**cores, **thin})


def test_a_thin_row_that_fits_two_cores_alike_joins_neither() -> None:
    """Rivals speak against each other."""
    cores = {pair: 10.0 for rows in (range(4), range(4, 8)) for pair in combinations(rows, 2)}
    thin = {(row, 8): 2.0 for row in range(8)}

    assert [0] * 4 + [4] * 4 + [8] == entities(9, {**cores, **thin})


def test_a_row_that_could_have_told_its_birth_date_must_be_surer() -> None:
    """What joins a row without a date is not enough for one with another."""
    edges = {(0, 1): 10.0, (0, 2): 1.5, (1, 2): 1.5}

    assert [0, 0, 0] == entities(3, edges)
    assert [0, 0, 2] == entities(3, edges, {2: 900})


def test_two_groups_born_on_two_days_stay_two() -> None:
    """A father and a son of one name, each on two rows with his own birth date."""
    edges = {(0, 1): 10.0, (2, 3): 10.0, (0, 2): 9.0, (1, 3): 9.0, (0, 3): -1.0, (1, 2): -1.0}

    assert [0, 0, 2, 2] == entities(4, edges, {0: 500, 1: 500, 2: 900, 3: 900})


@pytest.mark.parametrize(("born", "expected"), [
    (1774 * 512 + 6 * 32 + 7, [0, 0, 2, 2]),
    (1743 * 512 + 3 * 32 + 5, [0, 0, 0, 0]),
    (1742 * 512 + 6 * 32 + 5, [0, 0, 0, 0]),
    (1742 * 512, [0, 0, 0, 0]),
    (1743 * 512, [0, 0, 2, 2]),
], ids=["another year and day", "another year", "another month", "the year", "the next year"])
def test_a_father_and_a_son_alike_in_all_but_their_birth_date_stay_two(
    born: int, expected: list[int],
) -> None:
    """Each date is on two rows: no slip, though all pairs weigh as much as one person's."""
    tight = dict.fromkeys(combinations(range(4), 2), 9.0) | {(0, 1): 10.0, (2, 3): 10.0}
    father = 1742 * 512 + 3 * 32 + 5

    assert expected == entities(4, tight, {0: father, 1: father, 2: born, 3: born})


def test_two_groups_born_in_two_years_stay_two() -> None:
    """Of each only the year is known, on two rows: a number with no month and day."""
    edges = {(0, 1): 10.0, (2, 3): 10.0, (0, 2): 9.0, (1, 3): 9.0, (0, 3): -1.0, (1, 2): -1.0}

    assert [0, 0, 2, 2] == entities(4, edges, dict.fromkeys((0, 1), 1742 * 512)
                                    | dict.fromkeys((2, 3), 1764 * 512))
    assert [0, 0, 0, 0] == entities(4, edges, dict.fromkeys((0, 1), 1742 * 512)
                                    | dict.fromkeys((2, 3), 1742 * 512 + 3 * 32 + 5))


def test_more_rows_that_agree_among_themselves_are_likelier_a_person_of_their_own() -> None:
    """A row as likely the core's joins it, three such rows that are sure of each other do not."""
    core = {pair: 10.0 for rows in (range(4), range(4, 7)) for pair in combinations(rows, 2)}
    near = {(one, other): 0.0 for one in range(4) for other in range(4, 7)}
    alone = {pair: bits for pair, bits in (core | near).items() if pair[1] < 5}

    assert [0, 0, 0, 0, 0] == entities(5, alone)
    assert [0, 0, 0, 0, 4, 4, 4] == entities(7, core | near)


def test_a_row_that_came_early_into_the_wrong_entity_moves_to_the_right_one() -> None:
    """One pair of 10 bits comes before sixteen of 9.5, which together say far more."""
    many = dict.fromkeys(combinations(range(2, 18), 2), 12.0)
    edges = {(0, 1): 10.0} | {(1, row): 9.5 for row in range(2, 18)} | many

    assert [0] + [1] * 17 == entities(18, edges, {0: 900})


@pytest.mark.slow
@given(st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(
    lambda pair: pair[0] < pair[1]), st.sampled_from([-3.0, 0.0, 2.0, 5.0, 9.0])))
def test_rows_join_only_along_scored_pairs(edges: dict[tuple[int, int], float]) -> None:
    """Whoever is in one entity is connected, and an entity is named by its first row."""
    found = entities(10, edges)
    reach = {row: {row} for row in range(10)}
    for one, other in edges:
        both = reach[one] | reach[other]
        for row in both:
            reach[row] = both

    assert all(label in reach[row] and label <= row for row, label in enumerate(found))
