"""Schemas: list what is registered, check what would be, publish what is new."""
from contextlib import AbstractContextManager

import typer

from broker.bootstrap.registry import open_registry
from broker.cli.context import (
    EXIT_DONE,
    Answer,
    AnswerOption,
    counted,
    options_of,
    print_json,
    say,
)
from broker.errors import ConfigError
from broker.event.catalogue import BY_NAME
from broker.ports import Registry
from broker.wire.compatibility import full_transitive
from broker.wire.schemas import text_of

schemas = typer.Typer(no_args_is_help=True, help="The Avro schemas of everything that travels.")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(schemas, name="schemas")


def _opened(context: typer.Context, *, may_register: bool) -> AbstractContextManager[Registry]:
    options = options_of(context)
    return open_registry(options.home, config=options.config, may_register=may_register,
                         plaintext=options.plaintext)


@schemas.command("list")
def list_schemas(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Every record name, its versions and their ids."""
    with _opened(context, may_register=False) as registry:
        found = {name: registry.versions(name) for name in BY_NAME}
    if form is Answer.JSON:
        print_json(found)
    else:
        for name, ids in found.items():
            newest = f"newest id {ids[-1]}" if ids else "`concord schemas publish` registers it"
            say(f"{name}: {len(ids)} version(s), {newest}")
    return EXIT_DONE


@schemas.command("check")
def check_schemas(context: typer.Context) -> int:
    """Check that every schema may follow all its earlier versions (FULL_TRANSITIVE)."""
    with _opened(context, may_register=False) as registry:
        _versions_checked(registry)
    say(f"{counted(len(BY_NAME), 'schema')} are compatible with every earlier version.")
    return EXIT_DONE


def _versions_checked(registry: Registry) -> dict[str, list[int]]:
    """The ids of every record name's versions; ConfigError where our schema cannot follow one."""
    versions = {name: registry.versions(name) for name in BY_NAME}
    faults = [fault for name, ids in versions.items() for fault in full_transitive(
        text_of(name), [registry.schema(number) or "" for number in ids])]
    if faults:
        more = f" ({len(faults) - 1} more of the kind)" if faults[1:] else ""
        raise ConfigError(f"The schemas cannot follow their earlier versions: {faults[0]}{more}. "
                          "Mend the schema, or give what it says another name.")
    return versions


@schemas.command("publish")
def publish_schemas(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Register every schema that is not there yet, once all of them have passed the check."""
    new: dict[str, int] = {}
    with _opened(context, may_register=True) as registry:
        for name, before in _versions_checked(registry).items():
            number = registry.register(name, text_of(name))
            if number not in before:
                new[name] = number
                if form is Answer.TEXT:
                    say(f"{name}: version {len(before) + 1}, id {number}")
    if form is Answer.JSON:
        print_json(new)
    else:
        say(f"{counted(len(BY_NAME), 'schema')}: {len(new)} new, "
            f"{len(BY_NAME) - len(new)} registered before.")
    return EXIT_DONE
