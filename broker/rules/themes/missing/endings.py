"""How the police or the council ended an absence, and what became of a child who was found."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from broker.case.absences import Row, ended
from broker.case.calendar import day_of, latest, say, say_time
from broker.case.care import ELSEWHERE, placements_on
from broker.case.case import Case
from broker.case.closing import closed_at, closing_of, may_be_closed
from broker.case.occasions import Occasion
from broker.case.since import said_since
from broker.event.envelope import Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.themes.missing.returns import proves_no_return
from broker.vocabulary.words import AgencyKind, Precision

ENDERS = (AgencyKind.POLICE, AgencyKind.SOCIAL_CARE)


@dataclass(frozen=True, slots=True)
class Ended:
    """That somebody ended the absence: when in the world (else by when), by which statements, and
    whether any of them proves with a time that the child was found or came back. `words` say when
    as finely as it is known."""

    at: datetime
    said: tuple[Statement, ...]
    timed: bool
    words: str


def ended_by(case: Case, night: Occasion, kind: AgencyKind) -> Ended | None:
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
        return Ended(at, tuple(said_since(case, row, lambda each: (each.found, each.returned))
                                for row in rows), timed, _ended_words(rows, at))
    closings = [closing_of(case, each) for each in night.incidents]
    known = [each for each in closings if each is not None]
    if kind is not AgencyKind.POLICE or not known or len(known) < len(closings):
        return None
    last = max(known, key=lambda each: each.by)
    closed = [said_since(case, each, _closing) for each in night.incidents]
    seen = any(each.child_seen is not None for each in night.incidents)
    how = "ended this absence at" if last.is_exact else "had ended this absence by"
    return Ended(last.by, tuple(closed), seen, f"{how} {say_time(last.by)}")


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


def perhaps_closed(case: Case, night: Occasion) -> IncidentRecorded | None:
    """The incident by which alone the police hold an absence that may be closed, if every other
    one of it is closed or may be so."""
    unclear = [each for each in night.incidents if may_be_closed(case, each)]
    if not unclear or night.all_by(AgencyKind.POLICE) or any(
            each not in unclear and closed_at(case, each) is None for each in night.incidents):
        return None
    return unclear[0]


def found_elsewhere(case: Case, night: Occasion) -> bool:
    """Whether the child was found, has not returned, and is placed in hospital or custody."""
    rows = night.all_rows
    return all(row.returned is None for row in rows) and _is_kept(case, night, rows)


def police_found_elsewhere(case: Case, night: Occasion) -> bool:
    """Whether the police found the child, do not have the child back, and it is placed there."""
    return _is_kept(case, night, [
        row for account in night.by(AgencyKind.POLICE) for row in account.rows
        if row.returned is None])


def _is_kept(case: Case, night: Occasion, rows: Sequence[MissingEpisodeRecorded]) -> bool:
    """Whether the child was placed in hospital or custody since it was away, on the day on which
    these rows have it found."""
    found = [row.found for row in rows if row.found is not None]
    return bool(found) and kept_on(case, night, max(day_of(latest(each)) for each in found))


def kept_on(case: Case, night: Occasion, day: date) -> bool:
    """Whether the child was in hospital or custody on this day, placed there since it was away."""
    return any(each.type in ELSEWHERE and each.start is not None
               and day_of(each.start.at) >= day_of(night.start)
               for each in placements_on(case, day))


def home_return(night: Occasion) -> datetime | None:
    """When the child was back by the homes, where each of their rows says so."""
    rows = [row for account in night.all_by(AgencyKind.CARE_HOME) for row in account.rows]
    returned = [latest(row.returned) for row in rows if row.returned is not None]
    return max(returned) if returned and len(returned) == len(rows) else None
