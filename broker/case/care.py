"""What care and protection a child is in on a day, and the signs of exploitation on record.

Every function answers with the statements that say so, oldest version first, never with a bare
yes: a rule shows them as its evidence. A period is live from its first day up to and without its
last (one that begins and ends on one day is live on that day). All of it is what agencies say;
who must not be held to silence beyond their feed is for the rule to ask of `case.reach`.
"""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from broker.case.calendar import add_months, day_of
from broker.case.case import Case
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
# Places where a child who has been found may be kept: hospital, custody, secure accommodation.
ELSEWHERE = frozenset({PlacementType.T1, PlacementType.R2, PlacementType.R5, PlacementType.K1})


def live_on(start: Moment | None, end: Moment | None, day: date) -> bool:
    """Whether a period is live on this local day; without a start it is not known to be."""
    if start is None:
        return False
    first = day_of(start.at)
    if end is None:
        return first <= day
    last = day_of(end.at)
    return first <= day < last or (first == day == last)


def care_periods_on(case: Case, day: date) -> tuple[CarePeriodRecorded, ...]:
    """The statements by which the child is looked after on this day (none: not looked after).

    A period of care that ceased for good (reason E...) also ends the legal statuses that the
    same agency left open.
    """
    periods = case.current(CarePeriodRecorded)
    ceased = [(each.agency, day_of(each.end.at)) for each in periods
              if each.end is not None and (each.end_reason or "").startswith("E")]
    return tuple(
        each for each in periods if live_on(each.start, each.end, day) and not any(
            agency == each.agency and each.start is not None
            and day_of(each.start.at) <= last <= day for agency, last in ceased
        )
    )


def looked_after_on(case: Case, day: date) -> bool:
    """Whether any agency says that the child is looked after on this day."""
    return bool(care_periods_on(case, day))


def placements_on(
    case: Case, day: date, agency: str | None = None
) -> tuple[PlacementRecorded, ...]:
    """The placements that are live on this day, by any agency or by one."""
    return tuple(each for each in case.current(PlacementRecorded)
                 if (agency is None or each.agency == agency)
                 and live_on(each.start, each.end, day))


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
    return tuple(each for each in case.current(PlanRecorded)
                 if each.kind is PlanKind.CP and live_on(each.start, each.end, day))


def referrals_open_on(case: Case, day: date) -> tuple[ReferralRecorded, ...]:
    """The referrals (episodes, not contacts) that are open on this day."""
    return tuple(each for each in case.current(ReferralRecorded)
                 if each.kind is ReferralKind.REFERRAL
                 and each.decision is not ReferralDecision.NO_FURTHER_ACTION
                 and live_on(each.received, each.closed, day))


def in_need_on(case: Case, day: date) -> tuple[Statement, ...]:
    """What makes the child an open child in need: an open referral or a child in need plan."""
    plans = tuple(each for each in case.current(PlanRecorded)
                  if each.kind is PlanKind.CIN and live_on(each.start, each.end, day))
    return (*referrals_open_on(case, day), *plans)


def enquiries_open_on(case: Case, day: date) -> tuple[EnquiryRecorded, ...]:
    """The section 47 enquiries that are open on this day."""
    return tuple(each for each in case.current(EnquiryRecorded)
                 if live_on(each.started or each.strategy_discussion, each.ended, day))


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
    signs = (sign for sign in _all_signs(case, at)
             if sign.fresh_at <= at and sign.recorded_at <= at
             and day_of(sign.fresh_at) >= oldest)
    return tuple(sorted(signs, key=lambda sign: (sign.fresh_at, sign.statement.version)))


def _all_signs(case: Case, at: datetime) -> Iterator[Sign]:
    for marker in markers_at(case, at):
        if marker.kind in EXPLOITATION_MARKERS and marker.set is not None:
            reviewed = marker.reviewed.at if marker.reviewed else marker.set.at
            fresh = max(reviewed if reviewed <= at else marker.set.at, marker.set.at)
            yield _sign(case, marker, fresh, str(marker.kind), marker.set)
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
    named = {each.value for each in assessment.references if each.scheme == ASSESSMENT}
    return [assessment, *(each for each in case.current(AssessmentRecorded)
                          if each.agency == assessment.agency and each.record in named)]


def _authorised(case: Case, assessment: AssessmentRecorded) -> Moment | None:
    return next((each.authorised for each in _with_its_assessment(case, assessment)
                 if each.authorised is not None), None)


def _assessed_at(case: Case, assessment: AssessmentRecorded) -> datetime:
    """When an assessment was done; a row of factors alone has the time of the one it names."""
    for each in _with_its_assessment(case, assessment):
        done = each.authorised or each.started
        if done is not None:
            return done.at
    return assessment.recorded_at
