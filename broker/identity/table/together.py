"""Two comparisons that lean on each other, made one."""
from collections.abc import Sequence

import numpy as np

from broker.identity.table.blocking import Longs
from broker.identity.table.levels import Comparison, Levels


class Together:
    """Comparisons that lean on each other, as one: each pair of their levels is a level."""

    def __init__(self, parts: Sequence[Comparison]):
        self.name = " and ".join(each.name for each in parts)
        self._parts = parts
        labels = [""]
        for part in parts:
            labels = [f"{label}, {part.name} {own}".strip(", ") for label in labels
                      for own in part.labels]
        self.labels: tuple[str, ...] = tuple(labels)
        self.usual_m, self.usual_u = np.ones(1), np.ones(1)
        self.silent = np.zeros(1, np.int64)
        for part in parts:
            self.silent = np.add.outer(2 * self.silent, part.silent).ravel()
            self.usual_m = np.outer(self.usual_m, part.usual_m).ravel()
            self.usual_u = np.outer(self.usual_u, part.usual_u).ravel()

    def __call__(self, one: Longs, other: Longs) -> Levels:
        """The levels of these pairs."""
        level = np.zeros(len(one), np.int64)
        for part in self._parts:
            level = level * len(part.labels) + part(one, other)
        return level.astype(np.int16)
