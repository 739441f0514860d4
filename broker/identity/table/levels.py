"""How far two rows agree, as a level of each comparison, for millions of pairs at once.

Each comparison gives a whole number: 0 where one side says nothing, 1 where the two differ, and
more where they agree, graded by how much the agreement tells. `usual_m` and `usual_u` say how
often rows of one person, and of two, come to each level as a rule: all that a file of a few rows
has to go by, and soon outweighed by what a larger one shows. They are set by judgement.
"""
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from broker.identity.table.left import ANOTHER_GIVEN, ANOTHER_WORD, NO_GIVEN, left_over
from broker.identity.table.matching import Matching
from broker.identity.table.people import FAMILY, GIVEN, Column, Integers, People

Longs = NDArray[np.int64]
Levels = NDArray[np.int16]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MISSING, DIFFERENT = 0, 1

_TELLS = 2.5  # width in bits of a level of a name's information
_TELLS_MAX = 14
_AT_ONCE = 200_000  # pairs of names, so that what is worked out of them stays near the processor
_RARITY_STEP, _RARITY_LEVELS = 3.0, 5
_SLIP_LETTERS_MIN, _SLIP_LETTERS_MAX = 5, 40
# So many people elsewhere, among whom a word not met there is borne by one.
_ELSEWHERE = 2_000
_LEFT = ("all words", "words over on one side", "another given name", "another family name",
         "another word", "other words", "no given name on one side",
         "no given name on one side, another family name")
_LEFT_USUALLY = (0.73, 0.13, 0.005, 0.06, 0.055, 0.02, 0.9, 0.1)
_LEFT_IN_COMMON = (1, 1, 2, 2, 2, 3, 2, 3)  # the usual part of a name that is then in common
_SAME_USUALLY, _SLIP_USUALLY, _SLIP_BY_CHANCE = 0.82, 0.03, 1e-4


class Comparison(Protocol):
    """One comparison: its name, what its levels are called, and the levels of pairs of rows."""

    name: str
    labels: tuple[str, ...]
    usual_m: Floats
    usual_u: Floats

    @property
    def silent(self) -> NDArray[np.int64]:
        """Of each level which parts are missing, as a number; 0 where none is."""

    def __call__(self, one: Longs, other: Longs) -> Levels:
        """The level of each pair of rows."""


class _Single:
    """A comparison of one field: its first level is that it is missing."""

    labels: tuple[str, ...]

    @property
    def silent(self) -> NDArray[np.int64]:
        """Of each level which parts are missing."""
        silent: NDArray[np.int64] = (np.arange(len(self.labels)) == MISSING).astype(np.int64)
        return silent


