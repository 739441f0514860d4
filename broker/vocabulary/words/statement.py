"""How a statement is said: from which system, how finely, on what footing."""
from enum import StrEnum


class System(StrEnum):
    """Which of an agency's systems a record was read from."""

    FILES = "files"
    SSD = "ssd"
    CIN = "cin"
    SSDA903 = "ssda903"
    API = "api"
    UNMAPPED = "UNMAPPED"


class Precision(StrEnum):
    """How finely a time is known; a DAY stands at local midnight."""

    INSTANT = "INSTANT"
    DAY = "DAY"
    UNMAPPED = "UNMAPPED"


class State(StrEnum):
    """Whether the agency stands by the record or has taken it back."""

    CURRENT = "CURRENT"
    WITHDRAWN = "WITHDRAWN"
    UNMAPPED = "UNMAPPED"


class Sharing(StrEnum):
    """Whether a statement may be shared at once or waits for a person (police handling codes)."""

    PERMITTED = "PERMITTED"
    CONDITIONAL = "CONDITIONAL"
    UNMAPPED = "UNMAPPED"


class Basis(StrEnum):
    """What kind of knowledge a statement is (Data Protection Act 2018, s38)."""

    FACT = "FACT"
    ASSESSMENT = "ASSESSMENT"
    INTELLIGENCE = "INTELLIGENCE"
    UNMAPPED = "UNMAPPED"


class Regime(StrEnum):
    """The data protection regime the agency recorded it under."""

    PART3 = "PART3"
    UK_GDPR = "UK_GDPR"
    UNMAPPED = "UNMAPPED"


class Purpose(StrEnum):
    """Why a statement is shared."""

    SAFEGUARDING = "SAFEGUARDING"
    CHILD_PROTECTION = "CHILD_PROTECTION"
    UNMAPPED = "UNMAPPED"


class Stream(StrEnum):
    """The shared topics; an agreement names streams, never single event types."""

    PERSON = "person"
    INCIDENT = "incident"
    MISSING = "missing"
    CONCERN = "concern"
    CARE = "care"
    RISK = "risk"


class AgencyKind(StrEnum):
    """What an agency of the partnership is; the word is the name of its adapter."""

    POLICE = "police"
    SOCIAL_CARE = "social_care"
    CARE_HOME = "care_home"


RETURNS = frozenset({System.CIN, System.SSDA903})
"""The systems of a council that speak once a year, of the year before: its statutory returns."""
