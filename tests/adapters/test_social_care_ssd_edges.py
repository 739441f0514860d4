"""What the SSD tables do with orphans, dirt, plans for the future and numbers used twice."""
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.social_care.adapter import SocialCare
from broker.event.agency import Agency
from broker.event.concern import AssessmentRecorded, ConferenceRecorded, ReferralRecorded
from broker.event.envelope import Moment, Reference
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Identifier, PersonRecorded
from broker.sdk.conformance import DictMemory, TableResult, read_files
from broker.vocabulary import words as w

COUNCIL = Agency("council", w.AgencyKind.SOCIAL_CARE, "Eskbeck", authority_code="815")
TAKEN = datetime(2026, 2, 1, 6, tzinfo=UTC)
ORPHAN = "parent not in this or the last extract"

Read = Callable[..., TableResult]

PERSON = "pers_person_id,pers_dob,pers_expected_dob,pers_sex,pers_common_child_id"
MISSING = ("miss_table_id,miss_person_id,miss_missing_episode_start_date,"
           "miss_missing_episode_type,miss_missing_episode_end_date,miss_missing_rhi_offered")
FACTORS = "cinf_table_id,cinf_assessment_id,cinf_assessment_factors_json"
ASSESSMENTS = "cina_assessment_id,cina_person_id,cina_assessment_start_date"
CONTACTS = "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_outcome_json"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write one table as lines of text, read it, return what came of it."""
    def reading(name: str, header: str, *rows: str, memory: DictMemory | None = None,
                extracted_at: datetime | None = TAKEN) -> TableResult:
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        (table,) = read_files(SocialCare(), COUNCIL, [path], memory=memory,
                              extracted_at=extracted_at).tables
        return table
    return reading


def rejects(table: TableResult) -> Sequence[tuple[int, str | None, str | None, str]]:
    """(line, column, value, reason) of the rejected rows."""
    return [(row.line, row.rejected.column, row.rejected.value, row.rejected.reason)
            for row in table.rows if row.rejected is not None]


def only(table: TableResult, kind: type) -> list[object]:
    """The statements, all of one type."""
    assert {kind} == {type(each) for each in table.statements}
    return list(table.statements)


def test_a_row_whose_parent_never_came_is_an_orphan(read: Read) -> None:
    """Without its assessment a row of factors is about nobody."""
    table = read("ssd_assessment_factors", FACTORS, 'F1,AS9,"[""10A""]"')

    assert [(2, "cinf_assessment_id", "AS9", ORPHAN)] == rejects(table)
    assert "F1" == table.rows[0].key


def test_a_parent_of_the_last_extract_is_remembered(read: Read) -> None:
    """An extract of changes holds the factors and not the assessment they belong to."""
    memory = DictMemory()
    read("ssd_cin_assessments", ASSESSMENTS, "AS1,7,2026-01-14", memory=memory)

    table = read("ssd_assessment_factors", FACTORS, 'F1,AS1,"[""10A""]"', memory=memory)

    assert ["7"] == [each.subject for each in table.statements]


def test_a_row_with_neither_person_nor_parent_says_which_is_missing(read: Read) -> None:
    """The person's own column is named, not a number that leads to it."""
    table = read("ssd_cin_assessments", ASSESSMENTS, "AS1,,2026-01-14")

    assert [(2, "cina_person_id", None, "no value")] == rejects(table)


def test_two_tables_that_count_alike_stay_two_records(read: Read) -> None:
    """Address 7 of person 7 is not a later version of the person."""
    memory = DictMemory()
    person = read("ssd_person", PERSON, "7,2011-04-03,,F,", memory=memory)
    header = "addr_table_id,addr_person_id,addr_address_postcode"

    first = read("ssd_address", header, "7,7,YO61 1XA", "8,7,YO61 1XB", memory=memory)
    again = read("ssd_address", header, "7,7,YO61 1XA", memory=memory)

    assert ["7"] == [each.record for each in person.statements]
    assert ["7/ssd_address", "8"] == [each.record for each in first.statements]
    assert ["7/ssd_address"] == [each.record for each in again.statements]


