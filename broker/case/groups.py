"""Groups of things that belong together, whatever the order in which that is found out."""
from bisect import insort
from collections.abc import Iterable


class Groups:
    """A division of the numbers 0 to n-1 into groups; a group is named by its least number."""

    def __init__(self, count: int) -> None:
        self._leader = list(range(count))
        self._members: dict[int, list[int]] = {number: [number] for number in range(count)}

    def of(self, number: int) -> int:
        """The least number of this one's group."""
        return self._leader[number]

    def with_it(self, number: int) -> list[int]:
        """All numbers of this one's group, in order."""
        return self._members[self._leader[number]]

    def join(self, one: int, other: int) -> None:
        """Make one group of two."""
        one, other = self._leader[one], self._leader[other]
        if one == other:
            return
        one, other = min(one, other), max(one, other)
        moved, joined = self._members.pop(other), self._members[one]
        if len(moved) == 1:
            self._leader[moved[0]] = one
            insort(joined, moved[0])
            return
        for number in moved:
            self._leader[number] = one
        fewer, more = (moved, joined) if len(moved) <= len(joined) else (joined, moved)
        for number in fewer:
            insort(more, number)
        self._members[one] = more

    def gather(self, numbers: Iterable[int]) -> None:
        """Make one group of these, of which none has been joined to any before."""
        members = sorted(numbers)
        for number in members[1:]:
            self._leader[number] = members[0]
            del self._members[number]
        self._members[members[0]] = members

    def all(self) -> list[list[int]]:
        """Every group's numbers in order, by its least number."""
        return [self._members[leader] for leader in sorted(self._members)]
