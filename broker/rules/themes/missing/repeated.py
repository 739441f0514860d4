"""Missing again and again, by all agencies' records together, and nobody has met about it."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from broker.case.absences import MISSING_CATEGORIES
from broker.case.calendar import day_of, last_day_of, latest, say_day
from broker.case.case import Case
from broker.case.joining import clocked
from broker.case.occasions import Occasion, category_of
from broker.case.once import made_once
from broker.case.recall import each_of, runs_of
from broker.event.concern import EnquiryRecorded, ReferralRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, listed, unread_of
from broker.rules.themes.missing.nights import (
    any_council_feeds,
    category_since,
    historical,
    kind_since,
    nights_of,
    tell_incident,
    tell_row,
)
from broker.vocabulary.words import AgencyKind, ReferralDecision, Severity

_ENQUIRY = EnquiryRecorded.__name__
Missing = MissingEpisodeRecorded | IncidentRecorded


@dataclass(frozen=True)
class _Time:
    """One time the child was missing: its occasions (several where they overlap), and the
    records that say so."""

    nights: tuple[Occasion, ...]
    said: tuple[Missing, ...]

    @property
    def night(self) -> Occasion:
        """The first of its occasions."""
        return self.nights[0]

    @made_once
    def start(self) -> datetime:
        """When it began."""
        return _lasted(self.night).begun

    @made_once
    def day(self) -> date:
        """The local day it began."""
        return day_of(self.start)

    @made_once
    def written(self) -> datetime:
        """When the first record of it was written."""
        return min(each.recorded_at for each in self.said)

    @made_once
    def told(self) -> tuple[Said, ...]:
        """Its records as evidence."""
        return tuple(map(_tell, self.said))


class _Lasted(NamedTuple):
    """How long one occasion lasted, by the accounts with times: when it began, when it was over
    (None where one is open), and whether only days are known."""

    night: Occasion
    begun: datetime
    over: datetime | None
    by_day: bool


class _Reached(NamedTuple):
    """The count reached by one occasion: all those in the days up to it, the oldest first."""

    every: Sequence[_Time]
    first: int
    behind: int

    @property
    def times(self) -> Sequence[_Time]:
        """Those times, the oldest first."""
        return self.every[self.first:self.behind]

    def stands(self, count: int) -> datetime:
        """When the record that made up the number was written."""
        return sorted(each.written for each in self.times)[count - 1]


@rule(code="M08", name="missing.repeated", severity=Severity.HIGH,
      needs=(MissingEpisodeRecorded, IncidentRecorded), starts=date(2014, 1, 1),
      silence_may_be_doubt=True)
def repeated(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Missing repeatedly, counted across agencies, with no strategy discussion

    **Source** Statutory guidance on children who run away or go missing from home or care, 2014
    (children repeatedly missing); the count and the days are local practice. National child
    protection inspection: poor assessment of risk.
    **Why it matters** Each agency may have seen the child missing once or twice; only together
    do they show a pattern, and going missing again and again is a sign of exploitation.
    **Raises when** the occasions on which the child was missing by any agency's record reach the
    limit within the days before the latest, and no strategy discussion or section 47 enquiry is
    recorded after the first of those. A police incident opened as missing counts, whatever it
    was closed as. It stands from when the record that made up the number was written.
    **Stays silent when** there has been one; for absences with whereabouts known. What several
    agencies say of one occasion counts once, as do copies, and records that overlap in time: a
    child cannot be away twice at once. Not evaluated where the council's enquiries have not been
    heard that far, could not be read, or are not fed.
    """
    times = _times(case, nights_of(case, limits), timedelta(hours=limits.occasion_incident_hours))
    met = _met(case)
    for run in _runs(times, limits):
        first = _first_standing(times, run, met)
        if first is None:
            continue
        anchor = times[run[0][0]].night.anchor
        unheard = list(_unheard(case, first, anchor))
        yield from unheard
        if not unheard:
            since = first.stands(limits.repeated_missing_count)
            yield _disagreement(case, limits, since, times[slice(*run[-1])], anchor)


def _times(case: Case, nights: Sequence[Occasion], near: timedelta) -> list[_Time]:
    """The occasions on which the child was missing, oldest first, those that overlap as one."""
    missing = sorted(each_of(case, None, nights, _said), key=lambda each: each[0].begun)
    return runs_of(case, near, missing, _is_one_of, _one_time)


def _one_time(together: Sequence[tuple[_Lasted, _Time]]) -> _Time:
    return _Time(tuple(night for _, time in together for night in time.nights),
                 tuple(each for _, time in together for each in time.said))


def _is_one_of(near: timedelta, together: Sequence[tuple[_Lasted, _Time]],
               each: tuple[_Lasted, _Time]) -> bool:
    """Whether an occasion is of one time with any of those before it."""
    later = each[0]
    for earlier, _ in together:
        if _same_time(earlier, later) or (
                not later.night.own and _same_search(earlier.night, later.night, near)):
            return True
    return False


def _lasted(night: Occasion) -> _Lasted:
    """How long an occasion lasted; an account in dates may have been left open since long before.
    """
    accounts = clocked(night.own)
    ends = [each.end for each in accounts] if accounts else [night.end]
    known = [each for each in ends if each is not None]
    return _Lasted(night, min((each.start for each in accounts), default=night.start),
                   max(known) if len(known) == len(ends) else None,
                   any(each.by_day for each in accounts))


