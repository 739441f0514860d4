"""Words about who a child is."""
from enum import StrEnum


class Sex(StrEnum):
    """Sex as recorded; gender is mapped to it for Male and Female only."""

    MALE = "MALE"
    FEMALE = "FEMALE"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class BirthDatePrecision(StrEnum):
    """How far a birth date can be trusted; EXPECTED is an unborn child's."""

    EXACT = "EXACT"
    ESTIMATED = "ESTIMATED"
    EXPECTED = "EXPECTED"
    UNMAPPED = "UNMAPPED"


class NameUse(StrEnum):
    """How a name is used."""

    LEGAL = "LEGAL"
    FORMER = "FORMER"
    PREFERRED = "PREFERRED"
    UNMAPPED = "UNMAPPED"


class AddressKind(StrEnum):
    """What an address is to the child."""

    HOME = "HOME"
    PLACEMENT = "PLACEMENT"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"
