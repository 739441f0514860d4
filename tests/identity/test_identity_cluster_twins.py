"""A twin without a given name is one of the two where the other is of the other sex."""
from collections.abc import Callable
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.identity.cluster import Clustering, Edge, Pair, cluster
from broker.identity.model import DEFAULT_MODEL, Model
from broker.identity.person import Birth, Name, Person
from broker.identity.scoring import NO_NAME, UNNAMED_TWIN, score
from broker.vocabulary.words import Verdict
from tests.identity.oracle import by_brute_force, plainly_apart

Make = Callable[..., Person]
BORN = "2025-05-04"
HOME = "YO1 7HH"


def clustered(*people: Person, judged: dict[Pair, Verdict] | None = None) -> Clustering:
    """The children among these people."""
    known = {each.key: each for each in people}
    edges = [Edge(left, right, scored.weight, scored.forbidden, scored.held)
             for left, right in combinations(sorted(known), 2)
             if (scored := score(known[left], known[right], DEFAULT_MODEL)).weight
             >= DEFAULT_MODEL.floor_bits]
    ruled = {pair: ((0, ""), verdict) for pair, verdict in (judged or {}).items()}
    return cluster(known, edges, ruled, DEFAULT_MODEL)


def members(found: Clustering) -> list[tuple[str, ...]]:
    """The members of each child."""
    return [child.members for child in found.children]


def _twins(person: Make, *, brothers_sex: str = "M", brothers_given: str = "Isaac",
           brothers_born: str = BORN) -> list[Person]:
    """A girl at two agencies, one of which has no name for her and one her twin too."""
    return [
        person("council:1", "Twin 2", "Okafor", BORN, postcode=HOME),
        person("police:1", "Ngozi", "Okafor", BORN, postcode=HOME),
        person("police:2", brothers_given, "Okafor", brothers_born, sex=brothers_sex,
               postcode=HOME),
    ]


def test_a_girl_without_a_name_yet_is_the_girl_of_a_boy_and_a_girl(person: Make) -> None:
    """The police hold both twins, and only one of them is a girl."""
    found = clustered(*_twins(person))
    assert [("council:1", "police:1"), ("police:2",)] == members(found)
    assert DEFAULT_MODEL.link_probability <= found.children[0].certainty < 1.0
    assert [("council:1", "police:2")] == [each[:2] for each in found.review]


def test_the_agency_without_the_name_may_be_the_one_that_holds_both(person: Make) -> None:
    """The council holds the boy too, also without a name, and the police the girl alone."""
    council, police, _ = _twins(person)
    boy = person("council:2", "Twin 1", "Okafor", BORN, sex="M", postcode=HOME)
    assert [("council:1", "police:1"), ("council:2",)] == members(clustered(council, police, boy))


@pytest.mark.parametrize("other", [
    {"brothers_sex": "F", "brothers_given": "Amina"}, {"brothers_sex": ""},
    {"brothers_born": "2023-05-04"},
])
def test_nothing_is_told_where_the_other_may_be_her(
    person: Make, other: dict[str, str],
) -> None:
    """Two girls, a child of unknown sex, or a brother of another day."""
    found = clustered(*_twins(person, **other))
    assert [("council:1",), ("police:1",), ("police:2",)] == members(found)
    assert UNNAMED_TWIN in {each.reason for each in found.review}


def test_of_triplets_nothing_is_told(person: Make) -> None:
    """A boy and two girls, of whom the police know all three."""
    sister = person("police:3", "Amina", "Okafor", BORN, postcode=HOME)
    found = clustered(*_twins(person), sister)
    assert [("council:1",), ("police:1",), ("police:2",), ("police:3",)] == members(found)


def test_strangers_of_one_name_and_day_are_no_twins(person: Make) -> None:
    """Without a home in common the boy's sister is another girl than this one may be."""
    council, *police = _twins(person)
    found = clustered(council._replace(postcodes=("LS8 1AA",)), *police)
    assert [("council:1",), ("police:1",), ("police:2",)] == members(found)


