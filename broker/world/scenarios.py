"""What a planted contradiction or decoy is: a story that can be told on a given day."""

from collections.abc import Callable
from dataclasses import dataclass

from broker.world.stage import Stage

Tell = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One pattern. `variant` starts with the rule's code, and with `decoy_` after it for a decoy.

    `size` is how many children it needs, `earliest` the first day of the world on which its event
    can happen, and `settle` how many days later at most the files show it. `clock_change` is told
    only where the clocks change within the world.
    """

    variant: str
    tell: Tell
    size: int
    settle: int
    earliest: int
    clock_change: bool

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.variant.split(".")[0].upper()

    @property
    def decoy(self) -> bool:
        """Whether it must not be flagged."""
        return ".decoy_" in self.variant


def scenario(
    variant: str,
    *,
    size: int = 1,
    settle: int = 0,
    earliest: int = 1,
    clock_change: bool = False,
) -> Callable[[Tell], Scenario]:
    """Make a scenario of the function that tells it."""

    def made(tell: Tell) -> Scenario:
        return Scenario(variant, tell, size, settle, earliest, clock_change)

    return made
