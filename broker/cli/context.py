"""What every command shares: exit codes, the options before the verb, and output forms."""
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from broker.bootstrap import Concord, open_home
from broker.config import FILE_NAME, Settings, load
from broker.errors import ConfigError
from broker.vocabulary.times import LONDON

EXIT_DONE = 0
EXIT_FINDINGS = 1
EXIT_OPERATOR = 2
EXIT_REJECTED = 3
EXIT_UNAVAILABLE = 4
EXIT_FAULT = 70
EXIT_INTERRUPTED = 130
HOME_VARIABLE = "CONCORD_HOME"
PLAINTEXT_VARIABLE = "CONCORD_ALLOW_PLAINTEXT"
# Children of today and their records; beyond it a typing error is likelier than a wish.
YEAR_MIN, YEAR_MAX = 1970, 2200
NAME_CHARACTERS_MAX, REASON_CHARACTERS_MAX = 200, 4000


class Format(StrEnum):
    """How a command prints."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class Answer(StrEnum):
    """How a command prints whose answer is no table."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]
AnswerOption = Annotated[Answer, typer.Option("--format", help="How to print.")]


@dataclass(frozen=True, slots=True)
class Options:
    """The shared options of one run; what is given to `at_end` is called when it ends."""

    home: Path
    config: Path | None
    now: datetime | None
    at_end: Callable[[Callable[[], None]], object]
    log: Path | None = None
    plaintext: bool = False

    def settings(self) -> Settings:
        """What is configured, read without opening anything."""
        return load(self._file)

    def settings_text(self) -> bytes:
        """The file of the configuration as it stands, unread; nothing where it cannot be had."""
        try:
            return self._file.read_bytes()
        except OSError:
            return b""

    def open(self) -> Concord:
        """The partnership's home, opened until the command ends."""
        concord = self.open_anew()
        self.at_end(concord.close)
        return concord

    @property
    def _file(self) -> Path:
        return self.config or self.home / FILE_NAME

    def open_anew(self) -> Concord:
        """The partnership's home as it is configured now, to be closed by whoever asked."""
        concord = open_home(self.home, config=self.config, now=self.now, journal=self.log,
                            plaintext=self.plaintext)
        concord.tell = warn
        if concord.ahead is not None:
            when = f"{concord.ahead.astimezone(LONDON):%d %b %Y %H:%M}"
            warn(f"This home has records received at {when}, ahead of the time given or of this "
                 "machine's clock: that time is used.")
        return concord


def time_given(text: str, option: str) -> datetime:
    """A time an operator typed: ISO 8601, Europe/London where it has no offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} must be a time such as 2026-03-01T21:30 or "
                          "2026-03-01T21:30:00+00:00.") from None
    if not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise ConfigError(f"{option} must lie between the years {YEAR_MIN} and {YEAR_MAX}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _show_version(asked: bool) -> None:
    """--version answers at once, without a home."""
    if asked:
        say(f"concord {version('concord-broker')}")
        raise typer.Exit


def shared(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(
        help=f"Where the store lives (or {HOME_VARIABLE}; else the current folder).")] = None,
    config: Annotated[Path | None, typer.Option(
        help="The configuration file (else concord.toml in the home).")] = None,
    now: Annotated[str | None, typer.Option(
        help="Set the clock, as in 2026-03-01T21:30 (rehearsals, back-loading, tests).")] = None,
    log: Annotated[Path | None, typer.Option(
        help="Add a line of JSON for each stage to this file (- for standard error): counts, "
             "and nobody's details.")] = None,
    _version: Annotated[bool, typer.Option(
        "--version", is_eager=True, callback=_show_version, help="Say which version this is.",
    )] = False,
) -> None:
    """Options every command takes."""
    context.obj = Options(
        home=home or Path(os.environ.get(HOME_VARIABLE, ".")),
        config=config,
        now=time_given(now, "--now") if now is not None else None,
        at_end=context.call_on_close,
        log=log,
        plaintext=os.environ.get(PLAINTEXT_VARIABLE) == "yes",
    )


def stated(value: str, option: str) -> str:
    """What an operator must say of a decision, for it is kept; `ConfigError` where it is blank."""
    said = value.strip()
    if not said:
        raise ConfigError(f"{option} must not be empty: it is kept with the decision.")
    most = NAME_CHARACTERS_MAX if option.endswith("by") else REASON_CHARACTERS_MAX
    if len(said) > most:
        raise ConfigError(f"{option} is too long: give at most {most} characters.")
    return said


def counted(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 finding", "2 findings"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def untold_words(count: int) -> str:
    """That so many findings reach nobody for want of a lead, and the way out."""
    return (f"{counted(count, 'critical finding')} can be told to nobody: for named leads alone, "
            "and no agency that might be told has named one. Set `lead` in an agency's section of "
            "concord.toml, then `concord deliver`.")


def options_of(context: typer.Context) -> Options:
    """The shared options of this run."""
    options = context.obj
    assert isinstance(options, Options)
    return options


def told(sentence: str, code: int) -> NoReturn:
    """Say it on standard error and stop with this exit code."""
    print(sentence, file=sys.stderr)  # noqa: T201 # the command's own voice
    sys.exit(code)


def warn(sentence: str) -> None:
    """Say it on standard error and go on."""
    print(sentence, file=sys.stderr)  # noqa: T201 # the command's own voice


def say(text: str) -> None:
    """Print a line of the command's answer."""
    print(text)  # noqa: T201 # the command's own voice


def console() -> Console:
    """A terminal for tables; plain and wide where the output is not one."""
    terminal = Console(highlight=False, soft_wrap=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=160)


def print_json(value: Any) -> None:
    """One JSON document."""
    plain = not (getattr(sys.stdout, "encoding", None) or "utf").lower().startswith("utf")
    say(json.dumps(value, ensure_ascii=plain, indent=2, default=str))


def print_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows as CSV with a header; cells that a spreadsheet would run as formulas are quoted."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: spreadsheet_safe(row.get(key)) for key in columns})
    sys.stdout.write(out.getvalue())


def spreadsheet_safe(value: Any) -> Any:
    """A cell as text that no spreadsheet runs as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not text[1:2].isdigit() else text


def progress_bar() -> Progress:
    """A progress bar on standard error; silent where that is not a terminal."""
    terminal = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=terminal, transient=True, disable=not terminal.is_terminal,
    )
