"""Disjoint groups of keys that only ever grow together."""
from collections.abc import Iterable, Iterator


class Groups:
    """Each key begins in a group of its own."""

    def __init__(self, keys: Iterable[str] = ()):
        self._group: dict[str, set[str]] = {key: {key} for key in keys}

    def group(self, key: str) -> set[str]:
        """The group of a key; the same object for all its members."""
        found = self._group.get(key)
        if found is None:
            found = self._group[key] = {key}
        return found

    def join(self, one: str, other: str) -> None:
        """Make one group of two."""
        larger, smaller = self.group(one), self.group(other)
        if larger is smaller:
            return
        if len(larger) < len(smaller):
            larger, smaller = smaller, larger
        larger |= smaller
        for key in smaller:
            self._group[key] = larger

    def joins(self, one: str, other: str) -> bool:
        """Make one group of two; whether they were two."""
        if self.group(one) is self.group(other):
            return False
        self.join(one, other)
        return True

    def members(self) -> list[list[str]]:
        """Every group once, sorted, in order of its least key."""
        found = {id(group): group for group in self._group.values()}
        return sorted(sorted(group) for group in found.values())


def without_one(
    one: Iterable[str], other: Iterable[str],
) -> Iterator[tuple[list[str], list[str]]]:
    """The two groups, and then without each record of a group that has others."""
    both = sorted(one), sorted(other)
    yield both
    for own, rest in (both, both[::-1]):
        if len(own) > 1:
            for left_out in own:
                yield [each for each in own if each != left_out], rest
