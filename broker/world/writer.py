"""The agencies' files: what each drops on an evening, or everything at once."""

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from broker.world.agencies import AUTHORITY_CODE, COUNCIL, FORCE_CODE, Agency, AgencyKind
from broker.world.book import Row
from broker.world.tables import TABLES
from broker.world.world import World

_PARTNERSHIP = "North Valley"
_SHARED_BY_ALL = ("person", "incident", "missing", "concern", "care")


class _RowWriter(Protocol):
    def writerow(self, row: Iterable[str], /) -> object: ...


def _latest_of_council(rows: Iterable[Row]) -> list[Row]:
    """Drop council rows that a later one replaces: its tables hold a record once.

    Police and homes say in `updated_at` when each version was written, so theirs all stay.
    """
    kept: list[Row] = []
    places: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.agency == COUNCIL.code:
            key = (row.table, row.cells[0])
            if key in places:
                kept[places[key]] = row
                continue
            places[key] = len(kept)
        kept.append(row)
    return kept


class _Files:
    """One open CSV for every table of every agency, each with its header."""

    def __init__(self, agencies: Iterable[Agency], root: Path, stack: ExitStack):
        self.paths: list[Path] = []
        self._writers: dict[tuple[str, str], _RowWriter] = {}
        for agency in agencies:
            folder = root / agency.drop
            folder.mkdir(parents=True, exist_ok=True)
            for table, columns in TABLES[agency.kind].items():
                path = folder / f"{table}.csv"
                file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(columns)
                self.paths.append(path)
                self._writers[agency.code, table] = writer

    def write(self, rows: Iterable[Row]) -> None:
        writers = self._writers
        for row in rows:
            writers[row.agency, row.table].writerow(row.cells)


def write_day(world: World, day_number: int, root: Path) -> list[Path]:
    """What each agency drops that evening: the rows written or changed since the last extract.

    Day 0 also holds everything written before the world began. Every table is there every day,
    empty but for its header where nothing changed. Files of an earlier day under `root` are
    replaced.
    """
    return write_rows(world.agencies, world.rows_of_day(day_number), root)


def write_rows(agencies: Iterable[Agency], rows: Iterable[Row], root: Path) -> list[Path]:
    """Every table of these agencies with these rows of theirs, in place of what is there."""
    with ExitStack() as stack:
        files = _Files(agencies, root, stack)
        files.write(_latest_of_council(rows))
    return files.paths


def write_all(world: World, root: Path) -> list[Path]:
    """Everything up to the last day in one folder for each agency, family by family.

    Police and homes: every version, oldest first. The council: the last version of each row,
    since its rows do not say when they were written. To be read with the last day's extract time.
    """
    end = world.plan.extract_time(world.plan.days - 1)
    with ExitStack() as stack:
        files = _Files(world.agencies, root, stack)
        for stage in world.stages():
            files.write(_latest_of_council(row for row in stage.book.rows if row.at <= end))
    return files.paths


def _agency_lines(agency: Agency) -> list[str]:
    own = {
        AgencyKind.POLICE: f'force_code = "{FORCE_CODE}"',
        AgencyKind.COUNCIL: f'authority_code = "{AUTHORITY_CODE}"',
        AgencyKind.HOME: f'home_urn = "{agency.urn}"',
    }
    return [
        f"[agencies.{agency.code}]",
        f'adapter = "{agency.kind}"',
        f'name = "{agency.name}"',
        own[agency.kind],
        f'drop = "{agency.drop}"',
        'extract = "changes"',
        "",
    ]


def _agreement_lines(codes: Iterable[str], streams: Iterable[str]) -> list[str]:
    agencies = ", ".join(f'"{code}"' for code in codes)
    return [
        "[[agreements]]",
        f"from = [{agencies}]",
        f"to = [{agencies}]",
        "streams = [" + ", ".join(f'"{stream}"' for stream in streams) + "]",
        'purposes = ["SAFEGUARDING"]',
        "starts = 2020-01-01",
        "",
    ]


def write_config(world: World, path: Path) -> None:
    """The configuration of this partnership."""
    path.write_text(config_text(world.agencies), encoding="utf-8")


def config_text(agencies: Sequence[Agency]) -> str:
    """The configuration of a made-up partnership of these agencies; risk links stay between
    police and council."""
    lines = [
        "# A made-up partnership: nobody in it exists.",
        "[partnership]",
        f'name = "{_PARTNERSHIP}"',
        'timezone = "Europe/London"',
        "",
    ]
    for agency in agencies:
        lines += _agency_lines(agency)
    lines += _agreement_lines((agency.code for agency in agencies), _SHARED_BY_ALL)
    lines += _agreement_lines(("police", "council"), ("risk",))
    return "\n".join(lines)
