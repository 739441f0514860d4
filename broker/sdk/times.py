"""Agencies' times as aware UTC whole milliseconds; a time without an offset is Europe/London.

In the hour that comes twice in autumn the first is meant; an hour that does not exist in spring
is moved forward by the hour the clock jumped: as a clock that nobody had put forward would have
it. `Fields` counts such a time, and it is told to people with both clocks.
"""
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from broker.event.envelope import Moment
from broker.vocabulary import times
from broker.vocabulary.times import LONDON, start_of
from broker.vocabulary.words import Precision

YEAR_MIN = 1900
YEAR_MAX = 2199


@lru_cache(maxsize=8192)
def _offset_of(day: date) -> timedelta | None:
    """London's offset all through a day; None on the two days a year when it changes."""
    first = datetime.combine(day, time(), LONDON).utcoffset()
    last = datetime.combine(day, time(23, 59, 59), LONDON).utcoffset()
    return first if first == last else None


def utc_of(local: datetime) -> datetime:
    """UTC of a time, which is London's where it has no offset; cut to whole milliseconds."""
    spare = local.microsecond % 1000
    if spare:
        local -= timedelta(microseconds=spare)
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    offset = _offset_of(local.date())
    if offset is None:
        return local.replace(tzinfo=LONDON).astimezone(UTC)
    return local.replace(tzinfo=UTC) - offset


@lru_cache(maxsize=8192)
def moment_of_day(day: date) -> Moment:
    """A day as a moment of DAY precision."""
    return Moment(at=start_of(day), precision=Precision.DAY)


@lru_cache(maxsize=8192)
def iso_day(text: str) -> date | None:
    """The date of "2026-01-31" or "20260131"; None where the text is not one."""
    dashed = len(text) == 10 and text[4] == text[7] == "-"
    if not dashed and not (len(text) == 8 and text.isdigit()):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if YEAR_MIN <= day.year <= YEAR_MAX else None


@lru_cache(maxsize=8192)
def british_day(text: str) -> date | None:
    """The date of "31/01/2026"; None where the text is not one."""
    parts = text.split("/")
    if [len(part) for part in parts] != [2, 2, 4] or not text.replace("/", "").isdecimal():
        return None
    return iso_day(f"{parts[2]}-{parts[1]}-{parts[0]}")


def iso_moment(text: str) -> Moment | None:
    """An ISO 8601 time or date alone; None where the text is neither."""
    if len(text) <= 10:
        day = iso_day(text)
        return None if day is None else moment_of_day(day)
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Moment(at=utc_of(local)) if YEAR_MIN <= local.year <= YEAR_MAX else None


def may_be_skipped(moment: Moment) -> bool:
    """Whether a moment lies where the hour that clocks skip is read to: nearly none does."""
    return moment.precision is Precision.INSTANT and times.not_put_forward(moment.at) is not None


def is_skipped(text: str) -> bool:
    """Whether an ISO time (one that `iso_moment` reads) is in the hour that clocks skip."""
    local = datetime.fromisoformat(text)
    return local.tzinfo is None and times.is_skipped(local)


def british_moment(text: str) -> Moment | None:
    """A date dd/mm/yyyy as a moment of DAY precision; None where the text is not one."""
    day = british_day(text)
    return None if day is None else moment_of_day(day)


def day_of(moment: Moment | None) -> date | None:
    """The London date of a moment."""
    return None if moment is None else times.day_of(moment.at)


def date_of(text: str) -> date | None:
    """The London date of an ISO date or time (a birth date written with 00:00 is still a date)."""
    if len(text) <= 10:
        return iso_day(text)
    return day_of(iso_moment(text))
