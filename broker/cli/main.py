"""The entry point: shared options, named exit codes, one sentence for an operator's mistake."""
import errno
import os
import sys
import traceback
from functools import cache
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

from broker.cli import (
    allegations,
    audit,
    backtest,
    demo,
    explain,
    findings,
    identity,
    journey,
    operations,
    people,
    privacy,
    replay,
    reports,
    schemas,
    stages,
    watch,
)
from broker.cli.context import (
    EXIT_DONE,
    EXIT_FAULT,
    EXIT_INTERRUPTED,
    EXIT_OPERATOR,
    EXIT_UNAVAILABLE,
    shared,
    told,
)
from broker.errors import ConfigError, Conflict, RecordRejected, TemporarilyUnavailable

SHARED_OPTIONS = ("--home", "--config", "--now", "--log")

app = typer.Typer(
    name="concord", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
    help="Find where agencies describe the same child differently, with the evidence.",
)
app.callback()(shared)
for module in (journey, stages, watch, findings, explain, people, identity, reports, replay,
               backtest, operations, allegations, audit, privacy, schemas, demo):
    module.add_to(app)


def hoisted(arguments: list[str]) -> list[str]:
    """--home, --config, --now and --log may stand anywhere; Typer wants them before the verb."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name = argument.partition("=")[0]
        if argument == "--":
            rest.extend((argument, *waiting))
        elif name in SHARED_OPTIONS:
            front.append(argument)
            if "=" not in argument:
                front.extend(value for value in [next(waiting, None)] if value is not None)
        else:
            rest.append(argument)
    return front + rest


def main() -> None:
    """Run a command; an operator's mistake is one sentence and a way out, never a traceback."""
    try:
        code = _commands()(args=hoisted(sys.argv[1:]), standalone_mode=False)
    except TyperException as why:
        said = why.format_message()
        if not said:  # no verb was given, and what there is has been shown
            sys.exit(EXIT_OPERATOR)
        told(f"{said} See `concord --help`.", EXIT_OPERATOR)
    except ConfigError as why:
        told(str(why), EXIT_OPERATOR)
    except (TemporarilyUnavailable, Conflict) as why:
        told(str(why), EXIT_UNAVAILABLE)
    except RecordRejected as why:
        told(f"The store holds a record that cannot be read ({why.reason}): restore it from a "
             "backup and publish again what came after.", EXIT_OPERATOR)
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_DONE
    except OSError as why:
        _system_error(why)
    except Exception as fault:
        _fault(fault)
    if code == EXIT_INTERRUPTED:
        told("Interrupted: what was finished is kept; run the same command again to go on.",
             EXIT_INTERRUPTED)
    sys.exit(code or EXIT_DONE)


@cache
def _commands() -> Any:
    """The commands, made of their functions once however many are run in this process."""
    return typer.main.get_command(app)


def _system_error(why: OSError) -> NoReturn:
    """What the machine refused, without the path where it would tell more than it helps."""
    if why.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        told("The disk is full or failing: free some space and run the same command again.",
             EXIT_UNAVAILABLE)
    name = why.filename if isinstance(why.filename, str) else "A file"
    told(f"{name} cannot be used ({os.strerror(why.errno or 0)}): check the path and your "
         "rights to it.", EXIT_OPERATOR)


def _fault(fault: Exception) -> NoReturn:
    """A mistake of ours: where it is, and never its text, which may quote a child's record."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    told(f"Concord has a fault: {type(fault).__name__} in {last.name}, {last.filename}:"
         f"{last.lineno}. What was finished is kept; report this line, it holds no record.",
         EXIT_FAULT)
