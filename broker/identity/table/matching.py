"""The words of two names laid side by side, best first, for millions of pairs at once."""
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from broker.identity.table import words
from broker.identity.table.left import Crossing, Matched, usual_order
from broker.identity.table.people import Integers
from broker.identity.table.words import Alike

Longs = NDArray[np.int64]
Floats = NDArray[np.float32]

# Bits taken off where two words are not the same: so many other words are as near.
_DISCOUNTS = np.array([0.0, 0.0, 6.0, 4.0, 2.0, 0.5, 0.0], np.float32)
_INITIAL_BITS = 1.5


class Matching:
    """Names, each a line of the numbers of its words (-1 where it has fewer) and of what each is;
    `rarity` is what each of the words tells, in bits."""

    def __init__(self, tokens: Integers, roles: Integers, vocabulary: Sequence[str],
                 rarity: Floats):
        self._tokens, self._roles, self._rarity = tokens, roles, rarity
        self._number = (tokens >= 0).sum(axis=1)
        self._alike = Alike(vocabulary)
        self._usual = usual_order(tokens, roles, len(vocabulary))
        self._is_initial = np.array([len(word) == 1 for word in vocabulary], bool)

    def by_width(self, one: Longs, other: Longs) -> Iterator[tuple[Longs, Matched]]:
        """These pairs of names matched, those of as many words at once; of which a side has no
        word, none. Most names have two or three words of the six that there is room for."""
        room = self._tokens.shape[1] + 1
        widths = self._number[one] * room + self._number[other]
        for both in np.flatnonzero(np.bincount(widths)).tolist():
            width, others_width = divmod(both, room)
            if width and others_width:
                chosen = np.flatnonzero(widths == both)
                yield chosen, self.matched(one[chosen], other[chosen], width, others_width)

    def matched(self, one: Longs, other: Longs, width: int | None = None,
                others_width: int | None = None) -> Matched:
        """The words of these names, or so many of each, laid side by side."""
        mine, others = self._tokens[one, :width], self._tokens[other, :others_width]
        tells = self._told(*np.broadcast_arrays(mine[:, :, None], others[:, None, :]))
        common = np.zeros(len(one), np.float32)
        over, others_over = mine >= 0, others >= 0  # words that are not matched yet
        crossing = Crossing(self._roles[one, :width], self._roles[other, :others_width])
        pairs = np.arange(len(one))
        flat = tells.reshape(len(one), mine.shape[1] * others.shape[1])
        while len(pairs):
            best = flat[pairs].argmax(axis=1)
            told = flat[pairs, best]
            pairs, best, told = (each[told > 0] for each in (pairs, best, told))
            common[pairs] += told
            place, others_place = np.divmod(best, others.shape[1])
            over[pairs, place] = False
            others_over[pairs, others_place] = False
            tells[pairs, place, :] = 0
            tells[pairs, :, others_place] = 0
            crossing.tell(pairs, place, others_place, ~(
                self._is_initial[mine[pairs, place]]
                | self._is_initial[others[pairs, others_place]]))
        return crossing.read_right(common, over, others_over,
                                   self._usual[one], self._usual[other])

    def _told(self, one: Integers, other: Integers) -> Floats:
        """Bits that words have in common with others, 0 if nothing."""
        kinds = self._alike(one, other)
        told = np.zeros(one.shape, np.float32)
        alike = np.nonzero(kinds)
        kind = kinds[alike]
        rarity = np.minimum(self._rarity[one[alike]], self._rarity[other[alike]])
        told[alike] = np.where(kind == words.INITIAL, _INITIAL_BITS,
                               np.maximum(rarity - _DISCOUNTS[kind], 0.5))
        return told
