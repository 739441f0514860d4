"""Rows that came without the file that says whose they are: `publish` and `status` say so."""
from pathlib import Path

from tests.cli.conftest import Cli, written
from tests.pipeline.conftest import CONCERN_AT_POLICE, INCIDENTS, KAYLEIGH_AT_POLICE, NOMINALS

HEADER = ["CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB", "7,2,27/03/2011,WBRI,,,"]
MISSING = ["CHILD,DOB,MISSING,MIS_START,MIS_END", "7,27/03/2011,M,14/02/2025,16/02/2025"]
LOST = ("has never been read, and it alone says who the children of these rows are: until it is, "
        "they are joined to no record of anybody else, and nobody is asked whether they should "
        "be, not even where a home names their number. Send {0} with the others.")


def test_a_return_without_its_header_says_what_is_lost_and_what_to_send(
    cli: Cli, tmp_path: Path,
) -> None:
    """Nobody would notice: the rows are read, and stand for a child of their own."""
    published = cli("publish", "council", written(tmp_path / "return", missing=MISSING))
    cli("check")
    said = LOST.format("header.csv")

    assert f"  header.csv: {said}" in published.out.splitlines()
    assert f"council: header.csv {said}" in cli("status").out.splitlines()
    assert [{"agency": "council", "system": "ssda903"}] == cli(
        "status", "--format", "json").json["undescribed"]


def test_nothing_is_said_once_the_header_has_come(cli: Cli, tmp_path: Path) -> None:
    """Also where it comes by itself, before the rows or after them."""
    cli("publish", "council", written(tmp_path / "header", header=HEADER))

    published = cli("publish", "council", written(tmp_path / "rows", missing=MISSING))
    cli("check")

    assert "header.csv" not in published.out
    assert [] == cli("status", "--format", "json").json["undescribed"]


def test_an_empty_file_lacks_nobody(cli: Cli, tmp_path: Path) -> None:
    """A header alone says that there was nothing, of no child."""
    published = cli("publish", "council", written(tmp_path / "rows", missing=MISSING[:1]))

    assert "header.csv" not in published.out


def test_a_header_that_was_refused_is_told_as_such(cli: Cli, tmp_path: Path) -> None:
    """It has been sent: what is wrong with it is what is to be mended."""
    published = cli("publish", "council", written(
        tmp_path / "return", missing=MISSING, header=["CHILD;SEX;DOB", "7;2;27/03/2011"]))

    assert ["  refused header.csv: header.csv is separated by semicolons: save it with commas"] \
        == [each for each in published.out.splitlines() if "header.csv" in each]


def test_it_is_said_of_any_agencys_files(cli: Cli, tmp_path: Path) -> None:
    """Calls without the nominals are nobody's either."""
    calls = written(tmp_path / "calls", incidents=[INCIDENTS, CONCERN_AT_POLICE])
    people = written(tmp_path / "people", nominals=[NOMINALS, KAYLEIGH_AT_POLICE])

    said = [cli("publish", "police", each).out.count("nominals.csv: has never been read")
            for each in (calls, people, calls)]

    assert [1, 0, 0] == said
