"""The second world run day by day, and each of its labels beside what was found."""
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.detection.run import PRESSING, Alarm, Fate, Outcome, publish_extracts
from bench.detection.second.book import Kind, Label
from bench.detection.second.files import AGENCIES, Drops, extract_times
from bench.detection.second.forms import build
from bench.detection.second.world import World
from bench.detection.tables import by_rule, in_sum
from bench.detection.tables import wrong as named_wrong
from broker.bootstrap import open_home
from broker.config import FILE_NAME
from broker.event.finding import Finding
from broker.report.findings import stored_findings
from broker.vocabulary.words import FindingState
from broker.world.writer import config_text

DEVELOPMENT = (1, 2)
HELD_BACK = (9003, 9004)


@dataclass(frozen=True, slots=True)
class Judged:
    """One world's outcome; how many findings are neither right nor wrong, and what was found at
    another severity or left in another state than the rules have it."""

    outcome: Outcome
    beside: int
    otherwise: tuple[str, ...]


def judged_seed(seed: int) -> Judged:
    """Make the world of a seed, run it through, and compare."""
    return judged(build(seed))


def judged(world: World, every_days: int = 1) -> Judged:
    """Run a world through, one extract in so many days and the last, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / FILE_NAME).write_text(config_text(AGENCIES), encoding="utf-8")
        drops = Drops(world, home)
        times = extract_times(world)
        with closing(open_home(home, now=times[0])) as concord:
            for number, moment in enumerate(times):
                if number % every_days == 0 or moment == times[-1]:
                    drops.write(number, moment)
                    publish_extracts(concord, moment, home)
            with concord.store.view() as view:
                return compared(world, stored_findings(view, concord.codec))


class _Account:
    """Which findings the labels have taken, and what each label came to."""

    def __init__(self, world: World, findings: Sequence[Finding]):
        self._world = world
        self._children = [frozenset(
            world.owners[key] for each in finding.evidence
            if (key := (each.agency, each.record)) in world.owners) for finding in findings]
        self.findings = findings
        self.planted: set[int] = set()
        self.allowed: set[int] = set()
        self.on_decoy: dict[int, str] = {}
        self.otherwise: list[str] = []

    def about(self, label: Label) -> list[int]:
        """The findings of a label's rule about its agency, or its child and records."""
        return [number for number, finding in enumerate(self.findings)
                if finding.code == label.code and self._is_about(label, number)]

    def _is_about(self, label: Label, number: int) -> bool:
        finding = self.findings[number]
        if label.agency:
            return finding.child is None and finding.agency == label.agency
        refs = {(each.agency, each.record) for each in finding.evidence}
        if label.child and label.child not in self._children[number]:
            return False
        return not label.refs or bool(label.refs & refs)

    def _any_of_child(self, label: Label) -> list[int]:
        return [number for number, finding in enumerate(self.findings)
                if finding.code == label.code and number not in self.planted
                and label.child in self._children[number]]

    def take_plant(self, label: Label) -> bool:
        """Whether a plant was found, by its records or else by its child; one withdrawn since
        counts only where it should be."""
        about = self.about(label) or (self._any_of_child(label) if label.child else [])
        live = [self.findings[number] for number in about
                if self.findings[number].state is not FindingState.WITHDRAWN
                or label.state is FindingState.WITHDRAWN]
        if not live:
            return False
        self.planted.update(about)
        for wanted, had in ((label.severity, {each.severity for each in live}),
                            (label.state, {each.state for each in live})):
            if wanted and wanted not in had:
                self.otherwise.append(f"{label.code} {label.variant}: {', '.join(sorted(had))} "
                                      f"and not {wanted}")
        return True

    def take_other(self, label: Label) -> bool:
        """Whether anything that stands and no plant answers for is about a decoy, or allowed."""
        free = [number for number in self.about(label)
                if number not in self.planted | self.allowed | set(self.on_decoy)
                and self.findings[number].state is not FindingState.WITHDRAWN]
        if label.kind is Kind.DECOY:
            self.on_decoy |= dict.fromkeys(free, label.variant)
        else:
            self.allowed.update(free)
        return bool(free)

    def alarms(self) -> Iterator[Alarm]:
        """Every finding that stands, but those that may be raised or not."""
        for number, each in enumerate(self.findings):
            if each.state is not FindingState.WITHDRAWN and number not in self.allowed:
                yield Alarm(self._world.seed, each.code, number in self.planted,
                            self.on_decoy.get(number, ""), each.severity in PRESSING,
                            each.sentence)


def compared(world: World, findings: Sequence[Finding]) -> Judged:
    """Each label's fate and each finding's standing."""
    account = _Account(world, findings)
    fates = [_fate(world, label, found=account.take_plant(label))
             for label in world.labels if label.kind is Kind.PLANT]
    for label in world.labels:
        if label.kind is not Kind.PLANT:
            found = account.take_other(label)
            if label.kind is Kind.DECOY:
                fates.append(_fate(world, label, found=found))
    days = (world.last_day - world.first_day).days + 1
    outcome = Outcome(world.seed, len(world.children), days, tuple(fates),
                      tuple(account.alarms()), sum(each.historical for each in findings))
    return Judged(outcome, len(account.allowed), tuple(account.otherwise))


def _fate(world: World, label: Label, *, found: bool) -> Fate:
    return Fate(world.seed, label.code, label.variant, label.kind is Kind.DECOY, "", found, None,
                late=False)


def tables(worlds: Sequence[Judged]) -> Iterator[str]:
    """What was found by rule, and what decides whether it is safe, in Markdown."""
    outcomes = [each.outcome for each in worlds]
    yield "A second world, written from the rules and formats alone:"
    yield ""
    yield from by_rule(outcomes)
    yield ""
    yield from in_sum(outcomes)
    yield f"| findings that are neither right nor wrong | {sum(each.beside for each in worlds)} |"
    yield ("| found at another severity or left in another state | "
           f"{sum(len(each.otherwise) for each in worlds)} |")


def wrong(worlds: Sequence[Judged]) -> Iterator[str]:
    """What was missed, wrongly raised, or told at another severity or in another state."""
    yield from named_wrong([each.outcome for each in worlds])
    for each in worlds:
        for line in each.otherwise:
            yield f"otherwise {line} (world {each.outcome.seed})"
