"""How far two rows of a file agree, field by field."""
import numpy as np
import pytest

from broker.identity.table import words
from broker.identity.table.levels import Births, Exact, Names, Postcodes, Sexes, comparisons_of
from broker.identity.table.people import People, people_of
from broker.identity.table.words import alike


def told(people: People, comparison: Births | Exact | Names | Postcodes | Sexes) -> str:
    """What a comparison calls the first two rows' agreement."""
    level = comparison(np.array([0]), np.array([1]))[0]
    back = comparison(np.array([1]), np.array([0]))[0]
    assert level == back, "the order of the two is no matter"
    return str(comparison.labels[level])


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("JOHN", "J", words.INITIAL), ("JOHN", "K", words.NOT),
    ("MOHAMMED", "MUHAMMAD", words.SPELLING), ("WILLIAM", "BILL", words.SHORT),
    ("JOHN", "JOHM", words.SLIP), ("JOHN", "JHON", words.SLIP), ("JON", "JAN", words.NOT),
    ("KATHERINE", "KATERIN", words.SLIP), ("MARGARET", "MARG", words.SOUND),
    ("SMITH", "JONES", words.NOT),
])
def test_two_words_of_names_are_alike_as_people_mishear_and_mistype_them(
    one: str, other: str, expected: int,
) -> None:
    """In either order."""
    assert [expected, expected] == [alike(one, other), alike(other, one)]


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("2011-04-03", "2011-04-03", "same date"), ("2011-04-03", "03/04/2011", "same date"),
    ("2011-04-03", "20110403", "same date"), ("2011-04-03", "03042011", "same date"),
    ("31122010", "2010-12-31", "same date"), ("9999-12-31", "2010-12-31", "missing"),
    ("2011-01-01", "2011-06-07", "same year, no day"),
    ("2011", "2011-06-07", "same year, no day"), ("2011-04-03", "2011-03-04",
                                                   "day and month swapped"),
    ("2011-04-03", "2011-04-13", "another day"), ("2011-04-03", "2011-05-03", "another month"),
    ("2011-04-03", "2021-04-03", "one digit of the year"),
    ("2011-04-03", "2002-04-03", "another year"), ("2011-04-03", "2011-06-17", "same year"),
    ("2011-04-03", "2013-06-17", "a few years apart"), ("2011-04-03", "1967-06-17", "far apart"),
    ("", "2011-04-03", "missing"), ("soon", "2011-04-03", "missing"),
])
def test_birth_dates_agree_to_a_level(one: str, other: str, expected: str) -> None:
    """Written in any of the usual ways; 1 January is its year; slips are told from strangers."""
    people = people_of({"given": ["a", "b"], "birth_date": [one, other]}, {})

    assert expected == told(people, Births(people))


@pytest.mark.parametrize(("one", "other", "expected"), [
    (("Amy", "Holt"), ("Amy", "Holt"), "all words"),
    (("Amy", "Holt"), ("Holt", "Amy"), "all words"),
    (("Amy Jane", "Holt"), ("Amy", "Holt"), "words over on one side"),
    (("Amy", "Holt"), ("Ben", "Holt"), "another given name"),
    (("Amy", "Holt"), ("Amy", "Reed"), "another family name"),
    (("Amy", "Holt"), ("Ben", "Reed"), "other words"),
])
def test_names_tell_which_words_are_left_over(
    one: tuple[str, str], other: tuple[str, str], expected: str,
) -> None:
    """A brother's given name is told from a changed family name."""
    people = people_of({"given": [one[0], other[0]], "family": [one[1], other[1]]}, {})

    assert expected == told(people, Names(people)).partition(",")[0]


