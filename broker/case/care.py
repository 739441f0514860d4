"""What care and protection a child is in on a day, and the signs of exploitation on record.

Every function answers with the statements that say so, oldest version first, never with a bare
yes: a rule shows them as its evidence. A period is live from its first day up to and without its
last (one that begins and ends on one day is live on that day). All of it is what agencies say;
who must not be held to silence beyond their feed is for the rule to ask of `case.reach`.
"""
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from broker.case.calendar import add_months, day_of, start_of
from broker.case.case import Case
from broker.case.periods import Bounds, periods_of
from broker.case.periods import live_on as live_on  # what care is in force, rules ask here
from broker.case.since import on_record_by
from broker.event.care import CarePeriodRecorded, PlacementRecorded, PlanRecorded
from broker.event.concern import (
    AssessmentRecorded,
    CategoryWord,
    ConcernRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Moment, Statement
from broker.event.risk import MarkerRecorded
from broker.vocabulary.references import ASSESSMENT
from broker.vocabulary.words import (
    AgencyKind,
    ConcernCategory,
    MarkerKind,
    PlacementType,
    PlanKind,
    ReferralDecision,
    ReferralKind,
)

S = TypeVar("S", bound=Statement)

EXPLOITATION = frozenset({
    ConcernCategory.SEXUAL_EXPLOITATION, ConcernCategory.CRIMINAL_EXPLOITATION,
    ConcernCategory.TRAFFICKING,
})
EXPLOITATION_MARKERS = frozenset({
    MarkerKind.CHILD_SEXUAL_EXPLOITATION, MarkerKind.CHILD_CRIMINAL_EXPLOITATION,
})
TEMPORARY = frozenset({
    PlacementType.T0, PlacementType.T1, PlacementType.T2, PlacementType.T3, PlacementType.T4,
})
STARTED = "S"  # RNE: started to be looked after
# Places where a child who has been found may be kept: hospital, custody, secure accommodation.
ELSEWHERE = frozenset({PlacementType.T1, PlacementType.R2, PlacementType.R5, PlacementType.K1})


def care_periods_on(case: Case, day: date) -> tuple[CarePeriodRecorded, ...]:
    """The statements by which the child is looked after on this day (none: not looked after).

    A period of care that ceased for good (reason E...) also ends the legal statuses that the
    same agency left open; see `outlasts`.
    """
    def kept(live: tuple[CarePeriodRecorded, ...]) -> tuple[CarePeriodRecorded, ...]:
        periods = case.current(CarePeriodRecorded)
        ceased = [each for each in periods if live and ceased_for_good(each)
                  and each.end is not None and day_of(each.end.at) <= day]
        return tuple(each for each in live if not any(
            ended.agency == each.agency and not outlasts(each, ended, periods)
            for ended in ceased))

    return periods_of(case, CarePeriodRecorded, _start_and_end).kept_on(day, kept)


def care_periods_now(case: Case) -> tuple[CarePeriodRecorded, ...]:
    """The statements by which the child is looked after at the time of the case."""
    day = periods_of(case, CarePeriodRecorded, _start_and_end).day_like(case.now)
    return () if day is None else care_periods_on(case, day)


def _start_and_end(each: CarePeriodRecorded | PlacementRecorded | PlanRecorded) -> Bounds:
    return each.start, each.end


def ceased_for_good(period: CarePeriodRecorded) -> bool:
    """Whether the reason for the end of this row is one by which care ceases."""
    return (period.end_reason or "").startswith("E")


def outlasts(
    period: CarePeriodRecorded, ceased: CarePeriodRecorded, others: Iterable[CarePeriodRecorded]
) -> bool:
    """Whether a period of one agency goes on past the day on which another row of it ceased.

    One that begins later does, and so does one with a later end of its own, or one of a time in
    care that began anew (reason S) while the other lasted: only what was left open ends with it.
    """
    assert period.start is not None, "a live period has a start"
    assert ceased.end is not None, "care has ceased on a day"
    first, last = day_of(period.start.at), day_of(ceased.end.at)
    if first > last or (period.end is not None and day_of(period.end.at) > last):
        return True
    return ceased.start is not None and any(
        each.agency == ceased.agency and each.system is ceased.system
        and each.start_reason == STARTED and each.start is not None
        and day_of(ceased.start.at) < day_of(each.start.at) <= first for each in others)


def looked_after_on(case: Case, day: date) -> bool:
    """Whether any agency says that the child is looked after on this day."""
    return bool(care_periods_on(case, day))


def placements_on(
    case: Case, day: date, agency: str | None = None
) -> tuple[PlacementRecorded, ...]:
    """The placements that are live on this day, by any agency or by one."""
    live = periods_of(case, PlacementRecorded, _start_and_end).on(day)
    return live if agency is None else tuple(each for each in live if each.agency == agency)


def placing_authorities_on(case: Case, day: date) -> frozenset[str]:
    """The codes of the authorities that are said to have placed the child."""
    said: Iterable[CarePeriodRecorded | PlacementRecorded] = (
        *care_periods_on(case, day), *placements_on(case, day))
    return frozenset(each.placing_authority for each in said if each.placing_authority)


def placed_by_another(case: Case, day: date) -> bool:
    """Whether the child is placed by an authority that no council of the partnership is."""
    ours = {each.authority_code for each in case.partnership.of_kind(AgencyKind.SOCIAL_CARE)}
    said = placing_authorities_on(case, day)
    return bool(said) and ours.isdisjoint(said)


def cp_plans_on(case: Case, day: date) -> tuple[PlanRecorded, ...]:
    """The child protection plans that are live on this day."""
    return tuple(each for each in periods_of(case, PlanRecorded, _start_and_end).on(day)
                 if each.kind is PlanKind.CP)


def referrals_open_on(case: Case, day: date) -> tuple[ReferralRecorded, ...]:
    """The referrals (episodes, not contacts) that are open on this day."""
    received = periods_of(case, ReferralRecorded, lambda each: (each.received, each.closed))
    return tuple(each for each in received.on(day)
                 if each.kind is ReferralKind.REFERRAL
                 and each.decision is not ReferralDecision.NO_FURTHER_ACTION)


def in_need_on(case: Case, day: date) -> tuple[Statement, ...]:
    """What makes the child an open child in need: an open referral or a child in need plan."""
    plans = tuple(each for each in periods_of(case, PlanRecorded, _start_and_end).on(day)
                  if each.kind is PlanKind.CIN)
    return (*referrals_open_on(case, day), *plans)


def enquiries_open_on(case: Case, day: date) -> tuple[EnquiryRecorded, ...]:
    """The section 47 enquiries that are open on this day."""
    return periods_of(case, EnquiryRecorded, lambda each: (
        each.started or each.strategy_discussion, each.ended)).on(day)


def markers_at(case: Case, at: datetime) -> tuple[MarkerRecorded, ...]:
    """The police markers that are set and not cleared at this moment."""
    return tuple(each for each in case.current(MarkerRecorded)
                 if each.set is not None and each.set.at <= at
                 and (each.cleared is None or each.cleared.at > at))


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of exploitation: who says it, what it says, and when it was last fresh.

    `fresh_at` is when the marker was set or last reviewed, the notice raised, or the assessment
    authorised; `recorded_at` by when the agency had written it. `word` is the neutral word.
    """

    statement: Statement
    fresh_at: datetime
    recorded_at: datetime
    word: str


def exploitation_signs(case: Case, at: datetime, months: int = 12) -> tuple[Sign, ...]:
    """The signs of exploitation that are live at this moment, freshest last.

    A marker that stands and was set or reviewed within these months; a police notice, a home's
    notification or an assessment factor of these months. Nothing recorded after `at` counts.
    """
    oldest = add_months(day_of(at), -months)
    noted = _noted_signs(case)
    first, last = bisect_left(noted, start_of(oldest), key=_fresh), bisect_right(
        noted, at, key=_fresh)
    found = [each for each in noted[first:last] if each[1].recorded_at <= at]
    marked = [each for each in _marked_signs(case, at)
              if each.fresh_at <= at and each.recorded_at <= at
              and day_of(each.fresh_at) >= oldest]
    if marked:
        found = sorted([*found, *map(_in_order, marked)], key=_place)
    return tuple(sign for _, sign in found)


_Ordered = tuple[tuple[datetime, tuple[datetime, str]], Sign]


def _in_order(sign: Sign) -> _Ordered:
    return (sign.fresh_at, sign.statement.version), sign


def _place(each: _Ordered) -> tuple[datetime, tuple[datetime, str]]:
    return each[0]


def _fresh(each: _Ordered) -> datetime:
    return each[1].fresh_at


def _marked_signs(case: Case, at: datetime) -> Iterator[Sign]:
    """The markers of exploitation at this moment."""
    for marker in markers_at(case, at):
        if marker.kind in EXPLOITATION_MARKERS and marker.set is not None:
            reviewed = marker.reviewed.at if marker.reviewed else marker.set.at
            fresh = max(reviewed if reviewed <= at else marker.set.at, marker.set.at)
            yield _sign(case, marker, fresh, str(marker.kind), marker.set)


def _noted_signs(case: Case) -> list[_Ordered]:
    """The signs in concerns and factors, in order of when they were fresh; found once for a
    case."""
    return case.once("signs", lambda: sorted(map(_in_order, _in_notes(case)), key=_place))


def _in_notes(case: Case) -> Iterator[Sign]:
    for concern in case.current(ConcernRecorded):
        for word in _exploitation_of(concern.categories):
            yield _sign(case, concern, _raised_at(concern), word, concern.raised)
    for assessment in case.current(AssessmentRecorded):
        for word in _exploitation_of(assessment.factors):
            done = _authorised(case, assessment)
            yield _sign(case, assessment, _assessed_at(case, assessment), word, done)


def _exploitation_of(categories: tuple[CategoryWord, ...]) -> tuple[str, ...]:
    """The neutral words of exploitation among these, each once, in order of the alphabet."""
    return tuple(sorted({str(each.category) for each in categories
                         if each.category in EXPLOITATION}))


def _sign(
    case: Case, statement: Statement, fresh_at: datetime, word: str, written: Moment | None
) -> Sign:
    return Sign(statement, fresh_at, on_record_by(case, statement, written), word)


def _raised_at(concern: ConcernRecorded) -> datetime:
    return concern.raised.at if concern.raised else concern.recorded_at


def _with_its_assessment(case: Case, assessment: AssessmentRecorded) -> list[AssessmentRecorded]:
    """An assessment; after a row of factors alone, the one it names."""
    named = {(assessment.agency, each.value) for each in assessment.references
             if each.scheme == ASSESSMENT}
    found = [each for name in named for each in _assessments(case).get(name, ())]
    if len(named) > 1:
        found.sort(key=lambda each: each.version)
    return [assessment, *found]


def _assessments(case: Case) -> dict[tuple[str, str], list[AssessmentRecorded]]:
    """The assessments by agency and record, oldest first; put in order once for a case."""
    return case.once("assessments by record", lambda: _by_record(case))


def _by_record(case: Case) -> dict[tuple[str, str], list[AssessmentRecorded]]:
    found: dict[tuple[str, str], list[AssessmentRecorded]] = {}
    for each in case.current(AssessmentRecorded):
        found.setdefault((each.agency, each.record), []).append(each)
    return found


def _authorised(case: Case, assessment: AssessmentRecorded) -> Moment | None:
    return next((each.authorised for each in _with_its_assessment(case, assessment)
                 if each.authorised is not None), None)


def assessment_started(case: Case, assessment: AssessmentRecorded) -> Moment | None:
    """When an assessment was begun; a row of factors alone has the start of the one it names."""
    return next((each.started for each in _with_its_assessment(case, assessment)
                 if each.started is not None), None)


def _assessed_at(case: Case, assessment: AssessmentRecorded) -> datetime:
    """When an assessment was done; a row of factors alone has the time of the one it names."""
    for each in _with_its_assessment(case, assessment):
        done = each.authorised or each.started
        if done is not None:
            return done.at
    return assessment.recorded_at
