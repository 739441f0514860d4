"""The occasions the missing rules look at, and how their records are told to a practitioner."""
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from broker.case.absences import Row, began, known_from, said_to_begin
from broker.case.calendar import day_of, latest, say, say_day
from broker.case.case import Case
from broker.case.closing import closed_at
from broker.case.held_otherwise import UNKNOWN_KINDS
from broker.case.occasions import Occasion, category_of, occasions_of
from broker.case.open_case import return_until
from broker.case.since import said_since
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.rules.limits import Limits
from broker.rules.rule import NotEvaluated, Said
from broker.rules.telling import agency_name, began_words, listed, quoted, told
from broker.rules.windows import windows_of
from broker.vocabulary.words import RETURNS, AgencyKind, Precision


def nights_of(case: Case, limits: Limits) -> tuple[Occasion, ...]:
    """Every occasion on which the child was away, by these limits."""
    return occasions_of(case, windows_of(limits))


def historical(night: Occasion, case: Case, limits: Limits) -> bool:
    """Whether it was over so long ago that it is history and not today's alarm; one that a yearly
    return alone leaves open, whether the next return has been due since."""
    over = night.over_at
    if over is not None:
        return over + timedelta(days=limits.historical_after_days) <= case.now
    known = left_open_until(night, case)
    return known is not None and known + timedelta(days=limits.open_return_days) <= case.now


def left_open_until(night: Occasion, case: Case) -> datetime | None:
    """Up to when an absence that nobody ended is known to last, where yearly returns alone have
    it; None otherwise, also while the police have an incident of it open."""
    if any(row.system not in RETURNS for row in night.all_rows) \
            or any(closed_at(case, each) is None for each in night.incidents):
        return None
    until = max((until for row in night.all_rows
                 if (until := return_until(case, row)) is not None), default=None)
    return until if until is not None and night.start <= until else None


def end_words(night: Occasion, case: Case) -> str:
    """What is known of its end, as a sentence to come last; nothing of one that is open."""
    if night.safe_at is not None:
        return " The absence is over."
    until = left_open_until(night, case)
    return "" if until is None else (
        f" The return that leaves the absence open speaks up to {say_day(day_of(until))}, and "
        "nothing says whether the child came back since.")


def any_council_feeds(case: Case, type_name: str) -> bool:
    """Whether any council has ever been heard of this type. Where none has, what rests on their
    silence could never have been answered: nothing can have stood that would have to be held."""
    return any(case.reach.of(each.code, type_name) is not None
               for each in case.partnership.of_kind(AgencyKind.SOCIAL_CARE))


def vague(night: Occasion) -> NotEvaluated | None:
    """What cannot be answered of a home's or council's word that is not a neutral one."""
    for account in night.own:
        if account.kind is not AgencyKind.POLICE:
            for row in account.rows:
                if row.classification in UNKNOWN_KINDS:
                    return NotEvaluated("what the agency's word for the absence means",
                                        row.agency, night.anchor)
    return None


def police_rows(night: Occasion) -> tuple[Row, ...]:
    """The police's missing reports of the occasion, those that only overlap it too."""
    return tuple(row for account in night.all_by(AgencyKind.POLICE) for row in account.rows)


def kind_since(case: Case, row: Row) -> Row:
    """The version since which a row says of the child's whereabouts what it says now."""
    return said_since(case, row, lambda each: each.classification)


def category_since(case: Case, incident: IncidentRecorded) -> IncidentRecorded:
    """The version since which an incident has the category it has now."""
    return said_since(case, incident, category_of)


def known_by(case: Case, row: Row) -> datetime:
    """By when the agency surely held the child to be away; by a row that gives no time of it, when
    it was first written so."""
    if said_to_begin(row) is None:
        return kind_since(case, row).recorded_at
    return latest(known_from(case, row))


def row_as_told(case: Case, row: Row) -> Row:
    """The version since which a row says all that is told of it, with what was corrected since
    the child was first said to be missing."""
    return said_since(case, row, lambda each: (
        each.classification, each.classification_word, each.occurred, each.last_seen,
        each.noticed, each.told_police, each.told_authority, each.found, each.returned))


def incident_as_told(case: Case, incident: IncidentRecorded) -> IncidentRecorded:
    """The version since which an incident says all that is told of it."""
    return said_since(case, incident, lambda each: (
        each.category_opened, each.category_opened_word, each.reported, each.category_closed,
        each.category_closed_word, each.closed))


def tell_kind(case: Case, row: Row) -> Said:
    """What a row says of the whereabouts as evidence, with its times as they now are."""
    return replace(tell_row(row_as_told(case, row)), rests_on=kind_since(case, row))


def tell_category(case: Case, incident: IncidentRecorded) -> Said:
    """The category of an incident as evidence, with the rest as the police now have it."""
    return replace(tell_incident(incident_as_told(case, incident)),
                   rests_on=category_since(case, incident))


def tell_row(row: Row) -> Said:
    """A row as evidence: the agency's word and its times."""
    word = quoted(row.classification_word, row.classification or "no classification")
    parts: list[tuple[str, Moment | None]] = [
        ("last seen", row.last_seen), ("noticed", row.noticed),
        ("police told", row.told_police), ("found", row.found), ("returned", row.returned)]
    times = [f"{what} {say(when)}" for what, when in parts if when is not None]
    if said_to_begin(row) is None:
        times.insert(0, began_words(row))
    neutral = str(row.classification) if row.classification else "not said"
    return told(row, ", ".join((word, *times)), neutral)


def tell_incident(incident: IncidentRecorded) -> Said:
    """An incident as evidence: its opening and closing categories in the police's words."""
    opened = quoted(incident.category_opened_word, incident.category_opened or "no category")
    parts = [f"opened as {opened}"]
    if incident.reported is not None:
        parts.append(f"reported {say(incident.reported)}")
    if incident.category_closed is not None:
        closed = quoted(incident.category_closed_word, incident.category_closed)
        parts.append(f"closed as {closed}")
    if incident.closed is not None:
        parts.append(f"closed {say(incident.closed)}")
    return told(incident, ", ".join(parts), category_of(incident) or "not said")


def tell_record(statement: Statement) -> Said:
    """A row or an incident as evidence."""
    if isinstance(statement, IncidentRecorded):
        return tell_incident(statement)
    assert isinstance(statement, Row), statement.type_name
    return tell_row(statement)


def category_word(incident: IncidentRecorded) -> str:
    """The word for the category an incident has now, quoted."""
    if incident.category_closed is not None:
        return quoted(incident.category_closed_word, incident.category_closed)
    return quoted(incident.category_opened_word, incident.category_opened or "no category")


def names(case: Case, rows: Iterable[Row | IncidentRecorded]) -> str:
    """The agencies that wrote these, each once, in order of their codes."""
    return listed([agency_name(case, code) for code in sorted({row.agency for row in rows})])


def last_seen_words(case: Case, rows: Iterable[Row]) -> str:
    """When the absence began by the first of these rows that says so, in a practitioner's words
    and as it is now told; of those of one day by a time, where one has it."""
    now = [row_as_told(case, row) for row in rows]
    told = [row for row in now if said_to_begin(row) is not None]
    return began_words(min(told or now, key=lambda row: (
        day_of(began(row).at), began(row).precision is Precision.DAY, began(row).at, row.version)))


def written(rows: Iterable[Row | IncidentRecorded]) -> datetime:
    """When the first of these was written."""
    return min(row.recorded_at for row in rows)