class Names(_Single):
    """Words of two names laid side by side, best first; what the matched ones tell is summed,
    and what is left over counted."""

    name = "name"
    grades = _TELLS_MAX

    def __init__(self, people: People):
        # Names are read once for all rows that bear them.
        width = people.tokens.shape[1]
        names, name = np.unique(np.hstack([people.tokens, people.roles]), axis=0,
                                return_inverse=True)
        self._tokens, self._roles = names[:, :width], names[:, width:]
        self._name = name.astype(np.int64).ravel()
        known = self._tokens >= 0
        self._has_given = (known & (self._roles != FAMILY)).any(axis=1)
        used = people.tokens[people.tokens >= 0]
        counts = np.maximum(np.bincount(used, minlength=max(1, len(people.words))), 1)
        self.rarity = np.log2(
            (people.size + _ELSEWHERE) / (counts + 1.0)).astype(np.float32)
        self._matching = Matching(self._tokens, self._roles, people.words, self.rarity)
        self._number = (self._tokens >= 0).sum(axis=1)
        self.labels: tuple[str, ...] = ("missing", *(
            f"{each}, {bits * _TELLS:.0f} bits or more in common"
            for each in _LEFT for bits in range(_TELLS_MAX)))
        own = np.where(self._tokens >= 0, self.rarity[self._tokens], 0).sum(axis=1)
        bits = np.arange(_TELLS_MAX)
        shares = [np.bincount(np.minimum((own / _TELLS / part).astype(np.int64), _TELLS_MAX - 1),
                              minlength=_TELLS_MAX) / max(1, len(own)) * usually
                  for part, usually in zip(_LEFT_IN_COMMON, _LEFT_USUALLY, strict=True)]
        self.usual_m = np.r_[1.0, np.concatenate(shares) + 1e-4]
        # What two people's names have in common tells as many bits as it has.
        chances = np.concatenate(shares) * np.exp2(-_TELLS * np.tile(bits, len(_LEFT))) + 1e-9
        chances[::_TELLS_MAX] = 1e-3, 1e-3, 0.01, 0.01, 0.08, 0.9, 0.01, 0.99
        self.usual_u = np.r_[1.0, chances]

    @property
    def silent(self) -> NDArray[np.int64]:
        """Of each level which parts are missing: nothing, both names, or a given name."""
        left = (np.arange(len(self.labels)) - 1) // _TELLS_MAX
        found: NDArray[np.int64] = np.where(left < 0, 1, np.where(left < NO_GIVEN, 0, 2))
        return found

    @property
    def of_kin(self) -> Bools:
        """Levels to which the names of brothers and sisters come as a rule."""
        return self.of_two_children | self.of_nobody

    @property
    def of_nobody(self) -> Bools:
        """Levels of one family name where a given name is not known."""
        left, bits = np.divmod(np.arange(len(self.labels)) - 1, _TELLS_MAX)
        found: Bools = (left == NO_GIVEN) & (bits > 0)
        return found

    @property
    def of_two_children(self) -> Bools:
        """The same of two given names."""
        left, bits = np.divmod(np.arange(len(self.labels)) - 1, _TELLS_MAX)
        found: Bools = ((left == ANOTHER_GIVEN) if (self._roles == GIVEN).any()
                        else (left == ANOTHER_WORD) & (bits > 0))
        return found

    def __call__(self, one: Longs, other: Longs) -> Levels:
        """The levels of these pairs."""
        level = np.empty(len(one), np.int16)
        for start in range(0, len(one), _AT_ONCE):
            own = slice(start, start + _AT_ONCE)
            mine, others = self._name[one[own]], self._name[other[own]]
            level[own] = self._of_names(np.minimum(mine, others), np.maximum(mine, others))
        return level

    def roles_of(self, one: Longs, other: Longs) -> tuple[Integers, Integers]:
        """What the words of both rows of these pairs are, once a name that is written the wrong
        way round is read the other way."""
        matched = self._matching.matched(self._name[one], self._name[other])
        return matched.roles, matched.others_roles

    def _of_names(self, one: Longs, other: Longs) -> Levels:
        level = np.full(len(one), MISSING, np.int16)
        nameless = ~(self._has_given[one] & self._has_given[other])
        for pairs, matched in self._matching.by_width(one, other):
            left = left_over(matched, nameless[pairs])
            bits = np.minimum((matched.common / _TELLS).astype(np.int64), _TELLS_MAX - 1)
            said = ~(nameless[pairs] & (left == NO_GIVEN) & (matched.common == 0))
            level[pairs[said]] = (1 + left * _TELLS_MAX + bits)[said]
        return level


