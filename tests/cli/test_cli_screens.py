"""What the screens say to a person: states, decisions, counts, times, and nothing too much."""
import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Build, Cli, one_evening_drops, written
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
)

PPN = ("ppn_ref,incident_ref,nominal_id,created_at,shared_with_csc_at,concern_types,risk_grade,"
       "child_spoken_to,demeanour_recorded,alleged_source,alleged_urn,updated_at")
ALLEGATION = ("PPN1,,N1,2026-03-01T21:40:00Z,,physical_abuse,Medium,,,home_staff,SC012345,"
              "2026-03-01T21:41:00Z")


def one_evening(cli: Cli, tmp_path: Path) -> None:
    """A home says a girl is missing; police hold the same evening as a concern for safety."""
    home, police = one_evening_drops(tmp_path)
    for agency, path in (("riverside", home), ("police", police)):
        assert 0 == cli("publish", agency, path, "--extracted-at", cli.now).code
    assert 0 == cli("check").code


@pytest.fixture
def evening(copied: Callable[[Build], Cli]) -> Cli:
    """A home says a girl is missing; police hold the same evening as a concern for safety."""
    return copied(one_evening)


def finding_of(cli: Cli) -> str:
    """The id of the one finding there is."""
    [finding] = cli("findings", "--state", "all", "--format", "json").json
    return str(finding["id"])


def test_an_agency_is_never_told_that_nothing_disagrees(evening: Cli, tmp_path: Path) -> None:
    """An allegation stands against the home: what is withheld from it is not counted either."""
    evening("publish", "police", written(tmp_path / "ppn", ppn=[PPN, ALLEGATION]))
    evening("check")

    lines = evening("child", "riverside:R1", "--actor", "riverside:a.keyworker", "--purpose",
                    "shift").out.splitlines()

    assert ("No finding may be shown to this agency; that is not to say that nothing "
            "disagrees." == lines[1])
    assert not [each for each in lines if "M01" in each or each == "Nothing disagrees."]


@pytest.mark.parametrize(("state", "found"), [
    ("open", 0), ("dismissed", 1), ("all", 1), ("confirmed", 0), ("resolved", 0)])
def test_findings_are_listed_by_state(evening: Cli, state: str, found: int) -> None:
    """A dismissed one is in its own list and in that of all."""
    evening("decide", finding_of(evening), "dismissed", "--by", "a.lead", "--reason", "seen")

    assert found == len(evening("findings", "--state", state, "--format", "json").json)


def test_a_filter_that_leaves_nothing_out_of_some_says_so(evening: Cli) -> None:
    """A critical finding is open: it is not said that nothing disagrees."""
    said = [evening("findings", *more).out for more in (
        ("--state", "dismissed"), ("--code", "M02"), ("--code", "M01", "--state", "resolved"))]

    assert ["No finding matches.\n"] * 3 == said


@pytest.mark.parametrize("words", ["findings", "missing"])
def test_a_home_that_has_heard_nobody_says_so(cli: Cli, words: str) -> None:
    """And not that nothing disagrees; a program is told so too, beside its empty list."""
    said = ("Nothing has been heard yet: that nothing is listed does not say that there is "
            "nothing.\n")
    text, machine = cli(words), cli(words, "--format", "json")

    assert (0, said, "") == (text.code, text.out, text.err)
    assert (0, "[]\n", said) == (machine.code, machine.out, machine.err)


@pytest.mark.parametrize("words", ["findings", "missing"])
def test_what_was_published_and_never_checked_is_said_with_the_way_out(
        cli: Cli, tmp_path: Path, words: str) -> None:
    """Somebody was heard, and nobody has looked."""
    cli("publish", "riverside", one_evening_drops(tmp_path)[0])
    said = "Nothing has been checked yet: 8 messages wait to be checked: run `concord check`.\n"
    text, machine = cli(words), cli(words, "--format", "json")

    assert (0, said, "") == (text.code, text.out, text.err)
    assert (0, "[]\n", said) == (machine.code, machine.out, machine.err)


