"""Children missing: what the agencies say of one absence, and where it does not agree."""
from broker.rules.themes.missing import (
    category,
    council,
    downgrade,
    interview,
    late_report,
    open_still,
    repeated,
    risk,
    whereabouts,
)

__all__ = ["category", "council", "downgrade", "interview", "late_report", "open_still",
           "repeated", "risk", "whereabouts"]
