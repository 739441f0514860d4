"""Scenes about an agency as a whole: files that come otherwise, happenings under one heading."""

from collections import Counter
from datetime import date

import pytest

from broker.rules.catalogue import AGENCY_RULES
from broker.world import World
from broker.world.agencies import COUNCIL, POLICE
from broker.world.agency_scenes import SCENES, AgencyScene
from broker.world.tables import TABLES

SCENE = {each.variant: each for each in SCENES}


def sent(scene: AgencyScene) -> list[int]:
    """The days whose rows the agency sends, evening by evening."""
    plan = scene.world(101).plan
    return [each for day in range(plan.days) for each in scene.evenings(plan, day) or ()]


def evenings(variant: str, first: int, last: int) -> list[list[int] | None]:
    """What the agency sends from one evening to another: which days, or no files at all."""
    scene = SCENE[variant]
    plan = scene.world(101).plan
    made = [scene.evenings(plan, day) for day in range(first, last + 1)]
    return [None if each is None else list(each) for each in made]


def happenings(variant: str, table: str, column: str) -> Counter[str]:
    """How often each word stands in a column, in what the scene adds to ordinary life."""
    scene = SCENE[variant]
    world = scene.world(101)
    kind = COUNCIL if table.startswith("ssd_") else POLICE
    place = TABLES[kind.kind][table].index(column)
    records = {row.cells[0]: row.cells[place] for story in world.stories
               if story.kind == variant for row in world.stage(story).book.rows
               if row.table == table}
    return Counter(records.values())


def rows(world: World) -> list[tuple[str, ...]]:
    """Everything that a world writes, day by day."""
    return [(row.agency, row.table, *row.cells)
            for day in range(world.plan.days) for row in world.rows_of_day(day)]


def test_every_rule_about_an_agency_has_its_scenes_and_its_decoys() -> None:
    """Nothing is measured of a rule without both."""
    assert {(each.code, decoy) for each in AGENCY_RULES for decoy in (False, True)} == {
        (each.code, each.decoy) for each in SCENES}


def test_every_scene_has_a_name_of_its_own() -> None:
    """Two scenes of one name would be one line of the report."""
    assert len(SCENES) == len(SCENE)


@pytest.mark.parametrize("scene", SCENES, ids=lambda each: each.variant)
def test_nothing_is_planted_in_a_scene_but_its_own_happenings(scene: AgencyScene) -> None:
    """Ordinary children, and as many stories of the scene as it has happenings."""
    world = scene.world(101)

    told = sum(each.kind == scene.variant for each in world.stories)

    assert ((), len(scene.happenings)) == (world.planted, told)
    assert world.plan.children == len(world.children) == scene.children + told


def test_a_scene_is_the_same_every_time() -> None:
    """The seed alone decides, and decides something."""
    scene = SCENE["k02.decoy_few"]

    assert rows(scene.world(101)) == rows(scene.world(101))
    assert rows(scene.world(101)) != rows(scene.world(102))


def test_a_feed_that_stops_leaves_no_files() -> None:
    """From the 43rd evening on nothing comes at all."""
    assert [[40], [41], None, None] == evenings("a01.feed_stops", 40, 43)


def test_files_that_come_empty_still_come() -> None:
    """From the 43rd evening on there are files without rows."""
    assert [[40], [41], [], []] == evenings("a01.files_come_empty", 40, 43)


def test_an_office_sends_what_it_wrote_since_it_was_last_open() -> None:
    """Nothing from Christmas Eve to New Year's Day; all of it on Friday 2 January."""
    scene = SCENE["a01.decoy_christmas"]
    plan = scene.world(101).plan
    first, last = plan.day_of(date(2025, 12, 23)), plan.day_of(date(2026, 1, 2))

    assert [[first], *[None] * 9, list(range(first + 1, last + 1))] == evenings(
        scene.variant, first, last)


def test_files_fall_three_evenings_behind() -> None:
    """Three evenings bring nothing new, and from then on each what is three days old."""
    assert [[13], [], [], [], [14], [15]] == evenings("a02.falls_behind", 13, 18)


def test_files_come_weekly_from_a_day_on() -> None:
    """Six evenings without files, and then the whole week."""
    assert [[13], *[None] * 6, list(range(14, 21)), None] == evenings("a02.turns_weekly", 13, 21)


def test_one_weekend_comes_on_monday() -> None:
    """Saturday and Sunday are late, once."""
    assert [[18], None, None, [19, 20, 21], [22]] == evenings("a02.decoy_late_batch", 18, 22)


def test_the_first_extract_of_one_who_joins_later_holds_everything() -> None:
    """Two weeks of rows in one evening."""
    assert [None, list(range(15)), [15]] == evenings("a02.decoy_backfill", 13, 15)


@pytest.mark.parametrize("variant", [
    "a02.turns_weekly", "a02.decoy_late_batch", "a02.decoy_backfill"])
def test_what_comes_late_comes_once_and_in_order(variant: str) -> None:
    """No day is lost and none is sent twice."""
    assert list(range(42)) == sent(SCENE[variant])


def test_the_police_put_every_call_under_one_heading() -> None:
    """Fourteen happenings that homes tell as three kinds."""
    assert {"Concern for safety": 14} == happenings(
        "k02.police_one_heading", "incidents", "opening_category")


def test_a_force_that_names_one_in_four_does_so() -> None:
    """Four of sixteen are opened as missing."""
    assert {"Concern for safety": 12, "Missing person": 4} == happenings(
        "k02.decoy_one_in_four_named", "incidents", "opening_category")


def test_the_council_finds_one_factor_where_notices_name_three() -> None:
    """Eight notices of each kind, and one factor in what was assessed of them; the children's
    earlier assessments found another."""
    variant = "k02.council_one_factor"

    assert {"domestic_abuse": 8, "sexual_abuse": 8, "physical_abuse": 8} == happenings(
        variant, "ppn", "concern_types")
    assert {'["3B"]': 24, '["16A"]': 24} == happenings(
        variant, "ssd_assessment_factors", "cinf_assessment_factors_json")
