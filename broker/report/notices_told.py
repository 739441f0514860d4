"""Who was told of a finding, who took it up, and what they will do next."""
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from broker.case.calendar import say_duration
from broker.case.case import Partnership
from broker.event.finding import Finding, NoticeIssued
from broker.pipeline.notice_steps import (
    ANSWERS,
    NoticeStep,
    Step,
    last_answer,
    steps_of,
)
from broker.pipeline.notify import notice_in
from broker.pipeline.tables import NOTICES
from broker.ports import Reading
from broker.report.findings import instant, local, names_before
from broker.report.timeline import Kind, Rung
from broker.vocabulary.words import NoticeState, Severity
from broker.wire.codec import Codec

_GIVEN = frozenset({Step.SENT, Step.CARRIED_ON})
_WORDS = {Step.RENEWED: "what is new in it", Step.ENDED: "that it is over",
          Step.CARRIED_ON: "that it goes on, by another record of the same occasion"}


@dataclass(frozen=True, slots=True)
class NoticeTold:
    """What one agency was told of a finding and did about it, by `now`; `name` is the agency's.

    `steps` are in order of time, under whatever id the finding then had. `action` is what the
    agency was asked to do, where that is not what the finding says: that a home is not told, or
    that it is for a named lead alone.
    """

    recipient: str
    name: str
    severity: Severity
    steps: tuple[NoticeStep, ...]
    now: datetime
    action: str | None = None

    @property
    def answer(self) -> NoticeStep | None:
        """The answer that stands; None where nobody has answered since it was last told anew."""
        return last_answer(self.steps)

    @property
    def ended(self) -> NoticeStep | None:
        """The step by which it ended, where it has."""
        return self.steps[-1] if self.steps[-1].step is Step.ENDED else None

    @property
    def sent_at(self) -> datetime:
        """When it was last told anew."""
        sent = [each.at for each in self.steps if each.step is Step.SENT]
        return sent[-1] if sent else self.steps[0].at

    @property
    def contact(self) -> NoticeStep | None:
        """The step by which it came to the office it is now for, where one is named."""
        passed = [each for each in self.steps if each.step in (Step.SENT, Step.PASSED_ON)]
        return passed[-1] if passed and passed[-1].who else None

    @property
    def waits(self) -> timedelta | None:
        """For how long nobody has acknowledged it; None where somebody has, or it is over."""
        if self.ended or self._is_taken_up:
            return None
        return max(self.now - self.sent_at, timedelta())

    @property
    def waited_in_vain(self) -> timedelta | None:
        """For how long it waited until it was over, where nobody ever acknowledged it."""
        if self.ended is None or self._is_taken_up:
            return None
        return max(self.ended.at - self.sent_at, timedelta())

    @property
    def _is_taken_up(self) -> bool:
        return self.answer is not None and self.answer.step is not Step.SEEN

    @property
    def state(self) -> str:
        """How it stands in one word: sent, seen, acknowledged, done or ended."""
        if self.ended:
            return Step.ENDED.value
        return Step.SENT.value if self.answer is None else self.answer.step.value


def notices_told(reading: Reading, codec: Codec, findings: Sequence[Finding],
                 partnership: Partnership, now: datetime,
                 upto: datetime | None = None) -> dict[str, tuple[NoticeTold, ...]]:
    """Of each of these findings, by its id, what each agency was told of it by `upto`, and did."""
    ids = names_before(reading, [each.finding_id for each in findings])
    every = sorted({each for found in ids.values() for each in found})
    written = [notice_in(codec, row[5]) for row in reading.find(NOTICES, "finding_id", every)]
    steps: dict[str, list[NoticeStep]] = defaultdict(list)
    for step in _every_step(reading, written, every, upto):
        steps[step.finding_id].append(step)
    # What a notice said before it was last written is not kept.
    actions = {each.notice_id: each.action for each in written
               if each.state is not NoticeState.ENDED and (upto is None or each.issued_at <= upto)}
    return {each.finding_id: tuple(_told(each, [
        step for known in ids[each.finding_id] for step in steps[known]], actions, partnership,
        now)) for each in findings}


