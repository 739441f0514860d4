"""What each level of agreement is worth in this file, estimated from the file itself.

u, how often rows of two people agree so far, is counted on pairs drawn at random in which another
field rules out one person; agreement so rare that hardly any drawn pair has it is counted on the
blocked pairs. m, how often rows of one person do, comes from expectation maximisation with u
fixed, on pairs that agree exactly in one field, for the other fields; sessions on several fields
are averaged by the matches they hold (Fellegi and Sunter 1969; Winkler 1988).

Kin are the third kind of pair, beside one person's rows and strangers': brothers and sisters
share a family name, an address and a telephone, which between strangers would be a wonder. How
often they agree is estimated on pairs whose birth dates say that they are two people, from what
matches with a wrong date and strangers cannot account for.
"""
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.blocking import Block, Longs, pairs_in
from broker.identity.table.levels import (
    DIFFERENT,
    MISSING,
    Births,
    Comparison,
    Exact,
    Floats,
    Levels,
    Names,
    Postcodes,
    Together,
)
from broker.identity.table.people import People

_SESSION_PAIRS = 1_000_000
_RANDOM_PAIRS, _RANDOM_PAIRS_PER_ROW = 2_000_000, 100
_SAMPLE_PAIRS = 12_000_000
_SEED = 20_261
_KIN_PAIRS_MIN = 50.0
# Of kin, how many are born years apart, and how many on one day: about one birth in seventy is of
# twins (Office for National Statistics, births in England and Wales).
_APART_KIN, _TWINS, _SAME_DATE = 0.9, 0.015, 2
_ROUNDS = 40
_SEEN_ENOUGH = 30
_LEAN = 3.0
# How many matches, and pairs of two people, what is usual counts for.
_USUAL_MATCHES, _USUAL_PAIRS = 20.0, 20_000.0
_RULED_OUT_MIN = 10_000
_SESSION_MATCHES_MIN = 20
_SESSION_SHARE_MIN = 0.2
_CLIP_BITS = 14.0
# Of a kind of key, what the pairs that share it agree in.
_SURE_SESSIONS = ("whole name", "birth date")
_SESSIONS = {"whole name": "name", "birth date": "birth date", "postcode": "postcode"}


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
        if not self.kin_prior:
            return match
        kin = np.full(len(match), np.log2(self.kin_prior), np.float32)
        for sheet, level in zip(self.sheets, levels, strict=True):
            kin += sheet.kin_weights.astype(np.float32)[level]
        against: NDArray[np.float32] = match - np.logaddexp2(np.float32(0.0), kin)
        return against


Scored = tuple[Longs, Longs, NDArray[np.float32]]
"""Pairs of rows, the lesser first, and their weights with the prior."""


def fit(
    people: People, comparisons: Sequence[Comparison], blocks: Sequence[Block],
) -> tuple[Fitted, Scored | None]:
    """The model of this file, and where all blocked pairs were looked at for it, their weights.
    The same file in the same order gives the same model."""
    fitting = _Fit(people, comparisons, blocks)
    model = fitting.fitted()
    return model, fitting.scored(model)


class _Sample:
    """Pairs, and the level of each comparison on them."""

    def __init__(self, one: Longs, other: Longs, comparisons: Sequence[Comparison],
                 people: People):
        self.one, self.other = one, other
        self.levels = [each(one, other) for each in comparisons]
        mine, others = people.births[one], people.births[other]
        self.far = Births.far(mine, others)
        self.apart = Births.apart(mine, others)


