"""A model as a file: written, read, edited, broken."""
import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from broker.errors import ConfigError
from broker.identity.model import DEFAULT_MODEL, LEVELS, Model
from broker.identity.model_file import digest_of, document_of, model_of, text_of

Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit) -> str:
    """The default's document with one thing changed."""
    document = document_of(DEFAULT_MODEL)
    edit(document)
    return json.dumps(document)


def refusal(text: str) -> str:
    """What is said of a document that is no model."""
    with pytest.raises(ConfigError) as refused:
        model_of(text, "identity.json")
    return str(refused.value)


def test_a_model_is_read_as_it_was_written() -> None:
    """Figure for figure."""
    model = replace(DEFAULT_MODEL, version="ours", population=7, link_probability=0.97,
                    review_probability=0.9, floor_probability=0.8, margin_bits=1.5,
                    hot_keys=frozenset({"phone 07700900000", "at YO11AA K"}))

    assert model == model_of(text_of(model), "identity.json")


def test_every_part_of_a_model_is_in_its_file() -> None:
    """A part that is not written would be lost without a word."""
    parts = {each.name for each in fields(Model) if each.init}

    assert parts == document_of(DEFAULT_MODEL).keys() - {"concord_identity_model"}


def test_each_level_stands_on_a_line_of_its_own() -> None:
    """So that a difference between two models can be read."""
    lines = text_of(DEFAULT_MODEL).splitlines()

    assert len(LEVELS) == sum('"feature": ' in each for each in lines)


def test_the_weight_is_for_readers_and_not_read() -> None:
    """m and u are what counts, so that whoever edits them need not do sums."""
    def other_weight(document: dict[str, Any]) -> None:
        document["levels"][0]["weight_bits"] = 99.0

    assert DEFAULT_MODEL == model_of(edited(other_weight), "identity.json")


def test_an_edited_figure_changes_the_weight() -> None:
    """The file is the table."""
    def rarer(document: dict[str, Any]) -> None:
        document["levels"][0].update(m=0.5, u=0.25)

    model = model_of(edited(rarer), "identity.json")

    assert 1.0 == model.levels[0].weight


def test_the_order_of_levels_in_a_file_does_not_matter() -> None:
    """They come in the order of the program's own table."""
    assert DEFAULT_MODEL == model_of(
        edited(lambda document: document["levels"].reverse()), "identity.json")


def test_two_models_of_the_same_figures_are_the_same() -> None:
    """A name or a sentence makes no other children; a figure does."""
    first, *others = DEFAULT_MODEL.levels
    renamed = replace(DEFAULT_MODEL, version="other",
                      levels=(replace(first, reason="said otherwise"), *others))
    moved = replace(DEFAULT_MODEL, levels=(replace(first, m=first.m / 2), *others))

    assert digest_of(DEFAULT_MODEL) == digest_of(renamed)
    assert digest_of(DEFAULT_MODEL) != digest_of(moved)


def test_another_release_compares_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, frequencies and blocking are code: a file's own figures do not tell them apart."""
    ours = replace(DEFAULT_MODEL, version="ours")
    before = digest_of(ours)

    monkeypatch.setattr("broker.identity.model_file.DEFAULT_MODEL",
                        replace(DEFAULT_MODEL, version="later"))

    assert before != digest_of(ours)


def test_what_is_no_json_is_named_by_its_line() -> None:
    """As an editor counts them."""
    assert ("identity.json line 2 column 1 is not valid JSON (Expecting value): mend that line."
            == refusal("[\n"))


@pytest.mark.parametrize(("digits", "shown"), [
    ("1" + "0" * 400, "1" + "0" * 59), ("1" + "0" * 5000, "Infinity"),
    ("-1" + "0" * 5000, "-Infinity"), ("1e999", "Infinity"),
])
def test_a_number_beyond_any_other_is_named_with_its_field(digits: str, shown: str) -> None:
    """However long it is."""
    text = edited(lambda each: each.update(margin_bits=12345)).replace("12345", digits)

    assert f"identity.json: margin_bits is {shown}: it must be a number from 0 to 100." == (
        refusal(text))


@pytest.mark.parametrize("depth", [9, 900, 100_000])
def test_a_document_nested_too_deep_is_named_by_its_line(depth: int) -> None:
    """However deep, and whatever brackets stand within texts."""
    text = json.dumps({"version": '[[[[[[[[[["[[[', "hot_keys": 12345}, indent=1)

    assert ("identity.json line 3 is nested too deep for an identity model: mend that line."
            == refusal(text.replace("12345", "[" * depth + "]" * depth)))


