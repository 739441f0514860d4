"""The exported folder: Splink on DuckDB, run as its README says, scores as we do."""
import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from broker.backends.splink_export import export
from broker.backends.splink_functions import loaded
from broker.identity.blocking import keys_of
from broker.identity.model import DEFAULT_MODEL
from broker.identity.model_file import model_of
from broker.identity.person import Person
from broker.identity.scoring import score
from tests.backends.made_up_people import people_of

pytestmark = pytest.mark.slow

BITS_APART_MAX = 2.0 ** -32
SECONDS_MAX = 300


@pytest.fixture(scope="module")
def people() -> list[Person]:
    """About a hundred records of sixty children."""
    return people_of(60, 9)


@pytest.fixture(scope="module")
def folder(people: list[Person], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was exported."""
    made = tmp_path_factory.mktemp("export") / "new"
    assert len(people) == export(people, DEFAULT_MODEL, made)
    return made


@pytest.fixture(scope="module")
def pairs(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    """What its own program came to, in a process of its own."""
    subprocess.run([sys.executable, "link.py"], cwd=folder, check=True, timeout=SECONDS_MAX,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as file:
        return {(row["unique_id_l"], row["unique_id_r"]): row for row in csv.DictReader(file)}


def test_splink_scores_the_exported_people_as_we_do(
        people: list[Person], pairs: dict[tuple[str, str], dict[str, str]]) -> None:
    """Weight by weight, over every pair that it finds likely."""
    by_key = {each.key: each for each in people}

    apart = [pair for pair, row in pairs.items() if abs(
        float(row["match_weight"]) - score(by_key[pair[0]], by_key[pair[1]], DEFAULT_MODEL).weight)
        > BITS_APART_MAX]

    assert len(pairs) > 40
    assert [] == apart


def test_splink_finds_every_pair_that_live_linking_finds(
        people: list[Person], pairs: dict[tuple[str, str], dict[str, str]]) -> None:
    """Of those that meet under a key and score above the floor."""
    keys = {each.key: keys_of(each) for each in people}

    ours = {tuple(sorted((one.key, other.key))) for one, other in combinations(people, 2)
            if (keys[one.key].posted & keys[other.key].sought
                or keys[other.key].posted & keys[one.key].sought)
            and score(one, other, DEFAULT_MODEL).weight >= DEFAULT_MODEL.floor_bits}

    assert set() == ours - pairs.keys()


def test_what_keeps_two_apart_is_told_beside_the_pair(
        people: list[Person], pairs: dict[tuple[str, str], dict[str, str]]) -> None:
    """As linking says it, so that nobody joins across it elsewhere."""
    by_key = {each.key: each for each in people}
    scored = {(one, other): score(by_key[one], by_key[other], DEFAULT_MODEL)
              for one, other in pairs}

    assert {pair: each.forbidden or each.held or "" for pair, each in scored.items()} == {
        pair: row["apart"] for pair, row in pairs.items()}


def test_the_folder_holds_the_model_and_says_how_to_use_it(folder: Path) -> None:
    """For people, for Concord and for Splink."""
    model = model_of((folder / "model.json").read_text(encoding="utf-8"), "model.json")
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))

    assert DEFAULT_MODEL == model
    assert "dedupe_only" == settings["link_type"]
    assert "python link.py" in (folder / "README.md").read_text(encoding="utf-8")


def test_personal_details_are_for_the_owner_alone(folder: Path) -> None:
    """As the store's own file is."""
    assert 0o600 == (folder / "people.parquet").stat().st_mode & 0o777


def test_a_new_folder_is_for_the_owner_alone(folder: Path) -> None:
    """Whatever is put beside the people."""
    assert 0o700 == folder.stat().st_mode & 0o777


@pytest.mark.usefixtures("pairs")
def test_pairs_are_for_the_owner_alone(folder: Path) -> None:
    """They say who is known to which agency."""
    assert 0o600 == (folder / "pairs.csv").stat().st_mode & 0o777


def test_an_export_that_ends_half_way_has_no_file_of_people(
        people: list[Person], tmp_path: Path) -> None:
    """Nobody takes a part of the people for all."""
    def cut_off() -> Iterator[Person]:
        yield from people[:5]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(cut_off(), DEFAULT_MODEL, tmp_path)

    assert ["people.parquet.part"] == [each.name for each in tmp_path.iterdir()]
    assert 0o600 == (tmp_path / "people.parquet.part").stat().st_mode & 0o777


def test_a_whole_export_leaves_no_part(folder: Path) -> None:
    """The people get their name last."""
    assert [] == list(folder.glob("*.part"))


def test_nobody_to_export_is_an_empty_file(tmp_path: Path) -> None:
    """With its columns."""
    parquet = loaded("pyarrow.parquet")

    assert 0 == export([], DEFAULT_MODEL, tmp_path)
    assert ["unique_id", "agency", "person", "keys"] == parquet.read_schema(
        tmp_path / "people.parquet").names


def test_the_functions_can_be_sent_to_other_processes(folder: Path) -> None:
    """Spark pickles them by their name; the process that unpickles has the file and the model."""
    done = subprocess.run(
        [sys.executable, "-c", "import pickle, concord_functions as its; "
         "print([pickle.loads(pickle.dumps(each)).__name__ for each in its.FUNCTIONS])"],
        cwd=folder, check=True, capture_output=True, text=True, timeout=SECONDS_MAX)

    assert "['concord_level', 'concord_by_value', 'concord_apart']" == done.stdout.strip()
