"""Words of police incidents, markers and risk links."""
from enum import StrEnum


class Grade(StrEnum):
    """How fast the police mean to attend."""

    IMMEDIATE = "IMMEDIATE"
    PRIORITY = "PRIORITY"
    SCHEDULED = "SCHEDULED"
    NO_ATTENDANCE = "NO_ATTENDANCE"
    UNMAPPED = "UNMAPPED"


class IncidentCategory(StrEnum):
    """The kind of incident police opened or closed (National Incident Category List names)."""

    MISSING_PERSON = "MISSING_PERSON"
    CONCERN_FOR_SAFETY = "CONCERN_FOR_SAFETY"
    ABSCONDER = "ABSCONDER"
    DOMESTIC_INCIDENT = "DOMESTIC_INCIDENT"
    SUSPICIOUS_CIRCUMSTANCES = "SUSPICIOUS_CIRCUMSTANCES"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class IncidentRole(StrEnum):
    """What the child was in a police incident."""

    SUBJECT = "SUBJECT"
    VICTIM = "VICTIM"
    SUSPECT = "SUSPECT"
    WITNESS = "WITNESS"
    PRESENT = "PRESENT"
    UNMAPPED = "UNMAPPED"


class CallerKind(StrEnum):
    """Who rang the police."""

    CARE_HOME = "CARE_HOME"
    PARENT = "PARENT"
    CARER = "CARER"
    PUBLIC = "PUBLIC"
    PROFESSIONAL = "PROFESSIONAL"
    CHILD = "CHILD"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class MarkerKind(StrEnum):
    """A police warning marker on a child."""

    CHILD_SEXUAL_EXPLOITATION = "CHILD_SEXUAL_EXPLOITATION"
    CHILD_CRIMINAL_EXPLOITATION = "CHILD_CRIMINAL_EXPLOITATION"
    CHILD_PROTECTION_PLAN = "CHILD_PROTECTION_PLAN"
    LOOKED_AFTER = "LOOKED_AFTER"
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE"
    FREQUENT_MISSING = "FREQUENT_MISSING"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class RiskLinkCategory(StrEnum):
    """Why a person is held to pose a risk to children."""

    REGISTERED_SEX_OFFENDER = "REGISTERED_SEX_OFFENDER"
    SUSPECTED_EXPLOITER = "SUSPECTED_EXPLOITER"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"
