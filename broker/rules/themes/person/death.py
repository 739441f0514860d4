"""A child recorded dead, whom another agency has seen alive since."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from broker.case.absences import began, ended, latest_of
from broker.case.calendar import day_of, latest, say, say_day, start_of
from broker.case.case import Case, RecordKey
from broker.case.child import begun_after, missed_at, signs_of_life_after
from broker.case.deaths import Death, deaths_of, is_death
from broker.case.since import on_record_by, said_since
from broker.event.care import (
    CarePeriodRecorded,
    PlacementRecorded,
    PlanRecorded,
    ReviewRecorded,
    VisitRecorded,
)
from broker.event.concern import AssessmentRecorded, EnquiryRecorded, ReferralRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.rules.after_death import has_died
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, told
from broker.vocabulary.words import Precision, Severity, Whereabouts

_WORK = {
    CarePeriodRecorded.__name__: "to look after it", PlacementRecorded.__name__: "a placement",
    PlanRecorded.__name__: "a plan", ReferralRecorded.__name__: "work on a referral",
    EnquiryRecorded.__name__: "an enquiry", AssessmentRecorded.__name__: "an assessment",
}


@dataclass(frozen=True, slots=True)
class _Life:
    """Something only a living child does, when, by whose record, and from when that stands: None
    while it may be how the child was found dead."""

    moment: Moment
    statement: Statement
    stands: datetime | None


@rule(code="D05", name="person.died", severity=Severity.CRITICAL,
      needs=(PersonRecorded, CarePeriodRecorded, ReferralRecorded), starts=date(2018, 5, 25),
      after_death=True)
def died(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Recorded dead by one agency, and seen alive since by another

    **Source** Data Protection Act 2018 section 38 (accuracy); Working Together to Safeguard
    Children (child death reviews).
    **Why it matters** Either a living child is being closed to every service, or a family that
    has lost a child is about to be rung, visited and written to as if it had not.
    **Raises when** an agency records a day of death, or care or a case that ended because the
    child died, and another records after that day what only a living child does: seen on a visit
    or by an officer, last seen, returned, spoken to, interviewed, taking part in a review; or
    missed where it lives, by who does not say when it was last seen. Told to named leads alone.
    **Stays silent when** what comes after the death needs no living child: a call, a record
    closed, an assessment finished, a child found, a notice that the child was spoken to at an
    incident attended by then; or where it is of the same day. Not evaluated
    where an agency is at odds with itself, and records both a death and being with the child after
    it; where a referral, an enquiry, an assessment, a plan, care or a placement is said to have
    begun after it; nor where a later visit or review does not say whether the child was there;
    nor where the child was away when it is said to have died, and is said to be back from that
    absence, or to have been seen by an officer as it ended: a body may have been found. A report
    that goes on for longer than the limit after an officer saw the child says that what was seen
    was no body; one left open is over where anybody had the child found, back or with them
    between its first day and the day of death.
    """
    deaths = deaths_of(case)
    if not deaths:
        return
    contradicted: list[Death] = []
    lives: dict[str, _Life] = {}
    found = {death: _signs_after(case, limits, death) for death in deaths}
    for death, signs in found.items():
        alive = [each for each in signs if each.stands is not None and each.stands <= case.now]
        if alive:
            contradicted.append(death)
        for each in alive:
            lives[each.statement.agency] = min(
                lives.get(each.statement.agency, each), each, key=_order)
    if contradicted:
        yield _disagreement(case, limits, contradicted,
                            [lives[agency] for agency in sorted(lives)])
    else:
        yield from _unsaid(case, deaths)
        yield from _at_odds(case, deaths)
        yield from _may_be_found_dead(case, [each for signs in found.values() for each in signs])
    yield from (LookAgain(each.stands) for signs in found.values() for each in signs
                if each.stands is not None)


