"""An allegation keeps a child's notices from the home until a named person releases it."""
from typing import Any

import pytest

from broker.backends.memory import MemoryStore
from broker.bootstrap import assemble
from broker.errors import ConfigError
from broker.event.own import AllegationDecided
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.allegations import (
    DecisionAsked,
    allegations_in,
    decide_allegations,
    decisions_on,
)
from broker.pipeline.auditing import audit_entries, verify_stored
from broker.pipeline.decide import judge
from broker.pipeline.deliver import Delivery
from broker.pipeline.erase import Authority, Eraser, ErasureAsked
from broker.pipeline.rebuild import rebuild
from broker.pipeline.subject import Subject, logged_in
from broker.policy.allegations import Allegation
from broker.vocabulary.words import AllegationDecision, AuditAction, NoticeState, Verdict
from tests.pipeline import lines
from tests.pipeline.conftest import Bench
from tests.pipeline.feeds import (
    EVENING,
    GIRL,
    GIRL_AT_POLICE,
    feed,
    given,
    in_topic,
    notices,
)
from tests.pipeline.test_pipeline_who_is_told import AT_THE_COUNCIL, OFFICER

RELEASED, HELD = AllegationDecision.RELEASED, AllegationDecision.HELD
MEMBERS = ("police:N1", "riverside:R1")
BY, WHY = "council:d.officer", "strategy meeting agreed"


def alleged(bench: Bench, ref: str = "PPN1", **more: str) -> None:
    """Police hear that somebody of the home has harmed the girl."""
    bench.publish("police", ppn=[lines.PPN, lines.notice(
        ref, "N1", "2026-03-01T21:45:00Z", "physical_abuse",
        **{"alleged_source": "home_staff", "alleged_urn": "SC012345", **more})])
    given(bench)


def went_missing(bench: Bench) -> None:
    """The home says that she is missing, police hold it as a concern for safety."""
    bench.publish("riverside", absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", "Concern for safety", "2026-03-01T21:30:00Z")])
    given(bench)


def written_down(bench: Bench, decision: AllegationDecision,
                 *named: str) -> tuple[AllegationDecided, ...]:
    """The designated officer decides."""
    concord = bench.concord
    return decide_allegations(concord.store, concord.codec, DecisionAsked(
        home=concord.agency("riverside").agency, members=MEMBERS, decision=decision, named=named,
        by=BY, reason=WHY), bench.clock.now())


def decide(bench: Bench, decision: AllegationDecision,
           *named: str) -> tuple[AllegationDecided, ...]:
    """The designated officer decides, and what follows is delivered."""
    made = written_down(bench, decision, *named)
    bench.concord.deliver()
    bench.concord.relay()
    return made


def standing(bench: Bench) -> tuple[Allegation, ...]:
    """What stands against the home."""
    with bench.concord.store.view() as view:
        return allegations_in(view, bench.concord.codec, bench.concord.agency("riverside").agency,
                              MEMBERS)


def told(bench: Bench) -> list[str]:
    """The rules of which the home has a notice that has not ended."""
    return [each.code for each in notices(bench, "riverside")
            if each.state is not NoticeState.ENDED]


@pytest.fixture
def known(bench: Bench) -> Bench:
    """A girl in a home, known to police and council; an allegation against the home stands."""
    bench.publish("council", ssd_person=AT_THE_COUNCIL)
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL])
    bench.publish("police", nominals=[lines.NOMINALS, GIRL_AT_POLICE])
    alleged(bench)
    return bench


@pytest.fixture
def held(known: Bench) -> Bench:
    """She is missing since, and the home is told nothing."""
    went_missing(known)
    assert [] == told(known)
    return known


def test_what_was_held_goes_to_the_home_once(held: Bench) -> None:
    """It goes with the release, and with no later delivery again."""
    held.later(hours=1)
    decide(held, RELEASED)
    held.later(hours=1)
    given(held)

    assert ["M01"] == [each.code for each in in_topic(held, topics.notices("riverside"))]
    assert ["M01"] == told(held)


def test_what_is_no_longer_wanted_is_never_sent(held: Bench) -> None:
    """Police recorded her as missing before anybody decided."""
    held.later(hours=1)
    held.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", "Missing person", "2026-03-01T21:30:00Z",
        updated_at="2026-03-01T22:50:00Z")])
    given(held)
    decide(held, RELEASED)

    assert [] == in_topic(held, topics.notices("riverside"))


def test_what_arises_after_the_release_goes_too(known: Bench) -> None:
    """Nothing stood yet when it was made."""
    decide(known, RELEASED)
    known.later(minutes=5)
    went_missing(known)

    assert ["M01"] == told(known)


