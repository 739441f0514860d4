"""Concord's own records: judgements, changes of people and settings, erasure, rejects, audit."""
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints
from pydantic.dataclasses import dataclass

from broker.event.envelope import CONFIG, AgencyCode, Text, Word
from broker.vocabulary.words import (
    AllegationDecision,
    AuditAction,
    SettingKind,
    System,
    Verdict,
)

Document = Annotated[str, StringConstraints(max_length=500_000)]


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class JudgementMade:
    """A person says whether two records are one child; outranks the model, can be undone."""

    key: ClassVar[str] = "judgement_id"

    judgement_id: UUID
    left: Word
    right: Word
    verdict: Verdict
    by: Word
    reason: Text
    made_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class AllegationDecided:
    """A person lets the child's notices go to a home although an allegation against it stands, or
    takes that back; it holds for that allegation alone, and while that alleges the same.

    `allegation` is the statement as it stood, `subject` the subject key of the child it is about,
    `recipient` the home.
    """

    key: ClassVar[str] = "decision_id"

    decision_id: UUID
    recipient: AgencyCode
    subject: Word
    allegation: UUID
    decision: AllegationDecision
    by: Word
    reason: Text
    made_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class ChildMembers:
    """One child and the records (subject keys, see event.subject) held to be that child."""

    child: Word
    members: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class PeopleChanged:
    """Records were joined or parted: the children concerned before and after."""

    key: ClassVar[str] = "change_id"

    change_id: UUID
    changed_at: AwareDatetime
    before: tuple[ChildMembers, ...]
    after: tuple[ChildMembers, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class SettingChanged:
    """A part of the configuration took effect, so that the past can be replayed under it."""

    key: ClassVar[str] = "change_id"

    change_id: UUID
    kind: SettingKind
    document: Document
    digest: Word
    by: Word
    made_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Erased:
    """Statements were erased; their ids stay on the suppression list that intake checks."""

    key: ClassVar[str] = "erasure_id"

    erasure_id: UUID
    event_ids: tuple[UUID, ...]
    authorised_by: Word
    reason: Text
    made_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class RecordRejected:
    """A row or message that could not be used, with its raw bytes: nothing is lost.

    A row rejected by publish has `file` and `line`; a message rejected by intake has `topic`,
    `partition` and `position`. `raw` holds at most the first 64 KiB where `size` is larger than
    a message may be. A file refused whole has `file` alone, and none of its bytes: they may be
    of many children, and lie where the agency left them.
    """

    key: ClassVar[str] = "reject_id"

    reject_id: UUID
    agency: AgencyCode
    reason: Text
    column: Word | None = None
    value: Text | None = None
    file: Text | None = None
    line: int | None = None
    topic: Word | None = None
    partition: int | None = None
    position: int | None = None
    schema_id: int | None = None
    adapter: Word | None = None
    size: int
    sha256: Word
    raw: bytes
    rejected_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class AuditEntry:
    """One entry of the audit chain; `subject_digest` is salted, so erasure leaves it verifiable.

    `digest` is over the entry and `previous`, the digest of the entry before it.
    """

    key: ClassVar[str] = "number"

    number: int
    at: AwareDatetime
    action: AuditAction
    actor: Word
    recipient: Word | None = None
    subject_digest: Word | None = None
    why: Text
    detail: Text | None = None
    previous: Word
    digest: Word


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class TableReach:
    """How far one table of one system has been heard: silence is evidence only up to here.

    `rows_read` counts the rows of the extract, unchanged ones included (agency.silent rests on
    it); `rows_rejected` those that could not be read, any of which may be the record sought.
    """

    system: System
    table: Word
    types: tuple[Word, ...]
    until: AwareDatetime
    rows_read: int = 0
    rows_rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class TableUnread:
    """What of one table stands unread after a reading: any of it may be the record sought.

    `rows_last` is when the last row was rejected that nobody has mended, `files_first` and
    `files_last` when the first and the last file were refused whole that no other has covered;
    None where there is none. Each heartbeat of a table says all that stands at that time.
    """

    system: System
    table: Word
    types: tuple[Word, ...]
    rows_last: AwareDatetime | None = None
    files_first: AwareDatetime | None = None
    files_last: AwareDatetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Heartbeat:
    """An agency's feed (or, for the agency `concord`, a partition) was alive and reached this."""

    key: ClassVar[str] = "heartbeat_id"

    heartbeat_id: UUID
    agency: AgencyCode
    beat_at: AwareDatetime
    reaches: tuple[TableReach, ...] = ()
    unread: tuple[TableUnread, ...] = ()
