"""Groups weighed as wholes, by all that their members' records say together."""
from collections.abc import Callable
from itertools import combinations

from broker.identity.cluster import Clustering, Edge, Pair, cluster
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.person import Person
from broker.identity.scoring import score
from broker.vocabulary.words import Verdict

Make = Callable[..., Person]
BORN = "2011-05-04"
HOME = "YO1 7HH"


def clustered(*people: Person, judged: dict[Pair, Verdict] | None = None) -> Clustering:
    """The children among these people."""
    known = {each.key: each for each in people}
    edges = [Edge(left, right, scored.weight, scored.forbidden, scored.held)
             for left, right in combinations(sorted(known), 2)
             if (scored := score(known[left], known[right], MODEL)).weight >= MODEL.floor_bits]
    ruled = {pair: ((0, ""), verdict) for pair, verdict in (judged or {}).items()}
    return cluster(known, edges, ruled, MODEL)


def members(found: Clustering) -> list[tuple[str, ...]]:
    """The members of each child."""
    return [child.members for child in found.children]


def _moved_and_renamed(person: Make) -> list[Person]:
    """Two records of a girl joined by her name, and one with her new family name: it shares the
    address with the first, and the family name with the second, which has the birth date only
    by its year."""
    return [
        person("council:1", "Olivia", "Hill", BORN, postcode=HOME),
        person("home:1", "Olivia", "Hill", BORN, former="Nash"),
        person("police:1", "Olivia", "Nash", "2011-01-01", precision="ESTIMATED",
               postcode=HOME),
    ]


def test_a_record_joins_a_child_that_no_one_record_of_it_is_near_enough(person: Make) -> None:
    """Neither pair may link alone; what both say together does."""
    people = _moved_and_renamed(person)
    alone = [score(one, people[2], MODEL) for one in people[:2]]
    assert [False, False] == [each.links(MODEL) for each in alone]
    found = clustered(*people)
    assert [("council:1", "home:1", "police:1")] == members(found)
    assert MODEL.link_probability <= found.children[0].certainty < 1.0


def test_a_persons_doubt_keeps_wholes_apart(person: Make) -> None:
    """Where somebody judged a pair between two groups, the model does not join them."""
    found = clustered(*_moved_and_renamed(person),
                      judged={("home:1", "police:1"): Verdict.UNSURE})
    assert [("council:1", "home:1"), ("police:1",)] == members(found)


def test_what_is_forbidden_keeps_wholes_apart(person: Make) -> None:
    """Two subjects of one agency are not joined by way of their groups."""
    people = _moved_and_renamed(person)
    people[2] = people[2]._replace(key="home:2")
    assert [("council:1", "home:1"), ("home:2",)] == members(clustered(*people))
