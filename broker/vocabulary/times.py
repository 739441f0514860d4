"""Local time, and milliseconds: what a day means to the agencies, and how times are kept."""
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=65_536)  # asked many times of the same few moments of a case
def day_of(at: datetime) -> date:
    """The day on the wall calendar in England and Wales at this time."""
    return at.astimezone(LONDON).date()


@lru_cache(maxsize=8192)
def start_of(day: date) -> datetime:
    """Local midnight at which a day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def milliseconds_of(moment: datetime) -> int:
    """Whole milliseconds since 1970: what a schema's timestamp-millis and the store hold."""
    elapsed = moment - _EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * 1000 + elapsed.microseconds // 1000


def moment_of(milliseconds: int) -> datetime:
    """The aware UTC time of whole milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
