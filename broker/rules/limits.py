"""The limits that rules judge by: every number of the catalogue, with its unit and its source."""
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from broker.errors import ConfigError

N = TypeVar("N", int, float)

_APP = "College of Policing, missing persons guidance"
_LOCAL = "local practice; agree it within the partnership"
_RHI = "Statutory guidance on children who run away or go missing from home or care, 2014"
_REG_28 = "Care Planning, Placement and Case Review Regulations 2010, reg 28"
_REG_33 = "Care Planning, Placement and Case Review Regulations 2010, reg 33"
_TOGETHER = "Working Together to Safeguard Children"
_CONCORD = "Concord's own choice, so that one happening is counted once"
_HISTORY = "Concord's own choice, so that old records loaded late raise no alarm of today"
_CHANCE = "Concord's own choice, so that small numbers raise no alarm"
_CALM = "Concord's own choice, so that nobody is told anew of what comes and goes"
_INSPECTION = "National child protection inspection of a police force"


def _limit(default: N, source: str) -> N:
    """A field with its default and where the number comes from."""
    made: N = field(default=default, metadata={"source": source})
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All limits in force; a configuration names only those it changes.

    The unit comes last in each name (`_min` and `_max` after it say that the limit itself is
    still allowed). Working days know English bank holidays; months are calendar months.
    """

    child_age_years: int = _limit(18, "Children Act 1989, s105")
    historical_after_days: int = _limit(28, _HISTORY)
    open_return_days: int = _limit(365, f"until the next yearly return: {_CONCORD}")

    occasion_incident_hours: int = _limit(6, _CONCORD)
    occasion_call_before_minutes: int = _limit(30, _CONCORD)
    occasion_call_after_minutes: int = _limit(120, _CONCORD)

    police_record_expected_minutes: int = _limit(60, _LOCAL)
    missing_with_social_care_hours: int = _limit(24, _LOCAL)
    risk_levels_apart: int = _limit(2, _APP)
    missing_open_hours: int = _limit(4, _LOCAL)
    missing_open_reverse_days: int = _limit(3, _LOCAL)
    missing_open_found_days: int = _limit(7, _LOCAL)
    exploitation_sign_months: int = _limit(12, _LOCAL)
    return_interview_expected_hours: int = _limit(72, _RHI)
    repeated_missing_count: int = _limit(3, _LOCAL)
    repeated_missing_days: int = _limit(90, _LOCAL)
    police_told_minutes: int = _limit(60, _LOCAL)

    missing_recently_days: int = _limit(90, _LOCAL)
    attend_immediate_minutes: int = _limit(15, "response targets published by forces")
    attend_priority_minutes: int = _limit(60, "response targets published by forces")
    attend_scheduled_hours: int = _limit(24, "response targets published by forces")
    supervisor_review_hours: int = _limit(24, _INSPECTION)
    allocation_hours: int = _limit(24, _INSPECTION)

    referral_follows_working_days: int = _limit(5, _CONCORD)
    collapsed_happenings_min: int = _limit(8, _CHANCE)
    collapsed_together_hours: int = _limit(24, _CONCORD)
    collapsed_here_share: float = _limit(0.9, _CHANCE)
    collapsed_there_share: float = _limit(0.5, _CHANCE)
    collapsed_window_months: int = _limit(12, _CHANCE)

    concern_shared_hours: int = _limit(24, _LOCAL)
    referral_expected_working_days: int = _limit(3, f"{_TOGETHER}; {_LOCAL}")
    referral_answered_working_days: int = _limit(1, _TOGETHER)

    notice_open_days: int = _limit(28, _LOCAL)
    death_undisputed_days: int = _limit(7, _LOCAL)
    unseen_urgent_hours: int = _limit(24, _LOCAL)
    unseen_urgent_critical_working_days: int = _limit(5, _LOCAL)
    unseen_days: int = _limit(28, _INSPECTION)
    unseen_critical_days: int = _limit(42, f"six weeks: {_INSPECTION}; {_REG_28}")

    cin_visit_working_days: int = _limit(20, _LOCAL)
    cp_visit_working_days: int = _limit(10, _LOCAL)
    placement_first_visit_weeks: int = _limit(1, _REG_28)
    care_visit_first_year_weeks: int = _limit(6, _REG_28)
    care_visit_later_months: int = _limit(3, _REG_28)
    interim_visit_weeks: int = _limit(1, _REG_28)
    interim_visit_reviewed_weeks: int = _limit(4, _REG_28)

    conference_working_days: int = _limit(15, _TOGETHER)
    assessment_working_days: int = _limit(45, _TOGETHER)
    cp_review_first_months: int = _limit(3, _TOGETHER)
    cp_review_later_months: int = _limit(6, _TOGETHER)
    care_review_first_working_days: int = _limit(20, _REG_33)
    care_review_second_months: int = _limit(3, _REG_33)
    care_review_later_months: int = _limit(6, _REG_33)

    address_taken_over_days: int = _limit(28, _LOCAL)
    placement_settled_days: int = _limit(5, _LOCAL)
    police_protection_hours: int = _limit(72, "Children Act 1989, s46")
    police_protection_days: int = _limit(4, "Children Act 1989, s46, where only dates are held")

    silent_history_weeks: int = _limit(4, _CHANCE)
    silent_window_weeks: int = _limit(2, _CHANCE)
    silent_chance_share: float = _limit(0.001, _CHANCE)
    late_hours: int = _limit(24, _LOCAL)
    late_percentile: int = _limit(90, _CHANCE)
    late_records_min: int = _limit(20, _CHANCE)
    late_window_days: int = _limit(28, _CHANCE)

    notice_acknowledged_minutes: int = _limit(15, _LOCAL)
    notice_settled_minutes: int = _limit(60, _CALM)


NAMES = tuple(each.name for each in fields(Limits))
SOURCES: dict[str, str] = {each.name: each.metadata["source"] for each in fields(Limits)}


def from_mapping(settings: Mapping[str, object], where: str = "[limits]") -> Limits:
    """Limits with these changes; `ConfigError` names an unknown limit or a wrong value, and
    `where` it stands."""
    unknown = sorted(set(settings) - set(NAMES))
    if unknown:
        raise ConfigError(
            f"{where} has unknown names: {', '.join(unknown)}. "
            "docs/rules.md lists every limit; correct or remove these."
        )
    changes: dict[str, int | float] = {}
    for each in fields(Limits):
        if each.name not in settings:
            continue
        value = settings[each.name]
        whole = isinstance(each.default, int)
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            kind = "a whole number" if whole else "a number"
            raise ConfigError(f"{where} {each.name} must be {kind}, such as {each.default}.")
        if value < 0 or (not whole and value > 1):
            span = "0 or more" if whole else "between 0 and 1"
            raise ConfigError(f"{where} {each.name} must be {span}, such as {each.default}.")
        changes[each.name] = value
    return Limits(**changes)  # type: ignore[arg-type] # the loop has checked each by its field
