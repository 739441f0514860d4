"""What the served form costs: published, taken in and checked on Kafka and PostgreSQL.

    python -m bench.served [--children N] [--workers 1 2 4] [--rate N --seconds N]

starts real services on this machine, in folders of its own, and prints statements a second at
each stage with so many workers, beside kafka-python producing and consuming the same bytes on the
same broker in the same run; then, at a steady rate, how long it takes from publishing the second
agency's statement to its finding standing in the topic of findings.
"""
import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from bench.latency import steady
from broker.bootstrap import Concord, open_home
from broker.bootstrap.served import kafka_address
from broker.cli.journey import drops_below, publish_path
from broker.config import load
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.health import CONSUMERS, standing_of
from broker.pipeline.positions import positions_of
from broker.pipeline.worker import Stage
from broker.world import World, WorldPlan, build, extract_time, write_all, write_config
from compose.local.served import write_served
from compose.local.services import Services

SEED = 7
COMMAND = str(Path(sys.executable).with_name("concord"))
CACHE = Path(".services") / "cache"
SECONDS_MAX = 1800.0
PATIENCE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Round:
    """One number of workers: statements, and how many a second at each stage."""

    workers: int
    statements: int
    published: float
    taken_in: float
    checked: float


def home_of(world: World, services: Services, folder: Path, namespace: str) -> Path:
    """A home on the services, set up under a namespace of its own."""
    home = folder / namespace
    home.mkdir()
    write_config(world, home / "concord.toml")
    sections = write_served(services, home).read_text(encoding="utf-8")
    with (home / "concord.toml").open("a", encoding="utf-8") as config:
        config.write(sections.replace('namespace = ""', f'namespace = "{namespace}"'))
    subprocess.run([COMMAND, "init", "--kafka", "--home", str(home)],
                   check=True, stdout=subprocess.DEVNULL)
    return home


@contextmanager
def at_work(home: Path, stages: Sequence[str], now: str | None = None) -> Iterator[None]:
    """Workers of these stages, up and sharing the work; ended on leaving."""
    clock = [] if now is None else ["--now", now]
    workers = [subprocess.Popen(
        [COMMAND, stage, "--follow", "--home", str(home), *clock],
        stdout=subprocess.PIPE, text=True) for stage in stages]
    try:
        for each in workers:
            assert each.stdout is not None
            assert "working" in each.stdout.readline()
        yield
    finally:
        for each in workers:
            each.terminate()
        for each in workers:
            each.wait()


def inbox_lanes(concord: Concord) -> list[Lane]:
    """Every lane of every inbox."""
    return [lane for code in sorted(concord.settings.agencies)
            for lane in topics.lanes_of(topics.inbox(code),
                                        concord.log.partitions(topics.inbox(code)))]


def seconds_until_done(concord: Concord, stage: Stage, lanes: Sequence[Lane]) -> float:
    """How long a stage takes for what waits in these lanes, from its first batch to its last,
    children looked at included."""
    begun: float | None = None
    until = perf_counter() + SECONDS_MAX
    while perf_counter() < until:
        with concord.store.view() as view:
            moved = any(positions_of(view, CONSUMERS[stage], lanes).values())
        if moved and begun is None:
            begun = perf_counter()
        if begun is not None:
            now = standing_of(concord.store, concord.log, concord.settings.partnership)
            assert now.lag is not None
            if not (now.lag[stage].messages or now.outbox) \
                    and (stage is not Stage.CHECK or not now.waiting):
                return perf_counter() - begun
        sleep(0.05)
    raise AssertionError(f"{stage} did not come to an end")


def measured(world: World, services: Services, folder: Path, drop: Path,
             workers: int) -> tuple[Round, list[Record]]:
    """One round on an empty partnership; and the messages that were published."""
    home = home_of(world, services, folder, f"bench{workers}")
    now = extract_time(world, world.plan.days - 1)
    with closing(open_home(home, now=now)) as concord:
        return _round(concord, home, drop, now, workers)


def _round(concord: Concord, home: Path, drop: Path, now: datetime,
           workers: int) -> tuple[Round, list[Record]]:
    begun = perf_counter()
    statements = sum(publish_path(concord, feed, path, now).statements
                     for feed, path in drops_below(concord, drop))
    published = perf_counter() - begun
    lanes = inbox_lanes(concord)
    with at_work(home, ["intake"] * workers, now.isoformat()):
        taken_in = seconds_until_done(concord, Stage.INTAKE, lanes)
    shared = [lane for topic in topics.SHARED
              for lane in topics.lanes_of(topic, concord.log.partitions(topic))]
    with at_work(home, ["check"] * workers, now.isoformat()):
        checked = seconds_until_done(concord, Stage.CHECK, shared)
    records = [each.record for lane in lanes
               for each in concord.log.read(lane, 0, 1_000_000) if each.record.value]
    return Round(workers, statements, statements / published, statements / taken_in,
                 statements / checked), records


def bare(services: Services, folder: Path, world: World, records: Sequence[Record]) \
        -> Mapping[str, float]:
    """The driver alone with the same bytes: records produced and consumed a second."""
    home = home_of(world, services, folder, "bare")
    settings = load(home / "concord.toml")
    assert settings.served is not None
    address = kafka_address(settings.served.kafka)
    topic = address.topic(topics.inbox(min(settings.agencies)))
    producer: Any = KafkaProducer(**address.producer(), linger_ms=5, batch_size=128 * 1024)
    begun = perf_counter()
    for place, each in enumerate(records):
        producer.send(topic, value=each.value, key=each.key, partition=place % 4,
                      headers=list(each.headers))
    producer.flush()
    produced = perf_counter() - begun
    producer.close()
    consumer: Any = KafkaConsumer(**address.consumer())
    lanes = [TopicPartition(topic, each) for each in range(4)]
    consumer.assign(lanes)
    consumer.seek_to_beginning(*lanes)
    begun = perf_counter()
    seen = 0
    while seen < len(records):
        seen += sum(map(len, consumer.poll(timeout_ms=PATIENCE_MS).values()))
    consumed = perf_counter() - begun
    consumer.close()
    return {"produce": len(records) / produced, "consume": len(records) / consumed}


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description="What the served form costs.")
    asked.add_argument("--children", type=int, default=1000)
    asked.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    asked.add_argument("--rate", type=int, default=200, help="statements a second")
    asked.add_argument("--seconds", type=int, default=120, help="for so long")
    options = asked.parse_args()
    world = build(WorldPlan(seed=SEED, children=options.children))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drop = folder / "drop"
        write_all(world, drop)
        with Services(folder / "services", CACHE) as services:
            print(f"{'workers':>8} {'statements':>10} {'published':>10} {'taken in':>10} "
                  f"{'checked':>10}  statements a second")
            records: list[Record] = []
            for workers in options.workers:
                row, records = measured(world, services, folder, drop, workers)
                print(f"{row.workers:>8} {row.statements:>10} {row.published:>10.0f} "
                      f"{row.taken_in:>10.0f} {row.checked:>10.0f}", flush=True)
            if records:
                alone = bare(services, folder, world, records)
                print(f"kafka-python alone, the same bytes: {alone['produce']:.0f} produced, "
                      f"{alone['consume']:.0f} consumed a second", flush=True)
            if options.seconds:
                home = home_of(world, services, folder, "steady")
                with at_work(home, ["intake", "check", "check", "deliver"]):
                    print(steady(home, options.rate, options.seconds))


if __name__ == "__main__":
    main()
