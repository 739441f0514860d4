"""People: which records are one child, what people judged, and why."""
from typing import Annotated

import typer

from broker.cli.context import (
    EXIT_DONE,
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
)
from broker.errors import ConfigError
from broker.pipeline.decide import judge as judge_pair
from broker.report.people import explained_pair, known_key, people_listed, review_listed
from broker.vocabulary.words import Verdict

people = typer.Typer(no_args_is_help=True, help="Which records are one child.")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(people, name="people")


@people.command("list")
def list_people(context: typer.Context, form: FormatOption = Format.TEXT) -> int:
    """Every child, and the records held to be that child."""
    concord = options_of(context).open()
    with concord.store.view() as view:
        listed = people_listed(view)
    if form is Format.JSON:
        print_json(listed)
    elif form is Format.CSV:
        print_csv([{"child": each["child"], **member} for each in listed
                   for member in each["members"]], ("child", "agency", "local_id"))
    else:
        for each in listed:
            members = ", ".join(f"{member['agency']}:{member['local_id']}"
                                for member in each["members"])
            say(f"{each['child']}  {members}"
                + (f"  (to review: {len(each['review'])})" if each["review"] else ""))
        say(f"{counted(len(listed), 'child', 'children')}.")
    return EXIT_DONE


@people.command("review")
def review(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Pairs of records that a person should decide on."""
    concord = options_of(context).open()
    with concord.store.view() as view:
        listed = review_listed(view)
    if form is Answer.JSON:
        print_json(listed)
    else:
        for each in listed:
            say(f"{each['probability']:.3f}  {each['left']}  {each['right']}  {each['why']}")
        say(f"{counted(len(listed), 'pair')}. `concord people judge A B "
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
) -> int:
    """Say whether two records are one child; it outranks the model, and can be undone."""
    words = {each.value.lower(): each for each in Verdict if each is not Verdict.UNMAPPED}
    if verdict.lower() not in words:
        raise ConfigError("Judge same, different, unsure or undone.")
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    concord = options_of(context).open()
    with concord.store.view() as view:
        keys = [known_key(view, each) for each in (left, right)]
    judge_pair(concord.store, concord.codec, concord.model, keys[0], keys[1],
               words[verdict.lower()], by, reason, concord.clock.now())
    concord.check()
    say(f"{keys[0]} and {keys[1]}: {verdict.lower()}, by {by}.")
    return EXIT_DONE


@people.command("explain")
def explain(context: typer.Context, left: Annotated[str, typer.Argument()],
            right: Annotated[str, typer.Argument()], form: AnswerOption = Answer.TEXT) -> int:
    """Why two records are, or are not, held to be one child."""
    concord = options_of(context).open()
    with concord.store.view() as view:
        told = explained_pair(view, concord.model, known_key(view, left), known_key(view, right))
    if form is Answer.JSON:
        print_json(told)
    else:
        for each in told["rows"]:
            say(f"{each['feature']:14} {each['weight']:+7.2f}  {each['reason']}")
        say(f"{'total':14} {told['weight']:+7.2f}  probability {told['probability']:.4f}"
            + (f"; kept apart: {told['forbidden']}" if told["forbidden"] else ""))
    return EXIT_DONE
