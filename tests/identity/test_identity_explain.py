"""Explanations are the calculation itself, and say what other evidence would make of a pair."""
from collections.abc import Callable
from dataclasses import replace

import pytest

from broker.identity.cluster import Edge
from broker.identity.explain import AGREES, UNKNOWN, Change, Explanation, Outcome, explain
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.model import Level, Model, bits_of, probability_of
from broker.identity.path import Step, path_between
from broker.identity.person import Person
from broker.identity.scoring import score

Make = Callable[..., Person]
NHS, OTHER_NHS = "9449305552", "9434765919"


def test_rows_add_up_and_have_reasons(person: Make) -> None:
    """The rows add up to the weight; each has the table's sentence."""
    found = explain(person("police:1", "Beth", "Hill", "2011-05-04"),
                    person("council:1", "Elizabeth", "Hill", "2011-04-05"), MODEL, joined=False)
    assert found.weight == pytest.approx(sum(row.weight for row in found.rows))
    reasons = {row.feature: row.reason for row in found.rows}
    assert "a short form of the given name" == reasons["given"]
    assert "day and month swapped" == reasons["birth_date"]
    assert ("council:1", "police:1", "prior") == (found.left, found.right, found.rows[0].feature)


def test_no_value_of_a_record_is_shown(person: Make) -> None:
    """An explanation tells levels and weights, never a name or a date."""
    found = explain(person("police:1", "Beth", "Quibell", "2011-05-04", nhs="9449305552"),
                    person("council:1", "Beth", "Quibell", "2011-05-04"), MODEL, joined=True)
    text = repr(found).upper()
    assert not [each for each in ("BETH", "QUIBELL", "2011", "9449305552") if each in text]


def test_missing_is_its_own_level(person: Make) -> None:
    """What one side does not know is said and weighs nothing."""
    found = explain(person("police:1", "Beth", "Hill"),
                    person("council:1", "Beth", "Hill", "2011-05-04"), MODEL, joined=False)
    row = next(row for row in found.rows if row.feature == "birth_date")
    assert ("missing", "no birth date on one side", 0.0) == (row.level, row.reason, row.weight)


def plain_model(population: int = 1000) -> Model:
    """A table of few weights, all whole bits, with the features and levels of the default one;
    only names still weigh more the rarer they are."""
    bits = {("given", "different"): -5, ("family", "different"): -3, ("birth_date", "same"): 8,
            ("birth_date", "different"): -6, ("birth_date", "day_month_swapped"): 5,
            ("nhs_number", "same"): 20, ("postcode", "same"): 6, ("postcode", "different"): -1}
    return replace(MODEL, version="plain", population=population, levels=tuple(
        Level(each.feature, each.level, 2.0 ** bits.get((each.feature, each.level), 0), 1.0,
              each.reason) for each in MODEL.levels))


def model_where(one: Person, other: Person, feature: str) -> Model:
    """The plain table with the population for which all but this feature adds to about nought."""
    found = explain(one, other, plain_model(1), joined=False)
    rest = sum(each.weight for each in found.rows if each.feature != feature)
    return plain_model(round(2.0 ** rest))


def changes(found: Explanation) -> dict[tuple[str, Outcome], Change]:
    """What would change an explanation, by feature and what would come of it."""
    return {(each.feature, each.outcome): each for each in found.changes}


def test_the_least_other_level_that_lifts_a_pair_is_named(person: Make) -> None:
    """With the weight and probability that the table gives for it."""
    one, other = (person("police:1", "Beth", "Hill", "2011-05-04"),
                  person("council:1", "Beth", "Hill", "2011-09-23"))
    model = model_where(one, other, "birth_date")
    found = explain(one, other, model, joined=False)

    lifted = changes(found)["birth_date", Outcome.LINK]

    swapped = model.table["birth_date", "day_month_swapped"]
    weight = found.weight + 6.0 + 5.0
    assert ("day_month_swapped", swapped.reason) == (lifted.level, lifted.reason)
    assert pytest.approx(weight) == lifted.weight
    assert probability_of(lifted.weight) == lifted.probability


def test_the_least_other_level_that_drops_a_pair_is_named(person: Make) -> None:
    """A link that rests on a birth date falls with it, and would stand if day and month were
    swapped; what weighs nothing is not named."""
    one, other = (person("police:1", "Beth", "Hill", "2011-05-04"),
                  person("council:1", "Beth", "Hill", "2011-05-04"))
    found = explain(one, other, model_where(one, other, "birth_date"), joined=True)

    dropped = changes(found)["birth_date", Outcome.APART]

    assert Outcome.LINK is found.outcome
    assert found.weight - 8.0 == pytest.approx(dropped.weight)
    assert "day_month_swapped" not in {each.level for each in found.changes}
    assert "sex" not in {each.feature for each in found.changes}