class _Fit:
    """One estimation."""

    def __init__(self, people: People, comparisons: Sequence[Comparison],
                 blocks: Sequence[Block]):
        self._people = people
        self._blocks = blocks
        self._column_names = {each.name for each in people.others}
        self._all_pairs = people.size * (people.size - 1) / 2
        self._random = _Sample(*_random_pairs(people.size), comparisons, people)
        one, other, self._scale = _sampled(blocks, people.size)
        self._blocked = _Sample(one, other, comparisons, people)
        self._comparisons = list(comparisons)
        self._far_total = float(self._random.far.sum() / max(len(self._random.far), 1)
                                * self._all_pairs)

    def fitted(self) -> Fitted:
        """Estimate u, then m, then how many matches there are."""
        self._put_together()
        u = [self._chance(index) for index in range(len(self._comparisons))]
        counts = self._agreement(u)
        sheets = []
        for index, (comparison, own_u, count) in enumerate(
                zip(self._comparisons, u, counts, strict=True)):
            m = _shared_out(comparison, count + _USUAL_MATCHES * comparison.usual_m)
            met = np.bincount(self._blocked.levels[index], minlength=len(count)) > 0
            sheets.append(Sheet(comparison, m, own_u, own_u, _weights(comparison, m, own_u, met),
                                np.zeros(len(m))))
        return self._among_kin(self._with_prior(Fitted(tuple(sheets), 1 / self._people.size)))

    def scored(self, model: Fitted) -> Scored | None:
        """The weights of all blocked pairs, unless only a part was looked at."""
        if self._scale > 1:
            return None
        bits = model.bits_of(self._blocked.levels)
        return self._blocked.one, self._blocked.other, bits

    def _nothing_shared(self, sample: _Sample) -> NDArray[np.bool_]:
        """Pairs whose names have no word in common."""
        for comparison, level in zip(self._comparisons, sample.levels, strict=True):
            if isinstance(comparison, Names):
                nothing: NDArray[np.bool_] = (
                    (level != MISSING) & ((level - 1) % comparison.grades == 0))
                return nothing
        return np.zeros(len(sample.one), bool)

    def _ruled_out(self, sample: _Sample, comparison: Comparison) -> NDArray[np.bool_]:
        """Pairs that another field says are two people; all pairs where no field can."""
        if isinstance(comparison, Names):
            out = sample.far
        elif isinstance(comparison, Births):
            out = self._nothing_shared(sample)
        else:
            out = sample.far & self._nothing_shared(sample)
            if out.sum() < _RULED_OUT_MIN:
                out = sample.far | self._nothing_shared(sample)
        return out if out.sum() >= _RULED_OUT_MIN else np.ones(len(sample.one), bool)

    def _put_together(self) -> None:
        """Make one comparison of the two that lean most on each other among other people."""
        leaning = self._leaning([index for index, each in enumerate(self._comparisons)
                                 if isinstance(each, Postcodes | Exact)])
        if leaning is None:
            return
        one, other = leaning
        joint: Comparison = Together([self._comparisons[one], self._comparisons[other]])
        width = len(self._comparisons[other].labels)
        for sample in (self._random, self._blocked):
            both_levels = sample.levels[one] * width + sample.levels[other]
            del sample.levels[other]
            sample.levels[one] = both_levels.astype(np.int16)
        self._comparisons[one] = joint
        del self._comparisons[other]

    def _leaning(self, places: Sequence[int]) -> tuple[int, int] | None:
        """The two comparisons that agree together far more often than each by itself."""
        if not places:
            return None
        out = self._ruled_out(self._random, self._comparisons[places[0]])
        levels = {place: self._random.levels[place][out] for place in places}
        agree = {place: level > DIFFERENT + 1 for place, level in levels.items()}
        known = {place: level != MISSING for place, level in levels.items()}
        found: list[tuple[float, int, int]] = []
        for one, other in combinations(places, 2):
            both = int((agree[one] & agree[other]).sum())
            if both < _SEEN_ENOUGH:
                continue
            said = int((known[one] & known[other]).sum())
            expected = (agree[one] & known[other]).sum() * (agree[other] & known[one]).sum() / said
            if both >= _LEAN * expected:
                found.append((both / float(expected), one, other))
        return max(found)[1:] if found else None

    def _chance(self, index: int) -> Floats:
        comparison = self._comparisons[index]
        number = len(comparison.labels)
        out = self._ruled_out(self._random, comparison)
        seen = np.bincount(self._random.levels[index][out], minlength=number)
        chance = (seen + _USUAL_PAIRS * comparison.usual_u) / (seen.sum() + _USUAL_PAIRS)
        if isinstance(comparison, Names) and self._far_total:
            far = self._blocked.far
            counted = np.bincount(self._blocked.levels[index][far], minlength=number)
            rare = (seen < _SEEN_ENOUGH) & (counted > 0)
            chance[rare] = (counted[rare] * self._scale + _USUAL_PAIRS * comparison.usual_u[rare]
                            ) / (self._far_total + _USUAL_PAIRS)
        return _shared_out(comparison, chance)

    def _agreement(self, u: Sequence[Floats]) -> list[Floats]:
        """How often the levels of each comparison are expected among the matches."""
        totals = [np.zeros(len(each)) for each in u]
        # Columns last: one that many people share holds too few matches to find them in.
        sessions = sorted((each for each in self._blocks if each.kind in _SESSIONS),
                          key=lambda each: each.kind not in _SURE_SESSIONS)
        columns = [each for each in self._blocks if each.kind in self._column_names]
        most, held = 0.0, list[str]()
        for block in (*sessions, *columns):
            one, other, scale = _sampled([block], self._people.size, _SESSION_PAIRS)
            others = [index for index, each in enumerate(self._comparisons)
                      if _SESSIONS.get(block.kind, block.kind) not in each.name.split(" and ")]
            if len(held) == len(_SURE_SESSIONS) and block.kind not in _SURE_SESSIONS:
                break  # what is shared by a household would make kin one person
            crowded = len(one) * scale * _SESSION_SHARE_MIN > (most or self._people.size)
            if not others or (crowded and block.kind not in _SESSIONS):
                continue
            own = [self._comparisons[index] for index in others]
            counts, matches = _expected([each(one, other) for each in own],
                                        [u[index] for index in others], own)
            if matches < max(_SESSION_MATCHES_MIN, _SESSION_SHARE_MIN * len(one)):
                continue
            most = max(most, matches * scale)
            held += [block.kind] if block.kind in _SURE_SESSIONS else []
            for index, count in zip(others, counts, strict=True):
                totals[index] += count * scale
        return totals

    def _with_prior(self, model: Fitted) -> Fitted:
        """With the share of all pairs that are matches, to the fixed point."""
        bits = model.bits_of(self._blocked.levels).astype(np.float64) - model.prior_bits
        prior = model.prior
        for _ in range(_ROUNDS):
            odds = prior / (1 - prior)
            sure = 1 / (1 + 1 / (odds * np.exp2(np.minimum(bits, 60.0))))
            matches = float(sure.sum()) * self._scale
            prior = min(max(matches, 1.0) / self._all_pairs, 0.5)
        return replace(model, prior=prior)

    def _among_kin(self, model: Fitted) -> Fitted:
        """With what kin have in common."""
        places = [index for index, sheet in enumerate(model.sheets)
                  if not isinstance(sheet.comparison, Births)]
        if len(places) == len(model.sheets) or not self._blocked.apart.any():
            return model
        sheets = [model.sheets[index] for index in places]
        inside = self._blocked.apart
        code = np.zeros(int(inside.sum()), np.int64)
        for index, sheet in zip(places, sheets, strict=True):
            code = code * len(sheet.m) + self._blocked.levels[index][inside]
        _, first, counts = np.unique(code, return_index=True, return_counts=True)
        levels = [self._blocked.levels[index][inside][first] for index in places]
        births = next(sheet for sheet in model.sheets if isinstance(sheet.comparison, Births))
        pairs = self._all_pairs / self._scale
        match = pairs * model.prior * _apart(births.m) * _product([s.m for s in sheets], levels)
        strangers = pairs * _apart(births.u) * _product([s.u for s in sheets], levels)
        kin, shares = _kin(counts, match + strangers, levels, sheets)
        if kin < _KIN_PAIRS_MIN:
            return model
        found = []
        for sheet in model.sheets:
            own = births.u * (1 - _TWINS) + _TWINS * (np.arange(len(births.u)) == _SAME_DATE)
            if sheet is not births:
                own = shares[next(at for at, each in enumerate(sheets) if each is sheet)]
            own = _shared_out(sheet.comparison, own)
            found.append(replace(sheet, kin=own, kin_weights=_weights(
                sheet.comparison, own, sheet.u, sheet.weights != 0, rising=False)))
        return self._with_prior(replace(
            model, sheets=tuple(found), kin_prior=kin / pairs / _APART_KIN))


