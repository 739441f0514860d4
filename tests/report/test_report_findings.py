"""Findings in words: the order, the state, and what people decided."""
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from broker.event.finding import FindingDecided
from broker.report.findings import decision_json, explained, in_order, state_words
from broker.vocabulary.words import FindingDecision, Severity
from tests.report.conftest import Reports

Told = Callable[..., Reports]


def test_a_decision_on_other_evidence_says_so(girl: Told) -> None:
    """Somebody wrote since: whoever reads must not take the decision for one on what is shown."""
    reports = girl()
    finding = reports.open()[0]
    decided = FindingDecided(
        decision_id=UUID(int=1), finding_id=finding.finding_id,
        decision=FindingDecision.DISMISSED, evidence_digest=finding.evidence_digest, by="a.lead",
        reason="being mended", made_at=reports.clock.now())
    since = replace(finding, evidence_digest="another")

    lines = [[line for line in explained(each, [decided]) if line.startswith("Dismissed by")]
             for each in (finding, since)]

    words = "Dismissed by a.lead, Sun 01 Mar 2026 22:00: being mended"
    assert [[words], [f"{words} (the evidence has changed since)"]] == lines
    assert [True, False] == [decision_json(decided, each)["evidence_unchanged"]
                             for each in (finding, since)]


def test_history_comes_after_what_is_live_of_the_same_severity(girl: Told) -> None:
    """However long it has stood; and before what is less severe."""
    live = girl().open()[0]
    history = replace(live, historical=True, since=live.since - timedelta(days=90))
    lesser = replace(live, severity=Severity.HIGH)

    assert [live, history, lesser] == in_order([lesser, history, live])
    assert ["open", "open, historical"] == [state_words(each) for each in (live, history)]
