"""What is alleged against a home, and what a release of it lets the home be told."""
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from broker.event.concern import CategoryWord, ConcernRecorded
from broker.event.finding import Evidence, Finding
from broker.event.own import AllegationDecided
from broker.policy.allegations import allegations_of, keeps_from_home
from broker.vocabulary.words import (
    AllegationDecision,
    AllegedSource,
    ConcernCategory,
    Severity,
    State,
    Stream,
    System,
)
from tests.policy.test_policy_kept_back import COUNCIL, HOME

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
OTHER_HOME = replace(HOME, code="oakfield", home_urn="SC999999")
STAFF = ConcernRecorded(
    event_id=UUID(int=1), agency="police", system=System.FILES, record="PPN1", subject="N1",
    recorded_at=AT, state=State.CURRENT, alleged_source=AllegedSource.HOME_STAFF,
    categories=(CategoryWord(category=ConcernCategory.PHYSICAL_ABUSE, word="physical_abuse"),))
RELEASED = AllegationDecided(
    decision_id=UUID(int=9), recipient="riverside", subject="police:N1", allegation=UUID(int=1),
    decision=AllegationDecision.RELEASED, by="council:d.officer", reason="agreed", made_at=AT)


def finding_on(*event_ids: int) -> Finding:
    """A finding that rests on these statements."""
    return Finding(
        finding_id="M01-1", code="M01", name="a.rule", child="child", severity=Severity.HIGH,
        since=AT, sentence="It differs.", action="Look.", would_change="A correction.",
        source="A law", anchor="a", evidence_digest="d", evidence=tuple(
            Evidence(event_id=UUID(int=each), agency="police", system=System.FILES,
                     type_name="ConcernRecorded", stream=Stream.CONCERN, record=f"R{each}",
                     subject="N1", says="a record", recorded_at=AT) for each in event_ids))


@pytest.mark.parametrize(("event_id", "kept"), [(1, True), (2, True), (3, False)])
def test_a_finding_that_rests_on_the_allegation_is_never_told(event_id: int, *,
                                                              kept: bool) -> None:
    """Nor one that rests on an earlier version of it, though a person has released it."""
    later = replace(STAFF, event_id=UUID(int=2), recorded_at=LATER)
    found = allegations_of([STAFF, later], HOME, [RELEASED])

    assert ([True], kept) == ([each.is_released for each in found],
                              keeps_from_home(finding_on(event_id), found))


def test_what_nobody_released_keeps_every_finding() -> None:
    """Whatever it rests on."""
    assert keeps_from_home(finding_on(3), allegations_of([STAFF], HOME, []))


def test_a_release_for_one_home_is_none_for_another() -> None:
    """Where the record does not say which home it is, both hold the child."""
    assert [[True], [False]] == [
        [each.is_released for each in allegations_of([STAFF], home, [RELEASED])]
        for home in (HOME, OTHER_HOME)]


def test_an_agency_that_is_no_home_is_kept_from_nothing() -> None:
    """The council must know."""
    assert () == allegations_of([STAFF], COUNCIL, [])


@pytest.mark.parametrize("later", [
    replace(STAFF, event_id=UUID(int=2), recorded_at=LATER, state=State.WITHDRAWN),
    replace(STAFF, event_id=UUID(int=2), recorded_at=LATER,
            alleged_source=AllegedSource.OTHER_ADULT)])
def test_what_was_taken_back_alleges_nothing(later: ConcernRecorded) -> None:
    """Whichever version came first."""
    assert ((), ()) == (allegations_of([STAFF, later], HOME, []),
                        allegations_of([later, STAFF], HOME, []))


def test_a_record_that_was_decided_on_in_two_versions_stands_as_last_decided() -> None:
    """Held in its second version, whatever of its first."""
    later = replace(STAFF, event_id=UUID(int=2), recorded_at=LATER)
    held = replace(RELEASED, decision_id=UUID(int=8), allegation=UUID(int=2), made_at=LATER,
                   decision=AllegationDecision.HELD)

    assert [False] == [each.is_released
                       for each in allegations_of([STAFF, later], HOME, [held, RELEASED])]


@pytest.mark.parametrize(("category", "word", "released"), [
    (ConcernCategory.PHYSICAL_ABUSE, "Physical abuse", True),
    (ConcernCategory.NEGLECT, "physical_abuse", False)])
def test_the_spelling_of_a_known_kind_changes_nothing(
        category: ConcernCategory, word: str, *, released: bool) -> None:
    """Another kind is another allegation."""
    later = replace(STAFF, event_id=UUID(int=2), recorded_at=LATER,
                    categories=(CategoryWord(category=category, word=word),))

    assert [released] == [each.is_released
                          for each in allegations_of([STAFF, later], HOME, [RELEASED])]


@pytest.mark.parametrize("between", [
    {"state": State.WITHDRAWN}, {"alleged_source": AllegedSource.OTHER_ADULT},
    {"categories": (CategoryWord(category=ConcernCategory.NEGLECT, word="neglect"),)}])
def test_a_release_does_not_come_to_life_again_with_what_was_alleged(
        between: dict[str, Any]) -> None:
    """Somebody has alleged it anew, and nobody has decided on that."""
    changed = replace(STAFF, event_id=UUID(int=2), recorded_at=LATER, **between)
    again = replace(STAFF, event_id=UUID(int=3), recorded_at=LATER + timedelta(hours=1))
    anew = replace(RELEASED, decision_id=UUID(int=8), allegation=UUID(int=3), made_at=LATER)

    assert [[False], [True]] == [
        [each.is_released for each in allegations_of([STAFF, changed, again], HOME, decided)]
        for decided in ([RELEASED], [RELEASED, anew])]


def test_of_a_kind_that_no_list_holds_the_word_is_what_was_said() -> None:
    """Another word is another allegation."""
    vague = replace(STAFF, categories=(CategoryWord(category=ConcernCategory.OTHER, word="a"),))
    later = replace(STAFF, event_id=UUID(int=2), recorded_at=LATER,
                    categories=(CategoryWord(category=ConcernCategory.OTHER, word="b"),))

    assert [False] == [each.is_released
                       for each in allegations_of([vague, later], HOME, [RELEASED])]