@pytest.mark.parametrize("joined", [True, False])
def test_every_change_gives_another_outcome_and_none_is_named_twice(
        person: Make, joined: bool) -> None:
    """For each feature and outcome the least, in order of how much it changes."""
    found = explain(person("police:1", "Beth", "Hill", "2011-05-04", postcode="YO1 7HH"),
                    person("council:1", "Bess", "Hall", "2011-04-05"), MODEL, joined=joined)

    sizes = [abs(each.weight - found.weight) for each in found.changes]
    assert sizes == sorted(sizes)
    assert found.changes
    assert found.outcome not in {each.outcome for each in found.changes}
    assert len(found.changes) == len(changes(found))


def test_agreement_is_scored_and_not_guessed(person: Make) -> None:
    """Were the names one name, the pair is what the scorer makes of that pair."""
    one, twin = (person("police:1", "Anna", "Hill", "2011-05-04", postcode="YO1 7HH"),
                 person("council:1", "Leonora", "Hill", "2011-05-04", postcode="YO1 7HH"))
    found = explain(one, twin, MODEL, joined=False)

    agreed = score(person("police:1", "Anna", "Hill", "2011-05-04", postcode="YO1 7HH"),
                   person("council:1", "Anna", "Hill", "2011-05-04", postcode="YO1 7HH"), MODEL)
    change = changes(found)["given", Outcome.LINK]
    assert AGREES == change.level
    assert pytest.approx(agreed.weight) == change.weight


def test_what_is_forbidden_is_lifted_by_the_number_alone(person: Make) -> None:
    """Different NHS numbers forbid; no other evidence, however strong, would join the two."""
    found = explain(person("police:1", "Beth", "Hill", "2011-05-04", nhs=NHS),
                    person("council:1", "Beth", "Hill", "2011-05-04", nhs=OTHER_NHS),
                    plain_model(), joined=False)

    assert {"nhs_number": UNKNOWN} == {each.feature: each.level for each in found.changes
                                       if each.outcome is Outcome.LINK}


def test_what_is_held_is_lifted_by_what_is_missing(person: Make) -> None:
    """Names alone are held for a person: a birth date or a number would join the two."""
    found = explain(person("police:1", "Beth", "Hill", sex="M"),
                    person("council:1", "Beth", "Hill", "2011-05-04", sex="M"), plain_model(50),
                    joined=False)

    lifting = {each.feature for each in found.changes if each.outcome is Outcome.LINK}
    assert found.held is not None
    assert {"birth_date", "nhs_number"} <= lifting
    assert "given" not in lifting


def test_what_one_agency_holds_apart_no_evidence_joins(person: Make) -> None:
    """Only a person can say that an agency's two are one."""
    found = explain(person("police:1", "Beth", "Hill", "2011-05-04"),
                    person("police:2", "Beth", "Hill", "2011-05-04"), MODEL, joined=False)

    assert [] == [each for each in found.changes if each.outcome is Outcome.LINK]


def test_the_thresholds_are_told(person: Make) -> None:
    """Whoever reads a weight can see what it was held against."""
    model = replace(MODEL, link_probability=0.97, review_probability=0.6)
    found = explain(person("police:1", "Beth", "Hill"), person("council:1", "Leo", "Khan"), model,
                    joined=False)

    assert (0.97, 0.6, Outcome.APART) == (found.link, found.review, found.outcome)


def test_the_two_sides_are_one_answer(person: Make) -> None:
    """Whichever record is named first."""
    one, other = (person("police:1", "Beth", "Hill", "2011-05-04", postcode="YO1 7HH"),
                  person("council:1", "Elizabeth", "Hill"))

    assert explain(one, other, MODEL, joined=False) == explain(other, one, MODEL, joined=False)


def link(left: str, right: str, probability: float) -> Edge:
    """A pair that may link with this probability."""
    return Edge(left, right, bits_of(probability))


def test_the_way_goes_over_the_strongest_pairs() -> None:
    """Of two ways, that whose weakest pair is the stronger, in the direction asked for."""
    links = [link("a", "b", 0.99), link("b", "d", 0.96), link("a", "c", 0.98),
             link("c", "d", 0.97)]

    assert [("d", "c", 0.97), ("c", "a", 0.98)] == [
        (each.one, each.other, round(each.probability, 6))
        for each in path_between("d", "a", links)]


def test_what_a_person_judged_the_same_is_the_strongest_way() -> None:
    """And is told as a person's word, not the model's."""
    found = path_between("a", "c", [link("b", "c", 0.96), link("a", "c", 0.951)], [("a", "b")])

    assert [("a", "b", True), ("b", "c", False)] == [
        (each.one, each.other, each.judged) for each in found]
    assert Step("a", "b", 1.0, True) == found[0]


def test_where_nothing_leads_there_is_no_way() -> None:
    """Two groups, and a key that is in neither."""
    links = [link("a", "b", 0.99), link("c", "d", 0.99)]

    assert ((), ()) == (path_between("a", "d", links), path_between("a", "z", links))
