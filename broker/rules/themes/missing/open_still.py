"""Over for one agency, and still going on for another."""
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from broker.case.absences import MISSING_CATEGORIES, Account
from broker.case.calendar import day_of, end_of, say_day, say_time
from broker.case.case import Case
from broker.case.closing import closed_at, may_be_closed
from broker.case.occasions import Occasion, category_of
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.envelope import Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, unread_of
from broker.rules.themes.missing.ended_apart import home_ended_later, others_ended_later
from broker.rules.themes.missing.endings import (
    ENDERS,
    ended_by,
    found_elsewhere,
    home_return,
    perhaps_closed,
    police_found_elsewhere,
)
from broker.rules.themes.missing.nights import historical, nights_of, tell_record
from broker.rules.themes.missing.returns import care_ended_on, placement_ended_on
from broker.vocabulary.words import AgencyKind, Severity, System


@rule(code="M06", name="missing.still_open", severity=Severity.CRITICAL,
      needs=(MissingEpisodeRecorded,), starts=date(2014, 1, 1), near_days=4)
def still_open(case: Case, limits: Limits) -> Iterator[Yielded]:
    """An absence over for one agency and still open for another

    **Source** College of Policing, missing persons guidance; SSDA903 validation rules 575 and
    577 (a missing period outlasts neither the placement nor the care).
    **Why it matters** Either nobody looks for a child who is still away, or people go on looking
    for one who is back.
    **Raises when** the police or the council ended it and the home or carer still says missing:
    critical, at once where nobody gives the time the child was found or returned, else after the
    limit in hours. The reverse is medium, after the limit in days. Also medium: an episode that
    is still open past the end of the placement or of care. Where all have ended it since, and one
    says that the child was away for longer than the limit after the other had it back, it is
    raised and resolved at once.
    **Stays silent when** the child is found but elsewhere (hospital, custody); of what is over for
    all, where the other says that the child was found, and not that it was back. Not evaluated
    beyond what the agency that is still open has been heard to say, where its rows were
    unreadable, nor where all that may have closed a police incident is a closing category that
    stood there from its opening, without a time.
    """
    yield from each_of(case, limits, nights_of(case, limits), _each_once)


