"""Reports: who is missing, the briefing on a child, consistency and agreement."""
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from broker.bootstrap import Concord
from broker.case.case import Case
from broker.cli.context import (
    EXIT_DONE,
    Format,
    FormatOption,
    console,
    counted,
    options_of,
    print_csv,
    print_json,
    say,
)
from broker.cli.files import write_whole
from broker.cli.looking_back import (
    AsOf,
    By,
    Purpose,
    moment_given,
    note_reading,
    opened,
    opened_both,
    said_unheard,
    said_waiting,
    seen_at,
    waiting_words,
)
from broker.errors import ConfigError
from broker.event.finding import Finding
from broker.pipeline.agencies import agencies_behind
from broker.pipeline.allegations import decisions_on
from broker.pipeline.explaining import weakest_join
from broker.pipeline.linking import members_of
from broker.pipeline.reaches import read_reach
from broker.report.agreement import AGREEMENT_COLUMNS, agreement_json
from broker.report.briefing import (
    Briefing,
    Reader,
    briefing_json,
    briefing_lines,
    briefing_of,
    over_line,
)
from broker.report.briefing_page import briefing_page
from broker.report.consistency import (
    RULE_COLUMNS,
    Consistency,
    RuleCount,
    consistency_json,
    rule_json,
    spoken,
)
from broker.report.findings import in_order, local
from broker.report.html import agreement_page, consistency_page, percent
from broker.report.missing import (
    MISSING_COLUMNS,
    TYPES,
    left_open,
    missing_json,
    missing_lines,
    missing_now,
)
from broker.report.notices_told import NoticeTold, notices_told, told_of_each
from broker.report.reading import (
    consistency_now,
    findings_about,
    members_named,
    one_case,
    open_findings,
    record_consultation,
)
from broker.report.scoring import Score
from broker.report.survey import all_cases, people_with
from broker.vocabulary.times import day_of

# A page with more pictures than this is slow to open; the most severe findings have theirs.
JOINS_SHOWN_MAX = 200
HtmlOption = Annotated[Path | None, typer.Option(
    "--html", help="Also write one self-contained HTML file.")]
report = typer.Typer(no_args_is_help=True, help="What the log shows of how agencies agree.")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.command()(missing)
    app.command("child")(child)
    app.add_typer(report, name="report")


def missing(context: typer.Context, as_of: AsOf = None, by: By = None, purpose: Purpose = None,
            form: FormatOption = Format.TEXT) -> int:
    """Every child missing by any account now, and what each agency says of it."""
    today, concord = opened_both(context, as_of)
    now = concord.clock.now()
    names = {code: each.name for code, each in concord.settings.partnership.agencies.items()}
    ids = [number for name in TYPES for number in concord.registry.versions(name)]
    by_returns: dict[str, list[str]] = {}

    def name_of(code: str) -> str:
        return names.get(code, code)

    def noted(cases: Iterator[tuple[tuple[str, ...], Case]]) \
            -> Iterator[tuple[tuple[str, ...], Case]]:
        for members, case in cases:
            if lines := list(left_open(members, case, name_of)):
                by_returns[members[0]] = lines
            yield members, case

    with concord.store.view() as view:
        listed = missing_now(
            noted(all_cases(view, concord.evaluator(), people_with(view, ids), now=now,
                            reach=read_reach(view, concord.log))),
            name_of,
            lambda members: open_findings(view, concord.codec, members),
            concord.limits.exploitation_sign_months)
    read = {each.members[0] for each in listed} | (by_returns.keys() if form is Format.TEXT
                                                   else set())
    note_reading(today, "who is missing", by, purpose, read)
    unheard = said_unheard(concord, as_of, form)
    if form is Format.JSON:
        print_json([missing_json(each) for each in listed])
    elif form is Format.CSV:
        print_csv([missing_json(each) for each in listed], MISSING_COLUMNS)
    elif not unheard:
        for each in listed:
            for line in missing_lines(each, now):
                say(line)
        say(f"{len(listed)} missing by at least one account at {local(now)}.")
        for _, lines in sorted(by_returns.items()):
            for line in lines:
                say(f"By a return alone: {line}")
    if not unheard:
        said_waiting(concord, as_of, form)
    return EXIT_DONE


