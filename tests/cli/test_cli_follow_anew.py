"""A worker reads its configuration anew when it is asked to, and not before."""
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from broker.pipeline.worker import IDLE_SECONDS
from tests.cli.conftest import Build, Cli
from tests.cli.test_cli_leads import a_death

pytestmark = pytest.mark.slow
TURNS_MAX = 300


@pytest.fixture
def dead(copied: Callable[[Build], Cli]) -> Cli:
    """A death is found, and nobody's lead is named."""
    return copied(a_death)


@pytest.fixture
def worker(dead: Cli) -> "Iterator[subprocess.Popen[str]]":
    """A worker that delivers, at work."""
    started = dead.start("deliver", "--follow")
    assert "deliver: working.\n" == line_of(started)
    yield started
    started.kill()
    started.communicate()


def line_of(worker: "subprocess.Popen[str]") -> str:
    """The next line that a worker prints."""
    assert worker.stdout is not None
    return worker.stdout.readline()


def untold(home: Cli) -> int:
    """How many findings reach nobody, a moment from now."""
    time.sleep(IDLE_SECONDS)
    return int(home("status", "--format", "json").json["untold"])


def ended(worker: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """How a worker ends that is told to: its exit code, and what it still said."""
    worker.terminate()
    said, wrong = worker.communicate(timeout=60)
    return worker.returncode, said, wrong


def test_a_lead_that_is_named_is_taken_up_without_a_restart(
        dead: Cli, worker: "subprocess.Popen[str]") -> None:
    """One signal, and the notice goes."""
    assert 1 in (untold(dead) for _ in range(TURNS_MAX))
    path = dead.home / "concord.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("# lead = ", "lead = "),
                    encoding="utf-8")
    worker.send_signal(signal.SIGHUP)

    assert "deliver: has read its configuration anew.\n" == line_of(worker)
    assert 0 in (untold(dead) for _ in range(TURNS_MAX))
    assert (0, "deliver: stopped; what was finished is kept.\n", "") == ended(worker)


def test_a_mistake_in_the_configuration_stops_no_worker(
        dead: Cli, worker: "subprocess.Popen[str]") -> None:
    """It is told, and the worker goes on as it was."""
    path = dead.home / "concord.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n[partnerships]\n", encoding="utf-8")
    worker.send_signal(signal.SIGHUP)
    assert worker.stderr is not None
    said = worker.stderr.readline()
    path.write_text(text, encoding="utf-8")
    worker.send_signal(signal.SIGHUP)

    assert said.startswith("deliver: goes on as it was configured. ")
    assert "partnerships" in said
    assert "deliver: has read its configuration anew.\n" == line_of(worker)
    assert (0, "deliver: stopped; what was finished is kept.\n", "") == ended(worker)


def test_a_worker_with_no_standard_input_reads_its_configuration_anew_too(dead: Cli) -> None:
    """Some that start services close it."""
    started = dead.start("deliver", "--follow", limits=lambda: os.close(0))
    assert "deliver: working.\n" == line_of(started)
    started.send_signal(signal.SIGHUP)

    assert "deliver: has read its configuration anew.\n" == line_of(started)
    assert (0, "deliver: stopped; what was finished is kept.\n", "") == ended(started)
