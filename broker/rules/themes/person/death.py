"""A child recorded dead, whom another agency has seen alive since."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from broker.case.absences import began, ended, latest_of
from broker.case.calendar import day_of, latest, say, say_day, start_of
from broker.case.case import Case, RecordKey
from broker.case.child import signs_of_life_after
from broker.case.since import on_record_by, said_since
from broker.event.care import ReviewRecorded, VisitRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, told
from broker.vocabulary.words import Precision, Severity, Whereabouts


@dataclass(frozen=True, slots=True)
class _Life:
    """Something only a living child does, when, and by whose record."""

    moment: Moment
    statement: Statement


@rule(code="D05", name="person.died", severity=Severity.CRITICAL,
      needs=(PersonRecorded,), starts=date(2018, 5, 25))
def died(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Recorded dead by one agency, and seen alive since by another

    **Source** Data Protection Act 2018 section 38 (accuracy); Working Together to Safeguard
    Children (child death reviews).
    **Why it matters** Either a living child is being closed to every service, or a family that
    has lost a child is about to be rung, visited and written to as if it had not.
    **Raises when** an agency records a day of death, and another records after that day what
    only a living child does: seen on a visit or by an officer, last seen, returned, spoken to,
    interviewed, taking part in a review. Told to named leads alone.
    **Stays silent when** what comes after the death needs no living child: a call, a record
    closed, an assessment finished, a child found; or where it is of the same day, or of the same
    agency. Not evaluated where a later visit or review does not say whether the child was there;
    nor where the child was away when it is said to have died, and is said to be back from that
    absence, or to have been seen by an officer up to its end: a body may have been found.
    """
    deaths = [each for each in case.current(PersonRecorded) if each.death_date is not None]
    if not deaths:
        return
    contradicted: list[PersonRecorded] = []
    lives: dict[str, _Life] = {}
    for death in deaths:
        after = _seen_alive(case, death)
        if after:
            contradicted.append(death)
            for each in after:
                known = lives.setdefault(each.statement.agency, each)
                lives[each.statement.agency] = min(known, each, key=_order)
    if contradicted:
        yield _disagreement(case, limits, contradicted,
                            [lives[agency] for agency in sorted(lives)])
    else:
        yield from _unsaid(case, deaths)


def _order(life: _Life) -> tuple[datetime, RecordKey]:
    return life.moment.at, RecordKey.of(life.statement)


def _seen_alive(case: Case, death: PersonRecorded) -> list[_Life]:
    return [each for each in _signs_after(case, death) if not _may_be_a_body(case, death, each)]


def _signs_after(case: Case, death: PersonRecorded) -> list[_Life]:
    assert death.death_date is not None, death.type_name
    return [_Life(moment, said) for moment, said in signs_of_life_after(case, death.death_date)
            if said.agency != death.agency]


def _may_be_a_body(case: Case, death: PersonRecorded, life: _Life) -> bool:
    """Whether what is taken for life may be how a child who died while away was found.

    Who is recorded as back may have been brought back; whom an officer saw may have been dead.
    """
    said = life.statement
    if isinstance(said, MissingEpisodeRecorded):
        others = (said.last_seen, said.child_spoken_to, said.prevention_interview,
                  said.return_interview_held)
        return life.moment == said.returned and life.moment not in others \
            and _was_away(case, said, death)
    return isinstance(said, IncidentRecorded) and any(
        _was_away(case, absence, death) and _not_over_before(absence, life.moment)
        for absence in case.current(MissingEpisodeRecorded))


def _was_away(case: Case, absence: MissingEpisodeRecorded, death: PersonRecorded) -> bool:
    """Whether nobody knew where the child was when it is said to have died, by an absence that
    had begun by then; one with whereabouts known ends with a child who comes back, and one that
    was left open is over where anybody had the child found or back before that day."""
    assert death.death_date is not None, death.type_name
    begun = began(absence).at
    if absence.classification is Whereabouts.AWAY_KNOWN or day_of(begun) > death.death_date:
        return False
    return ended(absence) is not None or not any(
        begun < end.at and day_of(end.at) < death.death_date
        for each in case.current(MissingEpisodeRecorded) if (end := ended(each)) is not None)


def _not_over_before(absence: MissingEpisodeRecorded, seen: Moment) -> bool:
    """Whether the absence lasted to the day on which the child was seen, if not longer."""
    return latest_of(absence) > start_of(day_of(seen.at))


def _disagreement(
    case: Case, limits: Limits, deaths: Sequence[PersonRecorded], lives: Sequence[_Life]
) -> Disagreement:
    dead = sorted((said_since(case, each, lambda said: said.death_date) for each in deaths),
                  key=RecordKey.of)
    alive = [_Life(each.moment, said_since(case, each.statement, partial(_says, each.moment)))
             for each in lives]
    written = max(min(each.recorded_at for each in dead),
                  min(each.statement.recorded_at for each in alive))
    old = case.now - timedelta(days=limits.historical_after_days)
    return Disagreement(
        anchor=dead[0], severity=Severity.CRITICAL, since=written,
        evidence=(*(told(each, f"Died on {say_day(each.death_date)}", "dead")
                    for each in dead if each.death_date),
                  *(told(each.statement, f"With the child: {say(each.moment)}", "alive")
                    for each in alive)),
        sentence=f"{agencies_of(case, dead)} record that this child has died; "
                 f"{agencies_of(case, [each.statement for each in alive])} record being with the "
                 "child after that day.",
        action="Named leads: speak to each other today, before anybody rings, visits or writes to "
               "the family. Confirm from the register of deaths or by seeing the child, and that "
               "these records are one child.",
        would_change="A corrected date of death, a corrected record of when the child was seen, "
                     "or a person's judgement that these are different children.",
        historical=max(_known_by(case, each) for each in dead) <= old
        and max(latest(each.moment) for each in alive) <= old,
    )


def _says(moment: Moment, statement: Statement) -> bool:
    """Whether a version of the record holds this time."""
    return any(getattr(statement, name, None) == moment for name in statement.__slots__)


def _known_by(case: Case, death: PersonRecorded) -> datetime:
    """By when the agency had the death on record."""
    assert death.death_date is not None, death.type_name
    day = Moment(at=start_of(death.death_date), precision=Precision.DAY)
    return on_record_by(case, death, day) if death == case.versions(death)[0] \
        else death.recorded_at


def _unsaid(case: Case, deaths: Sequence[PersonRecorded]) -> Iterator[NotEvaluated]:
    """Visits and reviews after the death that do not say whether the child was there."""
    silent: list[tuple[Moment | None, Statement]] = [
        (each.visited, each) for each in case.current(VisitRecorded) if each.seen is None]
    silent += [(each.held, each) for each in case.current(ReviewRecorded)
               if each.took_part is None]
    agencies = {said.agency for moment, said in silent for death in deaths
                if moment is not None and death.death_date is not None
                and said.agency != death.agency and death.death_date < day_of(moment.at)
                and moment.at <= case.now}
    for agency in sorted(agencies):
        yield NotEvaluated(f"whether {agency_name(case, agency)} saw the child after the day of "
                           "death", agency)
    found = {each.statement.agency for death in deaths for each in _signs_after(case, death)}
    for agency in sorted(found):
        yield NotEvaluated("whether the child, away when it is said to have died, was alive when "
                           f"{agency_name(case, agency)} had it back or saw it", agency)
