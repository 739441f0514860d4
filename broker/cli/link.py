"""Linking any file of people: which of its rows are one person, with no labels."""
import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple, TextIO

import typer

from broker.cli.context import (
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_REJECTED,
    counted,
    progress_bar,
    warn,
)
from broker.cli.files import refuse_unwritable, write_whole
from broker.errors import ConfigError
from broker.identity.table.doubts import Bounds, Doubts
from broker.identity.table.headers import Meant, meant_by
from broker.identity.table.link import Linked, link_columns
from broker.identity.table.people import NAMED
from broker.sdk.rows import Header, read_header, read_rows

REJECTS_SHOWN = 20
UNUSED_SHOWN = 20
BY_LINE = "line"
"""What `--id` says where no column names the rows, unless a column is so named."""
LINE_1 = "the header being line 1"
STAGES = ("reading", "blocking", "estimating", "comparing", "grouping")


def link(
    file: Annotated[Path, typer.Argument(help="A CSV file of people, with a header row.")],
    row_id: Annotated[str | None, typer.Option(
        "--id", help="The column that names each row (else unique_id, record_id or the like, else"
                     " its line); 'line' for its line.",
    )] = None,
    mapped: Annotated[list[str] | None, typer.Option(
        "--map", metavar="MEANING=COLUMN,...",
        help=f"What columns mean (else what their names say); meanings: {', '.join(NAMED)}.",
    )] = None,
    compared: Annotated[list[str] | None, typer.Option(
        "--compare", metavar="COLUMN,...", help="Further columns, compared for equality.")] = None,
    out: Annotated[Path | None, typer.Option(
        help="Where to write unique_id,cluster_id (else to standard output).")] = None,
    with_probability: Annotated[bool, typer.Option(
        "--with-probability", help="Add the probability with which each row belongs to its"
                                   " cluster.")] = False,
    doubtful: Annotated[Path | None, typer.Option(
        help="Where to write pairs of rows that a person should look at, as CSV.")] = None,
    doubtful_from: Annotated[float, typer.Option(
        min=0.01, max=0.9999, help="From which probability rows that were left apart are"
                                   " doubtful.")] = 0.5,
    doubtful_most: Annotated[int, typer.Option(
        min=1, help="How many pairs to write at most, the likeliest mistakes first.")] = 1_000,
    model: Annotated[Path | None, typer.Option(
        help="Where to write the estimated model, as JSON.")] = None,
    threshold: Annotated[float, typer.Option(
        min=0.5, max=0.9999, help="From which probability rows are one person.")] = 0.95,
) -> int:
    """Say which rows of a file are one person; the model is estimated from the file itself."""
    header = _header_of(file)
    used = _used(mapped, compared, row_id, header)
    means, others = used.means, used.others
    _check_outputs(file, {"--out": out, "--model": model, "--doubtful": doubtful})
    bounds = _bounds(doubtful, doubtful_from, threshold, doubtful_most)
    with _nothing_kept(), _stages_told() as told:
        told("reading", 0.0)
        ids, rows, rejected = _columns_of(file, header, used)
        linked = link_columns({meaning: rows[name] for meaning, name in means.items()},
                              {name: rows[name] for name in others}, ids, threshold,
                              told, bounds if with_probability or doubtful else None)
    number = _write(out, ids, linked, with_probability=with_probability)
    if model is not None:
        _write_model(model, linked)
    if doubtful is not None and linked.doubts is not None:
        _write_doubtful(doubtful, ids, linked.doubts)
    _tell_of_values(linked)
    _tell_of_keys(linked)
    warn(f"{counted(len(ids), 'row')}, {counted(number, 'person', 'people')}; "
         f"{counted(linked.pairs, 'pair')} compared.")
    return EXIT_REJECTED if rejected else EXIT_DONE


class _Used(NamedTuple):
    """The column of each meaning, the columns compared for equality, the one that names each row
    (None: its line does), and where in a row each of them stands."""

    means: dict[str, str]
    others: list[str]
    row_id: str | None
    places: dict[str, int]


