"""Batches of records, as they travel to and from Kafka."""
from datetime import UTC, datetime, timedelta

import pytest
from crc32c import crc32c
from hypothesis import given
from hypothesis import strategies as some
from kafka.record import MemoryRecords
from kafka.record.default_records import DefaultRecordBatchBuilder

from broker.backends.kafka_batches import (
    Damaged,
    Wired,
    batch_of,
    body_of,
    moment_of,
    page_of,
    size_of,
)
from broker.log.records import Headers, Lane, Record

LANE = Lane("safeguarding.shared.missing", 0)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
END = 1 << 62
RECORDS = some.lists(some.builds(
    Record, some.binary(max_size=9000), some.none() | some.binary(max_size=9000),
    some.integers(0, 4_000_000_000_000).map(moment_of),
    some.lists(some.tuples(some.text(max_size=9), some.binary(max_size=200))).map(tuple)),
    min_size=1, max_size=9)


def written(*records: Record, at: int = 0) -> bytes:
    """One batch of these records that lies at this position."""
    batch = batch_of(body_of(records), 7, 0, 0)
    return at.to_bytes(8, "big") + batch[8:]


def read(data: bytes, start: int = 0, limit: int = 99, upto: int = END) -> list[Record]:
    """The records of these batches."""
    return [each.record for each in page_of(data, LANE, start, limit, upto).logged]


@pytest.mark.slow
@given(RECORDS)
def test_what_is_written_is_read(records: list[Record]) -> None:
    """Keys, values, times and headers."""
    assert records == read(written(*records))


@pytest.mark.slow
@given(RECORDS)
def test_what_was_read_is_written_as_it_was(records: list[Record]) -> None:
    """Headers that nobody has looked at too."""
    data = written(*records)

    assert data == written(*read(data))


@pytest.mark.slow
@given(RECORDS)
def test_a_batch_is_what_the_driver_reads(records: list[Record]) -> None:
    """Another's hand reads the same out of it."""
    batch = MemoryRecords(written(*records)).next_batch()
    valid = batch.validate_crc()

    assert (True, records) == (valid, [
        Record(each.key, each.value, moment_of(each.timestamp), tuple(each.headers))
        for each in batch])


@pytest.mark.slow
@given(RECORDS)
def test_a_size_is_never_below_what_is_written(records: list[Record]) -> None:
    """A batch that was thought small enough is."""
    assert sum(map(size_of, records)) >= len(body_of(records).written)


@pytest.mark.parametrize("codec", [0, 1])
def test_what_the_driver_writes_is_read(codec: int) -> None:
    """Compressed too, without keys, and with headers that have no value."""
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 100_000)
    builder.append(0, 1000, b"key", b"v" * 500, [("a", b"1"), ("b", None)])
    builder.append(1, 1000, None, None, [])

    assert [Record(b"key", b"v" * 500, moment_of(1000), (("a", b"1"), ("b", b""))),
            Record(b"", None, moment_of(1000))] == read(bytes(builder.build()))


def batches() -> bytes:
    """Three batches of three records at 10, 13 and, as what was between is forgotten, 90."""
    return b"".join(written(*(Record(b"%d" % (at + each), b"", NOON) for each in range(3)), at=at)
                    for at in (10, 13, 90))


@pytest.mark.parametrize(("start", "limit", "upto", "expected", "after"), [
    (0, 99, END, [10, 11, 12, 13, 14, 15, 90, 91, 92], 93),
    (11, 3, END, [11, 12, 13], 14),
    (12, 99, 14, [12, 13], 14),
    (16, 1, END, [90], 91),
    (16, 9, 90, [], 90),
    (93, 9, END, [], 93),
])
def test_a_page_keeps_its_bounds(
    start: int, limit: int, upto: int, expected: list[int], after: int,
) -> None:
    """And says where to read on, past what is forgotten."""
    page = page_of(batches(), LANE, start, limit, upto)

    assert (expected, after) == ([each.position for each in page.logged], page.after)


def test_what_is_cut_off_is_left_for_the_next_page() -> None:
    """An answer ends where it is long enough."""
    page = page_of(batches()[:-1], LANE, 0, 99, END)

    assert (6, 16) == (len(page.logged), page.after)


def test_an_empty_batch_is_passed_over() -> None:
    """What compaction leaves of a batch at the end of what it has been through."""
    body = body_of([Record(b"", b"", NOON)])
    batch = batch_of(body._replace(written=b"", number=0), -1, -1, -1)
    # It still says that it reached to three positions behind its first.
    head = batch[:23] + (3).to_bytes(4, "big") + batch[27:]
    head = head[:17] + crc32c(head[21:]).to_bytes(4, "big") + head[21:]

    assert ([], 4) == page_of(head, LANE, 0, 9, END)[:2]


@pytest.mark.parametrize("place", [16, 21, 70, -1])
def test_a_damaged_batch_is_not_read(place: int) -> None:
    """One bit is enough."""
    data = bytearray(written(Record(b"key", b"value", NOON)))
    data[place] ^= 1

    with pytest.raises(Damaged):
        read(bytes(data))


def test_a_header_name_that_is_no_text_is_marked() -> None:
    """It must not stop the lane it came on."""
    data = written(Record(b"key", b"value", NOON, (("name", b"1"),)))
    body = body_of([Record(b"key", b"value", NOON, (("name", b"1"),))])
    odd = batch_of(body._replace(written=body.written.replace(b"name", b"n\xff\xfee")), 7, 0, 0)

    assert (len(data), (("n\ufffd\ufffde", b"1"),)) == (len(odd), read(odd)[0].headers)


def test_headers_are_a_sequence() -> None:
    """Of name and value, like any other."""
    plain: Headers = (("a", b"1"), ("", b""), ("a", b"2"))
    wired = read(written(Record(b"", b"", NOON, plain)))[0].headers

    assert Wired is type(wired)
    assert (3, ("", b""), plain[1:], list(plain), hash(plain), repr(plain)) == (
        len(wired), wired[1], wired[1:], list(wired), hash(wired), repr(wired))


@pytest.mark.parametrize(("milliseconds", "expected"), [
    (-5, datetime(1970, 1, 1, tzinfo=UTC)),
    (1, datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=1)),
    (2**63 - 1, datetime(9999, 12, 31, 23, 59, 59, 999000, UTC)),
])
def test_a_time_that_no_calendar_knows_is_its_edge(
    milliseconds: int, expected: datetime,
) -> None:
    """Anybody may write any number."""
    assert expected == moment_of(milliseconds)
