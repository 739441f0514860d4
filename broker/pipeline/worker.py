"""A worker: one stage turned again and again until it is told to stop."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Event
from typing import Protocol

from broker.errors import Conflict, TemporarilyUnavailable

IDLE_SECONDS = 0.1
AWAY_SECONDS_MIN, AWAY_SECONDS_MAX = 0.5, 15.0


class Stage(StrEnum):
    """The stages that run as workers."""

    INTAKE = "intake"
    CHECK = "check"
    DELIVER = "deliver"


class Service(StrEnum):
    """What a worker needs from others, in words fit for an operator."""

    KAFKA = "kafka"
    REGISTRY = "registry"
    POSTGRESQL = "postgresql"
    STORE = "store"
    OTHER = "other"


SERVICES = {
    Service.KAFKA: "Kafka", Service.REGISTRY: "the schema registry",
    Service.POSTGRESQL: "PostgreSQL", Service.STORE: "the store", Service.OTHER: "a service",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What a worker has come to since it began: whole numbers, by codes of ours alone.

    `rejected` counts messages by (agency, reason), the agency being the one whose inbox it was;
    `crashed` counts children by rule.
    """

    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    held: int = 0
    rejected: Mapping[tuple[str, str], int] = field(default_factory=dict)
    statements: int = 0
    children: int = 0
    finding_changes: int = 0
    crashed: Mapping[str, int] = field(default_factory=dict)
    delivered: int = 0
    notices: int = 0
    conflicts: int = 0


class Watcher(Protocol):
    """Who is told how a worker gets on: nothing but codes of ours and numbers."""

    def turning(self, stage: Stage) -> None:
        """A turn begins."""

    def turned(self, stage: Stage, done: int, sums: Sums) -> None:
        """A turn is over: how many things were done in it, and what the worker has come to."""

    def delayed(self, stage: Stage, seconds: Sequence[float]) -> None:
        """Findings were raised in this turn, each so long after they could first be known."""

    def away(self, stage: Stage, service: Service) -> None:
        """A service was not available: the turn will be tried again."""


class Watchers:
    """Several watchers as one."""

    def __init__(self, *watchers: Watcher):
        self._watchers = watchers

    def turning(self, stage: Stage) -> None:
        """A turn begins."""
        for each in self._watchers:
            each.turning(stage)

    def turned(self, stage: Stage, done: int, sums: Sums) -> None:
        """A turn is over."""
        for each in self._watchers:
            each.turned(stage, done, sums)

    def delayed(self, stage: Stage, seconds: Sequence[float]) -> None:
        """Findings were raised in this turn."""
        for each in self._watchers:
            each.delayed(stage, seconds)

    def away(self, stage: Stage, service: Service) -> None:
        """A service was not available."""
        for each in self._watchers:
            each.away(stage, service)


class Work(Protocol):
    """A stage as its worker turns it."""

    def turn(self) -> int:
        """Take one bounded batch; how many things were done (0: nothing waits)."""

    def sums(self) -> Sums:
        """What the work has come to since it began."""

    def delays(self) -> Sequence[float]:
        """Seconds from when a finding could first be known to when it was raised, one for each
        that was raised since this was last asked."""


class Worker:
    """Turns one stage; safe to kill at any point, as every turn starts from the store.

    Each turn reads a bounded batch, and none is read before the last is written, so that what is
    held in memory does not grow with what waits. `stop` ends it after the turn at hand.
    """

    def __init__(self, stage: Stage, work: Work, watcher: Watcher):
        self.stage = stage
        self._work = work
        self._watcher = watcher
        self._stopped = Event()

    def stop(self) -> None:
        """Let the turn at hand be the last; may be called from a signal or another thread."""
        self._stopped.set()

    def run(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Turn until stopped, or until `is_over` says so before a turn. A service that is away
        is waited for, longer each time."""
        patience = AWAY_SECONDS_MIN
        lost = 0
        while not self._stopped.is_set() and not is_over():
            self._watcher.turning(self.stage)
            try:
                done = self._work.turn()
            except Conflict:
                done = 1  # somebody else was quicker: look again
                lost += 1
            except TemporarilyUnavailable as why:
                self._watcher.away(self.stage, service_in(why))
                self._stopped.wait(patience)
                patience = min(2 * patience, AWAY_SECONDS_MAX)
                continue
            patience = AWAY_SECONDS_MIN
            self._tell(done, lost)
            if not done:
                self._stopped.wait(IDLE_SECONDS)

    def _tell(self, done: int, lost: int) -> None:
        sums = self._work.sums()
        self._watcher.delayed(self.stage, self._work.delays())
        self._watcher.turned(self.stage, done, replace(sums, conflicts=sums.conflicts + lost))


def service_in(why: TemporarilyUnavailable) -> Service:
    """Which service an error is about, by the name that its sentence gives it."""
    said = str(why).casefold()
    return next((each for each in Service if each.value in said), Service.OTHER)
