"""The rules in force, by theme: an explicit list, so that nothing registers by being found."""
from broker.rules.agency import feed, words
from broker.rules.agency.rule import AGENCY_REGISTRY, AgencyRule
from broker.rules.registry import REGISTRY
from broker.rules.rule import Rule
from broker.rules.themes import (
    assessments,
    concern,
    grade,
    kinds,
    missing,
    person,
    placement,
    posing_risk,
    protection,
    referral,
    reviews,
    seen,
    timeliness,
    visits,
)

THEMES = (assessments, concern, grade, kinds, missing, person, placement, posing_risk,
          protection, referral, reviews, seen, timeliness, visits)
RULES: tuple[Rule, ...] = tuple(REGISTRY)

AGENCY_THEMES = (feed, words)
AGENCY_RULES: tuple[AgencyRule, ...] = tuple(AGENCY_REGISTRY)
