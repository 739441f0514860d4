"""Police incidents: how fast the police meant to come, came, and looked after what they wrote."""
from broker.rules.themes.grade import allocation, attendance, lowered, review

__all__ = ["allocation", "attendance", "lowered", "review"]
