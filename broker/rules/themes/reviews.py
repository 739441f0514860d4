"""Whether plans and care are reviewed in their statutory time."""
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from broker.case.calendar import add_months, after_working_days, day_of, say
from broker.case.care import live_on
from broker.case.case import Case, RecordKey
from broker.case.child import is_under_age
from broker.case.feeds import CARE_REVIEWS, PROTECTION_REVIEWS, living
from broker.case.open_case import RETURNS
from broker.case.since import said_since
from broker.case.spells import CEASED_WHEN, CareSpell, care_spell_on
from broker.case.visits import care_reviews, protection_reviews
from broker.event.care import CarePeriodRecorded, PlanRecorded, ReviewRecorded
from broker.event.envelope import Moment
from broker.rules.limits import Limits
from broker.rules.overdue import Owed, after_months, is_history, not_to_be_judged
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, by_then, told, when
from broker.vocabulary.words import AgencyKind, LegalStatus, PlanKind, Severity

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
    longest limit holds.
    **Stays silent when** the review was held, late too; once plan or care has ended. A cancelled
    or planned review is none. Not evaluated in a series of short breaks, where a reason for the
    end of care is given and no day, and beyond what has been heard or could be read.
    """
    today = day_of(case.now)
    if not is_under_age(case, today, limits.child_age_years):
        return
    holders = {key.agency for key in case.histories}
    for council in case.partnership.of_kind(AgencyKind.SOCIAL_CARE):
        if council.code in holders:
            yield from _of_plan(case, limits, council.code, today)
            yield from _of_care(case, limits, council.code, today)


def _of_plan(case: Case, limits: Limits, agency: str, today: date) -> Iterator[Yielded]:
    plans = [each for each in living(case, case.current(PlanRecorded)) if each.agency == agency
             and each.kind is PlanKind.CP and live_on(each.start, each.end, today)]
    if not plans:
        return
    plan = min(plans, key=lambda each: (_start_of(each).at, RecordKey.of(each)))
    # A plan that was written anew, with the old row left open, is reviewed under the new one.
    held = sorted({each for one in plans for each in protection_reviews(case, one)},
                  key=lambda each: (_held(each).at, RecordKey.of(each)))
    start = _start_of(plan)
    if not held:
        months = limits.cp_review_first_months
        due, interval = after_months(start, months), f"the first within {months} months"
    else:
        months = limits.cp_review_later_months
        due, interval = after_months(_held(held[-1]), months), f"within {months} months"
    owed = Owed(plan, due, _held(held[-1]).at if held else start.at, PROTECTION_REVIEWS,
                "reviews of protection plans")
    said = said_since(case, plan, lambda each: (each.kind, each.start, each.end))
    yield from _judged(case, limits, owed, interval, held, "under a child protection plan since",
                       told(said, f"Child protection plan since {say(start)}", "CP"), start)


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
    due, interval = _care_due(limits, spell, held)
    owed = Owed(spell.anchor, due, _held(held[-1]).at if held else spell.start.at, CARE_REVIEWS,
                "reviews of looked-after children")
    said = said_since(case, spell.anchor, lambda each: (each.start, each.end))
    what = "looked after since before" if spell.began_before else "looked after since"
    yield from _judged(case, limits, owed, interval, held, what,
                       told(said, f"{what.capitalize()} {say(spell.start)}", "LOOKED AFTER"),
                       spell.start)


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
        return after_working_days(spell.start, days), f"the first within {days} working days"
    last = _held(held[-1])
    if len(held) == 1 and not _may_follow_others(limits, spell, last):
        months = limits.care_review_second_months
    which = "the second " if months == limits.care_review_second_months else ""
    return after_months(last, months), f"{which}within {months} months"


def _may_follow_others(limits: Limits, spell: CareSpell, only: Moment) -> bool:
    """Whether the one review on record may not be the first: a return holds one year's alone."""
    soon = add_months(day_of(spell.start.at), limits.care_review_second_months)
    return all(each.system in RETURNS for each in spell.records) and day_of(only.at) > soon


def _judged(
    case: Case, limits: Limits, owed: Owed, interval: str, held: Sequence[ReviewRecorded],
    what: str, shows: Said, start: Moment,
) -> Iterator[Yielded]:
    answer = not_to_be_judged(case, owed)
    if answer is not None:
        yield answer
        return
    evidence, last = [shows], "none is on record as held"
    if held:
        last = f"the last on record was held {when(_held(held[-1]))}"
        said = said_since(case, held[-1], lambda each: each.held)
        evidence.append(told(said, f"Review held {when(_held(held[-1]))}", "HELD"))
    name = agency_name(case, owed.record.agency)
    yield Disagreement(
        anchor=owed.record, severity=Severity.MEDIUM, since=owed.due,
        historical=is_history(case, owed, limits), evidence=tuple(evidence),
        sentence=f"By the record of {name} the child is {what} {say(start)}. A review was "
                 f"due by {by_then(owed.due)} ({interval}); {last}.",
        action=f"{name}: hold the review, with the child heard, or record when it was held.",
        would_change="A review on record as held, or the plan or the time in care having ended.",
    )
