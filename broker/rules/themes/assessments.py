"""Whether assessments are complete in their statutory time."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter

from broker.case.calendar import add_working_days, after_working_days, day_of
from broker.case.case import Case, RecordKey
from broker.case.child import is_under_age
from broker.case.feeds import ASSESSMENTS, living
from broker.case.followed import Complete, complete_of
from broker.case.periods import LastLive
from broker.case.recall import THE_CHILD, Whole, each_of
from broker.case.since import said_since
from broker.event.concern import AssessmentRecorded, ReferralRecorded
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
from broker.rules.rule import Disagreement, Said, Yielded
from broker.rules.telling import agency_name, by_then, told, when
from broker.vocabulary.references import REFERRAL
from broker.vocabulary.words import ReferralDecision, ReferralKind, Severity

# A referral decided so is not what an assessment that names none came from.
_ASKS_FOR_NONE = frozenset({
    ReferralDecision.NO_FURTHER_ACTION, ReferralDecision.ADVICE, ReferralDecision.EARLY_HELP})


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
    the limit under a referral not known to have been decided for it. Day zero does not count, and
    the last working day counts to its end. An assessment that was complete late, or overtaken
    late, is raised and resolved at once.
    **Stays silent when** the assessment is complete, or overtaken by one begun later that is, in
    time; and once the referral is closed or led to no further action. Not evaluated beyond what
    has been heard or could be read.
    """
    said = each_of(case, limits, THE_CHILD, _all_assessed)
    grown = not is_under_age(case, day_of(case.now), limits.child_age_years)
    yield from what_was_late(said) if grown else said


def _all_assessed(case: Case, limits: Limits, _: Whole) -> Iterator[Yielded]:
    """Every assessment that is owed, begun or not."""
    assessments = [each for each in living(case, case.current(AssessmentRecorded))
                   if each.started is not None]
    episodes = _episodes(case)
    complete = complete_of(case)
    first_of: dict[int, list[AssessmentRecorded]] = {}  # by the identity of the referral
    referrals = case.of_these("referrals assessed", episodes, lambda: _Referrals(episodes))
    for copies in by_day(assessments, lambda each: each.started):
        episode = referrals.of(copies)
        if episode is not None:
            if _may_be_its_first(limits, episode, copies) \
                    and first_of.setdefault(id(episode), copies) is copies:
                continue
            if _was_closed(case, episode, _completed(complete, copies)):
                continue
        yield from _later(case, limits, copies, _completed(complete, copies))
    for episode in episodes:
        first = first_of.get(id(episode), [])
        done = _completed(complete, first)
        if not _was_closed(case, episode, done):
            yield from _first(case, limits, episode, first, done)


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
    return episode.decision is ReferralDecision.ASSESSMENT or day_of(_begun(copies).at) <= \
        add_working_days(day_of(received.at), limits.assessment_working_days)


def _was_closed(
    case: Case, episode: ReferralRecorded, done: AssessmentRecorded | None
) -> bool:
    """Whether the referral led to nothing, or was closed while its assessment was not complete."""
    if episode.decision is ReferralDecision.NO_FURTHER_ACTION:
        return True
    return episode.closed is not None \
        and (done is None or day_of(episode.closed.at) < day_of(_authorised(done).at)) \
        and episode.closed.at <= case.now


def _authorised(done: AssessmentRecorded) -> Moment:
    assert done.authorised is not None, "only an authorised assessment is complete"
    return done.authorised


def _completed(
    complete: Complete, copies: list[AssessmentRecorded]
) -> AssessmentRecorded | None:
    """The first that was authorised, of it and of those that the agency began on no earlier day:
    one that was left open is overtaken by it. None where none has been."""
    return complete.first_of(copies[0].agency, its_day(_begun(copies)).at) if copies else None


def _first(
    case: Case, limits: Limits, episode: ReferralRecorded, copies: list[AssessmentRecorded],
    done: AssessmentRecorded | None,
) -> Iterator[Yielded]:
    """The first assessment of a referral, begun or not."""
    received = episode.received
    assert received is not None, "episodes are ordered by it"
    if not copies and (episode.decision is not ReferralDecision.ASSESSMENT
                       or _assessed_since(case, episode, received)):
        return
    if _was_in_time(limits, received, done):
        return
    began = f", begun {when(_begun(copies))}," if copies else ""
    said = [told(said_since(case, episode, lambda each: (each.received, each.decision)),
                 f"Referral received {when(received)}", "REFERRAL")]
    yield from _late(case, limits, _Counted(episode, received), said, copies, done,
                     f"received a referral {when(received)}. Its first assessment{began} ")


