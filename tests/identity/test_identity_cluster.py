"""Children are a pure function of records, scored pairs and judgements."""
from collections.abc import Callable
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.event.person import Identifier
from broker.identity.cluster import (
    NEAR_RIVALS,
    NOT_SURE,
    UNFITTING,
    UNSURE,
    Clustering,
    Edge,
    Pair,
    Review,
    cluster,
)
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.person import Birth, Name, Person, union_of
from broker.identity.scoring import HELD_APART, NHS_NUMBERS_DIFFER, forbidden_of, score
from broker.vocabulary.words import Verdict

Make = Callable[..., Person]
Judged = dict[Pair, tuple[tuple[int, str], Verdict]]
BORN = "2011-05-04"
ONE, TWO = "9449305552", "9434765919"


def edges_of(people: dict[str, Person]) -> list[Edge]:
    """Every pair above the floor."""
    found = []
    for left, right in combinations(sorted(people), 2):
        scored = score(people[left], people[right], MODEL)
        if scored.weight >= MODEL.floor_bits:
            found.append(Edge(left, right, scored.weight, scored.forbidden, scored.held))
    return found


def clustered(*people: Person, **judged: Verdict) -> Clustering:
    """The children among these people, with judgements `a_b=verdict` by position."""
    known = {each.key: each for each in people}
    ruled: Judged = {}
    for number, (places, verdict) in enumerate(judged.items()):
        left, right = (people[int(place)].key for place in places[1:].split("_"))
        ruled[min(left, right), max(left, right)] = (number, ""), verdict
    return cluster(known, edges_of(known), ruled, MODEL)


def members(found: Clustering) -> list[tuple[str, ...]]:
    """The members of each child."""
    return [child.members for child in found.children]


def test_one_child_of_three_agencies(person: Make) -> None:
    """Records that all agree are one child, as sure as the weakest pair that holds them."""
    found = clustered(*(person(key, "Ada", "Hill", BORN)
                        for key in ("police:1", "council:1", "riverside:1")))
    assert [("council:1", "police:1", "riverside:1")] == members(found)
    assert 0.99 < found.children[0].certainty < 1.0
    assert () == found.review


def test_twins_held_by_everyone(person: Make) -> None:
    """Twins stay two, whatever they share."""
    people = [person(f"{agency}:{number}", given, "Hill", BORN, postcode="YO1 7HH")
              for agency in ("police", "council", "riverside")
              for number, given in ((1, "Ada"), (2, "Grace"))]
    found = clustered(*people)
    assert [("council:1", "police:1", "riverside:1"),
            ("council:2", "police:2", "riverside:2")] == members(found)


def test_different_nhs_numbers_are_never_one_child(person: Make) -> None:
    """A blocked pair is reported with both, and a third record goes with one of them."""
    found = clustered(person("council:1", "Ada", "Hill", BORN, nhs=ONE),
                      person("riverside:1", "Ada", "Hill", BORN, nhs=TWO),
                      person("police:1", "Ada", "Hill", BORN))
    assert [("council:1", "police:1"), ("riverside:1",)] == members(found)
    blocked = (("council:1", "riverside:1", NHS_NUMBERS_DIFFER),)
    assert [blocked, blocked] == [child.blocked for child in found.children]


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.UNSURE, Verdict.UNDONE])
def test_a_stranger_who_was_looked_at_has_no_say(person: Make, verdict: Verdict) -> None:
    """A man whose clinic ended one number beside the other was judged no part of the two
    records: that the numbers are his says nothing of them, before and after it is taken back."""
    ended = Identifier(scheme="nhs_number", value=TWO, valid_to=date(2025, 1, 1))
    people = {each.key: each for each in (
        person("council:1", "Ada", "Hill", BORN, nhs=ONE),
        person("riverside:1", "Ada", "Hill", BORN, nhs=TWO),
        person("clinic:9", "Leo", "Khan", "1970-02-20", sex="M", nhs=ONE,
               identifiers=(ended,)))}
    edges = [each for each in edges_of(people) if "clinic:9" not in each[:2]]
    pair = ("clinic:9", "council:1")

    assert members(cluster(people, edges, {}, MODEL)) == members(
        cluster(people, edges, {pair: ((1, "1"), verdict)}, MODEL))