@pytest.mark.parametrize(("one", "other", "expected"), [
    (("Ben", "Holt"), ("Holt", "Amy"), "another given name"),
    (("Ben Lee", "Holt"), ("Holt", "Amy Lee"), "another given name"),
    (("Ben", "Holt-Reed"), ("Holt-Reed", "Amy"), "another given name"),
    (("Holt", "Ben"), ("Holt", "Amy"), "another given name"),
    (("Amy", "Reed"), ("Holt", "Amy"), "another word"),
    (("Grant", "Ben"), ("Grant", "Holt"), "another family name"),
    (("H", "Reed"), ("Amy", "Holt"), "another word"),
    (("Ben Amy", "Holt"), ("Amy Holt", "Reed"), "another word"),
])
def test_a_name_written_the_wrong_way_round_is_read_the_other_way(
    one: tuple[str, str], other: tuple[str, str], expected: str,
) -> None:
    """The file's other names tell which of two it is; an initial does not, nor a word that
    stands across where another stands straight."""
    elsewhere = [(given, family) for given in ("Amy", "Ben")
                 for family in ("Holt", "Reed", "Wragg", "Okonjo", "Thornbeck")]
    given, family = zip(one, other, *elsewhere, strict=True)
    people = people_of({"given": given, "family": family}, {})

    assert expected == told(people, Names(people)).partition(",")[0]


def test_where_nothing_tells_which_name_is_the_wrong_way_round_given_names_are_over() -> None:
    """It is better to ask than to make two children one."""
    people = people_of({"given": ["Ben", "Holt"], "family": ["Holt", "Amy"]}, {})

    assert "another given name" == told(people, Names(people)).partition(",")[0]


def test_a_rare_name_in_common_tells_more_than_a_frequent_one() -> None:
    """By the file's own frequencies."""
    rows = [("Amy", "Smith")] * 2 + [("Amy", "Quillfeather")] * 2 + [("Ben", "Smith")] * 4_000
    people = people_of({"given": [each for each, _ in rows],
                        "family": [each for _, each in rows]}, {})
    names = Names(people)
    levels = names(np.array([0, 2]), np.array([1, 3]))

    assert ["all words, 10 bits or more in common", "all words, 20 bits or more in common"] == [
        names.labels[level] for level in levels]


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("YO1 7HH", "yo17hh", "same"), ("YO1 7HH", "YO1 7HJ", "a slip apart"),
    ("YO1 7HH", "YO1 9AB", "same district"), ("YO1 7HH", "YO24 1AA", "same area"),
    ("YO1 7HH", "LS1 4AP", "different"), ("", "LS1 4AP", "missing"),
])
def test_postcodes_agree_from_the_whole_to_the_area(one: str, other: str, expected: str) -> None:
    """However they are written."""
    people = people_of({"given": ["a", "b"], "postcode": [one, other]}, {})
    assert people.postcodes is not None

    assert expected == told(people, Postcodes(*people.postcodes))


def test_a_compared_column_is_graded_by_the_rarity_of_its_value() -> None:
    """And a slip in a longer text is not the same as another text."""
    values = ["Ripon", "Ripon", "Rippon", "Leeds", "", *["Leeds"] * 60]
    people = people_of({"given": ["a"] * len(values)}, {"town": values})
    town = Exact(people.others[0])
    levels = town(np.array([0, 0, 3, 0, 0]), np.array([1, 2, 5, 3, 4]))

    assert ["same, 3 bits rare", "a slip apart", "same, 0 bits rare", "different",
            "missing"] == [town.labels[level] for level in levels]


def test_sexes_are_the_same_different_or_missing() -> None:
    """By letter, word or number."""
    people = people_of({"given": list("abcd"), "sex": ["F", "female", "1", ""]}, {})
    levels = Sexes(people)(np.array([0, 0, 0]), np.array([1, 2, 3]))

    assert ["same", "different", "missing"] == [Sexes.labels[level] for level in levels]


def test_only_what_a_file_has_is_compared() -> None:
    """A column that is empty throughout tells nothing."""
    people = people_of({"given": ["a", "b"], "sex": ["", ""], "birth_date": ["", "1990"]},
                       {"town": ["", ""]})

    assert ["name", "birth date"] == [each.name for each in comparisons_of(people)]


def test_values_that_cannot_be_understood_are_counted() -> None:
    """A birth date of words is none, and a sex that no code list has."""
    people = people_of({"given": ["a", "b", "c"], "birth_date": ["soon", "1990-02-03", ""],
                        "sex": ["Z", "F", ""]}, {})

    assert {"birth_date": 1, "sex": 1} == people.unread
