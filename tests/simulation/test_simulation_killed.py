"""kill -9 at any transaction of publish, check or deliver, and the same again: no difference."""
import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from broker.world import World, WorldPlan, build, extract_time, write_all, write_config
from tests.cli.conftest import Cli

pytestmark = pytest.mark.slow

PLAN = WorldPlan(seed=11, children=40, days=3)
SEEDS = range(3)

# The real command, but for one thing: it kills itself at one of its writing transactions, with
# everything written and nothing committed, or with everything committed and nothing said.
KILLED = """
import contextlib, os, signal, sys
from broker.backends.sqlite import SqliteFile
from broker.cli.main import main

at, committed = int(sys.argv.pop(1)), sys.argv.pop(1) == "committed"
really, count = SqliteFile.writing, 0

@contextlib.contextmanager
def writing(self):
    global count
    count += 1
    with really(self) as cursor:
        yield cursor
        if count == at and not committed:
            os.kill(os.getpid(), signal.SIGKILL)
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)

SqliteFile.writing = writing
try:
    main()
finally:
    print(count, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def world() -> World:
    """A small partnership with some of everything."""
    return build(PLAN)


@pytest.fixture(scope="module")
def drop(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its files."""
    folder = tmp_path_factory.mktemp("drop")
    write_all(world, folder)
    return folder


def commands(drop: Path) -> tuple[tuple[str | Path, ...], ...]:
    """The whole journey, a process each."""
    return ("publish", "--root", drop), ("check",), ("deliver",)


def home_of(world: World, folder: Path) -> Cli:
    """An empty home whose clock stands at the last extract."""
    folder.mkdir()
    write_config(world, folder / "concord.toml")
    command = Cli(folder)
    command.now = extract_time(world, PLAN.days - 1).isoformat()
    return command


def killed_at(cli: Cli, transaction: int, when: str, *words: str | Path) -> tuple[int, str]:
    """Run the command so that it dies there; (exit code, what it said on standard error)."""
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(transaction), when, *cli.arguments(*words)],
        capture_output=True, text=True, timeout=120, check=False)
    return ran.returncode, ran.stderr


def ended(cli: Cli) -> dict[str, Any]:
    """Children, findings with their whole lives, and the audit but for its salt."""
    entries = cli.home / "audit.jsonl"
    assert 0 == cli("audit", "verify").code
    assert 0 == cli("audit", "export", "--out", entries).code
    audit = [json.loads(line) for line in entries.read_text().splitlines()]
    return {
        "people": cli("people", "list", "--format", "json").json,
        "findings": cli("findings", "--state", "all", "--format", "json").json,
        "notices": [cli("notices", code, "--format", "json").json
                    for code in ("police", "council")],
        "audit": [(each["number"], each["action"], each["actor"], each["recipient"], each["why"])
                  for each in audit],
    }


@pytest.fixture(scope="module")
def undisturbed(world: World, drop: Path,
                tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[int]]:
    """(where a run that nobody kills ends, how many transactions each command takes)."""
    cli = home_of(world, tmp_path_factory.mktemp("whole") / "home")
    counts = []
    for words in commands(drop):
        code, said = killed_at(cli, 0, "never", *words)
        assert 0 == code
        counts.append(int(said.split()[-1]))
    return ended(cli), counts


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_at_any_transaction_it_ends_as_if_it_had_not_been(
        world: World, drop: Path, undisturbed: tuple[dict[str, Any], list[int]], tmp_path: Path,
        seed: int) -> None:
    """The same people, the same findings with the same lives, and an audit that verifies."""
    chance = random.Random(seed)
    whole, counts = undisturbed
    cli = home_of(world, tmp_path / "home")

    for words, transactions in zip(commands(drop), counts, strict=True):
        at, when = chance.randint(1, transactions), chance.choice(["committed", "not committed"])
        code, _ = killed_at(cli, at, when, *words)
        assert -signal.SIGKILL == code, f"seed {seed}: {words[0]} killed at {at}, {when}"
        assert 0 == cli(*words).code

    assert whole["findings"], "a run without findings shows nothing"
    assert whole == ended(cli), f"seed {seed}"
