"""The catalogue of planted contradictions and decoys, in the order in which they are laid out."""

from broker.world.plants import (
    concern_kinds,
    exploitation,
    grades,
    interviews,
    late_reports,
    legal_standing,
    missing_again,
    missing_category,
    missing_from_council,
    missing_from_police,
    person_details,
    person_more,
    placements,
    police_downgrades,
    police_response,
    posing_risk,
    posing_risk_address,
    referral_answers,
    risk_levels,
    sharing,
    still_open,
    timescales,
    unseen,
    visits_due,
    whereabouts,
)
from broker.world.scenarios import Scenario

_THEMES = (
    missing_category,
    missing_from_police,
    missing_from_council,
    whereabouts,
    risk_levels,
    still_open,
    interviews,
    missing_again,
    late_reports,
    police_downgrades,
    grades,
    police_response,
    concern_kinds,
    exploitation,
    sharing,
    referral_answers,
    unseen,
    visits_due,
    timescales,
    person_details,
    person_more,
    placements,
    legal_standing,
    posing_risk,
    posing_risk_address,
)
CATALOGUE: tuple[Scenario, ...] = tuple(
    scenario for theme in _THEMES for scenario in theme.SCENARIOS
)
CODES = tuple(sorted({scenario.code for scenario in CATALOGUE}))
