"""Whether anybody has seen the child: silence of every agency while a concern is open."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.calendar import add_working_days, after_working_days, day_of, latest, say
from broker.case.care import cp_plans_on, enquiries_open_on, in_need_on
from broker.case.case import Case, RecordKey
from broker.case.child import is_under_age
from broker.case.closing import closed_at, may_be_closed
from broker.case.sightings import Sighting, last_sighting
from broker.case.since import said_since
from broker.event.care import PlanRecorded, VisitRecorded
from broker.event.concern import (
    AssessmentRecorded,
    ConcernRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.overdue import after_days, its_day
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, by_then, listed, told, unread_of, when
from broker.vocabulary.references import INCIDENT
from broker.vocabulary.words import (
    RETURNS,
    AbuseCategory,
    AgencyKind,
    ConcernCategory,
    ConcernSource,
    PlanKind,
    Risk,
    Severity,
)

_URGENT_HARM = frozenset({ConcernCategory.SEXUAL_ABUSE, ConcernCategory.PHYSICAL_ABUSE})
_URGENT_PLANS = frozenset({AbuseCategory.SAB, AbuseCategory.PHY})


@dataclass(frozen=True, slots=True)
class Open:
    """An open concern: the record, since when, and whether the child must be seen at once.

    Whoever saw the child from `begun` on saw a child about whom this was known: the incident of a
    notice, the notice of a referral. `unclear` where nobody can say whether it is open still.
    """

    statement: Statement
    raised: Moment
    begun: Moment
    urgent: bool
    what: str
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class Overdue:
    """An open concern by whose limit nobody saw the child, and when that becomes critical."""

    concern: Open
    due: datetime
    critical: datetime


@rule(code="S01", name="seen.not_seen", severity=Severity.CRITICAL,
      needs=(ReferralRecorded, PlanRecorded, EnquiryRecorded, ConcernRecorded),
      starts=date(2014, 4, 1), ends_with_death=True)
def not_seen(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A concern is open, and nobody in any agency has recorded seeing the child

    **Source** National child protection inspection: a child reported at risk of sexual abuse was
    not visited for six weeks; Working Together to Safeguard Children; Care Planning, Placement
    and Case Review (England) Regulations 2010 regulation 28 (six weeks).
    **Why it matters** Only somebody who has seen the child knows that the child is safe.
    **Raises when** a referral, plan, section 47 enquiry or police notice is open and no visit,
    assessment, attendance, interview or review with the child is recorded within the limit:
    24 hours for sexual or physical abuse, high risk or a section 47 enquiry until the child has
    once been seen since it became known (at the incident of a notice, too), else 28 days, to the
    end of the last of them. What has stood on a notice goes on when the notice is no longer open,
    as long as nobody sees the child and something else that is open was overdue by then.
    **Stays silent when** any agency has seen the child in time; for unborn children; and beyond
    what the agencies' feeds reach. Not evaluated where all that is left is a notice whose
    incident may be closed: it was opened with a closing category, and has no closing time.
    """
    if not is_under_age(case, day_of(case.now), limits.child_age_years):
        return
    concerns = list(_open_concerns(case, limits))
    if not concerns:
        return
    last = last_sighting(case)
    overdue = []
    for concern in concerns:
        due = _due_of(concern, last, limits)
        if due > case.now:
            yield LookAgain(due)
            continue
        critical = _critical_of(concern, last, limits)
        overdue.append(Overdue(concern, due, critical))
        if critical > case.now:
            yield LookAgain(critical)
    surely = [each for each in overdue if not each.concern.unclear]
    if surely:
        yield from _silence(case, surely, last, limits)
    elif overdue:
        notice = overdue[0].concern.statement
        yield NotEvaluated(_PERHAPS_CLOSED, notice.agency, notice)


_PERHAPS_CLOSED = ("whether the police have closed the incident of a notice: it was opened with a "
                   "closing category, and has no closing time")


def _open_concerns(case: Case, limits: Limits) -> Iterator[Open]:
    """What is open now; a yearly return cannot say that anything is."""
    now, today = case.now, day_of(case.now)
    notices = list(_notices(case))
    for need in (*in_need_on(case, today), *cp_plans_on(case, today)):
        if need.system in RETURNS:
            continue
        if isinstance(need, ReferralRecorded) and need.received:
            led_from = [_begun(case, notice, raised, limits) for notice, raised in notices
                        if _is_urgent(notice) and _led_to(raised, need.received, limits)]
            yield Open(need, need.received, _first(need.received, *led_from), bool(led_from),
                       "a referral")
        elif isinstance(need, PlanRecorded) and need.start:
            urgent = need.kind is PlanKind.CP and need.category_now in _URGENT_PLANS
            kind = "protection" if need.kind is PlanKind.CP else "in need"
            yield Open(need, need.start, need.start, urgent, f"a child {kind} plan")
    for enquiry in enquiries_open_on(case, today):
        started = enquiry.started or enquiry.strategy_discussion
        if enquiry.system not in RETURNS and started:
            yield Open(enquiry, started, started, True, "a section 47 enquiry")
    lately = now - timedelta(days=limits.notice_open_days)
    for notice, raised in notices:
        if raised.at <= lately and not notice.references:
            continue  # most of them: nothing keeps it open
        is_open = _is_open(case, notice, raised, limits)
        if is_open is not False:
            yield _of_notice(case, notice, raised, limits, unclear=is_open is None)


