"""Rejects that need nobody any more: their row has been read since, or has gone.

A rejected row is known by its own reference in its table, where that much could be read. It is
settled when a row with that reference is read after it (of two in one file the later counts); in
a snapshot, which is all there is, also when a whole reading of its table no longer meets it. The
same row met again is open again. A file refused whole is settled by one that covers it, as
pipeline.covering has it.
"""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from broker.errors import ConfigError
from broker.pipeline.covering import FileMark, FileRead, is_mark, mark_of
from broker.pipeline.tables import EXTRACTS, REJECTED_ROWS, REJECTS, SETTLED_REJECTS
from broker.ports import Reading, Row, Unit
from broker.vocabulary.times import milliseconds_of, moment_of

OPEN = "open"
SENT_AGAIN = "sent again"
SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Standing:
    """When what is still unread of a table was rejected or refused; see `own.TableUnread`."""

    rows_last: datetime | None
    files_first: datetime | None
    files_last: datetime | None


class OpenRows:
    """The rejected rows and refused files of one table that nobody has mended, while it is being
    read."""

    def __init__(self, reading: Reading, table_key: str):
        self._table_key = table_key
        self._keys: dict[str, str] = {}
        self._files: dict[str, FileMark] = {}
        self._met: set[str] = set()
        extracts = reading.get(EXTRACTS, [(table_key,)])
        self.last_extract_ms = int(extracts[0][1] or 0) if extracts else 0
        for reject_id, _, row_key in reading.find(REJECTED_ROWS, "table_key", [table_key]):
            self._keys[str(reject_id)] = str(row_key)
            if is_mark(str(row_key)):
                self._files[str(reject_id)] = mark_of(str(row_key))

    @property
    def files(self) -> tuple[FileMark, ...]:
        """The files that stand refused."""
        return tuple(self._files.values())

    def stands(self, reject_id: str) -> bool:
        """Whether this row or file waits to be mended."""
        return reject_id in self._keys

    def rejected(self, unit: Unit, reject_id: str, row_key: str) -> None:
        """A row was rejected (again)."""
        self._met.add(reject_id)
        if reject_id not in self._keys and unit.get(REJECTS, [(reject_id,)]):
            self._keys[reject_id] = row_key
            unit.put(REJECTED_ROWS, [(reject_id, self._table_key, row_key)])
            unit.delete(SETTLED_REJECTS, [(reject_id,)])
        elif row_key and self._keys.get(reject_id) == "":  # an earlier version could not tell it
            self._keys[reject_id] = row_key
            unit.put(REJECTED_ROWS, [(reject_id, self._table_key, row_key)])

    def refused(self, unit: Unit, reject_id: str, mark: FileMark) -> None:
        """A file was refused (again)."""
        self.rejected(unit, reject_id, mark.row_key)
        if reject_id in self._keys:
            self._files.setdefault(reject_id, mark)  # the same bytes are as old as they were

    def another_try_of(self, unit: Unit, mark: FileMark) -> str | None:
        """The id of the reject that stands for a file in whose place this one came, which is then
        no reject of its own. Of a snapshot the last one counts, which is all there is; of changes
        that are the same, the first."""
        for reject_id, known in self._files.items():
            if mark.is_another_try(known):
                latest_ms = max(mark.extracted_ms, known.extracted_ms)  # which may be the known
                stands = mark._replace(extracted_ms=latest_ms) if mark.again_ms else known
                self._files[reject_id] = stands
                self._keys[reject_id] = stands.row_key
                self._met.add(reject_id)
                unit.put(REJECTED_ROWS, [(reject_id, self._table_key, stands.row_key)])
                return reject_id
        return None

    def is_older(self, reject_id: str, mark: FileMark) -> bool:
        """Whether a file was extracted before the one that stands refused in its place."""
        return mark.extracted_ms < self._files[reject_id].extracted_ms

    def read(self, unit: Unit, row_keys: Iterable[str]) -> None:
        """Rows with these references were read."""
        if self._keys:
            keys = set(row_keys)
            self._settle(unit, [each for each, key in self._keys.items() if key and key in keys])

    def whole(self, unit: Unit, extracted_at: datetime) -> None:
        """All of the table was read, as it was then: what was not met is no longer there as it
        was."""
        later = {each for each, mark in self._files.items()
                 if mark.extracted_ms > milliseconds_of(extracted_at)}
        self._settle(unit, [each for each in self._keys
                            if each not in self._met and each not in later])

    def covered(self, unit: Unit, files: Iterable[FileRead]) -> None:
        """Files of changes were read: a refused one that lies there no more may be among them."""
        covered = {each for each, mark in self._files.items() if each not in self._met
                   and any(file.covers(mark) for file in files)}
        # A copy of one that is covered, under another name, held nothing else.
        bodies = {self._files[each].body for each in covered} - {0}
        self._settle(unit, [each for each, mark in self._files.items() if each in covered
                            or (each not in self._met and mark.body in bodies)])

    def mended(self, unit: Unit, reject_id: str) -> None:
        """A refused file lies there still, and so does what was made of it, which was read."""
        if reject_id in self._files:
            self._settle(unit, [reject_id])

    def standing(self, reading: Reading) -> Standing:
        """When what is still open was rejected."""
        times = {str(row[0]): int(row[2] or 0) for row in reading.get(
            REJECTS, [(each,) for each in sorted(self._keys)])}
        files = [at for each, at in times.items() if each in self._files]
        again = [each.again_ms for each in self._files.values() if each.again_ms]
        rows = [at for each, at in times.items() if each not in self._files]
        return Standing(*(None if at is None else moment_of(at) for at in (
            max(rows, default=None), min(files, default=None),
            max(files + again, default=None))))

    def _settle(self, unit: Unit, reject_ids: list[str]) -> None:
        unit.delete(REJECTED_ROWS, [(each,) for each in reject_ids])
        unit.put(SETTLED_REJECTS, [(each,) for each in reject_ids])
        for each in reject_ids:
            del self._keys[each]
            self._files.pop(each, None)


