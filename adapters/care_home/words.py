"""A home's words, each list ready to be looked up."""
from collections.abc import Mapping
from dataclasses import dataclass

from broker.sdk.fields import Words
from broker.vocabulary.words import (
    AllegedSource,
    ConcernCategory,
    InterviewBy,
    LegalStatus,
    Risk,
    Sex,
    State,
    Whereabouts,
)


@dataclass(frozen=True, slots=True)
class HomeWords:
    """One lookup a code list."""

    sex: Words[Sex]
    category: Words[Whereabouts]
    risk: Words[Risk]
    interview_by: Words[InterviewBy]
    kind: Words[ConcernCategory]
    alleged_source: Words[AllegedSource]
    legal_status: Words[LegalStatus]
    state: Words[State]


def words_of(lists: Mapping[str, Mapping[str, str]]) -> HomeWords:
    """The lookups of adapter.toml's [words]."""
    return HomeWords(
        sex=Words(Sex, lists["sex"]),
        category=Words(Whereabouts, lists["category"]),
        risk=Words(Risk, lists["risk"]),
        interview_by=Words(InterviewBy, lists["interview_by"]),
        kind=Words(ConcernCategory, lists["kind"]),
        alleged_source=Words(AllegedSource, lists["alleged_source"]),
        legal_status=Words(LegalStatus, lists["legal_status"]),
        state=Words(State, lists["state"]),
    )
