"""Prints what it costs to link a person record while it comes in, at several sizes of store.

    python -m bench.linking [CHILDREN ...] [--rounds N] [--events N] [--keep FOLDER] [--no-splink]

Each size is filled into a SQLite store and measured in a process of its own, all sizes in turn in
every round; beside it Splink links the records of the first size. `--keep` leaves the filled
stores in a folder and takes those that are there.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

SIZES = (100_000, 1_000_000)
BATCHES = (1, 100, 1_000, 4_000)
ROUNDS, EVENTS = 7, 1_000
TARGET_A_SECOND = 2_000.0
TARGET_P99_MS = 10.0
TARGET_RATIO = 1.3
LEGEND = """
A batch is kept and linked in one SQLite transaction; half of its records are those of new
children, half new versions of what is there. ms are those of one event in a batch of its own, from
handing it over until what it changes is on the disk, by the wall clock and of the processor, all
rounds together. Rates are events by seconds of the processor, the median of the rounds: raw, and
even, that is, had the machine always been as fast as in the fastest piece of this run. How fast it
was the yardstick says, a fixed piece of work in the same process before and after each piece; yard
is its median, in microseconds. A ratio is the median of the rounds' own, of two stores measured
one right after the other: raw, and even, with each time divided by its yardstick."""


@dataclass(slots=True)
class Measured:
    """What one size of batch took in one store: of each round, the processor's microseconds for an
    event and the yardstick; of each batch, seconds by the clock and of the processor."""

    event_us: list[float] = field(default_factory=list)
    yardstick_us: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, events: int, told: dict[str, Any]) -> None:
        """Take in one round."""
        self.event_us.append(sum(told["processor"]) / events * 1e6)
        self.yardstick_us.append(told["yardstick_us"])
        self.wall += told["wall"]
        self.processor += told["processor"]

    def even_us(self, yardstick_us: float) -> list[float]:
        """Microseconds for an event, had the yardstick taken so long in every round."""
        return [spent * yardstick_us / own
                for spent, own in zip(self.event_us, self.yardstick_us, strict=True)]


Row = dict[int, Measured]
"""One store, by size of batch."""


class Stores:
    """The stores of each size, each in a process that measures what it is told to."""

    def __init__(self, sizes: Iterable[int], folder: Path, stack: ExitStack):
        self.counts: dict[int, dict[str, Any]] = {}
        self._processes: dict[int, subprocess.Popen[str]] = {}
        for children in sizes:
            place = folder / str(children)
            place.mkdir(parents=True, exist_ok=True)
            process = stack.enter_context(subprocess.Popen(
                [sys.executable, "-m", "bench.linking_size", str(children), str(place)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            self._processes[children] = process
            self.counts[children] = _answer(process)

    def ask(self, children: int, size: int, events: int) -> dict[str, Any]:
        """Take in so many events in batches of this size."""
        process = self._processes[children]
        assert process.stdin is not None
        process.stdin.write(f"{size} {events}\n")
        process.stdin.flush()
        return _answer(process)


def _answer(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit("a process that measures has ended: see above")
    told: dict[str, Any] = json.loads(line)
    return told


def measure(stores: Stores, rounds: int, events: int) -> dict[int, Row]:
    """So many rounds, in each of which every store takes its turn at every size of batch."""
    rows = {children: {size: Measured() for size in BATCHES} for children in stores.counts}
    for number in range(rounds):
        for size in BATCHES:
            some = max(events, size)
            for children, row in rows.items():
                row[size].add(some, stores.ask(children, size, some))
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    return rows


def share_of(times: Iterable[float], share: float) -> float:
    """The least of these times that this share of them does not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def heading() -> str:
    """Two lines above the table."""
    return (f"{'':>19} {'one event, ms: wall':<26} {'processor':<26} a second in batches of\n"
            f"{'children':>9} {'records':>9} " + " ".join(f"{each:>8}" for each in
                                                          ("p50", "p99", "most") * 2)
            + " " + " ".join(f"{size:>8}" for size in BATCHES) + f" {'':<4} {'yard':>6}")


