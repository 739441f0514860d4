"""Pairs that are not joined though much fits: a person must look, as in the live linking."""
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from broker.identity.comparison.names import compare_given
from broker.identity.names import is_counted
from broker.identity.scoring import UNNAMED_TWIN
from broker.identity.table.blocking import Longs
from broker.identity.table.fitted import Bits
from broker.identity.table.kin import ROWS_TO_COUNT
from broker.identity.table.levels import MISSING, Births, Bools, Comparison, Floats, Levels, Names
from broker.identity.table.people import GIVEN, People
from broker.identity.table.words import Alike

NOTHING, ALIKE, NO_NAMES, TWO_GIVEN, TWO_DATES, TWO_FIT, UNSURE, TWO_SEXES, TWO = range(9)
"""What is told of a pair: nothing; one of twins by the same count; in a file too small to show
what that tells, no name on a side, two given names, two birth dates (far apart, or each said
twice), or no given name and two children who fit; one of twins and perhaps the other; a boy and a
girl; two of twins. From NO_NAMES on it is not joined."""
NOTES = {NO_NAMES: "no name to compare", ALIKE: UNNAMED_TWIN, UNSURE: UNNAMED_TWIN,
         TWO_GIVEN: "brothers and sisters have as much in common",
         TWO_DATES: "two people may be of one name, as father and son",
         TWO_FIT: "no given name on one side, and two children fit",
         TWO_SEXES: "a boy and a girl, with no given names yet"}
"""What speaks against a pair that a person should look at."""

_UNSURE_BITS, _TWO_BITS = 1.0, -4.0
_BELOW_JOIN_BITS = 0.1  # whatever the threshold


class Held(NamedTuple):
    """Of pairs: the weights that they are allowed, whether they never come into one group, and
    what is told of those that a person should look at, NOTHING of others."""

    bits: Bits
    apart: Bools
    look: Levels


class Holds:
    """What is told of the pairs of a file, in `join_bits` the least weight that joins."""

    def __init__(self, people: People, comparisons: Sequence[Comparison], join_bits: float):
        self._people, self._join_bits = people, join_bits
        self._few = people.size < ROWS_TO_COUNT
        self._names = [each for each in comparisons if self._few and isinstance(each, Names)]
        self._no_word = np.where(self._few, (people.tokens < 0).all(axis=1), False)
        self._alike = Alike(people.words if self._names else ())
        self._said_twice = _said_twice(people) if self._few else np.zeros(people.size, bool)
        marks = people.twin_marks
        # The last line and column are of rows without a mark.
        self._told = np.full((len(marks) + 1, len(marks) + 1), UNSURE, np.int16)
        self._told[-1, -1] = NOTHING
        for place, mark in enumerate(marks):
            for place2, mark2 in enumerate(marks):
                if compare_given(mark, mark2).level == "different":
                    self._told[place, place2] = TWO
            if is_counted(mark):
                self._told[place, place] = ALIKE

    def __call__(self, one: Longs, other: Longs, bits: Bits) -> Held:
        """What becomes of pairs that weigh so much."""
        told = self._words(one, other)
        most = np.full(len(bits), np.inf, np.float32)
        if self._names:
            level = self._names[0](one, other)
            two = self._names[0].of_two_children[level]
            nobody = self._names[0].of_nobody[level]
            fits = nobody & (bits >= self._join_bits)
            told[fits & self._fits_two(one, other, fits, two) & (told < TWO_FIT)] = TWO_FIT
            two[two] = self._share_no_given(one[two], other[two])
            told[two & (told < TWO_GIVEN)] = TWO_GIVEN
            told[(level == MISSING) & (told < NO_NAMES)] = NO_NAMES
        unsure_bits = min(_UNSURE_BITS, self._join_bits - _BELOW_JOIN_BITS)
        needed = np.where((told == ALIKE) | (told >= UNSURE), unsure_bits, self._join_bits)
        look: Levels = np.where((told < TWO) & (bits >= needed), told, NOTHING)
        most[told >= NO_NAMES] = unsure_bits
        most[told == TWO] = _TWO_BITS
        apart: Bools = (told >= TWO_DATES) | (look == TWO_GIVEN) | self._nameless(one, other)
        return Held(np.minimum(bits, most), apart, look)

    def _nameless(self, one: Longs, other: Longs) -> Bools:
        """Which pairs of a small file have no name at all on a side."""
        found: Bools = self._no_word[one] | self._no_word[other]
        return found

    def _share_no_given(self, one: Longs, other: Longs) -> Bools:
        """Which pairs have no given name in common, nor two words where a file does not tell which
        are given names."""
        people, least = self._people, 2
        mine, others = people.tokens[one], people.tokens[other]
        if (people.roles == GIVEN).any():
            mine, others = (np.where(roles == GIVEN, tokens, -1) for roles, tokens in zip(
                self._names[0].roles_of(one, other), (mine, others), strict=True))
            least = 1
        mine, others = np.broadcast_arrays(mine[:, :, None], others[:, None, :])
        common = (self._alike(mine, others) > 0).any(axis=2).sum(axis=1)
        found: Bools = common < least
        return found

    def _fits_two(self, one: Longs, other: Longs, fits: Bools, two: Bools) -> Bools:
        """Which pairs have a third row that fits the one as well and is another child than the
        other: these pairs fit, and these are two children."""
        near, apart = (self._table(one[each], other[each]) for each in (fits, two))
        found: Bools = (near @ apart + apart @ near)[one, other] > 0
        return found

    def _table(self, one: Longs, other: Longs) -> Floats:
        """Which rows make one of these pairs, as a table of all rows and all rows."""
        table = np.zeros((self._people.size, self._people.size))
        table[one, other] = table[other, one] = 1.0
        return table

    def _words(self, one: Longs, other: Longs) -> Levels:
        """What is told of these pairs."""
        people = self._people
        told = self._told[people.marks[one], people.marks[other]]
        mine, others = people.sexes[one], people.sexes[other]
        told[people.newborn[one] & people.newborn[other] & (mine >= 0) & (others >= 0)
             & (mine != others) & (told < TWO)] = TWO_SEXES
        if self._few:
            told[self._nameless(one, other) & (told < NO_NAMES)] = NO_NAMES
            far = Births.far(people.births[one], people.births[other])
            days = people.days
            twice = self._said_twice[one] & self._said_twice[other] & (days[one] != days[other])
            told[(far | twice) & (told < TWO_DATES)] = TWO_DATES
        return told


def _said_twice(people: People) -> Bools:
    """Rows whose name and birth date another row has too."""
    said = np.column_stack([np.sort(people.tokens, axis=1), people.days])
    _, same, counts = np.unique(said, axis=0, return_inverse=True, return_counts=True)
    twice: Bools = (counts[same.ravel()] > 1) & (people.days >= 0)
    return twice
