"""The real returns beside the repository are read to their ends, dirt and all."""
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.social_care.adapter import SocialCare
from broker.event.agency import Agency
from broker.event.care import PlacementRecorded
from broker.event.person import PersonRecorded
from broker.sdk.conformance import Reading, read_files
from broker.vocabulary import identifiers
from broker.vocabulary.words import AgencyKind

DATA = Path(__file__).parents[3] / "shared/data"
COUNCIL = Agency("council", AgencyKind.SOCIAL_CARE, "Eskbeck", authority_code="815")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real files are not beside the repository")


@pytest.fixture(scope="module")
def return_of_2018() -> Reading:
    """The SSDA903 folder, taken in 2018."""
    return read_files(SocialCare(), COUNCIL, sorted((DATA / "ssda903").iterdir()), now=NOW,
                      extracted_at=datetime(2018, 4, 30, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def census() -> Reading:
    """The three census samples."""
    return read_files(SocialCare(), COUNCIL, sorted((DATA / "cin").iterdir()), now=NOW)


@pytest.mark.slow
def test_every_row_of_the_return_is_read_or_skipped_by_name(return_of_2018: Reading) -> None:
    """The XML of the same return is not among the tables: whoever publishes names it."""
    assert {
        "header": (2675, 0, 2675), "episodes": (5050, 0, 10100), "missing": (43, 0, 43),
        "reviews": (12582, 0, 12582), "uasc": (132, 132, 0), "oc2": (2675, 2675, 0),
        "oc3": (53, 53, 0), "ad1": (29, 29, 0), "placed_for_adoption": (29, 29, 0),
        "previous_permanence": (2675, 2675, 0), "sw_episodes": (1, 1, 0), "dolo": (1, 1, 0),
    } == {
        table.name: (len(table.rows), sum(row.skipped is not None for row in table.rows),
                     len(table.statements)) for table in return_of_2018.tables}
    assert [] == [row for table in return_of_2018.tables for row in table.rows
                  if row.rejected is not None]


def test_wrong_pupil_numbers_are_carried_and_counted(return_of_2018: Reading) -> None:
    """2,568 of 2,675 fail their check letter, and no child is lost for it."""
    table = return_of_2018.table("header")
    carried = [each.upn for each in table.statements if isinstance(each, PersonRecorded)]

    assert {("UPN", "(no pupil number: form or check letter)"): 2568} == table.unmapped
    assert 2675 == sum(upn is not None for upn in carried)
    assert 2568 == sum(identifiers.upn(upn or "") is None for upn in carried)


def test_wrong_postcodes_are_carried_and_counted(return_of_2018: Reading) -> None:
    """One of the 5,050 placements has no postcode; all others travel as they were written."""
    table = return_of_2018.table("episodes")
    carried = [each.postcode for each in table.statements
               if isinstance(each, PlacementRecorded) and each.postcode is not None]
    wrong = sum(identifiers.postcode(each) is None for each in carried)

    assert 5049 == len(carried)
    assert 2071 == wrong
    assert {("PL_POST", "(no postcode's form)"): wrong} == table.unmapped


def test_reviews_have_two_exact_duplicates(return_of_2018: Reading) -> None:
    """Each is the same statement twice, which publish counts as unchanged."""
    said = Counter(each.record for each in return_of_2018.table("reviews").statements)

    assert 2 == sum(times - 1 for times in said.values())


def test_the_census_samples_lose_only_an_assessment_of_2028(census: Reading) -> None:
    """The stray text, the bad UPN, the figure for a sex and the year 1066 lose no child."""
    assert {
        "CIN_Census_2021.xml": (9, 9), "CIN_Census_2024.xml": (12, 11),
        "CIN_Census_2026.xml": (12, 11),
    } == {table.file: (len(table.rows), len(table.statements)) for table in census.tables}
    assert [
        (file, 42, "AssessmentActualStartDate", "2028-04-28", "time in the future")
        for file in ("CIN_Census_2024.xml", "CIN_Census_2026.xml")
    ] == [
        (table.file, row.line, row.rejected.column, row.rejected.value, row.rejected.reason)
        for table in census.tables for row in table.rows if row.rejected is not None]


def test_the_census_samples_dirt_is_reported(census: Reading) -> None:
    """What could not be used is named with how often."""
    wrong_upn = ("UPN", "(no pupil number: form or check letter)")
    later = {wrong_upn: 1, ("Sex", "1"): 1, ("AssessmentFactors", "RB"): 1}

    assert {
        "CIN_Census_2021.xml": (["text in ChildIdentifiers"],
                                {wrong_upn: 1, ("ExpectedPersonBirthDate", "1066-04-13"): 1}),
        "CIN_Census_2024.xml": (["text in ChildIdentifiers"], later),
        "CIN_Census_2026.xml": (["text in ChildIdentifiers"], later),
    } == {table.file: (table.unexpected, table.unmapped) for table in census.tables}
