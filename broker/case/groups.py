"""Groups of things that belong together, whatever the order in which that is found out."""


class Groups:
    """A division of the numbers 0 to n-1 into groups; a group is named by its least number."""

    def __init__(self, count: int) -> None:
        self._leader = list(range(count))

    def of(self, number: int) -> int:
        """The least number of this one's group."""
        while self._leader[number] != number:
            self._leader[number] = number = self._leader[self._leader[number]]
        return number

    def join(self, one: int, other: int) -> None:
        """Make one group of two."""
        one, other = sorted((self.of(one), self.of(other)))
        self._leader[other] = one

    def all(self) -> dict[int, list[int]]:
        """Every group's numbers in order, by its least number."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._leader)):
            found.setdefault(self.of(number), []).append(number)
        return found
