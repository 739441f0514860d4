"""Children who go by two names, and twins who have none yet."""
from collections.abc import Mapping
from dataclasses import replace

import pytest

from broker.identity.blocking import keys_of
from broker.identity.cluster import Edge, cluster
from broker.identity.comparison.births import compare_births
from broker.identity.comparison.names import compare_family, compare_given, compare_names
from broker.identity.comparison.words import family_alike, given_alike
from broker.identity.model import DEFAULT_MODEL
from broker.identity.names import twin_mark
from broker.identity.person import Birth, Name, Person
from broker.identity.scoring import (
    NO_BIRTH_DATE,
    NO_GIVEN_NAME,
    NOT_EXACT,
    UNNAMED_TWIN,
    score,
)
from broker.identity.traditions import second_tongue

BORN = Birth(2015, 3, 9)


def made(key: str, given: tuple[str, ...], family: str, sexes: tuple[str, ...] = ("F",),
         birth: Birth = BORN, homes: tuple[str, ...] = ("YO10 4XX",)) -> Person:
    """A child of one name at one address."""
    return Person(key, names=(Name(given, (family,)),), births=(birth,), sexes=sexes,
                  postcodes=homes)


@pytest.mark.parametrize(("text", "expected"), [
    ("Twin 1", ("TWIN 1",)), ("Baby Two", ("TWIN 2",)), ("Baby B", ("TWIN 2",)),
    ("Triplet III", ("TWIN 3",)), ("Twin", ("TWIN ",)), ("Baby", ()), ("Baby Girl", ()),
    ("Ada", ()), ("Baby Ada", ()), ("Baby B.", ("TWIN 2",)), ("Twin (2)", ("TWIN 2",)),
    ("Twin1", ("TWIN 1",)), ("Child 4", ("TWIN 4",)), ("Child 2 of 2", ("TWIN 2",)),
    ("Twin No. 2", ("TWIN 2",)), ("2nd twin", ("TWIN ",)), ("Twin of Joshua", ("TWIN ",)),
    ("Twin of Amelia", ("TWIN ",)), ("Child 11234", ()), ("Nona", ()),
    ("Quad 1", ("TWIN 1",)), ("Quad 4", ("TWIN 4",)), ("Quadruplet B", ("TWIN 2",)),
    ("T1", ("TWIN 1",)), ("T2", ("TWIN 2",)), ("Tw 2", ("TWIN 2",)), ("T", ()), ("Quinn", ()),
])
def test_the_mark_of_a_twin_without_a_name(text: str, expected: tuple[str, ...]) -> None:
    """Only what says that there is another child, and which of them this one is."""
    assert expected == twin_mark(text)


@pytest.mark.parametrize(("one", "other", "level"), [
    (("TWIN 1",), ("ADA",), "unnamed_twin"), (("TWIN 1",), ("TWIN 1",), "unnamed_twin"),
    (("TWIN 1",), ("TWIN 2",), "different"), (("TWIN ",), ("TWIN 2",), "unnamed_twin"),
])
def test_unnamed_twins_are_told_apart_by_their_number_alone(
    one: tuple[str, ...], other: tuple[str, ...], level: str,
) -> None:
    """In either order."""
    assert [level, level] == [compare_given(*pair).level for pair in ((one, other), (other, one))]


def test_an_unnamed_twin_is_for_a_person() -> None:
    """However much of the household agrees, the record may be of the other of the two."""
    found = score(made("council:1", ("TWIN 1",), "IGWE"), made("police:1", ("ADA",), "IGWE"),
                  DEFAULT_MODEL)
    assert UNNAMED_TWIN == found.held


def test_the_mark_of_a_twin_is_no_key() -> None:
    """Who is marked is filed as one without a given name."""
    assert keys_of(made("a:1", (), "IGWE")) == keys_of(made("a:1", ("TWIN 1",), "IGWE"))


def test_a_child_without_a_name_and_a_guessed_date_is_for_a_person() -> None:
    """A brother or sister of a year before is as near."""
    found = score(made("council:1", (), "IGWE", birth=Birth(2025, 7, 15, "S")),
                  made("police:1", ("ADA",), "IGWE", birth=Birth(2024, 9, 13)), DEFAULT_MODEL)
    assert NO_GIVEN_NAME == found.held


