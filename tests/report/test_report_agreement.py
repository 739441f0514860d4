"""How often two agencies describe the same happening alike."""
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from broker.report.agreement import (
    ABSENCE,
    CONCERN,
    RISK,
    Agreement,
    Description,
    Happening,
    agreement_json,
    agreement_table,
    alike,
    happenings_of,
)
from broker.report.intervals import wilson
from tests.report.conftest import Reports

Told = Callable[..., Reports]
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def words(*said: str) -> frozenset[str]:
    """Neutral words."""
    return frozenset(said)


def night(left: str, right: str, minutes: int = 10) -> Happening:
    """One absence as a home and the police have it, the police so much later."""
    return Happening(ABSENCE, (
        Description("riverside", words(left), NOON),
        Description("police", words(right), NOON + timedelta(minutes=minutes))))


@pytest.mark.parametrize(("kind", "left", "right", "same"), [
    (ABSENCE, words("missing"), words("missing"), True),
    (ABSENCE, words("missing"), words("concern for safety"), False),
    (ABSENCE, words("whereabouts known"), words("concern for safety"), True),
    (RISK, words("low"), words("high"), False),
    (CONCERN, words("neglect", "domestic abuse"), words("neglect"), True),
    (CONCERN, words("neglect"), words("sexual abuse"), False),
])
def test_what_is_alike(kind: str, left: frozenset[str], right: frozenset[str], same: bool) -> None:
    """Either way round."""
    assert [same, same] == [alike(kind, left, right), alike(kind, right, left)]


def test_a_pair_is_counted_with_its_median_delay() -> None:
    """Three nights, of which two alike; 10, 20 and 60 minutes apart."""
    table = agreement_table([night("missing", "missing", 10), night("missing", "missing", 20),
                             night("missing", "concern for safety", 60)])

    assert [Agreement(ABSENCE, "police", "riverside", wilson(2, 3),
                      timedelta(minutes=20))] == table
    assert (3, 1) == (table[0].both, table[0].differ)


def test_the_machine_form() -> None:
    """Shares as fractions, the delay in minutes."""
    [table] = agreement_table([night("missing", "missing")])

    assert {"kind": ABSENCE, "left": "police", "right": "riverside", "both": 1, "agree": 1,
            "differ": 0, "share": 1.0, "low": 0.207, "high": 1.0,
            "median_delay_minutes": 10} == agreement_json(table)


def test_a_night_in_two_words_is_a_happening_both_describe(girl: Told) -> None:
    """The police incident speaks where no missing report does; risk is the home's alone."""
    _, case = girl().case()

    found = list(happenings_of(case))

    assert [ABSENCE] == [each.kind for each in found]
    assert {"riverside": words("missing"), "police": words("concern for safety")} == {
        said.agency: said.words for said in found[0].descriptions}