def test_who_was_not_sure_has_not_settled_two_numbers(person: Make) -> None:
    """The pair is still reported as blocked; one who said different has settled it."""
    people = (person("council:1", "Ada", "Hill", BORN, nhs=ONE),
              person("riverside:1", "Ada", "Hill", BORN, nhs=TWO))
    pair = ("council:1", "riverside:1")
    found = {verdict: cluster({each.key: each for each in people}, edges_of(
        {each.key: each for each in people}), {pair: ((1, "1"), verdict)}, MODEL)
        for verdict in (Verdict.UNSURE, Verdict.DIFFERENT)}

    assert ((*pair, NHS_NUMBERS_DIFFER),) == found[Verdict.UNSURE].children[0].blocked
    assert () == found[Verdict.DIFFERENT].children[0].blocked


def test_an_agency_that_ended_a_number_makes_old_and_new_one(person: Make) -> None:
    """The council says which number took the other's place; police and home each show one."""
    ended = Identifier(scheme="nhs_number", value=TWO, valid_to=date(2025, 1, 1))
    found = clustered(person("council:1", "Ada", "Hill", BORN, nhs=ONE, identifiers=(ended,)),
                      person("riverside:1", "Ada", "Hill", BORN, nhs=TWO),
                      person("police:1", "Ada", "Hill", BORN, nhs=ONE))
    assert [("council:1", "police:1", "riverside:1")] == members(found)


def test_one_child_twice_in_one_agency(person: Make) -> None:
    """The nearer of two subjects of one agency is joined, the pair goes to people."""
    found = clustered(person("police:1", "Ada", "Hill", BORN),
                      person("police:2", "Adda", "Hill", BORN),
                      person("council:1", "Ada", "Hill", BORN))
    assert [("council:1", "police:1"), ("police:2",)] == members(found)
    assert [("council:1", "police:2", HELD_APART), ("police:1", "police:2", HELD_APART)] == [
        (each.left, each.right, each.reason) for each in found.review]


def test_newborn_between_twins(person: Make) -> None:
    """A record equally near to two people who are not one goes to people."""
    found = clustered(person("council:1", "Ada", "Hill", BORN, postcode="YO1 7HH"),
                      person("council:2", "Grace", "Hill", BORN, postcode="YO1 7HH"),
                      person("police:1", "Baby", "Hill", BORN, postcode="YO1 7HH"))
    assert [("council:1",), ("council:2",), ("police:1",)] == members(found)
    assert {NEAR_RIVALS} == {each.reason for each in found.review}


def test_a_wrong_birth_date_elsewhere_does_not_part_a_return_from_its_record(
    person: Make,
) -> None:
    """A return knows no names: what it says against a third record is said by its own already."""
    council = person("council:7", "Ada", "Quibell", BORN, council_id="C7")
    returns = [person(f"council:7@{each}", born=BORN) for each in ("cin", "ssda903")]
    home = person("riverside:1", "Ada", "Quibell", "2013-09-21", council_id="C7")
    assert [("council:7", "council:7@cin", "council:7@ssda903", "riverside:1")] == members(
        clustered(council, *returns, home))


def test_a_home_that_names_the_number_of_a_return_joins_it(person: Make) -> None:
    """The return alone shows the child to the council: there is no case record."""
    found = clustered(person("council:7@ssda903", born=BORN, council_id="7"),
                      person("riverside:1", "Ada", "Quibell", BORN, council_id="7"))
    assert [("council:7@ssda903", "riverside:1")] == members(found)