def child(
    context: typer.Context,
    named: Annotated[str, typer.Argument(
        metavar="ID", help="A child's id, a finding's, or a record such as police:N1.")],
    actor: Annotated[str | None, typer.Option(
        help="Who reads, as AGENCY:NAME: only what the agency may see is shown.")] = None,
    purpose: Annotated[str | None, typer.Option(help="Why it is read; audited.")] = None,
    as_of: AsOf = None,
    html: HtmlOption = None,
    form: FormatOption = Format.TEXT,
) -> int:
    """One screen on one child, of what every agency says, for somebody on the way."""
    today = options_of(context).open()
    reader = _reader(today, actor, purpose)
    concord = today if as_of is None else seen_at(today, moment_given(as_of))
    now = concord.clock.now()
    try:
        with concord.store.view() as view:
            members = members_named(view, concord.codec, named)
            case = one_case(view, concord.log, concord.evaluator(), members, now)
            found = findings_about(view, concord.codec, members)
            decided = decisions_on(view, concord.codec, members)
    except ConfigError as why:  # nobody is called so; or not yet
        raise ConfigError(" ".join([str(why), waiting_words(concord, as_of)]).rstrip()) from None
    briefing = briefing_of(case, members, found, reader,
                           concord.limits.exploitation_sign_months, decided)
    if briefing is None:
        raise ConfigError(f"{actor} may see nothing of {named}: its agency holds no record of "
                          "this child.")
    record_consultation(
        today.store, today.codec, {(briefing.held_as or members)[0]}, actor or "operator",
        None if reader.agency is None else reader.agency.code, purpose or "not stated",
        "briefing", today.clock.now())
    today.relay()
    if html is not None:
        _write_page(html, briefing_page(briefing, partnership=concord.settings.name))
    if form is Format.JSON:
        print_json(briefing_json(briefing))
    elif form is Format.CSV:
        print_csv(_briefing_rows(briefing), ("section", "line"))
    else:
        for line in briefing_lines(briefing):
            say(line)
    _say_page(html, form)
    said_waiting(concord, as_of, form)
    return EXIT_DONE


def _reader(concord: Concord, actor: str | None, purpose: str | None) -> Reader:
    allowed = concord.settings.agreements.in_force(day_of(concord.clock.now()))
    if actor is None:
        return Reader(None, allowed)
    agency, _, name = actor.partition(":")
    if not agency or not name:
        raise ConfigError("--actor must be AGENCY:NAME, as in police:pc.1234.")
    if not (purpose or "").strip():
        raise ConfigError("--purpose must say why the briefing is read.")
    return Reader(concord.agency(agency).agency, allowed)


def _briefing_rows(briefing: Briefing) -> list[dict[str, str]]:
    rows = [{"section": "Findings", "line": f"{each.severity.value} {each.code}: {each.sentence}"}
            for each in briefing.findings]
    rows += [{"section": "Findings", "line": over_line(each)} for each in briefing.over]
    return rows + [{"section": each.title, "line": line}
                   for each in briefing.sections for line in each.lines]


@report.command("consistency")
def consistency(context: typer.Context, as_of: AsOf = None, html: HtmlOption = None,
                by: By = None, purpose: Purpose = None,
                form: FormatOption = Format.TEXT) -> int:
    """What disagrees, for how long, and how well each agency's feed is heard. The page holds
    what was said of each child, and writing it is audited; the rest is counts."""
    today, concord = opened_both(context, as_of)
    found = consistency_of_now(concord)
    if html is not None:
        _write_page(html, page_of(concord, found, today))
        note_reading(today, f"consistency page, {counted(len(found.open_findings), 'finding')}",
                     by, purpose)
    if form is Format.JSON:
        print_json(consistency_json(found))
    elif form is Format.CSV:
        print_csv([rule_json(each) for each in found.rules], RULE_COLUMNS)
    else:
        print_consistency(found)
    _say_page(html, form)
    said_waiting(concord, as_of, form)
    return EXIT_DONE


@report.command("agreement")
def agreement(context: typer.Context, as_of: AsOf = None, html: HtmlOption = None,
              form: FormatOption = Format.TEXT) -> int:
    """How each pair of agencies describes the happenings both know of."""
    concord = opened(context, as_of)
    found = consistency_of_now(concord)
    if html is not None:
        _write_page(html, agreement_page(found, title="Agreement report"))
    rows = [agreement_json(each) for each in found.agreement]
    if form is Format.JSON:
        print_json(rows)
    elif form is Format.CSV:
        print_csv(rows, AGREEMENT_COLUMNS)
    else:
        print_agreement(found)
    _say_page(html, form)
    said_waiting(concord, as_of, form)
    return EXIT_DONE


