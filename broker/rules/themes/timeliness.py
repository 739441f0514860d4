"""Whether the initial conference comes in its statutory time."""
from collections.abc import Iterator, Sequence
from datetime import date

from broker.case.calendar import after_working_days, day_of, say
from broker.case.care import care_periods_on, cp_plans_on
from broker.case.case import Case, RecordKey
from broker.case.child import is_under_age
from broker.case.feeds import CONFERENCES, living
from broker.case.since import said_since
from broker.event.care import PlanRecorded
from broker.event.concern import ConferenceRecorded, EnquiryRecorded, ReferralRecorded
from broker.event.envelope import Moment, Statement
from broker.rules.limits import Limits
from broker.rules.overdue import (
    Owed,
    by_day,
    done_by,
    done_since,
    is_history,
    is_late,
    its_day,
    not_to_be_judged,
    what_was_late,
)
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agency_name, by_then, told, when
from broker.vocabulary.references import ENQUIRY, REFERRAL
from broker.vocabulary.words import (
    EnquiryOutcome,
    LegalStatus,
    PlanKind,
    ReferralKind,
    Severity,
    System,
)

# Care that is more than a short break or a few days of protection, remand or assessment.
_LASTING_CARE = frozenset({
    LegalStatus.C1, LegalStatus.C2, LegalStatus.D1, LegalStatus.E1, LegalStatus.V2})

_LEADS_TO_NONE = frozenset({
    EnquiryOutcome.NO_FURTHER_ACTION, EnquiryOutcome.OTHER_AGENCY,
    EnquiryOutcome.CONTINUE_ASSESSMENT, EnquiryOutcome.LEGAL_ACTION, EnquiryOutcome.SERVICES,
    EnquiryOutcome.OTHER,
})


def _discussed(enquiry: EnquiryRecorded) -> Moment | None:
    return enquiry.strategy_discussion or enquiry.started


@rule(code="T01", name="time.conference_late", severity=Severity.HIGH,
      needs=(EnquiryRecorded,), starts=date(2010, 4, 1), silence_may_be_doubt=True,
      ends_with_death=True)
def conference_late(case: Case, limits: Limits) -> Iterator[Yielded]:
    """No initial conference 15 working days after the strategy discussion

    **Source** Working Together to Safeguard Children: the initial child protection conference is
    held within 15 working days of the strategy discussion at which the section 47 enquiry was
    initiated; CIN census validation rule 8675Q.
    **Why it matters** Until the conference, what several agencies fear of one child stands in
    several files, and there is no plan.
    **Raises when** the limit has run out, no conference is on record as held, and the enquiry is
    open or ended with a conference as its outcome. The day of the discussion does not count, and
    the last working day counts to its end. A conference of this enquiry that was held late is
    raised and resolved at once.
    **Stays silent when** a conference was held; none was required, the enquiry ended
    in no further action or in another outcome than a conference, or the conference is one of a
    child transferred in; and where the child was under a protection plan already. A child in
    care already is not left out: where a review takes the conference's place, the council is
    asked to record that none is required. Not evaluated where an enquiry ended with no outcome,
    or one in an unknown word, where an earlier conference of the same referral names no enquiry,
    and beyond what has been heard or could be read.
    """
    if is_under_age(case, day_of(case.now), limits.child_age_years):
        yield from _conferences(case, limits)
    else:
        yield from what_was_late(_conferences(case, limits))


