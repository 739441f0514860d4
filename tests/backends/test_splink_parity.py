"""Splink, given our model, comes to our weights: on DuckDB, pair by pair."""
from itertools import combinations
from math import log2
from typing import Any

import pytest
from splink import DuckDBAPI, Linker

from broker.backends.splink_functions import connected, keep, know
from broker.identity.blocking import keys_of
from broker.identity.comparison.words import given_alike
from broker.identity.frequencies import given_bits
from broker.identity.model import DEFAULT_MODEL, probability_of
from broker.identity.person import Person
from broker.identity.scoring import Scored, score
from broker.identity.splink_settings import settings_of
from broker.identity.sql_functions import features_of, functions_of, text_of_person
from tests.backends.made_up_people import people_of

pytestmark = pytest.mark.slow

SEED = 20260301
BITS_APART_MAX = 2.0 ** -32  # what the digits of the part by value round off
FLOAT_APART_MAX = 1e-9
EVERY_PAIR = [{"blocking_rule": "1 = 1"}]

Pairs = dict[tuple[str, str], Any]


@pytest.fixture(scope="module")
def people() -> list[Person]:
    """About a hundred records of fifty children."""
    return people_of(50, SEED)


@pytest.fixture(scope="module")
def ours(people: list[Person]) -> dict[tuple[str, str], Scored]:
    """Every pair as we score it."""
    return {(one.key, other.key): score(one, other, DEFAULT_MODEL)
            for one, other in combinations(people, 2)}


@pytest.fixture(scope="module")
def theirs(people: list[Person]) -> Pairs:
    """Every pair as Splink scores it with our settings."""
    connection = connected()
    know(connection, functions_of(DEFAULT_MODEL))
    keep(connection, "people", {"unique_id": "VARCHAR", "person": "VARCHAR"},
         ((each.key, text_of_person(each)) for each in people))
    settings = {**settings_of(DEFAULT_MODEL), "retain_intermediate_calculation_columns": True,
                "blocking_rules_to_generate_predictions": EVERY_PAIR}
    linker = Linker(DuckDBAPI(connection).register("people"), settings, log_level=None)
    return {(row["unique_id_l"], row["unique_id_r"]): row
            for row in linker.inference.predict().as_record_list()}


def test_the_same_pairs_are_scored(ours: dict[tuple[str, str], Scored], theirs: Pairs) -> None:
    """Some five thousand of them, so that most levels are met."""
    assert len(ours) > 4000
    assert ours.keys() == theirs.keys()


def test_each_level_weighs_the_same(
    ours: dict[tuple[str, str], Scored], theirs: Pairs,
) -> None:
    """Splink's weight of every comparison is the table's."""
    weights = DEFAULT_MODEL.weights
    apart = []
    for pair, scored in ours.items():
        for each in scored.evidence:
            splinks = theirs[pair][f"mw_{each.feature}"]
            if abs(splinks - weights[each.feature, each.level]) > FLOAT_APART_MAX:
                apart.append((each.feature, each.level, splinks))

    assert [] == apart


def test_a_feature_of_which_nothing_is_said_weighs_nothing(
    ours: dict[tuple[str, str], Scored], theirs: Pairs,
) -> None:
    """It adds nothing to Splink's sum, as it adds none to ours."""
    silent = {
        theirs[pair][f"mw_{feature}"] for pair, scored in ours.items()
        for feature in features_of(DEFAULT_MODEL)
        if feature not in {each.feature for each in scored.evidence}}

    assert {0.0} == silent


def test_each_pair_weighs_the_same(ours: dict[tuple[str, str], Scored], theirs: Pairs) -> None:
    """Rare names and households among it, to the last digit that is handed over."""
    apart = {pair: theirs[pair]["match_weight"] - scored.weight for pair, scored in ours.items()}

    assert [] == [pair for pair, bits in apart.items() if abs(bits) > BITS_APART_MAX]


def test_each_pair_is_as_probable(ours: dict[tuple[str, str], Scored], theirs: Pairs) -> None:
    """From the weight of 2 to the power of the bits against one."""
    apart = [pair for pair, scored in ours.items()
             if abs(theirs[pair]["match_probability"] - scored.probability) > FLOAT_APART_MAX]

    assert [] == apart


def test_splinks_own_term_frequencies_weigh_names_as_ours_do() -> None:
    """The adjustment that Splink makes for a name's frequency is our rarity, to 1e-9."""
    names = ("OLIVER", "AMELIA", "MOHAMMED", "ZUZANNA", "THEODORE", "QUILL", "NGOZI")
    level = DEFAULT_MODEL.table["given", "exact"]
    connection = connected()
    keep(connection, "people", {"unique_id": "VARCHAR", "given": "VARCHAR"},
         ((f"{place} {name}", name) for name in names for place in (1, 2)))
    keep(connection, "frequencies", {"given": "VARCHAR", "tf_given": "DOUBLE"},
         ((name, level.u * 2.0 ** -given_bits(name)) for name in names))
    database = DuckDBAPI(connection)
    linker = Linker(database.register("people"), {
        "link_type": "dedupe_only", "probability_two_random_records_match": 0.5,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.given = r.given"}],
        "comparisons": [{"output_column_name": "given", "comparison_levels": [
            {"sql_condition": "given_l = given_r", "m_probability": level.m,
             "u_probability": 0.01, "tf_adjustment_column": "given"},
            {"sql_condition": "ELSE", "m_probability": 0.25, "u_probability": 0.99}]}],
    }, log_level=None)
    linker.table_management.register_term_frequency_lookup(
        database.register("frequencies"), "given")

    weights = {row["unique_id_l"][2:]: row["match_weight"]
               for row in linker.inference.predict().as_record_list()}

    assert weights == {
        name: pytest.approx(level.weight + given_alike(name, name)[1], abs=FLOAT_APART_MAX)
        for name in names}


def test_splinks_probability_is_ours_at_any_weight() -> None:
    """The same number of bits is the same chance on both sides."""
    from splink.internals.misc import prob_to_match_weight

    for weight in (-20.0, -1.0, 0.0, 4.2479, 30.0):
        assert pytest.approx(weight, abs=1e-6) == prob_to_match_weight(probability_of(weight))
    assert pytest.approx(log2(19.0)) == prob_to_match_weight(0.95)


def test_records_that_live_linking_compares_meet_in_the_settings(people: list[Person]) -> None:
    """What one posts and another seeks is a key of both."""
    keys = {each.key: keys_of(each) for each in people}

    met = [(one, other) for one, other in combinations(keys, 2)
           if keys[one].posted & keys[other].sought]

    assert len(met) > 40
    assert all((keys[one].posted | keys[one].sought) & (keys[other].posted | keys[other].sought)
               for one, other in met)
