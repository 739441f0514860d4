"""What each row of a police folder says, and whose rows are left out."""
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.hostile import clean
from adapters.police.adapter import Police
from adapters.police.adults import Adults, is_adult
from broker.event.agency import Agency
from broker.event.concern import CategoryWord, ConcernRecorded
from broker.event.digest import NIL
from broker.event.envelope import Handling, Moment, Occurred, Reference, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.event.risk import MarkerRecorded, RiskLinkRecorded
from broker.sdk.conformance import DictMemory, Reading, read_files
from broker.vocabulary.words import (
    AddressKind,
    AgencyKind,
    AllegedSource,
    Basis,
    BirthDatePrecision,
    CallerKind,
    ConcernCategory,
    ConcernSource,
    Grade,
    IncidentCategory,
    IncidentRole,
    MarkerKind,
    NameUse,
    PlaceKind,
    Precision,
    Regime,
    Risk,
    RiskLinkCategory,
    Sex,
    Sharing,
    State,
    System,
    Whereabouts,
)

SAMPLE = Path(__file__).parents[2] / "adapters/police/sample"
AGENCY = Agency("police", AgencyKind.POLICE, "North Valley Police")
POLICE = Police()


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A time in January 2026, when London is UTC."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def moment(day: int, hour: int, minute: int = 0) -> Moment:
    """An instant in January 2026."""
    return Moment(at=at(day, hour, minute))


def on(day: date) -> Moment:
    """A winter day."""
    return Moment(at=datetime(day.year, day.month, day.day, tzinfo=UTC), precision=Precision.DAY)


def sample(table: str) -> list[Statement]:
    """What the sample's rows of one table say."""
    reading = read_files(POLICE, AGENCY, sorted(SAMPLE.iterdir()))
    return reading.table(table).statements


