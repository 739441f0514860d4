"""What an agency sent of late, read without all that it ever sent before.

Rules about an agency look a few months back, and further only while what they raise has stood for
longer. So the last rows are read, and what a rule needs to know of the first ones is looked up.
"""
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from broker.pipeline.feeds import (
    FIRST,
    HOUR_MS,
    SYSTEMS,
    WITH_ROWS,
    described_of,
    feed_of,
    read_feed,
)
from broker.pipeline.tables import COUNTERS, FEED_EXTRACTS, FEED_RECEIPTS, KINDS_DESCRIBED
from broker.ports import Reading, Row, Table
from broker.rules.agency.facts import Described, Held, Read, Receipts
from broker.vocabulary.times import day_of, moment_of

_ROWS_PER_PAGE = 500
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
Feed = tuple[tuple[Read, ...], tuple[Receipts, ...], Held | None]


def read_lately(reading: Reading, agency: str, most: int) -> Feed:
    """As `read_feed`, of at most so many rows of each table, the last ones; and from when on
    that is all there is, None where nothing was left out."""
    extracts = _last(reading, FEED_EXTRACTS, agency, most)
    receipts = _last(reading, FEED_RECEIPTS, agency, most)
    cut = len(extracts) == most, len(receipts) == most
    systems = _systems(reading, agency) if any(cut) else None
    if systems is None:
        return (*read_feed(reading, agency), None)
    first_ms, counted = systems
    first = {system: came for system, at_ms in first_ms.items()
             if (came := _first_came(reading, agency, system, at_ms)) is not None}
    if len(first) < len(first_ms):
        return (*read_feed(reading, agency), None)
    for key, _ in receipts:
        system = _system_of(str(key))
        if system not in first:
            first[system] = _first_receipt(reading, agency, system.__eq__) or 0
    begun_ms = min(first_ms.values(), default=None)
    upto = None if begun_ms is None else begun_ms // HOUR_MS
    single = _first_receipt(reading, agency, lambda each: each not in counted, upto)
    begun = [each for each in (begun_ms, None if single is None else single * HOUR_MS)
             if each is not None]
    first_extract = day_of(moment_of(_number(extracts[0]))) + _DAY if cut[0] else None
    first_hour = moment_of(_number(receipts[0]) * HOUR_MS) + _HOUR if cut[1] else None
    days = [first_extract, day_of(first_hour) + _DAY if first_hour else None]
    held = Held(first=day_of(moment_of(min(begun))), extracts=first_extract, receipts=first_hour,
                reads=max(each for each in days if each is not None))
    return (*feed_of(extracts, receipts, first, counted), held)


def described_lately(reading: Reading, agency: str,
                     most: int) -> tuple[tuple[Described, ...], date | None]:
    """The last happenings that an agency and others describe, of at most so many rows; and the
    day from which on these are all, None where nothing was left out."""
    rows = _last(reading, KINDS_DESCRIBED, agency, most)
    described = described_of(rows)
    if len(rows) < most:
        return described, None
    begins = described[0].day + _DAY
    return tuple(each for each in described if each.day >= begins), begins


def _last(reading: Reading, table: Table, agency: str, most: int) -> Sequence[Row]:
    return reading.scan(table, table.key[0], after=f"{agency}/", upto=f"{agency}/~", limit=most,
                        descending=True)[::-1]


def _number(row: Row) -> int:
    """The time in a row's key."""
    return int(str(row[0]).split("/", 2)[1])


def _system_of(key: str) -> str:
    return key.split("/", 3)[2]


def _systems(reading: Reading, agency: str) -> tuple[Mapping[str, int], frozenset[str]] | None:
    """(when the first extract of each system was, those of which any had rows); None where that
    has not been kept from the beginning."""
    whole = f"{SYSTEMS}{agency}"
    if not reading.get(COUNTERS, [(whole,)]):
        return None
    first, with_rows = {}, set()
    for name, value in reading.scan(COUNTERS, "name", after=f"{whole}/", upto=f"{whole}/~"):
        _, _, system, what = str(name).split("/")
        if what == FIRST:
            first[system] = int(value or 0)
        elif what == WITH_ROWS:
            with_rows.add(system)
    return first, frozenset(with_rows)


def _first_came(reading: Reading, agency: str, system: str, at_ms: int) -> int | None:
    """The hour in which the first extract of a system came; None where it is not there."""
    before = f"{agency}/{at_ms:015d}/{system}"
    rows = reading.scan(FEED_EXTRACTS, "extract_key", after=before, upto=f"{before}/~", limit=1)
    return int(rows[0][2] or 0) // HOUR_MS if rows else None


def _first_receipt(reading: Reading, agency: str, is_wanted: Callable[[str], bool],
                   upto: int | None = None) -> int | None:
    """The first hour (no later than one) in which a record of such a system came."""
    for row in _receipts(reading, agency, upto):
        if is_wanted(_system_of(str(row[0]))):
            return _number(row)
    return None


def _receipts(reading: Reading, agency: str, upto: int | None) -> Iterator[Row]:
    after, last = f"{agency}/", f"{agency}/{'' if upto is None else f'{upto:09d}/'}~"
    while rows := reading.scan(FEED_RECEIPTS, "receipt_key", after=after, upto=last,
                               limit=_ROWS_PER_PAGE):
        yield from rows
        after = str(rows[-1][0])
