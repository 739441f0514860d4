"""Whether a case is about a living, born child on a day: rules concern nobody else."""
from collections.abc import Iterator
from datetime import MAXYEAR, date

from broker.case.calendar import ONE_DAY, add_months, age_on, day_of
from broker.case.case import Case
from broker.case.deaths import Death, deaths_of
from broker.case.since import said_since
from broker.event.care import (
    CarePeriodRecorded,
    PlacementRecorded,
    PlanRecorded,
    ReviewRecorded,
    VisitRecorded,
)
from broker.event.concern import (
    AssessmentRecorded,
    ConcernRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.vocabulary.references import INCIDENT
from broker.vocabulary.words import BirthDatePrecision, Precision, ReferralKind

Facts = tuple[tuple[date, ...], tuple[date, ...], date | None]


def is_child(case: Case, day: date, age_years: int = 18) -> bool:
    """Whether, by any agency's account, the person is born, alive and under age on this day.

    Agencies may differ on a birth date or a death: as long as one account has a living child,
    nothing about it may fall silent.
    """
    died = _facts(case)[2]
    return (died is None or day <= died) and is_under_age(case, day, age_years)


def died_on(case: Case) -> date | None:
    """The day by which the child has died, by a record that nothing contradicts; None where there
    is none."""
    return _facts(case)[2]


def is_under_age(case: Case, day: date, age_years: int = 18) -> bool:
    """Whether, by any agency's account, the person is born and under age on this day, or would
    be if it had not died."""
    births, expected, _ = _facts(case)
    if births:
        return any(born <= day and age_on(born, day) < age_years for born in births)
    return not expected or min(expected) <= day


def comes_of_age(case: Case, day: date, age_years: int = 18) -> date | None:
    """The first day after this one on which no account has a child any more, by age alone; None
    where nobody gives a birth date or that day is past."""
    births = _facts(case)[0]
    if not births or max(births).year + age_years >= MAXYEAR:
        return None
    last = max(births)
    # Nobody reaches 29 February in a year without one before 1 March.
    birthday = add_months(last, 12 * age_years)
    grown = birthday if age_on(last, birthday) >= age_years else birthday + ONE_DAY
    return grown if grown > day else None


def _facts(case: Case) -> Facts:
    """Birth dates, expected dates, and the day of death where nothing later shows life."""
    return case.once("child.facts", lambda: _worked_out(case))


def _worked_out(case: Case) -> Facts:
    people = case.current(PersonRecorded)
    births = {each.birth_date for each in people if each.birth_date is not None
              and each.birth_date_precision is not BirthDatePrecision.EXPECTED}
    expected = {each.birth_date for each in people if each.birth_date is not None
                and each.birth_date_precision is BirthDatePrecision.EXPECTED}
    died = min((each.day for each in deaths_of(case) if not _lived_after(case, each.day)
                and not (each.code is not None and _is_cared_for_after(case, each))), default=None)
    return tuple(sorted(births)), tuple(sorted(expected)), died


def _lived_after(case: Case, day: date) -> bool:
    """Whether any agency records something only a living child does after this day."""
    return next(signs_of_life_after(case, day), None) is not None


def doubtful_deaths(case: Case) -> tuple[Death, ...]:
    """The deaths on record against which nothing surely speaks: nobody says more of the time after
    them than that the child came back, or that an officer saw it, who may have seen it dead."""
    return tuple(each for each in deaths_of(case) if not any(
        _is_surely_alive(moment, said) for moment, said in signs_of_life_after(case, each.day))
        and not (each.code is not None and _is_cared_for_after(case, each)))


def _is_surely_alive(moment: Moment, said: Statement) -> bool:
    if isinstance(said, MissingEpisodeRecorded):
        return moment != said.returned or moment in (
            said.last_seen, said.child_spoken_to, said.prevention_interview,
            said.return_interview_held)
    return not isinstance(said, IncidentRecorded)


def _is_cared_for_after(case: Case, death: Death) -> bool:
    """Whether care or a placement began after the day on which care or a case is said to have
    ended by death, or was taken over on it. A reason is one digit, and E3 is care that another
    council took over."""
    return any(isinstance(each, CarePeriodRecorded | PlacementRecorded)
               for each in begun_after(case, death))


def begun_after(case: Case, death: Death) -> Iterator[Statement]:
    """Care, placements and work with the child that began after its recorded death; and care that
    another agency took over on the day on which care or a case is said to have ended by it.

    What was planned while the child lived says nothing of it.
    """
    for kind in (CarePeriodRecorded, PlacementRecorded, PlanRecorded, ReferralRecorded,
                 EnquiryRecorded, AssessmentRecorded):
        for each in case.current(kind):
            start = _begun(each)
            if start is None or start.at > case.now or day_of(start.at) < death.day:
                continue
            if (day_of(start.at) > death.day or _is_taken_over(each, death)) \
                    and day_of(said_since(case, each, _begun).recorded_at) >= death.day:
                yield each


def _begun(work: Statement) -> Moment | None:
    """When care, a placement or work with the child began; None of a contact, which is none."""
    if isinstance(work, ReferralRecorded):
        return work.received if work.kind is ReferralKind.REFERRAL else None
    if isinstance(work, EnquiryRecorded):
        return work.strategy_discussion or work.started
    if isinstance(work, AssessmentRecorded):
        return work.started
    assert isinstance(work, CarePeriodRecorded | PlacementRecorded | PlanRecorded), work.type_name
    return work.start


def _is_taken_over(begun: Statement, death: Death) -> bool:
    """Whether another agency has the child in care beyond the day of death."""
    return death.code is not None and isinstance(begun, CarePeriodRecorded) \
        and begun.agency != death.statement.agency \
        and (begun.end is None or day_of(begun.end.at) > death.day)


def signs_of_life_after(case: Case, day: date) -> Iterator[tuple[Moment, Statement]]:
    """When, after this day, any agency records something that only a living child does.

    To be found is none: a child may be found dead. Nor is an assessment, which may be finished
    after the child was last seen; nor a notice, unless the child was spoken to, and not where its
    own incident was attended by the end of this day. Who is missed where it lives, and nobody says
    when it was last seen, was there until then for all that is known.
    """
    for moment, statement in _alive(case):
        if moment is not None and day_of(moment.at) > day and moment.at <= case.now \
                and not _is_of_before(case, statement, day):
            yield moment, statement


def _is_of_before(case: Case, said: Statement, day: date) -> bool:
    """Whether this is a notice of an incident at which officers were by the end of the day: it is
    written when they are back."""
    if not isinstance(said, ConcernRecorded):
        return False
    named = {each.value for each in said.references if each.scheme == INCIDENT}
    return bool(named) and any(
        (there := each.child_seen or each.attended) is not None and day_of(there.at) <= day
        for each in case.current(IncidentRecorded) if each.agency == said.agency
        and any(one.scheme == INCIDENT and one.value in named for one in each.references))


def _alive(case: Case) -> Iterator[tuple[Moment | None, Statement]]:
    for absence in case.current(MissingEpisodeRecorded):
        for moment in (absence.last_seen, absence.child_spoken_to,
                       absence.prevention_interview, absence.return_interview_held):
            yield moment, absence
        if missed_at(absence) is not None:
            yield missed_at(absence), absence
        if not _ends_with_care(case, absence):
            yield absence.returned, absence
    for incident in case.current(IncidentRecorded):
        yield incident.child_seen, incident
    for notice in case.current(ConcernRecorded):
        if notice.child_spoken_to:
            yield notice.raised, notice
    for visit in case.current(VisitRecorded):
        if visit.seen:
            yield visit.visited, visit
    for review in case.current(ReviewRecorded):
        if review.took_part:
            yield review.held, review


def missed_at(absence: MissingEpisodeRecorded) -> Moment | None:
    """When those who care for the child missed it, where they do not say when it was last seen."""
    return absence.noticed if absence.last_seen is None else None


def _ends_with_care(case: Case, absence: MissingEpisodeRecorded) -> bool:
    """Whether an episode in dates ends on the day care or a placement ended: that closes the
    record, whether or not anybody had the child back."""
    back = absence.returned
    if back is None or back.precision is not Precision.DAY:
        return False
    ended: list[CarePeriodRecorded | PlacementRecorded] = [
        *case.current(CarePeriodRecorded), *case.current(PlacementRecorded)]
    return any(each.agency == absence.agency and each.end is not None
               and day_of(each.end.at) == day_of(back.at) for each in ended)
