"""Every table of the Standard Safeguarding Dataset says exactly what its row says."""
import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.social_care.adapter import SocialCare
from adapters.social_care.words import MANIFEST
from broker.event.agency import Agency
from broker.event.care import (
    CarePeriodRecorded,
    PlacementRecorded,
    PlanRecorded,
    ReviewRecorded,
    VisitRecorded,
)
from broker.event.concern import (
    AssessmentRecorded,
    CategoryWord,
    ConferenceRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.digest import NIL
from broker.event.envelope import Moment, Occurred, Reference, Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.sdk.conformance import TableResult, read_files
from broker.vocabulary import words as w
from broker.vocabulary.words import State, System

COUNCIL = Agency("council", w.AgencyKind.SOCIAL_CARE, "Eskbeck", authority_code="815")
TAKEN = datetime(2026, 2, 1, 6, tzinfo=UTC)

Read = Callable[..., dict[str, TableResult]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write tables (name: rows as dicts) with every column of the layout, and read them."""
    def reading(**tables: list[dict[str, str]]) -> dict[str, TableResult]:
        files = []
        for name, rows in tables.items():
            layout = MANIFEST.tables[name].layout
            path = tmp_path / f"{name}.csv"
            with path.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(
                    stream, [*layout.required, *layout.optional, *layout.ignored])
                writer.writeheader()
                writer.writerows(rows)
            files.append(path)
        found = read_files(SocialCare(), COUNCIL, files, extracted_at=TAKEN)
        return {table.name: table for table in found.tables}
    return reading


def envelope(record: str, subject: str = "7", **rest: Any) -> dict[str, Any]:
    """What every statement of these tests has in common."""
    return {"event_id": NIL, "agency": "council", "system": System.SSD, "record": record,
            "subject": subject, "recorded_at": TAKEN, "state": State.CURRENT, **rest}


def day(text: str) -> Moment:
    """A winter day (London is on UTC) as the day it is."""
    return Moment(at=datetime.fromisoformat(f"{text}T00:00+00:00"), precision=w.Precision.DAY)


def span(start: str, end: str | None = None) -> Occurred:
    """The days of a record."""
    return Occurred(start=day(start).at, end=day(end).at if end else None,
                    precision=w.Precision.DAY)


def reference(scheme: str, value: str) -> Reference:
    """A number that a row names."""
    return Reference(scheme=scheme, value=value)


PERSON = {"pers_person_id": "7", "pers_forename": "Amber", "pers_surname": "Thistlewood",
          "pers_sex": "F", "pers_ethnicity": "WBRI", "pers_dob": "2011-04-03",
          "pers_common_child_id": "9000001013"}
CARE = {"clae_cla_episode_id": "E1", "clae_person_id": "7", "clae_cla_id": "K1",
        "clae_cla_episode_start_date": "2025-12-01", "clae_cla_episode_start_reason": "S",
        "clae_cla_episode_ceased_date": "2026-01-26", "clae_cla_episode_ceased_reason": "E4A",
        "clae_cla_placement_id": "PL1", "clae_referral_id": "R1"}
ASSESSMENT = {"cina_assessment_id": "AS1", "cina_person_id": "7", "cina_referral_id": "R1",
              "cina_assessment_start_date": "2026-01-14", "cina_assessment_child_seen": "Yes",
              "cina_assessment_auth_date": "2026-01-28",
              "cina_assessment_outcome_json": '{"NFA_FLAG": "Y"}'}

ROWS: list[tuple[str, dict[str, str], Statement]] = [
    ("ssd_person", PERSON, PersonRecorded(
        **envelope("7"), nhs_number="9000001013",
        identifiers=(Identifier(scheme="la:815", value="7"),),
        names=(Name(given="Amber", family="Thistlewood"),), birth_date=date(2011, 4, 3),
        birth_date_precision=w.BirthDatePrecision.EXACT, sex=w.Sex.FEMALE, sex_word="F",
        ethnicity="WBRI")),
    ("ssd_address", {
        "addr_table_id": "A1", "addr_person_id": "7", "addr_address_type": "Home",
        "addr_address_json": '{"HOUSE": 4, "STREET": "Larkmoor Row", "TOWN": "Eskbeck", '
                             '"UPRN": "10001"}',
        "addr_address_postcode": "yo611xa", "addr_address_start_date": "2019-06-01",
        "addr_address_end_date": "2025-11-30"},
     PersonRecorded(**envelope("A1"), addresses=(Address(
         postcode="yo611xa", line="4, Larkmoor Row, Eskbeck", kind=w.AddressKind.HOME,
         valid_from=date(2019, 6, 1), valid_to=date(2025, 11, 30)),))),
    ("ssd_linked_identifiers", {
        "link_table_id": "L1", "link_person_id": "7",
        "link_identifier_type": "Unique pupil number", "link_identifier_value": "W815200014001",
        "link_valid_from_date": "2015-09-01", "link_valid_to_date": "2022-07-31"},
     PersonRecorded(**envelope("L1"), identifiers=(Identifier(
         scheme="upn", value="W815200014001", valid_from=date(2015, 9, 1),
         valid_to=date(2022, 7, 31)),))),
    ("ssd_contacts", {
        "cont_contact_id": "C1", "cont_person_id": "7", "cont_contact_date": "2026-01-12",
        "cont_contact_source_code": "6", "cont_contact_source_desc": "Police",
        "cont_contact_outcome_json": '{"OUTCOME_NFA_FLAG": "Y", "OUTCOME_ADVICE_FLAG": "Y", '
                                     '"OUTCOME_CP_ENQUIRY_FLAG": "N", "COMMENTS": "Y"}'},
     ReferralRecorded(
         **envelope("C1"), occurred=span("2026-01-12"), kind=w.ReferralKind.CONTACT,
         received=day("2026-01-12"), source="6", source_word="Police",
         decision=w.ReferralDecision.ADVICE, decision_word="ADVICE; NFA")),
    ("ssd_cin_episodes", {
        "cine_referral_id": "R1", "cine_person_id": "7", "cine_referral_date": "2026-01-13",
        "cine_cin_primary_need_code": "N1", "cine_referral_source_code": "6",
        "cine_referral_outcome_json": '{"SINGLE_ASSESSMENT_FLAG": "Y", "NFA_FLAG": ""}',
        "cine_referral_nfa": "N", "cine_close_date": "2026-01-30", "cine_close_reason": "RC8"},
     ReferralRecorded(
         **envelope("R1"), occurred=span("2026-01-13", "2026-01-30"),
         kind=w.ReferralKind.REFERRAL, received=day("2026-01-13"), source="6",
         decision=w.ReferralDecision.ASSESSMENT, decision_word="SINGLE_ASSESSMENT",
         primary_need="N1", closed=day("2026-01-30"), close_reason="RC8")),
    ("ssd_cin_assessments", ASSESSMENT, AssessmentRecorded(
        **envelope("AS1"), occurred=span("2026-01-14", "2026-01-28"),
        basis=w.Basis.ASSESSMENT, references=(reference("referral", "R1"),),
        started=day("2026-01-14"), authorised=day("2026-01-28"), child_seen=True,
        no_further_action=True)),
    ("ssd_s47_enquiry", {
        "s47e_s47_enquiry_id": "S1", "s47e_referral_id": "R1", "s47e_person_id": "7",
        "s47e_s47_start_date": "2026-01-15", "s47e_s47_end_date": "2026-01-22",
        "s47e_s47_nfa": "N",
        "s47e_s47_outcome_json": '{"OUTCOME_CP_CONFERENCE_FLAG": "Y", "OUTCOME_NFA_FLAG": "N"}'},
     EnquiryRecorded(
         **envelope("S1"), occurred=span("2026-01-15", "2026-01-22"),
         references=(reference("referral", "R1"),), strategy_discussion=day("2026-01-15"),
         started=day("2026-01-15"), ended=day("2026-01-22"),
         outcome=w.EnquiryOutcome.CONFERENCE, outcome_word="CP_CONFERENCE")),
    ("ssd_initial_cp_conference", {
        "icpc_icpc_id": "I1", "icpc_s47_enquiry_id": "S1", "icpc_person_id": "7",
        "icpc_cp_plan_id": "P1", "icpc_referral_id": "R1", "icpc_icpc_transfer_in": "N",
        "icpc_icpc_target_date": "2026-02-05", "icpc_icpc_date": "2026-01-29",
        "icpc_icpc_outcome_cp_flag": "Y", "icpc_icpc_outcome_json": '{"OUTCOME_CP_FLAG": "Y"}'},
     ConferenceRecorded(
         **envelope("I1"), occurred=span("2026-01-29"),
         references=(reference("enquiry", "S1"), reference("plan", "P1"),
                     reference("referral", "R1")),
         kind=w.ConferenceKind.INITIAL, target=day("2026-02-05"), held=day("2026-01-29"),
         outcome=w.ConferenceOutcome.CP_PLAN, outcome_word="CP", transfer_in=False)),
    ("ssd_cp_plans", {
        "cppl_cp_plan_id": "P1", "cppl_referral_id": "R1", "cppl_icpc_id": "I1",
        "cppl_person_id": "7", "cppl_cp_plan_start_date": "2026-01-29",
        "cppl_cp_plan_initial_category": "NEG", "cppl_cp_plan_latest_category": "Sexual Abuse"},
     PlanRecorded(
         **envelope("P1"), occurred=span("2026-01-29"),
         references=(reference("referral", "R1"), reference("conference", "I1")),
         kind=w.PlanKind.CP, category_first=w.AbuseCategory.NEG, category_first_word="NEG",
         category_now=w.AbuseCategory.SAB, category_now_word="Sexual Abuse",
         start=day("2026-01-29"))),
    ("ssd_cp_reviews", {
        "cppr_cp_review_id": "V1", "cppr_person_id": "7", "cppr_cp_plan_id": "P1",
        "cppr_cp_review_due": "2026-04-20", "cppr_cp_review_date": "2026-01-19",
        "cppr_cp_review_participation": "PN6"},
     ReviewRecorded(
         **envelope("V1"), occurred=span("2026-01-19"), references=(reference("plan", "P1"),),
         kind=w.ReviewKind.CP_REVIEW, due=Moment(
             at=datetime(2026, 4, 19, 23, tzinfo=UTC), precision=w.Precision.DAY),
         held=day("2026-01-19"), took_part=False, participation_word="PN6")),
    ("ssd_cp_visits", {
        "cppv_cp_visit_id": "CV1", "cppv_person_id": "7", "cppv_cp_plan_id": "P1",
        "cppv_cp_visit_date": "2026-01-31", "cppv_cp_visit_seen": "Y",
        "cppv_cp_visit_seen_alone": "N"},
     VisitRecorded(
         **envelope("CV1"), occurred=span("2026-01-31"), references=(reference("plan", "P1"),),
         kind=w.VisitKind.CP_VISIT, visited=day("2026-01-31"), seen=True, seen_alone=False)),
    ("ssd_cin_plans", {
        "cinp_cin_plan_id": "CP1", "cinp_referral_id": "R1", "cinp_person_id": "7",
        "cinp_cin_plan_start_date": "2025-11-03", "cinp_cin_plan_end_date": "2025-12-12"},
     PlanRecorded(
         **envelope("CP1"), occurred=span("2025-11-03", "2025-12-12"),
         references=(reference("referral", "R1"),), kind=w.PlanKind.CIN,
         start=day("2025-11-03"), end=day("2025-12-12"))),
    ("ssd_cin_visits", {
        "cinv_cin_visit_id": "CI1", "cinv_person_id": "7", "cinv_cin_visit_date": "2025-11-05",
        "cinv_cin_visit_seen": "N", "cinv_cin_visit_seen_alone": "NA"},
     VisitRecorded(**envelope("CI1"), occurred=span("2025-11-05"), kind=w.VisitKind.CIN_VISIT,
                   visited=day("2025-11-05"), seen=False)),
    ("ssd_cla_episodes", CARE, CarePeriodRecorded(
        **envelope("E1"), occurred=span("2025-12-01", "2026-01-26"),
        references=(reference("care_episode", "K1"), reference("placement", "PL1"),
                    reference("referral", "R1")),
        start=day("2025-12-01"), start_reason="S", end=day("2026-01-26"), end_reason="E4A",
        placing_authority="815")),
    ("ssd_legal_status", {
        "lega_legal_status_id": "LS1", "lega_person_id": "7",
        "lega_legal_status": "C2 - Full care order",
        "lega_legal_status_start_date": "2025-12-01"},
     CarePeriodRecorded(
         **envelope("LS1"), occurred=span("2025-12-01"), legal_status=w.LegalStatus.C2,
         legal_status_word="C2 - Full care order", start=day("2025-12-01"),
         placing_authority="815")),
    ("ssd_cla_visits", {
        "clav_cla_visit_id": "LV1", "clav_cla_id": "K1", "clav_person_id": "7",
        "clav_cla_visit_date": "2025-12-08", "clav_cla_visit_seen": "Y",
        "clav_cla_visit_seen_alone": "Y"},
     VisitRecorded(
         **envelope("LV1"), occurred=span("2025-12-08"),
         references=(reference("care_episode", "K1"),), kind=w.VisitKind.LOOKED_AFTER_VISIT,
         visited=day("2025-12-08"), seen=True, seen_alone=True)),
    ("ssd_missing", {
        "miss_table_id": "MS1", "miss_person_id": "7",
        "miss_missing_episode_start_date": "2026-01-05", "miss_missing_episode_type": "M",
        "miss_missing_episode_end_date": "2026-01-06", "miss_missing_rhi_offered": "Y",
        "miss_missing_rhi_accepted": "NA"},
     MissingEpisodeRecorded(
         **envelope("MS1"), occurred=span("2026-01-05", "2026-01-06"),
         classification=w.Whereabouts.MISSING, classification_word="M",
         last_seen=day("2026-01-05"), found=day("2026-01-06"), return_interview_offered=True)),
]


@pytest.mark.parametrize(("table", "row", "expected"), ROWS, ids=[each[0] for each in ROWS])
def test_a_row_says_exactly_this(
        read: Read, table: str, row: dict[str, str], expected: Statement) -> None:
    """Every mapped column of the table stands in the statement, and nothing else."""
    result = read(**{table: [row]})[table]

    assert [expected] == result.statements
    assert ({}, []) == (result.unmapped, result.unexpected)


def test_factors_belong_to_the_child_of_their_assessment(read: Read) -> None:
    """The table has no person: the assessment's number leads to one, whatever file came first."""
    row = {"cinf_table_id": "F1", "cinf_assessment_id": "AS1",
           "cinf_assessment_factors_json": json.dumps(["19B", "10A", "21", "ZZ"])}

    result = read(ssd_assessment_factors=[row], ssd_cin_assessments=[ASSESSMENT])

    assert [AssessmentRecorded(
        **envelope("F1"), basis=w.Basis.ASSESSMENT,
        references=(reference("assessment", "AS1"),),
        factors=(CategoryWord(category=w.ConcernCategory.MISSING, word="10A"),
                 CategoryWord(category=w.ConcernCategory.SEXUAL_ABUSE, word="19B"),
                 CategoryWord(category=w.ConcernCategory.UNMAPPED, word="ZZ")))
    ] == result["ssd_assessment_factors"].statements
    assert {("cinf_assessment_factors_json", "ZZ"): 1} == result["ssd_assessment_factors"].unmapped


def test_a_placement_without_a_person_finds_it_through_the_care_episode(read: Read) -> None:
    """Older extracts of ssd_cla_placement have no person column filled."""
    row = {"clap_cla_placement_id": "PL1", "clap_cla_placement_start_date": "2025-12-01",
           "clap_cla_placement_type": "K2", "clap_cla_placement_urn": "SC012345",
           "clap_cla_id": "K1", "clap_cla_placement_provider": "PR4",
           "clap_cla_placement_postcode": "YO61 1XB",
           "clap_cla_placement_end_date": "2026-01-26",
           "clap_cla_placement_change_reason": "CARPL"}

    result = read(ssd_cla_placement=[row], ssd_cla_episodes=[CARE])

    assert [PlacementRecorded(
        **envelope("PL1"), occurred=span("2025-12-01", "2026-01-26"),
        references=(reference("care_episode", "K1"),), type=w.PlacementType.K2, type_word="K2",
        provider="PR4", home_urn="SC012345", postcode="YO61 1XB", start=day("2025-12-01"),
        end=day("2026-01-26"), end_reason="CARPL", placing_authority="815")
    ] == result["ssd_cla_placement"].statements


def test_a_review_of_care_was_attended(read: Read) -> None:
    """PN1 to PN4 mean that the child was there."""
    row = {"clar_cla_review_id": "LR1", "clar_cla_id": "K1",
           "clar_cla_review_due_date": "2025-12-29", "clar_cla_review_date": "2025-12-22",
           "clar_cla_review_cancelled": "N", "clar_cla_review_participation": "PN4"}

    result = read(ssd_cla_reviews=[row], ssd_cla_episodes=[CARE])

    assert [ReviewRecorded(
        **envelope("LR1"), occurred=span("2025-12-22"),
        references=(reference("care_episode", "K1"),), kind=w.ReviewKind.LOOKED_AFTER_REVIEW,
        due=day("2025-12-29"), held=day("2025-12-22"), took_part=True, participation_word="PN4")
    ] == result["ssd_cla_reviews"].statements
