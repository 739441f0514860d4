"""What is found of an agency as a whole is set beside the scene that was played."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bench.detection.agencies import Played, compared, played, tables
from broker.event.finding import Finding
from broker.vocabulary.words import Severity
from broker.world import World, WorldPlan, extract_time
from broker.world.agencies import COUNCIL, HOMES, POLICE
from broker.world.agency_scenes import SCENES, AgencyScene, every_evening

_SCENE = {each.variant: each for each in SCENES}
_LAST = 9


def _all_on_the_last_evening(_plan: WorldPlan, day: int) -> Sequence[int]:
    if day == 0:
        return (0,)
    return range(1, _LAST + 1) if day == _LAST else ()


def small(variant: str, days: int, happenings: int) -> AgencyScene:
    """A child and some happenings, of which the police write all down under one heading."""
    evenings = _all_on_the_last_evening if variant.startswith("a02") else every_evening
    return AgencyScene(variant, POLICE.code, 2, evenings, children=1, days=days,
                       happenings=_SCENE["k02.police_one_heading"].happenings[:happenings])


def outcome(variant: str, *, days: float | None = None,
            others: tuple[tuple[str, str], ...] = ()) -> Played:
    """A scene as if it had been played; found where it says after how many days."""
    return Played(7, _SCENE[variant], days is not None, days, others)


def made(world: World, name: str, code: str, agency: str | None) -> Finding:
    """A finding about an agency, or (none) about a child."""
    return Finding(
        finding_id=name, code=code, name="a.rule", agency=agency, severity=Severity.HIGH,
        child=None if agency else "c1", since=extract_time(world, 0), sentence="s", action="a",
        would_change="w", source="s", anchor="a", evidence_digest="d")


def told(scene: AgencyScene, *about: tuple[str, str | None]) -> Played:
    """What a scene comes to with findings of these rules and agencies, of which the first was
    published a day and a half after the scene began, each further one a day later."""
    world = scene.world(7)
    findings = [made(world, f"f{number}", *each) for number, each in enumerate(about)]
    began = extract_time(world, scene.began)
    return compared(scene, world, findings, {
        each.finding_id: began + timedelta(days=number + 1.5)
        for number, each in enumerate(findings)})


def test_a_scene_is_found_where_its_rule_speaks_of_its_agency() -> None:
    """By the first of two findings, a day and a half after it began."""
    scene = _SCENE["a02.falls_behind"]

    assert Played(7, scene, True, 1.5, ()) == told(
        scene, ("A02", POLICE.code), ("A02", POLICE.code))


def test_another_agency_or_rule_is_not_what_is_wrong_in_the_scene() -> None:
    """They are named besides, in order; the scene is not found."""
    scene = _SCENE["a01.decoy_quiet_home"]

    assert Played(7, scene, False, None, (("A01", "council"), ("A02", "riverside"))) == told(
        scene, ("A02", HOMES[0].code), ("A01", COUNCIL.code))


def test_findings_about_children_are_no_part_of_it() -> None:
    """A scene's ordinary world may raise something about a child."""
    scene = _SCENE["k02.decoy_few"]

    assert Played(7, scene, False, None, ()) == told(scene, ("M01", None))


@pytest.mark.slow
def test_a_scene_is_found_on_its_evening_and_what_else_is_raised_is_named() -> None:
    """The police's files come a week late, and they have one heading: two rules, one scene."""
    scene = small("a02.late_by_a_week", _LAST + 1, 8)

    assert Played(101, scene, True, 7.0, (("K02", "police"),)) == played((scene, 101))


def test_a_scene_in_which_nothing_is_raised_has_no_days() -> None:
    """One evening of one child."""
    scene = small("k02.nothing_yet", 1, 0)

    assert Played(101, scene, False, None, ()) == played((scene, 101))


def test_what_is_found_and_flagged_is_counted_by_rule() -> None:
    """Decoys are no finds, and a finding besides is counted under its own rule."""
    lines = list(tables([
        outcome("a01.feed_stops", days=14.0), outcome("a01.files_come_empty"),
        outcome("a01.decoy_quiet_home", days=3.0),
        outcome("k02.decoy_few", others=(("A01", "council"), ("A02", "police")))]))

    assert [
        "| rule | planted | found | decoys | flagged | other findings about an agency |",
        "|---|---:|---:|---:|---:|---:|",
        "| A01 | 2 | 1 | 1 | 1 | 1 |",
        "| A02 | 0 | 0 | 0 | 0 | 1 |",
        "| K02 | 0 | 0 | 1 | 0 | 0 |",
        "",
    ] == lines[:6]


def test_each_scene_is_a_line_and_what_was_raised_besides_follows() -> None:
    """One raised after six days, one not at all, though another agency was late in it."""
    lines = list(tables([outcome("a02.turns_weekly", days=6.2),
                         outcome("k02.decoy_few", others=(("A02", "police"),))]))

    assert [
        "| scene | seed | raised | days after it began |",
        "|---|---:|---|---:|",
        "| a02.turns_weekly | 7 | yes | 6 |",
        "| k02.decoy_few | 7 | no |  |",
        "\nbesides in k02.decoy_few (world 7): A02 of police",
    ] == lines[6:]
