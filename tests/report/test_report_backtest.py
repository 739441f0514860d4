"""What a change would have made of the log: counts and cases side by side."""
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.event.finding import Finding
from broker.report.backtest import (
    CASE_COLUMNS,
    Count,
    Effect,
    backtest_json,
    case_row,
    compared,
    side_words,
    summary_lines,
)
from broker.vocabulary.words import FindingState, Severity
from tests.report.conftest import Reports

Told = Callable[..., Reports]


@pytest.fixture
def found(girl: Told) -> Finding:
    """A finding of M01."""
    return girl().open()[0]


def test_what_appears_what_goes_and_what_differs(found: Finding) -> None:
    """Each is a case with both sides; what is the same is only counted."""
    kept, gone, new = (replace(found, finding_id=each) for each in ("M01-a", "M01-b", "M01-c"))
    worse = replace(found, finding_id="M01-d", severity=Severity.HIGH)
    better = replace(worse, severity=Severity.LOW)
    done = compared([kept, gone, better], [kept, new, worse], upto=found.since, changes=["x"])

    assert {("M01-b", Effect.GOES), ("M01-c", Effect.APPEARS), ("M01-d", Effect.DIFFERS)} == {
        (each.finding.finding_id, each.effect) for each in done.cases}
    assert (Count("M01", found.name, before=3, after=3, appears=1, goes=1, differs=1,
                  children=1),) == done.counts
    assert Severity.HIGH is next(each.after.severity for each in done.cases
                                 if each.before and each.after)


def test_a_certainty_that_moves_alone_is_no_case(found: Finding) -> None:
    """As it is no news in the run itself."""
    done = compared([found], [replace(found, certainty=0.96)], upto=found.since, changes=["x"])

    assert () == done.cases


@pytest.mark.parametrize("change", [
    {"state": FindingState.RESOLVED}, {"historical": True}, {"severity": Severity.LOW}])
def test_what_a_reader_would_see_change_is_a_case(found: Finding,
                                                  change: dict[str, object]) -> None:
    """Its state, its severity, whether it is history."""
    other = replace(found, **change)  # type: ignore[arg-type] # one field of its own kind

    assert [Effect.DIFFERS] == [each.effect for each in compared(
        [found], [other], upto=found.since, changes=["x"]).cases]


def test_what_began_before_the_time_asked_about_is_left_out(found: Finding) -> None:
    """Unless it began later on one of the two sides."""
    later = replace(found, since=found.since + timedelta(hours=1))
    for before, after, count in (([found], [], 0), ([later], [], 1), ([found], [later], 1)):
        done = compared(before, after, upto=later.since, changes=["x"], since=later.since)

        assert count == len(done.cases)


def test_the_most_severe_case_comes_first(found: Finding) -> None:
    """As in every list of findings."""
    low = replace(found, finding_id="M01-a", severity=Severity.LOW)
    done = compared([], [low, found], upto=found.since, changes=["x"])

    assert [found, low] == [each.after for each in done.cases]


def test_the_machine_forms_hold_both_sides_and_whom_it_is_about(found: Finding) -> None:
    """A case of JSON has two findings or one; a row of CSV has a column for each side."""
    done = compared([found], [], upto=found.since, changes=["without M01"])
    [case] = backtest_json(done)["cases"]
    row = case_row(done.cases[0])

    assert ("goes", found.finding_id, None, ["police:N1", "riverside:R1"]) == (
        case["effect"], case["before"]["id"], case["after"], case["known_as"])
    assert set(CASE_COLUMNS) == set(row)
    assert ("critical", None, "police:N1 riverside:R1") == (
        row["severity_before"], row["severity_after"], row["known_as"])


def test_the_summary_says_what_was_changed_and_what_that_comes_to(found: Finding) -> None:
    """In two lines."""
    done = compared([found], [], upto=found.since, changes=["without M01", "late_hours 1"])

    assert ["The log up to Sun 01 Mar 2026 21:35, with: without M01; late_hours 1.",
            "0 would appear, 1 would go, 0 would differ; 1 child concerned."] == list(
        summary_lines(done))
    assert ["critical, open, Sun 01 Mar 2026 21:35", "–"] == [
        side_words(each) for each in (done.cases[0].before, done.cases[0].after)]
