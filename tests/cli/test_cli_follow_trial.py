"""A configuration is tried before a worker lets go of the one it had."""
import signal
from collections.abc import Callable
from functools import partial

import pytest

from broker.bootstrap import Concord
from broker.cli import anew, following
from broker.cli.context import Options
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.pipeline.worker import Stage
from tests.cli.conftest import Build, Cli
from tests.cli.test_cli_leads import a_death

SHORT = "check.1 ends at 0, and the store has read it up to 7."


class Fake:
    """A worker that is sent one signal in its run, and knows whether its home was open then."""

    def __init__(self, told: "Followed", concord: Concord):
        self.told = told
        self.concord = concord

    def stop(self) -> None:
        """It ends by itself."""

    def run(self, is_over: Callable[[], bool]) -> None:
        """One turn, and the next signal."""
        assert self.concord not in self.told.closed
        self.told.ran.append(self.concord)
        signal.raise_signal(self.told.signals.pop(0))
        is_over()


class Followed:
    """What became of a worker that is sent these signals, one in each run."""

    def __init__(self, home: Cli, monkeypatch: pytest.MonkeyPatch, *signals: signal.Signals):
        self.signals = list(signals)
        self.opened: list[Concord] = []
        self.closed: list[Concord] = []
        self.ran: list[Concord] = []
        self.at_end: list[Callable[[], None]] = []
        self.fails: list[int] = []
        self.at_start: list[Callable[[], object]] = []
        self._options = Options(home.home, None, None, self.at_end.append)
        monkeypatch.setattr(following, "worker_of", self._worker)
        monkeypatch.setattr(anew, "WRITING_SECONDS", 0)
        monkeypatch.setattr(following, "AWAY_SECONDS_MIN", 0)

    def through(self) -> "Followed":
        """Follow until the last signal."""
        following.follow_stage(self._options, Stage.DELIVER, "127.0.0.1", None)
        return self

    def _worker(self, concord: Concord, *_: object) -> Fake:
        if concord not in self.opened:
            self.opened.append(concord)
            concord.closing = (*concord.closing, lambda: self.closed.append(concord))
        if self.at_start:
            self.at_start.pop(0)()
        if self.opened.index(concord) in self.fails:
            raise ConfigError(SHORT)
        return Fake(self, concord)


@pytest.fixture
def dead(copied: Callable[[Build], Cli]) -> Cli:
    """A death is found, and nobody's lead is named."""
    return copied(a_death)


def test_one_that_fails_at_work_is_let_go_and_the_worker_goes_on(
        dead: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It opens well: a log that is shorter, say, shows only when a worker is to begin."""
    followed = Followed(dead, monkeypatch, signal.SIGHUP, signal.SIGHUP, signal.SIGTERM)
    followed.fails = [1]
    followed.through()
    first, failed, third = followed.opened
    said = capsys.readouterr()

    assert ([first, first, third], [failed, first, third]) == (followed.ran, followed.closed)
    assert f"deliver: goes on as it was configured. {SHORT}\n" == said.err
    assert ["deliver: working.", "deliver: has read its configuration anew.",
            "deliver: stopped; what was finished is kept."] == said.out.splitlines()


def away() -> None:
    """What a worker that begins finds."""
    raise TemporarilyUnavailable("the store does not answer")


def test_a_service_that_is_away_when_a_configuration_changes_is_waited_for(
        dead: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It can begin neither anew nor as it was, and ends for that no more than one at work."""
    followed = Followed(dead, monkeypatch, signal.SIGHUP, signal.SIGTERM)
    followed.at_start = [lambda: None, away, away, away, away]
    followed.through()
    said = capsys.readouterr()

    assert [followed.opened[0], followed.opened[-1]] == followed.ran
    assert "deliver: goes on as it was configured. the store does not answer\n" == said.err
    assert ["deliver: working.", "deliver: has read its configuration anew.",
            "deliver: stopped; what was finished is kept."] == said.out.splitlines()


def test_who_is_told_to_stop_while_a_service_is_away_stops(
        dead: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to tell it twice."""
    def told_to_stop() -> None:
        signal.raise_signal(signal.SIGTERM)
        away()

    followed = Followed(dead, monkeypatch, signal.SIGHUP)
    followed.at_start = [lambda: None, away, told_to_stop]
    followed.through()

    assert [followed.opened[0]] == followed.ran
    assert "deliver: stopped; what was finished is kept." == (
        capsys.readouterr().out.splitlines()[-1])


def test_each_home_is_closed_once_and_none_waits_for_the_end(
        dead: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that goes on for a year may be sent the signal every night."""
    followed = Followed(dead, monkeypatch, *[signal.SIGHUP] * 4, signal.SIGTERM).through()

    assert (5, followed.opened, []) == (
        len(followed.opened), followed.closed, followed.at_end)


def test_what_a_half_written_file_has_lost_is_named(
        dead: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """And what came again, by the codes of agencies."""
    path = dead.home / "concord.toml"
    whole = path.read_text(encoding="utf-8")
    half = whole[:whole.index("[agencies.riverside]")]
    followed = Followed(dead, monkeypatch, signal.SIGHUP, signal.SIGHUP, signal.SIGTERM)
    followed.at_start = [partial(path.write_text, text, encoding="utf-8")
                         for text in (half, whole, whole)]
    followed.through()
    parts = ("the agency riverside; the agreement that council and police may tell council and "
             "police; the agreement that council, police and riverside may tell council, police "
             "and riverside.")

    assert [f"deliver: has read its configuration anew. {words}: {parts}"
            for words in ("No longer there", "New")] == capsys.readouterr().out.splitlines()[1:-1]
