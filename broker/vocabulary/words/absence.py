"""Words about where a child is, and how worried an agency is."""
from enum import StrEnum


class Whereabouts(StrEnum):
    """What an account of an absence says about where the child is."""

    MISSING = "MISSING"
    AWAY_KNOWN = "AWAY_KNOWN"
    ABSCONDED = "ABSCONDED"
    CONCERN_FOR_SAFETY = "CONCERN_FOR_SAFETY"
    UNMAPPED = "UNMAPPED"


class Risk(StrEnum):
    """The risk an agency put on a child; NONE_APPARENT includes the police's "absent"."""

    NONE_APPARENT = "NONE_APPARENT"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    UNMAPPED = "UNMAPPED"


class PlaceKind(StrEnum):
    """The kind of place a child went missing from."""

    HOME = "HOME"
    CARE_HOME = "CARE_HOME"
    FOSTER_CARE = "FOSTER_CARE"
    SCHOOL = "SCHOOL"
    HOSPITAL = "HOSPITAL"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class InterviewBy(StrEnum):
    """Who held a return interview; only an independent one meets the 2014 guidance."""

    INDEPENDENT = "INDEPENDENT"
    HOME = "HOME"
    UNMAPPED = "UNMAPPED"
