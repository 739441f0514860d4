"""Plans, care, placements, visits and reviews: what an agency does for a child."""
from typing import ClassVar

from pydantic.dataclasses import dataclass

from broker.event.envelope import CONFIG, Moment, Statement, Word
from broker.vocabulary.words import (
    AbuseCategory,
    LegalStatus,
    PlacementType,
    PlanKind,
    ReviewKind,
    Stream,
    VisitKind,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class PlanRecorded(Statement):
    """A child in need plan or a child protection plan."""

    stream: ClassVar[Stream] = Stream.CARE

    kind: PlanKind | None = None
    category_first: AbuseCategory | None = None
    category_first_word: Word | None = None
    category_now: AbuseCategory | None = None
    category_now_word: Word | None = None
    start: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class CarePeriodRecorded(Statement):
    """A time under one legal status; codes of start and end reasons are SSDA903's RNE and REC."""

    stream: ClassVar[Stream] = Stream.CARE

    legal_status: LegalStatus | None = None
    legal_status_word: Word | None = None
    start: Moment | None = None
    start_reason: Word | None = None
    end: Moment | None = None
    end_reason: Word | None = None
    placing_authority: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class PlacementRecorded(Statement):
    """Where a looked-after child was placed, and for how long."""

    stream: ClassVar[Stream] = Stream.CARE

    type: PlacementType | None = None
    type_word: Word | None = None
    provider: Word | None = None
    home_urn: Word | None = None
    postcode: Word | None = None
    start: Moment | None = None
    end: Moment | None = None
    end_reason: Word | None = None
    placing_authority: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class VisitRecorded(Statement):
    """A visit to a child: when, whether the child was seen, and seen alone."""

    stream: ClassVar[Stream] = Stream.CARE

    kind: VisitKind | None = None
    visited: Moment | None = None
    seen: bool | None = None
    seen_alone: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class ReviewRecorded(Statement):
    """A review of a plan or of a looked-after child."""

    stream: ClassVar[Stream] = Stream.CARE

    kind: ReviewKind | None = None
    due: Moment | None = None
    held: Moment | None = None
    took_part: bool | None = None
    participation_word: Word | None = None
