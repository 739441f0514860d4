"""A hard world of children with known truth: all that makes linking their records difficult.

Twins and triplets, brothers and sisters with like names at one address, newborns without a name,
changed, halved, respelt and swapped names, estimated and mistyped birth dates, moves, missing and
dummy numbers, one child twice in one agency, fathers and sons of one name, returns without names.
It stands apart from the partnership of the demonstration: it is made of what agencies say of
people and nothing else, and serves to estimate the model of identity and to measure it.
"""
from dataclasses import dataclass
from random import Random

from broker.world.hard.children import Families, Truth
from broker.world.hard.records import Clerks, Held
from broker.world.hard.settings import HELD_BACK_FROM, Settings, settings_of

__all__ = ["HELD_BACK_FROM", "HardWorld", "Held", "Settings", "Truth", "hard_world"]


@dataclass(frozen=True, slots=True)
class HardWorld:
    """The children (and a few fathers) by their number, and what agencies hold of them."""

    people: dict[int, Truth]
    records: tuple[Held, ...]


def hard_world(children: int, seed: int, hardness: float = 1.0) -> HardWorld:
    """A world of at least so many children. Seeds from HELD_BACK_FROM on take other names, and
    each seed its own settings; `hardness` multiplies every error."""
    settings = settings_of(seed, hardness)
    rng = Random(f"hard world {seed}")
    people = Families(rng, settings, held_back=seed >= HELD_BACK_FROM).grow(children)
    clerks = Clerks(rng, settings)
    records = [held for person in people for held in clerks.records_of(person)]
    rng.shuffle(records)
    return HardWorld({each.number: each for each in people}, tuple(records))
