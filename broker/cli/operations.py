"""Operations: rejects, held statements, status."""
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from broker.bootstrap import adapters
from broker.cli.context import (
    EXIT_DONE,
    EXIT_UNAVAILABLE,
    Answer,
    AnswerOption,
    Format,
    FormatOption,
    counted,
    options_of,
    print_csv,
    print_json,
    say,
    stated,
    untold_words,
)
from broker.cli.looking_back import By, Purpose, note_reading
from broker.config import AgencySettings, Settings
from broker.config.served import Served
from broker.pipeline.decide import release_held, settle_reject
from broker.pipeline.health import Looked, standing_of
from broker.pipeline.settled import OPEN
from broker.pipeline.undescribed import NEVER_SENT, describing
from broker.pipeline.worker import SERVICES
from broker.report.findings import local
from broker.report.mending import mending
from broker.report.operations import (
    held_listed,
    place_of,
    reject_json,
    reject_lines,
    reject_shown,
    rejects_listed,
    standing_shown,
    ways_out,
    whom_about,
)
from broker.vocabulary.words import System

REJECT_COLUMNS = ("reject", "agency", "rejected_at", "reason", "file", "line", "column",
                  "topic", "position", "size", "state")
_CLOSE = ("A message that can never be used stays open until a person closes it: `concord rejects "
          "settle ID --by NAME --reason WHY`.")
rejects = typer.Typer(no_args_is_help=True, help="What could not be used, with its raw bytes.")
held = typer.Typer(no_args_is_help=True, help="Statements that wait for a person.")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(rejects, name="rejects")
    app.add_typer(held, name="held")
    app.command()(status)
    app.command()(rebuild)


@rejects.command("list")
def list_rejects(
    context: typer.Context,
    agency: Annotated[str | None, typer.Option(help="Only this agency's.")] = None,
    form: FormatOption = Format.TEXT,
) -> int:
    """Rejected rows and messages, with a count of each reason of those that are still open. One
    whose row has been read since, or that was sent again, is settled."""
    concord = options_of(context).open()
    with concord.store.view() as view:
        listed = rejects_listed(view, concord.codec, agency)
    if agency is not None and not listed:
        concord.agency(agency)  # a name mistyped is not an agency without rejects
    if form is Format.JSON:
        print_json(listed)
    elif form is Format.CSV:
        print_csv(listed, REJECT_COLUMNS)
    else:
        counts: dict[str, int] = {}
        for each in listed:
            is_open = each["state"] == OPEN
            counts[each["reason"]] = counts.get(each["reason"], 0) + is_open
            column = f" {each['column']}" if each["column"] else ""
            say(f"{each['agency']} {place_of(each)}{column}: {each['reason']} [{each['reject']}]"
                + ("" if is_open else f"  {each['state']}"))
        for reason, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
            if count:
                say(f"{count:6}  {reason}")
        over = sum(each["state"] != OPEN for each in listed)
        if over:
            say(f"{over:6}  settled: read since, gone from a whole extract, sent again, or by a "
                "person's word")
        unread = [each["reason"] for each in listed if each["file"] and each["state"] == OPEN]
        for sentence in (*ways_out(listed, concord.settings.agreements), *mending(unread)):
            say(sentence)
        if any(each["topic"] and each["state"] == OPEN for each in listed):
            say(_CLOSE)
        if not listed:
            say("No rejects.")
    return EXIT_DONE


@rejects.command("show")
def show_reject(
    context: typer.Context,
    reject: Annotated[str, typer.Argument(help="Its id, as `rejects list` has it.")],
    by: By = None,
    purpose: Purpose = None,
    form: AnswerOption = Answer.TEXT,
) -> int:
    """One reject with its raw bytes: as text where they are text, else in hexadecimal. The
    reading is audited."""
    concord = options_of(context).open()
    with concord.store.view() as view:
        shown = reject_shown(view, concord.codec, reject)
    about = whom_about(concord.codec, shown)
    note_reading(concord, f"reject {shown.reject.reject_id} of {shown.reject.agency} shown", by,
                 purpose, set() if about is None else {about})
    if form is Answer.JSON:
        print_json(reject_json(shown))
    else:
        for line in reject_lines(shown):
            say(line)
    return EXIT_DONE