def test_a_fifteenth_is_an_estimated_birth_date(read: Read) -> None:
    """Councils write the fifteenth where they know the month only."""
    (person,) = only(read("ssd_person", PERSON, "7,2011-04-15,,F,"), PersonRecorded)

    assert isinstance(person, PersonRecorded)
    assert (date(2011, 4, 15), w.BirthDatePrecision.ESTIMATED) == (
        person.birth_date, person.birth_date_precision)


def test_an_unborn_child_has_an_expected_birth_date(read: Read) -> None:
    """Sex U says that it is not known, which is nothing to report."""
    table = read("ssd_person", PERSON, "7,,2026-05-20,U,")
    (person,) = only(table, PersonRecorded)

    assert isinstance(person, PersonRecorded)
    assert (date(2026, 5, 20), w.BirthDatePrecision.EXPECTED, None, "U") == (
        person.birth_date, person.birth_date_precision, person.sex, person.sex_word)
    assert ("pers_sex", "U") not in table.unmapped


@pytest.mark.parametrize("born", ["2062-04-03", "1885-01-01", "31/04/2011"])
def test_an_impossible_birth_date_is_reported_and_loses_no_child(
        read: Read, born: str) -> None:
    """Carried into the future, it would make the child nobody's concern until then."""
    table = read("ssd_person", PERSON, f"7,{born},,F,")
    (person,) = only(table, PersonRecorded)

    assert isinstance(person, PersonRecorded)
    assert None is person.birth_date
    assert 1 == table.unmapped["pers_dob", born]


def test_a_wrong_nhs_number_is_carried_and_counted_without_being_shown(read: Read) -> None:
    """It gives no evidence of who is who; the count says how many there are."""
    table = read("ssd_person", PERSON, "7,2011-04-03,,F,9000001014")
    (person,) = only(table, PersonRecorded)

    assert isinstance(person, PersonRecorded)
    assert "9000001014" == person.nhs_number
    assert 1 == table.unmapped["pers_common_child_id", "(invalid NHS number)"]


def test_null_is_what_a_database_writes_for_nothing(read: Read) -> None:
    """A tool's NULL is no number, no date and no word."""
    table = read("ssd_person", PERSON, "7,NULL,NULL,NULL,NULL")
    (person,) = only(table, PersonRecorded)

    assert isinstance(person, PersonRecorded)
    assert (None, None, None) == (person.birth_date, person.sex_word, person.nhs_number)
    assert set() == {column for column, said in table.unmapped if said != "(no such column)"}


def test_a_column_that_is_not_there_is_reported(read: Read) -> None:
    """An older extract is as good, but nobody should think the fact was looked for."""
    table = read("ssd_cin_assessments", ASSESSMENTS, "AS1,7,2026-01-14")

    assert 1 == table.unmapped["cina_assessment_child_seen", "(no such column)"]


def test_a_table_without_its_key_is_refused(read: Read) -> None:
    """One sentence names the column."""
    table = read("ssd_missing", MISSING.replace("miss_person_id,", ""), "MS1,2026-01-05,M,,")

    assert "ssd_missing.csv has no column miss_person_id" == table.refused


def test_an_away_child_who_came_back_returned(read: Read) -> None:
    """A ends when the child is back; A is not the police's old "absent"."""
    (said,) = only(read("ssd_missing", MISSING, "MS1,7,2026-01-05 18:30,A,2026-01-06 09:00,"),
                   MissingEpisodeRecorded)

    assert isinstance(said, MissingEpisodeRecorded)
    assert (w.Whereabouts.AWAY_KNOWN, None,
            Moment(at=datetime(2026, 1, 6, 9, tzinfo=UTC))) == (
        said.classification, said.found, said.returned)
    assert Moment(at=datetime(2026, 1, 5, 18, 30, tzinfo=UTC)) == said.last_seen