def _begun(copies: list[AssessmentRecorded]) -> Moment:
    started = copies[0].started
    assert started is not None, "assessments are grouped by it"
    return started


def _assessed_since(case: Case, episode: ReferralRecorded, received: Moment) -> bool:
    """Whether an assessment that names another referral, or none, answered this one."""
    last = complete_of(case).authorised.get(episode.agency)
    return last is not None and day_of(received.at) <= day_of(last)


def _later(
    case: Case, limits: Limits, copies: list[AssessmentRecorded],
    done: AssessmentRecorded | None,
) -> Iterator[Yielded]:
    """An assessment that is not its referral's first, or has none."""
    started = _begun(copies)
    if _was_in_time(limits, started, done):
        return
    yield from _late(case, limits, _Counted(copies[0], started), [], copies, done,
                     f"began an assessment {when(started)}, which ")


def _was_in_time(limits: Limits, start: Moment, done: AssessmentRecorded | None) -> bool:
    """Whether it was complete in the time that begins here."""
    day = its_day(start)
    due = after_working_days(day, limits.assessment_working_days)
    return done is not None and not is_late(its_day(_authorised(done)), due, day)


@dataclass(frozen=True, slots=True)
class _Counted:
    """The record that an assessment is due on, and from when its time counts."""

    record: Statement
    start: Moment


def _late(
    case: Case, limits: Limits, counted: _Counted, said: list[Said],
    copies: list[AssessmentRecorded], done: AssessmentRecorded | None, what: str,
) -> Iterator[Yielded]:
    due: datetime = after_working_days(
        its_day(counted.start), limits.assessment_working_days)
    owed = Owed(counted.record, due, counted.start.at, ASSESSMENTS, "assessments")
    answer = not_to_be_judged(case, owed)
    if answer is not None:
        yield answer
        return
    begun = [_begun_and(case, each, _begun(copies)) for each in copies if each is not done]
    if done is not None:
        yield _done_late(case, limits, owed, [*said, *begun], copies, done, what)
        return
    name = agency_name(case, owed.record.agency)
    yield Disagreement(
        anchor=owed.record, severity=Severity.MEDIUM, since=due,
        historical=is_history(case, owed, limits), evidence=(*said, *begun),
        sentence=f"{name} {what}was not on record as complete by {by_then(due)} "
                 f"({limits.assessment_working_days} working days).",
        action=f"{name}: complete the assessment, seeing the child for it, or record that it "
               "is complete.",
        would_change="An assessment on record as authorised, or the referral being closed.",
    )


def _begun_and(case: Case, assessment: AssessmentRecorded, begun: Moment) -> Said:
    """What one that another overtook, or that nothing did, says of itself."""
    said = said_since(case, assessment, lambda one: (one.started, one.authorised))
    done = assessment.authorised
    if done is None or done.at > case.now:
        return told(said, f"Assessment begun {when(begun)}; not complete", "NOT COMPLETE")
    return told(said, f"Assessment begun {when(begun)}; complete {when(done)}", "COMPLETE LATER")


def _done_late(
    case: Case, limits: Limits, owed: Owed, shown: list[Said], copies: list[AssessmentRecorded],
    done: AssessmentRecorded, what: str,
) -> Disagreement:
    name, authorised = agency_name(case, owed.record.agency), _authorised(done)
    said = said_since(case, done, lambda one: (one.started, one.authorised))
    own = any(each is done for each in copies)
    which = "Assessment" if own else "A later assessment"
    outcome = "was complete" if own else "was overtaken by a later one that was complete"
    return Disagreement(
        anchor=owed.record, severity=Severity.MEDIUM, since=owed.due,
        over=done_by(authorised, said), historical=is_history(case, owed, limits),
        evidence=(*shown, told(said, f"{which} complete {when(authorised)}", "COMPLETE LATE")),
        sentence=f"{name} {what}{outcome} {when(authorised)}; it was due by {by_then(owed.due)} "
                 f"({limits.assessment_working_days} working days).",
        action=done_since(name),
        would_change="A corrected day of the referral or of the assessment.",
    )
