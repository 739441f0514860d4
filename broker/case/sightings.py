"""Who saw the child, and when: every record that only somebody who saw the child can make."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.case.calendar import latest
from broker.case.case import Case
from broker.event.care import ReviewRecorded, VisitRecorded
from broker.event.concern import AssessmentRecorded, ConcernRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import AgencyKind, AllegedSource, Precision

_A_DAY_AT_MOST = timedelta(hours=25)  # the day on which clocks go back
_ACCUSED = frozenset({AllegedSource.HOME_STAFF, AllegedSource.CARER})


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody saw the child; `by` is the last moment it can have been."""

    by: datetime
    moment: Moment
    statement: Statement

    def may_follow(self, moment: Moment) -> bool:
        """Whether the child can have been seen at or after this; a day before it is too early."""
        if self.moment.precision is Precision.DAY:
            return self.by > moment.at  # the end of a day is the first moment outside it
        return self.by >= moment.at


def last_sighting(case: Case) -> Sighting | None:
    """When anybody last saw the child, by the end of the day where only days are known."""
    accused, now = _accused(case), case.now
    last: Sighting | None = None
    before: datetime | None = None  # what was then cannot be the last
    for moment, said in sightings_of(case):
        if moment is None or (before is not None and moment.at < before) \
                or moment.at > now or said.agency in accused:
            continue
        by = min(latest(moment), now)
        if last is None or by > last.by or (
                by == last.by and said.version > last.statement.version):
            last, before = Sighting(by, moment, said), by - _A_DAY_AT_MOST
    return last


def sightings_of(case: Case) -> Iterator[tuple[Moment | None, Statement]]:
    """All that counts as somebody having seen the child, of each kind the last written first."""
    for visit in reversed(case.current(VisitRecorded)):
        if visit.seen:
            yield visit.visited, visit
    for assessment in reversed(case.current(AssessmentRecorded)):
        if assessment.child_seen:
            yield assessment.authorised, assessment
    for review in reversed(case.current(ReviewRecorded)):
        if review.took_part:
            yield review.held, review
    for incident in reversed(case.current(IncidentRecorded)):
        if incident.child_seen is not None:
            yield incident.child_seen, incident
    for concern in reversed(case.current(ConcernRecorded)):
        if concern.child_spoken_to:
            yield concern.raised, concern
    for absence in reversed(case.current(MissingEpisodeRecorded)):
        for moment in (absence.prevention_interview, absence.child_spoken_to,
                       absence.return_interview_held):
            if moment is not None:
                yield moment, absence


def _accused(case: Case) -> frozenset[str]:
    """The homes whose staff or carers an allegation concerns: their sighting is none."""
    accused = set()
    for concern in case.current(ConcernRecorded):
        if concern.alleged_source in _ACCUSED:
            for home in case.partnership.of_kind(AgencyKind.CARE_HOME):
                if home.code == concern.agency or (
                        home.home_urn is not None and home.home_urn == concern.alleged_urn):
                    accused.add(home.code)
    return frozenset(accused)
