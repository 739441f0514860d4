"""A recipient's own system answers its notices through its inbox."""
from dataclasses import replace
from uuid import UUID

import pytest

from broker.errors import ConfigError, TemporarilyUnavailable
from broker.event.finding import NoticeAnswered, NoticeIssued
from broker.event.own import AuditEntry
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.answers import (
    ENDED,
    ERASED_NOTICE,
    NO_SUCH_NOTICE,
    NOT_AN_ANSWER,
    NOT_ITS_OWN,
)
from broker.pipeline.auditing import audit_entries, verify_stored
from broker.pipeline.decide import answer_notice
from broker.pipeline.erase import Authority, Eraser, ErasureAsked, ErasurePlan
from broker.pipeline.intake import ERASED_ANSWER, IntakeCount
from broker.pipeline.messages import message_of
from broker.pipeline.notify import notices_for
from broker.pipeline.subject import Subject
from broker.pipeline.tables import REJECTS, SUPPRESSED
from broker.report.operations import rejects_listed
from broker.vocabulary.words import NoticeState
from tests.pipeline import lines
from tests.pipeline.conftest import Bench

EVENING = "2026-03-01T21:20:00Z"
WHO = Authority(by="r.manager", authorised_by="d.officer", reason="court order 12")


@pytest.fixture
def told(bench: Bench) -> Bench:
    """A girl missing from the home, held by police as a concern: both have their notice."""
    bench.publish(
        "riverside",
        residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton", "2011-05-14")],
        absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish(
        "police", nominals=[lines.NOMINALS, lines.nominal("N1", "Kayley", "Thornton",
                                                          "2011-05-14")],
        incidents=[lines.INCIDENTS, lines.incident("INC1", "N1", "Concern for safety",
                                                   "2026-03-01T21:30:00Z")])
    bench.check()
    bench.concord.deliver()
    return bench


def notice(bench: Bench, agency: str = "riverside") -> NoticeIssued:
    """An agency's one notice, as it stands."""
    with bench.concord.store.view() as view:
        [found] = notices_for(view, bench.concord.codec, agency)
    return found


def answer(bench: Bench, of: NoticeIssued) -> NoticeAnswered:
    """The home has taken it."""
    return NoticeAnswered(
        event_id=UUID(int=7), notice_id=of.notice_id, recipient=of.recipient,
        state=NoticeState.ACKNOWLEDGED, by="night.shift", next_step="rang Kayleigh's mother",
        answered_at=bench.clock.now())


def taken(bench: Bench, *answers: NoticeAnswered, inbox: str = "riverside") -> IntakeCount:
    """Let intake find these in an inbox."""
    concord, now = bench.concord, bench.clock.now()
    concord.log.append(Lane(topics.inbox(inbox), 0),
                       [message_of(concord.codec, each, now) for each in answers])
    return concord.take_in().count


def unreadable(bench: Bench, *answers: NoticeAnswered) -> IntakeCount:
    """Let intake find these as they were framed under another registry."""
    concord, now = bench.concord, bench.clock.now()
    values = [concord.codec.encode(each) for each in answers]
    concord.log.append(Lane(topics.inbox("riverside"), 0), [
        Record(each.event_id.bytes, b"\x00" + (999).to_bytes(4, "big") + value[5:], now)
        for each, value in zip(answers, values, strict=True)])
    return concord.take_in().count


def redriven(bench: Bench, written_as: str | None = "NoticeAnswered") -> tuple[int, int]:
    """How many rejects a redrive looked at and sent, which intake then takes in."""
    done = bench.concord.redrive(None, "o.perator", "set up anew", dry_run=False,
                                 written_as=written_as)
    bench.concord.take_in()
    return done.looked_at, done.usable


def decided(bench: Bench) -> list[object]:
    """The answers on the decisions topic."""
    codec = bench.concord.codec
    said = [codec.decode(each.record.value or b"")
            for each in bench.concord.log.read(Lane(topics.DECISIONS, 0), 0, 1000)]
    return [each for each in said if isinstance(each, NoticeAnswered)]


def audited(bench: Bench) -> list[AuditEntry]:
    """The audit entries about answers."""
    with bench.concord.store.view() as view:
        return [each for each in audit_entries(view, bench.concord.codec)
                if each.why == "notice answered"]


def reasons(bench: Bench) -> list[str]:
    """Why messages were rejected."""
    with bench.concord.store.view() as view:
        return [each["reason"] for each in rejects_listed(
            view, bench.concord.codec, None)]


def test_an_answer_takes_effect(told: Bench) -> None:
    """The notice's state, a record of the decision, an entry of the audit."""
    before = notice(told)
    said = answer(told, before)
    told.later(minutes=5)

    count = taken(told, said)

    now = told.clock.now()
    after = notice(told)
    assert (1, 0) == (count.accepted, count.rejected)
    assert replace(before, state=NoticeState.ACKNOWLEDGED, issued_at=now,
                   event_id=after.event_id) == after
    assert before.event_id != after.event_id
    assert [said] == decided(told)
    assert [("riverside:night.shift", f"notice {before.notice_id} ACKNOWLEDGED")] == [
        (each.actor, each.detail) for each in audited(told)]


def test_the_audit_outlives_the_words_of_an_answer(told: Bench) -> None:
    """A next step may name a child; the chain can never forget, and still verifies."""
    taken(told, answer(told, notice(told)))

    with told.concord.store.view() as view:
        assert verify_stored(view, told.concord.codec)[0].ok
        assert [] == [each for each in audit_entries(view, told.concord.codec)
                      if "Kayleigh" in str(each)]


def test_the_recipient_is_sent_the_notice_as_it_now_stands(told: Bench) -> None:
    """So that its other systems see that somebody has taken it."""
    taken(told, answer(told, notice(told)))
    topic, codec, log = topics.notices("riverside"), told.concord.codec, told.concord.log
    sent = [codec.decode(each.record.value or b"") for partition in range(log.partitions(topic))
            for each in log.read(Lane(topic, partition), 0, 100)]

    assert [NoticeState.SENT, NoticeState.ACKNOWLEDGED] == [
        each.state for each in sent if isinstance(each, NoticeIssued)]


def test_an_answer_given_twice_has_its_effect_once(told: Bench) -> None:
    """Together or one after the other: it is known by its id."""
    said = answer(told, notice(told))
    counts = [taken(told, said, said), taken(told, said)]

    assert [(1, 1), (0, 1)] == [(each.accepted, each.duplicates) for each in counts]
    assert ([said], 1) == (decided(told), len(audited(told)))


def test_the_last_answer_stands(told: Bench) -> None:
    """Seen, acknowledged and done, in one batch and in their order."""
    said = answer(told, notice(told))
    taken(told, *(replace(said, event_id=UUID(int=number), state=state)
                  for number, state in enumerate(
                      (NoticeState.SEEN, NoticeState.ACKNOWLEDGED, NoticeState.DONE), 1)))

    assert NoticeState.DONE is notice(told).state


@pytest.mark.parametrize(("change", "inbox", "reason"), [
    ({"notice_id": "M01-none"}, "riverside", NO_SUCH_NOTICE),
    ({}, "police", NOT_ITS_OWN),
    ({"recipient": "police"}, "police", NO_SUCH_NOTICE),
    ({"recipient": "police"}, "riverside", NOT_ITS_OWN),
    ({"state": NoticeState.ENDED}, "riverside", NOT_AN_ANSWER),
    ({"state": NoticeState.UNMAPPED}, "riverside", NOT_AN_ANSWER),
])
def test_what_is_not_its_recipients_is_rejected(
    told: Bench, change: dict[str, object], inbox: str, reason: str,
) -> None:
    """Kept with its raw bytes, like everything that cannot be used; the notice stands."""
    of = notice(told)
    said = replace(answer(told, of), **change)  # type: ignore[arg-type]

    count = taken(told, said, inbox=inbox)

    assert (0, 1, [reason]) == (count.accepted, count.rejected, reasons(told))
    assert (of, [], []) == (notice(told), decided(told), audited(told))


def test_a_refused_answer_does_not_stand_in_the_way_of_the_true_one(told: Bench) -> None:
    """Another agency that guesses an answer's id cannot keep it from its recipient."""
    said = answer(told, notice(told))
    taken(told, said, inbox="police")
    taken(told, said)

    assert NoticeState.ACKNOWLEDGED is notice(told).state


def test_there_is_nothing_to_answer_on_a_notice_that_has_ended(told: Bench) -> None:
    """It says so in the rejects, and the notice stays ended."""
    said = answer(told, notice(told))
    told.later(hours=1)
    told.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", "Missing person", "2026-03-01T21:30:00Z",
        updated_at="2026-03-01T22:50:00Z")])
    told.check()
    told.concord.deliver()

    taken(told, said)

    assert (NoticeState.ENDED, [ENDED]) == (notice(told).state, reasons(told))


