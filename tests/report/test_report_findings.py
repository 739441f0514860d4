"""Findings in words: the order and the state."""
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from broker.report.findings import in_order, state_words
from broker.vocabulary.words import Severity
from tests.report.conftest import Reports

Told = Callable[..., Reports]


def test_history_comes_after_what_is_live_of_the_same_severity(girl: Told) -> None:
    """However long it has stood; and before what is less severe."""
    live = girl().open()[0]
    history = replace(live, historical=True, since=live.since - timedelta(days=90))
    lesser = replace(live, severity=Severity.HIGH)

    assert [live, history, lesser] == in_order([lesser, history, live])
    assert ["open", "open, historical"] == [state_words(each) for each in (live, history)]
