"""The files of a made-up world are read by the real adapters without a word lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.care_home.adapter import CareHome
from adapters.police.adapter import Police
from adapters.social_care.adapter import SocialCare
from broker.event.agency import Agency as Reader
from broker.sdk.adapter import Adapter
from broker.sdk.conformance import DictMemory, TableResult, read_files
from broker.sdk.fields import INVALID_NHS_NUMBER
from broker.vocabulary.words import AgencyKind as ReaderKind
from broker.world import AGENCIES, AgencyKind, WorldPlan, build, extract_time, write_day

ADAPTERS: dict[AgencyKind, Adapter] = {
    AgencyKind.POLICE: Police(),
    AgencyKind.COUNCIL: SocialCare(),
    AgencyKind.HOME: CareHome(),
}
DAYS = 9


def read_days(root: Path) -> Iterator[TableResult]:
    """Every table of the first days, one publisher's memory for each agency."""
    world = build(WorldPlan(seed=4, children=220, days=14))
    memories = {agency.code: DictMemory() for agency in AGENCIES}
    for day in range(DAYS):
        write_day(world, day, root)
        at = extract_time(world, day)
        for agency in AGENCIES:
            reader = Reader(
                agency.code,
                ReaderKind(agency.kind.value),
                agency.name,
                home_urn=agency.urn or None,
                authority_code="815" if agency.kind is AgencyKind.COUNCIL else None,
                force_code="12" if agency.kind is AgencyKind.POLICE else None,
            )
            files = sorted((root / agency.drop).iterdir())
            yield from read_files(
                ADAPTERS[agency.kind], reader, files,
                memory=memories[agency.code], now=at, extracted_at=at,
            ).tables  # fmt: skip


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[TableResult]:
    """Everything the adapters made of the first days."""
    return list(read_days(tmp_path_factory.mktemp("drops")))


@pytest.mark.slow
def test_every_file_is_recognised_every_day(tables: list[TableResult]) -> None:
    """Six police tables, twenty of the council's, three of each home."""
    assert DAYS * (6 + 20 + 4 * 3) == len(tables)


def test_nothing_is_refused_rejected_or_unexpected(tables: list[TableResult]) -> None:
    """The made-up agencies keep to what was agreed."""
    rejected = [row.rejected.reason for table in tables for row in table.rows if row.rejected]

    assert [] == [(table.file, table.refused) for table in tables if table.refused]
    assert [] == rejected
    assert [] == [(table.file, column) for table in tables for column in table.unexpected]


def test_every_word_is_known(tables: list[TableResult]) -> None:
    """No word of the made-up agencies is carried unmapped; a number may be mistyped."""
    assert [] == [(table.name, key) for table in tables for key in table.unmapped
                  if key[1] != INVALID_NHS_NUMBER]


def test_only_adults_of_risk_links_are_skipped(tables: list[TableResult]) -> None:
    """Everybody else who is written about is a child."""
    skipped = {(table.name, row.skipped) for table in tables for row in table.rows if row.skipped}

    assert skipped <= {("nominals", "adult")}
