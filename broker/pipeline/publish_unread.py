"""What a reading could not read: rows that stand rejected, and files that were refused whole.

A refused file says nothing of what it holds, so its agency's silence means nothing in that kind of
file until another covers it (pipeline.settled). Of the file itself only its name, its size and its
digest are kept: it may be about many children, and lies where the agency left it.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from broker.event import own
from broker.event.digest import derived_id
from broker.pipeline.rejects import store_reject
from broker.pipeline.settled import FileMark, FileRead, OpenRows
from broker.ports import Store, Unit
from broker.sdk.adapter import Adapter, Delivery, TableSpec
from broker.vocabulary.times import milliseconds_of
from broker.wire.codec import Codec

_BYTES_AT_ONCE = 1024 * 1024


class Refused(NamedTuple):
    """A file that was refused: its table, where it lies, its name as shown, why, and the time of
    its extract."""

    spec: TableSpec
    path: Path
    shown: str
    why: str
    extracted_at: datetime


class _Contents(NamedTuple):
    """How many bytes a file has and their SHA-256; of one that cannot be opened, of none."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the agency, its adapter, and the time."""

    agency: str
    adapter: Adapter
    now: datetime


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

    def of(self, spec: TableSpec) -> OpenRows:
        """The open rows and files of a table."""
        key = self._key(spec)
        if key not in self._open:
            with self._store.view() as view:
                self._open[key] = OpenRows(view, key)
            self._specs[key] = spec
        return self._open[key]

    def read(self, spec: TableSpec, file: FileRead) -> None:
        """A file was read to its end."""
        self.of(spec)
        self._read.setdefault(self._key(spec), []).append(file)

    def refused(self, refused: Refused) -> None:
        """A file was refused."""
        self.of(refused.spec)
        self._refused.append((refused, _contents_of(refused.path)))

    def named(self, path: Path, shown: str, why: str, delivery: Delivery) -> None:
        """What lies there was not recognised: where it bears the name of a table, as a workbook
        may, it is a refused file of that table."""
        name = path.name.partition(".")[0].casefold()
        at = delivery.extracted_at or delivery.modified_at.get(path, delivery.now)
        for spec in self._reader.adapter.tables:
            if spec.name == name:
                self.refused(Refused(spec, path, shown, why, at))

    def settle(self, unit: Unit, *, snapshot: bool) -> tuple[own.TableUnread, ...]:
        """Keep what was refused, settle what is covered, and what of each table is left."""
        for refused, contents in self._refused:
            self._keep(unit, refused, contents)
        found = []
        for key, rows in sorted(self._open.items()):
            if not snapshot:
                rows.covered(unit, self._read.get(key, ()))
            spec, left = self._specs[key], rows.standing(unit)
            found.append(own.TableUnread(
                system=spec.system, table=spec.name, types=spec.types, rows_last=left.rows_last,
                files_first=left.files_first, files_last=left.files_last))
        return tuple(found)

    def _key(self, spec: TableSpec) -> str:
        return f"{self._reader.agency}/{spec.system.value}/{spec.name}"

    def _keep(self, unit: Unit, refused: Refused, contents: _Contents) -> None:
        reader, adapter = self._reader, self._reader.adapter
        reject_id = derived_id("refused", reader.agency, refused.spec.name, refused.shown,
                               contents.sha256, refused.why)
        store_reject(unit, self._codec, own.RecordRejected(
            reject_id=reject_id, agency=reader.agency, reason=refused.why, file=refused.shown,
            adapter=f"{adapter.name} {adapter.version}", size=contents.size,
            sha256=contents.sha256, raw=b"", rejected_at=reader.now))
        key = self._key(refused.spec)
        self._open[key].refused(unit, str(reject_id), FileMark(
            milliseconds_of(refused.extracted_at), bool(self._read.get(key)), refused.shown))


def is_unread(tables: Iterable[own.TableUnread]) -> bool:
    """Whether anything of these tables stands unread."""
    return any(each.rows_last or each.files_last for each in tables)


def _contents_of(path: Path) -> _Contents:
    size, digest = 0, sha256()
    try:
        if path.is_file():  # a pipe would wait for ever
            with path.open("rb") as stream:
                while some := stream.read(_BYTES_AT_ONCE):
                    size += len(some)
                    digest.update(some)
    except OSError:
        pass  # what could be read of it tells it apart well enough
    return _Contents(size, digest.hexdigest())
