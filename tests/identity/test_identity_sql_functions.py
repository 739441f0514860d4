"""The comparisons as functions of texts, as SQL engines call them."""
import pickle

import pytest

from broker.identity.model import DEFAULT_MODEL
from broker.identity.person import Birth, Name, Person
from broker.identity.scoring import HELD_APART, score
from broker.identity.splink_settings import settings_of
from broker.identity.sql_functions import (
    DIGITS,
    digits_of,
    features_of,
    functions_of,
    person_of_text,
    text_of_person,
    weights_of_digit,
)

OLIVIA = Person("police:1", (Name(("OLIVIA",), ("THWAITE",)),), (Birth(2015, 3, 4),), ("F",),
                postcodes=("YO1 1AA",), adopted_day=17_000, first_day=16_000)
ALSO = Person("council:9@cin", (Name(("OLIVIA", "MAY"), ("THWAITE",), former=True),),
              (Birth(2015, 4, 3, "S"),), ("F",), nhs=("9434765919",), first_day=16_500)
FUNCTIONS = functions_of(DEFAULT_MODEL)


@pytest.mark.parametrize("person", [OLIVIA, ALSO])
def test_a_person_is_read_from_a_text_as_written(person: Person) -> None:
    """Key, adoption and first day among it."""
    assert person == person_of_text(text_of_person(person))


@pytest.mark.parametrize("bits", [0.0, 1.0, -12.3, 99.25, -127.0, 1 / 3])
def test_digits_add_up_to_the_weight_they_stand_for(bits: float) -> None:
    """To within half of the last one."""
    weights = [dict(weights_of_digit(place)) for place in range(DIGITS)]

    found = sum(weights[place][digit] for place, digit in enumerate(digits_of(bits)))

    assert pytest.approx(bits, abs=2.0 ** -33) == found


def test_a_weight_beyond_all_digits_stays_the_greatest() -> None:
    """No model comes to 128 bits by value; if one did, its sign would hold."""
    assert ("f" * DIGITS, "0" * DIGITS) == (digits_of(500.0), digits_of(-500.0))


def test_the_level_of_each_feature_is_that_of_the_evidence() -> None:
    """And nothing for a feature of which nothing was said."""
    one, other = text_of_person(OLIVIA), text_of_person(ALSO)
    evidence = {each.feature: each.level
                for each in score(OLIVIA, ALSO, DEFAULT_MODEL).evidence}

    levels = {each: FUNCTIONS["concord_level"](one, other, each)
              for each in features_of(DEFAULT_MODEL)}

    assert {each: evidence.get(each, "") for each in levels} == levels


def test_levels_and_digits_make_the_whole_weight() -> None:
    """With the prior."""
    one, other = text_of_person(OLIVIA), text_of_person(ALSO)
    fixed = sum(DEFAULT_MODEL.weights[feature, level] for feature in features_of(DEFAULT_MODEL)
                if (level := FUNCTIONS["concord_level"](one, other, feature)))
    digits = FUNCTIONS["concord_by_value"](one, other)
    by_value = sum(dict(weights_of_digit(place))[digit] for place, digit in enumerate(digits))

    assert pytest.approx(score(OLIVIA, ALSO, DEFAULT_MODEL).weight, abs=2.0 ** -32) == (
        DEFAULT_MODEL.prior_bits + fixed + by_value)


def test_why_two_may_not_be_joined_is_told() -> None:
    """As linking would say it; nothing where nothing is in the way."""
    twin = OLIVIA._replace(key="police:2", adopted_day=None)
    here = ALSO._replace(key="council:9", births=(Birth(2015, 3, 4),))
    one = OLIVIA._replace(adopted_day=None)

    assert HELD_APART == FUNCTIONS["concord_apart"](text_of_person(one), text_of_person(twin))
    assert "" == FUNCTIONS["concord_apart"](text_of_person(one), text_of_person(here))


def test_every_comparison_ends_in_a_level_for_whatever_is_left() -> None:
    """As Splink wants it, and with a null level first, so that it has nothing to warn of."""
    comparisons = settings_of(DEFAULT_MODEL)["comparisons"]

    assert len(features_of(DEFAULT_MODEL)) + DIGITS == len(comparisons)
    assert {"ELSE"} == {each["comparison_levels"][-1]["sql_condition"] for each in comparisons}
    assert {True} == {each["comparison_levels"][0]["is_null_level"] for each in comparisons}


def test_settings_are_plain_data() -> None:
    """They can be written as JSON, and sent to other machines."""
    settings = settings_of(DEFAULT_MODEL)

    assert settings == pickle.loads(pickle.dumps(settings))  # noqa: S301 # our own bytes