def _header_of(file: Path) -> Header:
    if file.is_dir():
        raise ConfigError(f"{file} is a folder: name one CSV file in it.")
    if not file.exists():
        raise ConfigError(f"There is no file {file}: check the path.")
    header = read_header(file)
    if header.refused:
        raise ConfigError(header.refused)
    return header


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """Say of an interruption that it leaves nothing behind, as it does until all is linked."""
    try:
        yield
    except KeyboardInterrupt:
        warn("Interrupted: nothing was written; run the same command again from the beginning.")
        raise SystemExit(EXIT_INTERRUPTED) from None


@contextmanager
def _stages_told() -> Iterator[Callable[[str, float], None]]:
    """Progress bars, and who tells them which share of a stage is done."""
    with progress_bar() as bar:
        tasks = {stage: bar.add_task(stage, total=100, start=False) for stage in STAGES}

        def told(stage: str, share: float) -> None:
            done = STAGES.index(stage)
            for each in STAGES[:done]:
                bar.update(tasks[each], completed=100)
            bar.start_task(tasks[stage])
            bar.update(tasks[stage], completed=round(100 * share))

        yield told


def _tell_of_values(linked: Linked) -> None:
    for name, count in linked.unread.items():
        warn(f"{counted(count, 'value')} of {name} could not be understood and told nothing.")
    if linked.no_day:
        warn(f"{counted(linked.no_day, 'value')} of birth_date: a day that no calendar has,"
             " compared as written.")


def _tell_of_keys(linked: Linked) -> None:
    """What was compared less widely, as too many rows are alike."""
    if linked.too_large:
        warn(f"{counted(linked.too_large, 'key')} (a word of a name, a birth date) shared by too"
             " many rows to compare each with each: they were compared on their other keys.")
    if number := len(linked.unreached):
        warn(f"{counted(number, 'row')} had no other key and {'was' if number == 1 else 'were'}"
             " compared with none: map or --compare a column that tells them apart.")


def _bounds(doubtful: Path | None, least: float, threshold: float, most: int) -> Bounds:
    if doubtful is not None and least >= threshold:
        raise ConfigError(f"--doubtful-from is {least:g} and --threshold {threshold:g}: what is"
                          " doubtful lies below the threshold, so name a lower --doubtful-from")
    return Bounds(least, threshold, most)


def _check_outputs(file: Path, outputs: Mapping[str, Path | None]) -> None:
    """Refuse what would be found out only after the work: what is read may not be written, nor
    one file twice."""
    options: dict[Path, str] = {}
    for option, path in outputs.items():
        if path is None:
            continue
        if path.resolve() == file.resolve():
            raise ConfigError(f"{option} is {file.name}, which is read: name another file")
        refuse_unwritable(path, option)
        if path.resolve() in options:
            raise ConfigError(f"{options[path.resolve()]} and {option} are one file: name two")
        options[path.resolve()] = option


def _used(mapped: Sequence[str] | None, compared: Sequence[str] | None, row_id: str | None,
          header: Header) -> _Used:
    """What columns mean and which are compared: as is said, or else as their names say, which is
    told once nothing in it is refused."""
    meant = meant_by(header.names)
    if mapped:
        means, others = _meanings(mapped, header), _listed(compared or [])
    else:
        for meaning, columns in meant.doubtful.items():
            raise ConfigError(f"{header.file} has {' and '.join(columns)}, and each may be the"
                              f" {meaning}: say with --map what columns mean")
        means = _meanings([f"{each}={column}" for each, column in meant.means.items()], header)
        others = list(meant.compared) if compared is None else _listed(compared)
    places = _places([*means.values(), *others], header)
    named = _naming(row_id, meant, header)
    if named is not None:
        places |= _places([named], header)
    used = _Used(means, others, named, places)
    if not mapped:
        _tell_of_names(used, header)
    elif named is None and not row_id:
        warn(f"Each row is named by its line in {header.file}, {LINE_1}; --id says otherwise.")
    return used


def _naming(row_id: str | None, meant: Meant, header: Header) -> str | None:
    """The column that names each row: as is said, or the one whose name leaves no doubt; None
    where the rows are numbered by their line."""
    if row_id:
        return None if row_id == BY_LINE and BY_LINE not in header.names else row_id
    if len(meant.ids) == 1:
        return meant.ids[0]
    if doubtful := meant.ids or meant.id_like:
        columns = " and ".join(each[:100] for each in doubtful)
        raise ConfigError(f"{header.file} has {columns}: say with --id which column"
                          f" names each row, or --id {BY_LINE} to number the rows by their line")
    return None


