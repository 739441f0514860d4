"""A worker of a stage run until nothing is left to do, and who watches it."""
from collections.abc import Sequence

from broker.bootstrap import Concord
from broker.bootstrap.workers import topics_of, worker_of
from broker.pipeline.worker import Service, Stage, Sums, Watcher, Watchers, Worker


class Told:
    """Keeps what it was told, and stops the worker when a turn found nothing to do."""

    worker: Worker | None = None

    def __init__(self) -> None:
        self.stages: set[Stage] = set()
        self.sums = Sums()
        self.turns = 0
        self.delays: list[float] = []
        self.gone: list[Service] = []

    def turning(self, stage: Stage) -> None:
        """A turn begins."""
        self.stages.add(stage)

    def turned(self, stage: Stage, done: int, sums: Sums) -> None:
        """Keep the sums."""
        self.stages.add(stage)
        self.turns += 1
        self.sums = sums
        if not done and self.worker is not None:
            self.worker.stop()

    def delayed(self, stage: Stage, seconds: Sequence[float]) -> None:
        """Keep the delays."""
        self.stages.add(stage)
        self.delays += seconds

    def away(self, stage: Stage, service: Service) -> None:
        """Keep who is away."""
        self.stages.add(stage)
        self.gone.append(service)


def run_stage(concord: Concord, stage: Stage, *watchers: Watcher) -> Told:
    """Work at a stage until nothing is left to do; what the worker told."""
    told = Told()
    told.worker = worker_of(concord, stage, concord.sharing(stage, topics_of(concord, stage)),
                            Watchers(*watchers, told))
    told.worker.run()
    return told
