"""The page on file formats says what the adapters do, and its examples publish cleanly."""
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.care_home.adapter import CareHome
from adapters.formats import AGENCIES, BLOCKS, CENSUS, DOCUMENT, columns_of, form_of, main, page
from adapters.police.adapter import Police
from adapters.police.words import ETHNICITIES
from adapters.social_care.adapter import SocialCare
from adapters.social_care.census import LEAVES
from broker.event.agency import Agency
from broker.sdk.adapter import Adapter
from broker.sdk.conformance import UNHEARD_OF, read_files
from broker.sdk.manifest import read_manifest
from broker.vocabulary.words import AgencyKind, System
from tests.docs.console import ROOT

TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")
# Forms that another word is not, and forms that take any: by what the adapters count or reject.
STRICT = frozenset({"time", "written", "date", "flag", "words", "code", "number", "start", "done",
                    "yes-no"})
OPEN = frozenset({"key", "person", "text", "note", "json"})
# Any other category is OTHER; a council's postcodes, homes and linked numbers are texts whose
# form is looked at all the same, as their meaning says.
UNCOUNTED = {"opening_category": {"words"}, "closing_category": {"words"}}
ALSO_COUNTED = frozenset({
    "addr_address_postcode", "clap_cla_placement_postcode", "PL_POST", "clap_cla_placement_urn",
    "URN", "link_identifier_value"})
ADAPTERS: dict[str, tuple[Adapter, Agency]] = {
    "police": (Police(), Agency("police", AgencyKind.POLICE, "Police")),
    "care_home": (CareHome(), Agency("home", AgencyKind.CARE_HOME, "Home", home_urn="SC012345")),
    "social_care": (SocialCare(), Agency("council", AgencyKind.SOCIAL_CARE, "Council",
                                         authority_code="815")),
}


def test_page_is_current(tmp_path: Path) -> None:
    """`make docs` would change nothing."""
    (tmp_path / "docs").mkdir()
    (tmp_path / DOCUMENT).write_text(TEXT, encoding="utf-8")

    main(tmp_path)

    assert TEXT == (tmp_path / DOCUMENT).read_text(encoding="utf-8")
    assert page(TEXT) == TEXT


def test_every_block_is_on_the_page_once() -> None:
    """Nothing that can be made is left out."""
    assert sorted(BLOCKS) == sorted(re.findall(r"<!-- made: (.+) -->", TEXT))


@pytest.mark.parametrize("agency", AGENCIES)
def test_every_column_read_is_described_and_no_other(agency: str) -> None:
    """Also its words: each list of the agency is the form of some column."""
    manifest = read_manifest(f"adapters.{agency}")
    columns = columns_of(agency)

    assert {name: {*table.layout.required, *table.layout.optional}
            for name, table in manifest.tables.items()
            if table.spec.types and table.spec.system is not System.CIN} == {
        name: set(table) for name, table in columns.items() if not name.startswith(CENSUS)}
    lists = {form.partition(" ")[2] for table in columns.values()
             for form, _ in table.values() if form.startswith("words ")}
    assert manifest.words.keys() - {"yes_no"} == lists


def test_every_element_of_the_census_is_described_and_no_other() -> None:
    """As the census is read."""
    within = {"Section47": "DateOfInitialCPC", "ChildProtectionPlans": "CPPreviewDate",
              "Assessments": "AssessmentFactors"}

    assert {f"{CENSUS}.{name}": {*leaves, *filter(None, [within.get(name)])}
            for name, leaves in LEAVES.items()} == {
        name: set(table) for name, table in columns_of("social_care").items()
        if name.startswith(CENSUS)}


def test_the_ethnicity_codes_of_the_police_are_all_named() -> None:
    """They stand in the column's meaning."""
    assert set(ETHNICITIES) == set(columns_of("police")["nominals"]["ethnicity"][1].split())


def spoilt(agency: str, folder: Path) -> Iterator[tuple[str, str, str, bool]]:
    """(file, column, form, whether a word nobody has heard of is counted or rejected) of every
    column of every example, spoilt by itself."""
    adapter, whose = ADAPTERS[agency]
    sample = ROOT / "adapters" / agency / "sample"
    paths = sorted(path for path in sample.rglob("*.csv"))
    for path in paths:
        columns = columns_of(agency).get(path.stem.casefold(), {})
        names, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        for column in (name for name in names if name in columns):
            copy = folder / path.name
            with copy.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([names, *(
                    [UNHEARD_OF if name == column else cell
                     for name, cell in zip(names, row, strict=True)] for row in rows)])
            others = [] if path.parent.name != "ssd" else [
                each for each in paths if each.parent == path.parent and each != path]
            (table,) = [each for each in read_files(adapter, whose, [copy, *others]).tables
                        if each.file == path.name]
            seen = any(name == column for name, _ in table.unmapped) or any(
                row.rejected is not None and row.rejected.column == column
                and row.rejected.reason != "parent not in this or the last extract"
                for row in table.rows)
            yield path.name, column, columns[column][0].partition(" ")[0], seen


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_form_is_what_the_adapter_makes_of_it(agency: str, tmp_path: Path) -> None:
    """What is called a time, a word or a code is checked; what is called a text is not."""
    wrong = [(file, column, form) for file, column, form, seen in spoilt(agency, tmp_path)
             if seen != (column in ALSO_COUNTED or form in STRICT - {*UNCOUNTED.get(column, ())})]

    assert [] == wrong


def test_every_form_has_words() -> None:
    """No form of a column is unknown to the page."""
    forms = {form for agency in AGENCIES for table in columns_of(agency).values()
             for form, _ in table.values()}

    assert all(map(form_of, forms))
    assert {form.partition(" ")[0] for form in forms} <= STRICT | OPEN


def examples(agency: str) -> Iterator[tuple[str, str]]:
    """(file, content) of every example in an agency's part of the page."""
    heading = {"police": "Police", "care_home": "Care homes",
               "social_care": "Children's social care"}[agency]
    part = re.split(r"^## ", TEXT.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]
    for name, content in re.findall(r"#### `(\S+)`\n(?:(?!####).)*?```csv\n(.*?)```", part,
                                    re.DOTALL):
        yield name, content
    for content in re.findall(r"```xml\n(.*?)```", part, re.DOTALL):
        yield "census.xml", content


@pytest.mark.parametrize("agency", AGENCIES)
def test_the_examples_publish_cleanly(agency: str, tmp_path: Path) -> None:
    """Every kind of file has one: nothing refused, rejected, unexpected or unknown."""
    adapter, whose = ADAPTERS[agency]
    paths = []
    for number, (name, content) in enumerate(examples(agency)):
        (tmp_path / str(number)).mkdir()
        paths.append(tmp_path / str(number) / name)
        paths[-1].write_text(content, encoding="utf-8")

    tables = read_files(adapter, whose, paths).tables

    assert sorted(spec.name for spec in adapter.tables) == sorted(each.name for each in tables)
    assert [] == [(each.file, each.refused, each.unexpected, each.unmapped) for each in tables
                  if each.refused or each.unexpected or each.unmapped]
    assert [] == [row.rejected for each in tables for row in each.rows if row.rejected]
