"""Concerns and what follows: notices, referrals, assessments, enquiries, conferences."""
from typing import ClassVar

from pydantic.dataclasses import dataclass

from broker.event.envelope import CONFIG, Moment, Statement, Text, Word
from broker.vocabulary.words import (
    AllegedSource,
    ConcernCategory,
    ConcernSource,
    ConferenceKind,
    ConferenceOutcome,
    EnquiryOutcome,
    ReferralDecision,
    ReferralKind,
    Risk,
    Stream,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class CategoryWord:
    """A neutral category beside the agency's own word or code for it."""

    category: ConcernCategory
    word: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class ConcernRecorded(Statement):
    """A worry written down about a child: a police notice (PPN) or a home's notification."""

    stream: ClassVar[Stream] = Stream.CONCERN

    source: ConcernSource | None = None
    kind_word: Word | None = None
    categories: tuple[CategoryWord, ...] = ()
    risk: Risk | None = None
    risk_word: Word | None = None
    raised: Moment | None = None
    shared_with: Word | None = None
    shared: Moment | None = None
    not_shared_reason: Text | None = None
    triage_outcome: Text | None = None
    notified_ofsted: Moment | None = None
    child_spoken_to: bool | None = None
    demeanour_recorded: bool | None = None
    alleged_source: AllegedSource | None = None
    alleged_source_word: Word | None = None
    alleged_urn: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class ReferralRecorded(Statement):
    """A contact or referral received by children's social care."""

    stream: ClassVar[Stream] = Stream.CONCERN

    kind: ReferralKind | None = None
    received: Moment | None = None
    source: Word | None = None
    source_word: Word | None = None
    decision: ReferralDecision | None = None
    decision_word: Text | None = None
    decided: Moment | None = None
    acknowledged: Moment | None = None
    primary_need: Word | None = None
    closed: Moment | None = None
    close_reason: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class AssessmentRecorded(Statement):
    """A child and family assessment."""

    stream: ClassVar[Stream] = Stream.CONCERN

    started: Moment | None = None
    authorised: Moment | None = None
    child_seen: bool | None = None
    factors: tuple[CategoryWord, ...] = ()
    no_further_action: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class EnquiryRecorded(Statement):
    """A section 47 enquiry and the strategy discussion that began it."""

    stream: ClassVar[Stream] = Stream.CONCERN

    strategy_discussion: Moment | None = None
    started: Moment | None = None
    ended: Moment | None = None
    outcome: EnquiryOutcome | None = None
    outcome_word: Text | None = None
    conference_not_required: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class ConferenceRecorded(Statement):
    """A child protection conference."""

    stream: ClassVar[Stream] = Stream.CONCERN

    kind: ConferenceKind | None = None
    target: Moment | None = None
    held: Moment | None = None
    outcome: ConferenceOutcome | None = None
    outcome_word: Text | None = None
    transfer_in: bool | None = None
