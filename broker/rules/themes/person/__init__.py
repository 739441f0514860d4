"""Who the child is: what agencies' records of one child, or of two, say of the person."""
from broker.rules.themes.person import address, death, details, numbers, shared_number

__all__ = ["address", "death", "details", "numbers", "shared_number"]
