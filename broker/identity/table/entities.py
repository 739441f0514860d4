"""From scored pairs of a file to the people in it.

Cores by average linkage: two groups join while their rows agree on average, those pairs that were
never compared counted as disagreeing, so that no single pair bridges two people. Then a small
fragment joins the core that most likely made it: likelihood ratios averaged over the core's rows,
weighed against every rival and against being somebody else. Two groups that several rows each
say were born on different days, or in different years, stay two.
"""
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.blocking import Longs
from broker.identity.table.cores import cores_of

HIGHEST_BITS = 12.0
"""Beyond this a single pair must not outweigh the others of a group."""
_RATIO_BITS_MAX = 40.0
_FAR_BETTER = 8.0
_YEARS_APART = 1
_BORN_BITS, _BITS_OF_A_DAY = 24, 9  # of a birth date as a number, and of month and day in it


@dataclass(frozen=True, slots=True)
class Settings:
    """`join_bits` is the least average weight (prior included) of a core, `absent_bits` what a
    pair counts that was not compared or weighs nothing. A fragment has at most `fragment_max`
    rows; each of them counts at most `row_bits_max`; it joins the core that made it with at least
    `attach_probability`, or `dated_probability` where it has a birth date, which could have told.
    `new_weight` is the odds of a single row to be somebody else, and of more rows that many times
    their number to the power `new_power`: the more rows agree among themselves and not with a
    core, the likelier they are a person. Set on made-up files, before any check."""

    join_bits: float
    absent_bits: float = -6.0
    fragment_max: int = 16
    row_bits_max: float = 12.0
    attach_probability: float = 0.5
    dated_probability: float = 0.9
    new_weight: float = 1.0
    new_power: float = 1.5
    rounds: int = 6


class Entities:
    """Groups of rows that grow together. `born` are birth dates as numbers (`People.born`);
    `apart` are pairs that never come into one entity."""

    def __init__(self, size: int, one: Longs, other: Longs, bits: NDArray[np.float32],
                 settings: Settings, born: NDArray[np.int64],
                 apart: NDArray[np.bool_] | None = None):
        self._settings = settings
        self._born = born
        apart = np.zeros(len(bits), bool) if apart is None else apart
        weights = np.clip(bits.astype(np.float64), settings.absent_bits, HIGHEST_BITS)
        self._group = cores_of(size, one, other, np.where(apart, -np.inf, weights),
                               settings.join_bits, settings.absent_bits, self._two_people)
        self._core = self._group
        self._edges = one, other, bits
        self._never = apart
        self._apart = np.r_[one[apart], other[apart]], np.r_[other[apart], one[apart]]

    def labels(self) -> NDArray[np.int64]:
        """The entity of each row, named by its first row."""
        for _ in range(self._settings.rounds):
            if not self._attach():
                break
        self._mend()
        return self._group

    def _two_people(self, group: Longs, one: Longs, other: Longs) -> NDArray[np.bool_]:
        """Which of these pairs of groups several rows of each say were born at two times that no
        slip explains, as of a father and a son of one name."""
        said = _said_most(group, self._born)
        mine, others = said[one], said[other]
        found: NDArray[np.bool_] = (mine >= 0) & (others >= 0) & no_slip(mine, others)
        return found

    def _mend(self) -> None:
        """Move each row that fits another entity far better than the one that it came into early:
        weighed by the average weight of its pairs, as the cores are, times the rows of each."""
        group, size = self._group, len(self._group)
        one, other, bits = self._edges
        absent = self._settings.absent_bits
        row = np.r_[one, other]
        keys, place = np.unique(row * size + group[np.r_[other, one]], return_inverse=True)
        weights = np.clip(bits.astype(np.float64), absent, HIGHEST_BITS)
        weights[self._never] = -np.inf
        row, target = keys // size, keys % size
        own = group[row] == target
        rows = np.bincount(group, minlength=size)[target] - own
        total = np.bincount(place, np.tile(weights, 2), len(keys))
        average = (total + (rows - np.bincount(place, minlength=len(keys))) * absent) / rows
        odds = rows * np.exp2(average)
        needed = np.full(size, self._settings.new_weight)
        np.maximum.at(needed, row[own], odds[own])
        alone = np.bincount(group, minlength=size)[group] == 1
        better = np.flatnonzero(~own & (odds > _FAR_BETTER * needed[row]) & ~alone[row])
        better = better[np.lexsort((-target[better], odds[better]))]
        moved = group.copy()
        moved[row[better]] = target[better]  # the best is written last
        _, first, same = np.unique(moved, return_index=True, return_inverse=True)
        self._group = first[same]

    def _attach(self) -> bool:
        """Join fragments to the cores that most likely made them; whether any was."""
        sizes = np.bincount(self._group, minlength=len(self._group))
        whole = np.arange(len(self._group))
        taken: set[int] = set()
        for fragment, core in self._likely(sizes):
            if fragment in taken or core in taken:
                continue
            taken.add(fragment)
            if sizes[core] <= self._settings.fragment_max:
                taken.add(core)
            whole[fragment] = core
        first = np.arange(len(self._group))
        np.minimum.at(first, whole, np.arange(len(self._group)))
        self._group = first[whole[self._group]]
        return bool(taken)

    def _likely(self, sizes: Longs) -> Iterator[tuple[int, int]]:
        """Fragments with the cores that likely made them, the likeliest first."""
        source, target, odds = self._odds(sizes)
        odds[born_apart(self._group, self._born, source, target)] = 0.0
        number = len(self._group)
        one, other = (self._group[each] for each in self._apart)
        odds[np.isin(source * number + target, one * number + other)] = 0.0
        new = self._settings.new_weight * sizes.astype(np.float64) ** self._settings.new_power
        every = np.bincount(source, odds, len(self._group)) + new
        likely = odds / every[source]
        dated = np.zeros(len(self._group), bool)
        dated[self._group[to_the_day(self._born)]] = True
        needed = np.where(dated[source], self._settings.dated_probability,
                          self._settings.attach_probability)
        order = np.lexsort((target, source, -likely))
        order = order[likely[order] >= needed[order]]
        yield from zip(source[order].tolist(), target[order].tolist(), strict=True)

    def _odds(self, sizes: Longs) -> tuple[Longs, Longs, NDArray[np.float64]]:
        """Fragments, cores, and the odds that the core made the fragment.

        Of a row: the mean ratio to the core's rows, times the core's size, which is its prior.
        Of a fragment: the geometric mean of its rows'. A fragment joins nothing smaller, and what
        was itself joined as a fragment speaks for no other."""
        group, number = self._group, len(self._group)
        one, other, bits = self._edges
        across = group[one] != group[other]
        row = np.concatenate([one[across], other[across]])
        target = group[np.concatenate([other[across], one[across]])]
        ratio = np.exp2(np.minimum(np.tile(bits[across].astype(np.float64), 2), _RATIO_BITS_MAX))
        fits = (sizes[group[row]] <= np.minimum(sizes[target], self._settings.fragment_max))
        small = fits & self._speaks()[np.concatenate([other[across], one[across]])]
        keys, place = np.unique(row[small] * number + target[small], return_inverse=True)
        told = np.minimum(np.log2(np.bincount(place, ratio[small], len(keys))),
                          self._settings.row_bits_max)
        row, target = keys // number, keys % number
        keys, place = np.unique(group[row] * number + target, return_inverse=True)
        source, target = keys // number, keys % number
        rows = np.bincount(place, minlength=len(keys))
        silent = self._settings.absent_bits * (sizes[source] - rows)
        odds = np.exp2((np.bincount(place, told, len(keys)) + silent) / sizes[source])
        return source, target, odds

    def _speaks(self) -> NDArray[np.bool_]:
        """Rows of the largest core of their group."""
        cores = np.unique(self._core)
        groups, number = self._group[cores], np.bincount(self._core)[cores]
        largest = np.lexsort((-cores, number, groups))
        last = np.r_[groups[largest][1:] != groups[largest][:-1], True]
        chosen = np.zeros(len(self._group), bool)
        chosen[cores[largest[last]]] = True
        speaks: NDArray[np.bool_] = chosen[self._core]
        return speaks


