"""A stage as a worker: until it is told to stop, and anew under a changed configuration."""
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

from broker.bootstrap import Concord
from broker.bootstrap.workers import (
    JUDGED_BY,
    refuse_to_begin,
    topics_of,
    watching,
    worker_of,
)
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
        self._concord = concord
        self._judged_by = JUDGED_BY[stage]
        with ExitStack() as held:
            watcher = held.enter_context(watching(concord, stage, metrics_host, metrics_port))
            share = held.enter_context(closing(concord.sharing(stage, topics_of(concord, stage))))
            self._worker = asked.of(worker_of(concord, stage, share, watcher))
            self._held = held.pop_all()

    def run(self, is_over: Callable[[], bool]) -> None:
        """Until it is asked for something, others have declared what it judges by, or this says
        so before a turn; then its share goes back, and its home stays open."""
        with self._held:
            self._worker.run(lambda: self._is_superseded() or is_over())

    def _is_superseded(self) -> bool:
        with suppress(TemporarilyUnavailable):  # its turn will wait for it
            return self._concord.is_superseded(self._judged_by)
        return False


class _Following:
    """A stage followed: its home as it is open now, and the worker that is at work there."""

    def __init__(self, options: Options, stage: Stage, asked: Asked, metrics_host: str,
                 metrics_port: int | None):
        self._asked = asked
        self._at_work: Callable[[Concord], _AtWork] = lambda there: _AtWork(
            there, stage, asked, metrics_host, metrics_port)
        with ExitStack() as home:
            self._concord = home.enter_context(closing(options.open_anew()))
            self._configuration = ReadAnew(options, stage, self._concord.settings,
                                           lambda there: refuse_to_begin(there, stage))
            self._home = home.pop_all()

    def close(self) -> None:
        """Let go of the home."""
        self._home.close()

    def run(self) -> None:
        """Work until asked to stop, each turn under the configuration as it stands then."""
        work: _AtWork | None = self._at_work(self._concord)
        while work is not None:
            try:
                work.run(self._is_due)
            except ConfigError:  # the store was rebuilt under another model, say
                if not self._configuration.is_other_than(self._concord.settings):
                    raise
            work = None
            while work is None and not self._asked.to_stop:
                work = self._anew() or self._as_it_was()

    def _is_due(self) -> bool:
        return self._configuration.is_due(asked=self._asked.whether_to_read_anew())

    def _anew(self) -> _AtWork | None:
        """The worker that goes on under the configuration as it is now, in place of the home as
        it was; None where nothing can begin under it."""
        taken_up = self._configuration.tried(self._concord.settings, self._at_work)
        if taken_up is None:
            return None
        before, self._home = self._home, ExitStack()
        self._concord, work = taken_up
        self._home.enter_context(closing(self._concord))
        before.close()
        return work

    def _as_it_was(self) -> _AtWork | None:
        """The worker that goes on under the configuration it had; None, a moment later, where a
        service is away, for which it waits as it does at work."""
        try:
            return self._at_work(self._concord)
        except TemporarilyUnavailable:
            time.sleep(AWAY_SECONDS_MIN)
            return None


def follow_stage(options: Options, stage: Stage, metrics_host: str,
                 metrics_port: int | None) -> int:
    """Be a worker of a stage until told to stop; the turn at hand is finished first."""
    with by_signals() as asked, closing(
            _Following(options, stage, asked, metrics_host, metrics_port)) as following:
        say(f"{stage}: working.")
        following.run()
    say(f"{stage}: stopped; what was finished is kept.")
    return EXIT_DONE


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
