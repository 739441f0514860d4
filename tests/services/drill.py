"""The fault drill: a partnership on real services, everything killed in turn, nothing lost.

    python -m tests.services.drill [--seeds N] [--first N]

For each seed a made-up partnership's files are published to Kafka and PostgreSQL and taken
through intake, checker and delivery by several workers, all of them real processes, while
workers, the publisher, the broker, the registry and PostgreSQL are killed and started again,
workers come and go, and messages are delivered twice and out of order. Afterwards everything
must stand as a run without faults left it.
"""
import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep

from broker.bootstrap import Concord, open_home
from broker.errors import ConcordError
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.health import standing_of
from broker.pipeline.linking_tables import PEOPLE_WAITING
from broker.world import WorldPlan, build, extract_time, write_all, write_config
from compose.local.services import Services
from tests.services.crew import Crew
from tests.services.endings import Ending, ending_of, keys_in, quiet_ending
from tests.services.served_home import provision, served_config

FAULTS = 4
REPEATED_MAX = 25
WORLDS = 4  # seeds of worlds: what differs from drill to drill is what happens, and when
SETTLED_SECONDS_MAX = 180.0
COMPARED = ("people", "findings", "notices", "accepted", "held")
PUBLISHED = (0, 3)  # some rows of a world may be meant to be rejected
Dice = random.Random


@dataclass(slots=True)
class Outcome:
    """What a drill came to. `lost` were sent and not accepted; `copies` are messages that stand
    in the log more than once; `twice` had an effect twice; `early` were given to an agency that a
    run without faults, which gives everything at the end, does not give them to."""

    seed: int
    faults: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    lost: int = 0
    copies: int = 0
    twice: int = 0
    early: int = 0
    differences: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        injected = ", ".join(f"{name} {times}" for name, times in sorted(self.faults.items()))
        return (f"seed {self.seed}: {self.seconds:.0f} s; {injected}; {self.sent} statements "
                f"sent, {self.lost} lost, {self.copies} copies in the log, {self.twice} effects "
                f"twice, {self.early} given before a later statement forbade it; "
                + ("as without faults" if not self.differences
                   else f"DIFFERS in {', '.join(self.differences)}"))


