"""Lines of agencies' files, typed by hand: a header, and rows that name only what they hold."""
import csv
import io

NOMINALS = ("nominal_id,given_name,surname,former_surname,date_of_birth,gender,ethnicity,"
            "home_address,home_postcode,phone,nhs_number,pnc_id,address_protected,updated_at,"
            "state")
INCIDENTS = ("incident_ref,nominal_id,reported_at,caller_type,caller_urn,opening_category,"
             "closing_category,grade_initial,grade_final,grade_changed_at,grade_change_reason,"
             "deployed_at,attended_at,child_seen_at,supervisor_reviewed_at,closed_at,"
             "location_postcode,updated_at,state")
MISSING = ("missing_ref,incident_ref,nominal_id,reported_at,last_seen_at,missing_from,"
           "placement_urn,classification,risk_initial,risk_final,looked_after,found_at,"
           "returned_at,prevention_interview_at,updated_at,state")
PPN = ("ppn_ref,incident_ref,nominal_id,created_at,shared_with_csc_at,concern_types,risk_grade,"
       "child_spoken_to,demeanour_recorded,alleged_source,alleged_urn,handling_code,"
       "handling_conditions,updated_at,state")
MARKERS = "marker_ref,nominal_id,marker,set_at,cleared_at,reviewed_at,updated_at"
RISK_LINKS = ("link_ref,child_nominal_id,subject_nominal_id,subject_category,relationship,"
              "address_line,address_postcode,from_date,to_date,disclosed_to,disclosed_at,"
              "handling_code,handling_conditions,updated_at")
RESIDENTS = ("resident_ref,given_name,surname,preferred_name,date_of_birth,sex,nhs_number,"
             "placing_authority,la_child_id,home_urn,home_postcode,admitted_on,left_on,"
             "legal_status,updated_at,state")
ABSENCES = ("absence_ref,resident_ref,category,noticed_at,last_seen_at,risk,"
            "reported_to_police_at,police_log_number,reported_to_authority_at,returned_at,"
            "child_spoken_to_at,return_interview_at,updated_at,state")
NOTIFICATIONS = ("notification_ref,resident_ref,occurred_at,kind,notified_ofsted_at,"
                 "notified_authority_at,alleged_source,updated_at")
SSD_PERSON = ("pers_person_id,pers_forename,pers_surname,pers_sex,pers_gender,pers_ethnicity,"
              "pers_dob,pers_common_child_id,pers_legacy_id,pers_upn_unknown,pers_send_flag,"
              "pers_expected_dob,pers_death_date,pers_is_mother,pers_nationality")
SSD_ADDRESS = ("addr_table_id,addr_person_id,addr_address_type,addr_address_start_date,"
               "addr_address_end_date,addr_address_postcode,addr_address_json")
SSD_MISSING = ("miss_table_id,miss_person_id,miss_missing_episode_start_date,"
               "miss_missing_episode_type,miss_missing_episode_end_date,"
               "miss_missing_rhi_offered,miss_missing_rhi_accepted")
SSD_CLA_EPISODES = (
    "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,"
    "clae_cla_episode_start_reason,clae_cla_primary_need_code,clae_cla_episode_ceased_date,"
    "clae_cla_episode_ceased_reason,clae_cla_id,clae_referral_id,clae_cla_placement_id,"
    "clae_entered_care_date,clae_cla_last_iro_contact_date")
SSD_CLA_PLACEMENT = (
    "clap_cla_placement_id,clap_cla_placement_start_date,clap_cla_placement_type,"
    "clap_cla_placement_urn,clap_cla_placement_distance,clap_cla_id,"
    "clap_cla_placement_provider,clap_cla_placement_postcode,clap_cla_placement_end_date,"
    "clap_cla_placement_change_reason,clap_person_id")
SSD_CP_PLANS = ("cppl_cp_plan_id,cppl_referral_id,cppl_icpc_id,cppl_person_id,"
                "cppl_cp_plan_start_date,cppl_cp_plan_end_date,cppl_cp_plan_initial_category,"
                "cppl_cp_plan_ola,cppl_cp_plan_latest_category")


def line(header: str, **cells: str) -> str:
    """One row under this header; what is not named is empty."""
    names = header.split(",")
    assert set(cells) <= set(names), f"no such column: {sorted(set(cells) - set(names))}"
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cells.get(name, "") for name in names])
    return text.getvalue()


def nominal(ref: str, given: str, family: str, born: str, **more: str) -> str:
    """A police nominal."""
    return line(NOMINALS, **{"nominal_id": ref, "given_name": given, "surname": family,
                             "date_of_birth": born, "updated_at": "2026-01-12T09:00:00Z", **more})


def incident(ref: str, nominal_id: str, category: str, reported: str, **more: str) -> str:
    """A police incident about one child."""
    return line(INCIDENTS, **{
        "incident_ref": ref, "nominal_id": nominal_id, "opening_category": category,
        "reported_at": reported, "caller_type": "care_home", "grade_initial": "Priority",
        "grade_final": "Priority", "updated_at": reported, **more})


def notice(ref: str, nominal_id: str, created: str, concerns: str, **more: str) -> str:
    """A public protection notice."""
    return line(PPN, **{
        "ppn_ref": ref, "nominal_id": nominal_id, "created_at": created,
        "concern_types": concerns, "risk_grade": "Medium", "child_spoken_to": "Y",
        "demeanour_recorded": "Y", "handling_code": "P", "updated_at": created, **more})


def resident(ref: str, given: str, family: str, born: str, **more: str) -> str:
    """A child in the home."""
    return line(RESIDENTS, **{
        "resident_ref": ref, "given_name": given, "surname": family, "date_of_birth": born,
        "sex": "F", "placing_authority": "815", "home_urn": "SC012345",
        "home_postcode": "YO61 3QQ", "admitted_on": "2025-09-01", "legal_status": "C2",
        "updated_at": "2026-01-10T09:00:00Z", **more})


def absence(ref: str, resident_ref: str, noticed: str, **more: str) -> str:
    """A child away from the home."""
    return line(ABSENCES, **{
        "absence_ref": ref, "resident_ref": resident_ref, "category": "missing",
        "noticed_at": noticed, "last_seen_at": noticed, "risk": "high",
        "reported_to_police_at": noticed, "reported_to_authority_at": noticed,
        "updated_at": noticed, **more})


def ssd_person(ref: str, given: str, family: str, born: str, **more: str) -> str:
    """A child known to the council."""
    return line(SSD_PERSON, **{
        "pers_person_id": ref, "pers_forename": given, "pers_surname": family, "pers_dob": born,
        "pers_sex": "F", **more})
