"""One size of store, in a process of its own: filled, then linked in batches as it is told to.

    python -m bench.linking_size CHILDREN FOLDER

fills the store unless it is there, reads the file once, so that it is in the system's memory, and
prints a JSON object with its counts. For every line `SIZE EVENTS` it then reads, it takes in so
many events in batches of that size and prints another: seconds by the clock and of the processor
(the process's and the system's for it), of every batch, and the yardstick, which is the
processor's microseconds for one piece of work that never changes, right before and after.
"""
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

from bench.linking_rows import events_of, records_of
from broker.backends.sqlite import FILE_NAME, SqliteFile, SqliteStore
from broker.bootstrap import collect_seldom
from broker.event.person import PersonRecorded
from broker.identity.model import DEFAULT_MODEL, Model
from broker.pipeline.linking import LINKING_TABLES, PEOPLE_AT_ONCE, fold_people
from broker.pipeline.linking_tables import PEOPLE, PEOPLE_EDGES, PEOPLE_KEYS, PEOPLE_RECORDS

EVENTS_MAX = 1_000_000_000
WARMING, WARMING_BATCH = 2_000, 500
SEED = 7
_YARDSTICK_PASSES = 20
_SAID_EVERY = 100_000
_READ_AT_ONCE = 1 << 22

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


def model_for(children: int) -> Model:
    """The model of a place with so many children."""
    return replace(DEFAULT_MODEL, population=children)


def fill(store: SqliteStore, children: int) -> Spent:
    """Every record of so many children, linked in the largest batches."""
    model = model_for(children)
    spent = Spent()
    said = (each for index in range(children) for each in records_of(index, SEED))
    records = 0
    for batch in batches_of(said, PEOPLE_AT_ONCE):
        with spent.one(), store.begin() as unit:
            fold_people(unit, batch, model)
        if records // _SAID_EVERY != (records + len(batch)) // _SAID_EVERY:
            print(f"{records + len(batch)} records filled in", file=sys.stderr, flush=True)
        records += len(batch)
    return spent


def linked(
    store: SqliteStore, events: Iterable[PersonRecorded], size: int, model: Model,
) -> Spent:
    """Take these events in, kept and linked in one transaction a batch."""
    spent = Spent()
    for batch in batches_of(events, size):
        with spent.one(), store.begin() as unit:
            fold_people(unit, batch, model)
    return spent


def opened(children: int, folder: Path) -> tuple[SqliteFile, SqliteStore, dict[str, float]]:
    """The store with so many children, filled unless it is there, and what it holds."""
    file = SqliteFile(folder)
    store = SqliteStore(file, LINKING_TABLES)
    row: dict[str, float] = {"children": children}
    filled = folder / "filled"
    if not filled.exists():
        row["fill_seconds"] = sum(fill(store, children).wall)
        filled.touch()
    with (folder / FILE_NAME).open("rb") as pages:
        while pages.read(_READ_AT_ONCE):
            pass
    with store.view() as view:
        row |= {table.name: view.count(table)
                for table in (PEOPLE_RECORDS, PEOPLE, PEOPLE_KEYS, PEOPLE_EDGES)}
    return file, store, row


def serve(children: int, folder: Path, orders: Iterable[str]) -> None:
    """Measure what each order asks for.

    A store that is kept remembers how many events it has taken, so that the next measurement
    takes others: what is there already costs next to nothing.
    """
    collect_seldom()
    file, store, row = opened(children, folder)
    model = model_for(children)
    taken = folder / "taken"
    before = int(taken.read_text("ascii")) if taken.exists() else 0
    coming = events_of(children, EVENTS_MAX, SEED, before)
    linked(store, islice(coming, WARMING), WARMING_BATCH, model)
    before += WARMING
    print(json.dumps(row), flush=True)
    for order in orders:
        size, events = map(int, order.split())
        some = list(islice(coming, events))
        before += events
        taken.write_text(str(before), "ascii")
        yardsticks = [yardstick_us()]
        spent = linked(store, some, size, model)
        yardsticks.append(yardstick_us())
        print(json.dumps({"wall": spent.wall, "processor": spent.processor,
                          "yardstick_us": sum(yardsticks) / 2}), flush=True)
    file.close()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]), sys.stdin)