def test_the_longest_name_that_may_be_sent_stops_nothing(told: Bench) -> None:
    """With the agency's code before it, it is more than an audit entry has room for."""
    taken(told, replace(answer(told, notice(told)), by="b" * 200))

    assert NoticeState.ACKNOWLEDGED is notice(told).state
    assert ["riverside:" + "b" * 190] == [each.actor for each in audited(told)]


def test_a_rejected_answer_takes_effect_when_it_is_sent_again(told: Bench) -> None:
    """As it would have, had it been readable when it came; and once."""
    said = answer(told, notice(told))
    assert (0, 1) == (unreadable(told, said).accepted, len(reasons(told)))
    told.later(minutes=5)

    assert (1, 0) == redriven(told, None)  # nobody guesses what its bytes mean
    assert (1, 1) == redriven(told)

    after = notice(told)
    assert (NoticeState.ACKNOWLEDGED, told.clock.now()) == (after.state, after.issued_at)
    assert ([said], 1) == (decided(told), len(audited(told)))
    assert (0, 0) == redriven(told)


def test_answers_are_sent_again_in_the_order_in_which_they_came(told: Bench) -> None:
    """The last one stands, also of those that were rejected in one moment."""
    said = answer(told, notice(told))
    unreadable(told, *(replace(said, event_id=UUID(int=number), state=state)
                       for number, state in enumerate(
                           (NoticeState.SEEN, NoticeState.ACKNOWLEDGED, NoticeState.DONE), 1)))

    assert (3, 3) == redriven(told)
    assert NoticeState.DONE is notice(told).state


