"""The clustering equals a slow oracle on random graphs, and what must hold of it holds there."""
from collections.abc import Iterable, Mapping
from itertools import combinations
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.identity.cluster import Clustering, Edge, Pair, cluster
from broker.identity.model import Model
from broker.identity.person import Birth, Name, Person
from broker.identity.scoring import ESTIMATE_ALONE, NO_NAME, score
from broker.vocabulary.words import Verdict
from tests.identity.oracle import by_brute_force, plainly_apart

pytestmark = pytest.mark.slow

MODEL = Model(population=2 ** 17)  # its prior is a whole number of bits: sums are exact
NUMBERS = ("9449305552", "9434765919", "9434765870")
UPN = "B801200005001"
KEYS = ("council:1", "council:1@cin", "council:2", "home:1", "home:2", "police:1", "police:2",
        "school:1", "school:2")
# Few different weights on purpose, around every threshold: floor 1.6, review 2.5, link 4.2 bits;
# -17 is a pair that tells nothing, beyond -29 and -5 a pair counts no more in an average.
WEIGHTS = (-60.0, -29.0, -20.0, -17.0, -14.0, -5.0, 1.0, 2.0, 3.0, 4.5, 6.0, 6.0, 7.25, 9.0, 9.0,
           12.0, 61.0)


class Graph(NamedTuple):
    """People, every pair of them weighed, and judgements."""

    people: dict[str, Person]
    edges: list[Edge]
    judged: dict[Pair, tuple[tuple[int, str], Verdict]]


def clustered(graph: Graph) -> Clustering:
    """The children of a graph."""
    return cluster(graph.people, graph.edges, graph.judged, MODEL)


def expected_of(graph: Graph) -> Clustering:
    """The same by brute force."""
    return by_brute_force(graph.people, graph.edges, graph.judged, MODEL,
                          lambda one, other: score(one, other, MODEL))


def members_of(found: Clustering) -> list[tuple[str, ...]]:
    """The members of each child."""
    return [child.members for child in found.children]


def edge(people: Mapping[str, Person], left: str, right: str, weight: float,
         held: str | None = None) -> Edge:
    """A pair with the weight wanted and what its people's features forbid."""
    return Edge(left, right, weight, plainly_apart(people[left], people[right]), held)


_names = st.sampled_from((
    (), (Name(("ADA",), ("HILL",)),), (Name(("ADDA",), ("HILL",)),),
    (Name(("GRACE",), ("HILL",)),),
    (Name(("ADA", "GRACE"), ("HILL",)),)))
_births = st.sampled_from(((), (Birth(2011, 5, 4),), (Birth(2011, 5, 14),),
                           (Birth(2011, 1, 1, "S"),)))
_upns, _postcodes = st.sampled_from(((), (), (UPN,))), st.sampled_from(((), ("YO1 7HH",)))
_described = st.tuples(_names, _births, _upns, _postcodes).map(lambda drawn: Person(
    "", drawn[0], drawn[1], ("F",), upns=drawn[2], postcodes=drawn[3]))


@st.composite
def _people(draw: st.DrawFn, keys: Iterable[str] = KEYS) -> dict[str, Person]:
    chosen = draw(st.lists(st.sampled_from(tuple(keys)), min_size=2, max_size=9, unique=True))
    # Half the graphs have nothing that forbids but agencies; groups of half weigh something.
    crowded, described = draw(st.booleans()), draw(st.booleans())
    number = st.sampled_from(((), (), (), *((each,) for each in NUMBERS)) if crowded else ((),))
    return {key: (draw(_described) if described else Person(""))._replace(
        key=key, nhs=draw(number),
        superseded=draw(st.sampled_from(((), (), (NUMBERS[2],)))) if crowded else (),
        adopted_day=draw(st.sampled_from((None, None, None, 20_000))) if crowded else None,
        local=draw(st.sampled_from(((), ("815:1",), ("815:1",), ("815:2",)))),
        first_day=draw(st.sampled_from((19_000, 20_000)))) for key in chosen}


@st.composite
def graphs(draw: st.DrawFn, whole: bool = True) -> Graph:
    """A random graph; not `whole`: with pairs that are left to the model to weigh."""
    people = draw(_people())
    weight, held = st.sampled_from(WEIGHTS), st.sampled_from((None,) * 6 + (NO_NAME,
                                                                           ESTIMATE_ALONE))
    pairs = list(combinations(sorted(people), 2))
    edges = [edge(people, *pair, draw(weight), draw(held)) for pair in pairs
             if whole or draw(st.booleans())]
    ruled = draw(st.lists(st.tuples(st.sampled_from(pairs), st.sampled_from(list(Verdict)),
                                    st.integers(0, 3)), max_size=6))
    return Graph(people, edges, {pair: ((made, str(number)), verdict)
                                 for number, (pair, verdict, made) in enumerate(ruled)})


@given(graphs())
@settings(max_examples=300, deadline=None)
def test_children_are_those_of_the_oracle(graph: Graph) -> None:
    """Children, certainty, blocked pairs and review are what the words say."""
    assert expected_of(graph) == clustered(graph)


