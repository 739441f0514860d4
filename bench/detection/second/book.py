"""What the second world keeps: rows and their versions, children, and what is known of them."""
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bench.detection.second.calendar import Cell, minutes
from broker.vocabulary.words import FindingState, Severity


class Kind(StrEnum):
    """What a label says: must be found, must not be raised, or may be either."""

    PLANT = "plant"
    DECOY = "decoy"
    ALLOWED = "allowed"


@dataclass(slots=True)
class Version:
    """A row as it stood from a moment on, and when an extract could first hold it so."""

    available_at: datetime
    at: datetime
    cells: dict[str, Cell]


@dataclass(eq=False, slots=True)
class Row:
    """One record of one agency, all its versions, the oldest first; `delay` is how long after
    its writing a version can be extracted."""

    agency: str
    table: str
    ref: str
    delay: timedelta = timedelta()
    versions: list[Version] = field(default_factory=list)

    def set(self, moment: datetime, **changes: Cell) -> "Row":
        """Write a further version, later than the last by a minute at least."""
        cells = {**(self.versions[-1].cells if self.versions else {}), **changes}
        if self.versions and moment <= self.versions[-1].at:
            moment = self.last_at + minutes(1)
        self.versions.append(Version(moment + self.delay, moment, cells))
        return self

    def set_all(self, **changes: Cell) -> None:
        """Have held otherwise all along."""
        for version in self.versions:
            version.cells.update(changes)

    def shift(self, *, available: timedelta, writing: timedelta = timedelta()) -> None:
        """Have every version extracted, and written, so much later."""
        for version in self.versions:
            version.available_at += available
            version.at += writing

    def back_to_first(self) -> None:
        """Forget every version but the first."""
        del self.versions[1:]

    @property
    def last_at(self) -> datetime:
        """When the last version was written."""
        return self.versions[-1].at


@dataclass(eq=False, slots=True)
class Child:
    """A child as it is, and what the agencies know it by; rows are there once they are written."""

    key: str
    given: str
    surname: str
    sex: str
    born: date
    nhs_number: str
    upn: str
    line: str
    postcode: str
    council_id: str
    police_id: str
    home_ids: dict[str, str] = field(default_factory=dict)
    at_council: bool = False
    at_police: bool = False
    home: str = ""
    home_urn: str = ""
    care_id: str = ""
    care_start: date = date.min
    placed_at: str = ""
    rows: dict[str, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of a child (or of an agency as a whole) under one rule.

    `refs` are the agency and record of the rows it rests on, none where any of the child will do;
    a severity or state of None asks for none.
    """

    kind: Kind
    code: str
    variant: str
    child: str | None = None
    agency: str | None = None
    severity: Severity | None = None
    state: FindingState | None = None
    refs: frozenset[tuple[str, str]] = frozenset()


class Book:
    """All rows, children and labels of one world."""

    def __init__(self, seed: int):
        self.seed = seed
        self.rng = random.Random(f"V{seed}")
        self.spring = bool(seed % 2)
        self.first_day = date(2026, 2, 2) if self.spring else date(2026, 9, 7)
        self.last_day = date(2026, 4, 20) if self.spring else date(2026, 11, 23)
        self.clock_eve = date(2026, 3, 28) if self.spring else date(2026, 10, 24)
        self.log_prefix = "" if self.spring else "NV"
        self.rows: list[Row] = []
        self.children: list[Child] = []
        self.labels: list[Label] = []
        self.owners: dict[tuple[str, str], str] = {}
        self.delays: dict[str, timedelta] = {}
        self.sends_everything: set[str] = set()
        self.leaves_out: set[tuple[str, int]] = set()
        self.names: set[tuple[str, str]] = set()
        self._last_number = 1000

    def number(self) -> int:
        """The next number for a record."""
        self._last_number += self.rng.randrange(1, 4)
        return self._last_number

    def row(self, agency: str, table: str, ref: str, child: Child | None, moment: datetime,
            **cells: Cell) -> Row:
        """Write a record's first version."""
        row = Row(agency, table, ref, self.delays.get(agency, timedelta()))
        row.set(moment, **cells)
        self.rows.append(row)
        if child:
            self.owners[agency, ref] = child.key
        return row

    def drop(self, *rows: Row) -> None:
        """Have records never been written."""
        for row in rows:
            self.rows.remove(row)

    def plant(self, code: str, child: Child | None, severity: Severity | None, *rows: Row,
              variant: str, state: FindingState | None = None) -> None:
        """This is wrong and must be found."""
        self.labels.append(Label(Kind.PLANT, code, variant, child.key if child else None,
                                 severity=severity, state=state, refs=_refs(rows)))

    def decoy(self, code: str, child: Child, *rows: Row, variant: str) -> None:
        """This comes close and is right."""
        self.labels.append(Label(Kind.DECOY, code, variant, child.key, refs=_refs(rows)))

    def decoys(self, codes: str, child: Child, variant: str) -> None:
        """None of these rules (codes, a blank between) has anything to say of a child."""
        for code in codes.split():
            self.decoy(code, child, variant=variant)

    def allow(self, codes: str, child: Child) -> None:
        """These rules (codes, a blank between) may speak of a child beside what is planted."""
        for code in codes.split():
            self.labels.append(Label(Kind.ALLOWED, code, "", child.key))

    def about_agency(self, kind: Kind, code: str, *agencies: str, variant: str,
                     severity: Severity | None = None) -> None:
        """The same of agencies as a whole."""
        self.labels += [Label(kind, code, variant, agency=each, severity=severity)
                        for each in agencies]


def _refs(rows: Iterable[Row]) -> frozenset[tuple[str, str]]:
    return frozenset((row.agency, row.ref) for row in rows)
