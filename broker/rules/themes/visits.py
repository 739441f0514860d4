"""Whether the visits that a plan or the regulations ask for are being made."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from broker.case.calendar import after_working_days, day_of, say, say_day
from broker.case.care import live_on
from broker.case.case import Case, RecordKey
from broker.case.child import is_under_age
from broker.case.feeds import (
    CARE_REVIEWS,
    CARE_VISITS,
    NEED_VISITS,
    PROTECTION_VISITS,
    Feed,
    living,
)
from broker.case.since import said_since
from broker.case.spells import CEASED_WHEN, CareSpell, Stay, care_spell_on, stay_on
from broker.case.visits import care_reviews, last_visit
from broker.event.care import CarePeriodRecorded, PlanRecorded, VisitRecorded
from broker.event.envelope import Moment
from broker.rules.limits import Limits
from broker.rules.overdue import (
    Owed,
    after_days,
    after_months,
    is_history,
    its_day,
    not_to_be_judged,
)
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, by_then, told, when
from broker.vocabulary.words import AgencyKind, LegalStatus, PlacementType, PlanKind, Severity

_SHORT_BREAKS = frozenset({LegalStatus.V3, LegalStatus.V4})
_INTERIM = LegalStatus.C1
_WITH_PARENT = PlacementType.P1
_DAYS_A_WEEK = 7
_MONTHS_A_YEAR = 12
_VISITS_IN_CARE = "visits to children in care"


@dataclass(frozen=True, slots=True)
class _Duty:
    """A visit owed: on which record, by when and by which rule, with what shows it."""

    owed: Owed
    interval: str
    severity: Severity
    on: str
    evidence: tuple[Said, ...]
    last: VisitRecorded | None


@rule(code="S02", name="seen.visit_overdue", severity=Severity.HIGH,
      needs=(PlanRecorded, CarePeriodRecorded), starts=date(2011, 4, 1),
      silence_may_be_doubt=True, ends_with_death=True)
def visit_overdue(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A visit that a plan or the regulations ask for is overdue

    **Source** Care Planning, Placement and Case Review (England) Regulations 2010 regulation 28
    for looked-after children; the partnership's own standard for children in need and under
    protection plans.
    **Why it matters** A child nobody visits has nobody to tell; the plan is paper until
    somebody goes.
    **Raises when** the council records no visit within the limit: in care, one week from the
    start of each placement, then six weeks, after a year of the placement three months; under
    an interim order with a parent, a week until the first review, then four; under a protection
    plan ten working days, a child in need plan twenty; each to the end of its last day.
    **Stays silent when** a visit was made, late or of another kind too (one at which the child
    was not seen is none); once plan or placement has ended; where a change of order or a
    temporary absence moves nobody. A plan to stay for good is not in the record, so after a
    year the longer limit holds for all. Not evaluated in a series of short breaks, where a
    reason for the end of care is given and no day, between the two limits where nothing tells
    whether the child moved from one placement to the next, from returns, which carry no visits,
    and beyond what has been heard or could be read.
    """
    today = day_of(case.now)
    if not is_under_age(case, today, limits.child_age_years):
        return
    holders = case.holders()
    for council in case.partnership.of_kind(AgencyKind.SOCIAL_CARE):
        if council.code in holders:
            yield from _of_council(case, limits, council.code, today)


def _of_council(case: Case, limits: Limits, agency: str, today: date) -> Iterator[Yielded]:
    """The duties of one council; a protection plan or care takes the place of a need plan."""
    spell = care_spell_on(case, agency, today)
    if spell is not None and spell.statuses & _SHORT_BREAKS:
        yield NotEvaluated("how often a child in a series of short breaks is visited")
    elif spell is not None:
        yield from _in_care(case, limits, agency, spell, today)
    plans = [each for each in living(case, case.current(PlanRecorded))
             if each.agency == agency and live_on(each.start, each.end, today)]
    protection = [each for each in plans if each.kind is PlanKind.CP]
    need = [each for each in plans if each.kind is PlanKind.CIN and spell is None]
    if protection:
        yield from _judged(case, limits, _planned(
            case, _first_of(protection), PROTECTION_VISITS, "child protection plan",
            limits.cp_visit_working_days))
    elif need:
        yield from _judged(case, limits, _planned(
            case, _first_of(need), NEED_VISITS, "child in need plan",
            limits.cin_visit_working_days))


def _first_of(plans: list[PlanRecorded]) -> PlanRecorded:
    return min(plans, key=lambda each: (_start(each).at, RecordKey.of(each)))


def _start(plan: PlanRecorded) -> Moment:
    assert plan.start is not None, "a live plan has a start"
    return plan.start


def _planned(
    case: Case, plan: PlanRecorded, feed: Feed, kind: str, working_days: int
) -> _Duty:
    """The next visit under a plan, so many working days after the last or the plan's start."""
    start = _start(plan)
    last = last_visit(case, plan.agency, day_of(start.at))
    base = last.visited if last is not None and last.visited is not None else start
    said = said_since(case, plan, lambda each: (each.kind, each.start, each.end))
    return _Duty(
        Owed(plan, after_working_days(its_day(base), working_days), base.at, feed,
             f"visits under a {kind}"),
        f"within {working_days} working days", Severity.MEDIUM,
        f"under a {kind} since {say(start)}", (told(said, f"{kind.capitalize()} since "
                                                    f"{say(start)}", str(plan.kind)),), last)


