"""What several worlds of children come to together."""
import pytest

from bench.children import Counts, show_together


def test_worlds_are_summed_pair_by_pair(capsys: pytest.CaptureFixture[str]) -> None:
    """A large world weighs as many times a small one as it has pairs; so does a name group."""
    show_together([
        Counts(children=2, records=9, found=8, joinable=10, all_found=9, joined=10,
               groups={"polish": [6, 6], "somali": [2, 4]}),
        Counts(children=1, records=3, found=90, joinable=90, all_found=90, joined=90,
               groups={"somali": [90, 90]}),
    ])
    assert capsys.readouterr().out.splitlines() == [
        "all 2 worlds together",
        "  precision          0.9900 (0.9455 to 0.9982) of 100",
        "  recall             0.9800 (0.9300 to 0.9945) of 100",
        "  polish             1.0000 (0.610 to 1.000) of 6",
        "  somali             0.9787 (0.926 to 0.994) of 94",
    ]


def test_nothing_to_join_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """As in a world where each child is known to one agency."""
    show_together([Counts(children=1, records=1)] * 2)
    assert capsys.readouterr().out.splitlines() == [
        "all 2 worlds together",
        "  precision          0.0000 (0.0000 to 0.0000) of 0",
        "  recall             0.0000 (0.0000 to 0.0000) of 0",
    ]
