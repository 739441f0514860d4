"""From a worry written down to an answer: concerns shared, contacts known, referrals answered."""
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from broker.case.calendar import after_working_days, day_of, latest, say, say_duration
from broker.case.care import placed_by_another
from broker.case.case import Case
from broker.case.followed import Came
from broker.case.open_case import contacts_until, open_case_on
from broker.case.since import said_since
from broker.event.concern import AssessmentRecorded, ConcernRecorded, ReferralRecorded
from broker.event.envelope import Moment
from broker.rules.limits import Limits
from broker.rules.overdue import done_by, done_since, is_late
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, by_then, told, unread_of, when
from broker.vocabulary.references import INCIDENT, NOTICE, POLICE_LOG
from broker.vocabulary.words import (
    AgencyKind,
    ConcernCategory,
    ConcernSource,
    Precision,
    ReferralKind,
    Risk,
    Severity,
    System,
)

_URGENT = frozenset({ConcernCategory.SEXUAL_ABUSE, ConcernCategory.SEXUAL_EXPLOITATION,
                     ConcernCategory.CRIMINAL_EXPLOITATION, ConcernCategory.TRAFFICKING})
_POLICE_SOURCE = "6"  # who referred, in the council's returns and tables
_NOTICES = frozenset({NOTICE, INCIDENT, POLICE_LOG})
_PAPER = {ConcernSource.POLICE_NOTICE: "a public protection notice",
          ConcernSource.HOME_NOTIFICATION: "a notification"}


def _is_historical(case: Case, since: datetime, limits: Limits) -> bool:
    return case.now - since > timedelta(days=limits.historical_after_days)


@rule(code="R01", name="referral.not_shared", severity=Severity.CRITICAL,
      needs=(ConcernRecorded,), starts=date(2018, 7, 4),
      silence_may_be_doubt=True)
