"""Local time, and milliseconds: what a day means to the agencies, and how times are kept."""
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AN_HOUR = timedelta(hours=1)


@lru_cache(maxsize=65_536)  # asked many times of the same few moments of a case
def day_of(at: datetime) -> date:
    """The day on the wall calendar in England and Wales at this time."""
    return at.astimezone(LONDON).date()


@lru_cache(maxsize=8192)
def start_of(day: date) -> datetime:
    """Local midnight at which a day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


@lru_cache(maxsize=8192)
def not_put_forward(at: datetime) -> time | None:
    """In the first hour of summer time the time on a clock that nobody has put forward, as "01:30"
    of 02:30; None at any other moment.

    Agencies write such times, which no clock put right ever shows. They are kept as the moment
    that they are, which an agency with a clock put right writes too; people are told both times.
    """
    here = at.astimezone(LONDON)
    before = (at - _AN_HOUR).astimezone(LONDON)
    forward = here.replace(tzinfo=None) - before.replace(tzinfo=None) - _AN_HOUR
    return (here.replace(tzinfo=None) - forward).time() if forward > timedelta() else None


def is_skipped(local: datetime) -> bool:
    """Whether a time without an offset is in the hour that clocks skip in spring."""
    there = local.replace(tzinfo=LONDON).astimezone(UTC).astimezone(LONDON)
    return there.replace(tzinfo=None) != local


def milliseconds_of(moment: datetime) -> int:
    """Whole milliseconds since 1970: what a schema's timestamp-millis and the store hold."""
    elapsed = moment - _EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * 1000 + elapsed.microseconds // 1000


def moment_of(milliseconds: int) -> datetime:
    """The aware UTC time of whole milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
