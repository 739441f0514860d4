"""The second labelled world: the same for a seed, written as its agencies write, and judged."""
import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bench.detection.run import Alarm
from bench.detection.second import missing_course, persons, placements, whole
from bench.detection.second.book import Kind, Label
from bench.detection.second.calendar import at, written
from bench.detection.second.files import Drops, extract_times
from bench.detection.second.forms import FORMS, build
from bench.detection.second.run import DEVELOPMENT, HELD_BACK, compared, judged, tables, wrong
from bench.detection.second.world import World
from broker.event.finding import Evidence, Finding
from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.vocabulary.words import FindingState, Severity, Stream, System

_FIRST_AND_LAST_DAY = 77


@pytest.fixture(scope="module")
def world() -> World:
    """Children whose whereabouts agencies told alike or not, of whom the labels are looked at."""
    return build(1, [missing_course.whereabouts_differ, missing_course.whereabouts_agree])


def labelled(world: World, kind: Kind) -> Label:
    """The first label of a kind about a child."""
    return next(each for each in world.labels if each.kind is kind)


def finding(world: World, label: Label, **changes: object) -> Finding:
    """A finding under a label's rule on one of its records, or one of its child's."""
    agency, record = min(label.refs) if label.refs else next(
        key for key, child in world.owners.items() if child == label.child)
    evidence = Evidence(
        event_id=UUID(int=1), agency=agency, system=System.FILES, type_name="T",
        stream=Stream.MISSING, record=record, subject="x", says="x",
        recorded_at=at(world.first_day))
    made = Finding(
        finding_id=label.variant or label.code, code=label.code, name="a.rule",
        child="c1", severity=label.severity or Severity.LOW, since=at(world.first_day),
        sentence="s", action="a", would_change="w", source="s", anchor="a", evidence_digest="d",
        evidence=(evidence,))
    return replace(made, **changes)  # type: ignore[arg-type] # a test names real fields


def found(world: World, *findings: Finding) -> list[tuple[str, bool]]:
    """What was found of the plants and flagged of the decoys, in order."""
    return [(each.variant, each.decoy) for each in compared(world, findings).outcome.fates
            if each.found]


def test_a_seed_is_always_the_same_world() -> None:
    """Its rows and its labels, and another seed has other children."""
    first, again, other = (build(seed, FORMS[:3]) for seed in (3, 3, 4))

    assert first.labels == again.labels
    assert [(row.ref, row.versions) for row in first.rows] == \
        [(row.ref, row.versions) for row in again.rows]
    assert first.children[0].surname != other.children[0].surname


def test_every_rule_is_planted_and_has_decoys() -> None:
    """Seeds held back are none that rules are tried on."""
    every = {each.code for each in RULES} | {each.code for each in AGENCY_RULES}
    labels = build(DEVELOPMENT[0]).labels

    assert [every, every] == [
        {each.code for each in labels if each.kind is kind} for kind in (Kind.PLANT, Kind.DECOY)]
    assert not set(DEVELOPMENT) & set(HELD_BACK)


@pytest.mark.slow
def test_a_small_slice_comes_out_exactly() -> None:
    """Two extracts of sexes that differ or not, and of police protection that ran on or not."""
    forms = (persons.sexes, placements.protection_expired)
    result = judged(build(1, forms), _FIRST_AND_LAST_DAY)

    assert [("D02", False, True)] * 3 + [("L03", False, True)] * 3 + [
        ("D02", True, False)] * 3 + [("L03", True, False)] * 3 == [
        (each.code, each.decoy, each.found) for each in result.outcome.fates]
    assert [("D02", True)] * 3 + [("L03", True)] * 3 == sorted(
        (each.code, each.right) for each in result.outcome.alarms)
    assert (0, ()) == (result.beside, result.otherwise)


def test_a_plant_is_found_by_its_records(world: World) -> None:
    """A finding of its rule that rests on one of them, at its severity."""
    label = labelled(world, Kind.PLANT)
    result = compared(world, [finding(world, label)])

    assert [label.variant] == [each.variant for each in result.outcome.fates if each.found]
    assert (Alarm(1, "M04", True, "", True, "s"),) == result.outcome.alarms
    assert () == result.otherwise


def test_a_plant_at_another_severity_is_found_and_named(world: World) -> None:
    """It counts as found; that it is told otherwise is told."""
    label = labelled(world, Kind.PLANT)
    result = compared(world, [finding(world, label, severity=Severity.LOW)])

    assert (f"M04 {label.variant}: LOW and not HIGH",) == result.otherwise
    assert f"otherwise M04 {label.variant}: LOW and not HIGH (world 1)" in [*wrong([result])]


