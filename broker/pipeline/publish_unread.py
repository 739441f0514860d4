"""What a reading could not read: rows that stand rejected, and files that were refused whole.

A refused file says nothing of what it holds, so its agency's silence means nothing in that kind of
file until another covers it (pipeline.covering). Of the file itself only its name, its size and
its digest are kept.
"""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from broker.event import own
from broker.event.digest import derived_id
from broker.pipeline.covering import FileMark, FileRead
from broker.pipeline.publish_snapshot import table_key_of
from broker.pipeline.refused_contents import Contents, contents_of
from broker.pipeline.rejects import restate_reject, store_reject
from broker.pipeline.settled import OpenRows
from broker.ports import Store, Unit
from broker.sdk.adapter import Adapter, Delivery, TableRead, TableSpec
from broker.vocabulary.times import milliseconds_of
from broker.wire.codec import Codec

_WHOLE_ROWS_MIN = 10  # fewer may by chance be as many


class Refused(NamedTuple):
    """A file that was refused: its table, where it lies, its name as shown, why, and the time of
    its extract."""

    spec: TableSpec
    path: Path
    shown: str
    why: str
    extracted_at: datetime


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
        self._refused: list[tuple[Refused, Contents]] = []
        self._saved_as: list[tuple[Refused, Contents]] = []

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
        body = contents_of(table.path).body if refused and table.path is not None else 0
        file = FileRead(milliseconds_of(table.extracted_at), table.file, refused, body)
        self._read.setdefault(self._key(table.spec), []).append(file)
        return file

    def refused(self, refused: Refused) -> None:
        """A file was refused."""
        self.of(refused.spec)
        self._refused.append((refused, contents_of(refused.path)))

    def lies_there(self, spec: TableSpec) -> bool:
        """Whether a file of this table was refused just now, which has been said."""
        return any(each.spec == spec for each, _ in self._refused)

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
                    self._saved_as.append((refused, contents_of(path)))

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

    def _id_of(self, refused: Refused, contents: Contents) -> UUID:
        return derived_id("refused", self._reader.agency, refused.spec.name, refused.shown,
                          contents.sha256, refused.why)

    def _keep(self, unit: Unit, refused: Refused, contents: Contents, *,
              beside_others: bool) -> None:
        reader, adapter = self._reader, self._reader.adapter
        open_rows = self._open[self._key(refused.spec)]
        mark = FileMark(
            milliseconds_of(refused.extracted_at), refused.shown, beside_others, reader.run,
            open_rows.last_extract_ms, _rows_to_count(contents.rows, open_rows, reader.run),
            milliseconds_of(reader.now) if reader.snapshot else 0, contents.body)
        reject = own.RecordRejected(
            reject_id=self._id_of(refused, contents), agency=reader.agency, reason=refused.why,
            file=refused.shown, adapter=f"{adapter.name} {adapter.version}", size=contents.size,
            sha256=contents.sha256, raw=b"", rejected_at=reader.now)
        reject_id = str(reject.reject_id)
        if not open_rows.stands(reject_id):
            first = open_rows.another_try_of(unit, mark)
            if first is not None:
                if not open_rows.is_older(first, mark):
                    restate_reject(unit, self._codec, first, reject)
                return
        store_reject(unit, self._codec, reject)
        open_rows.refused(unit, reject_id, mark)
        if open_rows.stands(reject_id) and not open_rows.is_older(reject_id, mark):
            restate_reject(unit, self._codec, reject_id, reject)  # another came between the two


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
