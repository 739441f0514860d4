"""How alike two words of a name are, given how people mishear and mistype them."""
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from broker.identity.frequencies import family_bits, given_bits, is_listed_given
from broker.identity.names import full_names_of, sound_of, spelling_of

_LETTERS_MIN_FOR_ONE_SLIP = 4
_LETTERS_MIN_FOR_TWO_SLIPS = 8
_ALIKE_BY_SOUND = 0.85
_ALIKE_AT_ALL = 0.86


@lru_cache(maxsize=131_072)
def given_alike(one: str, other: str) -> tuple[str, float]:
    """(level, rarity) of two words of given names.

    `similar` is for words so alike that twins or cousins may bear them as two names.
    """
    if one == other:
        return "exact", given_bits(one)
    if spelling_of(one) == spelling_of(other):
        return "spelling", given_bits(one)
    shared = full_names_of(one) & full_names_of(other)
    if shared:
        return "short_form", min(given_bits(each) for each in shared)
    alike = _alike(one, other)
    if alike == "different":
        return "different", 0.0
    two_names = is_listed_given(one) and is_listed_given(other)
    if two_names or sound_of(one)[0] != sound_of(other)[0]:
        return "similar", 0.0
    return (alike, min(given_bits(one), given_bits(other))) if alike == "slip" else (alike, 0.0)


@lru_cache(maxsize=131_072)
def family_alike(one: str, other: str) -> tuple[str, float]:
    """(level, rarity) of two words of family names."""
    if one == other:
        return "exact", family_bits(one)
    if spelling_of(one) == spelling_of(other):
        return "spelling", family_bits(one)
    alike = _alike(one, other)
    return (alike, min(family_bits(one), family_bits(other))) if alike == "slip" else (alike, 0.0)


def _alike(one: str, other: str) -> str:
    shorter, longer = sorted((len(one), len(other)))
    if longer - shorter > 4 or shorter < 2:
        return "different"
    slips = OSA.distance(one, other)
    if slips <= 1 and longer >= _LETTERS_MIN_FOR_ONE_SLIP:
        return "slip"
    if slips <= 2 and longer >= _LETTERS_MIN_FOR_TWO_SLIPS:
        return "slip"
    likeness = JaroWinkler.similarity(*sorted((one, other)))
    if likeness >= _ALIKE_BY_SOUND and sound_of(one) == sound_of(other):
        return "slip"
    if likeness >= _ALIKE_AT_ALL or (slips <= 1 and longer >= 3):
        return "loose"
    return "different"