def test_an_unknown_kind_of_absence_is_carried_and_counted(read: Read) -> None:
    """Nobody guesses; the child is not lost."""
    table = read("ssd_missing", MISSING, "MS1,7,2026-01-05,Absent,2026-01-06,")
    (said,) = only(table, MissingEpisodeRecorded)

    assert isinstance(said, MissingEpisodeRecorded)
    assert (w.Whereabouts.UNMAPPED, "Absent") == (said.classification, said.classification_word)
    assert 1 == table.unmapped["miss_missing_episode_type", "Absent"]


def test_a_midnight_hour_is_a_day(read: Read) -> None:
    """Databases write dates with an hour of zeros, also where London is ahead of UTC."""
    (said,) = only(read("ssd_contacts", CONTACTS, "C1,7,2025-07-03 00:00:00.000,"),
                   ReferralRecorded)

    assert isinstance(said, ReferralRecorded)
    assert Moment(at=datetime(2025, 7, 2, 23, tzinfo=UTC),
                  precision=w.Precision.DAY) == said.received


@pytest.mark.parametrize(("value", "reason"), [
    ("2027-03-01", "time in the future"), ("1st of May", "not a time"), ("", "no value")])
def test_a_row_without_a_usable_time_of_its_own_is_rejected(
        read: Read, value: str, reason: str) -> None:
    """Only that row; the next one goes through."""
    table = read("ssd_contacts", CONTACTS, f"C1,7,{value},", "C2,7,2026-01-12,")

    assert [(2, "cont_contact_date", value or None, reason)] == rejects(table)
    assert ["C2"] == [each.record for each in table.statements]


def test_an_outcome_not_ticked_is_no_decision(read: Read) -> None:
    """A contact nobody has decided about must not look decided."""
    (said,) = only(read("ssd_contacts", CONTACTS,
                        'C1,7,2026-01-12,"{""OUTCOME_NFA_FLAG"": ""N""}"'), ReferralRecorded)

    assert isinstance(said, ReferralRecorded)
    assert (None, None) == (said.decision, said.decision_word)


def test_an_outcome_that_cannot_be_read_is_counted(read: Read) -> None:
    """The text itself may name people, so the count says only what it is not."""
    table = read("ssd_contacts", CONTACTS, 'C1,7,2026-01-12,"{""OUTCOME_NFA_FLAG"": "')

    assert 1 == table.unmapped["cont_contact_outcome_json", "(not JSON)"]


def test_an_unknown_outcome_is_carried_and_counted(read: Read) -> None:
    """A new flag of the dataset is not an outcome we may guess at."""
    table = read("ssd_contacts", CONTACTS, 'C1,7,2026-01-12,"{""TELEPORT_FLAG"": ""Y""}"')
    (said,) = only(table, ReferralRecorded)

    assert isinstance(said, ReferralRecorded)
    assert (w.ReferralDecision.UNMAPPED, "TELEPORT") == (said.decision, said.decision_word)
    assert 1 == table.unmapped["cont_contact_outcome_json", "TELEPORT"]


def test_a_conference_after_the_extract_was_not_held(read: Read) -> None:
    """A date in the diary must not look like a conference in time."""
    table = read("ssd_initial_cp_conference",
                 "icpc_icpc_id,icpc_person_id,icpc_icpc_date,icpc_icpc_target_date",
                 "I1,7,2026-02-09,2026-02-09")
    (said,) = only(table, ConferenceRecorded)

    assert isinstance(said, ConferenceRecorded)
    assert None is said.held
    assert None is not said.target
    assert 1 == table.unmapped["icpc_icpc_date", "2026-02-09"]