@rejects.command("redrive")
def redrive(
    context: typer.Context,
    by: Annotated[str, typer.Option(help="Who sends them again.")],
    reason: Annotated[str, typer.Option(help="Why they would be accepted now.")],
    agency: Annotated[str | None, typer.Option(help="Only this agency's.")] = None,
    written_as: Annotated[str | None, typer.Option(
        "--written-as", metavar="RECORD",
        help="The record, as in PersonRecorded, that messages with an unknown schema id hold.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would happen.")] = False,
) -> int:
    """Send rejected messages to their inbox again, written under today's schema; rows are mended
    at their agency instead."""
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    concord = options_of(context).open()
    if agency is not None:
        concord.agency(agency)
    outcome = concord.redrive(agency, by, reason, dry_run=dry_run, written_as=written_as)
    waiting = counted(outcome.rows, "rejected row")
    if outcome.files:
        waiting += f" and {counted(outcome.files, 'refused file')}"
    wait = "waits for its" if outcome.rows + outcome.files == 1 else "wait for their"
    would = "would be" if dry_run else "was" if outcome.usable == 1 else "were"
    say(f"{outcome.usable} of {counted(outcome.looked_at, 'rejected message')} {would} sent "
        f"again, {outcome.migrated} of them under another schema than they came under; "
        f"{outcome.spent} {'was' if outcome.spent == 1 else 'were'} sent before and rejected "
        f"again; {waiting} {wait} agency.")
    return EXIT_DONE


