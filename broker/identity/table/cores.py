"""Cores of people by average linkage, many joins at once.

Two groups that are each other's best join whatever becomes of the rest: the average with what
they become lies between the averages with the two, so that nothing comes to fit either better
than they fit each other (Murtagh 1983, reciprocal nearest neighbours). So all such pairs of a
round join at once, and the people are those of one join after the other, but for ties.
"""
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.blocking import Longs

_MIX = 0x9E3779B97F4A7C15  # an odd number without pattern, so that ties do not wait in one row


Apart = Callable[[Longs, Longs, Longs], NDArray[np.bool_]]
"""Of the group of each row, and pairs of groups: which of the pairs are two people."""


def cores_of(size: int, one: Longs, other: Longs, weights: NDArray[np.float64],
             join_bits: float, absent_bits: float, two_people: Apart | None = None) -> Longs:
    """The group of each of `size` rows, named by its first, from pairs of rows (the lesser first)
    with their weights in bits, -inf for what never joins. Groups join while they weigh
    `join_bits` or more on average, unless what they say together makes them `two_people`; a pair
    that is not there counts `absent_bits`."""
    group, sizes = np.arange(size), np.ones(size, np.int64)
    total, pairs = weights.astype(np.float64), np.ones(len(one))
    while True:
        every = sizes[one] * sizes[other]
        average = (total + (every - pairs) * absent_bits) / every
        joined = _best_of_both(size, one, other, average, np.flatnonzero(average >= join_bits))
        if not len(joined):
            return group
        if two_people is not None:
            apart = two_people(group, one[joined], other[joined])
            total[joined[apart]] = -np.inf
            joined = joined[~apart]
        name = np.arange(size)
        name[other[joined]] = one[joined]
        np.add.at(sizes, one[joined], sizes[other[joined]])
        group = name[group]
        one, other, total, pairs = _between(size, name[one], name[other], total, pairs)


def _best_of_both(size: int, one: Longs, other: Longs, average: NDArray[np.float64],
                  able: Longs) -> Longs:
    """Which of the `able` pairs are the best of both their groups."""
    mixed = (one[able].astype(np.uint64) * np.uint64(size) + other[able].astype(np.uint64)
             ) * np.uint64(_MIX)
    order = able[np.lexsort((mixed, -average[able]))]
    best = np.full(size, len(order))
    rank = np.arange(len(order))
    for side in (one[order], other[order]):
        np.minimum.at(best, side, rank)
    found: Longs = order[(best[one[order]] == rank) & (best[other[order]] == rank)]
    return found


def _between(size: int, one: Longs, other: Longs, total: NDArray[np.float64],
             pairs: NDArray[np.float64],
             ) -> tuple[Longs, Longs, NDArray[np.float64], NDArray[np.float64]]:
    """What lies between two groups, each pair of groups once."""
    apart = one != other
    one, other, total, pairs = (each[apart] for each in (one, other, total, pairs))
    keys, place = np.unique(np.minimum(one, other) * size + np.maximum(one, other),
                            return_inverse=True)
    number = len(keys)
    return (keys // size, keys % size, np.bincount(place, total, number).astype(np.float64),
            np.bincount(place, pairs, number).astype(np.float64))
