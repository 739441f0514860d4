"""Whether a case is about a living, born child on a day: rules concern nobody else."""
from datetime import date

from broker.case.calendar import age_on, day_of
from broker.case.case import Case
from broker.event.care import ReviewRecorded, VisitRecorded
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.vocabulary.words import BirthDatePrecision

Facts = tuple[tuple[date, ...], tuple[date, ...], date | None]


def is_child(case: Case, day: date, age_years: int = 18) -> bool:
    """Whether, by any agency's account, the person is born, alive and under age on this day.

    Agencies may differ on a birth date or a death: as long as one account has a living child,
    nothing about it may fall silent.
    """
    births, expected, died = _facts(case)
    if died is not None and day > died:
        return False
    if births:
        return any(born <= day and age_on(born, day) < age_years for born in births)
    return not expected or min(expected) <= day


def _facts(case: Case) -> Facts:
    """Birth dates, expected dates, and the day of death where nothing later shows life."""
    known = case.derived.get("child.facts")
    if known is None:
        people = case.current(PersonRecorded)
        births = {each.birth_date for each in people if each.birth_date is not None
                  and each.birth_date_precision is not BirthDatePrecision.EXPECTED}
        expected = {each.birth_date for each in people if each.birth_date is not None
                    and each.birth_date_precision is BirthDatePrecision.EXPECTED}
        deaths = [each.death_date for each in people if each.death_date is not None]
        died = min(deaths) if deaths and not _lived_after(case, min(deaths)) else None
        known = (tuple(sorted(births)), tuple(sorted(expected)), died)
        case.derived["child.facts"] = known
    return known  # type: ignore[return-value] # this function alone writes the entry


def _lived_after(case: Case, day: date) -> bool:
    """Whether any agency records something only a living child does after this day."""
    seen = [moment for each in case.current(MissingEpisodeRecorded)
            for moment in (each.last_seen, each.found, each.returned, each.child_spoken_to,
                           each.prevention_interview, each.return_interview_held)]
    seen += [each.child_seen for each in case.current(IncidentRecorded)]
    seen += [each.visited for each in case.current(VisitRecorded) if each.seen]
    seen += [each.held for each in case.current(ReviewRecorded) if each.took_part]
    return any(moment is not None and day_of(moment.at) > day for moment in seen)
