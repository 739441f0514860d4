"""Shares with their interval, and medians."""
from datetime import timedelta

import pytest

from broker.report.intervals import Interval, median_length, wilson


def test_of_nothing_there_is_no_share() -> None:
    """Nothing is not 0 %."""
    assert Interval(0, 0, None, None, None) == wilson(0, 0)


def test_the_audit_of_73_cases() -> None:
    """13 of 73 cases good: 18 %, and anything from 11 % to 28 %."""
    found = wilson(13, 73)

    assert [0.178, 0.107, 0.281] == [
        round(each or 0.0, 3) for each in (found.share, found.low, found.high)]


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 0.278), (10, 0.722, 1.0)])
def test_none_and_all_of_ten_are_not_certain(count: int, low: float, high: float) -> None:
    """Ten of ten leaves room for a share of 72 %."""
    found = wilson(count, 10)

    assert (low, high) == (round(found.low or 0.0, 3), round(found.high or 0.0, 3))


def test_the_median_of_lengths() -> None:
    """The middle one; between the two middle ones where their number is even."""
    assert timedelta(minutes=90) == median_length([timedelta(hours=1), timedelta(hours=2)])
    assert median_length([]) is None
