"""The six agencies of the made-up partnership, and where each leaves its files."""

from dataclasses import dataclass
from enum import StrEnum


class AgencyKind(StrEnum):
    """The adapter that reads an agency's files."""

    POLICE = "police"
    COUNCIL = "social_care"
    HOME = "care_home"


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency: its code, how it is read, and for a home its URN and its own address."""

    code: str
    kind: AgencyKind
    name: str
    drop: str
    urn: str = ""
    prefix: str = ""
    address_line: str = ""
    postcode: str = ""


def _home(code: str, name: str, urn: str, prefix: str, line: str, postcode: str) -> Agency:
    return Agency(code, AgencyKind.HOME, name, f"homes/{code}", urn, prefix, line, postcode)


AUTHORITY_CODE = "815"
NEIGHBOUR_AUTHORITY_CODE = "816"
FORCE_CODE = "12"

POLICE = Agency("police", AgencyKind.POLICE, "North Valley Police", "police")
COUNCIL = Agency("council", AgencyKind.COUNCIL, "North Valley Council", "council")
HOMES = (
    _home("riverside", "Riverside House", "SC012345", "RV", "1 Weir Bank", "NV30 1RH"),
    _home("hillcrest", "Hillcrest", "SC023456", "HC", "40 Beacon Rise", "NV31 2HD"),
    _home("fernlea", "Fernlea", "SC034567", "FL", "7 Bracken Lane", "NV32 3FL"),
    _home("oakview", "Oakview Lodge", "SC045678", "OV", "22 Acorn Drive", "NV33 4ED"),
)
AGENCIES = (POLICE, COUNCIL, *HOMES)
