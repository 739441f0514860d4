"""The journey, a verb a step: init, publish, intake, check, deliver, run."""
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from broker.bootstrap import Concord
from broker.cli.context import (
    EXIT_DONE,
    EXIT_OPERATOR,
    EXIT_REJECTED,
    Answer,
    AnswerOption,
    options_of,
    print_json,
    progress_bar,
    say,
    time_given,
)
from broker.cli.example import CONFIGURATION
from broker.config import FILE_NAME
from broker.errors import ConfigError
from broker.pipeline.publish import Feed, files_below, unreadable_below
from broker.pipeline.publish_report import PublishReport

WATCH_SECONDS = 2.0


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (init, publish, intake, check, deliver, run):
        app.command()(command)


def init(context: typer.Context) -> int:
    """Write a commented, working configuration into the home."""
    home = options_of(context).home
    path = home / FILE_NAME
    if path.exists():
        raise ConfigError(f"There is a configuration at {path} already: edit it, or give "
                          "another --home.")
    home.mkdir(parents=True, exist_ok=True)
    path.write_text(CONFIGURATION, encoding="utf-8")
    say(f"Wrote {path}: look it through, then `concord publish AGENCY PATH` and "
        "`concord check`.")
    return EXIT_DONE


def publish(
    context: typer.Context,
    agency: Annotated[str | None, typer.Argument(help="The agency's code.")] = None,
    path: Annotated[Path | None, typer.Argument(help="A file or a folder.")] = None,
    root: Annotated[Path | None, typer.Option(
        help="Publish the drop folder of every agency that has one below this folder.")] = None,
    extracted_at: Annotated[str | None, typer.Option(
        help="When the files were extracted (else the files' own time).")] = None,
    form: AnswerOption = Answer.TEXT,
) -> int:
    """Read an agency's files and send what is new to its inbox."""
    if (root is None) == (agency is None or path is None):
        raise ConfigError("Give an agency and a path, as in `concord publish police drop/police`,"
                          " or --root DIR for the drop folders of all.")
    concord = options_of(context).open()
    moment = time_given(extracted_at, "--extracted-at").astimezone(UTC) if extracted_at else None
    if root is None:
        assert agency is not None
        assert path is not None
        work = [(concord.feed(agency), path)]
    else:
        work = drops_below(concord, root)
    reports = [publish_path(concord, feed, each, moment) for feed, each in work]
    if form is Answer.JSON:
        print_json(reports[0].as_json() if root is None
                   else {each.agency: each.as_json() for each in reports})
    else:
        for report in reports:
            print_report(report)
    if any(each.refused for each in reports):
        return EXIT_OPERATOR
    return EXIT_REJECTED if any(each.rejected for each in reports) else EXIT_DONE


def drops_below(concord: Concord, root: Path) -> list[tuple[Feed, Path]]:
    """The agencies that have a drop folder below `root`, with it."""
    if not root.is_dir():
        raise ConfigError(f"There is no folder {root}: check the path.")
    return [(concord.feed(code), root / each.drop)
            for code, each in sorted(concord.settings.agencies.items())
            if (root / each.drop).is_dir()]


