"""`concord identity`: the table in force, training on a home's own people, taking both out."""
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from broker.identity.model import DEFAULT_MODEL
from broker.identity.model_file import document_of, model_of, text_of
from tests.cli.conftest import Cli

WORLD = ("--children", "150", "--days", "3", "--seed", "7")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of some three hundred made-up people."""
    out = tmp_path_factory.mktemp("identity") / "home"
    assert 0 == Cli(out.parent / "unused")("demo", *WORLD, "--out", out).code
    return out


@pytest.fixture(scope="module")
def trained(home: Path) -> tuple[str, Path]:
    """What training said, and the file it wrote."""
    answer = Cli(home)("identity", "train", "--pairs-max", "3000")
    assert (0, "") == (answer.code, answer.err)
    return answer.out, home / "identity.json"


def test_the_table_in_force_is_shown(cli: Cli) -> None:
    """Every level with its weight in bits and its reason."""
    shown = cli("identity", "model").out

    assert f"Model {DEFAULT_MODEL.version}" in shown
    for each in DEFAULT_MODEL.levels:
        assert f"{each.weight:+.2f}" in shown
        assert each.reason in shown


def test_the_table_is_printed_as_the_file_that_can_be_configured(cli: Cli) -> None:
    """Every figure to the last digit."""
    answer = cli("identity", "model", "--format", "json")

    assert DEFAULT_MODEL == model_of(answer.out, "printed")


def test_a_configured_model_is_the_one_shown(cli: Cli) -> None:
    """Read from the configuration, without a store being opened."""
    ours = replace(DEFAULT_MODEL, version="ours", population=40_000)
    (cli.home / "ours.json").write_text(text_of(ours), encoding="utf-8")
    with (cli.home / "concord.toml").open("a", encoding="utf-8") as file:
        file.write('\n[identity]\nmodel = "ours.json"\n')

    assert document_of(ours) == cli("identity", "model", "--format", "json").json


def test_a_broken_model_stops_every_command_in_one_sentence(cli: Cli) -> None:
    """With exit code 2."""
    (cli.home / "ours.json").write_text("{", encoding="utf-8")
    with (cli.home / "concord.toml").open("a", encoding="utf-8") as file:
        file.write('\n[identity]\nmodel = "ours.json"\n')

    answer = cli("check")

    assert 2 == answer.code
    assert f"{cli.home / 'ours.json'} line 1 column 2 is not valid JSON" in answer.err


@pytest.mark.slow
def test_training_writes_a_model_and_says_what_changed(trained: tuple[str, Path]) -> None:
    """Against the default, level by level; the home goes on as it was."""
    said, path = trained
    model = model_of(path.read_text(encoding="utf-8"), "identity.json")

    assert f"Model {model.version}: what changed most" in said
    assert "pairs of one birth date:" in said
    assert "Seen too seldom, so left at the default's figures: " in said
    assert f"Wrote {path}" in said
    assert model.version != DEFAULT_MODEL.version


@pytest.mark.slow
def test_a_model_is_not_written_over_unless_it_is_said(
        home: Path, trained: tuple[str, Path]) -> None:
    """It may be the one in force."""
    before = trained[1].read_bytes()

    answer = Cli(home)("identity", "train")

    assert (2, before) == (answer.code, trained[1].read_bytes())
    assert f"{trained[1]} is there already" in answer.err


def test_a_home_without_people_has_nothing_to_learn_from(cli: Cli) -> None:
    """One sentence, and no file."""
    answer = cli("identity", "train")

    assert 2 == answer.code
    assert "There are too few people to learn from" in answer.err
    assert not (cli.home / "identity.json").exists()


def test_a_file_that_cannot_be_written_is_said_before_training(cli: Cli) -> None:
    """Training takes minutes; here there are no people, which it would say itself."""
    out = cli.home / "none" / "model.json"

    answer = cli("identity", "train", "--out", out)

    assert 2 == answer.code
    assert f"{out} cannot be written (No such file or directory): name another --out." in (
        answer.err)


@pytest.mark.slow
def test_a_new_model_takes_the_place_of_the_former_at_once(
        home: Path, trained: tuple[str, Path], tmp_path: Path) -> None:
    """The former is never half written over, as its second name shows."""
    path, former = tmp_path / "model.json", tmp_path / "former.json"
    path.write_text("former", encoding="utf-8")
    os.link(path, former)

    answer = Cli(home)("identity", "train", "--pairs-max", "3000", "--out", path, "--force")

    assert 0 == answer.code
    assert trained[1].read_bytes() == path.read_bytes()
    assert "former" == former.read_text(encoding="utf-8")


@pytest.mark.slow
def test_everybody_is_exported_with_the_model(home: Path, tmp_path: Path) -> None:
    """Who took them out, and why, stands in the audit chain."""
    cli = Cli(home)
    out = tmp_path / "out"
    answer = cli("identity", "export", out, "--by", "a.operator", "--reason", "a million rows")
    assert 0 == cli("audit", "export", "--out", tmp_path / "audit.jsonl").code
    entries = [json.loads(line) for line in
               (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]

    people = sum(len(each["members"]) for each in cli("people", "list", "--format", "json").json)
    assert answer.out.startswith(f"Wrote {people} people and the model to {out}; its README.md ")
    assert {"README.md", "concord_functions.py", "link.py", "model.json", "people.parquet",
            "settings.json"} == {each.name for each in out.iterdir()}
    assert ["a million rows"] == [each["why"] for each in entries
                                  if each["actor"] == "a.operator"]


def disclosures_of(cli: Cli, actor: str, out: Path) -> int:
    """How often the audit chain says that somebody took details out."""
    assert 0 == cli("audit", "export", "--out", out).code
    return sum(json.loads(line)["actor"] == actor
               for line in out.read_text(encoding="utf-8").splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("module", ["pyarrow", "pyarrow.parquet"])
def test_an_export_without_its_libraries_is_no_disclosure(
        home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Nothing is written, so nothing is audited."""
    cli = Cli(home)
    with monkeypatch.context() as missing:
        missing.setitem(sys.modules, module, None)
        answer = cli("identity", "export", tmp_path / "out", "--by", "b.operator",
                     "--reason", "why")

    assert 2 == answer.code
    assert "pip install 'concord-broker[linkage]'" in answer.err
    assert not (tmp_path / "out").exists()
    assert 0 == disclosures_of(cli, "b.operator", tmp_path / "audit.jsonl")


@pytest.mark.slow
def test_an_export_whose_folder_cannot_be_made_is_no_disclosure(
        home: Path, tmp_path: Path) -> None:
    """The operator is told in one sentence."""
    cli = Cli(home)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    out = tmp_path / "notes.txt" / "out"

    answer = cli("identity", "export", out, "--by", "c.operator", "--reason", "why")

    assert 2 == answer.code
    assert f"{out} cannot be written (Not a directory): name another folder." in answer.err
    assert 0 == disclosures_of(cli, "c.operator", tmp_path / "audit.jsonl")


@pytest.mark.slow
def test_nothing_is_exported_over_other_files(home: Path, tmp_path: Path) -> None:
    """They would lie among somebody's details."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    answer = Cli(home)("identity", "export", tmp_path, "--by", "a.operator", "--reason", "why")

    assert 2 == answer.code
    assert (f"{tmp_path} is not an empty folder: an earlier export may have ended half-way: "
            "delete it, or name another folder." in answer.err)