def born_apart(group: Longs, born: NDArray[np.int64], source: Longs,
               target: Longs) -> NDArray[np.bool_]:
    """Which of these pairs of groups are two people as several rows of each say that they were
    born on different days, or in different years: one slip explains a row, not two alike. `group`
    and `born` are each row's."""
    day = _said_most(group, np.where(to_the_day(born), born, -1))
    year = _said_most(group, born >> _BITS_OF_A_DAY)
    apart = np.zeros(len(source), bool)
    for said in (day, year):
        apart |= (said[source] >= 0) & (said[target] >= 0) & (said[source] != said[target])
    return apart


def no_slip(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these birth dates (`People.born`) are of years too far apart for one, and where
    both are known to the day differ in more."""
    year, year2 = one >> _BITS_OF_A_DAY, other >> _BITS_OF_A_DAY
    far = np.abs(year - year2) >= _YEARS_APART
    both = to_the_day(one) & to_the_day(other)
    within = (1 << _BITS_OF_A_DAY) - 1
    found: NDArray[np.bool_] = far & ~(both & (one & within == other & within))
    return found


def to_the_day(born: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which birth dates (`People.born`) are known to the day."""
    found: NDArray[np.bool_] = (born >= 0) & (born & ((1 << _BITS_OF_A_DAY) - 1) > 0)
    return found


def _said_most(group: Longs, what: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each group the number that most of its rows say, two at least; -1 where none is."""
    known = np.flatnonzero(what >= 0)
    keys, counts = np.unique((group[known] << _BORN_BITS) | what[known], return_counts=True)
    keys, counts = keys[counts > 1], counts[counts > 1]
    keys = keys[np.lexsort((keys, counts))]  # what most say is written last
    most = np.full(len(group), -1, np.int64)
    most[keys >> _BORN_BITS] = keys & ((1 << _BORN_BITS) - 1)
    return most
