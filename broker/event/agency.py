"""An agency of the partnership, as everybody inside Concord knows it."""
from dataclasses import dataclass

from broker.vocabulary.words import AgencyKind


@dataclass(frozen=True, slots=True)
class Agency:
    """Who an agency is; every home is an agency of its own. `lead` is whom it has named, by office
    or by name, to read what is for named leads alone (None: it gets none of that)."""

    code: str
    kind: AgencyKind
    name: str
    home_urn: str | None = None
    authority_code: str | None = None
    force_code: str | None = None
    lead: str | None = None