class UnreadFile(NamedTuple):
    """Refused files that no other has covered: whose, of which table, how many, and since when."""

    agency: str
    table: str
    files: int
    since: datetime


def files_unread(reading: Reading) -> list[UnreadFile]:
    """The refused files that stand unread, by agency and table."""
    open_files = {str(row[0]): str(row[1]).split("/") for row in reading.scan(
        REJECTED_ROWS, "reject_id") if is_mark(str(row[2]))}
    found: dict[tuple[str, str], list[datetime]] = {}
    for row in reading.get(REJECTS, [(each,) for each in sorted(open_files)]):
        agency, _, table = open_files[str(row[0])]
        found.setdefault((agency, table), []).append(moment_of(int(row[2] or 0)))
    return [UnreadFile(agency, table, len(times), min(times))
            for (agency, table), times in sorted(found.items())]


def note_sent_again(unit: Unit, reject_id: str) -> None:
    """A rejected message was sent again: if it is rejected again, that is a reject of its own."""
    unit.put(SETTLED_REJECTS, [(reject_id,)])


def beside_in_table(unit: Unit, reject_id: str) -> list[str]:
    """The other refused files of the table of a refused file that is open, of which one with its
    bytes is a copy: of the same reading, or a table. What is none, such as a page that says to
    log in, may stand in the place of another extract each time."""
    return [str(other) for _, table_key, row_key in unit.get(REJECTED_ROWS, [(reject_id,)])
            if is_mark(str(row_key)) and (mark := mark_of(str(row_key)))
            for other, _, key in unit.find(REJECTED_ROWS, "table_key", [table_key])
            if other != reject_id and is_mark(str(key))
            and (mark.body > 0 or mark_of(str(key)).run == mark.run)]


def settle_by_hand(unit: Unit, reject_ids: Iterable[str]) -> None:
    """Somebody says that rejects need nobody any more; a row or a file that is met again as it
    was is open again. The next reading of their table tells the checker. `ConfigError` where one
    is not open."""
    ids = list(reject_ids)
    settled = {str(row[0]) for row in unit.get(SETTLED_REJECTS, [(each,) for each in ids])}
    known = {str(row[0]) for row in unit.get(REJECTS, [(each,) for each in ids])
             if state_of(row, settled) == OPEN}
    for each in ids:
        if each not in known:
            raise ConfigError(f"No reject {each} is open: `concord rejects list` shows those that "
                              "are.")
    unit.delete(REJECTED_ROWS, [(each,) for each in ids])
    unit.put(SETTLED_REJECTS, [(each,) for each in ids])


def forget_rejects(unit: Unit, reject_ids: Iterable[str]) -> None:
    """Rejects were erased: take out what is kept beside them."""
    keys = [(each,) for each in reject_ids]
    for table in (REJECTS, REJECTED_ROWS, SETTLED_REJECTS):
        unit.delete(table, keys)


def settled_in(reading: Reading) -> set[str]:
    """The ids of all rejects that need nobody any more."""
    return {str(row[0]) for row in reading.scan(SETTLED_REJECTS, "reject_id")}


def count_open(reading: Reading) -> int:
    """How many rejects wait for somebody."""
    return max(0, reading.count(REJECTS) - reading.count(SETTLED_REJECTS))


def state_of(row: Row, settled: set[str]) -> str:
    """How a reject stands: open, sent again, or settled."""
    state = str(row[4])
    return SETTLED if state == OPEN and str(row[0]) in settled else state


def open_by_agency(reading: Reading) -> Mapping[str, int]:
    """How many of each agency's rejects wait for somebody."""
    settled = settled_in(reading)
    found: dict[str, int] = {}
    for row in reading.scan(REJECTS, "rejected_ms"):
        if state_of(row, settled) == OPEN:
            found[str(row[1])] = found.get(str(row[1]), 0) + 1
    return found
