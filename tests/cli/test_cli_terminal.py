"""Where a command prints: a pipe that somebody closed, a terminal that can do little."""
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, one_evening_drops


def one_evening(cli: Cli, tmp_path: Path) -> None:
    """A home with one finding, whose sentence has quotes that no ASCII terminal shows."""
    home, police = one_evening_drops(tmp_path)
    assert 0 == cli("publish", "riverside", home).code
    assert 0 == cli("publish", "police", police).code
    assert 0 == cli("check").code


@pytest.fixture
def evening(copied: Callable[[Build], Cli]) -> Cli:
    """A copy of that home."""
    return copied(one_evening)


@pytest.mark.slow
@pytest.mark.parametrize("words", [("people", "list"), ("findings",), ("--help",)])
def test_a_reader_who_has_gone_is_no_finding(evening: Cli, words: tuple[str, ...]) -> None:
    """Exit code 1 says that something does not agree; `concord ... | head` asked for no more."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        answer = evening.process(*words, out=closed)

    assert (0, "") == (answer.code, answer.err)


@pytest.mark.slow
def test_what_a_terminal_cannot_show_is_no_fault(
    evening: Cli, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is shown by its number, and the machine form holds all of it."""
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")

    shown, machine = evening.process("explain", _finding(evening)), evening.process(
        "findings", "--format", "json")

    assert (0, 0) == (shown.code, machine.code)
    assert "\\u201cConcern for safety\\u201d" in shown.out
    assert "“Concern for safety”" in json.loads(machine.out)[0]["sentence"]


def _finding(cli: Cli) -> str:
    [found] = cli("findings", "--format", "json").json
    return str(found["id"])


@pytest.mark.parametrize("columns", ["0", "1", "-5", "wide"])
def test_an_impossible_width_is_none(cli: Cli, monkeypatch: pytest.MonkeyPatch,
                                     columns: str) -> None:
    """The help is there all the same."""
    monkeypatch.setenv("COLUMNS", columns)

    assert "Usage: concord people" in cli("people", "--help").out
