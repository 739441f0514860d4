"""A view of the store with changes laid over it that are never written: what would be, if."""
from collections.abc import Iterable, Sequence

from broker.errors import Conflict
from broker.log.records import Lane, Record
from broker.ports import Reading, Row, Table, Value


class Overlay:
    """A unit over a view: it reads as if its changes had been made, and keeps them to itself.

    The pipeline's own functions run on it unchanged, so that what they would do can be shown to
    a person before it is done. What is sent goes nowhere. Good as long as its view is open.
    """

    def __init__(self, reading: Reading):
        self._reading = reading
        self._over: dict[str, dict[Row, Row | None]] = {}

    def changed(self, table: Table) -> list[tuple[Row | None, Row | None]]:
        """Each row of a table that was touched, as (below, now); None where there is none."""
        over = self._over.get(table.name, {})
        below = {_key_of(table, row): row for row in self._reading.get(table, over)}
        return [(below.get(key), row) for key, row in over.items() if below.get(key) != row]

    def get(self, table: Table, keys: Iterable[Row]) -> list[Row]:
        """The rows with these primary keys, in no particular order."""
        over = self._over.get(table.name)
        if not over:
            return self._reading.get(table, keys)
        wanted = [tuple(key) for key in dict.fromkeys(keys)]
        return [*self._reading.get(table, [key for key in wanted if key not in over]),
                *(row for key in wanted if (row := over.get(key)) is not None)]

    def find(self, table: Table, column: str, values: Iterable[Value]) -> list[Row]:
        """The rows whose `column` is one of `values`."""
        over = self._over.get(table.name)
        if not over:
            return self._reading.find(table, column, values)
        wanted = {each for each in values if each is not None}
        place = _place(table, column)
        below = self._reading.find(table, column, wanted)
        return [*(row for row in below if _key_of(table, row) not in over),
                *(row for row in over.values() if row is not None and row[place] in wanted)]

    def scan(
        self, table: Table, column: str, *, after: Value = None, upto: Value = None,
        limit: int | None = None, descending: bool = False,
    ) -> list[Row]:
        """Rows in order of `column`, `after` < column <= `upto`; ties in order of the key."""
        over = self._over.get(table.name)
        if not over:
            return self._reading.scan(table, column, after=after, upto=upto, limit=limit,
                                      descending=descending)
        place = _place(table, column)
        below = self._reading.scan(table, column, after=after, upto=upto)
        rows = [*(row for row in below if _key_of(table, row) not in over),
                *(row for row in over.values()
                  if row is not None and _lies_between(row[place], after, upto))]
        rows.sort(key=lambda row: (row[place], _key_of(table, row)), reverse=descending)
        return rows[:limit]

    def count(self, table: Table) -> int:
        """How many rows the table has."""
        changed = self.changed(table)
        return (self._reading.count(table) + sum(below is None for below, _ in changed)
                - sum(now is None for _, now in changed))

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows; `Conflict` if a primary key is taken."""
        if not all(self.insert_new(table, rows)):
            raise Conflict(f"a key of {table.name} is taken: reload and try again")

    def insert_new(self, table: Table, rows: Sequence[Row]) -> list[bool]:
        """Add the rows whose primary key is not taken; for each row, whether it was added."""
        added = []
        for row in rows:
            added.append(not self.get(table, [_key_of(table, row)]))
            if added[-1]:
                self.put(table, [row])
        return added

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add or replace rows by primary key."""
        over = self._over.setdefault(table.name, {})
        over.update((_key_of(table, row), row) for row in rows)

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Remove rows by primary key; how many there were."""
        there = [_key_of(table, row) for row in self.get(table, keys)]
        self._over.setdefault(table.name, {}).update(dict.fromkeys(there))
        return len(there)

    def swap(self, table: Table, old: Row | None, new: Row) -> None:
        """Replace exactly `old` (or add `new` where `old` is None); `Conflict` on a miss."""
        if self.get(table, [_key_of(table, new)]) != ([] if old is None else [old]):
            raise Conflict(f"a row of {table.name} has changed: reload and try again")
        self.put(table, [new])

    def send(self, _lane: Lane, _records: Sequence[Record]) -> None:
        """Nothing of this is ever told."""


def _key_of(table: Table, row: Row) -> Row:
    names = [name for name, _ in table.columns]
    return tuple(row[names.index(name)] for name in table.key)


def _place(table: Table, column: str) -> int:
    return [name for name, _ in table.columns].index(column)


def _lies_between(value: Value, after: Value, upto: Value) -> bool:
    """Whether a column's value is within the bounds of a scan; values of one column compare."""
    if value is None:
        return False
    return ((after is None or value > after)  # type: ignore[operator] # of one kind
            and (upto is None or value <= upto))  # type: ignore[operator]
