"""A council that sends its looked-after return alone: who is joined, who is asked, under what
name."""
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, written
from tests.pipeline.conftest import RESIDENTS

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
GIRL_OF_THE_RETURN = "7001,2,14/05/2011,WBRI,UN1,,"
CHILD_OF_THE_RETURN = "7002,1,03/02/2012,WBRI,UN1,,"
AT_HOME = ("R1,Kayleigh,Thornton,,{born},F,,{authority},{number},SC012345,YO61 3QQ,2025-09-01,,"
           "C2,2026-01-10T09:00:00Z")
JOINED = ["council:7001@ssda903", "riverside:R1"]
APART = [["council:7001@ssda903"], ["council:7002@ssda903"], ["riverside:R1"]]


@pytest.fixture
def records(cli: Cli, tmp_path: Path) -> Callable[..., list[list[str]]]:
    """Publish a return and a home's resident; every child by its records."""
    def reading(**resident: str) -> list[list[str]]:
        home = {"born": "2011-05-14", "authority": "815", "number": "7001", **resident}
        council = written(tmp_path / "return", header=[
            HEADER, GIRL_OF_THE_RETURN, CHILD_OF_THE_RETURN])
        drop = written(tmp_path / "home", residents=[RESIDENTS, AT_HOME.format(**home)])
        assert 0 == cli("publish", "council", council).code
        assert 0 == cli("publish", "riverside", drop).code
        assert 0 == cli("check").code
        return sorted(each["records"] for each in cli("people", "list", "--format", "json").json)
    return reading


def asked(cli: Cli) -> list[tuple[str, str, str]]:
    """Both records of each pair that people are asked about, and why."""
    return [(each["left"], each["right"], each["why"])
            for each in cli("people", "review", "--json").json]


def test_a_home_that_names_the_councils_number_joins_the_return(
    records: Callable[..., list[list[str]]],
) -> None:
    """The return alone holds number, sex and birth date, and the home's record all of them."""
    assert [JOINED, ["council:7002@ssda903"]] == records()


def test_a_birth_date_with_a_slip_still_proves_the_number(
    records: Callable[..., list[list[str]]],
) -> None:
    """One digit off, as clerks write it."""
    assert [JOINED, ["council:7002@ssda903"]] == records(born="2011-05-15")


def test_a_number_that_nothing_proves_is_asked_about(
    records: Callable[..., list[list[str]]], cli: Cli,
) -> None:
    """The home does not know the birth date: a person says whether the two are one child."""
    assert APART == records(born="")
    assert [("council:7001@ssda903", "riverside:R1",
             "same local id in a return, but neither birth date nor UPN agrees")] == asked(cli)


@pytest.mark.parametrize("resident", [
    {"number": "7009"}, {"number": ""}, {"authority": "816"}, {"born": "2009-11-23"}])
def test_no_other_number_joins_nor_asks(
    records: Callable[..., list[list[str]]], cli: Cli, resident: dict[str, str],
) -> None:
    """Another number, none, another council's, or a birth date with nothing in common."""
    assert APART == records(**resident)
    assert [] == asked(cli)


def return_beside_a_record(cli: Cli, tmp_path: Path) -> None:
    """A council whose number 7 is one child's in the case system and another's in the return."""
    person = "pers_person_id,pers_forename,pers_surname,pers_dob"
    council = written(tmp_path / "council", ssd_person=[person, "7,Ada,Hill,2010-03-04"],
                      header=[HEADER, "7,1,23/11/2014,WBRI,UN1,,", GIRL_OF_THE_RETURN])
    assert 0 == cli("publish", "council", council).code
    assert 0 == cli("check").code


@pytest.fixture
def beside(copied: Callable[[Build], Cli]) -> Cli:
    """That council's home."""
    return copied(return_beside_a_record)


def test_a_record_has_one_name_in_every_list(beside: Cli) -> None:
    """What `people list` prints is what `child` says it is held as."""
    listed = beside("people", "list").out
    assert ["council:7", "council:7001@ssda903", "council:7@ssda903"] == sorted(
        line.split()[1] for line in listed.splitlines()[:-1])


@pytest.mark.parametrize("name", ["council:7", "council:7@ssda903", "council:7001@ssda903",
                                  "council:7001"])
def test_every_name_listed_is_taken(beside: Cli, name: str) -> None:
    """By `child` and by `people judge`; also the council's bare number where only the return
    bears it."""
    assert 0 == beside("child", name).code
    assert 0 == beside("people", "judgements", name).code


