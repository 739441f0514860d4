"""Alert discipline: a finding that comes and goes is no new alarm each time."""
from datetime import UTC, datetime, timedelta

import pytest

from broker.event.finding import NoticeIssued
from broker.pipeline.decide import answer_notice, decide_finding
from broker.pipeline.notify import notices_for
from broker.pipeline.tables import NOTICE_TIMERS
from broker.vocabulary.words import FindingDecision, FindingState, NoticeState
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench
from tests.pipeline.escalating import given, raised, sent

CONCERN, MISSING = "Concern for safety", "Missing person"


@pytest.fixture
def told(bench: Bench) -> Bench:
    """At 22:00 police have their notice of a missing girl whom they hold as a concern."""
    raised(bench)
    return bench


def notice(bench: Bench) -> NoticeIssued:
    """The police's notice as it stands."""
    with bench.concord.store.view() as view:
        [found] = [each for each in notices_for(view, bench.concord.codec, "police")
                   if each.code == "M01"]
    return found


def says(bench: Bench, minutes: float, category: str) -> NoticeState:
    """So many minutes later police correct their incident; how the notice then stands."""
    bench.clock.set(START + timedelta(minutes=minutes))
    bench.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", category, "2026-03-01T21:30:00Z",
        updated_at=f"{bench.clock.now():%Y-%m-%dT%H:%M:%SZ}")])
    given(bench)
    return notice(bench).state


def later(bench: Bench, minutes: float) -> NoticeState:
    """How the notice stands after a delivery so many minutes later."""
    bench.clock.set(START + timedelta(minutes=minutes))
    bench.concord.deliver()
    return notice(bench).state


def states(bench: Bench) -> list[NoticeState]:
    """Each state that police were sent, in order."""
    return [each.state for each in sent(bench)]


def test_the_first_time_a_finding_ends_its_notice_ends_at_once(told: Bench) -> None:
    """Whoever is on the way learns that they need not be."""
    assert NoticeState.ENDED is says(told, 2, MISSING)
    assert [NoticeState.SENT, NoticeState.ENDED] == states(told)


def test_a_finding_that_comes_back_is_a_notice_to_acknowledge_again(told: Bench) -> None:
    """Once: the recipient was told that it was over."""
    says(told, 2, MISSING)

    assert NoticeState.SENT is says(told, 4, CONCERN)


def test_a_finding_that_comes_and_goes_sends_no_new_notice_each_time(told: Bench) -> None:
    """Eight corrections in twenty minutes: one end and one return are told, and no more."""
    for minutes, category in ((2, MISSING), (4, CONCERN), (6, MISSING), (8, CONCERN),
                              (10, MISSING), (12, CONCERN), (14, MISSING), (20, CONCERN)):
        says(told, minutes, category)

    assert [NoticeState.SENT, NoticeState.ENDED, NoticeState.SENT] == states(told)
    assert [FindingState.OPEN] == [each.state for each in told.check() if each.code == "M01"]


def test_the_records_it_rests_on_now_are_told_once_it_has_settled(told: Bench) -> None:
    """They read the same; whoever opens the notice finds the versions that are in force."""
    for minutes, category in ((2, MISSING), (4, CONCERN), (6, MISSING), (8, CONCERN)):
        says(told, minutes, category)
    [finding] = [each for each in told.check() if each.code == "M01"]
    before = notice(told)
    later(told, 64)

    assert [False, True] == [
        {each.event_id for each in finding.evidence} == {
            each.event_id for each in of.evidence} for of in (before, notice(told))]


def test_other_words_are_told_at_once_also_while_it_settles(told: Bench) -> None:
    """It is not the same alarm."""
    says(told, 2, MISSING)
    says(told, 4, CONCERN)
    says(told, 6, "Suspicious circumstances")

    assert "Suspicious circumstances" in notice(told).sentence


def test_what_was_acknowledged_stays_so_while_it_comes_and_goes(told: Bench) -> None:
    """Nobody needs to take twice what they have taken."""
    says(told, 2, MISSING)
    says(told, 4, CONCERN)
    concord = told.concord
    answer_notice(concord.store, concord.log, concord.codec, "police", notice(told).notice_id,
                  NoticeState.ACKNOWLEDGED, "a.sergeant", None, told.clock.now())

    assert [NoticeState.ACKNOWLEDGED] * 3 == [
        says(told, minutes, category)
        for minutes, category in ((6, MISSING), (8, CONCERN), (10, MISSING))]