def _conferences(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Every enquiry's conference."""
    enquiries = living(case, case.current(EnquiryRecorded))
    for each in enquiries:
        if _discussed(each) is None:
            yield NotEvaluated("when the strategy discussion was", None, each)
    for copies in by_day(enquiries, _discussed):
        yield from _conference_of(case, limits, copies)


def _conference_of(
    case: Case, limits: Limits, copies: list[EnquiryRecorded]
) -> Iterator[Yielded]:
    discussed = _discussed(copies[0])
    assert discussed is not None, "enquiries are grouped by it"
    if any(each.conference_not_required or each.outcome in _LEADS_TO_NONE for each in copies) \
            or _needs_none(case, copies, discussed):
        return
    due = after_working_days(its_day(discussed), limits.conference_working_days)
    shown = _shown(case, copies, discussed)
    held = _surely_of_it(case, copies, shown)
    if shown and (held is None or not is_late(its_day(_held(held)), due, its_day(discussed))):
        return
    owed = Owed(copies[0], due, discussed.at, CONFERENCES, "initial conferences")
    answer = not_to_be_judged(case, owed)
    if answer is not None:
        yield answer
    elif held is not None:
        yield _held_late(case, limits, owed, discussed, copies, held)
    else:
        yield from _not_held(case, limits, owed, discussed, copies)


def _not_held(
    case: Case, limits: Limits, owed: Owed, discussed: Moment, copies: list[EnquiryRecorded]
) -> Iterator[Yielded]:
    """What a conference that is not on record is worth, by what became of the enquiry."""
    planned = any(each.outcome is EnquiryOutcome.CONFERENCE for each in copies)
    if not planned and any(each.outcome is EnquiryOutcome.UNMAPPED for each in copies):
        yield NotEvaluated("what the enquiry's outcome means", None, copies[0], "")
    elif not planned and any(_is_over(case, each) for each in copies):
        yield NotEvaluated("the outcome of an enquiry that has ended", None, copies[0], "")
    elif _may_have_been_held(case, copies):
        yield NotEvaluated("of which enquiry an earlier conference of the same referral was",
                           None, copies[0], "")
    else:
        yield _no_conference(case, limits, owed, discussed, copies)


def _needs_none(case: Case, copies: list[EnquiryRecorded], discussed: Moment) -> bool:
    """Whether none was to be held: the child was under a plan already, or has been transferred in
    with one."""
    agency, first = copies[0].agency, day_of(discussed.at)
    if any(each.agency == agency and each.start is not None and day_of(each.start.at) < first
           for each in cp_plans_on(case, first)):
        return True
    for each in case.current(ConferenceRecorded):
        if not each.transfer_in:
            continue
        if _names(each, copies):
            return True
        dated = each.held or each.target
        # Without a date it is no later than it was first written down.
        day = day_of(dated.at if dated else case.versions(each)[0].recorded_at)
        if each.agency == agency and not _named(each, ENQUIRY) and day >= first:
            return True
    return False


def _names(conference: ConferenceRecorded, copies: Sequence[EnquiryRecorded]) -> bool:
    """Whether a conference says that it is of this enquiry."""
    named = _named(conference, ENQUIRY)
    return any((one.agency, one.system, one.record) in named for one in copies)


def _held(conference: ConferenceRecorded) -> Moment:
    assert conference.held is not None, "only conferences that were held are counted"
    return conference.held


def _shown(
    case: Case, copies: list[EnquiryRecorded], discussed: Moment
) -> list[ConferenceRecorded | PlanRecorded]:
    """What shows that a conference followed, in order of the days: the conference itself, or a
    plan that one will have made."""
    agency, first = copies[0].agency, day_of(discussed.at)
    found: list[tuple[date, bool, RecordKey, ConferenceRecorded | PlanRecorded]] = []
    for each in case.current(ConferenceRecorded):
        if each.held is not None and each.held.at <= case.now:
            day = day_of(each.held.at)
            if _names(each, copies) or (each.agency == agency and day >= first):
                found.append((day, False, RecordKey.of(each), each))
    found += [(day_of(plan.start.at), True, RecordKey.of(plan), plan)
              for plan in case.current(PlanRecorded)
              if plan.agency == agency and plan.kind is PlanKind.CP and plan.start is not None
              and first <= day_of(plan.start.at) and plan.start.at <= case.now]
    return [each for *_, each in sorted(found, key=lambda one: one[:3])]


def _surely_of_it(
    case: Case, copies: list[EnquiryRecorded],
    shown: Sequence[ConferenceRecorded | PlanRecorded],
) -> ConferenceRecorded | None:
    """The conference that was this enquiry's, where what is on record leaves no doubt of it: no
    plan was made before, and it says so, or names no enquiry while this one led to it or was open.
    """
    if not shown or not isinstance(shown[0], ConferenceRecorded):
        return None
    if _names(shown[0], copies):
        return shown[0]
    open_or_led = any(each.outcome is EnquiryOutcome.CONFERENCE for each in copies) \
        or not any(_was_over(case, each, _held(shown[0])) for each in copies)
    return shown[0] if open_or_led and not _named(shown[0], ENQUIRY) \
        and not _may_have_been_held(case, copies) else None


def _named(statement: Statement, scheme: str) -> frozenset[tuple[str, System, str]]:
    """The records of its own system that a record names by this kind of reference."""
    return frozenset((statement.agency, statement.system, one.value)
                     for one in statement.references if one.scheme == scheme)


def _may_have_been_held(case: Case, copies: list[EnquiryRecorded]) -> bool:
    """Whether an earlier conference of the same referral names no enquiry, and none came before
    it that it can have been of, this one included: it may be this one's all the same."""
    referrals = frozenset[tuple[str, System, str]]().union(
        *(_named(each, REFERRAL) for each in copies))
    for each in case.current(ConferenceRecorded):
        if each.held is None or _named(each, ENQUIRY) or not _named(each, REFERRAL) & referrals:
            continue
        if not any(one is not None and day_of(one.at) <= day_of(each.held.at)
                   for one in map(_discussed, case.current(EnquiryRecorded))):
            return True
    return False


def _is_over(case: Case, enquiry: EnquiryRecorded) -> bool:
    """Whether the enquiry has ended by now."""
    return any(each.at <= case.now for each in _ends(case, enquiry))


def _was_over(case: Case, enquiry: EnquiryRecorded, held: Moment) -> bool:
    """Whether the enquiry had ended before the day on which a conference was held."""
    return any(day_of(each.at) < day_of(held.at) for each in _ends(case, enquiry))


def _ends(case: Case, enquiry: EnquiryRecorded) -> list[Moment]:
    """When the enquiry ended, by itself and with the episode it belongs to."""
    episode = _referral_of(case, enquiry)
    ends = [enquiry.ended, episode.closed if episode is not None else None]
    return [each for each in ends if each is not None]


def _referral_of(case: Case, statement: Statement) -> ReferralRecorded | None:
    """The referral that a record names."""
    named = {one.value for one in statement.references if one.scheme == REFERRAL}
    return next((each for each in case.current(ReferralRecorded)
                 if each.agency == statement.agency and each.system is statement.system
                 and each.kind is not ReferralKind.CONTACT and each.record in named), None)


def _no_conference(
    case: Case, limits: Limits, owed: Owed, discussed: Moment, copies: list[EnquiryRecorded]
) -> Disagreement:
    name = agency_name(case, copies[0].agency)
    said = [said_since(case, each, lambda one: (_discussed(one), one.outcome, one.ended))
            for each in copies]
    return Disagreement(
        anchor=copies[0], severity=Severity.HIGH, since=owed.due,
        historical=is_history(case, owed, limits),
        evidence=tuple(told(each, f"Section 47 enquiry since {say(discussed)}; no conference",
                            "NO CONFERENCE") for each in said),
        sentence=f"{name} began a section 47 enquiry with a strategy discussion "
                 f"{when(discussed)}. By {by_then(owed.due)} "
                 f"({limits.conference_working_days} working days) no initial conference was "
                 "on record as held, nor that none was required.",
        action=f"{name}: hold the conference, or record when it was held or why none is "
               f"required{_in_care_already(case, copies, discussed)}; all agencies: agree now "
               "how the child is kept safe until then.",
        would_change="A conference on record as held, an outcome of the enquiry other than a "
                     "conference, or that none was required.",
    )


def _held_late(
    case: Case, limits: Limits, owed: Owed, discussed: Moment, copies: list[EnquiryRecorded],
    conference: ConferenceRecorded,
) -> Disagreement:
    name, held = agency_name(case, copies[0].agency), _held(conference)
    said = [said_since(case, each, lambda one: (_discussed(one), one.outcome, one.ended))
            for each in copies]
    of_it = said_since(case, conference, lambda each: each.held)
    return Disagreement(
        anchor=copies[0], severity=Severity.HIGH, since=owed.due, over=done_by(held, of_it),
        historical=is_history(case, owed, limits),
        evidence=(*(told(each, f"Section 47 enquiry since {say(discussed)}", "ENQUIRY")
                    for each in said),
                  told(of_it, f"Initial conference held {when(held)}", "HELD LATE")),
        sentence=f"{name} began a section 47 enquiry with a strategy discussion "
                 f"{when(discussed)}. The initial conference was held {when(held)}; it was due "
                 f"by {by_then(owed.due)} ({limits.conference_working_days} working days).",
        action=done_since(name),
        would_change="A corrected day of the discussion or of the conference, or that none was "
                     "required.",
    )


def _in_care_already(case: Case, copies: list[EnquiryRecorded], discussed: Moment) -> str:
    """What to add where the child was in the council's care before, for longer than a few days."""
    first = day_of(discussed.at)
    in_care = any(each.agency == copies[0].agency and each.legal_status in _LASTING_CARE
                  and each.start is not None and day_of(each.start.at) < first
                  for each in care_periods_on(case, first))
    return " (such as a review that took it up, for a child in care already)" if in_care else ""
