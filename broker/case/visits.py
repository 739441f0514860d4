"""The visits a council has made to a child, and the reviews it has held."""
from datetime import date, datetime

from broker.case.calendar import day_of
from broker.case.case import Case, RecordKey
from broker.event.care import PlanRecorded, ReviewRecorded, VisitRecorded
from broker.vocabulary.references import PLAN
from broker.vocabulary.words import ReviewKind


def last_visit(case: Case, agency: str, first: date) -> VisitRecorded | None:
    """The council's last visit on or after this day, of whichever kind.

    A visit at which the child was not seen is an attempt, and none; where it is not said whether
    the child was seen, it is one.
    """
    last = _last_made(case).get(agency)
    if last is None or last.visited is None or day_of(last.visited.at) < first:
        return None
    return last


def _last_made(case: Case) -> dict[str, VisitRecorded]:
    """The last visit of each council; found once for a case."""
    return case.once("last visits", lambda: _last_by_agency(case))


def _last_by_agency(case: Case) -> dict[str, VisitRecorded]:
    found: dict[str, tuple[datetime, VisitRecorded]] = {}
    for each in reversed(case.current(VisitRecorded)):  # the last written are most often the last
        if each.seen is False or each.visited is None:
            continue
        at, known = each.visited.at, found.get(each.agency)
        if at > case.now or (known is not None and at < known[0]):
            continue
        if known is None or (at, RecordKey.of(each)) > (known[0], RecordKey.of(known[1])):
            found[each.agency] = at, each
    return {agency: each for agency, (_, each) in found.items()}


def protection_reviews(case: Case, plan: PlanRecorded) -> tuple[ReviewRecorded, ...]:
    """The reviews held of a child protection plan, oldest first, by its reference or its time.

    The conference that made the plan is none, though some record it as one.
    """
    assert plan.start is not None, "a plan is judged from its start"
    first = day_of(plan.start.at)
    held = []
    for each in _held(case, plan.agency, ReviewKind.CP_REVIEW):
        named = {one.value for one in each.references if one.scheme == PLAN}
        of_it = not named or each.system is not plan.system or plan.record in named
        if of_it and each.held is not None and first < day_of(each.held.at):
            held.append(each)
    return tuple(held)


def care_reviews(case: Case, agency: str, first: date) -> tuple[ReviewRecorded, ...]:
    """The reviews held of a looked-after child on or after this day, oldest first."""
    return tuple(each for each in _held(case, agency, ReviewKind.LOOKED_AFTER_REVIEW)
                 if each.held is not None and first <= day_of(each.held.at))


def _held(case: Case, agency: str, kind: ReviewKind) -> tuple[ReviewRecorded, ...]:
    """What the council held; found once for a case."""
    return case.once(f"reviews.{agency}.{kind}", lambda: _held_by(case, agency, kind))


def _held_by(case: Case, agency: str, kind: ReviewKind) -> tuple[ReviewRecorded, ...]:
    """The same; two systems' rows of one day are one review."""
    by_day: dict[date, ReviewRecorded] = {}
    for each in sorted(case.current(ReviewRecorded), key=RecordKey.of):
        if each.agency == agency and each.kind is kind and each.held is not None \
                and each.held.at <= case.now:
            by_day.setdefault(day_of(each.held.at), each)
    return tuple(by_day[day] for day in sorted(by_day))
