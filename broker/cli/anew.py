"""The configuration of a command that goes on, read anew when its file has changed."""
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import TypeVar

from broker.bootstrap import Concord
from broker.cli.context import Options, say, warn
from broker.config import Settings
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.rules.telling import listed

WRITING_SECONDS = 0.2
# The file itself is looked at each time; what it names (a model, passwords) so often.
NAMED_FILES_SECONDS = 2.0
AWAY_SECONDS = 15.0

Begun = TypeVar("Begun")


class ReadAnew:
    """What a command goes by: its configuration as it stood at the last look.

    A mistake in it is told once, and again to whoever asks.
    """

    def __init__(self, options: Options, name: str, known: Settings):
        self._asked = False
        self._options = options
        self._name = name
        self._known: Settings | str = known
        self._told = ""
        self._last: tuple[bytes, float, Settings | str] = (b"", 0.0, known)
        self._away_until: float | None = None

    def is_due(self, *, asked: bool = False) -> bool:
        """Whether what is configured now is to be tried: it is another than at the last look, or
        somebody `asked` although it may not be, or a service was away then; of one with a mistake
        in it that is told."""
        self._asked |= asked
        found = self._read(fully=self._asked)
        again = self._away_until is not None and time.monotonic() >= self._away_until
        if found == self._known and not self._asked and not again:
            return False
        time.sleep(WRITING_SECONDS)
        if self._read(fully=True) != found:
            return False  # somebody is writing it: the next look
        if self._asked:
            self._told = ""
        self._known, self._asked, self._away_until = found, False, None
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
        except ConfigError as why:
            self._tell(str(why))
            return None
        except TemporarilyUnavailable as why:
            self._away_until = time.monotonic() + AWAY_SECONDS
            self._tell(str(why))
            return None
        self._told = ""
        say(" ".join([f"{self._name}: has read its configuration anew.",
                      *changes(before, opened.settings)]))
        return opened, begun

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
