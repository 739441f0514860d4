"""Police incidents: what was reported about a child and how it was graded."""
from typing import ClassVar

from pydantic.dataclasses import dataclass

from broker.event.envelope import CONFIG, Moment, Statement, Text, Word
from broker.vocabulary.words import CallerKind, Grade, IncidentCategory, IncidentRole, Stream


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class IncidentRecorded(Statement):
    """A police incident, from the side of one child in it; `record` is incident/nominal."""

    stream: ClassVar[Stream] = Stream.INCIDENT

    role: IncidentRole | None = None
    role_word: Word | None = None
    reported: Moment | None = None
    caller: CallerKind | None = None
    caller_word: Word | None = None
    caller_urn: Word | None = None
    category_opened: IncidentCategory | None = None
    category_opened_word: Word | None = None
    category_closed: IncidentCategory | None = None
    category_closed_word: Word | None = None
    grade_first: Grade | None = None
    grade_first_word: Word | None = None
    grade_now: Grade | None = None
    grade_now_word: Word | None = None
    grade_changed: Moment | None = None
    grade_change_reason: Text | None = None
    allocated: Moment | None = None
    deployed: Moment | None = None
    attended: Moment | None = None
    child_seen: Moment | None = None
    supervisor_reviewed: Moment | None = None
    closed: Moment | None = None
    postcode: Word | None = None
