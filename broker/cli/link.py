"""Linking any file of people: which of its rows are one person, with no labels."""
import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import numpy as np
import typer
from numpy.typing import NDArray

from broker.cli.context import EXIT_DONE, counted, progress_bar, spreadsheet_safe, warn
from broker.errors import ConfigError
from broker.identity.table.link import Linked
from broker.identity.table.link import link as link_people
from broker.identity.table.people import NAMED, people_of
from broker.sdk.rows import Header, read_header, read_rows

REJECTS_SHOWN = 20
STAGES = ("reading", "blocking", "estimating", "comparing", "grouping")


def link(
    file: Annotated[Path, typer.Argument(help="A CSV file of people, with a header row.")],
    row_id: Annotated[str, typer.Option("--id", help="The column that names each row.")],
    mapped: Annotated[list[str], typer.Option(
        "--map", metavar="MEANING=COLUMN,...",
        help=f"What columns mean; meanings: {', '.join(NAMED)}.")],
    compared: Annotated[list[str] | None, typer.Option(
        "--compare", metavar="COLUMN,...", help="Further columns, compared for equality.")] = None,
    out: Annotated[Path | None, typer.Option(
        help="Where to write unique_id,cluster_id (else to standard output).")] = None,
    model: Annotated[Path | None, typer.Option(
        help="Where to write the estimated model, as JSON.")] = None,
    threshold: Annotated[float, typer.Option(
        min=0.5, max=0.9999, help="From which probability rows are one person.")] = 0.95,
) -> int:
    """Say which rows of a file are one person; the model is estimated from the file itself."""
    header = read_header(file)
    if header.refused:
        raise ConfigError(header.refused)
    means, others = _meanings(mapped, header), _listed(compared or [])
    columns = _places([row_id, *means.values(), *others], header)
    with progress_bar() as bar:
        tasks = {stage: bar.add_task(stage, total=100, start=False) for stage in STAGES}

        def told(stage: str, share: float) -> None:
            done = STAGES.index(stage)
            for each in STAGES[:done]:
                bar.update(tasks[each], completed=100)
            bar.start_task(tasks[stage])
            bar.update(tasks[stage], completed=round(100 * share))

        told("reading", 0.0)
        rows = _columns_of(file, header, columns)
        people = people_of({meaning: rows[name] for meaning, name in means.items()},
                           {name: rows[name] for name in others})
        linked = link_people(people, threshold, told)
    number = _write(out, rows[row_id], linked.people)
    if model is not None:
        _write_model(model, linked)
    for name, count in people.unread.items():
        warn(f"{counted(count, 'value')} of {name} could not be understood and told nothing.")
    warn(f"{counted(people.size, 'row')}, {counted(number, 'person', 'people')}; "
         f"{counted(linked.pairs, 'pair')} compared.")
    return EXIT_DONE


def _meanings(mapped: Sequence[str], header: Header) -> dict[str, str]:
    means: dict[str, str] = {}
    for each in _listed(mapped):
        meaning, equals, column = each.partition("=")
        if not equals or meaning not in NAMED or not column:
            raise ConfigError(f"--map {each[:100]}: write MEANING=COLUMN, where a meaning is one"
                              f" of {', '.join(NAMED)}")
        if meaning in means:
            raise ConfigError(f"--map names {meaning} twice: join the columns into one first")
        means[meaning] = column
    if not {"given", "family", "name"} & means.keys():
        raise ConfigError(f"--map must say where the names are in {header.file}: given=, family="
                          " or name=")
    return means


def _listed(values: Sequence[str]) -> list[str]:
    return [each.strip() for value in values for each in value.split(",") if each.strip()]


def _places(names: Sequence[str], header: Header) -> dict[str, int]:
    places = {}
    for name in names:
        if name not in header.names:
            raise ConfigError(f"{header.file} has no column {name[:100]}: it has"
                              f" {', '.join(filter(None, header.names))[:500]}")
        places[name] = header.names.index(name)
    return places


def _columns_of(
    file: Path, header: Header, places: Mapping[str, int],
) -> dict[str, list[str]]:
    """The wanted columns; a row that cannot be read is told of and left out."""
    columns: dict[str, list[str]] = {name: [] for name in places}
    wanted = [(column, places[name]) for name, column in columns.items()]
    rejected = 0
    for row in read_rows(file, header):
        if row.rejected is not None:
            rejected += 1
            if rejected <= REJECTS_SHOWN:
                warn(f"{header.file} line {row.line}: {row.rejected}; the row is left out.")
            continue
        for column, place in wanted:
            column.append(row.cells[place].strip())
    if rejected > REJECTS_SHOWN:
        warn(f"{header.file}: {counted(rejected - REJECTS_SHOWN, 'further row')} left out.")
    return columns


def _write(out: Path | None, ids: Sequence[str], people: NDArray[np.int64]) -> int:
    """Write each row's person, numbered from 1 in the order of the file; how many there are."""
    numbers: dict[int, int] = {}
    with _stream(out) as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("unique_id", "cluster_id"))
        for row_id, person in zip(ids, people.tolist(), strict=True):
            rows.writerow((spreadsheet_safe(row_id),
                           numbers.setdefault(person, len(numbers) + 1)))
    return len(numbers)


@contextmanager
def _stream(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as problem:
        raise ConfigError(f"{out.name} cannot be written ({problem.strerror}): name another"
                          " --out") from None


def _write_model(path: Path, linked: Linked) -> None:
    """The model as a table that people can read: m, u and the weight of every level."""
    document = {
        "prior": linked.model.prior, "kin_prior": linked.model.kin_prior,
        "comparisons": [{
            "name": sheet.comparison.name,
            "levels": [
                {"level": label, "m": m, "u": u, "kin": kin, "bits": bits}
                for label, m, u, kin, bits in zip(
                    sheet.comparison.labels, sheet.m.tolist(), sheet.u.tolist(),
                    sheet.kin.tolist(), sheet.weights.tolist(), strict=True)],
        } for sheet in linked.model.sheets],
    }
    with _stream(path) as stream:
        json.dump(document, stream, indent=1)
        stream.write("\n")
