"""Spans of time, looked up by what they meet without looking at each of them."""
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T", bound=date)  # days, or moments, which are a kind of day to Python


class Spans(Generic[T]):
    """Which of many spans (first moment, last moment) share a moment with another.

    Those that reach furthest (records left open) are kept apart from the others, which are looked
    through backwards from the last that begins in time, until none before can reach that far.
    """

    def __init__(self, spans: Sequence[tuple[T, T]], furthest: T) -> None:
        firsts = [first for first, _ in spans]
        order = sorted(range(len(spans)), key=firsts.__getitem__)
        self._spans = spans
        self._open = [each for each in order if spans[each][1] >= furthest]
        self._closed = [each for each in order if spans[each][1] < furthest]
        self._open_firsts = [firsts[each] for each in self._open]
        self._closed_firsts = [firsts[each] for each in self._closed]
        self._reach = list(accumulate([spans[each][1] for each in self._closed], max))

    def meeting(self, first: T, last: T) -> list[int]:
        """The numbers of the spans that share a moment with `first` to `last`, in order."""
        found = self._open[:bisect_right(self._open_firsts, last)]
        for place in range(bisect_right(self._closed_firsts, last) - 1, -1, -1):
            if self._reach[place] < first:
                break
            if self._spans[self._closed[place]][1] >= first:
                found.append(self._closed[place])
        return sorted(found)
