"""Whether an agency has an open case on a day, and what makes a child vulnerable at a moment."""
from datetime import date, datetime, timedelta

from broker.case.calendar import day_of
from broker.case.care import (
    care_periods_on,
    cp_plans_on,
    enquiries_open_on,
    exploitation_signs,
    in_need_on,
)
from broker.case.case import Case
from broker.event.envelope import Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import RETURNS, System, Whereabouts


def known_on(case: Case, statement: Statement, day: date) -> bool:
    """Whether the statement can still say how things stood on this day.

    A period that a return leaves open is known to be open only as far as that return reaches.
    """
    if statement.system not in RETURNS:
        return True
    until = return_until(case, statement)
    return until is not None and day_of(until) >= day


def return_until(case: Case, statement: Statement) -> datetime | None:
    """Up to when the return that a statement is of speaks; None where it was never heard."""
    return max((until for (agency, system, _), (until, types) in case.reach.until.items()
                if agency == statement.agency and system is statement.system
                and statement.type_name in types), default=None)


def open_case_on(case: Case, agency: str, day: date) -> tuple[Statement, ...]:
    """What shows that this council has an open case on the child (none: it shows none)."""
    said = (*in_need_on(case, day), *cp_plans_on(case, day), *enquiries_open_on(case, day),
            *care_periods_on(case, day))
    return tuple(each for each in said if each.agency == agency and known_on(case, each, day))


def contacts_until(case: Case, agency: str) -> datetime | None:
    """How far this council's silence about contacts means something; None if never fed.

    The census holds no contacts, and referrals alone do not tell of a contact that became none.
    """
    times = []
    for (code, system, table), (until, types) in case.reach.until.items():
        if code == agency and system not in RETURNS and "ReferralRecorded" in types \
                and (system is not System.SSD or table == "ssd_contacts"):
            times.append(until)
    return max(times, default=None)


def absences_between(
    case: Case, start: datetime, end: datetime
) -> tuple[MissingEpisodeRecorded, ...]:
    """The accounts of the child missing (whereabouts unknown) that began between these times."""
    found = []
    for each in case.current(MissingEpisodeRecorded):
        began = each.last_seen or each.noticed or each.told_police
        if each.classification in (Whereabouts.MISSING, Whereabouts.ABSCONDED) \
                and began is not None and start <= began.at <= end:
            found.append(each)
    return tuple(found)


def vulnerabilities_at(
    case: Case, at: datetime, *, missing_days: int, sign_months: int
) -> tuple[tuple[str, Statement], ...]:
    """What any agency held at this moment that makes the child vulnerable, one record a kind.

    The words are a practitioner's: "looked after", "on a child protection plan", ...
    """
    day = day_of(at)
    found: list[tuple[str, Statement]] = []
    for word, said in (
        ("looked after", care_periods_on(case, day)),
        ("on a child protection plan", cp_plans_on(case, day)),
        ("an open child in need", in_need_on(case, day)),
        ("showing signs of exploitation",
         tuple(each.statement for each in exploitation_signs(case, at, sign_months))),
        (f"missing in the last {missing_days} days",
         absences_between(case, at - timedelta(days=missing_days), at)),
    ):
        known = [each for each in said if known_on(case, each, day)]
        if known:
            found.append((word, min(known, key=lambda each: each.version)))
    return tuple(found)
