"""The sector's sample returns beside the repository, from the folder to the findings.

One run of the looked-after children return, as of two days eight years apart, serves all tests.
"""
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.backends.clock import ManualClock
from broker.bootstrap import open_memory
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.event.finding import Finding
from broker.pipeline.check import CheckCount
from broker.pipeline.publish_report import PublishReport
from broker.report.findings import in_order, stored_findings
from broker.vocabulary.words import FindingState
from tests.pipeline.conftest import Bench

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
IN_2018 = datetime(2018, 6, 15, 8, tzinfo=UTC)
IN_2026 = datetime(2026, 11, 26, 9, tzinfo=UTC)
beside = pytest.mark.skipif(
    not DATA.is_dir(), reason="the sector's files are not beside the repository (../shared/data)")

Row = tuple[str, str, str, str]
# What a sentence says that no other kind's does, the first that fits, and what the page calls it.
KINDS = (
    ("and is recorded as ended", "police protection ended after four days or more"),
    ("has a reason for its end on record and no day of it",
     "police protection left open: a reason for its end, and no day"),
    ("have not been heard at all", "missing, and no police record"),
    ("looked after since before",
     "in care since before the first row, and no review for 6 months"),
    ("(the first within 20 working days)", "no first review within 20 working days"),
    ("(the second within 3 months)", "no second review within 3 months"),
    ("(within 6 months)", "no further review within 6 months"),
)
OVER = "over: a review was held since, or the child is of age"
FOUND: dict[Row, tuple[int, int]] = {
    ("L03", KINDS[0][1], "high", "historical"): (104, 104),
    ("L03", KINDS[1][1], "high", "historical"): (77, 77),
    ("M02", KINDS[2][1], "critical", "historical"): (19, 19),
    ("T03", KINDS[4][1], "medium", "historical"): (22, 3),
    ("T03", KINDS[5][1], "medium", "historical"): (6, 1),
    ("T03", KINDS[6][1], "medium", "historical"): (41, 57),
    ("T03", KINDS[3][1], "medium", "historical"): (375, 284),
    ("T03", OVER, "medium", "historical"): (0, 264),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """One load of a folder: what was read, what the check did, and all findings after it."""

    read: PublishReport
    checked: CheckCount
    found: Sequence[Finding]


def loaded(bench: Bench, name: str) -> Loaded:
    """Publish a folder of the sector's as extracted now, and check."""
    read = bench.publish_path("council", DATA / name)
    checked = bench.concord.check()
    with bench.concord.store.view() as view:
        return Loaded(read, checked, in_order(stored_findings(view, bench.concord.codec)))


def bench_at(folder: Path, moment: datetime) -> Bench:
    """A partnership whose agreements have been in force since 2015, at a moment."""
    bench = Bench(folder)
    bench.clock = ManualClock(moment)
    bench.concord = open_memory(parse(tomllib.loads(CONFIGURATION.replace(
        "\nstarts = 2020-01-01", "\nstarts = 2015-01-01"))), bench.clock)
    return bench


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Loaded, Loaded]:
    """The looked-after return in 2018, and the same folder once more in 2026."""
    bench = bench_at(tmp_path_factory.mktemp("sector"), IN_2018)
    before = loaded(bench, "ssda903")
    bench.clock.advance(IN_2026 - IN_2018)
    return before, loaded(bench, "ssda903")


def kind_of(finding: Finding) -> Row:
    """The row of the page's table that a finding belongs to."""
    what = OVER if finding.state is FindingState.RESOLVED else next(
        name for words, name in KINDS if words in finding.sentence)
    return (finding.code, what, finding.severity.value.lower(),
            "historical" if finding.historical else "live")


@beside
def test_the_whole_return_is_read_and_no_rule_crashes(both: tuple[Loaded, Loaded]) -> None:
    """All its dirt is carried by row, and what came twice is said once."""
    before, after = both

    assert (25_945, 0, []) == (before.read.read, before.read.rejected, before.read.refused)
    assert [(before.read.statements, {}), (after.read.statements, {})] == [
        (each.checked.accepted, each.checked.crashed_rules) for each in both]
    assert (25_945, 0, 4_555, 15_795) == (
        after.read.read, after.read.rejected, after.read.statements, after.read.unchanged)


@beside
def test_what_every_rule_finds_in_the_return_is_what_was_checked_by_hand(
        both: tuple[Loaded, Loaded]) -> None:
    """By rule, kind, severity and whether it is history, as of both days."""
    before, after = (Counter(map(kind_of, each.found)) for each in both)

    assert FOUND == {row: (before[row], after[row]) for row in before | after}


@beside
def test_the_censuses_are_read_and_no_rule_finds_anything(tmp_path: Path) -> None:
    """Everything in them was done in time or is over; and twice is once."""
    bench = bench_at(tmp_path, IN_2026)

    first, again = loaded(bench, "cin"), bench.publish_path("council", DATA / "cin")

    assert (33, 2, [], {}, []) == (first.read.read, first.read.rejected, first.read.refused,
                                   first.checked.crashed_rules, first.found)
    assert (33, 0, 2, 0) == (again.read, again.published, again.rejected, again.statements)


def test_the_page_shows_what_is_found() -> None:
    """docs/sector-files.md has the same table, in the same order."""
    page = (ROOT / "docs" / "sector-files.md").read_text(encoding="utf-8")
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|"))
            for line in page.splitlines() if re.match(r"\| [A-Z]\d\d \|", line)]

    assert [(*row, *map(str, counts)) for row, counts in FOUND.items()] == rows
