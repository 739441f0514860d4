"""Decisions by people: judgements, confirmations, releases, answers; each an event, audited."""
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from broker.audit.chain import Draft
from broker.errors import ConfigError, RecordRejected
from broker.event import own
from broker.event.digest import derived_id
from broker.event.envelope import Statement
from broker.event.finding import Finding, FindingDecided, NoticeAnswered
from broker.event.subject import key_of
from broker.findings.finding import is_standing, was_done_late
from broker.identity.model import Model
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.agencies import marks_of
from broker.pipeline.answers import (
    ENDED,
    ERASED_NOTICE,
    NO_SUCH_NOTICE,
    NOT_AN_ANSWER,
    take_answer,
)
from broker.pipeline.auditing import record_audit
from broker.pipeline.evaluate import findings_in
from broker.pipeline.fold import tell_people_changed
from broker.pipeline.linking import fold_judgement
from broker.pipeline.linking_tables import PEOPLE_JUDGEMENTS
from broker.pipeline.looking import mark_dirty
from broker.pipeline.messages import message_of
from broker.pipeline.received import receive
from broker.pipeline.settled import beside_in_table, settle_by_hand
from broker.pipeline.tables import DECISIONS, FINDING_PEOPLE, HELD, REDIRECTS, REJECTS
from broker.ports import EventLog, Reading, Store, Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import (
    AuditAction,
    FindingDecision,
    NoticeState,
    Verdict,
)
from broker.wire.codec import Codec
from broker.wire.headers import headers_of

JUDGED, TAKEN_BACK = "judgement", "judgement taken back"
"""How a judgement came about; part of what its id is derived from."""


def _audited(unit: Unit, codec: Codec, by: str, why: str, detail: str, at: datetime) -> None:
    record_audit(unit, codec, [Draft(
        action=AuditAction.DECISION, actor=by, recipient=None, subject_digest=None, why=why,
        detail=detail, at=at)])


def judgement_id_of(origin: str, left: str, right: str, verdict: Verdict, by: str, reason: str,
                    made_at: datetime) -> UUID:
    """The id of a judgement: `origin` is JUDGED or TAKEN_BACK, `left` the lesser subject key."""
    return derived_id(origin, left, right, verdict, by, reason, str(milliseconds_of(made_at)))


def judge(store: Store, codec: Codec, model: Model, left: str, right: str, verdict: Verdict,
          by: str, reason: str, now: datetime, *, origin: str = JUDGED,
          beside: Callable[[UUID], Sequence[Draft]] = lambda _: ()) -> own.JudgementMade:
    """A person says whether two records are one child; children and findings follow at the next
    check. `left` and `right` are subject keys (`police:N1`); `beside` gives what else the audit
    chain must hold if it holds this judgement, by its id."""
    if left == right:
        raise ConfigError("Both records are the same one: name two different records.")
    first, second = sorted((left, right))
    with store.begin() as unit:
        made_at = _later_than_the_last(unit, first, second, (verdict, by, reason), origin, now)
        made = own.JudgementMade(
            judgement_id=judgement_id_of(origin, first, second, verdict, by, reason, made_at),
            left=first, right=second, verdict=verdict, by=by, reason=reason, made_at=made_at)
        changes = fold_judgement(unit, made, model)
        mark_dirty(unit, {first, second} | tell_people_changed(unit, codec, changes, now))
        unit.send(Lane(topics.DECISIONS, 0), [message_of(codec, made, now)])
        _audited(unit, codec, by, reason, f"judgement {made.judgement_id}", now)
        record_audit(unit, codec, beside(made.judgement_id))
    return made


def _later_than_the_last(unit: Unit, first: str, second: str,
                         said: tuple[Verdict, str, str], origin: str,
                         now: datetime) -> datetime:
    """The time of a judgement: now, or just after the last one on the pair where a clock that
    stands still, or another machine's, puts that later. The same said again at once is the same;
    taking back again takes back the next."""
    last = max(((int(row[4] or 0), row) for row in unit.find(PEOPLE_JUDGEMENTS, "lesser", [first])
                if row[2] == second), default=None, key=lambda each: (each[0], str(each[1][0])))
    if last is None or last[0] < milliseconds_of(now):
        return now
    last_at = moment_of(last[0])
    again = origin == JUDGED and last[1][0] == str(
        judgement_id_of(JUDGED, first, second, *said, last_at))
    return last_at if again else moment_of(last[0] + 1)


def current_finding(reading: Reading, codec: Codec, finding_id: str) -> Finding:
    """A finding by its id, or by an id it went under before; `ConfigError` if there is none."""
    seen = {finding_id}
    while rows := reading.get(REDIRECTS, [(finding_id,)]):
        finding_id = str(rows[0][1])
        if finding_id in seen:
            break
        seen.add(finding_id)
    found = findings_in(reading, codec, [finding_id])
    if not found:
        raise ConfigError(f"There is no finding {finding_id}: `concord findings` lists them.")
    return found[finding_id]


