"""From a folder of CSV files to tables being read: recognition, order, and the row loop."""
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from broker.errors import RecordRejected, TemporarilyUnavailable
from broker.event.envelope import Statement
from broker.sdk.adapter import Delivery, RowRead, TableRead
from broker.sdk.fields import LOCAL_ID_CHARACTERS_MAX, Fields
from broker.sdk.manifest import Table
from broker.sdk.rows import (
    VALUE_CHARACTERS_MAX,
    Header,
    RawRow,
    cells_told,
    read_header,
    read_rows,
)

ROWS_AT_ONCE = 500
TELLING_COLUMNS = 7
"""A file of any other name that has all columns of a table but one is that table, and refused,
where it has so many: fewer may be of another kind."""

EMPTY_ROW = "empty row"
NOT_A_STATEMENT = "not a valid statement"


class Said(NamedTuple):
    """What one row says: its key within the file, and its statements or why it is left out."""

    key: str
    statements: tuple[Statement, ...] = ()
    skipped: str | None = None


Translate = Callable[[Fields], Said]
# Called with the rows to come, some hundred at a time, so that a translator can recall what the
# publisher remembers about them in one go.
Prepare = Callable[[Fields, Sequence[RawRow]], None]


class Found(NamedTuple):
    """A recognised file."""

    path: Path
    table: Table
    header: Header


def recognise(delivery: Delivery, tables: Mapping[str, Table]) -> list[Found]:
    """The CSV files of a delivery that are known by name or by header, in reading order.

    The name wins (`incidents.csv`), unless the header lacks that table's columns and has all of
    another's; a file of any other name is known by having every required column of a table, or
    all but one of many: then it is refused for that one.
    Order: tables as in `tables`, then the files' own times, then names.
    """
    rank = {name: position for position, name in enumerate(tables)}
    found = []
    for path in delivery.files:
        if path.suffix.casefold() != ".csv":
            continue
        header = read_header(path)
        table = _table_of(path, header, tables)
        if table is not None:
            found.append(Found(path, table, header))
    found.sort(key=lambda each: (rank[each.table.name], _modified_at(delivery, each.path),
                                 each.path.name))
    return found


def _table_of(path: Path, header: Header, tables: Mapping[str, Table]) -> Table | None:
    named = tables.get(path.stem.casefold())
    if named is not None and not named.layout.missing_from(header):
        return named
    lacking = {name: len(table.layout.missing_from(header)) for name, table in tables.items()}
    fitting = [table for name, table in tables.items() if not lacking[name]]
    if not fitting and named is None:
        fitting = [table for name, table in tables.items() if lacking[name] == 1
                   and len(table.layout.required) >= TELLING_COLUMNS]
    return max(fitting, key=lambda table: len(table.layout.required), default=named)


def _modified_at(delivery: Delivery, path: Path) -> datetime:
    return delivery.modified_at.get(path, delivery.now)


def extracted_at(delivery: Delivery, path: Path) -> datetime:
    """The extract's time: what the operator said, else the file's own time, else now."""
    return delivery.extracted_at or _modified_at(delivery, path)


def read_table(delivery: Delivery, found: Found, translate: Translate, *,
               prepare: Prepare | None = None, own_time: bool = True,
               british: bool = False, key: Sequence[str] = ()) -> TableRead:
    """One file being read: `translate` is called for each readable row, in file order.

    `own_time` is False where the rows carry no time of writing of their own; `british` reads
    dates as dd/mm/yyyy. A RecordRejected raised by `translate` rejects its row. `key` are the
    columns whose values, joined by "/", are a row's key.
    """
    extracted = extracted_at(delivery, found.path)
    fields = Fields(found.header, found.table.layout, latest=max(extracted, delivery.now),
                    british=british)
    rows = iter(()) if fields.refused else _rows(
        found, fields, translate, prepare, own_time, key)
    return TableRead(
        file=found.path.name, spec=found.table.spec, extracted_at=extracted, rows=rows,
        unexpected=[] if fields.refused else fields.unexpected, unmapped=fields.unmapped,
        stood=fields.stood, refused=fields.refused, path=found.path,
        rows_per_day_usual=found.table.rows_per_day)


def _rows(found: Found, fields: Fields, translate: Translate, prepare: Prepare | None,
          own_time: bool, key: Sequence[str]) -> Iterator[RowRead]:
    raw_rows = read_rows(found.path, found.header)
    while True:
        try:
            some = list(islice(raw_rows, ROWS_AT_ONCE))
        except OSError as problem:
            raise TemporarilyUnavailable(
                f"{found.path.name} could not be read to its end ({problem.strerror})") from None
        if not some:
            return
        if prepare is not None:
            prepare(fields, [row for row in some if row.rejected is None])
        for row in some:
            yield _row(row, fields, translate, own_time) if row.rejected is None else RowRead(
                row.line, row.raw, own_time=own_time, rejected=row.rejected, size=row.size,
                sha256=row.sha256, likely_key=_likely_key(row, found.header, fields, key))


def _likely_key(row: RawRow, header: Header, fields: Fields, key: Sequence[str]) -> str:
    """What the key of a row seems to be that came apart; "" where any of it cannot be read."""
    cells = cells_told(row, len(header.names))
    parts = [fields.peek(cells, column) for column in key]
    known = all(0 < len(each) <= LOCAL_ID_CHARACTERS_MAX for each in parts)
    return "/".join(parts) if known else ""


def _row(row: RawRow, fields: Fields, translate: Translate, own_time: bool) -> RowRead:
    fields.take(row.cells, row.line)
    try:
        said = translate(fields)
    except RecordRejected as rejected:
        if fields.blank():
            return RowRead(row.line, row.raw, own_time=own_time, skipped=EMPTY_ROW)
        return RowRead(row.line, row.raw, fields.key, own_time=own_time, rejected=rejected)
    except ValidationError as problem:
        return RowRead(row.line, row.raw, fields.key, own_time=own_time,
                       rejected=_invalid(problem))
    return RowRead(row.line, row.raw, said.key, said.statements, own_time, None, said.skipped)


def _invalid(problem: ValidationError) -> RecordRejected:
    """What pydantic refused, although `fields` should have kept it from ever seeing it."""
    first = problem.errors()[0]
    return RecordRejected(NOT_A_STATEMENT, column=".".join(str(part) for part in first["loc"]),
                          value=str(first["input"])[:VALUE_CHARACTERS_MAX])