def read(folder: Path, files: clean.Files, memory: DictMemory | None = None) -> Reading:
    """A folder of these files."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return read_files(POLICE, AGENCY, [folder / name for name in files], memory=memory)


def one_row(folder: Path, file: str, **cells: str) -> Statement:
    """The statement of the sample's first row of a file, with some cells changed, or columns
    left out where the value is "-"."""
    header, first, *_ = (SAMPLE / file).read_text().splitlines()
    row = dict(zip(header.split(","), first.split(","), strict=True)) | cells
    row = {name: value for name, value in row.items() if value != "-"}
    (folder / file).write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    (statement,) = read_files(POLICE, AGENCY, [folder / file]).statements
    return statement


def missing_row(folder: Path, **cells: str) -> MissingEpisodeRecorded:
    """A missing report."""
    statement = one_row(folder, "missing.csv", **cells)
    assert isinstance(statement, MissingEpisodeRecorded)
    return statement


def test_a_nominal_is_a_person() -> None:
    """1 January is an estimate, a former surname a name of its own, the address protected."""
    assert PersonRecorded(
        event_id=NIL, agency="police", system=System.FILES, record="N1002", subject="N1002",
        recorded_at=at(5, 8, 10), state=State.CURRENT, regime=Regime.PART3,
        nhs_number="9000000009",
        identifiers=(Identifier(scheme="pnc", value="2024/0000001Q"),),
        names=(Name(given="Yusuf", family="Rahman"),
               Name(given="Yusuf", family="Rehman", use=NameUse.FORMER)),
        birth_date=date(2010, 1, 1), birth_date_precision=BirthDatePrecision.ESTIMATED,
        sex=Sex.MALE, sex_word="Male", ethnicity="A2",
        addresses=(Address(line="17 Canal Street", postcode="ZZ2 1QP", kind=AddressKind.HOME,
                           protected=True),),
    ) == sample("nominals")[1]


def test_an_incident_is_one_childs_side_of_it() -> None:
    """The record is incident and nominal; the log number is a reference."""
    assert IncidentRecorded(
        event_id=NIL, agency="police", system=System.FILES, record="26-0105-311/N1001",
        subject="N1001", recorded_at=at(5, 22, 56), state=State.CURRENT, regime=Regime.PART3,
        occurred=Occurred(start=at(5, 22, 40)),
        references=(Reference(scheme="incident", value="26-0105-311"),),
        role=IncidentRole.SUBJECT, role_word="subject",
        reported=moment(5, 22, 40),
        caller=CallerKind.CARE_HOME, caller_word="care_home", caller_urn="SC012345",
        category_opened=IncidentCategory.CONCERN_FOR_SAFETY,
        category_opened_word="Concern for safety",
        grade_first=Grade.IMMEDIATE, grade_first_word="Immediate",
        grade_now=Grade.PRIORITY, grade_now_word="Priority",
        grade_changed=moment(5, 22, 55), grade_change_reason="no units free",
        allocated=moment(5, 22, 41),
        postcode="ZZ3 2HH",
    ) == sample("incidents")[0]


def test_a_missing_report() -> None:
    """Told when it was reported; the span runs from last seen to returned."""
    assert MissingEpisodeRecorded(
        event_id=NIL, agency="police", system=System.FILES, record="MP-77", subject="N1002",
        recorded_at=at(6, 13), state=State.CURRENT, regime=Regime.PART3,
        occurred=Occurred(start=at(6, 7, 30), end=at(6, 12, 40)),
        references=(Reference(scheme="incident", value="26-0106-020"),),
        classification=Whereabouts.MISSING, classification_word="Missing",
        risk_first=Risk.MEDIUM, risk_first_word="Medium",
        risk_now=Risk.HIGH, risk_now_word="High", risk_changed=moment(6, 10),
        looked_after=False, missing_from=PlaceKind.HOME, missing_from_word="home",
        last_seen=moment(6, 7, 30), found=moment(6, 12, 20), returned=moment(6, 12, 40),
        told_police=moment(6, 9, 15), police_reference="26-0106-020",
        prevention_interview=moment(6, 12, 45), found_postcode="ZZ2 7TT",
    ) == sample("missing")[0]


def test_a_notice() -> None:
    """An officer's assessment, with its categories and whom it was shared with."""
    assert ConcernRecorded(
        event_id=NIL, agency="police", system=System.FILES, record="PPN-5", subject="N1001",
        recorded_at=at(6, 9), state=State.CURRENT, regime=Regime.PART3, basis=Basis.ASSESSMENT,
        occurred=Occurred(start=at(6, 1)),
        references=(Reference(scheme="incident", value="26-0105-311"),),
        source=ConcernSource.POLICE_NOTICE,
        categories=(
            CategoryWord(category=ConcernCategory.SEXUAL_EXPLOITATION,
                         word="sexual_exploitation"),
            CategoryWord(category=ConcernCategory.MISSING, word="missing")),
        risk=Risk.HIGH, risk_word="High", raised=moment(6, 1),
        shared=moment(6, 9), shared_with="social_care",
        triage_outcome="passed to front door",
        child_spoken_to=False, demeanour_recorded=True,
        alleged_source=AllegedSource.UNKNOWN, alleged_source_word="unknown",
    ) == sample("ppn")[0]


def test_a_marker_of_exploitation() -> None:
    """Intelligence; its blank handling code, where the column is there, means conditional."""
    assert MarkerRecorded(
        event_id=NIL, agency="police", system=System.FILES, record="MK-1", subject="N1001",
        recorded_at=at(2, 10), state=State.CURRENT, regime=Regime.PART3,
        basis=Basis.INTELLIGENCE, handling=Handling(sharing=Sharing.CONDITIONAL),
        occurred=Occurred(start=datetime(2025, 11, 2, tzinfo=UTC), precision=Precision.DAY),
        kind=MarkerKind.CHILD_SEXUAL_EXPLOITATION, kind_word="child_sexual_exploitation",
        set=on(date(2025, 11, 2)), reviewed=on(date(2026, 1, 2)),
    ) == sample("markers")[0]


def test_a_risk_link_is_about_the_adult() -> None:
    """Its subject is the person posing risk, who is grown up and still carried here."""
    assert RiskLinkRecorded(
        event_id=NIL, agency="police", system=System.FILES, record="RL-1", subject="N1003",
        recorded_at=at(4, 10), state=State.CURRENT, regime=Regime.PART3,
        handling=Handling(marking="P", sharing=Sharing.PERMITTED),
        occurred=Occurred(start=datetime(2025, 12, 1, tzinfo=UTC), precision=Precision.DAY),
        category=RiskLinkCategory.REGISTERED_SEX_OFFENDER,
        category_word="registered_sex_offender", child="N1001",
        relationship="mother's partner", address_line="2 Station Road", postcode="ZZ1 9XY",
        valid_from=date(2025, 12, 1), disclosed_to="council", disclosed=moment(4, 10),
        review_due=date(2026, 6, 1),
    ) == sample("risk_links")[0]


