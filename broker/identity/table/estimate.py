"""What each level of agreement is worth in this file, estimated from the file itself.

u, how often rows of two people agree so far, is counted on pairs drawn at random in which another
field rules out one person; agreement so rare that hardly any drawn pair has it is counted on the
blocked pairs. m, how often rows of one person do, comes from expectation maximisation with u
fixed, on pairs that agree exactly in one field, for the other fields; sessions on several fields
are averaged by the matches they hold (Fellegi and Sunter 1969; Winkler 1988).
"""
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.blocking import Block, Longs
from broker.identity.table.fitted import Fitted, Scored, Sheet, shared_out, weights_of
from broker.identity.table.kin import ROWS_TO_COUNT, with_kin
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
)
from broker.identity.table.people import People
from broker.identity.table.sampling import Sample, patterns_of, random_pairs, sampled
from broker.identity.table.together import Together

_SESSION_PAIRS = 1_000_000
_SAMPLE_PAIRS = 12_000_000
_ROUNDS = 40
_SEEN_ENOUGH = 30
_LEAN = 3.0
_STEPS_A_BIT = 1024  # weights are counted in steps so fine that a prior is the same to four digits
# How many matches, and pairs of two people, what is usual counts for.
_USUAL_MATCHES, _USUAL_PAIRS, _USUAL_PAIRS_COMMON, _COMMON = 20.0, 20_000.0, 200.0, 0.005
_PAIRS_ELSEWHERE = 2_000.0  # of which one is a match: so that two rows are not one by assumption
_RULED_OUT_MIN = 10_000
_SHARED_BY_ALL = 0.25  # of a small file's pairs of two people: it tells nothing, whatever is usual
_SESSION_MATCHES_MIN = 20
_SESSION_SHARE_MIN = 0.2
# Of a kind of key, what the pairs that share it agree in.
_SURE_SESSIONS = ("whole name", "birth date")
_SESSIONS = {"whole name": "name", "birth date": "birth date", "postcode": "postcode"}


def fit(
    people: People, comparisons: Sequence[Comparison], blocks: Sequence[Block],
) -> tuple[Fitted, Scored | None]:
    """The model of this file, and where all blocked pairs were looked at for it, their weights.
    The same file in the same order gives the same model."""
    fitting = _Fit(people, comparisons, blocks)
    model = fitting.fitted()
    return model, fitting.scored(model)


