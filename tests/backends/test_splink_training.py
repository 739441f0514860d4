"""Training with Splink on DuckDB: what it estimates, from whom, and that it repeats itself."""
from dataclasses import replace
from math import log2

import pytest

from broker.backends import splink_functions
from broker.backends.splink_training import pairs_across, train
from broker.errors import ConfigError
from broker.identity.model import DEFAULT_MODEL, LEVELS
from broker.identity.model_file import model_of, text_of
from broker.identity.person import Person
from broker.identity.training import Trained
from tests.backends.made_up_people import people_of

pytestmark = pytest.mark.slow

SEED = 5
PAIRS_MAX = 5_000


def nobody(_done: int, _whole: int) -> None:
    """Hears how far training is, and says nothing."""


@pytest.fixture(scope="module")
def people() -> list[Person]:
    """Some eight hundred records of four hundred children at three agencies."""
    return people_of(400, SEED)


@pytest.fixture(scope="module")
def found(people: list[Person]) -> Trained:
    """What their records teach."""
    return train(people, DEFAULT_MODEL, SEED, PAIRS_MAX, nobody)


def test_each_run_finds_which_of_its_pairs_are_one_child(found: Trained) -> None:
    """Pairs that share a number are; of those that share a birth date or a name, most."""
    shares = {each.name: each.one_person for each in found.sessions}

    assert {"number", "born", "sounds"} == shares.keys()
    assert shares["number"] > 0.99
    assert 0.7 < shares["born"] < 1.0
    assert 0.7 < shares["sounds"] < 1.0


def test_what_the_made_up_agencies_never_get_wrong_is_learned(found: Trained) -> None:
    """In this world a child has one postcode everywhere, which the default does not expect."""
    table = found.model.table

    assert table["postcode", "same"].m > 0.99
    assert table["postcode", "different"].weight < -3.0


def test_estimated_dates_are_learned_without_labels(found: Trained) -> None:
    """The police write 1 January for eight in a hundred children; of all pairs that share the
    sound of a name, some five in a hundred therefore fit by the year."""
    level = next(each for each in found.levels
                 if (each.level.feature, each.level.level) == ("birth_date", "year_fits_estimate"))

    assert 0.02 < level.level.m < 0.09
    assert pytest.approx(log2(level.level.m / level.level.u)) == level.level.weight


def test_levels_that_nobody_shows_keep_the_defaults_figures(found: Trained) -> None:
    """Nobody here has a pupil number or is unborn."""
    kept = {(each.level.feature, each.level.level) for each in found.levels if each.kept}

    assert {("upn", "same"), ("birth_date", "near_expected")} <= kept
    assert DEFAULT_MODEL.table["upn", "same"] == found.model.table["upn", "same"]


def test_every_level_has_a_weight(found: Trained) -> None:
    """No m and no u is nothing, and the file can be read again."""
    assert len(LEVELS) == len(found.model.levels)
    assert found.model == model_of(text_of(found.model), "trained")


def test_nothing_of_anybody_is_in_the_model(found: Trained, people: list[Person]) -> None:
    """Neither a name, nor a number, nor a postcode."""
    text = text_of(found.model)
    words = {word for each in people for word in (
        *each.nhs, *each.postcodes, *(name for of in each.names for name in of.family))}

    assert [] == sorted(each for each in words if f'"{each}"' in text or f" {each} " in text)


def test_the_same_people_and_seed_give_the_same_model(people: list[Person]) -> None:
    """In whatever order they come."""
    few = people[:600]
    one = train(few, DEFAULT_MODEL, SEED, 1_000, nobody)
    again = train(few[::-1], DEFAULT_MODEL, SEED, 1_000, nobody)

    assert text_of(one.model) == text_of(again.model)


def test_a_run_takes_no_more_pairs_than_it_may(people: list[Person]) -> None:
    """Fewer people are looked at, by the seed."""
    found = train(people, DEFAULT_MODEL, SEED, 200, nobody)

    assert all(each.pairs <= 300 for each in found.sessions)
    assert found.unlike_pairs <= 200


def test_thresholds_and_hot_keys_are_those_of_the_base(people: list[Person]) -> None:
    """Only figures are estimated."""
    base = replace(DEFAULT_MODEL, population=7, link_probability=0.96,
                   hot_keys=frozenset({"at YO11AA K"}))

    found = train(people[:600], base, SEED, 1_000, nobody).model

    assert base == replace(found, version=base.version, levels=base.levels)


def test_pairs_are_of_two_agencies(people: list[Person]) -> None:
    """As linking compares no others."""
    pairs = pairs_across(people, 5_000, SEED)

    assert 5_000 == len(pairs)
    assert all(one.agency != other.agency for one, other in pairs)
    assert {each.agency for each in people} == {other.agency for _, other in pairs}
    assert len({other.key for _, other in pairs}) > 0.95 * len(people)


def test_a_pair_of_two_agencies_is_found_where_almost_everybody_is_of_one(
        people: list[Person]) -> None:
    """The one of the other agency is in every pair."""
    council = [each for each in people if each.agency == "council"]
    stranger = next(each for each in people if each.agency == "police")

    pairs = pairs_across([*council, stranger], 50, SEED)

    assert 50 == sum(stranger in pair for pair in pairs)


@pytest.mark.parametrize("agencies", [(), ("police",), ("police", "council")])
def test_too_few_people_are_refused(people: list[Person], agencies: tuple[str, ...]) -> None:
    """One agency, or some dozen children, say nothing on how records of one child differ."""
    few = [each for each in people[:60] if each.agency in agencies]

    with pytest.raises(ConfigError, match="There are too few people to learn from"):
        train(few, DEFAULT_MODEL, SEED, 100, nobody)


def test_how_far_it_is_is_told(people: list[Person]) -> None:
    """From the first step to the last."""
    told: list[tuple[int, int]] = []

    train(people[:600], DEFAULT_MODEL, SEED, 10_000,
          lambda done, whole: told.append((done, whole)))

    assert [(1, 4), (2, 4), (3, 4), (4, 4)] == told


def test_without_the_extra_it_says_what_to_install(
        people: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and nothing half done."""
    def absent(module: str) -> object:
        raise ModuleNotFoundError(module)

    monkeypatch.setattr(splink_functions, "import_module", absent)

    with pytest.raises(ConfigError, match=r"run `pip install 'concord-broker\[linkage\]'`"):
        train(people, DEFAULT_MODEL, SEED, PAIRS_MAX, nobody)
