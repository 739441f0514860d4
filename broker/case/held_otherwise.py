"""A child missing to those who care for the child, whom the police hold as something else."""
from collections.abc import Sequence

from broker.case.absences import MISSING_CATEGORIES, Row, says_missing
from broker.case.occasions import Occasion, category_of
from broker.event.incident import IncidentRecorded
from broker.vocabulary.words import IncidentCategory, Whereabouts

UNKNOWN_CATEGORIES = (None, IncidentCategory.UNMAPPED)
UNKNOWN_KINDS = (None, Whereabouts.UNMAPPED)
PoliceRecord = Row | IncidentRecorded


def accusers(night: Occasion) -> tuple[Row, ...]:
    """The rows by which a home, a carer or the council says that the child is missing."""
    return night.accusers


def police_reports(night: Occasion) -> tuple[Row, ...]:
    """The police's missing reports, less those of an earlier absence that others had ended."""
    return night.police_reports


def held_but_not_missing(night: Occasion, reports: Sequence[Row]) -> bool:
    """Whether the police hold the occasion, and nowhere (of these reports) as missing."""
    categories = {category_of(each) for each in night.incidents}
    return bool(reports or categories) and not any(map(says_missing, reports)) \
        and MISSING_CATEGORIES.isdisjoint(categories)


def recorded_as_concern(
    night: Occasion,
) -> tuple[tuple[Row, ...], tuple[PoliceRecord, ...]] | None:
    """Who says missing, and the police records that say something else; None where it is not
    so, or where a police report's own word is unknown."""
    reports = police_reports(night)
    missing = accusers(night)
    if not missing or not held_but_not_missing(night, reports) \
            or any(each.classification in UNKNOWN_KINDS for each in reports):
        return None
    other: tuple[PoliceRecord, ...] = (
        *(each for each in night.incidents if category_of(each) not in UNKNOWN_CATEGORIES),
        *(row for row in reports if row.classification is Whereabouts.CONCERN_FOR_SAFETY))
    return (missing, other) if other else None
