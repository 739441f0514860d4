"""Who says that a child has died, and by when: a day of death, or care or a case closed so."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from broker.case.calendar import day_of
from broker.case.case import Case
from broker.event.care import CarePeriodRecorded
from broker.event.concern import ReferralRecorded
from broker.event.envelope import Moment, Statement
from broker.event.person import PersonRecorded

_CARE_ENDED_SO = "E2"  # SSDA903 REC: died
_CASE_CLOSED_SO = "RC2"  # CIN census reason for closure: died


@dataclass(frozen=True, slots=True)
class Death:
    """That a child has died by the end of this day, by one statement.

    `code` is the reason by which care or a case ended; None where a day of death is given.
    """

    day: date
    statement: Statement
    code: str | None = None


def deaths_of(case: Case) -> tuple[Death, ...]:
    """Every record by which the child has died, found once for a case.

    A child whose care ended, or whose case was closed, because it died had died by then; where
    the same agency gives the day of death, that day is what it says.
    """
    return case.once("deaths", lambda: _deaths(case))


def _deaths(case: Case) -> tuple[Death, ...]:
    dated = [Death(each.death_date, each) for each in case.current(PersonRecorded)
             if each.death_date is not None]
    agencies = {each.statement.agency for each in dated}
    return (*dated, *(each for each in _closed_so(case) if each.statement.agency not in agencies))


def _closed_so(case: Case) -> Iterator[Death]:
    for period in case.current(CarePeriodRecorded):
        if _is(period.end_reason, _CARE_ENDED_SO):
            yield from _by(period.start, period.end, period, _CARE_ENDED_SO)
    for referral in case.current(ReferralRecorded):
        if _is(referral.close_reason, _CASE_CLOSED_SO):
            yield from _by(referral.received, referral.closed, referral, _CASE_CLOSED_SO)


def _by(
    start: Moment | None, end: Moment | None, statement: Statement, code: str
) -> Iterator[Death]:
    """The death by that end; one before its start is a slip and says nothing."""
    if end is not None and (start is None or start.at <= end.at):
        yield Death(day_of(end.at), statement, code)


def says_death(statement: Statement) -> bool:
    """Whether a child has died by this statement, on whichever day."""
    return is_death(statement) or (
        isinstance(statement, PersonRecorded) and statement.death_date is not None)


def is_death(statement: Statement) -> bool:
    """Whether care or a case ended by this statement because the child died, on whichever day."""
    if isinstance(statement, CarePeriodRecorded):
        return _is(statement.end_reason, _CARE_ENDED_SO)
    return isinstance(statement, ReferralRecorded) and _is(statement.close_reason, _CASE_CLOSED_SO)


def _is(reason: str | None, code: str) -> bool:
    return reason is not None and reason.strip().upper() == code
