"""Shares with their 95 % Wilson score interval, and medians of lengths of time."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import median

_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Interval:
    """`count` of `total`: the share with the ends of its 95 % interval; None of nothing."""

    count: int
    total: int
    share: float | None
    low: float | None
    high: float | None


def wilson(count: int, total: int) -> Interval:
    """The Wilson score interval (Wilson 1927): honest for small totals and for shares near 0
    and 1, where the usual one is not."""
    assert 0 <= count <= total, (count, total)
    if not total:
        return Interval(count, total, None, None, None)
    share = count / total
    weight = _Z * _Z / total
    centre = (share + weight / 2) / (1 + weight)
    half = _Z * sqrt(share * (1 - share) / total + weight / (4 * total)) / (1 + weight)
    return Interval(count, total, share, max(0.0, centre - half), min(1.0, centre + half))


def median_length(lengths: Iterable[timedelta]) -> timedelta | None:
    """The median of lengths of time, to the second; None of nothing."""
    seconds = [each.total_seconds() for each in lengths]
    return timedelta(seconds=round(median(seconds))) if seconds else None
