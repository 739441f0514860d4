"""Local time: what a day means to the agencies."""
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def local_day(moment: datetime) -> date:
    """The day on the wall calendar in England and Wales at this time."""
    return moment.astimezone(LONDON).date()


def day_start(day: date) -> datetime:
    """Local midnight at which a day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