def _apart(births: Floats) -> float:
    """The share of pairs whose birth dates are years apart."""
    return float(births[DIFFERENT] + births[-1])


def _product(shares: Sequence[Floats], levels: Sequence[Levels]) -> Floats:
    return np.exp(sum((np.log(own)[level] for own, level in zip(shares, levels, strict=True)),
                      np.zeros(len(levels[0]))))


def _kin(counts: NDArray[np.int64], others: Floats, levels: Sequence[Levels],
         sheets: Sequence[Sheet]) -> tuple[float, list[Floats]]:
    """How many of these pairs are kin, and how often those come to each level; `others` is how
    many pairs of each pattern are expected that are not."""
    sure = np.maximum(counts - others, 0)
    total, shares = 0.0, [sheet.u for sheet in sheets]
    for _ in range(_ROUNDS):
        total = float(sure.sum())
        if total < _KIN_PAIRS_MIN:
            break
        shares = [_shared_out(sheet.comparison, np.bincount(level, sure, len(sheet.u))
                              + _USUAL_MATCHES * sheet.u)
                  for level, sheet in zip(levels, sheets, strict=True)]
        expected = total * _product(shares, levels)
        sure = counts * expected / np.maximum(expected + others, 1e-12)
    return total, shares


def _expected(levels: Sequence[Levels], u: Sequence[Floats],
              comparisons: Sequence[Comparison]) -> tuple[list[Floats], float]:
    """Expected counts of each level among the matches of these pairs, and how many there are."""
    if not len(levels[0]):
        return [np.zeros(len(each)) for each in u], 0.0
    code = np.zeros(len(levels[0]), np.int64)
    for level, own in zip(levels, u, strict=True):
        code = code * len(own) + level
    _, first, counts = np.unique(code, return_index=True, return_counts=True)
    patterns = [level[first] for level in levels]
    m = [_shared_out(comparison, np.bincount(pattern, counts, len(own))
                     + _USUAL_MATCHES * comparison.usual_m)
         for pattern, own, comparison in zip(patterns, u, comparisons, strict=True)]
    share = 0.5
    expected: list[Floats] = []
    for _ in range(_ROUNDS):
        odds = np.full(len(counts), np.log(share / (1 - share)))
        for pattern, own_m, own_u in zip(patterns, m, u, strict=True):
            odds += np.log(own_m / own_u)[pattern]
        sure = counts / (1 + np.exp(-np.clip(odds, -60, 60)))
        share = float(min(max(sure.sum() / counts.sum(), 1e-6), 1 - 1e-6))
        expected = [np.bincount(pattern, sure, len(own)).astype(np.float64)
                    for pattern, own in zip(patterns, u, strict=True)]
        m = [_shared_out(comparison, each + _USUAL_MATCHES * comparison.usual_m)
             for each, comparison in zip(expected, comparisons, strict=True)]
    return expected, share * float(counts.sum())


