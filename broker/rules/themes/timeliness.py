"""Whether enquiry, conference and assessment come in their statutory time."""
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from operator import itemgetter
from typing import TypeVar

from broker.case.calendar import after_working_days, day_of, say
from broker.case.care import care_periods_on, cp_plans_on
from broker.case.case import Case, RecordKey
from broker.case.child import is_under_age
from broker.case.feeds import ASSESSMENTS, CONFERENCES, living
from broker.case.followed import Complete, complete_of
from broker.case.periods import LastLive
from broker.case.recall import THE_CHILD, Whole, each_of
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
    LegalStatus,
    PlanKind,
    ReferralDecision,
    ReferralKind,
    Severity,
    System,
)

S = TypeVar("S", bound=Statement)

# A referral decided so is not what an assessment that names none came from.
_ASKS_FOR_NONE = frozenset({
    ReferralDecision.NO_FURTHER_ACTION, ReferralDecision.ADVICE, ReferralDecision.EARLY_HELP})
# Care that is more than a short break or a few days of protection, remand or assessment.
_LASTING_CARE = frozenset({
    LegalStatus.C1, LegalStatus.C2, LegalStatus.D1, LegalStatus.E1, LegalStatus.V2})

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
    open or ended with a conference as its outcome. The day of the discussion does not count.
    **Stays silent when** a conference was held, late too; none was required, the enquiry ended
    in no further action or in another outcome than a conference, or the conference is one of a
    child transferred in; and where the child was under a protection plan already. A child in
    care already is not left out: where a review takes the conference's place, the council is
    asked to record that none is required. Not evaluated where an enquiry ended with no outcome,
    or one in an unknown word, where an earlier conference of the same referral names no enquiry,
    and beyond what has been heard or could be read.
    """
    if not is_under_age(case, day_of(case.now), limits.child_age_years):
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
    elif _may_have_been_held(case, copies):
        yield NotEvaluated("of which enquiry an earlier conference of the same referral was",
                           None, copies[0], "")
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
        named = _named(each, ENQUIRY)
        of_it = any((one.agency, one.system, one.record) in named for one in copies)
        held = each.held is not None and each.held.at <= case.now
        if of_it and (held or each.transfer_in):
            return True
        transferred = bool(each.transfer_in) and not named
        dated = each.held or (each.target if transferred else None)
        # Without a date it is no later than it was first written down.
        day = day_of(dated.at if dated else case.versions(each)[0].recorded_at)
        if each.agency == agency and (held or transferred) and day >= first:
            return True
    return any(each.agency == agency and each.kind is PlanKind.CP and each.start is not None
               and first <= day_of(each.start.at) and each.start.at <= case.now
               for each in case.current(PlanRecorded))


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
               f"required{_in_care_already(case, copies, discussed)}; all agencies: agree now "
               "how the child is kept safe until then.",
        would_change="A conference on record as held, an outcome of the enquiry other than a "
                     "conference, or that none was required.",
    )


def _in_care_already(case: Case, copies: list[EnquiryRecorded], discussed: Moment) -> str:
    """What to add where the child was in the council's care before, for longer than a few days."""
    first = day_of(discussed.at)
    in_care = any(each.agency == copies[0].agency and each.legal_status in _LASTING_CARE
                  and each.start is not None and day_of(each.start.at) < first
                  for each in care_periods_on(case, first))
    return " (such as a review that took it up, for a child in care already)" if in_care else ""


@rule(code="T02", name="time.assessment_late", severity=Severity.MEDIUM,
      needs=(AssessmentRecorded, ReferralRecorded), starts=date(2013, 4, 15),
      silence_may_be_doubt=True, ends_with_death=True)
def assessment_late(case: Case, limits: Limits) -> Iterator[Yielded]:
    """An assessment is not complete after 45 working days

    **Source** Working Together to Safeguard Children: an assessment is concluded within 45
    working days of the referral; CIN census validation rule 8670Q.
    **Why it matters** Until it is complete nobody has said what the child needs, and help
    waits for it.
    **Raises when** the limit has run out and the assessment is not on record as authorised. The
    first assessment of a referral runs from the referral, also where a referral decided for
    assessment has none begun; later ones run from their own start, and so does one begun after
    the limit under a referral not known to have been decided for it. Day zero does not count.
    **Stays silent when** the assessment is complete, late too, or overtaken by one begun later
    that is, and once the referral is closed or led to no further action. Not evaluated beyond
    what has been heard or could be read.
    """
    if not is_under_age(case, day_of(case.now), limits.child_age_years):
        return
    yield from each_of(case, limits, THE_CHILD, _all_assessed)


