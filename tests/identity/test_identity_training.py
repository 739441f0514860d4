"""What is counted and estimated becomes levels: drawn to the data by how often it was seen."""
from collections import Counter
from dataclasses import replace
from math import log2

import pytest

from broker.identity.comparison.evidence import Evidence
from broker.identity.model import DEFAULT_MODEL, Level
from broker.identity.person import Birth, Name, Person
from broker.identity.scoring import score
from broker.identity.training import (
    Session,
    Unlike,
    class_of,
    comparisons_of,
    count_unlike,
    figures_of,
    grade_of,
    grades_of,
    is_estimated,
    trained,
)

TABLE = DEFAULT_MODEL.table
POSTCODES = ("same", "same_sector", "different")


def unlike(same: int, sector: int, different: int) -> Unlike:
    """Pairs of two people by what their postcodes came to."""
    return Unlike(same + sector + different, {"postcode": Counter(
        {"same": same, "same_sector": sector, "different": different})})


def session(pairs: int, one_person: float, **m: float) -> Session:
    """A run that estimated postcodes."""
    return Session("born", pairs, one_person, {"postcode": pairs}, {"postcode": m})


def weight_of(level: str, counted: Unlike, *sessions: Session) -> float:
    """The trained weight of a level of postcodes."""
    return trained(DEFAULT_MODEL, counted, sessions).model.table["postcode", level].weight


def test_a_level_often_seen_has_the_weight_of_the_data() -> None:
    """m is that of the run, u that of the count, within what ten pairs of the default's weigh."""
    counted = unlike(10_000, 1_000, 989_000)
    run = session(1_000_000, 0.5, same=0.6, same_sector=0.1, different=0.3)

    assert pytest.approx(log2(0.6 / 0.01), abs=0.02) == weight_of("same", counted, run)
    assert pytest.approx(log2(0.3 / 0.989), abs=0.02) == weight_of("different", counted, run)


def test_a_level_that_few_pairs_could_show_keeps_its_weight() -> None:
    """A hundred pairs of two people without it do not make it rarer; no weight is infinite."""
    counted = unlike(0, 10, 90)
    run = session(1_000, 1.0, same=0.9, same_sector=0.05, different=0.05)

    assert pytest.approx(TABLE["postcode", "same"].weight, abs=0.1) == weight_of(
        "same", counted, run)


def test_a_level_that_many_pairs_could_show_and_none_does_gains_weight() -> None:
    """As if ten pairs more had been seen, at the rate that the default expects."""
    counted = unlike(0, 1_000, 9_000)
    run = session(1_000, 1.0, same=0.9, same_sector=0.05, different=0.05)
    expected_u = 0.9 * 2.0 ** -TABLE["postcode", "same"].weight

    assert pytest.approx(log2(0.9 / (10 / (10_000 + 10 / expected_u)))) == weight_of(
        "same", counted, run)


def test_a_level_never_seen_on_one_person_loses_weight_but_not_all() -> None:
    """As many pairs of one person as there were, and none with it, say something."""
    counted = unlike(100, 1_000, 8_900)
    run = session(1_000, 1.0, same=0.9, same_sector=0.1)

    assert -8.0 < weight_of("different", counted, run) < TABLE["postcode", "different"].weight


def test_a_level_hardly_seen_at_all_keeps_the_defaults_figures() -> None:
    """And is told of as kept."""
    counted = unlike(2, 1_000, 8_998)
    run = session(10, 0.2, same=1.0)

    found = trained(DEFAULT_MODEL, counted, [run])

    kept = {each.level.level for each in found.levels
            if each.kept and each.level.feature == "postcode"}
    assert {"same", "same_district", "mistyped", "placed"} == kept
    assert TABLE["postcode", "same"] == found.model.table["postcode", "same"]


def test_runs_count_by_the_pairs_of_one_person_in_them() -> None:
    """A large run of few children counts less than a small one of many."""
    counted = unlike(10_000, 1_000, 989_000)
    few = session(100_000, 0.01, same=0.1, different=0.9)
    many = session(10_000, 0.9, same=0.7, different=0.3)

    m = trained(DEFAULT_MODEL, counted, [few, many]).model.table["postcode", "same"].m

    assert pytest.approx((1_000 * 0.1 + 9_000 * 0.7) / 10_000, abs=0.001) == m


def test_a_name_that_is_commoner_than_the_list_says_weighs_less() -> None:
    """u is how many times as often two people share a name as the list of names has it."""
    counted = Unlike(100_000, {"given": Counter({"exact 0": 4_000, "different": 96_000})},
                     {"given": {"0": 0.01}}, {"given": {"0": 1.0}})
    run = Session("born", 100_000, 0.5, {"given": 100_000},
                  {"given": {"exact 0": 0.8, "different": 0.2}})

    level = trained(DEFAULT_MODEL, counted, [run]).model.table["given", "exact"]

    assert pytest.approx(0.8, abs=0.001) == level.m
    assert pytest.approx(4.0, abs=0.05) == level.u


def test_what_tells_nothing_by_decision_stays_so() -> None:
    """Two valid NHS numbers are a matter for people, whatever the data say."""
    counted = Unlike(1_000, {"nhs_number": Counter({"different": 1_000})})
    run = Session("born", 1_000, 0.5, {"nhs_number": 1_000},
                  {"nhs_number": {"same": 0.9, "different": 0.1}})

    found = trained(DEFAULT_MODEL, counted, [run]).model

    assert TABLE["nhs_number", "different"] == found.table["nhs_number", "different"]


