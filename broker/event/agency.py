"""An agency of the partnership, as everybody inside Concord knows it."""
from dataclasses import dataclass

from broker.vocabulary.words import AgencyKind


@dataclass(frozen=True, slots=True)
class Agency:
    """Who an agency is; every home is an agency of its own."""

    code: str
    kind: AgencyKind
    name: str
    home_urn: str | None = None
    authority_code: str | None = None
    force_code: str | None = None
