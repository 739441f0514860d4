"""The plan of a made-up partnership, and its calendar: everything else follows from these."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays

from broker.vocabulary.times import LONDON

EXTRACT_CLOCK = time(23, 30)
_CHILDREN_PER_ROUND = 2_000


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """What to make. The same plan always makes the same bytes.

    Shares are parts of the children left after the planted ones. `planted_rounds` is how often
    the whole catalogue of planted contradictions and decoys is laid out; by default once, and
    once more for every two thousand children. A world too small for a whole round gets as many
    plants as fit.
    """

    seed: int
    children: int = 400
    start: date = date(2026, 1, 5)
    days: int = 28
    looked_after_share: float = 0.06
    protected_share: float = 0.05
    in_need_share: float = 0.12
    police_only_share: float = 0.05
    planted_rounds: int | None = None

    def __post_init__(self) -> None:
        assert self.children > 0, "a world needs children"
        assert self.days > 0, "a world needs days"

    @property
    def rounds(self) -> int:
        """How often the catalogue is laid out."""
        if self.planted_rounds is not None:
            return self.planted_rounds
        return max(1, self.children // _CHILDREN_PER_ROUND)

    def date_of(self, day_number: int) -> date:
        """The date of a day of this world; days before 0 are its history."""
        return self.start + timedelta(days=day_number)

    def day_of(self, day: date) -> int:
        """The number of a date."""
        return (day - self.start).days

    def at(self, day_number: int, hours: int, minutes: int = 0) -> datetime:
        """A moment of a day by the clock on the wall in England, as UTC."""
        return local(self.date_of(day_number), hours, minutes)

    def extract_time(self, day_number: int) -> datetime:
        """When the extracts of that day are taken: 23:30 in England, as UTC."""
        return local(self.date_of(day_number), EXTRACT_CLOCK.hour, EXTRACT_CLOCK.minute)

    def drop_of(self, moment: datetime) -> int:
        """The day whose extract is the first to hold what was written at this moment."""
        on_the_wall = moment.astimezone(LONDON)
        late = on_the_wall.time() > EXTRACT_CLOCK
        return max(0, self.day_of(on_the_wall.date()) + late)

    def clock_change_day(self) -> int | None:
        """The day of this world's period on which the clocks change, if there is one."""
        for day in range(1, self.days - 1):
            if self.at(day, 12) - self.at(day - 1, 12) != timedelta(days=1):
                return day
        return None


def local(day: date, hours: int, minutes: int = 0) -> datetime:
    """A moment by the clock on the wall in England, as UTC."""
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=LONDON).astimezone(UTC)


def local_date(moment: datetime) -> date:
    """The date in England at a moment."""
    return moment.astimezone(LONDON).date()


@lru_cache(maxsize=32)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, English bank holidays aside."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The date `count` working days after a date; the date itself does not count."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def on_weekday(day: date) -> date:
    """The date itself, or the Friday before where it falls on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def every(first: date, last: date, step_days: int) -> Iterator[date]:
    """Weekdays about `step_days` apart, from the first up to the last, neither sorted twice."""
    day = first
    while day <= last:
        yield on_weekday(day)
        day += timedelta(days=step_days)
