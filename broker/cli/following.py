"""A stage as a worker: until it is told to stop, and anew under a changed configuration."""
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

from broker.bootstrap import Concord
from broker.bootstrap.workers import refuse_to_begin, topics_of, watching, worker_of
from broker.cli.anew import ReadAnew
from broker.cli.context import EXIT_DONE, Options, say
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.pipeline.worker import AWAY_SECONDS_MIN, Stage, Worker


class Asked:
    """What has been asked of a worker, by signals."""

    def __init__(self) -> None:
        self.to_stop = False
        self._to_read_anew = False
        self._worker: Worker | None = None

    def of(self, worker: Worker) -> Worker:
        """The worker that goes on from here, and ends at once where it has been asked to."""
        self._worker = worker
        if self.to_stop:
            worker.stop()
        return worker

    def stop(self, _signal: int, _frame: object) -> None:
        """End after the turn at hand; a second Ctrl-C ends at once."""
        self.to_stop = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._worker is not None:
            self._worker.stop()

    def read_anew(self, _signal: int, _frame: object) -> None:
        """Read the configuration anew before the next turn, whether or not it has changed."""
        self._to_read_anew = True

    def whether_to_read_anew(self) -> bool:
        """Whether that has been asked since this was last asked."""
        asked = self._to_read_anew
        if asked:  # else one that comes just now would be lost
            self._to_read_anew = False
        return asked


class _AtWork:
    """A worker of a stage under one configuration, with its share and whoever watches it; raises
    whatever shows before its first turn, and then has let them go."""

    def __init__(self, concord: Concord, stage: Stage, asked: Asked, metrics_host: str,
                 metrics_port: int | None):
        with ExitStack() as held:
            watcher = held.enter_context(watching(concord, stage, metrics_host, metrics_port))
            share = held.enter_context(closing(concord.sharing(stage, topics_of(concord, stage))))
            self._worker = asked.of(worker_of(concord, stage, share, watcher))
            self._held = held.pop_all()

    def run(self, is_over: Callable[[], bool]) -> None:
        """Until it is asked for something, or this says so before a turn; then its share goes
        back, and its home stays open."""
        with self._held:
            self._worker.run(is_over)


def follow_stage(options: Options, stage: Stage, metrics_host: str,
                 metrics_port: int | None) -> int:
    """Be a worker of a stage until told to stop, each turn under the configuration as it stands
    then; the turn at hand is finished first."""
    with ExitStack() as home:
        concord = home.enter_context(closing(options.open_anew()))
        with by_signals() as asked:
            def at_work(there: Concord) -> _AtWork:
                return _AtWork(there, stage, asked, metrics_host, metrics_port)

            configuration = ReadAnew(options, stage, concord.settings,
                                     lambda there: refuse_to_begin(there, stage))
            say(f"{stage}: working.")
            work: _AtWork | None = at_work(concord)
            while work is not None:
                try:
                    work.run(lambda: configuration.is_due(asked=asked.whether_to_read_anew()))
                except ConfigError:  # the store was rebuilt under another model, say
                    if not configuration.is_other_than(concord.settings):
                        raise
                work = None
                while work is None and not asked.to_stop:
                    if (taken_up := configuration.tried(concord.settings, at_work)) is None:
                        work = _as_it_was(at_work, concord)
                    else:
                        before, (concord, work) = home.pop_all(), taken_up
                        home.enter_context(closing(concord))
                        before.close()
    say(f"{stage}: stopped; what was finished is kept.")
    return EXIT_DONE


def _as_it_was(at_work: Callable[[Concord], _AtWork], concord: Concord) -> _AtWork | None:
    """The worker that goes on under the configuration it had; None, a moment later, where a
    service is away, for which it waits as it does at work."""
    try:
        return at_work(concord)
    except TemporarilyUnavailable:
        time.sleep(AWAY_SECONDS_MIN)
        return None


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