def test_a_child_of_whom_nobody_has_checked_what_came_is_not_said_to_be_unknown_alone(
        cli: Cli, tmp_path: Path) -> None:
    """The record is on its way."""
    cli("publish", "riverside", one_evening_drops(tmp_path)[0])
    asked = cli("child", "riverside:R1")

    assert 2 == asked.code
    assert asked.err.endswith(" 8 messages wait to be checked: run `concord check`.\n")


@pytest.mark.parametrize(("words", "last"), [
    (("findings", "--code", "M02"), "No finding matches."),
    (("missing",), "1 missing by at least one account at Sun 01 Mar 2026 22:00."),
    (("notices", "riverside"), "1 notice."), (("report", "consistency"), None),
    (("people", "list"), "1 child."), (("report", "agreement"), None),
    (("child", "riverside:R1"), None)])
def test_an_answer_that_lacks_what_has_come_since_says_so(
        evening: Cli, tmp_path: Path, words: tuple[str, ...], last: str | None) -> None:
    """Below what it knows; and no longer once that is checked."""
    more = written(tmp_path / "later", nominals=[NOMINALS, KAYLEIGH_AT_POLICE.replace("N1", "N2")])
    evening("publish", "police", more)
    lines = evening(*words).out.splitlines()
    evening("check")

    assert "5 messages wait to be checked: run `concord check`." == lines[-1]
    assert last in (None, lines[-2])
    assert "wait to be checked" not in evening(*words).out


@pytest.mark.parametrize("decision", ["dismissed", "confirmed"])
def test_what_is_over_is_not_decided(evening: Cli, tmp_path: Path, decision: str) -> None:
    """It would be without effect: the state and what can be done are said instead."""
    finding = finding_of(evening)
    evening.now = "2026-03-02T00:00:00+00:00"
    mended = CONCERN_AT_POLICE.replace("Concern for safety", "Missing person").replace(
        "21:35:00Z", "23:50:00Z")
    evening("publish", "police", written(tmp_path / "later", incidents=[INCIDENTS, mended]))
    evening("check")

    refused = evening("decide", finding, decision, "--by", "a.lead", "--reason", "seen")

    assert (2, "", f"{finding} is resolved, and only a finding that stands is decided: `concord "
            f"explain {finding}` shows how it ended, and it can be decided if a check raises it "
            "again.") == (refused.code, refused.out, " ".join(refused.err.split()))
    assert [] == evening("explain", finding, "--format", "json").json["decisions"]


def test_a_rule_may_be_named_in_small_letters(evening: Cli) -> None:
    """m01 is M01."""
    assert 1 == len(evening("findings", "--code", "m01", "--format", "json").json)


def test_explain_says_who_decided_what_and_why(evening: Cli) -> None:
    """In words and in the machine form."""
    finding = finding_of(evening)
    evening("decide", finding, "confirmed", "--by", "a.lead", "--reason", "rang the home")

    assert ("Confirmed by a.lead, Sun 01 Mar 2026 22:00: rang the home"
            in evening("explain", finding).out.splitlines())
    assert [{"decision": "confirmed", "by": "a.lead", "at": "2026-03-01T22:00:00+00:00",
             "reason": "rang the home", "evidence_unchanged": True}] == evening(
        "explain", finding, "--format", "json").json["decisions"]


def test_one_is_said_in_the_singular(evening: Cli) -> None:
    """1 finding, 1 child, 1 notice."""
    assert "1 finding. `concord explain" in evening("findings").out
    assert "1 child." == evening("people", "list").out.splitlines()[-1]
    assert "1 notice." == evening("notices", "riverside").out.splitlines()[-1]


