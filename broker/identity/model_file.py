"""A model of identity as a JSON document that people can read, keep and edit.

One line a level: feature, level, m, u, weight in bits, reason. The weight is written for readers;
m and u are what is read. How common names are is part of the program (frequencies.py) and not of
the file, so that a file holds nothing of anybody.
"""
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from broker.errors import ConfigError
from broker.identity.hot_keys import form_wanted
from broker.identity.model import DEFAULT_MODEL, LEVELS, Level, Model

FORMAT = 1
"""Which form of document this is, under the key `concord_identity_model`."""

_FORMAT_KEY = "concord_identity_model"
_PROBABILITIES = ("link_probability", "review_probability", "floor_probability")
_KEYS = (_FORMAT_KEY, "version", "population", *_PROBABILITIES, "margin_bits", "hot_keys",
         "levels")
_LEVEL_KEYS = ("feature", "level", "m", "u", "u_of_frequency", "weight_bits", "reason")
_LEVEL_KEYS_NEEDED = ("feature", "level", "m", "u", "reason")
POPULATION_MIN, POPULATION_MAX = 2, 100_000_000
_MARGIN_BITS_MAX = 100.0
_PROBABILITY_MIN = 1e-30  # below it a weight is a mistake
_MULTIPLE_MAX = 1000.0  # of a value's frequency
_DIGITS_MAX = 1000  # more are beyond any figure here
_DEPTH_MAX = 8  # a model has three
_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def document_of(model: Model) -> dict[str, Any]:
    """The model as plain data: numbers, texts, lists."""
    return {
        _FORMAT_KEY: FORMAT,
        "version": model.version,
        "population": model.population,
        **{name: getattr(model, name) for name in _PROBABILITIES},
        "margin_bits": model.margin_bits,
        "hot_keys": sorted(model.hot_keys),
        "levels": [{
            "feature": each.feature, "level": each.level, "m": each.m, "u": each.u,
            "u_of_frequency": each.u_of_frequency, "weight_bits": round(each.weight, 4),
            "reason": each.reason,
        } for each in model.levels],
    }


def text_of(model: Model) -> str:
    """The model as a JSON document with a line for each level."""
    document = document_of(model)
    levels = ",\n".join(f"    {json.dumps(each, ensure_ascii=False)}"
                        for each in document.pop("levels"))
    head = json.dumps(document, ensure_ascii=False, indent=2)[:-2]
    return f'{head},\n  "levels": [\n{levels}\n  ]\n}}\n'


def digest_of(model: Model) -> str:
    """What tells one model from another: thresholds, keys and figures, not names and reasons.

    The version of the program's own model stands for what is compared and is no figure: names,
    their frequencies, blocking, clustering.
    """
    document = document_of(model)
    levels = sorted((each["feature"], each["level"], each["m"], each["u"])
                    for each in document.pop("levels"))
    del document["version"], document[_FORMAT_KEY]
    return sha256(json.dumps([document, levels, DEFAULT_MODEL.version],
                             sort_keys=True).encode()).hexdigest()


def model_of(text: str, name: str, *, was_set: bool = False) -> Model:
    """The model in a JSON document; `name` is what errors call the file. One that `was_set` in
    the past may have hot keys as they were written then.

    `ConfigError` says the line or the field, the value found and what is wanted. Every level that
    comparisons can come to must be there, and no other.
    """
    _refuse_depth(name, text)
    try:
        document = json.loads(text, parse_int=_whole)
    except json.JSONDecodeError as why:
        raise ConfigError(f"{name} line {why.lineno} column {why.colno} is not valid JSON "
                          f"({why.msg}): mend that line.") from None
    if not isinstance(document, dict):
        raise ConfigError(f"{name} is not an identity model: it must be a JSON object as "
                          "`concord identity model --format json` prints one.")
    _refuse_keys(name, document, _KEYS, _KEYS)
    if document[_FORMAT_KEY] != FORMAT:
        raise _wrong(name, _FORMAT_KEY, document[_FORMAT_KEY], f"must be {FORMAT}")
    chances = [_number(name, each, document[each], 0.0, 1.0) for each in _PROBABILITIES]
    if not 0.0 < chances[2] <= chances[1] <= chances[0] < 1.0:
        raise ConfigError(f"{name}: floor_probability, review_probability and link_probability "
                          f"are {chances[2]}, {chances[1]} and {chances[0]}: each must be at "
                          "least the one before, above 0 and below 1.")
    return Model(
        version=_text(name, "version", document["version"]),
        levels=_levels(name, document["levels"]),
        population=_population(name, document["population"]),
        link_probability=chances[0], review_probability=chances[1],
        floor_probability=chances[2],
        margin_bits=_number(name, "margin_bits", document["margin_bits"], 0.0, _MARGIN_BITS_MAX),
        hot_keys=_hot_keys(name, document["hot_keys"], was_set=was_set),
    )


