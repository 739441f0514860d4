"""A finding: a rule's answer that something does not agree, with its evidence; and its notices."""
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime
from pydantic.dataclasses import dataclass

from broker.event.envelope import CONFIG, AgencyCode, LocalId, RecordReference, Text, Word
from broker.vocabulary.words import (
    FindingDecision,
    FindingState,
    NoticeState,
    Severity,
    Stream,
    System,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Evidence:
    """One statement that a finding rests on: who says what, in their words and the neutral ones.

    `record` is the row's own reference; `subject` the agency's own local id.
    """

    event_id: UUID
    agency: AgencyCode
    system: System
    type_name: Word
    stream: Stream
    record: RecordReference
    subject: LocalId
    says: Text
    neutral: Text | None = None
    recorded_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Finding:
    """What does not agree about one child (or, `child` null, within one agency's records).

    `since` is when the disagreement began to stand (a record's time or a timer's, never the
    moment of computing it); `until` when it ended. One that is resolved and `done_late` ended
    because what was due is on record as done after its limit. `certainty` is the lowest
    probability by which the records of the evidence are held to be one child. `evidence_digest`
    changes when what the evidence says of the disagreement does, which is when a person's
    decision stops holding; not with other facts that are told of a record.
    """

    finding_id: Word
    code: Word
    name: Word
    child: Word | None = None
    agency: AgencyCode | None = None
    severity: Severity
    certainty: float = 1.0
    state: FindingState = FindingState.OPEN
    historical: bool = False
    since: AwareDatetime
    until: AwareDatetime | None = None
    done_late: bool = False
    sentence: Text
    action: Text
    would_change: Text
    source: Text
    anchor: Word
    evidence: tuple[Evidence, ...] = ()
    evidence_digest: Word


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class FindingChanged:
    """One step in a finding's life; the whole finding as it stands after the step."""

    key: ClassVar[str] = "change_id"

    change_id: UUID
    changed_at: AwareDatetime
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class FindingDecided:
    """A person confirms or dismisses a finding as its evidence stands."""

    key: ClassVar[str] = "decision_id"

    decision_id: UUID
    finding_id: Word
    decision: FindingDecision
    evidence_digest: Word
    by: Word
    reason: Text
    made_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class NoticeIssued:
    """The part of a finding that one agency may see, addressed to it under its own local id.

    `contact` is the office at the recipient whom it is for now, from `contact_since` on: of a
    critical notice, where the agency has named its contacts. `contact_since` is when its turn
    came; `issued_at` is when it was really sent. `sent_at` is when the recipient was first given
    the notice as it is to be acknowledged.
    """

    key: ClassVar[str] = "event_id"

    event_id: UUID
    notice_id: Word
    finding_id: Word
    recipient: AgencyCode
    local_id: LocalId | None = None
    code: Word
    name: Word
    severity: Severity
    state: NoticeState = NoticeState.SENT
    finding_state: FindingState = FindingState.OPEN
    since: AwareDatetime
    until: AwareDatetime | None = None
    sentence: Text
    action: Text
    evidence: tuple[Evidence, ...] = ()
    issued_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    contact: Word | None = None
    contact_since: AwareDatetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class NoticeAnswered:
    """What the recipient did with a notice."""

    key: ClassVar[str] = "event_id"

    event_id: UUID
    notice_id: Word
    recipient: AgencyCode
    state: NoticeState
    by: Word
    next_step: Text | None = None
    answered_at: AwareDatetime
