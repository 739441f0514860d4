"""Our own command lines, read by the command line itself and not run."""
from collections.abc import Sequence

from typer.core import TyperGroup

from broker.cli.main import commands, hoisted


def verb_of(words: Sequence[str]) -> str | None:
    """The verb of a command line behind `concord`; an error where it would not be understood."""
    group = commands()
    assert isinstance(group, TyperGroup)
    context = group.make_context("concord", hoisted(list(words)))
    name, command, rest = group.resolve_command(
        context, [*context._protected_args, *context.args])
    assert command is not None
    command.make_context(name, rest, parent=context)
    return name
