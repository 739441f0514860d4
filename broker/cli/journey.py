"""The journey's beginning: init, publish."""
import os
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
    counted,
    options_of,
    print_json,
    say,
    time_given,
    warn,
)
from broker.cli.example import CONFIGURATION
from broker.config import FILE_NAME
from broker.errors import ConfigError
from broker.pipeline.publish import Feed, files_below, unreadable_below
from broker.pipeline.publish_report import PublishReport
from broker.report.mending import mending, quoted
from broker.sdk.fields import READ_AN_HOUR_ON

_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (init, publish):
        app.command()(command)


def init(
    context: typer.Context,
    kafka: Annotated[bool, typer.Option(
        "--kafka", help="Make Kafka, the registry and the database what the configuration says.",
    )] = False,
    dry_run: Annotated[bool, typer.Option(
        "--dry-run", help="With --kafka: say what would be done, and change nothing.")] = False,
    rotate: Annotated[str | None, typer.Option(
        metavar="AGENCY", help="With --kafka: only give this agency a new password.")] = None,
) -> int:
    """Write a commented, working configuration into the home; with --kafka, make ready what the
    served form runs on."""
    if kafka:
        # Loaded where it is needed: the embedded form should not wait for the drivers.
        from broker.cli.provision import init_kafka
        return init_kafka(options_of(context), dry_run=dry_run, rotate=rotate)
    if dry_run or rotate is not None:
        raise ConfigError("--dry-run and --rotate go with --kafka: give that too.")
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
    reports: list[tuple[PublishReport, Feed, Path]] = []
    codes = set()
    for feed, each in work:
        try:
            reports.append((publish_path(concord, feed, each, moment), feed, each))
        except OSError as why:
            if root is None or not is_about(why, each):
                raise
            warn(left_out(feed, why))
            codes.add(EXIT_OPERATOR)
    if form is Answer.JSON:
        print_json(reports[0][0].as_json() if root is None
                   else {report.agency: report.as_json() for report, *_ in reports})
    for report, feed, each in reports:
        (warn_unrecognised if form is Answer.JSON else print_report)(report, feed, each)
        codes.add(exit_code_of(report))
    return next((code for code in (EXIT_OPERATOR, EXIT_REJECTED) if code in codes), EXIT_DONE)


def is_about(why: OSError, path: Path) -> bool:
    """Whether it is this folder, or something in it, that the machine refused."""
    return isinstance(why.filename, str) and Path(why.filename).is_relative_to(path)


def left_out(feed: Feed, why: OSError) -> str:
    """That nothing of an agency's folder was read, for the machine refused it. Its silence says
    nothing then: nobody is told how far it has been heard."""
    return (f"{feed.agency.code}: {why.filename} cannot be read ({os.strerror(why.errno or 0)}): "
            "check the path and your rights to it. The others go on.")


def exit_code_of(report: PublishReport) -> int:
    """What a reading ends with: somebody must mend a file, rows were rejected, or done."""
    if report.refused or _none_recognised(report):
        return EXIT_OPERATOR
    return EXIT_REJECTED if report.rejected else EXIT_DONE


def _none_recognised(report: PublishReport) -> bool:
    """Whether files are there and the adapter knows none: the wrong agency, or the wrong names."""
    return bool(report.unrecognised) and not report.files and not report.refused


def drops_below(concord: Concord, root: Path) -> list[tuple[Feed, Path]]:
    """The agencies that have a drop folder below `root`, with it."""
    if not root.is_dir():
        raise ConfigError(f"There is no folder {root}: check the path.")
    agencies = sorted(concord.settings.agencies.items())
    found = [(concord.feed(code), root / each.drop) for code, each in agencies
             if _is_folder(root / each.drop)]
    if not found:
        raise ConfigError(f"There is no drop folder below {root}: the configuration names "
                          f"{', '.join(each.drop for _, each in agencies)}.")
    return found


def _is_folder(path: Path) -> bool:
    """Whether this is a folder; one that nobody lets us look at is found out when it is read."""
    try:
        return path.is_dir()
    except PermissionError:
        return True


