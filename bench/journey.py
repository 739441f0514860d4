"""One size of partnership, in a process of its own: files in, findings out, timed by stage.

    python -m bench.journey CHILDREN FOLDER

prints one JSON object. Stages and yardsticks are in seconds of the processor, the process's and
the system's for it, so that a busy machine does not change their ratio; `seconds` is of the wall
clock. The yardsticks are fastavro decoding the same statements to plain dictionaries, and our own
codec decoding them to validated values, in the same process, before and after a later day's work.
"""
import csv
import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import ParamSpec, TypeVar

from broker.backends.clock import ManualClock
from broker.bootstrap import Concord, collect_seldom, open_home
from broker.identity.model import DEFAULT_MODEL
from broker.log import topics
from broker.pipeline import evaluate as evaluating
from broker.pipeline.check import check
from broker.pipeline.evaluate import Evaluator
from broker.pipeline.fold import Fold
from broker.pipeline.intake import Intake
from broker.pipeline.publish import files_below
from broker.rules.evaluate import evaluate
from broker.world import WorldPlan, build, extract_time, write_all, write_config

P = ParamSpec("P")
R = TypeVar("R")

YARDSTICK_STATEMENTS = 20_000
YARDSTICK_PASSES = 5
CHANGES = 2_000
CHILDREN_FIRST = 50
SEED = 7


class Stopwatch:
    """Adds up the processor's seconds that wrapped functions take."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def around(self, name: str, work: Callable[P, R]) -> Callable[P, R]:
        """The same function, its time added to a name."""

        def timed(*given: P.args, **named: P.kwargs) -> R:
            start = process_time()
            try:
                return work(*given, **named)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + process_time() - start

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
    """A whole check, its stages timed apart; linking within folding, rules within evaluating."""
    concord.note_settings()
    intake = concord.intake()
    fold = Fold(concord.store, concord.log, concord.codec, concord.model, intake.handover)
    evaluator = concord.evaluator(fold)
    fold.link = watch.around("link", fold.link)  # type: ignore[method-assign] # timed apart
    with rules_timed(watch):
        check_stages(concord, watch, intake, fold, evaluator)


@contextmanager
def rules_timed(watch: Stopwatch) -> Iterator[None]:
    """While it lasts, asking the rules is timed, wherever it is asked from the evaluator."""
    asked = evaluate
    setattr(evaluating, evaluate.__name__, watch.around("rules", asked))
    try:
        yield
    finally:
        setattr(evaluating, evaluate.__name__, asked)


def check_stages(concord: Concord, watch: Stopwatch, intake: Intake, fold: Fold,
                 evaluator: Evaluator) -> None:
    """Run these stages to the end, each timed."""
    check(_Timed(intake, watch.around("intake", intake.step)),  # type: ignore[arg-type] # stage
          _Timed(fold, watch.around("fold", fold.step)),  # type: ignore[arg-type] # as above
          _Timed(evaluator, watch.around("evaluate", evaluator.step)),  # type: ignore[arg-type]
          concord.relay)


def decode_seconds(concord: Concord, decode: Callable[[bytes], object]) -> float:
    """Seconds that `decode` takes for one statement, the median of a few passes."""
    lanes = [lane for topic in topics.SHARED
             for lane in topics.lanes_of(topic, concord.log.partitions(topic))]
    held = sum(concord.log.end(lane) for lane in lanes)
    part = min(1.0, YARDSTICK_STATEMENTS / held)  # of each lane, so that the mix is the journey's
    values = [each.record.value for lane in lanes
              for each in concord.log.read(lane, 0, ceil(concord.log.end(lane) * part))
              if each.record.value]
    passes = []
    for _ in range(YARDSTICK_PASSES):
        start = process_time()
        for value in values:
            decode(value)
        passes.append((process_time() - start) / len(values))
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


def written(children: int, folder: Path) -> tuple[Concord, ManualClock, Path]:
    """A partnership's files and an empty home for them, its clock at the extract's time."""
    world = build(WorldPlan(seed=SEED, children=children))
    root, home = folder / "drops", folder / "home"
    home.mkdir(parents=True)
    write_all(world, root)
    write_config(world, home / "concord.toml")
    if children > DEFAULT_MODEL.population:  # as docs/identity.md tells whoever holds so many
        with (home / "concord.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[identity]\npopulation = {children}\n")
    clock = ManualClock(extract_time(world, world.plan.days - 1))
    concord = open_home(home)
    concord.clock = clock
    return concord, clock, root


def measure(children: int, folder: Path) -> dict[str, float]:
    """Build a partnership, run it, and say what it cost.

    A small one goes first: what a process reads and makes once (tables of names, SQL) is no cost
    of a statement, and would weigh on the smallest size alone.
    """
    collect_seldom()
    small, _, root = written(CHILDREN_FIRST, folder / "first")
    publish_all(small, root)
    check_timed(small, Stopwatch())
    concord, clock, root = written(children, folder)
    watch = Stopwatch()
    begun, start = perf_counter(), process_time()
    statements = publish_all(concord, root)
    watch.seconds["publish"] = process_time() - start
    check_timed(concord, watch)
    total, seconds = process_time() - start, perf_counter() - begun
    watch.seconds["fold"] -= watch.seconds["link"]
    fields, codec = concord.codec.fields, concord.codec.decode
    decode, validated = decode_seconds(concord, fields), decode_seconds(concord, codec)
    clock.advance(timedelta(days=1))
    check_timed(concord, Stopwatch())  # what falls due in a day, of every child
    change_some(root / "police", folder / "later" / "police", clock.now().isoformat())
    start = process_time()
    changed = publish_all(concord, folder / "later")
    check_timed(concord, Stopwatch())
    later = process_time() - start
    decode = median([decode, decode_seconds(concord, fields)])
    validated = median([validated, decode_seconds(concord, codec)])
    return {
        "children": children, "statements": statements, "seconds": seconds,
        **{f"{name}_us": spent / statements * 1e6 for name, spent in watch.seconds.items()},
        "total_us": total / statements * 1e6, "decode_us": decode * 1e6,
        "validated_us": validated * 1e6,
        "later_statements": changed, "later_us": later / max(changed, 1) * 1e6,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))))
