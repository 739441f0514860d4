"""The tables each kind of agency drops: file names and columns, word for word."""

from collections.abc import Mapping
from types import MappingProxyType

from broker.world.agencies import AgencyKind

Columns = tuple[str, ...]


def _split(text: str) -> Columns:
    return tuple(column.strip() for column in text.replace("\n", " ").split(",") if column.strip())


_POLICE = {
    "nominals": """nominal_id, given_name, surname, former_surname, date_of_birth, gender,
        ethnicity, home_address, home_postcode, phone, nhs_number, pnc_id, address_protected,
        updated_at""",
    "incidents": """incident_ref, nominal_id, role, reported_at, caller_type, caller_urn,
        opening_category, closing_category, grade_initial, grade_final, grade_changed_at,
        grade_change_reason, allocated_at, deployed_at, attended_at, child_seen_at,
        supervisor_reviewed_at, closed_at, location_postcode, updated_at""",
    "missing": """missing_ref, incident_ref, nominal_id, reported_at, last_seen_at, missing_from,
        placement_urn, classification, risk_initial, risk_final, risk_changed_at, looked_after,
        found_at, returned_at, found_postcode, prevention_interview_at, updated_at""",
    "ppn": """ppn_ref, incident_ref, nominal_id, created_at, shared_with_csc_at, triage_outcome,
        not_shared_reason, concern_types, risk_grade, child_spoken_to, demeanour_recorded,
        alleged_source, alleged_urn, handling_code, handling_conditions, updated_at""",
    "markers": """marker_ref, nominal_id, marker, set_at, cleared_at, reviewed_at, handling_code,
        updated_at""",
    "risk_links": """link_ref, child_nominal_id, subject_nominal_id, subject_category,
        relationship, address_line, address_postcode, from_date, to_date, disclosed_to,
        disclosed_at, withheld_reason, review_due, handling_code, handling_conditions,
        updated_at""",
}

