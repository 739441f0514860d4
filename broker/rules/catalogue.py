"""The rules in force, by theme: an explicit list, so that nothing registers by being found."""
from broker.rules.registry import REGISTRY
from broker.rules.rule import Rule
from broker.rules.themes import (
    concern,
    grade,
    missing,
    person,
    placement,
    posing_risk,
    referral,
    seen,
)

THEMES = (concern, grade, missing, person, placement, posing_risk, referral, seen)
RULES: tuple[Rule, ...] = tuple(REGISTRY)
