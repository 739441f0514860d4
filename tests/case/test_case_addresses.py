"""Whether two addresses are one place, as far as they tell."""
import pytest

from broker.case.addresses import Nearness, nearness


@pytest.mark.parametrize(("one", "other", "near"), [
    ("12 Mill Lane", "12, Mill Ln, Northvale", Nearness.ONE_PLACE),
    ("12 A Mill Lane", "12a Mill Lane", Nearness.ONE_PLACE),
    ("Flat 2, 12 Mill Lane", "12 Mill Lane", Nearness.ONE_PLACE),
    ("Flat 2, 12 Mill Lane", "Apartment 2, 12 Mill Lane", Nearness.ONE_PLACE),
    ("Flat 2, 12 Mill Lane", "Flat 5, 12 Mill Lane", Nearness.NEIGHBOURS),
    ("Flat 2, 12 Mill Lane", "2 Mill Lane", Nearness.NEIGHBOURS),
    ("12 Mill Lane", "14 Mill Lane", Nearness.NEIGHBOURS),
    ("12 Mill Lane", "12 Weir Close", Nearness.NEIGHBOURS),
    ("12 Mill Lane", "Mill Lane", Nearness.ONE_POSTCODE),
    ("Rose Cottage", "Rose Cottage, Mill Lane", Nearness.ONE_PLACE),
    ("Rose Cottage, Mill Lane", "Mill Lane", Nearness.ONE_POSTCODE),
    ("12 Mill Lane", None, Nearness.ONE_POSTCODE),
])
def test_lines_within_one_postcode(one: str, other: str | None, near: Nearness) -> None:
    """The same either way round."""
    assert (near, near) == (nearness("LS1 4AB", one, "ls14ab", other),
                            nearness("LS1 4AB", other, "LS1 4AB", one))


def test_another_postcode_is_another_place() -> None:
    """Whatever the lines say."""
    assert Nearness.APART is nearness("LS1 4AB", "12 Mill Lane", "LS1 4AD", "12 Mill Lane")


@pytest.mark.parametrize("postcode", [None, "", "not one", "ZZ99 3VZ"])
def test_without_a_postcode_nothing_is_told(postcode: str | None) -> None:
    """No fixed abode is a word, not a place."""
    assert None is nearness("LS1 4AB", "12 Mill Lane", postcode, "12 Mill Lane")
