"""Values to Avro bytes, by writers compiled once from a schema.

fastavro takes dicts and looks for the branch of every union; told the branch, it still takes three
times as long as this, and writing was the dearest single step of a statement's journey. A value
here is a validated instance of its own dataclass and the schema is ours, so there is nothing to
look for: a field is null or it is not. The bytes are those fastavro writes (a test compares
them). Reading, which meets bytes that strangers send, is left to fastavro.
"""
import struct
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from broker.vocabulary.times import milliseconds_of
from broker.wire.schemas import Json, named_types

Write = Callable[[Any], bytes]

_EPOCH_DAY = date(1970, 1, 1).toordinal()
NULL = b"\x00"
_SHORT = 400  # texts below this many bytes find their length written out already


def varint(number: int) -> bytes:
    """A whole number as Avro writes it: zigzag, seven bits a byte, least first."""
    rest = number * 2 if number >= 0 else -number * 2 - 1
    out = bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


@lru_cache(64)
def _heads(prefix: bytes) -> tuple[bytes, ...]:
    """The prefix and every short length; there are a few prefixes and hundreds of texts."""
    return tuple(prefix + varint(size) for size in range(_SHORT))


def _write_string(prefix: bytes) -> Write:
    heads = _heads(prefix)

    def write(value: str) -> bytes:
        text = value.encode()
        size = len(text)
        return (heads[size] if size < _SHORT else prefix + varint(size)) + text

    return write


def _write_uuid(prefix: bytes) -> Write:
    head = prefix + varint(36)

    def write(value: UUID) -> bytes:
        return head + str(value).encode()

    return write


@lru_cache(8192)
def _moment(value: datetime) -> bytes:
    """A time; days, and the time of an extract, come again and again."""
    number = milliseconds_of(value)
    rest = number * 2
    if 0x8_0000_0000 <= rest < 0x400_0000_0000:  # 1970-07 to 2039: six bytes, unrolled
        return bytes((
            rest & 0x7F | 0x80, rest >> 7 & 0x7F | 0x80, rest >> 14 & 0x7F | 0x80,
            rest >> 21 & 0x7F | 0x80, rest >> 28 & 0x7F | 0x80, rest >> 35,
        ))
    return varint(number)


def _write_bytes(prefix: bytes) -> Write:
    def write(value: bytes) -> bytes:
        return prefix + varint(len(value)) + value

    return write


_LOGICAL: dict[str, Callable[[bytes], Write]] = {
    "uuid": _write_uuid,
    "timestamp-millis": lambda prefix: lambda value: prefix + _moment(value),
    "date": lambda prefix: lambda value: prefix + varint(date.toordinal(value) - _EPOCH_DAY),
}
_PLAIN: dict[str, Callable[[bytes], Write]] = {
    "string": _write_string,
    "bytes": _write_bytes,
    "boolean": lambda prefix: {False: prefix + b"\x00", True: prefix + b"\x01"}.__getitem__,
    "int": lambda prefix: lambda value: prefix + varint(value),
    "long": lambda prefix: lambda value: prefix + varint(value),
    "double": lambda prefix: lambda value: prefix + struct.pack("<d", value),
}


def _write_enum(symbols: list[str], prefix: bytes) -> Write:
    # A StrEnum member hashes and compares as its word, so the table is asked directly.
    return {symbol: prefix + varint(index) for index, symbol in enumerate(symbols)}.__getitem__


def _write_array(items: Write, prefix: bytes) -> Write:
    def write(values: tuple[Any, ...]) -> bytes:
        if not values:
            return prefix + NULL
        return prefix + varint(len(values)) + b"".join(map(items, values)) + NULL

    return write


def _write_pair(
    values_of: Callable[[Any], tuple[Any, ...]], first: Write, second: Write, prefix: bytes,
) -> Write:
    """Two fields that are never null: a Moment, most often."""
    def write(value: object) -> bytes:
        one, two = values_of(value)
        return prefix + first(one) + second(two)

    return write


class RecordWriter(NamedTuple):
    """A record's fields in schema order: their names, and the writer of each (nulls aside)."""

    names: tuple[str, ...]
    values_of: Callable[[Any], tuple[Any, ...]]
    writers: tuple[Write, ...]


class _Compiler:
    """Compiles the nodes of one inlined schema."""

    def __init__(self, schema: Json) -> None:
        self.named = named_types(schema)

    def node(self, node: Json, prefix: bytes = b"") -> Write:
        if isinstance(node, list):
            assert node[0] == "null", "a union is of null and one type"
            assert len(node) == 2, "a union is of null and one type"
            return self.node(node[1], prefix + b"\x02")
        if isinstance(node, str):
            if node in _PLAIN:
                return _PLAIN[node](prefix)
            node = self.named[node]
        if "logicalType" in node:
            return _LOGICAL[node["logicalType"]](prefix)
        if node["type"] == "enum":
            return _write_enum(node["symbols"], prefix)
        if node["type"] == "array":
            return _write_array(self.node(node["items"]), prefix)
        assert node["type"] == "record", node["type"]
        return self.nested(self.record(node), node["fields"], prefix)

    def record(self, node: Json) -> RecordWriter:
        names = tuple(field["name"] for field in node["fields"])
        get = attrgetter(*names)
        return RecordWriter(
            names, get if len(names) > 1 else lambda value: (get(value),),
            tuple(self.node(field["type"]) for field in node["fields"]))

    def nested(self, record: RecordWriter, fields: Json, prefix: bytes) -> Write:
        _, values_of, writers = record
        if len(writers) == 2 and not any(isinstance(field["type"], list) for field in fields):
            return _write_pair(values_of, *writers, prefix)

        def write(value: object) -> bytes:
            return prefix + b"".join([
                NULL if part is None else writer(part)
                for writer, part in zip(writers, values_of(value), strict=True)])

        return write


def compile_writer(schema: Json) -> RecordWriter:
    """The writer of a record, from its inlined schema."""
    return _Compiler(schema).record(schema)
