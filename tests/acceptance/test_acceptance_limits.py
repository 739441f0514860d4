"""How long is too long, from when, and what a feed's silence is worth: R01, R02, S01, M06, P01."""
from pathlib import Path

import pytest

from tests.acceptance.files import (
    Row,
    absence,
    assessment,
    contact,
    enquiry,
    episode,
    identifier,
    incident,
    link,
    marker,
    need_visit,
    nominal,
    notice,
    person,
    placement,
    protection_plan,
    protection_visit,
    referral,
    report,
    resident,
)
from tests.acceptance.partnership import Case, Expected, case, heard, run, silent, stands, told

HOME = told("@21:31", "riverside", resident(), absence())
DECIDED = '{"OUTCOME_SINGLE_ASSESSMENT_FLAG": "Y"}'
VISITS = (need_visit("2025-06-01", "CI0"), protection_visit("2025-06-01", "CV0"))
HIGH = {"risk_grade": "High", "child_spoken_to": "N", "shared_with_csc_at": "@12:03"}
CLOSED_CALL = incident("INC9", reported_at="@11:00", opening_category="Domestic incident",
                       closing_category="Domestic incident", closed_at="@12:00")
OPEN_CALL = incident("INC9", reported_at="@11:00", opening_category="Domestic incident")


def noticed(name: str, at: str, expected: Expected, *police: Row, **more: str) -> Case:
    """A notice of high risk of Tuesday noon, the child not spoken to, an open case beside it."""
    return case(f"S01 {name}",
                told("@09:00", "council", person(), contact("CT0", cont_contact_date="2025-01-10",
                     cont_contact_outcome_json='{"OUTCOME_NFA_FLAG": "Y"}'), *VISITS),
                told("@12:05", "police", nominal(), notice(**{**HIGH, **more}), *police),
                heard(at, "police council"), expected)


def home_and_police(name: str, expected: Expected, *rows: Row, home: dict[str, str],
                    at: str = "@22:00") -> Case:
    """An absence of that night, and what the police hold."""
    return case(name, told("@21:31", "riverside", resident(), absence(**home)),
                told("@21:40", "police", nominal(), *rows), heard(at, "police riverside"),
                expected)


