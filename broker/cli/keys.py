"""Keystrokes and lines from a terminal."""
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from broker.errors import ConfigError

ENTER, ESCAPE, END = "\n", "\x1b", "\x04"
_READ_AT_ONCE = 4096
_SEQUENCE_BYTES_MAX = 16
# What an arrow or function key sends, where it was typed before anybody read it.
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])")
_SECONDS_OF_A_SEQUENCE = 0.05  # an arrow key sends its bytes at once; a person's Esc stands alone


class Keys(Protocol):
    """Where decisions come from."""

    def key(self) -> str:
        """The next keystroke; `END` where no more will come."""

    def line(self) -> str | None:
        """The next line, its end taken off; None where the person goes back (Esc, Ctrl-D)."""

    def forget(self) -> None:
        """Drop what was typed before now and not yet read."""


class TerminalKeys:
    """The keyboard of this terminal: single keystrokes without Enter, lines with the terminal's
    own editing."""

    def __init__(self) -> None:
        try:
            import termios
        except ImportError:
            raise ConfigError("Single keystrokes need a Unix terminal: use `--list`, and decide "
                              "with `concord people judge`.") from None
        self._termios = termios
        self._number = sys.stdin.fileno()
        self._before: list[Any] = termios.tcgetattr(self._number)
        self._single = self._before
        self._lines = _lines_that_escape_ends(termios, termios.tcgetattr(self._number))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Give each keystroke at once and unseen, also one typed before it is waited for; Ctrl-C
        still interrupts. Afterwards the terminal is as it was."""
        termios = self._termios
        single = termios.tcgetattr(self._number)
        single[3] &= ~(termios.ICANON | termios.ECHO)
        single[6][termios.VMIN], single[6][termios.VTIME] = 1, 0
        with self._set(single, self._before):
            self._single = single
            yield

    def key(self) -> str:
        """The next keystroke; the rest of an arrow or function key is swallowed."""
        read = self._read(1)
        if read == ESCAPE and self._sequence_follows():
            return ""
        return {"\r": ENTER, "": END}.get(read, read)

    def line(self) -> str | None:
        """The next line as typed; None at the end of input (Ctrl-D) or where Esc ended it. An
        arrow or function key is swallowed, as anywhere."""
        typed = ""
        while True:
            with self._set(self._lines, self._single):
                read = self._read(_READ_AT_ONCE)
            if not read:
                return None
            if read.endswith(ESCAPE) and self._sequence_follows():
                read = read.removesuffix(ESCAPE)
            typed += _SEQUENCE.sub("", read)
            if ESCAPE in typed:
                return None
            if typed.endswith(("\r", "\n")):
                return typed.rstrip("\r\n")

    def forget(self) -> None:
        """Drop what waits at the terminal: nobody can have meant it for what they had not seen."""
        self._termios.tcflush(self._number, self._termios.TCIFLUSH)

    def _read(self, size: int) -> str:
        return os.read(self._number, size).decode("utf-8", "replace")

    def _sequence_follows(self) -> bool:
        """Whether an Esc began the sequence of an arrow or function key, which is then read."""
        if not self._more_waits():
            return False
        if self._read(1) in "[O":
            for _ in range(_SEQUENCE_BYTES_MAX):
                if "@" <= self._read(1) <= "~":
                    break
        return True

    def _more_waits(self) -> bool:
        import select

        return bool(select.select([self._number], [], [], _SECONDS_OF_A_SEQUENCE)[0])

    @contextmanager
    def _set(self, now: list[Any], afterwards: list[Any]) -> Iterator[None]:
        termios = self._termios
        termios.tcsetattr(self._number, termios.TCSADRAIN, now)
        try:
            yield
        finally:
            termios.tcsetattr(self._number, termios.TCSADRAIN, afterwards)


def _lines_that_escape_ends(termios: Any, attributes: list[Any]) -> list[Any]:
    """The terminal's own line editing, in which Esc ends a line as Enter does."""
    attributes[6][termios.VEOL] = ESCAPE.encode()
    return attributes
