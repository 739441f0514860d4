"""`concord missing`, `child` and `report`, as people and programs call them."""
import csv
import io
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, one_evening_drops


@pytest.fixture
def evening(tmp_path: Path) -> Cli:
    """A home says a girl is missing; police hold the same evening as a concern for safety."""
    cli = Cli(tmp_path / "home")
    cli("init")
    home, police = one_evening_drops(tmp_path)
    for agency, path in (("riverside", home), ("police", police)):
        assert 0 == cli("publish", agency, path, "--extracted-at", cli.now).code
    assert 0 == cli("check").code
    return cli


def test_missing_names_her(evening: Cli) -> None:
    """The machine form, with both accounts."""
    [found] = evening("missing", "--format", "json").json

    assert ["police:N1", "riverside:R1"] == found["members"]
    assert ["North Valley Police", "Riverside House"] == sorted(
        said["agency"] for said in found["accounts"])


def test_missing_as_of_before_it_was_heard(evening: Cli) -> None:
    """An hour earlier nobody had said anything."""
    assert [] == evening("missing", "--as-of", "2026-03-01T21:00:00Z", "--format", "json").json


def test_missing_in_words_and_as_csv(evening: Cli) -> None:
    """One child either way."""
    assert "1 missing by at least one account at Sun 01 Mar 2026 22:00." in evening("missing").out
    rows = list(csv.DictReader(io.StringIO(evening("missing", "--format", "csv").out)))
    assert ["1.5"] == [each["hours_gone"] for each in rows]


def test_a_briefing_is_audited(evening: Cli) -> None:
    """The chain grows by the reading, and verifies."""
    before = evening("audit", "verify", "--format", "json").json["entries"]

    briefing = evening("child", "police:N1", "--actor", "police:pc.7", "--purpose", "on the way",
                       "--format", "json").json

    assert ["police:N1"] == briefing["held_as"]
    assert ["M01"] == [each["code"] for each in briefing["findings"]]
    after = evening("audit", "verify", "--format", "json").json
    assert (True, before + 1) == (after["ok"], after["entries"])


def test_a_briefing_is_a_page_too(evening: Cli, tmp_path: Path) -> None:
    """Text names the page written, which has what the screen has."""
    path = tmp_path / "briefing.html"

    answer = evening("child", "police:N1", "--html", path)

    assert f"Wrote {path}." == answer.out.splitlines()[-1]
    page = path.read_text(encoding="utf-8")
    assert [True, True] == [each in page for each in (
        "no agency has recorded seeing the child", "M01 missing.recorded_as_concern")]


@pytest.mark.parametrize(("words", "sentence"), [
    (("police:N9",), "Nobody is known as police:N9"),
    (("police:N1", "--actor", "police"), "--actor must be AGENCY:NAME"),
    (("police:N1", "--actor", "police:pc.7"), "--purpose must say why"),
    (("police:N1", "--actor", "council:a", "--purpose", "x"), "council:a may see nothing"),
    (("police:N1", "--actor", "nobody:a", "--purpose", "x"), "There is no agency 'nobody'"),
])
def test_a_briefing_refuses_in_one_sentence(evening: Cli, words: tuple[str, ...],
                                            sentence: str) -> None:
    """Exit code 2, and what to do."""
    answer = evening("child", *words)

    assert 2 == answer.code
    assert answer.err.startswith(sentence)


def test_consistency_in_three_forms(evening: Cli, tmp_path: Path) -> None:
    """Text names the report written; CSV has a row a rule; JSON counts the critical one."""
    page = tmp_path / "report.html"

    assert f"Wrote {page}." in evening("report", "consistency", "--html", page).out
    assert "Riverside House" in page.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(
        evening("report", "consistency", "--format", "csv").out)))
    assert [("M01", "1")] == [(each["code"], each["open"]) for each in rows
                              if each["open"] != "0"]
    assert 1 == evening("report", "consistency", "--format", "json").json[
        "open_by_severity"]["critical"]


def test_agreement_in_its_machine_form(evening: Cli) -> None:
    """One night, described differently."""
    [row] = evening("report", "agreement", "--format", "json").json

    assert ("absence: classification", "police", "riverside", 1, 0, 1) == tuple(
        row[each] for each in ("kind", "left", "right", "both", "agree", "differ"))
