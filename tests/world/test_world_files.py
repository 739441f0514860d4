"""The files a made-up world drops: their names, headers, versions and bytes."""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from broker.world import (
    AGENCIES,
    AgencyKind,
    World,
    WorldPlan,
    build,
    extract_time,
    write_all,
    write_config,
    write_day,
)
from broker.world.tables import TABLES

SHARED = Path(__file__).parents[3] / "shared"
PLAN = WorldPlan(seed=11, children=300, planted_rounds=2)


@pytest.fixture(scope="module")
def world() -> World:
    """One world for all tests that only read it."""
    return build(PLAN)


@pytest.fixture(scope="module")
def days(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every day's drop, each under a root of its own."""
    roots = []
    for day in range(PLAN.days):
        root = tmp_path_factory.mktemp(f"day{day}")
        write_day(world, day, root)
        roots.append(root)
    return roots


@pytest.fixture(scope="module")
def everything(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole world as one folder for each agency."""
    root = tmp_path_factory.mktemp("all")
    write_all(world, root)
    return root


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bytes_under(root: Path) -> dict[str, bytes]:
    """Every file by its path below the root."""
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*.csv"))}


def tables(root: Path) -> Iterator[tuple[AgencyKind, str, list[dict[str, str]]]]:
    """Every table of every agency below a root."""
    for agency in AGENCIES:
        for table in TABLES[agency.kind]:
            yield agency.kind, table, rows(root / agency.drop / f"{table}.csv")


@pytest.mark.slow
def test_the_same_plan_makes_the_same_bytes(everything: Path, tmp_path: Path) -> None:
    """A world depends on its plan alone."""
    write_all(build(PLAN), tmp_path)

    assert bytes_under(everything) == bytes_under(tmp_path)


@pytest.mark.slow
def test_a_day_written_again_is_the_same_day(days: list[Path], tmp_path: Path) -> None:
    """A day depends on nothing that was written before it."""
    write_day(build(PLAN), 9, tmp_path)

    assert bytes_under(days[9]) == bytes_under(tmp_path)


def test_another_seed_makes_another_world(everything: Path, tmp_path: Path) -> None:
    """The seed matters."""
    write_all(build(WorldPlan(seed=12, children=300)), tmp_path)

    assert bytes_under(everything) != bytes_under(tmp_path)


def test_a_world_too_big_to_keep_writes_the_same_day(
    days: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether rows are kept in memory or told again makes no difference."""
    monkeypatch.setattr("broker.world.world._CHILDREN_KEPT_MAX", 0)
    write_day(build(PLAN), 3, tmp_path)

    assert bytes_under(days[3]) == bytes_under(tmp_path)


def test_every_table_is_dropped_every_day(days: list[Path]) -> None:
    """A feed's silence means something only where its tables are there, empty or not."""
    expected = {
        f"{agency.drop}/{table}.csv" for agency in AGENCIES for table in TABLES[agency.kind]
    }

    assert [expected] * PLAN.days == [set(bytes_under(root)) for root in days]


def test_council_columns_are_those_of_the_standard_dataset() -> None:
    """Every council table has exactly the columns of the Standard Safeguarding Dataset."""
    path = SHARED / "data" / "ssd_columns.txt"
    if not path.exists():
        pytest.skip("the column list lies beside the repository, and is not there")
    standard = {
        name.strip(): tuple(column.strip() for column in columns.split(","))
        for name, _, columns in (
            line.partition("|") for line in path.read_text(encoding="utf-8").splitlines()
        )
    }
    ours = dict(TABLES[AgencyKind.COUNCIL])

    assert {name: standard[name] for name in ours} == ours


def test_police_and_home_columns_are_those_agreed() -> None:
    """Every police and home table is written out in the formats page, column by column."""
    path = SHARED / "FORMATS.md"
    if not path.exists():
        pytest.skip("the formats page lies beside the repository, and is not there")
    page = path.read_text(encoding="utf-8")
    agreed = {}
    for line in page.splitlines():
        if line.startswith("- `") and ".csv`" in line:
            name, _, rest = line.removeprefix("- `").partition(".csv`")
            names = rest.partition(":")[2]
            while "(" in names:
                before, _, after = names.partition("(")
                names = before + after.partition(")")[2]
            agreed[name] = tuple(n.strip().removeprefix("+") for n in names.split(","))
    ours = dict(TABLES[AgencyKind.POLICE]) | dict(TABLES[AgencyKind.HOME])

    assert ours == agreed


def test_headers_are_the_columns(everything: Path) -> None:
    """The first line of each file is its table's columns."""
    found = {}
    for agency in AGENCIES:
        for table in TABLES[agency.kind]:
            path = everything / agency.drop / f"{table}.csv"
            line = path.read_text(encoding="utf-8").partition("\n")[0]
            found[agency.code, table] = tuple(line.split(","))

    assert found == {
        (agency.code, table): columns
        for agency in AGENCIES
        for table, columns in TABLES[agency.kind].items()
    }


def test_a_council_table_holds_a_record_once(days: list[Path], everything: Path) -> None:
    """Two versions in one extract would have no order."""
    repeated = [
        (table, key)
        for root in (*days, everything)
        for kind, table, found in tables(root)
        if kind is AgencyKind.COUNCIL
        for key in [[next(iter(row.values())) for row in found]]
        if len(set(key)) != len(key)
    ]

    assert [] == repeated


def test_versions_of_a_record_are_written_at_different_moments(everything: Path) -> None:
    """Police and home versions order by updated_at, so no two may share it."""
    same = [
        (table, list(row.values())[:2])
        for kind, table, found in tables(everything)
        if kind is not AgencyKind.COUNCIL
        for row, later in pairwise(
            sorted(found, key=lambda row: (list(row.values())[:2], row["updated_at"]))
        )
        if list(row.values())[:2] == list(later.values())[:2]
        and row["updated_at"] == later["updated_at"]
    ]

    assert [] == same


def test_nothing_is_written_after_its_extract(days: list[Path]) -> None:
    """What a day's extract holds was written by then, and after the day before's."""
    late = []
    for day, root in enumerate(days):
        for kind, table, found in tables(root):
            if kind is not AgencyKind.POLICE:
                continue
            for row in found:
                at = datetime.fromisoformat(row["updated_at"])
                if at > PLAN.extract_time(day) or (day and at <= PLAN.extract_time(day - 1)):
                    late.append((day, table, row["updated_at"]))

    assert [] == late


def test_council_rows_name_parents_of_the_same_or_an_earlier_extract(days: list[Path]) -> None:
    """Reviews and factors have no person id: what they hang on comes no later than they do."""
    orphans = []
    known: set[str] = set()
    for root in days:
        council = root / "council"
        today = {row["cina_assessment_id"] for row in rows(council / "ssd_cin_assessments.csv")}
        today |= {row["clae_cla_id"] for row in rows(council / "ssd_cla_episodes.csv")}
        wanted = [
            row["cinf_assessment_id"] for row in rows(council / "ssd_assessment_factors.csv")
        ]
        wanted += [row["clar_cla_id"] for row in rows(council / "ssd_cla_reviews.csv")]
        orphans += [parent for parent in wanted if parent not in today]
        known |= today

    assert [] == orphans
    assert known


def test_what_has_ended_stays_ended(days: list[Path]) -> None:
    """No later council row takes back an end date that an earlier one gave."""
    ended: set[tuple[str, str]] = set()
    taken_back = []
    ends = {
        "ssd_cla_episodes": "clae_cla_episode_ceased_date",
        "ssd_cla_placement": "clap_cla_placement_end_date",
        "ssd_missing": "miss_missing_episode_end_date",
        "ssd_cp_plans": "cppl_cp_plan_end_date",
        "ssd_s47_enquiry": "s47e_s47_end_date",
    }
    for root in days:
        for table, column in ends.items():
            for row in rows(root / "council" / f"{table}.csv"):
                key = table, next(iter(row.values()))
                if row[column]:
                    ended.add(key)
                elif key in ended:
                    taken_back.append(key)

    assert [] == taken_back
    assert ended


def test_the_config_names_every_agency(world: World, tmp_path: Path) -> None:
    """The partnership's configuration reads back as TOML, with risk kept between two."""
    path = tmp_path / "concord.toml"
    write_config(world, path)
    config = tomllib.loads(path.read_text(encoding="utf-8"))

    assert [agency.code for agency in AGENCIES] == list(config["agencies"])
    assert config["agencies"]["riverside"] == {
        "adapter": "care_home",
        "name": "Riverside House",
        "home_urn": "SC012345",
        "drop": "homes/riverside",
        "extract": "changes",
    }
    assert config["agreements"][1] == {
        "from": ["police", "council"],
        "to": ["police", "council"],
        "streams": ["risk"],
        "purposes": ["SAFEGUARDING"],
        "starts": date(2020, 1, 1),
    }


def test_extracts_are_taken_at_half_past_eleven_in_england(world: World) -> None:
    """The same wall time all year, so another hour in UTC in summer."""
    summer = build(WorldPlan(seed=1, children=1, start=date(2026, 7, 1)))

    assert extract_time(world, 2).isoformat() == "2026-01-07T23:30:00+00:00"
    assert extract_time(summer, 0).isoformat() == "2026-07-01T22:30:00+00:00"
