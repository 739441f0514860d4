"""How alike two words of a name are, given how people mishear, shorten and mistype them."""
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from broker.identity.frequencies import (
    family_bits,
    given_bits,
    is_listed_family,
    is_listed_given,
)
from broker.identity.names import full_names_of, sound_of, spelling_of, spellings_of
from broker.identity.transliteration import (
    are_one_character,
    as_heard,
    family_as_heard,
    from_somali,
    romanised,
    with_plain_vowels,
)

_LETTERS_MIN_FOR_ONE_SLIP = 4
_LETTERS_MIN_FOR_TWO_SLIPS = 8
_LETTERS_MIN_TO_BEGIN = 3
_LETTERS_APART_MAX = 2
_ALIKE_BY_SOUND = 0.85
_ALIKE_AT_ALL = 0.86
_PET_ENDINGS = ("IE", "Y", "I")
_PARTICLES = ("VAN", "THI")
_J_AND_Y = frozenset({"JY", "YJ"})


class _Forms(NamedTuple):
    """A word as it stands and in each form in which it is compared."""

    word: str
    spelling: str
    heard: str
    family: str
    plain: str
    chinese: str | None
    somali: str | None
    is_listed_given: bool


@lru_cache(maxsize=131_072)
def _forms_of(word: str) -> _Forms:
    """All at once: a word is compared with many others, and with most of them in each form."""
    return _Forms(word, spelling_of(word), as_heard(word), family_as_heard(word),
                  with_plain_vowels(word), romanised(word), from_somali(word),
                  is_listed_given(word))


@lru_cache(maxsize=131_072)
def given_alike(one: str, other: str) -> tuple[str, float]:
    """(level, rarity) of two words of given names.

    `similar` is for words so alike that twins or cousins may bear them as two names; `begins`
    for a word that is the beginning of the other, as short forms nobody has listed are.
    """
    if one == other:
        return "exact", given_bits(one)
    own, others = _forms_of(one), _forms_of(other)
    if own.spelling == others.spelling:
        return "spelling", given_bits(one)
    if own.heard == others.heard or _are_one_otherwise_written(own, others):
        return "slip", min(given_bits(one), given_bits(other))
    shared = full_names_of(one) & full_names_of(other)
    if shared:
        return "short_form", min(given_bits(each) for each in shared)
    if _is_slip_of_a_spelling(one, other) or _is_slip_of_a_spelling(other, one):
        return "slip", min(given_bits(one), given_bits(other))
    two_names = own.is_listed_given and others.is_listed_given
    if not two_names and (begun := _begins(one, other)) is not None:
        return "begins", given_bits(begun)
    alike = _alike(own, others)
    if alike == "different":
        return "different", 0.0
    # Jasmine is heard as Yasmin is, and yet begins as its own misspelling Jasine does.
    first_differs = one[0] != other[0] and sound_of(one)[0] != sound_of(other)[0]
    if two_names or (first_differs and not _begins_in_disorder(one, other)):
        return "similar", 0.0
    return (alike, min(given_bits(one), given_bits(other))) if alike == "slip" else (alike, 0.0)


@lru_cache(maxsize=131_072)
def family_alike(one: str, other: str) -> tuple[str, float]:
    """(level, rarity) of two words of family names."""
    if one == other:
        return "exact", family_bits(one)
    own, others = _forms_of(one), _forms_of(other)
    if own.spelling == others.spelling or own.family == others.family:
        return "spelling", min(family_bits(one), family_bits(other))
    if _are_one_otherwise_written(own, others) or are_one_character(one, other) or (
            _is_with_article(one, other) or _is_with_article(other, one)):
        return "slip", min(family_bits(one), family_bits(other))
    alike = _alike(own, others)
    if alike == "slip" and is_listed_family(one) and is_listed_family(other):
        return "loose", 0.0
    return (alike, min(family_bits(one), family_bits(other))) if alike == "slip" else (alike, 0.0)


def _is_with_article(one: str, other: str) -> bool:
    """Whether the first is the second with the Arabic article before it (Al-Ahmad, Ahmed)."""
    return one[:2] in ("AL", "EL") and len(other) >= _LETTERS_MIN_FOR_ONE_SLIP and (
        family_as_heard(spelling_of(one[2:])) == family_as_heard(spelling_of(other)))


