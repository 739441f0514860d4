"""Stores that the tests open in their own process do not wait for the disk.

As shipped, a commit returns when the disk has it. A killed process loses nothing either way; only
a machine that loses its power tells the two apart, which no test can try, and thousands of commits
wait several milliseconds each. Commands started as processes of their own wait as shipped.
"""
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from broker.backends import sqlite

SETUP = "_SETUP"
AS_SHIPPED = sqlite._SETUP
WAITING, NOT_WAITING = "PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF"


@contextmanager
def not_waited_for() -> Iterator[None]:
    """Within it, what is committed is the system's and reaches the disk some time."""
    assert WAITING in AS_SHIPPED
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, SETUP, tuple(
            NOT_WAITING if each == WAITING else each for each in AS_SHIPPED))
        yield
