"""Explain: one finding, what it rests on, what other rules say, and who knew what when."""
from pathlib import Path
from typing import Annotated

import typer

from broker.bootstrap import Concord
from broker.cli.context import EXIT_DONE, print_json, say
from broker.cli.files import write_whole
from broker.cli.looking_back import AsOf, opened
from broker.cli.people import Told
from broker.errors import ConfigError
from broker.pipeline.decide import current_finding
from broker.report.finding_told import (
    FindingTold,
    finding_told,
    told_json,
    told_lines,
    told_page,
)
from broker.report.reading import members_named, one_case


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.command()(explain)


def explain(
    context: typer.Context,
    finding: Annotated[str, typer.Argument()],
    as_of: AsOf = None,
    form: Annotated[Told, typer.Option("--format", help="How to print.")] = Told.TEXT,
    out: Annotated[Path | None, typer.Option(
        help="Where to write the page, for --format html.")] = None,
) -> int:
    """What each agency says, in its own words and the neutral ones, who knew what when, which
    other rules looked, and what would change it."""
    if (form is Told.HTML) is (out is None):
        raise ConfigError("A page goes to a file: say both --format html and --out FILE.")
    concord = opened(context, as_of)
    told = _told(concord, finding)
    if out is not None:
        with write_whole(out, "--out") as stream:
            stream.write(told_page(told, partnership=concord.settings.name,
                                   made_at=concord.clock.now()))
        say(f"The page: {out}")
    elif form is Told.JSON:
        print_json(told_json(told))
    else:
        for line in told_lines(told):
            say(line)
    return EXIT_DONE


def _told(concord: Concord, named: str) -> FindingTold:
    with concord.store.view() as view:
        found = current_finding(view, concord.codec, named)
        case = None
        if found.child is not None and found.evidence:
            members = members_named(view, concord.codec, found.finding_id)
            case = one_case(view, concord.log, concord.evaluator(), members,
                            concord.clock.now())
        return finding_told(view, concord.codec, found, concord.settings.partnership, case,
                            concord.limits)