class _Fit:
    """One estimation."""

    def __init__(self, people: People, comparisons: Sequence[Comparison],
                 blocks: Sequence[Block]):
        self._people = people
        self._few = people.size < ROWS_TO_COUNT
        self._blocks = blocks
        self._column_names = {each.name for each in people.others}
        self._all_pairs = people.size * (people.size - 1) / 2
        self._random = Sample(*random_pairs(people.size), comparisons, people)
        one, other, self._scale = sampled(blocks, people.size, _SAMPLE_PAIRS)
        self._blocked = Sample(one, other, comparisons, people)
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
            m = shared_out(comparison, count + _USUAL_MATCHES * comparison.usual_m)
            met = np.bincount(self._blocked.levels[index], minlength=len(count)) > 0
            sheets.append(Sheet(comparison, m, own_u, own_u, weights_of(comparison, m, own_u, met),
                                np.zeros(len(m))))
        model = self._with_prior(Fitted(tuple(sheets), 1 / self._people.size))
        apart = self._blocked.apart
        return self._with_prior(with_kin(
            model, [level[apart] for level in self._blocked.levels],
            self._all_pairs / self._scale, self._people.size))

    def scored(self, model: Fitted) -> Scored | None:
        """The weights of all blocked pairs, unless only a part was looked at."""
        if self._scale > 1:
            return None
        bits = model.bits_of(self._blocked.levels)
        return self._blocked.one, self._blocked.other, bits

    def _nothing_shared(self, sample: Sample) -> NDArray[np.bool_]:
        """Pairs whose names have no word in common."""
        for comparison, level in zip(self._comparisons, sample.levels, strict=True):
            if isinstance(comparison, Names):
                nothing: NDArray[np.bool_] = (
                    (level != MISSING) & ((level - 1) % comparison.grades == 0))
                return nothing
        return np.zeros(len(sample.one), bool)

    def _ruled_out(self, sample: Sample, comparison: Comparison) -> NDArray[np.bool_]:
        """Pairs that another field says are two people; all pairs where no field can."""
        out = self._surely_two(sample, comparison)
        return out if out.sum() >= _RULED_OUT_MIN else np.ones(len(sample.one), bool)

    def _surely_two(self, sample: Sample, comparison: Comparison) -> NDArray[np.bool_]:
        """The same, however few."""
        if isinstance(comparison, Names):
            return sample.far
        if isinstance(comparison, Births):
            return self._nothing_shared(sample)
        out = sample.far & self._nothing_shared(sample)
        return out if out.sum() >= _RULED_OUT_MIN else sample.far | self._nothing_shared(sample)

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
        # What is common is soon seen; what is rare takes many pairs.
        usual = np.where(comparison.usual_u > _COMMON, _USUAL_PAIRS_COMMON, _USUAL_PAIRS)
        chance = (seen + usual * comparison.usual_u) / (seen.sum() + usual)
        if self._few:
            two = self._surely_two(self._random, comparison)
            counted = np.bincount(self._random.levels[index][two], minlength=number)
            share = counted / max(counted.sum(), 1)
            shared = (counted >= _SEEN_ENOUGH) & (share >= _SHARED_BY_ALL)
            chance[shared] = np.maximum(chance, share)[shared]
        elif isinstance(comparison, Names) and self._far_total:
            far = self._blocked.far
            counted = np.bincount(self._blocked.levels[index][far], minlength=number)
            rare = (seen < _SEEN_ENOUGH) & (counted > 0)
            chance[rare] = (counted[rare] * self._scale + _USUAL_PAIRS * comparison.usual_u[rare]
                            ) / (self._far_total + _USUAL_PAIRS)
        return shared_out(comparison, chance)

    def _agreement(self, u: Sequence[Floats]) -> list[Floats]:
        """How often the levels of each comparison are expected among the matches."""
        totals = [np.zeros(len(each)) for each in u]
        # Columns last: one that many people share holds too few matches to find them in.
        sessions = sorted((each for each in self._blocks if each.kind in _SESSIONS),
                          key=lambda each: each.kind not in _SURE_SESSIONS)
        columns = [each for each in self._blocks if each.kind in self._column_names]
        dated = bool(self._people.births[:, 0].any())
        most = 0.0
        for block in (*sessions, *columns):
            one, other, scale = self._session(block)
            others = [index for index, each in enumerate(self._comparisons)
                      if _SESSIONS.get(block.kind, block.kind) not in each.name.split(" and ")]
            if dated and block.kind not in _SURE_SESSIONS:
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
            for index, count in zip(others, counts, strict=True):
                totals[index] += count * scale
        return totals

    def _session(self, block: Block) -> tuple[Longs, Longs, float]:
        """The pairs of a block to find matches among, and of how many each stands for one. Of a
        small file those are left out that kin may be too: a few twins or a father and son of one
        name would teach that one person has two given names, or is born twice."""
        one, other, scale = sampled([block], self._people.size, _SESSION_PAIRS)
        if self._few:
            telling = np.ones(len(one), bool)
            for each in self._comparisons:
                if isinstance(each, Names | Births):
                    telling &= ~each.of_kin[each(one, other)]
            one, other = one[telling], other[telling]
        return one, other, scale

    def _with_prior(self, model: Fitted) -> Fitted:
        """With the share of all pairs that are matches, to the fixed point."""
        bits = model.bits_of(self._blocked.levels).astype(np.float64) - model.prior_bits
        weights, counts = np.unique(np.round(bits * _STEPS_A_BIT), return_counts=True)
        ratio = np.exp2(np.minimum(weights / _STEPS_A_BIT, 60.0))
        prior = model.prior
        for _ in range(_ROUNDS):
            odds = prior / (1 - prior)
            matches = float((counts / (1 + 1 / (odds * ratio))).sum()) * self._scale
            prior = min((matches + 1.0) / (self._all_pairs + _PAIRS_ELSEWHERE), 0.5)
        return replace(model, prior=prior)


def _expected(levels: Sequence[Levels], u: Sequence[Floats],
              comparisons: Sequence[Comparison]) -> tuple[list[Floats], float]:
    """Expected counts of each level among the matches of these pairs, and how many there are."""
    if not len(levels[0]):
        return [np.zeros(len(each)) for each in u], 0.0
    patterns, counts = patterns_of(levels, [len(own) for own in u])
    m = [shared_out(comparison, np.bincount(pattern, counts, len(own))
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
        m = [shared_out(comparison, each + _USUAL_MATCHES * comparison.usual_m)
             for each, comparison in zip(expected, comparisons, strict=True)]
    return expected, share * float(counts.sum())
