"""Records as the batches that travel to and from Kafka (message format 2), and back.

Written here and not taken from the driver, which takes three times as long for it and cannot get
past a header whose name is no UTF-8: one such message from outside would stop a lane for ever.
"""
import struct
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, overload

from crc32c import crc32c
from kafka import codec

from broker.log.records import Lane, Logged, Record
from broker.vocabulary import times
from broker.vocabulary.times import milliseconds_of

# base offset, length, leader epoch, magic | crc | attributes, last offset delta, first and last
# timestamp, producer id and epoch, base sequence, number of records
_HEAD = struct.Struct(">qiibIhiqqqhii")
_LENGTH = struct.Struct(">qi")
_CHECKED = struct.Struct(">hiqqqhii")
_BEFORE_CHECKED = struct.Struct(">qiibI")
_MAGIC = 2
_CODEC, _APPEND_TIME, _CONTROL = 0x07, 0x08, 0x20
_DECODERS = {1: codec.gzip_decode, 2: codec.snappy_decode, 3: codec.lz4_decode,
             4: codec.zstd_decode}
_HAS_DECODER = {1: codec.has_gzip, 2: codec.has_snappy, 3: codec.has_lz4, 4: codec.has_zstd}
_LAST_MILLISECOND = 253_402_300_799_999  # of the year 9999
# What a record takes beside its key, value and headers, rounded up.
_RECORD_BYTES, _HEADER_BYTES = 32, 8


class Damaged(ValueError):
    """These bytes are no batch of records, or one that cannot be read here; says why."""


def _varint(number: int) -> bytes:
    number = (number << 1) ^ (number >> 63)
    written = bytearray()
    while number > 0x7F:
        written.append(0x80 | (number & 0x7F))
        number >>= 7
    written.append(number)
    return bytes(written)


# Nearly every length in a batch.
_SMALL_MAX = 4096
_SMALL = tuple(_varint(number) for number in range(_SMALL_MAX))
_NOTHING = _varint(-1)


@lru_cache(4096)
def _named(name: str) -> bytes:
    """A header's name with its length: there are few."""
    encoded = name.encode()
    return _varint(len(encoded)) + encoded


class Wired(Sequence[tuple[str, bytes]]):
    """Headers as they were read, taken apart only when somebody looks: most are passed on.

    A name that is no UTF-8 is given with marks for what cannot be read, and no value as an empty
    one."""

    __slots__ = ("written",)

    def __init__(self, written: bytes):
        self.written = written

    def _parts(self) -> tuple[tuple[str, bytes], ...]:
        data = self.written
        count, place = _number(data, 0)
        parts = []
        for _ in range(count):
            size, place = _number(data, place)
            name = data[place:place + size].decode(errors="replace")
            size, place = _number(data, place + size)
            size = max(size, 0)
            parts.append((name, data[place:place + size]))
            place += size
        return tuple(parts)

    def __len__(self) -> int:
        return _number(self.written, 0)[0]

    @overload
    def __getitem__(self, place: int) -> tuple[str, bytes]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, bytes]]: ...

    def __getitem__(
        self, place: int | slice,
    ) -> tuple[str, bytes] | Sequence[tuple[str, bytes]]:
        return self._parts()[place]

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return iter(self._parts())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Wired):
            return self.written == other.written
        return self._parts() == other

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return repr(self._parts())


class Body(NamedTuple):
    """Records of one batch, written, without what comes before them."""

    written: bytes
    first_timestamp: int
    last_timestamp: int
    number: int


def size_of(record: Record) -> int:
    """How many bytes the record takes in a batch, at most."""
    size = _RECORD_BYTES + len(record.key) + len(record.value or b"")
    if type(record.headers) is Wired:
        return size + len(record.headers.written)
    return size + sum(len(name) * 4 + len(value) + _HEADER_BYTES
                      for name, value in record.headers)


def body_of(records: Sequence[Record]) -> Body:
    """The records, written; there is at least one."""
    small, small_max = _SMALL, _SMALL_MAX
    base = milliseconds_of(records[0].timestamp)
    stamped, stamp, latest = records[0].timestamp, base, base
    written: list[bytes] = []
    for delta, (key, value, timestamp, headers) in enumerate(records):
        if timestamp is not stamped:  # a batch has one time
            stamped, stamp = timestamp, milliseconds_of(timestamp)
            latest = max(latest, stamp)
        parts = [
            b"\0", small[0] if stamp == base else _varint(stamp - base),
            small[delta] if delta < small_max else _varint(delta),
            small[len(key)] if len(key) < small_max else _varint(len(key)), key]
        if value is None:
            parts.append(_NOTHING)
        else:
            size = len(value)
            parts += (small[size] if size < small_max else _varint(size), value)
        if type(headers) is Wired:
            parts.append(headers.written)
        else:
            parts.append(_varint(len(headers)))
            for name, content in headers:
                size = len(content)
                parts += (_named(name), small[size] if size < small_max else _varint(size),
                          content)
        record = b"".join(parts)
        size = len(record)
        written += (small[size] if size < small_max else _varint(size), record)
    return Body(b"".join(written), base, latest, len(records))


