"""The demo: a made-up partnership published day by day, and how well it was checked."""
import re
import secrets
import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from broker.bootstrap import Concord, open_home
from broker.cli.context import (
    EXIT_DONE,
    Options,
    console,
    counted,
    options_of,
    progress_bar,
    say,
)
from broker.cli.files import write_whole
from broker.cli.journey import drops_below, publish_path
from broker.cli.reports import consistency_of_now, page_of, print_agreement
from broker.config import FILE_NAME
from broker.errors import ConfigError
from broker.event.finding import Finding
from broker.findings.finding import lasted
from broker.report.findings import in_order, local, stored_findings
from broker.report.html import percent
from broker.report.reading import first_published
from broker.report.scoring import Plant, Score, score
from broker.world import Planted, World, WorldPlan, build, extract_time, write_config, write_day

_NAMESPACE = re.compile(r'^namespace = ""$', re.MULTILINE)
MARK = ".concord-demo"
REPORT = "report.html"
COMMAND = "concord"
RECENT_DAYS = 3


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.command()(demo)


def demo(
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="Another seed, another partnership.")] = 1,
    out: Annotated[Path, typer.Option(help="Where the demo lives.")] = Path("demo"),
    days: Annotated[int, typer.Option(min=3, help="How many days.")] = 28,
    children: Annotated[int, typer.Option(min=10, help="How many children.")] = 400,
    served: Annotated[Path | None, typer.Option(
        help="Run it on the services that this file of sections names (`make kafka` writes one), "
             "under a namespace of its own.")] = None,
) -> int:
    """Publish a made-up partnership day by day, check as it goes, and show what was found."""
    world = build(WorldPlan(seed=seed, children=children, days=days))
    _prepare(world, out)
    if served is not None:
        _serve(served, out, options_of(context))
    run = run_days(world, out, log=options_of(context).log)
    now = extract_time(world, days - 1)
    with closing(open_home(out, now=now)) as concord:
        _show(concord, world, run, out, now)
    return EXIT_DONE


def _show(concord: Concord, world: World, run: "DemoRun", out: Path, now: datetime) -> None:
    """What was found, on the screen and as a page."""
    page = out / REPORT
    consistency = consistency_of_now(concord)
    say(f"{world.plan.children} children, {len(world.agencies)} agencies, {world.plan.days} days "
        f"up to {local(now)}: {run.statements} statements read, {run.notices} notices given.")
    recent = recent_of(concord, now)
    _print_recent(recent)
    say("")
    print_agreement(consistency)
    _print_score(run.score)
    with write_whole(page, "--out") as stream:
        stream.write(page_of(concord, consistency, concord, title="Demo: a made-up partnership",
                             score=run.score, recent=recent))
    say(f"The report: {page}")
    say(f"Look around: {command_typed()} --home {shlex.quote(str(out))} "
        f"--now {now:%Y-%m-%dT%H:%MZ} missing "
        "(or findings, child ID, people list, report consistency, audit verify).")


def command_typed() -> str:
    """This command as it can be typed again: by its name where a shell would find the same one."""
    started = Path(sys.argv[0])
    if started.name != COMMAND:
        return COMMAND
    found = shutil.which(COMMAND)
    if found is not None and started.exists() and Path(found).samefile(started):
        return COMMAND
    return shlex.quote(str(started))


def _prepare(world: World, out: Path) -> None:
    """An empty folder with the partnership's configuration; only a demo is overwritten."""
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out} is a file: give another folder with --out.")
    if out.exists() and any(out.iterdir()):
        if not (out / MARK).is_file():
            raise ConfigError(f"{out} holds something that is no demo: give another folder with "
                              "--out.")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("A demo of Concord: made-up people, overwritten by the next one.\n",
                            encoding="utf-8")
    write_config(world, out / FILE_NAME)


