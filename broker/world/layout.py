"""Which stories a world tells, to whom, and on which day: fixed by the plan alone."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from math import gcd
from random import Random

from broker.world import ordinary
from broker.world.plan import WorldPlan
from broker.world.plants import CATALOGUE
from broker.world.scenarios import Scenario
from broker.world.stage import Stage

_EXPECTED_SHARE = 0.01
_IN_HOMES_SHARE = 0.55
_STRIDES = (7, 5, 11, 3, 1)


@dataclass(frozen=True, slots=True)
class Story:
    """One story: its children are numbered from `first_child`; `day` is that of its event."""

    kind: str
    tell: Callable[[Stage], None]
    first_child: int
    size: int
    day: int = 0


def layout(plan: WorldPlan) -> tuple[Story, ...]:
    """Every story of a world: first what is planted, then looked-after children, then families."""
    stories: list[Story] = []
    taken = 0
    for scenario, day in _planted(plan):
        if taken + scenario.size > plan.children:
            break
        stories.append(Story(scenario.variant, scenario.tell, taken, scenario.size, day))
        taken += scenario.size
    rest = plan.children - taken
    looked_after = round(rest * plan.looked_after_share)
    in_homes = round(looked_after * _IN_HOMES_SHARE)
    singles = (
        ("resident", ordinary.resident, in_homes),
        ("fostered", ordinary.fostered, looked_after - in_homes),
        ("expected", ordinary.expected, round(rest * _EXPECTED_SHARE)),
    )
    for kind, tell, number in singles:
        for _ in range(min(number, plan.children - taken)):
            stories.append(Story(kind, tell, taken, 1))
            taken += 1
    rng = Random(f"{plan.seed}/families")
    while taken < plan.children:
        drawn = rng.choices(ordinary.FAMILY_SIZES, ordinary.FAMILY_WEIGHTS)[0]
        size = min(drawn, plan.children - taken)
        stories.append(Story("family", _FAMILIES[size], taken, size))
        taken += size
    return tuple(stories)


def _family_of(size: int) -> Callable[[Stage], None]:
    return lambda stage: ordinary.family(stage, size)


_FAMILIES = {size: _family_of(size) for size in ordinary.FAMILY_SIZES}


def _by_turns() -> tuple[Scenario, ...]:
    """The catalogue with one scenario of each code before the second of any.

    A world too small for all of it then still holds something of every rule.
    """
    places = {code: count() for code in dict.fromkeys(s.code for s in CATALOGUE)}
    numbered = [(next(places[scenario.code]), scenario) for scenario in CATALOGUE]
    return tuple(scenario for _, scenario in sorted(numbered, key=lambda pair: pair[0]))


def _planted(plan: WorldPlan) -> list[tuple[Scenario, int]]:
    """Scenarios and the days of their events, so that what they raise falls on every day."""
    last = plan.days - 1
    span = last - 1
    if span < 1:
        return []
    stride = next(stride for stride in _STRIDES if gcd(stride, span) == 1)
    clocks_change = plan.clock_change_day() is not None
    laid = []
    for turn in range(plan.rounds):
        for place, scenario in enumerate(_by_turns()):
            latest = last - scenario.settle
            if latest < scenario.earliest or (scenario.clock_change and not clocks_change):
                continue
            raised = last - ((place + turn) * stride) % span
            day = raised - scenario.settle
            if day < scenario.earliest:
                choices = latest - scenario.earliest + 1
                day = scenario.earliest + (place + turn) % choices
            laid.append((scenario, day))
    return laid
