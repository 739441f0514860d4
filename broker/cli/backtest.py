"""Backtest: a change of limits, rules or model, tried on the log before it goes live."""
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from broker.bootstrap.backtest import (
    AS_CHANGED,
    AS_IT_IS,
    changed_by,
    note_consultation,
    told_twice,
)
from broker.cli.context import (
    EXIT_DONE,
    EXIT_FINDINGS,
    Format,
    FormatOption,
    console,
    options_of,
    print_csv,
    print_json,
    progress_bar,
    say,
    stated,
    time_given,
)
from broker.report.backtest import (
    CASE_COLUMNS,
    COUNT_COLUMNS,
    Backtest,
    backtest_json,
    case_row,
    compared,
    side_words,
    summary_lines,
)

CASES_SHOWN_MAX = 50


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.command()(backtest)


def backtest(
    context: typer.Context,
    limits: Annotated[Path | None, typer.Option(
        help="A file of limits, as the configuration has them, in place of "
             "those now in force.")] = None,
    limit: Annotated[list[str] | None, typer.Option(
        help="NAME=VALUE: one limit changed; may be given several times.")] = None,
    model: Annotated[Path | None, typer.Option(help="Another identity model.")] = None,
    without: Annotated[list[str] | None, typer.Option(
        help="Without this rule, as in M05; may be given several times.")] = None,
    start: Annotated[str | None, typer.Option(
        "--from", help="Only what began at this time or later.")] = None,
    end: Annotated[str | None, typer.Option(
        "--to", help="Only what was received by this time.")] = None,
    actor: Annotated[str, typer.Option(help="Who asks; audited.")] = "operator",
    purpose: Annotated[str, typer.Option(help="Why; audited.")] = "not stated",
    fail_on_findings: Annotated[bool, typer.Option(
        "--fail", help="Exit with 1 where anything would change.")] = False,
    form: FormatOption = Format.TEXT,
) -> int:
    """What a change of limits, rules or model would have raised, and what would have gone, over
    all that the log holds; nothing is changed."""
    actor, purpose = stated(actor, "--actor"), stated(purpose, "--purpose")
    concord = options_of(context).open()
    changed = changed_by(concord, limits, limit or (), model,
                         [each.upper() for each in without or ()])
    upto = concord.clock.now() if end is None else _moment(end, "--to")
    since = None if start is None else _moment(start, "--from")
    note_consultation(concord, actor, purpose, f"backtest: {'; '.join(changed.words)}")
    with progress_bar() as bar:
        tasks = {name: bar.add_task(f"records told {name}", total=None)
                 for name in (AS_IT_IS, AS_CHANGED)}
        before, after = told_twice(concord, changed, upto,
                                   lambda name, done: bar.advance(tasks[name], done))
    done = compared(before, after, upto=upto, changes=changed.words, since=since)
    if form is Format.JSON:
        print_json(backtest_json(done))
    elif form is Format.CSV:
        print_csv([case_row(each) for each in done.cases], CASE_COLUMNS)
    else:
        _print(done)
    return EXIT_FINDINGS if done.cases and fail_on_findings else EXIT_DONE


def _moment(text: str, option: str) -> datetime:
    return time_given(text, option).astimezone(UTC)


def _print(done: Backtest) -> None:
    """Counts and cases for a terminal."""
    for line in summary_lines(done):
        say(line)
    counts = Grid("rule", *COUNT_COLUMNS[2:])
    for each in done.counts:
        counts.add_row(f"{each.code} {each.name}",
                       *(str(getattr(each, name)) for name in COUNT_COLUMNS[2:]))
    if done.counts:
        console().print(counts)
    cases = Grid("effect", "rule", "as it is", "as changed", "what does not agree", "finding",
                 "who")
    for case in done.cases[:CASES_SHOWN_MAX]:
        found = case.finding
        cases.add_row(case.effect.value, found.code, side_words(case.before),
                      side_words(case.after), found.sentence, found.finding_id,
                      ", ".join(case.known_as) or found.agency or "")
    if done.cases:
        console().print(cases)
    left = len(done.cases) - CASES_SHOWN_MAX
    if left > 0:
        say(f"{left} more: --format csv or json has them all.")
