"""What a reading could not read: rows that stand rejected, and files that were refused whole.

A refused file says nothing of what it holds, so its agency's silence means nothing in that kind of
file until another covers it (pipeline.settled). Of the file itself only its name, its size and its
digest are kept: it may be about many children, and lies where the agency left it.
"""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from broker.event import own
from broker.event.digest import derived_id
from broker.pipeline.publish_snapshot import table_key_of
from broker.pipeline.rejects import store_reject
from broker.pipeline.settled import FileMark, FileRead, OpenRows
from broker.ports import Store, Unit
from broker.sdk.adapter import Adapter, Delivery, TableRead, TableSpec
from broker.vocabulary.times import milliseconds_of
from broker.wire.codec import Codec

_BYTES_AT_ONCE = 1024 * 1024
# What has no such header is no table that was merely misspelt or saved with another separator.
_HEADER_COLUMNS_MIN = 7
_WHOLE_ROWS_MIN = 10  # fewer may by chance be as many


class Refused(NamedTuple):
    """A file that was refused: its table, where it lies, its name as shown, why, the time of its
    extract, and whether it is a snapshot that had shrunk."""

    spec: TableSpec
    path: Path
    shown: str
    why: str
    extracted_at: datetime
    shrunk: bool = False


class _Contents(NamedTuple):
    """How many bytes a file has, their SHA-256, and how many rows (0: it cannot be told); of one
    that cannot be opened, of none."""

    size: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the agency, its adapter, the time, the number of the reading, and whether a file
    is all there is."""

    agency: str
    adapter: Adapter
    now: datetime
    run: int
    snapshot: bool


class Unread:
    """The unread of every table that one reading meets."""

    def __init__(self, store: Store, codec: Codec, reader: Reader):
        self._store = store
        self._codec = codec
        self._reader = reader
        self._open: dict[str, OpenRows] = {}
        self._specs: dict[str, TableSpec] = {}
        self._read: dict[str, list[FileRead]] = {}
        self._refused: list[tuple[Refused, _Contents]] = []
        self._saved_as: list[tuple[Refused, _Contents]] = []

    def of(self, spec: TableSpec) -> OpenRows:
        """The open rows and files of a table."""
        key = self._key(spec)
        if key not in self._open:
            with self._store.view() as view:
                self._open[key] = OpenRows(view, key)
            self._specs[key] = spec
        return self._open[key]

    def read(self, table: TableRead) -> FileRead:
        """A file is being read."""
        refused = () if self._reader.snapshot else self.of(table.spec).files
        file = FileRead(milliseconds_of(table.extracted_at), table.file, refused)
        self._read.setdefault(self._key(table.spec), []).append(file)
        return file

    def refused(self, refused: Refused) -> None:
        """A file was refused."""
        self.of(refused.spec)
        self._refused.append((refused, _contents_of(refused.path)))

    def named(self, path: Path, shown: str, why: str, delivery: Delivery) -> None:
        """What lies there was not recognised: where it bears the name of a table, as a workbook
        may, it is a refused file of that table; not where it belongs to one that is there."""
        name = path.name.partition(".")[0].casefold()
        at = delivery.extracted_at or delivery.modified_at.get(path, delivery.now)
        for spec in self._reader.adapter.tables:
            if spec.name == name:
                refused = Refused(spec, path, shown, why, at)
                if not _is_of_another(path, delivery):
                    self.refused(refused)
                elif self.of(spec).files:
                    self._saved_as.append((refused, _contents_of(path)))

    def settle(self, unit: Unit) -> tuple[own.TableUnread, ...]:
        """Keep what was refused, settle what is covered, and what of each table is left."""
        lie_there = Counter(self._key(each.spec) for each, _ in self._refused)
        for key, files in self._read.items():
            lie_there[key] += len(files)
        for refused, contents in self._refused:
            self._keep(unit, refused, contents,
                       beside_others=lie_there[self._key(refused.spec)] > 1)
        for refused, contents in self._saved_as:
            key, saved_as = self._key(refused.spec), str(Path(refused.shown).with_suffix(".csv"))
            if any(saved_as == each.file for each in self._read.get(key, ())):
                self._open[key].mended(unit, str(self._id_of(refused, contents)))
        found = []
        for key, rows in sorted(self._open.items()):
            if not self._reader.snapshot:
                rows.covered(unit, self._read.get(key, ()))
            spec, left = self._specs[key], rows.standing(unit)
            found.append(own.TableUnread(
                system=spec.system, table=spec.name, types=spec.types, rows_last=left.rows_last,
                files_first=left.files_first, files_last=left.files_last))
        return tuple(found)

    def _key(self, spec: TableSpec) -> str:
        return table_key_of(self._reader.agency, spec)

    def _id_of(self, refused: Refused, contents: _Contents) -> UUID:
        return derived_id("refused", self._reader.agency, refused.spec.name, refused.shown,
                          contents.sha256, refused.why)

    def _keep(self, unit: Unit, refused: Refused, contents: _Contents, *,
              beside_others: bool) -> None:
        reader, adapter = self._reader, self._reader.adapter
        open_rows = self._open[self._key(refused.spec)]
        mark = FileMark(
            milliseconds_of(refused.extracted_at), refused.shown, beside_others, reader.run,
            open_rows.last_extract_ms, _rows_to_count(contents.rows, open_rows, reader.run),
            milliseconds_of(reader.now) if refused.shrunk else 0)
        if refused.shrunk and open_rows.shrunk_again(unit, mark):
            return
        reject_id = self._id_of(refused, contents)
        store_reject(unit, self._codec, own.RecordRejected(
            reject_id=reject_id, agency=reader.agency, reason=refused.why, file=refused.shown,
            adapter=f"{adapter.name} {adapter.version}", size=contents.size,
            sha256=contents.sha256, raw=b"", rejected_at=reader.now))
        open_rows.refused(unit, str(reject_id), mark)


def is_unread(tables: Iterable[own.TableUnread]) -> bool:
    """Whether anything of these tables stands unread."""
    return any(each.rows_last or each.files_last for each in tables)


def _is_of_another(path: Path, delivery: Delivery) -> bool:
    """Whether it belongs to a file of the delivery, as a check sum does (`incidents.csv.sha256`),
    or a workbook that has been saved as CSV beside it, and has not changed since."""
    saved_as, times = path.with_suffix(".csv"), delivery.modified_at
    return path.with_suffix("") in times or (
        saved_as != path and path in times and saved_as in times
        and times[path] <= times[saved_as])


def as_text(name: str) -> str:
    """A file's name, or words with it, as they can be kept: bytes that are not UTF-8 are spelt."""
    return name.encode(errors="backslashreplace").decode()


