"""Identity: the model in force, training it on a partnership's own people, taking it elsewhere."""
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from broker.bootstrap.linkage import PAIRS_MAX, export_people, train_model
from broker.cli.context import (
    EXIT_DONE,
    Answer,
    AnswerOption,
    console,
    counted,
    options_of,
    print_json,
    progress_bar,
    say,
    stated,
)
from broker.cli.files import refuse_unwritable, write_whole
from broker.cli.link import link
from broker.errors import ConfigError
from broker.identity.model import LEVELS, Level
from broker.identity.model_file import document_of, text_of
from broker.identity.training import Trained, tells_nothing

CHANGES_SHOWN = 15
_PAIRS_MIN, _PAIRS_MOST = 1000, 100_000_000

identity = typer.Typer(no_args_is_help=True, help="The model that says which records are alike.")
identity.command("link")(link)


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(identity, name="identity")


@identity.command("model")
def show_model(context: typer.Context, form: AnswerOption = Answer.TEXT) -> int:
    """The table in force: what each level of agreement is worth."""
    model = options_of(context).settings().model
    if form is Answer.JSON:
        print_json(document_of(model))
        return EXIT_DONE
    grid = _grid(f"Model {model.version}", ("feature", "level", "m", "u", "bits", "why"))
    for each in model.levels:
        grid.add_row(each.feature, each.level, _figure(each.m),
                     _figure(each.u) + (" of frequency" if each.u_of_frequency else ""),
                     _bits(each.weight), each.reason)
    console().print(grid)
    say(f"Joined from a probability of {model.link_probability}, looked at by people from "
        f"{model.review_probability}; one pair in {model.population} is one child before any "
        "evidence. `--format json` prints a file that [identity] model can name.")
    return EXIT_DONE


@identity.command("train")
def train(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(
        help="The file to write (else identity.json in the home).")] = None,
    seed: Annotated[int, typer.Option(help="Another seed, other pairs.")] = 1,
    pairs_max: Annotated[int, typer.Option(
        min=_PAIRS_MIN, max=_PAIRS_MOST, help="At most so many pairs in each run.")] = PAIRS_MAX,
    force: Annotated[bool, typer.Option("--force", help="Write over the file.")] = False,
) -> int:
    """Estimate the model from this home's own people, without labels; the home is not changed."""
    options = options_of(context)
    path = out or options.home / "identity.json"
    if path.exists() and not force:
        raise ConfigError(f"{path} is there already: give --force to write over it, or another "
                          "--out.")
    concord = options.open()
    refuse_unwritable(path, "--out")
    with progress_bar() as bar:
        task = bar.add_task("estimating", total=None)
        found = train_model(concord, seed, pairs_max,
                            lambda done, whole: bar.update(task, completed=done, total=whole))
    with write_whole(path, "--out") as stream:
        stream.write(text_of(found.model))
    _print_trained(found)
    say(f"Wrote {path}: look it through, name it in the configuration ([identity] model), then "
        "`concord rebuild` and `concord check`.")
    return EXIT_DONE


@identity.command("export")
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder to write, new or empty.")],
    by: Annotated[str, typer.Option(help="Who takes everybody's details out.")],
    reason: Annotated[str, typer.Option(help="Why; it is audited.")],
) -> int:
    """Write everybody and the model as files for Splink on DuckDB or Spark."""
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is not an empty folder: an earlier export may have ended "
                          "half-way: delete it, or name another folder.")
    count = export_people(options_of(context).open(), folder, by, reason)
    say(f"Wrote {counted(count, 'person', 'people')} and the model to {folder}; its README.md "
        "says how to score them. It holds personal details.")
    return EXIT_DONE


def _print_trained(found: Trained) -> None:
    """What changed most against the default, and what the data did not show."""
    default = {(each.feature, each.level): each for each in LEVELS}
    changed = sorted((each for each in found.levels if not each.kept),
                     key=lambda each: (-_moved(each.level, default), each.level))
    grid = _grid(f"Model {found.model.version}: what changed most",
                 ("feature", "level", "default", "trained", "one child", "two children"))
    for each in changed[:CHANGES_SHOWN]:
        grid.add_row(each.level.feature, each.level.level, _bits(each.default.weight),
                     _bits(each.level.weight), f"{each.alike:.0f}", f"{each.unlike:.0f}")
    console().print(grid)
    for run in found.sessions:
        say(f"{run.pairs} pairs of one {_SHARED[run.name]}: {run.one_person:.1%} one child.")
    say(f"{counted(found.unlike_pairs, 'pair')} of two children. "
        f"{counted(len(changed), 'level')} estimated.")
    kept = [each for each in found.levels if each.kept and not tells_nothing(each.level)]
    if kept:
        say("Seen too seldom, so left at the default's figures: " + ", ".join(
            f"{each.level.feature} {each.level.level}" for each in kept) + ".")


_SHARED = {"number": "NHS number", "born": "birth date", "sounds": "sound of names"}


def _moved(level: Level, default: dict[tuple[str, str], Level]) -> float:
    return abs(level.weight - default[level.feature, level.level].weight)


def _grid(title: str, columns: tuple[str, ...]) -> Grid:
    grid = Grid(title=title, title_justify="left", box=None, header_style="bold")
    for name in columns:
        grid.add_column(name, justify="left" if name in ("feature", "level", "why") else "right")
    return grid


def _figure(value: float) -> str:
    return f"{value:.4g}"


def _bits(weight: float) -> str:
    return f"{weight:+.2f}"


