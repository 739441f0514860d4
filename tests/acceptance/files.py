"""Rows of agencies' files written from keyword arguments, as docs/formats.md describes them.

A cell that starts with "@" is a moment near Tuesday 3 March 2026: "@21:20" that evening in UTC,
"@+1 03:00" the next morning, "@-30" a date alone, thirty days before.
"""
import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

DAY = date(2026, 3, 3)

COLUMNS = {
    "nominals": "nominal_id given_name surname former_surname date_of_birth gender ethnicity "
                "home_address home_postcode phone nhs_number pnc_id updated_at",
    "incidents": "incident_ref nominal_id reported_at caller_type caller_urn opening_category "
                 "closing_category grade_initial grade_final grade_changed_at "
                 "grade_change_reason deployed_at attended_at child_seen_at "
                 "supervisor_reviewed_at closed_at location_postcode updated_at",
    "missing": "missing_ref incident_ref nominal_id reported_at last_seen_at missing_from "
               "placement_urn classification risk_initial risk_final looked_after found_at "
               "returned_at prevention_interview_at updated_at",
    "ppn": "ppn_ref incident_ref nominal_id created_at shared_with_csc_at concern_types "
           "risk_grade child_spoken_to demeanour_recorded updated_at",
    "markers": "marker_ref nominal_id marker set_at cleared_at reviewed_at updated_at",
    "risk_links": "link_ref child_nominal_id subject_nominal_id subject_category relationship "
                  "address_line address_postcode from_date to_date updated_at",
    "residents": "resident_ref given_name surname preferred_name date_of_birth sex nhs_number "
                 "placing_authority la_child_id home_urn home_postcode admitted_on left_on "
                 "legal_status updated_at",
    "absences": "absence_ref resident_ref category noticed_at last_seen_at risk "
                "reported_to_police_at police_log_number reported_to_authority_at returned_at "
                "child_spoken_to_at return_interview_at updated_at",
    "notifications": "notification_ref resident_ref occurred_at kind notified_ofsted_at "
                     "notified_authority_at updated_at",
    "ssd_person": "pers_person_id pers_forename pers_surname pers_sex pers_gender "
                  "pers_ethnicity pers_dob pers_common_child_id pers_legacy_id "
                  "pers_upn_unknown pers_send_flag pers_expected_dob pers_death_date "
                  "pers_is_mother pers_nationality",
    "ssd_linked_identifiers": "link_table_id link_person_id link_identifier_type "
                              "link_identifier_value link_valid_from_date link_valid_to_date",
    "ssd_missing": "miss_table_id miss_person_id miss_missing_episode_start_date "
                   "miss_missing_episode_type miss_missing_episode_end_date "
                   "miss_missing_rhi_offered miss_missing_rhi_accepted",
    "ssd_contacts": "cont_contact_id cont_person_id cont_contact_date cont_contact_source_code "
                    "cont_contact_source_desc cont_contact_outcome_json",
    "ssd_cin_episodes": "cine_referral_id cine_person_id cine_referral_date "
                        "cine_cin_primary_need_code cine_referral_source_code "
                        "cine_referral_source_desc cine_referral_outcome_json "
                        "cine_referral_nfa cine_close_reason cine_close_date "
                        "cine_referral_team cine_referral_worker_id",
    "ssd_cin_assessments": "cina_assessment_id cina_person_id cina_referral_id "
                           "cina_assessment_start_date cina_assessment_child_seen "
                           "cina_assessment_auth_date cina_assessment_outcome_json "
                           "cina_assessment_outcome_nfa cina_assessment_team "
                           "cina_assessment_worker_id",
    "ssd_assessment_factors": "cinf_table_id cinf_assessment_id cinf_assessment_factors_json",
    "ssd_s47_enquiry": "s47e_s47_enquiry_id s47e_referral_id s47e_person_id "
                       "s47e_s47_start_date s47e_s47_end_date s47e_s47_nfa "
                       "s47e_s47_outcome_json s47e_s47_completed_by_worker_id "
                       "s47e_s47_completed_by_team",
    "ssd_cin_plans": "cinp_cin_plan_id cinp_referral_id cinp_person_id cinp_cin_plan_start_date "
                     "cinp_cin_plan_end_date cinp_cin_plan_team cinp_cin_plan_worker_id",
    "ssd_cin_visits": "cinv_cin_visit_id cinv_person_id cinv_cin_visit_date cinv_cin_visit_seen "
                      "cinv_cin_visit_seen_alone cinv_cin_visit_bedroom",
    "ssd_cp_plans": "cppl_cp_plan_id cppl_referral_id cppl_icpc_id cppl_person_id "
                    "cppl_cp_plan_start_date cppl_cp_plan_end_date "
                    "cppl_cp_plan_initial_category cppl_cp_plan_ola "
                    "cppl_cp_plan_latest_category",
    "ssd_cp_visits": "cppv_cp_visit_id cppv_person_id cppv_cp_plan_id cppv_cp_visit_date "
                     "cppv_cp_visit_seen cppv_cp_visit_seen_alone cppv_cp_visit_bedroom",
    "ssd_cla_episodes": "clae_cla_episode_id clae_person_id clae_cla_episode_start_date "
                        "clae_cla_episode_start_reason clae_cla_primary_need_code "
                        "clae_cla_episode_ceased_date clae_cla_episode_ceased_reason "
                        "clae_cla_id clae_referral_id clae_cla_placement_id "
                        "clae_entered_care_date clae_cla_last_iro_contact_date",
    "ssd_cla_placement": "clap_cla_placement_id clap_cla_placement_start_date "
                         "clap_cla_placement_type clap_cla_placement_urn "
                         "clap_cla_placement_distance clap_cla_id clap_cla_placement_provider "
                         "clap_cla_placement_postcode clap_cla_placement_end_date "
                         "clap_cla_placement_change_reason clap_person_id",
    "header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE "
                "HOME_POST PL_POST URN",
    "missing_903": "CHILD DOB MISSING MIS_START MIS_END",
}
CENSUS = "census"
FILE_OF = {"missing_903": "missing"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one file; what it does not name is empty, and `updated_at` the extract's time."""

    table: str
    cells: dict[str, str]


def moment(text: str) -> datetime:
    """When "@21:20", "@+1 03:00", "@-30" or an ISO time is."""
    if not text.startswith("@"):
        return datetime.fromisoformat(text)
    days, _, clock = text[1:].rpartition(" ") if ":" in text else (text[1:], "", "00:00")
    return datetime.combine(DAY + timedelta(int(days or 0)), time.fromisoformat(clock), UTC)


def cell(text: str) -> str:
    """A cell as the file holds it."""
    if not text.startswith("@"):
        return text
    return f"{moment(text):%Y-%m-%dT%H:%M:%SZ}" if ":" in text else f"{moment(text):%Y-%m-%d}"


def row(table: str, defaults: dict[str, str], more: dict[str, str]) -> Row:
    """A row whose cells are the defaults, and whatever this case says otherwise."""
    return Row(table, {name: cell(value) for name, value in {**defaults, **more}.items()})


def write(folder: Path, rows: list[Row], tables: set[str], extracted_at: datetime) -> None:
    """Write the rows, and an empty file for every further table, into the folder."""
    for each in rows:
        if each.table == CENSUS:
            (folder / "census.xml").write_text(each.cells[CENSUS], encoding="utf-8")
    for table in (tables | {each.table for each in rows}) - {CENSUS}:
        mine = [each.cells for each in rows if each.table == table]
        columns = COLUMNS[table].split()
        columns += sorted({name for cells in mine for name in cells} - set(columns))
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        for cells in mine:
            updated = {"updated_at": extracted_at.isoformat()} if "updated_at" in columns else {}
            writer.writerow({**updated, **cells})
        (folder / f"{FILE_OF.get(table, table)}.csv").write_text(text.getvalue())


def nominal(ref: str = "N1", **more: str) -> Row:
    """The police's Kayleigh."""
    return row("nominals", {
        "nominal_id": ref, "given_name": "Kayleigh", "surname": "Thornton",
        "date_of_birth": "2011-05-14", "gender": "Female"}, more)


def incident(ref: str = "INC1", **more: str) -> Row:
    """A call about her at 21:30, which no rule on grades asks anything of."""
    return row("incidents", {
        "incident_ref": ref, "nominal_id": "N1", "reported_at": "@21:30",
        "caller_type": "care_home", "opening_category": "Concern for safety",
        "grade_initial": "Resolution without deployment",
        "grade_final": "Resolution without deployment"}, more)


def report(ref: str = "MP1", **more: str) -> Row:
    """A police missing report of that evening."""
    return row("missing", {
        "missing_ref": ref, "nominal_id": "N1", "reported_at": "@21:30",
        "last_seen_at": "@20:30", "missing_from": "care_home", "classification": "Missing"}, more)


def notice(ref: str = "PPN1", **more: str) -> Row:
    """A public protection notice of noon."""
    return row("ppn", {
        "ppn_ref": ref, "nominal_id": "N1", "created_at": "@12:00", "concern_types": "neglect",
        "risk_grade": "Medium", "child_spoken_to": "Y", "demeanour_recorded": "Y"}, more)


def marker(kind: str = "child_sexual_exploitation", **more: str) -> Row:
    """A warning marker, set two months ago, and written then."""
    written = more.get("cleared_at") or more.get("reviewed_at") or more.get("set_at", "@-60")
    return row("markers", {"marker_ref": "MK1", "nominal_id": "N1", "marker": kind,
                           "set_at": "@-60", "updated_at": written}, more)


def link(ref: str = "RL1", **more: str) -> Row:
    """A person posing risk, a link from whom to the child is live and may be told."""
    return row("risk_links", {
        "link_ref": ref, "child_nominal_id": "N1", "subject_nominal_id": "N9",
        "subject_category": "registered_sex_offender", "relationship": "mother's partner",
        "address_line": "2 Station Road", "address_postcode": "YO61 9XY",
        "from_date": "@-10", "handling_code": "P"}, more)


def resident(ref: str = "R1", **more: str) -> Row:
    """The home's Kayleigh."""
    return row("residents", {
        "resident_ref": ref, "given_name": "Kayleigh", "surname": "Thornton",
        "date_of_birth": "2011-05-14", "sex": "F", "placing_authority": "815",
        "la_child_id": "C1", "home_urn": "SC012345", "home_postcode": "YO61 3QQ",
        "admitted_on": "2025-09-01", "legal_status": "C2"}, more)


def absence(ref: str = "A1", **more: str) -> Row:
    """Missing from the home since 20:30, noticed 21:20, police told 21:25."""
    return row("absences", {
        "absence_ref": ref, "resident_ref": "R1", "category": "missing",
        "noticed_at": "@21:20", "last_seen_at": "@20:30", "reported_to_police_at": "@21:25",
        "reported_to_authority_at": "@21:28"}, more)


def notification(ref: str = "NT1", **more: str) -> Row:
    """A regulation 40 notification of a month ago."""
    return row("notifications", {
        "notification_ref": ref, "resident_ref": "R1", "occurred_at": "@-30 12:00",
        "kind": "child_sexual_exploitation", "notified_authority_at": "@-30 13:00"}, more)


def person(ref: str = "C1", **more: str) -> Row:
    """The council's Kayleigh."""
    return row("ssd_person", {
        "pers_person_id": ref, "pers_forename": "Kayleigh", "pers_surname": "Thornton",
        "pers_sex": "F", "pers_dob": "2011-05-14"}, more)


def identifier(value: str, ref: str = "LI1", **more: str) -> Row:
    """A further number of the council's child, an NHS number unless said otherwise."""
    return row("ssd_linked_identifiers", {
        "link_table_id": ref, "link_person_id": "C1", "link_identifier_type": "NHS Number",
        "link_identifier_value": value, "link_valid_from_date": "2020-01-01"}, more)


def episode(ref: str = "MS1", **more: str) -> Row:
    """The council's missing episode of that day."""
    return row("ssd_missing", {
        "miss_table_id": ref, "miss_person_id": "C1", "miss_missing_episode_start_date": "@0",
        "miss_missing_episode_type": "M"}, more)


def contact(ref: str = "CT1", **more: str) -> Row:
    """A contact from the police at the council."""
    return row("ssd_contacts", {
        "cont_contact_id": ref, "cont_person_id": "C1", "cont_contact_date": "@+1",
        "cont_contact_source_code": "6"}, more)


def referral(ref: str = "REF1", **more: str) -> Row:
    """A referral of that day, about neglect, with no outcome yet."""
    return row("ssd_cin_episodes", {
        "cine_referral_id": ref, "cine_person_id": "C1", "cine_referral_date": "@0",
        "cine_cin_primary_need_code": "N1", "cine_referral_source_code": "6"}, more)


def assessment(ref: str = "AS1", **more: str) -> Row:
    """An assessment that has begun."""
    return row("ssd_cin_assessments", {
        "cina_assessment_id": ref, "cina_person_id": "C1", "cina_referral_id": "REF1",
        "cina_assessment_start_date": "@+1"}, more)


def factors(codes: str, ref: str = "F1", of: str = "AS1") -> Row:
    """The factors an assessment found, as a JSON list."""
    return row("ssd_assessment_factors", {
        "cinf_table_id": ref, "cinf_assessment_id": of, "cinf_assessment_factors_json": codes}, {})


def enquiry(ref: str = "S47", **more: str) -> Row:
    """A section 47 enquiry begun that day."""
    return row("ssd_s47_enquiry", {
        "s47e_s47_enquiry_id": ref, "s47e_referral_id": "REF1", "s47e_person_id": "C1",
        "s47e_s47_start_date": "@0"}, more)


def protection_plan(ref: str = "CP1", **more: str) -> Row:
    """A child protection plan for neglect, live since the new year."""
    return row("ssd_cp_plans", {
        "cppl_cp_plan_id": ref, "cppl_person_id": "C1", "cppl_cp_plan_start_date": "2026-01-05",
        "cppl_cp_plan_initial_category": "NEG", "cppl_cp_plan_latest_category": "NEG"}, more)


def protection_visit(day: str, ref: str = "CV1", **more: str) -> Row:
    """A visit under the child protection plan, the child seen."""
    return row("ssd_cp_visits", {
        "cppv_cp_visit_id": ref, "cppv_person_id": "C1", "cppv_cp_plan_id": "CP1",
        "cppv_cp_visit_date": day, "cppv_cp_visit_seen": "Y"}, more)


def need_visit(day: str, ref: str = "CI1", **more: str) -> Row:
    """A visit to a child in need, the child seen."""
    return row("ssd_cin_visits", {
        "cinv_cin_visit_id": ref, "cinv_person_id": "C1", "cinv_cin_visit_date": day,
        "cinv_cin_visit_seen": "Y"}, more)


def care(**more: str) -> Row:
    """An episode of being looked after since September."""
    return row("ssd_cla_episodes", {
        "clae_cla_episode_id": "E1", "clae_person_id": "C1",
        "clae_cla_episode_start_date": "2025-09-01", "clae_cla_episode_start_reason": "S",
        "clae_cla_id": "K1", "clae_cla_placement_id": "PL1",
        "clae_entered_care_date": "2025-09-01"}, more)


def placement(ref: str = "PL1", **more: str) -> Row:
    """The council's placement of her at Riverside."""
    return row("ssd_cla_placement", {
        "clap_cla_placement_id": ref, "clap_cla_placement_start_date": "2025-09-01",
        "clap_cla_placement_type": "K2", "clap_cla_placement_urn": "SC012345",
        "clap_cla_id": "K1", "clap_cla_placement_provider": "PR4",
        "clap_cla_placement_postcode": "YO61 3QQ", "clap_person_id": "C1"}, more)


def header_903(**more: str) -> Row:
    """Her line in the SSDA903 header."""
    return row("header", {"CHILD": "C1", "SEX": "2", "DOB": "14/05/2011", "ETHNIC": "WBRI"}, more)


def missing_903(**more: str) -> Row:
    """Her line in the SSDA903's missing file."""
    return row("missing_903", {"CHILD": "C1", "DOB": "14/05/2011", "MISSING": "M",
                               "MIS_START": "03/03/2026"}, more)


def census(details: str, *, at: str = "@-1 18:00", child: str = "C1", born: str = "2011-05-14",
           upn: str = "") -> Row:
    """A children in need census with her alone, and these CINdetails, extracted at this time."""
    number = f"<UPN>{upn}</UPN>" if upn else "<UPNunknown>UN2</UPNunknown>"
    return Row(CENSUS, {CENSUS: f"""<?xml version="1.0" encoding="UTF-8"?>
<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year>
<ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>815</LEA><SoftwareCode>x</SoftwareCode>
<Release>1.0</Release><SerialNo>001</SerialNo><DateTime>{moment(at):%Y-%m-%dT%H:%M:%S}</DateTime>
</Source></Header><Children><Child><ChildIdentifiers><LAchildID>{child}</LAchildID>{number}
<PersonBirthDate>{born}</PersonBirthDate><Sex>F</Sex></ChildIdentifiers>
<CINdetails><CINreferralDate>2026-01-05</CINreferralDate><ReferralSource>6</ReferralSource>
<PrimaryNeedCode>N1</PrimaryNeedCode>{details}<ReferralNFA>0</ReferralNFA></CINdetails>
</Child></Children></Message>"""})


def episode_903(**more: str) -> Row:
    """Her placement at Riverside in the SSDA903."""
    return row("episodes", {
        "CHILD": "C1", "DECOM": "01/09/2025", "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "K2",
        "PLACE_PROVIDER": "PR4", "HOME_POST": "YO61 1XA", "PL_POST": "YO61 3QQ",
        "URN": "SC012345"}, more)
