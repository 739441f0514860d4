"""The children in need census (XML, layouts 2017 to 2026, known by their elements)."""
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from adapters.social_care.census import Census, rows_of
from adapters.social_care.census_tree import BrokenOff
from adapters.social_care.census_xml import read_children, read_head
from adapters.social_care.entry import Source
from broker.errors import RecordRejected
from broker.sdk.adapter import Delivery, RowRead, TableRead, TableSpec
from broker.sdk.rows import ROW_TOO_LONG
from broker.sdk.tables import extracted_at
from broker.sdk.times import iso_moment
from broker.vocabulary.words import System

TABLE = "cin_census"
BROKEN_OFF = "not well-formed XML from here on"


def is_census(path: Path) -> bool:
    """Whether an XML file is this census: by its root and its collection, never by its name.

    A file that cannot be opened is taken for one, so that reading it says why.
    """
    try:
        root, header, child = read_head(path)
    except OSError:
        return True
    if root != "Message":
        return False
    collection = header.get("Collection")
    return child if collection is None else collection.casefold() == "cin"


def read(delivery: Delivery, path: Path, spec: TableSpec) -> TableRead:
    """One return being read; its time is the operator's, else its header's, else the file's."""
    unmapped: dict[tuple[str, str], int] = {}
    try:
        _, header, _ = read_head(path)
    except OSError as problem:
        return TableRead(path.name, spec, extracted_at(delivery, path), iter(()), [], unmapped,
                         f"{path.name} cannot be read ({problem.strerror})", path=path)
    written = _written_at(header, delivery.now)
    extracted = delivery.extracted_at or written or extracted_at(delivery, path)
    source = Source(delivery.agency, System.CIN, extracted,
                    delivery.extracted_at or delivery.now, delivery.now)
    table = TableRead(path.name, spec, extracted, iter(()), [], unmapped, path=path)
    table.rows = _rows(path, table, Census(
        path.name, source, table.unexpected, unmapped, table.stood))
    return table


def _written_at(header: dict[str, str], now: datetime) -> datetime | None:
    """The header's DateTime; one from the future is a wrong clock's, and nobody's time."""
    moment = iso_moment(header.get("DateTime", ""))
    return None if moment is None or moment.at > now else moment.at


def _rows(path: Path, table: TableRead, census: Census) -> Iterator[RowRead]:
    strays: dict[str, None] = {}
    for read_ in read_children(path, strays):
        if isinstance(read_, BrokenOff):
            # A rejected row without a key tells a snapshot that not all was read.
            yield RowRead(read_.line, read_.raw, own_time=False,
                          rejected=RecordRejected(BROKEN_OFF))
        elif read_.sha256 is not None:
            yield RowRead(read_.tree.line, read_.raw, own_time=False,
                          rejected=RecordRejected(ROW_TOO_LONG), size=read_.size,
                          sha256=read_.sha256)
        else:
            yield from rows_of(read_, census)
    table.unexpected.extend(name for name in strays if name not in table.unexpected)
