"""A feed's own rhythm: how much it brings by the day, and what is to be expected of a fortnight.

Volume. Days are the units: rows of one day come together, so a day counts as one. Working days
and other days (with them the week of Christmas) each have their rate, so that a bank holiday is no
silence. How steady the feed is
is measured on its weeks, drawn towards what days coming at random would give as long as there are
few weeks, and never taken to be steadier than one part in five, which is what holidays and
half-terms do to any feed. A fortnight is then worth so many independent units, and the chance of
so little is that of a Poisson count of them.

Rhythm. A feed that comes in extracts has gaps between them, counted in working days. How long a
gap may be is Student's prediction from the logarithms of those there were: what comes weekly or
monthly is judged by its own gaps, and a few of them allow much.
"""
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from math import ceil, exp, log, sqrt
from statistics import fmean, stdev

from broker.case.calendar import is_working_day
from broker.rules.agency.chance import none_of, poisson_at_most, student_above
from broker.rules.agency.facts import AgencyFacts, BeyondHeld
from broker.rules.limits import Limits
from broker.vocabulary.times import day_of

WEEKS_MAX = 26
_WEEK = 7
_PRIOR_WEEKS = 6
_UNITS_MAX = 20  # the spread of a fortnight is taken to be at least 22 %
_STEADIER = 2    # than days that come at random, at most
_GAPS_MIN, _GAPS_MAX = 4, 200
_GAP_SPREAD_MIN = 0.2


@dataclass(frozen=True, slots=True)
class Fortnight:
    """The days before `day`, and what of `day` there is: what came, and what was to be expected.

    `chance` is that of so little; `weeks` the length of the history that says so. `extracts` is
    how many came; `usual_gap` the usual working days between two, None where gaps say nothing.
    """

    day: date
    seen: int
    expected: float
    chance: float
    weeks: int
    extracts: int
    usual_gap: float | None


