"""Concerns and calls: grades, referrals, sightings, exploitation and persons posing risk."""
from pathlib import Path

import pytest

from tests.acceptance.files import (
    Row,
    absence,
    assessment,
    care,
    contact,
    enquiry,
    factors,
    incident,
    link,
    marker,
    need_visit,
    nominal,
    notice,
    notification,
    person,
    placement,
    protection_plan,
    protection_visit,
    referral,
    report,
    resident,
)
from tests.acceptance.partnership import Case, Expected, case, heard, run, silent, stands, told

LOWERED = {"opening_category": "Other", "caller_type": "public", "grade_initial": "Immediate",
           "grade_final": "Priority", "grade_changed_at": "@21:32",
           "grade_change_reason": "no units free", "reported_at": "@21:30"}
RAISED = stands("@21:41", G01="high INC1/N1")
NO_REASON = {**LOWERED, "grade_change_reason": ""}
OLD_CONTACT = contact("CT0", cont_contact_date="2025-10-01")
OTHER_CHILD = person("C7", pers_forename="Amira", pers_surname="Khan", pers_dob="2010-02-02")


def graded(name: str, expected: Expected, *known: tuple[str, tuple[Row, ...]],
           **more: str) -> Case:
    """A call whose grade changed at 21:32, and what others know of her."""
    return case(f"G01 {name}", *[told("@21:00", agency, *rows) for agency, rows in known],
                told("@21:40", "police", nominal(), incident(**{**LOWERED, **more})), expected)


LOOKED_AFTER = ("riverside", (resident(),))
EARLIER = {"return_interview_by": "independent", "reported_to_authority_at": ""}


def gone(days: int) -> tuple[str, tuple[Row, ...]]:
    """Missing from a home she has since left, so many days ago."""
    then = f"@-{days}"
    return ("riverside", (resident(left_on=then, legal_status="V2"), absence(
        noticed_at=f"{then} 12:00", last_seen_at=f"{then} 12:00",
        reported_to_police_at=f"{then} 12:00", returned_at=f"{then} 12:30",
        return_interview_at=f"{then} 14:00", **EARLIER)))


def noticed(name: str, at: str, expected: Expected, *council: Row, **more: str) -> Case:
    """A public protection notice of Tuesday noon, and what the council holds."""
    return case(f"R01 {name}", told("@09:00", "council", *(council or (person(),))),
                told("@12:05", "police", nominal(), notice(**more)),
                heard(at, "police council"), expected)


def referred(name: str, at: str, expected: Expected, *later: Row, day: str = "@0",
             then: str = "", first: str = "") -> Case:
    """A referral, perhaps an extract with more, and the extract that should know."""
    steps = [told(f"{day} 15:00", "council", person(),
                  referral(cine_referral_date=day, cine_referral_outcome_json=first))]
    if later:
        steps.append(told(then, "council", *later))
    return case(f"R02 {name}", *steps, heard(at, "council"), expected)


DECIDED = '{"OUTCOME_SINGLE_ASSESSMENT_FLAG": "Y"}'
FED = (need_visit("2025-06-01", "CI0"), protection_visit("2025-06-01", "CV0"))
S47 = (person(), referral(cine_referral_outcome_json=DECIDED), enquiry(), *FED)


def unseen(name: str, at: str, expected: Expected, *council: Row,
           police: tuple[Row, ...] = (), first: tuple[Row, ...] = S47) -> Case:
    """A concern open since Tuesday, what comes of it by the extract, and who has seen her."""
    return case(f"S01 {name}", told("@09:00", "council", *first),
                told("@09:05", "police", nominal(), incident(
                    "INC0", reported_at="2025-06-01T10:00Z", opening_category="Other",
                    closing_category="Other", closed_at="2025-06-01T12:00Z"), *police),
                told(at, "council", *council), heard(at, "police council"), expected)


def linked(name: str, expected: Expected, *council: Row, home: tuple[Row, ...] = (),
           **more: str) -> Case:
    """A live link from a person posing risk, and who is responsible for the child."""
    homes = [told("@21:10", "riverside", *home)] if home else []
    return case(f"P01 {name}", told("@21:00", "council", person(), *council), *homes,
                told("@21:20", "police", nominal(), nominal(
                    "N9", given_name="Dale", surname="Marsh", date_of_birth="1980-05-05",
                    gender="Male"), link(**more)),
                heard("@21:40", "council police" + " riverside" * bool(home)), expected)


