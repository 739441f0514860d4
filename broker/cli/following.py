"""A stage as a worker: until it is told to stop, and anew under a changed configuration."""
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from broker.bootstrap import Concord
from broker.bootstrap.workers import topics_of, watching, worker_of
from broker.cli.context import EXIT_DONE, Options, say, warn
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.pipeline.worker import Stage, Worker


class Asked:
    """What has been asked of a worker, by signals: each ends the turns of the one at hand."""

    def __init__(self) -> None:
        self.to_stop = False
        self.to_read_anew = False
        self._worker: Worker | None = None

    def of(self, worker: Worker) -> Worker:
        """The worker that goes on from here, and ends at once where it has been asked to."""
        self._worker = worker
        if self.to_stop or self.to_read_anew:
            worker.stop()
        return worker

    def stop(self, _signal: int, _frame: object) -> None:
        """End after the turn at hand; a second Ctrl-C ends at once."""
        self.to_stop = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._end_turns()

    def read_anew(self, _signal: int, _frame: object) -> None:
        """Go on after the turn at hand under the configuration as it stands then."""
        self.to_read_anew = True
        self._end_turns()

    def _end_turns(self) -> None:
        if self._worker is not None:
            self._worker.stop()


def follow_stage(options: Options, stage: Stage, metrics_host: str,
                 metrics_port: int | None) -> int:
    """Be a worker of a stage until told to stop; the turn at hand is finished first."""
    concord = options.open()
    with by_signals() as asked:
        say(f"{stage}: working.")
        while True:
            _work(concord, stage, asked, metrics_host, metrics_port)
            if asked.to_stop:
                break
            asked.to_read_anew = False
            concord = _anew(options, stage, concord)
    say(f"{stage}: stopped; what was finished is kept.")
    return EXIT_DONE


def _work(concord: Concord, stage: Stage, asked: Asked, metrics_host: str,
          metrics_port: int | None) -> None:
    with watching(concord, stage, metrics_host, metrics_port) as watcher, \
            closing(concord.sharing(stage, topics_of(concord, stage))) as share:
        asked.of(worker_of(concord, stage, share, watcher)).run()


def _anew(options: Options, stage: Stage, concord: Concord) -> Concord:
    """The partnership as it is configured now; as it was, where that has a mistake in it or cannot
    be reached."""
    try:
        opened = options.open()
    except (ConfigError, TemporarilyUnavailable) as why:
        warn(f"{stage}: goes on as it was configured. {why}")
        return concord
    concord.close()
    say(f"{stage}: has read its configuration anew.")
    return opened


@contextmanager
def by_signals() -> Iterator[Asked]:
    """SIGTERM and Ctrl-C end a worker, SIGHUP has it read its configuration anew; at a terminal
    that one still says that the terminal has gone."""
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked  # signals reach the main thread alone
        return
    handlers = {signal.SIGTERM: asked.stop, signal.SIGINT: asked.stop}
    if sys.stdin is None or not sys.stdin.isatty():  # none where it was closed at the start
        handlers[signal.SIGHUP] = asked.read_anew
    before = {each: signal.getsignal(each) for each in handlers}
    for each, handler in handlers.items():
        signal.signal(each, handler)
    try:
        yield asked
    finally:
        for each, earlier in before.items():
            signal.signal(each, earlier)
