"""The rules in force, by theme: an explicit list, so that nothing registers by being found."""
from types import ModuleType

from broker.rules.registry import REGISTRY
from broker.rules.rule import Rule

THEMES: tuple[ModuleType, ...] = ()
RULES: tuple[Rule, ...] = tuple(REGISTRY)
