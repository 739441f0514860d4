"""Which records are worth comparing: those that meet under a key, each key selective on its own.

A record posts some keys and seeks some; most are both. Those of a postcode or a name alone are
one-sided, so that a record without a birth date or a given name yet meets those it may belong to
while the others do not all meet each other. Two records meet whichever of them came
first: what one seeks the other posts, or neither. Nothing depends on how many records share a key
so far, since that would make the children depend on the order of arrival; keys known to be
useless are left out by the model's version instead. A key is a number, so that the store's index
stays small and shows no personal detail; two keys that fall together only cost a comparison.
"""
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from broker.identity.frequencies import (
    family_bits,
    given_bits,
    is_listed_family,
    is_listed_given,
)
from broker.identity.names import (
    full_names_of,
    is_twin_mark,
    long_sound_of,
    sound_of,
    written_sound_of,
)
from broker.identity.person import Birth, Name, Person
from broker.identity.traditions import may_be_family, second_tongue
from broker.identity.transliteration import romanised

_NAMES_MAX = 4
_BIRTHS_MAX = 3
_BEGINNINGS = "ABDFGJKLMNPRSTW"  # every letter with which a sound begins
_CONSONANTS = {"B": "1", "F": "1", "P": "1", "J": "2", "K": "2", "S": "2", "D": "3", "T": "3",
               "L": "4", "M": "5", "N": "5", "R": "6"}  # as sounds have them after the first
# One child of thirty thousand: who shares a commoner name and no more weighs less than the floor.
_TELLING_NAME_BITS = 15.0
# Tells boys from girls in a Vietnamese name, and is no given name beside another.
_BOY_OR_GIRL = frozenset({("VAN",), ("THI",)})
# A given name of each tongue that a child may have beside another.
_OF_EACH_TONGUE = ("OLIVER", "KWAME", "MEI", "LINH")


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
    sounds = {long_sound_of(full) for token in tokens for full in full_names_of(token)}
    sounds.update(map(written_sound_of, tokens))  # as a slip of the pen leaves it
    if len(tokens) == 2 and all(map(romanised, tokens)):
        sounds.add(long_sound_of("".join(tokens)))  # Han Zi, which others write Hanzi
    return frozenset(sounds)


@lru_cache(maxsize=65_536)
def _long_family_sounds(tokens: tuple[str, ...]) -> frozenset[str]:
    sounds = set(map(long_sound_of, tokens))
    if len(tokens) == 2 and all(map(romanised, tokens)):
        sounds.add(long_sound_of("".join(tokens)))
    return frozenset(sounds)


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
    texts = Texts(set(_number_texts(person)), set(), set())
    names, births = person.names[:_NAMES_MAX], person.births[:_BIRTHS_MAX]
    for name in names:
        _add(texts, _name_texts(name, bool(births), bool(person.postcodes)))
        for birth in births:
            _add(texts, _birth_texts(name, birth))
    for postcode in person.postcodes:
        _add(texts, _home_texts(names, births, postcode))
    return texts


def _add(texts: Texts, others: Texts) -> None:
    for own, other in zip(texts, others, strict=True):
        own |= other


def _number_texts(person: Person) -> list[str]:
    """The numbers and telephones that name the person or the home."""
    texts = [f"nhs {number}" for number in (*person.nhs, *person.superseded)]
    texts += [f"upn {number}" for number in person.upns]
    texts += [f"la {number}" for number in person.local]
    texts += [f"pnc {number}" for number in person.pncs]
    texts += [f"phone {number}" for number in person.phones]
    if person.local or person.is_return:
        texts.append(f"own {person.own_id}")
    return texts


def _name_texts(name: Name, is_dated: bool, has_home: bool) -> Texts:
    """By first given name and family name, if both together are rare: who has neither a birth
    date nor a home meets everybody who is called so, who lacks a birth date alone those without a
    home. Two homes that are one have keys of their own, and two that are not tell against it."""
    if not name.given or not name.family or _TELLING_NAME_BITS > given_bits(name.given[0]) + max(
            map(family_bits, name.family)):
        return Texts(set(), set(), set())
    # The two in one order, so that these keys lie beside those of the names and a birth date.
    names = [f"{min(given, family)}+{max(given, family)} {given}"
             for given in _first_and_second(name.given[:2])[0]
             for family in _long_family_sounds(name.family)]
    called, bare, undated, homeless = (
        {f"{kind} {each}" for each in names}
        for kind in ("called", "bare", "undated", "homeless"))
    if not is_dated:
        return Texts(set(), called | undated, bare | homeless) if has_home else Texts(
            set(), called | bare, called)
    return Texts(set(), called, bare) if has_home else Texts(
        set(), called | homeless, bare | undated)


