"""Findings and notices: list, decide, answer."""
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table as Grid

from broker.case.calendar import say_duration
from broker.cli.context import (
    EXIT_DONE,
    EXIT_FINDINGS,
    Format,
    FormatOption,
    console,
    counted,
    options_of,
    print_csv,
    print_json,
    say,
    stated,
    warn,
)
from broker.cli.looking_back import (
    AsOf,
    By,
    Purpose,
    note_reading,
    opened_both,
    said_unheard,
    said_waiting,
)
from broker.cli.reports import notices_about
from broker.errors import ConfigError
from broker.event.finding import Finding, NoticeIssued
from broker.findings.finding import lasted
from broker.pipeline.decide import answer_notice, decide_finding
from broker.pipeline.notice_steps import answers_to
from broker.pipeline.notify import notices_for
from broker.report.findings import (
    FINDING_COLUMNS,
    finding_json,
    in_order,
    local,
    notice_json,
    state_words,
    stored_findings,
    unacknowledged_for,
)
from broker.report.notices_told import (
    NoticeTold,
    answer_json,
    answer_words,
    is_news,
    notice_told_json,
    notice_words,
)
from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.vocabulary.times import LONDON
from broker.vocabulary.words import FindingDecision, FindingState, NoticeState, Severity

NOTICE_COLUMNS = ("notice", "code", "severity", "state", "local_id", "since", "until", "sentence",
                  "action", "contact", "unacknowledged_minutes")
_STATES = {each.value.lower(): (each,) for each in FindingState
           if each is not FindingState.UNMAPPED} | {
    "open": (FindingState.OPEN, FindingState.CONFIRMED), "all": tuple(FindingState)}
_AGENCY_CODES = frozenset(each.code for each in AGENCY_RULES)
_CODES = tuple(sorted({each.code for each in RULES} | _AGENCY_CODES))


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (findings, decide, notices):
        app.command()(command)


def findings(
    context: typer.Context,
    as_of: AsOf = None,
    state: Annotated[str, typer.Option(
        help="open (which takes in what is confirmed), all, confirmed, dismissed, resolved "
             "or withdrawn.")] = "open",
    code: Annotated[str | None, typer.Option(help="Only this rule, as in M01.")] = None,
    fail_on_findings: Annotated[bool, typer.Option(
        "--fail", help="Exit with 1 where there are any.")] = False,
    by: By = None,
    purpose: Purpose = None,
    form: FormatOption = Format.TEXT,
) -> int:
    """What does not agree, the most severe first."""
    state = state.lower()
    if state not in _STATES:
        raise ConfigError(f"--state must be {', '.join(sorted(_STATES)[:-1])} or "
                          f"{max(_STATES)}.")
    code = code and code.upper()
    if code is not None and code not in _CODES:
        raise ConfigError(f"There is no rule {code}: the catalogue (docs/rules.md) has "
                          f"{', '.join(_CODES)}.")
    today, concord = opened_both(context, as_of)
    with concord.store.view() as view:
        held = stored_findings(view, concord.codec)
    found = in_order(each for each in held if each.state in _STATES[state]
                     and code in (None, each.code))
    told = notices_about(today, concord, found)
    note_reading(today, f"{counted(len(found), 'finding')} listed", by, purpose)
    unheard = not found and said_unheard(concord, as_of, form)
    if form is Format.JSON:
        print_json([{**finding_json(each), "notices": [
            notice_told_json(notice) for notice in told[each.finding_id]]} for each in found])
    elif form is Format.CSV:
        print_csv([finding_json(each) for each in found], FINDING_COLUMNS)
    elif not unheard:
        known = "" if as_of is None else f", as known at {local(concord.clock.now())}"
        if found:
            _print_findings(found, told, known)
        else:
            say(f"{'No finding matches' if held else 'Nothing disagrees'}{known}.")
    if not unheard:
        said_waiting(concord, as_of, form)
    return EXIT_FINDINGS if found and fail_on_findings else EXIT_DONE


