"""What agencies say of one absence, and when it ended: M03 to M07, M10, L01."""
from pathlib import Path

import pytest

from tests.acceptance.files import (
    absence,
    care,
    episode,
    header_903,
    incident,
    marker,
    missing_903,
    nominal,
    person,
    placement,
    protection_plan,
    report,
    resident,
)
from tests.acceptance.partnership import Case, Told, case, heard, run, silent, stands, told

HOME = told("@21:31", "riverside", resident(), absence())
NOON = {"noticed_at": "@12:00", "last_seen_at": "@12:00", "reported_to_police_at": "@12:00",
        "reported_to_authority_at": "@12:00"}
AT_NOON = {"reported_at": "@12:00", "last_seen_at": "@12:00"}
POLICE_AT_NOON = told("@12:05", "police", nominal(), report(**AT_NOON))
OTHER_NIGHT = episode("MS0", miss_missing_episode_start_date="2025-11-01",
                      miss_missing_episode_end_date="2025-11-02", miss_missing_rhi_offered="Y")
COUNCIL = told("@09:00", "council", person(), care(), placement(), OTHER_NIGHT)
BACK = {"returned_at": "@20:00"}
INTERVIEWED = {"return_interview_at": "@21:00", "return_interview_by": "independent"}


def risks(home: str, police: str, **more: str) -> tuple[Told, ...]:
    """One absence at the risks that the home and the police put on it."""
    return (told("@21:31", "riverside", resident(), absence(risk=home)),
            told("@21:35", "police", nominal(), report(risk_initial=police, **more)))


