"""Agreement with the truth, exact on examples that can be counted by hand."""
from itertools import combinations
from random import Random

from bench.linkage.measures import Agreement, bcubed, pairwise, recall_by_group
from broker.report.intervals import wilson

TRUE = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b", "c1": "c"}
FOUND = {"a1": 1, "a2": 1, "a3": 2, "b1": 2, "b2": 2, "c1": 3}


def test_pairs_are_counted_from_what_clusters_share() -> None:
    """Found: a1-a2 and b1-b2 rightly, a3-b1 and a3-b2 wrongly; a1-a3 and a2-a3 missed."""
    assert Agreement(2 / 4, 2 / 4) == pairwise(TRUE, FOUND)


def test_bcubed_is_averaged_over_the_rows() -> None:
    """Precision 1, 1, 1/3, 2/3, 2/3, 1 and recall 2/3, 2/3, 1/3, 1, 1, 1 of the six rows."""
    found = bcubed(TRUE, FOUND)

    assert (round(14 / 18, 12), round(14 / 18, 12)) == (
        round(found.precision, 12), round(found.recall, 12))


def test_f1_is_the_harmonic_mean() -> None:
    """A third and one make a half; nothing right makes nothing."""
    assert (0.5, 0.0) == (Agreement(1 / 3, 1.0).f1, Agreement(0.0, 0.0).f1)


def test_the_truth_agrees_with_itself_whatever_its_clusters_are_called() -> None:
    """Only who is with whom counts."""
    renamed = {row: cluster.upper() for row, cluster in TRUE.items()}

    assert [Agreement(1.0, 1.0)] * 2 == [pairwise(TRUE, renamed), bcubed(TRUE, renamed)]


def test_everybody_apart_is_precise_and_finds_nothing() -> None:
    """No pair is claimed, so none is wrong; of six rows each finds itself alone."""
    alone = {row: row for row in TRUE}

    assert Agreement(1.0, 0.0) == pairwise(TRUE, alone)
    assert Agreement(1.0, 0.5) == bcubed(TRUE, alone)


def test_pairs_are_those_that_listing_them_finds() -> None:
    """On random labellings the counts are those of the slow way."""
    chance = Random(5)
    rows = [f"r{number}" for number in range(60)]
    true = {row: chance.randrange(12) for row in rows}
    found = {row: chance.randrange(12) for row in rows}
    pairs = list(combinations(rows, 2))
    right = {pair for pair in pairs if true[pair[0]] == true[pair[1]]}
    claimed = {pair for pair in pairs if found[pair[0]] == found[pair[1]]}
    both = len(right & claimed)

    assert Agreement(both / len(claimed), both / len(right)) == pairwise(true, found)


def test_recall_of_a_group_counts_the_pairs_within_it() -> None:
    """a's three pairs of which one is found, b's only pair, c's none; each with its interval."""
    group = {row: row[0] for row in TRUE}

    assert {"a": wilson(1, 3), "b": wilson(1, 1), "c": wilson(0, 0)} == recall_by_group(
        TRUE, FOUND, group)
