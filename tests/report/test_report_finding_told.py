"""A finding explained: one view for terminal, machine and page."""
import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID
from xml.etree import ElementTree

import pytest

from broker.event.finding import FindingDecided
from broker.findings.finding import ASK_FIRST, next_step
from broker.pipeline.decide import decide_finding
from broker.report.finding_told import (
    FindingTold,
    Looked,
    decision_lines,
    finding_told,
    told_json,
    told_lines,
    told_page,
)
from broker.report.reading import members_named, one_case
from broker.report.timeline import CONCORD, Kind
from broker.vocabulary.words import FindingDecision, FindingState
from tests.pipeline.conftest import ABSENCES, INCIDENTS, MISSING_FROM_HOME
from tests.report.conftest import Reports

Told = Callable[..., Reports]


def told_of(reports: Reports) -> FindingTold:
    """The explanation of M01, as the command makes it."""
    concord = reports.concord
    [found] = [each for each in reports.open() if each.code == "M01"]
    with concord.store.view() as view:
        members = members_named(view, concord.codec, found.finding_id)
        case = one_case(view, concord.log, concord.evaluator(), members, concord.clock.now())
        return finding_told(view, concord.codec, found, concord.settings.partnership, case,
                            concord.limits)


@pytest.fixture
def told(girl: Told) -> FindingTold:
    """A girl is missing to her home and a concern to the police; the home writes again later."""
    reports = girl()
    reports.later(hours=2)
    reports.publish("riverside", absences=[ABSENCES, MISSING_FROM_HOME.replace(
        ",high,", ",medium,").replace("21:31:00Z", "23:32:00Z")])
    return told_of(reports)


def test_each_account_has_its_three_times(told: FindingTold) -> None:
    """Occurred, recorded and received are never merged."""
    accounts = told_json(told)["accounts"]

    assert [
        ("riverside", "Riverside House", "2026-03-01T20:30:00+00:00",
         "2026-03-01T21:31:00+00:00", "2026-03-01T22:00:00+00:00"),
        ("police", "North Valley Police", "2026-03-01T21:30:00+00:00",
         "2026-03-01T21:35:00+00:00", "2026-03-01T22:00:00+00:00"),
    ] == [(each["agency"], each["name"], each["occurred"]["start"], each["recorded_at"],
           each["received_at"]) for each in accounts]


def test_the_timeline_says_who_knew_what_when(told: FindingTold) -> None:
    """What happened by each account, who wrote it, when Concord heard, since when it stands; and
    a later version of a record it rests on."""
    rows = [(f"{each.at:%H:%M}", each.who, each.kind, each.words) for each in told.rungs]

    assert [
        ("20:30", "Riverside House", Kind.HAPPENED, "last seen (A1)"),
        ("21:20", "Riverside House", Kind.HAPPENED, "noticed (A1)"),
        ("21:25", "Riverside House", Kind.HAPPENED, "told police (A1)"),
        ("21:30", "North Valley Police", Kind.HAPPENED, "reported (INC1/N1)"),
        ("21:30", "Riverside House", Kind.HAPPENED, "told authority (A1)"),
        ("21:31", "Riverside House", Kind.WROTE, "A1"),
        ("21:35", "North Valley Police", Kind.WROTE, "INC1/N1"),
        ("21:35", CONCORD, Kind.STANDS, "M01 from here on"),
        ("22:00", CONCORD, Kind.RECEIVED,
         "A1 from Riverside House; INC1/N1 from North Valley Police"),
        ("23:32", "Riverside House", Kind.WROTE, "another version of A1"),
        ("00:00", CONCORD, Kind.RECEIVED, "another version of A1 from Riverside House"),
    ] == rows


def test_other_rules_are_told_with_what_they_came_to(told: FindingTold) -> None:
    """What looked and found nothing, what had nothing to look at, and what lacked a fact."""
    looked = {each.code: each for each in told.others}

    assert "M01" not in looked
    assert (Looked.CLEAR, Looked.NOTHING, Looked.NOT_EVALUATED) == tuple(
        looked[code].looked for code in ("D01", "P01", "G02"))
    assert 1 == len(looked["G02"].missing)
    lines = list(told_lines(told))
    assert any(line.startswith("  G02 grade.not_met: not evaluated, for want of ")
               for line in lines)
    assert any(line.startswith("  Found nothing: ") and " D01," in line for line in lines)


def test_a_rule_that_raised_something_too_is_named_with_its_finding(girl: Told) -> None:
    """So that a reader sees what belongs together."""
    reports = girl()
    reports.later(hours=1)
    reports.publish("police", incidents=[INCIDENTS, (
        "INC1,N1,2026-03-01T21:30:00Z,care_home,SC012345,Concern for safety,,Priority,Scheduled,"
        "2026-03-01T21:40:00Z,,,,,,,,2026-03-01T21:41:00Z")])
    told = told_of(reports)
    raised = {each.code: each.raised for each in told.others if each.looked is Looked.RAISED}
    found = {each.code: (each.finding_id,) for each in reports.open() if each.code != "M01"}

    assert {"G01"} == found.keys()
    assert found == raised


