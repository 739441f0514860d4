"""The return of looked-after children: what each file says, and which files say nothing."""
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.social_care.adapter import SocialCare
from broker.event.agency import Agency
from broker.event.care import CarePeriodRecorded, PlacementRecorded, ReviewRecorded
from broker.event.digest import NIL
from broker.event.envelope import Moment, Occurred
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Identifier, PersonRecorded
from broker.sdk.conformance import TableResult, read_files
from broker.vocabulary import words as w
from broker.vocabulary.ssda903 import LAYOUTS
from broker.vocabulary.words import State, System

COUNCIL = Agency("council", w.AgencyKind.SOCIAL_CARE, "Eskbeck", authority_code="815")
TAKEN = datetime(2018, 2, 1, 6, tzinfo=UTC)

Read = Callable[..., TableResult]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write one file of the return as lines, read it, return what came of it."""
    def reading(name: str, *rows: str, file: str | None = None) -> TableResult:
        path = tmp_path / (file or f"{name}.csv")
        path.write_text("\r\n".join((",".join(LAYOUTS[name]), *rows)), encoding="utf-8-sig")
        (table,) = read_files(SocialCare(), COUNCIL, [path], extracted_at=TAKEN).tables
        return table
    return reading


def envelope(record: str, subject: str = "51", **rest: Any) -> dict[str, Any]:
    """What every statement of these tests has in common."""
    return {"event_id": NIL, "agency": "council", "system": System.SSDA903, "record": record,
            "subject": subject, "recorded_at": TAKEN, "state": State.CURRENT, **rest}


def day(text: str) -> Moment:
    """A winter day as the day it is."""
    return Moment(at=datetime.fromisoformat(f"{text}T00:00+00:00"), precision=w.Precision.DAY)


def span(start: str, end: str | None = None) -> Occurred:
    """The days of a record."""
    return Occurred(start=day(start).at, end=day(end).at if end else None,
                    precision=w.Precision.DAY)


def test_a_header_row_says_who_the_child_is(read: Read) -> None:
    """There is no name and no NHS number in the return, but the number that a home may know."""
    table = read("header", "51,2,27/03/2008,WROM,W815200014001,,")

    assert [PersonRecorded(
        **envelope("51"), upn="W815200014001",
        identifiers=(Identifier(scheme="la:815", value="51"),), birth_date=date(2008, 3, 27),
        birth_date_precision=w.BirthDatePrecision.EXACT, sex=w.Sex.FEMALE, sex_word="2",
        ethnicity="WROM")] == table.statements


def test_a_number_means_nothing_without_its_councils_code(tmp_path: Path) -> None:
    """A council whose code is not configured says its number to nobody."""
    path = tmp_path / "header.csv"
    path.write_text(",".join(LAYOUTS["header"]) + "\n51,2,27/03/2008,WROM,,,\n")
    nameless = Agency("council", w.AgencyKind.SOCIAL_CARE, "Eskbeck")

    (table,) = read_files(SocialCare(), nameless, [path], extracted_at=TAKEN).tables

    assert [()] == [each.identifiers for each in table.statements
                    if isinstance(each, PersonRecorded)]


def test_an_episode_is_a_period_of_care_and_a_placement(read: Read) -> None:
    """Both have the row's reference, CHILD/DECOM as the council writes it."""
    table = read("episodes", "51,15/01/2018,L,C2,N3,K2,PR4,29/01/2018,X1,CARPL,,YO61 1XB,SC012345")

    assert [
        CarePeriodRecorded(
            **envelope("51/15/01/2018"), occurred=span("2018-01-15", "2018-01-29"),
            legal_status=w.LegalStatus.C2, legal_status_word="C2", start=day("2018-01-15"),
            start_reason="L", end=day("2018-01-29"), end_reason="X1", placing_authority="815"),
        PlacementRecorded(
            **envelope("51/15/01/2018"), occurred=span("2018-01-15", "2018-01-29"),
            type=w.PlacementType.K2, type_word="K2", provider="PR4", home_urn="SC012345",
            postcode="YO61 1XB", start=day("2018-01-15"), end=day("2018-01-29"),
            end_reason="CARPL", placing_authority="815"),
    ] == table.statements


def test_a_missing_child_was_found_and_an_away_child_returned(read: Read) -> None:
    """The end of an M proves no return; A is not the police's old "absent"."""
    table = read("missing", "51,27/03/2008,M,05/01/2018,06/01/2018",
                 "51,27/03/2008,A,06/01/2018,")

    assert [
        MissingEpisodeRecorded(
            **envelope("51/05/01/2018"), occurred=span("2018-01-05", "2018-01-06"),
            classification=w.Whereabouts.MISSING, classification_word="M", looked_after=True,
            last_seen=day("2018-01-05"), found=day("2018-01-06")),
        MissingEpisodeRecorded(
            **envelope("51/06/01/2018"), occurred=span("2018-01-06"),
            classification=w.Whereabouts.AWAY_KNOWN, classification_word="A", looked_after=True,
            last_seen=day("2018-01-06")),
    ] == table.statements