def _told(finding: Finding, steps: Iterable[NoticeStep], actions: Mapping[str, str],
          partnership: Partnership, now: datetime) -> Iterator[NoticeTold]:
    by_recipient: dict[str, list[NoticeStep]] = defaultdict(list)
    for each in sorted(steps, key=lambda step: step.at):
        by_recipient[each.recipient].append(each)
    for code, taken in sorted(by_recipient.items()):
        agency = partnership.agencies.get(code)
        kept = tuple(_without_false_ends(taken))
        action = actions.get(kept[-1].notice_id)
        yield NoticeTold(code, agency.name if agency else code, finding.severity, kept, now,
                         None if action == finding.action else action)


def _without_false_ends(steps: Sequence[NoticeStep]) -> list[NoticeStep]:
    """What is carried on under another id has not ended under the one before."""
    last = next((each.finding_id for each in reversed(steps) if each.step in _GIVEN), None)
    kept = [each for each in steps if each.step is not Step.ENDED or each.finding_id == last]
    return kept or list(steps)


def _every_step(reading: Reading, written: Iterable[NoticeIssued], finding_ids: Sequence[str],
                upto: datetime | None) -> Iterator[NoticeStep]:
    """The steps that were kept; of a notice from before they were, what it shows itself."""
    kept: dict[str, list[NoticeStep]] = defaultdict(list)
    for step in steps_of(reading, finding_ids):
        kept[step.notice_id].append(step)
    for notice in written:
        found = kept[notice.notice_id]
        if not any(each.step in _GIVEN for each in found):
            found[:] = [*_as_it_stands(notice, answered=bool(found)), *found]
    for each in (step for found in kept.values() for step in found):
        if upto is None or each.at <= upto:
            yield each


def _as_it_stands(notice: NoticeIssued, *, answered: bool) -> Iterator[NoticeStep]:
    sent = NoticeStep(notice.notice_id, notice.finding_id, notice.recipient,
                      notice.sent_at or notice.issued_at, Step.SENT, notice.contact)
    yield sent
    if notice.state in ANSWERS and not answered:
        yield replace(sent, at=notice.issued_at, step=ANSWERS[notice.state], who=None)
    if notice.state is NoticeState.ENDED and not answered:
        yield replace(sent, at=notice.issued_at, step=Step.ENDED, who=None)


def notice_words(told: NoticeTold) -> str:
    """How a notice stands, in one line for a person."""
    answer = told.answer
    if told.ended:
        parts = [f"over since {local(told.ended.at)}"]
        if answer is not None:
            parts.append(answer_words(answer))
        if told.waited_in_vain is not None:
            parts.append(f"never acknowledged in {say_duration(told.waited_in_vain)}")
        return "; ".join(parts)
    if answer is not None and answer.step is not Step.SEEN:
        return answer_words(answer)
    parts = [f"sent {local(told.sent_at)}"]
    if told.contact:
        parts.append(f"for {told.contact.who}")
    if answer is not None:
        parts.append(answer_words(answer))
    waits = told.waits
    parts.append("not acknowledged yet" if waits is None or told.severity is not Severity.CRITICAL
                 else f"not acknowledged for {say_duration(waits)}")
    return ", ".join(parts)


def answer_words(answer: NoticeStep) -> str:
    """Who answered a notice, when, who last did so again, and what they will do next, as in
    "acknowledged by a.sergeant, Sun 01 Mar 2026 22:10; next: ring the home"."""
    by = f"by {answer.who}" if answer.who else "(by whom was not kept)"
    said = answer.answered_at or answer.at
    received = ("" if local(said) == local(answer.at)
                else f", received {local(answer.at)}")
    next_step = f"; next: {answer.next_step}" if answer.next_step else ""
    again = ""
    if answer.again_at is not None:
        again_by = f" by {answer.again_by}" if answer.again_by else ""
        again = f"; again{again_by}, {local(answer.again_at)}"
    return f"{answer.step.value} {by}, {local(said)}{received}{again}{next_step}"