def not_shared(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A concern was not shared, or was shared and is unknown to the other agency

    **Source** Working Together to Safeguard Children (sharing concerns with children's social
    care); national child protection inspection: delay in speaking to social care.
    **Why it matters** A worry that stays in one agency protects nobody; one that was sent and
    never arrived is believed to be in hand.
    **Raises when** a notice is not recorded as shared within the limit, or was shared and the
    council has neither a contact nor a referral some working days later. One that was shared
    late is raised and resolved at once.
    **Stays silent when** a triage outcome or a reason not to share is written down, the council
    has a contact about it, a case is open (for the second), contacts are not fed, or the
    contact may be with a record that waits for review; and of a notice shared late where a
    triage outcome may have been in time. Not evaluated where a home told an authority that takes
    no part, which had placed the child.
    """
    councils = {each.code for each in case.partnership.of_kind(AgencyKind.SOCIAL_CARE)}
    came = case.of_type(ReferralRecorded, "referrals that notices led to", None, _came)
    concerns = [each for each in case.current(ConcernRecorded) if each.agency not in councils]
    for concern, times in zip(concerns, case.of_each(limits, concerns, _times_of), strict=True):
        if concern.shared is None or times is None:
            yield from _unshared(case, concern, came, limits)
            continue
        if times.is_late:
            yield from _shared_late(case, concern, concern.shared, came, limits)
        if not came.is_any_from(times.begun):
            yield from _unknown(case, concern, concern.shared, limits)


class _Times(NamedTuple):
    """Of a concern that was shared: whether that was late, and from which day on a contact can be
    about it."""

    is_late: bool
    begun: date


def _times_of(limits: Limits, concern: ConcernRecorded) -> _Times | None:
    raised, shared = concern.raised, concern.shared
    if shared is None:
        return None
    allowed = timedelta(hours=limits.concern_shared_hours)
    return _Times(
        raised is not None and shared.at - raised.at >= allowed
        and is_late(shared, latest(raised) + allowed, raised),
        day_of(_begun(concern, shared).at))


def _came(received: tuple[ReferralRecorded, ...]) -> Came:
    return Came(received, _NOTICES)


def _begun(concern: ConcernRecorded, shared: Moment) -> Moment:
    """From when on a contact can be about a concern."""
    return concern.raised if concern.raised and concern.raised.at < shared.at else shared


def _unshared(
    case: Case, concern: ConcernRecorded, came: Came, limits: Limits
) -> Iterator[Yielded]:
    if concern.triage_outcome or concern.not_shared_reason:
        return
    if concern.raised is None:
        yield NotEvaluated("when the concern was raised", None, concern, "shared")
        return
    due = latest(concern.raised) + timedelta(hours=limits.concern_shared_hours)
    if _naming(came, concern) or _of_police(came, concern, concern.raised, due):
        return
    if case.now < due:
        yield LookAgain(due)
        return
    until = case.reach.within(concern.agency, concern.system, ConcernRecorded.__name__)
    if until is None or until < due:
        yield NotEvaluated(f"the notices of {agency_name(case, concern.agency)} up to "
                           f"{by_then(due)}", concern.agency, concern, "shared")
        return
    said = said_since(case, concern, lambda each: (each.raised, each.risk, each.categories))
    name, paper = agency_name(case, concern.agency), _paper(concern)
    yield Disagreement(
        anchor=concern, part="shared", since=due,
        severity=Severity.CRITICAL if _is_urgent(concern) else Severity.MEDIUM,
        historical=_is_historical(case, due, limits),
        evidence=(told(said, f"Raised {when(concern.raised)}; not shared", "NOT SHARED"),),
        sentence=f"{name} raised {paper} {when(concern.raised)} and by "
                 f"{by_then(due)} had recorded neither sharing it nor a reason not to.",
        action=f"{name}: share it with children's social care now, or write down why not.",
        would_change="A time of sharing, a triage outcome, or a reason not to share.",
    )


def _shared_late(
    case: Case, concern: ConcernRecorded, shared: Moment, came: Came, limits: Limits
) -> Iterator[Yielded]:
    raised = concern.raised
    if raised is None:
        return
    due = latest(raised) + timedelta(hours=limits.concern_shared_hours)
    if shared.at > case.now or not is_late(shared, due, raised) \
            or not _was_undecided(case, concern, due) or _of_police(came, concern, raised, due) \
            or any(each.received is None or not is_late(each.received, due, raised)
                   for each in _naming(came, concern)):
        return
    said = said_since(case, concern, lambda each: (
        each.raised, each.risk, each.categories, each.shared))
    name, paper = agency_name(case, concern.agency), _paper(concern)
    took = "" if Precision.DAY in (raised.precision, shared.precision) else \
        f", {say_duration(shared.at - raised.at)} after it was raised"
    yield Disagreement(
        anchor=concern, part="shared", since=due, over=done_by(shared, said),
        severity=Severity.CRITICAL if _is_urgent(concern) else Severity.MEDIUM,
        historical=_is_historical(case, due, limits),
        evidence=(told(said, f"Raised {when(raised)}; shared {when(shared)}", "SHARED LATE"),),
        sentence=f"{name} raised {paper} {when(raised)} and shared it {when(shared)}{took}; the "
                 f"limit is {limits.concern_shared_hours} hours.",
        action=done_since(name),
        would_change="A corrected time at which it was raised or shared; a triage outcome or a "
                     "reason not to share, written within the limit.",
    )


def _was_undecided(case: Case, concern: ConcernRecorded, due: datetime) -> bool:
    """Whether no triage outcome or reason not to share can have been written by then: there is
    none, or a version written afterwards still had none."""
    return any(not each.triage_outcome and not each.not_shared_reason
               and (each is concern or each.recorded_at >= due)
               for each in case.versions(concern) if isinstance(each, ConcernRecorded))


def _unknown(
    case: Case, concern: ConcernRecorded, shared: Moment, limits: Limits
) -> Iterator[Yielded]:
    begun = _begun(concern, shared)
    due = after_working_days(shared, limits.referral_expected_working_days)
    if concern.source is ConcernSource.HOME_NOTIFICATION \
            and placed_by_another(case, day_of(shared.at)):
        yield NotEvaluated("what the authority that placed the child holds: it takes no part")
        return
    councils = [each.code for each in case.partnership.of_kind(AgencyKind.SOCIAL_CARE)]
    if case.now < due:
        yield LookAgain(due)
        return
    if any(open_case_on(case, code, day) for code in councils
           for day in (day_of(shared.at), day_of(due))):
        return
    fed = {code: until for code in councils
           if (until := contacts_until(case, code)) is not None}
    if not fed:
        yield NotEvaluated("contacts: no council feeds them")
        return
    for code, until in sorted(fed.items()):
        if until < due:
            yield NotEvaluated(f"the contacts of {agency_name(case, code)} up to "
                               f"{by_then(due)}", code, concern, "unknown")
            return
        if case.reach.unreadable_since(code, ReferralRecorded.__name__, begun.at):
            unread = unread_of(case, code, ReferralRecorded.__name__, begun.at)
            yield NotEvaluated(f"{unread} that could not be read; one may be the contact", None,
                               concern, "unknown")
            return
    yield _not_known(case, concern, shared, due, sorted(fed), limits)


def _not_known(
    case: Case, concern: ConcernRecorded, shared: Moment, due: datetime, fed: list[str],
    limits: Limits,
) -> Disagreement:
    said = said_since(case, concern, lambda each: (each.shared, each.raised))
    name, paper = agency_name(case, concern.agency), _paper(concern)
    other = agency_name(case, fed[0]) if len(fed) == 1 else "no council"
    knows = "has no contact or referral" if len(fed) == 1 else "has a contact or referral"
    return Disagreement(
        anchor=concern, part="unknown", since=due,
        severity=Severity.MEDIUM, historical=_is_historical(case, due, limits),
        evidence=(told(said, f"Shared with social care {when(shared)}", "SHARED"),),
        sentence=f"{name} recorded sharing {paper} {when(shared)}; {other} {knows} "
                 f"from then up to {by_then(due)}.",
        action=f"{name} and children's social care: find out where it went; send it again "
               "if need be.",
        would_change="A contact or referral received since, or a corrected time of sharing.",
    )


def _naming(came: Came, concern: ConcernRecorded) -> list[ReferralRecorded]:
    """The contacts and referrals that name the concern: it reached the council after all."""
    own = {each.value for each in concern.references if each.scheme == INCIDENT}
    return [came[number] for number in came.naming({concern.record, *own})]


def _of_police(came: Came, concern: ConcernRecorded, raised: Moment, due: datetime) -> bool:
    """Whether the police made contact with the council in time, which a notice of theirs is then
    taken to have been about."""
    return concern.source is ConcernSource.POLICE_NOTICE and any(
        (came[number].source or "").startswith(_POLICE_SOURCE)
        for number in came.between(day_of(raised.at), day_of(due)))


def _is_urgent(concern: ConcernRecorded) -> bool:
    return concern.risk is Risk.HIGH or any(
        each.category in _URGENT for each in concern.categories)


def _paper(concern: ConcernRecorded) -> str:
    return _PAPER.get(concern.source, "a concern") if concern.source else "a concern"


@rule(code="R02", name="referral.not_acknowledged", severity=Severity.HIGH,
      needs=(ReferralRecorded,), starts=date(2018, 7, 4))
def not_acknowledged(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A referral had no decision and no acknowledgement in one working day

    **Source** Working Together to Safeguard Children: the local authority decides on a referral
    and acknowledges it to the referrer within one working day.
    **Why it matters** Until somebody has decided, nobody is going; the referrer believes that
    somebody is.
    **Raises when** an extract taken after the deadline still shows neither an outcome nor an
    acknowledgement.
    **Stays silent when** an assessment has started, or a contact became a referral. The census
    holds no outcomes and is not judged.
    """
    referrals = case.current(ReferralRecorded)
    for referral in referrals:
        if referral.system in (System.CIN, System.UNMAPPED) or _is_acknowledged(referral):
            continue
        first = case.versions(referral)[0]
        assert isinstance(first, ReferralRecorded), "one record is of one type"
        if referral.received is None:
            yield NotEvaluated("when the referral was received", None, referral)
            continue
        due = after_working_days(referral.received, limits.referral_answered_working_days)
        if _has_outcome(referral):
            if _has_outcome(first) and first.recorded_at > due:
                yield NotEvaluated("when it was decided")
        elif not _was_acted_on(case, referral, referral.received):
            yield from _unanswered(case, referral, due, limits)


def _unanswered(
    case: Case, referral: ReferralRecorded, due: datetime, limits: Limits
) -> Iterator[Yielded]:
    if case.now < due:
        yield LookAgain(due)
        return
    name = agency_name(case, referral.agency)
    until = case.reach.within(referral.agency, referral.system, ReferralRecorded.__name__)
    if until is None or until < due:
        yield NotEvaluated(f"an extract of {name} taken after {by_then(due)}", referral.agency,
                           referral)
        return
    assert referral.received is not None, "asked only about a known time"
    said = said_since(case, referral, lambda each: (each.received, _has_outcome(each)))
    kind = "contact" if referral.kind is ReferralKind.CONTACT else "referral"
    yield Disagreement(
        anchor=referral, severity=Severity.HIGH, since=due,
        historical=_is_historical(case, due, limits),
        evidence=(told(said, f"{kind.capitalize()} received {when(referral.received)}; "
                             "no outcome", "NO DECISION"),),
        sentence=f"{name} received a {kind} {when(referral.received)} and by "
                 f"{by_then(due)} had recorded neither a decision nor an acknowledgement.",
        action=f"{name}: decide and acknowledge now; referrer: ask who is dealing with it.",
        would_change="An outcome, an acknowledgement, or an assessment that has started.",
    )


def _is_acknowledged(referral: ReferralRecorded) -> bool:
    return any((referral.acknowledged, referral.decided, referral.closed))


def _has_outcome(referral: ReferralRecorded) -> bool:
    return referral.decision is not None or bool(referral.decision_word)


def _was_acted_on(case: Case, referral: ReferralRecorded, received: Moment) -> bool:
    """Whether an assessment began, or a contact became a referral, on or after that day."""
    day = day_of(received.at)
    began = [each.started for each in case.current(AssessmentRecorded)
             if each.agency == referral.agency]
    if referral.kind is ReferralKind.CONTACT:
        began += [each.received for each in case.current(ReferralRecorded)
                  if each.agency == referral.agency and each.kind is ReferralKind.REFERRAL]
    return any(each is not None and day_of(each.at) >= day for each in began)


@rule(code="R03", name="referral.thin_notice", severity=Severity.LOW,
      needs=(ConcernRecorded,), starts=date(2014, 1, 1))
def thin_notice(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A police notice has neither the child's voice nor the child's demeanour

    **Source** National child protection inspection: notices often lack detail, and officers do
    not always speak to the child or record how the child was.
    **Why it matters** Whoever decides on the notice has not met the child: what the child said,
    or how a child too young to say it was, is what they decide by.
    **Raises when** a public protection notice says that the child was not spoken to, and that
    no demeanour was recorded.
    **Stays silent when** it has one of the two, as for a baby who cannot be asked; for a home's
    notifications, which have no place for either; for unborn children. Not evaluated where
    neither is there and one was left empty.
    """
    for notice in case.current(ConcernRecorded):
        if notice.source is not ConcernSource.POLICE_NOTICE \
                or notice.child_spoken_to or notice.demeanour_recorded:
            continue
        empty = [words for said, words in (
            (notice.child_spoken_to, "whether the child was spoken to"),
            (notice.demeanour_recorded, "whether the child's demeanour was recorded"))
            if said is None]
        if empty:
            yield NotEvaluated(" and ".join(empty), None, notice)
        else:
            yield _thin(case, notice, limits)


def _thin(case: Case, notice: ConcernRecorded, limits: Limits) -> Disagreement:
    said = said_since(case, notice,
                      lambda each: (each.child_spoken_to, each.demeanour_recorded))
    raised = f" of {say(notice.raised)}" if notice.raised else ""
    name = agency_name(case, notice.agency)
    return Disagreement(
        anchor=notice, severity=Severity.LOW, since=said.recorded_at,
        historical=_is_historical(
            case, notice.raised.at if notice.raised else said.recorded_at, limits),
        evidence=(told(said, "Child not spoken to, demeanour not recorded", "THIN"),),
        sentence=f"The public protection notice of {name}{raised} says that the child was not "
                 "spoken to and has no record of the child's demeanour.",
        action=f"{name}: ask the officer what the child said and how the child was, and add it "
               "to the notice; tell whoever decides on it.",
        would_change="A notice that records what the child said, or how the child was.",
    )
