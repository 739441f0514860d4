"""What kind of harm agencies see in one concern: the police's notice, and the assessment of it."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.answered import answered
from broker.case.calendar import add_working_days, day_of, latest, say, say_day
from broker.case.case import Case, RecordKey
from broker.case.feeds import FACTORS
from broker.case.followed import assessments_of
from broker.case.recall import THE_CHILD, Whole, each_of
from broker.case.since import UNDATED_SYSTEMS, said_since
from broker.event.care import PlanRecorded
from broker.event.concern import (
    AssessmentRecorded,
    CategoryWord,
    ConcernRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Statement
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Said, Yielded
from broker.rules.telling import agencies_of, agency_name, by_then, listed, told, unread_of
from broker.vocabulary.references import REFERRAL
from broker.vocabulary.words import (
    AbuseCategory,
    ConcernCategory,
    PlanKind,
    Severity,
)

SEXUAL_OR_EXPLOITED = frozenset({
    ConcernCategory.SEXUAL_ABUSE, ConcernCategory.SEXUAL_EXPLOITATION,
    ConcernCategory.CRIMINAL_EXPLOITATION, ConcernCategory.TRAFFICKING,
})
# Needs of another kind. N1 names all abuse and exploitation together, N9 and N0 no need at all:
# they show nothing to be absent.
_NEEDS = frozenset({"N2", "N3", "N4", "N5", "N6", "N7", "N8"})
_CHILD_ON_CHILD = frozenset({"18B", "19B"})
_PLANS_WITHOUT = frozenset({AbuseCategory.NEG, AbuseCategory.PHY, AbuseCategory.EMO})


@dataclass(slots=True)
class _Concern:
    """One concern as both sides have it: notices, the referrals they led to, what came of it.

    `done` and `planned` are all assessments and plans of the same case, in later years too.
    """

    notices: list[ConcernRecorded]
    referrals: list[ReferralRecorded]
    assessments: list[AssessmentRecorded]
    factors: list[AssessmentRecorded]
    plans: list[PlanRecorded]
    done: list[AssessmentRecorded]
    planned: list[PlanRecorded]


@rule(code="K01", name="concern.differs", severity=Severity.MEDIUM,
      needs=(ConcernRecorded,), starts=date(2014, 1, 1))
def kinds_differ(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Police and social care describe one concern in kinds that do not go together

    **Source** National child protection inspection: missing, exploitation and other child
    protection cases described in a similar way; Working Together to Safeguard Children.
    **Why it matters** Sexual abuse or exploitation that one agency feared and another's
    assessment does not mention was either ruled out or lost on the way; only asking tells.
    **Raises when** the assessment that a police notice led to is complete, and sexual abuse or
    exploitation is among the notice's categories and in none of factors, need and plan category,
    or the reverse. A notice led to a referral that gives its reference, or that was received,
    or followed a contact received, within five working days. It led to the assessments begun in
    the time a referral's assessment has, else the first, and to the plans that followed these.
    **Stays silent when** both hold some kind of it, what the notice named having been found later
    in the same case too, and until the assessment is complete. A plan for multiple abuse, the
    need N1 and child-on-child factors are no evidence that it is absent: not evaluated where
    nothing else says, nor with words that are unknown or factors not heard.
    """
    yield from each_of(case, limits, THE_CHILD, _all_compared)


def _all_compared(case: Case, limits: Limits, _: Whole) -> Iterator[Yielded]:
    """Every concern as both sides have it."""
    for concern in _concerns(case, limits):
        if concern.assessments:
            yield from _compared(case, limits, concern)


def _concerns(case: Case, limits: Limits) -> Iterator[_Concern]:
    """Notices and referrals that belong together; two systems' copies of a referral do."""
    for notices, referrals in answered(case, limits.referral_follows_working_days):
        if notices and referrals and _may_differ(case, notices, referrals):
            yield _concern(case, limits, notices, referrals)


def _may_differ(
    case: Case, notices: list[ConcernRecorded], referrals: list[ReferralRecorded]
) -> bool:
    """Whether anything of either side holds any of it: a cheap question before the others."""
    if any(_holds(each.categories) for each in notices):
        return True
    assessments = assessments_of(case)
    return _is_held(assessments.with_factors_of(assessments.of_referrals(referrals)),
                    [each for each in case.current(PlanRecorded)
                     if any(_is_of(each, referral) for referral in referrals)])