def publish_path(concord: Concord, feed: Feed, path: Path,
                 extracted_at: datetime | None) -> PublishReport:
    """Publish one file or folder of one agency, then let the relay move it on."""
    if not path.exists() and not path.is_symlink():
        raise ConfigError(f"There is no file or folder {path}: check the path.")
    files = list(files_below(path))
    modified = {each: datetime.fromtimestamp(os.stat(each).st_mtime_ns // 1_000_000 / 1000, UTC)
                for each in files}
    concord.note_settings()
    report = concord.publisher().publish(feed, files, modified, extracted_at)
    report.refused.extend((each.name, "it is no file that can be read, but a link that leads to "
                                      "none, a pipe or a device") for each in
                          unreadable_below(path))
    concord.relay()
    concord.journal.note(
        "publish", agency=report.agency, read=report.read, published=report.published,
        unchanged=report.unchanged, rejected=report.rejected, skipped=report.skipped,
        statements=report.statements, withdrawn=report.withdrawn, refused=len(report.refused),
        unrecognised=len(report.unrecognised), unexpected=len(report.unexpected),
        unmapped=sum(report.unmapped.values()))
    return report


def print_report(report: PublishReport) -> None:
    """What a reading came to, for a person; bad values are shown here and nowhere else."""
    say(f"{report.agency}: read {report.read} rows: {report.published} published, "
        f"{report.unchanged} unchanged, {report.rejected} rejected, {report.skipped} skipped; "
        f"{report.statements} statements.")
    if report.withdrawn:
        say(f"  {report.withdrawn} statements withdrawn: their rows are no longer there.")
    for reason, count in sorted(report.skipped_reasons.items()):
        say(f"  skipped {count}: {reason}")
    for each in report.rejects:
        place = f"{each.file}:{each.line}" + (f" {each.column}" if each.column else "")
        value = "" if each.value is None else f" ({each.value!r})"
        say(f"  rejected {place}: {each.reason}{value}")
    for file, why in report.refused:
        say(f"  refused {file}: {why}")
    for file, note in report.notes:
        say(f"  {file}: {note}")
    for file in report.unrecognised:
        say(f"  not recognised, not read: {file}")
    for file, column in report.unexpected:
        say(f"  unexpected column in {file}: {column}")
    for (file, column, value), count in sorted(report.unmapped.items()):
        say(f"  unknown value in {file} {column}: {value!r} ({count} times)")


def intake(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Accept, hold or reject what waits in the inboxes."""
    count = options_of(context).open().take_in().count
    if form is Answer.JSON:
        print_json({"read": count.read, "accepted": count.accepted,
                    "duplicates": count.duplicates, "held": count.held,
                    "rejected": count.rejected})
    else:
        say(f"Read {count.read} messages: {count.accepted} accepted, {count.duplicates} "
            f"duplicates, {count.held} held, {count.rejected} rejected.")
    return EXIT_REJECTED if count.rejected else EXIT_DONE


def check(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Drain the inboxes, run to the end of the log, and stop."""
    concord = options_of(context).open()
    with progress_bar() as bar:
        tasks = {name: bar.add_task(name, total=None) for name in ("statements", "children")}
        count = concord.check(lambda name, done: bar.advance(tasks[name], done))
    if form is Answer.JSON:
        print_json({
            "read": count.read, "accepted": count.accepted, "duplicates": count.duplicates,
            "held": count.held, "rejected": count.rejected, "statements": count.statements,
            "children": count.children, "finding_changes": count.finding_changes,
            "crashed_rules": count.crashed_rules,
        })
    else:
        say(f"Read {count.read} messages: {count.accepted} accepted, {count.duplicates} "
            f"duplicates, {count.held} held, {count.rejected} rejected. Looked at "
            f"{count.children} children: {count.finding_changes} changes of findings.")
        for code, times in sorted(count.crashed_rules.items()):
            say(f"  rule {code} crashed {times} times: its answer is missing, the others stand.")
    return EXIT_REJECTED if count.rejected else EXIT_DONE


def deliver(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Give each agency what the sharing agreements now allow."""
    count = options_of(context).open().deliver()
    if form is Answer.JSON:
        print_json({"statements": count.statements, "notices": count.notices})
    else:
        say(f"Delivered {count.statements} statements and {count.notices} notices.")
    return EXIT_DONE


def run(
    context: typer.Context,
    root: Annotated[Path | None, typer.Option(
        help="Where the drop folders are (else the home).")] = None,
    turns: Annotated[int | None, typer.Option(
        help="Stop after so many turns (else on Ctrl-C).")] = None,
) -> int:
    """All stages, watching the drop folders: publish, intake, check, deliver, again and again."""
    options = options_of(context)
    concord = options.open()
    top = root or options.home
    seen: dict[Path, int] = {}
    turn = 0
    while turns is None or turn < turns:
        turn += 1
        for feed, path in drops_below(concord, top):
            stamps = _stamps_of(path)
            if all(seen.get(each) == stamp for each, stamp in stamps.items()) \
                    or _being_written(stamps, concord.clock.now()):
                continue
            seen.update(stamps)
            print_report(publish_path(concord, feed, path, None))
        count = concord.check()
        given = concord.deliver()
        if count.read or count.finding_changes or given.notices:
            say(f"{count.accepted} statements accepted, {count.finding_changes} changes of "
                f"findings, {given.notices} notices.")
        if turns is None or turn < turns:
            time.sleep(WATCH_SECONDS)
    return EXIT_DONE


def _stamps_of(path: Path) -> dict[Path, int]:
    """When each file was last changed, in nanoseconds; one that has just gone has no stamp."""
    stamps = {}
    for each in files_below(path):
        with suppress(FileNotFoundError):
            stamps[each] = each.stat().st_mtime_ns
    return stamps


def _being_written(stamps: Mapping[Path, int], now: datetime) -> bool:
    """Whether a file changed a moment ago: half a snapshot would take back the other half."""
    ages = (now.timestamp() - stamp / 1e9 for stamp in stamps.values())
    return any(0 <= age < WATCH_SECONDS for age in ages)