def _each_once(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """What is still open of one occasion, else was so for too long; each part of it once, by what
    has not agreed the longest."""
    said = (*_of_night(case, limits, night), *_ended_apart(case, limits, night))
    first: dict[str, Disagreement] = {}
    for each in said:
        if isinstance(each, Disagreement):
            known = first.setdefault(each.part, each)
            if each.over is None and each.since < known.since:
                first[each.part] = each
    for each in said:
        if not isinstance(each, Disagreement) or first[each.part] is each:
            yield each


def _of_night(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """What is still open of one occasion; two accounts of one agency may say it twice."""
    for account in night.own:
        if account.end is not None:
            continue
        if account.missing_rows():
            if account.kind is AgencyKind.CARE_HOME:
                yield from _home_still_open(case, limits, night, account)
            else:
                yield from _others_still_open(case, limits, night, account)
        if account.kind is not AgencyKind.POLICE:
            yield from _past_the_end(case, limits, night, account)
    yield from _incident_still_open(case, limits, night)


def _ended_apart(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """What was open for one agency long after another had ended it, and is over for all now."""
    for account in night.own:
        if account.end is not None and account.missing_rows():
            if account.kind is AgencyKind.CARE_HOME:
                yield from home_ended_later(case, limits, night, account)
            else:
                yield from others_ended_later(case, limits, night, account)


def _home_still_open(
    case: Case, limits: Limits, night: Occasion, account: Account
) -> Iterator[Yielded]:
    enders = [each for kind in ENDERS if (each := ended_by(case, night, kind)) is not None]
    if not enders or found_elsewhere(case, night):
        unclear = None if enders else perhaps_closed(case, night)
        if unclear is not None:
            yield NotEvaluated(_PERHAPS_CLOSED, unclear.agency, night.anchor,
                               f"open {account.agency}")
        return
    first = min(enders, key=lambda each: each.at)
    due = first.at
    if any(each.timed for each in enders):
        due += timedelta(hours=limits.missing_open_hours)
    stands = max(due, *(each.recorded_at for each in first.said))
    blocked = _unheard(case, night, account.rows, stands, f"open {account.agency}")
    if case.now < stands:
        yield LookAgain(stands)
    elif blocked is not None:
        yield blocked
    else:
        yield _disagreement(case, limits, night, Severity.CRITICAL, stands, (
            *(said for each in enders for said in each.said), *account.rows),
            f"{agencies_of(case, [said for each in enders for said in each.said])} "
            f"{first.words}; {agency_name(case, account.agency)} still record the child as "
            "missing"
            + ("." if any(each.timed for each in enders) else
               ", and nobody gives a time at which the child was found or returned."),
            _ASK_THE_HOME, f"open {account.agency}")


_PERHAPS_CLOSED = ("whether the police have closed the incident: it was opened with a closing "
                   "category, and has no closing time")
_ASK_THE_HOME = ("Ring the home or carer now: is the child there? If not, the child is missing: "
                 "say so to the police, and look for the child. Then correct the records.")
_ASK_FOR_THE_CHILD = ("Police and council: confirm with whoever cares for the child that the "
                      "child has been seen and is back, and record when.")


def _others_still_open(
    case: Case, limits: Limits, night: Occasion, account: Account
) -> Iterator[Yielded]:
    homes = night.all_by(AgencyKind.CARE_HOME)
    if not homes or any(each.end is None for each in homes):
        return
    yield from _reverse(case, limits, night, account.agency, account.rows)


def _incident_still_open(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """The reverse where the police hold the absence by an incident alone."""
    homes = night.all_by(AgencyKind.CARE_HOME)
    open_still = [each for each in night.incidents
                  if closed_at(case, each) is None and category_of(each) in MISSING_CATEGORIES]
    if not open_still or not homes or any(each.end is None for each in homes) \
            or night.all_by(AgencyKind.POLICE):
        return
    surely = [each for each in open_still if not may_be_closed(case, each)]
    if surely:
        yield from _reverse(case, limits, night, surely[0].agency, surely)
    else:
        agency = open_still[0].agency
        yield NotEvaluated(_PERHAPS_CLOSED, agency, night.anchor, f"reverse {agency}")


def _reverse(
    case: Case, limits: Limits, night: Occasion, agency: str, still: Sequence[Statement]
) -> Iterator[Yielded]:
    returned = home_return(night)
    if returned is None or police_found_elsewhere(case, night):
        return
    rows = [row for account in night.all_by(AgencyKind.CARE_HOME) for row in account.rows]
    said = [said_since(case, row, lambda each: each.returned) for row in rows]
    due = max(returned + timedelta(days=limits.missing_open_reverse_days),
              min(row.recorded_at for row in said))
    part = f"reverse {agency}"
    blocked = _unheard(case, night, still, due, part)
    if case.now < due:
        yield LookAgain(due)
    elif blocked is not None:
        yield blocked
    else:
        yield _disagreement(
            case, limits, night, Severity.MEDIUM, due, (*said, *still),
            f"{agencies_of(case, said)} recorded the child as back at {say_time(returned)}; "
            f"{agency_name(case, agency)} still record the child as missing.",
            _ASK_FOR_THE_CHILD, part)


def _past_the_end(
    case: Case, limits: Limits, night: Occasion, account: Account
) -> Iterator[Yielded]:
    """An episode that is still open although the placement or care has ended (575, 577)."""
    day = day_of(account.start)
    ends = [each for each in (placement_ended_on(case, account.agency, day),
                              care_ended_on(case, account.agency, day)) if each is not None]
    if not ends:
        return
    since = end_of(min(ends))
    # That others hold it open after the home has the child back is the same fact.
    is_home = account.kind is AgencyKind.CARE_HOME
    part = f"{'past' if is_home else 'reverse'} {account.agency}"
    blocked = _unheard(case, night, account.rows, since, part)
    if case.now < since:
        yield LookAgain(since)
    elif blocked is not None:
        yield blocked
    else:
        yield _disagreement(
            case, limits, night, Severity.MEDIUM, since, account.rows,
            f"{agency_name(case, account.agency)} still hold the absence open, although by "
            f"their own record the placement or care ended on {say_day(min(ends))}.",
            _ASK_FOR_THE_CHILD, part)


def _unheard(
    case: Case, night: Occasion, still: Sequence[Statement], until: datetime, part: str
) -> NotEvaluated | None:
    """Why the silence of these records about the return means nothing yet, if it does not.

    A yearly return that leaves an absence open is heard only as far as it reaches, whatever the
    council's case system has said since of other things.
    """
    agency, type_name = still[0].agency, still[0].type_name
    systems = {each.system for each in still}
    who = agency_name(case, agency)
    heard = case.reach.of(agency, type_name, without=[s for s in System if s not in systems])
    if heard is None or heard < until:
        return NotEvaluated(f"whether {who} have recorded the child as back by now", agency,
                            night.anchor, part)
    if case.reach.unreadable_since(agency, type_name, night.start):
        unread = unread_of(case, agency, type_name, night.start)
        return NotEvaluated(f"{unread} that could not be read and may hold the return",
                            agency, night.anchor, part)
    return None


def _disagreement(
    case: Case, limits: Limits, night: Occasion, severity: Severity, since: datetime,
    said: Sequence[Statement], sentence: str, action: str, part: str,
) -> Disagreement:
    return Disagreement(
        anchor=night.anchor, part=part, severity=severity, since=since,
        evidence=tuple(map(tell_record, dict.fromkeys(said))), sentence=sentence, action=action,
        would_change="A record by either agency that agrees with the other on whether, and "
                     "when, the child came back.",
        historical=historical(night, case, limits),
    )

