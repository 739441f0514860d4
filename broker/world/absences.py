"""One absence as the home, the police and the council each write it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.world import council_care, police_files
from broker.world.agencies import COUNCIL, POLICE
from broker.world.book import Book, Cell, Record, Subject
from broker.world.plan import local, local_date

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Night:
    """What truly happened: the moments of one absence."""

    last_seen: datetime
    noticed: datetime
    told: datetime
    returned: datetime
    interviewed: datetime


def night(book: Book, day: int, *, after_midnight: bool = False) -> Night:
    """An absence noticed on the evening of a day, over by the next evening.

    All that is written of its beginning falls into one extract, and so does all that is written
    of its end: a partnership that drops files once a day cannot be late by the hour.
    `after_midnight` has it noticed just before midnight, and so first extracted a day later.
    """
    rng = book.rng
    if after_midnight:
        noticed = book.plan.at(day, 23, rng.randint(40, 55))
    else:
        noticed = book.plan.at(day, rng.randint(17, 19), rng.randint(0, 59))
    returned = book.plan.at(day + 1, rng.randint(7, 19), rng.randint(0, 59))
    return Night(
        noticed - rng.randint(30, 75) * _MINUTE,
        noticed,
        noticed + rng.randint(8, 22) * _MINUTE,
        returned,
        local(local_date(returned) + timedelta(days=2), 15, rng.randint(0, 40)),
    )


@dataclass(slots=True)
class HomeSays:
    """How the home tells it; None leaves the moment out."""

    category: str = "missing"
    risk: str = "Medium"
    log: str = ""
    told: bool = True
    returns: bool = True
    interview: bool = True
    by: str = "independent"


def written_at(when: Night) -> datetime:
    """When the home writes that the child is gone."""
    return max(when.noticed + 32 * _MINUTE, when.told + 5 * _MINUTE)


def home_absence(book: Book, who: Subject, when: Night, says: HomeSays) -> Record:
    """The home's absence: written when told, when the child is back, and after the interview."""
    assert who.home is not None, "only a home writes absences"
    record = book.record(
        who.home,
        "absences",
        absence_ref=book.reference(f"{who.home.prefix}-A"),
        resident_ref=who.ids[who.home.code],
        category=says.category,
        noticed_at=when.noticed,
        last_seen_at=when.last_seen,
        risk=says.risk,
        reported_to_police_at=when.told if says.told else None,
        police_log_number=says.log,
        reported_to_authority_at=when.noticed + 27 * _MINUTE,
    ).write(written_at(when))
    if says.returns:
        spoken = when.returned + 10 * _MINUTE
        record.write(
            when.returned + 20 * _MINUTE, returned_at=when.returned, child_spoken_to_at=spoken
        )
    if says.returns and says.interview:
        record.write(
            when.interviewed + 30 * _MINUTE,
            return_interview_at=when.interviewed,
            return_interview_by=says.by,
        )
    return record


@dataclass(slots=True)
class PoliceSay:
    """How the police tell it. `incident` and `missing` override columns from the first version;
    `incident_closing` from the closing one."""

    opening: str = "Missing person"
    grade: str = "Priority"
    classification: str = "Missing"
    risk: str = "Medium"
    missing_row: bool = True
    ends: bool = True
    incident: dict[str, Cell] | None = None
    missing: dict[str, Cell] | None = None
    incident_closing: dict[str, Cell] | None = None


def police_incident(book: Book, who: Subject, when: Night, say: PoliceSay) -> Record:
    """The incident of the call that told the police, closed after the return."""
    incident = police_files.incident(
        book, who, when.told, say.opening, say.grade, **(say.incident or {})
    )
    if say.ends:
        police_files.run_incident(
            incident, when.told, when.returned + 12 * _MINUTE, **(say.incident_closing or {})
        )
    else:
        attended = police_files.attended_at(incident, when.told)
        incident.write(when.told + 5 * _MINUTE)
        if attended is not None:
            incident.write(attended + 10 * _MINUTE, attended_at=attended)
        incident.write(
            when.told + timedelta(hours=9), supervisor_reviewed_at=when.told + timedelta(hours=8)
        )
    return incident


