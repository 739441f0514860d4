"""People who pose a risk to children: who has been told of them, and where they live."""
from broker.rules.themes.posing_risk import same_address, unknown

__all__ = ["same_address", "unknown"]
