"""Which words of a file's names are nearly one: found once for all, then looked up by number."""
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler

from broker.identity.names import full_names_of, sound_of, spelling_of

NOT, INITIAL, SOUND, SLIP, SHORT, SPELLING, EXACT = range(7)
"""How alike two words are, the least first."""

_BLOCK_MAX = 400  # words that share a key and are compared each with each
_ONE_SLIP_MIN, _TWO_SLIPS_MIN = 4, 8
_SOUND_LIKENESS = 0.85
_BEGINNING_MIN = 4
_LOOKS_BITS = 23
_LOOKS = 1 << _LOOKS_BITS
_MIX = 0x9E3779B97F4A7C15  # an odd number without pattern

Pairs = NDArray[np.int64]


class Alike:
    """Pairs of words that are alike without being the same; symmetric."""

    def __init__(self, words: Sequence[str]):
        self._number = len(words)
        found: dict[int, int] = {}
        for one, other in _candidates(words):
            kind = alike(words[one], words[other])
            if kind:
                found[one * self._number + other] = kind
        keys = sorted(found)
        self._keys = np.array(keys, np.int64)
        # Hardly any two words are alike: most are told so by one look, the others are looked up.
        self._maybe = np.zeros(_LOOKS, bool)
        self._maybe[_look(self._keys)] = True
        self._kinds = np.array([found[key] for key in keys], np.int8)

    def __call__(self, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int8]:
        """How alike these words are, two arrays of one shape; -1 is like nothing."""
        kinds = np.zeros(one.shape, np.int8)
        known = np.flatnonzero((one >= 0) & (other >= 0) & (one != other))
        if len(self._keys) and len(known):
            mine, others = one.ravel()[known], other.ravel()[known]
            keys = np.minimum(mine, others).astype(np.int64) * self._number
            keys += np.maximum(mine, others)
            maybe = self._maybe[_look(keys)]
            known, keys = known[maybe], keys[maybe]
            place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            hit = self._keys[place] == keys
            kinds.ravel()[known[hit]] = self._kinds[place[hit]]
        kinds[(one == other) & (one >= 0)] = EXACT
        return kinds


def _look(keys: Pairs) -> Pairs:
    """Where to look for these keys, evenly spread."""
    spread: Pairs = ((keys.astype(np.uint64) * np.uint64(_MIX)) >> np.uint64(64 - _LOOKS_BITS)
                     ).astype(np.int64)
    return spread


def alike(one: str, other: str) -> int:
    """How alike two different words are."""
    if 1 in (len(one), len(other)):
        return INITIAL if one[0] == other[0] else NOT
    if spelling_of(one) == spelling_of(other):
        return SPELLING
    if full_names_of(one) & full_names_of(other):
        return SHORT
    longer = max(len(one), len(other))
    slips = OSA.distance(one, other, score_cutoff=2)
    if (slips == 1 and longer >= _ONE_SLIP_MIN) or (slips == 2 and longer >= _TWO_SLIPS_MIN):
        return SLIP
    if sound_of(one) == sound_of(other) and (
            JaroWinkler.similarity(*sorted((one, other))) >= _SOUND_LIKENESS):
        return SOUND
    shorter, longest = sorted((one, other), key=len)
    return SOUND if len(shorter) >= _BEGINNING_MIN and longest.startswith(shorter) else NOT


def _candidates(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of places of words that share a key, the lesser first, some of them twice."""
    blocks: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        for key in set(_keys(word)):
            blocks.setdefault(key, []).append(place)
    initials = [place for place, word in enumerate(words) if len(word) == 1]
    for initial in initials:
        for place, word in enumerate(words):
            if place != initial and word[0] == words[initial]:
                yield (initial, place) if initial < place else (place, initial)
    for block in blocks.values():
        if 1 < len(block) <= _BLOCK_MAX:
            yield from combinations(block, 2)


def _keys(word: str) -> Iterable[str]:
    yield f"spelt {spelling_of(word)}"
    for full in full_names_of(word):
        yield f"full {full}"
    yield f"sounds {sound_of(word)}"
    if len(word) >= _BEGINNING_MIN:
        yield f"begins {word[:_BEGINNING_MIN]}"
    if len(word) >= _ONE_SLIP_MIN - 1:
        shorter = [word[:at] + word[at + 1:] for at in range(len(word))]
        yield word
        yield from shorter
        if len(word) >= _TWO_SLIPS_MIN - 1:
            for each in shorter:
                for at in range(len(each)):
                    yield each[:at] + each[at + 1:]
