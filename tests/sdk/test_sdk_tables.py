"""Files are recognised by name or header, read in order, and a row's end is told exactly."""
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.errors import RecordRejected, TemporarilyUnavailable
from broker.event.agency import Agency
from broker.event.digest import NIL
from broker.event.envelope import Moment, Occurred
from broker.event.person import PersonRecorded
from broker.sdk import tables
from broker.sdk.adapter import Delivery, RowRead, TableSpec
from broker.sdk.fields import Fields, Layout
from broker.sdk.manifest import Table, read_manifest
from broker.sdk.rows import RawRow
from broker.sdk.spans import occurred_of
from broker.sdk.tables import Said, read_table, recognise
from broker.vocabulary.words import AgencyKind, Precision, State, System

NOW = datetime(2026, 2, 1, tzinfo=UTC)
AGENCY = Agency("home", AgencyKind.CARE_HOME, "Home")


def table(name: str, *columns: str) -> Table:
    """A kind of file."""
    return Table(TableSpec(name, System.FILES, ("PersonRecorded",)), Layout(columns), (0, 9))


TABLES = {"parents": table("parents", "id", "name"), "rows": table("rows", "id", "parent", "at")}


def delivery(folder: Path, **files: str) -> Delivery:
    """A folder of CSV files; each is an hour older than the one before."""
    paths = []
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_text(content)
        paths.append(path)
    times = {path: NOW - timedelta(hours=age) for age, path in enumerate(paths)}
    return Delivery(AGENCY, tuple(paths), times, NOW)


def found(folder: Path, **files: str) -> list[tuple[str, str]]:
    """(file, table) of every recognised file, in reading order."""
    return [(each.path.name, each.table.name)
            for each in recognise(delivery(folder, **files), TABLES)]


def test_parents_come_first_whatever_the_order_of_files(tmp_path: Path) -> None:
    """Tables in the adapter's order, then older files first."""
    assert [("parents.csv", "parents"), ("b.csv", "rows"), ("rows.csv", "rows")] == found(
        tmp_path, rows="id,parent,at\n", b="at,id,parent\n", parents="id,name\n")


def test_a_header_that_is_another_tables_outranks_the_name(tmp_path: Path) -> None:
    """Two files with swapped names are still what they hold."""
    assert [("rows.csv", "parents")] == found(tmp_path, rows="id,name\n")


def test_a_named_file_that_lacks_a_column_is_still_that_table(tmp_path: Path) -> None:
    """So that it is refused by what it lacks, and not passed over."""
    assert [("rows.csv", "rows")] == found(tmp_path, rows="id,parent\n")


def test_a_strange_file_is_nobodys(tmp_path: Path) -> None:
    """The caller names it."""
    assert [] == found(tmp_path, other="a,b\n")


def person(fields: Fields) -> Said:
    """A translator of `parents`."""
    fields.key = fields.mandatory("id")
    return Said(fields.key, (PersonRecorded(
        event_id=NIL, agency="home", system=System.FILES, record=fields.key, subject=fields.key,
        recorded_at=NOW, state=State.CURRENT, upn="U" * len(fields.text("name", 9999) or "")),))


def rows_of(folder: Path, content: str) -> list[RowRead]:
    """The rows of a `parents` file."""
    handed = delivery(folder, parents=content)
    (file,) = recognise(handed, TABLES)
    return list(read_table(handed, file, person, own_time=False).rows)


def test_a_row_that_translates(tmp_path: Path) -> None:
    """Its line, bytes, key and statement."""
    (row,) = rows_of(tmp_path, "id,name\n7,x\n")

    assert (2, b"7,x", "7", 1, False) == (
        row.line, row.raw, row.key, len(row.statements), row.own_time)


def test_empty_rows_are_skipped_and_not_rejected(tmp_path: Path) -> None:
    """A spreadsheet's leftover asks nothing of anybody."""
    (row,) = rows_of(tmp_path, "id,name\n , \n")

    assert (tables.EMPTY_ROW, None) == (row.skipped, row.rejected)