def batch_of(body: Body, producer_id: int, producer_epoch: int, sequence: int) -> bytes:
    """The whole batch, from this producer at this place of its sequence."""
    checked = _CHECKED.pack(0, body.number - 1, body.first_timestamp, body.last_timestamp,
                            producer_id, producer_epoch, sequence, body.number)
    check = crc32c(body.written, crc32c(checked))
    length = _HEAD.size - _LENGTH.size + len(body.written)
    return b"".join((_BEFORE_CHECKED.pack(0, length, -1, _MAGIC, check), checked, body.written))


class Page(NamedTuple):
    """What was read, the position to read on from (at least the start), and how many bytes a
    record took in the last batch (0 if none was met)."""

    logged: list[Logged]
    after: int
    record_bytes: int


def page_of(data: bytes, lane: Lane, start: int, limit: int, upto: int) -> Page:
    """Up to `limit` records of these batches from position `start` on, below `upto`.

    A batch that is not whole ends the page, as an answer is cut where it is long enough. Raises
    `Damaged`."""
    logged: list[Logged] = []
    after, place, size, record_bytes = start, 0, len(data), 0
    while place + _HEAD.size <= size and after < upto:
        base, length = _LENGTH.unpack_from(data, place)
        stop = place + _LENGTH.size + length
        if stop > size:
            break
        head = _HEAD.unpack_from(data, place)
        next_base = base + head[6] + 1
        if next_base > after:
            record_bytes = length // (head[12] or 1) + 1
            for each in _logged_in(data[place:stop], head, lane, after, upto):
                if len(logged) == limit:
                    return Page(logged, logged[-1].position + 1, record_bytes)
                logged.append(each)
            after = min(next_base, upto)
        place = stop
    return Page(logged, after, record_bytes)


class Sent(NamedTuple):
    """By what a cluster knows a batch: who wrote it, and its place in their sequence."""

    producer_id: int
    producer_epoch: int
    sequence: int


def sent_in(data: bytes) -> Iterator[tuple[Sent, int, int]]:
    """Of each whole batch who sent it, its first position and the position behind it."""
    place = 0
    while place + _HEAD.size <= len(data):
        head = _HEAD.unpack_from(data, place)
        place += _LENGTH.size + head[1]
        if place > len(data):
            return
        yield Sent(*head[9:12]), head[0], head[0] + head[6] + 1


def _logged_in(
    batch: bytes, head: tuple[int, ...], lane: Lane, start: int, upto: int,
) -> Iterator[Logged]:
    base, magic, check, attributes, count = head[0], head[3], head[4], head[5], head[12]
    if magic != _MAGIC:
        raise Damaged(f"message format {magic}")
    if crc32c(memoryview(batch)[_BEFORE_CHECKED.size:]) != check:
        raise Damaged("a wrong checksum")
    if attributes & _CONTROL:
        return
    data = _unpacked(batch, attributes)
    place = _HEAD.size if data is batch else 0
    # One time for all of them where the broker wrote it.
    fixed = moment_of(head[8]) if attributes & _APPEND_TIME else None
    try:
        for _ in range(count):
            size, place = _number(data, place)
            stop = place + size
            delta, place = _number(data, place + 1)
            position, place = _number(data, place)
            position += base
            if position >= upto:
                return
            if position >= start:
                timestamp = fixed or moment_of(head[7] + delta)
                yield Logged(lane, position, _record(data, place, stop, timestamp))
            place = stop
    except IndexError:
        raise Damaged("a record that is cut off") from None


def _unpacked(batch: bytes, attributes: int) -> bytes:
    """The records' bytes: the batch itself where it is not compressed."""
    kind = attributes & _CODEC
    if not kind:
        return batch
    if not _HAS_DECODER.get(kind, bool)():
        raise Damaged("a compression that this installation cannot undo")
    unpacked: bytes = _DECODERS[kind](batch[_HEAD.size:])
    return unpacked


def _number(data: bytes, place: int) -> tuple[int, int]:
    """The number written at a place, and the place behind it."""
    byte = data[place]
    if byte < 0x80:
        return (byte >> 1) ^ -(byte & 1), place + 1
    number, shift = byte & 0x7F, 7
    while True:
        place += 1
        byte = data[place]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1), place + 1
        shift += 7


def _record(data: bytes, place: int, stop: int, timestamp: datetime) -> Record:
    """The record whose key is written at this place; no key counts as an empty one."""
    size, place = _number(data, place)
    key = b""
    if size > 0:
        key = data[place:place + size]
        place += size
    size, place = _number(data, place)
    if size < 0:
        value = None
    else:
        value = data[place:place + size]
        place += size
    if not data[place]:
        return Record(key, value, timestamp)
    return Record(key, value, timestamp, Wired(data[place:stop]))


@lru_cache(4096)
def moment_of(milliseconds: int) -> datetime:
    """The moment so many whole milliseconds after 1970; what no calendar knows is its edge."""
    return times.moment_of(min(max(milliseconds, 0), _LAST_MILLISECOND))
