"""The configuration of a command that goes on, read anew when its file has changed."""
import time
from collections.abc import Callable
from contextlib import ExitStack, closing

from broker.bootstrap import Concord
from broker.cli.context import Options, say, warn
from broker.cli.following import changes
from broker.config import Settings
from broker.errors import ConfigError, TemporarilyUnavailable

WRITING_SECONDS = 0.2


class ReadAnew:
    """What a command goes by: its configuration as it stood at the last look.

    `tried` is called with a partnership before it takes the place of the one before; what it
    raises is a mistake in the configuration, of which the operator is told once.
    """

    def __init__(self, options: Options, name: str, concord: Concord,
                 tried: Callable[[Concord], object]):
        self.asked = False
        self._options = options
        self._name = name
        self._tried = tried
        self._known: Settings | str = concord.settings
        self._told = ""

    def look(self, concord: Concord) -> Concord:
        """The partnership to go on with: this one where nothing has changed since the last look
        and nobody asked, or where the file has a mistake in it; else the one that is configured
        now, and this one is closed."""
        found = self._read()
        if found == self._known and not self.asked:
            return concord
        time.sleep(WRITING_SECONDS)
        if self._read() != found:
            return concord  # somebody is writing it: the next look
        self._known, self.asked = found, False
        if isinstance(found, str):
            return self._as_it_was(concord, found)
        try:
            with ExitStack() as trial:
                opened = trial.enter_context(closing(self._options.open_anew()))
                self._tried(opened)
                trial.pop_all()
        except ConfigError as why:
            return self._as_it_was(concord, str(why))
        except TemporarilyUnavailable as why:
            self.asked = True
            return self._as_it_was(concord, str(why))
        self._told = ""
        say(" ".join([f"{self._name}: has read its configuration anew.",
                      *changes(concord.settings, opened.settings)]))
        concord.close()
        return opened

    def _read(self) -> Settings | str:
        """The configuration, with the files it names; in words what is wrong with it."""
        try:
            return self._options.settings()
        except ConfigError as why:
            return str(why)

    def _as_it_was(self, concord: Concord, why: str) -> Concord:
        if why != self._told:
            warn(f"{self._name}: goes on as it was configured. {why}")
            self._told = why
        return concord