@lru_cache(maxsize=8_192)
def _name_numbers(name: Name, is_dated: bool, has_home: bool) -> Keys:
    """The same as numbers, kept at hand as those of a birth date are."""
    return _keys_in(_name_texts(name, is_dated, has_home))


def _birth_texts(name: Name, birth: Birth) -> Texts:
    """By birth date: a given name sounds the same that one of the two goes by; also with day and
    month swapped, the family name does and the given names begin or end alike, or may be of two
    tongues, or one is not known yet. By two of year, month and day, again also swapped: given and
    family name sound the same. By year: two given names do and the family name. An estimate meets
    whole years."""
    # Long sounds: how many share a day or a year grows with the store, as a home does not.
    pairs = [*_pairs_of(_long_given_sounds(name.given), _long_family_sounds(name.family)),
             *_first_and_fathers(name.given)]
    year, month, number = birth[:3]
    both: set[str] = set()
    posted: set[str] = set()
    sought: set[str] = set()
    if not month == number == 1:
        low, high = sorted((month, number)) if number <= 12 else (month, number)
        date = f"{year}-{low}-{high}"
        for reading in _readings(name):
            first, second = _first_and_second(reading.given)
            both.update([f"born {date}+{sound[0]} {number} {sound}" for sound in first])
            sought.update([f"middle {date}+{sound[0]} {number} {sound}" for sound in first])
            posted.update([f"middle {date}+{sound[0]} {number} {sound}" for sound in second])
            sought.update([f"born {date}+{sound[0]} {number} {sound}" for sound in second])
            both.update([f"family {date}+{words}" for words in _families_of(reading)])
        for pair in pairs:
            both.update((f"birthday {pair} {low}-{high}", f"day {pair} {year}-{number}"))
    both.update([f"month {pair} {each}" for pair in pairs for each in _months_of(birth)])
    if len(name.given) > 1:
        both.update([f"year {words} {year}" for words in _middles_of(name)])
    return Texts(both, posted, sought)


@lru_cache(maxsize=8_192)
def _birth_numbers(name: Name, birth: Birth) -> Keys:
    """The same as numbers, kept at hand: a record's versions and its child's others share them."""
    return _keys_in(_birth_texts(name, birth))