def _shared_out(comparison: Comparison, counts: Floats) -> Floats:
    """Counts as shares of what is said on both sides: a level is compared with those that have
    the same parts missing."""
    missing = np.array([label.count("missing") and _missing_parts(label)
                        for label in comparison.labels], dtype=object)
    shares = counts.astype(np.float64)
    for pattern in set(missing):
        same = missing == pattern
        shares[same] = shares[same] / shares[same].sum()
    return shares


def _missing_parts(label: str) -> str:
    """Which parts of a label are missing, by their place."""
    return "".join("-" if "missing" in part else "x" for part in label.split(", "))


def _weights(comparison: Comparison, m: Floats, u: Floats, met: NDArray[np.bool_], *,
             rising: bool = True) -> Floats:
    """Bits of each level; one that no pair was met in tells nothing."""
    weights = np.where(met, np.clip(np.log2(m / u), -_CLIP_BITS, 2 * _CLIP_BITS), 0.0)
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


def _random_pairs(size: int) -> tuple[Longs, Longs]:
    """Pairs drawn at random; of a small file all."""
    number = min(_RANDOM_PAIRS, _RANDOM_PAIRS_PER_ROW * size)
    if size * (size - 1) // 2 <= number:
        every = np.triu_indices(size, 1)
        return every[0].astype(np.int64), every[1].astype(np.int64)
    drawn = np.random.default_rng(_SEED)
    one, other = drawn.integers(0, size, (2, number))
    apart = one != other
    return np.minimum(one, other)[apart], np.maximum(one, other)[apart]


def _sampled(
    blocks: Sequence[Block], size: int, pairs_max: int = _SAMPLE_PAIRS,
) -> tuple[Longs, Longs, float]:
    """Blocked pairs, of a large file an even part, and of how many pairs each stands for one."""
    slices = list(pairs_in(blocks, size))
    total = sum(len(one) for one, _ in slices)
    step = max(1, -(-total // pairs_max))
    one = np.concatenate([one[::step] for one, _ in slices] or [np.zeros(0, np.int64)])
    other = np.concatenate([other[::step] for _, other in slices] or [np.zeros(0, np.int64)])
    return one, other, total / max(1, len(one))
