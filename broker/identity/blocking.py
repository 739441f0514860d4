"""Which records are worth comparing: those that meet under a key, each key selective on its own.

A record posts some keys and seeks some; most are both. A few kinds are one-sided, so that a
record with an estimated birth date, or without a birth date or a given name yet, meets those it
may belong to while the others do not all meet each other. Two records meet whichever of them came
first: what one seeks the other posts, or neither. Nothing depends on how many records share a key
so far, since that would make the children depend on the order of arrival; keys known to be
useless are left out by the model's version instead. A key is a number, so that the store's index
stays small and shows no personal detail; two keys that fall together only cost a comparison.
"""
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from broker.identity.frequencies import is_listed_family, is_listed_given
from broker.identity.names import full_names_of, sound_of
from broker.identity.person import Birth, Name, Person

_NAMES_MAX = 4
_BIRTHS_MAX = 3


def _day_of(birth: Birth) -> str:
    """A birth date, the same with its day and month swapped."""
    low, high = sorted((birth.month, birth.day))
    if high > 12:
        low, high = birth.month, birth.day
    return f"{birth.year}-{low}-{high}"


@lru_cache(maxsize=65_536)
def _given_sounds(tokens: tuple[str, ...]) -> frozenset[str]:
    return frozenset(sound_of(full) for token in tokens for full in full_names_of(token))


@lru_cache(maxsize=65_536)
def _family_sounds(tokens: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(sound_of, tokens))


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
    """By birth date: one name sounds the same and the other begins alike, or both go on the same
    after their first letters. By year, for estimates and rare names: both sound the same."""
    day, year = _day_of(birth), birth.year
    for one in _given_sounds(name.given):
        for other in _family_sounds(name.family):
            low, high = (one, other) if one < other else (other, one)
            texts.both.update((
                f"born {day} {one} {other[0]}", f"born {day} {other} {one[0]}",
                f"born {day} {low[1:]}-{high[1:]}" if low[1:] <= high[1:]
                else f"born {day} {high[1:]}-{low[1:]}"))
            pair = f"{year} {low} {high}"
            texts.posted.add(f"year {pair}")
            if birth.precision == "S":
                texts.posted.add(f"estimate {pair}")
                texts.sought.add(f"year {pair}")
            else:
                texts.sought.add(f"estimate {pair}")
    if name.given and name.family and not (
            is_listed_given(name.given[0]) or is_listed_family(name.family[-1])):
        texts.both.add(f"rare {year} {sound_of(name.given[0])} {sound_of(name.family[-1])}")


def _home_texts(texts: Texts, person: Person, postcode: str) -> None:
    """By postcode: the given name begins the same and the year of birth is the same. Who has no
    birth date, or no given name yet, meets everyone there; brothers and sisters seldom meet."""
    names = person.names[:_NAMES_MAX]
    begins = {sound[:2] for name in names for sound in _given_sounds(name.given)}
    texts.both.update([f"home {postcode} {birth.year} {begin}"
                       for birth in person.births[:_BIRTHS_MAX] for begin in begins])
    texts.posted.add(f"at {postcode}")
    if begins and person.births:
        texts.sought.add(f"unclear at {postcode}")
    else:
        texts.posted.add(f"unclear at {postcode}")
        texts.sought.add(f"at {postcode}")


def _number(text: str) -> int:
    """63 bits: first those of the day, postcode or local id, so that what belongs to one place
    lies together in the index and is written together."""
    return _place_number(text.split(" ", 2)[1]) | crc32(text.encode())


@lru_cache(maxsize=65_536)
def _place_number(place: str) -> int:
    return (crc32(place.rpartition(":")[2].encode()) >> 1) << 32


def keys_of(person: Person, hot: frozenset[str] = frozenset()) -> Keys:
    """The keys under which this person is filed, and those looked up for them."""
    both, posted, sought = key_texts(person)
    if hot:
        both, posted, sought = both - hot, posted - hot, sought - hot
    shared = list(map(_number, both))
    return Keys(frozenset([*shared, *map(_number, posted)]),
                frozenset([*shared, *map(_number, sought)]))