def test_a_number_copied_from_a_twin_is_not_proven_by_the_twins_return(person: Make) -> None:
    """A return has the birth date of both and no name: its own record, which has one, decides."""
    twins = [person(f"council:{number}", given, "Quibell", BORN, council_id=number)
             for number, given in (("7", "Ada"), ("8", "Grace"))]
    returns = [person(f"council:{number}@{each}", born=BORN, council_id=number)
               for number in ("7", "8") for each in ("cin", "ssda903")]
    found = clustered(*twins, *returns,
                      person("riverside:1", "Grace", "Quibell", BORN, council_id="7"))
    assert [("council:7", "council:7@cin", "council:7@ssda903"),
            ("council:8", "council:8@cin", "council:8@ssda903"),
            ("riverside:1",)] == members(found)
    assert [("council:7", "riverside:1", NEAR_RIVALS), ("council:8", "riverside:1", NEAR_RIVALS)
            ] == [(each.left, each.right, each.reason) for each in found.review]


def test_a_return_that_is_not_proven_its_own_records_speaks_for_itself(person: Make) -> None:
    """One number of two systems may be of two children: the birth date tells whose it is."""
    found = clustered(person("council:7", "Ada", "Quibell", BORN, council_id="7"),
                      person("council:7@ssda903", born="2014-02-23", council_id="7"),
                      person("riverside:1", "Mia", "Okoro", "2014-02-23", council_id="7"))
    assert [("council:7",), ("council:7@ssda903", "riverside:1")] == members(found)


def test_a_muddled_record_does_not_bridge_two_children(person: Make) -> None:
    """A record that looks like two children joins the nearer; the other stays apart."""
    found = clustered(
        person("council:1", "Ada", "Hill", BORN, phone="01904 555 0101"),
        person("riverside:1", "Ada", "Hill", BORN, upn="B801200005001"),
        person("police:1", "Leo", "Khan", "2013-02-20", upn="B801200005001", sex="M",
               nhs=ONE))
    assert [("council:1", "riverside:1"), ("police:1",)] == members(found)


def test_a_record_of_both_names_does_not_make_twins_one(person: Make) -> None:
    """Three agencies hold Ada, three others her sister Grace, one wrote down both as one: all
    that twins share is no evidence, so without that record nothing speaks for one child."""
    home = {"born": "2011-05-04", "postcode": "YO1 7HH"}
    ada = [person(f"{agency}:1", "Ada", "Hill", **home)
           for agency in ("council", "police", "school")]
    grace = [person(f"{agency}:2", "Grace", "Hill", **home)
             for agency in ("home", "hospital", "probation")]
    both = person("youth:1", "Ada Grace", "Hill", **home)
    found = members(clustered(*ada, *grace, both))

    assert 2 == len([each for each in found if len(each) >= 3])
    assert not any({"council:1", "home:2"} <= set(each) for each in found)


def test_a_record_of_two_children_does_not_make_them_one(person: Make) -> None:
    """A home entered one child under the other's name and birth date too: the two others'
    records, which have nothing in common, stay two children."""
    council = person("council:1", "Kayleigh", "Thornton", "2010-03-14", postcode="YO1 7HH")
    police = person("police:1", "Rosamund", "Barraclough", "2012-09-02", postcode="LS1 4AP")
    muddled = union_of("home:7", [
        person("home:7", "Kayleigh", "Thornton", "2010-03-14"),
        person("home:7", "Rosamund", "Barraclough", "2012-09-02")])
    found = members(clustered(council, police, muddled))

    assert not any({"council:1", "police:1"} <= set(each) for each in found)


def test_bridge_is_reported_as_unfitting() -> None:
    """A pair that may link but whose groups disagree on average goes to people."""
    people = {key: Person(key) for key in ("a:1", "b:1", "c:1")}
    edges = [Edge("a:1", "b:1", 9.0), Edge("b:1", "c:1", 8.0), Edge("a:1", "c:1", -90.0)]
    found = cluster(people, edges, {}, MODEL)
    assert [("a:1", "b:1"), ("c:1",)] == members(found)
    assert (UNFITTING,) == tuple(each.reason for each in found.review)


