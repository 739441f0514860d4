"""The census is read whatever its layout, and one child's dirt costs no other child."""
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.social_care.adapter import SocialCare
from broker.event.agency import Agency
from broker.event.care import PlanRecorded, ReviewRecorded
from broker.event.concern import (
    AssessmentRecorded,
    CategoryWord,
    ConferenceRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.digest import NIL
from broker.event.envelope import Moment, Occurred, Reference
from broker.event.person import Identifier, PersonRecorded
from broker.sdk.conformance import NOW, TableResult, read_files
from broker.vocabulary import words as w
from broker.vocabulary.words import State, System

COUNCIL = Agency("council", w.AgencyKind.SOCIAL_CARE, "Eskbeck", authority_code="815")
WRITTEN = datetime(2026, 1, 31, 18, tzinfo=UTC)
HEADER = """<Header>
<CollectionDetails><Collection>CIN</Collection><Year>2026</Year></CollectionDetails>
<Source><LEA>815</LEA><DateTime>2026-01-31T18:00:00</DateTime></Source>
</Header>"""

Read = Callable[..., TableResult]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write children (line 5 is the first) into a census, read it, return what came of it."""
    def reading(*children: str, header: str = HEADER, end: str = "</Children></Message>",
                start: str = "") -> TableResult:
        path = tmp_path / "census.xml"
        path.write_text(f"{start}<Message>{header}<Children>\n" + "\n".join(children) + end,
                        encoding="utf-8")
        (table,) = read_files(SocialCare(), COUNCIL, [path]).tables
        return table
    return reading


def child(*details: str, child_id: str = "<LAchildID>7</LAchildID>", born: str = "2011-04-03",
          sex: str = "<Sex>F</Sex>") -> str:
    """One child, an element a line."""
    return "\n".join((
        "<Child><ChildIdentifiers>", child_id,
        f"<PersonBirthDate>{born}</PersonBirthDate>", sex, "</ChildIdentifiers>",
        "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>",
        *details, "</Child>"))


def details(*inner: str, start: str = "2026-01-13") -> str:
    """An episode of need, an element a line."""
    return "\n".join(("<CINdetails>", f"<CINreferralDate>{start}</CINreferralDate>",
                      "<ReferralSource>6</ReferralSource>",
                      "<PrimaryNeedCode>N1</PrimaryNeedCode>", *inner,
                      "<ReferralNFA>0</ReferralNFA>", "</CINdetails>"))


def assessment(start: str, *factors: str) -> str:
    """An assessment with factors, an element a line."""
    inner = "".join(f"<AssessmentFactors>{each}</AssessmentFactors>" for each in factors)
    return "\n".join(("<Assessments>",
                      f"<AssessmentActualStartDate>{start}</AssessmentActualStartDate>",
                      f"<FactorsIdentifiedAtAssessment>{inner}</FactorsIdentifiedAtAssessment>",
                      "</Assessments>"))


def envelope(record: str, **rest: Any) -> dict[str, Any]:
    """What every statement of these tests has in common."""
    return {"event_id": NIL, "agency": "council", "system": System.CIN, "record": record,
            "subject": "7", "recorded_at": WRITTEN, "state": State.CURRENT, **rest}


def day(text: str) -> Moment:
    """A winter day as the day it is."""
    return Moment(at=datetime.fromisoformat(f"{text}T00:00+00:00"), precision=w.Precision.DAY)


def span(start: str, end: str | None = None) -> Occurred:
    """The days of a record."""
    return Occurred(start=day(start).at, end=day(end).at if end else None,
                    precision=w.Precision.DAY)


REFERRAL = (Reference(scheme="referral", value="7/CINdetails/2026-01-13"),)


def test_a_whole_child_says_exactly_this(read: Read) -> None:
    """Each element that is a record is a statement; references are LAchildID/element/start."""
    table = read(child(details(
        "<CINclosureDate>2026-01-30</CINclosureDate><ReasonForClosure>RC8</ReasonForClosure>",
        "<Assessments><AssessmentActualStartDate>2026-01-14</AssessmentActualStartDate>"
        "<AssessmentAuthorisationDate>2026-01-28</AssessmentAuthorisationDate>"
        "<FactorsIdentifiedAtAssessment><AssessmentFactors>13A</AssessmentFactors>"
        "</FactorsIdentifiedAtAssessment></Assessments>",
        "<CINPlanDates><CINPlanStartDate>2026-01-16</CINPlanStartDate>"
        "<CINPlanEndDate>2026-01-28</CINPlanEndDate></CINPlanDates>",
        "<Section47><S47ActualStartDate>2026-01-15</S47ActualStartDate>"
        "<InitialCPCtarget>2026-02-05</InitialCPCtarget>"
        "<DateOfInitialCPC>2026-01-29</DateOfInitialCPC>"
        "<ICPCnotRequired>false</ICPCnotRequired></Section47>",
        "<ChildProtectionPlans><CPPstartDate>2026-01-29</CPPstartDate>"
        "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>"
        "<LatestCategoryOfAbuse>MUL</LatestCategoryOfAbuse>"
        "<NumberOfPreviousCPP>0</NumberOfPreviousCPP>"
        "<Reviews><CPPreviewDate>2026-01-30</CPPreviewDate></Reviews></ChildProtectionPlans>")))

    assert [
        PersonRecorded(
            **envelope("7"), identifiers=(Identifier(scheme="la:815", value="7"),),
            birth_date=date(2011, 4, 3),
            birth_date_precision=w.BirthDatePrecision.EXACT, sex=w.Sex.FEMALE, sex_word="F",
            ethnicity="WBRI"),
        ReferralRecorded(
            **envelope("7/CINdetails/2026-01-13"), occurred=span("2026-01-13", "2026-01-30"),
            kind=w.ReferralKind.REFERRAL, received=day("2026-01-13"), source="6",
            primary_need="N1", closed=day("2026-01-30"), close_reason="RC8"),
        AssessmentRecorded(
            **envelope("7/Assessments/2026-01-14"), occurred=span("2026-01-14", "2026-01-28"),
            basis=w.Basis.ASSESSMENT, references=REFERRAL, started=day("2026-01-14"),
            authorised=day("2026-01-28"), factors=(
                CategoryWord(category=w.ConcernCategory.CRIMINAL_EXPLOITATION, word="13A"),)),
        PlanRecorded(
            **envelope("7/CINPlanDates/2026-01-16"), occurred=span("2026-01-16", "2026-01-28"),
            references=REFERRAL, kind=w.PlanKind.CIN, start=day("2026-01-16"),
            end=day("2026-01-28")),
        EnquiryRecorded(
            **envelope("7/Section47/2026-01-15"), occurred=span("2026-01-15"),
            references=REFERRAL, strategy_discussion=day("2026-01-15"),
            started=day("2026-01-15"), conference_not_required=False),
        ConferenceRecorded(
            **envelope("7/DateOfInitialCPC/2026-01-29"), occurred=span("2026-01-29"),
            references=(Reference(scheme="enquiry", value="7/Section47/2026-01-15"),),
            kind=w.ConferenceKind.INITIAL, target=day("2026-02-05"), held=day("2026-01-29")),
        PlanRecorded(
            **envelope("7/ChildProtectionPlans/2026-01-29"), occurred=span("2026-01-29"),
            references=REFERRAL, kind=w.PlanKind.CP, category_first=w.AbuseCategory.NEG,
            category_first_word="NEG", category_now=w.AbuseCategory.MUL,
            category_now_word="MUL", start=day("2026-01-29")),
        ReviewRecorded(
            **envelope("7/CPPreviewDate/2026-01-30"), occurred=span("2026-01-30"),
            references=(Reference(scheme="plan", value="7/ChildProtectionPlans/2026-01-29"),),
            kind=w.ReviewKind.CP_REVIEW, held=day("2026-01-30")),
    ] == table.statements
    assert ([], {}) == (table.unexpected, table.unmapped)


@pytest.mark.parametrize(("element", "sex"), [
    ("<GenderCurrent>1</GenderCurrent>", w.Sex.MALE),
    ("<GenderCurrent>2</GenderCurrent>", w.Sex.FEMALE),
    ("<GenderCurrent>9</GenderCurrent>", w.Sex.OTHER),
    ("<GenderCurrent>0</GenderCurrent>", None),
    ("<Sex>M</Sex>", w.Sex.MALE),
    ("<Sex>U</Sex>", None),
])
def test_sex_is_read_in_the_figures_and_letters_of_each_layout(
        read: Read, element: str, sex: w.Sex | None) -> None:
    """Layouts to 2024 have GenderCurrent, later ones Sex; not recorded is nothing to report."""
    table = read(child(sex=element))

    assert isinstance(table.statements[0], PersonRecorded)
    assert sex is table.statements[0].sex
    assert {} == table.unmapped


def test_a_figure_in_the_later_layout_is_not_guessed(read: Read) -> None:
    """Sex knows M, F and U; a 1 is carried as the council wrote it, and counted."""
    table = read(child(sex="<Sex>1</Sex>"))

    assert isinstance(table.statements[0], PersonRecorded)
    assert (w.Sex.UNMAPPED, "1") == (table.statements[0].sex, table.statements[0].sex_word)
    assert {("Sex", "1"): 1} == table.unmapped


def test_the_module_of_2026_is_ignored_by_name(read: Read) -> None:
    """Pre-proceedings carry nothing Concord models yet: no unexpected element."""
    table = read(child(details("<PreProceedingsandFGDM><PPStartDate>2026-01-09</PPStartDate>"
                               "</PreProceedingsandFGDM>")))

    assert ([], {}) == (table.unexpected, table.unmapped)


def test_a_stray_text_and_a_new_element_are_reported(read: Read) -> None:
    """Work for us beats a change swallowed."""
    table = read(child(details("<Mood>low</Mood>"), sex="<Sex>F</Sex>PersonBirthDate"))

    assert ["text in ChildIdentifiers", "CINdetails/Mood"] == table.unexpected
    assert 2 == len(table.statements)


def test_an_unknown_factor_is_carried_and_counted(read: Read) -> None:
    """The other factors stand; "no factors" is none."""
    table = read(child(details(assessment("2026-01-14", "RB", "16A", "21"))))
    (said,) = [each for each in table.statements if isinstance(each, AssessmentRecorded)]

    assert [("NEGLECT", "16A"), ("UNMAPPED", "RB")] == [
        (each.category.value, each.word) for each in said.factors]
    assert {("AssessmentFactors", "RB"): 1} == table.unmapped


def test_an_impossible_date_rejects_its_element_and_nothing_else(read: Read) -> None:
    """The line is that of the date, the bytes are the element's as they stand in the file."""
    bad = assessment("2028-04-28", "10A")
    table = read(child(details(bad)))
    (row,) = [row for row in table.rows if row.rejected is not None]

    assert row.rejected is not None
    assert (16, "AssessmentActualStartDate", "2028-04-28", "time in the future") == (
        row.line, row.rejected.column, row.rejected.value, row.rejected.reason)
    assert (bad.encode(), "7/Assessments/2028-04-28") == (row.raw, row.key)
    assert ["PersonRecorded", "ReferralRecorded"] == [
        each.type_name for each in table.statements]


def test_an_episode_without_a_date_still_lets_its_parts_through(read: Read) -> None:
    """They name no referral, because it has no name."""
    table = read(child(details(assessment("2026-01-14"), start="")))

    assert [("CINreferralDate", "no value")] == [
        (row.rejected.column, row.rejected.reason) for row in table.rows
        if row.rejected is not None]
    assert [()] == [each.references for each in table.statements
                    if isinstance(each, AssessmentRecorded)]


def test_a_child_without_an_id_is_rejected_whole(read: Read) -> None:
    """Nobody can say whose records these are; the next child goes through."""
    table = read(child(child_id="<LAchildID> </LAchildID>"), child())

    assert [(5, "LAchildID", "no value")] == [
        (row.line, row.rejected.column, row.rejected.reason) for row in table.rows
        if row.rejected is not None]
    assert ["7"] == [each.record for each in table.statements]


def test_a_wrong_pupil_number_is_carried_and_counted(read: Read) -> None:
    """Former numbers travel as such, reasons for having none do not travel."""
    table = read(child(child_id="<LAchildID>7</LAchildID><UPN>A123456789123</UPN>"
                                "<FormerUPN>X98765432123B</FormerUPN>"),
                 child(child_id="<LAchildID>8</LAchildID><UPN>UN3</UPN>"))
    first, second = table.statements

    assert isinstance(first, PersonRecorded)
    assert isinstance(second, PersonRecorded)
    assert ("A123456789123", (Identifier(scheme="la:815", value="7"),
                              Identifier(scheme="former_upn", value="X98765432123B"))) == (
        first.upn, first.identifiers)
    assert None is second.upn
    assert {("UPN", "(no pupil number: form or check letter)"): 1} == table.unmapped


def test_two_records_of_one_day_that_differ_stay_two(read: Read) -> None:
    """An exact repetition is the same record; a different one is not its correction."""
    one, other = assessment("2026-01-14", "10A"), assessment("2026-01-14", "16A")
    table = read(child(details(one, other, one)))

    assert ["7/Assessments/2026-01-14", "7/Assessments/2026-01-14/2",
            "7/Assessments/2026-01-14"] == [
        each.record for each in table.statements if isinstance(each, AssessmentRecorded)]


def test_the_extracts_time_is_the_headers(read: Read) -> None:
    """The return says when it was taken."""
    assert WRITTEN == read(child()).extracted_at


def test_a_header_from_the_future_is_nobodys_time(read: Read) -> None:
    """A wrong clock would outrank every later return."""
    table = read(child(), header=HEADER.replace("2026-01-31T18", "2031-01-31T18"))

    assert NOW == table.extracted_at


def test_a_file_that_breaks_off_gives_what_stands_before(read: Read) -> None:
    """The row without a key tells a snapshot that not everything was read."""
    table = read(child(), "<Child><ChildIdentifiers>", end="")

    assert ["7"] == [each.record for each in table.statements]
    assert [("", "not well-formed XML from here on")] == [
        (row.key, row.rejected.reason) for row in table.rows if row.rejected is not None]


def test_entities_are_refused(tmp_path: Path) -> None:
    """An entity that doubles itself would fill the memory: the file is not even begun."""
    path = tmp_path / "bomb.xml"
    path.write_text('<!DOCTYPE Message [<!ENTITY a "7">]><Message><Children>'
                    "<Child>&a;</Child></Children></Message>", encoding="utf-8")

    assert [] == read_files(SocialCare(), COUNCIL, [path]).tables


def test_a_child_longer_than_a_row_may_be_is_rejected_alone(read: Read) -> None:
    """Its start and its size are kept; the children around it go through."""
    giant = child(details("<Mood>" + "x" * 1_500_000 + "</Mood>"),
                  child_id="<LAchildID>8</LAchildID>")
    table = read(child(), giant, child(child_id="<LAchildID>9</LAchildID>"))
    (row,) = [row for row in table.rows if row.rejected is not None]

    assert row.rejected is not None
    assert ("row too long", len(giant), giant.encode()[:65_536]) == (
        row.rejected.reason, row.size, row.raw)
    assert ["7", "9"] == [each.record for each in table.statements]


def test_children_over_many_reads_keep_their_bytes_and_lines(read: Read) -> None:
    """Reading in pieces cuts elements anywhere; lines and bytes are the file's all the same."""
    children = [child(details(assessment("2026-01-14", "10A")),
                      child_id=f"<LAchildID>{number}</LAchildID>") for number in range(400)]
    table = read(*children)

    assert 1200 == len(table.rows)
    assert {assessment("2026-01-14", "10A").encode()} == {row.raw for row in table.rows[2::3]}
    assert [5 + number * children[0].count("\n") + number for number in range(400)] == [
        row.line for row in table.rows[::3]]


@pytest.mark.parametrize("text", [
    "<EXPSSDA903><CHILD/></EXPSSDA903>", "not xml at all",
    "<Message><Header><Collection>SC</Collection></Header><Children><Child/></Children></Message>",
])
def test_other_xml_is_left_to_be_named(tmp_path: Path, text: str) -> None:
    """An SSDA903 return in XML, another census and junk are not this census."""
    path = tmp_path / "fake.xml"
    path.write_text(text, encoding="utf-8")

    assert [] == read_files(SocialCare(), COUNCIL, [path]).tables