def test_status_says_what_to_do_and_when_in_local_time(evening: Cli) -> None:
    """What waits for delivery is no stage that hangs; nobody reads UTC in June."""
    evening.now = "2026-06-01T12:00:00+00:00"

    lines = evening("status").out.splitlines()

    assert ["intake: nothing waiting", "checker: nothing waiting"] == lines[:2]
    assert lines[2].startswith("delivery: ")
    assert lines[2].endswith(" messages waiting to be delivered: `concord deliver`")
    assert ["council: last heard never", "police: last heard Sun 01 Mar 2026 22:00",
            "riverside: last heard Sun 01 Mar 2026 22:00"] == lines[3:6]
    assert "2026-03-01T22:00:00+00:00" == evening(
        "status", "--format", "json").json["last_heard"]["police"]


def test_a_return_is_no_feed_that_stopped_and_hides_none(cli: Cli) -> None:
    """Alone it says up to when it speaks; beside extracts of the case system these count."""
    sample = ROOT / "adapters" / "social_care" / "sample"
    said = []
    for folder, when in (("ssda903", "2026-06-01T09:00"), ("ssd", "2026-02-01T09:00")):
        cli.now = "2026-06-01T12:00:00+00:00"
        cli("publish", "council", sample / folder, "--extracted-at", when)
        cli("check")
        said += [line for line in cli("status").out.splitlines() if line.startswith("council")]

    assert ["council: heard by a yearly return alone, which speaks up to 31 Mar 2026",
            "council: last heard Sun 01 Feb 2026 09:00"] == said


def test_no_rejects_says_so(cli: Cli) -> None:
    """An empty screen could be a broken one."""
    assert "No rejects.\n" == cli("rejects", "list").out


def test_a_notice_whose_child_was_erased_names_nobody(evening: Cli) -> None:
    """The word and not a null."""
    evening("deliver")
    evening("erase", "riverside:R1", "--by", "r.manager", "--authorised-by", "d.officer",
            "--reason", "order 12", "--yes")

    told = evening("notices", "riverside").out.splitlines()[0]

    assert " erased  " in told
    assert "None" not in told


def test_the_version_needs_no_home(tmp_path: Path) -> None:
    """The first thing anybody asks when something is wrong."""
    answer = Cli(tmp_path / "nowhere")("--version")

    assert (0, True) == (answer.code, answer.out.startswith("concord "))


def test_a_historical_finding_says_so_in_words_and_as_csv(evening: Cli, tmp_path: Path) -> None:
    """A record of long ago came only now."""
    old = CONCERN_AT_POLICE.replace("INC1", "INC0").replace("2026-03-01", "2025-11-01")
    gone = MISSING_FROM_HOME.replace("A1", "A0").replace(
        "21:30:00Z,,,,", "21:30:00Z,2026-03-01T23:30:00Z,,,").replace("2026-03-01", "2025-11-01")
    evening("publish", "police", written(tmp_path / "old", incidents=[INCIDENTS, old]))
    evening("publish", "riverside", written(tmp_path / "oldhome", absences=[
        ABSENCES, gone.replace("2025-11-01T21:31", "2025-11-01T23:31")]))
    evening("check")

    listed = evening("findings", "--format", "json").json
    assert [False, True] == [each["historical"] for each in listed if each["code"] == "M01"]
    assert "open, historical" in " ".join(evening("findings").out.split())
    rows = csv.DictReader(evening("findings", "--format", "csv").out.splitlines())
    assert [("false", "false"), ("true", "false")] == [
        (each["historical"], each["done_late"]) for each in rows if each["code"] == "M01"]


def test_the_agreement_page_is_not_the_consistency_page(evening: Cli, tmp_path: Path) -> None:
    """It can be passed on: counts, and no child."""
    page, whole = tmp_path / "agreement.html", tmp_path / "whole.html"
    evening("report", "agreement", "--html", page)
    evening("report", "consistency", "--html", whole)

    text = page.read_text(encoding="utf-8")
    assert "Agreement between agencies" in text
    assert "Findings by child" not in text
    assert "police:N1" not in text
    assert "Findings by child" in whole.read_text(encoding="utf-8")