@pytest.mark.parametrize(("word", "category"), [
    ("Missing person", IncidentCategory.MISSING_PERSON),
    ("CONCERN FOR SAFETY", IncidentCategory.CONCERN_FOR_SAFETY),
    ("Cause for concern", IncidentCategory.CONCERN_FOR_SAFETY),
    ("Absconders/AWOL", IncidentCategory.ABSCONDER),
    ("Domestic incident", IncidentCategory.DOMESTIC_INCIDENT),
    ("Suspicious circumstances", IncidentCategory.SUSPICIOUS_CIRCUMSTANCES),
    ("Road collision", IncidentCategory.OTHER),
])
def test_categories(tmp_path: Path, word: str, category: IncidentCategory) -> None:
    """NICL names, both names of the concern, and anything else."""
    statement = one_row(tmp_path, "incidents.csv", opening_category=word)
    assert isinstance(statement, IncidentRecorded)

    assert (category, word) == (statement.category_opened, statement.category_opened_word)


@pytest.mark.parametrize(("final", "now"), [("", Risk.NONE_APPARENT), ("Medium", Risk.MEDIUM)])
def test_absent_is_missing_at_no_apparent_risk(tmp_path: Path, final: str, now: Risk) -> None:
    """Another kind of risk, not another kind of thing; the final risk has the last word."""
    report = missing_row(tmp_path, classification="No apparent risk (absent)", risk_final=final)

    assert (Whereabouts.MISSING, Risk.MEDIUM, now) == (
        report.classification, report.risk_first, report.risk_now)


@pytest.mark.parametrize(("word", "protected"), [
    ("Y", True), ("y", True), ("N", False), ("", False), ("yes", True), ("restricted", True),
])
def test_a_word_we_do_not_know_protects_the_address(
    tmp_path: Path, word: str, protected: bool,
) -> None:
    """An address shared by mistake cannot be taken back."""
    nominals = (SAMPLE / "nominals.csv").read_bytes()
    changed = nominals.replace(b",N,2026-", f",{word},2026-".encode(), 1)
    files = {"nominals.csv": changed}
    person = read(tmp_path, files).statements[0]
    assert isinstance(person, PersonRecorded)

    assert [protected] == [each.protected for each in person.addresses]


def test_no_final_risk_is_not_known(tmp_path: Path) -> None:
    """The first risk is not copied into the last: nobody said that it still holds."""
    assert missing_row(tmp_path, risk_final="").risk_now is None


def test_an_open_report_has_no_end(tmp_path: Path) -> None:
    """Neither found nor returned."""
    report = missing_row(tmp_path, found_at="", returned_at="")

    assert Occurred(start=at(6, 7, 30)) == report.occurred


def test_a_report_ends_when_found_where_no_return_is_known(tmp_path: Path) -> None:
    """And begins when reported where nobody knows when the child was last seen."""
    report = missing_row(tmp_path, returned_at="", last_seen_at="")

    assert Occurred(start=at(6, 9, 15), end=at(6, 12, 20)) == report.occurred


@pytest.mark.parametrize(("file", "code", "sharing"), [
    ("ppn.csv", "-", Sharing.PERMITTED),
    ("ppn.csv", "", Sharing.PERMITTED),
    ("ppn.csv", "P", Sharing.PERMITTED),
    ("ppn.csv", "c", Sharing.CONDITIONAL),
    ("ppn.csv", "X", Sharing.CONDITIONAL),
    ("markers.csv", "-", Sharing.PERMITTED),
    ("markers.csv", "", Sharing.CONDITIONAL),
    ("risk_links.csv", "-", Sharing.PERMITTED),
    ("risk_links.csv", "", Sharing.CONDITIONAL),
    ("risk_links.csv", "P", Sharing.PERMITTED),
])
def test_handling_codes(tmp_path: Path, file: str, code: str, sharing: Sharing) -> None:
    """Blank is P, except on a risk link or exploitation marker whose file has the column."""
    assert sharing is one_row(tmp_path, file, handling_code=code).handling.sharing


