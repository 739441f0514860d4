"""The shape of an adapter: files in, rows with statements out."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from broker.errors import RecordRejected
from broker.event.agency import Agency
from broker.event.envelope import Statement
from broker.sdk.stood import Stood
from broker.vocabulary.words import System

NO_SUCH_COLUMN = "(no such column)"
"""Stands for the words of an optional column that a file does not have."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One kind of file an adapter reads: its name, its system, the statement types it yields."""

    name: str
    system: System
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row of a file and what became of it: statements, a reject, or a reason it was skipped.

    Statements carry the nil event id; where the source has no time of its own (`own_time` is
    False) their `recorded_at` is the extract's. `key` is the row's own reference, by which a
    snapshot knows that a row has vanished; it is unique within the table, so where several
    children share a reference it holds the subject too. A row may be rejected or skipped with
    no statements, or give several statements; a rejected row has its `key` where that much
    could be read; `likely_key` is what its key seems to be where the row came apart: it tells
    which row it was mended into, and not that the row is there. `size` (bytes) and `sha256`
    (hex) describe the whole row where it was too long to keep and `raw` is only its first 64 KiB.
    """

    line: int
    raw: bytes
    key: str = ""
    statements: tuple[Statement, ...] = ()
    own_time: bool = True
    rejected: RecordRejected | None = None
    skipped: str | None = None
    size: int | None = None
    sha256: str | None = None
    likely_key: str = ""


@dataclass(slots=True)
class TableRead:
    """One recognised file being read; `rows` is read once, lazily, in file order.

    `unexpected` (columns or elements nobody mapped or ignored by name) and `unmapped` (column,
    word: how often), with where those first `stood`, are complete when `rows` is exhausted.
    `refused` says in one sentence why a whole file cannot be used (a missing column, an unreadable
    file); then `rows` is empty.
    `rows_per_day_usual` (fewest, most) is worth a warning where a day's rows fall outside it.
    `path` tells files of one name in different folders apart.
    """

    file: str
    spec: TableSpec
    extracted_at: datetime
    rows: Iterator[RowRead]
    unexpected: list[str]
    unmapped: dict[tuple[str, str], int]
    refused: str | None = None
    rows_per_day_usual: tuple[int, int] | None = None
    path: Path | None = None
    stood: dict[tuple[str, str], Stood] = field(default_factory=dict)


class Memory(Protocol):
    """What the publisher remembers between extracts (parents of rows, adults to leave out)."""

    def recall(self, scope: str, keys: Sequence[str]) -> dict[str, str]:
        """The remembered values of these keys; unknown keys are left out."""

    def remember(self, scope: str, values: dict[str, str]) -> None:
        """Remember values by key, in place of earlier ones."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was handed in: the files (found by the caller), and what is known of their time.

    `extracted_at` is what the operator said, if anything; `modified_at` gives a file's own time,
    never later than `now`. `no_files` lie there too and cannot be read: not for an adapter.
    """

    agency: Agency
    files: tuple[Path, ...]
    modified_at: dict[Path, datetime]
    now: datetime
    extracted_at: datetime | None = None
    no_files: tuple[Path, ...] = ()


class Adapter(Protocol):
    """One agency kind's translator. Stateless: all memory is the Memory handed in."""

    name: str
    version: str
    tables: tuple[TableSpec, ...]

    def read(self, delivery: Delivery, memory: Memory) -> Iterator[TableRead]:
        """Recognised files in an order in which parents come first. A file that is not
        recognised is not yielded: the caller names it. The caller exhausts each `rows` before
        asking for the next table."""