def test_a_review_says_whether_the_child_was_there(read: Read) -> None:
    """PN3 is at the review, PN5 is not; an exact duplicate is the same statement."""
    table = read("reviews", "51,27/03/2008,15/01/2018,PN3", "51,27/03/2008,16/01/2018,PN5",
                 "51,27/03/2008,16/01/2018,PN5")

    assert [ReviewRecorded(
        **envelope("51/15/01/2018/PN3"), occurred=span("2018-01-15"), held=day("2018-01-15"),
        kind=w.ReviewKind.LOOKED_AFTER_REVIEW, took_part=True, participation_word="PN3",
    )] == table.statements[:1]
    assert [False, False] == [each.took_part for each in table.statements[1:]
                              if isinstance(each, ReviewRecorded)]
    assert table.statements[1] == table.statements[2]


def test_a_review_after_the_extract_is_due_not_held(read: Read) -> None:
    """A date in the diary must not stand for a review that took place."""
    table = read("reviews", "51,27/03/2008,05/02/2018,PN1")

    assert [ReviewRecorded(
        **envelope("51/05/02/2018/PN1"), due=day("2018-02-05"),
        kind=w.ReviewKind.LOOKED_AFTER_REVIEW, participation_word="PN1")] == table.statements
    assert {("REVIEW", "(after the extract: planned, not held)"): 1} == table.unmapped


@pytest.mark.parametrize(("word", "sex"), [
    ("1", w.Sex.MALE), ("M", w.Sex.MALE), ("F", w.Sex.FEMALE), ("U", None),
    ("X", w.Sex.UNMAPPED)])
def test_sex_is_a_figure_or_a_letter(read: Read, word: str, sex: w.Sex | None) -> None:
    """Figures to 2024, letters from 2025."""
    (said,) = read("header", f"51,{word},27/03/2008,WROM,,,").statements

    assert isinstance(said, PersonRecorded)
    assert sex is said.sex


def test_codes_of_no_list_are_carried_and_counted(read: Read) -> None:
    """An unknown code loses neither the period nor the child."""
    table = read("episodes", "51,15/01/2018,Q,C9,N3,K9,PR9,,E99,NOPE,,NOWHERE,XXXXXXX")
    care, placement = table.statements

    assert isinstance(care, CarePeriodRecorded)
    assert isinstance(placement, PlacementRecorded)
    assert (w.LegalStatus.UNMAPPED, "C9", "Q", "E99") == (
        care.legal_status, care.legal_status_word, care.start_reason, care.end_reason)
    assert (w.PlacementType.UNMAPPED, "NOWHERE", None) == (
        placement.type, placement.postcode, placement.home_urn)
    assert {("RNE", "Q"): 1, ("LS", "C9"): 1, ("PLACE", "K9"): 1, ("PLACE_PROVIDER", "PR9"): 1,
            ("REC", "E99"): 1, ("REASON_PLACE_CHANGE", "NOPE"): 1,
            ("PL_POST", "(no postcode's form)"): 1} == table.unmapped


def test_an_end_before_its_start_is_carried_and_counted(read: Read) -> None:
    """The council says that it ended; when is anyone's guess."""
    table = read("missing", "51,27/03/2008,M,05/01/2018,04/01/2018")
    (said,) = table.statements

    assert isinstance(said, MissingEpisodeRecorded)
    assert (day("2018-01-04"), span("2018-01-05")) == (said.found, said.occurred)
    assert {("MIS_END", "(ends before it starts)"): 1} == table.unmapped


@pytest.mark.parametrize(("row", "expected"), [
    (",27/03/2008,M,05/01/2018,", ("CHILD", None, "no value")),
    ("51,27/03/2008,M,,", ("MIS_START", None, "no value")),
    ("51,27/03/2008,M,2018-01-05,", ("MIS_START", "2018-01-05", "not a time")),
])
def test_a_row_without_a_child_or_a_start_is_rejected(
        read: Read, row: str, expected: tuple[str, str | None, str]) -> None:
    """Dates are dd/mm/yyyy and nothing else."""
    (said,) = read("missing", row).rows

    assert said.rejected is not None
    assert expected == (said.rejected.column, said.rejected.value, said.rejected.reason)


@pytest.mark.parametrize("name", sorted(
    LAYOUTS.keys() - {"header", "episodes", "missing", "reviews"}))
def test_files_that_carry_nothing_modelled_are_skipped_with_a_count(
        read: Read, name: str) -> None:
    """They are recognised, so nobody is told that they are strange."""
    table = read(name, "51" + "," * (len(LAYOUTS[name]) - 1))

    assert (name, ["nothing here that Concord models"], []) == (
        table.name, [row.skipped for row in table.rows], table.statements)


def test_a_file_is_known_by_its_columns(read: Read) -> None:
    """Returns come as SSDA903_2020_missing.csv and in many other names."""
    table = read("missing", "51,27/03/2008,M,05/01/2018,", file="SSDA903_2020_misper.csv")

    assert "missing" == table.name