def test_an_incident_id_is_a_police_log_number_not_a_number_of_the_child(read: Read) -> None:
    """It names the police's record of a happening."""
    (said,) = only(read("ssd_linked_identifiers",
                        "link_table_id,link_person_id,link_identifier_type,link_identifier_value",
                        "L1,7,Incident ID,NYP-0234"), PersonRecorded)

    assert isinstance(said, PersonRecorded)
    assert ((), (Reference(scheme="police_log", value="NYP-0234"),)) == (
        said.identifiers, said.references)


def test_a_number_of_an_unknown_kind_keeps_the_councils_word(read: Read) -> None:
    """It joins nothing, and is not lost."""
    table = read("ssd_linked_identifiers",
                 "link_table_id,link_person_id,link_identifier_type,link_identifier_value",
                 "L1,7,Library card,LC-9")
    (said,) = only(table, PersonRecorded)

    assert isinstance(said, PersonRecorded)
    assert (Identifier(scheme="Library card", value="LC-9"),) == said.identifiers
    assert 1 == table.unmapped["link_identifier_type", "Library card"]


@pytest.mark.parametrize(("word", "protected"), [("Refuge", True), ("Home", False)])
def test_a_refuge_is_a_protected_address(read: Read, word: str, protected: bool) -> None:
    """It never leaves its owner."""
    (said,) = only(read("ssd_address",
                        "addr_table_id,addr_person_id,addr_address_type,addr_address_postcode",
                        f"A1,7,{word},YO61 1XA"), PersonRecorded)

    assert isinstance(said, PersonRecorded)
    assert [protected] == [each.protected for each in said.addresses]


@pytest.mark.parametrize("factors", ['"[""16A"", ""3B""]"', '"{""3B"": ""Y"", ""16A"": ""Yes""}"',
                                     '"3B,16A"'])
def test_factors_read_alike_in_every_way_councils_write_them(read: Read, factors: str) -> None:
    """A list of codes, an object of ticks, or codes with commas; always in one order."""
    memory = DictMemory()
    read("ssd_cin_assessments", ASSESSMENTS, "AS1,7,2026-01-14", memory=memory)
    (said,) = only(read("ssd_assessment_factors", FACTORS, f"F1,AS1,{factors}", memory=memory),
                   AssessmentRecorded)

    assert isinstance(said, AssessmentRecorded)
    assert [("NEGLECT", "16A"), ("DOMESTIC_ABUSE", "3B")] == [
        (each.category.value, each.word) for each in said.factors]


def test_a_factor_with_its_label_is_the_code_it_begins_with(read: Read) -> None:
    """Some systems export what their screens show."""
    memory = DictMemory()
    read("ssd_cin_assessments", ASSESSMENTS, "AS1,7,2026-01-14", memory=memory)
    (said,) = only(read("ssd_assessment_factors", FACTORS,
                        'F1,AS1,"[""11A - Child sexual exploitation""]"', memory=memory),
                   AssessmentRecorded)

    assert isinstance(said, AssessmentRecorded)
    assert [("SEXUAL_EXPLOITATION", "11A - CHILD SEXUAL EXPLOITATION")] == [
        (each.category.value, each.word) for each in said.factors]


def test_a_table_under_another_name_is_known_by_its_columns(tmp_path: Path) -> None:
    """Councils rename files; the columns are the dataset's."""
    path = tmp_path / "extract 7.csv"
    path.write_text(MISSING + "\nMS1,7,2026-01-05,M,,\n", encoding="utf-8")

    reading = read_files(SocialCare(), COUNCIL, [path], extracted_at=TAKEN)

    assert ["ssd_missing"] == [table.name for table in reading.tables]


def test_a_file_of_something_else_is_left_to_be_named(tmp_path: Path) -> None:
    """Whoever publishes is told; nothing is read from it."""
    path = tmp_path / "canteen.csv"
    path.write_text("dish,price\nsoup,2\n", encoding="utf-8")

    assert [] == read_files(SocialCare(), COUNCIL, [path], extracted_at=TAKEN).tables