def missing_report(
    book: Book, who: Subject, when: Night, incident: Record, say: PoliceSay
) -> Record:
    """The police missing report of an incident, opened twelve minutes after the call."""
    child = who.child
    looked_after = "placement" in who.records or who.home is not None
    place = "care_home" if who.home else "foster_care" if looked_after else "home"
    defaults: dict[str, Cell] = {
        "missing_ref": book.reference("MP"),
        "incident_ref": incident.number,
        "nominal_id": who.nominal,
        "reported_at": when.told,
        "last_seen_at": when.last_seen,
        "missing_from": place,
        "placement_urn": who.home.urn if who.home else "",
        "classification": say.classification,
        "risk_initial": say.risk,
        "risk_final": say.risk,
        "looked_after": "Y" if looked_after else "N",
    }
    assert not child.unborn, "an unborn child cannot go missing"
    record = book.record(POLICE, "missing", **(defaults | (say.missing or {})))
    record.write(when.told + 12 * _MINUTE)
    if say.ends:
        end_missing_report(record, when)
    return record


def end_missing_report(record: Record, when: Night, **cells: Cell) -> None:
    """The report's last version: found, returned, and spoken to by an officer."""
    defaults: dict[str, Cell] = {
        "found_at": when.returned - 15 * _MINUTE,
        "returned_at": when.returned,
        "prevention_interview_at": when.returned + 5 * _MINUTE,
    }
    record.write(when.returned + 25 * _MINUTE, **(defaults | cells))


def police_missing(
    book: Book, who: Subject, when: Night, say: PoliceSay
) -> tuple[Record, Record | None]:
    """The police's incident and, where they hold the child as missing, their missing report."""
    incident = police_incident(book, who, when, say)
    if not say.missing_row:
        return incident, None
    return incident, missing_report(book, who, when, incident, say)


def council_episode(
    book: Book, who: Subject, when: Night, kind: str = "M", *, ends: bool = True,
    offered: str = "Y",
) -> Record:  # fmt: skip
    """The council's episode: in dates, written within the hour, the interview offered at once."""
    record = council_care.missing_episode(
        book, who, local_date(when.last_seen), kind, when.noticed + 40 * _MINUTE
    )
    at = when.returned + 40 * _MINUTE
    if ends:
        record.write(at, miss_missing_episode_end_date=local_date(when.returned))
    if offered:
        record.write(at, miss_missing_rhi_offered=offered)
    return record


@dataclass(frozen=True, slots=True)
class Told:
    """The records that tell one absence."""

    night: Night
    absence: Record | None
    incident: Record
    report: Record | None
    episode: Record | None


def everyone_agrees(book: Book, who: Subject, day: int, risk: str = "Medium") -> Told:
    """An absence that all who deal with the child describe alike, from wherever they live."""
    when = night(book, day, after_midnight=book.rng.random() < 0.1)
    say = PoliceSay(risk=risk, grade="Immediate" if risk == "High" else "Priority")
    incident, report = police_missing(book, who, when, say)
    absence = None
    if who.home is not None:
        log = incident.number if book.rng.random() < 0.6 else ""
        absence = home_absence(book, who, when, HomeSays(risk=risk, log=log))
    episode = council_episode(book, who, when) if COUNCIL.code in who.ids else None
    return Told(when, absence, incident, report, episode)


def all_know_where(book: Book, who: Subject, day: int) -> Told:
    """An absence whose whereabouts everybody knew: away without leave, a call for safety."""
    when = night(book, day)
    incident, _ = police_missing(
        book, who, when, PoliceSay(opening="Concern for safety", missing_row=False)
    )
    absence = None
    if who.home is not None:
        absence = home_absence(
            book, who, when, HomeSays(category="unauthorised_absence", risk="Low")
        )
    episode = council_episode(book, who, when, "A") if COUNCIL.code in who.ids else None
    return Told(when, absence, incident, None, episode)
