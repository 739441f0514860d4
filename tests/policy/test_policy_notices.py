"""Who may be told of what, case by case: themes, homes, allegations."""
import pytest

from broker.policy.visibility import may_be_told
from tests.policy.test_policy_kept_back import ALLOWED, COUNCIL, HOME, POLICE, _finding, _said

EVERYBODY = ["police", "council", "riverside"]
THEMES = ("M01", "L03", "D01", "G01", "R01", "S01", "T01", "K01", "P01")


def told(code: str, *agencies: str, alleged: bool = False) -> list[str]:
    """Who is told of a finding that rests on a record of each of these agencies."""
    finding = _finding(code, *(_said(agency, number)
                               for number, agency in enumerate(agencies, 1)))
    return [each.code for each in (POLICE, COUNCIL, HOME) if may_be_told(
        finding, each, ALLOWED, (), alleged=alleged and each is HOME)]


@pytest.mark.parametrize("code", THEMES)
def test_a_home_is_told_of_missing_living_and_details_and_of_no_other_theme(code: str) -> None:
    """Also where the finding rests on a record of its own."""
    assert (EVERYBODY if code[0] in "MLD" else EVERYBODY[:2]) == told(code, *EVERYBODY)


@pytest.mark.parametrize("code", THEMES)
def test_a_home_is_told_of_no_finding_that_rests_on_others_records_alone(code: str) -> None:
    """Though it holds the child."""
    assert EVERYBODY[:2] == told(code, "police", "council")


@pytest.mark.parametrize("code", THEMES)
def test_an_allegation_holds_every_finding_from_the_home_and_from_nobody_else(code: str) -> None:
    """Of all themes, on its own records too."""
    assert EVERYBODY[:2] == told(code, *EVERYBODY, alleged=True)


@pytest.mark.parametrize(("code", "who"), [("D02", []), ("D05", [])])
def test_what_is_internal_or_for_leads_is_not_told_to_whoever_supplied_it(
        code: str, who: list[str]) -> None:
    """All three hold a record of the evidence."""
    assert who == told(code, *EVERYBODY)
