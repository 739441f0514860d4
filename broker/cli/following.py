"""A stage as a worker: until it is told to stop, and anew under a changed configuration."""
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

from broker.bootstrap import Concord
from broker.bootstrap.workers import topics_of, watching, worker_of
from broker.cli.context import EXIT_DONE, Options, say, warn
from broker.config import Settings
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.pipeline.worker import Stage, Worker
from broker.rules.telling import listed


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


class _AtWork:
    """A worker of a stage under one configuration, with its share and whoever watches it; raises
    whatever shows before its first turn, and then has let them go."""

    def __init__(self, concord: Concord, stage: Stage, asked: Asked, metrics_host: str,
                 metrics_port: int | None):
        self.concord = concord
        with ExitStack() as held:
            watcher = held.enter_context(watching(concord, stage, metrics_host, metrics_port))
            share = held.enter_context(closing(concord.sharing(stage, topics_of(concord, stage))))
            self._worker = asked.of(worker_of(concord, stage, share, watcher))
            self._held = held.pop_all()

    def run(self) -> None:
        """Until it is asked for something; then its share goes back, and its home stays open."""
        with self._held:
            self._worker.run()


def follow_stage(options: Options, stage: Stage, metrics_host: str,
                 metrics_port: int | None) -> int:
    """Be a worker of a stage until told to stop; the turn at hand is finished first."""
    with ExitStack() as home:
        concord = home.enter_context(closing(options.open_anew()))
        with by_signals() as asked:
            def at_work(there: Concord) -> _AtWork:
                return _AtWork(there, stage, asked, metrics_host, metrics_port)

            say(f"{stage}: working.")
            work = at_work(concord)
            work.run()
            while not asked.to_stop:
                asked.to_read_anew = False
                work = _anew(options, stage, concord, at_work)
                if work.concord is not concord:
                    before, concord = home.pop_all(), work.concord
                    home.enter_context(closing(concord))
                    before.close()
                work.run()
    say(f"{stage}: stopped; what was finished is kept.")
    return EXIT_DONE


def _anew(options: Options, stage: Stage, before: Concord,
          at_work: Callable[[Concord], _AtWork]) -> _AtWork:
    """A worker of the partnership as it is configured now; as it was, where that has a mistake in
    it, cannot be reached, or is none that a worker can begin under."""
    try:
        with ExitStack() as trial:
            opened = trial.enter_context(closing(options.open_anew()))
            work = at_work(opened)
            trial.pop_all()
    except (ConfigError, TemporarilyUnavailable) as why:
        warn(f"{stage}: goes on as it was configured. {why}")
        return at_work(before)
    say(" ".join([f"{stage}: has read its configuration anew.",
                  *changes(before.settings, opened.settings)]))
    return work


def changes(before: Settings, after: Settings) -> Iterator[str]:
    """Which agencies and agreements have come and gone, as a file that was half written would
    have it; by the codes of agencies."""
    def told(earlier: Counter[str], later: Counter[str]) -> Iterator[str]:
        for words, found in (("No longer there", earlier - later), ("New", later - earlier)):
            if found:
                yield f"{words}: {'; '.join(sorted(found.elements()))}."

    yield from told(_parts_of(before), _parts_of(after))


def _parts_of(settings: Settings) -> Counter[str]:
    return Counter([
        *(f"the agency {code}" for code in settings.agencies),
        *(f"the agreement that {listed(sorted(each.giving))} may tell "
          f"{listed(sorted(each.receiving))}" for each in settings.agreements.all)])


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
