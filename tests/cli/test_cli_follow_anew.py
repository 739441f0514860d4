"""A worker goes by its configuration as it stands, as the watcher does."""
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from broker.pipeline.worker import IDLE_SECONDS
from tests.cli.conftest import Build, Cli, one_evening_drops
from tests.cli.test_cli_leads import a_death

pytestmark = pytest.mark.slow
TURNS_MAX = 300
ROUNDS = 20
SECONDS_MAX = 120


@pytest.fixture
def dead(copied: Callable[[Build], Cli]) -> Cli:
    """A death is found, and nobody's lead is named."""
    return copied(a_death)


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a worker of a home, and ends it after the test whatever has become of it."""
    with ExitStack() as held:
        def of(home: Cli, stage: str,
               limits: Callable[[], None] | None = None) -> "subprocess.Popen[str]":
            started = held.enter_context(home.start(stage, "--follow", limits=limits))
            held.callback(started.kill)
            assert f"{stage}: working.\n" == line_of(started)
            return started

        yield of


@pytest.fixture
def worker(dead: Cli, start: Start) -> "subprocess.Popen[str]":
    """A worker that delivers, at work."""
    return start(dead, "deliver")


def line_of(worker: "subprocess.Popen[str]") -> str:
    """The next line that a worker prints; nothing where none comes."""
    assert worker.stdout is not None
    ready, _, _ = select.select([worker.stdout], [], [], SECONDS_MAX)
    return worker.stdout.readline() if ready else ""


def rejects(home: Cli) -> int:
    """How many messages have been rejected, a moment from now."""
    time.sleep(IDLE_SECONDS)
    return len(home("rejects", "list", "--format", "json").json)


def untold(home: Cli) -> int:
    """How many findings reach nobody, a moment from now."""
    time.sleep(IDLE_SECONDS)
    return int(home("status", "--format", "json").json["untold"])


def ended(worker: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """How a worker ends that is told to: its exit code, and what it still said."""
    worker.terminate()
    said, wrong = worker.communicate(timeout=60)
    return worker.returncode, said, wrong


def write(home: Cli, old: str, new: str) -> None:
    """Change every such place in the configuration."""
    path = home.home / "concord.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_lead_that_is_named_is_taken_up_without_a_signal(
        dead: Cli, worker: "subprocess.Popen[str]") -> None:
    """The file is enough, and the notice goes."""
    assert 1 in (untold(dead) for _ in range(TURNS_MAX))
    write(dead, "# lead = ", "lead = ")

    assert 0 in (untold(dead) for _ in range(TURNS_MAX))
    assert "deliver: has read its configuration anew.\n" == line_of(worker)
    assert (0, "deliver: stopped; what was finished is kept.\n", "") == ended(worker)


def test_a_worker_takes_back_nothing_that_others_did_under_a_changed_file(
        dead: Cli, worker: "subprocess.Popen[str]") -> None:
    """Each would tell anew in its own lead's name, for as long as both go on."""
    write(dead, "# lead = ", "lead = ")
    assert 0 in (untold(dead) for _ in range(TURNS_MAX))
    assert "deliver: has read its configuration anew.\n" == line_of(worker)
    write(dead, 'lead = "Designated doctor for child deaths', 'lead = "Another designated doctor')
    told = []
    for _ in range(ROUNDS):
        time.sleep(IDLE_SECONDS)
        told.append(int(dead("deliver", "--format", "json").json["notices"]))

    assert [0] * (ROUNDS // 2) == told[-(ROUNDS // 2):]
    assert "deliver: has read its configuration anew.\n" == line_of(worker)


def test_a_worker_takes_nothing_more_under_an_agreement_that_has_ended(
        cli: Cli, start: Start) -> None:
    """What comes after the file has changed is refused, though nobody sent a signal."""
    started = start(cli, "intake")
    write(cli, "# ends = 2027-12-31", "ends = 2026-02-28 #")
    said = line_of(started)
    home, _ = one_evening_drops(cli.home.parent)
    assert 0 == cli("publish", "riverside", home, "--extracted-at", cli.now).code

    assert ("intake: has read its configuration anew. No longer in force: the agreement that "
            "council, police and riverside may tell council, police and riverside.\n") == said
    assert 4 in (rejects(cli) for _ in range(TURNS_MAX))
    assert (0, "intake: stopped; what was finished is kept.\n", "") == ended(started)


def test_a_mistake_in_the_configuration_stops_no_worker(
        dead: Cli, worker: "subprocess.Popen[str]") -> None:
    """It is told once, and again to whoever asks, and the worker goes on as it was."""
    assert worker.stderr is not None
    write(dead, "[limits]", "[partnerships]\n[limits]")
    said = [worker.stderr.readline()]
    worker.send_signal(signal.SIGHUP)
    said.append(worker.stderr.readline())
    write(dead, "[partnerships]\n[limits]", "[limits]")

    assert said[0].startswith("deliver: goes on as it was configured. ")
    assert "partnerships" in said[0]
    assert said[0] == said[1]
    assert "deliver: has read its configuration anew.\n" == line_of(worker)
    assert (0, "deliver: stopped; what was finished is kept.\n", "") == ended(worker)


def test_a_worker_with_no_standard_input_reads_its_configuration_anew_too(
        dead: Cli, start: Start) -> None:
    """Some that start services close it."""
    started = start(dead, "deliver", lambda: os.close(0))
    started.send_signal(signal.SIGHUP)

    assert "deliver: has read its configuration anew.\n" == line_of(started)
    assert (0, "deliver: stopped; what was finished is kept.\n", "") == ended(started)
