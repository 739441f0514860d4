"""What is one and the same, though it reads differently: two numbers or local ids of one child.

People's judgements say so, and a record that ends one NHS number beside the one it now has.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from broker.identity.groups import Groups
from broker.identity.person import Person
from broker.identity.scoring import (
    ADOPTED,
    HELD_APART,
    NHS_NUMBERS_DIFFER,
    adoption_parts,
    forbidden_of,
)


@dataclass(frozen=True, slots=True)
class Sameness:
    """What may not forbid a link any more: a person joined records across it, or an agency says
    that the one number took the place of the other."""

    words: Groups
    adopted: frozenset[str]

    @classmethod
    def of(cls, joined: Iterable[Sequence[Person]], everyone: Iterable[Person]) -> "Sameness":
        """From the groups of people that judgements made one, and all people looked at.

        The record that ended a number need not be either of two that show the old and the new.
        """
        words = Groups()
        adopted: set[str] = set()
        for group in joined:
            for each in group:
                words.join(f"id {group[0].own_id}", f"id {each.own_id}")
            numbers = [number for each in group for number in each.nhs]
            for number in numbers:
                words.join(f"nhs {numbers[0]}", f"nhs {number}")
            for one, other in combinations(group, 2):
                if adoption_parts(one, other):
                    adopted.update((one.key, other.key))
        for each in everyone:
            if len(each.nhs) == 1:
                for number in each.superseded:
                    words.join(f"nhs {each.nhs[0]}", f"nhs {number}")
        return cls(words, frozenset(adopted))

    def forbids(self, one: Person, other: Person) -> str | None:
        """Why the two may never be joined automatically, unless a judgement excuses it."""
        reason = forbidden_of(one, other)
        if reason is None:
            return None
        if reason == ADOPTED and one.key not in self.adopted and other.key not in self.adopted:
            return reason
        if self._numbers_differ(one, other):
            return NHS_NUMBERS_DIFFER
        if one.agency == other.agency and self.words.group(f"id {one.own_id}") is not (
                self.words.group(f"id {other.own_id}")):
            return HELD_APART
        return None

    def _numbers_differ(self, one: Person, other: Person) -> bool:
        if not one.nhs or not other.nhs:
            return False
        own = {id(self.words.group(f"nhs {each}")) for each in (*one.nhs, *one.superseded)}
        others = {id(self.words.group(f"nhs {each}")) for each in (*other.nhs, *other.superseded)}
        return own.isdisjoint(others)
