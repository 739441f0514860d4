"""Whether plans and care are reviewed in their statutory time."""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from broker.case.calendar import ONE_DAY, add_months, after_working_days, day_of, say
from broker.case.care import ceased_for_good, live_on
from broker.case.case import Case, RecordKey
from broker.case.child import is_under_age
from broker.case.feeds import CARE_REVIEWS, PROTECTION_REVIEWS, Feed, living
from broker.case.since import said_since
from broker.case.spells import CEASED_WHEN, CareSpell, care_spell_on
from broker.case.visits import care_reviews, protection_reviews
from broker.event.care import CarePeriodRecorded, PlanRecorded, ReviewRecorded
from broker.event.envelope import Moment
from broker.rules.limits import Limits
from broker.rules.overdue import (
    Owed,
    after_months,
    done_by,
    done_since,
    is_history,
    is_late,
    its_day,
    not_to_be_judged,
    what_was_late,
)
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, by_then, told, when
from broker.vocabulary.words import RETURNS, AgencyKind, LegalStatus, PlanKind, Severity

_SHORT_BREAKS = frozenset({LegalStatus.V3, LegalStatus.V4})


@rule(code="T03", name="time.review_late", severity=Severity.MEDIUM,
      needs=(PlanRecorded, CarePeriodRecorded), starts=date(2011, 4, 1),
      silence_may_be_doubt=True, ends_with_death=True)
def review_late(case: Case, limits: Limits) -> Iterator[Yielded]:
    """The review of a protection plan or of a looked-after child is overdue

    **Source** Working Together to Safeguard Children: a child protection plan is reviewed within
    three months of the initial conference and then at most every six; Care Planning, Placement
    and Case Review (England) Regulations 2010 regulation 33: a looked-after child's case within
    20 working days, then three months, then every six.
    **Why it matters** The review is where somebody outside the case asks whether it still keeps
    the child safe, and where the child is heard.
    **Raises when** the plan or the time in care still runs, and no review is on record as held
    by the limit that follows from the last one held, or from the start where there was none. Where
    the record begins in the midst of care (its first row is not one by which care started), the
    longest limit holds. The last that was held late is raised and resolved at once while none is
    overdue.
    **Stays silent when** the review was held; once plan or care has ended, of what was not held
    by then. A cancelled or planned review is none. What a yearly return shows was held late is
    not raised: the one before may be in another year's. Not evaluated in a series of short breaks,
    where a reason for the end of care is given and no day, and beyond what has been heard or
    could be read.
    """
    today = day_of(case.now)
    said = _all_reviews(case, limits, today)
    grown = not is_under_age(case, today, limits.child_age_years)
    yield from what_was_late(said) if grown else said


def _all_reviews(case: Case, limits: Limits, today: date) -> Iterator[Yielded]:
    """Every plan's and every time in care's."""
    holders = case.holders()
    for council in case.partnership.of_kind(AgencyKind.SOCIAL_CARE):
        if council.code in holders:
            plans = [each for each in living(case, case.current(PlanRecorded))
                     if each.agency == council.code and each.kind is PlanKind.CP
                     and each.start is not None]
            live = [each for each in plans if live_on(each.start, each.end, today)]
            if live:
                yield from _of_plan(case, limits, live)
            yield from _of_ended_plans(case, limits, plans, today)
            yield from _of_care(case, limits, council.code, today)
            yield from _of_ended_care(case, limits, council.code, today)


def _of_plan(case: Case, limits: Limits, plans: Sequence[PlanRecorded]) -> Iterator[Yielded]:
    plan = min(plans, key=lambda each: (_start_of(each).at, RecordKey.of(each)))
    # A plan that was written anew, with the old row left open, is reviewed under the new one.
    held = sorted({each for one in plans for each in protection_reviews(case, one)},
                  key=lambda each: (_held(each).at, RecordKey.of(each)))
    yield from _judged(case, limits, _plan_series(case, limits, plan, held))


def _of_ended_plans(
    case: Case, limits: Limits, plans: Sequence[PlanRecorded], today: date
) -> Iterator[Yielded]:
    """What was held late under a plan that has ended; where another overlaps it, under which of
    them a review was held is not said."""
    for plan in plans:
        if plan.end is None or live_on(plan.start, plan.end, today) \
                or any(_overlap(plan, each) for each in plans if each is not plan):
            continue
        last = day_of(plan.end.at)
        held = [each for each in protection_reviews(case, plan)
                if day_of(_held(each).at) <= last]
        yield from _last_held_late(case, limits, _plan_series(case, limits, plan, held))


