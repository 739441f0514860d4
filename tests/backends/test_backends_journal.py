"""The journal of a worker: a line a minute, and one when a service goes and comes."""
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.backends.clock import ManualClock
from broker.backends.journal import Journal, WorkerJournal
from broker.pipeline.worker import Service, Stage, Sums

START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)


class Worker:
    """A worker whose turns are told by hand, and what is in its journal."""

    def __init__(self, folder: Path):
        self.clock = ManualClock(START)
        self._path = folder / "concord.log"
        self.journal = WorkerJournal(Journal(self.clock.now, self._path), self.clock.now)

    def turn(self, sums: Sums, done: int = 1) -> None:
        """A turn, a second later."""
        self.journal.turning(Stage.CHECK)
        self.clock.advance(timedelta(seconds=1))
        self.journal.turned(Stage.CHECK, done, sums)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What was noted, without when."""
        if not self._path.exists():
            return []
        lines = [json.loads(line) for line in self._path.read_text().splitlines()]
        return [{key: value for key, value in each.items() if key not in ("at", "level")}
                for each in lines]


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    """One that has done nothing yet."""
    return Worker(tmp_path)


def test_a_minute_of_turns_is_one_line_of_sums(worker: Worker) -> None:
    """Of what has come to them since the last."""
    for second in range(1, 121):
        worker.turn(Sums(statements=2 * second, children=second))

    assert [{"event": "check", "turns": 60, "statements": 120, "children": 60}] * 2 == worker.lines


def test_a_minute_without_anything_is_no_line(worker: Worker) -> None:
    """A worker of a quiet partnership says nothing for hours."""
    for _ in range(200):
        worker.turn(Sums(), done=0)

    assert [] == worker.lines


def test_what_is_left_is_noted_at_the_end(worker: Worker) -> None:
    """Reasons as their closed phrases, rules as their codes."""
    worker.turn(Sums(rejected={("police", "bad magic byte"): 2, ("council", "bad magic byte"): 1,
                               ("police", "Kayleigh"): 1}, crashed={"M01": 1}))
    worker.journal.close()
    worker.journal.close()

    assert [{"event": "check", "turns": 1, "rejected": 4, "crashed_rules": {"M01": 1},
             "reasons": {"bad magic byte": 3, "other": 1}}] == worker.lines


def test_a_service_that_goes_and_comes_is_two_lines(worker: Worker) -> None:
    """However often it was tried, with how long it was away."""
    for _ in range(5):
        worker.journal.turning(Stage.CHECK)
        worker.clock.advance(timedelta(seconds=10))
        worker.journal.away(Stage.CHECK, Service.KAFKA)
    worker.turn(Sums(), done=0)

    assert [{"event": "check", "service": "kafka", "is": "away"},
            {"event": "check", "service": "kafka", "is": "back", "seconds": 41}] == worker.lines


def test_a_second_service_that_goes_is_noted_too(worker: Worker) -> None:
    """The first came back unseen, or both are away: the last named is what is waited for."""
    worker.journal.away(Stage.CHECK, Service.KAFKA)
    worker.journal.away(Stage.CHECK, Service.POSTGRESQL)
    worker.turn(Sums())

    assert [("kafka", "away"), ("postgresql", "away"), ("postgresql", "back")] == [
        (each["service"], each["is"]) for each in worker.lines]


def test_nothing_is_noted_unasked() -> None:
    """Without a file there is no journal."""
    journal = WorkerJournal(Journal(lambda: START, None), lambda: START)
    journal.away(Stage.CHECK, Service.KAFKA)
    journal.turned(Stage.CHECK, 1, Sums(children=1))
    journal.close()
