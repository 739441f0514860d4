"""Police and home files have exactly the columns that were agreed, in whatever order."""
import pytest

from broker.sdk.manifest import read_manifest

# As agreed with the agencies; "+" marks an optional column.
POLICE = {
    "nominals": "nominal_id, given_name, surname, former_surname, date_of_birth, gender, "
    "ethnicity, home_address, home_postcode, phone, nhs_number, pnc_id, +address_protected, "
    "updated_at, +state",
    "incidents": "incident_ref, nominal_id, +role, reported_at, caller_type, caller_urn, "
    "opening_category, closing_category, grade_initial, grade_final, grade_changed_at, "
    "grade_change_reason, +allocated_at, deployed_at, attended_at, child_seen_at, "
    "supervisor_reviewed_at, closed_at, location_postcode, updated_at, +state",
    "missing": "missing_ref, incident_ref, nominal_id, reported_at, last_seen_at, missing_from, "
    "placement_urn, classification, risk_initial, risk_final, +risk_changed_at, looked_after, "
    "found_at, returned_at, +found_postcode, prevention_interview_at, updated_at, +state",
    "ppn": "ppn_ref, incident_ref, nominal_id, created_at, shared_with_csc_at, "
    "+triage_outcome, +not_shared_reason, concern_types, risk_grade, child_spoken_to, "
    "demeanour_recorded, +alleged_source, +alleged_urn, +handling_code, +handling_conditions, "
    "updated_at, +state",
    "markers": "marker_ref, nominal_id, marker, set_at, cleared_at, reviewed_at, "
    "+handling_code, updated_at, +state",
    "risk_links": "link_ref, child_nominal_id, subject_nominal_id, subject_category, "
    "relationship, address_line, address_postcode, from_date, to_date, +disclosed_to, "
    "+disclosed_at, +withheld_reason, +review_due, +handling_code, +handling_conditions, "
    "updated_at, +state",
}
HOME = {
    "residents": "resident_ref, given_name, surname, preferred_name, date_of_birth, sex, "
    "nhs_number, placing_authority, la_child_id, home_urn, home_postcode, admitted_on, left_on, "
    "legal_status, updated_at, +state",
    "absences": "absence_ref, resident_ref, category, noticed_at, last_seen_at, risk, "
    "reported_to_police_at, police_log_number, reported_to_authority_at, returned_at, "
    "child_spoken_to_at, return_interview_at, +return_interview_by, updated_at, +state",
    "notifications": "notification_ref, resident_ref, occurred_at, kind, notified_ofsted_at, "
    "notified_authority_at, +alleged_source, updated_at, +state",
}


@pytest.mark.parametrize(("package", "agreed"), [
    ("adapters.police", POLICE), ("adapters.care_home", HOME)])
def test_columns(package: str, agreed: dict[str, str]) -> None:
    """Every agreed file with every agreed column, required or optional as agreed."""
    found = {name: (set(table.layout.required), set(table.layout.optional))
             for name, table in read_manifest(package).tables.items()}

    assert {name: ({each for each in columns.split(", ") if each[0] != "+"},
                   {each[1:] for each in columns.split(", ") if each[0] == "+"})
            for name, columns in agreed.items()} == found
