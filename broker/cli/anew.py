"""The configuration of a command that goes on, read anew when its file has changed."""
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import TypeVar

from broker.bootstrap import Concord
from broker.cli.changed import changes
from broker.cli.context import Options, say, warn
from broker.config import Settings
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.vocabulary.times import day_of

WRITING_SECONDS = 0.2
# The file itself is looked at each time; what it names (a model, passwords) so often.
NAMED_FILES_SECONDS = 2.0
# How often a configuration that could not be begun under is tried again.
AGAIN_SECONDS = 15.0

Begun = TypeVar("Begun")


class ReadAnew:
    """What a command goes by: its configuration as it stood at the last look.

    A mistake in it is told once, and again to whoever asks. One that could not be begun under is
    tried again every so often, by asking `refuse` whether it still cannot: `ConfigError` or
    `TemporarilyUnavailable` says so.
    """

    def __init__(self, options: Options, name: str, known: Settings,
                 refuse: Callable[[Concord], None]):
        self._asked = False
        self._options = options
        self._name = name
        self._refuse = refuse
        self._known: Settings | str = known
        self._told = ""
        self._last: tuple[bytes, float, Settings | str] = (b"", 0.0, known)
        self._again_at: float | None = None

    def is_due(self, *, asked: bool = False) -> bool:
        """Whether what is configured now is to be tried: it is another than at the last look, or
        somebody `asked` although it may not be, or it could not be begun under then and can now;
        of one with a mistake in it that is told."""
        self._asked |= asked
        found = self._read(fully=self._asked)
        if found == self._known and not self._asked and not self._can_be_begun_by_now():
            return False
        time.sleep(WRITING_SECONDS)
        if self._read(fully=True) != found:
            return False  # somebody is writing it: the next look
        if self._asked:
            self._told = ""
        self._known, self._asked, self._again_at = found, False, None
        if isinstance(found, str):
            self._tell(found)
            return False
        return True

    def tried(self, before: Settings,
              begin: Callable[[Concord], Begun]) -> tuple[Concord, Begun] | None:
        """The partnership as it is configured now, with what has begun under it; None, and one
        sentence of why, where it has a mistake in it, cannot be reached, or nothing can begin
        under it."""
        try:
            with ExitStack() as trial:
                opened = trial.enter_context(closing(self._options.open_anew()))
                begun = begin(opened)
                trial.pop_all()
        except (ConfigError, TemporarilyUnavailable) as why:
            self._again_at = time.monotonic() + AGAIN_SECONDS
            self._tell(str(why))
            return None
        self._told, self._again_at = "", None
        say(" ".join([f"{self._name}: has read its configuration anew.",
                      *changes(before, opened.settings, day_of(opened.clock.now()))]))
        return opened, begun

    def is_other_than(self, before: Settings) -> bool:
        """Whether what is configured now is another configuration, and can be begun under."""
        found = self._read(fully=True)
        return not isinstance(found, str) and found != before and not self._why_not()

    def _can_be_begun_by_now(self) -> bool:
        if self._again_at is None or time.monotonic() < self._again_at:
            return False
        self._again_at = time.monotonic() + AGAIN_SECONDS
        if why := self._why_not():
            self._tell(why)
        return not why

    def _why_not(self) -> str:
        """In words why nothing can begin under what is configured now; empty where it can."""
        try:
            with closing(self._options.open_anew()) as opened:
                self._refuse(opened)
        except (ConfigError, TemporarilyUnavailable) as why:
            return str(why)
        return ""

    def _read(self, *, fully: bool) -> Settings | str:
        """The configuration, with the files it names where these are due or all is to be read
        `fully`; in words what is wrong with it."""
        text, at, found = self._last
        now, written = time.monotonic(), self._options.settings_text()
        if fully or written != text or now - at >= NAMED_FILES_SECONDS:
            try:
                found = self._options.settings()
            except ConfigError as why:
                found = str(why)
            self._last = written, now, found
        return found

    def _tell(self, why: str) -> None:
        if why != self._told:
            warn(f"{self._name}: goes on as it was configured. {why}")
            self._told = why
