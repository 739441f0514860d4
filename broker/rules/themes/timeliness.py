"""Whether enquiry, conference and assessment come in their statutory time."""
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

from broker.case.calendar import after_working_days, day_of, say
from broker.case.care import cp_plans_on, live_on
from broker.case.case import Case, RecordKey
from broker.case.child import is_child
from broker.case.feeds import ASSESSMENTS, CONFERENCES, living
from broker.case.since import said_since
from broker.event.care import PlanRecorded
from broker.event.concern import (
    AssessmentRecorded,
    ConferenceRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Moment, Statement
from broker.rules.limits import Limits
from broker.rules.overdue import Owed, is_history, not_to_be_judged
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, by_then, told, when
from broker.vocabulary.references import ENQUIRY, REFERRAL
from broker.vocabulary.words import (
    EnquiryOutcome,
    PlanKind,
    ReferralDecision,
    ReferralKind,
    Severity,
)

S = TypeVar("S", bound=Statement)

_LEADS_TO_NONE = frozenset({
    EnquiryOutcome.NO_FURTHER_ACTION, EnquiryOutcome.OTHER_AGENCY,
    EnquiryOutcome.CONTINUE_ASSESSMENT, EnquiryOutcome.LEGAL_ACTION, EnquiryOutcome.SERVICES,
    EnquiryOutcome.OTHER,
})


def _by_day(statements: Iterable[S], moment: Callable[[S], Moment | None]) -> list[list[S]]:
    """The records of one agency and day together: two systems' copies of one happening."""
    groups: dict[tuple[str, date], list[S]] = {}
    for each in sorted(statements, key=RecordKey.of):
        at = moment(each)
        if at is not None:
            groups.setdefault((each.agency, day_of(at.at)), []).append(each)
    return [groups[key] for key in sorted(groups)]


def _discussed(enquiry: EnquiryRecorded) -> Moment | None:
    return enquiry.strategy_discussion or enquiry.started


@rule(code="T01", name="time.conference_late", severity=Severity.HIGH,
      needs=(EnquiryRecorded,), starts=date(2010, 4, 1), silence_may_be_doubt=True)
def conference_late(case: Case, limits: Limits) -> Iterator[Yielded]:
    """No initial conference 15 working days after the strategy discussion

    **Source** Working Together to Safeguard Children: the initial child protection conference is
    held within 15 working days of the strategy discussion at which the section 47 enquiry was
    initiated; CIN census validation rule 8675Q.
    **Why it matters** Until the conference, what several agencies fear of one child stands in
    several files, and there is no plan.
    **Raises when** the limit has run out, no conference is on record as held, and the enquiry is
    open or ended with a conference as its outcome. The day of the discussion does not count.
    **Stays silent when** a conference was held, late too; none was required, the enquiry ended
    in no further action or in another outcome than a conference, or the conference is one of a
    child transferred in; and where the child was under a protection plan already. Not evaluated
    where an enquiry ended with no outcome, or one in an unknown word, and beyond what has been
    heard or could be read.
    """
    if not is_child(case, day_of(case.now), limits.child_age_years):
        return
    enquiries = living(case, case.current(EnquiryRecorded))
    for each in enquiries:
        if _discussed(each) is None:
            yield NotEvaluated("when the strategy discussion was", None, each)
    for copies in _by_day(enquiries, _discussed):
        yield from _conference_of(case, limits, copies)


def _conference_of(
    case: Case, limits: Limits, copies: list[EnquiryRecorded]
) -> Iterator[Yielded]:
    discussed = _discussed(copies[0])
    assert discussed is not None, "enquiries are grouped by it"
    if any(each.conference_not_required or each.outcome in _LEADS_TO_NONE for each in copies) \
            or _was_held(case, copies, discussed):
        return
    due = after_working_days(discussed, limits.conference_working_days)
    owed = Owed(copies[0], due, discussed.at, CONFERENCES, "initial conferences")
    answer = not_to_be_judged(case, owed)
    if answer is not None:
        yield answer
        return
    planned = any(each.outcome is EnquiryOutcome.CONFERENCE for each in copies)
    if not planned and any(each.outcome is EnquiryOutcome.UNMAPPED for each in copies):
        yield NotEvaluated("what the enquiry's outcome means", None, copies[0], "")
    elif not planned and any(_is_over(case, each) for each in copies):
        yield NotEvaluated("the outcome of an enquiry that has ended", None, copies[0], "")
    else:
        yield _no_conference(case, limits, owed, discussed, copies)


def _was_held(case: Case, copies: list[EnquiryRecorded], discussed: Moment) -> bool:
    """Whether a conference followed, a plan shows that one did, or none was to be held: the
    child was under a plan already, or has been transferred in with one."""
    agency, first = copies[0].agency, day_of(discussed.at)
    if any(each.agency == agency and each.start is not None and day_of(each.start.at) < first
           for each in cp_plans_on(case, first)):
        return True
    for each in case.current(ConferenceRecorded):
        named = {(each.agency, each.system, one.value) for one in each.references
                 if one.scheme == ENQUIRY}
        of_it = any((one.agency, one.system, one.record) in named for one in copies)
        held = each.held is not None and each.held.at <= case.now
        if of_it and (held or each.transfer_in):
            return True
        if held and each.agency == agency and each.held is not None \
                and day_of(each.held.at) >= first:
            return True
    return any(each.agency == agency and each.kind is PlanKind.CP and each.start is not None
               and first <= day_of(each.start.at) and each.start.at <= case.now
               for each in case.current(PlanRecorded))


def _is_over(case: Case, enquiry: EnquiryRecorded) -> bool:
    """Whether the enquiry has ended, by itself or with the episode it belongs to."""
    if enquiry.ended is not None and enquiry.ended.at <= case.now:
        return True
    episode = _referral_of(case, enquiry)
    return episode is not None and episode.closed is not None and episode.closed.at <= case.now


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
               "required; all agencies: agree now how the child is kept safe until then.",
        would_change="A conference on record as held, an outcome of the enquiry other than a "
                     "conference, or that none was required.",
    )


