"""Children missing: what the agencies say of one absence, and where it does not agree."""
from broker.rules.themes.missing import (
    category,
    downgrade,
    interview,
    open_still,
    risk,
    whereabouts,
)

__all__ = ["category", "downgrade", "interview", "open_still", "risk", "whereabouts"]