def test_review_band(person: Make) -> None:
    """A pair between the two thresholds is for people."""
    found = clustered(person("riverside:1", "Ada", "Smith", BORN),
                      person("police:1", "Ada", "Smith", "2011-05-05"))
    assert [("police:1",), ("riverside:1",)] == members(found)
    assert [NOT_SURE] == [each.reason for each in found.review]


def test_same_beats_what_forbids(person: Make) -> None:
    """A person may join what the model may not; the pair is then no longer blocked."""
    people = (person("council:1", "Ada", "Hill", BORN, nhs=ONE),
              person("riverside:1", "Leo", "Khan", "2013-02-20", nhs=TWO))
    found = clustered(*people, _0_1=Verdict.SAME)
    assert [("council:1", "riverside:1")] == members(found)
    assert (1.0, ()) == (found.children[0].certainty, found.children[0].blocked)


def test_same_makes_numbers_one(person: Make) -> None:
    """After a judgement across two NHS numbers, records with either number belong."""
    found = clustered(person("council:1", "Ada", "Hill", BORN, nhs=ONE),
                      person("riverside:1", "Ada", "Hill", BORN, nhs=TWO),
                      person("police:1", "Ada", "Hill", BORN, nhs=TWO), _0_1=Verdict.SAME)
    assert [("council:1", "police:1", "riverside:1")] == members(found)


def test_same_makes_local_ids_one(person: Make) -> None:
    """After a judgement on two subjects of one agency, the return of either belongs."""
    found = clustered(person("council:1", "Ada", "Hill", BORN),
                      person("council:2", "Ada", "Hill", BORN),
                      person("council:2@cin", born=BORN), _0_1=Verdict.SAME)
    assert [("council:1", "council:2", "council:2@cin")] == members(found)


def test_different_parts(person: Make) -> None:
    """A person may part what the model joins, and the pair is then settled."""
    found = clustered(person("council:1", "Ada", "Hill", BORN),
                      person("police:1", "Ada", "Hill", BORN), _0_1=Verdict.DIFFERENT)
    assert ([("council:1",), ("police:1",)], ()) == (members(found), found.review)


def test_different_is_never_overruled_by_same(person: Make) -> None:
    """Two SAME judgements cannot bring together what a person called different."""
    found = clustered(person("a:1", "Ada", "Hill", BORN), person("b:1", "Leo", "Khan", BORN),
                      person("c:1", "Mia", "Chen", BORN),
                      _0_1=Verdict.SAME, _1_2=Verdict.SAME, _0_2=Verdict.DIFFERENT)
    assert [("a:1",), ("b:1", "c:1")] == members(found)


def test_unsure_goes_to_people(person: Make) -> None:
    """A person's doubt keeps the model from joining and the pair in review."""
    found = clustered(person("council:1", "Ada", "Hill", BORN),
                      person("police:1", "Ada", "Hill", BORN), _0_1=Verdict.UNSURE)
    assert [("council:1",), ("police:1",)] == members(found)
    assert [UNSURE] == [each.reason for each in found.review]


def test_undone_is_as_if_never_judged(person: Make) -> None:
    """A judgement taken back leaves no trace."""
    people = (person("council:1", "Ada", "Hill", BORN), person("police:1", "Ada", "Hill", BORN))
    assert clustered(*people) == clustered(*people, _0_1=Verdict.UNDONE)


def test_adoption_is_not_reported_as_blocked(person: Make) -> None:
    """What an adoption parts appears in no child's blocked pairs."""
    before = person("council:1", "Ada", "Hill", BORN, nhs=ONE)._replace(adopted_day=20_000)
    after = person("police:1", "Ada", "Hill", BORN, nhs=TWO)._replace(first_day=20_100)
    found = clustered(before, after)
    assert [(), ()] == [child.blocked for child in found.children]
    assert [("council:1",), ("police:1",)] == members(found)


def test_nobody() -> None:
    """No people, no children."""
    assert Clustering((), ()) == cluster({}, [], {}, MODEL)