@pytest.mark.parametrize(("edit", "said"), [
    (lambda each: each.update(population=1),
     "identity.json: population is 1: it must be a whole number from 2 to 100000000."),
    (lambda each: each.update(version=" "),
     'identity.json: version is " ": it must be text.'),
    (lambda each: each.update(margin_bits="3"),
     'identity.json: margin_bits is "3": it must be a number from 0 to 100.'),
    (lambda each: each.update(link_probability=True),
     "identity.json: link_probability is true: it must be a number from 0 to 1."),
    (lambda each: each.update(link_probability=0.5),
     "identity.json: floor_probability, review_probability and link_probability are 0.75, 0.85 "
     "and 0.5: each must be at least the one before, above 0 and below 1."),
    (lambda each: each.update(hot_keys="phone"),
     'identity.json: hot_keys is "phone": it must be a list of texts.'),
    (lambda each: each.update(hot_keys=["nhs 9449305552", "born 2011-5-14 KL"]),
     "identity.json: hot_keys, entry 2: no record is filed under it (one of its kind reads as in "
     "'born 2011-5-14+K 14 KL'): write it so, or take it out."),
    (lambda each: each.update(hot_keys=["phone"]),
     "identity.json: hot_keys, entry 1: no record is filed under it (one of its kind reads as in "
     "'phone NUMBER'): write it so, or take it out."),
    (lambda each: each.update(hot_keys=["quarter 8044 DRNDN KL"]),
     "identity.json: hot_keys, entry 1: no record is filed under it (it begins with at, bare, "
     "birthday, born, called, day, family, home, homeless, la, middle, month, nhs, own, phone, "
     "pnc, unclear, undated, upn, year): write it so, or take it out."),
    (lambda each: each.update(concord_identity_model=2),
     "identity.json: concord_identity_model is 2: it must be 1."),
    (lambda each: each.pop("margin_bits"), "identity.json lacks 'margin_bits': add it."),
    (lambda each: each.update(colour="red"),
     "identity.json has an unknown key 'colour': the known ones are concord_identity_model, "
     "floor_probability, hot_keys, levels, link_probability, margin_bits, population, "
     "review_probability, version."),
    (lambda each: each.update(levels={}),
     "identity.json: levels is {}: it must be a list of levels."),
    (lambda each: each["levels"].__setitem__(0, 5),
     "identity.json: levels, entry 1 is 5: it must be an object."),
    (lambda each: each["levels"][0].update(m=0),
     "identity.json: levels, entry 1 (given exact), m is 0: it must be a number from 1e-30 to "
     "1."),
    (lambda each: each["levels"][0].update(u=float("nan")),
     "identity.json: levels, entry 1 (given exact), u is NaN: it must be a number from 1e-30 to "
     "1000."),
    (lambda each: each["levels"][0].update(u_of_frequency=False),
     "identity.json: levels, entry 1 (given exact), u_of_frequency is false: it must be true."),
    (lambda each: each["levels"][0].update(level="similarish"),
     'identity.json: levels, entry 1, level is "given similarish": it must be one that this '
     "version of Concord compares."),
    (lambda each: each["levels"].append(each["levels"][0]),
     f"identity.json: levels, entry {len(LEVELS) + 1} (given exact) stands there twice: take one "
     "out."),
    (lambda each: each["levels"].pop(0),
     "identity.json: levels lacks given exact: add it, or train the model again with this "
     "version of Concord."),
])
def test_what_is_wrong_is_named_with_its_place_and_value(edit: Edit, said: str) -> None:
    """One sentence, from which the operator can mend the file."""
    assert said == refusal(edited(edit))


def test_a_document_that_is_no_object_is_refused() -> None:
    """As one that another program wrote may be."""
    assert refusal("[]").startswith("identity.json is not an identity model: ")


def test_a_model_that_was_set_in_the_past_may_have_keys_as_they_were_written_then() -> None:
    """A day before the change is told by the model in force on it."""
    text = edited(lambda each: each.update(hot_keys=["born 2011-5-14 KL", "phone"]))

    assert {"born 2011-5-14 KL", "phone"} == model_of(text, "of then", was_set=True).hot_keys
