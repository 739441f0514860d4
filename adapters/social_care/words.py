"""The council's words as the neutral ones, from adapter.toml and the code lists."""
from enum import StrEnum
from typing import Final

from broker.sdk.fields import Words
from broker.sdk.manifest import read_manifest
from broker.vocabulary.cin import ASSESSMENT_FACTORS, NO_FACTORS
from broker.vocabulary.words import (
    AbuseCategory,
    AddressKind,
    ConcernCategory,
    ConferenceOutcome,
    EnquiryOutcome,
    LegalStatus,
    PlacementType,
    ReferralDecision,
    Sex,
    Whereabouts,
)

MANIFEST: Final = read_manifest("adapters.social_care")


class YesNo(StrEnum):
    """Yes or no, in the many ways councils write it."""

    Y = "Y"
    N = "N"
    UNMAPPED = "UNMAPPED"


class NumberKind(StrEnum):
    """What kind of number for a child a linked identifier is: the scheme it travels under."""

    UPN = "upn"
    FORMER_UPN = "former_upn"
    NHS_NUMBER = "nhs_number"
    CASE_NUMBER = "case_number"
    HOME_OFFICE = "home_office"
    NATIONAL_INSURANCE = "national_insurance"
    YOUTH_OFFENDING = "youth_offending"
    COURT_CASE = "court_case"
    ADOPTION_AGENCY = "adoption_agency"
    POLICE_LOG = "police_log"
    UNMAPPED = "UNMAPPED"


_WORDS = MANIFEST.words

SSD_SEX = Words(Sex, _WORDS["ssd_sex"])
CIN_SEX = {name: Words(Sex, _WORDS[f"cin_{name}"]) for name in ("Sex", "GenderCurrent")}
SSDA903_SEX = Words(Sex, _WORDS["ssda903_sex"])
# What says that the sex is not known: not a word that somebody failed to map.
SEX_UNKNOWN = frozenset({"U", "UNKNOWN", "NOT KNOWN", "0"})

ADDRESS = Words(AddressKind, _WORDS["address"])
ADDRESS_PROTECTED = frozenset({"refuge", "adoption placement", "protected", "confidential"})
NUMBER = Words(NumberKind, _WORDS["identifier"])
MISSING = Words(Whereabouts, _WORDS["missing"])
ABUSE = Words(AbuseCategory, _WORDS["abuse"])
LEGAL_STATUS = Words(LegalStatus, {each: each for each in LegalStatus if each != "UNMAPPED"})
PLACEMENT = Words(PlacementType, {each: each for each in PlacementType if each != "UNMAPPED"})
FACTOR = Words(ConcernCategory, ASSESSMENT_FACTORS)
YES_NO = Words(YesNo, _WORDS["yes_no"])

CONTACT_OUTCOME = Words(ReferralDecision, _WORDS["contact_outcome"])
REFERRAL_OUTCOME = Words(ReferralDecision, _WORDS["referral_outcome"])
ASSESSMENT_OUTCOME = Words(ReferralDecision, _WORDS["assessment_outcome"])
ENQUIRY_OUTCOME = Words(EnquiryOutcome, _WORDS["enquiry_outcome"])
CONFERENCE_OUTCOME = Words(ConferenceOutcome, _WORDS["conference_outcome"])

# Where several outcomes are ticked the first of these that is among them is the neutral word.
STRENGTH: Final = {name: position for position, name in enumerate((
    "STRATEGY_DISCUSSION", "CONFERENCE", "CP_PLAN", "LEGAL_ACTION", "ASSESSMENT",
    "CONTINUE_ASSESSMENT", "SERVICES", "OTHER_AGENCY", "EARLY_HELP", "OTHER", "NO_CP_PLAN",
    "ADVICE", "NO_FURTHER_ACTION", "UNMAPPED"))}

__all__ = [
    "ABUSE", "ADDRESS", "ADDRESS_PROTECTED", "ASSESSMENT_OUTCOME", "CIN_SEX",
    "CONFERENCE_OUTCOME", "CONTACT_OUTCOME", "ENQUIRY_OUTCOME", "FACTOR", "LEGAL_STATUS",
    "MANIFEST", "MISSING", "NO_FACTORS", "NUMBER", "PLACEMENT", "REFERRAL_OUTCOME",
    "SEX_UNKNOWN", "SSDA903_SEX", "SSD_SEX", "STRENGTH", "YES_NO", "NumberKind",
]