@rule(code="T02", name="time.assessment_late", severity=Severity.MEDIUM,
      needs=(AssessmentRecorded, ReferralRecorded), starts=date(2013, 4, 15),
      silence_may_be_doubt=True)
def assessment_late(case: Case, limits: Limits) -> Iterator[Yielded]:
    """An assessment is not complete after 45 working days

    **Source** Working Together to Safeguard Children: an assessment is concluded within 45
    working days of the referral; CIN census validation rule 8670Q.
    **Why it matters** Until it is complete nobody has said what the child needs, and help
    waits for it.
    **Raises when** the limit has run out and the assessment is not on record as authorised. The
    first assessment of a referral runs from the referral, also where a referral decided for
    assessment has none begun; later ones run from their own start. Day zero does not count.
    **Stays silent when** the assessment is complete, late too, and once the referral is closed
    or led to no further action. Not evaluated beyond what has been heard or could be read.
    """
    if not is_child(case, day_of(case.now), limits.child_age_years):
        return
    assessments = [each for each in living(case, case.current(AssessmentRecorded))
                   if each.started is not None]
    episodes = _episodes(case)
    first_of: dict[RecordKey, list[AssessmentRecorded]] = {}
    for copies in _by_day(assessments, lambda each: each.started):
        episode = _episode_of(episodes, copies)
        if episode is not None:
            earlier = first_of.setdefault(RecordKey.of(episode), copies)
            if earlier is copies or _is_closed(case, episode):
                continue
        yield from _later(case, limits, copies)
    for episode in episodes:
        yield from _first(case, limits, episode, first_of.get(RecordKey.of(episode), []))


def _episodes(case: Case) -> list[ReferralRecorded]:
    """The referrals that are not contacts, oldest first."""
    referrals = [(each.received.at, RecordKey.of(each), each)
                 for each in living(case, case.current(ReferralRecorded))
                 if each.kind is ReferralKind.REFERRAL and each.received is not None]
    return [each for _, _, each in sorted(referrals, key=lambda one: one[:2])]


