"""The command itself: run within the test's process, or as a real one where that is the point."""
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from broker.cli.main import main
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
)

ROOT = Path(__file__).parents[2]
EVENING = "2026-03-01T22:00:00+00:00"
COMMAND = [sys.executable, "-c", "from broker.cli.start import main; main()"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The machine form it printed."""
        return json.loads(self.out)


class Cli:
    """`concord` over one home, with a clock set by hand."""

    def __init__(self, home: Path):
        self.home = home
        self.now = EVENING

    def arguments(self, *words: str | Path) -> list[str]:
        """The command line, the shared options behind the verb as people type them."""
        return [*(str(word) for word in words), "--home", str(self.home), "--now", self.now]

    def __call__(self, *words: str | Path) -> Answer:
        """Run within this process: quick, and all but the process is real."""
        out, err = io.StringIO(), io.StringIO()
        before, sys.argv = sys.argv, ["concord", *self.arguments(*words)]
        code = 0
        try:
            with redirect_stdout(out), redirect_stderr(err):
                main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            sys.argv = before
        return Answer(code, out.getvalue(), err.getvalue())

    def start(self, *words: str | Path, limits: Callable[[], None] | None = None,
              out: IO[str] | None = None) -> subprocess.Popen[str]:
        """Start a real process, whose pipes the caller reads."""
        return subprocess.Popen(
            [*COMMAND, *self.arguments(*words)], cwd=ROOT, text=True,
            stdout=out or subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limits,
            env={**os.environ, "PYTHONPATH": str(ROOT)})

    def process(self, *words: str | Path, limits: Callable[[], None] | None = None,
                out: IO[str] | None = None) -> Answer:
        """Run a real process to its end."""
        started = self.start(*words, limits=limits, out=out)
        said, err = started.communicate(timeout=120)
        return Answer(started.returncode, said or "", err)


def written(folder: Path, **files: list[str]) -> Path:
    """A folder of CSV files, name=lines with the header first."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def one_evening_drops(folder: Path) -> tuple[Path, Path]:
    """(the home's folder, where a girl is missing; the police's, a concern for safety)."""
    return (written(folder / "riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                    absences=[ABSENCES, MISSING_FROM_HOME]),
            written(folder / "police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                    incidents=[INCIDENTS, CONCERN_AT_POLICE]))


Build = Callable[[Cli, Path], None]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Build], tuple[Path, str]]:
    """The folder that a function fills, once for all tests, and the time it ends at.

    The function is given a home as `concord init` makes it, and the folder the home lies in.
    """
    made: dict[Build, tuple[Path, str]] = {}

    def of(build: Build) -> tuple[Path, str]:
        if build not in made:
            folder = tmp_path_factory.mktemp("built")
            command = Cli(folder / "home")
            assert 0 == command("init").code
            build(command, folder)
            made[build] = folder, command.now
        return made[build]

    return of


@pytest.fixture
def copied(built: Callable[[Build], tuple[Path, str]], tmp_path: Path) -> Callable[[Build], Cli]:
    """A test's own copy of what a function has built, to do with as it likes."""

    def of(build: Build) -> Cli:
        folder, now = built(build)
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        command = Cli(tmp_path / "home")
        command.now = now
        return command

    return of


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """A home as `concord init` makes it."""
    command = Cli(tmp_path / "home")
    assert 0 == command("init").code
    return command
