"""How what was found is set beside what was planted: fates, alarms and waiting times."""
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from bench.detection.run import Alarm, compared
from bench.detection.tables import rate_interval, tables
from broker.event.finding import Evidence, Finding
from broker.vocabulary.words import Severity, Stream, System
from broker.world import Planted, World, WorldPlan, build

_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world() -> World:
    """A world, of which only the plants are looked at."""
    return build(WorldPlan(seed=8, children=300))


def finding(world: World, plant: Planted, **changes: object) -> Finding:
    """A finding on a plant's first record."""
    agency, subject = world.children[plant.child].local_ids[0]
    made = Finding(
        finding_id=plant.variant, code=plant.code, name="a.rule", child="c1",
        severity=Severity.CRITICAL, since=plant.knowable_at, sentence="s", action="a",
        would_change="w", source="s", anchor="a", evidence_digest="d", evidence=(Evidence(
            event_id=UUID(int=1), agency=agency, system=System.FILES, type_name="T",
            stream=Stream.MISSING, record=plant.records[0], subject=subject, says="x",
            recorded_at=plant.knowable_at),))
    return replace(made, **changes)  # type: ignore[arg-type] # a test names real fields


def real(world: World) -> Planted:
    """A planted contradiction."""
    return next(each for each in world.planted if not each.decoy)


def decoy(world: World) -> Planted:
    """A planted decoy."""
    return next(each for each in world.planted if each.decoy)


def first(*findings: Finding, at: datetime) -> dict[str, datetime]:
    """All first published at one time."""
    return {each.finding_id: at for each in findings}


def test_a_plant_that_is_found_has_waited_since_it_was_knowable(world: World) -> None:
    """Found an hour after the last statement it takes was written."""
    plant = real(world)
    one = finding(world, plant)
    outcome = compared(world, [one], first(one, at=plant.knowable_at + timedelta(hours=1)))
    fate = next(each for each in outcome.fates if each.variant == plant.variant)

    assert (True, timedelta(hours=1), False) == (fate.found, fate.waited, fate.late)
    assert (True,) == tuple(each.right for each in outcome.alarms)
    assert world.children[plant.child].name_group == fate.group


def test_a_plant_that_nobody_finds_is_missed(world: World) -> None:
    """Without findings nothing is found, and nothing is wrong."""
    outcome = compared(world, [], {})

    assert {False} == {each.found for each in outcome.fates}
    assert () == outcome.alarms


def test_a_plant_found_after_its_evening_is_late(world: World) -> None:
    """The first extract that must show it was taken a day before."""
    plant = real(world)
    one = finding(world, plant)
    outcome = compared(world, [one], first(one, at=plant.raised_by + _DAY))
    fate = next(each for each in outcome.fates if each.variant == plant.variant)

    assert (True, True) == (fate.found, fate.late)


def test_a_finding_on_a_decoy_is_a_false_alarm(world: World) -> None:
    """The decoy is flagged and named."""
    plant = decoy(world)
    one = finding(world, plant, severity=Severity.LOW)
    outcome = compared(world, [one], first(one, at=plant.raised_by))

    assert (Alarm(8, plant.code, False, plant.variant, False, "s"),) == outcome.alarms
    assert [plant.variant] == [each.variant for each in outcome.fates if each.found]


def test_history_is_no_alarm(world: World) -> None:
    """A finding marked historical on a decoy counts as history alone."""
    plant = decoy(world)
    one = finding(world, plant, historical=True)
    outcome = compared(world, [one], first(one, at=plant.raised_by))

    assert ((), 1) == (outcome.alarms, outcome.historical)
    assert [] == [each.variant for each in outcome.fates if each.found]


def test_what_the_plants_raise_besides_is_right(world: World) -> None:
    """A finding that a plant beside the catalogue answers for is no false alarm."""
    plant = world.beside[0]
    one = finding(world, plant)
    outcome = compared(world, [one], first(one, at=plant.raised_by))

    assert (True,) == tuple(each.right for each in outcome.alarms)


def test_the_tables_hold_every_rule_and_the_rate_of_false_alarms(world: World) -> None:
    """One false alarm in 300 children and 28 days."""
    plant = decoy(world)
    one = finding(world, plant)
    lines = list(tables([compared(world, [one], first(one, at=plant.raised_by))]))

    assert {each.code for each in world.planted} == {
        line[2:5] for line in lines if line[2:5].strip("| ")[1:].isdigit()}
    assert "| false alarms | 1, which is 3.62 (0.05 to 20.16) for 1,000 children and month |" \
        in lines


def test_rates_of_rare_events_have_the_interval_of_the_books() -> None:
    """Exact Poisson limits are 0 to 3.69 for none and 4.80 to 18.39 for ten."""
    assert [(0.0, 3.67), (4.79, 18.39)] == [
        (round(low, 2), round(high, 2)) for low, high in map(rate_interval, (0, 10))]
