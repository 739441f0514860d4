"""Which words of two names are left over once the others are matched: given or family names.

Where what is given name in the one is family name in the other, one of the two is written the
wrong way round, and is read the other way: "Holt, Amy" beside "Ben, Holt" leaves two given names
over, as "Amy, Holt" does. Which of the two it is, the file's other names tell: the one whose
words stand where they stand elsewhere is right. Two that are both the wrong way round are read so
too.
"""
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.people import FAMILY, GIVEN, Integers

Bools = NDArray[np.bool_]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

(ALL_WORDS, ON_ONE_SIDE, ANOTHER_GIVEN, ANOTHER_FAMILY, ANOTHER_WORD, OTHER_WORDS, NO_GIVEN,
 NO_GIVEN_NOR_FAMILY) = range(8)
"""What is left over: nothing, words of one side alone, a word of each side (two given names, two
family names, or not to be told), more; and what is where a side has no given name."""

_UNSEEN = 0.5  # of a word, before it was seen as given or as family name
# Natural logarithms of odds: that one of two names is the right way round, about twenty to one;
# that each of two is the wrong way round.
_SURE, _WRONG = 3.0, -1.0


class Matched(NamedTuple):
    """Of pairs of names: the bits that their matched words tell, which words of either are over,
    and what each word of either is."""

    common: NDArray[np.float32]
    over: Bools
    others_over: Bools
    roles: Integers
    others_roles: Integers


class Crossing:
    """Pairs of names whose words are matched as they are told, some at a time."""

    def __init__(self, roles: Integers, others_roles: Integers):
        self._roles, self._others_roles = roles, others_roles
        self._across = np.zeros(len(roles), bool)
        self._straight = np.zeros(len(roles), bool)

    def tell(self, pairs: Longs, place: Longs, others_place: Longs, telling: Bools) -> None:
        """Of these pairs the words at these places are matched; an initial is not `telling`."""
        role, other = self._roles[pairs, place], self._others_roles[pairs, others_place]
        named = telling & (role <= FAMILY) & (other <= FAMILY)
        self._across[pairs[named & (role != other)]] = True
        self._straight[pairs[named & (role == other)]] = True

    def read_right(self, common: NDArray[np.float32], over: Bools, others_over: Bools,
                   usual: Floats, others_usual: Floats) -> Matched:
        """All pairs as matched, with the roles turned of a name that is written the wrong way
        round where a given name of each is then over: the one of two that are matched across, or
        both that are matched straight. `usual` and `others_usual` are their `usual_order`; unless
        it is sure that family names are over, given names are: it is better to ask than to make
        two children one."""
        across, straight = self._across & ~self._straight, self._straight & ~self._across
        surer, best = usual - others_usual, np.maximum(usual, others_usual)
        mine, others = _turned(self._roles), _turned(self._others_roles)
        found = matched = Matched(common, over, others_over, self._roles, self._others_roles)
        for wrong, turned in (
                (across & (surer >= -_SURE), matched._replace(others_roles=others)),
                (across & (surer <= _SURE), matched._replace(roles=mine)),
                (straight & (best < _WRONG), matched._replace(roles=mine, others_roles=others))):
            chosen = (wrong & _over(turned, GIVEN))[:, None]
            found = found._replace(
                roles=np.where(chosen, turned.roles, found.roles),
                others_roles=np.where(chosen, turned.others_roles, found.others_roles))
        return found


def usual_order(tokens: Integers, roles: Integers, words: int) -> Floats:
    """Of each name how much its words stand where they stand in the file's other names: above 0
    if they do, below if they stand the other way round. No name may be there twice."""
    counts = [np.bincount(tokens[roles == role], minlength=max(1, words))
              for role in (GIVEN, FAMILY)]
    given, family = (np.log(count[tokens] - (roles == role) + _UNSEEN)
                     for count, role in zip(counts, (GIVEN, FAMILY), strict=True))
    own = np.where(roles == GIVEN, given - family, np.where(roles == FAMILY, family - given, 0.0))
    found: Floats = np.where(tokens >= 0, own, 0.0).sum(axis=1)
    return found


def left_over(matched: Matched, nameless: Bools) -> Longs:
    """What is left over of these pairs; `nameless` are those of which a side has no given name."""
    number, others_number = matched.over.sum(axis=1), matched.others_over.sum(axis=1)
    given, family = _over(matched, GIVEN), _over(matched, FAMILY)
    least = np.minimum(number, others_number)
    cases = (
        (nameless, np.where(family, NO_GIVEN_NOR_FAMILY, NO_GIVEN)),
        (np.maximum(number, others_number) == 0, ALL_WORDS), (least == 0, ON_ONE_SIDE),
        (given & ~family, ANOTHER_GIVEN), (family & ~given, ANOTHER_FAMILY),
        (least == 1, ANOTHER_WORD))
    return np.select([case for case, _ in cases], [place for _, place in cases], OTHER_WORDS)


def _over(matched: Matched, role: int) -> Bools:
    """Of which pairs a word of this role is over on both sides."""
    found: Bools = ((matched.over & (matched.roles == role)).any(axis=1)
                    & (matched.others_over & (matched.others_roles == role)).any(axis=1))
    return found


def _turned(roles: Integers) -> Integers:
    """Given names for family names and the other way; what is neither stays."""
    return np.where(roles == GIVEN, FAMILY, np.where(roles == FAMILY, GIVEN, roles)
                    ).astype(np.int32)
