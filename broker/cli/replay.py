"""Replay: any topic between two times, written to a file for an analyst who says who and why."""
import csv
import json
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.cli.context import EXIT_DONE, options_of, say, spreadsheet_safe, time_given
from broker.cli.files import refuse_unwritable, write_whole
from broker.errors import ConfigError
from broker.log import topics
from broker.pipeline.replay import replay as replayed
from broker.vocabulary.times import day_of

FORMS = (".jsonl", ".csv")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.command()(replay)


def replay(
    context: typer.Context,
    topic: Annotated[str, typer.Argument(
        help="The topic, as in safeguarding.shared.missing (safeguarding. may be left out).")],
    start: Annotated[str, typer.Option("--from", help="The first time, included.")],
    end: Annotated[str, typer.Option("--to", help="The last time, not included.")],
    out: Annotated[Path, typer.Option(help="The file to write: .jsonl or .csv.")],
    actor: Annotated[str, typer.Option(help="Who reads, as AGENCY:NAME.")],
    purpose: Annotated[str, typer.Option(help="Why; it is audited.")],
) -> int:
    """Write a topic's records between two times to a file; pseudonymous unless agreed."""
    if out.suffix not in FORMS:
        raise ConfigError("--out must end in .jsonl or .csv.")
    concord = options_of(context).open()
    known = all_topics(concord.settings.agencies)
    name = topic if topic.startswith(topics.PREFIX) else f"{topics.PREFIX}.{topic}"
    if name not in known:
        raise ConfigError(f"There is no topic {name}; there are {', '.join(known)}.")
    now = concord.clock.now()
    allowed = concord.settings.agreements.in_force(day_of(now))
    concord.agency(actor.partition(":")[0])
    rows = replayed(
        concord.store, concord.log, concord.codec, allowed, name,
        time_given(start, "--from").astimezone(UTC), time_given(end, "--to").astimezone(UTC),
        actor, purpose, now)
    refuse_unwritable(out, "--out")
    count = _write_csv(rows, out) if out.suffix == ".csv" else _write_lines(rows, out)
    concord.relay()
    say(f"Wrote {count} records of {name} to {out}.")
    return EXIT_DONE


def all_topics(agencies: Iterable[str]) -> list[str]:
    """Every topic of a partnership."""
    own = [make(code) for code in sorted(agencies)
           for make in (topics.inbox, topics.held, topics.rejected, topics.feed, topics.notices)]
    return [*topics.SHARED, topics.PEOPLE, topics.FINDINGS, topics.DECISIONS, topics.AUDIT, *own]


def _write_lines(rows: Iterable[dict[str, Any]], out: Path) -> int:
    count = 0
    with write_whole(out, "--out") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
            count += 1
    return count


def _write_csv(rows: Iterable[dict[str, Any]], out: Path) -> int:
    """One column a field of any record, in order of first appearance."""
    held = list(rows)
    columns = list(dict.fromkeys(name for row in held for name in row))
    with write_whole(out, "--out") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in held:
            writer.writerow([spreadsheet_safe(row.get(name)) for name in columns])
    return len(held)
