"""The police's words, each list ready to be looked up."""
from collections.abc import Mapping
from dataclasses import dataclass

from broker.sdk.fields import Words
from broker.vocabulary.words import (
    AllegedSource,
    CallerKind,
    ConcernCategory,
    Grade,
    IncidentCategory,
    IncidentRole,
    MarkerKind,
    PlaceKind,
    Risk,
    RiskLinkCategory,
    Sex,
    Sharing,
    State,
    Whereabouts,
)

# Office for National Statistics 16+1 codes (2001 census groups) as police record them.
ETHNICITIES = frozenset({
    "W1", "W2", "W3", "W9", "M1", "M2", "M3", "M9", "A1", "A2", "A3", "A9", "B1", "B2", "B9",
    "O1", "O9", "NS",
})
ABSENT = "no apparent risk (absent)"


@dataclass(frozen=True, slots=True)
class PoliceWords:
    """One lookup a code list."""

    gender: Words[Sex]
    role: Words[IncidentRole]
    category: Words[IncidentCategory]
    grade: Words[Grade]
    caller: Words[CallerKind]
    classification: Words[Whereabouts]
    risk: Words[Risk]
    missing_from: Words[PlaceKind]
    concern: Words[ConcernCategory]
    alleged_source: Words[AllegedSource]
    marker: Words[MarkerKind]
    subject_category: Words[RiskLinkCategory]
    handling: Words[Sharing]
    state: Words[State]


def words_of(lists: Mapping[str, Mapping[str, str]]) -> PoliceWords:
    """The lookups of adapter.toml's [words]."""
    return PoliceWords(
        gender=Words(Sex, lists["gender"]),
        role=Words(IncidentRole, lists["role"]),
        category=Words(IncidentCategory, lists["category"], IncidentCategory.OTHER),
        grade=Words(Grade, lists["grade"]),
        caller=Words(CallerKind, lists["caller"]),
        classification=Words(Whereabouts, lists["classification"]),
        risk=Words(Risk, lists["risk"]),
        missing_from=Words(PlaceKind, lists["missing_from"]),
        concern=Words(ConcernCategory, lists["concern"]),
        alleged_source=Words(AllegedSource, lists["alleged_source"]),
        marker=Words(MarkerKind, lists["marker"]),
        subject_category=Words(RiskLinkCategory, lists["subject_category"]),
        handling=Words(Sharing, lists["handling"]),
        state=Words(State, lists["state"]),
    )
