"""A council's files as statements: SSD tables, the CIN census and the SSDA903 return."""
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from adapters.social_care import cin, ssd, ssda903
from adapters.social_care.entry import Source
from adapters.social_care.words import MANIFEST
from broker.sdk.adapter import NO_SUCH_COLUMN, Delivery, Memory, TableRead
from broker.sdk.tables import Found, extracted_at, read_table, recognise
from broker.vocabulary.words import System

_CSV_TABLES = {name: table for name, table in MANIFEST.tables.items()
               if table.spec.system is not System.CIN}
_CIN = MANIFEST.tables[cin.TABLE].spec


class SocialCare:
    """Children's social care: what a council's case system and its two returns say."""

    name = MANIFEST.name
    version = MANIFEST.version
    tables = tuple(table.spec for table in MANIFEST.tables.values())

    def read(self, delivery: Delivery, memory: Memory) -> Iterator[TableRead]:
        """SSD tables with parents first, then the two returns; see `sdk.adapter.Adapter`."""
        for found in recognise(delivery, _CSV_TABLES):
            yield _read_csv(delivery, found, memory)
        returns = [cin.read(delivery, path, _CIN) for path in delivery.files
                   if path.suffix.casefold() == ".xml" and cin.is_census(path)]
        # Older returns first, so that the newest is what was said last.
        yield from sorted(returns, key=lambda table: (table.extracted_at, table.file))


def _source(delivery: Delivery, path: Path, system: System) -> Source:
    extracted: datetime = extracted_at(delivery, path)
    return Source(delivery.agency, system, extracted, delivery.extracted_at or delivery.now,
                  delivery.now)


def _read_csv(delivery: Delivery, found: Found, memory: Memory) -> TableRead:
    system = found.table.spec.system
    source = _source(delivery, found.path, system)
    if system is System.SSD:
        layout = ssd.TABLES[found.table.name]
        reader = ssd.SsdReader(layout, source, memory)
        table = read_table(delivery, found, reader.translate, prepare=reader.prepare,
                           own_time=False, key=(layout.key,))
    else:
        table = read_table(delivery, found, ssda903.translator(found.table.name, source),
                           own_time=False, british=True)
    if table.refused is None:
        there = {name.casefold() for name in found.header.names}
        for name in found.table.layout.optional:
            if name.casefold() not in there:
                table.unmapped[name, NO_SUCH_COLUMN] = 1
    return table