def decide_finding(store: Store, codec: Codec, finding_id: str, decision: FindingDecision,
                   by: str, reason: str, now: datetime) -> Finding:
    """A person confirms or dismisses a finding as its evidence stands; it takes effect at the
    next check, and holds until the evidence changes. `ConfigError` where the finding is over."""
    with store.begin() as unit:
        finding = current_finding(unit, codec, finding_id)
        if not is_standing(finding):
            late = " (done late)" if was_done_late(finding) else ""
            raise ConfigError(
                f"{finding.finding_id} is {finding.state.value.lower()}{late}, and only a finding "
                "that stands is decided: `concord explain "
                f"{finding.finding_id}` shows how it ended, and it can be decided if a check "
                "raises it again.")
        made = FindingDecided(
            decision_id=derived_id("decision", finding.finding_id, decision, by, reason,
                                   str(milliseconds_of(now))),
            finding_id=finding.finding_id, decision=decision,
            evidence_digest=finding.evidence_digest, by=by, reason=reason, made_at=now)
        message = message_of(codec, made, now)
        unit.put(DECISIONS, [(str(made.decision_id), finding.finding_id, milliseconds_of(now),
                              message.value)])
        people = {key_of(each.agency, each.system, each.subject) for each in finding.evidence}
        held = {str(row[0]) for row in unit.find(FINDING_PEOPLE, "person_key", sorted(people))}
        mark_dirty(unit, people | held | marks_of(finding))
        unit.send(Lane(topics.DECISIONS, 0), [message])
        _audited(unit, codec, by, reason, f"finding {finding.finding_id} {decision}", now)
    return finding


def answer_notice(store: Store, log: EventLog, codec: Codec, agency: str, notice_id: str,
                  state: NoticeState, by: str, next_step: str | None,
                  now: datetime) -> NoticeState:
    """The recipient has seen, acknowledged or done a notice; which of these now stands. It is a
    further one than this where that was said before: nothing is taken back."""
    answer = NoticeAnswered(
        event_id=derived_id("answer", notice_id, state, by, str(milliseconds_of(now))),
        notice_id=notice_id, recipient=agency, state=state, by=by, next_step=next_step,
        answered_at=now)
    ended = f"Notice {notice_id} has ended: there is nothing to answer."
    ways_out = {
        NOT_AN_ANSWER: "A notice is answered with seen, acknowledged or done.",
        NO_SUCH_NOTICE: f"{agency} has no notice {notice_id}: `concord notices {agency}` lists "
                        "them.",
        ENDED: ended, ERASED_NOTICE: ended}
    with store.begin() as unit:
        try:
            return take_answer(unit, codec, log, agency, answer, now)
        except RecordRejected as why:
            raise ConfigError(ways_out[why.reason]) from None


def settle_reject(store: Store, codec: Codec, reject_id: str, by: str, reason: str,
                  now: datetime) -> list[own.RecordRejected]:
    """Let a reject be settled by a person's word, audited: it, and of a refused file the copies
    of the same bytes under other names. `ConfigError` where it is not open."""
    with store.begin() as unit:
        beside = beside_in_table(unit, reject_id)
        rejects = {str(row[0]): codec.decode(row[5]) for row in unit.get(
            REJECTS, [(reject_id,), *((each,) for each in beside)]) if isinstance(row[5], bytes)}
        said = [each for each in rejects.values() if isinstance(each, own.RecordRejected)]
        digests = {each.sha256 for each in said if str(each.reject_id) == reject_id and each.size}
        settled = [each for each in said
                   if str(each.reject_id) == reject_id or each.sha256 in digests]
        settle_by_hand(unit, {reject_id: None, **{str(each.reject_id): None for each in settled}})
        for each in settled:
            _audited(unit, codec, by, reason, f"reject {each.reject_id} settled", now)
    return settled


def release_held(store: Store, log: EventLog, codec: Codec, event_id: str, by: str, reason: str,
                 now: datetime) -> None:
    """A person releases a held statement to the shared topic."""
    with store.begin() as unit:
        received_at = receive(unit, now)
        rows = unit.get(HELD, [(event_id,)])
        if not rows or rows[0][4] != "held":
            raise ConfigError(f"Nothing is held under {event_id}: `concord held list` shows what "
                              "waits.")
        row = rows[0]
        value = row[5]
        assert isinstance(value, bytes)
        said = codec.decode(value)
        assert isinstance(said, Statement)
        topic = topics.shared(said.stream)
        lane = Lane(topic, topics.partition_of(said.subject_key, log.partitions(topic)))
        unit.put(HELD, [(*row[:4], "released", value)])
        unit.send(lane, [Record(said.event_id.bytes, value, received_at, headers_of(said))])
        _audited(unit, codec, by, reason, f"released held statement {event_id}", received_at)
