"""The operators' log: lines of JSON for each stage, with counts and codes and nobody's details.

Never a line for a statement: that would cost more than the statement does, and is where personal
data get into logs. What can be noted is whole numbers and our own codes, so nothing that an
agency wrote is told by mistake.
"""
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TextIO

from broker.pipeline.reasons import closed
from broker.pipeline.worker import Service, Stage, Sums

STANDARD_ERROR = Path("-")
MINUTE = timedelta(minutes=1)
_NUMBERS = [each.name for each in fields(Sums) if each.type is int]


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
        if any(counts.values()):
            self._write(stage, {} if agency is None else {"agency": agency}, counts)

    def service(self, stage: Stage, service: Service, now: Literal["away", "back"], *,
                seconds: int | None = None) -> None:
        """A line that a worker's service has gone away or is back, after so many seconds."""
        self._write(stage, {"service": service.value, "is": now},
                    {} if seconds is None else {"seconds": seconds})

    def _write(self, stage: str, words: Mapping[str, str],
               counts: Mapping[str, int | dict[str, int]]) -> None:
        if self._path is None:
            return
        import structlog  # not to be waited for by what notes nothing

        with self._opened(self._path) as stream:
            line = structlog.wrap_logger(structlog.PrintLogger(stream), processors=[
                structlog.processors.add_log_level, self._stamped,
                structlog.processors.JSONRenderer(sort_keys=True)])
            line.info(stage, **words, **counts)

    def _opened(self, path: Path) -> AbstractContextManager[TextIO]:
        return nullcontext(sys.stderr) if path == STANDARD_ERROR else \
            path.open("a", encoding="utf-8")

    def _stamped(self, _logger: object, _method: str,
                 line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {**line, "at": self._now().isoformat(timespec="milliseconds")}


class WorkerJournal:
    """What a worker does, in the journal: its sums once a minute, as it turns ten times a second,
    and a line when a service goes away and when it is back. `close` notes the last sums."""

    def __init__(self, journal: Journal, now: Callable[[], datetime]):
        self._journal = journal
        self._now = now
        self._noted_at: datetime | None = None
        self._stage: Stage | None = None
        self._noted = Sums()
        self._sums = Sums()
        self._turns = 0
        self._missing: Service | None = None
        self._missed_at = now()

    def turning(self, stage: Stage) -> None:
        """A turn begins."""
        self._stage = stage
        if self._noted_at is None:
            self._noted_at = self._now()

    def turned(self, stage: Stage, done: int, sums: Sums) -> None:
        """A turn is over: note what it came to with those of its minute."""
        now = self._now()
        if self._missing is not None:
            self._journal.service(stage, self._missing, "back",
                                  seconds=int((now - self._missed_at).total_seconds()))
            self._missing = None
        self._sums = sums
        self._turns += bool(done)
        if self._noted_at is None or now - self._noted_at >= MINUTE:
            self._note(now)

    def delayed(self, stage: Stage, seconds: Sequence[float]) -> None:
        """Nothing: the metrics have it."""

    def away(self, stage: Stage, service: Service) -> None:
        """A service is away: note it once."""
        if service is not self._missing:
            if self._missing is None:
                self._missed_at = self._now()
            self._missing = service
            self._journal.service(stage, service, "away")

    def close(self) -> None:
        """Note what has not been noted yet."""
        self._note(self._now())

    def _note(self, now: datetime) -> None:
        self._noted_at = now
        counts: dict[str, Any] = counts_since(self._noted, self._sums)
        if self._stage is not None and any(counts.values()):
            self._journal.note(self._stage, turns=self._turns, **counts)
        self._noted, self._turns = self._sums, 0


def counts_since(before: Sums, now: Sums) -> dict[str, int | dict[str, int]]:
    """What has come to a worker's sums, leaving out what has not changed: whole numbers, rules
    and reasons by their codes."""
    counts: dict[str, int | dict[str, int]] = {
        name: new - old for name in _NUMBERS
        if (new := getattr(now, name)) != (old := getattr(before, name))}
    reasons: dict[str, int] = {}
    for key, count in now.rejected.items():
        if more := count - before.rejected.get(key, 0):
            reason = closed(key[1])
            reasons[reason] = reasons.get(reason, 0) + more
    crashed = {code: more for code, count in now.crashed.items()
               if (more := count - before.crashed.get(code, 0))}
    if reasons:
        counts |= {"rejected": sum(reasons.values()), "reasons": reasons}
    return counts | {"crashed_rules": crashed} if crashed else counts