def test_a_level_that_happens_to_weigh_nothing_is_estimated() -> None:
    """Only one whose m and u are both 1 weighs nothing by decision."""
    first, *others = DEFAULT_MODEL.levels
    even = replace(DEFAULT_MODEL, levels=(replace(first, m=0.5, u=0.5), *others))
    counted = Unlike(100_000, {"given": Counter({"exact 0": 4_000, "different": 96_000})},
                     {"given": {"0": 0.01}}, {"given": {"0": 1.0}})
    run = Session("born", 100_000, 0.5, {"given": 100_000},
                  {"given": {"exact 0": 0.8, "different": 0.2}})

    level = trained(even, counted, [run]).model.levels[0]

    assert ("given", "exact") == (level.feature, level.level)
    assert pytest.approx(0.8, abs=0.001) == level.m


def test_the_version_tells_the_figures_apart() -> None:
    """The same data give the same version; other data another, of the same root."""
    counted = unlike(10_000, 1_000, 989_000)
    one, again, other = (
        trained(DEFAULT_MODEL, counted, [session(1_000, 0.5, same=m, different=1 - m)]).model
        for m in (0.6, 0.6, 0.7))

    assert one.version == again.version != other.version
    assert one.version.startswith(f"{DEFAULT_MODEL.version}+")


def test_a_rarer_name_is_of_a_higher_class() -> None:
    """At five, seven and nine bits."""
    assert [0, 1, 1, 2, 3] == [class_of(bits) for bits in (4.9, 5.0, 6.9, 8.0, 10.0)]


def test_a_grade_says_what_of_a_weight_depends_on_the_value() -> None:
    """Classes for names, whole bits for what is taken off; nothing where nothing was said."""
    assert "exact 2" == grade_of(Evidence("given", "exact", 7.5), TABLE["given", "exact"])
    assert "twin_or_sibling -12" == grade_of(
        Evidence("household", "twin_or_sibling", -12.3), TABLE["household", "twin_or_sibling"])
    assert "same" == grade_of(Evidence("postcode", "same"), TABLE["postcode", "same"])
    assert "" == grade_of(Evidence("postcode", "missing"), TABLE["postcode", "missing"])


def test_sex_beside_an_equal_name_is_a_comparison_of_its_own() -> None:
    """Its m and u are given the name, so its levels are no alternatives to the others."""
    names = comparisons_of(DEFAULT_MODEL)

    assert ["same", "different"] == [each.level for each in names["sex"]]
    assert ["same_beside_name", "different_beside_name"] == [
        each.level for each in names["sex_beside_name"]]


@pytest.mark.parametrize(("comparison", "expected"), [
    ("given", True), ("birth_date", True), ("nhs_number", True), ("phone", False),
    ("household", False), ("community", False)])
def test_only_alternatives_are_estimated(comparison: str, *, expected: bool) -> None:
    """A telephone that agrees has no opposite: different ones say nothing."""
    assert expected is is_estimated(comparisons_of(DEFAULT_MODEL)[comparison])


def person(key: str, given: str, born: int) -> Person:
    """A girl of a common family name."""
    return Person(key, (Name((given,), ("SMITH",)),), (Birth(2015, 3, born),), ("F",))


def test_pairs_likelier_one_person_than_two_are_not_counted() -> None:
    """Else what agrees in one of a million pairs would take its u from them."""
    one, same = person("police:1", "OLIVIA", 4), person("council:1", "OLIVIA", 4)._replace(
        postcodes=("YO1 1AA",))
    one = one._replace(postcodes=("YO1 1AA",))
    other = person("council:2", "ZUZANNA", 9)

    counted = count_unlike([(one, same), (one, other)], DEFAULT_MODEL)

    assert 1 == counted.pairs
    assert Counter({"different": 1}) == counted.counts["given"]


def test_a_person_beside_themselves_shows_how_rare_their_names_are() -> None:
    """By the list of names: the chance that two people share one, and how many bear one."""
    one, other = person("police:1", "OLIVIA", 4), person("council:2", "ZUZANNA", 9)

    counted = count_unlike([(one, other)], DEFAULT_MODEL)
    rarity = next(each.rarity for each in score(one, one, DEFAULT_MODEL).evidence
                  if each.feature == "given")

    assert {str(class_of(rarity)): 2.0 ** -rarity} == counted.chances["given"]
    assert {str(class_of(rarity)): 1.0} == counted.bearers["given"]


def test_absent_comparisons_have_no_grade() -> None:
    """Neither of these two has a number."""
    grades = grades_of(score(person("police:1", "OLIVIA", 4), person("council:2", "AMELIA", 4),
                             DEFAULT_MODEL), DEFAULT_MODEL)

    assert "same" == grades["birth_date"]
    assert "nhs_number" not in grades


def test_estimating_begins_with_the_defaults_m_and_the_counted_u() -> None:
    """The default's u counts as ten pairs."""
    level = Level("postcode", "same", 0.5, 0.002, "same postcode")

    m, u = figures_of(level, "same", unlike(90, 0, 4_910), 0.8)

    assert 0.5 == m
    assert pytest.approx((90 + 10) / (5_000 + 10 / 0.002)) == u


def test_what_is_taken_off_begins_at_its_own_weight() -> None:
    """Twelve bits less are one in four thousand and ninety-six."""
    level = TABLE["household", "twin_or_sibling"]

    assert (2.0 ** -12, 1.0) == figures_of(level, "twin_or_sibling -12", Unlike(), 0.0)
