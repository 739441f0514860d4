"""Local days, working days and the words for times, as England keeps them.

Everything here is Europe/London: a DAY is local midnight to local midnight, which is 23 or 25
hours twice a year. Bank holidays are England's (package `holidays`, subdivision ENG).
"""
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from broker.event.envelope import Moment
from broker.vocabulary.times import LONDON, not_put_forward
from broker.vocabulary.times import day_of as day_of  # what a rule says of time, it finds here
from broker.vocabulary.times import start_of as start_of
from broker.vocabulary.words import Precision

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")
_OPENS, _CLOSES = time(9), time(17)


@lru_cache(maxsize=16_384)
def local(at: datetime) -> datetime:
    """The same moment on an English clock."""
    return at.astimezone(LONDON)


def end_of(day: date) -> datetime:
    """Local midnight at the end of the day, in UTC; the first moment that is no longer in it."""
    return start_of(day + ONE_DAY)


def earliest(moment: Moment) -> datetime:
    """The first moment it can have been: a DAY begins at its midnight."""
    return moment.at


@lru_cache(maxsize=16_384)
def last_day_of(end: datetime) -> date:
    """The last day of a span that ends here: an end is the first moment outside it."""
    return day_of(end - timedelta(microseconds=1))


def latest(moment: Moment) -> datetime:
    """The last moment it can have been: a DAY ends at the next midnight."""
    return end_of(day_of(moment.at)) if moment.precision is Precision.DAY else moment.at


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    import holidays  # not to be waited for by what asks for no working day

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


@lru_cache(maxsize=16_384)
def is_working_day(day: date) -> bool:
    """Monday to Friday and no English bank holiday."""
    return day.weekday() < _SATURDAY and day not in _bank_holidays(day.year)


@lru_cache(maxsize=16_384)  # a case asks of the same few lengths from the same days
def add_working_days(day: date, count: int) -> date:
    """The day `count` working days later; day zero does not count, whatever day it is."""
    assert count >= 0, count
    while count:
        day += ONE_DAY
        if is_working_day(day):
            count -= 1
    return day


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier), or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after `first` up to and with `last` (0 where last is no later)."""
    days = (last - first).days
    return sum(is_working_day(first + timedelta(days=each)) for each in range(1, days + 1))


def after_working_days(moment: Moment, count: int) -> datetime:
    """When `count` working days from this moment have run out.

    An INSTANT runs out at the same time of day, a DAY at the end of the last working day. What
    arrives on a day that is none is counted as if it came at the start of the next working day.
    """
    return _after_working_days(moment.at, moment.precision is Precision.DAY, count)


@lru_cache(maxsize=16_384)  # several rules ask of the same moments, at each look
def _after_working_days(at: datetime, is_day: bool, count: int) -> datetime:
    day = day_of(at)
    due = add_working_days(day, count)
    if is_day or not is_working_day(day):
        return end_of(due)
    return datetime.combine(due, local(at).time(), LONDON).astimezone(UTC)


def add_working_hours(at: datetime, hours: float) -> datetime:
    """The moment `hours` office hours (09:00 to 17:00 on working days) after `at`, in UTC."""
    left = timedelta(hours=hours)
    here = local(at).replace(tzinfo=None)
    while True:
        day = here.date()
        opens, closes = datetime.combine(day, _OPENS), datetime.combine(day, _CLOSES)
        begins = max(here, opens)
        if is_working_day(day) and begins < closes:
            if begins + left <= closes:
                return (begins + left).replace(tzinfo=LONDON).astimezone(UTC)
            left -= closes - begins
        here = datetime.combine(day + ONE_DAY, time())


def in_office_hours(at: datetime) -> bool:
    """Whether it is between 09:00 and 17:00 on a working day; at 17:00 offices are closed."""
    here = local(at)
    return is_working_day(here.date()) and _OPENS <= here.time() < _CLOSES


def offices_open(at: datetime) -> datetime:
    """When offices are next open: `at` itself in office hours, else the next 09:00 of a working
    day, in UTC."""
    if in_office_hours(at):
        return at
    here = local(at)
    day = here.date() if here.time() < _OPENS else here.date() + ONE_DAY
    while not is_working_day(day):
        day += ONE_DAY
    return datetime.combine(day, _OPENS, LONDON).astimezone(UTC)


def age_on(birth: date, day: date) -> int:
    """Whole years on the day (negative before birth); a 29 February is reached on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def say_day(day: date) -> str:
    """A day as a practitioner writes it: "14 March 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_time(at: datetime) -> str:
    """A moment as a practitioner writes it: "22:40 on 14 March 2026", local time; in the hour
    after clocks went forward with the time on one that was not."""
    here = local(at)
    return f"{here.hour:02}:{here.minute:02} on {say_day(here)}{by_old_clock(at)}"


def by_old_clock(at: datetime) -> str:
    """Words to go behind a time of the first hour of summer time, which may have been written by
    a clock that nobody had put forward; none behind any other."""
    other = not_put_forward(at)
    return "" if other is None else f" (or {other:%H:%M} by a clock not put forward)"


def say(moment: Moment) -> str:
    """A moment as finely as the agency knows it."""
    if moment.precision is Precision.DAY:
        return say_day(day_of(moment.at))
    return say_time(moment.at)


def say_duration(length: timedelta) -> str:
    """How long, in the two largest units that matter: "3 days 4 hours", "50 minutes"."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "day"), (hours, "hour"), (0 if days else minutes, "minute")]
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said) or "less than a minute"