def consistency_of_now(concord: Concord) -> Consistency:
    """The consistency report of this partnership at its clock's time."""
    partnership = concord.settings.partnership
    behind = agencies_behind(concord.store, concord.log, partnership)
    with concord.store.view() as view:
        return consistency_now(
            view, concord.log, concord.codec, concord.evaluator(), concord.settings.name,
            partnership, concord.limits, concord.clock.now(), behind)


def page_of(concord: Concord, found: Consistency, today: Concord, *,
            title: str = "Consistency report", score: Score | None = None,
            recent: Sequence[Finding] = ()) -> str:
    """The report as one HTML document, each child with its records; of notices, what `today`
    holds of the time up to the report's."""
    told = notices_about(today, concord, found.open_findings)
    with concord.store.view() as view:
        members = members_of(view, sorted({each.child for each in found.open_findings
                                           if each.child is not None}))
        joins = {child: join for child in _worst_first(found)[:JOINS_SHOWN_MAX]
                 if (join := weakest_join(view, members.get(child, ()), concord.model))}
    return consistency_page(found, members, title=title, score=score, recent=recent,
                            joins=joins, told=told_of_each(told))


def notices_about(today: Concord, concord: Concord,
                  findings: Sequence[Finding]) -> dict[str, tuple[NoticeTold, ...]]:
    """What agencies were told of these findings and did by the clock of what is looked at; a
    past that is told again has no notices of its own."""
    now = concord.clock.now()
    with today.store.view() as view:
        return notices_told(view, today.codec, findings, today.settings.partnership, now,
                            None if concord is today else now)


def _worst_first(found: Consistency) -> list[str]:
    """The children with findings, that with the most severe one first."""
    return list(dict.fromkeys(each.child for each in in_order(found.open_findings)
                              if each.child is not None))


def _write_page(html: Path, page: str) -> None:
    with write_whole(html, "--html") as stream:
        stream.write(page)


def _say_page(html: Path | None, form: Format) -> None:
    if html is not None and form is Format.TEXT:
        say(f"Wrote {html}.")


def print_agreement(found: Consistency) -> None:
    """The agreement table for a terminal."""
    names = {each.agency: each.name for each in found.feeds}
    grid = Grid("happening", "agencies", "both", "agree", "differ", "share (95 % interval)",
                "median delay")
    for each in found.agreement:
        share = each.agree
        grid.add_row(
            each.kind, f"{names.get(each.left, each.left)} / {names.get(each.right, each.right)}",
            str(each.both), str(share.count), str(each.differ),
            f"{percent(share.share)} ({percent(share.low)} to {percent(share.high)})",
            spoken(each.median_delay))
    if found.agreement:
        console().print(grid)
    else:
        say("No happening is described by two agencies.")


def _historical_words(rule: RuleCount) -> str:
    late = rule.historical_done_late
    return f"{rule.historical} ({late} done late)" if late else str(rule.historical)


def print_consistency(found: Consistency) -> None:
    """Rules and feeds for a terminal."""
    say(f"{found.partnership}, as known at {local(found.made_at)}: "
        f"{counted(found.children, 'child', 'children')}.")
    say("Open: " + ", ".join(f"{count} {each.value.lower()}"
                             for each, count in found.severities.items()) + ".")
    rules = Grid("rule", "open", "dismissed", "resolved", "done late", "withdrawn", "historical",
                 "resolved in (median)", "oldest open", "not evaluated", "crashed")
    for each in found.rules:
        rules.add_row(f"{each.code} {each.name}", *map(str, (
            each.open, each.dismissed, each.resolved, each.done_late, each.withdrawn,
            _historical_words(each),
            spoken(each.median_resolved),
            local(each.oldest_open) if each.oldest_open else "–",
            each.not_evaluated, each.crashed)))
    console().print(rules)
    say("Findings of long ago, in every state and done late or not, are in the column historical "
        "alone.")
    feeds = Grid("agency", "last heard", "records", "rejected", "unknown words",
                 "children waiting for it")
    for feed in found.feeds:
        feeds.add_row(feed.name, local(feed.last_heard) if feed.last_heard else "never",
                      *map(str, (feed.statements, feed.rejected, feed.unmapped,
                                 feed.waited_for)))
    console().print(feeds)
    print_agreement(found)
