"""How surely each row belongs to its person, and where a person should look.

A row is weighed against each group of rows as the cores are: the average weight of its pairs with
the group's rows, those that were never compared counted as disagreeing, times how many rows there
are, which is the group's prior. Its probability is the share of its own group, without itself, in
the odds of all groups and of being somebody else; of a row that is alone, the share of being
somebody else. Two groups that were left apart are weighed in the same way, the smaller as a whole.
"""
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from broker.identity.table.blocking import Longs
from broker.identity.table.entities import HIGHEST_BITS, Settings, born_apart
from broker.identity.table.fitted import Fitted, Scored
from broker.identity.table.holds import NOTES, NOTHING
from broker.identity.table.kin import ROWS_TO_COUNT
from broker.identity.table.levels import MISSING, Births, Bools, Floats, Levels

_NOTED_BITS, _NOTED_SHARE = 1.0, 0.2  # what is worth telling a person
_Said = list[tuple[float, str]]

KIN = "kin may have as much in common"
OTHER_ROWS = "other rows agree less"
RIVALS = "another person fits too"
FEW_ROWS = "too few rows to learn from how often a birth date is wrong"


class Bounds(NamedTuple):
    """What a person should look at: of two people left apart, what is one person with this
    probability at least; of one person's rows, what is with less than `threshold`, and in a file
    of few rows what is joined though the birth dates differ; what is held for a person to judge;
    no more than `most` of all."""

    least: float
    threshold: float
    most: int


class Doubtful(NamedTuple):
    """Two rows to look at, the strongest pair of what is in doubt: the probability that they are
    one person, whether they were joined, and what speaks for and against it, in words."""

    one: int
    other: int
    probability: float
    joined: bool
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubts:
    """Each row's probability of belonging to its person; what to look at, the likeliest mistakes
    first; and how many more there are."""

    probabilities: Floats
    doubtful: tuple[Doubtful, ...] = ()
    left_out: int = 0

    def of_rows(self, order: Sequence[int]) -> "Doubts":
        """The same where the row at each place is called as `order` has it."""
        probabilities = np.empty_like(self.probabilities)
        probabilities[order] = self.probabilities
        return replace(self, probabilities=probabilities, doubtful=tuple(
            each._replace(one=min(order[each.one], order[each.other]),
                          other=max(order[each.one], order[each.other]))
            for each in self.doubtful))


class _Ties(NamedTuple):
    """Rows or groups, the groups that they may belong to, the average weight between the two, the
    odds, their share in all odds of the row or group, and the place of the strongest pair."""

    source: Longs
    target: Longs
    average: Floats
    odds: Floats
    share: Floats
    strongest: Longs


def doubts_of(group: Longs, born: Longs, scored: Scored, settings: Settings, model: Fitted,
              bounds: Bounds, look: Levels | None = None) -> Doubts:
    """The doubts about the people of a file. `group` and `born` are each row's, `scored` the
    pairs that were compared, `look` which of those a person should look at (`Holds`)."""
    look = np.full(len(scored[0]), NOTHING, np.int16) if look is None else look
    rows = _ties(group, born, scored, settings, whole=False)
    own = group[rows.source] == rows.target
    probabilities = np.bincount(rows.source[own], rows.share[own],
                                len(group)).astype(np.float64)  # of no rows they are whole numbers
    alone = np.bincount(group, minlength=len(group))[group] == 1
    odds = np.bincount(rows.source, rows.odds, len(group))[alone]
    probabilities[alone] = settings.new_weight / (settings.new_weight + odds)
    unlearnt = _unlearnt(rows.strongest, len(group), scored, model)
    joined = _pick(rows, own & ((rows.share < bounds.threshold) | unlearnt
                                | (look[rows.strongest] > NOTHING)))
    apart = _ties(group, born, scored, settings, whole=True)
    apart = _pick(apart, _is_of_smaller(apart, group) & (
        (apart.share >= bounds.least) | ((look[apart.strongest] > NOTHING) & (apart.share > 0))))
    pairs, left_out = _likeliest(joined, apart, bounds.most)
    unlearnt = _unlearnt(pairs.place, len(group), scored, model) & pairs.joined
    return Doubts(probabilities, _in_words(
        pairs, unlearnt, look[pairs.place], scored, settings, model), left_out)


def _ties(group: Longs, born: Longs, scored: Scored, settings: Settings, *, whole: bool) -> _Ties:
    """How each row, or each group as a whole, is tied to the groups: to its own without itself,
    and a group to others only."""
    one, other, bits = scored
    number = len(group)
    owner = group if whole else np.arange(number)
    source, target = (np.concatenate(each) for each in (
        (owner[one], owner[other]), (group[other], group[one])))
    kept = np.flatnonzero(source != target) if whole else np.arange(len(source))
    keys, place = np.unique(source[kept] * number + target[kept], return_inverse=True)
    weights = np.tile(bits.astype(np.float64), 2)[kept]
    total = np.bincount(place, np.clip(weights, settings.absent_bits, HIGHEST_BITS), len(keys))
    order = np.lexsort((kept, -weights, place))
    strongest = kept[order[np.searchsorted(place[order], np.arange(len(keys)))]]
    source, target = keys // number, keys % number
    rows = np.bincount(group, minlength=number)[target] - (group[source] == target)
    every = rows * np.bincount(owner, minlength=number)[source]
    absent = every - np.bincount(place, minlength=len(keys))
    average = (total + absent * settings.absent_bits) / every
    odds = rows * np.exp2(average)
    odds[born_apart(group, born, group[source], target)] = 0.0
    share = odds / (np.bincount(source, odds, number) + settings.new_weight)[source]
    return _Ties(source, target, average, odds, share, strongest % max(len(one), 1))


