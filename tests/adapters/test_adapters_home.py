"""What each row of a home's folder says."""
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.care_home.adapter import CareHome
from broker.event.agency import Agency
from broker.event.care import CarePeriodRecorded, PlacementRecorded
from broker.event.concern import CategoryWord, ConcernRecorded
from broker.event.digest import NIL
from broker.event.envelope import Moment, Occurred, Reference, Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.sdk.conformance import Reading, read_files
from broker.vocabulary.words import (
    AddressKind,
    AgencyKind,
    AllegedSource,
    Basis,
    ConcernCategory,
    ConcernSource,
    InterviewBy,
    LegalStatus,
    NameUse,
    Precision,
    Risk,
    Sex,
    State,
    System,
    Whereabouts,
)

SAMPLE = Path(__file__).parents[2] / "adapters/care_home/sample"
HOME = Agency("riverside", AgencyKind.CARE_HOME, "Riverside", home_urn="SC012345")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in January 2026, when London is UTC."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def moment(day: int, hour: int, minute: int = 0) -> Moment:
    """An instant in January 2026."""
    return Moment(at=at(day, hour, minute))


def sample(table: str) -> list[Statement]:
    """What the sample's rows of one table say."""
    return read_files(CareHome(), HOME, sorted(SAMPLE.iterdir())).table(table).statements


def first_row(folder: Path, file: str, **cells: str) -> Reading:
    """The sample's first row of a file with some cells changed; "-" leaves a column out."""
    header, first, *_ = (SAMPLE / file).read_text().splitlines()
    row = dict(zip(header.split(","), first.split(","), strict=True)) | cells
    row = {name: value for name, value in row.items() if value != "-"}
    (folder / file).write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    return read_files(CareHome(), HOME, [folder / file])


def test_a_resident_is_a_person() -> None:
    """Known by the council's number under the council's code; the address is the home's."""
    assert PersonRecorded(
        event_id=NIL, agency="riverside", system=System.FILES, record="R-01", subject="R-01",
        recorded_at=at(5, 9), state=State.CURRENT, nhs_number="9000000017",
        identifiers=(Identifier(scheme="la:815", value="C4410"),),
        names=(Name(given="Kayleigh", family="Thornton"),
               Name(given="Kay", family="Thornton", use=NameUse.PREFERRED)),
        birth_date=date(2011, 3, 14), sex=Sex.FEMALE, sex_word="F",
        addresses=(Address(postcode="ZZ3 2HH", kind=AddressKind.PLACEMENT,
                           valid_from=date(2025, 9, 1)),),
    ) == sample("residents")[0]


def test_a_resident_is_placed_here() -> None:
    """From admission (a summer day begins at 23:00 UTC the day before) until left."""
    start = datetime(2025, 8, 31, 23, tzinfo=UTC)
    assert PlacementRecorded(
        event_id=NIL, agency="riverside", system=System.FILES, record="R-01", subject="R-01",
        recorded_at=at(5, 9), state=State.CURRENT,
        occurred=Occurred(start=start, precision=Precision.DAY),
        home_urn="SC012345", postcode="ZZ3 2HH",
        start=Moment(at=start, precision=Precision.DAY), placing_authority="815",
    ) == sample("residents")[1]


def test_a_resident_is_under_a_legal_status() -> None:
    """As far as the home knows, for the time of the stay."""
    start, end = datetime(2025, 10, 9, 23, tzinfo=UTC), at(4, 0)
    assert CarePeriodRecorded(
        event_id=NIL, agency="riverside", system=System.FILES, record="R-02", subject="R-02",
        recorded_at=at(5, 9), state=State.CURRENT,
        occurred=Occurred(start=start, end=end, precision=Precision.DAY),
        legal_status=LegalStatus.V2, legal_status_word="V2",
        start=Moment(at=start, precision=Precision.DAY),
        end=Moment(at=end, precision=Precision.DAY), placing_authority="816",
    ) == sample("residents")[5]


def test_an_absence_names_the_log_number_and_was_told_by_nobody() -> None:
    """The number is a reference to the police's record, not a sign of a copy."""
    assert MissingEpisodeRecorded(
        event_id=NIL, agency="riverside", system=System.FILES, record="A-1", subject="R-01",
        recorded_at=at(5, 23), state=State.CURRENT,
        occurred=Occurred(start=at(5, 21, 45)),
        references=(Reference(scheme="police_log", value="26-0105-311"),),
        classification=Whereabouts.MISSING, classification_word="missing",
        risk_now=Risk.HIGH, risk_now_word="High", home_urn="SC012345",
        last_seen=moment(5, 21, 45), noticed=moment(5, 22, 30),
        told_police=moment(5, 22, 38), police_reference="26-0105-311",
        told_authority=moment(5, 23),
    ) == sample("absences")[0]


