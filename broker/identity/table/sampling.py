"""Pairs of rows that a model is estimated on: drawn at random, or an even part of the blocked."""
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.blocking import Block, Longs, pairs_in
from broker.identity.table.levels import Births, Comparison, Levels
from broker.identity.table.people import People

_RANDOM_PAIRS, _RANDOM_PAIRS_PER_ROW = 2_000_000, 100
_SEED = 20_261
_CODE_MAX = 1 << 62


class Sample:
    """Pairs, the level of each comparison on them, and what their birth dates rule out."""

    def __init__(self, one: Longs, other: Longs, comparisons: Sequence[Comparison],
                 people: People):
        self.one, self.other = one, other
        self.levels = [each(one, other) for each in comparisons]
        mine, others = people.births[one], people.births[other]
        self.far = Births.far(mine, others)
        self.apart = Births.apart(mine, others)


def random_pairs(size: int) -> tuple[Longs, Longs]:
    """Pairs drawn at random; of a small file all."""
    number = min(_RANDOM_PAIRS, _RANDOM_PAIRS_PER_ROW * size)
    if size * (size - 1) // 2 <= number:
        every = np.triu_indices(size, 1)
        return every[0].astype(np.int64), every[1].astype(np.int64)
    drawn = np.random.default_rng(_SEED)
    one, other = drawn.integers(0, size, (2, number))
    apart = one != other
    return np.minimum(one, other)[apart], np.maximum(one, other)[apart]


def sampled(
    blocks: Sequence[Block], size: int, pairs_max: int,
) -> tuple[Longs, Longs, float]:
    """Blocked pairs, of many an even part, and of how many pairs each stands for one."""
    total, step = 0, 1
    kept: list[tuple[Longs, Longs]] = []
    for one, other in pairs_in(blocks, size):
        total += len(one)
        kept.append((one[::step], other[::step]))
        while sum(len(each) for each, _ in kept) > pairs_max:
            step *= 2
            kept = [(one[::2], other[::2]) for one, other in kept]
    empty = np.zeros(0, np.int64)
    one = np.concatenate([empty, *(each for each, _ in kept)])
    other = np.concatenate([empty, *(each for _, each in kept)])
    return one, other, max(1.0, total / max(1, len(one)))


def patterns_of(
    levels: Sequence[Levels], numbers: Sequence[int],
) -> tuple[list[Levels], NDArray[np.int64]]:
    """The combinations of levels that occur, comparison by comparison, and how often each does.
    `numbers` are how many levels each comparison has."""
    code, reach = np.zeros(len(levels[0]), np.int64), 1
    for level, number in zip(levels, numbers, strict=True):
        if reach > _CODE_MAX // number:
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
            reach = int(code.max(initial=0)) + 1
        code, reach = code * number + level, reach * number
    _, first, counts = np.unique(code, return_index=True, return_counts=True)
    return [level[first] for level in levels], counts
