"""The past, explained and tried otherwise, as people and programs call it."""
import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Build, Cli, one_evening_drops

EARLIER = "2026-03-01T21:40:00+00:00"
LATER = "2026-03-02T00:10:00+00:00"


def one_evening(cli: Cli, tmp_path: Path) -> None:
    """A home says at 21:35 that a girl is missing; police hold it as a concern since 22:00."""
    home, police = one_evening_drops(tmp_path)
    for at, agency, path in (("2026-03-01T21:35:00+00:00", "riverside", home),
                             ("2026-03-01T22:00:00+00:00", "police", police)):
        cli.now = at
        assert 0 == cli("publish", agency, path, "--extracted-at", at).code
        assert 0 == cli("check").code
    cli.now = LATER


@pytest.fixture
def evening(copied: Callable[[Build], Cli]) -> Cli:
    """A home says at 21:35 that a girl is missing; police hold it as a concern since 22:00."""
    return copied(one_evening)


def finding_of(cli: Cli) -> str:
    """The id of M01."""
    [found] = cli("findings", "--code", "M01", "--format", "json").json
    return str(found["id"])


def rows(answer: Answer) -> list[dict[str, str]]:
    """What was printed as CSV."""
    return list(csv.DictReader(io.StringIO(answer.out)))


@pytest.mark.parametrize("words", [
    ("findings",), ("people", "list"), ("missing",), ("report", "consistency"),
    ("report", "agreement")])
def test_every_list_can_be_asked_for_as_it_was(evening: Cli, words: tuple[str, ...]) -> None:
    """Before the police spoke it was another one."""
    now, then = (evening(*words, *more, "--format", "json")
                 for more in ((), ("--as-of", EARLIER)))

    assert (0, 0) == (now.code, then.code)
    assert now.json != then.json


def test_people_of_an_earlier_time(evening: Cli) -> None:
    """The police had said nothing of their nominal."""
    [then] = evening("people", "list", "--as-of", EARLIER, "--format", "json").json

    assert [{"agency": "riverside", "local_id": "R1"}] == then["members"]


def test_a_briefing_of_an_earlier_time(evening: Cli) -> None:
    """With what was held of her then, and audited as read now."""
    now, then = (evening("child", "riverside:R1", *more, "--format", "json").out
                 for more in ((), ("--as-of", EARLIER)))

    assert (True, False) == ("M01" in now, "M01" in then)
    assert (True, True) == ("Riverside House" in now, "Riverside House" in then)


def test_an_explanation_of_an_earlier_time(evening: Cli) -> None:
    """A finding that nobody could know of yet is none."""
    finding = finding_of(evening)
    evening.now = "2026-03-02T09:00:00+00:00"
    told = evening("explain", finding, "--as-of", LATER, "--format", "json").json
    before = evening("explain", finding, "--as-of", EARLIER)

    assert (finding, "open") == (told["id"], told["state"])
    assert (2, True) == (before.code, f"There is no finding {finding} as known at Sun 01 Mar "
                                      "2026 21:40, nor under an id it went by" in before.err)


def test_why_two_records_were_joined_then(evening: Cli) -> None:
    """Before one of them was heard of, nothing is held under it."""
    told = evening("people", "explain", "police:N1", "riverside:R1", "--as-of", LATER,
                   "--format", "json").json
    before = evening("people", "explain", "police:N1", "riverside:R1", "--as-of", EARLIER)

    assert told["joined"]
    assert (2, True) == (before.code, "Nothing is held under police:N1" in before.err)


@pytest.mark.parametrize("words", ["findings", "missing"])
def test_before_anything_was_heard_that_is_said_and_not_that_all_is_well(
        evening: Cli, words: str) -> None:
    """A program is told so too, beside its empty list."""
    said = ("Nothing had been heard by Sun 01 Mar 2026 21:30: that nothing is listed does not say "
            "that there was nothing.\n")
    text = evening(words, "--as-of", "2026-03-01T21:30")
    machine = evening(words, "--as-of", "2026-03-01T21:30", "--format", "json")
    later = evening(words, "--as-of", EARLIER)

    assert (0, said, "") == (text.code, text.out, text.err)
    assert (0, "[]\n", said) == (machine.code, machine.out, machine.err)
    assert "Nothing had been heard" not in later.out + later.err


@pytest.mark.parametrize("words", [
    ("findings",), ("people", "list"), ("missing",), ("report", "consistency"),
    ("child", "riverside:R1")])
