"""One size of store, in a process of its own: filled, then linked record by record and in batches.

    python -m bench.linking_size CHILDREN EVENTS FOLDER

prints one JSON object. Times of one event are milliseconds of the wall clock and of the processor,
rates are statements by seconds of the processor (the process's and the system's for it). The
yardstick is the processor's microseconds for one piece of work that never changes.
"""
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

from bench.linking_rows import events_of, records_of
from broker.backends.sqlite import SqliteFile, SqliteStore
from broker.bootstrap import collect_seldom
from broker.event.person import PersonRecorded
from broker.identity.model import DEFAULT_MODEL
from broker.pipeline.linking import LINKING_TABLES, PEOPLE_AT_ONCE, fold_people
from broker.pipeline.linking_tables import PEOPLE, PEOPLE_EDGES, PEOPLE_KEYS, PEOPLE_RECORDS

BATCHES = (1, 100, 1_000, 4_000)
WARMING = 500
SEED = 7
_YARDSTICK_PASSES = 20
_SAID_EVERY = 100_000

Item = TypeVar("Item")


def batches_of(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of this size, the last one shorter."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


@dataclass(slots=True)
class Spent:
    """Seconds of each batch, by the clock and of the processor."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time one batch."""
        begun, start = perf_counter(), process_time()
        yield
        self.processor.append(process_time() - start)
        self.wall.append(perf_counter() - begun)


def yardstick_us() -> float:
    """What a fixed piece of work takes now, so that a slower machine is told from slower code."""
    passes = []
    rows = [{"key": f"agency:{number}", "names": ["ADA", "HILL"], "born": [2011, 5, 4]}
            for number in range(100)]
    for _ in range(_YARDSTICK_PASSES):
        start = process_time()
        for row in rows:
            json.loads(json.dumps(row))
        passes.append((process_time() - start) / len(rows))
    return median(passes) * 1e6


def share_of(times: Iterable[float], share: float) -> float:
    """The least of these times that this share of them does not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def fill(store: SqliteStore, children: int) -> Spent:
    """Every record of so many children, linked in the largest batches."""
    spent = Spent()
    said = (each for index in range(children) for each in records_of(index, SEED))
    records = 0
    for batch in batches_of(said, PEOPLE_AT_ONCE):
        with spent.one(), store.begin() as unit:
            fold_people(unit, batch, DEFAULT_MODEL)
        if records // _SAID_EVERY != (records + len(batch)) // _SAID_EVERY:
            print(f"{records + len(batch)} records filled in", file=sys.stderr, flush=True)
        records += len(batch)
    return spent


def linked(store: SqliteStore, events: Iterable[PersonRecorded], size: int) -> Spent:
    """Take these events in, kept and linked in one transaction a batch."""
    spent = Spent()
    for batch in batches_of(events, size):
        with spent.one(), store.begin() as unit:
            fold_people(unit, batch, DEFAULT_MODEL)
    return spent


def figures_of(size: int, events: int, spent: Spent) -> dict[str, float]:
    """What one size of batch took; of single events how the times lie."""
    figures = {"a_second": events / sum(spent.processor), "wall": events / sum(spent.wall)}
    if size == 1:
        for name, times in (("wall", spent.wall), ("processor", spent.processor)):
            figures |= {f"{name}_{share * 100:.0f}_ms": share_of(times, share) * 1e3
                        for share in (0.5, 0.99, 1.0)}
    return {f"{name}_{size}": figure for name, figure in figures.items()}


def measure(children: int, events: int, folder: Path) -> dict[str, float]:
    """Fill a store unless it is there, then take in `events` records at each size of batch.

    A store that is kept remembers how many it has taken, so that the next measurement takes
    others: what is there already costs next to nothing.
    """
    collect_seldom()
    filled, taken = folder / "filled", folder / "taken"
    file = SqliteFile(folder)
    store = SqliteStore(file, LINKING_TABLES)
    row: dict[str, float] = {"children": children}
    if not filled.exists():
        spent = fill(store, children)
        row["fill_seconds"] = sum(spent.wall)
        filled.touch()
    with store.view() as view:
        row |= {table.name: view.count(table)
                for table in (PEOPLE_RECORDS, PEOPLE, PEOPLE_KEYS, PEOPLE_EDGES)}
    before = int(taken.read_text("ascii")) if taken.exists() else 0
    after = before + WARMING + events * len(BATCHES)
    coming = islice(events_of(children, after, SEED), before, None)
    taken.write_text(str(after), "ascii")
    linked(store, islice(coming, WARMING), 1)
    yardsticks = [yardstick_us()]
    for size in BATCHES:
        some = list(islice(coming, events))
        row |= figures_of(size, events, linked(store, some, size))
        yardsticks.append(yardstick_us())
    file.close()
    return row | {"yardstick_us": median(yardsticks)}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