def test_what_others_said_stays_kept_from_the_home(held: Bench) -> None:
    """To have its notices is not to be told what was alleged."""
    decide(held, RELEASED)
    given(held)

    assert [] == feed(held, "riverside")


def test_the_council_is_told_that_nothing_is_kept_from_the_home_any_more(held: Bench) -> None:
    """And again that it is, once the release is taken back from what comes next."""
    [before] = [each.action for each in notices(held, "council") if each.code == "M01"]
    decide(held, RELEASED)
    [after] = [each.action for each in notices(held, "council") if each.code == "M01"]
    held.later(minutes=5)
    decide(held, HELD)
    [again] = [each.action for each in notices(held, "council") if each.code == "M01"]

    assert (OFFICER + after, OFFICER + after) == (before, again)


def test_a_later_allegation_is_not_released(known: Bench) -> None:
    """Nobody had decided on it."""
    decide(known, RELEASED)
    known.later(minutes=5)
    alleged(known, "PPN2", created_at="2026-03-01T22:03:00Z")
    went_missing(known)

    assert ([True, False], []) == ([each.is_released for each in standing(known)], told(known))


def test_a_release_taken_back_holds_what_was_not_sent(known: Bench) -> None:
    """Under a clock that stands still, too."""
    decide(known, RELEASED)
    decide(known, HELD)
    went_missing(known)

    assert [] == told(known)


def test_what_was_sent_before_is_not_ended_by_taking_back(held: Bench) -> None:
    """The home knows it; it is told no more."""
    decide(held, RELEASED)
    held.later(minutes=5)
    decide(held, HELD)

    assert ["M01"] == told(held)
    assert 1 == len(in_topic(held, topics.notices("riverside")))


def test_whoever_decided_last_counts_however_often(known: Bench) -> None:
    """Released, held, released within one moment."""
    for decision in (RELEASED, HELD, RELEASED):
        decide(known, decision)
    went_missing(known)

    assert ["M01"] == told(known)


@pytest.mark.parametrize(("more", "released"), [
    ({"risk_grade": "High"}, True),
    ({"concern_types": "physical_abuse;sexual_abuse"}, False),
    ({"alleged_source": "child"}, False),
    ({"alleged_urn": ""}, False)])
def test_a_release_lasts_while_the_record_alleges_the_same(
        known: Bench, more: dict[str, str], *, released: bool) -> None:
    """Another kind of harm, or somebody else who did it, is what nobody has decided on."""
    decide(known, RELEASED)
    known.later(hours=1)
    alleged(known, updated_at="2026-03-01T22:30:00Z", **more)

    assert [released] == [each.is_released for each in standing(known)]


def test_a_release_is_an_event_and_audited(held: Bench) -> None:
    """Who, why and which allegation; of whom by a digest; and the chain verifies."""
    [made] = decide(held, RELEASED)
    with held.concord.store.view() as view:
        entries = [each for each in audit_entries(view, held.concord.codec)
                   if each.action is AuditAction.DECISION]
        verdict, _ = verify_stored(view, held.concord.codec)

    assert [made] == [each for each in in_topic(held, topics.DECISIONS)
                      if isinstance(each, AllegationDecided)]
    assert ("riverside", "police:N1", standing(held)[0].said.event_id, RELEASED, BY, WHY) == (
        made.recipient, made.subject, made.allegation, made.decision, made.by, made.reason)
    assert [(BY, WHY, f"allegation {made.allegation} RELEASED for riverside", False)] == [
        (each.actor, each.why, each.detail, each.subject_digest is None) for each in entries]
    assert verdict.ok


def test_of_several_each_that_is_released_is_named(held: Bench) -> None:
    """Whoever looked at one has not decided on the other."""
    alleged(held, "PPN2")
    first, second = (str(each.said.event_id) for each in standing(held))
    with pytest.raises(ConfigError, match="2 allegations about this child keep notices from "
                                          "Riverside House: name each"):
        decide(held, RELEASED)
    decide(held, RELEASED, first)
    between = told(held)
    decide(held, RELEASED, second)

    assert ([], ["M01"]) == (between, told(held))


def test_taking_back_without_a_name_takes_all_back(known: Bench) -> None:
    """What keeps more back needs less care."""
    alleged(known, "PPN2")
    decide(known, RELEASED, *(str(each.said.event_id) for each in standing(known)))
    decide(known, HELD)

    assert [False, False] == [each.is_released for each in standing(known)]


