"""What the benchmark prints is what was measured."""
from bench.linkage.__main__ import DataSet, by_group, line
from bench.linkage.measures import Found

ROWS = [{"id": row, "cluster": cluster} for row, cluster in
        (("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("b2", "b"))]
FOUND = Found({"a1": 1, "a2": 1, "a3": 2, "b1": 2, "b2": 2}, 1.25, 2.0)
DATA = DataSet("made", ROWS, {"ours": lambda: FOUND},
               {"a1": "north", "a2": "north", "a3": "north", "b1": "south", "b2": "south"})


def test_a_line_of_the_table_has_both_measures_and_both_times() -> None:
    """Two of four claimed pairs are right, two of four true ones found."""
    assert ("| made | 5 | ours | 0.5000 | 0.5000 | 0.5000 | 0.7333 | 0.7333 | 0.7333 | 1.2 | 2.0 |"
            == line(DATA, "ours", FOUND))


def test_recall_is_told_by_name_group_with_its_interval() -> None:
    """One of the northern person's three pairs was found, and the southern person's only one."""
    assert ["| name group | pairs | ours |", "|---|---:|---:|",
            "| north | 3 | 0.333 (0.061 to 0.792) |",
            "| south | 1 | 1.000 (0.207 to 1.000) |"] == by_group(DATA, {"ours": FOUND})
