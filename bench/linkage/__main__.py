"""Prints how well Concord and Splink link the same rows in the same process, both at 0.95.

    python -m bench.linkage [febrl1|febrl2|febrl3|febrl4|historical|children ...] [--file FILE.csv]
"""
import argparse
import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.linkage import concord_beside, splink_beside
from bench.linkage.children import Children
from bench.linkage.febrl import febrl
from bench.linkage.historical import historical
from bench.linkage.measures import Agreement, Found, bcubed, pairwise, recall_by_group
from broker.report.intervals import Interval

SEED = 1000  # of a world on which nothing was tuned
FEBRLS = ("febrl1", "febrl2", "febrl3", "febrl4")
ALL = (*FEBRLS, "historical", "children")
HEADING = """\
| data set | rows | by | pairs P | R | F1 | B-cubed P | R | F1 | seconds | processor |
|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"""
LEGEND = """
Both join at a probability of 0.95, fixed beforehand. Seconds are by the clock, from rows in memory
to clusters, the model estimated on the way; processor seconds count every core. Splink is run with
the settings of its tutorials, "widened" with further blocking rules, and for children with ours.
"live" is the way statements go, one after the other, with the model that ships."""

Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class DataSet:
    """Rows, whose first column is their id, what is run on them, and each row's name group if
    recall is to be told apart."""

    name: str
    rows: Rows
    runs: Mapping[str, Callable[[], Found]]
    groups: Mapping[str, str] | None = None

    @property
    def true(self) -> dict[str, str]:
        """The true cluster of each row by its id."""
        row_id = next(iter(self.rows[0]))
        return {row[row_id]: row["cluster"] for row in self.rows}


def _febrl(name: str) -> DataSet:
    rows = febrl(FEBRLS.index(name) + 1)
    splink = splink_beside.febrl4 if name == "febrl4" else splink_beside.febrl3
    return DataSet(name, rows, {
        "Concord": partial(concord_beside.linked, rows, "rec_id", concord_beside.FEBRL),
        "Splink": partial(splink, rows)})


def _historical(name: str, rows: Rows) -> DataSet:
    return DataSet(name, rows, {
        "Concord": partial(concord_beside.linked, rows, "unique_id", concord_beside.HISTORICAL),
        "Splink": partial(splink_beside.historical, rows),
        "Splink, widened": partial(splink_beside.historical, rows, widened=True)})


def _children() -> DataSet:
    world = Children()
    return DataSet("children", world.rows, {
        "Concord, live": world.live,
        "Concord": partial(concord_beside.linked, world.rows, "key", concord_beside.CHILDREN),
        "Splink": partial(splink_beside.children, world.rows)}, world.groups)


def asked_for(names: Sequence[str], file: Path | None) -> Iterator[DataSet]:
    """The data sets by name; `file` is one with the columns of the historical people, run last."""
    for name in names:
        if name in FEBRLS:
            yield _febrl(name)
        else:
            yield _children() if name == "children" else _historical(name, historical(SEED))
    if file is not None:
        with file.open(encoding="utf-8", newline="") as read:
            yield _historical(file.name, list(csv.DictReader(read)))


def line(data: DataSet, by: str, found: Found) -> str:
    """One line of the table."""
    shares = " | ".join(_shares(each(data.true, found.clusters)) for each in (pairwise, bcubed))
    return (f"| {data.name} | {len(data.rows):,} | {by} | {shares} | {found.seconds:.1f} "
            f"| {found.processor:.1f} |")


def _shares(agreement: Agreement) -> str:
    return f"{agreement.precision:.4f} | {agreement.recall:.4f} | {agreement.f1:.4f}"


def by_group(data: DataSet, found: Mapping[str, Found]) -> list[str]:
    """Lines of a table of the recall of pairs by name group, with 95 % intervals."""
    assert data.groups is not None, data.name
    recalls = [recall_by_group(data.true, each.clusters, data.groups)
               for each in found.values()]
    lines = [f"| name group | pairs | {' | '.join(found)} |", "|---|---:|" + "---:|" * len(found)]
    for group, first in recalls[0].items():
        told = " | ".join(_interval(each[group]) for each in recalls)
        lines.append(f"| {group} | {first.total} | {told} |")
    return lines


def _interval(recall: Interval) -> str:
    if recall.share is None or recall.low is None or recall.high is None:
        return "none"
    return f"{recall.share:.3f} ({recall.low:.3f} to {recall.high:.3f})"


def main() -> None:
    """Run what is asked for, or everything, and print a line for each run."""
    asked = argparse.ArgumentParser(prog="python -m bench.linkage")
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    asked.add_argument("--file", type=Path, help="a CSV with the columns of the historical people")
    given = asked.parse_args()
    if unknown := set(given.names) - set(ALL):
        asked.error(f"no data set {', '.join(sorted(unknown))}: there are {', '.join(ALL)}")
    groups: list[str] = []
    print(HEADING)
    for data in asked_for(given.names or ([] if given.file else ALL), given.file):
        found = {}
        for by, run in data.runs.items():
            found[by] = run()
            print(line(data, by, found[by]), flush=True)
        groups += by_group(data, found) if data.groups else []
    if groups:
        print("", "Recall of pairs by name group, with 95 % Wilson intervals:", "", *groups,
              sep="\n")
    print(LEGEND)


if __name__ == "__main__":
    main()
