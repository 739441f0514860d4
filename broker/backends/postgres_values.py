"""Values on their way to PostgreSQL and back: whole columns as binary arrays, and any text.

PostgreSQL's text cannot hold NUL, which an agency's own reference may; NUL and SOH are therefore
kept as two characters each, chosen so that the order by code point stays as it was.
"""
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from struct import Struct
from typing import Any

from psycopg import Connection, Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.numeric import Int8BinaryDumper
from psycopg.types.string import StrBinaryDumper

from broker.ports import ColumnKind, Row, Value

_TEXT, _BYTES, _INTEGER, _REAL = 25, 17, 20, 701  # PostgreSQL's own numbers of its types
# Dimensions, whether there may be empty places, the elements' type, how many, the first's number.
_HEAD = Struct("!iiIii").pack
_LENGTH = Struct("!i").pack
_WHOLE = Struct("!iq").pack
_FLOAT = Struct("!id").pack
_EMPTY = b"\xff\xff\xff\xff"


def marked(text: str) -> str:
    """The text as it is kept."""
    if "\0" in text or "\1" in text:
        return text.replace("\1", "\1\2").replace("\0", "\1\1")
    return text


def unmarked(text: str) -> str:
    """The text as it was."""
    return text.replace("\1\1", "\0").replace("\1\2", "\1")


class Array:
    """A column of values; its subclasses say of which kind."""

    __slots__ = ("values",)

    def __init__(self, values: Sequence[Value]):
        self.values: Sequence[Any] = values


class _Texts(Array):
    __slots__ = ()


class _Integers(Array):
    __slots__ = ()


class _Reals(Array):
    __slots__ = ()


class _Bytes(Array):
    __slots__ = ()


ARRAYS: dict[ColumnKind, type[Array]] = {
    "text": _Texts, "integer": _Integers, "real": _Reals, "bytes": _Bytes,
}


def arrays_of(kinds: Sequence[ColumnKind], rows: Sequence[Row]) -> list[Array]:
    """Rows (at least one) as a column of each kind."""
    return [ARRAYS[kind](values)
            for kind, values in zip(kinds, zip(*rows, strict=True), strict=True)]


def _joined(kind: int, values: Sequence[Any], parts: Iterable[bytes]) -> bytes:
    return _HEAD(1, 1, kind, len(values), 1) + b"".join(parts)


def _by_length(values: Iterable[bytes | None]) -> Iterator[bytes]:
    for value in values:
        if value is None:
            yield _EMPTY
        else:
            yield _LENGTH(len(value))
            yield value


class _TextsDumper(Dumper):
    format = Format.BINARY
    oid = 1009

    def dump(self, obj: Array) -> bytes:
        """The column as PostgreSQL receives arrays."""
        return _joined(_TEXT, obj.values, _by_length(
            None if value is None else marked(value).encode() for value in obj.values))


class _BytesDumper(Dumper):
    format = Format.BINARY
    oid = 1001

    def dump(self, obj: Array) -> bytes:
        """The column as PostgreSQL receives arrays."""
        return _joined(_BYTES, obj.values, _by_length(obj.values))


class _IntegersDumper(Dumper):
    format = Format.BINARY
    oid = 1016

    def dump(self, obj: Array) -> bytes:
        """The column as PostgreSQL receives arrays."""
        return _joined(_INTEGER, obj.values, [
            _EMPTY if value is None else _WHOLE(8, value) for value in obj.values])


class _RealsDumper(Dumper):
    format = Format.BINARY
    oid = 1022

    def dump(self, obj: Array) -> bytes:
        """The column as PostgreSQL receives arrays."""
        return _joined(_REAL, obj.values, [
            _EMPTY if value is None else _FLOAT(8, value) for value in obj.values])


class _TextDumper(StrBinaryDumper):
    def dump(self, obj: str) -> Any:
        """One text, as it is kept."""
        return super().dump(marked(obj))


def adapt(connection: Connection[Any]) -> None:
    """Teach a connection these values. Each kind has one type, whatever the values are, so that
    a text is prepared once."""
    for array, dumper in ((_Texts, _TextsDumper), (_Integers, _IntegersDumper),
                          (_Reals, _RealsDumper), (_Bytes, _BytesDumper)):
        connection.adapters.register_dumper(array, dumper)
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    connection.adapters.register_dumper(str, _TextDumper)


def fetched(cursor: Cursor[Any]) -> list[Row]:
    """The rows that a question brought, their texts as they were."""
    rows: list[Row] = cursor.fetchall()
    if not rows:
        return rows
    for place, column in enumerate(cursor.description or ()):
        if column.type_code == _TEXT and _any_marked(map(itemgetter(place), rows)):
            rows = [_with(row, place, unmarked) for row in rows]
    return rows


def _any_marked(texts: Iterable[Any]) -> bool:
    # Looking through one long text is much quicker than through a thousand short ones.
    return "\1" in "".join(filter(None, texts))


def _with(row: Row, place: int, change: Callable[[str], str]) -> Row:
    text = row[place]
    return (*row[:place], change(text), *row[place + 1:]) if isinstance(text, str) else row
