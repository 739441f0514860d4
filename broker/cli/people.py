"""People: which records are one child, what people judged, and why."""
import sys
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.bootstrap import Concord
from broker.cli.context import (
    EXIT_DONE,
    Answer,
    AnswerOption,
    Format,
    FormatOption,
    console,
    counted,
    options_of,
    print_csv,
    print_json,
    say,
    stated,
)
from broker.cli.files import refuse_unwritable, write_whole
from broker.cli.judging import Judged, foreseen, foresight_of, make, revert, reverting
from broker.cli.keys import TerminalKeys
from broker.cli.looking_back import (
    AsOf,
    By,
    Purpose,
    note_reading,
    opened,
    opened_both,
    said_waiting,
)
from broker.cli.review import Session, done_lines
from broker.errors import ConfigError
from broker.event.subject import parts_of
from broker.identity.cluster import Pair
from broker.pipeline.judgements import (
    all_judgements,
    history_of,
    judgement_named,
    judgements_on,
    to_undo,
)
from broker.pipeline.review_queue import review_queue
from broker.report.explaining import told_json, told_lines, told_of, told_page
from broker.report.findings import local
from broker.report.people import known_key, people_listed, undescribed
from broker.report.review import (
    caused_json,
    consequence_lines,
    consequences_json,
    cut_words,
    exposure_words,
    judgement_json,
    judgement_line,
    leaving_lines,
    queue_json,
)
from broker.vocabulary.words import Verdict

JUDGEMENT_COLUMNS = ("id", "left", "right", "verdict", "by", "at", "reason", "stands")


