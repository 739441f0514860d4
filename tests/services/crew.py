"""Workers and publishers as real processes that can be killed, and are started again."""
import multiprocessing
import os
import sys
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

# A clean process that has everything imported and nothing open, from which workers are forked:
# they are the real command, and are there at once.
_MAKER = multiprocessing.get_context("forkserver")
_MAKER.set_forkserver_preload([
    "broker.cli.main", "broker.cli.journey", "broker.cli.stages", "broker.bootstrap.served"])
END_SECONDS_MAX = 60.0


def command(log: str, arguments: Sequence[str]) -> None:
    """Be `concord` with these arguments; what it says goes to the end of a file."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.argv = ["concord", *arguments]
    from broker.cli.start import main

    main()


class Crew:
    """The processes of one partnership's home, at a fixed time."""

    def __init__(self, home: Path, now: str):
        self.home = home
        self.log = home / "crew.log"
        self._shared = ("--home", str(home), "--now", now)
        self.workers: list[tuple[str, BaseProcess]] = []

    def start(self, *words: str) -> BaseProcess:
        """Start a command."""
        process = _MAKER.Process(target=command, args=(str(self.log), [*words, *self._shared]))
        process.start()
        return process

    def add(self, stage: str) -> None:
        """One more worker of a stage."""
        self.workers.append((stage, self.start(stage, "--follow")))

    def tend(self) -> int:
        """Start again whichever worker has ended, as a service manager does; how many."""
        dead = [place for place, (_, process) in enumerate(self.workers)
                if not process.is_alive()]
        for place in dead:
            stage, process = self.workers[place]
            process.join()
            self.workers[place] = (stage, self.start(stage, "--follow"))
        return len(dead)

    def kill(self, place: int) -> str:
        """End a worker as `kill -9` does; its stage."""
        stage, process = self.workers[place]
        process.kill()
        process.join()
        return stage

    def remove(self, place: int) -> str:
        """Ask a worker to end and wait for it; its stage."""
        stage, process = self.workers.pop(place)
        process.terminate()
        process.join(END_SECONDS_MAX)
        assert process.exitcode is not None, f"a worker of {stage} did not end when asked"
        return stage

    def close(self) -> None:
        """End whatever still runs."""
        for _, process in self.workers:
            process.kill()
            process.join()
