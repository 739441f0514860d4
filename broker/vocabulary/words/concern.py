"""Words about harm, and what is done about it."""
from enum import StrEnum


class ConcernCategory(StrEnum):
    """What kind of harm is feared or found."""

    NEGLECT = "NEGLECT"
    PHYSICAL_ABUSE = "PHYSICAL_ABUSE"
    EMOTIONAL_ABUSE = "EMOTIONAL_ABUSE"
    SEXUAL_ABUSE = "SEXUAL_ABUSE"
    SEXUAL_EXPLOITATION = "SEXUAL_EXPLOITATION"
    CRIMINAL_EXPLOITATION = "CRIMINAL_EXPLOITATION"
    TRAFFICKING = "TRAFFICKING"
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE"
    SELF_HARM = "SELF_HARM"
    FGM = "FGM"
    FAITH_BASED_ABUSE = "FAITH_BASED_ABUSE"
    RADICALISATION = "RADICALISATION"
    MISSING = "MISSING"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class AllegedSource(StrEnum):
    """Who is alleged to have caused the harm."""

    HOME_STAFF = "HOME_STAFF"
    CARER = "CARER"
    PARENT = "PARENT"
    OTHER_ADULT = "OTHER_ADULT"
    CHILD = "CHILD"
    UNKNOWN = "UNKNOWN"
    UNMAPPED = "UNMAPPED"


class ConcernSource(StrEnum):
    """What kind of paper a concern was written on."""

    POLICE_NOTICE = "POLICE_NOTICE"
    HOME_NOTIFICATION = "HOME_NOTIFICATION"
    UNMAPPED = "UNMAPPED"


class ReferralKind(StrEnum):
    """A contact (somebody told us) or a referral (we opened an episode)."""

    CONTACT = "CONTACT"
    REFERRAL = "REFERRAL"
    UNMAPPED = "UNMAPPED"


class ReferralDecision(StrEnum):
    """What social care decided to do with a contact or referral."""

    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    ADVICE = "ADVICE"
    EARLY_HELP = "EARLY_HELP"
    ASSESSMENT = "ASSESSMENT"
    STRATEGY_DISCUSSION = "STRATEGY_DISCUSSION"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class EnquiryOutcome(StrEnum):
    """How a section 47 enquiry ended."""

    CONFERENCE = "CONFERENCE"
    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    OTHER_AGENCY = "OTHER_AGENCY"
    CONTINUE_ASSESSMENT = "CONTINUE_ASSESSMENT"
    LEGAL_ACTION = "LEGAL_ACTION"
    SERVICES = "SERVICES"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class ConferenceKind(StrEnum):
    """Which child protection conference."""

    INITIAL = "INITIAL"
    UNMAPPED = "UNMAPPED"


class ConferenceOutcome(StrEnum):
    """How a child protection conference ended."""

    CP_PLAN = "CP_PLAN"
    NO_CP_PLAN = "NO_CP_PLAN"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"
