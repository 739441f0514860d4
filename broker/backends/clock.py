"""The clocks: the machine's, one that stands still, and one moved by hand."""
from datetime import UTC, datetime, timedelta

from broker.ports import Clock

_MILLISECOND = 1000


def whole_milliseconds(moment: datetime) -> datetime:
    """The moment in UTC with what is below a millisecond cut off; it must be aware."""
    assert moment.tzinfo is not None, "a moment without a time zone names no moment"
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // _MILLISECOND * _MILLISECOND)


class SystemClock:
    """The machine's clock: the only reader of the present in the whole product."""

    def now(self) -> datetime:
        """The present, aware, in UTC, in whole milliseconds."""
        # The ban exists so that everything else is handed its time from here.
        return whole_milliseconds(datetime.now(UTC))  # noqa: TID251


class FixedClock:
    """A clock that stands still: `--now` on the command line."""

    def __init__(self, now: datetime):
        self._now = whole_milliseconds(now)

    def now(self) -> datetime:
        """The moment it was set to, in UTC, in whole milliseconds."""
        return self._now


class NeverBefore:
    """A clock that is never behind what has already been received.

    A home once run ahead of the time (`--now`, a machine's wrong clock) would otherwise be blind
    to its own latest records until the time has caught up.
    """

    def __init__(self, clock: Clock, floor: datetime):
        self._clock = clock
        self._floor = floor

    def now(self) -> datetime:
        """The clock's moment, or the floor while that is later."""
        return max(self._clock.now(), self._floor)


class ManualClock(FixedClock):
    """A clock moved by hand: simulations, rehearsals and tests."""

    def advance(self, by: timedelta) -> None:
        """Move on by this much; a clock of ours never goes back."""
        assert by >= timedelta(0), "this clock only goes forwards"
        self._now = whole_milliseconds(self._now + by)

    def set(self, now: datetime) -> None:
        """Jump to a moment, which may lie in the past: machines' clocks do that."""
        self._now = whole_milliseconds(now)
