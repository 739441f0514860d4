"""The neutral words every agency's own words are translated into; each list is closed.

Every list has UNMAPPED: the agency said something that the list does not hold. The agency's own
word always travels beside the neutral one. `None` in a field means that nothing was said at all.
"""
from broker.vocabulary.words.absence import (
    InterviewBy,
    PlaceKind,
    Risk,
    Whereabouts,
)
from broker.vocabulary.words.care import (
    AbuseCategory,
    LegalStatus,
    PlacementType,
    PlanKind,
    ReviewKind,
    VisitKind,
)
from broker.vocabulary.words.concern import (
    AllegedSource,
    ConcernCategory,
    ConcernSource,
    ConferenceKind,
    ConferenceOutcome,
    EnquiryOutcome,
    ReferralDecision,
    ReferralKind,
)
from broker.vocabulary.words.own import (
    AllegationDecision,
    AuditAction,
    FindingDecision,
    FindingState,
    NoticeState,
    SettingKind,
    Severity,
    Verdict,
)
from broker.vocabulary.words.person import (
    AddressKind,
    BirthDatePrecision,
    NameUse,
    Sex,
)
from broker.vocabulary.words.police import (
    CallerKind,
    Grade,
    IncidentCategory,
    IncidentRole,
    MarkerKind,
    RiskLinkCategory,
)
from broker.vocabulary.words.statement import (
    RETURNS,
    AgencyKind,
    Basis,
    Precision,
    Purpose,
    Regime,
    Sharing,
    State,
    Stream,
    System,
)

__all__ = [
    "RETURNS",
    "AbuseCategory",
    "AddressKind",
    "AgencyKind",
    "AllegationDecision",
    "AllegedSource",
    "AuditAction",
    "Basis",
    "BirthDatePrecision",
    "CallerKind",
    "ConcernCategory",
    "ConcernSource",
    "ConferenceKind",
    "ConferenceOutcome",
    "EnquiryOutcome",
    "FindingDecision",
    "FindingState",
    "Grade",
    "IncidentCategory",
    "IncidentRole",
    "InterviewBy",
    "LegalStatus",
    "MarkerKind",
    "NameUse",
    "NoticeState",
    "PlaceKind",
    "PlacementType",
    "PlanKind",
    "Precision",
    "Purpose",
    "ReferralDecision",
    "ReferralKind",
    "Regime",
    "ReviewKind",
    "Risk",
    "RiskLinkCategory",
    "SettingKind",
    "Severity",
    "Sex",
    "Sharing",
    "State",
    "Stream",
    "System",
    "Verdict",
    "VisitKind",
    "Whereabouts",
]
