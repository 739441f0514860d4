"""`concord erase` of a number that several systems of one agency have given out."""
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, written
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
)

ERASE = ("--by", "r.manager", "--authorised-by", "d.officer", "--reason", "order 12")
PERSON = ("pers_person_id,pers_common_child_id,pers_legacy_id,pers_forename,pers_surname,"
          "pers_sex,pers_gender,pers_ethnicity,pers_dob,pers_expected_dob,pers_death_date,"
          "pers_is_mother,pers_nationality")
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
ASKED = ("council:7 is a number in several systems, and may be several children: council:7 "
         "(1 record), council:7@ssda903 (1 record). Say which with --system own, cin or "
         "ssda903, or take all of them with --system every.")


def two_children(cli: Cli, tmp_path: Path) -> None:
    """A council whose case system and return have given number 7 to two children."""
    cli("publish", "council", written(tmp_path / "ssd", ssd_person=[
        PERSON, "7,,,Adam,Smith,M,,,2013-01-02,,,,"]))
    cli("publish", "council", written(tmp_path / "return", header=[
        HEADER, "7,2,27/03/2011,WBRI,,,"]))
    assert 0 == cli("check").code


@pytest.fixture
def known(copied: Callable[[Build], Cli]) -> Cli:
    """A home that knows both."""
    return copied(two_children)


def people(cli: Cli) -> list[str]:
    """Who is known, as agency and number."""
    return [each.split()[-1] for each in cli("people", "list").out.splitlines()[:-1]]


def test_a_number_of_several_systems_is_listed_by_system(known: Cli) -> None:
    """Whoever erases sees that it may be two children before anything goes."""
    answer = known("erase", "council:7", *ERASE)

    assert (0, ["     2  PersonRecorded would be erased", f"Nothing was changed. {ASKED}"]) == (
        answer.code, answer.out.splitlines())
    assert {"council:7": 1, "council:7@ssda903": 1} == known(
        "erase", "council:7", *ERASE, "--format", "json").json["held_as"]


def test_it_is_not_erased_until_somebody_says_whose(known: Cli) -> None:
    """What is erased cannot be brought back: a guess would cost another child's record."""
    answer = known("erase", "council:7", *ERASE, "--yes")

    assert (2, f"Nothing was erased: {ASKED}") == (answer.code, answer.err.strip())
    assert ["council:7", "council:7@ssda903"] == sorted(people(known))


@pytest.mark.parametrize(("named", "left"), [
    (("council:7@ssda903",), "council:7"),
    (("council:7", "--system", "ssda903"), "council:7"),
    (("council:7@ssda903", "--system", "ssda903"), "council:7"),
    (("council:7", "--system", "own"), "council:7@ssda903"),
])
def test_only_the_record_of_the_named_system_goes(
    known: Cli, named: tuple[str, ...], left: str,
) -> None:
    """And the command says what of that number stays."""
    answer = known("erase", *named, *ERASE, "--yes")

    assert 0 == answer.code
    assert "     1  PersonRecorded erased" == answer.out.splitlines()[0]
    assert (f"  stay: 1 record of {left}, the same number in another system, and all that council "
            "was told under it") in answer.out.splitlines()
    assert [left] == people(known)
    assert 0 == known("audit", "verify").code


def test_the_other_record_of_the_number_is_on_the_log_still(known: Cli) -> None:
    """What was said of another child is derived anew from there."""
    known("erase", "council:7@ssda903", *ERASE, "--yes")

    known("rebuild", "--by", "r.manager", "--reason", "to see", "--yes")
    known("check")

    assert ["council:7"] == people(known)


def test_every_system_is_erased_where_that_is_said(known: Cli) -> None:
    """One child in all of them is what most often is meant."""
    answer = known("erase", "council:7", "--system", "every", *ERASE, "--yes")

    assert "     2  PersonRecorded erased" == answer.out.splitlines()[0]
    assert [] == people(known)


def test_a_number_that_one_system_has_needs_no_more_words(known: Cli) -> None:
    """Nothing is asked where there is no doubt."""
    known("erase", "council:7@ssda903", *ERASE, "--yes")

    answer = known("erase", "council:7", *ERASE, "--yes")

    assert (0, []) == (answer.code, people(known))


def test_two_systems_named_at_once_are_a_mistake(known: Cli) -> None:
    """Neither is taken."""
    answer = known("erase", "council:7@ssda903", "--system", "own", *ERASE, "--yes")

    assert (2, "council:7@ssda903 names one system and --system own another: leave one of them "
               "out.") == (answer.code, answer.err.strip())


def test_access_to_a_return_gives_nothing_of_another_child_of_that_number(known: Cli) -> None:
    """To be shown a stranger's record would be a breach."""
    answer = known("access", "council:7@ssda903", "--actor", "council:d.officer", "--purpose",
                   "request 7", "--format", "json").json

    assert (["council:7@ssda903"], ["2011-03-27"]) == (
        answer["held_as"], [each["said"]["birth_date"] for each in answer["statements"]])


def test_what_the_agency_was_told_of_another_child_of_the_number_stays(
    cli: Cli, tmp_path: Path,
) -> None:
    """A notice says a number and not a system: it ends only when nobody has that number."""
    for agency, files in (
        ("riverside", {"residents": [RESIDENTS, KAYLEIGH_AT_HOME],
                       "absences": [ABSENCES, MISSING_FROM_HOME]}),
        ("police", {"nominals": [NOMINALS, KAYLEIGH_AT_POLICE],
                    "incidents": [INCIDENTS, CONCERN_AT_POLICE]}),
        ("council", {"ssd_person": [PERSON, "7,,,Kayleigh,Thornton,F,,,2011-05-14,,,,"]}),
    ):
        cli("publish", agency, written(tmp_path / agency, **files))
    cli("publish", "council", written(tmp_path / "return", header=[
        HEADER, "7,1,27/03/2015,WBRI,,,"]))
    cli("check")
    cli("deliver")
    before = cli("notices", "council").out
    assert "critical M01 sent         7 " in before

    cli("erase", "council:7@ssda903", *ERASE, "--yes")

    assert before == cli("notices", "council").out
    cli("erase", "council:7", *ERASE, "--yes")
    assert "erased" in cli("notices", "council").out