CASES = [
    # several accounts of one agency
    case("the home writes the night down twice, the second time as missing",
         told("@21:31", "riverside", resident(), absence(category="unauthorised_absence"),
              absence("A2", noticed_at="@21:40", last_seen_at="@20:30")),
         told("@21:45", "police", nominal(), incident()),
         stands("@21:46", M01="critical A2 INC1/N1")),
    case("the council says missing, the home that it knows, the police a concern",
         told("@21:31", "riverside", resident(), absence(category="unauthorised_absence")),
         told("@21:35", "council", person(), episode()),
         told("@21:45", "police", nominal(), incident()),
         stands("@21:46", M01="critical MS1 INC1/N1", M04="high A1 MS1")),
    case("the police's long report does not hide another night's concern",
         told("@+2 09:00", "riverside", resident(),
              absence("A1", noticed_at="@20:00", last_seen_at="@20:00",
                      reported_to_police_at="@20:05", returned_at="@23:00",
                      return_interview_at="@23:30", return_interview_by="independent"),
              absence("A2", noticed_at="@+1 20:00", last_seen_at="@+1 20:00",
                      reported_to_police_at="@+1 20:05")),
         told("@+2 09:01", "police", nominal(), report(reported_at="@20:05",
                                                       last_seen_at="@20:00"),
              incident("INC2", reported_at="@+1 20:06")),
         stands("@+2 09:05", apart="M06", M01="critical A2 INC2/N1")),
    home_and_police("a short log number is a log number",
                    stands("@22:01", M01="critical A1 INC7/N1"),
                    incident("INC7", reported_at="@10:00", opening_category="Domestic incident"),
                    home={"police_log_number": "INC7"}),
    home_and_police("and another short one is another",
                    stands("@22:31", M02="critical A1 -INC8/N1"),
                    incident("INC8", reported_at="@20:00", opening_category="Domestic incident"),
                    home={"police_log_number": "INC7"}, at="@22:30"),
    home_and_police("a number that begins with another force's letters: ask that force",
                    silent("@22:31"), incident("NV-8841", reported_at="@-60 10:00",
                                               opening_category="Domestic incident"),
                    home={"police_log_number": "WY-1234"}, at="@22:30"),
    home_and_police("a number that begins with a word anybody writes: ask our own",
                    stands("@22:31", M02="critical A1"),
                    incident("NV-8841", reported_at="@-60 10:00",
                             opening_category="Domestic incident"),
                    home={"police_log_number": "Log no 1234"}, at="@22:30"),
    # risk
    home_and_police("M05 three sources, one far off",
                    stands("@22:01", M05="high A1 MP1"), report(risk_initial="No apparent risk"),
                    home={"risk": "Medium"}),
    home_and_police("M05 words in any case", stands("@22:01", M05="high A1 MP1"),
                    report(risk_initial="VERY LOW"), home={"risk": "HIGH"}),
    home_and_police("M05 first and final differ: the final counts", silent("@22:01"),
                    report(risk_initial="Low", risk_final="High"), home={"risk": "high"}),
    # R01 and R02
    case("R01 within the day, by minutes, high risk",
         told("@09:00", "council", person()),
         told("@12:05", "police", nominal(), notice(**{**HIGH, "shared_with_csc_at": ""})),
         heard("@+1 11:59"), silent("@+1 11:59"),
         told("@+1 12:00", "police", notice(**{**HIGH, "shared_with_csc_at": "@+1 11:59"})),
         silent("@+1 12:30", apart="S01")),
    case("R01 the police feed stops: nothing is known of the sharing",
         told("@09:00", "council", person()), told("@12:05", "police", nominal(), notice()),
         heard("@+3 09:00", "council"), silent("@+3 09:01")),
    case("R01 the notice is withdrawn",
         told("@09:00", "council", person()), told("@12:05", "police", nominal(), notice()),
         heard("@+1 12:01"), stands("@+1 12:02", R01="medium PPN1"),
         told("@+1 13:00", "police", notice(state="withdrawn")),
         stands("@+1 13:01", R01="withdrawn")),
    case("R01 a contact of the day before is of something else",
         told("@09:00", "council", person(), contact(
             cont_contact_date="@-9", cont_contact_outcome_json='{"OUTCOME_NFA_FLAG": "Y"}')),
         told("@12:05", "police", nominal(), notice(shared_with_csc_at="@13:00")),
         heard("@+6 09:00", "police council"), stands("@+6 09:01", R01="medium PPN1")),
    case("R02 first read long after, still without an outcome",
         told("@+7 09:00", "council", person(), referral()),
         stands("@+7 09:01", R02="high REF1"),
         told("@+8 09:00", "council", referral(cine_referral_outcome_json=DECIDED)),
         stands("@+8 09:01", R02="resolved REF1")),
    case("R02 of a Friday, on Monday and on Tuesday",
         told("@+3 15:00", "council", person(), referral(cine_referral_date="@+3")),
         heard("@+6 16:00", "council"), silent("@+6 16:01"),
         heard("@+7 09:00", "council"), stands("@+7 09:01", R02="high REF1")),
    case("R02 a referral of a child unborn is a referral",
         told("@15:00", "council", person(pers_dob="", pers_expected_dob="2026-06-01",
                                          pers_forename=""), referral()),
         heard("@+3 09:00", "council"), silent("@+3 09:01", apart="R02")),
    # S01
    noticed("a notice, an hour short of a day", "@+1 11:00", silent("@+1 11:01", apart="R01")),
    noticed("a notice, a day and an hour", "@+1 13:00",
            stands("@+1 13:01", apart="R01", S01="high PPN1")),
    noticed("a notice, six working days on", "@+8 13:00",
            stands("@+8 13:01", apart="R01", S01="critical PPN1")),
    noticed("a notice of twenty-nine days is no longer open", "@+29 13:00",
            silent("@+29 13:01", apart="R01")),
    noticed("nor where its incident was closed", "@+29 13:00",
            silent("@+29 13:01", apart="R01"), CLOSED_CALL, incident_ref="INC9"),
    noticed("but it is while its incident is open", "@+29 13:00",
            stands("@+29 13:01", apart="R01", S01="critical PPN1"), OPEN_CALL,
            incident_ref="INC9"),
    noticed("the child was spoken to", "@+3 13:00", silent("@+3 13:01", apart="R01"),
            child_spoken_to="Y"),
    noticed("physical abuse at medium risk has the short limit", "@+1 13:00",
            stands("@+1 13:01", apart="R01", S01="high PPN1"), risk_grade="Medium",
            concern_types="physical_abuse"),
    noticed("neglect at medium risk has the long one", "@+20 13:00",
            silent("@+20 13:01", apart="R01"), risk_grade="Medium"),
    case("S01 one child, three open concerns, one finding each at most",
         told("@09:00", "council", person(), referral(cine_referral_outcome_json=DECIDED),
              enquiry(), protection_plan(cppl_cp_plan_start_date="@0"), *VISITS),
         heard("@+3 12:00", "council"), stands("@+3 12:01", apart="L02", S01="high S47")),
    case("S01 seen on the day of an assessment that is not yet authorised is no sighting yet",
         told("@09:00", "council", person(), referral(cine_referral_outcome_json=DECIDED),
              enquiry(), *VISITS),
         told("@+2 09:00", "council", assessment(cina_assessment_child_seen="Y")),
         heard("@+3 12:00", "council"), stands("@+3 12:01", S01="high S47")),
    # M06
    case("M06 the police found her, and the home does not say so",
         HOME, told("@21:35", "police", nominal(), report()),
         told("@23:05", "police", report(found_at="@23:00")),
         heard("@+1 02:59"), silent("@+1 02:59"), heard("@+1 03:01"),
         stands("@+1 03:02", M06="critical A1 MP1")),
    case("M06 found, and placed in hospital by the council",
         HOME, told("@21:35", "police", nominal(), report()),
         told("@23:05", "police", report(found_at="@23:00")),
         told("@23:30", "council", person(), placement(clap_cla_placement_end_date="@0"),
              placement("PL2", clap_cla_placement_start_date="@0", clap_cla_placement_type="R2",
                        clap_cla_placement_urn="", clap_cla_placement_postcode="YO1 1AA")),
         heard("@+1 09:00"), silent("@+1 09:01", apart="L01 M06")),
    case("M06 the home's feed stops: it may have said so",
         HOME, told("@21:35", "police", nominal(), report()),
         told("@22:35", "police", report(returned_at="@22:30")),
         heard("@+1 09:00", "police council"), silent("@+1 09:01")),
    case("M06 the home says so late, but wrote it down in time",
         HOME, told("@21:35", "police", nominal(), report()),
         told("@22:35", "police", report(returned_at="@22:30")),
         heard("@+1 03:00"), stands("@+1 03:01", M06="critical A1 MP1"),
         told("@+1 09:00", "riverside", absence(
             returned_at="@22:30", updated_at="@22:50", return_interview_at="@+1 08:00",
             return_interview_by="independent")),
         stands("@+1 09:01", M06="withdrawn")),
    # posing risk
    case("P01 a council elsewhere with the open case is the one to be told",
         told("@21:00", "moorside", person("Z1"), referral(
             cine_person_id="Z1", cine_referral_date="@-20",
             cine_referral_outcome_json=DECIDED), need_visit("@-2", cinv_person_id="Z1")),
         told("@21:05", "council", person()),
         told("@21:20", "police", nominal(), link(disclosed_to="council",
                                                  disclosed_at="@-2 10:00")),
         heard("@21:30", "moorside council police"),
         stands("@21:31", apart="S01 S02 T02", P01="critical RL1")),
    case("P01 a link from before she was born into the agency's care, still live",
         told("@21:00", "riverside", resident(admitted_on="@-3")),
         told("@21:20", "police", nominal(), link(from_date="2020-01-01")),
         heard("@21:30", "riverside police"), stands("@21:31", P01="critical RL1")),
    # people
    case("D04 a number superseded at the council, both in use elsewhere",
         told("@21:00", "council", person(pers_common_child_id="9000000009"),
              identifier("9000000017", link_valid_to_date="@-400")),
         told("@21:10", "riverside", resident(nhs_number="9000000017")),
         told("@21:20", "police", nominal(nhs_number="9000000009")), silent("@21:30")),
    case("K03 an unrelated girl's marker under a nominal of the same name",
         told("@21:35", "police", nominal(), nominal("N2", date_of_birth="2009-11-02"),
              marker(nominal_id="N2"), report(risk_initial="Low")), silent("@21:36")),
]


@pytest.mark.parametrize("given", CASES, ids=lambda each: each.name)
def test_how_long_is_too_long(given: Case, tmp_path: Path) -> None:
    """What stands is what the catalogue says, no less and no more."""
    assert "" == "\n".join(run(given, tmp_path))
