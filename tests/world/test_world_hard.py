"""The hard world of children: its truth is consistent, and each seed gives one world."""
from collections import Counter
from datetime import date

import pytest

from broker.event.subject import person_key_of
from broker.identity.person import person_of
from broker.vocabulary.words import BirthDatePrecision
from broker.world.hard import HELD_BACK_FROM, HardWorld, hard_world
from broker.world.hard.children import STOCKS
from broker.world.hard.settings import settings_of


@pytest.fixture(scope="module")
def world() -> HardWorld:
    """A world large enough to hold every hard case."""
    return hard_world(800, seed=11)


def test_a_seed_gives_one_world() -> None:
    """The same seed gives the same people and records; another seed gives others."""
    first, again, other = (hard_world(60, seed) for seed in (11, 11, 12))
    assert (first.people, first.records) == (again.people, again.records)
    assert first.records != other.records


def test_every_record_is_of_a_person_of_the_world(world: HardWorld) -> None:
    """Each record's truth is known, and each subject key is one record's."""
    assert set() == {held.child for held in world.records} - world.people.keys()
    assert {1} == set(Counter(held.key for held in world.records).values())
    assert [held.key for held in world.records] == [
        person_key_of(held.said) for held in world.records]


def test_everybody_is_recorded_somewhere(world: HardWorld) -> None:
    """Nobody is in the truth of whom no agency knows."""
    assert set() == world.people.keys() - {held.child for held in world.records}


def test_twins_share_birth_date_household_and_address(world: HardWorld) -> None:
    """There are twins, and they are told apart by their given names."""
    births: dict[tuple[int, date], list[tuple[str, ...]]] = {}
    for each in world.people.values():
        if each.twin:
            births.setdefault((each.household, each.born), []).append(each.given)
    assert 10 < len(births)
    assert all(len(given) == len({names[0] for names in given}) > 1 for given in births.values())


def test_brothers_and_sisters_are_ten_months_apart(world: HardWorld) -> None:
    """No two children of one household are born within 300 days but on one day."""
    homes: dict[int, set[date]] = {}
    for each in world.people.values():
        homes.setdefault(each.household, set()).add(each.born)
    assert [] == [days for days in homes.values() for one in days for other in days
                  if 0 < abs((one - other).days) <= 300]


def test_fathers_bear_the_name_of_a_son_at_home(world: HardWorld) -> None:
    """A father of one name is grown up, lives there, and only the police know him."""
    fathers = [each for each in world.people.values() if each.adult]
    names = {(each.household, each.given, each.born.year) for each in world.people.values()}
    assert fathers
    assert all(any((each.household, each.given, each.born.year + years) in names
                   for years in range(19, 40)) for each in fathers)
    assert {"police"} == {held.said.agency for held in world.records
                          if world.people[held.child].adult}


def test_returns_have_no_names(world: HardWorld) -> None:
    """The council's returns hold no name, no address and no NHS number."""
    returns = [held.said for held in world.records if held.key.endswith(("@cin", "@ssda903"))]
    assert returns
    assert {((), (), None, ())} == {
        (each.names, each.addresses, each.nhs_number, each.phones) for each in returns}


def test_estimates_are_flagged_as_the_adapters_flag_them(world: HardWorld) -> None:
    """Police estimate by 1 January, councils by the fifteenth, homes do not say."""
    flagged = {(held.said.agency.partition("_")[0], held.said.birth_date.month == 1,
                held.said.birth_date.day) for held in world.records if held.said.birth_date
               and held.said.birth_date_precision is BirthDatePrecision.ESTIMATED}
    assert {("police", True, 1)} == {each for each in flagged if each[0] == "police"}
    assert {("council", 15)} == {(each[0], each[2]) for each in flagged if each[0] != "police"}


def test_most_children_have_no_nhs_number(world: HardWorld) -> None:
    """Fewer than a third of the records show a valid number."""
    numbered = sum(bool(person_of(held.key, held.said).nhs) for held in world.records)
    assert 0 < numbered < len(world.records) / 3


def test_every_name_group_is_there(world: HardWorld) -> None:
    """Each tradition has children, so that its misses can be counted."""
    assert {stock.group for stock in STOCKS} == {each.group for each in world.people.values()}


def test_worlds_held_back_take_other_names() -> None:
    """What no list knows in development occurs in no world held back, and the reverse."""
    both = [{name for each in hard_world(600, seed).people.values() for name in each.given}
            for seed in (11, HELD_BACK_FROM + 11)]
    first = {name for stock in STOCKS for name in (*stock.first.girls, *stock.first.boys)}
    second = {name for stock in STOCKS for name in (*stock.second.girls, *stock.second.boys)}
    assert (set(), set()) == (both[1] & (first - second) - _common(),
                              both[0] & (second - first) - _common())


def _common() -> set[str]:
    return {name for stock in STOCKS for name in (*stock.common.girls, *stock.common.boys)}


def test_settings_differ_from_seed_to_seed() -> None:
    """Each world has error rates of its own, within a third of the settings' own."""
    one, other = settings_of(1), settings_of(2)
    assert one != other
    assert settings_of(1) == one
    assert 0.06 < one.respelt < 0.14


def test_hardness_multiplies_errors() -> None:
    """A harder world has more of every error and as many numbers."""
    soft, hard = settings_of(1), settings_of(1, 2.0)
    assert (2 * soft.slip, soft.nhs_council) == (hard.slip, hard.nhs_council)
