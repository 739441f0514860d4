"""What becomes of findings when a record has the child dead, rightly or not."""
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker.case.case import Case
from broker.event.finding import Finding
from broker.findings.nearby import Nearby
from broker.findings.reconcile import reconcile
from broker.rules.catalogue import RULES
from broker.rules.evaluate import evaluate
from broker.rules.limits import Limits
from broker.vocabulary.words import FindingState
from tests.rules.conftest import worked_case

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
MISSING = {"riverside missing": {
    "record": "A1", "recorded": "2026-03-02 23:40", "classification": "missing",
    "last_seen": "2026-03-02 20:00", "noticed": "2026-03-02 23:30"}}
BACK = {"riverside missing": {
    "record": "A1", "recorded": "2026-03-04 07:20", "classification": "missing",
    "noticed": "2026-03-02 20:50", "returned": "2026-03-04 07:00"}}
CARE_ENDED = {"council care_period": {
    "record": "E1", "recorded": "2026-03-12 01:00", "start": "2024-01-08", "end": "2026-03-02",
    "end_reason": "E2"}}
DIED = {"council person": {
    "record": "c1", "recorded": "2026-03-12 01:00", "death_date": "2026-03-10"}}
NOT_DIED = {"council person": {"record": "c1", "recorded": "2026-03-18 01:00"}}
SEEN = {"council visit": {"record": "V1", "recorded": "2026-03-18 20:00",
                          "visited": "2026-03-18", "seen": True}}


def case_of(*said: dict[str, Any], now: datetime = NOW) -> Case:
    """The case of these statements, with every feed heard up to now."""
    return worked_case("D05", {"fail": "", "now": now, "said": list(said),
                               "expect": "raised"}).case


def after(code: str, *said: dict[str, Any], before: tuple[Finding, ...] = (),
          now: datetime = NOW) -> tuple[Finding, ...]:
    """The findings of one rule that these statements change or leave, from those before."""
    case = case_of(*said, now=now)
    rules = [rule for rule in RULES if rule.code == code]
    changes = reconcile("child", before, evaluate(case, Limits(), rules), case, (), now).changes
    return tuple(each.finding for each in changes)


@pytest.mark.parametrize("told_before", [True, False])
def test_a_search_that_was_called_for_is_not_called_off_by_one_agencys_record_of_a_death(
        told_before: bool) -> None:
    """Whether the finding was there before the record came, or both come at once."""
    before = after("M02", MISSING, now=NOW - timedelta(days=10)) if told_before else ()

    (found,) = after("M02", MISSING, CARE_ENDED, before=before)

    assert FindingState.OPEN is found.state
    assert found.action.startswith(
        "Before anybody rings, visits or writes to the family, ask Valley Council what they now "
        "hold of this child; nothing that keeps the child safe waits for that. ")


def test_a_search_that_nobody_called_for_is_not_begun_after_a_death_on_record() -> None:
    """The record of the death was there before the home wrote."""
    died = {"council care_period": {**CARE_ENDED["council care_period"],
                                    "recorded": "2026-03-02 23:00"}}

    assert () == after("M02", MISSING, died)


def test_no_interview_is_asked_for_once_the_council_has_the_child_dead() -> None:
    """What was owed to the child is not owed to its family."""
    before = after("M07", BACK, now=NOW - timedelta(days=10))

    (found,) = after("M07", BACK, DIED, before=before)

    assert [FindingState.OPEN, FindingState.RESOLVED] == [before[0].state, found.state]


def test_the_interview_is_asked_for_again_once_the_death_is_taken_back() -> None:
    """Under the same id, and with nothing said of the family."""
    opened = after("M07", BACK, now=NOW - timedelta(days=10))
    ended = after("M07", BACK, DIED, before=opened)

    (found,) = after("M07", BACK, DIED, NOT_DIED, before=ended)

    assert (FindingState.OPEN, opened[0].finding_id) == (found.state, found.finding_id)
    assert found.action.startswith("Council: offer the child")


def test_a_child_alive_after_all_is_spoken_of_with_care() -> None:
    """The family may have been told of a death."""
    (found,) = after("M07", BACK, DIED, SEEN)

    assert found.action.startswith(
        "Before anybody rings, visits or writes to the family, ask Valley Council what they now "
        "hold of this child. Council: offer the child")


def test_the_finding_about_the_death_says_for_itself_what_to_do_first() -> None:
    """It goes to named leads, who are told why."""
    police = {"police incident": {"record": "I1/c1", "recorded": "2026-03-18 20:00",
                                  "child_seen": "2026-03-18 19:00"}}

    (found,) = after("D05", DIED, police)

    assert found.action.startswith("Named leads: speak to each other today")


def test_with_a_death_on_record_whatever_shows_life_is_near() -> None:
    """However far off: whether the child lives is asked of the whole case."""
    far = {"council visit": {"record": "V0", "recorded": "2025-01-02 20:00",
                             "visited": "2025-01-02", "seen": True}}

    def visits_near(*said: dict[str, Any]) -> int:
        case = case_of(MISSING, far, *said)
        (anchor,) = (key for key in case.histories if key.record == "A1")
        near = Nearby(case).case_around(anchor, 4)
        return sum(key.record == "V0" for key in near.histories)

    assert [0, 1, 1] == [visits_near(), visits_near(DIED), visits_near(CARE_ENDED)]


NOTICE = {"police concern": {
    "record": "PPN1", "recorded": "2026-03-08 19:00", "source": "police_notice",
    "categories": ["sexual_abuse"], "raised": "2026-03-08 18:45"}}


def test_nobody_is_to_see_a_child_whose_death_nobody_has_disputed_for_a_week() -> None:
    """The finding tells for the week whom to ask; then it is over, and withdrawn it is not."""
    before = after("S01", NOTICE, now=datetime(2026, 3, 10, 12, tzinfo=UTC))
    (held,) = after("S01", NOTICE, DIED, before=before, now=datetime(2026, 3, 18, tzinfo=UTC))

    (found,) = after("S01", NOTICE, DIED, before=(held,))

    assert [FindingState.OPEN, FindingState.OPEN, FindingState.RESOLVED] == [
        before[0].state, held.state, found.state]
    assert held.action.startswith("Before anybody rings, visits or writes to the family, ask "
                                  "Valley Council what they now hold of this child")


def test_it_is_raised_again_once_the_death_is_taken_back() -> None:
    """The notice is open still, and nobody has seen the child."""
    (over,) = after("S01", NOTICE, DIED, before=after(
        "S01", NOTICE, now=datetime(2026, 3, 10, 12, tzinfo=UTC)))

    (found,) = after("S01", NOTICE, DIED, NOT_DIED, before=(over,))

    assert (FindingState.RESOLVED, FindingState.OPEN) == (over.state, found.state)
    assert over.finding_id == found.finding_id
