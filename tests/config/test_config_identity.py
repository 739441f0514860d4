"""The section of identity: which model says who is who."""
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from broker.cli.example import CONFIGURATION
from broker.config import Settings, load, parse
from broker.errors import ConfigError
from broker.identity.model import DEFAULT_MODEL
from broker.identity.model_file import document_of, text_of

OURS = replace(DEFAULT_MODEL, version="ours", population=40_000)


def settings_in(folder: Path, section: str) -> Settings:
    """The example with this section more, as a file of a folder."""
    (folder / "concord.toml").write_text(f"{CONFIGURATION}\n[identity]\n{section}\n",
                                         encoding="utf-8")
    return load(folder / "concord.toml")


def refusal(folder: Path, section: str) -> str:
    """What is said of a section that cannot be used."""
    with pytest.raises(ConfigError) as refused:
        settings_in(folder, section)
    return str(refused.value)


def test_without_the_section_the_model_that_ships_is_in_force() -> None:
    """And nothing is said of it as a setting."""
    settings = parse(tomllib.loads(CONFIGURATION))

    assert DEFAULT_MODEL == settings.model
    assert "model" not in settings.sources


def test_the_model_is_read_from_the_configurations_own_folder(tmp_path: Path) -> None:
    """As every file that it names."""
    (tmp_path / "ours.json").write_text(text_of(OURS), encoding="utf-8")

    settings = settings_in(tmp_path, 'model = "ours.json"')

    assert OURS == settings.model
    assert document_of(OURS) == settings.sources["model"]


def test_a_partnership_says_how_many_children_it_holds(tmp_path: Path) -> None:
    """Of the model that ships, and of one of its own; a count that cannot be is refused."""
    (tmp_path / "ours.json").write_text(text_of(OURS), encoding="utf-8")

    ships = settings_in(tmp_path, "population = 1_000_000")
    own = settings_in(tmp_path, 'model = "ours.json"\npopulation = 1_000_000')

    assert ships.model == replace(DEFAULT_MODEL, population=1_000_000)
    assert own.model == replace(OURS, population=1_000_000)
    assert ships.sources["model"] == document_of(ships.model)
    assert ("[identity] population must be a whole number from 2 to 100000000."
            == refusal(tmp_path, 'population = "many"'))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With what to do."""
    assert (f"[identity] model names {tmp_path / 'ours.json'}, where there is no file: put it "
            "there, or mend the path.") == refusal(tmp_path, 'model = "ours.json"')


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """And not shown."""
    (tmp_path / "ours.json").write_bytes(b"\xff\xfe")

    assert "which cannot be read" in refusal(tmp_path, 'model = "ours.json"')


def test_a_broken_model_is_named_with_its_field_and_value(tmp_path: Path) -> None:
    """The file, the entry, what stands there."""
    document = document_of(OURS)
    document["levels"][2]["m"] = 7
    (tmp_path / "ours.json").write_text(json.dumps(document), encoding="utf-8")
    level = DEFAULT_MODEL.levels[2]

    assert (f"{tmp_path / 'ours.json'}: levels, entry 3 ({level.feature} {level.level}), m is 7: "
            "it must be a number from 1e-30 to 1.") == refusal(tmp_path, 'model = "ours.json"')


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    """As everywhere."""
    assert ("[identity] has an unknown key 'modell': the known ones are model, population."
            == refusal(tmp_path, 'modell = "ours.json"'))