OPEN_CASE = (referral(cine_referral_date="@-20", cine_referral_outcome_json=DECIDED),
             need_visit("@-2"))
UNTOLD = stands("@21:41", apart="S01 T02 R02 S02 K03", P01="critical RL1")
TOLD = silent("@21:41", apart="S01 T02 R02 S02 K03")

CASES = [
    # G01
    graded("lowered for a looked-after child", stands("@21:41", G01="high INC1/N1 R1"),
           LOOKED_AFTER),
    graded("lowered with a reason, nobody knows of a vulnerability", silent("@21:41")),
    graded("lowered without a reason", RAISED, grade_change_reason=""),
    graded("a reason and a supervisor's review", stands("@21:41", G01="low INC1/N1"),
           LOOKED_AFTER, supervisor_reviewed_at="@21:35"),
    graded("raised", silent("@21:41"), LOOKED_AFTER, grade_initial="Priority",
           grade_final="Immediate"),
    graded("lowered after the officers were there", silent("@21:41", apart="G03"), LOOKED_AFTER,
           attended_at="@21:31", child_seen_at="@21:31"),
    graded("a protection plan", stands("@21:41", apart="L02", G01="high INC1/N1 CP1"),
           ("council", (person(), protection_plan()))),
    graded("a plan that has ended", silent("@21:41"),
           ("council", (person(), protection_plan(cppl_cp_plan_end_date="@-5")))),
    graded("the plan began after the grade was lowered", silent("@21:41", apart="L02"),
           ("council", (person(), protection_plan(cppl_cp_plan_start_date="@+1")))),
    graded("missing eighty-nine days ago", stands("@21:41", G01="high INC1/N1 A1"), gone(89)),
    graded("missing ninety-one days ago", silent("@21:41"), gone(91)),
    graded("an exploitation marker", stands("@21:41", G01="high INC1/N1 NT1"),
           ("riverside", (resident(left_on="@-20"), notification()))),
    graded("open child in need", stands("@21:41", apart="S01 S02 T02 R02", G01="high INC1/N1"),
           ("council", (person(), *OPEN_CASE))),
    graded("a suspect is not who the officers were sent to help", silent("@21:41"),
           LOOKED_AFTER, role="suspect"),
    graded("a victim is", stands("@21:41", G01="high INC1/N1 R1"), LOOKED_AFTER, role="victim"),
    # K03 beyond the marker
    case("K03 a home's notification beside the police's low risk",
         told("@09:00", "riverside", resident(), notification()),
         told("@21:35", "riverside", absence()),
         told("@21:35", "police", nominal(), report(risk_initial="Low")),
         stands("@21:40", K03="critical MP1 NT1")),
    case("K03 a notification of thirteen months ago",
         told("@09:00", "riverside", resident(), notification(
             occurred_at="2025-02-01T12:00Z", notified_authority_at="2025-02-01T13:00Z",
             updated_at="2025-02-01T13:00Z")),
         told("@21:35", "riverside", absence()),
         told("@21:35", "police", nominal(), report(risk_initial="Low")), silent("@21:40")),
    case("K03 an assessment found exploitation",
         told("@09:00", "council", person(), referral(
             cine_referral_date="@-60", cine_referral_outcome_json=DECIDED,
             cine_close_date="@-25"), assessment(
                 cina_assessment_start_date="@-58", cina_assessment_auth_date="@-30"),
              factors('["11A"]')),
         told("@21:35", "police", nominal(), report(risk_initial="Low")),
         stands("@21:40", apart="M03", K03="critical MP1")),
    case("K03 the sign was recorded after the risk was assessed",
         told("@21:35", "police", nominal(), report(risk_initial="Low", updated_at="@21:34")),
         told("@22:30", "police", marker(set_at="@22:00")), silent("@22:31")),
    case("K03 a notice of low risk beside a marker",
         told("@12:05", "police", nominal(), marker(), notice(
             risk_grade="Low", shared_with_csc_at="@12:02")),
         stands("@12:06", K03="critical PPN1 MK1")),
    case("K03 an absence the police call absent",
         told("@21:35", "police", nominal(), marker(), report(
             classification="No apparent risk (absent)")),
         stands("@21:40", K03="critical MP1 MK1")),
    case("K03 the extract with the assessment is taken after the night",
         told("@21:35", "police", nominal(), report(risk_initial="Low")),
         told("@+1 06:00", "council", person(), assessment(
             cina_assessment_start_date="@-58", cina_assessment_auth_date="@-30"),
              factors('["24A"]')),
         stands("@+1 06:01", K03="critical MP1")),
    case("K03 the home lowers the risk after the police set a marker that night",
         told("@21:31", "riverside", resident(), absence(risk="high")),
         told("@22:00", "police", nominal(), marker(set_at="@21:50")),
         silent("@22:01", apart="M02"),
         told("@22:10", "riverside", absence(risk="low")),
         stands("@22:11", apart="M02", K03="critical A1 MK1")),
    case("K03 and M05 are two facts of one night",
         told("@21:31", "riverside", resident(), absence(risk="high")),
         told("@21:35", "police", nominal(), marker(), report(risk_initial="Low")),
         stands("@21:40", K03="critical MP1 MK1", M05="high A1 MP1")),
    # R01
    noticed("not shared for a day and a minute, high", "@+1 12:01",
            stands("@+1 12:02", apart="S01", R01="critical PPN1"), risk_grade="High"),
    noticed("a minute short of a day", "@+1 11:59", silent("@+1 11:59", apart="S01"),
            risk_grade="High"),
    noticed("sexual abuse is critical at any risk", "@+1 12:01",
            stands("@+1 12:02", apart="S01", R01="critical PPN1"), concern_types="sexual_abuse"),
    noticed("exploitation is critical among others", "@+1 12:01",
            stands("@+1 12:02", R01="critical PPN1"),
            concern_types="neglect;criminal_exploitation"),
    noticed("neglect at medium risk is medium", "@+1 12:01",
            stands("@+1 12:02", R01="medium PPN1")),
    case("R01 over a weekend a day is still a day", told("@09:00", "council", person()),
         told("@+3 17:05", "police", nominal(), notice(created_at="@+3 17:00")),
         heard("@+4 17:01"), stands("@+4 17:02", R01="medium PPN1")),
    noticed("triaged", "@+1 13:00", silent("@+1 13:01"), triage_outcome="no further action"),
    noticed("a reason not to share", "@+1 13:00", silent("@+1 13:01"),
            not_shared_reason="awaiting consent"),
    noticed("shared, and no contact in three working days", "@+6 09:00",
            stands("@+6 09:01", R01="medium PPN1"), person(), OLD_CONTACT,
            shared_with_csc_at="@13:00"),
    noticed("shared, and the three working days are not over", "@+3 12:00",
            silent("@+3 12:01"), person(), OLD_CONTACT, shared_with_csc_at="@13:00"),
    noticed("shared, and a contact is there", "@+6 09:00",
            silent("@+6 09:01", apart="R02"), person(), OLD_CONTACT,
            contact(cont_contact_date="@0"), shared_with_csc_at="@13:00"),
    noticed("shared while a case is open", "@+6 09:00",
            silent("@+6 09:01", apart="S01 S02 T02 R02"), person(), OLD_CONTACT, *OPEN_CASE,
            shared_with_csc_at="@13:00"),
    noticed("shared, contacts are not fed", "@+6 09:00", silent("@+6 09:01"),
            shared_with_csc_at="@13:00"),
    # R02
    referred("no outcome in the extract after the next working day", "@+2 09:00",
             stands("@+2 09:01", R02="high REF1")),
    referred("the working day is not over", "@+1 12:00", silent("@+1 12:01")),
    referred("the extract after it has not come", "@+1 12:00", silent("@+3 12:01")),
    referred("Easter is no working day", "2026-04-07T12:00Z", silent("2026-04-07T12:01Z"),
             day="@+30"),
    referred("and after Easter it is late", "2026-04-08T09:00Z",
             stands("2026-04-08T09:01Z", apart="S01", R02="high REF1"), day="@+30"),
    referred("the first version already had one", "@+3 09:00", silent("@+3 09:01"),
             first=DECIDED),
    referred("an outcome came in time", "@+3 09:00", silent("@+3 09:01"),
             referral(cine_referral_outcome_json=DECIDED), then="@+1 10:00"),
    referred("an assessment has begun", "@+3 09:00", silent("@+3 09:01", apart="S01"),
             assessment(), then="@+1 10:00"),
    # S01
    unseen("an open enquiry, three days", "@+3 12:00", stands("@+3 12:01", S01="high S47")),
    unseen("an open enquiry, an hour", "@10:00", silent("@10:01")),
    unseen("an open enquiry, six working days", "@+8 12:00",
           stands("@+8 12:01", S01="critical S47")),
    unseen("visited and seen", "@+3 12:00", silent("@+3 12:01"), need_visit("@+1")),
    unseen("visited and not seen", "@+3 12:00", stands("@+3 12:01", S01="high S47"),
           need_visit("@+1", cinv_cin_visit_seen="N")),
    unseen("seen by the police", "@+3 12:00", silent("@+3 12:01"), police=(incident(
        reported_at="@09:00", opening_category="Other", attended_at="@09:02",
        child_seen_at="@09:03", closing_category="Other", closed_at="@09:04"),)),
    unseen("seen at an assessment", "@+3 12:00", silent("@+3 12:01"),
           assessment(cina_assessment_child_seen="Y", cina_assessment_auth_date="@+2")),
    unseen("the enquiry ended, with the referral", "@+3 12:00", silent("@+3 12:01"),
           referral(cine_referral_outcome_json=DECIDED, cine_close_date="@+1"),
           enquiry(s47e_s47_end_date="@+1", s47e_s47_nfa="Y")),
    unseen("unborn", "@+3 12:00", silent("@+3 12:01"), first=(
        person(pers_dob="", pers_expected_dob="2026-06-01", pers_forename="", pers_sex="U"),
        *S47[1:])),
    unseen("a plan, seen twenty-seven days ago", "@+1 09:30",
           silent("@+1 09:31", apart="S02 L02"),
           first=(person(), protection_plan(), protection_visit("@-26"), *FED)),
    unseen("a plan, seen thirty days ago", "@+1 09:30",
           stands("@+1 09:31", apart="S02 L02", S01="high CP1"),
           first=(person(), protection_plan(), protection_visit("@-29"), *FED)),
    unseen("a plan, seen forty-four days ago", "@+1 09:30",
           stands("@+1 09:31", apart="S02 L02", S01="critical CP1"),
           first=(person(), protection_plan(), protection_visit("@-43"), *FED)),
    # P01
    linked("an open case, and the council was not told", UNTOLD, *OPEN_CASE),
    linked("the council was told", TOLD, *OPEN_CASE, disclosed_to="council",
           disclosed_at="@-5 10:00"),
    linked("no case is open", TOLD),
    linked("the link has ended", TOLD, *OPEN_CASE, to_date="@-1"),
    linked("withheld until a day to come", TOLD, *OPEN_CASE, withheld_reason="operation",
           review_due="@+10"),
    linked("withheld until a day that has passed", UNTOLD, *OPEN_CASE,
           withheld_reason="operation", review_due="@-1"),
    linked("the home where she lives was not told", UNTOLD, home=(resident(),)),
    linked("a home she has left is not responsible", TOLD, home=(resident(left_on="@-1"),)),
    linked("the council was told, the home was not", UNTOLD, *OPEN_CASE, disclosed_to="council",
           disclosed_at="@-5 10:00", home=(resident(),)),
    linked("a link held for a person to release is not yet anybody's", TOLD, *OPEN_CASE,
           handling_code="C", handling_conditions="ask the lead"),
    # across agencies that know nothing of one another
    case("another child's plan is not hers",
         told("@21:00", "council", OTHER_CHILD, protection_plan(cppl_person_id="C7"), care(
             clae_person_id="C7"), placement(clap_person_id="C7", clap_cla_placement_urn="")),
         told("@21:40", "police", nominal(), incident(**LOWERED)), silent("@21:41")),
]


@pytest.mark.parametrize("given", CASES, ids=lambda each: each.name)
def test_a_concern_and_who_acts(given: Case, tmp_path: Path) -> None:
    """What stands is what the catalogue says, no less and no more."""
    assert "" == "\n".join(run(given, tmp_path))
