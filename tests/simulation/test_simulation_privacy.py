"""A full run over a made-up partnership: nothing of the input in any log, error or count."""
import csv
import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from broker.case.case import Case
from broker.errors import ConcordError
from broker.pipeline import evaluate
from broker.rules.catalogue import RULES
from broker.rules.limits import Limits
from broker.rules.rule import Yielded
from broker.world import WorldPlan, build, extract_time, write_all, write_config
from tests.cli.conftest import Cli

pytestmark = pytest.mark.slow

PLAN = WorldPlan(seed=5, children=40, days=3)

NAMES = {"given_name", "surname", "former_surname", "preferred_name", "pers_forename",
         "pers_surname"}
DATES = {"date_of_birth", "pers_dob", "pers_expected_dob"}
NUMBERS = {"nhs_number", "pnc_id", "pers_common_child_id", "link_identifier_value", "phone",
           "la_child_id", "nominal_id", "resident_ref", "pers_person_id", "child_nominal_id",
           "subject_nominal_id"}
POSTCODES = {"home_postcode", "location_postcode", "found_postcode", "address_postcode",
             "addr_address_postcode", "clap_cla_placement_postcode"}
ADDRESSES = {"home_address", "address_line"}
WORD = re.compile(r"[\w+-]+(?:'\w+)*")


@dataclass
class Heard:
    """All that the run has said where nobody's details may be said."""

    lines: list[str] = field(default_factory=list)

    def told(self, secrets: set[str]) -> list[str]:
        """The secrets that were said, each as a whole word."""
        text = "\n".join(self.lines).casefold()
        words = {part for word in WORD.findall(text) for part in (word, *word.split("-"))}
        return sorted(each for each in secrets
                      if (each in words if WORD.fullmatch(each) else each in text))


class _Everything(logging.Handler):
    def __init__(self, heard: Heard):
        super().__init__(logging.DEBUG)
        self._heard = heard
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.lines.append(self.format(record))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """Every log line of every library, and the text of every error of ours, caught or not."""
    heard = Heard()

    def spied(self: ConcordError, *texts: object) -> None:
        Exception.__init__(self, *texts)
        heard.lines.append(str(self))

    monkeypatch.setattr(ConcordError, "__init__", spied)
    root, handler = logging.getLogger(), _Everything(heard)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield heard
    root.removeHandler(handler)
    root.setLevel(level)


def cells_below(folder: Path) -> Iterator[tuple[str, str]]:
    """(column, value) of every cell of every file."""
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from ((name, value) for name, value in row.items() if value)


def secrets_of(folder: Path) -> set[str]:
    """Every name, date of birth, number, id, postcode and address, in the forms it may take."""
    found: set[str] = set()
    for column, value in cells_below(folder):
        if column in NAMES:
            found |= {value, *value.split(" ")}
        elif column in DATES:
            year, month, day = value[:10].split("-")
            found |= {value[:10], f"{day}/{month}/{year}", f"{year}{month}{day}"}
        elif column in POSTCODES:
            found |= {value, value.replace(" ", "")}
        elif column in NUMBERS | ADDRESSES:
            found.add(value)
    return {each.casefold() for each in found if len(each) > 2}


def spoilt(folder: Path) -> None:
    """Bad rows whose bad values are people's details: too many cells, and a wrong time."""
    for path in folder.rglob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) < 2:
            continue
        header, first = lines[0].split(","), next(csv.reader([lines[1]]))
        wrong = list(first)
        for place, name in enumerate(header):
            if name in {"updated_at", "date_of_birth", "pers_dob"}:
                wrong[place] = first[1]
        lines += [f"{lines[1]},{first[-1]}", ",".join(wrong)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _crashing(case: Case, limits: Limits) -> Iterator[Yielded]:
    raise ValueError(str(case.statements[0] if hasattr(case, "statements") else case))
    yield


def run(cli: Cli, heard: Heard, *words: str | Path, counts: bool = False) -> Any:
    """Run a command and keep what it says on standard error, and its counts where asked."""
    answer = cli(*words)
    heard.lines.append(answer.err)
    if counts:
        heard.lines.append(answer.out)
    return answer


def test_nothing_of_the_input_is_said_where_it_must_not_be(
        heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish, check, deliver, decide, read, fail: no name, date, number, postcode, address."""
    world = build(PLAN)
    drop = tmp_path / "drop"
    write_all(world, drop)
    secrets = secrets_of(drop)
    spoilt(drop)
    cli = Cli(tmp_path / "home")
    cli.home.mkdir()
    write_config(world, cli.home / "concord.toml")
    cli.now = extract_time(world, PLAN.days - 1).isoformat()
    crashing = replace(RULES[0], code="X01", function=_crashing)
    monkeypatch.setattr(evaluate, "RULES", (*RULES, crashing))

    watching = Cli(tmp_path / "watched")
    shutil.copytree(cli.home, watching.home)
    watching.now = cli.now
    watched = run(watching, heard, "run", "--root", drop, "--turns", "1", counts=True)
    published = run(cli, heard, "publish", "--root", drop)
    checked = run(cli, heard, "check", counts=True)
    run(cli, heard, "deliver", counts=True)
    findings = run(cli, heard, "findings", "--state", "all", "--format", "json").json
    for finding in findings[:5]:
        run(cli, heard, "explain", finding["id"])
        run(cli, heard, "decide", finding["id"], "dismissed", "--by", "a", "--reason", "b")
    run(cli, heard, "people", "list")
    run(cli, heard, "people", "review")
    for form in ("text", "csv", "json"):
        run(cli, heard, "rejects", "list", "--format", form, counts=True)
    run(cli, heard, "rejects", "redrive", "--by", "a", "--reason", "b", counts=True)
    run(cli, heard, "held", "list")
    run(cli, heard, "status", counts=True)
    run(cli, heard, "audit", "verify", counts=True)
    run(cli, heard, "audit", "export", "--out", tmp_path / "audit.jsonl")
    heard.lines.append((tmp_path / "audit.jsonl").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(cli.home / "concord.db")) as store, store:
        store.execute("UPDATE statements SET value = substr(value, 1, length(value) - 3)")
        store.execute("INSERT OR REPLACE INTO dirty (person_key)"
                      " SELECT DISTINCT person_key FROM statements")
    damaged = run(cli, heard, "check")

    assert (3, 3, 2) == (published.code, max(3, checked.code), damaged.code)
    assert "rule X01 crashed" in checked.out
    assert "rejected" in published.out
    assert published.out.count("  rejected ") == watched.out.count("`concord rejects show ")
    assert "unknown value" in watched.out
    assert len(secrets) > 300, "a search for nothing would find nothing"
    assert Heard([published.out]).told(secrets), "publish's own output shows the bad values"
    assert findings
    assert [] == heard.told(secrets)
