"""Schemas: list what is registered, check what would be."""
import typer

from broker.cli.context import (
    EXIT_DONE,
    Answer,
    AnswerOption,
    options_of,
    print_json,
    say,
)
from broker.event.catalogue import BY_NAME

schemas = typer.Typer(no_args_is_help=True, help="The Avro schemas of everything that travels.")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(schemas, name="schemas")


@schemas.command("list")
def list_schemas(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Every record name, its versions and their ids."""
    concord = options_of(context).open()
    found = {name: concord.registry.versions(name) for name in BY_NAME}
    if form is Answer.JSON:
        print_json(found)
    else:
        for name, ids in found.items():
            say(f"{name}: {len(ids)} version(s), newest id {ids[-1]}")
    return EXIT_DONE


@schemas.command("check")
def check_schemas(context: typer.Context) -> int:
    """Check that every schema may follow all its earlier versions (FULL_TRANSITIVE)."""
    concord = options_of(context).open()
    ids = concord.codec.register_all()
    say(f"{len(ids)} schemas are compatible with every earlier version.")
    return EXIT_DONE