_COUNCIL = {
    "ssd_person": """pers_person_id, pers_forename, pers_surname, pers_sex, pers_gender,
        pers_ethnicity, pers_dob, pers_common_child_id, pers_legacy_id, pers_upn_unknown,
        pers_send_flag, pers_expected_dob, pers_death_date, pers_is_mother, pers_nationality""",
    "ssd_address": """addr_table_id, addr_address_json, addr_person_id, addr_address_type,
        addr_address_start_date, addr_address_end_date, addr_address_postcode""",
    "ssd_linked_identifiers": """link_table_id, link_person_id, link_identifier_type,
        link_identifier_value, link_valid_from_date, link_valid_to_date""",
    "ssd_contacts": """cont_contact_id, cont_person_id, cont_contact_date,
        cont_contact_source_code, cont_contact_source_desc, cont_contact_outcome_json""",
    "ssd_cin_episodes": """cine_referral_id, cine_person_id, cine_referral_date,
        cine_cin_primary_need_code, cine_referral_source_code, cine_referral_source_desc,
        cine_referral_outcome_json, cine_referral_nfa, cine_close_reason, cine_close_date,
        cine_referral_team, cine_referral_worker_id""",
    "ssd_cin_assessments": """cina_assessment_id, cina_person_id, cina_referral_id,
        cina_assessment_start_date, cina_assessment_child_seen, cina_assessment_auth_date,
        cina_assessment_outcome_json, cina_assessment_outcome_nfa, cina_assessment_team,
        cina_assessment_worker_id""",
    "ssd_assessment_factors": """cinf_table_id, cinf_assessment_id,
        cinf_assessment_factors_json""",
    "ssd_s47_enquiry": """s47e_s47_enquiry_id, s47e_referral_id, s47e_person_id,
        s47e_s47_start_date, s47e_s47_end_date, s47e_s47_nfa, s47e_s47_outcome_json,
        s47e_s47_completed_by_worker_id, s47e_s47_completed_by_team""",
    "ssd_initial_cp_conference": """icpc_icpc_id, icpc_icpc_meeting_id, icpc_s47_enquiry_id,
        icpc_person_id, icpc_cp_plan_id, icpc_referral_id, icpc_icpc_transfer_in,
        icpc_icpc_target_date, icpc_icpc_date, icpc_icpc_outcome_cp_flag, icpc_icpc_outcome_json,
        icpc_icpc_team, icpc_icpc_worker_id""",
    "ssd_cp_plans": """cppl_cp_plan_id, cppl_referral_id, cppl_icpc_id, cppl_person_id,
        cppl_cp_plan_start_date, cppl_cp_plan_end_date, cppl_cp_plan_initial_category,
        cppl_cp_plan_ola, cppl_cp_plan_latest_category""",
    "ssd_cp_visits": """cppv_cp_visit_id, cppv_person_id, cppv_cp_plan_id, cppv_cp_visit_date,
        cppv_cp_visit_seen, cppv_cp_visit_seen_alone, cppv_cp_visit_bedroom""",
    "ssd_cp_reviews": """cppr_cp_review_id, cppr_person_id, cppr_cp_plan_id, cppr_cp_review_due,
        cppr_cp_review_date, cppr_cp_review_meeting_id, cppr_cp_review_outcome_continue_cp,
        cppr_cp_review_quorate, cppr_cp_review_participation""",
    "ssd_cin_plans": """cinp_cin_plan_id, cinp_referral_id, cinp_person_id,
        cinp_cin_plan_start_date, cinp_cin_plan_end_date, cinp_cin_plan_team,
        cinp_cin_plan_worker_id""",
    "ssd_cin_visits": """cinv_cin_visit_id, cinv_person_id, cinv_cin_visit_date,
        cinv_cin_visit_seen, cinv_cin_visit_seen_alone, cinv_cin_visit_bedroom""",
    "ssd_cla_episodes": """clae_cla_episode_id, clae_person_id, clae_cla_episode_start_date,
        clae_cla_episode_start_reason, clae_cla_primary_need_code, clae_cla_episode_ceased_date,
        clae_cla_episode_ceased_reason, clae_cla_id, clae_referral_id, clae_cla_placement_id,
        clae_entered_care_date, clae_cla_last_iro_contact_date""",
    "ssd_cla_placement": """clap_cla_placement_id, clap_cla_placement_start_date,
        clap_cla_placement_type, clap_cla_placement_urn, clap_cla_placement_distance,
        clap_cla_id, clap_cla_placement_provider, clap_cla_placement_postcode,
        clap_cla_placement_end_date, clap_cla_placement_change_reason, clap_person_id""",
    "ssd_cla_reviews": """clar_cla_review_id, clar_cla_id, clar_cla_review_due_date,
        clar_cla_review_date, clar_cla_review_cancelled, clar_cla_review_participation""",
    "ssd_cla_visits": """clav_cla_visit_id, clav_cla_id, clav_person_id, clav_cla_visit_date,
        clav_cla_visit_seen, clav_cla_visit_seen_alone""",
    "ssd_legal_status": """lega_legal_status_id, lega_person_id, lega_legal_status,
        lega_legal_status_start_date, lega_legal_status_end_date""",
    "ssd_missing": """miss_table_id, miss_person_id, miss_missing_episode_start_date,
        miss_missing_episode_type, miss_missing_episode_end_date, miss_missing_rhi_offered,
        miss_missing_rhi_accepted""",
}

_HOME = {
    "residents": """resident_ref, given_name, surname, preferred_name, date_of_birth, sex,
        nhs_number, placing_authority, la_child_id, home_urn, home_postcode, admitted_on,
        left_on, legal_status, updated_at""",
    "absences": """absence_ref, resident_ref, category, noticed_at, last_seen_at, risk,
        reported_to_police_at, police_log_number, reported_to_authority_at, returned_at,
        child_spoken_to_at, return_interview_at, return_interview_by, updated_at""",
    "notifications": """notification_ref, resident_ref, occurred_at, kind, notified_ofsted_at,
        notified_authority_at, alleged_source, updated_at""",
}

TABLES: Mapping[AgencyKind, Mapping[str, Columns]] = MappingProxyType(
    {
        kind: MappingProxyType({name: _split(text) for name, text in tables.items()})
        for kind, tables in (
            (AgencyKind.POLICE, _POLICE),
            (AgencyKind.COUNCIL, _COUNCIL),
            (AgencyKind.HOME, _HOME),
        )
    }
)
