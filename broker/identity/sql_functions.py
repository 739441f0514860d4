"""The comparisons as functions of texts, for engines that call them row by row (DuckDB, Spark).

A person travels as one text. Splink adds fixed weights, one a level; what of a weight depends on
the value (a rare name) or on other evidence (a brother or sister) is no fixed weight. It is given
digit by digit: a number in base 16 whose digits are levels, so that Splink's sum is ours.
"""
import json
from collections.abc import Callable, Iterator
from functools import lru_cache

from broker.identity.model import Model
from broker.identity.person import Person, from_bytes, to_bytes
from broker.identity.scoring import Scored, score

NO_EVIDENCE = ""
"""The level of a feature of which nothing was said."""

DIGITS = 10
"""Hexadecimal digits of what depends on the value."""

_BITS_BEHIND_POINT = 32  # half of 2^-32 bits is the most by which the sums may differ
_OFFSET_BITS = 128.0
_PERSONS_KEPT = 262_144
_PAIRS_KEPT = 16_384

Function = Callable[..., str]


def text_of_person(person: Person) -> str:
    """All that is compared of a person, its key first, as one text."""
    return json.dumps([person.key, person.adopted_day, person.first_day,
                       to_bytes(person).decode()], ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=_PERSONS_KEPT)
def person_of_text(text: str) -> Person:
    """The person that `text_of_person` wrote."""
    key, adopted_day, first_day, features = json.loads(text)
    return from_bytes(key, features.encode())._replace(adopted_day=adopted_day,
                                                       first_day=first_day)


def features_of(model: Model) -> tuple[str, ...]:
    """The features of a model, in the order of its table."""
    return tuple(dict.fromkeys(each.feature for each in model.levels))


def weights_of_digit(place: int) -> Iterator[tuple[str, float]]:
    """(digit, bits) of one place, 0 the highest; the likeliest digit first."""
    step = 16.0 ** (DIGITS - 1 - place) / 2 ** _BITS_BEHIND_POINT
    usual = "8" if place == 0 else "0"
    for digit in sorted("0123456789abcdef", key=lambda each: (each != usual, each)):
        yield digit, int(digit, 16) * step - (_OFFSET_BITS if place == 0 else 0.0)


def digits_of(bits: float) -> str:
    """A weight of less than 128 bits either way as digits."""
    whole = round((bits + _OFFSET_BITS) * 2 ** _BITS_BEHIND_POINT)
    return f"{min(max(whole, 0), 16 ** DIGITS - 1):0{DIGITS}x}"


def functions_of(model: Model) -> dict[str, Function]:
    """The functions by the names under which SQL calls them.

    `concord_level(person, person, feature)` is the level of a feature, `concord_by_value(person,
    person)` the digits of what depends on the value, and `concord_apart(person, person)` why two
    may not be joined without a person although they agree; nothing where they may.
    """
    @lru_cache(maxsize=_PAIRS_KEPT)
    def scored(one: str, other: str) -> tuple[Scored, dict[str, str]]:
        found = score(person_of_text(one), person_of_text(other), model)
        return found, {each.feature: each.level for each in reversed(found.evidence)}

    def level(one: str, other: str, feature: str) -> str:
        return scored(one, other)[1].get(feature, NO_EVIDENCE)

    def by_value(one: str, other: str) -> str:
        found, levels = scored(one, other)
        fixed = sum(model.weights[each] for each in levels.items())
        return digits_of(found.weight - model.prior_bits - fixed)

    def apart(one: str, other: str) -> str:
        found = scored(one, other)[0]
        return found.forbidden or found.held or ""

    return {"concord_level": level, "concord_by_value": by_value, "concord_apart": apart}
