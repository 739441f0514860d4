"""What people's judgements make the same: two numbers or two local ids of one child."""
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
    """What may not forbid a link any more, because a person joined records across it."""

    words: Groups
    adopted: frozenset[str]

    @classmethod
    def of(cls, joined: Iterable[Sequence[Person]]) -> "Sameness":
        """From the groups of people that judgements made one."""
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