def test_a_bare_number_of_two_children_is_asked_about(cli: Cli, tmp_path: Path) -> None:
    """The census has given the number to another child than the looked-after return."""
    census = ("<Message><Children><Child><ChildIdentifiers><LAchildID>7</LAchildID>"
              "<PersonBirthDate>2010-03-04</PersonBirthDate></ChildIdentifiers></Child>"
              "</Children></Message>")
    council = written(tmp_path / "council", header=[HEADER, "7,1,23/11/2014,WBRI,UN1,,"])
    (council / "cin.xml").write_text(census, encoding="utf-8")
    assert 0 == cli("publish", "council", council).code
    assert 0 == cli("check").code

    answer = cli("child", "council:7")

    assert (2, "council:7 is held as council:7@cin and as council:7@ssda903, which are not one "
            "child: name one of them.\n") == (answer.code, answer.err)


def test_pairs_that_wait_are_named_by_the_status(
    records: Callable[..., list[list[str]]], cli: Cli,
) -> None:
    """What the checker has to look at is no queue of people's."""
    records(born="")

    told = cli("status").out.splitlines()

    assert ["0 rejects, 0 held; the checker has 0 records to look at.",
            "1 pair of records waits for a person to say whether they are one child: "
            "`concord people review`."] == told[-2:]
    assert 1 == cli("status", "--format", "json").json["pairs_to_review"]


def test_a_status_without_pairs_says_nothing_of_them(
    records: Callable[..., list[list[str]]], cli: Cli,
) -> None:
    """Nobody need look at a queue that is empty."""
    records()

    assert "people review" not in cli("status").out
    assert 0 == cli("status", "--format", "json").json["pairs_to_review"]


def test_an_absence_that_a_return_leaves_open_is_told_below_who_is_missing(
    cli: Cli, tmp_path: Path,
) -> None:
    """Nobody says that the child is missing now, and nobody that it is back; reading it is
    audited."""
    council = written(
        tmp_path / "return", header=[HEADER, GIRL_OF_THE_RETURN, CHILD_OF_THE_RETURN], missing=[
            "CHILD,DOB,MISSING,MIS_START,MIS_END", "7001,14/05/2011,M,20/03/2025,",
            "7002,03/02/2012,M,21/03/2025,"])
    assert 0 == cli("publish", "council", council).code
    assert 0 == cli("check").code
    children = [each["child"] for each in cli("people", "list", "--format", "json").json]
    before = cli("audit", "verify", "--format", "json").json["entries"]

    told = cli("missing").out.splitlines()

    assert ["0 missing by at least one account at Sun 01 Mar 2026 22:00.", *(
        f"By a return alone: council:{number}@ssda903: missing since {day} March 2025 by the "
        "return of North Valley Council, which speaks up to 31 March 2025; how it went on is not "
        f"known  [child {child}]"
        for number, day, child in zip((7001, 7002), (20, 21), children, strict=True))] == told
    assert before + 2 == cli("audit", "verify", "--format", "json").json["entries"]
    assert [] == cli("missing", "--format", "json").json


def test_a_return_without_its_person_file_is_listed_and_joins_nobody(
    cli: Cli, tmp_path: Path,
) -> None:
    """The checker looks at the child; that nothing describes it is said in the list."""
    council = written(tmp_path / "return", episodes=[
        "CHILD,DECOM,RNE,LS,PLACE,DEC,REC,PL_POST,URN",
        "7001,02/02/2025,S,C2,K2,,,YO61 3QQ,SC012345"])
    home = written(tmp_path / "home", residents=[RESIDENTS, AT_HOME.format(
        born="2011-05-14", authority="815", number="7001")])
    assert 0 == cli("publish", "council", council).code
    assert 0 == cli("publish", "riverside", home).code
    assert 0 == cli("check").code

    told = [line.split("  ", 1)[-1] for line in cli("people", "list").out.splitlines()]

    assert ["riverside:R1", "council:7001@ssda903  (no person record yet: joined to nobody)",
            "1 child, and 1 record without a person record."] == told
    assert [] == asked(cli)
    [child] = [line.split()[0] for line in cli("people", "list").out.splitlines()
               if "no person record" in line]
    assert cli("child", child).out.startswith("council:7001@ssda903  [child ")