@pytest.mark.parametrize(("one", "other", "level"), [
    (Birth(2015, 7, 15, "S"), Birth(2015, 3, 9), "near_estimate"),
    (Birth(2016, 1, 1, "S"), Birth(2014, 11, 27), "near_estimate"),  # 400 days
    (Birth(2016, 1, 1, "S"), Birth(2014, 11, 26), "different"),
    (Birth(2016, 1, 1, "S"), Birth(2017, 12, 31), "near_estimate"),  # the next year
    (Birth(2016, 1, 1, "S"), Birth(2018, 1, 2), "different"),
    (Birth(2016, 7, 15, "S"), Birth(2017, 12, 31), "different"),
    (Birth(2015, 7, 16), Birth(2015, 3, 29), "different"),
])
def test_an_estimate_may_be_a_year_out(one: Birth, other: Birth, level: str) -> None:
    """Only where an agency calls the date an estimate."""
    assert [level, level] == [compare_births(one, other).level, compare_births(other, one).level]


@pytest.mark.parametrize(("one", "other", "level"), [
    ("XASAN", "HASSAN", "spelling"), ("CUMAR", "OMAR", "spelling"), ("CAWIL", "AWIL", "slip"),
    ("XIDIG", "HIDIG", "slip"),
    ("FADUMO", "FATIMA", "spelling"), ("MADDIE", "MADISON", "short_form"),
    ("OLIWIER", "OLIVER", "short_form"),
])
def test_names_in_somali_letters_and_in_other_languages(one: str, other: str,
                                                        level: str) -> None:
    """X is the H and C the catch of a Somali name; a clerk writes Oliver for Oliwier."""
    assert [level, level] == [given_alike(one, other)[0], given_alike(other, one)[0]]


def test_two_common_family_names_a_letter_apart_are_two() -> None:
    """A slip makes of one name seldom another that many bear."""
    assert ["loose", "slip"] == [family_alike("TAYLOR", "NAYLOR")[0],
                                 family_alike("TAYLOR", "TAYLER")[0]]


@pytest.mark.parametrize(("one", "other", "level"), [
    ("WARSAME", "JAMA", "fathers_names"), ("TESFAY", "GEBREMARIAM", "fathers_names"),
    ("SMITH", "JAMA", "different"), ("SMITH", "WALKER", "different"),
])
def test_a_fathers_and_a_grandfathers_name(one: str, other: str, level: str) -> None:
    """Where a child has no family name, two clerks write two of its forefathers' names."""
    assert [level, level] == [compare_family((one,), (other,)).level,
                              compare_family((other,), (one,)).level]


@pytest.mark.parametrize(("one", "other", "family", "expected"), [
    ("GRACE", "CHIOMA", "OKAFOR", "west_african"), ("EMILY", "ZHILEI", "WU", "chinese"),
    ("GRACE", "LINH", "NGUYEN", "vietnamese"),
    ("GRACE", "CHIOMA", "SMITH", None), ("EMILY", "JESSICA", "WU", None),
    ("CHIOMA", "NGOZI", "OKAFOR", None), ("JESSICA", "JUNO", "COLE", None),
    ("KAI", "ZHILEI", "WU", None),
    ("RYAN MEI", "LEI YU", "CHEN", None), ("RYAN MEI", "MEIYU", "CHEN", "chinese"),
    ("GRACE AMARA", "CHIOMA", "OKAFOR", None),
])
def test_given_names_of_two_tongues(one: str, other: str, family: str,
                                    expected: str | None) -> None:
    """An English one and one of the language of the family name; not where a further word is of
    that language and is not the other's, nor where the English one may be of it too."""
    words, others = tuple(one.split()), tuple(other.split())
    assert [expected, expected] == [second_tongue(words, others, (family,)),
                                    second_tongue(others, words, (family,))]


@pytest.mark.parametrize(("changed", "expected"), [
    ({}, 4.0), ({"sexes": ()}, 0.0), ({"sexes": ("M",)}, 0.0), ({"birth": Birth(2015, 3, 8)}, 0.0),
])
def test_who_may_go_by_two_names_is_for_a_person(
    changed: Mapping[str, object], expected: float,
) -> None:
    """On the same day and of the same sex, as twins are too; anything less tells nothing."""
    one = made("council:1", ("CHIOMA",), "OKAFOR")
    other = made("police:1", ("GRACE",), "OKAFOR", **changed)  # type: ignore[arg-type]
    found = score(one, other, DEFAULT_MODEL)
    assert (expected, False) == (round(found.weight, 9), found.links(DEFAULT_MODEL))


