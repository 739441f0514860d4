"""The catalogue of planted contradictions and decoys, in the order in which they are laid out."""

from broker.world.plants import (
    exploitation,
    grades,
    interviews,
    missing_category,
    missing_from_police,
    person_details,
    placements,
    police_downgrades,
    posing_risk,
    referral_answers,
    risk_levels,
    sharing,
    still_open,
    unseen,
    whereabouts,
)
from broker.world.scenarios import Scenario

_THEMES = (
    missing_category,
    missing_from_police,
    whereabouts,
    risk_levels,
    still_open,
    interviews,
    police_downgrades,
    grades,
    exploitation,
    sharing,
    referral_answers,
    unseen,
    person_details,
    placements,
    posing_risk,
)
CATALOGUE: tuple[Scenario, ...] = tuple(
    scenario for theme in _THEMES for scenario in theme.SCENARIOS
)
CODES = tuple(sorted({scenario.code for scenario in CATALOGUE}))