def test_what_was_withdrawn_finds_nothing_and_alarms_nobody(world: World) -> None:
    """A plant is missed where its finding did not stand, and a decoy is not flagged."""
    gone = [finding(world, labelled(world, kind), state=FindingState.WITHDRAWN)
            for kind in (Kind.PLANT, Kind.DECOY)]

    assert [] == found(world, *gone)
    assert () == compared(world, gone).outcome.alarms


def test_a_finding_on_a_decoy_is_a_false_alarm(world: World) -> None:
    """The decoy is flagged, and the alarm names it."""
    label = labelled(world, Kind.DECOY)
    result = compared(world, [finding(world, label)])

    assert [(label.variant, True)] == found(world, finding(world, label))
    assert (Alarm(1, "M04", False, label.variant, False, "s"),) == result.outcome.alarms


def test_what_may_be_raised_is_neither_right_nor_wrong(world: World) -> None:
    """It is counted aside; the same on a child nobody labelled for it is wrong."""
    label = labelled(world, Kind.ALLOWED)
    allowed = finding(world, label)
    stray = replace(allowed, code="D02")
    result = compared(world, [allowed])

    assert (1, ()) == (result.beside, result.outcome.alarms)
    assert [False] == [each.right for each in compared(world, [stray]).outcome.alarms]


def test_agencies_are_judged_as_a_whole() -> None:
    """The silent home is found; a finding about an agency that sends as ever is a false alarm."""
    world = build(1, [whole.feeds])
    made = finding(world, labelled(world, Kind.ALLOWED), code="A01", child=None)
    result = compared(world, [replace(made, finding_id="1", agency="beckside", evidence=()),
                              replace(made, finding_id="2", agency="police", evidence=())])

    assert [("A01", "stopped", False), ("A01", "sends as ever", True)] == [
        (each.code, each.variant, each.decoy) for each in result.outcome.fates if each.found]
    assert [True, False] == [each.right for each in result.outcome.alarms]


def test_the_table_counts_what_stands_beside(world: World) -> None:
    """Found, right, flagged by rule; in sum, what is neither right nor wrong."""
    lines = [*tables([compared(world, [finding(world, labelled(world, Kind.ALLOWED))])])]

    assert "A second world, written from the rules and formats alone:" == lines[0]
    assert "| M04 | 4 | 0 | 0.00 (0.00 to 0.49) | 0 | 0 | – | 4 | 0 |" in lines
    assert "| findings that are neither right nor wrong | 1 |" in lines


def test_an_hour_that_comes_twice_is_written_with_its_offset() -> None:
    """01:30 on the night the clocks go back, and the same clock a day before."""
    assert ["2026-10-25T01:30:00+00:00", "2026-10-24T01:30", "2026-10-25", "", '["3A"]'] == [
        written(each) for each in (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 24, 0, 30, tzinfo=UTC),
            date(2026, 10, 25), None, ["3A"])]


@pytest.mark.parametrize(("seed", "council_rows"), [(1, 1), (2, 0)])
def test_a_second_extract_holds_what_the_agency_sends_again(
    seed: int, council_rows: int, tmp_path: Path
) -> None:
    """The council sends everything in spring and in autumn what has changed; police, changes."""
    world = World(seed)
    child = world.child()
    world.to_council(child)
    world.to_police(child)
    drops = Drops(world, tmp_path)
    counts = []
    for number, moment in enumerate(extract_times(world)[:2]):
        drops.write(number, moment)
        for path in ("council/ssd_person.csv", "police/nominals.csv"):
            with (tmp_path / path).open(newline="", encoding="utf-8") as file:
                counts.append(len([*csv.DictReader(file)]))

    assert [1, 1, council_rows, 0] == counts


def test_a_row_written_late_comes_with_a_later_extract(tmp_path: Path) -> None:
    """It says when it was written, two days before it could be read."""
    world = World(1)
    child = world.child()
    world.delays["police"] = timedelta(hours=48)
    world.to_police(child, at(world.first_day, "06:00"))
    drops = Drops(world, tmp_path)
    read = []
    for number, moment in enumerate(extract_times(world)[:4]):
        drops.write(number, moment)
        with (tmp_path / "police/nominals.csv").open(newline="", encoding="utf-8") as file:
            read.append([row["updated_at"] for row in csv.DictReader(file)])

    assert [[], [], ["2026-02-02T06:00"], []] == read
