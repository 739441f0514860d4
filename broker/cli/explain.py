"""Explain: one finding, what it rests on, what other rules say, and who knew what when."""
from pathlib import Path
from typing import Annotated

import typer

from broker.bootstrap import Concord
from broker.cli.context import EXIT_DONE, print_json, say, warn
from broker.cli.files import refuse_unwritable, write_whole
from broker.cli.looking_back import AsOf, By, Purpose, note_reading, opened_both
from broker.cli.people import Told
from broker.cli.reports import notices_about
from broker.errors import ConfigError
from broker.event.finding import Finding
from broker.pipeline.decide import current_finding
from broker.pipeline.evaluate import findings_in
from broker.report.finding_told import (
    FindingTold,
    finding_told,
    told_json,
    told_lines,
    told_page,
)
from broker.report.findings import in_order, local, names_before
from broker.report.kept_back import kept_from
from broker.report.reading import members_named, one_case


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.command()(explain)


def explain(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(help="Its id, as `findings --format csv` has it.")],
    as_of: AsOf = None,
    by: By = None,
    purpose: Purpose = None,
    form: Annotated[Told, typer.Option("--format", help="How to print.")] = Told.TEXT,
    out: Annotated[Path | None, typer.Option(
        help="Where to write the page, for --format html.")] = None,
) -> int:
    """What each agency says, in its own words and the neutral ones, who was told and took it up,
    who knew what when, which other rules looked, and what would change it."""
    if (form is Told.HTML) is (out is None):
        raise ConfigError("A page goes to a file: say both --format html and --out FILE.")
    if out is not None:
        refuse_unwritable(out, "--out")  # before it is on record that somebody has read it
    today, concord = opened_both(context, as_of)
    told = _told(today, concord, finding)
    note_reading(today, f"finding {told.finding.finding_id} explained", by, purpose,
                 {f"{each.agency}:{each.subject}" for each in told.finding.evidence})
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


def _told(today: Concord, concord: Concord, named: str) -> FindingTold:
    found = _finding_of(today, concord, named)
    notices = notices_about(today, concord, [found])[found.finding_id]
    with concord.store.view() as view:
        case, kept = None, tuple[str, ...]()
        if found.child is not None and found.evidence:
            members = members_named(view, concord.codec, found.finding_id)
            case = one_case(view, concord.log, concord.evaluator(), members,
                            concord.clock.now())
            kept = kept_from(view, concord.codec, found, members, concord.settings.partnership)
        return finding_told(view, concord.codec, found, concord.settings.partnership, case,
                            concord.limits, notices, kept)


def _finding_of(today: Concord, concord: Concord, named: str) -> Finding:
    """The finding as it is looked at, also under the id that it went by then; `ConfigError`
    where it was not there yet."""
    if concord is today:
        with today.store.view() as view:
            return current_finding(view, today.codec, named)
    with today.store.view() as view:
        names = names_before(view, [named])[named]
        known = bool(findings_in(view, today.codec, names))
    moment = local(concord.clock.now())
    with concord.store.view() as view:
        names |= names_before(view, [named])[named]
        then = findings_in(view, concord.codec, names)
        if not then and known:
            raise ConfigError(f"There is no finding {named} as known at {moment}, nor under an id "
                              "it went by before: `concord findings --state all --as-of` lists "
                              "what there was.")
        if named in then or not then:
            return current_finding(view, concord.codec, named)
    found = in_order(then.values())[0]
    warn(f"{named} went by {found.finding_id} at {moment}.")
    return found