def _are_one_otherwise_written(one: _Forms, other: _Forms) -> bool:
    """Whether two words are one by the habits of one script or language: Van and Thi left out of
    a Vietnamese name or run into it (and Van of a Dutch one), a Slavonic J written as the Y it
    sounds like, Chinese in Pinyin or Wade-Giles, Somali in its own letters."""
    if one.word.startswith(_PARTICLES) or other.word.startswith(_PARTICLES):
        for particle in _PARTICLES:
            if one.word.startswith(particle) != other.word.startswith(particle):
                rests = one.word.removeprefix(particle), other.word.removeprefix(particle)
                return min(map(len, rests)) > 1 and (
                    with_plain_vowels(rests[0]) == with_plain_vowels(rests[1]))
    if one.word[0] + other.word[0] in _J_AND_Y:
        return as_heard(f"J{one.word[1:]}") == as_heard(f"J{other.word[1:]}")
    if one.chinese is not None and one.chinese == other.chinese:
        return True
    if one.is_listed_given and other.is_listed_given:
        return False
    return (one.somali is not None and one.somali == other.heard) or (
        other.somali is not None and other.somali == one.heard)


def _is_slip_of_a_spelling(one: str, other: str) -> bool:
    """Whether a word that is no name itself is a letter off, or heard as, another spelling of the
    other, as Fadomo is of Fadumo, which is Fatima's."""
    known = spellings_of(spelling_of(other))
    if not known or len(one) <= _LETTERS_MIN_FOR_ONE_SLIP or is_listed_given(one):
        return False
    heard = as_heard(one)
    return any(len(each) > _LETTERS_MIN_FOR_ONE_SLIP and abs(len(each) - len(one)) <= 2 and (
        heard == as_heard(each) or OSA.distance(one, each, score_cutoff=1) <= 1)
        for each in known)


def _begins(one: str, other: str) -> str | None:
    """The longer word, if the shorter is its beginning, with an ending of endearment or none;
    or its end, as in Oluwaseun and Seun."""
    shorter, longer = sorted((one, other), key=lambda each: (len(each), each))
    stem = shorter
    for ending in _PET_ENDINGS:
        if shorter.endswith(ending) and len(shorter) - len(ending) >= _LETTERS_MIN_TO_BEGIN:
            stem = shorter[:-len(ending)]
            break
    if len(stem) < _LETTERS_MIN_TO_BEGIN or len(longer) - len(stem) < 2:
        return None
    ends = len(shorter) > _LETTERS_MIN_TO_BEGIN and longer.endswith(shorter)
    return longer if longer.startswith(stem) or ends else None


def _begins_in_disorder(one: str, other: str) -> bool:
    """Whether only the first letter is left out or in the wrong place: twins' names differ in
    their first letter (Jayden, Kayden) but hardly so."""
    return one[1:] == other or other[1:] == one or (
        one[1::-1] + one[2:] == other and len(one) > 2)


def _alike(one: _Forms, other: _Forms) -> str:
    shorter, longer = sorted((len(one.word), len(other.word)))
    if longer - shorter > 4 or shorter < 2:
        return "different"
    slips = OSA.distance(one.word, other.word, score_cutoff=_LETTERS_APART_MAX)
    if min(len(one.family), len(other.family)) >= _LETTERS_MIN_FOR_ONE_SLIP and (
            OSA.distance(one.family, other.family, score_cutoff=1) <= 1):
        return "slip"
    if slips <= 1 and longer >= _LETTERS_MIN_FOR_ONE_SLIP:
        return "slip"
    if slips <= 2 and longer >= _LETTERS_MIN_FOR_TWO_SLIPS:
        return "slip"
    if one.plain == other.plain:
        return "slip"
    likeness = JaroWinkler.similarity(*sorted((one.word, other.word)))
    if longer >= _LETTERS_MIN_FOR_ONE_SLIP and likeness >= _ALIKE_BY_SOUND and (
            sound_of(one.word) == sound_of(other.word)):
        return "slip"
    if likeness >= _ALIKE_AT_ALL or (slips <= 1 and longer >= 3):
        return "loose"
    return "different"
