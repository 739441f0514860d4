"""Which records are worth comparing: those that share a key, each key selective on its own.

A key is a 32-bit number, so that the store's index stays small and shows no personal detail; two
keys that fall together only cost a comparison. All keys are symmetric: two records meet whichever
of them came first. Nothing here depends on how
many records share a key so far, since that would make the children depend on the order of
arrival; keys known to be useless are left out by the model's version instead.
"""
from functools import lru_cache
from zlib import crc32

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


def key_texts(person: Person) -> set[str]:
    """The keys of one person as words, each beginning with its kind."""
    texts = {f"nhs {number}" for number in (*person.nhs, *person.superseded)}
    texts.update(f"upn {number}" for number in person.upns)
    texts.update(f"la {number}" for number in person.local)
    texts.update(f"pnc {number}" for number in person.pncs)
    texts.update(f"phone {number}" for number in person.phones)
    if person.local or person.is_return:
        texts.add(f"own {person.own_id}")
    days = {_day_of(birth) for birth in person.births[:_BIRTHS_MAX]}
    years = {birth.year for birth in person.births[:_BIRTHS_MAX]}
    for name in person.names[:_NAMES_MAX]:
        _name_texts(texts, name, days, years, person.postcodes)
    return texts


def _name_texts(texts: set[str], name: Name, days: set[str], years: set[int],
                postcodes: tuple[str, ...]) -> None:
    given, family = _given_sounds(name.given), _family_sounds(name.family)
    heard = given | family
    for day in days:
        texts.update(f"born {day} {sound}" for sound in heard)
        if name.given and name.family:
            one, other = name.given[0][0], name.family[-1][0]
            texts.add(f"born {day} {one}{other}" if one < other else f"born {day} {other}{one}")
    for one in given:
        for other in family:
            pair = f"{one} {other}" if one < other else f"{other} {one}"
            texts.update(f"year {year} {pair}" for year in years)
    for postcode in postcodes:
        texts.update(f"home {postcode} {sound}" for sound in heard)


def keys_of(person: Person, hot: frozenset[str] = frozenset()) -> frozenset[int]:
    """The keys under which this person is looked up and looks others up."""
    return frozenset([crc32(text.encode()) for text in key_texts(person) - hot])
