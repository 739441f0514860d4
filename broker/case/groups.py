"""Groups of things that belong together, whatever the order in which that is found out."""
from bisect import insort


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
        for number in moved:
            self._leader[number] = one
        fewer, more = (moved, joined) if len(moved) <= len(joined) else (joined, moved)
        for number in fewer:
            insort(more, number)
        self._members[one] = more

    def all(self) -> list[list[int]]:
        """Every group's numbers in order, by its least number."""
        return [self._members[leader] for leader in sorted(self._members)]