def _concern(
    case: Case, limits: Limits, notices: list[ConcernRecorded],
    referrals: list[ReferralRecorded],
) -> _Concern:
    """What the referrals led to: the assessments begun while their time ran, else the first, and
    the plans that followed these. A case may stay open for years, and what is found in it then
    is of something else."""
    begun = assessments_of(case).of_referrals(referrals)
    plans = [each for each in case.current(PlanRecorded) if each.kind is PlanKind.CP
             and any(_is_of(each, referral) for referral in referrals)]
    done = [each for each in begun
            if each.authorised is not None and each.authorised.at <= case.now]
    received = [each.received.at for each in referrals if each.received is not None]
    last = min((day_of(each.started.at) for each in begun if each.started is not None),
               default=date.min)
    if received:
        last = max(last, add_working_days(day_of(max(received)), limits.assessment_working_days))
    answers = [each for each in done if each.started is None or day_of(each.started.at) <= last]
    planned = max((day_of(each.authorised.at) for each in answers
                   if each.authorised is not None), default=date.min)
    followed = [each for each in plans if each.start is None or day_of(each.start.at)
                <= add_working_days(planned, limits.conference_working_days)] if answers else []
    return _Concern(notices, referrals, answers, assessments_of(case).with_factors_of(answers),
                    followed, done, plans)


def _is_of(plan: PlanRecorded, referral: ReferralRecorded) -> bool:
    """Whether the referral is the one that a plan names, else the time it was open in."""
    if plan.agency != referral.agency or referral.received is None:
        return False
    named = {each.value for each in plan.references if each.scheme == REFERRAL}
    if named:
        return plan.system is referral.system and referral.record in named
    return plan.start is not None and referral.received.at <= plan.start.at \
        and (referral.closed is None or plan.start.at <= referral.closed.at)


def _compared(case: Case, limits: Limits, concern: _Concern) -> Iterator[Yielded]:
    is_feared = any(_holds(each.categories) for each in concern.notices)
    if is_feared == _is_held(concern.factors, concern.plans) or (is_feared and _is_held(
            assessments_of(case).with_factors_of(concern.done), concern.planned)):
        return
    concern.notices.sort(key=RecordKey.of)
    feared = [each for each in concern.notices if _holds(each.categories)]
    found = _holding(concern.factors, concern.plans)
    anchor = concern.notices[0] if found else feared[0]
    missing = _absence_unknown(case, concern) if feared else _unknown_in_notices(concern)
    if missing is not None:
        yield NotEvaluated(missing, None, anchor, "")
    else:
        yield _disagreement(case, limits, concern, anchor, feared, found)


def _holds(categories: tuple[CategoryWord, ...]) -> bool:
    return not SEXUAL_OR_EXPLOITED.isdisjoint([each.category for each in categories])


def _holding(
    factors: list[AssessmentRecorded], plans: list[PlanRecorded]
) -> list[AssessmentRecorded | PlanRecorded]:
    """Those that hold sexual abuse or exploitation."""
    return [*(each for each in factors if _holds(each.factors)), *filter(_is_sexual, plans)]


def _is_held(factors: list[AssessmentRecorded], plans: list[PlanRecorded]) -> bool:
    return any(_holds(each.factors) for each in factors) or any(map(_is_sexual, plans))


def _is_sexual(plan: PlanRecorded) -> bool:
    return AbuseCategory.SAB in (plan.category_first, plan.category_now)


def _unknown_in_notices(concern: _Concern) -> str | None:
    """What keeps the notices from showing that the police hold none of it."""
    for notice in concern.notices:
        if not notice.categories:
            return "which kind of concern the police notice is about"
        if any(each.category is ConcernCategory.UNMAPPED for each in notice.categories):
            return "what a category of the police notice in an unknown word means"
    return None


def _absence_unknown(case: Case, concern: _Concern) -> str | None:
    """What keeps the council's record from showing that it holds none of it."""
    words = [each for record in concern.factors for each in record.factors]
    plans = {each.category_now or each.category_first for each in concern.plans}
    if any(each.category is ConcernCategory.UNMAPPED for each in words) \
            or AbuseCategory.UNMAPPED in plans:
        return "what a factor or plan category in an unknown word means"
    if AbuseCategory.MUL in plans:
        return "which kinds of abuse a plan for multiple abuse is about"
    if any((each.word or "").upper() in _CHILD_ON_CHILD for each in words):
        return "what lies behind a child-on-child factor"
    if concern.factors:
        return None
    unheard = _factors_unheard(case, concern.assessments)
    if unheard is not None:
        return unheard
    needs = {(each.primary_need or "").upper()[:2] for each in concern.referrals}
    if plans & _PLANS_WITHOUT or needs & _NEEDS:
        return None
    return "what the assessment found: neither factors nor a need or plan that would tell"


