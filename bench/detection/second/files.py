"""The second world's agencies, their configuration, and the files they drop each morning."""
import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from bench.detection.second.book import Row, Version
from bench.detection.second.calendar import Cell, at, days, written
from bench.detection.second.people import HOMES
from bench.detection.second.world import World
from broker.world import Agency, AgencyKind
from broker.world.agencies import COUNCIL, POLICE
from broker.world.tables import TABLES

AGENCIES = (POLICE, COUNCIL, *HOMES)
EXTRACT_CLOCK = "06:30"


def extract_times(world: World) -> list[datetime]:
    """When every day's extracts are taken: in the morning, from the first day to the last."""
    count = (world.last_day - world.first_day).days + 1
    return [at(world.first_day + days(number), EXTRACT_CLOCK) for number in range(count)]


class Drops:
    """Writes what each agency extracts, and remembers when it last did."""

    def __init__(self, world: World, root: Path):
        self._world = world
        self._root = root
        self._last: dict[str, datetime] = {}
        self._rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in world.rows:
            self._rows[row.agency, row.table].append(row)

    def write(self, day_number: int, moment: datetime) -> None:
        """Every table of every agency that sends that day, in place of the day's before."""
        for agency in AGENCIES:
            folder = self._root / agency.drop
            folder.mkdir(parents=True, exist_ok=True)
            for path in folder.glob("*.csv"):
                path.unlink()
            if (agency.code, day_number) in self._world.leaves_out:
                continue
            before, self._last[agency.code] = self._last.get(agency.code), moment
            for table, columns in TABLES[agency.kind].items():
                rows = self._extracted(agency, self._rows[agency.code, table], before, moment)
                _write(folder / f"{table}.csv", _columns(agency, columns), rows)

    def _extracted(self, agency: Agency, rows: Sequence[Row], before: datetime | None,
                   moment: datetime) -> list[Version]:
        """The council's tables hold a record once, all of them in spring and what has changed
        in autumn; the others' every version since the extract before."""
        found: list[tuple[datetime, Version]] = []
        for row in rows:
            ready = [each for each in row.versions if each.available_at <= moment]
            new = [each for each in ready if before is None or each.available_at > before]
            if agency.kind is AgencyKind.COUNCIL:
                found += [(row.versions[0].at, each) for each in
                          (ready if self._world.spring else new and ready)[-1:]]
            elif agency.code in self._world.sends_everything:
                found += [(each.at, each) for each in ready[-1:]]
            else:
                found += [(each.at, each) for each in new]
        return [version for _, version in sorted(found, key=lambda each: each[0])]


def _columns(agency: Agency, columns: Iterable[str]) -> Sequence[str]:
    return [*columns] if agency.kind is AgencyKind.COUNCIL else [*columns, "state"]


def _write(path: Path, columns: Sequence[str], versions: Iterable[Version]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(_cells(columns, version) for version in versions)


def _cells(columns: Iterable[str], version: Version) -> Iterator[str]:
    for column in columns:
        cell: Cell = version.at if column == "updated_at" else version.cells.get(column)
        yield written(cell)
