"""What every statement carries: who says it, from which record, about whom, and when.

Three times are never merged: `occurred` (in the world), `recorded_at` (written down by the
agency) and `received_at` (accepted by the broker; it travels outside the statement, as the log
record's timestamp).
"""
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass

from broker.vocabulary.words import (
    Basis,
    Precision,
    Purpose,
    Regime,
    Sharing,
    State,
    Stream,
    System,
)

# Sizes are bounded so that one message cannot fill a store; real values stay far below.
AgencyCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
LocalId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
RecordReference = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Word = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=4000)]

# What checks a type is made when its first value is: no command needs them all.
CONFIG = ConfigDict(extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Moment:
    """One time in the world, as finely as the agency knows it (a DAY is its local midnight)."""

    at: AwareDatetime
    precision: Precision = Precision.INSTANT


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Occurred:
    """When what the statement is about happened, or began and ended."""

    start: AwareDatetime
    end: AwareDatetime | None = None
    precision: Precision = Precision.INSTANT


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Handling:
    """The sender's word on how the statement may be handled."""

    marking: Word | None = None
    sharing: Sharing = Sharing.PERMITTED
    conditions: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class ToldBy:
    """The other agency's record that this one was copied from, by its own reference."""

    agency: AgencyCode
    record: RecordReference


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Reference:
    """Another record's number that this record names (scheme: see vocabulary.references)."""

    scheme: Word
    value: RecordReference


PERMITTED = Handling()


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Statement:
    """Agency A's record R, in the version written at V, says this about subject S.

    `event_id` is derived from what is said (see event.identity_of); equal ids mean equal
    statements. Versions of one record order by (`recorded_at`, `event_id`).
    """

    stream: ClassVar[Stream]

    event_id: UUID
    agency: AgencyCode
    system: System
    record: RecordReference
    subject: LocalId
    recorded_at: AwareDatetime
    state: State
    occurred: Occurred | None = None
    handling: Handling = PERMITTED
    basis: Basis = Basis.FACT
    regime: Regime = Regime.UK_GDPR
    purpose: Purpose = Purpose.SAFEGUARDING
    told_by: ToldBy | None = None
    references: tuple[Reference, ...] = ()

    @property
    def type_name(self) -> str:
        """The statement's type, as in its schema: "MissingEpisodeRecorded"."""
        return type(self).__name__

    @property
    def subject_key(self) -> str:
        """`agency:local id`; chooses the partition, so one subject's statements stay in order."""
        return f"{self.agency}:{self.subject}"

    @property
    def version(self) -> tuple[datetime, str]:
        """What versions of one record are ordered by, whatever the order of arrival."""
        return self.recorded_at, str(self.event_id)
