"""The audit chain: verify it, or export it."""
import json
from pathlib import Path
from typing import Annotated

import typer

from broker.cli.context import (
    EXIT_DONE,
    EXIT_OPERATOR,
    Answer,
    AnswerOption,
    options_of,
    print_json,
    say,
)
from broker.cli.files import write_whole
from broker.pipeline.auditing import audit_entries, verify_stored
from broker.pipeline.replay import plain

audit = typer.Typer(no_args_is_help=True, help="Who did what with whose data, and why.")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(audit, name="audit")


@audit.command("verify")
def verify_chain(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """Recompute the whole chain; name the first altered entry, if any."""
    concord = options_of(context).open()
    with concord.store.view() as view:
        verdict, entries = verify_stored(view, concord.codec)
    if form is Answer.JSON:
        print_json({"ok": verdict.ok, "entries": entries,
                    "first_altered": verdict.first_altered, "reason": verdict.reason})
    elif verdict.ok:
        say(f"The chain of {entries} entries verifies.")
    else:
        say(f"The chain does not verify: {verdict.reason}.")
    return EXIT_DONE if verdict.ok else EXIT_OPERATOR


@audit.command("export")
def export(context: typer.Context,
           out: Annotated[Path, typer.Option(help="The file to write (JSON Lines).")]) -> int:
    """Write the chain to a file that verifies offline."""


    concord = options_of(context).open()
    count = 0
    with concord.store.view() as view, write_whole(out, "--out") as file:
        for entry in audit_entries(view, concord.codec):
            file.write(json.dumps(plain(entry), ensure_ascii=False) + "\n")
            count += 1
    say(f"Wrote {count} entries to {out}.")
    return EXIT_DONE
