"""The page on the JSON that commands print says what they print, no more and no less."""
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from broker.cli import main
from tests.docs.console import ROOT
from tests.docs.json_runs import Printed, made, nodes
from tests.docs.test_docs_complete import typed

TEXT = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
OR_NULL = " or null"
# What none of the runs brings about, and why.
NEVER_SEEN = {
    "finding agency": "only a rule about an agency as a whole names one, after weeks of its feed",
    "notice told action": "only the rules on allegations ask a recipient for something else",
    "backtest cases[].agency": "only a rule about an agency as a whole names one",
    "erase raised[]": "here nothing that is left misses what went",
    "missing [].recorded_death[]": "nobody here is missing and dead",
    "people review [].holds_back[]": "nothing that is not raised here waits for a pair",
    "people explain held": "only the newborn and twins are kept for a person so",
    "people explain path[].from": "whoever is one child here is so by their own two records",
    "people explain path[].to": "whoever is one child here is so by their own two records",
    "people explain path[].probability": "whoever is one child here is so by their own records",
    "people explain path[].judged": "whoever is one child here is so by their own two records",
    "check crashed_rules.CODE": "a rule that fails is a fault",
    "publish notes[].file": "only a snapshot has notes, and rows of nobody who is described",
    "publish notes[].note": "only a snapshot has notes, and rows of nobody who is described",
    "publish skipped_reasons.REASON": "only a return skips rows",
    "identity model hot_keys[]": "the model that ships has none",
    "status only_returns[]": "every agency of the demo sends its own files",
    "status services.SERVICE": "only the served form has services",
    "status undescribed[].agency": "every agency of the demo says who its rows are about",
    "status undescribed[].system": "every agency of the demo says who its rows are about",
    "audit verify first_altered": "nobody alters a chain here",
    "audit verify reason": "nobody alters a chain here",
    "schemas publish RECORD": "an embedded registry has everything from the start",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A key as the page has it, in which shape or command, and what may stand there."""

    place: str
    key: str
    type: str

    def fits(self, path: str) -> bool:
        """Whether it is the place of a value; a word in capitals stands for any key."""
        return pattern_of(self.key).fullmatch(path) is not None

    def takes(self, value: Any) -> bool:
        """Whether a value is what the page says."""
        if value is None:
            return self.type.endswith(OR_NULL)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return {
            "text": isinstance(value, str), "time": is_time(value),
            "whole": is_number and isinstance(value, int), "number": is_number,
            "yes or no": isinstance(value, bool), "list": isinstance(value, list),
            "object": isinstance(value, dict), "statement": isinstance(value, dict),
        }[self.type.removesuffix(OR_NULL)]


@cache
def pattern_of(key: str) -> re.Pattern[str]:
    """What the places of a key look like."""
    return re.compile(re.sub(r"\b[A-Z]+\b", "[^.]+", re.escape(key)))


def is_time(value: object) -> bool:
    """ISO 8601 with an offset."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def tables() -> dict[str, list[Row]]:
    """The rows of each shape and command, by its heading."""
    found: dict[str, list[Row]] = {}
    for part in re.split(r"^##+ ", TEXT, flags=re.MULTILINE)[1:]:
        name = part.partition("\n")[0].removeprefix("concord ")
        rows = [Row(name, key, kind) for key, kind in re.findall(
            r"^\| `([^`]+)` \| ([^|]+) \|", part, re.MULTILINE)]
        if rows:
            found[name] = rows
    return found


TABLES = tables()
COMMANDS = [name.removeprefix("concord ") for name in typed(main.commands(), "concord")]


def expanded(rows: list[Row], within: str = "") -> Iterator[tuple[Row, Row]]:
    """Each row with the one that the page has for it: a shape brings its own."""
    for row in rows:
        key = ".".join(each for each in (within, row.key) if each not in ("", "."))
        shape = re.match(r"\[(.+)\]\(#.+\)", row.type)
        if shape is None:
            yield Row(row.place, key, row.type), row
            continue
        if key:
            null = OR_NULL if row.type.endswith(OR_NULL) else ""
            yield Row(row.place, key, f"object{null}"), row
        yield from expanded(TABLES[shape[1]], key)


def wrong_in(rows: list[Row], value: Any) -> Iterator[str]:
    """What a command prints that its table does not have."""
    statements = [each for each in rows if each.type == "statement"]
    for path, said in nodes(value):
        if any(re.fullmatch(re.escape(each.key) + r"[.\[].+", path) for each in statements):
            continue
        fitting = [each for each in rows if each.key == path] or [
            each for each in rows if each.fits(path)]
        if isinstance(said, dict | list) and not fitting:
            continue  # what is in it has rows
        if not any(each.takes(said) for each in fitting):
            yield f"{path}: {type(said).__name__}"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """What every command prints."""
    return made(tmp_path_factory.mktemp("json"))


@pytest.mark.slow
@pytest.mark.parametrize("command", [each for each in TABLES if each in COMMANDS])
def test_every_key_that_is_printed_is_on_the_page(printed: Printed, command: str) -> None:
    """With a type that takes what stands there."""
    rows = [each for each, _ in expanded(TABLES[command])]

    assert set() == {each for value in printed[command] for each in wrong_in(rows, value)}


@pytest.mark.slow
def test_every_key_on_the_page_is_printed(printed: Printed) -> None:
    """By some command, in some run; but for those that no run can bring about."""
    seen: set[str] = set()
    for command, values in printed.items():
        rows = list(expanded(TABLES[command]))
        places = {path for value in values for path, said in nodes(value) if said is not None}
        seen |= {f"{of.place} {of.key}" for row, of in rows if any(map(row.fits, places))}

    assert set(NEVER_SEEN) == {
        f"{row.place} {row.key}" for rows in TABLES.values() for row in rows
        if row.key != "."} - seen


def options_of(command: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every command that can be typed, and its options by their names."""
    below: dict[str, Any] | None = getattr(command, "commands", None)
    if below is None:
        yield path, {name: each for each in command.params for name in each.opts}
        return
    for name, each in below.items():
        yield from options_of(each, f"{path} {name}".strip())


def test_every_command_that_prints_json_has_a_table_and_no_other() -> None:
    """A new one is documented before it is there."""
    found = {name for name, options in options_of(main.commands(), "")
             if {"--format", "--json"} & options.keys()}

    assert found == {each for each in TABLES if each in COMMANDS}


def test_a_key_that_is_not_on_the_page_is_named() -> None:
    """With its place; so is a value of another type, and a null where none may be."""
    rows = [Row("x", "a", "whole"), Row("x", "b[].at", "time or null"), Row("x", "c.NAME", "text"),
            Row("x", "d", "statement")]

    assert ["a: str", "b[].at: int", "b[].by: str", "e: NoneType"] == list(wrong_in(rows, {
        "a": "1", "b": [{"at": None}, {"at": 3, "by": "x"}], "c": {"police": "y"},
        "d": {"anything": 1}, "e": None}))
    assert [] == list(wrong_in(rows, {"a": 1, "b": [{"at": "2026-03-01T21:20:00+00:00"}]}))