def _notices(case: Case) -> Iterator[tuple[ConcernRecorded, Moment]]:
    """The police's notices about the child so far, and when each was raised."""
    for each in case.current(ConcernRecorded):
        if each.source is ConcernSource.POLICE_NOTICE and each.raised \
                and each.raised.at <= case.now:
            yield each, each.raised


def _of_notice(
    case: Case, notice: ConcernRecorded, raised: Moment, limits: Limits, *, unclear: bool = False
) -> Open:
    return Open(notice, raised, _begun(case, notice, raised, limits), _is_urgent(notice),
                "a public protection notice", unclear=unclear)


def _is_urgent(notice: ConcernRecorded) -> bool:
    return notice.risk is Risk.HIGH or any(
        each.category in _URGENT_HARM for each in notice.categories)


def _led_to(raised: Moment, received: Moment, limits: Limits) -> bool:
    """Whether a referral is the answer to a notice: its urgency does not end with the notice."""
    first, came = day_of(raised.at), day_of(received.at)
    return first <= came <= add_working_days(first, limits.referral_follows_working_days)


def _begun(case: Case, notice: ConcernRecorded, raised: Moment, limits: Limits) -> Moment:
    """When the police were told of what a notice is about: it is written after the attendance,
    though one on an old incident tells of something new."""
    earliest = raised.at - timedelta(hours=limits.unseen_urgent_hours)
    return _first(raised, *(each.reported for each in _incidents_of(case, notice)
                            if each.reported and earliest <= each.reported.at))


def _first(*moments: Moment) -> Moment:
    return min(moments, key=lambda each: each.at)


def _is_open(case: Case, notice: Statement, raised: Moment, limits: Limits) -> bool | None:
    """Whether a police notice is open: it is for some weeks, and as long as its incident is. None
    where the incident may be closed, and nobody can say."""
    if case.now < raised.at + timedelta(days=limits.notice_open_days):
        return True
    left = [each for each in _incidents_of(case, notice) if closed_at(case, each) is None]
    if any(not may_be_closed(case, each) for each in left):
        return True
    return None if left else False


def _open_until(case: Case, notice: Statement, raised: Moment, limits: Limits) -> datetime:
    """Until when a notice that is no longer open was so, as far as anybody can say."""
    closed = [at for each in _incidents_of(case, notice)
              if (at := closed_at(case, each)) is not None]
    return max([raised.at + timedelta(days=limits.notice_open_days), *closed])


def _incidents_of(case: Case, notice: Statement) -> list[IncidentRecorded]:
    """The incidents of the same police whose log number a notice gives."""
    if not notice.references:
        return []
    known = _incidents_by_log(case)
    return [incident for each in notice.references if each.scheme == INCIDENT
            for incident in known.get((notice.agency, each.value), ())]


def _incidents_by_log(case: Case) -> Mapping[tuple[str, str], Sequence[IncidentRecorded]]:
    """The incidents by police and log number; found once for a case."""
    return case.once("incidents by log", lambda: _by_log(case))


def _by_log(case: Case) -> dict[tuple[str, str], list[IncidentRecorded]]:
    found: dict[tuple[str, str], list[IncidentRecorded]] = {}
    for each in case.current(IncidentRecorded):
        for log in each.references:
            if log.scheme == INCIDENT:
                found.setdefault((each.agency, log.value), []).append(each)
    return found


def _counted_from(concern: Open, last: Sighting | None) -> Moment | None:
    """From when the weeks run; None while an urgent concern waits for a first sighting."""
    if last is not None and last.may_follow(concern.begun):
        return max(concern.raised, last.moment, key=latest)
    return None if concern.urgent else concern.raised


def _due_of(concern: Open, last: Sighting | None, limits: Limits) -> datetime:
    """By when the child must have been seen, given when the child last was."""
    start = _counted_from(concern, last)
    if start is None:
        return latest(concern.raised) + timedelta(hours=limits.unseen_urgent_hours)
    return after_days(start, limits.unseen_days)


def _critical_of(concern: Open, last: Sighting | None, limits: Limits) -> datetime:
    """When not having seen the child becomes critical."""
    start = _counted_from(concern, last)
    if start is None:
        return after_working_days(its_day(concern.raised),
                                  limits.unseen_urgent_critical_working_days)
    return after_days(start, limits.unseen_critical_days)