def _tell_of_names(used: _Used, header: Header) -> None:
    """What was taken by its name, and what was not."""
    taken = {*used.means.values(), *used.others, used.row_id, ""}
    unused = [name[:100] for name in header.names if name not in taken]
    more = f" and {len(unused) - UNUSED_SHOWN} more" if len(unused) > UNUSED_SHOWN else ""
    said = [
        ", ".join(f"{each}={column}" for each, column in used.means.items()),
        *(["no birth date"] if "birth_date" not in used.means else []),
        f"compared: {', '.join(used.others) or 'none'}",
        *([f"not used: {', '.join(unused[:UNUSED_SHOWN])}{more}"] if unused else []),
        f"each row named by {used.row_id or f'its line, {LINE_1}'}",
    ]
    warn(f"By their names: {'; '.join(said)}. --map, --compare and --id say otherwise.")


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
    """Where the columns stand. What the header has is not repeated: without one its first row
    would be somebody's."""
    for name in names:
        if name not in header.names:
            raise ConfigError(f"{header.file} has no column {name[:100]}: is its first row the"
                              " header, and the name spelt as it is there?")
    return {name: header.names.index(name) for name in names}


def _columns_of(
    file: Path, header: Header, used: _Used,
) -> tuple[list[str], dict[str, list[str]], int]:
    """What names each row, the wanted columns, and how many rows cannot be read, which are told
    of and left out."""
    places, row_id = used.places, used.row_id
    columns: dict[str, list[str]] = {name: [] for name in places}
    wanted = [(column, places[name]) for name, column in columns.items()]
    lines: dict[str, int] = {}
    rejected = 0
    for row in read_rows(file, header):
        if row.rejected is not None:
            rejected += 1
            if rejected <= REJECTS_SHOWN:
                column = row.rejected.column
                warn(f"{header.file} line {row.line}{f', column {column}' if column else ''}:"
                     f" {row.rejected}; the row is left out.")
            continue
        name = str(row.line) if row_id is None else row.cells[places[row_id]].strip()
        if not name or name in lines:
            why = f"the {row_id} of line {lines[name]}" if name else f"no {row_id}"
            raise ConfigError(f"{header.file} line {row.line} has {why}: with --id name a column"
                              f" that is different in every row, or say --id {BY_LINE}")
        lines[name] = row.line
        for texts, place in wanted:
            texts.append(row.cells[place].strip())
    if rejected > REJECTS_SHOWN:
        warn(f"{header.file}: {counted(rejected - REJECTS_SHOWN, 'further row')} left out.")
    return list(lines), columns, rejected


def _write(out: Path | None, ids: Sequence[str], linked: Linked, *,
           with_probability: bool) -> int:
    """Write each row's person, numbered from 1 in the order of the file; how many there are."""
    numbers: dict[int, int] = {}
    columns = [ids, [numbers.setdefault(person, len(numbers) + 1)
                     for person in linked.people.tolist()]]
    if with_probability and linked.doubts is not None:
        columns.append([f"{each:.4f}" for each in linked.doubts.probabilities.tolist()])
    with _stream(out, "--out") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("unique_id", "cluster_id", "probability")[:len(columns)])
        rows.writerows(zip(*columns, strict=True))
    return len(numbers)


def _write_doubtful(path: Path, ids: Sequence[str], doubts: Doubts) -> None:
    """Write what a person should look at, and say what was left out."""
    with _stream(path, "--doubtful") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("unique_id", "other_id", "probability", "joined", "for", "against"))
        for each in doubts.doubtful:
            rows.writerow((ids[each.one], ids[each.other], f"{each.probability:.4f}",
                           "yes" if each.joined else "no",
                           "; ".join(each.speaks_for), "; ".join(each.speaks_against)))
    if doubts.left_out:
        warn(f"{counted(len(doubts.doubtful), 'doubtful pair')} written, the likeliest mistakes"
             f" first; {doubts.left_out} more left out: --doubtful-most writes more.")


@contextmanager
def _stream(path: Path | None, option: str) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
    else:
        with write_whole(path, option) as stream:
            yield stream


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
    with _stream(path, "--model") as stream:
        json.dump(document, stream, indent=1)
        stream.write("\n")
