"""When an absence began and how long it lasted, told as finely as it is known and no finer."""
from collections.abc import Callable
from datetime import datetime

from broker.case.calendar import day_of, last_day_of, say, say_day, say_duration
from broker.case.case import Case
from broker.case.joining import clocked
from broker.case.occasions import Occasion
from broker.case.open_case import known_on, return_until
from broker.event.envelope import Moment
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.telling import listed
from broker.vocabulary.words import Precision


def began_at(occasion: Occasion) -> Moment:
    """When an absence began, by the accounts that give a time where any does; a day where none
    does."""
    timed = clocked(occasion.accounts)
    by_day = bool(timed) and all(each.by_day for each in timed)
    return Moment(at=min((each.start for each in timed), default=occasion.start),
                  precision=Precision.DAY if by_day else Precision.INSTANT)


def ended_at(occasion: Occasion) -> datetime | None:
    """When an absence ended, by the accounts that give a time where any does: a date does not
    outlast them. None while one of them has the child away."""
    ends = [each.end for each in clocked(occasion.accounts)]
    if not ends:
        return occasion.end
    return None if None in ends else max(each for each in ends if each is not None)


def gone_words(began: Moment, now: datetime) -> str:
    """How long a child has been gone; since which day where only that is known."""
    if began.precision is Precision.DAY:
        return f"since {say(began)}"
    return f"for {say_duration(now - began.at)}"


def span_words(case: Case, occasion: Occasion, name_of: Callable[[str], str]) -> str:
    """When an absence began, and how long it lasted or has lasted."""
    began, over = began_at(occasion), ended_at(occasion)
    if over is None or over > case.now:
        return (_by_return(case, occasion, began, name_of)
                or (f"since {say(began)}" if began.precision is Precision.DAY
                    else f"{say(began)}, {say_duration(case.now - began.at)} so far"))
    if began.precision is Precision.DAY:
        last = last_day_of(over)
        return say(began) if last <= day_of(began.at) else f"{say(began)} to {say_day(last)}"
    return f"{say(began)}, {say_duration(over - began.at)}"


def left_open_by(case: Case, occasion: Occasion) -> tuple[MissingEpisodeRecorded, ...]:
    """The rows of returns by which alone an absence is not over; none where anything else has the
    child away. What has been since those returns is not known."""
    today = day_of(case.now)
    away = tuple(row for account in clocked(occasion.accounts) if account.until > case.now
                 for row in account.rows if row.found is None and row.returned is None)
    return () if any(known_on(case, row, today) for row in away) else away


def _by_return(case: Case, occasion: Occasion, began: Moment,
               name_of: Callable[[str], str]) -> str | None:
    rows = left_open_by(case, occasion)
    return f"since {say(began)}, {return_words(case, rows, name_of)}" if rows else None


def return_words(case: Case, rows: tuple[MissingEpisodeRecorded, ...],
                 name_of: Callable[[str], str]) -> str:
    """Whose returns say so, up to when they speak, and that nobody has said more."""
    said = dict.fromkeys(
        f"the return of {name_of(row.agency)}"
        + (f", which speaks up to {say_day(day_of(until))}"
           if (until := return_until(case, row)) else "") for row in rows)
    return f"by {listed(said)}; how it went on is not known"
