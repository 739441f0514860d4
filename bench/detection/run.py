"""One made-up partnership run day by day, and each of its plants beside what was found."""
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from broker.bootstrap import Concord, open_home
from broker.config import FILE_NAME
from broker.event.finding import Finding
from broker.pipeline.publish import files_below
from broker.report.findings import stored_findings
from broker.report.reading import first_published
from broker.report.scoring import Plant, matches
from broker.vocabulary.words import Severity
from broker.world import Planted, World, WorldPlan, build, extract_time, write_config, write_day

PRESSING = (Severity.CRITICAL, Severity.HIGH)


@dataclass(frozen=True, slots=True)
class Fate:
    """A plant and what became of it: when it was knowable and found, if it was."""

    seed: int
    code: str
    variant: str
    decoy: bool
    group: str
    found: bool
    waited: timedelta | None
    late: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """A finding: whether a plant answers for it, whether a decoy took it in, if it is pressing."""

    seed: int
    code: str
    right: bool
    on_decoy: str
    pressing: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """All of one world."""

    seed: int
    children: int
    days: int
    fates: tuple[Fate, ...]
    alarms: tuple[Alarm, ...]
    historical: int


def outcome_of(plan: WorldPlan) -> Outcome:
    """Make the world of a plan, run it through, and compare."""
    world = build(plan)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_config(world, home / FILE_NAME)
        with closing(open_home(home, now=extract_time(world, 0))) as concord:
            for day in range(plan.days):
                _evening(concord, world, day, home)
            first = first_published(concord.log, concord.codec)
            with concord.store.view() as view:
                found = stored_findings(view, concord.codec)
    return compared(world, found, first)


def _evening(concord: Concord, world: World, day: int, home: Path) -> None:
    write_day(world, day, home)
    publish_extracts(concord, extract_time(world, day), home)


def publish_extracts(concord: Concord, at: datetime, home: Path) -> None:
    """Every agency's files taken at one time are published, and everybody concerned is looked at.
    """
    concord.go_by(at)
    concord.note_settings()
    for code, settings in sorted(concord.settings.agencies.items()):
        files = list(files_below(home / settings.drop))
        if files:
            concord.publisher().publish(concord.feed(code), files, dict.fromkeys(files, at), at)
            concord.relay()
    concord.check()
    concord.relay()


def compared(world: World, findings: Sequence[Finding], first: dict[str, datetime]) -> Outcome:
    """Each plant's fate and each finding's standing.

    A finding that a plant beside the catalogue answers for is right; one marked historical finds
    what was planted but is no alarm.
    """
    children = {each.index: each for each in world.children}

    def plant_of(each: Planted, *, beside: bool) -> Plant:
        return Plant(each.code, each.variant, frozenset(children[each.child].local_ids),
                     frozenset(each.records), each.raised_by, decoy=each.decoy, beside=beside)

    planted = [(each, plant_of(each, beside=False)) for each in world.planted]
    beside = [plant_of(each, beside=True) for each in world.beside]
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    wrong = {each.finding_id for each in findings if not any(
        matches(plant, each) for plant in (*beside, *(plant for _, plant in planted))
        if not plant.decoy)}
    fates = []
    taken_in: dict[str, str] = {}
    for each, plant in planted:
        about = [finding for finding in by_code.get(plant.code, ()) if matches(plant, finding)
                 and (not plant.decoy
                      or (finding.finding_id in wrong and not finding.historical))]
        at = min((first[finding.finding_id] for finding in about), default=None)
        if plant.decoy:
            taken_in |= {finding.finding_id: plant.variant for finding in about}
        fates.append(Fate(
            world.plan.seed, plant.code, plant.variant, plant.decoy,
            children[each.child].name_group, bool(about),
            None if at is None else max(timedelta(), at - each.knowable_at),
            at is not None and at > plant.raised_by))
    alarms = tuple(
        Alarm(world.plan.seed, each.code, each.finding_id not in wrong,
              taken_in.get(each.finding_id, ""), each.severity in PRESSING, each.sentence)
        for each in findings if each.finding_id not in wrong or not each.historical)
    return Outcome(world.plan.seed, len(children), world.plan.days, tuple(fates), alarms,
                   sum(each.historical for each in findings))
