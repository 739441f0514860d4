"""Weights as bars of text and as a waterfall: what is drawn is what was calculated."""
import pytest

from broker.identity.explain import Explanation, Outcome, Row
from broker.report.explaining import chart_lines
from broker.report.weights import bar, feature_words, waterfall

ROWS = (Row("prior", "any_pair", "one pair in 256 at random", -8.0),
        Row("birth_date", "same", "same birth date", 12.0),
        Row("given", "different", "different given names", -4.0),
        Row("upn", "missing", "no valid UPN on one side", 0.0),
        Row("sex", "same", "same sex", 1.0))
PAIR = Explanation("council:1", "police:1", ROWS, 1.0, 2 / 3, None, None, False, "plain",
                   Outcome.APART, 0.95, 0.85)


@pytest.mark.parametrize(("weight", "drawn"), [
    (8.0, "    │████"), (-8.0, "████│    "), (4.0, "    │██  "), (-4.0, "  ██│    "),
    (0.001, "    │█   "), (0.0, "    │    ")])
def test_a_bar_grows_to_its_side(weight: float, drawn: str) -> None:
    """For to the right, against to the left; what weighs anything has a cell."""
    assert drawn == bar(weight, 8.0, half=4)


def test_a_plain_bar_is_ascii() -> None:
    """For terminals that show nothing else."""
    assert "  ##|    " == bar(-4.0, 8.0, half=4, plain=True)


def test_the_chart_has_a_line_for_all_that_weighs_and_names_the_rest() -> None:
    """In the order of the explanation, the total below."""
    assert [
        "before any evidence   -8.00      █████████│               one pair in 256 at random",
        "birth date           +12.00               │██████████████ same birth date",
        "given name            -4.00          █████│               different given names",
        "sex                   +1.00               │█              same sex",
        "total                 +1.00               │█              probability 0.6667",
        "Says nothing here: UPN.",
    ] == list(chart_lines(PAIR))


def test_each_bar_of_a_waterfall_begins_where_the_last_ended() -> None:
    """From nought to the total, which is drawn from nought again."""
    falls = waterfall(PAIR).falls

    assert [("before any evidence", 0.0, -8.0, "against"), ("birth date", -8.0, 4.0, "for"),
            ("given name", 4.0, 0.0, "against"), ("sex", 0.0, 1.0, "for"),
            ("total", 0.0, 1.0, "total")] == [
        (each.label, each.start, each.end, each.kind) for each in falls]
    assert ["-8.00", "+12.00", "-4.00", "+1.00", "+1.00"] == [each.signed for each in falls]


def test_the_picture_is_to_scale() -> None:
    """Equal weights are equally long, all within the plot, the marks where their weights are."""
    picture = waterfall(PAIR)
    by_label = {each.label: each for each in picture.falls}
    bits = by_label["birth date"].width / 12.0

    assert by_label["before any evidence"].width == pytest.approx(8.0 * bits, abs=0.1)
    assert by_label["sex"].x == picture.zero
    assert by_label["before any evidence"].x == 210.0
    assert max(each.x + each.width for each in picture.falls) <= 630.1
    review, link = picture.marks
    assert link.x == pytest.approx(picture.zero + 4.24793 * bits, abs=0.1)
    assert picture.zero < review.x < link.x
    assert [8, 38, 68, 98, 128] == [each.y for each in picture.falls]


def test_a_feature_that_is_not_named_reads_as_words() -> None:
    """A model of tomorrow has features of its own."""
    assert ("given name", "school year") == (feature_words("given"), feature_words("school_year"))
