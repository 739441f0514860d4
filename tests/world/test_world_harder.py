"""The second and harder world of children, by which linking is measured."""
from collections import Counter

import pytest

from bench.children import measured
from bench.harder import harder_world
from bench.harder.stock import GROUPS, NAMES, OTHER_WAYS
from broker.vocabulary.words import AddressKind


def test_a_seed_makes_one_world() -> None:
    """And another seed another."""
    assert harder_world(40, 3) == harder_world(40, 3)
    assert harder_world(40, 3).records != harder_world(40, 4).records


def test_all_groups_of_names_are_about_as_large() -> None:
    """So that none weighs less in a total than another."""
    sizes = Counter(each.group for each in harder_world(800, 3).people.values())
    assert set(GROUPS) == set(sizes)
    assert max(sizes.values()) < 2 * min(sizes.values())


def test_whose_a_record_is_stands_beside_it() -> None:
    """Of each child there is one at least, and each has a key of its own."""
    world = harder_world(200, 3)
    assert set(world.people) == {each.child for each in world.records}
    assert len(world.records) == len({each.key for each in world.records})


def test_no_agency_gives_one_id_to_two_children() -> None:
    """Else the two would be one subject, whom no linkage can tell apart: in this world an id of
    the police is drawn twice."""
    world = harder_world(600, 1143)
    assert len(world.records) == len({each.key for each in world.records})


def test_a_home_for_children_is_said_to_be_one() -> None:
    """What it writes is where a child is looked after, and nothing else is."""
    kinds = {(each.said.agency == "care_home", address.kind)
             for each in harder_world(200, 3).records for address in each.said.addresses}
    assert {(True, AddressKind.PLACEMENT), (False, AddressKind.HOME)} == kinds


@pytest.mark.parametrize("ways", OTHER_WAYS.values(), ids=OTHER_WAYS)
def test_no_name_is_only_written_as_it_is(ways: dict[str, list[str]]) -> None:
    """Each listed name has another way, and none is empty."""
    assert all(any(each != name for each in others) and all(others)
               for name, others in ways.items())


def test_every_list_of_names_has_several() -> None:
    """A list of one would make namesakes of a whole group."""
    assert {True} == {len(names) > 5 for names in NAMES.values()}


def test_it_can_be_measured() -> None:
    """Nearly nobody is joined falsely, and most of what can be joined is."""
    counts = measured(harder_world(300, 3))
    assert counts.precision > .99
    assert counts.recall > .9
