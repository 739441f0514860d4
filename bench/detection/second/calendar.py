"""Days, hours and working days of the second world, and how its files write them."""
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# Bank holidays in England, as published on gov.uk; the product's own calendar is not asked.
_HOLIDAYS = """
2024-12-25 2024-12-26 2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25
2025-12-26 2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
"""
HOLIDAYS = frozenset(map(date.fromisoformat, _HOLIDAYS.split()))

Cell = str | date | datetime | Mapping[str, str] | Sequence[str] | None


def hours(count: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=count)


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def days(count: int) -> timedelta:
    """So many times 24 hours, or days of the calendar beside a date."""
    return timedelta(days=count)


def at(day: date, clock: str = "12:00") -> datetime:
    """A day's local hour ("17:30"), in UTC."""
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The local day of a moment."""
    return moment.astimezone(LONDON).date()


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a bank holiday."""
    return day.weekday() < 5 and day not in HOLIDAYS


def working_days_on(day: date, count: int) -> date:
    """The count-th working day after a day, before it where the count is negative."""
    step = days(1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def friday_from(day: date) -> date:
    """The first Friday from a day on."""
    return day + days((4 - day.weekday()) % 7)


def months_on(day: date, count: int) -> date:
    """The same day so many months on, the last of the month where it has none."""
    month = day.month - 1 + count
    while True:
        try:
            return date(day.year + month // 12, month % 12 + 1, day.day)
        except ValueError:
            day -= days(1)


def written(value: Cell) -> str:
    """A cell as the files hold it: local times, with their offset where the hour comes twice."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        local = value.astimezone(LONDON)
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        if twice:
            return local.isoformat(timespec="seconds")
        return local.replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value)
