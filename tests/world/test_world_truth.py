"""The truth of a made-up world: its children, their ids, and what was planted."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from broker.world import AGENCIES, World, WorldPlan, build, write_all
from broker.world.identifiers import log_serial, nhs_number, postcode, upn
from broker.world.plants import CATALOGUE, CODES

PLAN = WorldPlan(seed=7)
OF_ONE_CHILD = (
    "D01", "D02", "D03", "D04", "D05", "D06", "G01", "G02", "G03", "G04", "K01", "K03", "L01",
    "L02", "L03", "M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10", "P01",
    "P02", "R01", "R02", "R03", "S01", "S02", "T01", "T02", "T03",
)  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    """One world for all tests that only read it."""
    return build(PLAN)


@pytest.fixture(scope="module")
def root(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything the agencies wrote."""
    folder = tmp_path_factory.mktemp("all")
    write_all(world, folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_as_many_children_as_planned(world: World) -> None:
    """Every child is numbered once, in order."""
    assert list(range(PLAN.children)) == [child.index for child in world.children]


@pytest.mark.slow
@pytest.mark.parametrize("children", [1, 3, 17, 60, 131, 999])
def test_any_number_of_children_can_be_asked_for(children: int) -> None:
    """Small worlds hold as much as fits."""
    assert children == len(build(WorldPlan(seed=3, children=children)).children)


@pytest.mark.slow
@pytest.mark.parametrize("days", [1, 2, 3, 8, 45])
def test_any_number_of_days_can_be_asked_for(days: int) -> None:
    """What does not fit into a short world is left out, and nothing shows after its end."""
    world = build(WorldPlan(seed=3, children=200, days=days))
    end = world.plan.extract_time(days - 1)

    assert [] == [plant.variant for plant in world.planted if plant.raised_by > end]


def test_the_catalogue_holds_every_rule_of_one_child() -> None:
    """Every rule but those of whole agencies, each in at least two forms and with a decoy."""
    forms = Counter(s.code for s in CATALOGUE if not s.decoy)
    decoys = Counter(s.code for s in CATALOGUE if s.decoy)

    assert OF_ONE_CHILD == CODES
    assert [] == [code for code in CODES if forms[code] < 2 or decoys[code] < 1]


def test_a_world_of_the_usual_size_holds_the_whole_catalogue(world: World) -> None:
    """Every scenario is planted once, under its own name."""
    told = [s.variant for s in CATALOGUE if not s.clock_change]

    assert sorted(told) == sorted(plant.variant for plant in world.planted)


def test_a_night_on_which_the_clocks_change_is_used() -> None:
    """A spring world has an absence over the missing hour."""
    spring = build(WorldPlan(seed=2, start=date(2026, 3, 9)))
    (plant,) = [plant for plant in spring.planted if plant.variant == "m01.clock_change"]

    assert plant.raised_by == spring.plan.extract_time(19)
    assert spring.plan.date_of(19) == date(2026, 3, 28)


def test_a_plant_is_what_its_name_says(world: World) -> None:
    """The code and whether it is a decoy can be read off the variant."""
    wrong = [
        p.variant
        for p in world.planted
        if p.code != p.variant[:3].upper() or p.decoy != (".decoy_" in p.variant)
    ]

    assert [] == wrong


def test_something_shows_on_each_of_the_last_days(world: World) -> None:
    """The demo prints the last days, so they must not be empty."""
    last = {PLAN.extract_time(day) for day in range(PLAN.days - 7, PLAN.days)}

    assert last == last & {p.raised_by for p in world.planted if not p.decoy}


def test_what_is_planted_names_records_that_were_written(world: World, root: Path) -> None:
    """Each reference is the first column of some row, incidents with their nominal."""
    written = set()
    for path in root.rglob("*.csv"):
        for row in rows(path):
            first, second, *_ = row.values()
            written.add(f"{first}/{second}" if path.stem == "incidents" else first)
    named = {record for plant in world.planted for record in plant.records}

    assert set() == named - written


def test_nhs_numbers_are_of_the_range_for_tests_and_valid(root: Path) -> None:
    """Nobody has a number that starts with 9; the two planted bad ones aside, all are valid."""
    numbers = {row["nhs_number"] for row in rows(root / "police" / "nominals.csv")}
    numbers |= {row["pers_common_child_id"] for row in rows(root / "council" / "ssd_person.csv")}
    for folder in (root / "homes").iterdir():
        numbers |= {row["nhs_number"] for row in rows(folder / "residents.csv")}
    numbers.discard("")
    invalid = {number for number in numbers if not check_digit_holds(number)}

    assert {"9"} == {number[0] for number in numbers}
    assert 1 == len(invalid)
    assert "9999999999" in numbers


def check_digit_holds(number: str) -> bool:
    """Modulus 11 over weights 10 to 2."""
    total = sum(int(d) * w for d, w in zip(number, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(number[9])


def test_nhs_numbers_do_not_repeat() -> None:
    """Each serial has a number of its own."""
    assert 20_000 == len({nhs_number(serial) for serial in range(20_000)})


def test_postcodes_do_not_repeat_and_have_a_postcodes_form() -> None:
    """Households are told apart by postcode as long as there are enough of them."""
    made = [postcode(serial) for serial in range(20_000)]

    form = re.compile(r"NV[1-9][0-9]? [0-9][ABD-HJLNP-UW-Z]{2}")
    homes = [agency.postcode for agency in AGENCIES if agency.postcode]

    assert 20_000 == len(set(made))
    assert [] == [code for code in [*made, *homes] if not form.fullmatch(code)]


def test_a_upn_has_the_right_check_letter() -> None:
    """Place values 2 to 13, modulus 23, over an alphabet without I, O and S."""
    made = upn(5)
    total = sum(int(d) * place for place, d in enumerate(made[1:], start=2))

    assert made[0] == "ABCDEFGHJKLMNPQRTUVWXYZ"[total % 23]
    assert made[1:4] == "815"


def test_no_two_log_numbers_are_one_digit_apart() -> None:
    """A typing error in one can never make another."""
    made = [log_serial(serial) for serial in range(3_000)]
    blanked = Counter(
        number[:place] + "?" + number[place + 1 :] for number in made for place in range(7)
    )

    assert 1 == max(blanked.values())


def test_local_ids_name_one_child_each(world: World) -> None:
    """No agency has one id for two children."""
    owners = Counter(pair for child in world.children for pair in child.local_ids)

    assert 1 == max(owners.values())


def test_agencies_share_no_digits_of_their_local_ids(world: World) -> None:
    """Only the record itself may tell who a child is."""
    telling = [
        child.index
        for child in world.children
        if len({local_id[-7:] for _, local_id in child.local_ids}) < len(child.local_ids)
    ]

    assert [] == telling


def test_every_row_about_a_child_is_of_a_child_in_the_truth(world: World, root: Path) -> None:
    """The truth knows every subject that any agency wrote about, adults of risk links aside."""
    truth = {pair for child in world.children for pair in child.local_ids}
    found = {("council", row["pers_person_id"]) for row in rows(root / "council/ssd_person.csv")}
    for folder in (root / "homes").iterdir():
        found |= {(folder.name, row["resident_ref"]) for row in rows(folder / "residents.csv")}
    adults = {row["subject_nominal_id"] for row in rows(root / "police/risk_links.csv")}
    nominals = {row["nominal_id"] for row in rows(root / "police/nominals.csv")}
    found |= {("police", nominal) for nominal in nominals - adults}

    assert truth == found


def test_no_two_children_share_name_and_birth_date(world: World) -> None:
    """Otherwise the truth would ask a matcher for what nobody could tell."""
    shared = Counter(
        (child.given, child.surname, child.born) for child in world.children if not child.unborn
    )

    assert 1 == max(shared.values())


def test_only_families_share_a_postcode(world: World) -> None:
    """Two families never live behind one postcode."""
    households = defaultdict(set)
    for child in world.children:
        households[child.postcode].add(child.household)

    assert [] == [code for code, homes in households.items() if len(homes) > 1]


def test_nobody_is_born_on_a_day_that_stands_for_an_estimate(world: World) -> None:
    """The 15th and 1 January mean that a date is estimated."""
    days = [child.born for child in world.children if not child.unborn]

    assert [] == [d for d in days if d.day == 15 or (d.month, d.day) == (1, 1)]


def test_everybody_is_under_eighteen_to_the_end(world: World) -> None:
    """Nobody leaves childhood while a rule looks at them."""
    end = PLAN.date_of(PLAN.days)

    assert [] == [c.index for c in world.children if c.born < date(end.year - 18, end.month, 1)]


def test_children_of_every_name_group_are_there(world: World) -> None:
    """Error rates by group need groups."""
    assert 8 == len({child.name_group for child in world.children})


@pytest.mark.slow
def test_a_big_world_plants_more_than_once() -> None:
    """The catalogue is laid out again for every two thousand children."""
    plan = WorldPlan(seed=1, children=4_000)

    assert 2 == plan.rounds
    assert {2} == set(Counter(p.variant for p in build(plan).planted).values())
