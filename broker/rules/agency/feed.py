"""Whether an agency's feed comes as it used to, and whether it comes in time."""
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from broker.case.calendar import say_day, say_time
from broker.rules.agency.chance import percentile_place, percentile_ranks, say_chance
from broker.rules.agency.facts import AgencyFacts, BeyondHeld, Receipts
from broker.rules.agency.rhythm import Feed
from broker.rules.agency.rule import AgencyDisagreement, AgencyYielded, agency_rule
from broker.rules.limits import Limits
from broker.rules.rule import LookAgain, NotEvaluated
from broker.vocabulary.times import day_of, start_of
from broker.vocabulary.words import Severity

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_HOURS_A_DAY = 24
_AHEAD_DAYS = 400
_STEP_DAYS = 7


@agency_rule(code="A01", name="agency.silent", severity=Severity.HIGH, starts=date(2014, 1, 1))
def silent(facts: AgencyFacts, limits: Limits) -> Iterator[AgencyYielded]:
    """An agency's feed has fallen far below its own normal volume

    **Source** Concord's own: silence is evidence only as far as a feed reaches, and a feed that
    has stopped takes every rule that rests on silence with it.
    **Why it matters** A feed that has broken looks like an agency with nothing to say: nobody
    is told of a child at risk, and nobody notices that they are not told.
    **Raises when** by the feed's own rate over at least four weeks, bank holidays and its own
    unsteadiness allowed for, what came in the last two weeks (rows read, unchanged ones
    included) would be less than once in a thousand; or when nothing came in two weeks, and a
    gap between two extracts as long as this one would be; or when nothing but empty extracts came
    in two weeks, and so many on end would be, and that all rows of the last one are gone.
    **Stays silent when** the feed is small or irregular enough for that to be chance, comes in
    weekly or monthly extracts and the next is not long overdue, or has less than four weeks of
    history; for statutory returns; while something waits in the agency's inbox.
    """
    if facts.is_behind:
        yield NotEvaluated("what still waits in the agency's inbox")
        return
    feed = Feed(facts, limits)
    today = day_of(facts.now)
    now = feed.before(today)
    share = limits.silent_chance_share
    if now is None:
        weeks = limits.silent_history_weeks + limits.silent_window_weeks
        yield NotEvaluated(f"{weeks} weeks of the agency's feed", facts.agency.code)
        if feed.first is not None:
            yield LookAgain(start_of(feed.first + _DAY * (weeks * 7 + 1)))
    elif now.chance >= share:
        again = _first_silent(feed, today, share)
        if again is not None:
            yield LookAgain(start_of(again))
    else:
        since = today
        while (before := feed.before(since - _DAY)) is not None and before.chance < share:
            since -= _DAY
        yield _silence(facts.by(start_of(since)), limits)


