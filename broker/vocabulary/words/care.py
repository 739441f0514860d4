"""Words of plans, care and placements; the codes are those of the statutory returns."""
from enum import StrEnum


class PlanKind(StrEnum):
    """Child in need plan or child protection plan."""

    CIN = "CIN"
    CP = "CP"
    UNMAPPED = "UNMAPPED"


class VisitKind(StrEnum):
    """What kind of visit or interview somebody made."""

    CIN_VISIT = "CIN_VISIT"
    CP_VISIT = "CP_VISIT"
    LOOKED_AFTER_VISIT = "LOOKED_AFTER_VISIT"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class ReviewKind(StrEnum):
    """What a review reviewed."""

    CP_REVIEW = "CP_REVIEW"
    LOOKED_AFTER_REVIEW = "LOOKED_AFTER_REVIEW"
    UNMAPPED = "UNMAPPED"


class AbuseCategory(StrEnum):
    """Child protection plan categories (CIN census, categoryofabusetype)."""

    NEG = "NEG"
    PHY = "PHY"
    SAB = "SAB"
    EMO = "EMO"
    MUL = "MUL"
    UNMAPPED = "UNMAPPED"


class LegalStatus(StrEnum):
    """Legal statuses of looked-after children (SSDA903, LS)."""

    C1 = "C1"
    C2 = "C2"
    D1 = "D1"
    E1 = "E1"
    V2 = "V2"
    V3 = "V3"
    V4 = "V4"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    J1 = "J1"
    J2 = "J2"
    J3 = "J3"
    UNMAPPED = "UNMAPPED"


class PlacementType(StrEnum):
    """Placement types (SSDA903, PLACE; every layout's codes)."""

    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"
    H5 = "H5"
    K1 = "K1"
    K2 = "K2"
    K3 = "K3"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R5 = "R5"
    S1 = "S1"
    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    U1 = "U1"
    U2 = "U2"
    U3 = "U3"
    U4 = "U4"
    U5 = "U5"
    U6 = "U6"
    Z1 = "Z1"
    Z11 = "Z11"
    Z12 = "Z12"
    Z13 = "Z13"
    Z14 = "Z14"
    UNMAPPED = "UNMAPPED"