@pytest.mark.parametrize(("since", "usable"), [
    (NoticeState.SEEN, 1), (NoticeState.ACKNOWLEDGED, 0), (NoticeState.DONE, 0)])
def test_an_answer_that_is_sent_again_takes_nothing_back(
        told: Bench, since: NoticeState, usable: int) -> None:
    """What its agency has said since stands, where it says as much or more."""
    said = answer(told, notice(told))
    unreadable(told, said)
    taken(told, replace(said, event_id=UUID(int=8), state=since))

    assert (1, usable) == redriven(told)
    assert (NoticeState.ACKNOWLEDGED if usable else since) is notice(told).state


@pytest.mark.parametrize("change", [
    {"notice_id": "M01-none"}, {"recipient": "police"}, {"state": NoticeState.ENDED}])
def test_an_answer_that_would_be_refused_again_is_not_sent(
        told: Bench, change: dict[str, object]) -> None:
    """The one time that it can be sent is not spent."""
    of = notice(told)
    taken(told, replace(answer(told, of), **change))  # type: ignore[arg-type]

    assert (1, 0) == redriven(told)
    assert (of, []) == (notice(told), decided(told))


def test_an_erased_answer_is_not_sent_again(told: Bench) -> None:
    """Its id is on the suppression list."""
    said = answer(told, notice(told))
    unreadable(told, said)
    with told.concord.store.begin() as unit:
        unit.put(SUPPRESSED, [(said.event_id.bytes,)])

    assert (1, 0) == redriven(told)


def test_what_a_rejected_answer_says_is_erased_with_the_child(told: Bench) -> None:
    """A next step may name a child, and tells nowhere else of whom it speaks."""
    taken(told, replace(answer(told, notice(told)), state=NoticeState.ENDED))
    before = named_in(told)
    stays = erased(told, "R404").rejects

    gone = erased(told, "R1").rejects

    assert ((), 1) == (stays, len(gone))
    assert (["inbox", "inbox", "rejected", "rejects"], []) == (before, named_in(told))