def _said(
    case: Case, _: None, night: Occasion
) -> Iterator[tuple[_Lasted, _Time]]:
    """An occasion on which the child was missing: how long it lasted, and what says so, since it
    has said so."""
    rows = [kind_since(case, row) for account in night.own for row in account.missing_rows()]
    calls = [category_since(case, each) for each in night.incidents
             if not MISSING_CATEGORIES.isdisjoint((each.category_opened, category_of(each)))]
    if rows or calls:
        yield _lasted(night), _Time((night,), (*rows, *calls))


def _same_time(earlier: _Lasted, later: _Lasted) -> bool:
    """Whether an occasion began before the earlier one ended; one left open says nothing."""
    if earlier.over is None:
        return False
    if earlier.by_day or later.by_day:
        # Two absences may share a date: the child was back and went again.
        return day_of(later.night.start) < last_day_of(earlier.over)
    return later.begun < earlier.over


def _same_search(earlier: Occasion, later: Occasion, near: timedelta) -> bool:
    """Whether a call that no account covers is about one search with an earlier one: it came soon
    after that, and nobody had seen the child between them."""
    if earlier.own or later.start - earlier.start > near:
        return False
    return not any(each.child_seen is not None and each.child_seen.at <= later.start
                   for each in earlier.incidents)


def _runs(times: Sequence[_Time], limits: Limits) -> Iterator[list[tuple[int, int]]]:
    """Each stretch in which the count was reached again and again, without a break: where the
    times that reached it begin, and where they are behind."""
    run: list[tuple[int, int]] = []
    first = 0
    days = [each.day.toordinal() for each in times]
    for index, day in enumerate(days):
        oldest = day - limits.repeated_missing_days
        while days[first] < oldest:
            first += 1
        if index + 1 - first < limits.repeated_missing_count:
            continue
        if run and days[run[-1][1] - 1] < oldest:
            yield run
            run = []
        run.append((first, index + 1))
    if run:
        yield run


def _met(case: Case) -> list[datetime]:
    """The last moment at which each strategy discussion or section 47 enquiry can have been."""
    met: list[Moment | None] = []
    for enquiry in case.current(EnquiryRecorded):
        met += [enquiry.strategy_discussion, enquiry.started]
    met += [each.decided or each.received for each in case.current(ReferralRecorded)
            if each.decision is ReferralDecision.STRATEGY_DISCUSSION]
    return [latest(each) for each in met if each is not None]


def _first_standing(times: Sequence[_Time], run: Sequence[tuple[int, int]],
                    met: Sequence[datetime]) -> _Reached | None:
    """Where the end of a run begins of which no discussion has been held since the first of its
    occasions."""
    standing: tuple[int, int] | None = None
    last = max(met, default=None)
    for first, behind in reversed(run):
        if last is not None and last > times[first].start:
            break
        standing = first, behind
    return None if standing is None else _Reached(times, *standing)


def _unheard(case: Case, reached: _Reached, anchor: Statement) -> Iterator[NotEvaluated]:
    """The councils whose silence about enquiries means nothing yet."""
    councils = [each.code for each in case.partnership.of_kind(AgencyKind.SOCIAL_CARE)]
    holding = case.holders()
    asked = [code for code in councils if code in holding] or councils
    fed = [code for code in asked if case.reach.of(code, _ENQUIRY) is not None]
    if not fed:
        yield NotEvaluated("strategy discussions and section 47 enquiries: no council feeds them",
                           asked[0] if asked else None,
                           anchor if any_council_feeds(case, _ENQUIRY) else None)
    for code in fed:
        heard = case.reach.of(code, _ENQUIRY)
        if heard is None or heard < reached.times[-1].start:
            yield NotEvaluated(f"the enquiries of {agency_name(case, code)} up to the latest "
                               "absence", code, anchor)
        elif case.reach.unreadable_since(code, _ENQUIRY, reached.times[0].start):
            unread = unread_of(case, code, _ENQUIRY, reached.times[0].start)
            yield NotEvaluated(f"{unread} that could not be read; one may be the strategy "
                               "discussion", code, anchor)


def _disagreement(
    case: Case, limits: Limits, since: datetime, times: Sequence[_Time], anchor: Statement
) -> Disagreement:
    first, last = times[0], times[-1]
    codes = sorted({each.agency for time in times for each in time.said})
    counts = [f"{agency_name(case, code)} recorded {_count(times, code)}" for code in codes]
    return Disagreement(
        anchor=anchor, severity=Severity.HIGH, since=since,
        evidence=tuple({each.statement.event_id: each
                        for time in times for each in time.told}.values()),
        sentence=f"By all records together the child was missing on {len(times)} occasions from "
                 f"{say_day(first.day)} to {say_day(last.day)} ({listed(counts)}); no strategy "
                 "discussion is recorded since the first of them.",
        action="Council and police: hold a strategy discussion on the whole pattern, with "
               "whoever cares for the child, and look for signs of exploitation.",
        would_change="A strategy discussion or section 47 enquiry after the first of these "
                     "occasions, or records that make them fewer.",
        historical=historical(last.night, case, limits),
    )


def _count(times: Sequence[_Time], agency: str) -> int:
    return sum(any(each.agency == agency for each in time.said) for time in times)


def _tell(said: Missing) -> Said:
    return tell_incident(said) if isinstance(said, IncidentRecorded) else tell_row(said)
