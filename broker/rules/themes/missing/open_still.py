"""Over for one agency, and still going on for another."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.absences import MISSING_CATEGORIES, Account, Row, ended
from broker.case.calendar import day_of, end_of, latest, say, say_day, say_time
from broker.case.care import ELSEWHERE, placements_on
from broker.case.case import Case
from broker.case.closing import closed_at, closing_of, may_be_closed
from broker.case.occasions import Occasion, category_of
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.envelope import Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Said, Yielded
from broker.rules.telling import agencies_of, agency_name, unread_of
from broker.rules.themes.missing.nights import (
    historical,
    nights_of,
    tell_incident,
    tell_row,
)
from broker.rules.themes.missing.returns import (
    care_ended_on,
    placement_ended_on,
    proves_no_return,
)
from broker.vocabulary.words import AgencyKind, Precision, Severity, System

_ENDERS = (AgencyKind.POLICE, AgencyKind.SOCIAL_CARE)


@dataclass(frozen=True, slots=True)
class _Ended:
    """That somebody ended the absence: when in the world (else by when), by which statements, and
    whether any of them proves with a time that the child was found or came back. `words` say when
    as finely as it is known."""

    at: datetime
    said: tuple[Statement, ...]
    timed: bool
    words: str


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
    is still open past the end of the placement or of care.
    **Stays silent when** the child is found but elsewhere (hospital, custody). Not evaluated
    beyond what the agency that is still open has been heard to say, where its rows were
    unreadable, nor where all that may have closed a police incident is a closing category that
    stood there from its opening, without a time.
    """
    yield from each_of(case, limits, nights_of(case, limits), _each_once)


def _each_once(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """What is still open of one occasion, each part of it once."""
    raised: set[str] = set()
    for each in _of_night(case, limits, night):
        if isinstance(each, Disagreement):
            if each.part in raised:
                continue
            raised.add(each.part)
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


def _home_still_open(
    case: Case, limits: Limits, night: Occasion, account: Account
) -> Iterator[Yielded]:
    enders = [each for kind in _ENDERS if (each := _ended_by(case, night, kind)) is not None]
    if not enders or _found_elsewhere(case, night):
        unclear = None if enders else _perhaps_closed(case, night)
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


def _ended_by(case: Case, night: Occasion, kind: AgencyKind) -> _Ended | None:
    """How the police, or the council, ended the absence; None where they have not."""
    accounts = night.all_by(kind)
    if any(account.end is None for account in accounts):
        return None
    if accounts:
        rows = [row for account in accounts for row in account.rows]
        at = max(account.until for account in accounts)
        timed = any(
            moment is not None and moment.precision is not Precision.DAY
            and not proves_no_return(case, row)
            for row in rows for moment in (row.found, row.returned))
        return _Ended(at, tuple(said_since(case, row, lambda each: (each.found, each.returned))
                                for row in rows), timed, _ended_words(rows, at))
    closings = [closing_of(case, each) for each in night.incidents]
    known = [each for each in closings if each is not None]
    if kind is not AgencyKind.POLICE or not known or len(known) < len(closings):
        return None
    last = max(known, key=lambda each: each.by)
    closed = [said_since(case, each, _closing) for each in night.incidents]
    seen = any(each.child_seen is not None for each in night.incidents)
    how = "ended this absence at" if last.is_exact else "had ended this absence by"
    return _Ended(last.by, tuple(closed), seen, f"{how} {say_time(last.by)}")


def _ended_words(rows: Sequence[Row], at: datetime) -> str:
    """That an absence was ended then, by the first of the rows that end it last: on a day, where
    that one has no time."""
    last = max([end for row in rows if (end := ended(row)) is not None], key=latest)
    if last.precision is Precision.DAY:
        return f"ended this absence on {say(last)}"
    return f"ended this absence at {say_time(at)}"


def _closing(incident: IncidentRecorded) -> object:
    """What a version of an incident says of its closing: the time, else the category alone."""
    return incident.closed or incident.category_closed


def _perhaps_closed(case: Case, night: Occasion) -> IncidentRecorded | None:
    """The incident by which alone the police hold an absence that may be closed, if every other
    one of it is closed or may be so."""
    unclear = [each for each in night.incidents if may_be_closed(case, each)]
    if not unclear or night.all_by(AgencyKind.POLICE) or any(
            each not in unclear and closed_at(case, each) is None for each in night.incidents):
        return None
    return unclear[0]


def _found_elsewhere(case: Case, night: Occasion) -> bool:
    """Whether the child was found, has not returned, and is placed in hospital or custody."""
    rows = night.all_rows
    return all(row.returned is None for row in rows) and _is_kept(case, night, rows)


def _police_found_elsewhere(case: Case, night: Occasion) -> bool:
    """Whether the police found the child, do not have the child back, and it is placed there."""
    return _is_kept(case, night, [
        row for account in night.by(AgencyKind.POLICE) for row in account.rows
        if row.returned is None])


def _is_kept(case: Case, night: Occasion, rows: Sequence[MissingEpisodeRecorded]) -> bool:
    """Whether the child was placed in hospital or custody since it was away, on the day on which
    these rows have it found."""
    found = [row.found for row in rows if row.found is not None]
    if not found:
        return False
    day = max(day_of(latest(each)) for each in found)
    return any(each.type in ELSEWHERE and each.start is not None
               and day_of(each.start.at) >= day_of(night.start)
               for each in placements_on(case, day))


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
    rows = [row for account in night.all_by(AgencyKind.CARE_HOME) for row in account.rows]
    returned = max(latest(row.returned) for row in rows if row.returned is not None) \
        if all(row.returned is not None for row in rows) else None
    if returned is None or _police_found_elsewhere(case, night):
        return
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
    blocked = _unheard(case, night, account.rows, since, f"past {account.agency}")
    if case.now < since:
        yield LookAgain(since)
    elif blocked is not None:
        yield blocked
    else:
        yield _disagreement(
            case, limits, night, Severity.MEDIUM, since, account.rows,
            f"{agency_name(case, account.agency)} still hold the absence open, although by "
            f"their own record the placement or care ended on {say_day(min(ends))}.",
            _ASK_FOR_THE_CHILD, f"past {account.agency}")


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
        evidence=tuple(map(_tell, dict.fromkeys(said))), sentence=sentence, action=action,
        would_change="A record by either agency that agrees with the other on whether, and "
                     "when, the child came back.",
        historical=historical(night, case, limits),
    )


def _tell(statement: Statement) -> Said:
    if isinstance(statement, IncidentRecorded):
        return tell_incident(statement)
    assert isinstance(statement, MissingEpisodeRecorded), statement.type_name
    return tell_row(statement)
