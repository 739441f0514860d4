"""The model of a file: what each level of each comparison is worth, and how a pair is weighed."""
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.blocking import Longs
from broker.identity.table.levels import Bools, Comparison, Floats, Levels, Names

Bits = NDArray[np.float32]

_CLIP_BITS = 14.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One comparison with its estimates for each of its levels: m, u, how often kin agree so far,
    and the weights in bits of a match against strangers and of kin against strangers."""

    comparison: Comparison
    m: Floats
    u: Floats
    kin: Floats
    weights: Floats
    kin_weights: Floats


@dataclass(frozen=True, slots=True)
class Fitted:
    """The model of a file: its sheets, and the chances that a pair drawn at random is a match, and
    that it is kin."""

    sheets: tuple[Sheet, ...]
    prior: float
    kin_prior: float = 0.0

    @property
    def prior_bits(self) -> float:
        """The weight before any evidence."""
        return float(np.log2(self.prior / (1 - self.prior)))

    def bits(self, one: Longs, other: Longs) -> NDArray[np.float32]:
        """The weight of each pair."""
        return self.bits_of([sheet.comparison(one, other) for sheet in self.sheets])

    def bits_of(self, levels: Sequence[Levels]) -> NDArray[np.float32]:
        """The same from the levels of each sheet's comparison."""
        match = np.full(len(levels[0]), self.prior_bits, np.float32)
        for sheet, level in zip(self.sheets, levels, strict=True):
            match += sheet.weights.astype(np.float32)[level]
        return match - self._kin_bits(levels) if self.kin_prior else match

    def kin_bits(self, one: Longs, other: Longs) -> NDArray[np.float32]:
        """What is taken off the weight of each pair as kin may have as much in common."""
        if not self.kin_prior:
            return np.zeros(len(one), np.float32)
        return self._kin_bits([sheet.comparison(one, other) for sheet in self.sheets])

    def _kin_bits(self, levels: Sequence[Levels]) -> NDArray[np.float32]:
        kin = np.full(len(levels[0]), np.log2(self.kin_prior), np.float32)
        for sheet, level in zip(self.sheets, levels, strict=True):
            kin += sheet.kin_weights.astype(np.float32)[level]
        taken_off: NDArray[np.float32] = np.logaddexp2(np.float32(0.0), kin)
        return taken_off


Scored = tuple[Longs, Longs, NDArray[np.float32]]
"""Pairs of rows, the lesser first, and their weights with the prior."""


def shared_out(comparison: Comparison, counts: Floats) -> Floats:
    """Counts as shares of what is said on both sides: a level is compared with those that have
    the same parts missing."""
    shares = counts.astype(np.float64)
    for pattern in np.unique(comparison.silent):
        same = comparison.silent == pattern
        shares[same] = shares[same] / shares[same].sum()
    return shares


def weights_of(
    comparison: Comparison, m: Floats, u: Floats, met: Bools, *, rising: bool = True,
) -> Floats:
    """Bits of each level; one that no pair was met in tells what it usually does."""
    usual = shared_out(comparison, comparison.usual_m) / shared_out(comparison, comparison.usual_u)
    weights = np.clip(np.log2(np.where(met, m / u, usual)), -_CLIP_BITS, 2 * _CLIP_BITS)
    if rising and isinstance(comparison, Names):
        for start in range(1, len(weights), comparison.grades):
            own = slice(start, start + comparison.grades)
            weights[own] = _rising(weights[own], np.where(met[own], m[own] + 1e-6, 1e-9))
    return weights


def _rising(values: Floats, importance: Floats) -> Floats:
    """The nearest values that never fall (pool adjacent violators)."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), importance.tolist(), strict=True):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, weight1, many), (two, weight2, more) = pools[-2:]
            pools[-2:] = [((one * weight1 + two * weight2) / (weight1 + weight2),
                           weight1 + weight2, many + more)]
    return np.array([value for value, _, many in pools for _ in range(many)])
