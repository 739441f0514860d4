"""What an agency owes a child by a time: whether it can be judged, and whether it is history."""
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from broker.case.calendar import add_months, day_of, end_of, latest, start_of
from broker.case.case import Case, RecordKey
from broker.case.feeds import Feed
from broker.case.since import UNDATED_SYSTEMS
from broker.event.envelope import Moment, Statement
from broker.rules.limits import Limits
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, by_then, unread_of
from broker.vocabulary.words import Precision

S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True)
class Owed:
    """Something owed on a record (which names the finding) by `due`, and not on record as done.

    What would have done it lies at or after `counted_from`, and `feed` would have brought it;
    `what` names that for a reader ("visits to children in care").
    """

    record: Statement
    due: datetime
    counted_from: datetime
    feed: Feed
    what: str
    part: str = ""


def not_to_be_judged(case: Case, owed: Owed) -> LookAgain | NotEvaluated | None:
    """Why it cannot be called overdue: too early, not heard so far, or not readable; else None.

    The feed that would bring it, and the record that it is owed on, must both have been heard up
    to the limit: a plan may have ended in the extract that has not come.
    """
    record, agency = owed.record, owed.record.agency
    if case.now < owed.due:
        return LookAgain(owed.due)
    name = agency_name(case, agency)
    heard = owed.feed.heard(case.reach, agency)
    if heard is None:
        return NotEvaluated(f"{owed.what}: {name} have never sent any", agency)
    own = case.reach.within(agency, record.system, record.type_name)
    if own is None or min(heard, own) < owed.due:
        # Nothing was overdue as far as has been heard: what had been is done, and none is held.
        return NotEvaluated(f"{owed.what} of {name} up to {by_then(owed.due)}", agency)
    if owed.feed.unreadable_since(case.reach, agency, owed.counted_from):
        unread = unread_of(case, agency, owed.feed.type_name, owed.counted_from)
        return NotEvaluated(f"{unread} that could not be read and may be among {owed.what}",
                            None, record, owed.part)
    return None


def is_history(case: Case, owed: Owed, limits: Limits) -> bool:
    """Whether it had long been overdue when the broker first heard of it, or was last told.

    Tables and returns are dated by their extract: one whose first version came before, or soon
    after, the limit ran out was followed as it happened, however late the next extract.
    """
    old = timedelta(days=limits.historical_after_days)
    if case.now - owed.due <= old:
        return False
    record = owed.record
    if record.system not in UNDATED_SYSTEMS:
        return True
    heard = owed.feed.heard(case.reach, record.agency)
    return case.versions(record)[0].recorded_at - owed.due > old \
        or heard is None or case.now - heard > old


def is_late(done: Moment, due: datetime, counted_from: Moment) -> bool:
    """Whether something was surely done after the limit that runs from a moment had run out.

    A DAY beside a time is late only where all of it is; beside a DAY, whose limit runs out at a
    midnight, where it is a later day.
    """
    if done.precision is Precision.DAY and counted_from.precision is Precision.DAY:
        return done.at >= due
    return done.at > due


def its_day(moment: Moment) -> Moment:
    """The day of a moment. What is owed within so many working days or months may be done until
    the last of them is over, at whatever time of day they began."""
    return _whole(day_of(moment.at))


@lru_cache(maxsize=16_384)  # the same few thousand days are asked about at each look
def _whole(day: date) -> Moment:
    return Moment(at=start_of(day), precision=Precision.DAY)


def done_by(done: Moment, written: Statement) -> datetime:
    """By when it had surely been done: a DAY by its end, or by when it was first `written` on
    that day."""
    return max(done.at, min(latest(done), written.recorded_at))


def by_day(statements: Iterable[S], moment: Callable[[S], Moment | None]) -> list[list[S]]:
    """The records of one agency and day together: two systems' copies of one happening."""
    groups: dict[tuple[str, date], list[S]] = {}
    for each in sorted(statements, key=RecordKey.of):
        at = moment(each)
        if at is not None:
            groups.setdefault((each.agency, day_of(at.at)), []).append(each)
    return [groups[key] for key in sorted(groups)]


def what_was_late(said: Iterable[Yielded]) -> Iterator[Yielded]:
    """Of all a rule says, what was done late: of a child grown up since, nothing else is owed."""
    return (each for each in said if isinstance(each, Disagreement) and each.over is not None)


def done_since(name: str) -> str:
    """What to do about what has been done, late, since."""
    return f"Nothing is left to do for it. {name}: find out why it took so long."


def after_days(moment: Moment, days: int) -> datetime:
    """When so many days after the day of a moment have run out: at the end of the last of them,
    whatever time of day is known. Nobody who counts weeks counts minutes."""
    return end_of(day_of(moment.at) + timedelta(days=days))


def after_months(moment: Moment, months: int) -> datetime:
    """When so many calendar months after the day of a moment have run out."""
    return end_of(add_months(day_of(moment.at), months))
