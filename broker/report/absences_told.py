"""When an absence began and how long it lasted, told as finely as it is known and no finer."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from broker.case.absences import Account, said_to_begin
from broker.case.calendar import day_of, last_day_of, say, say_day, say_duration, say_time
from broker.case.case import Case
from broker.case.joining import clocked
from broker.case.occasions import Occasion
from broker.case.open_case import known_on, return_until
from broker.event.envelope import Moment
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.telling import listed
from broker.vocabulary.words import Precision


@dataclass(frozen=True, slots=True)
class Beginning:
    """When an absence began, if that is `given`: else nobody says so, and it had begun by then,
    when it was first recorded."""

    moment: Moment
    given: bool = True

    @property
    def words(self) -> str:
        """The moment as finely as it is known, never a time that nobody gave as one that was."""
        said = say(self.moment)
        return said if self.given else f"a time that nobody gives (recorded at {said})"


def began_at(occasion: Occasion) -> Beginning:
    """When an absence began, by the accounts that give a time where any does; a day where none
    does, and else when it was first recorded."""
    said = [each for each in occasion.accounts if _gives_beginning(each)]
    timed = clocked(said or occasion.accounts)
    by_day = bool(timed) and all(each.by_day for each in timed)
    moment = Moment(at=min((each.start for each in timed), default=occasion.start),
                    precision=Precision.DAY if by_day else Precision.INSTANT)
    return Beginning(moment, bool(said) or (not timed and any(
        when_reported(each) is not None for each in occasion.incidents)))


def _gives_beginning(account: Account) -> bool:
    return any(said_to_begin(row) is not None for row in account.rows)


def when_reported(incident: IncidentRecorded) -> Moment | None:
    """When an incident was reported or began by its own word; None where it gives neither."""
    if incident.reported is None and incident.occurred is not None:
        return Moment(at=incident.occurred.start, precision=incident.occurred.precision)
    return incident.reported


def ended_at(occasion: Occasion) -> datetime | None:
    """When an absence ended, by the accounts that give a time where any does: a date does not
    outlast them. None while one of them has the child away."""
    ends = [each.end for each in clocked(occasion.accounts)]
    if not ends:
        return occasion.end
    return None if None in ends else max(each for each in ends if each is not None)


def gone_words(began: Beginning, now: datetime) -> str:
    """How long a child has been gone; since which day where only that is known."""
    if began.moment.precision is Precision.DAY or not began.given:
        return f"since {began.words}"
    return f"for {say_duration(now - began.moment.at)}"


def span_words(case: Case, occasion: Occasion, name_of: Callable[[str], str]) -> str:
    """When an absence began, and how long it lasted or has lasted."""
    began, over = began_at(occasion), ended_at(occasion)
    if over is None or over > case.now:
        return (_by_return(case, occasion, began, name_of)
                or (f"since {began.words}" if began.moment.precision is Precision.DAY
                    or not began.given
                    else f"{began.words}, {say_duration(case.now - began.moment.at)} so far"))
    if not began.given:
        return f"since {began.words}, over by {say_time(over)}"
    if began.moment.precision is Precision.DAY:
        last = last_day_of(over)
        return began.words if last <= day_of(began.moment.at) \
            else f"{began.words} to {say_day(last)}"
    return f"{began.words}, {say_duration(over - began.moment.at)}"


def left_open_by(case: Case, occasion: Occasion) -> tuple[MissingEpisodeRecorded, ...]:
    """The rows of returns by which alone an absence is not over; none where anything else has the
    child away. What has been since those returns is not known."""
    today = day_of(case.now)
    away = tuple(row for account in clocked(occasion.accounts) if account.until > case.now
                 for row in account.rows if row.found is None and row.returned is None)
    return () if any(known_on(case, row, today) for row in away) else away


def _by_return(case: Case, occasion: Occasion, began: Beginning,
               name_of: Callable[[str], str]) -> str | None:
    rows = left_open_by(case, occasion)
    return f"since {began.words}, {return_words(case, rows, name_of)}" if rows else None


def return_words(case: Case, rows: tuple[MissingEpisodeRecorded, ...],
                 name_of: Callable[[str], str]) -> str:
    """Whose returns say so, up to when they speak, and that nobody has said more."""
    said = dict.fromkeys(
        f"the return of {name_of(row.agency)}"
        + (f", which speaks up to {say_day(day_of(until))}"
           if (until := return_until(case, row)) else "") for row in rows)
    return f"by {listed(said)}; how it went on is not known"
