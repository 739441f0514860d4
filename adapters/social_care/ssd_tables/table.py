"""How a table of the SSD is tied to the others, and which function reads its rows."""
from collections.abc import Callable
from dataclasses import dataclass

from adapters.social_care.entry import Entry
from broker.event.envelope import Statement

# The numberings by which rows without a person find theirs.
REFERRALS = "ssd.referral"
ASSESSMENTS = "ssd.assessment"
ENQUIRIES = "ssd.enquiry"
CP_PLANS = "ssd.cp_plan"
CARE = "ssd.care"

Says = Callable[[Entry, str], Statement]


@dataclass(frozen=True, slots=True)
class SsdTable:
    """`key` is the row's own reference; `person` the column of its person, where there is one.

    `joins` are (column, numbering) tried in order where the row names no person; `parent_of`
    the (column, numbering) by which other tables find a person through this one.
    """

    name: str
    key: str
    says: Says
    person: str | None = None
    joins: tuple[tuple[str, str], ...] = ()
    parent_of: tuple[tuple[str, str], ...] = ()