def _unlearnt(place: Longs, rows: int, scored: Scored, model: Fitted) -> Bools:
    """Which of the pairs at these places have two birth dates that are not one, where the file
    has too few rows to show how often that is so of one person."""
    births = next((each.comparison for each in model.sheets
                   if isinstance(each.comparison, Births)), None)
    if births is None or rows >= ROWS_TO_COUNT:
        return np.zeros(len(place), bool)
    found: Bools = ~np.isin(births(scored[0][place], scored[1][place]), Births.ONE_DATE)
    return found


def _pick(ties: _Ties, chosen: Bools) -> _Ties:
    return _Ties(ties.source[chosen], ties.target[chosen], ties.average[chosen],
                 ties.odds[chosen], ties.share[chosen], ties.strongest[chosen])


def _is_of_smaller(ties: _Ties, group: Longs) -> Bools:
    """Of two groups the smaller may belong to the larger; of two alike, the later to the
    earlier."""
    sizes = np.bincount(group, minlength=len(group))
    source, target = sizes[ties.source], sizes[ties.target]
    smaller: Bools = (source < target) | ((source == target) & (ties.source > ties.target))
    return smaller


class _Pairs(NamedTuple):
    """Pairs in doubt, by their places among the scored, and what is known of their ties."""

    place: Longs
    average: Floats
    odds: Floats
    share: Floats
    joined: Bools


def _likeliest(joined: _Ties, apart: _Ties, most: int) -> tuple[_Pairs, int]:
    """The likeliest mistakes, each pair of rows once, and how many more there are."""
    place = np.concatenate([joined.strongest, apart.strongest])
    average = np.concatenate([joined.average, apart.average])
    odds = np.concatenate([joined.odds, apart.odds])
    share = np.concatenate([joined.share, apart.share])
    together = np.arange(len(place)) < len(joined.strongest)
    order = np.lexsort((place, -np.where(together, 1 - share, share)))
    order = order[np.sort(np.unique(place[order], return_index=True)[1])]
    kept = order[:most]
    pairs = _Pairs(place[kept], average[kept], odds[kept], share[kept], together[kept])
    return pairs, len(order) - len(kept)


def _in_words(pairs: _Pairs, unlearnt: Bools, look: Levels, scored: Scored,
              settings: Settings, model: Fitted) -> tuple[Doubtful, ...]:
    """Each pair in doubt with what speaks for and against it."""
    one, other, bits = scored[0][pairs.place], scored[1][pairs.place], scored[2][pairs.place]
    weaker = pairs.average <= np.minimum(bits, HIGHEST_BITS) - _NOTED_BITS
    rivals = pairs.odds / (pairs.odds + settings.new_weight) - pairs.share >= _NOTED_SHARE
    found = []
    for place, (speaks_for, against) in enumerate(_spoken(model, one, other)):
        notes = [note for note, told in ((OTHER_ROWS, weaker[place]), (RIVALS, rivals[place]),
                                         (FEW_ROWS, unlearnt[place])) if told]
        notes += [NOTES[look[place]]] if look[place] else []
        found.append(Doubtful(
            int(one[place]), int(other[place]), float(pairs.share[place]),
            bool(pairs.joined[place]), _strongest_first(speaks_for),
            (*_strongest_first(against), *notes)))
    return tuple(found)


def _spoken(model: Fitted, one: Longs, other: Longs) -> list[tuple[_Said, _Said]]:
    """What speaks for each pair and what against it, by the bits that it weighs."""
    found: list[tuple[_Said, _Said]] = [([], []) for _ in range(len(one))]
    for sheet in model.sheets:
        weights, comparison = sheet.weights.tolist(), sheet.comparison
        for sides, level in zip(found, comparison(one, other).tolist(), strict=True):
            if level != MISSING:
                bits = weights[level]
                sides[bits <= 0].append(
                    (abs(bits), f"{comparison.name}: {comparison.labels[level]} ({bits:+.1f})"))
    for (_, against), bits in zip(found, model.kin_bits(one, other).tolist(), strict=True):
        if bits >= _NOTED_BITS:
            against.append((bits, f"{KIN} ({-bits:+.1f})"))
    return found


def _strongest_first(said: _Said) -> tuple[str, ...]:
    return tuple(words for _, words in sorted(said, key=lambda each: -each[0]))
