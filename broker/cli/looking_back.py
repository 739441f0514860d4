"""--as-of: what a command answers from, as it was known at a time."""
from datetime import UTC, datetime
from typing import Annotated

import typer

from broker.bootstrap import Concord
from broker.cli.context import options_of, progress_bar, time_given

AsOf = Annotated[str | None, typer.Option(
    "--as-of", help="As known at this time, from what was received by then.")]


def opened(context: typer.Context, as_of: str | None) -> Concord:
    """The home as it is, or as it was known at a time."""
    concord = options_of(context).open()
    return concord if as_of is None else seen_at(concord, moment_given(as_of))


def moment_given(as_of: str) -> datetime:
    """The time an operator asks about."""
    return time_given(as_of, "--as-of").astimezone(UTC)


def seen_at(concord: Concord, moment: datetime) -> Concord:
    """A home as it was known at a time; a bar shows how far its log has been told again."""
    with progress_bar() as bar:
        task = bar.add_task("records told again", total=None)
        return concord.as_of(moment, lambda done: bar.advance(task, done))
