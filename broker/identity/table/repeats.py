"""Rows that say the same as others: a few of them are looked at, and the rest go the same way.

A person on a hundred rows alike would fill every block beyond what is compared, and tells no more
than on a few of them.
"""
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.blocking import Longs
from broker.identity.table.doubts import Doubts
from broker.identity.table.people import Column, People

_LOOKED_AT = 3
"""Rows alike that are looked at: whether two of them are one person shows what becomes of more."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """The rows of a file that are `kept` to be looked at, in order, and of each row the place
    among those of the first two that say the same (the second is the first where none does)."""

    kept: Longs
    first: Longs
    second: Longs

    def expanded(self, labels: Longs) -> Longs:
        """Each row's person, named by its first row, from those of the kept rows. A row that was
        not looked at goes with the two it is like where they are one person, and stays alone where
        they are not."""
        people = self.kept[labels]
        together = labels[self.first] == labels[self.second]
        found = np.where(together, people[self.first], np.arange(len(self.first)))
        found[self.kept] = people
        return found

    def alike_to(self, rows: Sequence[int]) -> list[int]:
        """All rows that say the same as these kept ones."""
        kept = self.kept[np.asarray(rows, np.int64)]
        found: list[int] = np.flatnonzero(np.isin(self.first, self.first[kept])).tolist()
        return found

    def doubts_of_all(self, doubts: Doubts) -> Doubts:
        """The doubts of all rows from those of the kept ones."""
        probabilities = doubts.probabilities[self.first]
        probabilities[self.kept] = doubts.probabilities
        return replace(doubts, probabilities=probabilities, doubtful=tuple(
            each._replace(one=int(self.kept[each.one]), other=int(self.kept[each.other]))
            for each in doubts.doubtful))


def repeats_in(people: People) -> Repeats:
    """Which rows of these are looked at: of those alike in all that is compared, a few."""
    _, alike = np.unique(_said(people), axis=0, return_inverse=True)
    alike = alike.ravel()
    order = np.argsort(alike, kind="stable")
    starts = np.searchsorted(alike[order], alike)
    turn = np.empty(people.size, np.int64)
    turn[order] = np.arange(people.size) - starts[order]
    kept = np.flatnonzero(turn < _LOOKED_AT)
    place = np.full(people.size, -1, np.int64)
    place[kept] = np.arange(len(kept))
    last = np.searchsorted(alike[order], alike, "right") - 1
    first, second = order[starts], order[np.minimum(starts + 1, last)]
    return Repeats(kept, place[first], place[second])


def kept_of(people: People, rows: Longs) -> People:
    """These rows alone."""
    def of_column(column: Column) -> Column:
        return replace(column, codes=column.codes[rows])

    whole, district, area = map(of_column, people.postcodes) if people.postcodes else (None,) * 3
    postcodes = (whole, district, area) if whole and district and area else None
    return replace(
        people, size=len(rows), tokens=people.tokens[rows], roles=people.roles[rows],
        births=people.births[rows], marks=people.marks[rows], newborn=people.newborn[rows],
        sexes=people.sexes[rows], postcodes=postcodes,
        others=tuple(map(of_column, people.others)))


def _said(people: People) -> NDArray[np.int32]:
    """All that is compared, a line for each row."""
    columns = [people.postcodes[0], *people.others] if people.postcodes else list(people.others)
    return np.column_stack([
        people.tokens, people.roles, people.births, people.marks, people.newborn, people.sexes,
        *(each.codes for each in columns)]).astype(np.int32)