class Drill:
    """One seed's partnership, its processes, and the faults that befall them."""

    def __init__(self, services: Services, seed: int, folder: Path):
        self.services = services
        self.dice = Dice(seed)
        self.outcome = Outcome(seed)
        world = build(WorldPlan(seed=1 + seed % WORLDS, children=24, days=3))
        self.now = extract_time(world, world.plan.days - 1)
        self.home, self.drop = folder / "home", folder / "drop"
        self.home.mkdir()
        write_all(world, self.drop)
        write_config(world, self.home / "concord.toml")
        self.quiet = quiet_ending(self.home / "concord.toml", self.drop, self.now)
        served_config(services, self.home, f"drill{seed}")
        provision(self.home)
        self.crew = Crew(self.home, self.now.isoformat())
        self.publisher: BaseProcess | None = None

    def publish(self) -> None:
        """Start the publisher, unless it is at work."""
        if self.publisher is None or not self.publisher.is_alive():
            self.publisher = self.crew.start("publish", "--root", str(self.drop))

    def through(self) -> Outcome:
        """Publish and take in while things fail, then wait for the end and compare it."""
        begun = monotonic()
        try:
            for stage in ("intake", "intake", "check", "check", "deliver"):
                self.crew.add(stage)
            self.publish()
            for _ in range(FAULTS):
                sleep(self.dice.uniform(0.1, 1.0))
                self.fail()
                self.crew.tend()
            self.settle()
            self.compare()
        finally:
            self.crew.close()
        self.outcome.seconds = monotonic() - begun
        return self.outcome

    def fail(self) -> None:
        """One fault, drawn by lot."""
        faults: list[tuple[int, str, Callable[[], None]]] = [
            (5, "worker killed", self.kill_worker),
            (2, "publisher killed", self.kill_publisher),
            (1, "broker killed", lambda: self.restart(self.services.kafka.kill,
                                                      self.services.kafka.start)),
            (1, "broker stopped", lambda: self.restart(self.services.kafka.stop,
                                                       self.services.kafka.start)),
            (2, "PostgreSQL killed", lambda: self.restart(self.services.postgres.kill,
                                                          self.services.postgres.start)),
            (1, "PostgreSQL restarted", lambda: self.restart(self.services.postgres.stop,
                                                             self.services.postgres.start)),
            (3, "worker added", lambda: self.crew.add(self.dice.choice(("intake", "check",
                                                                        "deliver")))),
            (2, "worker removed", self.remove_worker),
            (2, "delivered twice, out of order", self.repeat),
        ]
        _, name, happens = self.dice.choices(faults, [weight for weight, _, _ in faults])[0]
        self.outcome.faults[name] += 1
        happens()

    def kill_worker(self) -> None:
        """kill -9 of one worker."""
        self.crew.kill(self.dice.randrange(len(self.crew.workers)))

    def kill_publisher(self) -> None:
        """kill -9 of the publisher; it is started again."""
        if self.publisher is not None:
            self.publisher.kill()
            self.publisher.join()
        self.publish()

    def remove_worker(self) -> None:
        """One worker fewer, where its stage has another."""
        stages = Counter(stage for stage, _ in self.crew.workers)
        spare = [place for place, (stage, _) in enumerate(self.crew.workers) if stages[stage] > 1]
        if spare:
            self.crew.remove(self.dice.choice(spare))

    def restart(self, ends: Callable[[], None], begins: Callable[[], None]) -> None:
        """A service goes and comes back."""
        ends()
        sleep(self.dice.uniform(0, 1.0))
        begins()

    def repeat(self) -> None:
        """Some messages of the inboxes are delivered again, in another order."""
        with suppress(ConcordError), closing(self.opened()) as concord:
            lanes = [lane for code in sorted(concord.settings.agencies)
                     for lane in topics.lanes_of(topics.inbox(code),
                                                 concord.log.partitions(topics.inbox(code)))]
            read = concord.log.read_each(dict.fromkeys(lanes, 0), 500)
            logged = [each for lane in sorted(read) for each in read[lane]]
            again: dict[Lane, list[Record]] = {}
            for each in self.dice.sample(logged, min(len(logged), REPEATED_MAX)):
                again.setdefault(each.lane, []).append(each.record)
            for lane, records in again.items():
                concord.log.append(lane, records)

    def opened(self) -> Concord:
        """The partnership, as an operator opens it."""
        return open_home(self.home, now=self.now)

    def settle(self) -> None:
        """Publish to the end, and wait until no stage has anything left to do."""
        until = monotonic() + SETTLED_SECONDS_MAX
        concord: Concord | None = None
        quiet = 0
        while concord is None:
            with suppress(ConcordError):
                concord = self.opened()
        with closing(concord):
            while quiet < 2:
                assert monotonic() < until, f"seed {self.outcome.seed} never came to rest"
                self.crew.tend()
                sleep(0.1)
                quiet = quiet + 1 if self.has_published() and is_quiet(concord) else 0

    def has_published(self) -> bool:
        """Whether the publisher has come to its end; it is started again if it failed."""
        assert self.publisher is not None
        if self.publisher.is_alive():
            return False
        if self.publisher.exitcode not in PUBLISHED:
            self.publish()
            return False
        return True

    def compare(self) -> None:
        """Hold the end against a run without faults."""
        with closing(self.opened()) as concord:
            self._compare(concord)

    def _compare(self, concord: Concord) -> None:
        found = ending_of(concord)
        sent = keys_in(concord, *(topics.inbox(each) for each in concord.settings.agencies))
        shared = keys_in(concord, *topics.SHARED)
        fed = [key for each in concord.settings.agencies
               for key in keys_in(concord, topics.feed(each))]
        self.outcome.sent = len(set(sent))
        self.outcome.lost = len(set(sent) - found.accepted - found.held)
        self.outcome.copies = len(sent) - len(set(sent)) + len(shared) - len(set(shared)) \
            + len(fed) - sum(map(len, found.fed.values()))
        collected = sum(count for whom, count in found.audited.items()
                        if whom.startswith("COLLECTION"))
        disclosed = sum(count for whom, count in found.audited.items()
                        if whom.startswith("DISCLOSURE"))
        self.outcome.twice = abs(collected - len(found.accepted)) \
            + abs(disclosed - sum(map(len, found.fed.values())))
        self.outcome.differences = [name for name in COMPARED
                                    if getattr(found, name) != getattr(self.quiet, name)]
        if collections(found) != collections(self.quiet):
            self.outcome.differences.append("audited collections")
        # What may be given is judged when it is given: nothing may be kept back that a quiet run
        # gives, and more may have been given before a later statement forbade it.
        self.outcome.early = sum(len(found.fed[each] - self.quiet.fed[each]) for each in found.fed)
        if any(self.quiet.fed[each] - found.fed[each] for each in found.fed):
            self.outcome.differences.append("fed")


def collections(ending: Ending) -> dict[str, int]:
    """How many statements the audit says were collected, from whom."""
    return {whom: count for whom, count in ending.audited.items()
            if whom.startswith("COLLECTION")}


def is_quiet(concord: Concord) -> bool:
    """Whether every stage has done all there is to do."""
    try:
        with concord.store.view() as view:
            if view.count(PEOPLE_WAITING):
                return False
        now = standing_of(concord.store, concord.log, concord.settings.partnership)
    except ConcordError:
        return False  # a service is away yet
    assert now.lag is not None
    return not (now.waiting or now.outbox or any(each.messages for each in now.lag.values()))


def main() -> None:
    """Drill as many seeds as asked for; fails if any differs from a run without faults."""
    asked = argparse.ArgumentParser(description="Kill everything in turn; lose nothing.")
    asked.add_argument("--seeds", type=int, default=20, help="how many")
    asked.add_argument("--first", type=int, default=0, help="the first of them")
    options = asked.parse_args()
    from tests.services.started import privately

    bad = 0
    with tempfile.TemporaryDirectory() as folder, privately(Path(folder) / "services") as services:
        for seed in range(options.first, options.first + options.seeds):
            place = Path(folder) / str(seed)
            place.mkdir()
            outcome = Drill(services, seed, place).through()
            print(outcome, flush=True)  # noqa: T201 # the command's own voice
            bad += bool(outcome.lost or outcome.twice or outcome.differences)
    sys.exit(bad)


if __name__ == "__main__":
    main()
