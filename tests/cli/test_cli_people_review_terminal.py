"""The review queue at a real terminal: keystrokes, Esc, Ctrl-C, and what ASCII alone shows."""
import os
import pty
import subprocess
from collections.abc import Callable
from fcntl import ioctl
from select import POLLHUP, POLLIN, poll
from termios import TIOCSCTTY

import pytest

from tests.cli.conftest import COMMAND, ROOT, Build, Cli
from tests.cli.test_cli_people_review import ACCEPT, judgements, two_pairs_wait


def at_terminal(cli: Cli, typed: list[tuple[str, str]], *words: str,
                **more: str) -> tuple[int, str]:
    """Run the real command at a real terminal and type each text once the one before it is
    shown; (exit code, what was shown)."""
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [*COMMAND, *cli.arguments("people", "review", *words)], cwd=ROOT, stdin=theirs,
        stdout=theirs, stderr=theirs, start_new_session=True,
        preexec_fn=lambda: ioctl(0, TIOCSCTTY, 0),  # so that Ctrl-C reaches it
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "110",
             "LINES": "40", **more})
    os.close(theirs)
    waiting = poll()  # select counts no further than 1,024 open files
    waiting.register(ours, POLLIN | POLLHUP)
    shown = b""
    seen = 0
    left = list(typed)
    try:
        while True:
            assert waiting.poll(60_000), f"it waits for ever, having shown {shown!r}"
            try:
                shown += os.read(ours, 65_536)
            except OSError:  # the other side has gone
                break
            while left and (found := shown.find(left[0][0].encode(), seen)) >= 0:
                seen = found + len(left[0][0])
                os.write(ours, left.pop(0)[1].encode())
    finally:
        os.close(ours)
        if left:
            started.kill()
    return started.wait(timeout=60), shown.decode().replace("\r\n", "\n")


@pytest.mark.slow
def test_a_real_terminal_takes_single_keystrokes(
        copied: Callable[[Build], Cli]) -> None:
    """An arrow key does nothing, a reason is typed as a line, Esc goes back and Enter judges."""
    waiting = copied(two_pairs_wait)
    code, shown = at_terminal(waiting, [
        ("? help", "\x1b[A"), ("? help", "s"), ("Why same?", "rang the home\n"),
        (ACCEPT, "\x1b"), ("? help", "s"), ("Why same? [rang the home]", "\n"),
        (ACCEPT, "\n"), ("Judged same.", ""), ("? help", "q")], "--by", "a.reviewer")

    assert (0, "1 decided, 0 taken back; 1 pair in review.") == (code, shown.splitlines()[-1])
    assert [("police:N1 riverside:R1", "SAME", "a.reviewer", "rang the home", True)] == (
        judgements(waiting))


@pytest.mark.slow
def test_escape_goes_back_from_a_reason_half_typed(
        copied: Callable[[Build], Cli]) -> None:
    """Nothing is judged; an arrow key in the middle of a reason is no part of it, and no Esc."""
    waiting = copied(two_pairs_wait)
    code, shown = at_terminal(waiting, [
        ("? help", "s"), ("Why same?", "rang the ho\x1b"), ("? help", "s"),
        ("Why same?", "rang\x1b[D them\n"), (ACCEPT, "\n"), ("Judged same.", ""),
        ("? help", "q")], "--by", "a.reviewer")

    assert (0, "1 decided, 0 taken back; 1 pair in review.") == (code, shown.splitlines()[-1])
    assert ["rang them"] == [each[3] for each in judgements(waiting)]


@pytest.mark.slow
def test_a_real_terminal_forgets_an_enter_typed_with_the_reason(
        copied: Callable[[Build], Cli]) -> None:
    """It came before the consequences were drawn."""
    waiting = copied(two_pairs_wait)
    code, shown = at_terminal(waiting, [
        ("? help", "s"), ("Why same?", "rang the home\n\n"), (ACCEPT, "\x1b"), ("? help", "q")],
        "--by", "a.reviewer")

    assert (0, True) == (code, shown.endswith("0 decided, 0 taken back; 2 pairs in review.\n"))
    assert [] == judgements(waiting)


@pytest.mark.slow
def test_a_terminal_that_shows_ascii_alone_is_enough(
        copied: Callable[[Build], Cli]) -> None:
    """Bars are plain, and what it cannot show is a question mark."""
    waiting = copied(two_pairs_wait)
    code, shown = at_terminal(waiting, [("? help", "q")], "--by", "a.reviewer",
                              PYTHONIOENCODING="ascii")

    assert (0, True) == (code, shown.isascii())
    assert "recorded the same occasion as ?Concern for safety?" in " ".join(shown.split())
    assert "-" * 110 == shown.splitlines()[1]
    assert "#######|" in shown


@pytest.mark.slow
def test_at_a_terminal_somebody_must_say_who_decides(
        copied: Callable[[Build], Cli]) -> None:
    """A judgement without an author is none."""
    waiting = copied(two_pairs_wait)
    assert (2, "Say who decides: --by NAME (or --list prints the queue).\n") == at_terminal(
        waiting, [])


@pytest.mark.slow
def test_an_interruption_ends_the_session_and_keeps_what_was_decided(
        copied: Callable[[Build], Cli]) -> None:
    """Ctrl-C at any keystroke; the terminal is given back as it was."""
    waiting = copied(two_pairs_wait)
    code, shown = at_terminal(waiting, [
        ("? help", "s"), ("Why same?", "seen\n"), (ACCEPT, "\n"), ("Judged same.", ""),
        ("? help", "\x03")], "--by", "a.reviewer")

    assert 130 == code
    assert "Interrupted: what was finished is kept" in shown
    assert 1 == len(judgements(waiting))