def _silence(
    case: Case, overdue: list[Overdue], last: Sighting | None, limits: Limits
) -> Iterator[Yielded]:
    """One finding for the child: it is one fact that nobody has been."""
    overdue.sort(key=_place)
    reached, lagging = _reached(case)
    standing = [each for each in overdue if reached is not None and each.due <= reached]
    if not standing or reached is None:
        yield NotEvaluated(_unheard_words(case, lagging, overdue[0].due),
                           lagging, overdue[0].concern.statement)
        return
    before = _stood_before(case, standing, last, limits)
    ever = sorted([*before, *standing], key=_place)
    since = min(each.due for each in ever)
    evidence = [told(said_since(case, each.concern.statement, lambda _: True),
                     _raised_words(each.concern) if each in before else
                     f"Open since {say(each.concern.raised)}: {each.concern.what}",
                     "RAISED" if each in before else "OPEN") for each in ever]
    seen = "no agency has ever recorded seeing the child"
    if last is not None:
        seen = f"the last sighting on record was {when(last.moment)}"
        evidence.append(told(last.statement, f"Child seen {when(last.moment)}", "SEEN"))
    seen += _unreadable(case, ever[0].concern.raised)
    what = listed(dict.fromkeys(each.concern.what for each in standing))
    earlier = "".join(f"{_raised_words(each.concern)}. " for each in before)
    critical = any(each.critical <= reached for each in standing)
    yield Disagreement(
        anchor=ever[0].concern.statement,
        severity=Severity.CRITICAL if critical else Severity.HIGH,
        since=since, evidence=tuple(evidence),
        sentence=f"{earlier}Open since {say(standing[0].concern.raised)}: {what}. "
                 f"By {by_then(since)} nobody in any agency had recorded seeing the child within "
                 f"the limit; {seen}.",
        action="Agree now who sees the child today, and record it.",
        would_change="A visit, attendance, interview, assessment or review in which the child "
                     "was seen, or the concern being closed.",
    )


def _unheard_words(case: Case, agency: str, due: datetime) -> str:
    """What is missing of an agency: of a council that has never sent visits these, whatever else
    it has sent; else what it recorded meanwhile."""
    who = agency_name(case, agency)
    if case.partnership.kind_of(agency) is AgencyKind.SOCIAL_CARE \
            and case.reach.of(agency, VisitRecorded.__name__) is None:
        return f"whether anybody has visited the child: {who} have never sent visits"
    return f"what {who} recorded up to {by_then(due)}"


def _place(each: Overdue) -> tuple[datetime, RecordKey]:
    return each.concern.raised.at, RecordKey.of(each.concern.statement)


def _raised_words(concern: Open) -> str:
    return f"Raised {when(concern.raised)}: {concern.what}"


def _stood_before(
    case: Case, standing: Sequence[Overdue], last: Sighting | None, limits: Limits
) -> list[Overdue]:
    """The notices that are no longer open on which the same silence stood before, without a gap:
    when each left, something else was overdue. So it stays one finding, and what people decided
    of it holds."""
    left = []
    for notice, raised in _notices(case):
        if _is_open(case, notice, raised, limits) is not True:
            concern = _of_notice(case, notice, raised, limits)
            due, until = _due_of(concern, last, limits), _open_until(case, notice, raised, limits)
            if due < until:
                left.append((until, Overdue(concern, due, _critical_of(concern, last, limits))))
    found: list[Overdue] = []
    first = min(each.due for each in standing)
    for until, each in sorted(left, key=lambda pair: (pair[0], _place(pair[1])), reverse=True):
        if first <= until:
            found.append(each)
            first = min(first, each.due)
    return sorted(found, key=_place)


def _unreadable(case: Case, raised: Moment) -> str:
    """Rows that could not be read may hold a visit: said, and no reason to wait."""
    agencies = sorted(case.holders())
    unread = [unread_of(case, each, VisitRecorded.__name__, raised.at) for each in agencies
              if case.reach.unreadable_since(each, VisitRecorded.__name__, raised.at)]
    return f"; {listed(unread)} that could not be read may hold a visit" if unread else ""


def _reached(case: Case) -> tuple[datetime | None, str]:
    """How far every agency that holds the child, and could have seen them, has been heard.

    Also the agency that has been heard least far. Without visits ever fed by a council that
    holds the child, its silence says nothing.
    """
    times: list[tuple[datetime, str]] = []
    holders = case.holders()
    for code in sorted(holders):
        kind = case.partnership.kind_of(code)
        if kind is AgencyKind.SOCIAL_CARE:
            visits = case.reach.of(code, VisitRecorded.__name__)
            if visits is None:
                return None, code
            others: tuple[type[Statement], ...] = (AssessmentRecorded,)
            times.append((visits, code))
        elif kind is AgencyKind.POLICE:
            others = (IncidentRecorded,)
        else:
            others = (MissingEpisodeRecorded,)
        for each in others:
            until = case.reach.of(code, each.__name__)
            if until is not None:
                times.append((until, code))
    if not times:
        return None, min(holders)
    return min(times)