def test_what_a_statement_will_not_hold_rejects_the_row_alone(tmp_path: Path) -> None:
    """A translator's oversight costs a row, not the file."""
    bad, good = rows_of(tmp_path, f"id,name\n7,{'x' * 300}\n8,x\n")

    assert isinstance(bad.rejected, RecordRejected)
    assert (tables.NOT_A_STATEMENT, "upn", "7") == (
        bad.rejected.reason, bad.rejected.column, bad.key)
    assert "8" == good.key


def test_a_refused_file_has_no_rows_and_no_unexpected_columns(tmp_path: Path) -> None:
    """One sentence is all there is to say of it."""
    handed = delivery(tmp_path, rows="id,parent,odd\n1,2,3\n")
    (file,) = recognise(handed, TABLES)
    read = read_table(handed, file, person)

    assert ([], [], "rows.csv has no column at") == (
        list(read.rows), read.unexpected, read.refused)


def test_rows_to_come_are_shown_in_batches(tmp_path: Path) -> None:
    """A translator recalls what it needs of many rows in one go."""
    handed = delivery(tmp_path, parents="id,name\n" + "1,x\n" * 1200)
    (file,) = recognise(handed, TABLES)
    sizes: list[int] = []

    def prepare(fields: Fields, rows: Sequence[RawRow]) -> None:
        assert fields.peek(rows[0].cells, "id") == "1"
        sizes.append(len(rows))

    assert 1200 == len(list(read_table(handed, file, person, prepare=prepare).rows))
    assert [500, 500, 200] == sizes


def test_a_file_that_goes_away_is_worth_another_try(tmp_path: Path) -> None:
    """The disk or share is not available now; nothing was wrong with the row."""
    handed = delivery(tmp_path, parents="id,name\n1,x\n")
    (file,) = recognise(handed, TABLES)
    read = read_table(handed, file, person)
    os.remove(file.path)

    with pytest.raises(TemporarilyUnavailable, match=r"parents\.csv could not be read"):
        list(read.rows)


def test_the_extracts_time(tmp_path: Path) -> None:
    """What the operator said, else the file's own time."""
    handed = delivery(tmp_path, parents="id,name\n")
    said = Delivery(AGENCY, handed.files, handed.modified_at, NOW, NOW - timedelta(days=9))

    assert [NOW, NOW - timedelta(days=9)] == [
        tables.extracted_at(each, each.files[0]) for each in (handed, said)]


def at(hour: int, precision: Precision = Precision.INSTANT) -> Moment:
    """A moment of one day."""
    return Moment(at=NOW + timedelta(hours=hour), precision=precision)


@pytest.mark.parametrize(("start", "end", "span"), [
    (None, at(1), None),
    (at(1), None, Occurred(start=at(1).at)),
    (at(1), at(2), Occurred(start=at(1).at, end=at(2).at)),
    (at(2), at(1), Occurred(start=at(2).at)),
    (at(1), at(24, Precision.DAY), Occurred(start=at(1).at)),
    (at(0, Precision.DAY), at(24, Precision.DAY),
     Occurred(start=at(0).at, end=at(24).at, precision=Precision.DAY)),
])
def test_spans(start: Moment | None, end: Moment | None, span: Occurred | None) -> None:
    """A span has one precision and never runs backwards."""
    assert span == occurred_of(start, end)


@pytest.mark.parametrize("package", ["adapters.police", "adapters.care_home"])
def test_a_manifest_names_every_column_once(package: str) -> None:
    """A column cannot be both required and optional."""
    for each in read_manifest(package).tables.values():
        columns = each.layout.required + each.layout.optional + each.layout.ignored
        assert len(columns) == len(set(columns)), each.name
        assert each.rows_per_day is not None
