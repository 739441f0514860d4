"""A home that was once ahead of its time is not blind until the time has caught up."""
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from broker.backends.clock import FixedClock, ManualClock, NeverBefore
from broker.bootstrap import open_home
from broker.cli.example import CONFIGURATION

EARLY = datetime(2026, 3, 1, 22, tzinfo=UTC)
LATE = datetime(2026, 3, 2, 22, tzinfo=UTC)


def test_it_stands_at_the_floor_and_goes_on_from_there() -> None:
    """Behind the floor it is the floor; beyond, the clock's own time."""
    clock = ManualClock(EARLY)
    never = NeverBefore(clock, LATE)
    behind = never.now()
    clock.set(datetime(2026, 3, 3, tzinfo=UTC))

    assert (LATE, datetime(2026, 3, 3, tzinfo=UTC)) == (behind, never.now())
    assert LATE == NeverBefore(FixedClock(EARLY), LATE).now()


def test_a_home_goes_by_what_it_last_received(tmp_path: Path) -> None:
    """Opened at an earlier time, it says so and stands at the later one."""
    (tmp_path / "concord.toml").write_text(CONFIGURATION)
    with closing(open_home(tmp_path, now=LATE)) as before:
        before.take_in()
    with closing(open_home(tmp_path, now=EARLY)) as again:
        assert (LATE, LATE) == (again.ahead, again.clock.now())


def test_a_home_in_its_time_goes_by_the_clock(tmp_path: Path) -> None:
    """Nothing is ahead, nothing is said."""
    (tmp_path / "concord.toml").write_text(CONFIGURATION)
    with closing(open_home(tmp_path, now=EARLY)) as before:
        before.take_in()
    with closing(open_home(tmp_path, now=LATE)) as later:
        assert (None, LATE) == (later.ahead, later.clock.now())