def test_an_absence_with_a_return_interview() -> None:
    """Whereabouts known, and an independent interview after the return."""
    assert MissingEpisodeRecorded(
        event_id=NIL, agency="riverside", system=System.FILES, record="A-2", subject="R-02",
        recorded_at=at(5, 17), state=State.CURRENT,
        occurred=Occurred(start=at(3, 20), end=at(3, 23, 15)),
        classification=Whereabouts.AWAY_KNOWN, classification_word="unauthorised_absence",
        risk_now=Risk.LOW, risk_now_word="Low", home_urn="SC012345",
        last_seen=moment(3, 20), noticed=moment(3, 21), returned=moment(3, 23, 15),
        child_spoken_to=moment(3, 23, 30), return_interview_held=moment(5, 16),
        return_interview_by=InterviewBy.INDEPENDENT, return_interview_by_word="independent",
    ) == sample("absences")[1]


def test_a_notification() -> None:
    """Exploitation is the one kind that says what harm is feared."""
    assert ConcernRecorded(
        event_id=NIL, agency="riverside", system=System.FILES, record="NT-1", subject="R-01",
        recorded_at=at(5, 9, 40), state=State.CURRENT, basis=Basis.ASSESSMENT,
        occurred=Occurred(start=at(4, 19)),
        source=ConcernSource.HOME_NOTIFICATION, kind_word="child_sexual_exploitation",
        categories=(CategoryWord(category=ConcernCategory.SEXUAL_EXPLOITATION,
                                 word="child_sexual_exploitation"),),
        raised=moment(4, 19), shared=moment(5, 9, 40), shared_with="social_care",
        notified_ofsted=moment(5, 9, 30),
        alleged_source=AllegedSource.OTHER_ADULT, alleged_source_word="other_adult",
    ) == sample("notifications")[0]


def test_an_allegation_against_staff_names_the_home() -> None:
    """So that notices about the child do not go to the home it concerns."""
    _, allegation = sample("notifications")
    assert isinstance(allegation, ConcernRecorded)

    assert (AllegedSource.HOME_STAFF, "SC012345") == (
        allegation.alleged_source, allegation.alleged_urn)


@pytest.mark.parametrize(("word", "kind"), [
    ("Missing", Whereabouts.MISSING), ("Unauthorised absence", Whereabouts.AWAY_KNOWN),
    ("absconded", Whereabouts.ABSCONDED), ("awol", Whereabouts.UNMAPPED)])
def test_absence_categories(tmp_path: Path, word: str, kind: Whereabouts) -> None:
    """Three words; another is carried with its word."""
    (absence,) = first_row(tmp_path, "absences.csv", category=word).statements
    assert isinstance(absence, MissingEpisodeRecorded)

    assert (kind, word) == (absence.classification, absence.classification_word)


def test_an_absence_without_last_seen_begins_when_noticed(tmp_path: Path) -> None:
    """What nobody knows is not made up."""
    (absence,) = first_row(tmp_path, "absences.csv", last_seen_at="").statements

    assert Occurred(start=at(5, 22, 30)) == absence.occurred


def test_without_the_interviewers_column_nobody_is_named(tmp_path: Path) -> None:
    """A file without an optional column is as good."""
    reading = first_row(tmp_path, "absences.csv", return_interview_by="-")

    assert [] == reading.table("absences").unexpected
    assert 1 == len(reading.statements)


def test_a_blank_urn_is_the_homes_own(tmp_path: Path) -> None:
    """Every home is an agency of its own, so the row can mean no other."""
    placement = first_row(tmp_path, "residents.csv", home_urn="").statements[1]
    assert isinstance(placement, PlacementRecorded)

    assert "SC012345" == placement.home_urn


def test_a_resident_with_a_key_and_a_time_alone_gives_all_three(tmp_path: Path) -> None:
    """So that what a later row takes back is taken back in each."""
    cells = dict.fromkeys((SAMPLE / "residents.csv").read_text().splitlines()[0].split(","), "")
    cells |= {"resident_ref": "R-09", "updated_at": "2026-01-05T09:00:00"}

    assert ["PersonRecorded", "PlacementRecorded", "CarePeriodRecorded"] == [
        each.type_name for each in first_row(tmp_path, "residents.csv", **cells).statements]


def test_a_rejected_row_still_has_its_key(tmp_path: Path) -> None:
    """A snapshot must not take back a row for a bad time of writing."""
    (row,) = first_row(tmp_path, "absences.csv", updated_at="soon").table("absences").rows

    assert row.rejected is not None
    assert "A-1/R-01" == row.key
