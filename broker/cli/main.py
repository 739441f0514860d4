"""The entry point: shared options, named exit codes, one sentence for an operator's mistake."""
import errno
import os
import sys
import traceback
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

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

COLUMNS_MIN = 20  # narrower, nothing can be read
SHARED_OPTIONS = ("--home", "--config", "--now", "--log")

# Which module of this package has which verbs, in the order in which help shows them. Loading
# takes most of a short command's time, so one is loaded when a verb of its is asked for.
VERBS: Mapping[str, tuple[str, ...]] = {
    "journey": ("init", "publish"),
    "stages": ("intake", "check", "deliver"),
    "watch": ("run",),
    "findings": ("findings", "decide", "notices"),
    "explain": ("explain",),
    "people": ("people",),
    "identity": ("identity",),
    "reports": ("missing", "child", "report"),
    "replay": ("replay",),
    "backtest": ("backtest",),
    "operations": ("status", "rebuild", "rejects", "held"),
    "allegations": ("allegations",),
    "audit": ("audit",),
    "privacy": ("erase", "access"),
    "schemas": ("schemas",),
    "demo": ("demo",),
}


def app_of(*modules: str) -> typer.Typer:
    """The command line with the verbs of these modules of this package."""
    app = typer.Typer(
        name="concord", no_args_is_help=True, add_completion=False,
        pretty_exceptions_enable=False,
        help="Find where agencies describe the same child differently, with the evidence.",
    )
    app.callback()(shared)
    for each in modules:
        import_module(f"broker.cli.{each}").add_to(app)
    return app


def hoisted(arguments: list[str]) -> list[str]:
    """--home, --config, --now and --log may stand anywhere; Typer wants them before the verb."""
    front, rest = _divided(arguments)
    return front + rest


def _divided(arguments: list[str]) -> tuple[list[str], list[str]]:
    """(the shared options with their values, all else)."""
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
    return front, rest


@cache
def commands(verb: str | None = None) -> Any:
    """The commands among which this verb is; all of them where it is no verb.

    Made of their functions once however many are run in this process.
    """
    having = [each for each, verbs in VERBS.items() if verb in verbs]
    return typer.main.get_command(app_of(*(having or VERBS)))


def _help_on(why: TyperException) -> str:
    """The command that says how to give the one that could not be understood."""
    words: list[str] = []
    context = getattr(why, "ctx", None)
    while context is not None and context.parent is not None:
        words.insert(0, str(context.info_name))
        context = context.parent
    return " ".join(("concord", *words, "--help"))


def main() -> None:
    """Run a command; an operator's mistake is one sentence and a way out, never a traceback."""
    try:
        front, rest = _divided(sys.argv[1:])
        verb = rest[0] if rest else None
        _ready_the_terminal()
        code = commands(verb)(args=[*front, *rest], standalone_mode=False,
                              prog_name="concord")
        print(end="", flush=True)  # noqa: T201 # here, where a reader who has gone is no fault
    except TyperException as why:
        said = why.format_message().replace("Value error, ", "")  # what pydantic puts before it
        if not said:  # no verb was given, and what there is has been shown
            sys.exit(EXIT_OPERATOR)
        told(f"{said}{'' if said[-1] in '.?!' else '.'} See `{_help_on(why)}`.", EXIT_OPERATOR)
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
        code = _nobody_reads()
    except SystemExit as ended:
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        code = _nobody_reads()  # which click and rich end with 1, as found findings do
    except OSError as why:
        _system_error(why)
    except Exception as fault:
        _fault(fault)
    if code == EXIT_INTERRUPTED:
        told("Interrupted: what was finished is kept; run the same command again to go on.",
             EXIT_INTERRUPTED)
    sys.exit(code or EXIT_DONE)


def _ready_the_terminal() -> None:
    """Print all that can be printed: on a terminal that knows few characters the others as their
    numbers, and on one that says an impossible width as on one that says none."""
    columns = os.environ.get("COLUMNS", "")
    if columns and not (columns.isdecimal() and int(columns) >= COLUMNS_MIN):
        del os.environ["COLUMNS"]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _nobody_reads() -> int:
    """Whoever read our output has gone; there is nobody to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_DONE


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
    if isinstance(fault, ImportError) and fault.name:
        told(f"{fault.name} cannot be loaded: install Concord again. Nothing of the store was "
             "damaged.", EXIT_FAULT)
    last = traceback.extract_tb(fault.__traceback__)[-1]
    told(f"Concord has a fault: {type(fault).__name__} in {last.name}, {last.filename}:"
         f"{last.lineno}. What was finished is kept; report this line, it holds no record.",
         EXIT_FAULT)