@rejects.command("settle")
def settle(
    context: typer.Context,
    reject: Annotated[str, typer.Argument(help="Its id, as `rejects list` has it.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    reason: Annotated[str, typer.Option(help="Why it needs nobody any more.")],
) -> int:
    """Say that a reject needs nobody any more: a row or a file that was mended under another
    reference or held nothing, where no file that comes can show it; a message that can never be
    used. Copies of a file under other names are settled with it."""
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    concord = options_of(context).open()
    settled = settle_reject(concord.store, concord.codec, reject, by, reason, concord.clock.now())
    if any(each.topic for each in settled):
        say(f"Settled {reject}: nobody is asked about it any more; what it may have said stays "
            "unknown.")
    else:
        say(f"Settled {reject}: rules know it once a file of that kind is published; met again "
            "as it was, it is open again.")
    if copies := sorted(str(each.file) for each in settled if str(each.reject_id) != reject):
        say(f"Settled with it, of the same bytes: {', '.join(copies)}.")
    return EXIT_DONE


@held.command("list")
def list_held(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Statements whose handling is conditional: a person decides."""
    concord = options_of(context).open()
    with concord.store.view() as view:
        listed = held_listed(view, concord.codec)
    if form is Answer.JSON:
        print_json(listed)
    else:
        for each in listed:
            say(f"{each['event_id']}  {each['agency']}  {each['type']}  {each['held_at']}  "
                f"{each['conditions'] or each['reason']}")
        say(f"{len(listed)} held.")
    return EXIT_DONE


@held.command("release")
def release(
    context: typer.Context,
    event_id: Annotated[str, typer.Argument(help="Its id, as `held list` has it.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str, typer.Option(help="Why it may be shared.")],
) -> int:
    """Let a held statement be shared."""
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    concord = options_of(context).open()
    release_held(concord.store, concord.log, concord.codec, event_id, by, reason,
                 concord.clock.now())
    concord.relay()
    say(f"Released {event_id}: the next check takes it in.")
    return EXIT_DONE


def rebuild(
    context: typer.Context,
    by: Annotated[str, typer.Option(help="Who has it done.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
) -> int:
    """Throw away what the checker derived, and derive it anew from the log's beginning."""
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    if not yes:
        say("Everything that was derived would be thrown away, and derived anew by `concord "
            "check`; what was received, decided and found stays. Stop all workers first. Nothing "
            "was changed. Give --yes to rebuild.")
        return EXIT_DONE
    done = options_of(context).open().rebuild(by, reason)
    say(f"Threw away {counted(done.rows, 'row')}; read again "
        f"{counted(done.judgements, 'judgement')}, {counted(done.decisions, 'decision')}, "
        f"{counted(done.erasures, 'erasure')} and {counted(done.findings, 'finding')}. Now: "
        "`concord check`.")
    return EXIT_DONE


def status(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """How far behind each stage is, when each agency was last heard, and which services answer."""
    options = options_of(context)
    settings = options.settings()
    if settings.served is None:
        concord = options.open()
        looked = Looked({}, standing_of(concord.store, concord.log, settings.partnership))
    else:
        looked = _look(settings, settings.served, options.plaintext)
    found = standing_shown(looked.standing)
    if form is Answer.JSON:
        print_json({**found, "services": {
            service.value: "answers" if answers else "away"
            for service, answers in looked.services.items()}})
    else:
        _say_standing(found, at_most="at most " if settings.served else "")
        for each in found["undescribed"] or ():
            say(_undescribed_words(settings.agencies.get(each["agency"]), **each))
        for service, answers in looked.services.items():
            say(f"{SERVICES[service]}: {'answers' if answers else 'away'}")
    return EXIT_UNAVAILABLE if looked.away else EXIT_DONE


def _look(settings: Settings, served: Served, plaintext: bool) -> Looked:
    # Loaded where it is needed: the embedded form should not wait for its drivers.
    from broker.bootstrap.health import look
    return look(settings, served, plaintext=plaintext)


def _say_standing(found: Mapping[str, Any], at_most: str) -> None:
    """How a partnership stands, as far as is known; a log that has forgotten records of old
    counts their places too, so that what waits there is `at_most` so much."""
    for stage, waiting in (found["lag"] or {}).items():
        say(f"{stage}: {_lag_words(stage, waiting, at_most)}")
    for agency, heard in (found["last_heard"] or {}).items():
        say(f"{agency}: {_heard_words(heard, only_a_return=agency in found['only_returns'])}")
    if found["rejects"] is None:
        return
    say(f"{counted(found['rejects'], 'reject')}, {found['held']} held; the checker has "
        f"{counted(found['children_waiting'], 'record')} to look at.")
    if pairs := found["pairs_to_review"]:
        say(f"{counted(pairs, 'pair')} of records {'waits' if pairs == 1 else 'wait'} for a "
            "person to say whether they are one child: `concord people review`.")
    for each in found["files_unread"]:
        say(_unread_words(each))
    if found["outbox_waiting"]:
        say(f"{counted(found['outbox_waiting'], 'lane')} with records on their way into the log.")
    if found["unsettled"]:
        say(f"{counted(found['unsettled'], 'lane')} where what was erased can still be read.")
    if found["unreached"]:
        say(f"{counted(found['unreached'], 'critical notice')} that nobody has acknowledged, with "
            "no contact left to go to: ring the agency (`concord notices AGENCY`).")
    if found["untold"]:
        say(untold_words(found["untold"]))


def _unread_words(unread: Mapping[str, Any]) -> str:
    """What an agency's refused files mean, and the way out."""
    agency, since = unread["agency"], local(datetime.fromisoformat(unread["since"]))
    return (f"{agency}: {counted(unread['files'], 'file')} of {unread['table']} refused since "
            f"{since}, and what is in there is not known: have it mended and publish it under the "
            f"same name (`concord rejects list --agency {agency}` says what is wrong; where it "
            "still stands here and nothing is lacking, `concord rejects settle` ends it).")


def _undescribed_words(settings: AgencySettings | None, agency: str, system: str) -> str:
    """What is lost where nothing says who the children of an agency's rows are, and what to send.
    """
    adapter = adapters().get(settings.adapter) if settings else None
    table = describing(adapter.tables, System(system)) if adapter else None
    if table is None:
        return (f"{agency}: nothing from its system {system} says who the children are, so that "
                "its records are joined to nobody's: send that as well.")
    return f"{agency}: {table.name}.csv {NEVER_SENT.format(file=f'{table.name}.csv')}"


def _lag_words(stage: str, waiting: int, at_most: str) -> str:
    """What waits at a stage, and the verb that moves it on."""
    if not waiting:
        return "nothing waiting"
    messages = f"{at_most}{counted(waiting, 'message')}"
    return (f"{messages} waiting to be delivered: `concord deliver`" if stage == "delivery"
            else f"{messages} waiting: `concord check`")


def _heard_words(heard: str | None, *, only_a_return: bool) -> str:
    if heard is None:
        return "last heard never"
    when = datetime.fromisoformat(heard)
    if only_a_return:
        return f"heard by a yearly return alone, which speaks up to {when:%d %b %Y}"
    return f"last heard {local(when)}"
