"""Who is one child, and what the agencies' registers say against each other: D01, D04."""
from pathlib import Path

import pytest

from tests.acceptance.files import (
    Row,
    absence,
    header_903,
    identifier,
    incident,
    nominal,
    person,
    resident,
)
from tests.acceptance.partnership import Case, Expected, case, run, silent, stands, told

ONE, OTHER = "9000000009", "9000000017"
UPN, OTHER_UPN = "W815200014001", "K815200014002"
NUMBER = {"link_identifier_type": "Unique Pupil Number"}


def met(name: str, expected: Expected, police: dict[str, str], home: dict[str, str],
        *council: Row) -> Case:
    """A nominal and a resident who are one, and perhaps the council's word."""
    steps = [told("@21:00", "council", *council)] if council else []
    return case(name, *steps, told("@21:10", "riverside", resident(**home)),
                told("@21:20", "police", nominal(**police)), expected)


NOTHING = silent("@21:30", apart="D02")
CASES = [
    met("D01 a day apart, one NHS number", stands("@21:30", D01="high N1 R1"),
        {"date_of_birth": "2011-05-16", "nhs_number": ONE}, {"nhs_number": ONE}),
    met("D01 the same day", NOTHING, {"nhs_number": ONE}, {"nhs_number": ONE}),
    met("D01 the first of January at the police is an estimate of the year", NOTHING,
        {"date_of_birth": "2011-01-01", "nhs_number": ONE}, {"nhs_number": ONE}),
    met("D01 the fifteenth at the council is an estimate of the month", NOTHING,
        {}, {"nhs_number": ONE}, person(pers_dob="2011-05-15", pers_common_child_id=ONE)),
    met("D01 the fifteenth at the home is a day like any other",
        stands("@21:30", D01="high N1 R1"),
        {"nhs_number": ONE}, {"date_of_birth": "2011-05-15", "nhs_number": ONE}),
    met("D01 day and month swapped, one NHS number", stands("@21:30", D01="high N1 R1"),
        {"date_of_birth": "2011-03-04", "nhs_number": ONE},
        {"date_of_birth": "2011-04-03", "nhs_number": ONE}),
    case("D01 corrected",
         told("@21:10", "riverside", resident(nhs_number=ONE)),
         told("@21:20", "police", nominal(date_of_birth="2011-05-16", nhs_number=ONE)),
         stands("@21:30", D01="high N1 R1"),
         told("@21:40", "police", nominal(nhs_number=ONE)),
         stands("@21:41", D01="resolved")),
    case("D01 the person is withdrawn",
         told("@21:10", "riverside", resident(nhs_number=ONE)),
         told("@21:20", "police", nominal(date_of_birth="2011-05-16", nhs_number=ONE)),
         stands("@21:30", D01="high N1 R1"),
         told("@21:40", "police", nominal(date_of_birth="2011-05-16", nhs_number=ONE,
                                          state="withdrawn")),
         stands("@21:41", D01="withdrawn")),
    met("D04 two valid NHS numbers on a pair that all else joins",
        stands("@21:30", D04="high N1 R1"), {"nhs_number": ONE}, {"nhs_number": OTHER}),
    met("D04 one of them has a wrong check digit", NOTHING,
        {"nhs_number": ONE}, {"nhs_number": "9000000018"}),
    met("D04 one of them is a digit repeated", NOTHING,
        {"nhs_number": ONE}, {"nhs_number": "9999999999"}),
    met("D04 two live numbers in the council's own list", stands("@21:30", D04="high"),
        {}, {}, person(), identifier(ONE), identifier(OTHER, "LI2")),
    met("D04 one of them has ended", NOTHING, {}, {}, person(), identifier(ONE),
        identifier(OTHER, "LI2", link_valid_to_date="@-100")),
    met("D04 a number the council has ended is live nowhere", NOTHING,
        {"nhs_number": OTHER}, {}, person(pers_common_child_id=ONE),
        identifier(OTHER, "LI2", link_valid_to_date="@-100")),
    met("D04 two live pupil numbers", stands("@21:30", D04="high"), {}, {}, person(),
        identifier(UPN, **NUMBER), identifier(OTHER_UPN, "LI2", **NUMBER)),
    met("D04 the return's pupil number is another", stands("@21:30", D04="high"), {}, {},
        person(), identifier(UPN, **NUMBER), header_903(UPN=OTHER_UPN)),
    met("D04 a pupil number whose letter is wrong", NOTHING, {}, {}, person(),
        identifier(UPN, **NUMBER), identifier("A815200014002", "LI2", **NUMBER)),
    case("twins are two children, whatever they share",
         told("@21:10", "riverside", resident(), resident("R2", given_name="Oscar", sex="M")),
         told("@21:20", "police", nominal(), nominal("N2", given_name="Oscar", gender="Male")),
         told("@21:25", "council", person(), person("C2", pers_forename="Oscar",
                                                    pers_sex="M")),
         silent("@21:30")),
    case("two girls of one name, one agency telling them apart",
         told("@21:10", "riverside", resident()),
         told("@21:20", "police", nominal(), nominal("N2", date_of_birth="2012-12-30")),
         silent("@21:30")),
    case("father and son of one name",
         told("@21:10", "riverside", resident(given_name="John", sex="M")),
         told("@21:20", "police", nominal("N1", given_name="John", gender="Male",
                                          date_of_birth="1985-05-14"),
              incident("INC1", nominal_id="N1")), silent("@21:30")),
    case("the council's number for her joins nothing by itself",
         told("@21:10", "council", header_903(DOB="20/08/2009"),
              person("C1", pers_dob="2009-08-20", pers_forename="Amira", pers_surname="Khan")),
         told("@21:20", "riverside", resident()), silent("@21:30")),
    case("a girl who died is recorded as gone missing since",
         told("@09:00", "council", person(pers_death_date="2026-02-01")),
         told("@21:31", "riverside", resident(), absence()),
         silent("@21:35", apart="D05")),
    case("D05 activity before the day of death",
         told("@09:00", "council", person(pers_death_date="2026-02-20")),
         told("@21:31", "riverside", resident(left_on="2026-02-19"), absence(
             noticed_at="@-20 12:00", last_seen_at="@-20 12:00",
             reported_to_police_at="", reported_to_authority_at="",
             category="unauthorised_absence", returned_at="@-20 15:00")),
         silent("@21:35")),
]


@pytest.mark.parametrize("given", CASES, ids=lambda each: each.name)
def test_who_is_one_child(given: Case, tmp_path: Path) -> None:
    """What stands is what the catalogue says, no less and no more."""
    assert "" == "\n".join(run(given, tmp_path))