def publish_path(concord: Concord, feed: Feed, path: Path,
                 extracted_at: datetime | None) -> PublishReport:
    """Publish one file or folder of one agency, then let the relay move it on."""
    if not path.exists() and not path.is_symlink():
        raise ConfigError(f"There is no file or folder {path}: check the path.")
    files = list(files_below(path))
    modified = {each: datetime.fromtimestamp(os.stat(each).st_mtime_ns // 1_000_000 / 1000, UTC)
                for each in files}
    concord.note_settings()
    report = concord.publisher().publish(feed, files, modified, extracted_at,
                                         tuple(unreadable_below(path)))
    concord.relay()
    concord.journal.note(
        "publish", agency=report.agency, read=report.read, published=report.published,
        unchanged=report.unchanged, rejected=report.rejected, skipped=report.skipped,
        statements=report.statements, withdrawn=report.withdrawn, refused=len(report.refused),
        unrecognised=len(report.unrecognised), unexpected=len(report.unexpected),
        unmapped=sum(report.unknown_words.values()))
    return report


def print_report(report: PublishReport, feed: Feed, path: Path, *,
                 to_journal: bool = False) -> None:
    """What a reading came to, for a person. A value that could not be used is shown to whoever
    published it; where the words go to a journal it is only said where it can be seen."""
    say(f"{report.agency}: read {counted(report.read, 'row')}: {report.published} published, "
        f"{report.unchanged} unchanged, {report.rejected} rejected, {report.skipped} skipped; "
        f"{counted(report.statements, 'statement')}.")
    if report.withdrawn:
        say(f"  {counted(report.withdrawn, 'statement')} withdrawn: no row says so any longer.")
    for reason, count in sorted(report.skipped_reasons.items()):
        say(f"  skipped {count}: {reason}")
    for each in report.rejects:
        place = f"{each.file}:{each.line}" + (f" {each.column}" if each.column else "")
        value = "" if each.value is None else f" ({quoted(each.value)})"
        if to_journal:
            value = f" (`concord rejects show {each.reject_id}`)"
        say(f"  rejected {place}: {each.reason}{value}")
    for file, why in report.refused:
        say(f"  refused {file}: {why}")
    for file, note in report.notes:
        say(f"  {file}: {note}")
    for file in report.unrecognised:
        say(f"  not recognised, not read: {file}{_way_out(file)}")
    for file, column in report.unexpected:
        say(f"  unexpected column in {file}: {column}")
    for file, columns in sorted(report.absent_columns.items()):
        say(f"  without {counted(len(columns), 'optional column')} in {file}: "
            f"{', '.join(columns)}")
    for (file, column, value), count in sorted(report.unknown_words.items()):
        shown = "" if to_journal else f": {quoted(value)}"
        places = _places(report, (file, column, value), count, to_journal=to_journal)
        say(f"  unknown value in {file} {column}{shown} ({places})")
    for (file, column, value), count in sorted(report.read_an_hour_on.items()):
        shown = "" if to_journal else f": {quoted(value.removesuffix(READ_AN_HOUR_ON).strip())}"
        places = _places(report, (file, column, value), count, to_journal=to_journal)
        say(f"  a time that clocks skipped, read an hour on, in {file} {column}{shown} ({places})")
    if to_journal and report.unknown_words:
        say(f"  `concord publish {report.agency} {path}` shows the values that are unknown.")
    reasons = [each.reason for each in report.rejects]
    reasons += [each.why for each in report.stood.values() if each.why]
    for sentence in mending(reasons, (value for _, _, value in report.unknown_words)):
        say(f"  {sentence}")
    if not (report.files or report.refused or report.unrecognised):
        say(f"  there are no files in {path}")
    warn_unrecognised(report, feed, path)


def _places(report: PublishReport, cell: tuple[str, str, str], count: int, *,
            to_journal: bool) -> str:
    """How often a value came and in which rows first, each by its line and, where it is shown to
    whoever published it, its record."""
    stood = report.stood.get(cell)
    if stood is None:
        return counted(count, "time")
    rows = [f"line {each.line}" + (f", record {quoted(each.record)}"
                                   if each.record and not to_journal else "")
            for each in stood.places]
    return f"{counted(count, 'time')}: {'; '.join(rows)}{'; ...' if stood.more else ''}"


def _way_out(file: str) -> str:
    """How a file that is no CSV can be made one, where its name says what it is."""
    return (' (a workbook: save each sheet as "CSV UTF-8 (comma delimited)")'
            if file.casefold().endswith(_WORKBOOKS) else "")


def warn_unrecognised(report: PublishReport, feed: Feed, path: Path) -> None:
    """Say what the adapter would have known, where it knew nothing of what is there."""
    if _none_recognised(report):
        warn(f"Nothing of {path} was recognised as {report.agency}'s: its adapter reads "
             f"{', '.join(each.name for each in feed.adapter.tables)}, each known by its file's "
             "name or by its columns.")
