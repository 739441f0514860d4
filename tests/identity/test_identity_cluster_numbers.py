"""Numbers of a council that other agencies write down: whose child they name, and who is asked."""
from collections.abc import Callable
from itertools import combinations

import pytest

from broker.identity.cluster import Clustering, Edge, cluster
from broker.identity.edges import ONLY_NUMBER, Pair
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.person import Person
from broker.identity.scoring import NO_NAME_ALIKE, score
from broker.vocabulary.words import Verdict

Make = Callable[..., Person]
Judged = dict[Pair, tuple[tuple[int, str], Verdict]]
BORN = "2011-05-04"


def clustered(*people: Person, judged: Judged | None = None) -> Clustering:
    """The children among these people."""
    edges = []
    for one, other in combinations(sorted(people, key=lambda each: each.key), 2):
        scored = score(one, other, MODEL)
        if scored.weight >= MODEL.floor_bits:
            edges.append(Edge(one.key, other.key, scored.weight, scored.forbidden, scored.held))
    return cluster({each.key: each for each in people}, edges, judged or {}, MODEL)


def told(found: Clustering) -> tuple[list[tuple[str, ...]], list[tuple[str, str, str]]]:
    """The members of each child, and the pairs that people are asked about."""
    return ([child.members for child in found.children],
            [(each.left, each.right, each.reason) for each in found.review])


@pytest.fixture
def home(person: Make) -> Person:
    """A home that states the council's number of a child under names that nobody else has."""
    return person("riverside:1", "Mia", "Okoro", BORN, council_id="7")


@pytest.fixture
def council(person: Make) -> list[Person]:
    """A case record of other names, which does not write down its own number, and a return."""
    return [person("council:7", "Ada", "Quibell", BORN),
            person("council:7@ssda903", born=BORN, council_id="7")]


OWN = ("council:7", "council:7@ssda903")


def test_a_child_under_wholly_different_names_is_asked_about(person: Make, home: Person) -> None:
    """The number and the birth date agree, and no name: the child may have been renamed."""
    case = person("council:7", "Ada", "Quibell", BORN, council_id="7")
    assert ([("council:7",), ("riverside:1",)],
            [("council:7", "riverside:1", NO_NAME_ALIKE)]) == told(clustered(case, home))


def test_a_return_of_a_child_under_wholly_different_names_is_asked_about(
    council: list[Person], home: Person,
) -> None:
    """The case record speaks for its return and is not like the home's: without the question
    nobody would learn that the home named this child's number."""
    assert ([OWN, ("riverside:1",)], [("council:7@ssda903", "riverside:1", ONLY_NUMBER)]
            ) == told(clustered(*council, home))


def test_a_child_of_two_returns_is_asked_about_once(
    person: Make, council: list[Person], home: Person,
) -> None:
    """The second return says nothing that the first does not."""
    second = person("council:7@cin", born=BORN, council_id="7")
    assert [("council:7@cin", "riverside:1", ONLY_NUMBER)] == told(
        clustered(*council, second, home))[1]


def test_a_home_that_its_names_join_is_not_asked_about(
    person: Make, council: list[Person],
) -> None:
    """The case record answers for the number, also beside another child of that day."""
    home = person("riverside:1", "Ada", "Quibell", BORN, council_id="7")
    sister = person("council:8", "Grace", "Quibell", BORN)
    assert ([(*OWN, "riverside:1"), ("council:8",)], []) == told(
        clustered(*council, sister, home))


def test_a_twin_with_a_case_record_of_its_own_is_not_asked_about(
    person: Make, council: list[Person],
) -> None:
    """Its number was copied from the other twin's: the council holds the two apart."""
    twin = person("council:8", "Mia", "Quibell", BORN)
    home = person("riverside:1", "Mia", "Quibell", BORN, council_id="7")
    assert ([OWN, ("council:8", "riverside:1")], []) == told(clustered(*council, twin, home))


def test_a_number_without_a_birth_date_is_not_asked_about(
    person: Make, council: list[Person],
) -> None:
    """Beside a case record of other names the number alone is as likely another child's."""
    home = person("riverside:1", "Mia", "Okoro", council_id="7")
    assert ([OWN, ("riverside:1",)], []) == told(clustered(*council, home))


def test_a_mistyped_number_is_not_asked_about(person: Make, council: list[Person]) -> None:
    """It is that of a child born on another day."""
    home = person("riverside:1", "Mia", "Okoro", "2013-09-21", council_id="7")
    assert ([OWN, ("riverside:1",)], []) == told(clustered(*council, home))


@pytest.mark.parametrize("pair", [("council:7@ssda903", "riverside:1"),
                                  ("council:7", "riverside:1")])
def test_who_was_judged_to_be_another_is_not_asked_about_again(
    council: list[Person], home: Person, pair: Pair,
) -> None:
    """Whether it was said of the return or of the case record."""
    judged = {pair: ((1, "j"), Verdict.DIFFERENT)}
    assert ([OWN, ("riverside:1",)], []) == told(clustered(*council, home, judged=judged))