@given(graphs(whole=False))
@settings(max_examples=100, deadline=None)
def test_pairs_that_share_no_key_are_weighed_too(graph: Graph) -> None:
    """Where a pair is not given, the model's own weight of it counts in the average."""
    assert expected_of(graph) == clustered(graph)


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_no_order_matters(graph: Graph, random: Random) -> None:
    """People, pairs and judgements in any order, pairs repeated, give the same."""
    people, judged = list(graph.people.items()), list(graph.judged.items())
    edges = [*graph.edges, *random.sample(graph.edges, len(graph.edges) // 2)]
    for each in (people, edges, judged):
        random.shuffle(each)
    assert clustered(graph) == clustered(Graph(dict(people), edges, dict(judged)))


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_every_record_is_in_one_child(graph: Graph) -> None:
    """Nobody is lost and nobody is in two children."""
    listed = [key for members in members_of(clustered(graph)) for key in members]
    assert sorted(graph.people) == sorted(listed)


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_no_child_holds_two_that_a_person_parted(graph: Graph) -> None:
    """A DIFFERENT is overruled neither by the model nor by any number of SAME."""
    parted = {pair for pair, (_, verdict) in graph.judged.items() if verdict is Verdict.DIFFERENT}
    assert set() == parted & {pair for members in members_of(clustered(graph))
                              for pair in combinations(members, 2)}


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_no_child_holds_a_forbidden_pair(graph: Graph) -> None:
    """Without a judgement or a number that a record ended, what forbids a link is absolute."""
    people = {key: person._replace(superseded=()) for key, person in graph.people.items()}
    edges = [edge(people, each.left, each.right, each.weight) for each in graph.edges]
    found = clustered(Graph(people, edges, {}))
    assert set() == {plainly_apart(people[one], people[other]) for members in members_of(found)
                     for one, other in combinations(members, 2)} - {None}


@given(graphs(), graphs())
@settings(max_examples=60, deadline=None)
def test_what_is_unconnected_changes_nothing(graph: Graph, other: Graph) -> None:
    """Beside children of other places each child is what it is alone."""
    elsewhere = {key: f"x{key}" for key in other.people}
    far = Graph(
        {elsewhere[key]: each._replace(key=elsewhere[key])
         for key, each in other.people.items()},
        [], {(elsewhere[left], elsewhere[right]): order
             for (left, right), order in other.judged.items()})
    far.edges.extend(edge(far.people, elsewhere[each.left], elsewhere[each.right], each.weight,
                          each.held) for each in other.edges)
    together = clustered(Graph(graph.people | far.people, graph.edges + far.edges,
                               graph.judged | far.judged))
    each_alone = (clustered(graph), clustered(far))
    assert sorted(child for one in each_alone for child in _plain(one)) == sorted(_plain(together))
    assert sorted(pair for one in each_alone for pair in one.review) == sorted(together.review)


def _plain(found: Clustering) -> list[tuple[object, ...]]:
    return [(child.members, child.certainty, child.blocked) for child in found.children]


@given(graphs(), st.data())
@settings(max_examples=100, deadline=None)
def test_undoing_equals_never_having_judged(graph: Graph, data: st.DataObject) -> None:
    """A pair whose latest judgement takes the earlier back is as if nobody had looked."""
    pair = data.draw(st.sampled_from([(each.left, each.right) for each in graph.edges]))
    without = {each: order for each, order in graph.judged.items() if each != pair}
    undone = without | {pair: ((9, "later"), Verdict.UNDONE)}
    assert clustered(graph._replace(judged=without)) == clustered(graph._replace(judged=undone))


@pytest.mark.parametrize("bridge", [4.5, 9.0, 12.0, 61.0])
@pytest.mark.parametrize("sizes", [(2, 2), (2, 4), (4, 4)])
def test_a_bridge_joins_no_two_tight_groups(bridge: float, sizes: tuple[int, int]) -> None:
    """One muddled record that looks like both goes with one of them, however sure its pairs."""
    first = [f"a{number}:1" for number in range(sizes[0])]
    second = [f"c{number}:1" for number in range(sizes[1])]
    people = {key: Person(key) for key in (*first, "b:1", *second)}
    weights = {pair: 10.0 for group in (first, second) for pair in combinations(group, 2)}
    weights |= {(one, other): -60.0 for one in first for other in second}
    weights |= {(min(key, "b:1"), max(key, "b:1")): bridge for key in (*first, *second)}
    found = clustered(Graph(people, [edge(people, *pair, weight)
                                     for pair, weight in weights.items()], {}))
    assert [sorted([*first, "b:1"]), second] == [list(each) for each in members_of(found)] or (
        [first, sorted(["b:1", *second])] == [list(each) for each in members_of(found)])


@pytest.mark.parametrize("bridges", [1, 2, 3])
def test_a_chain_of_records_joins_no_strangers(bridges: int) -> None:
    """In a chain where only neighbours are alike, the ends never come together."""
    chain = [f"a{number}:1" for number in range(2 + bridges)]
    people = {key: Person(key) for key in chain}
    edges = [edge(people, one, other, 9.0 if other == after else -60.0)
             for place, one in enumerate(chain) for after in chain[place + 1:place + 2]
             for other in chain[place + 1:]]
    found = clustered(Graph(people, edges, {}))
    assert not any({chain[0], chain[-1]} <= set(members) for members in members_of(found))


def test_a_mistaken_same_does_not_drag_strangers_along() -> None:
    """People's SAME joins its two records; their other records come only if they fit."""
    people = {key: Person(key) for key in ("a:1", "b:1", "c:1", "d:1")}
    weights = {("a:1", "b:1"): 9.0, ("c:1", "d:1"): 9.0, ("b:1", "c:1"): -60.0,
               ("a:1", "c:1"): -60.0, ("a:1", "d:1"): -60.0, ("b:1", "d:1"): -60.0}
    edges = [edge(people, *pair, weight) for pair, weight in weights.items()]
    found = clustered(Graph(people, edges, {("b:1", "c:1"): ((0, ""), Verdict.SAME)}))
    assert [("a:1",), ("b:1", "c:1"), ("d:1",)] == members_of(found)
