"""What agencies write down about one family: records that change, and the rows they leave."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from random import Random
from typing import NamedTuple

from broker.vocabulary.times import LONDON
from broker.world.agencies import COUNCIL, POLICE, Agency, AgencyKind
from broker.world.identifiers import log_serial
from broker.world.people import Child
from broker.world.plan import WorldPlan, local, local_date
from broker.world.tables import TABLES

Cell = str | date | datetime | None
_REFERENCES_PER_CHILD = 100
_TO_THE_MINUTE = 16


class Row(NamedTuple):
    """One version of one record, as the agency wrote it at that moment."""

    at: datetime
    agency: str
    table: str
    cells: tuple[str, ...]


@lru_cache(maxsize=4096)
def _date_text(day: date) -> str:
    return day.isoformat()


def _text(cell: Cell, kind: AgencyKind) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if not isinstance(cell, datetime):
        return _date_text(cell)
    if kind is AgencyKind.POLICE:
        return cell.isoformat()
    if kind is AgencyKind.COUNCIL:
        return _date_text(local_date(cell))
    return cell.astimezone(LONDON).isoformat()[:_TO_THE_MINUTE]


class Record:
    """One record of one agency; every `write` is a version of it.

    Police write times with an offset, homes by the clock on the wall and to the minute, the
    council dates alone: a datetime handed to any of them comes out in its own way.
    """

    __slots__ = ("_agency", "_cells", "_rows", "_table")

    def __init__(self, rows: list[Row], agency: Agency, table: str, **cells: Cell):
        self._rows = rows
        self._agency = agency
        self._table = table
        self._cells = dict.fromkeys(TABLES[agency.kind][table], "")
        self._set(cells)

    def _set(self, cells: dict[str, Cell]) -> None:
        own = self._cells
        kind = self._agency.kind
        for column, cell in cells.items():
            assert column in own, f"{self._table} has no column {column}"
            own[column] = _text(cell, kind)

    @property
    def reference(self) -> str:
        """The record's reference as the adapters make it."""
        values = iter(self._cells.values())
        first = next(values)
        return f"{first}/{next(values)}" if self._table == "incidents" else first

    @property
    def number(self) -> str:
        """The first column, which for an incident is the police log number."""
        return next(iter(self._cells.values()))

    @property
    def agency(self) -> str:
        """The code of the agency whose record it is."""
        return self._agency.code

    def __getitem__(self, column: str) -> str:
        return self._cells[column]

    def write(self, at: datetime, **cells: Cell) -> "Record":
        """Add a version, written down at this moment (UTC)."""
        self._set(cells)
        if "updated_at" in self._cells:
            self._cells["updated_at"] = _text(at, self._agency.kind)
        self._rows.append(Row(at, self._agency.code, self._table, tuple(self._cells.values())))
        return self


@dataclass(slots=True)
class Subject:
    """A child with the ids under which agencies hold them, and the records a story returns to."""

    child: Child
    ids: dict[str, str] = field(default_factory=dict)
    duplicate_ids: list[tuple[str, str]] = field(default_factory=list)
    home: Agency | None = None
    records: dict[str, Record] = field(default_factory=dict)

    @property
    def nominal(self) -> str:
        """The police's id of the child."""
        return self.ids[POLICE.code]

    @property
    def person(self) -> str:
        """The council's id of the child."""
        return self.ids[COUNCIL.code]

    @property
    def known_to_police(self) -> bool:
        """Whether the police hold a nominal of this child."""
        return POLICE.code in self.ids


class Book:
    """Everything written about the children of one story.

    `first_child` is the index of the first of them; references are unique in the world because
    each child owns a hundred of them.
    """

    __slots__ = ("_next_reference", "_references_end", "plan", "rng", "rows")

    def __init__(self, plan: WorldPlan, rng: Random, first_child: int, size: int):
        self.plan = plan
        self.rng = rng
        self.rows: list[Row] = []
        self._next_reference = first_child * _REFERENCES_PER_CHILD
        self._references_end = (first_child + size) * _REFERENCES_PER_CHILD

    def record(self, agency: Agency, table: str, **cells: Cell) -> Record:
        """A record that is not written yet."""
        return Record(self.rows, agency, table, **cells)

    def reference(self, prefix: str) -> str:
        """A reference that no other record has."""
        serial = self._next_reference
        assert serial < self._references_end, "a story may use a hundred references a child"
        self._next_reference = serial + 1
        return prefix + log_serial(serial)

    def office_hours(self, day: date) -> datetime:
        """When the council writes on that date: the late afternoon."""
        return local(day, 16, 40)

    @property
    def last_day(self) -> date:
        """The last date of the world."""
        return self.plan.date_of(self.plan.days - 1)
