"""A model of identity as settings of Splink, whose sum of weights is then ours.

Each feature is a comparison, each level one of its levels with the table's m and u; what depends
on the value comes as the digits of a number (sql_functions.py). Blocked on the keys of
blocking.py, all of them both posted and sought: a few more pairs than live linking compares.
"""
from collections.abc import Sequence
from typing import Any

from broker.identity.model import Level, Model
from broker.identity.sql_functions import DIGITS, NO_EVIDENCE, features_of, weights_of_digit

PEOPLE_COLUMNS = ("unique_id", "agency", "person", "keys")
"""The columns of prepared people: subject key, who holds it, all that is compared, numbers."""


def settings_of(model: Model) -> dict[str, Any]:
    """The settings as plain data, to be written as JSON or given to `splink.Linker`."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": 1.0 / (model.population + 1.0),
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.keys = r.keys", "arrays_to_explode": ["keys"]}],
        "comparisons": [*(_feature(model, each) for each in features_of(model)),
                        *map(_digit, range(DIGITS))],
    }


def _feature(model: Model, feature: str) -> dict[str, Any]:
    """A feature's levels; of those that most pairs come to is asked first."""
    call = f"concord_level(person_l, person_r, '{feature}')"
    levels = sorted((each for each in model.levels if each.feature == feature), key=_seldom)
    told = [(each.level, each.reason, each.m, each.u) for each in levels]
    if len(told) == 1:
        told.append(("no other", "nothing else is said", 1.0, 1.0))
    return _comparison(feature, call, (NO_EVIDENCE, f"nothing said of {feature}"), told)


def _seldom(level: Level) -> float:
    if level.level == "missing":
        return -1.0
    return 0.0 if level.u_of_frequency else -level.u


def _digit(place: int) -> dict[str, Any]:
    call = f"substr(concord_by_value(person_l, person_r), {place + 1}, 1)"
    (usual, _), *others = weights_of_digit(place)
    return _comparison(f"by_value_{place}", call, (usual, "nothing by value"), [
        (digit, f"by value, place {place}: {bits:+g} bits", *_m_and_u(bits))
        for digit, bits in others])


def _m_and_u(bits: float) -> tuple[float, float]:
    return (1.0, 2.0 ** -bits) if bits >= 0.0 else (2.0 ** bits, 1.0)


def _comparison(name: str, call: str, nothing: tuple[str, str],
                levels: Sequence[tuple[str, str, float, float]]) -> dict[str, Any]:
    """`nothing` is the level without a weight, and its label. The last level has no condition, as
    Splink wants one for whatever is left."""
    found = [{
        "sql_condition": f"{call} = '{level}'", "label_for_charts": label,
        "m_probability": m, "u_probability": u,
        "fix_m_probability": True, "fix_u_probability": True,
    } for level, label, m, u in levels]
    found[-1]["sql_condition"] = "ELSE"
    return {"output_column_name": name, "comparison_levels": [
        {"sql_condition": f"{call} = '{nothing[0]}'", "label_for_charts": nothing[1],
         "is_null_level": True}, *found]}