def _in_care(
    case: Case, limits: Limits, agency: str, spell: CareSpell, today: date
) -> Iterator[Yielded]:
    stay = stay_on(case, agency, today)
    if stay is None:
        if CARE_VISITS.heard(case.reach, agency) is None:
            yield _never_fed(case, agency)
        else:
            yield NotEvaluated("where the child in care is placed, and since when", agency)
        return
    if spell.may_have_ceased:
        yield NotEvaluated(CEASED_WHEN, agency, stay.anchor)
        return
    with_parent = stay.current.type is _WITH_PARENT
    if with_parent and not spell.statuses:
        yield NotEvaluated("under which order the child lives with a parent", agency,
                           stay.anchor)
        return
    if with_parent and _INTERIM in spell.statuses:
        last = last_visit(case, agency, day_of(stay.start.at))
        yield from _interim(case, limits, spell, stay, last)
    else:
        yield from _by_stay(case, limits, stay, stay_on(
            case, agency, today, unless_said_moved=True) or stay)


def _by_stay(case: Case, limits: Limits, stay: Stay, longest: Stay) -> Iterator[Yielded]:
    """The next visit to a child in care. Where rows do not say whether the child moved between
    them, it is overdue only once it is either way."""
    duties = []
    for each in (stay, longest):
        last = last_visit(case, each.current.agency, day_of(each.start.at))
        duties.append(_care_duty(case, each, last, *_regular(limits, each.start, last)))
    first, later = sorted(duties, key=lambda each: each.owed.due)
    if first.owed.due <= case.now < later.owed.due:
        yield LookAgain(later.owed.due)
        yield NotEvaluated("whether the child moved between two placements: they do not say where "
                           "they are", stay.current.agency, longest.anchor)
    else:
        yield from _judged(case, limits, later if case.now >= later.owed.due else first)


def _never_fed(case: Case, agency: str) -> NotEvaluated:
    return NotEvaluated(f"{_VISITS_IN_CARE}: {agency_name(case, agency)} have never sent any",
                        agency)


def _visited(last: VisitRecorded) -> Moment:
    assert last.visited is not None, "a visit counts only with its time"
    return last.visited


def _regular(
    limits: Limits, placed: Moment, last: VisitRecorded | None
) -> tuple[datetime, str]:
    """When the next visit is due, and the interval in words."""
    if last is None:
        weeks = limits.placement_first_visit_weeks
        return after_days(placed, weeks * _DAYS_A_WEEK), \
            f"within {_weeks(weeks)} of the placement"
    weeks = limits.care_visit_first_year_weeks
    due = after_days(_visited(last), weeks * _DAYS_A_WEEK)
    if due <= after_months(placed, _MONTHS_A_YEAR):
        return due, f"within {_weeks(weeks)} in the first year of a placement"
    months = limits.care_visit_later_months
    return after_months(_visited(last), months), f"within {months} months"


def _interim(
    case: Case, limits: Limits, spell: CareSpell, stay: Stay, last: VisitRecorded | None
) -> Iterator[Yielded]:
    """Under an interim order with a parent: weekly to the first review, then four-weekly."""
    orders = [each for each in spell.records if each.legal_status is _INTERIM and each.start]
    began = max([stay.start, *(each.start for each in orders if each.start is not None)],
                key=lambda at: at.at)
    base = began if last is None or _visited(last).at < began.at else _visited(last)
    weekly = after_days(base, limits.interim_visit_weeks * _DAYS_A_WEEK)
    weeks = limits.interim_visit_weeks
    if care_reviews(case, stay.current.agency, day_of(spell.start.at)):
        weeks = limits.interim_visit_reviewed_weeks
    elif not _reviews_heard(case, stay.current.agency, weekly):
        if weekly <= case.now:
            yield NotEvaluated("whether the first review has been held", stay.current.agency,
                               stay.anchor)
        weeks = limits.interim_visit_reviewed_weeks
    duty = _care_duty(case, stay, last, after_days(base, weeks * _DAYS_A_WEEK),
                      f"within {_weeks(weeks)} under an interim order with a parent")
    yield from _judged(case, limits, duty)


def _reviews_heard(case: Case, agency: str, due: datetime) -> bool:
    heard = CARE_REVIEWS.heard(case.reach, agency)
    return case.now < due or (heard is not None and heard >= due)


def _weeks(count: int) -> str:
    return "a week" if count == 1 else f"{count} weeks"


def _care_duty(
    case: Case, stay: Stay, last: VisitRecorded | None, due: datetime, interval: str
) -> _Duty:
    base = stay.start if last is None else _visited(last)
    said = said_since(case, stay.current, lambda each: (each.start, each.end))
    return _Duty(
        Owed(stay.anchor, due, base.at, CARE_VISITS, _VISITS_IN_CARE), interval, Severity.HIGH,
        f"in care and placed since {say_day(day_of(stay.start.at))}",
        (told(said, f"Placed since {say(stay.start)}", "LOOKED AFTER"),), last)


def _judged(case: Case, limits: Limits, duty: _Duty) -> Iterator[Yielded]:
    answer = not_to_be_judged(case, duty.owed)
    if answer is not None:
        yield answer
        return
    evidence, seen = list(duty.evidence), "none is on record since"
    if duty.last is not None:
        visited = _visited(duty.last)
        seen = f"the last on record was {when(visited)}"
        said = said_since(case, duty.last, lambda each: (each.visited, each.seen))
        evidence.append(told(said, f"Visited {when(visited)}", "VISITED"))
    name = agency_name(case, duty.owed.record.agency)
    yield Disagreement(
        anchor=duty.owed.record, severity=duty.severity, since=duty.owed.due,
        historical=is_history(case, duty.owed, limits), evidence=tuple(evidence),
        sentence=f"By the record of {name} the child is {duty.on}. A visit was due by "
                 f"{by_then(duty.owed.due)} ({duty.interval}); {seen}.",
        action=f"{name}: visit and see the child now; record the visit, or the end of what it "
               "is owed on.",
        would_change="A visit on record at which the child was seen, or the plan or placement "
                     "having ended.",
    )
