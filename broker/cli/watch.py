"""`concord run`: every stage in turn, over the drop folders, until somebody ends it."""
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.bootstrap import Concord
from broker.cli.anew import ReadAnew
from broker.cli.context import (
    EXIT_DONE,
    EXIT_OPERATOR,
    EXIT_REJECTED,
    Options,
    counted,
    options_of,
    say,
    warn,
)
from broker.cli.journey import (
    drops_below,
    exit_code_of,
    is_about,
    left_out,
    print_report,
    publish_path,
)
from broker.cli.stages import print_crashed
from broker.pipeline.everybody import refuse_another_model
from broker.pipeline.publish import Feed, files_below, unreadable_below

WATCH_SECONDS = 2.0


def add_to(app: typer.Typer) -> None:
    """Register this module's command."""
    app.command()(run)


def run(
    context: typer.Context,
    root: Annotated[Path | None, typer.Option(
        help="Where the drop folders are (else the home).")] = None,
    turns: Annotated[int | None, typer.Option(
        min=1, help="Stop after so many turns (else on Ctrl-C or SIGTERM).")] = None,
) -> int:
    """All stages, watching the drop folders: publish, intake, check, deliver, again and again.
    A configuration that has changed is read anew."""
    options = options_of(context)
    with closing(_Watch(options, root or options.home)) as watch, _by_signals(watch.read_anew):
        while True:
            watch.turn()
            if watch.turns == turns:
                return watch.code
            time.sleep(WATCH_SECONDS)


class _Watch:
    """What is remembered from turn to turn: which files were seen, and what went wrong."""

    def __init__(self, options: Options, root: Path):
        self.concord = options.open_anew()
        self.root = root
        self._configuration = ReadAnew(options, "run", self.concord.settings, self._try)
        self._asked = False
        self.turns = 0
        self.code = EXIT_DONE
        self._seen: dict[Path, int] = {}
        self._changing: set[str] = set()
        self._left_out: dict[str, str] = {}

    def close(self) -> None:
        """Let go of the home."""
        self.concord.close()

    def read_anew(self, _signal: int, _frame: object) -> None:
        """Read the configuration anew before the next step, whether or not it has changed."""
        self._asked = True

    def turn(self) -> None:
        """Publish what is new in each drop folder, check, and deliver, each under the
        configuration as it stands then."""
        self.turns += 1
        self._look()
        for feed, path in drops_below(self.concord, self.root):
            try:
                self._take(feed, path)
            except OSError as why:
                if not is_about(why, path):
                    raise
                self._leave_out(feed, why)
            else:
                self._left_out.pop(feed.agency.code, None)
        self._move_on()

    def _take(self, feed: Feed, path: Path) -> None:
        """Publish a drop folder that has changed, and is whole."""
        agency = feed.agency.code
        stamps = _stamps_of(path)
        if all(self._seen.get(each) == stamp for each, stamp in stamps.items()):
            self._changing.discard(agency)
        elif _being_written(stamps, self.concord.clock.now()):
            if agency not in self._changing:
                say(f"{agency}: files still changing, left for the next turn.")
            self._changing.add(agency)
        else:
            self._changing.discard(agency)
            report = publish_path(self.concord, feed, path, None)
            self._seen.update(stamps)
            print_report(report, feed, path, to_journal=True)
            self._note(exit_code_of(report))

    def _leave_out(self, feed: Feed, why: OSError) -> None:
        """Go on without an agency whose folder the machine refuses: said once."""
        said = left_out(feed, why)
        if self._left_out.get(feed.agency.code) != said:
            warn(said)
        self._left_out[feed.agency.code] = said
        self._note(EXIT_OPERATOR)

    def _look(self) -> None:
        """Go by the configuration as it stands; where agencies have changed all files are read
        again, as by a command that begins."""
        if asked := self._asked:  # else one that comes just now would be lost
            self._asked = False
        if not self._configuration.is_due(asked=asked):
            return
        before = self.concord.settings
        if (taken_up := self._configuration.tried(before, self._try)) is not None:
            self.concord.close()
            self.concord, _ = taken_up
        if self.concord.settings.agencies != before.agencies:
            self._seen.clear()

    def _try(self, opened: Concord) -> None:
        """`ConfigError` where no turn can be taken under this configuration."""
        drops_below(opened, self.root)
        with opened.store.view() as view:
            refuse_another_model(view, opened.model)

    def _move_on(self) -> None:
        self._look()
        count = self.concord.check()
        self._look()
        given = self.concord.deliver()
        if count.read or count.finding_changes or given.notices:
            say(f"{counted(count.accepted, 'statement')} accepted, "
                f"{counted(count.finding_changes, 'change')} of findings, "
                f"{counted(given.notices, 'notice')}.")
        if count.held:
            say(f"  {counted(count.held, 'statement')} held for a person: `concord held list`")
        if count.rejected:
            say(f"  {counted(count.rejected, 'message')} rejected: `concord rejects list`")
            self._note(EXIT_REJECTED)
        print_crashed(count.crashed_rules)

    def _note(self, code: int) -> None:
        """Keep the worst: files that somebody must mend outweigh rows that were rejected."""
        if code == EXIT_OPERATOR or self.code == EXIT_DONE:
            self.code = code


@contextmanager
def _by_signals(read_anew: Callable[[int, object], None]) -> Iterator[None]:
    """A service manager's SIGTERM ends the watch as Ctrl-C does: nothing half done, one line.
    SIGHUP has it read its configuration anew; at a terminal that one says that it has gone."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread alone
        return
    handlers: dict[signal.Signals, Callable[[int, Any], None]] = {
        signal.SIGTERM: signal.default_int_handler}
    if sys.stdin is None or not sys.stdin.isatty():
        handlers[signal.SIGHUP] = read_anew
    before = {each: signal.signal(each, handler) for each, handler in handlers.items()}
    try:
        yield
    finally:
        for each, earlier in before.items():
            signal.signal(each, earlier)


def _stamps_of(path: Path) -> dict[Path, int]:
    """When each file was last changed, in nanoseconds; one that has just gone has no stamp, and
    what is no file that could be read is seen once."""
    stamps = {each: 0 for each in unreadable_below(path) if each.is_symlink() or each.exists()}
    for each in files_below(path):
        with suppress(FileNotFoundError):
            stamps[each] = each.stat().st_mtime_ns
    return stamps


def _being_written(stamps: Mapping[Path, int], now: datetime) -> bool:
    """Whether a file changed a moment ago: half a snapshot would take back the other half."""
    ages = (now.timestamp() - stamp / 1e9 for stamp in stamps.values())
    return any(0 <= age < WATCH_SECONDS for age in ages)
