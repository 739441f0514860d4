"""`concord erase` and `concord access` refuse what would harm, in one sentence."""
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, one_evening_drops, written

NOMINALS = ("nominal_id,given_name,surname,former_surname,date_of_birth,gender,ethnicity,"
            "home_address,home_postcode,phone,nhs_number,pnc_id,updated_at")
GIRL = "N1,Kayley,Thornton,,2011-05-14,Female,W1,,,,,,2026-01-12T09:00:00Z"
ERASE = ("erase", "police:N1", "--by", "r.manager", "--reason", "order 12")
AUTHORISED = ("--authorised-by", "d.officer")


def one_girl(cli: Cli, tmp_path: Path) -> None:
    """A home that knows one girl from the police."""
    assert 0 == cli("publish", "police", written(tmp_path / "in", nominals=[NOMINALS, GIRL])).code
    assert 0 == cli("check").code


@pytest.fixture
def known(copied: Callable[[Build], Cli]) -> Cli:
    """A home that knows one girl from the police."""
    return copied(one_girl)


def test_without_yes_nothing_is_erased(known: Cli) -> None:
    """The default is to say what would go."""
    answer = known(*ERASE, *AUTHORISED)

    assert (0, ["     1  PersonRecorded would be erased",
                "Nothing was changed. Give --yes to erase."]) == (
        answer.code, answer.out.splitlines())
    assert 1 == len(known("people", "list", "--format", "json").json)


def test_with_yes_the_person_is_gone(known: Cli) -> None:
    """The machine form names every event that went."""
    answer = known(*ERASE, *AUTHORISED, "--yes", "--format", "json")

    assert ("police:N1", True, ["PersonRecorded"], []) == (
        answer.json["subject"], answer.json["erased"],
        [each["type"] for each in answer.json["events"]], answer.json["raised"])
    assert [] == known("people", "list", "--format", "json").json
    assert 0 == known("audit", "verify").code


def test_a_second_erasure_finds_nothing(known: Cli) -> None:
    """And says so, as a typing error would look the same."""
    known(*ERASE, *AUTHORISED, "--yes")

    way_out = "`concord people list` shows who is known."
    assert (f"Nothing is held on police:N1: nothing would be erased. {way_out}" ==
            known(*ERASE, *AUTHORISED).out.strip())
    assert (f"Nothing is held on police:N1: nothing was erased. {way_out}" ==
            known(*ERASE, *AUTHORISED, "--yes").out.strip())


@pytest.mark.parametrize("system", ["CIN", "cim", "ssda903@cin2", "own"])
def test_a_system_that_there_is_not_is_refused_and_told_from_those_there_are(
        known: Cli, system: str) -> None:
    """It may be part of a local id, and is likelier a slip."""
    someone = f"police:N1@{system}"
    way_out = ("`concord people list` shows who is known; after @ a system is named @cin or "
               "@ssda903, in small letters, and anything else is taken for a part of the local "
               "id (`--system own` is the agency's own).")

    for yes, done in ((), "would be"), (("--yes",), "was"):
        refused = known("erase", someone, *ERASE[2:], *AUTHORISED, *yes)
        assert (2, "", f"Nothing is held on {someone}: nothing {done} erased. {way_out}") == (
            refused.code, refused.out, refused.err.strip())
    assert (f"Nothing is held on {someone}: {way_out}" == known(
        "access", someone, "--actor", "council:x", "--purpose", "b").err.strip())


def held_by(command: Cli) -> list[str]:
    """All that the home's store holds, row by row."""
    with closing(sqlite3.connect(command.home / "concord.db")) as store:
        return list(store.iterdump())


@pytest.mark.parametrize("more", [(), ("--yes",)])
def test_erasing_somebody_unknown_changes_nothing(known: Cli, more: tuple[str, ...]) -> None:
    """A name mistyped a year later must not move the home's clock on by that year."""
    before = held_by(known)
    known.now = "2027-03-01T22:00:00+00:00"

    answer = known("erase", "police:N404", *ERASE[2:], *AUTHORISED, *more)

    assert (0, "") == (answer.code, answer.err)
    assert before == held_by(known)


def test_what_waits_to_be_read_is_erased_too(cli: Cli, tmp_path: Path) -> None:
    """A person published and not yet checked is known."""
    _, police = one_evening_drops(tmp_path)
    assert 0 == cli("publish", "police", police).code

    answer = cli(*ERASE, *AUTHORISED, "--yes", "--format", "json")

    assert ["IncidentRecorded", "PersonRecorded"] == sorted(
        each["type"] for each in answer.json["events"])


def test_nobody_erases_on_their_own_authority(known: Cli) -> None:
    """Two people, two names."""
    answer = known(*ERASE, "--authorised-by", "r.manager", "--yes")

    assert 2 == answer.code
    assert "--authorised-by must be somebody else than --by" in answer.err


def test_an_authoriser_is_asked_for(known: Cli) -> None:
    """Without one nothing begins."""
    answer = known(*ERASE, "--yes")

    assert 2 == answer.code
    assert "authorised-by" in answer.err


@pytest.mark.parametrize(("words", "said"), [
    (("erase", "N1", "--by", "a", "--reason", "b", *AUTHORISED), "AGENCY:LOCAL_ID"),
    (("erase", "nobody:N1", "--by", "a", "--reason", "b", *AUTHORISED), "no agency 'nobody'"),
    ((*ERASE, *AUTHORISED, "--event", "12"), "--event must be an id"),
    ((*ERASE, *AUTHORISED, "--event", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"),
     "Nothing about police:N1 is held under the event"),
    ((*ERASE, *AUTHORISED, "--reject", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"),
     "mentions police:N1"),
    (("access", "police:N1", "--actor", "council", "--purpose", "b"), "--actor must be"),
    (("access", "police:N1", "--actor", "nobody:x", "--purpose", "b"), "no agency 'nobody'"),
    (("access", "police:N1", "--actor", "council:x", "--purpose", " "), "--purpose must say"),
    (("access", "police:N9", "--actor", "council:x", "--purpose", "b"), "Nothing is held on"),
])
def test_a_mistake_is_one_sentence(known: Cli, words: tuple[str, ...], said: str) -> None:
    """With exit code 2, and nothing done."""
    answer = known(*words)

    assert 2 == answer.code
    assert said in answer.err
    assert 1 == len(answer.err.splitlines())


def test_access_says_what_is_held_and_is_on_record(known: Cli) -> None:
    """The machine form holds the whole statement."""
    answer = known("access", "police:N1", "--actor", "council:d.officer", "--purpose",
                   "request 7", "--format", "json").json

    assert ["Kayley"] == [name["given"] for each in answer["statements"]
                          for name in each["said"]["names"]]
    assert ["CONSULTATION"] == [each["action"] for each in answer["audit"]]