def test_a_time_that_is_no_longer_held_is_said_to_be(evening: Cli,
                                                     words: tuple[str, ...]) -> None:
    """Exit code 2, in one sentence."""
    path = evening.home / "concord.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[retention]\nhistory_days = 1\n",
                    encoding="utf-8")
    answer = evening(*words, "--as-of", "2026-02-20T12:00")

    assert 2 == answer.code
    assert "no longer held" in answer.err


def test_an_explanation_as_a_page(evening: Cli, tmp_path: Path) -> None:
    """Only with somewhere to write it, and a file only as a page."""
    finding, out = finding_of(evening), tmp_path / "why.html"
    refused = [evening("explain", finding, *more).code
               for more in (("--format", "html"), ("--out", out))]
    answer = evening("explain", finding, "--format", "html", "--out", out)

    assert [2, 2] == refused
    assert (0, f"The page: {out}\n") == (answer.code, answer.out)
    assert "<svg" in out.read_text(encoding="utf-8")


def test_an_explanation_in_words(evening: Cli) -> None:
    """Who says what, with its times; who knew what when; the other rules."""
    told = evening("explain", finding_of(evening)).out

    assert "received Sun 01 Mar 2026 22:00" in told
    assert ("  Sun 01 Mar 2026 21:25  Riverside House      says it happened: told police (A1)\n"
            in told)
    assert "Other rules that looked at this child:" in told


def test_a_backtest_in_every_form(evening: Cli) -> None:
    """Twenty minutes after she was noticed the police held nothing that was read: nothing
    appears, as their incident covers the time; without M01 it goes."""
    words = ("backtest", "--without", "m01")
    told, text = evening(*words, "--format", "json").json, evening(*words).out
    [row] = rows(evening(*words, "--format", "csv"))

    assert [("M01", 1, 0, 0, 1)] == [
        (each["code"], each["before"], each["after"], each["appears"], each["goes"])
        for each in told["counts"] if each["goes"]]
    assert ("goes", "M01", "critical", "") == (
        row["effect"], row["code"], row["severity_before"], row["severity_after"])
    assert "0 would appear, 1 would go, 0 would differ; 1 child concerned." in text


def test_a_backtest_fails_only_where_asked(evening: Cli) -> None:
    """For a check of a configuration before it goes live."""
    words = ("backtest", "--without", "M01")

    assert (0, 1, 0) == (
        evening(*words).code, evening(*words, "--fail").code,
        evening("backtest", "--limit", "late_hours=5", "--fail").code)


def test_a_backtest_between_two_times(evening: Cli) -> None:
    """What began before the one, or was received after the other, has no say."""
    words = ("backtest", "--without", "M01", "--format", "csv")

    assert [0, 1, 0] == [len(rows(evening(*words, *more))) for more in (
        ("--from", "2026-03-01T23:00"), ("--from", "2026-03-01T21:00"), ("--to", EARLIER))]


def test_a_backtest_writes_nothing_but_its_audit_entry(evening: Cli) -> None:
    """Who asked, and why."""
    before = evening("findings", "--state", "all", "--format", "json").json
    evening("backtest", "--without", "M01", "--actor", "council:d.lead", "--purpose", "review")
    out = evening.home / "audit.jsonl"
    evening("audit", "export", "--out", out)
    last = out.read_text(encoding="utf-8").splitlines()[-1]

    assert before == evening("findings", "--state", "all", "--format", "json").json
    assert all(each in last for each in ("CONSULTATION", "council:d.lead", "review",
                                         "backtest: without M01"))
    assert 0 == evening("audit", "verify").code


@pytest.mark.parametrize(("words", "said"), [
    ((), "Nothing would change"),
    (("--without", "Z99"), "There is no rule Z99"),
    (("--limit", "late_hours"), "--limit must be NAME=VALUE"),
    (("--limits", "no/such.toml"), "cannot be read"),
    (("--model", "no/such.json"), "cannot be read"),
    (("--without", "M01", "--to", "2026-04-01"), "has not come yet"),
    (("--without", "M01", "--from", "teatime"), "--from must be a time"),
    (("--without", "M01", "--purpose", " "), "--purpose must not be empty")])
def test_a_backtest_that_cannot_be_made_is_one_sentence(cli: Cli, words: tuple[str, ...],
                                                        said: str) -> None:
    """And exit code 2."""
    answer = cli("backtest", *words)

    assert (2, True) == (answer.code, said in answer.err)