def _whole(digits: str) -> int | float:
    """A whole number; one so long that Python refuses to read it is infinite."""
    return int(digits) if len(digits) <= _DIGITS_MAX else float(digits)


def _refuse_depth(name: str, text: str) -> None:
    """Before reading, which would fail without saying where."""
    depth = 0
    for found in _TEXT_OR_BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
        if depth > _DEPTH_MAX:
            line = text.count("\n", 0, found.start()) + 1
            raise ConfigError(f"{name} line {line} is nested too deep for an identity model: "
                              "mend that line.")


def _wrong(name: str, where: str, value: object, wanted: str) -> ConfigError:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return ConfigError(f"{name}: {where} is {shown[:60]}: it {wanted}.")


def _refuse_keys(where: str, table: Mapping[str, Any], known: Sequence[str],
                 needed: Sequence[str]) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ConfigError(f"{where} has an unknown key {unknown[0]!r}: the known ones are "
                          f"{', '.join(sorted(known))}.")
    missing = [each for each in needed if each not in table]
    if missing:
        raise ConfigError(f"{where} lacks {missing[0]!r}: add it.")


def _text(name: str, where: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name, where, value, "must be text")
    return value


def _number(name: str, where: str, value: object, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) \
            or not least <= value <= most:
        raise _wrong(name, where, value, f"must be a number from {least:g} to {most:g}")
    return float(value)


def _population(name: str, value: object) -> int:
    if (isinstance(value, bool) or not isinstance(value, int)
            or not POPULATION_MIN <= value <= POPULATION_MAX):
        raise _wrong(name, "population", value,
                     f"must be a whole number from {POPULATION_MIN} to {POPULATION_MAX}")
    return value


def _hot_keys(name: str, value: object, *, was_set: bool) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong(name, "hot_keys", value, "must be a list of texts")
    for number, key in enumerate(value, start=1) if not was_set else ():
        if wanted := form_wanted(key):  # without the key, which may be somebody's birth date
            raise ConfigError(f"{name}: hot_keys, entry {number}: no record is filed under it "
                              f"({wanted}): write it so, or take it out.")
    return frozenset(value)


def _levels(name: str, value: object) -> tuple[Level, ...]:
    """The levels in the order of the program's own table."""
    if not isinstance(value, list):
        raise _wrong(name, "levels", value, "must be a list of levels")
    known = {(each.feature, each.level): each for each in LEVELS}
    found: dict[tuple[str, str], Level] = {}
    for number, entry in enumerate(value, start=1):
        level = _level(name, f"levels, entry {number}", entry, known)
        if (level.feature, level.level) in found:
            raise ConfigError(f"{name}: levels, entry {number} ({level.feature} {level.level}) "
                              "stands there twice: take one out.")
        found[level.feature, level.level] = level
    missing = [key for key in known if key not in found]
    if missing:
        raise ConfigError(f"{name}: levels lacks {missing[0][0]} {missing[0][1]}: add it, or "
                          "train the model again with this version of Concord.")
    return tuple(found[key] for key in known)


def _level(name: str, where: str, entry: object,
           known: Mapping[tuple[str, str], Level]) -> Level:
    if not isinstance(entry, dict):
        raise _wrong(name, where, entry, "must be an object")
    _refuse_keys(f"{name}: {where}", entry, _LEVEL_KEYS, _LEVEL_KEYS_NEEDED)
    feature, level = (_text(name, f"{where}, {part}", entry[part])
                      for part in ("feature", "level"))
    own = known.get((feature, level))
    if own is None:
        raise _wrong(name, f"{where}, level", f"{feature} {level}",
                     "must be one that this version of Concord compares")
    where = f"{where} ({feature} {level})"
    if entry.get("u_of_frequency", own.u_of_frequency) is not own.u_of_frequency:
        raise _wrong(name, f"{where}, u_of_frequency", entry["u_of_frequency"],
                     f"must be {json.dumps(own.u_of_frequency)}")
    return replace(
        own, reason=_text(name, f"{where}, reason", entry["reason"]),
        m=_number(name, f"{where}, m", entry["m"], _PROBABILITY_MIN, 1.0),
        u=_number(name, f"{where}, u", entry["u"], _PROBABILITY_MIN,
                  _MULTIPLE_MAX if own.u_of_frequency else 1.0))
