"""Reads the commands that a page shows in ```console blocks, and runs them as its reader would.

A line that begins with `$ ` is a command, one with `> ` goes on with it; what stands below is the
output, where `...` stands for anything, and alone on a line for any lines; where nothing stands
below, nothing is compared. A command ends well unless a comment at its end says
`# exit code 3`. A block below `<!-- not run: why -->` is shown and not run. The commands of a
page share one folder, one environment and one order.
"""
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SECONDS_MAX = 120
_EXIT_CODE = re.compile(r"#\s*exit code (\d+)\s*$")
_NOT_RUN = re.compile(r"<!-- not run: .+ -->")
_FENCE = "```"


@dataclass(frozen=True, slots=True)
class Shown:
    """One command of a page and the output shown below it."""

    page: str
    line: int
    command: str
    output: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it stands, as an editor opens it."""
        return f"{self.page}:{self.line}"

    @property
    def exit_code(self) -> int:
        """How it must end."""
        said = _EXIT_CODE.search(self.command.splitlines()[0])
        return int(said[1]) if said else 0

    @property
    def make_target(self) -> str | None:
        """The target, where it is a `make` command: those are run by CI itself."""
        words = shlex.split(self.command, comments=True)
        return words[1] if len(words) > 1 and words[0] == "make" else None


def shown_in(page: str, text: str) -> list[Shown]:
    """Every command of a page, in order."""
    found = []
    for first, lines in _blocks(text):
        for number, line in enumerate(lines, first):
            if line.startswith("$ "):
                found.append(Shown(page, number, line[2:], ()))
            elif found and line.startswith("> ") and not found[-1].output:
                last = found.pop()
                found.append(Shown(page, last.line, f"{last.command}\n{line[2:]}", ()))
            elif found:
                last = found.pop()
                found.append(Shown(page, last.line, last.command, (*last.output, line)))
    return found


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """The console blocks that are run: (number of the first line, lines)."""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        if lines[number].strip() == f"{_FENCE}console":
            end = next(at for at in range(number + 1, len(lines))
                       if lines[at].strip() == _FENCE)
            before = next((each for each in reversed(lines[:number]) if each.strip()), "")
            if not _NOT_RUN.fullmatch(before.strip()):
                yield number + 2, lines[number + 1:end]
            number = end
        number += 1


def matches(shown: tuple[str, ...], actual: str) -> bool:
    """Whether the output is what the page shows."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else
        re.escape(line.rstrip()).replace(r"\.\.\.", ".*") + "\n"
        for line in _trimmed(shown))
    text = "".join(f"{line.rstrip()}\n" for line in _trimmed(actual.splitlines()))
    return re.fullmatch(pattern, text) is not None


def _trimmed(lines: tuple[str, ...] | list[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


class Terminal:
    """A shell whose folder and variables last from command to command."""

    def __init__(self, folder: Path):
        self._folder = folder / "work"
        self._state = folder / "state.sh"
        self._folder.mkdir(exist_ok=True)
        self._state.write_text(f"cd {shlex.quote(str(self._folder))}\n", encoding="utf-8")
        self._environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder), "LANG": "C.UTF-8", "COLUMNS": "160", "TZ": "Europe/London",
            **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        }

    def run(self, command: str) -> tuple[int, str]:
        """(exit code, what it printed on either stream)."""
        state = shlex.quote(str(self._state))
        script = (f". {state}\n{command}\n_code=$?\n"
                  f"{{ export -p; echo \"cd '$PWD'\"; }} > {state}\nexit $_code\n")
        done = subprocess.run(["bash", "-c", script], env=self._environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS_MAX, check=False)
        return done.returncode, done.stdout


def wrong_in(shown: list[Shown], folder: Path, targets: set[str]) -> list[str]:
    """Run a page's commands; what differs from the page, at most the first thing."""
    terminal = Terminal(folder)
    for each in shown:
        if each.command.split()[0] == "make":
            if each.make_target not in targets:
                return [f"{each.place}: the Makefile has no target {each.make_target}"]
            continue
        code, printed = terminal.run(each.command)
        if code != each.exit_code:
            return [f"{each.place}: exit code {code}, not {each.exit_code}:\n{printed}"]
        if each.output and not matches(each.output, printed):
            return [f"{each.place}: {each.command}\nprinted\n{printed}"]
    return []
