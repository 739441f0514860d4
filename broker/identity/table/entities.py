"""From scored pairs of a file to the people in it.

Cores by average linkage: two groups join while their rows agree on average, those pairs that were
never compared counted as disagreeing, so that no single pair bridges two people. Then a small
fragment joins the core that most likely made it: likelihood ratios averaged over the core's rows,
weighed against every rival and against being somebody else. Two groups that several rows each
say were born on different days stay two.
"""
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.blocking import Longs

HIGHEST_BITS = 12.0
"""Beyond this a single pair must not outweigh the others of a group."""
_RATIO_BITS_MAX = 40.0
_DAY_BITS = 24


@dataclass(frozen=True, slots=True)
class Settings:
    """`join_bits` is the least average weight (prior included) of a core, `absent_bits` what a
    pair counts that was not compared or weighs nothing. A fragment has at most `fragment_max`
    rows; each of them counts at most `row_bits_max`; it joins the core that made it with at least
    `attach_probability`, or `dated_probability` where it has a birth date, which could have told.
    `new_weight` is the odds of being somebody else. Set on made-up files, before any check."""

    join_bits: float
    absent_bits: float = -6.0
    fragment_max: int = 8
    row_bits_max: float = 8.0
    attach_probability: float = 0.5
    dated_probability: float = 0.9
    new_weight: float = 1.0
    rounds: int = 6


class Entities:
    """Groups of rows that grow together. `days` are birth dates as numbers, -1 where unknown;
    `apart` are pairs that never come into one entity."""

    def __init__(self, size: int, one: Longs, other: Longs, bits: NDArray[np.float32],
                 settings: Settings, days: NDArray[np.int64],
                 apart: NDArray[np.bool_] | None = None):
        self._settings = settings
        self._days = days
        self._group = np.arange(size)
        self._members: dict[int, list[int]] = {}
        # Of each group its neighbours, with the sum of the weights between them and how many.
        self._links: dict[int, dict[int, tuple[float, int]]] = {}
        apart = np.zeros(len(bits), bool) if apart is None else apart
        clipped = np.where(apart, -np.inf, np.clip(bits, settings.absent_bits, HIGHEST_BITS))
        for left, right, weight in zip(one.tolist(), other.tolist(), clipped.tolist(),
                                       strict=True):
            self._links.setdefault(left, {})[right] = weight, 1
            self._links.setdefault(right, {})[left] = weight, 1
        self._edges = one, other, bits
        self._apart = np.r_[one[apart], other[apart]], np.r_[other[apart], one[apart]]
        self._core = self._group  # of each row its core, when those are made

    def labels(self) -> NDArray[np.int64]:
        """The entity of each row, named by its first row."""
        self._cores()
        self._name()
        self._core = self._group.copy()
        for _ in range(self._settings.rounds):
            if not self._attach():
                break
        return self._group

    def _average(self, one: int, other: int) -> float:
        total, pairs = self._links[one][other]
        every = len(self._rows(one)) * len(self._rows(other))
        return (total + (every - pairs) * self._settings.absent_bits) / every

    def _rows(self, group: int) -> list[int]:
        return self._members.get(group) or [group]

    def _cores(self) -> None:
        heap = [(-weight, one, other) for one, links in self._links.items()
                for other, (weight, _) in links.items()
                if one < other and weight >= self._settings.join_bits]
        heapq.heapify(heap)
        while heap:
            average, one, other = heapq.heappop(heap)
            if other not in self._links.get(one, ()) or -average != self._average(one, other):
                continue  # one of the two has grown since, and they were looked at again
            for near in self._join(one, other):
                average = self._average(one, near)
                if average >= self._settings.join_bits:
                    heapq.heappush(heap, (-average, min(one, near), max(one, near)))

    def _join(self, one: int, other: int) -> Iterable[int]:
        """Make one group of two, named by the lesser; its neighbours."""
        self._members[one] = self._rows(one) + self._rows(other)
        self._members.pop(other, None)
        mine, others = self._links[one], self._links.pop(other)
        mine.pop(other, None)
        others.pop(one, None)
        for near, (total, pairs) in others.items():
            own_total, own_pairs = mine.get(near, (0.0, 0))
            both = own_total + total, own_pairs + pairs
            mine[near] = both
            del self._links[near][other]
            self._links[near][one] = both
        return list(mine)

    def _attach(self) -> bool:
        """Join fragments to the cores that most likely made them; whether any was."""
        sizes = np.bincount(self._group, minlength=len(self._group))
        fragments = 0
        renamed: dict[int, int] = {}
        taken: set[int] = set()
        for fragment, core in self._likely(sizes):
            if fragment in taken or core in taken:
                continue
            taken.add(fragment)
            if sizes[core] <= self._settings.fragment_max:
                taken.add(core)
            name = renamed.get(core, core)
            self._join(*sorted((fragment, name)))
            renamed[core] = min(fragment, name)
            fragments += 1
        self._name()
        return fragments > 0

    def _likely(self, sizes: Longs) -> Iterator[tuple[int, int]]:
        """Fragments with the cores that likely made them, the likeliest first."""
        source, target, odds = self._odds(sizes)
        odds[born_apart(self._group, self._days, source, target)] = 0.0
        number = len(self._group)
        one, other = (self._group[each] for each in self._apart)
        odds[np.isin(source * number + target, one * number + other)] = 0.0
        every = np.bincount(source, odds, len(self._group)) + self._settings.new_weight
        likely = odds / every[source]
        dated = np.zeros(len(self._group), bool)
        dated[self._group[self._days >= 0]] = True
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

    def _name(self) -> None:
        """Write down each row's group."""
        for name, rows in self._members.items():
            self._group[rows] = name


def born_apart(group: Longs, days: NDArray[np.int64], source: Longs,
               target: Longs) -> NDArray[np.bool_]:
    """Which of these pairs of groups are two people as several rows of each say that they were
    born on different days: one slip explains a row, not two alike. `group` and `days` are each
    row's."""
    known = np.flatnonzero(days >= 0)
    keys, counts = np.unique((group[known] << _DAY_BITS) | days[known], return_counts=True)
    keys, counts = keys[counts > 1], counts[counts > 1]
    keys = keys[np.lexsort((keys, counts))]  # the day that most say is written last
    day = np.full(len(group), -1, np.int64)
    day[keys >> _DAY_BITS] = keys & ((1 << _DAY_BITS) - 1)
    apart: NDArray[np.bool_] = (
        (day[source] >= 0) & (day[target] >= 0) & (day[source] != day[target]))
    return apart
