"""The clocks."""
from datetime import UTC, datetime, timedelta, timezone

import pytest

from broker.backends.clock import FixedClock, ManualClock, SystemClock
from broker.ports import Clock

SUMMER = datetime(2026, 7, 1, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
CUT = datetime(2026, 7, 1, 12, 0, 0, 123000, tzinfo=UTC)


def test_the_machines_time_is_utc_in_whole_milliseconds() -> None:
    """And goes on."""
    clock: Clock = SystemClock()
    first, second = clock.now(), clock.now()

    assert (UTC, 0) == (first.tzinfo, first.microsecond % 1000)
    assert first <= second


def test_a_fixed_clock_stands_still() -> None:
    """At the moment given, in UTC, in whole milliseconds."""
    clock: Clock = FixedClock(SUMMER)

    assert [CUT, CUT] == [clock.now(), clock.now()]
    assert UTC == clock.now().tzinfo


def test_a_manual_clock_is_moved_by_hand() -> None:
    """Forwards by a while, or to any moment."""
    clock = ManualClock(SUMMER)
    clock.advance(timedelta(days=42))
    later = clock.now()
    clock.set(SUMMER - timedelta(days=1))

    assert (CUT + timedelta(days=42), CUT - timedelta(days=1)) == (later, clock.now())


def test_a_manual_clock_is_not_turned_back_by_mistake() -> None:
    """A negative while is a slip of the test that asks for it."""
    with pytest.raises(AssertionError):
        ManualClock(SUMMER).advance(timedelta(seconds=-1))


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    """Nobody could say when it was."""
    with pytest.raises(AssertionError):
        FixedClock(SUMMER.replace(tzinfo=None))