def _all_assessed(case: Case, limits: Limits, _: Whole) -> Iterator[Yielded]:
    """Every assessment that is owed, begun or not."""
    assessments = [each for each in living(case, case.current(AssessmentRecorded))
                   if each.started is not None]
    episodes = _episodes(case)
    complete = complete_of(case)
    first_of: dict[int, list[AssessmentRecorded]] = {}  # by the identity of the referral
    referrals = _Referrals(episodes)
    for copies in _by_day(assessments, lambda each: each.started):
        episode = referrals.of(copies)
        if episode is not None:
            if _may_be_its_first(limits, episode, copies) \
                    and first_of.setdefault(id(episode), copies) is copies:
                continue
            if _is_closed(case, episode):
                continue
        if not _is_complete(complete, copies):
            yield from _later(case, limits, copies)
    for episode in episodes:
        first = first_of.get(id(episode), [])
        if not _is_complete(complete, first) and not _is_closed(case, episode):
            yield from _first(case, limits, episode, first)


def _episodes(case: Case) -> list[ReferralRecorded]:
    """The referrals that are not contacts, oldest first."""
    referrals = [((each.received.at, RecordKey.of(each)), each)
                 for each in living(case, case.current(ReferralRecorded))
                 if each.kind is ReferralKind.REFERRAL and each.received is not None]
    return [each for _, each in sorted(referrals, key=itemgetter(0))]


class _Referrals:
    """The referrals of a case, to be asked to which of them an assessment belongs."""

    def __init__(self, episodes: list[ReferralRecorded]) -> None:
        self._named = {(each.agency, each.system, each.record): (number, each)
                       for number, each in enumerate(episodes)}
        open_for: dict[str, list[ReferralRecorded]] = {}
        for each in episodes:
            if each.decision not in _ASKS_FOR_NONE:
                open_for.setdefault(each.agency, []).append(each)
        self._open = {agency: LastLive(ours, lambda one: (one.received, one.closed))
                      for agency, ours in open_for.items()}

    def of(self, copies: list[AssessmentRecorded]) -> ReferralRecorded | None:
        """The one that an assessment names, else the last that was open and not decided
        otherwise."""
        named = {(each.agency, each.system, one.value) for each in copies
                 for one in each.references if one.scheme == REFERRAL}
        if named:
            found = [self._named[each] for each in named if each in self._named]
            return max(found)[1] if found else None
        ours = self._open.get(copies[0].agency)
        return ours.on(day_of(_begun(copies).at)) if ours is not None else None


def _may_be_its_first(
    limits: Limits, episode: ReferralRecorded, copies: list[AssessmentRecorded]
) -> bool:
    """Whether an assessment can be the one that a referral led to: begun after the limit had run
    out, it is only where the referral was decided for assessment. What a case that has long been
    open led to at first may not be on record."""
    received = episode.received
    assert received is not None, "episodes are ordered by it"
    return episode.decision is ReferralDecision.ASSESSMENT or _begun(copies).at <= \
        after_working_days(received, limits.assessment_working_days)


def _is_closed(case: Case, episode: ReferralRecorded) -> bool:
    return (episode.closed is not None and episode.closed.at <= case.now) \
        or episode.decision is ReferralDecision.NO_FURTHER_ACTION


def _is_complete(complete: Complete, copies: list[AssessmentRecorded]) -> bool:
    """Whether it has been authorised, or another that the agency began no earlier has: one that
    was left open is overtaken by it."""
    if not copies:
        return False
    last = complete.begun.get(copies[0].agency)
    return last is not None and last >= _begun(copies).at


def _first(
    case: Case, limits: Limits, episode: ReferralRecorded, copies: list[AssessmentRecorded]
) -> Iterator[Yielded]:
    """The first assessment of an open referral, begun or not, that is not complete."""
    received = episode.received
    assert received is not None, "episodes are ordered by it"
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
    last = complete_of(case).authorised.get(episode.agency)
    return last is not None and received.at <= last


def _later(
    case: Case, limits: Limits, copies: list[AssessmentRecorded]
) -> Iterator[Yielded]:
    """An assessment, not complete, that is not its referral's first, or has none."""
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
