"""What a worker remembers of children about whom very much is recorded, and who were looked at
lately: what their statements say, and what the last look made of them.

It saves work and changes nothing: a look without it says the same (see case.memory). It is
bounded and never written anywhere. Of what is no longer stored nothing is kept by the next look
at that child; a child at whom nobody looks again goes when others need the room, or the worker
ends.
"""
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from broker.case.memory import Memory
from broker.event.envelope import Statement

MANY = 500  # statements: of fewer a look costs no more than remembering does
AT_MOST = 30_000  # statements that are remembered together, some 6.5 KB each
T = TypeVar("T")
Stored = Sequence[tuple[bytes, bytes]]


class Memories:
    """Memories by child, and the statements of people by what is stored of them; those longest
    not looked at are let go first. For one look at a time."""

    def __init__(self, many: int = MANY, at_most: int = AT_MOST) -> None:
        self._many = many
        self._at_most = at_most
        self._said: OrderedDict[str, Mapping[tuple[bytes, bytes], Statement]] = OrderedDict()
        self._memories: OrderedDict[str, tuple[int, Memory]] = OrderedDict()

    def read(self, person_key: str, stored: Stored,
             read: Callable[[bytes, bytes], Statement]) -> list[Statement]:
        """What the stored statements (id, bytes) of a person say, the same bytes read once."""
        before = self._said.pop(person_key, {})
        statements = [before.get(each) or read(*each) for each in stored]
        if len(statements) >= self._many:
            self._said[person_key] = dict(zip(stored, statements, strict=True))
            _bound(self._said, self._at_most, len)
        return statements

    def of(self, child: str, statements: int) -> Memory | None:
        """What the last look at a child left, of whom there are now so many statements; None
        where they are too few."""
        _, memory = self._memories.pop(child, (0, None))
        if statements < self._many:
            return None
        self._memories[child] = statements, memory or Memory()
        _bound(self._memories, self._at_most, lambda each: each[0])
        return self._memories[child][1] if child in self._memories else None


def _bound(held: OrderedDict[str, T], at_most: int, size: Callable[[T], int]) -> None:
    """Let go of the oldest until there are no more statements than may be."""
    left = sum(map(size, held.values()))
    while left > at_most:
        left -= size(held.popitem(last=False)[1])
