"""Accounts of an absence: police missing reports, home absences, council missing episodes."""
from typing import ClassVar

from pydantic.dataclasses import dataclass

from broker.event.envelope import CONFIG, Moment, Statement, Word
from broker.vocabulary.words import InterviewBy, PlaceKind, Risk, Stream, Whereabouts


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class MissingEpisodeRecorded(Statement):
    """One agency's account of one absence of a child."""

    stream: ClassVar[Stream] = Stream.MISSING

    classification: Whereabouts | None = None
    classification_word: Word | None = None
    risk_first: Risk | None = None
    risk_first_word: Word | None = None
    risk_now: Risk | None = None
    risk_now_word: Word | None = None
    risk_changed: Moment | None = None
    looked_after: bool | None = None
    missing_from: PlaceKind | None = None
    missing_from_word: Word | None = None
    home_urn: Word | None = None
    last_seen: Moment | None = None
    noticed: Moment | None = None
    found: Moment | None = None
    returned: Moment | None = None
    told_police: Moment | None = None
    told_authority: Moment | None = None
    police_reference: Word | None = None
    child_spoken_to: Moment | None = None
    prevention_interview: Moment | None = None
    return_interview_offered: bool | None = None
    return_interview_accepted: bool | None = None
    return_interview_held: Moment | None = None
    return_interview_by: InterviewBy | None = None
    return_interview_by_word: Word | None = None
    found_postcode: Word | None = None