def _overlap(one: PlanRecorded, other: PlanRecorded) -> bool:
    """Whether two plans share more than the day on which one took the other's place."""
    first, last = sorted((one, other), key=lambda each: _start_of(each).at)
    return first.end is None or day_of(_start_of(last).at) < day_of(first.end.at)


def _plan_series(
    case: Case, limits: Limits, plan: PlanRecorded, held: Sequence[ReviewRecorded]
) -> "_Series":
    start = _start_of(plan)
    said = said_since(case, plan, lambda each: (each.kind, each.start, each.end))
    return _Series(
        plan, start, tuple(held), PROTECTION_REVIEWS, "reviews of protection plans",
        "under a child protection plan since",
        told(said, f"Child protection plan since {say(start)}", "CP"),
        lambda before: _plan_due(limits, start, before))


def _plan_due(
    limits: Limits, start: Moment, held: Sequence[ReviewRecorded]
) -> tuple[datetime, str]:
    """When the next review of a plan is due, and the interval in words."""
    if not held:
        months = limits.cp_review_first_months
        return after_months(start, months), f"the first within {months} months"
    months = limits.cp_review_later_months
    return after_months(_held(held[-1]), months), f"within {months} months"


def _start_of(plan: PlanRecorded) -> Moment:
    assert plan.start is not None, "a live plan has a start"
    return plan.start


def _held(review: ReviewRecorded) -> Moment:
    assert review.held is not None, "only reviews that were held are counted"
    return review.held


def _of_care(case: Case, limits: Limits, agency: str, today: date) -> Iterator[Yielded]:
    spell = care_spell_on(case, agency, today)
    if spell is None:
        return
    if spell.statuses & _SHORT_BREAKS:
        yield NotEvaluated("how often the case of a child in a series of short breaks is reviewed")
        return
    if spell.may_have_ceased:
        yield NotEvaluated(CEASED_WHEN, agency, spell.anchor)
        return
    held = care_reviews(case, agency, day_of(spell.start.at))
    yield from _judged(case, limits, _care_series(case, limits, spell, held))


def _of_ended_care(case: Case, limits: Limits, agency: str, today: date) -> Iterator[Yielded]:
    """What was held late in a time in care that has ended."""
    ended = {day_of(each.end.at) for each in living(case, case.current(CarePeriodRecorded))
             if each.agency == agency and each.end is not None and ceased_for_good(each)
             and each.legal_status not in _SHORT_BREAKS and day_of(each.end.at) <= today}
    running = care_spell_on(case, agency, today)
    known = set() if running is None else {RecordKey.of(running.anchor)}
    for last in sorted(ended):
        spell = care_spell_on(case, agency, last - ONE_DAY)
        if spell is None or spell.may_have_ceased or spell.statuses & _SHORT_BREAKS \
                or RecordKey.of(spell.anchor) in known:
            continue
        known.add(RecordKey.of(spell.anchor))
        held = [each for each in care_reviews(case, agency, day_of(spell.start.at))
                if day_of(_held(each).at) <= last]
        yield from _last_held_late(case, limits, _care_series(case, limits, spell, held))


def _care_series(
    case: Case, limits: Limits, spell: CareSpell, held: Sequence[ReviewRecorded]
) -> "_Series":
    said = said_since(case, spell.anchor, lambda each: (each.start, each.end))
    what = "looked after since before" if spell.began_before else "looked after since"
    return _Series(
        spell.anchor, spell.start, tuple(held), CARE_REVIEWS, "reviews of looked-after children",
        what, told(said, f"{what.capitalize()} {say(spell.start)}", "LOOKED AFTER"),
        lambda before: _care_due(limits, spell, before))


def _care_due(
    limits: Limits, spell: CareSpell, held: Sequence[ReviewRecorded]
) -> tuple[datetime, str]:
    """When the next review is due, and the interval in words.

    Of a time in care whose beginning is not on record the first reviews are not either: one is
    due within the longest interval.
    """
    months = limits.care_review_later_months
    if spell.began_before:
        last = _held(held[-1]) if held else spell.start
        return after_months(last, months), f"within {months} months"
    if not held:
        days = limits.care_review_first_working_days
        return after_working_days(its_day(spell.start), days), \
            f"the first within {days} working days"
    last = _held(held[-1])
    if len(held) == 1 and not _may_follow_others(limits, spell, last):
        months = limits.care_review_second_months
    which = "the second " if months == limits.care_review_second_months else ""
    return after_months(last, months), f"{which}within {months} months"