CASES = [
    # M03: the placing council has none
    case("M03 a minute short of a day", COUNCIL,
         told("@12:02", "riverside", resident(), absence(**NOON)), POLICE_AT_NOON,
         heard("@+1 11:59"), silent("@+1 11:59")),
    case("M03 the council's feed does not reach so far", COUNCIL,
         told("@12:02", "riverside", resident(), absence(**NOON)), POLICE_AT_NOON,
         heard("@+1 11:59"), heard("@+2 12:00", "police riverside"), silent("@+2 12:01")),
    case("M03 the council never fed missing episodes",
         told("@09:00", "council", person(), care(), placement()),
         told("@12:02", "riverside", resident(), absence(**NOON)), POLICE_AT_NOON,
         heard("@+2 12:00"), silent("@+2 12:01")),
    case("M03 placed by another authority",
         told("@09:00", "council", person("C7", pers_forename="Amira", pers_surname="Khan"),
              OTHER_NIGHT),
         told("@12:02", "riverside", resident(placing_authority="816", la_child_id="Z1"),
              absence(**NOON)), POLICE_AT_NOON,
         heard("@+2 12:00"), silent("@+2 12:01")),
    case("M03 the council has it that day", COUNCIL,
         told("@12:02", "riverside", resident(), absence(**NOON)), POLICE_AT_NOON,
         told("@15:00", "council", episode()), heard("@+2 12:00"), silent("@+2 12:01")),
    case("M03 a return whose year ended says nothing of tonight",
         told("@09:00", "council", person(), header_903(),
              missing_903(MIS_START="01/11/2025", MIS_END="02/11/2025")),
         told("@12:02", "riverside", resident(), absence(**NOON)), POLICE_AT_NOON,
         heard("@+2 12:00", "police riverside"), silent("@+2 12:01")),
    # M04: whereabouts
    case("M04 the home says where she is, the police that nobody knows",
         told("@21:31", "riverside", resident(), absence(category="unauthorised_absence")),
         told("@21:35", "police", nominal(), report()), stands("@21:36", M04="high A1 MP1")),
    case("M04 two absences of one day that do not overlap",
         told("@22:00", "riverside", resident(), absence(
             category="unauthorised_absence", noticed_at="@09:00", last_seen_at="@09:00",
             reported_to_police_at="", reported_to_authority_at="", returned_at="@11:00",
             **INTERVIEWED)),
         told("@22:05", "police", nominal(), report(last_seen_at="@20:30")), silent("@22:06")),
    case("M04 spans that meet by a minute",
         told("@22:00", "riverside", resident(), absence(
             category="unauthorised_absence", noticed_at="@09:00", last_seen_at="@09:00",
             reported_to_police_at="", reported_to_authority_at="", returned_at="@21:31",
             **INTERVIEWED)),
         told("@22:05", "police", nominal(), report(last_seen_at="@20:30")),
         stands("@22:06", apart="M06", M04="A1 MP1")),
    case("M04 the police were told only when she was back",
         told("@22:00", "riverside", resident(), absence(
             category="unauthorised_absence", noticed_at="@09:00", last_seen_at="@09:00",
             reported_to_police_at="", reported_to_authority_at="", returned_at="@21:29",
             **INTERVIEWED)),
         told("@22:05", "police", nominal(), report(last_seen_at="@20:30")),
         silent("@22:06", apart="M06")),
    case("M04 the council says away, the home missing, the same day", COUNCIL, HOME,
         told("@21:40", "council", episode(miss_missing_episode_type="A")),
         told("@21:45", "police", nominal(), report()), stands("@21:50", M04="high A1 MS1")),
    case("M04 a touching row of the council explains it", COUNCIL, HOME,
         told("@21:40", "council",
              episode("MS1", miss_missing_episode_type="A", miss_missing_episode_start_date="@-1",
                      miss_missing_episode_end_date="@0"),
              episode("MS2", miss_missing_episode_type="M")),
         told("@21:45", "police", nominal(), report()), silent("@21:50", apart="M06")),
    case("M04 recorded after the return is hindsight",
         told("@23:40", "riverside", resident(), absence(
             category="unauthorised_absence", returned_at="@23:00", **INTERVIEWED)),
         told("@21:35", "police", nominal(), report()), stands("@23:41", M04="low A1 MP1")),
    case("M04 an unknown word is not evaluated",
         told("@21:31", "riverside", resident(), absence(category="popped out")),
         told("@21:35", "police", nominal(), report()), silent("@21:36")),
    # M05: risk
    case("M05 high against low", *risks("high", "Low"), stands("@21:36", M05="high A1 MP1")),
    case("M05 high against medium", *risks("high", "Medium"), silent("@21:36")),
    case("M05 medium against very low", *risks("medium", "Very low"),
         stands("@21:36", M05="A1 MP1")),
    case("M05 low against none", *risks("low", "No apparent risk"), silent("@21:36")),
    case("M05 medium against an absence the police call absent",
         told("@21:31", "riverside", resident(), absence(risk="medium")),
         told("@21:35", "police", nominal(), report(classification="No apparent risk (absent)")),
         stands("@21:36", M05="A1 MP1")),
    case("M05 risk not known", *risks("high", ""), silent("@21:36")),
    case("M05 a risk word nobody knows", *risks("high", "Amber"), silent("@21:36")),
    case("M05 low beside a live protection plan",
         told("@09:00", "council", person(), protection_plan()), *risks("low", "Low"),
         stands("@21:36", apart="L02", M05="high MP1 CP1")),
    case("M05 medium beside a live protection plan",
         told("@09:00", "council", person(), protection_plan()), *risks("medium", "Medium"),
         silent("@21:36", apart="L02")),
    case("M05 low beside a plan that ended",
         told("@09:00", "council", person(), protection_plan(cppl_cp_plan_end_date="2026-02-10")),
         *risks("low", "Low"), silent("@21:36")),
    case("M05 a risk lowered after the return does not count",
         told("@23:31", "riverside", resident(), absence(
             risk="high", returned_at="@23:00", **INTERVIEWED)),
         told("@23:35", "police", nominal(), report(
             risk_initial="High", risk_final="Low", risk_changed_at="@23:30",
             returned_at="@23:00")), silent("@23:36")),
    case("M05 a risk lowered while she was away does, and was lowered",
         told("@22:31", "riverside", resident(), absence(risk="high")),
         told("@22:35", "police", nominal(), report(
             risk_initial="High", risk_final="Low", risk_changed_at="@22:30")),
         stands("@22:36", M05="A1 MP1", M10="high MP1")),
    # M06: still open
    case("M06 four hours after the police say she is back",
         told("@21:35", "police", nominal(), report()), HOME,
         told("@22:35", "police", report(returned_at="@22:30")),
         heard("@+1 02:29"), silent("@+1 02:29"), heard("@+1 02:31"),
         stands("@+1 02:31", M06="critical A1 MP1")),
    case("M06 the incident is closed and nobody says she is back", HOME,
         told("@21:35", "police", nominal(), incident(opening_category="Missing person")),
         silent("@22:00"),
         told("@22:31", "police", incident(opening_category="Missing person",
                                           closing_category="Missing person",
                                           closed_at="@22:30")),
         silent("@22:31"), heard("@22:35", "riverside"),
         stands("@22:36", M06="critical A1 INC1/N1")),
    case("M06 the home says so too", HOME,
         told("@22:31", "police", nominal(), incident(
             opening_category="Missing person", closing_category="Missing person",
             closed_at="@22:30")),
         told("@22:40", "riverside", absence(returned_at="@22:20", **INTERVIEWED)),
         silent("@+1 09:00")),
    case("M06 home for three days while the police still look",
         told("@12:05", "police", nominal(), report(**AT_NOON)),
         told("@20:05", "riverside", resident(), absence(
             **NOON, **BACK, **INTERVIEWED)),
         heard("@+3 19:59"), silent("@+3 19:59"), heard("@+3 20:01"),
         stands("@+3 20:01", M06="medium A1 MP1")),
    case("M06 found, and in hospital",
         told("@20:05", "police", nominal(), report(**AT_NOON, found_at="@19:00")),
         told("@20:05", "riverside", resident(), absence(**NOON, **BACK, **INTERVIEWED)),
         heard("@+3 21:00"), silent("@+3 21:01")),
    case("M06 open past the end of the placement",
         told("@12:05", "police", nominal(), report(**AT_NOON)),
         told("@12:06", "riverside", resident(), absence(**NOON)), silent("@20:00"),
         told("@+3 12:00", "riverside", resident(left_on="@+2")),
         stands("@+3 12:01", M06="medium A1")),
    # M07: return interview
    case("M07 seventy-two hours after the return", COUNCIL,
         told("@20:05", "riverside", resident(), absence(**NOON, **BACK)),
         told("@20:06", "police", nominal(), report(**AT_NOON, **BACK)),
         told("@20:30", "council", episode(miss_missing_episode_end_date="@0")),
         heard("@+3 19:59"), silent("@+3 19:59"), heard("@+3 20:01"),
         stands("@+3 20:01", M07="medium A1")),
    *[case(f"M07 {name}", COUNCIL,
           told("@20:05", "riverside", resident(), absence(**NOON, **BACK, **home)),
           told("@20:06", "police", nominal(), report(**AT_NOON, **BACK, **police)),
           told("@20:30", "council", episode(miss_missing_episode_end_date="@0", **council)),
           heard("@+3 21:00"),
           stands("@+3 21:01", M07="medium A1") if raised else silent("@+3 21:01"))
      for name, home, police, council, raised in [
          ("held by somebody independent", INTERVIEWED, {}, {}, False),
          ("held by the home itself", {**INTERVIEWED, "return_interview_by": "home"}, {}, {},
           True),
          ("a prevention interview is none", {}, {"prevention_interview_at": "@21:00"}, {}, True),
          ("offered and not taken up", {}, {},
           {"miss_missing_rhi_offered": "Y", "miss_missing_rhi_accepted": "N"}, False),
          ("not offered", {}, {}, {"miss_missing_rhi_offered": "N"}, True),
      ]],
    case("M07 the council's feed does not reach so far", COUNCIL,
         told("@20:05", "riverside", resident(), absence(**NOON, **BACK)),
         told("@20:06", "police", nominal(), report(**AT_NOON, **BACK)),
         told("@20:30", "council", episode(miss_missing_episode_end_date="@0")),
         heard("@+3 21:00", "police riverside"), silent("@+3 21:01")),
    # M10: downgraded
    case("M10 a missing report that becomes a concern", HOME,
         told("@21:35", "police", nominal(), report()), silent("@21:40"),
         told("@22:00", "police", report(classification="Concern for safety")),
         stands("@22:01", apart="M01", M10="critical MP1")),
    case("M10 opened as missing, closed as less, in one row", HOME,
         told("@22:31", "police", nominal(), incident(
             opening_category="Missing person", closing_category="Concern for safety",
             closed_at="@22:30")),
         stands("@22:32", apart="M01 M06", M10="critical INC1/N1")),
    case("M10 closed as less after she was back",
         told("@22:31", "riverside", resident(), absence(returned_at="@22:20", **INTERVIEWED)),
         told("@22:32", "police", nominal(), incident(
             opening_category="Missing person", closing_category="Concern for safety",
             closed_at="@22:30")),
         silent("@22:33", apart="M01")),
    case("M10 absent after missing is a risk lowered", HOME,
         told("@21:35", "police", nominal(), report(risk_initial="Medium")),
         told("@22:00", "police", report(classification="No apparent risk (absent)",
                                         risk_initial="Medium")),
         stands("@22:01", M10="high MP1")),
    case("M10 absent after missing, but the final risk says as before", HOME,
         told("@21:35", "police", nominal(), report(risk_initial="Medium")),
         told("@22:00", "police", report(classification="No apparent risk (absent)",
                                         risk_initial="Medium", risk_final="Medium")),
         silent("@22:01")),
    case("M10 raised from concern to missing", HOME,
         told("@21:35", "police", nominal(), report(classification="Concern for safety")),
         told("@22:00", "police", report()), silent("@22:01")),
    case("M10 a risk raised", *risks("high", "Medium", risk_final="High",
                                     risk_changed_at="@21:34"), silent("@21:36")),
    case("M10 the downgrade is taken back", HOME,
         told("@21:35", "police", nominal(), report()),
         told("@22:00", "police", report(classification="Concern for safety")),
         stands("@22:01", apart="M01", M10="critical MP1"),
         told("@22:30", "police", report()), stands("@22:31", M10="resolved")),
    # L01: placement
    *[case(f"L01 {name}", told("@09:00", "council", person(), care(), *council),
           told("@09:10", "riverside", resident(
               left_on="@0", placing_authority=authority)),
           told("@09:15", "hilltop", resident(
               "H1", home_urn="SC067890", home_postcode="YO62 4AA", admitted_on="@0",
               placing_authority=authority)),
           heard(at, "council riverside hilltop"), expected)
      for name, authority, council, at, expected in [
          ("another home says she lives there, five days on", "815", [placement()],
           "@+5 12:00", stands("@+5 12:01", L01=("high PL1 H1", "high PL1 R1"))),
          ("another home says she lives there, four days on", "815", [placement()],
           "@+4 12:00", silent("@+4 12:01")),
          ("a temporary placement", "815", [placement(), placement(
              "PL2", clap_cla_placement_type="T0", clap_cla_placement_start_date="@0",
              clap_cla_placement_urn="SC067890")],
           "@+6 12:00", silent("@+6 12:01")),
          ("the council moved her too", "815", [
              placement(clap_cla_placement_end_date="@0"), placement(
                  "PL2", clap_cla_placement_start_date="@0",
                  clap_cla_placement_urn="SC067890",
                  clap_cla_placement_postcode="YO62 4AA")],
           "@+6 12:00", silent("@+6 12:01")),
      ]],
    case("L01 the police hold an older home", COUNCIL,
         told("@12:05", "police", nominal(), report(
             placement_urn="SC067890", returned_at="@14:00", **AT_NOON)),
         told("@15:00", "council", episode(miss_missing_episode_end_date="@0",
                                           miss_missing_rhi_offered="Y")),
         heard("@+6 12:00", "police council"), stands("@+6 12:01", L01="high MP1 PL1")),
    case("L01 the police hold the council's", COUNCIL,
         told("@12:05", "police", nominal(), report(
             placement_urn="SC012345", returned_at="@14:00", **AT_NOON)),
         told("@15:00", "council", episode(miss_missing_episode_end_date="@0",
                                           miss_missing_rhi_offered="Y")),
         heard("@+6 12:00", "police council"), silent("@+6 12:01")),
    # K03 on an absence
    *[case(f"K03 {name}",
           told("@21:35", "police", nominal(), report(risk_initial=risk), marker(**sign)),
           stands("@21:40", **({"K03": "critical MP1 MK1"} if raised else {})))
      for name, risk, sign, raised in [
          ("exploitation beside low risk", "Low", {}, True),
          ("exploitation beside no apparent risk", "No apparent risk", {}, True),
          ("exploitation beside medium risk", "Medium", {}, False),
          ("criminal exploitation", "Low", {"kind": "child_criminal_exploitation"}, True),
          ("another marker", "Low", {"kind": "domestic_abuse"}, False),
          ("cleared", "Low", {"cleared_at": "@-10"}, False),
          ("set thirteen months ago", "Low", {"set_at": "2025-02-01"}, False),
          ("set thirteen months ago and reviewed since", "Low",
           {"set_at": "2025-02-01", "reviewed_at": "2025-09-01"}, True),
          ("set twelve months ago less a day", "Low", {"set_at": "2025-03-04"}, True),
          ("set twelve months and a day ago", "Low", {"set_at": "2025-03-02"}, False),
      ]],
]


@pytest.mark.parametrize("given", CASES, ids=lambda each: each.name)
def test_an_absence_and_its_end(given: Case, tmp_path: Path) -> None:
    """What stands is what the catalogue says, no less and no more."""
    assert "" == "\n".join(run(given, tmp_path))