class Feed:
    """What came on each day, from the first extract on, and what that leads one to expect."""

    def __init__(self, facts: AgencyFacts, limits: Limits):
        self._window = limits.silent_window_weeks * _WEEK
        self._history_min = limits.silent_history_weeks
        self.rows: dict[date, int] = {}
        extracts: dict[date, int] = {}
        for each in facts.reads:
            day = day_of(each.at)
            self.rows[day] = self.rows.get(day, 0) + each.rows
            if each.is_extract:
                extracts[day] = extracts.get(day, 0) + 1
        self._extracts = extracts
        self._held = facts.held
        self.first = min(self.rows, default=None)
        if facts.held is not None:
            self.first = facts.held.first if facts.held.first <= day_of(facts.now) else None
        self._usual_gaps: dict[int, tuple[float, float]] = {}

    @cached_property
    def _extract_days(self) -> list[date]:
        begins = self._held.extracts if self._held else None
        return sorted(each for each in self._extracts if begins is None or each >= begins)

    @cached_property
    def _days_with_rows(self) -> list[date]:
        return sorted(each for each, rows in self.rows.items() if rows or each == self.first)

    def _need(self, day: date) -> None:
        """Make sure that what came from this day on is held."""
        if self._held is not None and day < self._held.reads:
            raise BeyondHeld

    def before(self, day: date) -> Fortnight | None:
        """The fortnight before a day; None where there is too little history before that. The
        first day is none of it: what comes first is what had long been there. Of a silence that
        lasts longer than the fortnight nothing is history where there is enough without it."""
        ends = day - timedelta(days=self._window)
        if self.first is None or self.first >= ends:
            return None
        self._need(ends)
        seen = self._sum(ends, day + timedelta(days=1))
        known = self._last_before(ends) + timedelta(days=1)
        if seen or self._weeks(known) < self._history_min:
            known = ends
        weeks = self._weeks(known)
        if weeks < self._history_min:
            return None
        begins = known - timedelta(days=weeks * _WEEK)
        self._need(begins)
        expected, units = self._expected((begins, known), (ends, day), weeks)
        chance = 1.0
        if expected > 0:
            chance = poisson_at_most(ceil(units * seen / expected - 1e-9), units)
        came = sum(self._extracts.get(each, 0) for each in _days(ends, day + timedelta(days=1)))
        gap, usual = (1.0, None) if came else self._gap(day)
        empty = 1.0 if seen else self._empty((begins, known), (ends, day))
        return Fortnight(day, seen, expected, min(chance, gap, empty), weeks, came, usual)

    def _weeks(self, known: date) -> int:
        """The whole weeks of history up to a day, the first day left out."""
        assert self.first is not None, "something came"
        return min(WEEKS_MAX, (known - self.first - timedelta(days=1)).days // _WEEK)

    def _sum(self, begins: date, ends: date) -> int:
        return sum(self.rows.get(each, 0) for each in _days(begins, ends))

    def _last_before(self, day: date) -> date:
        place = bisect_left(self._days_with_rows, day)
        last = self._days_with_rows[place - 1] if place else date.min
        self._need(last)
        return last

    def _expected(self, known: tuple[date, date], looked_at: tuple[date, date],
                  weeks: int) -> tuple[float, float]:
        """(the rows to be expected in the fortnight, how many independent units that is)."""
        history = [(each, self.rows.get(each, 0)) for each in _days(*known)]
        total = sum(rows for _, rows in history)
        if not total:
            return 0.0, 0.0
        rates = {kind: fmean([rows for each, rows in history if _is_open(each) is kind]
                             or [0]) for kind in (True, False)}
        expected = sum(rates[_is_open(each)] for each in _days(*looked_at))
        ratios = []
        for start in range(0, len(history), _WEEK):
            week = history[start:start + _WEEK]
            due = sum(rates[_is_open(each)] for each, _ in week)
            if due > 0:
                ratios.append(sum(rows for _, rows in week) / due)
        effective = total ** 2 / sum(rows ** 2 for _, rows in history)
        a_week = effective / weeks
        spread = stdev(ratios) ** 2 if len(ratios) > 1 else 0.0
        freedom = max(0, len(ratios) - 1)
        steady = (freedom * spread + _PRIOR_WEEKS / a_week) / (freedom + _PRIOR_WEEKS)
        fortnight = self._window / _WEEK
        # The rows of one extract may be in the next one too, and what a small agency records comes
        # and goes with a single child: of few rows a day no silence is made out.
        a_day = total / sum(rows > 0 for _, rows in history)
        units = min(fortnight / steady, _UNITS_MAX, _STEADIER * fortnight * a_week, a_day)
        return expected, units * min(1.0, expected * weeks / (total * fortnight))

    def _empty(self, known: tuple[date, date], looked_at: tuple[date, date]) -> float:
        """The chance of no row in any extract since the days that are known, those of a fortnight
        among them."""
        held = self._extracts_of(*known)
        # Once empty extracts stop as well, those of the first fortnight still tell.
        first = known[1], min(known[1] + timedelta(days=self._window), looked_at[1])
        lately = max(len(self._extracts_of(*each)) for each in (first, looked_at))
        if not lately or not any(held):
            return 1.0
        day = looked_at[1]
        since = max(known[1], day - timedelta(days=WEEKS_MAX * _WEEK))
        empty = none_of(len(self._extracts_of(since, day)), sum(map(bool, held)), len(held))
        gone = sum(max(0, one - other) for one, other in pairwise(held))
        stays: float = (1 - (gone + 1) / (sum(held) + 2)) ** lately
        last = next(rows for rows in reversed(held) if rows)
        leave: float = (1 - stays) ** min(last, fmean(filter(None, held)))
        return max(empty, leave)

    def _extracts_of(self, begins: date, ends: date) -> list[int]:
        """The rows of each day on which an extract came."""
        return [self.rows[each] for each in _days(begins, ends) if each in self._extracts]

    def _gap(self, day: date) -> tuple[float, float | None]:
        """(the chance of a gap between extracts as long as the one before the day, the usual)."""
        before = bisect_left(self._extract_days, day)
        count = min(_GAPS_MAX, before - 1)
        if count < _GAPS_MAX and self._held is not None and self._held.extracts is not None:
            raise BeyondHeld
        if count < _GAPS_MIN:
            return 1.0, None
        if before not in self._usual_gaps:
            gaps = [log(max(1, _days_open(one, other, is_working_day))) for one, other in
                    pairwise(self._extract_days[before - 1 - count:before])]
            self._usual_gaps[before] = fmean(gaps), max(stdev(gaps), _GAP_SPREAD_MIN)
        usual, spread = self._usual_gaps[before]
        now = max(1, _days_open(self._extract_days[before - 1], day - timedelta(days=1),
                                _is_open))
        beyond = (log(now) - usual) / (spread * sqrt(1 + 1 / count))
        return student_above(beyond, count - 1), exp(usual)


@lru_cache(maxsize=4096)
def _is_open(day: date) -> bool:
    """Whether offices are at work: working days, and not those from Christmas Eve to New Year."""
    shut = (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)
    return is_working_day(day) and not shut


def _days(begins: date, ends: date) -> list[date]:
    """The days from the first up to and without the last."""
    first = begins.toordinal()
    return [date.fromordinal(first + each) for each in range((ends - begins).days)]


def _days_open(first: date, last: date, is_open: Callable[[date], bool]) -> int:
    """The open days after the first, up to and with the last."""
    return sum(map(is_open, _days(first + timedelta(days=1), last + timedelta(days=1))))
