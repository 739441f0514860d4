"""Spans: what meets what, without looking at each."""
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.case.spans import Spans

START = datetime(2026, 3, 1, tzinfo=UTC)
FURTHEST = START + timedelta(days=1000)


def at(hour: int) -> datetime:
    """So many hours after the start."""
    return START + timedelta(hours=hour)


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 20))).map(
        lambda each: (at(each[0]), FURTHEST if each[1] is None else at(each[0] + each[1]))),
    max_size=12)


@given(SPANS, st.integers(0, 50), st.integers(0, 50))
def test_spans_are_found_as_if_each_were_looked_at(
    spans: list[tuple[datetime, datetime]], one: int, other: int
) -> None:
    """Also those left open, those of no length, and a question that ends before it begins."""
    first, last = at(one), at(other)
    assert [number for number, (begins, ends) in enumerate(spans)
            if begins <= last and ends >= first] == Spans(spans, FURTHEST).meeting(first, last)


def test_a_moment_meets_the_spans_that_begin_or_end_on_it() -> None:
    """Both ends count."""
    spans = Spans([(at(0), at(5)), (at(5), at(9)), (at(6), FURTHEST)], FURTHEST)
    assert [spans.meeting(at(hour), at(hour)) for hour in (5, 6, 10)] == [[0, 1], [1, 2], [2]]