def _factors_unheard(case: Case, done: list[AssessmentRecorded]) -> str | None:
    """Whether the factors may only be on their way, or in a row that could not be read."""
    for each in done:
        heard = FACTORS.heard(case.reach, each.agency)
        assert each.authorised is not None, "only complete assessments are compared"
        name = agency_name(case, each.agency)
        if heard is not None and heard < max(said_since(
                case, each, lambda one: one.authorised).recorded_at, each.authorised.at):
            return f"the factors of {name} up to {by_then(each.recorded_at)}"
        if FACTORS.unreadable_since(case.reach, each.agency, each.authorised.at):
            unread = unread_of(case, each.agency, FACTORS.type_name, each.authorised.at)
            return f"{unread} that could not be read and may be the factors"
    return None


def _disagreement(
    case: Case, limits: Limits, concern: _Concern, anchor: ConcernRecorded,
    feared: list[ConcernRecorded], found: list[AssessmentRecorded | PlanRecorded],
) -> Disagreement:
    notices = [said_since(case, each, lambda one: (one.categories, one.raised))
               for each in feared or concern.notices]
    theirs: list[Statement] = [*found] if found else [
        *concern.factors, *concern.plans] or [*concern.referrals]
    done = max((each.authorised for each in concern.assessments if each.authorised is not None),
               key=lambda at: at.at)
    since = max(min(each.recorded_at for each in notices), _complete_since(case, concern))
    police = agencies_of(case, notices)
    council = agencies_of(case, concern.assessments)
    dated = f" of {say(anchor.raised)}" if anchor.raised else ""
    complete = f"the assessment it led to at {council}, complete on {say_day(day_of(done.at))}"
    if feared:
        sentence = (f"The public protection notice of {police}{dated} names "
                    f"{_named(feared)}; {complete}, names no sexual abuse or exploitation. "
                    "Confirm it was ruled out, and that it was not lost.")
        action = (f"{council}: confirm it was ruled out and record by what, or assess it; "
                  f"{police}: say what the notice rested on.")
    else:
        sentence = (f"For {complete}, sexual abuse or exploitation is on record; the public "
                    f"protection notice of {police}{dated} names none. Ask whether {police} "
                    "know of it, or confirm it was ruled out.")
        action = (f"{council}: tell {police} what the assessment found; {police}: record it, "
                  "or say why it was ruled out.")
    return Disagreement(
        anchor=anchor, severity=Severity.MEDIUM, since=since, sentence=sentence, action=action,
        historical=case.now - since > timedelta(days=limits.historical_after_days),
        evidence=(*(told(each, f"Notice: {_words(each)}", _words(each)) for each in notices),
                  *(_says(case, each) for each in theirs)),
        would_change="Factors, a plan category or a notice corrected so that both hold it or "
                     "neither does.",
    )


def _complete_since(case: Case, concern: _Concern) -> datetime:
    """By when the first of the assessments was on record as complete."""
    times = []
    for each in concern.assessments:
        said = said_since(case, each, lambda one: one.authorised)
        times.append(said.recorded_at)
        if said.system in UNDATED_SYSTEMS and said.authorised is not None:
            times.append(latest(said.authorised))
    return min(times)


def _named(notices: list[ConcernRecorded]) -> str:
    return listed(sorted({str(each.category).replace("_", " ").lower()
                          for notice in notices for each in notice.categories
                          if each.category in SEXUAL_OR_EXPLOITED}))


def _words(notice: ConcernRecorded) -> str:
    return ", ".join(str(each.category).replace("_", " ").lower()
                     for each in notice.categories) or "no category"


def _says(case: Case, statement: Statement) -> Said:
    if isinstance(statement, AssessmentRecorded):
        said = said_since(case, statement, lambda each: each.factors)
        codes = ", ".join(each.word or str(each.category) for each in said.factors)
        return told(said, f"Factors: {codes or 'none'}", codes or "NONE")
    if isinstance(statement, PlanRecorded):
        plan = said_since(case, statement, lambda each: (each.category_first, each.category_now))
        category = str(plan.category_now or plan.category_first or "not said")
        return told(plan, f"Plan category {category}", category)
    assert isinstance(statement, ReferralRecorded), "factors, plans and referrals are compared"
    referral = said_since(case, statement, lambda each: each.primary_need)
    need = referral.primary_need or "not said"
    return told(referral, f"Primary need {need}", need)
