"""What is found of what is wrong with an agency's records as a whole, scene by scene."""
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broker.bootstrap import Concord, open_home
from broker.config import FILE_NAME
from broker.event.finding import Finding
from broker.pipeline.publish import files_below
from broker.report.findings import stored_findings
from broker.report.reading import first_published
from broker.rules.catalogue import AGENCY_RULES
from broker.world import World, extract_time, write_config
from broker.world.agency_scenes import AgencyScene, every_evening
from broker.world.writer import write_rows

_CODES = tuple(each.code for each in AGENCY_RULES)


@dataclass(frozen=True, slots=True)
class Played:
    """A scene and what was raised in it: whether its own finding, after how many days, and every
    other finding about an agency (rule and agency)."""

    seed: int
    scene: AgencyScene
    found: bool
    days: float | None
    others: tuple[tuple[str, str], ...]


def played(task: tuple[AgencyScene, int]) -> Played:
    """Run a scene's world through, evening by evening."""
    scene, seed = task
    world = scene.world(seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_config(world, home / FILE_NAME)
        with closing(open_home(home, now=extract_time(world, 0))) as concord:
            for day in range(world.plan.days):
                _evening(concord, world, scene, day, home)
            first = first_published(concord.log, concord.codec)
            with concord.store.view() as view:
                found = stored_findings(view, concord.codec)
    return compared(scene, world, found, first)


def compared(scene: AgencyScene, world: World, findings: Sequence[Finding],
             first: dict[str, datetime]) -> Played:
    """Of the findings about an agency the scene's own, and those besides.

    `first` is when each finding was first published, by its id.
    """
    found = [each for each in findings if each.code in _CODES]
    own = [each for each in found if (each.code, each.agency) == (scene.code, scene.agency)]
    began = extract_time(world, scene.began)
    return Played(
        world.plan.seed, scene, bool(own),
        min((_days(first[each.finding_id], began) for each in own), default=None),
        tuple(sorted((each.code, each.agency or "") for each in found if each not in own)))


def _days(at: datetime, since: datetime) -> float:
    return (at - since).total_seconds() / 86_400


def _evening(
    concord: Concord, world: World, scene: AgencyScene, day: int, home: Path
) -> None:
    """The files of every agency that sends that evening are published, as the scene has it."""
    at = extract_time(world, day)
    concord.go_by(at)
    concord.note_settings()
    for agency in world.agencies:
        evenings = scene.evenings if agency.code == scene.agency else every_evening
        days = evenings(world.plan, day)
        if days is not None:
            rows = [row for each in days for row in world.rows_of_day(each)
                    if row.agency == agency.code]
            write_rows((agency,), rows, home)
            files = list(files_below(home / agency.drop))
            concord.publisher().publish(
                concord.feed(agency.code), files, dict.fromkeys(files, at), at)
        concord.relay()
    concord.check()
    concord.relay()


def tables(outcomes: Sequence[Played]) -> Iterator[str]:
    """What was found by rule, and what each scene came to, in Markdown."""
    yield "| rule | planted | found | decoys | flagged | other findings about an agency |"
    yield "|---|---:|---:|---:|---:|---:|"
    for code in _CODES:
        own = [each for each in outcomes if each.scene.code == code]
        real = [each for each in own if not each.scene.decoy]
        decoys = [each for each in own if each.scene.decoy]
        others = sum(other == code for each in outcomes for other, _ in each.others)
        yield (f"| {code} | {len(real)} | {sum(each.found for each in real)} | {len(decoys)} "
               f"| {sum(each.found for each in decoys)} | {others} |")
    yield ""
    yield "| scene | seed | raised | days after it began |"
    yield "|---|---:|---|---:|"
    for each in outcomes:
        yield (f"| {each.scene.variant} | {each.seed} | {'yes' if each.found else 'no'} "
               f"| {'' if each.days is None else f'{each.days:.0f}'} |")
    for each in outcomes:
        for code, agency in each.others:
            yield f"\nbesides in {each.scene.variant} (world {each.seed}): {code} of {agency}"
