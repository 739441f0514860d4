"""Which episodes in dates are one that two systems of a council hold."""
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from broker.case.calendar import day_of
from broker.vocabulary.words import System, Whereabouts


class Dated(NamedTuple):
    """An episode in dates: its first day, the end of its last, whose it is, and of which kind."""

    start: datetime
    until: datetime
    system: System
    kind: Whereabouts | None


def held_twice(episodes: Sequence[Dated]) -> list[tuple[int, int]]:
    """Pairs of one council's episodes (by index, in order of time) that are the same one in two
    systems.

    Those that begin on one day are taken first, then those that share a date; each episode of a
    system stands for one of the other, so that two nights never fall into one.
    """
    if len({each.system for each in episodes}) < 2:
        return []
    pairs = []
    near: list[int] = []
    for index, later in enumerate(episodes):
        near = [each for each in near if later.start < episodes[each].until]
        for other in near:
            earlier = episodes[other]
            if later.system is not earlier.system and later.kind is earlier.kind:
                apart = abs((day_of(later.start) - day_of(earlier.start)).days)
                pairs.append((apart, other, index))
        near.append(index)
    found: list[tuple[int, int]] = []
    taken: set[tuple[int, str]] = set()
    for _, other, index in sorted(pairs):
        marks = {(other, episodes[index].system), (index, episodes[other].system)}
        if taken.isdisjoint(marks):
            taken |= marks
            found.append((other, index))
    return found