def _episode_of(
    episodes: list[ReferralRecorded], copies: list[AssessmentRecorded]
) -> ReferralRecorded | None:
    """The referral an assessment belongs to: the one it names, else the last that was open."""
    named = {(each.agency, each.system, one.value) for each in copies
             for one in each.references if one.scheme == REFERRAL}
    day = day_of(_begun(copies).at)
    found = [each for each in episodes if (each.agency, each.system, each.record) in named] \
        or [each for each in episodes if not named and each.agency == copies[0].agency
            and live_on(each.received, each.closed, day)]
    return found[-1] if found else None


def _is_closed(case: Case, episode: ReferralRecorded) -> bool:
    return (episode.closed is not None and episode.closed.at <= case.now) \
        or episode.decision is ReferralDecision.NO_FURTHER_ACTION


def _is_complete(case: Case, copies: list[AssessmentRecorded]) -> bool:
    return any(each.authorised is not None and each.authorised.at <= case.now for each in copies)


def _first(
    case: Case, limits: Limits, episode: ReferralRecorded, copies: list[AssessmentRecorded]
) -> Iterator[Yielded]:
    """The first assessment of a referral, begun or not."""
    received = episode.received
    assert received is not None, "episodes are ordered by it"
    if _is_complete(case, copies) or _is_closed(case, episode):
        return
    if not copies and (episode.decision is not ReferralDecision.ASSESSMENT
                       or _assessed_since(case, episode, received)):
        return
    began = f", begun {when(_begun(copies))}," if copies else ""
    said = [told(said_since(case, episode, lambda each: (each.received, each.decision)),
                 f"Referral received {when(received)}", "REFERRAL")]
    yield from _late(case, limits, episode, received, said, copies,
                     f"received a referral {when(received)}. Its first assessment{began} ")


def _begun(copies: list[AssessmentRecorded]) -> Moment:
    started = copies[0].started
    assert started is not None, "assessments are grouped by it"
    return started


def _assessed_since(case: Case, episode: ReferralRecorded, received: Moment) -> bool:
    """Whether an assessment that names another referral, or none, answered this one."""
    return any(each.agency == episode.agency and each.authorised is not None
               and received.at <= each.authorised.at <= case.now
               for each in case.current(AssessmentRecorded))


def _later(
    case: Case, limits: Limits, copies: list[AssessmentRecorded]
) -> Iterator[Yielded]:
    """An assessment that is not its referral's first, or has none."""
    if not _is_complete(case, copies):
        started = _begun(copies)
        yield from _late(case, limits, copies[0], started, [], copies,
                         f"began an assessment {when(started)}, which ")


def _late(
    case: Case, limits: Limits, record: Statement, counted_from: Moment, said: list[Said],
    copies: list[AssessmentRecorded], what: str,
) -> Iterator[Yielded]:
    due: datetime = after_working_days(counted_from, limits.assessment_working_days)
    owed = Owed(record, due, counted_from.at, ASSESSMENTS, "assessments")
    answer = not_to_be_judged(case, owed)
    if answer is not None:
        yield answer
        return
    name = agency_name(case, record.agency)
    begun = [told(said_since(case, each, lambda one: (one.started, one.authorised)),
                  f"Assessment begun {when(_begun(copies))}; not complete", "NOT COMPLETE")
             for each in copies]
    yield Disagreement(
        anchor=record, severity=Severity.MEDIUM, since=due,
        historical=is_history(case, owed, limits), evidence=(*said, *begun),
        sentence=f"{name} {what}was not on record as complete by {by_then(due)} "
                 f"({limits.assessment_working_days} working days).",
        action=f"{name}: complete the assessment, seeing the child for it, or record that it "
               "is complete.",
        would_change="An assessment on record as authorised, or the referral being closed.",
    )
