"""What a comparison answers: how far one feature of two people agrees."""
from typing import NamedTuple


class Evidence(NamedTuple):
    """A feature, the level to which it agrees, and how rare the agreeing value is in bits.

    The model's table gives each (feature, level) its weight and its sentence; `rarity` is added
    to it where the level's chance agreement depends on the value (a common or a rare name).
    """

    feature: str
    level: str
    rarity: float = 0.0