@pytest.mark.parametrize(("change", "inbox"), [
    ({}, "riverside"), ({"state": NoticeState.ENDED}, "riverside"),
    ({"recipient": "police"}, "police")], ids=["true", "not an answer", "of another agency"])
def test_what_an_answer_says_is_not_kept_where_its_child_was_erased_before_it_came(
        told: Bench, change: dict[str, object], inbox: str) -> None:
    """Nothing else would link its words to the child any more; what comes behind it is read."""
    of, other = notice(told), replace(answer(told, notice(told)), next_step="rang nobody")
    erased(told, "R1")

    count = taken(told, replace(answer(told, of), **change),  # type: ignore[arg-type]
                  replace(other, event_id=UUID(int=8), notice_id="M01-none"), inbox=inbox)

    assert (0, 2, ERASED_NOTICE, []) == (
        count.accepted, count.rejected, sorted(reasons(told))[-1],
        named_in(told, inbox))
    assert 0 == taken(told).read  # none is read twice
    with told.concord.store.view() as view:
        assert verify_stored(view, told.concord.codec)[0].ok


def test_a_late_answer_that_comes_twice_at_once_is_kept_by_neither_lane(told: Bench) -> None:
    """A copy in another lane is under no key that its own lane would forget."""
    concord, of = told.concord, notice(told)
    erased(told, "R1")
    for lane in topics.lanes_of(topics.inbox("riverside"), 2):
        concord.log.append(lane, [message_of(concord.codec, answer(told, of), told.clock.now())])

    assert (2, []) == (concord.take_in().count.rejected, named_in(told))


def test_whoever_answers_at_the_command_line_is_told_that_an_erased_notice_has_ended(
        told: Bench) -> None:
    """Nothing is kept of what was to be said."""
    concord, of = told.concord, notice(told)
    erased(told, "R1")

    with pytest.raises(ConfigError, match=f"Notice {of.notice_id} has ended"):
        answer_notice(concord.store, concord.log, concord.codec, "riverside", of.notice_id,
                      NoticeState.DONE, "night.shift", "rang Kayleigh", told.clock.now())


def test_an_answer_that_took_effect_does_not_come_back_behind_the_erasure(told: Bench) -> None:
    """Sent again it is no mere duplicate: its words would lie in the inbox for ever."""
    said = answer(told, notice(told))
    taken(told, said)
    erased(told, "R1")
    before = named_in(told)

    count = taken(told, said)

    assert ([], (0, 0, 1), [ERASED_ANSWER], []) == (
        before, (count.accepted, count.duplicates, count.rejected), reasons(told),
        named_in(told))


def test_a_log_that_cannot_forget_yet_forgets_a_late_answer_at_the_next_erasure(
        told: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader may be in the way, or the worker end between the two."""
    said = answer(told, notice(told))
    erased(told, "R1")
    with monkeypatch.context() as away:
        away.setattr(told.concord.log, "erase", _away)
        taken(told, said)
    before = named_in(told)
    erased(told, "R404")

    assert (["inbox"], []) == (before, named_in(told))


def _away(_lane: Lane, _keys: object) -> None:
    raise TemporarilyUnavailable("The log is being read.")


def erased(bench: Bench, local_id: str) -> ErasurePlan:
    """Erase everything on a child of the home."""
    concord = bench.concord
    return Eraser(concord.store, concord.log, concord.codec, concord.model,
                  concord.settings.agencies).erase(
        ErasureAsked(subject=Subject("riverside", local_id)), WHO, bench.clock.now())


def named_in(bench: Bench, agency: str = "riverside") -> list[str]:
    """Where the girl's name stands: an agency's inbox and its rejects, in log and store."""
    log, found = bench.concord.log, []
    for name, topic in (("inbox", topics.inbox(agency)),
                        ("rejected", topics.rejected(agency))):
        found += [name for lane in topics.lanes_of(topic, log.partitions(topic))
                  for each in log.read(lane, 0, 1000) if b"Kayleigh" in (each.record.value or b"")]
    with bench.concord.store.view() as view:
        found += ["rejects" for row in view.scan(REJECTS, "rejected_ms")
                  if b"Kayleigh" in row[5]]  # type: ignore[operator] # it is bytes
    return found