def test_a_blank_code_on_another_marker_is_permitted(tmp_path: Path) -> None:
    """Only exploitation is held for want of a code."""
    statement = one_row(tmp_path, "markers.csv", handling_code="", marker="looked_after")

    assert Sharing.PERMITTED is statement.handling.sharing


def test_categories_of_a_notice_are_told_once_with_unknown_ones_kept(tmp_path: Path) -> None:
    """A repeated word is one category; an unknown one travels with its word."""
    statement = one_row(tmp_path, "ppn.csv", concern_types="Neglect; neglect;;County lines")
    assert isinstance(statement, ConcernRecorded)

    assert (CategoryWord(category=ConcernCategory.NEGLECT, word="Neglect"),
            CategoryWord(category=ConcernCategory.UNMAPPED, word="County lines"),
            ) == statement.categories


def test_a_notice_not_shared_names_nobody(tmp_path: Path) -> None:
    """Shared with social care only where it says when."""
    statement = one_row(tmp_path, "ppn.csv", shared_with_csc_at="")
    assert isinstance(statement, ConcernRecorded)

    assert (None, None) == (statement.shared, statement.shared_with)


@pytest.mark.parametrize(("born", "adult"), [
    (date(2008, 1, 5), True), (date(2008, 1, 6), False), (date(1979, 1, 1), True),
    (date(2030, 1, 1), False), (None, False),
])
def test_eighteen_on_the_day(born: date | None, adult: bool) -> None:
    """On the birthday, and not the day before; no birth date counts as a child."""
    assert adult is is_adult(born, at(5, 12))


def test_the_day_is_londons() -> None:
    """Half past eleven in the evening, UTC, is the next day in summer."""
    evening = datetime(2026, 7, 5, 23, 30, tzinfo=UTC)

    assert is_adult(date(2008, 7, 6), evening)


def test_an_adult_of_an_earlier_extract_is_remembered(tmp_path: Path) -> None:
    """The nominal's row need not come again."""
    memory = DictMemory()
    nominals = clean.change(clean.police(), "nominals.csv", b"2011-05-06", b"1981-05-06")
    read(tmp_path, {"nominals.csv": nominals["nominals.csv"]}, memory)

    table = read(tmp_path, {"incidents.csv": clean.INCIDENTS}, memory).table("incidents")

    assert [("L1/N1", "adult"), ("L2/N2", None)] == [(row.key, row.skipped) for row in table.rows]


def test_a_corrected_birth_date_brings_a_childs_rows_back(tmp_path: Path) -> None:
    """A later version of the nominal counts."""
    memory = DictMemory()
    old = clean.change(clean.police(), "nominals.csv", b"2011-05-06", b"1981-05-06")
    read(tmp_path, {"nominals.csv": old["nominals.csv"]}, memory)
    new = clean.NOMINALS.replace(b"2026-01-05T09:00:00", b"2026-01-06T09:00:00")

    reading = read(tmp_path, {"nominals.csv": new, "incidents.csv": clean.INCIDENTS}, memory)

    assert ["N1", "N2", "L1/N1", "L2/N2"] == [each.record for each in reading.statements]


def test_an_older_version_does_not_hide_a_child() -> None:
    """Versions order by their time of writing, not by their place in a file."""
    adults = Adults(DictMemory())
    adults.expect(["N1"])
    adults.learn("N1", False, at(5))
    adults.learn("N1", True, at(5) - timedelta(days=1))

    assert not adults.include("N1")


def test_a_file_of_rows_past_one_batch_knows_every_adult(tmp_path: Path) -> None:
    """What is recalled some hundred rows at a time is recalled for all of them."""
    header, first, _ = clean.NOMINALS.decode().splitlines()
    people = "\n".join(first.replace("N1", f"N{n}").replace("2011", "1981" if n % 2 else "2011")
                       for n in range(1100))
    header_2, call, _ = clean.INCIDENTS.decode().splitlines()
    calls = "\n".join(call.replace("N1", f"N{n}") for n in range(1100))

    reading = read(tmp_path, {"nominals.csv": f"{header}\n{people}\n".encode(),
                              "incidents.csv": f"{header_2}\n{calls}\n".encode()})

    assert [f"L1/N{n}" for n in range(0, 1100, 2)] == [
        each.record for each in reading.table("incidents").statements]
