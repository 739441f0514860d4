"""Statements read back from what the store holds of them: checked when they came, not again.

`Codec.decode` reads what anybody may have sent: fastavro makes a dict of its fields, and pydantic
checks each of them and makes the value. What has been through that once is read here straight
into the value. Whatever is not written as our own codec writes it is refused (`NotOurs`), and
goes the long way.
"""
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple, get_args, get_type_hints
from uuid import UUID

from broker.wire.schemas import Json

Part = tuple[Any, int]  # a value, and where what follows it begins
Reader = Callable[[bytes, int], Part]

_SIGN, _MORE = 0x01, 0x80  # of a number: odd ones are negative; a byte of it that is not the last
_NULL, _OTHER = 0, 2  # the branches of a union of null and one type, as they are written
_MOST_BYTES = 6  # which most moments are written in
_MORES = sum(_MORE << 7 * each for each in range(_MOST_BYTES - 1))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.toordinal()


class NotOurs(Exception):
    """What was read is not written as our codec writes."""


class _Field(NamedTuple):
    """A field of a record: what sets it, what reads it, and whether a null may be there."""

    set: Callable[[Any, Any], None]
    read: Reader
    may_be_null: bool


def reader_of(kind: type, schema: Json) -> Reader | None:
    """What reads values of this dataclass as they are written under our schema of it; None where
    something is in it that is not read here. It raises NotOurs, or what reading beyond an end or
    of a word that is none raises."""
    try:
        return _record(kind, schema, {})
    except (LookupError, TypeError):
        return None


def _record(kind: type, schema: Json, readers: dict[str, Reader]) -> Reader:
    hints = get_type_hints(kind, include_extras=False)
    if [each.name for each in fields(kind)] != [each["name"] for each in schema["fields"]]:
        raise LookupError(kind.__name__)
    parts = [_field(getattr(kind, each["name"]).__set__, hints[each["name"]], each["type"],
                    readers) for each in schema["fields"]]

    def read(value: bytes, at: int) -> Part:
        made: Any = object.__new__(kind)
        for put, read_part, may_be_null in parts:
            if may_be_null:
                branch = value[at]
                at += 1
                if branch == _NULL:
                    put(made, None)
                    continue
                if branch != _OTHER:
                    raise NotOurs
            part, at = read_part(value, at)
            put(made, part)
        return made, at

    readers[schema["name"]] = read
    return read


def _field(put: Callable[[Any, Any], None], hint: Any, node: Json,
           readers: dict[str, Reader]) -> _Field:
    if isinstance(node, list):
        null, kind = node
        if null != "null":
            raise LookupError(null)
        return _Field(put, _reader(_one_of(hint), kind, readers), may_be_null=True)
    return _Field(put, _reader(hint, node, readers), may_be_null=False)


def _one_of(hint: Any) -> Any:
    """The type that a value is of where there is one."""
    one, = [each for each in get_args(hint) if each is not type(None)]
    return one


def _reader(hint: Any, node: Json, readers: dict[str, Reader]) -> Reader:
    """What reads a value of this type, written under this part of a schema."""
    if isinstance(node, str):
        return _PLAIN[node] if node in _PLAIN else readers[node]
    if "logicalType" in node:
        return _LOGICAL[node["type"], node["logicalType"]]
    if node["type"] == "array":
        return _array(_reader(get_args(hint)[0], node["items"], readers))
    if node["type"] == "enum":
        read = readers[node["name"]] = _enum(hint, node["symbols"])
        return read
    if node["type"] == "record" and is_dataclass(hint):
        return _record(hint, node, readers)  # type: ignore[arg-type] # a class, not an instance
    return _PLAIN[node["type"]]


def _enum(kind: type[Enum], symbols: list[str]) -> Reader:
    words = {2 * number: kind(symbol) for number, symbol in enumerate(symbols)}
    if len(words) > _MORE // 2:
        raise LookupError(kind.__name__)

    def read(value: bytes, at: int) -> Part:
        return words[value[at]], at + 1

    return read


def _array(read_one: Reader) -> Reader:
    def read(value: bytes, at: int) -> Part:
        count = value[at]
        at += 1
        if not count:
            return (), at
        if count & (_SIGN | _MORE):
            raise NotOurs
        found = []
        for _ in range(count >> 1):
            one, at = read_one(value, at)
            found.append(one)
        if value[at]:
            raise NotOurs
        return tuple(found), at + 1

    return read


def _number(value: bytes, at: int) -> tuple[int, int]:
    byte = value[at]
    at += 1
    number, shift = byte & ~_MORE, 7
    while byte & _MORE:
        byte = value[at]
        at += 1
        number |= (byte & ~_MORE) << shift
        shift += 7
    return (number >> 1) ^ -(number & _SIGN), at


def _text(value: bytes, at: int) -> Part:
    length = value[at]
    if length & (_SIGN | _MORE):
        length, at = _number(value, at)
    else:
        length >>= 1
        at += 1
    end = at + length
    if length < 0 or end > len(value):
        raise NotOurs
    return value[at:end].decode(), end


def _boolean(value: bytes, at: int) -> Part:
    return _BOOLEANS[value[at]], at + 1


def _moment(value: bytes, at: int) -> Part:
    end = at + _MOST_BYTES
    one, two, three, four, five, six = value[at:end]
    if one & two & three & four & five & _MORE and not (one & _SIGN or six & _MORE):
        # As nearly all are: six bytes hold any moment from July 1970 to August 2039, which so
        # many seconds still tell to the millisecond.
        number = (four + (five << 7) + (six << 14) << 21) + one + (two << 7) + (three << 14)
        return datetime.fromtimestamp((number - _MORES >> 1) / 1000, UTC), end
    milliseconds, at = _number(value, at)
    return _EPOCH + timedelta(milliseconds=milliseconds), at


def _day(value: bytes, at: int) -> Part:
    days, at = _number(value, at)
    return date.fromordinal(_FIRST_DAY + days), at


def _id(value: bytes, at: int) -> Part:
    text, at = _text(value, at)
    return UUID(text), at


_BOOLEANS = (False, True)
_PLAIN: dict[str, Reader] = {"string": _text, "boolean": _boolean, "int": _number, "long": _number}
_LOGICAL: dict[tuple[str, str], Reader] = {
    ("string", "uuid"): _id, ("long", "timestamp-millis"): _moment, ("int", "date"): _day}