def _order(life: _Life) -> tuple[datetime, datetime, RecordKey]:
    assert life.stands is not None, "it stands by now"
    return life.stands, life.moment.at, RecordKey.of(life.statement)


def _signs_after(case: Case, limits: Limits, death: Death) -> list[_Life]:
    return [_Life(moment, said, _stands_from(case, limits, death, moment, said))
            for moment, said in signs_of_life_after(case, death.day)
            if said.agency != death.statement.agency]


def _stands_from(
    case: Case, limits: Limits, death: Death, moment: Moment, said: Statement
) -> datetime | None:
    """From when something is a sign of life; None while it may be how a child who died while away
    was found, for who is recorded as back may have been brought back, and whom an officer saw may
    have been dead.
    """
    if isinstance(said, MissingEpisodeRecorded):
        others = (said.last_seen, said.child_spoken_to, said.prevention_interview,
                  said.return_interview_held)
        brought_back = moment == said.returned and moment not in others \
            and _was_away(case, said, death)
        return None if brought_back else moment.at
    if not isinstance(said, IncidentRecorded):
        return moment.at
    ends = [latest_of(absence) for absence in case.current(MissingEpisodeRecorded)
            if _was_away(case, absence, death) and _not_over_before(absence, moment)]
    if not ends:
        return moment.at
    # Nobody goes on looking for a child whose body has been found.
    over = moment.at + timedelta(days=limits.missing_open_found_days)
    return over if min(ends) > over else None


def _was_away(case: Case, absence: MissingEpisodeRecorded, death: Death) -> bool:
    """Whether nobody knew where the child was when it is said to have died, by an absence that
    had begun by then; one with whereabouts known ends with a child who comes back, and one that
    was left open is over where anybody had the child found, back or with them before that day."""
    begun = began(absence).at
    if absence.classification is Whereabouts.AWAY_KNOWN or day_of(begun) > death.day:
        return False
    return ended(absence) is not None or not (any(
        begun < end.at and day_of(end.at) < death.day
        for each in case.current(MissingEpisodeRecorded) if (end := ended(each)) is not None)
        or any(day_of(moment.at) < death.day and not _is_missed(moment, said)
               for moment, said in signs_of_life_after(case, day_of(begun))))


def _is_missed(moment: Moment, said: Statement) -> bool:
    """Whether this is when a child was missed, who may have been gone for long by then."""
    return isinstance(said, MissingEpisodeRecorded) and moment == missed_at(said)


def _not_over_before(absence: MissingEpisodeRecorded, seen: Moment) -> bool:
    """Whether the absence lasted to the day on which the child was seen, if not longer."""
    return latest_of(absence) > start_of(day_of(seen.at))


def _disagreement(
    case: Case, limits: Limits, deaths: Sequence[Death], lives: Sequence[_Life]
) -> Disagreement:
    dead = sorted((replace(each, statement=said_since(case, each.statement, _told_dead))
                   for each in deaths), key=_key)
    alive = [replace(each, statement=said_since(case, each.statement,
                                                partial(_says, each.moment)))
             for each in lives]
    written = max(min(each.statement.recorded_at for each in dead), min(
        max(each.statement.recorded_at, each.stands or each.moment.at) for each in alive))
    old = case.now - timedelta(days=limits.historical_after_days)
    return Disagreement(
        anchor=dead[0].statement, severity=Severity.CRITICAL, since=written,
        evidence=(*(told(each.statement, _death_words(each), "dead") for each in dead),
                  *(told(each.statement, f"{_life_words(each)}: {say(each.moment)}", "alive")
                    for each in alive)),
        sentence=f"{agencies_of(case, [each.statement for each in dead])} record that this child "
                 f"has died; {agencies_of(case, [each.statement for each in alive])} record "
                 f"{_doing(alive)} after that day.",
        action="Named leads: speak to each other today, before anybody rings, visits or writes to "
               "the family. Confirm from the register of deaths or by seeing the child, and that "
               "these records are one child.",
        would_change="A corrected date of death, or reason why care or the case ended, a "
                     "corrected record of when the child was seen, or a person's judgement that "
                     "these are different children.",
        historical=max(_known_by(case, each) for each in dead) <= old
        and max(latest(each.moment) for each in alive) <= old,
    )