def _print_findings(found: list[Finding], told: Mapping[str, Sequence[NoticeTold]],
                    known: str) -> None:
    grid = Grid("severity", "rule", "state", "since", "what does not agree", "finding",
                "child or agency")
    for each in found:
        since = f"{each.since.astimezone(LONDON):%d %b %Y %H:%M}"
        over = lasted(each)
        words = each.sentence + (f" {over}" if over else "")
        taken = [f"{notice.name}: {notice_words(notice)}" for notice in told[each.finding_id]
                 if is_news(notice)]
        grid.add_row(each.severity.value.lower(), each.code, state_words(each), since,
                     "\n".join([words, *taken]), each.finding_id, each.child or each.agency or "")
    console().print(grid)
    say(f"{counted(len(found), 'finding')}{known}. `concord explain FINDING` shows the evidence.")


def decide(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(help="Its id, as `findings --format csv` has it.")],
    decision: Annotated[str, typer.Argument(help="confirmed or dismissed.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> int:
    """Confirm or dismiss a finding; the decision holds until the evidence changes."""
    words = {each.value.lower(): each for each in FindingDecision
             if each is not FindingDecision.UNMAPPED}
    if decision.lower() not in words:
        raise ConfigError("Decide confirmed or dismissed.")
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    concord = options_of(context).open()
    found = decide_finding(concord.store, concord.codec, finding, words[decision.lower()], by,
                           reason, concord.clock.now())
    concord.check()
    say(f"{found.finding_id} is {decision.lower()} until its evidence changes.")
    return EXIT_DONE


def notices(
    context: typer.Context,
    agency: Annotated[str, typer.Argument(help="The agency's code.")],
    answer: Annotated[str | None, typer.Option(help="The notice to answer.")] = None,
    state: Annotated[str | None, typer.Option(
        help="seen, acknowledged or done; acknowledged where it is not said.")] = None,
    by: Annotated[str | None, typer.Option(help="Who answers.")] = None,
    next_step: Annotated[str | None, typer.Option(help="What will be done.")] = None,
    form: FormatOption = Format.TEXT,
) -> int:
    """An agency's notices: what it may be told now is delivered, then listed."""
    if answer is None and (by, state, next_step) != (None, None, None):
        raise ConfigError("--state, --by and --next-step go with --answer NOTICE: give that too.")
    concord = options_of(context).open()
    concord.agency(agency)
    if answer is not None:
        if by is None:
            raise ConfigError("Say who answers: --by NAME.")
        by = stated(by, "--by")
        next_step = None if next_step is None else stated(next_step, "--next-step")
        words = {each.value.lower(): each for each in NoticeState}
        given = words.get((state or "acknowledged").lower(), NoticeState.UNMAPPED)
        stands = answer_notice(concord.store, concord.log, concord.codec, agency, answer, given,
                               by, next_step, concord.clock.now())
        if stands is not given:
            warn(f"Notice {answer} is {stands.value.lower()} already, and stays so: "
                 f"{given.value.lower()} takes nothing back.")
        concord.relay()
    concord.deliver()
    with concord.store.view() as view:
        listed = notices_for(view, concord.codec, agency)
        answers = answers_to(view, listed)
    now = concord.clock.now()
    if form is Format.JSON:
        print_json([{**notice_json(each, now), "answer": answer_json(answers[each.notice_id])
                     if each.notice_id in answers else None} for each in listed])
    elif form is Format.CSV:
        print_csv([notice_json(each, now) for each in listed], NOTICE_COLUMNS)
    else:
        for each in listed:
            say(f"{each.severity.value.lower():8} {each.code} {each.state.value.lower():12} "
                f"{_about(each)}  {each.sentence}  [{each.notice_id}]{_waits(each, now)}")
            if (answered := answers.get(each.notice_id)) is not None:
                say(f"{'':9}{answer_words(answered)}")
            say(f"{'':9}{each.action}")
        say(f"{counted(len(listed), 'notice')}.")
    said_waiting(concord, None, form)
    return EXIT_DONE


def _about(notice: NoticeIssued) -> str:
    """Whom a notice is about: a child by the recipient's own id, or the recipient as a whole."""
    if notice.code in _AGENCY_CODES:
        return "the agency"
    return notice.local_id or "erased"


def _waits(notice: NoticeIssued, now: datetime) -> str:
    """Whom a notice is for, and how long nobody has acknowledged it, where that is told."""
    waits = unacknowledged_for(notice, now)
    if notice.severity is not Severity.CRITICAL or waits is None:
        return ""
    whose = f"for {notice.contact}, " if notice.contact else ""
    return f"  {whose}not acknowledged for {say_duration(waits)}"
