"""Statements that hold for some days, looked up by a day without looking at each of them.

What holds is the same on every day from one beginning or end to the next: it is worked out once
for each such stretch of days. A period is live from its first day up to and without its last (one
that begins and ends on one day is live on that day).
"""
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date, datetime
from heapq import heappop, heappush
from typing import Generic, TypeVar

from broker.case.calendar import ONE_DAY, day_of, start_of
from broker.case.case import Case
from broker.case.spans import Spans
from broker.event.envelope import Moment, Statement

S = TypeVar("S", bound=Statement)
Bounds = tuple[Moment | None, Moment | None]
_FOREVER = date.max.toordinal()


def live_on(start: Moment | None, end: Moment | None, day: date) -> bool:
    """Whether a period is live on this local day; without a start it is not known to be."""
    if start is None:
        return False
    first = day_of(start.at)
    if end is None:
        return first <= day
    last = day_of(end.at)
    return first <= day < last or (first == day == last)


class Periods(Generic[S]):
    """The statements of one kind about a child, by the days on which they are live."""

    def __init__(self, statements: Iterable[S], bounds: Callable[[S], Bounds]) -> None:
        self._bounds = bounds
        self._held: list[S] = []
        spans = []
        changes = set()
        for each in statements:
            start, end = bounds(each)
            if start is not None:
                first = day_of(start.at)
                last = date.max if end is None else day_of(end.at)
                self._held.append(each)
                spans.append((first, last))
                changes.add(first)
                if last < date.max:
                    changes.add(last)
                    changes.add(last + ONE_DAY)
            elif end is not None:  # never live, but its end may end what is: see kept_on
                changes.add(day_of(end.at))
        self._spans = Spans(spans, date.max)
        self._changes = sorted(changes)
        self._moments: list[datetime] | None = None
        self._live: dict[int, tuple[S, ...]] = {}
        self._kept: dict[int, tuple[S, ...]] = {}

    def on(self, day: date) -> tuple[S, ...]:
        """Those that are live on this day, in the order in which they were given."""
        stretch = bisect_right(self._changes, day)
        live = self._live.get(stretch)
        if live is None:
            held = (self._held[each] for each in self._spans.meeting(day, day))
            live = tuple(each for each in held if live_on(*self._bounds(each), day))
            self._live[stretch] = live
        return live

    def day_like(self, now: datetime) -> date | None:
        """A day on which the same are live as now, the first of them; None where nothing has begun
        or ended yet. Asked of a time that moves, it holds until the next beginning or end."""
        if self._moments is None:
            self._moments = [start_of(each) for each in self._changes]
        stretch = bisect_right(self._moments, now)
        return self._changes[stretch - 1] if stretch else None

    def kept_on(self, day: date,
                keep: Callable[[tuple[S, ...]], tuple[S, ...]]) -> tuple[S, ...]:
        """Those live on this day that `keep` keeps, which must say the same on every day between
        two beginnings or ends, and be the same at every call."""
        stretch = bisect_right(self._changes, day)
        kept = self._kept.get(stretch)
        if kept is None:
            kept = self._kept[stretch] = keep(self.on(day))
        return kept


class LastLive(Generic[S]):
    """Which of some periods, given in order, is the last of those live on a day: worked out for
    all days at once, so that it costs no more where many of them were never ended."""

    def __init__(self, statements: Iterable[S], bounds: Callable[[S], Bounds]) -> None:
        starts: dict[int, list[tuple[int, int, S]]] = {}
        days = set()
        for number, each in enumerate(statements):
            start, end = bounds(each)
            if start is None:
                continue
            first = day_of(start.at).toordinal()
            until = _FOREVER if end is None else day_of(end.at).toordinal()
            if until >= first:  # else it is never live
                until = max(until, first + 1)
                starts.setdefault(first, []).append((-number, until, each))
                days.add(first)
                days.add(until)
        self._days = sorted(days)
        self._last: list[S | None] = []
        live: list[tuple[int, int, S]] = []
        for day in self._days:
            for entry in starts.get(day, ()):
                heappush(live, entry)
            while live and live[0][1] <= day:
                heappop(live)
            self._last.append(live[0][2] if live else None)

    def on(self, day: date) -> S | None:
        """The last that is live on this day."""
        place = bisect_right(self._days, day.toordinal()) - 1
        return self._last[place] if place >= 0 else None


def periods_of(case: Case, kind: type[S], bounds: Callable[[S], Bounds]) -> Periods[S]:
    """The standing statements of this kind as periods; put in order once for a case."""
    return case.of_type(kind, f"periods {kind.__name__}", None, lambda held: Periods(held, bounds))