def _serve(sections: Path, out: Path, options: Options) -> None:
    """Put the demo on running services, under a namespace drawn by lot: no demo meets an earlier
    one there."""
    # Loaded where it is needed: the embedded demo should not wait for the drivers.
    from broker.cli.provision import make_ready_quietly
    if not sections.is_file():
        raise ConfigError(f"There is no file {sections}: `make kafka` starts services and says "
                          "where it writes one.")
    namespace = f"demo{secrets.token_hex(4)}"
    text = sections.read_text(encoding="utf-8")
    said, times = _NAMESPACE.subn(f'namespace = "{namespace}"', text)
    if times != 1:
        raise ConfigError(f'{sections} must have one line namespace = "" in its section [kafka].')
    path = out / FILE_NAME
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{said}", encoding="utf-8")
    made = make_ready_quietly(path, plaintext=options.plaintext)
    say(f"Served by Kafka, a registry and PostgreSQL, under the namespace {namespace}: "
        f"{counted(made, 'change')} made there.")


@dataclass(frozen=True, slots=True)
class DemoRun:
    """What a run of all days came to."""

    statements: int
    notices: int
    score: Score


def run_days(world: World, home: Path, *, log: Path | None = None) -> DemoRun:
    """Each evening: every agency's extract is published, checked and delivered."""
    statements = notices = 0
    with closing(open_home(home, now=extract_time(world, 0), journal=log)) as concord, \
            progress_bar() as bar:
        task = bar.add_task("days", total=world.plan.days)
        for day in range(world.plan.days):
            write_day(world, day, home)
            at = extract_time(world, day)
            concord.go_by(at)
            for feed, path in drops_below(concord, home):
                statements += publish_path(concord, feed, path, at).statements
            concord.check()
            notices += concord.deliver().notices
            concord.relay()
            bar.advance(task)
        return DemoRun(statements, notices, score_of(concord, world))


def score_of(concord: Concord, world: World) -> Score:
    """The findings of a home in every state against the world's truth."""
    people = {each.index: frozenset(each.local_ids) for each in world.children}

    def plants(planted: Iterable[Planted], *, beside: bool) -> list[Plant]:
        return [Plant(each.code, each.variant, people[each.child], frozenset(each.records),
                      each.raised_by, decoy=each.decoy, beside=beside) for each in planted]

    with concord.store.view() as view:
        found = stored_findings(view, concord.codec)
    return score([*plants(world.planted, beside=False), *plants(world.beside, beside=True)],
                 found, first_published(concord.log, concord.codec))


def recent_of(concord: Concord, now: datetime) -> list[Finding]:
    """What was first published on the last days, the most severe first."""
    first = first_published(concord.log, concord.codec)
    since = now - timedelta(days=RECENT_DAYS)
    with concord.store.view() as view:
        return in_order(each for each in stored_findings(view, concord.codec)
                        if first[each.finding_id] > since and not each.historical)


def _print_recent(recent: Sequence[Finding]) -> None:
    say(f"\nFound in the last {RECENT_DAYS} days:")
    for each in recent:
        over = lasted(each)
        say(f"  {each.severity.value.lower():8} {each.code}  {each.sentence}"
            + (f" {over}" if over else ""))
        say(f"           [{each.finding_id}, {each.state.value.lower()}]")


def _print_score(scored: Score) -> None:
    grid = Grid("rule", "planted", "found", "missed", "late", "decoys", "decoys flagged",
                "other alarms")
    for each in scored.rules:
        grid.add_row(each.code, *map(str, (each.planted, each.found, each.missed, each.late,
                                           each.decoys, each.decoys_flagged, each.other_alarms)))
    say("\nAgainst what was planted:")
    console().print(grid)
    recall, precision = scored.recall, scored.precision
    say(f"{scored.found} of {scored.planted} planted contradictions found "
        f"({percent(recall.share)}, 95 % interval {percent(recall.low)} to "
        f"{percent(recall.high)}); {counted(len(scored.false_alarms), 'false alarm')} among "
        f"{precision.total} findings.")
    for plant in scored.missed:
        say(f"  missed {plant.variant}: {', '.join(sorted(plant.records))}")
    for plant in scored.late:
        say(f"  found late {plant.variant}: {', '.join(sorted(plant.records))}")
    for finding in scored.false_alarms:
        say(f"  false alarm {finding.code} {finding.finding_id}: {finding.sentence}")
