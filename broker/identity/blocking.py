"""Which records are worth comparing: those that meet under a key, each key selective on its own.

A record posts some keys and seeks some; most are both. A few kinds are one-sided, so that a
record with an estimated birth date, or without a birth date or a given name yet, meets those it
may belong to while the others do not all meet each other. Two records meet whichever of them came
first: what one seeks the other posts, or neither. Nothing depends on how many records share a key
so far, since that would make the children depend on the order of arrival; keys known to be
useless are left out by the model's version instead. A key is a number, so that the store's index
stays small and shows no personal detail; two keys that fall together only cost a comparison.
"""
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from broker.identity.comparison.births import ESTIMATED_DAY
from broker.identity.frequencies import LISTED_FAMILY, LISTED_GIVEN
from broker.identity.names import full_names_of, is_twin_mark, long_sound_of, sound_of
from broker.identity.person import Birth, Name, Person

_NAMES_MAX = 4
_BIRTHS_MAX = 3
# The sounds of names that one child in a thousand, or one in four hundred, bears: two of these
# together may be the names of many children born in one year.
_HOT_GIVEN_BITS = 10.0
_HOT_FAMILY_BITS = 8.7


def _day_of(birth: Birth) -> str:
    """A birth date, the same with its day and month swapped."""
    low, high = sorted((birth.month, birth.day))
    if high > 12:
        low, high = birth.month, birth.day
    return f"{birth.year}-{low}-{high}"


@lru_cache(maxsize=65_536)
def _given_sounds(tokens: tuple[str, ...]) -> frozenset[str]:
    if is_twin_mark(tokens):
        return frozenset()
    return frozenset(sound_of(full) for token in tokens for full in full_names_of(token))


@lru_cache(maxsize=65_536)
def _family_sounds(tokens: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(sound_of, tokens))


@lru_cache(maxsize=65_536)
def _long_given_sounds(tokens: tuple[str, ...]) -> frozenset[str]:
    if is_twin_mark(tokens):
        return frozenset()
    return frozenset(long_sound_of(full) for token in tokens for full in full_names_of(token))


@lru_cache(maxsize=65_536)
def _long_family_sounds(tokens: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(long_sound_of, tokens))


class Keys(NamedTuple):
    """What a person is filed under, and what is looked up for them."""

    posted: frozenset[int]
    sought: frozenset[int]


class Texts(NamedTuple):
    """The same as words, each beginning with its kind; `both` are posted and sought."""

    both: set[str]
    posted: set[str]
    sought: set[str]


def key_texts(person: Person) -> Texts:
    """The keys of one person as words."""
    both = {f"nhs {number}" for number in (*person.nhs, *person.superseded)}
    both.update([f"upn {number}" for number in person.upns])
    both.update([f"la {number}" for number in person.local])
    both.update([f"pnc {number}" for number in person.pncs])
    both.update([f"phone {number}" for number in person.phones])
    if person.local or person.is_return:
        both.add(f"own {person.own_id}")
    texts = Texts(both, set(), set())
    for name in person.names[:_NAMES_MAX]:
        for birth in person.births[:_BIRTHS_MAX]:
            _birth_texts(texts, name, birth)
    for postcode in person.postcodes:
        _home_texts(texts, person, postcode.replace(" ", ""))
    return texts


def _birth_texts(texts: Texts, name: Name, birth: Birth) -> None:
    """By birth date: any word of the names sounds the same, wherever it stands. By year, and by
    month and day: given and family name sound the same; common names by year only where one of
    the two has a birth date that may be an estimate, so that a year's namesakes do not all
    meet."""
    # Long sounds: how many share a day or a year grows with the store, as a home does not.
    given, family = _long_given_sounds(name.given), _long_family_sounds(name.family)
    is_january = birth.month == birth.day == 1
    year = birth.year
    if not is_january:
        day = _day_of(birth)
        texts.both.update([f"born {day} {sound}" for sound in given | family])
    is_estimate = is_january or birth.precision == "S" or birth.day == ESTIMATED_DAY
    for one in given:
        for other in family:
            pair = f"{one} {other}" if one < other else f"{other} {one}"
            if not is_january:
                texts.both.add(f"birthday {birth.month}-{birth.day} {pair}")
            if _is_rare(one, other):
                texts.both.add(f"year {year} {pair}")
                continue
            texts.posted.add(f"year {year} {pair}")
            if is_estimate:
                texts.posted.add(f"estimate {year} {pair}")
            texts.sought.add(f"{'year' if is_estimate else 'estimate'} {year} {pair}")


@lru_cache(maxsize=65_536)
def _is_rare(one: str, other: str) -> bool:
    """Whether few children of one year have two names that sound so, in either order."""
    return not ((one in _HOT_GIVEN and other in _HOT_FAMILY)
                or (other in _HOT_GIVEN and one in _HOT_FAMILY))


_HOT_GIVEN = frozenset(long_sound_of(name) for name, bits in LISTED_GIVEN.items()
                       if bits < _HOT_GIVEN_BITS)
_HOT_FAMILY = frozenset(long_sound_of(name) for name, bits in LISTED_FAMILY.items()
                        if bits < _HOT_FAMILY_BITS)


def _home_texts(texts: Texts, person: Person, postcode: str) -> None:
    """By postcode: the given name sounds the same, or the month of birth is the same, or the year
    and the family name sounds the same. Who has no birth date, or no given name yet, meets
    everyone there; brothers and sisters seldom meet."""
    names = person.names[:_NAMES_MAX]
    sounds = {sound for name in names for sound in _given_sounds(name.given)}
    texts.both.update([f"home {postcode} {sound}" for sound in sounds])
    families = {sound for name in names for sound in _family_sounds(name.family)}
    births = person.births[:_BIRTHS_MAX]
    texts.both.update([f"home {postcode} {birth.year}-{birth.month}" for birth in births])
    texts.both.update([f"home {postcode} {birth.year} {sound}"
                       for birth in births for sound in families])
    texts.posted.add(f"at {postcode}")
    if sounds and person.births:
        texts.sought.add(f"unclear at {postcode}")
    else:
        texts.posted.add(f"unclear at {postcode}")
        texts.sought.add(f"at {postcode}")


def _numbers_of(texts: Iterable[str]) -> list[int]:
    """63 bits each: first those of the day, postcode or local id, so that what belongs to one
    place lies together in the index and is written together."""
    return [_place_number(text.split(" ", 2)[1]) | crc32(text.encode()) for text in texts]


@lru_cache(maxsize=65_536)
def _place_number(place: str) -> int:
    return (crc32(place.rpartition(":")[2].encode()) >> 1) << 32


def keys_of(person: Person, hot: frozenset[str] = frozenset()) -> Keys:
    """The keys under which this person is filed, and those looked up for them."""
    both, posted, sought = key_texts(person)
    if hot:
        both, posted, sought = both - hot, posted - hot, sought - hot
    shared = _numbers_of(both)
    return Keys(frozenset([*shared, *_numbers_of(posted)]),
                frozenset([*shared, *_numbers_of(sought)]))