def test_different_nhs_numbers_part_twins_too(person: Make) -> None:
    """What forbids a join forbids this one."""
    council, police, boy = _twins(person)
    found = clustered(council._replace(nhs=("9449305552",)),
                      police._replace(nhs=("9434765919",)), boy)
    assert [("council:1",), ("police:1",), ("police:2",)] == members(found)


def test_her_own_sex_must_be_known(person: Make) -> None:
    """Of a twin of whom nobody wrote whether a boy or a girl was born, nothing is told."""
    council, *police = _twins(person)
    found = clustered(council._replace(sexes=()), *police)
    assert [("council:1",), ("police:1",), ("police:2",)] == members(found)


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.UNSURE])
def test_a_person_who_looked_is_not_overruled(person: Make, verdict: Verdict) -> None:
    """Neither where the two were judged to be two, nor where somebody was not sure."""
    found = clustered(*_twins(person), judged={("council:1", "police:1"): verdict})
    assert [("council:1",), ("police:1",), ("police:2",)] == members(found)


MODEL = Model(population=2 ** 17)  # its prior is a whole number of bits: sums are exact
KEYS = ("council:1", "council:2", "home:1", "police:1", "police:2", "police:3", "school:1")
_born = Birth(2025, 5, 4)
_described = st.builds(
    lambda given, family, birth, sexes, home: Person(
        "", (Name((given,), (family,)),), (birth,), sexes, postcodes=home),
    st.sampled_from(("TWIN 1", "TWIN 2", "ADA")), st.sampled_from(("HILL", "HILL", "NASH")),
    st.sampled_from((_born, _born, Birth(2025, 5, 14))),
    st.sampled_from((("F",), ("F",), ("M",), ("M",), ())),
    st.sampled_from((("YO1 7HH",), ("YO1 7HH",), ("YO1 7HX",), ("LS8 1AA",), ())))


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[dict[str, Person], list[Edge], dict[
        Pair, tuple[tuple[int, str], Verdict]]]:
    """People of one family, most pairs held for the want of a name, and judgements."""
    chosen = draw(st.lists(st.sampled_from(KEYS), min_size=3, max_size=6, unique=True))
    people = {key: draw(_described)._replace(key=key) for key in chosen}
    pairs = list(combinations(sorted(people), 2))
    held = st.sampled_from((UNNAMED_TWIN, UNNAMED_TWIN, UNNAMED_TWIN, NO_NAME, None))
    edges = [Edge(left, right, draw(st.sampled_from((-14.0, 2.0, 4.0, 4.5, 6.0, 9.0))),
                  plainly_apart(people[left], people[right]), draw(held))
             for left, right in pairs]
    ruled = draw(st.lists(st.tuples(st.sampled_from(pairs), st.sampled_from(list(Verdict))),
                          max_size=2))
    return people, edges, {pair: ((number, ""), verdict)
                           for number, (pair, verdict) in enumerate(ruled)}


@pytest.mark.slow
@given(_graphs())
@settings(max_examples=200, deadline=None)
def test_unnamed_twins_are_those_of_the_oracle(graph: tuple[
        dict[str, Person], list[Edge], dict[Pair, tuple[tuple[int, str], Verdict]]]) -> None:
    """Children, certainty and review are what the words say."""
    people, edges, judged = graph
    expected = by_brute_force(people, edges, judged, MODEL,
                              lambda one, other: score(one, other, MODEL))
    assert expected == cluster(people, edges, judged, MODEL)


@pytest.mark.slow
@given(_graphs(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_which_twin_it_is_depends_on_no_order(graph: tuple[
        dict[str, Person], list[Edge], dict[Pair, tuple[tuple[int, str], Verdict]]],
        random: Random) -> None:
    """People and pairs in any order give the same."""
    people, edges, judged = graph
    listed, shuffled = list(people.items()), list(edges)
    random.shuffle(listed)
    random.shuffle(shuffled)
    assert cluster(people, edges, judged, MODEL) == cluster(
        dict(listed), shuffled, judged, MODEL)
