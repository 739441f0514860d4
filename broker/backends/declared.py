"""What a declared table means to a backend: where its key is, what may be asked by column."""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from broker.ports import Row, Table, Value

_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str, type(None)),
    "integer": (int, type(None)),
    "real": (float, int, type(None)),
    "bytes": (bytes, type(None)),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's declaration, worked out once: column places and what each may hold."""

    names: tuple[str, ...]
    types: tuple[tuple[type, ...], ...]
    key_places: tuple[int, ...]
    key_of: Callable[[Row], Row]
    leading: frozenset[str]

    def checked(self, rows: Sequence[Row]) -> None:
        """Refuse rows of the wrong width, kind or with an empty key: a programmer's mistake."""
        assert set(map(len, rows)) <= {len(self.types)}, f"a row has {len(self.types)} columns"
        # Column by column, because a batch has thousands of rows and few kinds of value.
        for place, values in enumerate(zip(*rows, strict=True)):
            for kind in set(map(type, values)):
                assert issubclass(kind, self.types[place]), \
                    f"{self.names[place]} cannot hold {kind.__name__}"
                assert kind is not type(None) or place not in self.key_places, \
                    f"{self.names[place]} is of the primary key and empty"

    def place(self, column: str) -> int:
        """Where a column stands that may be asked by (the first of the key or of an index)."""
        assert column in self.leading, f"{column} leads neither the key nor an index"
        return self.names.index(column)

    def kept(self, keys: Iterable[Row]) -> list[Row]:
        """The keys, each once, in the order given."""
        distinct = list(dict.fromkeys(keys))
        width = len(self.key_places)
        assert set(map(type, distinct)) <= {tuple}, "a key is a tuple"
        assert set(map(len, distinct)) <= {width}, f"a key is a tuple of {width}"
        return distinct


def _picker(places: Sequence[int]) -> Callable[[Row], Row]:
    if len(places) == 1:
        place = places[0]
        return lambda row: (row[place],)
    pick: Callable[[Row], tuple[Value, ...]] = itemgetter(*places)
    return pick


@cache
def shape_of(table: Table) -> Shape:
    """The working shape of a declaration; refuses one that names columns it does not have."""
    names = tuple(name for name, _ in table.columns)
    assert len(set(names)) == len(names), f"{table.name} names a column twice"
    assert table.key, f"{table.name} has no primary key"
    assert {*table.key, *(name for index in table.indexes for name in index)} <= set(names), \
        f"{table.name} keys or indexes a column it does not have"
    places = tuple(names.index(name) for name in table.key)
    return Shape(
        names=names,
        types=tuple(_TYPES[kind] for _, kind in table.columns),
        key_places=places,
        key_of=_picker(places),
        leading=frozenset((table.key[0], *(index[0] for index in table.indexes))),
    )
