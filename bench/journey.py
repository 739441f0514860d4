"""One size of partnership, in a process of its own: files in, findings out, timed by stage.

    python -m bench.journey CHILDREN FOLDER

prints one JSON object. Seconds are of the wall clock; the yardstick is fastavro decoding the same
statements to plain dictionaries, in the same process, before and after.
"""
import csv
import json
import resource
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from broker.backends.clock import ManualClock
from broker.bootstrap import Concord, collect_seldom, open_home
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.check import check
from broker.pipeline.fold import Fold
from broker.pipeline.publish import files_below
from broker.world import WorldPlan, build, extract_time, write_all, write_config

YARDSTICK_STATEMENTS = 20_000
YARDSTICK_PASSES = 5
CHANGES = 2_000
SEED = 7


class Stopwatch:
    """Adds up the seconds that wrapped functions take."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def around(self, name: str, work: Callable[[], int]) -> Callable[[], int]:
        """The same function, its time added to a name."""

        def timed() -> int:
            start = perf_counter()
            try:
                return work()
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start

        return timed


class _Timed:
    """A stage whose `step` is timed; everything else is the stage's own."""

    def __init__(self, stage: object, step: Callable[[], int]):
        self._stage = stage
        self.step = step

    def __getattr__(self, name: str) -> object:
        return getattr(self._stage, name)


def publish_all(concord: Concord, root: Path) -> int:
    """Publish every agency's drop folder; how many statements were sent."""
    sent = 0
    now = concord.clock.now()
    for code, settings in sorted(concord.settings.agencies.items()):
        folder = root / settings.drop
        if folder.is_dir():
            files = list(files_below(folder))
            report = concord.publisher().publish(
                concord.feed(code), files, dict.fromkeys(files, now), now)
            sent += report.statements
    return sent


def check_timed(concord: Concord, watch: Stopwatch) -> None:
    """A whole check, its stages timed apart."""
    concord.note_settings()
    intake = concord.intake()
    fold = Fold(concord.store, concord.log, concord.codec, concord.model, intake.handover)
    evaluator = concord.evaluator(fold)
    check(_Timed(intake, watch.around("intake", intake.step)),  # type: ignore[arg-type] # stage
          _Timed(fold, watch.around("fold", fold.step)),  # type: ignore[arg-type] # as above
          _Timed(evaluator, watch.around("evaluate", evaluator.step)),  # type: ignore[arg-type]
          concord.relay)


def decode_seconds(concord: Concord) -> float:
    """Seconds that fastavro alone takes to decode one statement, the median of a few passes."""
    values = []
    for topic in topics.SHARED:
        for partition in range(concord.log.partitions(topic)):
            share = YARDSTICK_STATEMENTS // (len(topics.SHARED) * concord.log.partitions(topic))
            values += [each.record.value for each in
                       concord.log.read(Lane(topic, partition), 0, share) if each.record.value]
    passes = []
    for _ in range(YARDSTICK_PASSES):
        start = perf_counter()
        for value in values:
            concord.codec.fields(value)
        passes.append((perf_counter() - start) / len(values))
    return median(passes)


def change_some(source: Path, target: Path, updated_at: str) -> None:
    """A drop of police incidents, each changed in one field: a later day's work."""
    target.mkdir(parents=True, exist_ok=True)
    with (source / "incidents.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or ())
        rows = [row for row, _ in zip(reader, range(CHANGES), strict=False)]
    with (target / "incidents.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "caller_urn": "SC099999", "updated_at": updated_at})


def measure(children: int, folder: Path) -> dict[str, float]:
    """Build a partnership, run it, and say what it cost."""
    collect_seldom()
    world = build(WorldPlan(seed=SEED, children=children))
    root, home = folder / "drops", folder / "home"
    home.mkdir(parents=True)
    write_all(world, root)
    write_config(world, home / "concord.toml")
    clock = ManualClock(extract_time(world, world.plan.days - 1))
    concord = open_home(home)
    concord.clock = clock
    watch = Stopwatch()
    start = perf_counter()
    statements = publish_all(concord, root)
    watch.seconds["publish"] = perf_counter() - start
    check_timed(concord, watch)
    total = perf_counter() - start
    decode = decode_seconds(concord)
    clock.advance(timedelta(days=1))
    change_some(root / "police", folder / "later" / "police", clock.now().isoformat())
    start = perf_counter()
    changed = publish_all(concord, folder / "later")
    check_timed(concord, Stopwatch())
    later = perf_counter() - start
    decode = median([decode, decode_seconds(concord)])
    return {
        "children": children, "statements": statements, "seconds": total,
        **{f"{name}_us": seconds / statements * 1e6 for name, seconds in watch.seconds.items()},
        "total_us": total / statements * 1e6, "decode_us": decode * 1e6,
        "later_statements": changed, "later_us": later / max(changed, 1) * 1e6,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))))
