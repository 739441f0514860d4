"""What the screens say of a critical notice that nobody acknowledges."""
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, one_evening_drops

CONTACTS = """
[[agencies.police.contacts]]
name = "Control room"
[[agencies.police.contacts]]
name = "Emergency duty team"
"""


def two_notices(cli: Cli, tmp_path: Path) -> None:
    """At 22:00 police and the home have their notice; police have named two contacts."""
    with (cli.home / "concord.toml").open("a", encoding="utf-8") as file:
        file.write(CONTACTS)
    home, police = one_evening_drops(tmp_path)
    for agency, path in (("riverside", home), ("police", police)):
        assert 0 == cli("publish", agency, path, "--extracted-at", cli.now).code
    assert (0, 0) == (cli("check").code, cli("deliver").code)


@pytest.fixture
def told(copied: Callable[[Build], Cli]) -> Cli:
    """At 22:00 police and the home have their notice; police have named two contacts."""
    return copied(two_notices)


def listed(cli: Cli, minutes: int, agency: str = "police") -> str:
    """The agency's first line so many minutes past ten."""
    cli.now = f"2026-03-01T22:{minutes:02}:00+00:00"
    return cli("notices", agency).out.splitlines()[0]


@pytest.mark.parametrize(("minutes", "words"), [
    (0, "for Control room, not acknowledged for less than a minute"),
    (14, "for Control room, not acknowledged for 14 minutes"),
    (15, "for Emergency duty team, not acknowledged for 15 minutes")])
def test_a_notice_says_whose_it_is_and_how_long_it_has_waited(
        told: Cli, minutes: int, words: str) -> None:
    """At the end of its line."""
    assert listed(told, minutes).endswith(f".police]  {words}")


def test_a_notice_says_what_to_do_next(told: Cli) -> None:
    """Below its line, in the words of the notice itself."""
    [notice] = told("notices", "police", "--format", "json").json

    assert f"{'':9}{notice['action']}" == told("notices", "police").out.splitlines()[1]


def test_an_agency_without_contacts_is_told_how_long_alone(told: Cli) -> None:
    """The home has named nobody."""
    assert listed(told, 20, "riverside").endswith(
        ".riverside]  not acknowledged for 20 minutes")


def test_what_is_acknowledged_waits_no_longer(told: Cli) -> None:
    """The line ends as it always did."""
    [notice] = told("notices", "police", "--format", "json").json
    told("notices", "police", "--answer", notice["notice"], "--by", "a.sergeant")

    assert listed(told, 20).endswith(".police]")
    assert " acknowledged " in listed(told, 21)


@pytest.mark.parametrize(("first", "then"), [
    ("acknowledged", "seen"), ("done", "seen"), ("done", "acknowledged")])
def test_what_was_answered_is_taken_back_by_no_lesser_answer(
        told: Cli, first: str, then: str) -> None:
    """It changes nothing, and says so: a notice that waits again would be passed on."""
    [notice] = told("notices", "police", "--format", "json").json
    given = ("notices", "police", "--answer", notice["notice"], "--by", "a.sergeant", "--state")
    told(*given, first)
    before = told("notices", "police", "--format", "json").json
    lesser = told(*given, then)

    assert (0, f"Notice {notice['notice']} is {first} already, and stays so: {then} takes "
            "nothing back.\n") == (lesser.code, lesser.err)
    assert before == told("notices", "police", "--format", "json").json


def test_the_machine_form_has_the_same(told: Cli) -> None:
    """Times in UTC, whole minutes."""
    listed(told, 15)
    told.now = "2026-03-01T22:16:59+00:00"

    [notice] = told("notices", "police", "--format", "json").json

    assert ("Emergency duty team", "2026-03-01T22:15:00+00:00", "2026-03-01T22:00:00+00:00", 16) \
        == tuple(notice[key] for key in (
            "contact", "contact_since", "sent_at", "unacknowledged_minutes"))


def test_status_says_when_nobody_is_left(told: Cli) -> None:
    """Until then it says nothing of it."""
    for minutes in (15, 30):
        before = told("status").out
        listed(told, minutes)

    assert "acknowledged" not in before
    assert ("1 critical notice that nobody has acknowledged, with no contact left to go to: ring "
            "the agency (`concord notices AGENCY`).") == told("status").out.splitlines()[-1]
    assert 1 == told("status", "--format", "json").json["unreached"]