def _rows_to_count(rows: int, open_rows: OpenRows, run: int) -> int:
    """How many rows show that a file has been mended; 0 where it is not the first that stands
    refused, as the rows of those before would pass for its own. A table of which nothing was ever
    read is sent whole at first, and as many rows again are the whole again."""
    before = [each.rows for each in open_rows.files if each.run != run]
    is_whole = not open_rows.last_extract_ms and rows >= _WHOLE_ROWS_MIN and all(before) \
        and rows * 10 >= max(before, default=0) * 9
    return rows if is_whole or not before else 0


def _contents_of(path: Path) -> _Contents:
    size, digest, ends, start, last = 0, sha256(), 0, b"", b""
    binary = False
    try:
        if path.is_file():  # a pipe would wait for ever
            with path.open("rb") as stream:
                while some := stream.read(_BYTES_AT_ONCE):
                    size += len(some)
                    digest.update(some)
                    ends += some.count(b"\n")
                    binary = binary or b"\0" in some
                    start, last = start or some, some
    except OSError:
        pass  # what could be read of it tells it apart well enough
    header = start.partition(b"\n")[0]
    columns = 1 + max(header.count(each) for each in (b",", b";", b"\t", b"|"))
    has_names = not any(48 <= each <= 57 for each in header)  # a row of values has figures
    is_table = columns >= _HEADER_COLUMNS_MIN and has_names and not binary
    return _Contents(size, digest.hexdigest(),
                     ends - last.endswith(b"\n") if is_table else 0)
