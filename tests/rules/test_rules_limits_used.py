"""What is written of the limits of each rule is what the rule reads."""
from collections.abc import Iterator

import pytest

from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.rules.limits import NAMES, Limits
from broker.rules.limits_used import LIMITS_USED, USED_BESIDE
from tests.rules.conftest import worked_agency_cases, worked_cases


class Watched:
    """Limits that note which of them were read."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> int | float:
        """A limit's value."""
        self.read.add(name)
        value: int | float = getattr(self._limits, name)
        return value


def readings() -> Iterator[tuple[str, set[str]]]:
    """(a rule's code, what it read) for every worked case, which nobody has looked at before."""
    for each in worked_cases():
        for rule in (rule for rule in RULES if rule.code == each.code):
            watched = Watched(each.limits)
            list(rule.function(each.case, watched))  # type: ignore[arg-type] # it reads alike
            yield rule.code, watched.read
    for about in worked_agency_cases():
        for its in (rule for rule in AGENCY_RULES if rule.code == about.code):
            watched = Watched(about.limits)
            list(its.function(about.facts, watched))  # type: ignore[arg-type] # it reads alike
            yield its.code, watched.read


@pytest.fixture(scope="module")
def read() -> dict[str, set[str]]:
    """What each rule reads in any of its worked cases."""
    found: dict[str, set[str]] = {}
    for code, names in readings():
        found.setdefault(code, set()).update(names)
    return found


@pytest.mark.slow
def test_each_rule_reads_the_limits_that_are_declared_of_it(read: dict[str, set[str]]) -> None:
    """A rule that begins to read another limit, or stops, must say so in limits_used.py."""
    declared = {code: set(names) for code, names in LIMITS_USED.items()}

    assert declared == read


def test_every_limit_is_used_by_somebody() -> None:
    """A limit that nothing reads would be changed in vain."""
    used = {name for names in LIMITS_USED.values() for name in names} | USED_BESIDE.keys()

    assert [] == sorted(set(NAMES) ^ used)