@pytest.mark.parametrize(("decision", "named", "sentence"), [
    (HELD, (), "No release about this child stands for Riverside House"),
    (RELEASED, ("b4d",), "There is no allegation b4d about this child to decide on")])
def test_what_cannot_be_decided_is_refused(
        held: Bench, decision: AllegationDecision, named: tuple[str, ...], sentence: str) -> None:
    """In one sentence, and nothing is written."""
    with pytest.raises(ConfigError, match=sentence):
        decide(held, decision, *named)

    assert [] == [each for each in in_topic(held, topics.DECISIONS)
                  if isinstance(each, AllegationDecided)]


def test_what_is_released_is_not_released_again(held: Bench) -> None:
    """Nothing is held any more."""
    decide(held, RELEASED)

    with pytest.raises(ConfigError, match="No allegation about this child keeps notices from "
                                          "Riverside House"):
        decide(held, RELEASED)


def test_records_that_came_apart_are_not_decided_on_as_one(held: Bench) -> None:
    """Whose allegation is meant must be said anew."""
    concord = held.concord
    judge(concord.store, concord.codec, concord.model, *MEMBERS, Verdict.DIFFERENT, "a.reviewer",
          "two cousins", held.clock.now())
    held.check()

    with pytest.raises(ConfigError, match="have come apart into 2 children meanwhile"):
        written_down(held, RELEASED)


def test_a_version_that_no_longer_stands_is_not_decided_on(held: Bench) -> None:
    """Whoever named it had read something else."""
    [old] = [str(each.said.event_id) for each in standing(held)]
    held.later(hours=1)
    alleged(held, updated_at="2026-03-01T22:30:00Z", risk_grade="High")

    with pytest.raises(ConfigError, match=f"There is no allegation {old}"):
        decide(held, RELEASED, old)


def test_a_store_that_was_lost_learns_the_release_from_the_log(known: Bench) -> None:
    """And delivers by it."""
    decide(known, RELEASED)
    old = known.concord
    known.concord = assemble(old.settings, old.log, MemoryStore(), known.clock)
    done = rebuild(known.concord.store, old.log, known.concord.codec, old.model, BY, WHY,
                   known.clock.now())
    went_missing(known)

    assert (1, ["M01"]) == (done.decisions, told(known))


def test_a_rebuild_changes_nothing_of_it(held: Bench) -> None:
    """What is known is not told again."""
    decide(held, RELEASED)
    held.concord.rebuild(BY, WHY)
    given(held)

    assert [True] == [each.is_released for each in standing(held)]
    assert 1 == len(in_topic(held, topics.notices("riverside")))


def test_as_known_then_it_was_held_and_later_released(held: Bench) -> None:
    """A look back has the decisions of its time."""
    start = held.clock.now()
    for decision in (RELEASED, HELD):
        held.later(hours=1)
        decide(held, decision)
    held.later(hours=1)
    seen = []
    for hours in (0.5, 1.5, 2.5):
        past = held.concord.as_of(start + (held.clock.now() - start) * (hours / 3))
        with past.store.view() as view:
            [each] = allegations_in(view, past.codec, past.agency("riverside").agency, MEMBERS)
        seen.append(each.is_released)

    assert [False, True, False] == seen


def test_a_release_taken_back_while_it_is_delivered_sends_nothing(
        held: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was planned on it is looked at again."""
    told_anew, waits = Delivery._told_anew, [HELD]

    def overtaken(delivery: Delivery, plan: Any, note: Any) -> bool:
        while waits:
            written_down(held, waits.pop())
        return told_anew(delivery, plan, note)

    monkeypatch.setattr(Delivery, "_told_anew", overtaken)
    decide(held, RELEASED)

    assert ([], []) == (waits, told(held))


@pytest.mark.parametrize("whole", [True, False])
def test_a_decision_is_erased_with_the_allegation(held: Bench, *, whole: bool) -> None:
    """From store and log, with the child or with the one record; its reason may quote it."""
    concord = held.concord
    [made] = decide(held, RELEASED)
    Eraser(concord.store, concord.log, concord.codec, concord.model,
           sorted(concord.settings.agencies)).erase(
        ErasureAsked(subject=Subject("police", "N1"),
                     events=frozenset() if whole else frozenset({made.allegation})),
        Authority(by="r.manager", authorised_by="d.officer", reason="order 12"),
        held.clock.now())

    with concord.store.view() as view:
        assert () == decisions_on(view, concord.codec, MEMBERS)
    assert made.decision_id.bytes not in [
        each.record.key for each in logged_in(concord.log, Lane(topics.DECISIONS, 0))]
