"""The council's code lists name only neutral words, and every layout names a child."""
from broker.vocabulary.cin import ASSESSMENT_FACTORS, NO_FACTORS
from broker.vocabulary.ssda903 import LAYOUTS, REVIEW_ATTENDED
from broker.vocabulary.words import ConcernCategory


def test_every_factor_stands_for_a_neutral_category() -> None:
    """A factor that stood for no category would be lost on the way to a rule."""
    assert set() == set(ASSESSMENT_FACTORS.values()) - {each.value for each in ConcernCategory}


def test_no_factors_is_not_a_factor() -> None:
    """Code 21 says that nothing was found."""
    assert NO_FACTORS not in ASSESSMENT_FACTORS


def test_child_on_child_and_adult_on_child_are_one_kind_of_harm() -> None:
    """18B and 18C differ in who did it, not in what was done; the code travels beside."""
    assert {"PHYSICAL_ABUSE"} == {ASSESSMENT_FACTORS[code] for code in ("18A", "18B", "18C")}


def test_a_child_who_sent_views_was_not_there() -> None:
    """PN6 conveys views by other means: nobody saw the child."""
    assert [None, True, True, True, True, False, False, False] == [
        REVIEW_ATTENDED[f"PN{number}"] for number in range(8)]


def test_every_file_of_the_return_begins_with_the_child() -> None:
    """References of the return begin with CHILD."""
    assert {"CHILD"} == {columns[0] for columns in LAYOUTS.values()}