def table_rows(children: int, records: float, row: Row, yardstick_us: float) -> str:
    """The figures of one size, in the columns of `heading`: raw, and even below."""
    times = " ".join(f"{share_of(spent, share) * 1e3:>8.2f}" for spent in
                     (row[1].wall, row[1].processor) for share in (0.5, 0.99, 1.0))
    raw, even = (" ".join(f"{1e6 / median(each):>8.0f}" for each in rates) for rates in (
        [each.event_us for each in row.values()],
        [each.even_us(yardstick_us) for each in row.values()]))
    own = median(each for one in row.values() for each in one.yardstick_us)
    return (f"{children:>9} {records:>9.0f} {times} {raw} raw  {own:>6.1f}\n"
            f"{'':>{19 + len(times) + 1}} {even} even {yardstick_us:>6.1f}")


def ratios_of(row: Row, first: Row, sizes: Iterable[int]) -> tuple[float, float]:
    """How many times the processor's time an event needs that it needed in the first store, raw
    and even: the median of all rounds of these sizes of batch."""
    raw, even = [], []
    for size in sizes:
        own, other = row[size], first[size]
        raw += [a / b for a, b in zip(own.event_us, other.event_us, strict=True)]
        even += [a / b for a, b in zip(own.even_us(1.0), other.even_us(1.0), strict=True)]
    return median(raw), median(even)


def verdict(name: str, found: float, target: float, least: bool = False) -> str:
    """One target and whether it was met."""
    met = found >= target if least else found <= target
    return (f"{name}: {found:.2f}, wanted {'at least' if least else 'at most'} {target:g}:"
            f" {'met' if met else 'MISSED'}")


def verdicts(rows: dict[int, Row]) -> list[str]:
    """The targets, as far as these sizes can tell."""
    (least, first), *others = rows.items()
    said = [verdict("events a second and core, raw, best size of batch",
                    max(1e6 / median(each.event_us) for each in first.values()),
                    TARGET_A_SECOND, True),
            verdict("p99 of one event, ms of the wall clock", share_of(first[1].wall, 0.99) * 1e3,
                    TARGET_P99_MS)]
    for children, row in others:
        for size in BATCHES:
            raw, even = ratios_of(row, first, (size,))
            said.append(f"cost of an event at {children} children, times that at {least}, in"
                        f" batches of {size}: raw {raw:.2f}, even {even:.2f}")
        _, even = ratios_of(row, first, BATCHES[1:-1])
        said.append(verdict(f"the same, even, in batches of {BATCHES[1]} and {BATCHES[2]}",
                            even, TARGET_RATIO))
    return said


def splink_beside(children: int) -> str:
    """What Splink needs for the records of so many children in one batch."""
    done = subprocess.run([sys.executable, "-m", "bench.linking_splink", str(children)],
                          check=True, stdout=subprocess.PIPE, text=True)
    batch: dict[str, float] = json.loads(done.stdout)
    return (f"Splink {batch['records']:.0f} records of the same children in one batch, one thread:"
            f" {batch['pairs']:.0f} pairs compared; {batch['records'] / batch['processor']:.0f}"
            f" records a second of the processor with training,"
            f" {batch['records'] / batch['predict_processor']:.0f} without"
            f" ({batch['pairs'] / batch['predict_processor']:.0f} pairs);"
            f" {batch['seconds']:.0f} s by the clock.")


def main() -> None:
    """Measure all sizes in turn, then Splink, and print the rows of each."""
    parser = argparse.ArgumentParser(prog="python -m bench.linking")
    parser.add_argument("children", nargs="*", type=int, default=SIZES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--no-splink", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        stores = Stores(asked.children, asked.keep or Path(made), stack)
        rows = measure(stores, asked.rounds, asked.events)
    fastest = min(each for row in rows.values() for one in row.values()
                  for each in one.yardstick_us)
    print(heading())
    for children, row in rows.items():
        print(table_rows(children, stores.counts[children]["people_records"], row, fastest))
    print(LEGEND)
    print(*verdicts(rows), sep="\n", flush=True)
    if not asked.no_splink:
        print(splink_beside(asked.children[0]))


if __name__ == "__main__":
    main()
