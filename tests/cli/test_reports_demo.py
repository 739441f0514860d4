"""The demo on a small world: what it finds, that it repeats itself, what it will not overwrite."""
from pathlib import Path

import pytest

from broker.cli.demo import MARK, REPORT, command_typed
from tests.cli.conftest import Answer, Cli

pytestmark = pytest.mark.slow

SMALL = ("--children", "90", "--days", "9", "--seed", "7")


def run(out: Path) -> Answer:
    """The demo of a small world."""
    return Cli(out.parent / "unused")("demo", *SMALL, "--out", out)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, Path]:
    """One run, for all that look at it."""
    out = tmp_path_factory.mktemp("demo") / "demo"
    return run(out), out


def test_everything_planted_is_found(shown: tuple[Answer, Path]) -> None:
    """And nothing else is raised."""
    answer, _ = shown

    assert 0 == answer.code
    assert "planted contradictions found (100 %" in answer.out
    assert "; 0 false alarms among " in answer.out


def test_it_shows_findings_agreement_score_and_report(shown: tuple[Answer, Path]) -> None:
    """In this order."""
    answer, out = shown
    places = [answer.out.index(each) for each in (
        "Found in the last 3 days:", "absence: classification", "Against what was planted:",
        f"The report: {out / REPORT}")]

    assert sorted(places) == places
    assert "Against what was planted" in (out / REPORT).read_text(encoding="utf-8")


def test_the_same_seed_prints_the_same(shown: tuple[Answer, Path]) -> None:
    """A second run over the first folder: a demo may be overwritten."""
    answer, out = shown

    assert answer == run(out)


def test_it_leaves_a_home_to_look_around_in(shown: tuple[Answer, Path]) -> None:
    """Its audit chain verifies."""
    _, out = shown
    assert Cli(out)("audit", "verify", "--format", "json").json["ok"]


@pytest.mark.parametrize(("started", "typed"), [
    (".venv/bin/concord", ".venv/bin/concord"), ("on/path/concord", "concord"),
    ("-c", "concord")])
def test_it_names_the_command_as_it_can_be_typed_again(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: str, typed: str) -> None:
    """A newcomer copies the line; only what is on the path goes by its bare name."""
    for each in (".venv/bin", "on/path"):
        (tmp_path / each).mkdir(parents=True)
        (tmp_path / each / "concord").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "on/path"))
    monkeypatch.setattr("sys.argv", [started])

    assert typed == command_typed()


def test_it_overwrites_nothing_but_a_demo(tmp_path: Path) -> None:
    """A folder that holds something else is left alone."""
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")

    answer = Cli(tmp_path / "unused")("demo", *SMALL, "--out", tmp_path)

    assert (2, ["kept.txt"]) == (answer.code, [each.name for each in tmp_path.iterdir()])
    assert answer.err.startswith(f"{tmp_path} holds something that is no demo")
    assert not (tmp_path / MARK).exists()