class Births(_Single):
    """Birth dates: to the day, to the year (1 January stands for it), or with a slip."""

    name = "birth date"
    labels: tuple[str, ...] = (
        "missing", "far apart", "same date", "same year, no day", "day and month swapped",
        "another day", "another month", "one digit of the year", "another year",
        "same year", "a few years apart")
    usual_m = np.array([1, 0.03, 0.85, 0.03, 0.01, 0.02, 0.015, 0.02, 0.01, 0.005, 0.01])
    usual_u = np.array([1, 0.92, 1 / 25_000, 1 / 1_000, 1 / 25_000, 30 / 25_000, 11 / 25_000,
                        10 / 25_000, 60 / 25_000, 1 / 80, 0.06])

    ONE_DATE = (MISSING, 2, 3)
    """Levels at which two dates may be one, and no slip."""

    @property
    def of_kin(self) -> Bools:
        """Levels to which the birth dates of a father and a son come."""
        found: Bools = np.arange(len(self.labels)) == DIFFERENT
        return found

    def __init__(self, people: People):
        self._births = people.births
        self._dated = people.dated

    def __call__(self, one: Longs, other: Longs) -> Levels:
        """The levels of these pairs."""
        year, month, day = self._births[one].T
        year2, month2, day2 = self._births[other].T
        dated = self._dated[one] & self._dated[other]
        same_year, same_month, same_day = year == year2, month == month2, day == day2
        digits = _digits_apart(year, year2)
        cases = (
            ((year == 0) | (year2 == 0), MISSING),
            (dated & same_year & same_month & same_day, 2),
            (~dated & same_year, 3),
            (dated & same_year & (month == day2) & (day == month2), 4),
            (dated & same_year & same_month, 5),
            (dated & same_year & same_day, 6),
            (dated & same_month & same_day & (digits == 1), 7),
            (dated & same_month & same_day, 8),
            (same_year, 9),
            ((digits == 1) | (np.abs(year - year2) <= 3), 10),
        )
        return np.select([case for case, _ in cases], [level for _, level in cases],
                         DIFFERENT).astype(np.int16)

    @staticmethod
    def apart(one: Integers, other: Integers) -> NDArray[np.bool_]:
        """Whether two dates known to the day differ in their year and in their birthday, and not
        as a slip would have it."""
        found: NDArray[np.bool_] = (
            (one > 0).all(axis=1) & (other > 0).all(axis=1) & (one[:, 0] != other[:, 0])
            & (one[:, 1] != other[:, 1]) & (one[:, 2] != other[:, 2])
            & (one[:, 1] * one[:, 2] > 1) & (other[:, 1] * other[:, 2] > 1))
        return found

    @staticmethod
    def far(one: Integers, other: Integers) -> NDArray[np.bool_]:
        """Whether two birth dates rule out that the rows are one person's."""
        year, year2 = one[:, 0], other[:, 0]
        found: NDArray[np.bool_] = (
            (year > 0) & (year2 > 0) & (np.abs(year - year2) >= 4)
            & (_digits_apart(year, year2) >= 2)
            & ((one[:, 1] != other[:, 1]) | (one[:, 2] != other[:, 2]) | (one[:, 2] <= 1)))
        return found


def _digits_apart(one: Integers, other: Integers) -> Integers:
    apart = np.zeros(len(one), np.int32)
    for _ in range(4):
        apart += one % 10 != other % 10
        one, other = one // 10, other // 10
    return apart


class Sexes(_Single):
    """Recorded sex."""

    name = "sex"
    labels: tuple[str, ...] = ("missing", "different", "same")
    usual_m = np.array([1, 0.03, 0.97])
    usual_u = np.array([1, 0.5, 0.5])

    def __init__(self, people: People):
        self._sexes = people.sexes

    def __call__(self, one: Longs, other: Longs) -> Levels:
        """The levels of these pairs."""
        mine, others = self._sexes[one], self._sexes[other]
        level = np.where(mine == others, 2, DIFFERENT)
        return np.where((mine < 0) | (others < 0), MISSING, level).astype(np.int16)


