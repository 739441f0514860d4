"""Answers to notices: what a recipient did with one, said by a person or by its own system."""
from dataclasses import replace
from datetime import datetime

from broker.audit.chain import Draft
from broker.errors import RecordRejected
from broker.event.digest import derived_id
from broker.event.finding import NoticeAnswered, NoticeIssued
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.auditing import record_audit
from broker.pipeline.messages import message_of
from broker.pipeline.notice_steps import note_answer
from broker.pipeline.notify import NOTICE_ERASED, notice_in, write_notice
from broker.pipeline.tables import NOTICES
from broker.ports import EventLog, Reading, Unit
from broker.vocabulary.words import AuditAction, NoticeState
from broker.wire.codec import Codec

NOT_AN_ANSWER = "a notice answered otherwise than with seen, acknowledged or done"
NOT_ITS_OWN = "a notice answered by another agency than the inbox's"
NO_SUCH_NOTICE = "an answer to a notice that this agency does not have"
ENDED = "an answer to a notice that has ended"
ERASED_NOTICE = "erased: an answer to a notice that ended with the record it rested on"
_ANSWERS = (NoticeState.SEEN, NoticeState.ACKNOWLEDGED, NoticeState.DONE)
_WORD_MAX = 200


def answerable(reading: Reading, codec: Codec, agency: str, answer: NoticeAnswered) \
        -> NoticeIssued:
    """The notice that an agency's answer is about, as it stands; RecordRejected, with one of the
    reasons above, where the agency cannot answer it so."""
    found = {row[1]: notice_in(codec, row[5])
             for row in reading.get(NOTICES, [(answer.notice_id,)])}
    # Before all else, and whoever says it: what it says in words may be about the child.
    if any(each.sentence == NOTICE_ERASED for each in found.values()):
        raise RecordRejected(ERASED_NOTICE)
    if answer.state not in _ANSWERS:
        raise RecordRejected(NOT_AN_ANSWER)
    if answer.recipient != agency:
        raise RecordRejected(NOT_ITS_OWN)
    notice = found.get(agency)
    if notice is None:
        raise RecordRejected(NO_SUCH_NOTICE)
    if notice.state is NoticeState.ENDED:
        raise RecordRejected(ENDED)
    return notice


def takes_further(notice: NoticeIssued, answer: NoticeAnswered) -> bool:
    """Whether an answer says more of a notice than what its recipient has said by now: one that
    comes late takes nothing back."""
    return notice.state not in _ANSWERS[_ANSWERS.index(answer.state):]


def take_answer(unit: Unit, codec: Codec, log: EventLog, agency: str, answer: NoticeAnswered,
                at: datetime) -> NoticeState:
    """Let an agency's answer to a notice of its own take effect, `at` when it was received: the
    notice's state where it is another, a record on decisions, an audit entry; none of these where
    the agency has said more of it before. The state that then stands. Raises what `answerable`
    does."""
    notice = answerable(unit, codec, agency, answer)
    if notice.state is not answer.state and not takes_further(notice, answer):
        return notice.state
    if notice.state is not answer.state:
        write_notice(unit, codec, log, replace(
            notice, state=answer.state, issued_at=at,
            event_id=derived_id("notice", notice.notice_id, answer.state, str(answer.event_id))))
    note_answer(unit, notice, answer, at)
    unit.send(Lane(topics.DECISIONS, 0), [message_of(codec, answer, at)])
    # Without the next step: it may name a child, and the chain outlives every erasure.
    record_audit(unit, codec, [Draft(
        action=AuditAction.DECISION, why="notice answered", at=at,
        actor=f"{answer.recipient}:{answer.by}"[:_WORD_MAX],
        detail=f"notice {answer.notice_id} {answer.state}")])
    return answer.state
