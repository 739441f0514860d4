"""The operators' log: one line of JSON a stage, with counts and codes and nobody's details.

Never a line for a statement: that would cost more than the statement does, and is where personal
data get into logs. What can be noted is whole numbers and our own codes, so nothing that an
agency wrote is told by mistake.
"""
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict

STANDARD_ERROR = Path("-")


class Journal:
    """Notes what each stage came to, at the clock's time, at the end of a file (`-` for standard
    error); without one nothing is noted. Opened for each line, so that it can be rotated."""

    def __init__(self, now: Callable[[], datetime], path: Path | None):
        self._now = now
        self._path = path

    def note(self, stage: str, *, agency: str | None = None,
             **counts: int | dict[str, int]) -> None:
        """One line for one run of a stage that had something to do: a watcher looks every two
        seconds."""
        if self._path is None or not any(counts.values()):
            return
        with self._opened(self._path) as stream:
            line = structlog.wrap_logger(structlog.PrintLogger(stream), processors=[
                structlog.processors.add_log_level, self._stamped,
                structlog.processors.JSONRenderer(sort_keys=True)])
            line.info(stage, **({} if agency is None else {"agency": agency}), **counts)

    def _opened(self, path: Path) -> AbstractContextManager[TextIO]:
        return nullcontext(sys.stderr) if path == STANDARD_ERROR else \
            path.open("a", encoding="utf-8")

    def _stamped(self, _logger: object, _method: str, line: EventDict) -> EventDict:
        return {**line, "at": self._now().isoformat(timespec="milliseconds")}
