"""For each defect of the hostile agency, exactly what follows, and that the rest goes through."""
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.care_home.adapter import CareHome
from adapters.hostile.defects import DEFECTS, LONG_ROW_BYTES
from adapters.police.adapter import Police
from broker.event.agency import Agency
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.sdk.adapter import Adapter
from broker.sdk.conformance import Reading, read_files
from broker.sdk.rows import KEPT_BYTES
from broker.vocabulary.words import (
    AgencyKind,
    Grade,
    IncidentCategory,
    Sex,
    State,
    Whereabouts,
)

ADAPTERS: dict[AgencyKind, Adapter] = {
    AgencyKind.POLICE: Police(), AgencyKind.CARE_HOME: CareHome()}
ALL = {
    AgencyKind.POLICE: ["N1", "N2", "L1/N1", "L2/N2"],
    AgencyKind.CARE_HOME: ["R1", "R1", "R1", "R2", "R2", "R2", "A1", "A2"],
}
Reject = tuple[str, int, str | None, str | None, str]
FIRST_PERSON_LOST = ["N2", "L1/N1", "L2/N2"]
FIRST_INCIDENT_LOST = ["N1", "N2", "L2/N2"]
PEOPLE = ["N1", "N2"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a folder: the records said (None: all of a clean folder), and what did not."""

    records: list[str] | None = None
    rejects: list[Reject] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    unmapped: dict[tuple[str, str], int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def nominal(column: str | None, value: str | None, reason: str) -> Outcome:
    """The first nominal is rejected; its incident goes through."""
    return Outcome(FIRST_PERSON_LOST, [("nominals.csv", 2, column, value, reason)])


def incident(column: str | None, value: str | None, reason: str) -> Outcome:
    """The first incident is rejected."""
    return Outcome(FIRST_INCIDENT_LOST, [("incidents.csv", 2, column, value, reason)])


OUTCOMES = {
    "clean": Outcome(),
    "duplicated": Outcome([*ALL[AgencyKind.POLICE], "L1/N1"]),
    "late": Outcome(),
    "out_of_order": Outcome(["N1", "N2", "L1/N1", "L1/N1", "L2/N2"]),
    "same_key_two_truths": Outcome([*ALL[AgencyKind.POLICE], "L1/N1"]),
    "misspelt": Outcome(unmapped={("grade_initial", "Imediate"): 1}),
    "misspelt_category": Outcome(),
    "misspelt_column": Outcome(
        PEOPLE, refused=["incidents.csv has no column opening_category, but has "
                         "opening_catagory: did you mean opening_category?"]),
    "semicolons": Outcome(
        ["L1/N1", "L2/N2"],
        refused=["nominals.csv is separated by semicolons: save it with commas"]),
    "tabs": Outcome(
        ["L1/N1", "L2/N2"],
        refused=["Book2.csv is separated by tabs: save it with commas"]),
    "missing_column": Outcome(
        ["L1/N1", "L2/N2"], refused=["nominals.csv has no column pnc_id"]),
    "duplicate_column": Outcome(
        ["L1/N1", "L2/N2"], refused=["nominals.csv has two columns named surname"]),
    "unknown_column": Outcome(unexpected=["shoe_size"]),
    "shouted": Outcome(),
    "half_empty": Outcome(),
    "no_key": incident("incident_ref", None, "no value"),
    "no_subject": incident("nominal_id", None, "no value"),
    "no_time": incident("updated_at", None, "no value"),
    "no_such_time": incident("updated_at", "05/01/2026 21:05", "not a time"),
    "future_time": incident("updated_at", "2062-01-05T21:05:00", "time in the future"),
    "bad_optional_time": Outcome(unmapped={("reported_at", "about nine"): 1}),
    "bad_birth_date": Outcome(unmapped={("date_of_birth", "2011-15-06"): 1}),
    "birth_date_ahead": Outcome(unmapped={("date_of_birth", "2031-05-06"): 1}),
    "birth_date_to_fill_a_field": Outcome(unmapped={("date_of_birth", "1900-01-01"): 1}),
    "happened_ahead": Outcome(unmapped={("reported_at", "2062-01-05T21:00:00"): 1}),
    "over_long_value": Outcome(unmapped={("surname", "W" + "r" * 199): 1}),
    "repeated_hour": Outcome(),
    "wrongly_encoded": nominal("given_name", r"Zo\xeb", "not UTF-8"),
    "wrongly_encoded_file": Outcome(
        ["L1/N1", "L2/N2"],
        refused=['nominals.csv is in UTF-16, not UTF-8: in a spreadsheet program, save it as '
                 '"CSV UTF-8 (comma delimited)"']),
    "spreadsheet": Outcome(skipped=["empty row", "empty row"]),
    "nul_bytes": nominal("given_name", r"Zo\x00fia", "NUL byte"),
    "unclosed_quote": nominal("home_address", '"1 Quarry Bank', "unclosed quote"),
    "comma_in_address": nominal(None, "14 instead of 13", "too many cells"),
    "cut_off": Outcome(
        ["N1", "N2", "L1/N1"],
        [("incidents.csv", 3, None, "6 instead of 18", "too few cells")]),
    "huge_row": nominal(None, None, "row too long"),
    "empty_file": Outcome(
        PEOPLE, refused=["incidents.csv is empty: it has not even a header row"]),
    "header_only": Outcome(PEOPLE),
    "renamed_file": Outcome(),
    "swapped_names": Outcome(),
    "stranger": Outcome(unread=["notes.txt", "rota.csv"]),
    "orphan": Outcome(["N1", "N2", "L1/N77", "L2/N2"]),
    "adult": Outcome(["N2", "L2/N2"], skipped=["adult", "adult"]),
    "no_birth_date": Outcome(),
    "unknown_word": Outcome(unmapped={("category", "run away"): 1}),
    "unknown_resident": Outcome(),
    "no_authority": Outcome(unmapped={("la_child_id", "7001"): 1}),
    "noticed_ahead": Outcome(unmapped={("noticed_at", "2062-01-05T20:40:00"): 1}),
    "wrong_nhs_number": Outcome(unmapped={("nhs_number", "(invalid NHS number)"): 1}),
    "withdrawn": Outcome(),
    "returned_before_leaving": Outcome(),
}


def read(name: str, folder: Path) -> tuple[Reading, list[Path]]:
    """A spoilt folder through the adapter of its kind."""
    defect = DEFECTS[name]
    files = defect.write(folder)
    agency = Agency(defect.kind.value, defect.kind, "Hostile", home_urn="SC012345")
    return read_files(ADAPTERS[defect.kind], agency, files), files


def incidents(name: str, folder: Path) -> list[IncidentRecorded]:
    """The incidents of a spoilt police folder."""
    return [each for each in read(name, folder)[0].statements
            if isinstance(each, IncidentRecorded)]


def people(name: str, folder: Path) -> list[PersonRecorded]:
    """The people of a spoilt police folder."""
    return [each for each in read(name, folder)[0].statements
            if isinstance(each, PersonRecorded)]


def absences(name: str, folder: Path) -> list[MissingEpisodeRecorded]:
    """The absences of a spoilt home's folder."""
    return [each for each in read(name, folder)[0].statements
            if isinstance(each, MissingEpisodeRecorded)]


def test_every_defect_has_an_outcome() -> None:
    """A defect that nobody has thought through is not in the catalogue."""
    assert sorted(DEFECTS) == sorted(OUTCOMES)


@pytest.mark.parametrize("name", DEFECTS)
def test_outcome(name: str, tmp_path: Path) -> None:
    """Exactly this is rejected, skipped, counted or refused, and everything else goes through."""
    reading, files = read(name, tmp_path)
    rows = [(table.file, row) for table in reading.tables for row in table.rows]
    expected = OUTCOMES[name]
    unmapped: dict[tuple[str, str], int] = {}
    for table in reading.tables:
        unmapped |= table.unmapped

    assert expected == Outcome(
        expected.records and [each.record for each in reading.statements],
        [(file, row.line, row.rejected.column, row.rejected.value, row.rejected.reason)
         for file, row in rows if row.rejected is not None],
        [row.skipped for _, row in rows if row.skipped is not None],
        [column for table in reading.tables for column in table.unexpected],
        unmapped,
        [table.refused for table in reading.tables if table.refused is not None],
        sorted({path.name for path in files} - {table.file for table in reading.tables}),
    )
    if expected.records is None and name != "unknown_resident":
        assert len(ALL[DEFECTS[name].kind]) == len(reading.statements)


def test_every_defect_says_what_it_is() -> None:
    """One sentence each, and no two alike."""
    sentences = [defect.what for defect in DEFECTS.values()]

    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(sentences) == len(set(sentences))


def test_same_key_two_truths_are_two_statements_of_one_time(tmp_path: Path) -> None:
    """Neither wins here: both travel, and differ in what they say alone."""
    first, _, other = incidents("same_key_two_truths", tmp_path)

    assert (first.record, first.recorded_at) == (other.record, other.recorded_at)
    assert (Grade.IMMEDIATE, Grade.SCHEDULED) == (first.grade_first, other.grade_first)


def test_out_of_order_versions_keep_their_own_times(tmp_path: Path) -> None:
    """The file's order says nothing; the time of writing orders versions."""
    newer, older, _ = incidents("out_of_order", tmp_path)

    assert newer.recorded_at > older.recorded_at
    assert (IncidentCategory.CONCERN_FOR_SAFETY, None) == (
        newer.category_closed, older.category_closed)


def test_a_misspelt_grade_is_unmapped_with_its_word(tmp_path: Path) -> None:
    """Never guessed, and the child goes through."""
    first, _ = incidents("misspelt", tmp_path)

    assert (Grade.UNMAPPED, "Imediate") == (first.grade_first, first.grade_first_word)


def test_a_misspelt_category_is_other_with_its_word(tmp_path: Path) -> None:
    """The police's list is open, so only the word shows what was meant."""
    first, _ = incidents("misspelt_category", tmp_path)

    assert (IncidentCategory.OTHER, "Mising person") == (
        first.category_opened, first.category_opened_word)


def test_shouting_changes_no_meaning(tmp_path: Path) -> None:
    """Words and columns are matched without regard to case."""
    first, _ = people("shouted", tmp_path)

    assert (Sex.FEMALE, "FEMALE") == (first.sex, first.sex_word)


def test_a_half_empty_row_says_that_there_is_an_incident(tmp_path: Path) -> None:
    """What is not known is None, and the subject is there."""
    first, _ = incidents("half_empty", tmp_path)

    assert ("N1", None, None, None) == (
        first.subject, first.reported, first.category_opened, first.occurred)


def test_a_bad_birth_date_leaves_the_rest_of_the_person(tmp_path: Path) -> None:
    """The child is not lost, and is no adult for want of a date."""
    first, _ = people("bad_birth_date", tmp_path)

    assert (None, "Wrona") == (first.birth_date, first.names[0].family)


@pytest.mark.parametrize("name", ["birth_date_ahead", "birth_date_to_fill_a_field"])
def test_an_implausible_birth_date_is_left_out(name: str, tmp_path: Path) -> None:
    """It hides no child as unborn or as an adult: the rest of the person is there."""
    first, _ = people(name, tmp_path)

    assert (None, "Wrona") == (first.birth_date, first.names[0].family)


def test_a_happening_ahead_is_left_out(tmp_path: Path) -> None:
    """The incident is there, with no time of report and no span."""
    first, _ = incidents("happened_ahead", tmp_path)

    assert ("N1", None, None) == (first.subject, first.reported, first.occurred)


def test_an_absence_noticed_ahead_begins_when_last_seen(tmp_path: Path) -> None:
    """The child is missing all the same."""
    first, _ = absences("noticed_ahead", tmp_path)

    assert first.last_seen is not None
    assert first.occurred is not None
    assert (None, first.last_seen.at) == (first.noticed, first.occurred.start)


def test_a_wrong_nhs_number_is_carried(tmp_path: Path) -> None:
    """As the home wrote it; it gives no evidence of who is who."""
    first = read("wrong_nhs_number", tmp_path)[0].statements[0]

    assert isinstance(first, PersonRecorded)
    assert "9000000018" == first.nhs_number


def test_an_over_long_name_is_left_out(tmp_path: Path) -> None:
    """The given name and all else remain."""
    first, _ = people("over_long_value", tmp_path)

    assert ("Zofia", None) == (first.names[0].given, first.names[0].family)


def test_the_repeated_hour_is_the_first_one(tmp_path: Path) -> None:
    """01:30 on the night the clocks go back is 00:30 UTC."""
    first, _ = incidents("repeated_hour", tmp_path)

    assert datetime(2025, 10, 26, 0, 30, tzinfo=UTC) == first.recorded_at


def test_the_huge_row_is_measured_and_its_start_kept(tmp_path: Path) -> None:
    """Size of the whole row, first 64 KiB."""
    row = read("huge_row", tmp_path)[0].table("nominals").rows[0]

    assert row.size is not None
    assert LONG_ROW_BYTES < row.size < LONG_ROW_BYTES + 200
    assert KEPT_BYTES == len(row.raw)


def test_an_unknown_absence_is_unmapped(tmp_path: Path) -> None:
    """Rules will answer "not evaluated"; the absence itself is there."""
    first, _ = absences("unknown_word", tmp_path)

    assert (Whereabouts.UNMAPPED, "run away", "R1") == (
        first.classification, first.classification_word, first.subject)


def test_a_withdrawn_row_is_withdrawn(tmp_path: Path) -> None:
    """One row is taken back, the other stands."""
    assert [State.WITHDRAWN, State.CURRENT] == [
        each.state for each in absences("withdrawn", tmp_path)]


def test_a_return_before_leaving_makes_no_span_backwards(tmp_path: Path) -> None:
    """The agency's own times travel as they are; the span just has no end."""
    first, _ = absences("returned_before_leaving", tmp_path)

    assert first.occurred is not None
    assert first.returned is not None
    assert first.occurred.end is None
    assert first.returned.at < first.occurred.start