def test_two_tongues_never_link_whatever_a_model_links_at() -> None:
    """A model of one's own may join from a lower probability."""
    bold = replace(DEFAULT_MODEL, link_probability=0.9)
    found = score(made("council:1", ("CHIOMA",), "OKAFOR"), made("police:1", ("GRACE",), "OKAFOR"),
                  bold)
    assert (3.07, False) == (round(found.weight, 2), found.links(bold))


@pytest.mark.parametrize(("changed", "expected"), [
    ({}, 6.5), ({"homes": ("LS1 4AP",)}, 6.5), ({"sexes": ()}, 5.0),
    ({"sexes": (), "homes": ("LS1 4AP",)}, 4.147927513),
    ({"birth": Birth(2015, 3, 15, "S")}, 6.5),
    ({"sexes": ("M",)}, 0.0), ({"birth": Birth(2015, 3, 8)}, 0.0),
])
def test_a_chinese_child_goes_by_an_english_name_too(
    changed: Mapping[str, object], expected: float,
) -> None:
    """Born on one day, of one family name and of no other sex, two records are joined, since
    twins of whom each agency knows another, by another kind of name, are far rarer; where a sex
    is not given, only at one home."""
    one = made("council:1", ("JINGWEN",), "ZHANG")
    other = made("police:1", ("WINNIE",), "ZHANG", **changed)  # type: ignore[arg-type]
    found = score(one, other, DEFAULT_MODEL)
    assert (expected, expected > 4.2) == (round(found.weight, 9), found.links(DEFAULT_MODEL))


@pytest.mark.parametrize(("first", "second", "between", "family"), [
    ("ZIHAN", "HAORAN", "KEVIN", "WONG"), ("MINH", "DUC", "KEVIN", "NGUYEN"),
    ("KEVIN", "ERIC", "ZIHAN", "WONG"),
])
def test_a_name_of_the_other_kind_makes_no_one_child_of_twins(
    first: str, second: str, between: str, family: str,
) -> None:
    """It may be either twin's: once it is the one's, a person must look at the other."""
    persons = {key: made(key, (given,), family) for key, given in (
        ("council:1", first), ("home:1", between), ("police:1", second))}
    edges = [Edge(*pair, found.weight, found.forbidden, found.held) for pair in (
        ("council:1", "home:1"), ("home:1", "police:1"))
        for found in [score(persons[pair[0]], persons[pair[1]], DEFAULT_MODEL)]]
    found = cluster(persons, edges, {}, DEFAULT_MODEL)

    assert [True, True] == [each.weight >= DEFAULT_MODEL.link_bits for each in edges]
    assert [("council:1", "home:1"), ("police:1",)] == [each.members for each in found.children]
    assert [("home:1", "police:1")] == [(each.left, each.right) for each in found.review]


@pytest.mark.parametrize(("given", "links"), [("ALI", False), ("AHMED", False), ("HASSAN", True)])
def test_the_commonest_given_names_and_a_birth_date_do_not_tell_forefathers_names(
    given: str, links: bool,
) -> None:
    """Of two family names that are two forefathers', where one child in thirty is called so."""
    found = score(made("council:1", (given,), "WARSAME", homes=()),
                  made("police:1", (given,), "JAMA", homes=()), DEFAULT_MODEL)
    assert links == found.links(DEFAULT_MODEL)


def test_a_newborns_family_name_may_change_before_it_has_a_given_name() -> None:
    """At one address, on one day and of one sex the two are one child; elsewhere they are not."""
    named = made("council:1", ("NANCY",), "NORDALE")
    assert [True, False] == [
        score(named, made("police:1", (), "POWELL", homes=homes), DEFAULT_MODEL).links(
            DEFAULT_MODEL) for homes in (("YO10 4XX",), ("LS1 4AP",))]