class Told(StrEnum):
    """How an explanation is printed, or written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


people = typer.Typer(no_args_is_help=True, help="Which records are one child.")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(people, name="people")


@people.command("list")
def list_people(context: typer.Context, as_of: AsOf = None,
                form: FormatOption = Format.TEXT) -> int:
    """Every child, and the records held to be that child."""
    concord = opened(context, as_of)
    with concord.store.view() as view:
        listed = people_listed(view)
        alone = undescribed(view, listed) if form is Format.TEXT else []
    if form is Format.JSON:
        print_json(listed)
    elif form is Format.CSV:
        print_csv([{"child": each["child"], **member} for each in listed
                   for member in each["members"]], ("child", "agency", "local_id"))
    else:
        for each in listed:
            say(f"{each['child']}  {', '.join(each['records'])}"
                + (f"  (to review: {len(each['review'])})" if each["review"] else ""))
        for child, record in alone:
            say(f"{child}  {record}  (no person record yet: joined to nobody)")
        say(f"{counted(len(listed), 'child', 'children')}"
            + (f", and {counted(len(alone), 'record')} without a person record." if alone
               else "."))
    said_waiting(concord, as_of, form)
    return EXIT_DONE


@people.command("review")
def review(
    context: typer.Context,
    by: Annotated[str | None, typer.Option(help="Who decides, at a terminal.")] = None,
    listed: Annotated[bool, typer.Option(
        "--list", help="Print the queue instead of working it.")] = False,
    as_json: Annotated[bool, typer.Option(
        "--json", help="Print the queue in the machine form.")] = False,
    form: AnswerOption = Answer.TEXT,
) -> int:
    """Pairs of records that a person should decide on: one at a time at a terminal, else a
    list. What would expose a critical finding comes first."""
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    as_json = as_json or form is Answer.JSON
    if terminal and not listed and not as_json:
        if by is None:
            raise ConfigError("Say who decides: --by NAME (or --list prints the queue).")
        by = stated(by, "--by")
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a name must not end it on an old terminal
        concord, keys = options_of(context).open(), TerminalKeys()
        with keys.at_work():
            Session(concord, by, keys, console()).run()
        return EXIT_DONE
    concord = options_of(context).open()
    with concord.store.view() as view:
        queue = review_queue(view, foresight_of(concord))
    if as_json:
        print_json(queue_json(queue))
        return EXIT_DONE
    for each in queue.pairs:
        exposed, kept = exposure_words(each.exposes), exposure_words(each.holds_back)
        say(f"{each.review.probability:.3f}  {each.review.left}  {each.review.right}  "
            f"{each.review.reason}" + (f"  (would expose: {exposed})" if exposed else "")
            + (f"  (holds back: {kept})" if kept else ""))
    if queue.is_cut:
        say(cut_words(queue))
    say(f"{counted(len(queue.pairs), 'pair')}. `concord people judge A B "
        "same|different|unsure --by --reason` decides one.")
    return EXIT_DONE


@people.command("judge")
def judge(
    context: typer.Context,
    left: Annotated[str, typer.Argument(help="A record, as in police:N1.")],
    right: Annotated[str, typer.Argument(help="Another, as in riverside:R7.")],
    verdict: Annotated[str, typer.Argument(help="same, different, unsure or undone.")],
    by: Annotated[str, typer.Option(help="Who judges.")],
    reason: Annotated[str, typer.Option(help="On what evidence.")],
    dry_run: Annotated[bool, typer.Option(
        "--dry-run", help="Only say what would follow.")] = False,
    even_so: Annotated[bool, typer.Option(
        "--even-so", help="Join the two although another record would leave the child.")] = False,
    form: AnswerOption = Answer.TEXT,
) -> int:
    """Say whether two records are one child; it outranks the model, and can be undone."""
    words = {each.value.lower(): each for each in Verdict if each is not Verdict.UNMAPPED}
    if verdict.lower() not in words:
        raise ConfigError("Judge same, different, unsure or undone.")
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    concord = options_of(context).open()
    pair = _known_pair(concord, left, right)
    told = foreseen(concord, pair, words[verdict.lower()])
    waits = bool(leaving_lines(told)) and not even_so
    if dry_run or waits:
        if form is Answer.JSON:
            print_json(consequences_json(told))
        else:
            for line in consequence_lines(told):
                say(line)
        if waits and not dry_run:
            raise ConfigError("Nothing is judged yet: another record would leave the child. Judge "
                              "it first, or say --even-so.")
        return EXIT_DONE
    judged = make(concord, pair, words[verdict.lower()], by, reason)
    if form is Answer.JSON:
        print_json({"judgement": judged.judgement_id,
                    **consequences_json(judged.consequences), **_caused_json(judged)})
        return EXIT_DONE
    say(f"{pair[0]} and {pair[1]}: {verdict.lower()}, by {by}.")
    _say_caused(judged)
    return EXIT_DONE


def _known_pair(concord: Concord, left: str, right: str) -> Pair:
    """The subject keys of two records that an operator typed, in that order."""
    with concord.store.view() as view:
        one, other = known_key(view, left), known_key(view, right)
    if one == other:
        raise ConfigError("Both records are the same one: name two different records.")
    return one, other


def _say_caused(judged: Judged) -> None:
    if judged.caused is not None:
        for line in done_lines(judged):
            say(line)


def _caused_json(judged: Judged) -> dict[str, Any]:
    return {"caused": None if judged.caused is None else caused_json(judged.caused),
            "recalled": judged.recalled}


@people.command("undo")
def undo(
    context: typer.Context,
    what: Annotated[str, typer.Argument(
        metavar="JUDGEMENT|A", help="A judgement's id, or a record, as in police:N1.")],
    by: Annotated[str, typer.Option(help="Who takes it back.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    other: Annotated[str | None, typer.Argument(
        metavar="B", help="The other record.")] = None,
    form: AnswerOption = Answer.TEXT,
) -> int:
    """Take back the judgement on two records: what stood before stands again, and what the link
    had caused is listed."""
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    concord = options_of(context).open()
    pair = None if other is None else _known_pair(concord, what, other)
    with concord.store.view() as view:
        undone = judgement_named(view, what) if pair is None else to_undo(history_of(view, pair))
    _, restored = reverting(concord, undone)
    judged = revert(concord, undone, by, reason)
    if form is Answer.JSON:
        print_json({
            "judgement": judged.judgement_id, "undone": judgement_json(undone),
            "restored": None if restored is None else judgement_json(restored),
            **_caused_json(judged)})
        return EXIT_DONE
    say(f"Taken back, by {by}: {judgement_line(undone)}")
    say("No judgement stands on the two now." if restored is None
        else f"Stands again: {judgement_line(restored)}")
    _say_caused(judged)
    return EXIT_DONE


@people.command("judgements")
def judgements(
    context: typer.Context,
    record: Annotated[str | None, typer.Argument(
        metavar="A", help="Only those on this record.")] = None,
    form: FormatOption = Format.TEXT,
) -> int:
    """What people judged of pairs of records: who, when, why, and whether it counts now."""
    concord = options_of(context).open()
    with concord.store.view() as view:
        found = (all_judgements(view) if record is None
                 else judgements_on(view, [known_key(view, record)]))
    if form is Format.JSON:
        print_json([judgement_json(each) for each in found])
    elif form is Format.CSV:
        print_csv([judgement_json(each) for each in found], JUDGEMENT_COLUMNS)
    else:
        for each in found:
            say(f"{each.judgement_id}  {judgement_line(each)}"
                + ("" if each.stands or each.verdict is Verdict.UNDONE
                   else "  (no longer counts)"))
        say(f"{counted(len(found), 'judgement')}.")
    return EXIT_DONE


@people.command("explain")
def explain(
    context: typer.Context,
    left: Annotated[str, typer.Argument(help="A record, as in police:N1.")],
    right: Annotated[str, typer.Argument(help="Another, as in riverside:R7.")],
    as_of: AsOf = None,
    by: By = None,
    purpose: Purpose = None,
    form: Annotated[Told, typer.Option("--format", help="How to print.")] = Told.TEXT,
    out: Annotated[Path | None, typer.Option(
        help="Where to write the page, for --format html.")] = None,
) -> int:
    """Why two records are, or are not, held to be one child, and what would change it."""
    if (form is Told.HTML) is (out is None):
        raise ConfigError("A page goes to a file: say both --format html and --out FILE.")
    if out is not None:
        refuse_unwritable(out, "--out")  # before it is on record that somebody has read it
    today, concord = opened_both(context, as_of)
    pair = _known_pair(concord, left, right)
    with concord.store.view() as view:
        told = told_of(view, concord.model, *pair)
    note_reading(today, "why two records are, or are not, one child", by, purpose,
                 {"{}:{}".format(*parts_of(key)) for key in pair})
    if out is not None:
        page = told_page(told, partnership=concord.settings.name,
                         made_at=local(concord.clock.now()))
        with write_whole(out, "--out") as written:
            written.write(page)
        say(f"The page: {out}")
    elif form is Told.JSON:
        print_json({**told_json(told), "left": pair[0], "right": pair[1]})
    else:
        for line in told_lines(told, plain=console().options.ascii_only):
            say(line)
    return EXIT_DONE
