"""Which records are worth comparing: those that share a key, each key selective on its own.

A key is a 63-bit number, so that the store's index holds no personal detail and stays small. All
keys are symmetric: two records meet whichever of them came first. Nothing here depends on how
many records share a key so far, since that would make the children depend on the order of
arrival; keys known to be useless are left out by the model's version instead.
"""
from hashlib import blake2b

from broker.identity.names import full_names_of, sound_of
from broker.identity.person import Birth, Name, Person

_NAMES_MAX = 4
_BIRTHS_MAX = 3


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def _day_of(birth: Birth) -> str:
    """A birth date, the same with its day and month swapped."""
    low, high = sorted((birth.month, birth.day))
    if high > 12:
        low, high = birth.month, birth.day
    return f"{birth.year}-{low}-{high}"


def _sounds_of(tokens: tuple[str, ...]) -> set[str]:
    return {sound_of(full) for token in tokens for full in full_names_of(token)}


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
    given, family = _sounds_of(name.given), {sound_of(each) for each in name.family}
    heard = given | family
    for day in days:
        texts.update(f"born {day} {sound}" for sound in heard)
        if name.given and name.family:
            initials = "".join(sorted((name.given[0][0], name.family[-1][0])))
            texts.add(f"born {day} {initials}")
    for one in given:
        for other in family:
            pair = " ".join(sorted((one, other)))
            texts.update(f"year {year} {pair}" for year in years)
    for postcode in postcodes:
        texts.update(f"home {postcode} {sound}" for sound in heard)


def keys_of(person: Person, hot: frozenset[str] = frozenset()) -> frozenset[int]:
    """The keys under which this person is looked up and looks others up."""
    return frozenset(map(_number, key_texts(person) - hot))
