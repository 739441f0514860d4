"""What every adapter must keep, as one suite that a test of five lines inherits.

    class TestPolice(AdapterSuite):
        adapter = Police()
        agency = Agency("police", AgencyKind.POLICE, "North Valley Police")
        sample = Path(...) / "adapters/police/sample"

It asks for one pytest fixture, `through_wire`: a function that encodes a statement, decodes the
bytes, and returns what came out (the SDK itself may not import the wire).
The suite reads the adapter's own sample folder, and then the same folder with one cell at a time
replaced by a word that nobody has ever heard of.
"""
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from broker.event.agency import Agency
from broker.event.digest import digest_of, event_id_of
from broker.event.envelope import Moment, Occurred, Statement
from broker.sdk.adapter import Adapter, Delivery, RowRead, TableRead
from broker.sdk.fields import IN_THE_FUTURE, NO_VALUE, NOT_A_TIME

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
UNHEARD_OF = "unheard of 9"


class DictMemory:
    """A publisher's memory in a dictionary."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}

    def recall(self, scope: str, keys: Sequence[str]) -> dict[str, str]:
        """The remembered values of these keys; unknown keys are left out."""
        return {key: self.values[scope, key] for key in keys if (scope, key) in self.values}

    def remember(self, scope: str, values: dict[str, str]) -> None:
        """Remember values by key, in place of earlier ones."""
        self.values.update({(scope, key): value for key, value in values.items()})


@dataclass(slots=True)
class TableResult:
    """One table read to its end."""

    file: str
    name: str
    rows: list[RowRead]
    unexpected: list[str]
    unmapped: dict[tuple[str, str], int]
    refused: str | None
    extracted_at: datetime

    @property
    def statements(self) -> list[Statement]:
        """Every statement of every row, in order."""
        return [each for row in self.rows for each in row.statements]


@dataclass(slots=True)
class Reading:
    """Everything that came of one delivery."""

    tables: list[TableResult] = field(default_factory=list)

    def table(self, name: str) -> TableResult:
        """The one table of this name."""
        (found,) = [table for table in self.tables if table.name == name]
        return found

    @property
    def statements(self) -> list[Statement]:
        """Every statement of every table, in order."""
        return [each for table in self.tables for each in table.statements]


def read_files(adapter: Adapter, agency: Agency, files: Sequence[Path], *,
               memory: DictMemory | None = None, now: datetime = NOW,
               extracted_at: datetime | None = None) -> Reading:
    """Read files through an adapter to the end, as publish does."""
    delivery = Delivery(agency, tuple(files), {}, now, extracted_at)
    reading = Reading()
    for table in adapter.read(delivery, memory or DictMemory()):
        reading.tables.append(_read_out(table))
    return reading


def _read_out(table: TableRead) -> TableResult:
    rows = list(table.rows)
    return TableResult(table.file, table.spec.name, rows, table.unexpected, table.unmapped,
                       table.refused, table.extracted_at)


def _times_of(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, Moment):
        yield value.at
    elif isinstance(value, Occurred):
        yield value.start
        yield from _times_of(value.end)


class AdapterSuite:
    """The promises of HOUSE: inherit it, and name the adapter and its sample."""

    adapter: ClassVar[Adapter]
    agency: ClassVar[Agency]
    sample: ClassVar[Path]
    # (table, column) pairs that the adapter ignores by name, and says so.
    ignored: ClassVar[frozenset[tuple[str, str]]] = frozenset()

    def _files(self) -> list[Path]:
        return sorted(path for path in self.sample.rglob("*") if path.is_file())

    def _read(self) -> Reading:
        return read_files(self.adapter, self.agency, self._files())

    def test_every_file_of_the_sample_is_recognised(self) -> None:
        """A file that no table claims would be named to the operator, not read."""
        assert sorted(path.name for path in self._files()) == sorted(
            table.file for table in self._read().tables)

    def test_every_table_has_a_sample(self) -> None:
        """A kind of file without a sample is a kind of file nobody has tried."""
        assert {spec.name for spec in self.adapter.tables} == {
            table.name for table in self._read().tables}

    def test_the_sample_reads_clean(self) -> None:
        """Nothing refused, rejected, unexpected or unmapped."""
        for table in self._read().tables:
            assert (None, [], {}) == (table.refused, table.unexpected, table.unmapped)
            assert [] == [row for row in table.rows if row.rejected is not None]

    def test_tables_give_the_types_they_declare(self) -> None:
        """How far an agency's silence reaches is told by type, so the types must be right."""
        declared = {spec.name: set(spec.types) for spec in self.adapter.tables}
        for table in self._read().tables:
            assert {each.type_name for each in table.statements} <= declared[table.name]

    def test_statements_survive_the_wire(
            self, through_wire: Callable[[Statement], object]) -> None:
        """What is written as Avro and read again says the same."""
        for statement in self._read().statements:
            assert statement == through_wire(statement)

    def test_ids_are_stable_and_distinct(self) -> None:
        """One input gives one set of event ids, and different statements differ in theirs."""
        def ids() -> list[object]:
            return [event_id_of(each, digest_of(each), each.recorded_at)
                    for each in self._read().statements]
        first = ids()
        assert first == ids()
        assert len(first) == len(set(first))

    def test_the_order_of_files_does_not_matter(self) -> None:
        """A folder listed in any order says the same, parents still first."""
        backwards = read_files(self.adapter, self.agency, self._files()[::-1])
        assert backwards.statements == self._read().statements

    def test_times_are_in_order(self) -> None:
        """Times are UTC whole milliseconds, spans run forwards, nothing is written ahead."""
        for table in self._read().tables:
            for each in table.statements:
                for name in type(each).__dataclass_fields__:
                    for at in _times_of(getattr(each, name)):
                        assert timedelta(0) == at.utcoffset(), name
                        assert 0 == at.microsecond % 1000, name
                assert each.recorded_at <= table.extracted_at
                span = each.occurred
                assert span is None or span.end is None or span.start <= span.end

    def test_row_keys_are_unique(self) -> None:
        """A snapshot tells by keys which row is gone."""
        for table in self._read().tables:
            keys = [row.key for row in table.rows]
            assert all(keys)
            assert len(keys) == len(set(keys)), table.file

    def test_an_unheard_of_word_in_any_column_is_seen(self, tmp_path: Path) -> None:
        """Each cell in turn: what it says changes the statements, is counted, or rejects the row
        where it is a mandatory time; it is never swallowed, and never loses a child."""
        for path in self._files():
            if path.suffix.casefold() == ".csv":
                self._try_each_column(path, tmp_path)

    def _try_each_column(self, path: Path, folder: Path) -> None:
        names, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        plain = self._one(folder, path, [names, *rows])
        for position, name in enumerate(names):
            if (plain.name, name) in self.ignored:
                continue
            changed = [[*row[:position], UNHEARD_OF, *row[position + 1:]] for row in rows]
            result = self._one(folder, path, [names, *changed])
            where = f"{path.name} {name}"
            rejects = {row.rejected.reason for row in result.rows if row.rejected is not None}
            assert rejects <= {NOT_A_TIME, NO_VALUE, IN_THE_FUTURE}, where
            counted = any(column == name for column, _ in result.unmapped)
            assert rejects or counted or result.statements != plain.statements, where
            assert rejects or len(result.statements) >= len(plain.statements), where

    def _one(self, folder: Path, path: Path, rows: list[list[str]]) -> TableResult:
        """One changed file, read beside the rest of the sample."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        copy = folder / path.name
        copy.write_text(text.getvalue(), encoding="utf-8")
        files = [copy if each == path else each for each in self._files()]
        (result,) = [table for table in read_files(self.adapter, self.agency, files).tables
                     if table.file == path.name]
        return result