def test_its_end_is_told_once_it_has_settled(told: Bench) -> None:
    """An hour after it came back, with no message to bring it about."""
    says(told, 2, MISSING)
    says(told, 4, CONCERN)
    says(told, 6, MISSING)

    assert [NoticeState.SENT, NoticeState.ENDED, NoticeState.ENDED] == [
        later(told, minutes) for minutes in (63.99, 64, 70)]
    assert 1 == states(told)[2:].count(NoticeState.ENDED)
    with told.concord.store.view() as view:
        assert 0 == view.count(NOTICE_TIMERS)


def test_after_the_hour_what_stands_is_ended_at_once_again(told: Bench) -> None:
    """It has settled."""
    says(told, 2, MISSING)
    says(told, 4, CONCERN)
    later(told, 64)

    assert NoticeState.ENDED is says(told, 65, MISSING)


@pytest.mark.parametrize(("back", "then"), [
    (61.99, NoticeState.SENT), (62, NoticeState.ENDED)])
def test_what_comes_back_after_an_hour_is_a_matter_of_its_own(
        told: Bench, back: float, then: NoticeState) -> None:
    """An hour after its end it may end again at once; before, its end is held."""
    says(told, 2, MISSING)
    says(told, back, CONCERN)

    assert then is says(told, 63, MISSING)


def test_a_persons_dismissal_ends_it_at_once_all_the_same(told: Bench) -> None:
    """That is no correction that may be corrected."""
    says(told, 2, MISSING)
    says(told, 4, CONCERN)
    dismissed(told)

    assert NoticeState.ENDED is later(told, 5)


def dismissed(bench: Bench) -> None:
    """A person dismisses the finding as it stands."""
    concord = bench.concord
    [finding] = [each for each in bench.open() if each.code == "M01"]
    decide_finding(concord.store, concord.codec, finding.finding_id, FindingDecision.DISMISSED,
                   "a.lead", "looked into", bench.clock.now())
    given(bench)


def test_a_dismissal_holds_while_the_evidence_is_the_same(told: Bench) -> None:
    """Looked at again, and told again what is known: nothing new."""
    dismissed(told)
    told.clock.set(datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
    told.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", CONCERN, "2026-03-01T21:30:00Z")])
    given(told)

    assert [FindingState.DISMISSED] == [
        each.state for each in told.check() if each.code == "M01"]
    assert [NoticeState.SENT, NoticeState.ENDED] == states(told)


def test_a_dismissal_ends_with_the_evidence_it_was_made_on(told: Bench) -> None:
    """Police call it something else that is not missing: the finding stands, and is told."""
    dismissed(told)
    state = says(told, 90, "Suspicious circumstances")

    assert [FindingState.OPEN] == [each.state for each in told.check() if each.code == "M01"]
    assert NoticeState.SENT is state


def test_two_agencies_that_repeat_one_evening_are_one_finding(told: Bench) -> None:
    """Versions of the record add none: one finding an occasion."""
    says(told, 2, "Suspicious circumstances")
    says(told, 4, CONCERN)

    assert 1 == sum(each.code == "M01" for each in told.check())
    assert 1 == len({each.notice_id for each in sent(told)})


def test_what_was_acknowledged_stays_so_when_another_agency_writes_the_same_night_down(
    told: Bench,
) -> None:
    """The occasion is known by its least record, which is now the council's: the notice goes on
    under that one, nobody must acknowledge it again, and the old one says where it went."""
    told.clock.set(START + timedelta(minutes=3))
    answer_notice(told.concord.store, told.concord.log, told.concord.codec, "police",
                  notice(told).notice_id, NoticeState.ACKNOWLEDGED, "a.sergeant", None,
                  told.clock.now())
    told.clock.set(START + timedelta(minutes=30))
    told.publish(
        "council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
            "P1", "Kayleigh", "Thornton", "2011-05-14")],
        ssd_missing=[lines.SSD_MISSING, lines.line(
            lines.SSD_MISSING, miss_table_id="E1", miss_person_id="P1",
            miss_missing_episode_start_date="2026-03-01", miss_missing_episode_type="M")])
    given(told)

    with told.concord.store.view() as view:
        after = {each.state: each for each in notices_for(view, told.concord.codec, "police")
                 if each.code == "M01"}
    assert {NoticeState.ACKNOWLEDGED, NoticeState.ENDED} == set(after)
    assert (f"Not over: it goes on as notice {after[NoticeState.ACKNOWLEDGED].notice_id}, by "
            "another record of the same occasion.") == after[NoticeState.ENDED].action