def _may_follow_others(limits: Limits, spell: CareSpell, only: Moment) -> bool:
    """Whether the one review on record may not be the first: a return holds one year's alone."""
    soon = add_months(day_of(spell.start.at), limits.care_review_second_months)
    return all(each.system in RETURNS for each in spell.records) and day_of(only.at) > soon


@dataclass(frozen=True, slots=True)
class _Series:
    """The reviews of one plan or time in care: the record that names it, when it began, those
    held in order, the feed that brings them and its name, what it is and what shows it. `due`
    says when the one after those given is due, and the interval in words."""

    record: PlanRecorded | CarePeriodRecorded
    start: Moment
    held: tuple[ReviewRecorded, ...]
    feed: Feed
    feed_name: str
    what: str
    shows: Said
    due: Callable[[Sequence[ReviewRecorded]], tuple[datetime, str]]

    def base(self, count: int) -> Moment:
        """From when the review after so many is due."""
        return _held(self.held[count - 1]) if count else self.start

    def owed(self, count: int) -> tuple[Owed, str]:
        """The review after so many, and the interval in words."""
        due, interval = self.due(self.held[:count])
        return Owed(self.record, due, self.base(count).at, self.feed, self.feed_name), interval


def _judged(case: Case, limits: Limits, series: _Series) -> Iterator[Yielded]:
    """The review that is due next; while none is overdue, the last that was held late."""
    owed, interval = series.owed(len(series.held))
    answer = not_to_be_judged(case, owed)
    if answer is None:
        yield _overdue(case, limits, series, owed, interval)
        return
    yield answer
    if isinstance(answer, LookAgain) or answer.anchor is None:  # too early, or not heard so far
        yield from _last_held_late(case, limits, series)


def _last_held_late(case: Case, limits: Limits, series: _Series) -> Iterator[Yielded]:
    if any(each.system in RETURNS for each in (series.record, *series.held)):
        return
    for count in reversed(range(len(series.held))):
        owed, interval = series.owed(count)
        if is_late(its_day(_held(series.held[count])), owed.due, its_day(series.base(count))):
            answer = not_to_be_judged(case, owed)
            yield answer if answer is not None else \
                _held_late(case, limits, series, count, owed, interval)
            return


def _shown(case: Case, series: _Series, count: int) -> list[Said]:
    """What shows from when a review was due: the plan or the care, and the review before."""
    if not count:
        return [series.shows]
    said = said_since(case, series.held[count - 1], lambda each: each.held)
    return [series.shows, told(said, f"Review held {when(series.base(count))}", "HELD")]


def _overdue(
    case: Case, limits: Limits, series: _Series, owed: Owed, interval: str
) -> Disagreement:
    count = len(series.held)
    last = f"the last on record was held {when(series.base(count))}" if count \
        else "none is on record as held"
    name = agency_name(case, owed.record.agency)
    return Disagreement(
        anchor=owed.record, severity=Severity.MEDIUM, since=owed.due,
        historical=is_history(case, owed, limits), evidence=tuple(_shown(case, series, count)),
        sentence=f"By the record of {name} the child is {series.what} {say(series.start)}. A "
                 f"review was due by {by_then(owed.due)} ({interval}); {last}.",
        action=f"{name}: hold the review, with the child heard, or record when it was held.",
        would_change="A review on record as held, or the plan or the time in care having ended.",
    )


def _held_late(
    case: Case, limits: Limits, series: _Series, count: int, owed: Owed, interval: str
) -> Disagreement:
    late = series.held[count]
    said = said_since(case, late, lambda each: each.held)
    name = agency_name(case, owed.record.agency)
    return Disagreement(
        anchor=owed.record, severity=Severity.MEDIUM, since=owed.due,
        over=done_by(_held(late), said), historical=is_history(case, owed, limits),
        evidence=(*_shown(case, series, count),
                  told(said, f"Review held {when(_held(late))}", "HELD LATE")),
        sentence=f"By the record of {name} the child had been {series.what} "
                 f"{say(series.start)}. A review was due by {by_then(owed.due)} ({interval}) and "
                 f"was held {when(_held(late))}.",
        action=done_since(name),
        would_change="A review on record that was held in between, or a corrected day.",
    )
