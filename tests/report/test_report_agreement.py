"""How often two agencies describe the same happening alike."""
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker.case.case import Received, build_case
from broker.case.reach import Reach
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
from tests.rules.conftest import PARTNERSHIP, statements_of

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


def concerns_of(*said: dict[str, Any]) -> list[dict[str, frozenset[str]]]:
    """The kinds of harm by agency, of each happening in these statements."""
    case = build_case("child", [Received(each, NOON) for each in statements_of(list(said), NOON)],
                      now=NOON, partnership=PARTNERSHIP, reach=Reach())
    return [{each.agency: each.words for each in happening.descriptions}
            for happening in happenings_of(case) if happening.kind == CONCERN]


NOTICE: dict[str, Any] = {"police concern": {
    "record": "PPN1", "source": "police_notice", "raised": "2026-02-02 15:00",
    "categories": ["sexual_exploitation", "missing"]}}
REFERRAL: dict[str, Any] = {"council referral": {
    "record": "RF1", "kind": "referral", "received": "2026-02-04 00:00"}}
ASSESSMENT: dict[str, Any] = {"council assessment": {
    "record": "AS1", "factors": ["neglect"], "references": [
        {"scheme": "referral", "value": "RF1"}]}}


def test_a_notice_is_laid_beside_the_assessment_it_led_to() -> None:
    """A referral two days later, and what its assessment found."""
    assert [{"police": words("sexual exploitation", "missing"), "council": words("neglect")}] == \
        concerns_of(NOTICE, REFERRAL, ASSESSMENT)


def test_a_referral_of_another_month_is_another_concern() -> None:
    """Nothing that both describe."""
    earlier = {"council referral": {**REFERRAL["council referral"],
                                    "received": "2026-01-05 00:00"}}

    assert [] == concerns_of(NOTICE, earlier, ASSESSMENT)


def test_a_homes_notification_of_the_same_day() -> None:
    """Police and home, of one evening; other words that name no kind are not said."""
    home = {"riverside concern": {"record": "NT1", "source": "home_notification",
                                  "raised": "2026-02-02 22:00",
                                  "categories": ["sexual_exploitation", "other"]}}

    assert [{"police": words("sexual exploitation", "missing"),
             "riverside": words("sexual exploitation")}] == concerns_of(NOTICE, home)
