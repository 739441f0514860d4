"""What became of each notice: to whom it was given and when, and what its recipient answered."""
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from broker.event.finding import NoticeAnswered, NoticeIssued
from broker.pipeline.tables import NOTICE_STEPS
from broker.ports import Reading, Row, Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import NoticeState


class Step(StrEnum):
    """What happened to a notice, in the words kept in the store."""

    SENT = "sent"
    RENEWED = "renewed"
    CARRIED_ON = "carried on"
    PASSED_ON = "passed on"
    NOBODY_LEFT = "nobody left"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    ENDED = "ended"


ANSWERS = {NoticeState.SEEN: Step.SEEN, NoticeState.ACKNOWLEDGED: Step.ACKNOWLEDGED,
           NoticeState.DONE: Step.DONE}


@dataclass(frozen=True, slots=True)
class NoticeStep:
    """One step of a notice, `at` when it was taken here.

    `who` is the office it was given to, or, of an answer, who gave it; `answered_at` is when the
    recipient says it did so, and `next_step` what it said it would do. `again_by` and `again_at`
    are, of an answer that stands, who last gave the same one with other words, and when.
    """

    notice_id: str
    finding_id: str
    recipient: str
    at: datetime
    step: Step
    who: str | None = None
    next_step: str | None = None
    answered_at: datetime | None = None
    again_by: str | None = None
    again_at: datetime | None = None


def note_written(unit: Unit, before: NoticeIssued | None, notice: NoticeIssued) -> None:
    """Note what writing a notice meant to its recipient; nothing where that was an answer."""
    step = _step_of(before, notice)
    if step is not None:
        _keep(unit, str(notice.event_id), NoticeStep(
            notice.notice_id, notice.finding_id, notice.recipient, notice.issued_at, step,
            notice.contact if step is not Step.ENDED else None))


def _step_of(before: NoticeIssued | None, notice: NoticeIssued) -> Step | None:
    if notice.state is NoticeState.ENDED:
        return None if before is not None and before.state is NoticeState.ENDED else Step.ENDED
    if before is None and notice.state is not NoticeState.SENT:
        return Step.CARRIED_ON
    if before is None or before.state is NoticeState.ENDED or before.sent_at != notice.sent_at:
        return Step.SENT
    if before.contact != notice.contact:
        return Step.PASSED_ON
    return Step.RENEWED if before.state is notice.state else None


def note_answer(unit: Unit, notice: NoticeIssued, answer: NoticeAnswered, at: datetime) -> None:
    """Note what the recipient of a notice did with it, received `at`."""
    _keep(unit, str(answer.event_id), NoticeStep(
        notice.notice_id, notice.finding_id, notice.recipient, at, ANSWERS[answer.state],
        answer.by, answer.next_step, answer.answered_at))


def note_nobody_left(unit: Unit, notice: NoticeIssued, at: datetime) -> None:
    """Note that every contact has been told, and nobody has acknowledged it."""
    _keep(unit, f"{Step.NOBODY_LEFT} {milliseconds_of(at)}", NoticeStep(
        notice.notice_id, notice.finding_id, notice.recipient, at, Step.NOBODY_LEFT))


def forget_steps(unit: Unit, notice_id: str) -> None:
    """Take out what is kept of a notice: what somebody will do next may name a child."""
    unit.delete(NOTICE_STEPS, [(row[0], row[1]) for row in
                               unit.find(NOTICE_STEPS, "notice_id", [notice_id])])


def steps_of(reading: Reading, finding_ids: Collection[str],
             upto: datetime | None = None) -> list[NoticeStep]:
    """The steps of the notices of these findings taken by `upto`, in order of time."""
    return _steps(reading.find(NOTICE_STEPS, "finding_id", sorted(finding_ids)), upto)


def answers_to(reading: Reading, notices: Iterable[NoticeIssued]) -> dict[str, NoticeStep]:
    """The answer that stands to each of these notices, by its id, with what was last said of the
    next step; none of those that nobody has answered, or answered under another id."""
    taken: dict[str, list[NoticeStep]] = {}
    ids = sorted(each.notice_id for each in notices)
    for each in _steps(reading.find(NOTICE_STEPS, "notice_id", ids)):
        taken.setdefault(each.notice_id, []).append(each)
    return {notice_id: answer for notice_id, steps in taken.items()
            if (answer := last_answer(steps)) is not None}


def offices_told(reading: Reading, notices: Iterable[NoticeIssued]) -> dict[str, list[str]]:
    """The offices that each of these notices has been to since it was last sent anew, in order,
    by its id."""
    told: dict[str, list[str]] = {
        each.notice_id: [each.contact] if each.contact else [] for each in notices}
    for each in _steps(reading.find(NOTICE_STEPS, "notice_id", sorted(told))):
        if each.step is Step.SENT:
            told[each.notice_id] = []
        if each.who and each.step in (Step.SENT, Step.PASSED_ON):
            told[each.notice_id].append(each.who)
    return told


def last_answer(steps: Iterable[NoticeStep]) -> NoticeStep | None:
    """The answer that stands by these steps of one recipient, in order, with what it last said
    it would do; None where it was last told anew and has not answered since. Who gave it first
    stays its giver, whoever gives it again."""
    last = None
    for each in steps:
        if each.step is Step.SENT:
            last = None
        elif each.step in ANSWERS.values():
            said = each.next_step or (last and last.next_step) or None
            if last is None or last.step is not each.step:
                last = replace(each, next_step=said)
            elif (each.who, said) != (last.again_by or last.who, last.next_step):
                last = replace(last, next_step=said, again_by=each.who,
                               again_at=each.answered_at or each.at)
    return last


def _keep(unit: Unit, step_key: str, step: NoticeStep) -> None:
    row: Row = (
        step.notice_id, step_key, step.finding_id, step.recipient, milliseconds_of(step.at),
        step.step.value, step.who, step.next_step,
        None if step.answered_at is None else milliseconds_of(step.answered_at))
    unit.put(NOTICE_STEPS, [row])


def _steps(rows: Iterable[Row], upto: datetime | None = None) -> list[NoticeStep]:
    order = list(Step)
    found = []
    for notice_id, _, finding_id, recipient, at_ms, step, who, next_step, answered_ms in rows:
        found.append(NoticeStep(
            str(notice_id), str(finding_id), str(recipient), moment_of(int(at_ms or 0)),
            Step(str(step)), None if who is None else str(who),
            None if next_step is None else str(next_step),
            None if answered_ms is None else moment_of(int(answered_ms))))
    return sorted((each for each in found if upto is None or each.at <= upto),
                  key=lambda each: (each.at, order.index(each.step), each.recipient,
                                    each.notice_id))