def told_with_action(told: NoticeTold) -> Iterator[str]:
    """How a notice stands, and what its recipient alone was asked to do."""
    yield f"{told.name}: {notice_words(told)}"
    if told.action is not None:
        yield f"  asked: {told.action}"


def is_news(told: NoticeTold) -> bool:
    """Whether a list must say it: somebody has answered, or a critical notice waits for it, or
    did so in vain."""
    waits = told.waits if told.ended is None else told.waited_in_vain
    return told.answer is not None or (waits is not None and told.severity is Severity.CRITICAL)


def notice_told_json(told: NoticeTold) -> dict[str, Any]:
    """The machine form; `unacknowledged_minutes` are whole ones, up to now or to the end."""
    contact, waits = told.contact, told.waits if told.ended is None else told.waited_in_vain
    return {
        "notice": told.steps[-1].notice_id, "recipient": told.recipient, "state": told.state,
        "sent_at": instant(told.sent_at),
        "contact": contact.who if contact else None,
        "contact_since": instant(contact.at) if contact else None,
        "ended_at": instant(told.ended.at) if told.ended else None,
        "unacknowledged_minutes": None if waits is None else int(waits.total_seconds() // 60),
        "answer": None if told.answer is None else answer_json(told.answer),
        "action": told.action,
    }


def answer_json(answer: NoticeStep) -> dict[str, Any]:
    """Who answered, when they did and when that was received, who last did so again with other
    words, and what was last said will be done."""
    return {"state": answer.step.value, "by": answer.who,
            "at": instant(answer.answered_at or answer.at), "received_at": instant(answer.at),
            "next_step": answer.next_step, "again_by": answer.again_by,
            "again_at": instant(answer.again_at)}


def step_json(step: NoticeStep) -> dict[str, Any]:
    """One step of a notice."""
    return {"at": instant(step.at), "notice": step.notice_id, "recipient": step.recipient,
            "step": step.step.value, "who": step.who, "next_step": step.next_step,
            "answered_at": instant(step.answered_at)}


def rungs_of_notices(code: str, notices: Iterable[NoticeTold]) -> Iterator[Rung]:
    """When each agency was told of a finding by a rule, did not answer, or did."""
    for told in notices:
        for each in told.steps:
            yield _rung(code, told.name, each)
        if told.ended is not None and told.waited_in_vain is not None:
            yield Rung(told.ended.at, told.name, Kind.UNANSWERED,
                       f"nobody had acknowledged the notice of {code}")


def _rung(code: str, name: str, step: NoticeStep) -> Rung:
    if step.step in ANSWERS.values():
        by = f" by {step.who}" if step.who else ""
        next_step = f"; next: {step.next_step}" if step.next_step else ""
        return Rung(step.answered_at or step.at, name, Kind.ANSWERED,
                    f"{step.step.value}{by}{next_step}")
    if step.step is Step.PASSED_ON:
        return Rung(step.at, name, Kind.UNANSWERED, f"notice passed on to {step.who}")
    if step.step is Step.NOBODY_LEFT:
        return Rung(step.at, name, Kind.UNANSWERED, "no contact is left to pass the notice on to")
    words = _WORDS.get(step.step, f"notice of {code}")
    return Rung(step.at, name, Kind.TOLD, f"{words} ({step.who})" if step.who else words)


def told_of_each(told: Mapping[str, Sequence[NoticeTold]]) -> dict[str, list[str]]:
    """A line for each notice, by the id of its finding."""
    return {finding_id: [f"{each.name}: {notice_words(each)}" for each in notices]
            for finding_id, notices in told.items() if notices}