def test_a_decision_on_other_evidence_says_so(girl: Told) -> None:
    """Somebody wrote since: whoever reads must not take the decision for one on what is shown."""
    told = told_of(girl())
    decided = FindingDecided(
        decision_id=UUID(int=1), finding_id=told.finding.finding_id,
        decision=FindingDecision.DISMISSED, evidence_digest=told.finding.evidence_digest,
        by="a.lead", reason="being mended", made_at=told.finding.since)
    since = replace(told.finding, evidence_digest="another")

    lines = [next(decision_lines(replace(told, finding=each, decisions=(decided,))))
             for each in (told.finding, since)]

    words = "Dismissed by a.lead, Sun 01 Mar 2026 21:35: being mended"
    assert [words, f"{words} (the evidence has changed since)"] == lines


def test_what_people_decided_is_on_the_timeline(girl: Told) -> None:
    """With who, and when."""
    reports = girl()
    reports.later(minutes=30)
    concord = reports.concord
    decide_finding(concord.store, concord.codec, told_of(reports).finding.finding_id,
                   FindingDecision.CONFIRMED, "s.lead", "rang them", reports.clock.now())
    [found] = [each for each in reports.check() if each.code == "M01"]
    with concord.store.view() as view:
        told = finding_told(view, concord.codec, found, concord.settings.partnership, None,
                            concord.limits)

    assert [(Kind.DECIDED, "confirmed by s.lead")] == [
        (each.kind, each.words) for each in told.rungs if each.at == reports.clock.now()]
    assert () == told.others


def test_the_page_draws_the_timeline_and_says_the_same_in_words(told: FindingTold) -> None:
    """Self-contained; a shape for each kind, so that colour is never the only sign; the picture
    has a name and a description, and a table stands beside it."""
    page = told_page(told, partnership="North Valley", made_at=told.finding.since)
    [svg] = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    picture = ElementTree.fromstring(svg)  # noqa: S314 # it is our own
    marks = [next(iter(each)).tag for each in picture.iter("g")]

    assert ["circle"] * 5 + ["rect"] * 2 + ["path"] * 2 + ["rect", "path"] == marks
    assert ("img", "ladder-title") == (picture.get("role"), picture.get("aria-labelledby"))
    assert "21:25, Riverside House says it happened: told police (A1);" in (
        picture.findtext("desc") or "")
    assert len(told.rungs) == page.count('<th scope="row" class="when">')
    assert [] == re.findall(r'(?:src|href)="(?!#)', page)


def test_nothing_of_a_page_is_taken_for_markup(told: FindingTold) -> None:
    """What an agency wrote is shown as it wrote it."""
    account = replace(told.accounts[0], evidence=replace(
        told.accounts[0].evidence, says="<script>alert(1)</script>"))
    page = told_page(replace(told, accounts=(account,)), partnership="North Valley",
                     made_at=told.finding.since)

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(("state", "late", "asks"), [
    (FindingState.OPEN, False, "ring them"),
    (FindingState.CONFIRMED, False, "ring them"),
    (FindingState.RESOLVED, True, "ring them"),
    (FindingState.RESOLVED, False, "Nothing more on this finding: it is over. That is no word "
                                   "that the child is safe."),
    (FindingState.WITHDRAWN, False, "Nothing more on this finding: it is over. That is no word "
                                    "that the child is safe.")])
def test_what_is_over_gives_no_order(
        told: FindingTold, state: FindingState, late: bool, asks: str) -> None:
    """Nobody is sent out by a finding that does not stand, in text or on the page; what was done
    late says itself what is left."""
    finding = replace(told.finding, state=state, action="ring them", done_late=late,
                      until=None if state in (FindingState.OPEN, FindingState.CONFIRMED)
                      else told.finding.since)
    over = replace(told, finding=finding)

    assert f"What to do next: {asks}" in list(told_lines(over))
    page = told_page(over, partnership="North Valley", made_at=told.finding.since)
    assert f"<strong>What to do next:</strong> {asks}</p>" in page


def test_what_is_over_still_says_whom_to_ask_before_the_family(told: FindingTold) -> None:
    """Where a record has the child dead, right or wrong."""
    over = replace(told.finding, state=FindingState.RESOLVED, until=told.finding.since,
                   action=f"{ASK_FIRST.format('North Valley Council')}; ring them")

    assert next_step(over) == (
        "Nothing more on this finding: it is over. That is no word that the child is safe. "
        f"{ASK_FIRST.format('North Valley Council')}.")
