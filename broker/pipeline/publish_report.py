"""What one reading of an agency's files came to, in rows: the form other programs rely on."""
from dataclasses import dataclass, field
from typing import Any

from broker.sdk.adapter import NO_SUCH_COLUMN, TableRead
from broker.sdk.fields import READ_AN_HOUR_ON
from broker.sdk.stood import Stood

_Cell = tuple[str, str, str]  # a file, a column, a value


@dataclass(frozen=True, slots=True)
class RowReject:
    """One row that could not be used, by the id of its stored reject; what stood there is shown
    by `concord publish` and in that reject, nowhere else."""

    file: str
    line: int
    column: str | None
    value: str | None
    reason: str
    reject_id: str


@dataclass(slots=True)
class PublishReport:
    """Rows read are rows published, unchanged, rejected or skipped."""

    agency: str
    read: int = 0
    published: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    statements: int = 0
    withdrawn: int = 0
    files: list[str] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    unexpected: list[tuple[str, str]] = field(default_factory=list)
    unmapped: dict[_Cell, int] = field(default_factory=dict)
    stood: dict[_Cell, Stood] = field(default_factory=dict)
    skipped_reasons: dict[str, int] = field(default_factory=dict)
    rejects: list[RowReject] = field(default_factory=list)

    def counts(self, table: TableRead) -> None:
        """Take in what a table that was read had of values that could not be used."""
        for (column, word), count in table.unmapped.items():
            self.unmapped[table.file, column, word] = count
        for (column, word), stood in table.stood.items():
            self.stood[table.file, column, word] = stood

    @property
    def unknown_words(self) -> dict[_Cell, int]:
        """How often each word came that is in no list, or could not be read, by file and
        column."""
        return {key: count for key, count in self.unmapped.items()
                if key[2] != NO_SUCH_COLUMN and not key[2].endswith(READ_AN_HOUR_ON)}

    @property
    def read_an_hour_on(self) -> dict[_Cell, int]:
        """How often each time came, by file and column, of the hour that clocks skip in spring."""
        return {key: count for key, count in self.unmapped.items()
                if key[2].endswith(READ_AN_HOUR_ON)}

    @property
    def absent_columns(self) -> dict[str, list[str]]:
        """The optional columns that each file does not have."""
        found: dict[str, list[str]] = {}
        for file, column, word in sorted(self.unmapped):
            if word == NO_SUCH_COLUMN:
                found.setdefault(file, []).append(column)
        return found

    def as_json(self) -> dict[str, Any]:
        """The machine form that other programs rely on, with more keys behind it."""
        return {
            "read": self.read,
            "published": self.published,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "skipped": self.skipped,
            "statements": self.statements,
            "unexpected": [{"file": file, "column": column} for file, column in self.unexpected],
            "rejects": [
                {"file": each.file, "line": each.line, "column": each.column,
                 "value": each.value, "reason": each.reason}
                for each in self.rejects
            ],
            "agency": self.agency,
            "withdrawn": self.withdrawn,
            "files": self.files,
            "unrecognised": self.unrecognised,
            "refused": [{"file": file, "reason": why} for file, why in self.refused],
            "notes": [{"file": file, "note": note} for file, note in self.notes],
            "unmapped": [
                {"file": file, "column": column, "value": value, "count": count,
                 "first": [each._asdict() for each in self.stood.get(
                     (file, column, value), Stood()).places]}
                for (file, column, value), count in sorted(self.unmapped.items())
            ],
            "skipped_reasons": dict(sorted(self.skipped_reasons.items())),
        }
