"""--as-of: what a command answers from, as it was known at a time; and who looked."""
from collections.abc import Set
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

import typer

from broker.bootstrap import Concord
from broker.cli.context import (
    Format,
    counted,
    options_of,
    progress_bar,
    say,
    stated,
    time_given,
    warn,
)
from broker.errors import TemporarilyUnavailable
from broker.pipeline.health import not_yet_checked
from broker.pipeline.tables import REACHES, STATEMENTS
from broker.report.findings import local
from broker.report.reading import record_consultation

AsOf = Annotated[str | None, typer.Option(
    "--as-of", help="As known at this time, from what was received by then.")]

By = Annotated[str | None, typer.Option(help="Who reads; audited.")]
Purpose = Annotated[str | None, typer.Option(help="Why it is read; audited.")]


def opened(context: typer.Context, as_of: str | None) -> Concord:
    """The home as it is, or as it was known at a time."""
    concord = options_of(context).open()
    return concord if as_of is None else seen_at(concord, moment_given(as_of))


def opened_both(context: typer.Context, as_of: str | None) -> tuple[Concord, Concord]:
    """(the home as it is, what the command answers from: the same, or as known at a time)."""
    today = options_of(context).open()
    return today, today if as_of is None else seen_at(today, moment_given(as_of))


def note_reading(today: Concord, what: str, by: str | None, purpose: str | None,
                 keys: Set[str] = frozenset()) -> None:
    """Write into the audit chain that somebody read `what`: of whom, for each of these records
    (`agency:local id`), or of nobody in particular."""
    record_consultation(
        today.store, today.codec, keys, "operator" if by is None else stated(by, "--by"), None,
        "not stated" if purpose is None else stated(purpose, "--purpose"), what,
        today.clock.now())
    today.relay()


def said_unheard(concord: Concord, as_of: str | None, form: Format) -> bool:
    """Say, where nothing at all had been heard by the time asked about (None: now), that an empty
    answer says nothing; beside a machine form on standard error. Whether it was said."""
    with concord.store.view() as view:
        if view.count(STATEMENTS) or view.count(REACHES):
            return False
    tell = say if form is Format.TEXT else warn
    if as_of is not None:
        tell(f"Nothing had been heard by {local(concord.clock.now())}: that nothing is listed "
             "does not say that there was nothing.")
    elif waiting := waiting_words(concord, as_of):
        tell(f"Nothing has been checked yet: {waiting}")
    else:
        tell("Nothing has been heard yet: that nothing is listed does not say that there is "
             "nothing.")
    return True


def said_waiting(concord: Concord, as_of: str | None, form: Format) -> None:
    """Say where an answer of today lacks what has come and nobody has checked; beside a machine
    form on standard error."""
    if waiting := waiting_words(concord, as_of):
        (say if form is Format.TEXT else warn)(waiting)


def waiting_words(concord: Concord, as_of: str | None) -> str:
    """That so many messages have come and nobody has checked them, and the way out; empty where
    none wait, the log cannot be asked, or a time that is over was asked about."""
    if as_of is not None:
        return ""
    with suppress(TemporarilyUnavailable):
        if waiting := not_yet_checked(concord.store, concord.log, concord.settings.partnership):
            verb = "waits" if waiting == 1 else "wait"
            if concord.divide is None:
                return f"{counted(waiting, 'message')} {verb} to be checked: run `concord check`."
            return (f"At most {counted(waiting, 'message')} {verb} to be checked: run `concord "
                    "check` where no worker is at work.")
    return ""


def moment_given(as_of: str) -> datetime:
    """The time an operator asks about."""
    return time_given(as_of, "--as-of").astimezone(UTC)


def seen_at(concord: Concord, moment: datetime) -> Concord:
    """A home as it was known at a time; a bar shows how far its log has been told again."""
    with progress_bar() as bar:
        task = bar.add_task("records told again", total=None)
        return concord.as_of(moment, lambda done: bar.advance(task, done))
