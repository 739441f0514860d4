"""Erasing somebody while an agency goes on publishing and workers go on working."""
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from broker.pipeline.erase import Authority, Eraser, ErasureAsked, ErasurePlan
from tests.cli.conftest import Build, Cli, written
from tests.cli.test_cli_privacy import AUTHORISED, ERASE, GIRL, NOMINALS, one_girl

YES = (*ERASE, *AUTHORISED, "--yes")


@pytest.fixture
def known(copied: Callable[[Build], Cli]) -> Cli:
    """A home that knows one girl from the police."""
    return copied(one_girl)


def beside(monkeypatch: pytest.MonkeyPatch, *work: Callable[[], object]) -> list[str]:
    """Have others work while each erasure is under way, one piece at each; who was erased."""
    real, erased, waiting = Eraser.erase, list[str](), list(work)

    def erase(eraser: Eraser, asked: ErasureAsked, authority: Authority,
              now: datetime) -> ErasurePlan:
        erased.append(asked.subject.key)
        if waiting:
            waiting.pop(0)()
        return real(eraser, asked, authority, now)

    monkeypatch.setattr(Eraser, "erase", erase)
    return erased


def publishes(known: Cli, tmp_path: Path, minute: int) -> Callable[[], object]:
    """The police send a new version of the girl's record."""
    moved = GIRL.replace("W1,,,,,,2026-01-12T09:00",
                         f"W1,,NV1 {minute}AA,,,,2026-03-01T21:0{minute}")
    folder = written(tmp_path / f"new{minute}", nominals=[NOMINALS, moved])
    return lambda: known("publish", "police", folder)


@pytest.mark.parametrize("also", [(), ("intake",)])
def test_what_is_published_while_somebody_is_erased_goes_too(
        known: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, also: tuple[str, ...],
) -> None:
    """Whether or not a worker has taken it in by then; it is told with the rest."""
    publish = publishes(known, tmp_path, 1)
    beside(monkeypatch, lambda: (publish(), *(known(each) for each in also)))

    answer = known(*YES, "--format", "json")
    known("check")

    assert (0, "", ["PersonRecorded"] * 2) == (
        answer.code, answer.err, [each["type"] for each in answer.json["events"]])
    assert [] == known("people", "list", "--format", "json").json
    assert known("audit", "verify", "--format", "json").json["ok"]


def test_nothing_is_erased_twice_where_nothing_came(
        known: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """One erasure, one entry in the audit."""
    erased = beside(monkeypatch)

    known(*YES)

    assert ["police:N1"] == erased


def test_an_agency_that_goes_on_is_told_of(
        known: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command ends, and says what to do."""
    erased = beside(monkeypatch, *(publishes(known, tmp_path, each) for each in range(1, 4)))
    monkeypatch.setattr("broker.pipeline.erase_behind.ROUNDS_MAX", 1)

    answer = known(*YES)

    assert (0, 2, "North Valley Police goes on sending records of police:N1: have it erase its "
                  "own first, then erase once more.\n") == (
        answer.code, len(erased), answer.err)


def test_where_one_event_was_to_go_what_is_new_stays(
        known: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asked for more."""
    beside(monkeypatch, publishes(known, tmp_path, 1))
    event = known(*ERASE, *AUTHORISED, "--format", "json").json["events"][0]["event_id"]

    answer = known(*YES, "--event", event)

    assert (0, "") == (answer.code, answer.err)
    assert [["police:N1"]] == [each["records"] for each in known(
        "people", "list", "--format", "json").json]