def _first_silent(feed: Feed, today: date, share: float) -> date | None:
    """The first day to come on which the feed is silent, if nothing comes until then."""
    day = today
    for step in (*[1] * 16, *[_STEP_DAYS] * (_AHEAD_DAYS // _STEP_DAYS)):
        day += _DAY * step
        look = feed.before(day)
        if look is not None and look.chance < share:
            for back in range(step - 1, 0, -1):
                earlier = feed.before(day - _DAY * back)
                if earlier is not None and earlier.chance < share:
                    return day - _DAY * back
            return day
    return None


def _silence(facts: AgencyFacts, limits: Limits) -> AgencyDisagreement:
    """The disagreement in the figures of when it began, which stay what they are."""
    look = Feed(facts, limits).before(day_of(facts.now))
    assert look is not None, "what is raised has a history"
    name, last = facts.agency.name, facts.reads[-1].at
    came = f"{look.seen:,} row{'' if look.seen == 1 else 's'}"
    if any(each.is_extract for each in facts.reads):
        came += f" in {look.extracts} extract{'' if look.extracts == 1 else 's'}"
    usual = "" if look.usual_gap is None else (
        f"; until then an extract came about every {max(1, round(look.usual_gap))} working "
        f"day{'' if round(look.usual_gap) <= 1 else 's'}")
    return AgencyDisagreement(
        severity=Severity.HIGH, since=facts.now,
        sentence=f"In the two weeks to the end of {say_day(look.day - _DAY)} {came} came "
                 f"from {name}, where about "
                 f"{look.expected:,.0f} were to be expected by the {look.weeks} weeks before"
                 f"{usual}. By its own rate the chance of so little is "
                 f"{say_chance(look.chance)} (the limit is 1 in "
                 f"{1 / limits.silent_chance_share:,.0f}). It was last heard at "
                 f"{say_time(last)}.",
        action=f"{name}: check the extract and what sends it, and send what was missed. Everybody "
               "else: until then take silence of theirs about a child for a gap in the feed, and "
               "ask by phone.",
        would_change="An extract of the usual size, or what was missed being received.",
    )


@agency_rule(code="A02", name="agency.late", severity=Severity.MEDIUM, starts=date(2014, 1, 1))
def late(facts: AgencyFacts, limits: Limits) -> Iterator[AgencyYielded]:
    """An agency's records arrive later after they were recorded than was agreed

    **Source** The partnership's sharing agreement; national child protection inspection:
    information shared inconsistently between agencies.
    **Why it matters** What others learn a day late they cannot act on tonight.
    **Raises when** the 90th percentile of the time from recorded to received lies above 24
    hours, over at least twenty records received after the agency's first extract: those of the
    last 28 days in which anything came, or as many more as make twenty.
    **Stays silent when** nine in ten come in time, or there are fewer than twenty records; for
    the first extract, which holds what had long been recorded, for what had been recorded before
    it and came more than four weeks late (history that is loaded bit by bit), and for statutory
    returns.
    """
    times = _Times(facts, limits)
    place = len(facts.receipts) - 1
    if times.count(place) < limits.late_records_min:
        yield NotEvaluated(f"{limits.late_records_min} records received after the first extract",
                           facts.agency.code)
        return
    if not times.is_late(place):
        return
    first = place
    while first and times.count(first - 1) >= limits.late_records_min \
            and times.is_late(first - 1):
        first -= 1
    yield _lateness(facts, times.delays(place), limits, facts.receipts[first].hour)


class _Times:
    """Times from recorded to received: sums up to each hour of receipt, so that looking back
    over a year costs no more than looking at it once."""

    def __init__(self, facts: AgencyFacts, limits: Limits):
        self._receipts = facts.receipts
        self._limits = limits
        self._held_from = facts.held.receipts if facts.held else None
        self._hours = [each.hour for each in facts.receipts]
        self._counts, self._late = [0], [0]
        for each in facts.receipts:
            delays = self._counted(each)
            self._counts.append(self._counts[-1] + sum(delays.values()))
            self._late.append(self._late[-1] + sum([
                count for hours, count in delays.items() if hours > limits.late_hours]))

    def _counted(self, receipts: Receipts) -> Mapping[int, int]:
        """What came, less the history of the time before the agency took part: nobody had agreed
        to send that by then."""
        history = self._limits.historical_after_days * _HOURS_A_DAY
        loaded = {hours: count for hours, count in receipts.earlier.items() if hours > history}
        return Counter(receipts.delays) - Counter(loaded) if loaded else receipts.delays

    def _begins(self, place: int) -> int:
        """The first hour of those that a look at this hour takes in."""
        days = timedelta(days=self._limits.late_window_days)
        first = self._hours[place] - days
        begins = bisect_left(self._hours, first)
        while begins and self._counts[place + 1] - self._counts[begins] \
                < self._limits.late_records_min:
            begins -= 1
        if self._held_from is not None:
            few = self._counts[place + 1] - self._counts[begins] < self._limits.late_records_min
            if min(first, self._hours[begins]) < self._held_from or few:
                raise BeyondHeld
        return begins

    def count(self, place: int) -> int:
        """How many records that is."""
        if place < 0 and self._held_from is not None:
            raise BeyondHeld
        return 0 if place < 0 else self._counts[place + 1] - self._counts[self._begins(place)]

    def is_late(self, place: int) -> bool:
        """Whether their percentile lies above the limit."""
        begins = self._begins(place)
        count = self._counts[place + 1] - self._counts[begins]
        at = percentile_place(count, self._limits.late_percentile)
        return count - (self._late[place + 1] - self._late[begins]) < at

    def delays(self, place: int) -> Counter[int]:
        """The times themselves, in whole hours."""
        found: Counter[int] = Counter()
        for each in self._receipts[self._begins(place):place + 1]:
            found.update(self._counted(each))
        return found


def _lateness(facts: AgencyFacts, delays: Counter[int], limits: Limits,
              since: datetime) -> AgencyDisagreement:
    name, percent = facts.agency.name, limits.late_percentile
    values = sorted(delays.elements())
    low, at, high = percentile_ranks(len(values), percent)
    over = sum(each > limits.late_hours for each in values)
    within = f"{values[low - 1]:,} and {values[high - 1]:,} hours" if high <= len(values) else \
        f"{values[low - 1]:,} and more than {values[-1]:,} hours"
    return AgencyDisagreement(
        severity=Severity.MEDIUM, since=since,
        sentence=f"Of the last {len(values):,} records received from {name} (up to "
                 f"{say_time(facts.receipts[-1].hour + _HOUR)}), {percent} in 100 were here "
                 f"within {values[at - 1]:,} hours of being recorded (95 % sure: between "
                 f"{within}), where {limits.late_hours} hours are agreed; {over:,} took longer "
                 "than that.",
        action=f"{name}: send more often, or find what holds records back between recording and "
               "sending. Everybody else: what they recorded in the last days may not be here yet.",
        would_change=f"{percent} in 100 of its records here within {limits.late_hours} hours.",
    )
