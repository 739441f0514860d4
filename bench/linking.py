"""Prints what it costs to link a person record while it comes in, at several sizes of store.

    python -m bench.linking [CHILDREN ...] [--events N] [--keep FOLDER]

Each size is filled into a SQLite store and measured in a process of its own; beside it Splink
links the records of the first size. `--keep` leaves the filled stores in a folder and takes those
that are there.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.linking_size import BATCHES

SIZES = (100_000, 1_000_000)
EVENTS = 4_000
TARGET_A_SECOND = 2_000.0
TARGET_P99_MS = 10.0
TARGET_RATIO = 1.3
LEGEND = """
A batch is kept and linked in one SQLite transaction; half of its records are those of new
children, half new versions of what is there. ms are those of one event in a batch of its own, from
handing it over until what it changes is on the disk, by the wall clock and of the processor. Rates
are events by seconds of the processor. yard is a fixed piece of work in the same process, which
tells how the machine's speed drifted."""

Row = dict[str, float]


def _printed_by(module: str, *arguments: str) -> Row:
    done = subprocess.run([sys.executable, "-m", module, *arguments],
                          check=True, stdout=subprocess.PIPE, text=True)
    row: Row = json.loads(done.stdout)
    return row


def measured(children: int, events: int, folder: Path) -> Row:
    """One size, in a process of its own."""
    place = folder / str(children)
    place.mkdir(parents=True, exist_ok=True)
    return _printed_by("bench.linking_size", str(children), str(events), str(place))


def table_row(row: Row) -> str:
    """The figures of one size, in the columns of `heading`."""
    times = " ".join(f"{row[f'{clock}_{share}_ms_1']:>8.2f}" for clock in ("wall", "processor")
                     for share in (50, 99, 100))
    rates = " ".join(f"{row[f'a_second_{size}']:>8.0f}" for size in BATCHES)
    return (f"{row['children']:>9.0f} {row['people_records']:>9.0f} {times} {rates}"
            f" {row['yardstick_us']:>6.1f}")


def heading() -> str:
    """Two lines above the table."""
    return (f"{'':>19} {'one event, ms: wall':<26} {'processor':<26} a second in batches of\n"
            f"{'children':>9} {'records':>9} " + " ".join(f"{each:>8}" for each in
                                                          ("p50", "p99", "most") * 2)
            + " " + " ".join(f"{size:>8}" for size in BATCHES) + f" {'yard':>6}")


def ratio_of(row: Row, first: Row) -> float:
    """How many times the processor's time an event needs that it needed in the first store, in
    the batches in between."""
    sizes = [size for size in BATCHES if 1 < size < BATCHES[-1]]
    return sum(1 / row[f"a_second_{size}"] for size in sizes) / sum(
        1 / first[f"a_second_{size}"] for size in sizes)


def verdict(name: str, found: float, target: float, least: bool = False) -> str:
    """One target and whether it was met."""
    met = found >= target if least else found <= target
    return (f"{name}: {found:.2f}, wanted {'at least' if least else 'at most'} {target:g}:"
            f" {'met' if met else 'MISSED'}")


def verdicts(rows: list[Row]) -> list[str]:
    """The targets, as far as these sizes can tell."""
    first, *others = rows
    said = [verdict("events a second and core, best size of batch",
                    max(first[f"a_second_{size}"] for size in BATCHES), TARGET_A_SECOND, True),
            verdict("p99 of one event, ms of the wall clock", first["wall_99_ms_1"],
                    TARGET_P99_MS)]
    for row in others:
        drift = row["yardstick_us"] / first["yardstick_us"]
        said.append(verdict(
            f"cost of an event at {row['children']:.0f} children, times that at"
            f" {first['children']:.0f} (the yardstick {drift:.2f} times)",
            ratio_of(row, first), TARGET_RATIO))
    return said


def main() -> None:
    """Measure each size in turn, then Splink, and print a row for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.linking")
    parser.add_argument("children", nargs="*", type=int, default=SIZES)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        print(heading(), flush=True)
        rows = []
        for children in asked.children:
            rows.append(measured(children, asked.events, asked.keep or Path(made)))
            print(table_row(rows[-1]), flush=True)
    batch = _printed_by("bench.linking_splink", str(asked.children[0]))
    print(LEGEND)
    print(*verdicts(rows), sep="\n")
    print(f"Splink {batch['records']:.0f} records of the same children in one batch, one thread:"
          f" {batch['pairs']:.0f} pairs compared; {batch['records'] / batch['processor']:.0f}"
          f" records a second of the processor with training,"
          f" {batch['records'] / batch['predict_processor']:.0f} without"
          f" ({batch['pairs'] / batch['predict_processor']:.0f} pairs);"
          f" {batch['seconds']:.0f} s by the clock.")


if __name__ == "__main__":
    main()