@pytest.mark.parametrize(("given", "family", "expected"), [
    ("DUONG", "QUYNH", ("missing", "swapped")),  # the family name is written first
    ("GRACE", "DUONG", ("missing", "exact")),
    ("JAMES", "POWELL", ("missing", "before_naming")),
])
def test_the_family_name_of_a_child_not_named_yet_is_found_where_it_stands(
    given: str, family: str, expected: tuple[str, str],
) -> None:
    """In either place, but a given name is not taken for it."""
    unnamed = made("police:1", (), given if given == "JAMES" else "DUONG")
    found = score(unnamed, made("council:1", (given,), family), DEFAULT_MODEL).evidence
    assert expected == tuple(each.level for each in found[:2])


def test_an_id_copied_between_twins_counts_as_little_beside_names_of_two_tongues() -> None:
    """Only the names themselves weigh otherwise than two names of one tongue."""
    def weight_of(one: str, other: str) -> float:
        left, right = (made(key, (given,), "LEE")._replace(local=("380 P1",))
                       for key, given in (("council:1", one), ("police:1", other)))
        return score(left, right, DEFAULT_MODEL).weight
    tongues, different = (DEFAULT_MODEL.weights["given", each]
                          for each in ("two_tongues", "different"))
    assert round(tongues - different, 9) == round(
        weight_of("JACK", "MEI") - weight_of("JACK", "HARRY"), 9)


@pytest.mark.parametrize(("day", "homes", "held"), [
    (9, ("LS1 4AP",), None), (10, ("LS1 4AP",), NOT_EXACT), (10, ("YO10 4XX",), None),
])
def test_cousins_with_their_forefathers_names_in_another_order_are_for_people(
    day: int, homes: tuple[str, ...], held: str | None,
) -> None:
    """Born a day apart in two homes they may be two; on one day or in one home they are one."""
    one = made("council:1", ("ABDIAZIZ", "WARSAME"), "ELMI")
    other = made("police:1", ("WARSAME", "ABDIAZIZ"), "ELMI", birth=BORN._replace(day=day),
                 homes=homes)
    assert held == score(one, other, DEFAULT_MODEL).held


@pytest.mark.parametrize(("given", "sexes", "counts"), [
    ("PATRYK", ("M",), False), ("PATRYCJA", ("F",), True)])
def test_a_home_does_not_make_one_child_of_a_brother_and_a_sister_of_like_names(
    given: str, sexes: tuple[str, ...], counts: bool,
) -> None:
    """Born at other times they share it as brother and sister; one name has it count."""
    one = made("council:1", ("PATRYCJA",), "ZIELINSKA")
    other = made("police:1", (given,), "ZIELINSKI", sexes=sexes, birth=Birth(2013, 7, 23))
    assert counts == ("twin_or_sibling" not in [
        each.level for each in score(one, other, DEFAULT_MODEL).evidence])


@pytest.mark.parametrize(("sexes", "placed", "held"), [
    ("F-F", False, None), ("F-", False, None), ("-", False, NO_BIRTH_DATE),
    ("M-M", False, NO_BIRTH_DATE), ("M-M", True, None), ("M-", False, NO_BIRTH_DATE),
])
def test_who_has_no_birth_date_may_be_the_father(
    sexes: str, placed: bool, held: str | None,
) -> None:
    """Not where one is known to be a girl, nor where both are plainly children's records, as one
    of somebody looked after is."""
    home = ("YO10 4XX",)
    first, second = (tuple(each) for each in sexes.split("-"))
    one = made("home:1", ("RONNIE",), "THURLOW", sexes=first)._replace(
        births=(), placed=home if placed else ())
    other = made("council:1", ("RONNIE",), "THURLOW", sexes=second)._replace(
        upns=("A815200108001",))
    assert held == score(one, other, DEFAULT_MODEL).held


def test_an_english_name_is_known_beside_a_first_syllable_that_is_english_too() -> None:
    """Kai is of either language, and Kai Zi is not."""
    assert ["chinese", None] == [
        second_tongue(("SOPHIE",), given, ("YIP",)) for given in (("KAI", "ZI"), ("KAI",))]


def test_half_a_family_name_in_its_place_is_no_other_order() -> None:
    """Only words that changed place are laid beside each other wherever they stand."""
    ways = compare_names(Name(("RAMI",), ("MAHMOUD",)), Name(("RAMI",), ("MAHMOUD", "SALEH")))
    assert [("exact", "part")] == [(way[0].level, way[1].level) for way in ways]