_given = st.sampled_from(("ADA", "ADDA", "GRACE", "LEO"))
_people = st.lists(st.builds(
    Person,
    key=st.builds("{}:{}".format, st.sampled_from("abc"), st.integers(1, 4)),
    names=st.builds(lambda given: (Name((given,), ("HILL",)),), _given),
    births=st.sampled_from(((Birth(2011, 5, 4),), (Birth(2011, 1, 1, "S"),), ())),
    sexes=st.just(("F",)), nhs=st.sampled_from(((), (), (ONE,), (TWO,))),
    superseded=st.just(()), upns=st.just(()), local=st.just(()), pncs=st.just(()),
    postcodes=st.sampled_from(((), ("YO1 7HH",))), phones=st.just(()),
    adopted_day=st.none(), first_day=st.just(0),
), min_size=2, max_size=8, unique_by=lambda each: each.key)
_verdicts = st.lists(st.tuples(
    st.integers(0, 7), st.integers(0, 7), st.sampled_from(list(Verdict))), max_size=4)


def judged_of(people: list[Person], verdicts: list[tuple[int, int, Verdict]]) -> Judged:
    """Judgements by position in the list of people."""
    ruled: Judged = {}
    for number, (one, other, verdict) in enumerate(verdicts):
        keys = sorted({people[one % len(people)].key, people[other % len(people)].key})
        if len(keys) == 2:
            ruled[keys[0], keys[1]] = (number, ""), verdict
    return ruled


@pytest.mark.slow
@given(_people, _verdicts, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_order_is_no_matter(people: list[Person], verdicts: list[tuple[int, int, Verdict]],
                            random: object) -> None:
    """The same people, pairs and judgements in any order give the same children."""
    ruled = judged_of(people, verdicts)
    known = {each.key: each for each in people}
    edges = edges_of(known)
    expected = cluster(known, edges, ruled, MODEL)
    random.shuffle(edges)  # type: ignore[attr-defined] # Hypothesis gives a random.Random
    again = cluster(dict(reversed(known.items())), edges, dict(reversed(ruled.items())), MODEL)
    assert expected == again


@pytest.mark.slow
@given(_people, _verdicts)
@settings(max_examples=150)
def test_what_must_hold_in_every_clustering(
    people: list[Person], verdicts: list[tuple[int, int, Verdict]],
) -> None:
    """Each record is in one child; no child holds what a person parted, or, where nobody
    judged, what is forbidden."""
    ruled = judged_of(people, verdicts)
    known = {each.key: each for each in people}
    found = cluster(known, edges_of(known), ruled, MODEL)
    assert sorted(known) == sorted(key for child in found.children for key in child.members)
    judged_same = any(verdict is Verdict.SAME for _, verdict in ruled.values())
    for child in found.children:
        for left, right in combinations(child.members, 2):
            assert ruled.get((left, right), (None, None))[1] is not Verdict.DIFFERENT
            assert judged_same or forbidden_of(known[left], known[right]) is None


def test_children_of_several_parts_are_in_order_of_their_least_member() -> None:
    """Also where the parts lie within each other."""
    people = {key: Person(key) for key in ("a:1", "b:1", "c:1", "d:1")}
    found = cluster(people, [Edge("a:1", "c:1", 2.0), Edge("b:1", "d:1", 9.0)], {}, MODEL)
    assert [("a:1",), ("b:1", "d:1"), ("c:1",)] == members(found)


def test_review_is_sorted() -> None:
    """A review pair compares by its keys, so that lists of them have one order."""
    assert Review("a:1", "b:1", 0.9, "x") < Review("a:1", "c:1", 0.8, "x")


@pytest.mark.parametrize("size", [200])
def test_a_large_component_ends(size: int) -> None:
    """Hundreds of records of one name in one component are grouped without trouble."""
    people = {f"a{number}:1": Person(f"a{number}:1", (Name(("ADA",), ("HILL",)),),
                                     (Birth(2011, 1, 1, "S"),), ("F",)) for number in range(size)}
    edges = [Edge(left, right, 2.0) for left, right in combinations(sorted(people), 2)]
    assert size == len(cluster(people, edges, {}, MODEL).children)
