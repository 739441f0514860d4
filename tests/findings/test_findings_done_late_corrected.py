"""What was done late, and what is written of it afterwards: corrected, in doubt, not heard."""
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.case.reach import Reach
from broker.event.care import PlanRecorded
from broker.event.concern import ConferenceRecorded, EnquiryRecorded
from broker.event.finding import Finding
from broker.findings.finding import is_standing, was_done_late
from broker.findings.reconcile import Reconciled
from broker.rules.limits import Limits
from broker.vocabulary.words import PlanKind, System
from tests.findings.test_findings_any_order import START, at
from tests.findings.test_findings_any_order import said as written
from tests.findings.test_findings_done_late import (
    NAMES,
    Store,
    absence,
    hours,
    notice,
    reach_at,
    review,
    seen,
    states,
)


@pytest.fixture
def store() -> Store:
    """A child of whom nothing is known yet."""
    return Store()


def test_a_time_corrected_to_one_within_the_limit_withdraws_it(store: Store) -> None:
    """Nothing was late, and its sentence would go on saying so."""
    store.look(60, notice(3), notice(43, shared=42))

    assert [("WITHDRAWN", False)] == states(store.look(80, notice(70, shared=10)))


def test_a_time_corrected_to_another_late_one_moves_its_end(store: Store) -> None:
    """It was late all the same, and is not raised a second time."""
    store.look(60, notice(3), notice(43, shared=42))
    done = store.look(80, notice(70, shared=32))

    assert [("RESOLVED", True)] == states(done)
    assert [START + timedelta(hours=32)] == [each.until for each in store.findings.values()]


def test_what_has_not_been_heard_leaves_it_as_it_was(store: Store) -> None:
    """Whether the next review of the plan is overdue cannot be said, nor then which was late."""
    plan = written(PlanRecorded, "council", "P1", 1, kind=PlanKind.CP, start=at(0))
    store.look(110 * 24, plan, review(1, 100))
    store.reach_at = lambda _: reach_at(START + timedelta(days=111))

    assert Reconciled() == store.look(300 * 24)


def test_a_row_that_cannot_be_read_leaves_it_as_it_was(store: Store) -> None:
    """A review of the plan came that nobody can read: it may be one held in time."""
    plan = written(PlanRecorded, "council", "P1", 1, kind=PlanKind.CP, start=at(0))
    store.look(110 * 24, plan, review(1, 100))
    store.reach_at = lambda now: replace(reach_at(now), unreadable={
        ("council", System.SSD, "ssd_cp_reviews"): START + timedelta(days=111)})

    assert Reconciled() == store.look(112 * 24)


def test_a_record_that_waits_for_review_leaves_it_as_it_was(store: Store) -> None:
    """If that is this child's, a review was held in between; somebody must still say."""
    plan = written(PlanRecorded, "council", "P1", 1, kind=PlanKind.CP, start=at(0))
    store.look(110 * 24, plan, review(1, 100))
    store.in_doubt = [review(2, 50)]

    assert Reconciled() == store.look(112 * 24)


def test_what_cannot_be_said_of_its_contact_leaves_no_doubt_of_a_corrected_time(
    store: Store,
) -> None:
    """The council's contacts are not fed: whether one came is another question."""
    unfed = Reach({("police", System.FILES, "all"): (START + timedelta(hours=900), NAMES)})
    store.reach_at = lambda _: unfed
    store.look(60, notice(3), notice(43, shared=42))

    assert [("WITHDRAWN", False)] == states(store.look(800, notice(70, shared=10)))


def test_an_enquiry_that_ends_afterwards_leaves_it_resolved(store: Store) -> None:
    """The conference was held late while the enquiry was open, whatever is written of its end."""
    enquiry = written(EnquiryRecorded, "council", "S1", 1, strategy_discussion=at(0))
    store.look(1_010, enquiry, written(ConferenceRecorded, "council", "IC1", 1_001,
                                       held=at(1_000)))

    done = store.look(1_300, written(
        EnquiryRecorded, "council", "S1", 1_200, strategy_discussion=at(0), ended=at(1_190)))

    assert [("RESOLVED", True)] == states(done)


def test_a_longer_limit_since_does_not_unsay_it(store: Store) -> None:
    """It was late by the limit that was in force when it was done."""
    store.look(60, notice(3), notice(43, shared=42))
    store.limits_from = {0: Limits(), 70: Limits(concern_shared_hours=72)}

    assert Reconciled() == store.look(80)


def test_a_time_corrected_after_a_longer_limit_withdraws_it(store: Store) -> None:
    """By either limit nothing was late."""
    store.look(60, notice(3), notice(43, shared=42))
    store.limits_from = {0: Limits(), 70: Limits(concern_shared_hours=72)}

    assert [("WITHDRAWN", False)] == states(store.look(80, notice(75, shared=10)))


@settings(max_examples=40, deadline=None)
@given(held=st.lists(hours(70, 200), min_size=2, max_size=4),
       looks=st.sets(st.integers(80, 900), max_size=12))
def test_whoever_saw_corrections_come_ends_with_what_one_look_finds(
    held: list[int | None], looks: set[int]
) -> None:
    """Of an absence that is written anew with other times of the interview, or none: what stands,
    and what was done late, is the same."""
    statements = [absence(1 + 200 * number, each) for number, each in enumerate(held)]
    often, once = Store(), Store()
    often.heard += statements
    for hour in [*sorted(looks), 1_000]:
        often.look(hour)

    once.look(1_000, *reversed(statements))

    assert told_of(once) == told_of(often)


def told_of(store: Store) -> dict[str, Finding]:
    """What stands, and what was done late."""
    return seen([each for each in store.findings.values()
                 if is_standing(each) or was_done_late(each)])