class Exact(_Single):
    """A column compared for equality, graded by how rare the value is; a letter's slip in a
    longer text is its own level."""

    def __init__(self, column: Column):
        self.name = column.name
        self._codes = column.codes
        known = column.codes[column.codes >= 0]
        counts = np.maximum(np.bincount(known, minlength=len(column.texts) or 1), 1)
        rarity = np.log2(max(1, len(known)) / counts)
        self._grade = np.minimum(rarity / _RARITY_STEP, _RARITY_LEVELS - 1).astype(np.int16)
        self._near = Near(column.texts)
        self.labels: tuple[str, ...] = ("missing", "different", "a slip apart", *(
            f"same, {grade * _RARITY_STEP:.0f} bits rare" for grade in range(_RARITY_LEVELS)))
        shares = counts / max(1, len(known))
        grades = [np.bincount(self._grade, shares ** power, _RARITY_LEVELS) for power in (1, 2)]
        self.usual_m = np.r_[1.0, 1 - _SAME_USUALLY - _SLIP_USUALLY, _SLIP_USUALLY,
                             _SAME_USUALLY * grades[0] + 1e-4]
        self.usual_u = np.r_[1.0, max(1 - grades[1].sum(), 0.01), _SLIP_BY_CHANCE,
                             grades[1] + 1e-6]

    def __call__(self, one: Longs, other: Longs) -> Levels:
        """The levels of these pairs."""
        mine, others = self._codes[one], self._codes[other]
        level = np.where(self._near(mine, others), 2, DIFFERENT)
        level = np.where(mine == others, 3 + self._grade[mine], level)
        return np.where((mine < 0) | (others < 0), MISSING, level).astype(np.int16)


class Near:
    """Texts of a column that are one slip apart."""

    def __init__(self, texts: Sequence[str]):
        blocks: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            if _SLIP_LETTERS_MIN <= len(text) <= _SLIP_LETTERS_MAX:
                for key in {text, *(text[:at] + text[at + 1:] for at in range(len(text)))}:
                    blocks.setdefault(key, []).append(place)
        self._number = len(texts)
        self._keys = np.array(sorted({
            low * self._number + high
            for block in blocks.values() if len(block) <= 100
            for at, low in enumerate(block) for high in block[at + 1:]
            if OSA.distance(texts[low], texts[high], score_cutoff=1) == 1}), np.int64)

    def __call__(self, one: Integers, other: Integers) -> NDArray[np.bool_]:
        """Which of these pairs of codes are."""
        if not len(self._keys):
            return np.zeros(one.shape, bool)
        low = np.minimum(one, other).astype(np.int64)
        keys = low * self._number + np.maximum(one, other)
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found: NDArray[np.bool_] = (self._keys[place] == keys) & (low >= 0)
        return found


class Postcodes(_Single):
    """Postcodes: the same, a slip apart, in one district, in one area."""

    name = "postcode"
    labels: tuple[str, ...] = ("missing", "different", "same area", "same district",
                               "a slip apart", "same", "same, a rare one")
    usual_m = np.array([1, 0.2, 0.05, 0.1, 0.03, 0.2, 0.42])
    usual_u = np.array([1, 0.9, 0.08, 0.02, 1e-5, 1e-3, 3e-4])

    def __init__(self, whole: Column, district: Column, area: Column):
        self._whole, self._district, self._area = whole.codes, district.codes, area.codes
        self._near = Near(whole.texts)
        known = whole.codes[whole.codes >= 0]
        counts = np.bincount(known, minlength=len(whole.texts) or 1)
        self._rare = counts * 1000 <= max(1, len(known))

    def __call__(self, one: Longs, other: Longs) -> Levels:
        """The levels of these pairs."""
        mine, others = self._whole[one], self._whole[other]
        cases = (
            ((mine < 0) | (others < 0), MISSING),
            ((mine == others) & self._rare[mine], 6),
            (mine == others, 5),
            (self._near(mine, others), 4),
            (self._district[one] == self._district[other], 3),
            (self._area[one] == self._area[other], 2),
        )
        return np.select([case for case, _ in cases], [level for _, level in cases],
                         DIFFERENT).astype(np.int16)


def comparisons_of(people: People) -> list[Comparison]:
    """Every comparison that the file's columns allow."""
    found: list[Comparison] = []
    if people.words:
        found.append(Names(people))
    if people.births[:, 0].any():
        found.append(Births(people))
    if people.postcodes:
        found.append(Postcodes(*people.postcodes))
    if (people.sexes >= 0).any():
        found.append(Sexes(people))
    return [*found, *(Exact(each) for each in people.others if each.texts)]
