"""Avro bytes to plain fields, by readers compiled once from the writer's and our own schema.

Reading follows Avro's resolution rules: a field we do not know is passed over, one the writer
did not know is left to its default, a symbol we do not know becomes the enum's default. Bytes
that stop short, run over, or name a branch that is not there are refused: a statement is read
whole or not at all.
"""
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from broker.wire.schemas import Json, named_types

Read = Callable[[bytes, int], tuple[Any, int]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MILLISECOND = timedelta(milliseconds=1)
_CONTINUED = sum(0x80 << 7 * place for place in range(5))  # the marks of five bytes that go on
_BITS_MAX = 63


class Undecodable(ValueError):
    """These bytes are not a value of this schema."""


def _read_long(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    at += 1
    if byte < 0x80:
        return (byte >> 1) ^ -(byte & 1), at
    rest = byte & 0x7F
    shift = 7
    while True:
        byte = data[at]
        at += 1
        rest |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (rest >> 1) ^ -(rest & 1), at
        shift += 7
        if shift > _BITS_MAX:
            raise Undecodable


def _read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _read_long(data, at)
    end = at + size
    if size < 0 or end > len(data):
        raise Undecodable
    return data[at:end], end


def _read_string(data: bytes, at: int) -> tuple[str, int]:
    size = data[at]
    at += 1
    if size < 0x80 and not size & 1:  # up to 63 bytes: nearly every word
        end = at + (size >> 1)
        if end > len(data):
            raise Undecodable
        return data[at:end].decode(), end
    text, at = _read_bytes(data, at - 1)
    return text.decode(), at


def _read_boolean(data: bytes, at: int) -> tuple[bool, int]:
    byte = data[at]
    if byte > 1:
        raise Undecodable
    return byte == 1, at + 1


def _read_moment(data: bytes, at: int) -> tuple[datetime, int]:
    six = data[at:at + 6]
    if len(six) == 6:
        a, b, c, d, e, f = six
        if f < 0x80 and a & b & c & d & e & 0x80:  # 1970-07 to 2039: six bytes, unrolled
            rest = a + (b << 7) + (c << 14) + (d << 21) + (e << 28) + (f << 35) - _CONTINUED
            return _EPOCH + _MILLISECOND * ((rest >> 1) ^ -(rest & 1)), at + 6
    number, at = _read_long(data, at)
    return _EPOCH + _MILLISECOND * number, at


def _read_date(data: bytes, at: int) -> tuple[date, int]:
    number, at = _read_long(data, at)
    return date.fromordinal(number + _EPOCH_DAY), at


def _read_float(data: bytes, at: int) -> tuple[float, int]:
    return struct.unpack_from("<f", data, at)[0], at + 4


def _read_double(data: bytes, at: int) -> tuple[float, int]:
    return struct.unpack_from("<d", data, at)[0], at + 8


_PLAIN: dict[str, Read] = {
    "null": lambda _, at: (None, at),
    "string": _read_string,
    "bytes": _read_bytes,
    "boolean": _read_boolean,
    "int": _read_long,
    "long": _read_long,
    "float": _read_float,
    "double": _read_double,
}
_LOGICAL: dict[str, Read] = {
    "uuid": _read_string,  # validation makes the UUID
    "timestamp-millis": _read_moment,
    "date": _read_date,
}


def _read_enum(words: list[str]) -> Read:
    def read(data: bytes, at: int) -> tuple[str, int]:
        byte = data[at]
        if byte & 0x81 == 0:  # the first 64 words take one byte
            return words[byte >> 1], at + 1
        index, at = _read_long(data, at)
        if index < 0:
            raise Undecodable
        return words[index], at

    return read


def _read_array(item: Read) -> Read:
    def read(data: bytes, at: int) -> tuple[list[Any], int]:
        values: list[Any] = []
        while True:
            count, at = _read_long(data, at)
            if count == 0:
                return values, at
            if count < 0:  # a block that also says its size in bytes
                count = -count
                _, at = _read_long(data, at)
            if count > len(data) - at:  # every item takes a byte at least
                raise Undecodable
            for _ in range(count):
                value, at = item(data, at)
                values.append(value)

    return read


def _read_union(branches: list[Read]) -> Read:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        index, at = _read_long(data, at)
        if index < 0:
            raise Undecodable
        return branches[index](data, at)

    return read


class _Part(NamedTuple):
    """One field as written: our name for it (None: passed over), its reader, and, where it is
    null or one type with null first, the reader of the type alone."""

    name: str | None
    read: Read
    unless_null: Read | None


def _read_plain_record(head: list[tuple[str, Read]]) -> Read:
    def read(data: bytes, at: int) -> tuple[dict[str, Any], int]:
        fields = {}
        for name, reader in head:
            fields[name], at = reader(data, at)
        return fields, at

    return read


def _read_record(parts: list[_Part]) -> Read:
    """The fields up to the last that is never null, then those that mostly are."""
    plain = next((index for index in range(len(parts), 0, -1)
                  if parts[index - 1].unless_null is None or parts[index - 1].name is None), 0)
    head = [(part.name, part.read) for part in parts[:plain]]
    tail = [(part.name, part.unless_null) for part in parts[plain:]]
    unsaid = {part.name: None for part in parts[plain:]}
    if not tail and None not in dict(head):
        return _read_plain_record([(part.name or "", part.read) for part in parts])

    def read(data: bytes, at: int) -> tuple[dict[str | None, Any], int]:
        fields: dict[str | None, Any] = unsaid.copy()
        for name, reader in head:
            fields[name], at = reader(data, at)
        for name, unless_null in tail:
            tag = data[at]
            at += 1
            if tag:
                if tag != 2:
                    raise Undecodable
                fields[name], at = unless_null(data, at)  # type: ignore[misc] # see `plain`
        fields.pop(None, None)
        return fields, at

    return read


class _Compiler:
    """Compiles the nodes of one writer's schema against one reader's."""

    def __init__(self, written: Json, ours: Json) -> None:
        self.written = named_types(written)
        self.ours = named_types(ours)

    def node(self, written: Json, ours: Json) -> Read:
        """`ours` is None where the value is only passed over."""
        if isinstance(written, str) and written not in _PLAIN:
            written = self.written[written]
        if isinstance(written, list):
            return _read_union([self.node(branch, self.branch(branch, ours))
                                for branch in written])
        if isinstance(written, str):
            return _PLAIN[written]
        ours = self.branch(written, ours)
        kind = written["type"]
        if kind == "record":
            return self.record(written, ours)
        if kind == "enum":
            return _read_enum(self.words(written, ours))
        if kind == "array":
            return _read_array(self.node(written["items"], ours and ours["items"]))
        return _LOGICAL.get(written.get("logicalType", ""), _PLAIN[kind])

    def branch(self, written: Json, ours: Json) -> Json:
        """The part of our schema that a writer's branch is read as."""
        kind = self.kind(self.written, written)
        for mine in ours if isinstance(ours, list) else [ours]:
            if mine is not None and self.kind(self.ours, mine) == kind:
                return self.ours.get(mine, mine) if isinstance(mine, str) else mine
        return None

    def kind(self, named: dict[str, Json], node: Json) -> str:
        if isinstance(node, str):
            node = named.get(node, node)
        return node if isinstance(node, str) else str(node["type"])

    def words(self, written: Json, ours: Json) -> list[str]:
        symbols: list[str] = written["symbols"]
        if ours is None:
            return symbols
        known = set(ours["symbols"])
        return [symbol if symbol in known else ours["default"] for symbol in symbols]

    def record(self, written: Json, ours: Json) -> Read:
        mine: dict[str, Json] = {}
        for field in ours["fields"] if ours else ():
            for name in (field["name"], *field.get("aliases", ())):
                mine.setdefault(name, field)
        parts = []
        for field in written["fields"]:
            match = mine.get(field["name"])
            kind = field["type"]
            target = match and match["type"]
            unless_null = None
            if isinstance(kind, list) and len(kind) == 2 and kind[0] == "null":
                unless_null = self.node(kind[1], self.branch(kind[1], target))
            name = match and match["name"]
            parts.append(_Part(name, self.node(kind, target), unless_null))
        return _read_record(parts)


def compile_reader(written: Json, ours: Json) -> Callable[[bytes, int], dict[str, Any]]:
    """A reader of whole records: bytes and where to begin, to fields by our names.

    Raises Undecodable for anything that is not exactly one record of the writer's schema.
    """
    record = _Compiler(written, ours).node(written, ours)

    def read(data: bytes, start: int) -> dict[str, Any]:
        try:
            fields, end = record(data, start)
        except (IndexError, ValueError, OverflowError, struct.error):
            raise Undecodable from None
        if end != len(data):
            raise Undecodable
        return fields  # type: ignore[no-any-return] # a record reads as a dict

    return read