@lru_cache(maxsize=65_536)
def _first_and_second(given: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The sounds of a first given name, also where others write two as one, and of a second: by
    a name that both have as their second nobody is found."""
    if len(given) != 2:
        return _long_given_sounds(given), frozenset()
    second = _long_given_sounds(given[1:])
    first = _long_given_sounds(given[:1]) | (_long_given_sounds(given) - second)
    return first, second - first


@lru_cache(maxsize=65_536)
def _months_of(birth: Birth) -> tuple[int, ...]:
    """The months, counted through, in which a child may be born whose birth date reads so."""
    year, month, day, precision = birth
    own = year * 12 + month - 1
    if precision == "S" or month == day == 1:
        return tuple(range(year * 12, year * 12 + 12))
    before, after = (2, 2) if precision == "E" else (1 if day == 1 else 0, 0)
    return tuple(range(own - before, own + after + 1))


def _pairs_of(given: frozenset[str], family: frozenset[str]) -> set[str]:
    """Each given with each family name, in either order the same."""
    return {f"{one}+{other}" if one < other else f"{other}+{one}"
            for one in given for other in family}


@lru_cache(maxsize=65_536)
def _first_and_fathers(given: tuple[str, ...]) -> set[str]:
    """The first given name with each further one that another clerk may write as the family
    name."""
    if len(given) < 2:
        return set()
    others = frozenset(long_sound_of(word) for word in given[1:] if may_be_family(word))
    return _pairs_of(_long_given_sounds(given[:1]), others)


def _readings(name: Name) -> tuple[Name, ...]:
    """The name, and with given and family name in the other order where they look like that."""
    given, family = name.given, name.family
    if (given and is_listed_family(given[0]) and not is_listed_given(given[0])) or (
            family and is_listed_given(family[-1]) and not is_listed_family(family[-1])):
        return name, Name(family, given)
    return (name,)


def _families_of(name: Name) -> list[str]:
    """Each family name with how the given names begin and how they end; with any beginning where
    no given name is known, and with the name's tongue where a child may have two."""
    families = _long_family_sounds(name.family)
    sounds = _long_given_sounds(name.given[:1])
    if not sounds or name.given in _BOY_OR_GIRL:
        ends = set(_BEGINNINGS)
    else:
        ends = set(_ends_of(name.given))
        if _may_have_second(name.family) and _may_have_two_tongues(name):
            ends.add("tongues")
    return [f"{family} {end}" for family in families for end in ends]


@lru_cache(maxsize=65_536)
def _ends_of(given: tuple[str, ...]) -> frozenset[str]:
    """How the first two of these names begin, and of the first the last two consonants, with the
    first letter and without it: something stays the same where a letter is left out, mistyped or
    displaced."""
    sounds = _long_given_sounds(given[:1])
    ends = {sound[0] for sound in _long_given_sounds(given[:2])}
    ends.update([(_CONSONANTS.get(sound[0], "") + sound[1:])[-2:] for sound in sounds])
    ends.update([sound[1:][-2:] for sound in sounds])
    return frozenset(ends)


@lru_cache(maxsize=65_536)
def _may_have_second(family: tuple[str, ...]) -> bool:
    """Whether a family's children may have a given name of its tongue beside an English one."""
    return any(second_tongue(_OF_EACH_TONGUE[:1], (other,), family)
               for other in _OF_EACH_TONGUE[1:])


def _may_have_two_tongues(name: Name) -> bool:
    return any(second_tongue(name.given[:1], (other,), name.family) for other in _OF_EACH_TONGUE)


def _middles_of(name: Name) -> set[str]:
    """Two given names with each family name."""
    first, second = map(_long_given_sounds, (name.given[:1], name.given[1:2]))
    return {f"{both}+{family}" for both in _pairs_of(first, second)
            for family in _long_family_sounds(name.family)}


def _home_texts(names: tuple[Name, ...], births: tuple[Birth, ...], postcode: str) -> Texts:
    """By postcode: the given name sounds the same, or the month of birth is the same, or the year
    and the family name sounds the same. Who has no given name yet meets everyone there, who has
    no birth date everyone whose given name begins alike; brothers and sisters seldom meet."""
    place = postcode.replace(" ", "")
    sounds = {sound for name in names for sound in _given_sounds(name.given)}
    families = {sound for name in names for sound in _family_sounds(name.family)}
    both = {f"home {place} {sound}" for sound in sounds}
    for birth in births:
        both.add(f"home {place} {birth.year}-{birth.month}")
        both.update([f"home {place} {birth.year} {sound}" for sound in families])
    beginnings = {sound[0] for sound in sounds} or _BEGINNINGS
    here = {f"at {place} {each}" for each in beginnings}
    unclear = {f"unclear {place} {each}" for each in beginnings}
    if sounds and births:
        return Texts(both, here, unclear)
    return Texts(both, here | unclear, here)


@lru_cache(maxsize=8_192)
def _home_numbers(names: tuple[Name, ...], births: tuple[Birth, ...], postcode: str) -> Keys:
    """The same as numbers, kept at hand as those of a birth date are."""
    return _keys_in(_home_texts(names, births, postcode))


def _keys_in(texts: Texts) -> Keys:
    both, posted, sought = map(_numbers_of, texts)
    return Keys(frozenset([*both, *posted]), frozenset([*both, *sought]))


def _numbers_of(texts: Iterable[str]) -> list[int]:
    """63 bits each: first those of the date, names, postcode or number that stand behind the kind,
    so that one record's keys lie together in the index and are read and written together."""
    return [_place_number(text.split(" ", 2)[1]) | crc32(text.encode()) for text in texts]


@lru_cache(maxsize=65_536)
def _place_number(place: str) -> int:
    return (crc32(place.rpartition(":")[2].encode()) >> 1) << 32


def keys_of(person: Person, hot: frozenset[str] = frozenset()) -> Keys:
    """The keys under which this person is filed, and those looked up for them."""
    names, births = person.names[:_NAMES_MAX], person.births[:_BIRTHS_MAX]
    numbers = _numbers_of(_number_texts(person))
    parts = [_birth_numbers(name, birth) for name in names for birth in births]
    parts += [_name_numbers(name, bool(births), bool(person.postcodes)) for name in names]
    parts += [_home_numbers(names, births, postcode) for postcode in person.postcodes]
    keys = Keys(frozenset(numbers).union(*[part.posted for part in parts]),
                frozenset(numbers).union(*[part.sought for part in parts]))
    if not hot:
        return keys
    useless = frozenset(_numbers_of(hot))
    return Keys(keys.posted - useless, keys.sought - useless)