def _life_words(life: _Life) -> str:
    return "Missed" if _is_missed(life.moment, life.statement) else "With the child"


def _doing(alive: Sequence[_Life]) -> str:
    """What those who take the child to be alive record: to have been there, or to have missed it.
    """
    missed = {_is_missed(each.moment, each.statement) for each in alive}
    if missed == {True}:
        return "missing the child"
    return "being with the child, or missing it," if missed == {True, False} \
        else "being with the child"


def _key(death: Death) -> RecordKey:
    return RecordKey.of(death.statement)


def _death_words(death: Death) -> str:
    """A death as its record has it."""
    if death.code is None:
        return f"Died on {say_day(death.day)}"
    what = "Care" if isinstance(death.statement, CarePeriodRecorded) else "The case"
    return f"{what} ended on {say_day(death.day)}, “{death.code}” (died)"


def _told_dead(statement: Statement) -> object:
    """What a version of a record says of a death: the day, and whether there is one."""
    if isinstance(statement, PersonRecorded):
        return statement.death_date
    if isinstance(statement, CarePeriodRecorded):
        return is_death(statement), statement.end
    return isinstance(statement, ReferralRecorded) and (is_death(statement), statement.closed)


def _says(moment: Moment, statement: Statement) -> bool:
    """Whether a version of the record holds this time."""
    return any(getattr(statement, name, None) == moment for name in statement.__slots__)


def _known_by(case: Case, death: Death) -> datetime:
    """By when the agency had the death on record."""
    day = Moment(at=start_of(death.day), precision=Precision.DAY)
    return on_record_by(case, death.statement, day) \
        if death.statement == case.versions(death.statement)[0] else death.statement.recorded_at


def _unsaid(case: Case, deaths: Sequence[Death]) -> Iterator[NotEvaluated]:
    """Visits and reviews after the death that do not say whether the child was there."""
    silent: list[tuple[Moment | None, Statement]] = [
        (each.visited, each) for each in case.current(VisitRecorded) if each.seen is None]
    silent += [(each.held, each) for each in case.current(ReviewRecorded)
               if each.took_part is None]
    agencies = {said.agency for moment, said in silent for death in deaths
                if moment is not None and said.agency != death.statement.agency
                and death.day < day_of(moment.at) and moment.at <= case.now}
    for agency in sorted(agencies):
        yield NotEvaluated(f"whether {agency_name(case, agency)} saw the child after the day of "
                           "death", agency)


def _at_odds(case: Case, deaths: Sequence[Death]) -> Iterator[NotEvaluated]:
    """What is no other agency's word of a living child, and yet is not said of a dead one: that
    the agency of the record was with it, or that anybody began to work with it after that day."""
    doing: set[tuple[str, str]] = set()
    for death in deaths:
        if any(said.agency == death.statement.agency
               for _, said in signs_of_life_after(case, death.day)):
            doing.add((death.statement.agency, "was with the child"))
        doing |= {(said.agency, f"began {_WORK[said.type_name]}")
                  for said in begun_after(case, death)}
    for agency, words in sorted(doing):
        yield NotEvaluated(f"{has_died(case)}: since then {agency_name(case, agency)} {words}",
                           agency)


def _may_be_found_dead(case: Case, signs: Iterable[_Life]) -> Iterator[NotEvaluated]:
    """What is said after the death of a child who was away, and may be of a body found."""
    for agency in sorted({each.statement.agency for each in signs}):
        yield NotEvaluated("whether the child, away when it is said to have died, was alive when "
                           f"{agency_name(case, agency)} had it back or saw it", agency)
