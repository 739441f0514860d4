"""What the screens say of a critical finding that no lead is named for, until one is."""
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, written
from tests.pipeline import lines

NOBODY = ("1 critical finding can be told to nobody: for named leads alone, and no agency that "
          "might be told has named one. Set `lead` in an agency's section of concord.toml, then "
          "`concord deliver`.")
WHY = ("  nobody: it is for named leads alone, and no agency that might be told has named one. "
       "Set `lead` in its section of concord.toml: the next `concord deliver` tells it")


def a_death(cli: Cli, folder: Path) -> None:
    """The council records a death, the home had the child back after it; checked."""
    council = written(folder / "council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "C1", "Kayleigh", "Thornton", "2011-05-14", pers_death_date="2026-02-26")])
    home = written(
        folder / "riverside", residents=[lines.RESIDENTS, lines.resident(
            "R1", "Kayleigh", "Thornton", "2011-05-14")],
        absences=[lines.ABSENCES, lines.absence(
            "A1", "R1", "2026-02-28T21:00:00Z", returned_at="2026-02-28T23:00:00Z")])
    for agency, path in (("council", council), ("riverside", home)):
        assert 0 == cli("publish", agency, path, "--extracted-at", cli.now).code
    assert 0 == cli("check").code


@pytest.fixture
def dead(copied: Callable[[Build], Cli]) -> Cli:
    """A death is found and not delivered yet; `concord init` has named nobody's lead."""
    return copied(a_death)


def explained(cli: Cli, *more: str) -> list[str]:
    """What `concord explain` says of it."""
    [finding] = [each["id"] for each in cli("findings", "--format", "json").json
                 if each["code"] == "D05"]
    return cli("explain", finding, *more).out.splitlines()


def test_delivery_status_and_explain_say_that_nobody_is_told_until_a_lead_is_named(
        dead: Cli) -> None:
    """With the way out, which needs no record to change."""
    delivered = dead("deliver").out.splitlines()
    before = (delivered[-1], dead("status").out.splitlines()[-1],
              dead("status", "--format", "json").json["untold"],
              dead("deliver", "--format", "json").json["untold"], WHY in explained(dead))
    path = dead.home / "concord.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("# lead = ", "lead = "),
                    encoding="utf-8")
    after = dead("deliver", "--format", "json").json
    again = dead("deliver", "--format", "json").json

    assert (NOBODY, NOBODY, 1, 1, True) == before
    assert ({"statements": 0, "notices": 1, "untold": 0}, 0) == (after, again["notices"])
    assert ("nobody" in dead("status").out, WHY in explained(dead)) == (False, False)
    assert "For Designated doctor for child deaths alone." in dead("notices", "council").out


def test_a_past_is_not_judged_by_the_leads_of_today(dead: Cli) -> None:
    """Who was named then is not kept: as of a moment nothing is said of it."""
    dead("deliver")

    assert (True, False) == (WHY in explained(dead), WHY in explained(dead, "--as-of", dead.now))
