"""Who took up a notice is on every screen, and whoever reads about a child is audited."""
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, one_evening_drops, written
from tests.pipeline import lines

TAKEN = ("acknowledged by a.sergeant, Sun 01 Mar 2026 22:10; next: a car goes to the home")


def acknowledged(cli: Cli, tmp_path: Path) -> None:
    """At 22:00 police and the home have their notice; at 22:10 police acknowledge it."""
    home, police = one_evening_drops(tmp_path)
    for agency, path in (("riverside", home), ("police", police)):
        assert 0 == cli("publish", agency, path, "--extracted-at", cli.now).code
    assert (0, 0) == (cli("check").code, cli("deliver").code)
    [notice] = cli("notices", "police", "--format", "json").json
    cli.now = "2026-03-01T22:10:00+00:00"
    cli("notices", "police", "--answer", notice["notice"], "--by", "a.sergeant",
        "--next-step", "a car goes to the home")
    cli.now = "2026-03-01T22:20:00+00:00"


@pytest.fixture
def told(copied: Callable[[Build], Cli]) -> Cli:
    """At 22:00 police and the home have their notice; at 22:10 police acknowledge it."""
    return copied(acknowledged)


def finding_of(cli: Cli) -> str:
    """The id of M01."""
    [found] = cli("findings", "--code", "M01", "--format", "json").json
    return str(found["id"])


def readings(cli: Cli, out: Path) -> list[tuple[str, str, str, bool]]:
    """(who, why, what, whether it names a child) of each reading in the audit chain, in order."""
    cli("audit", "export", "--out", out)
    entries = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return [(each["actor"], each["why"], each["detail"], each["subject_digest"] is not None)
            for each in entries if each["action"] == "CONSULTATION"]


def test_who_took_it_up_is_on_every_screen(told: Cli, tmp_path: Path) -> None:
    """The list, the explanation, the report's page, and the recipient's own notices."""
    page = tmp_path / "report.html"
    told("report", "consistency", "--html", page)
    [notice] = told("notices", "police", "--format", "json").json
    [found] = told("findings", "--format", "json").json

    assert f"  North Valley Police: {TAKEN}" in told("explain", found["id"]).out.splitlines()
    assert f"North Valley Police: {TAKEN}" in " ".join(
        part.strip() for line in told("findings").out.splitlines()
        for part in line.split("│")[5:6])
    assert f"<li>North Valley Police: {TAKEN}</li>" in page.read_text(encoding="utf-8")
    assert f"{'':9}{TAKEN}" == told("notices", "police").out.splitlines()[1]
    assert notice["answer"] == found["notices"][0]["answer"]
    assert ("a.sergeant", "a car goes to the home") == (
        notice["answer"]["by"], notice["answer"]["next_step"])


def test_an_earlier_time_does_not_know_who_took_it_up_later(told: Cli) -> None:
    """At five past ten nobody had."""
    [found] = told("findings", "--as-of", "2026-03-01T22:05", "--format", "json").json

    assert [None, None] == [each["answer"] for each in found["notices"]]
    assert [5, 5] == [each["unacknowledged_minutes"] for each in found["notices"]]


def test_whoever_reads_about_a_child_is_audited(told: Cli, tmp_path: Path) -> None:
    """With who and why, where that is said, of each record that is shown."""
    finding = finding_of(told)
    before = len(readings(told, tmp_path / "before.jsonl"))
    told("explain", finding, "--by", "a.lead", "--purpose", "strategy meeting")
    told("people", "explain", "police:N1", "riverside:R1")
    told("missing", "--by", "duty.desk")
    told("findings", "--as-of", "2026-03-01T22:05")
    told("report", "consistency")
    told("report", "consistency", "--html", tmp_path / "page.html")

    pair = ("operator", "not stated", "why two records are, or are not, one child", True)
    explained = ("a.lead", "strategy meeting", f"finding {finding} explained", True)
    assert [explained, explained, pair, pair,
            ("duty.desk", "not stated", "who is missing", True),
            ("operator", "not stated", "1 finding listed", False),
            ("operator", "not stated", "consistency page, 1 finding", False),
            ] == readings(told, tmp_path / "after.jsonl")[before:]
    assert 0 == told("audit", "verify").code


def test_nobody_reads_without_a_name_who_says_they_give_one(told: Cli) -> None:
    """An empty --by is refused before anything is shown."""
    answer = told("explain", finding_of(told), "--by", " ")

    assert (2, "") == (answer.code, answer.out)


def test_a_finding_is_explained_under_the_id_that_it_went_by_then(
        told: Cli, tmp_path: Path) -> None:
    """The council writes the night down too, and the finding has another id since."""
    then, was = "2026-03-01T22:15", finding_of(told)
    told.now = "2026-03-01T22:30:00+00:00"
    council = written(tmp_path / "council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "P1", "Kayleigh", "Thornton", "2011-05-14")], ssd_missing=[lines.SSD_MISSING, lines.line(
            lines.SSD_MISSING, miss_table_id="E1", miss_person_id="P1",
            miss_missing_episode_start_date="2026-03-01", miss_missing_episode_type="M")])
    told("publish", "council", council, "--extracted-at", told.now)
    told("check")
    now = finding_of(told)
    answer = told("explain", now, "--as-of", then, "--format", "json")

    assert was != now
    assert (was, f"{now} went by {was} at Sun 01 Mar 2026 22:15.") == (
        answer.json["id"], answer.err.strip())
