"""The Standard Safeguarding Dataset: tables as CSV, joined through their numbers."""
from collections import Counter
from collections.abc import Sequence

from adapters.social_care.entry import Entry, Source
from adapters.social_care.ssd_tables import care, people, protection, referrals
from adapters.social_care.ssd_tables.table import SsdTable
from adapters.social_care.words import MANIFEST
from broker.errors import RecordRejected
from broker.sdk.adapter import Memory
from broker.sdk.fields import LOCAL_ID_CHARACTERS_MAX, NO_VALUE, Fields
from broker.sdk.rows import RawRow
from broker.sdk.tables import Said

ORPHAN = "parent not in this or the last extract"
_NULL = "NULL"

TABLES = {table.name: table for table in (
    *people.TABLES, *referrals.TABLES, *protection.TABLES, *care.TABLES)}

_TYPE = {name: MANIFEST.tables[name].spec.types[0] for name in TABLES}
_TABLES_OF_TYPE = Counter(_TYPE.values())


class SsdReader:
    """One table's rows as statements; persons found through parents are recalled in batches."""

    def __init__(self, table: SsdTable, source: Source, memory: Memory):
        self._table = table
        self._source = source
        self._memory = memory
        self._persons: dict[tuple[str, str], str] = {}
        self._owners: dict[str, str] = {}
        self._type = _TYPE[table.name]
        self._shares_type = _TABLES_OF_TYPE[self._type] > 1

    def prepare(self, fields: Fields, rows: Sequence[RawRow]) -> None:
        """Recall the persons of rows that name none, and remember those other tables ask for."""
        for row in rows:
            if _NULL in row.cells:  # what a database tool writes for nothing
                row.cells[:] = ["" if cell == _NULL else cell for cell in row.cells]
        if self._table.joins:
            self._recall(fields, rows)
        for column, scope in self._table.parent_of:
            found = {}
            for row in rows:
                key, person = fields.peek(row.cells, column), self._person(fields, row.cells)
                if key and 0 < len(person) <= LOCAL_ID_CHARACTERS_MAX:
                    found[key] = person
            self._memory.remember(scope, found)
        if self._shares_type:
            self._claim(fields, rows)

    def _claim(self, fields: Fields, rows: Sequence[RawRow]) -> None:
        """Learn which table each of these references belongs to; the first to come has it."""
        keys = {f"{self._person(fields, row.cells)}/{fields.peek(row.cells, self._table.key)}"
                for row in rows}
        scope = f"ssd.record.{self._type}"
        known = self._memory.recall(scope, sorted(keys))
        new = dict.fromkeys(keys - known.keys(), self._table.name)
        self._memory.remember(scope, new)
        self._owners = known | new

    def _reference(self, record: str, subject: str) -> str:
        """The row's own reference. Each table counts by itself: where another table of the same
        type already has this number for the same child, the table's name tells them apart."""
        owner = self._owners.get(f"{subject}/{record}", self._table.name)
        return record if owner == self._table.name else f"{record}/{self._table.name}"

    def _recall(self, fields: Fields, rows: Sequence[RawRow]) -> None:
        wanted: dict[str, set[str]] = {}
        for row in rows:
            if not self._own_person(fields, row.cells):
                for column, scope in self._table.joins:
                    key = fields.peek(row.cells, column)
                    if key:
                        wanted.setdefault(scope, set()).add(key)
        self._persons = {
            (scope, key): person for scope, keys in wanted.items()
            for key, person in self._memory.recall(scope, sorted(keys)).items()}

    def _own_person(self, fields: Fields, cells: list[str]) -> str:
        column = self._table.person
        return "" if column is None else fields.peek(cells, column)

    def _person(self, fields: Fields, cells: list[str]) -> str:
        """The row's person: its own, else the one of the first parent that is known, else ""."""
        own = self._own_person(fields, cells)
        if own or not self._table.joins:
            return own
        keys = ((scope, fields.peek(cells, column)) for column, scope in self._table.joins)
        return next((self._persons[key] for key in keys if key in self._persons), "")

    def _subject(self, fields: Fields) -> str:
        """The row's person; raises RecordRejected where there is none or no parent is known."""
        person = self._table.person
        if person is not None and (fields.text(person) or not self._table.joins):
            return fields.mandatory(person)
        named = None
        for column, scope in self._table.joins:
            key = fields.text(column)
            if key is not None and (scope, key) in self._persons:
                return self._persons[scope, key]
            if key is not None and named is None:
                named = RecordRejected(ORPHAN, column=column, value=key)
        raise named or RecordRejected(NO_VALUE, column=person or self._table.joins[0][0])

    def translate(self, fields: Fields) -> Said:
        """The statement of one row; see `sdk.tables.Translate`."""
        record = fields.key = fields.mandatory(self._table.key)
        subject = self._subject(fields)
        entry = Entry(fields, self._source, subject)
        return Said(record, (self._table.says(entry, self._reference(record, subject)),))
