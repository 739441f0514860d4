"""One table in memory: rows by key, grouped and ordered by the columns that were asked for."""
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from broker.backends.declared import Shape
from broker.ports import Row, Value

# Below this many entries an ordering is not worth tidying.
_UNTIDY_MIN = 64


class _Ordering:
    """(value, key) of every row that ever had the value, sorted when next read.

    Entries of rows that went or changed stay until they outnumber the rest, because taking one
    out of a list costs as much as sorting what was added since.
    """

    def __init__(self, place: int):
        self.place = place
        self.entries: list[tuple[Value, Row]] = []
        self.sorted = True

    def add(self, value: Value, key: Row) -> None:
        """Note that a row has this value; an empty value has no place in an order."""
        if value is not None:
            self.entries.append((value, key))
            self.sorted = False

    def tidied(self, rows: dict[Row, Row]) -> list[tuple[Value, Row]]:
        """The entries in order, with few or none that no longer hold."""
        if len(self.entries) > 2 * len(rows) + _UNTIDY_MIN:
            place = self.place
            self.entries = [(row[place], key) for key, row in rows.items()
                            if row[place] is not None]
            self.sorted = False
        if not self.sorted:
            self.entries.sort()
            self.sorted = True
        return self.entries


class Rows:
    """The rows of one table; groupings and orderings are made when first asked for."""

    def __init__(self, shape: Shape):
        self.shape = shape
        self.by_key: dict[Row, Row] = {}
        self._groups: dict[int, dict[Value, dict[Row, None]]] = {}
        self._orders: dict[int, _Ordering] = {}

    def change(self, key: Row, new: Row | None) -> Row | None:
        """Put `new` at the key (None: nothing); what was there before."""
        old = self.by_key.get(key)
        if new is None:
            self.by_key.pop(key, None)
        else:
            self.by_key[key] = new
        for place, groups in self._groups.items():
            if old is not None:
                groups[old[place]].pop(key, None)
                if not groups[old[place]]:
                    del groups[old[place]]
            if new is not None:
                groups.setdefault(new[place], {})[key] = None
        for place, order in self._orders.items():
            if new is not None and (old is None or old[place] != new[place]):
                order.add(new[place], key)
        return old

    def with_value(self, column: str, value: Value) -> list[Row]:
        """The rows whose column is this value; an empty value is no value."""
        place = self.shape.place(column)
        if value is None:
            return []
        groups = self._groups.get(place)
        if groups is None:
            groups = self._groups[place] = {}
            for key, row in self.by_key.items():
                groups.setdefault(row[place], {})[key] = None
        return [self.by_key[key] for key in groups.get(value, ())]

    def in_order(self, column: str, after: Value, upto: Value, descending: bool) -> Iterator[Row]:
        """Rows with after < column <= upto, by column and then key, or the exact reverse."""
        place = self.shape.place(column)
        order = self._orders.get(place)
        if order is None:
            order = self._orders[place] = _Ordering(place)
            for key, row in self.by_key.items():
                order.add(row[place], key)
        entries = order.tidied(self.by_key)
        start = 0 if after is None else bisect_right(entries, after, key=_value)
        stop = len(entries) if upto is None else bisect_right(entries, upto, key=_value)
        places = range(stop - 1, start - 1, -1) if descending else range(start, stop)
        before: tuple[Value, Row] | None = None
        for each in places:
            entry = entries[each]
            found = self.by_key.get(entry[1])
            if found is not None and found[place] == entry[0] and entry != before:
                yield found
            before = entry


def _value(entry: tuple[Value, Row]) -> Any:  # one column holds one kind, so they compare
    return entry[0]
