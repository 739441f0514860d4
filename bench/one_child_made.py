"""Children about whom very much is recorded, made up: four mixtures, at any size.

Each mixture tells one kind of life, a day or so at a time back from `NOW`, until there are so many
statements. Nearly all of it agrees, as in life; every so often something does not. The same size
is always the same child.
"""
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import Any, TypeVar
from uuid import UUID

from broker.case.calendar import day_of, start_of
from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.memory import Memory
from broker.case.reach import Reach
from broker.event.agency import Agency
from broker.event.care import (
    CarePeriodRecorded,
    PlacementRecorded,
    PlanRecorded,
    ReviewRecorded,
    VisitRecorded,
)
from broker.event.catalogue import STATEMENT_BY_NAME
from broker.event.concern import (
    AssessmentRecorded,
    CategoryWord,
    ConcernRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Moment, Reference, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Name, PersonRecorded
from broker.event.risk import MarkerRecorded
from broker.vocabulary.references import INCIDENT, NOTICE, POLICE_LOG
from broker.vocabulary.words import (
    AgencyKind,
    CallerKind,
    ConcernCategory,
    ConcernSource,
    Grade,
    IncidentCategory,
    IncidentRole,
    InterviewBy,
    LegalStatus,
    MarkerKind,
    PlaceKind,
    PlacementType,
    PlanKind,
    Precision,
    ReferralDecision,
    ReferralKind,
    ReviewKind,
    Risk,
    Sex,
    State,
    System,
    VisitKind,
    Whereabouts,
)

S = TypeVar("S", bound=Statement)

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
PARTNERSHIP = Partnership({
    "police": Agency("police", AgencyKind.POLICE, "Valley Police", force_code="12"),
    "council": Agency("council", AgencyKind.SOCIAL_CARE, "Valley Council", authority_code="815"),
    "riverside": Agency("riverside", AgencyKind.CARE_HOME, "Riverside House",
                        home_urn="SC012345", authority_code="815"),
})
_BORN = date(2010, 5, 4)
_YEAR = timedelta(days=365)
_NOW_AND_THEN = 40  # one in so many is told differently
_URN = "SC012345"


def minutes(number: float) -> timedelta:
    """A shorthand."""
    return timedelta(minutes=number)


class Teller:
    """Makes statements, each with the next id."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def said(self, of: type[S], agency: str, record: str, written: datetime, /,
             **fields: Any) -> S:
        """A statement with its envelope filled in."""
        system = System.SSD if agency == "council" else System.FILES
        base: dict[str, Any] = {
            "event_id": UUID(int=next(self._numbers)), "agency": agency, "system": system,
            "record": record, "subject": "c1", "recorded_at": min(written, NOW),
            "state": State.CURRENT}
        return of(**{**base, **fields})

    def home_absence(self, number: int, at: datetime, back: datetime | None,
                     **more: Any) -> MissingEpisodeRecorded:
        """What a home writes of a night: the whole of it."""
        log = f"{day_of(at):%d%m%y}-{number:05d}"
        interview = None if back is None else Moment(at=back + timedelta(hours=30))
        return self.said(MissingEpisodeRecorded, "riverside", f"A{number}", at + minutes(50), **{
            "classification": Whereabouts.MISSING, "classification_word": "missing",
            "missing_from": PlaceKind.CARE_HOME, "home_urn": _URN, "looked_after": True,
            "risk_now": Risk.MEDIUM, "risk_now_word": "Medium",
            "last_seen": Moment(at=at), "noticed": Moment(at=at + minutes(30)),
            "told_police": Moment(at=at + minutes(45)), "police_reference": log,
            "references": (Reference(scheme=POLICE_LOG, value=log),),
            "returned": None if back is None else Moment(at=back),
            "return_interview_offered": True, "return_interview_held": interview,
            "return_interview_by": InterviewBy.INDEPENDENT, **more})

    def police_report(self, number: int, at: datetime, back: datetime | None,
                      **more: Any) -> MissingEpisodeRecorded:
        """The police's missing report of the same night."""
        log = f"{day_of(at):%d%m%y}-{number:05d}"
        return self.said(MissingEpisodeRecorded, "police", f"M{number}", at + minutes(60), **{
            "classification": Whereabouts.MISSING, "classification_word": "Missing",
            "risk_first": Risk.MEDIUM, "risk_first_word": "Medium", "risk_now": Risk.MEDIUM,
            "risk_now_word": "Medium", "looked_after": True,
            "last_seen": Moment(at=at), "told_police": Moment(at=at + minutes(46)),
            "references": (Reference(scheme=INCIDENT, value=log),),
            "found": None if back is None else Moment(at=back),
            "returned": None if back is None else Moment(at=back + minutes(5)),
            "prevention_interview": None if back is None else Moment(at=back + minutes(60)),
            **more})

    def incident(self, number: int, at: datetime, back: datetime | None,
                 **more: Any) -> IncidentRecorded:
        """The police's incident of that night."""
        log = f"{day_of(at):%d%m%y}-{number:05d}"
        return self.said(IncidentRecorded, "police", f"{log}/1", at + minutes(55), **{
            "role": IncidentRole.SUBJECT, "reported": Moment(at=at + minutes(45)),
            "caller": CallerKind.CARE_HOME, "caller_word": "Care home", "caller_urn": _URN,
            "category_opened": IncidentCategory.MISSING_PERSON,
            "category_opened_word": "Missing person",
            "category_closed": IncidentCategory.MISSING_PERSON,
            "category_closed_word": "Missing person",
            "references": (Reference(scheme=INCIDENT, value=log),),
            "grade_first": Grade.PRIORITY, "grade_first_word": "2", "grade_now": Grade.PRIORITY,
            "grade_now_word": "2", "allocated": Moment(at=at + minutes(60)),
            "attended": Moment(at=at + minutes(90)), "supervisor_reviewed": Moment(
                at=at + minutes(600)),
            "child_seen": None if back is None else Moment(at=back + minutes(20)),
            "closed": None if back is None else Moment(at=back + minutes(30)), **more})

    def episode(self, number: int, at: datetime, back: datetime | None) -> MissingEpisodeRecorded:
        """The council's episode of that night, in dates."""
        def day(when: datetime) -> Moment:
            return Moment(at=start_of(day_of(when)), precision=Precision.DAY)
        return self.said(MissingEpisodeRecorded, "council", f"E{number}", at + timedelta(days=1),
                         classification=Whereabouts.MISSING, classification_word="M",
                         last_seen=day(at), found=None if back is None else day(back),
                         return_interview_offered=True)

    def notice(self, number: int, at: datetime, category: ConcernCategory,
               **more: Any) -> ConcernRecorded:
        """A police notice, shared within the hour."""
        return self.said(ConcernRecorded, "police", f"P{number}", at + minutes(120), **{
            "source": ConcernSource.POLICE_NOTICE, "kind_word": "PPN",
            "categories": (CategoryWord(category=category, word=category.value.capitalize()),),
            "risk": Risk.MEDIUM, "risk_word": "Medium", "raised": Moment(at=at),
            "shared_with": "council", "shared": Moment(at=at + minutes(180)),
            "triage_outcome": "Seen by the front door", "child_spoken_to": True,
            "demeanour_recorded": True, **more})


Mixture = Callable[[Teller], Iterator[Statement]]


def _who(tell: Teller) -> Iterator[Statement]:
    """The child, in care and in one home for long, under a plan, by each agency."""
    begun = NOW - 8 * _YEAR
    since = Moment(at=start_of(day_of(begun)), precision=Precision.DAY)
    for agency in PARTNERSHIP.agencies:
        yield tell.said(PersonRecorded, agency, "c1", begun, birth_date=_BORN, sex=Sex.FEMALE,
                        names=(Name(given="Kayleigh", family="Thornton"),))
    yield tell.said(CarePeriodRecorded, "council", "L1", begun, legal_status=LegalStatus.C2,
                    legal_status_word="C2", start=since, start_reason="S",
                    placing_authority="815")
    yield tell.said(PlacementRecorded, "council", "U1", begun, type=PlacementType.K2,
                    type_word="K2", home_urn=_URN, postcode="ZZ9 9ZZ", start=since,
                    placing_authority="815")
    yield tell.said(PlanRecorded, "council", "N1", begun, kind=PlanKind.CIN, start=since)
    yield tell.said(CarePeriodRecorded, "riverside", "L1", begun, legal_status=LegalStatus.C2,
                    legal_status_word="Full care order", start=since)
    yield tell.said(MarkerRecorded, "police", "W1", begun, kind=MarkerKind.LOOKED_AFTER,
                    kind_word="Looked after", set=since)
    for number in range(20):
        held = NOW - timedelta(days=150) * number - timedelta(days=9)
        yield tell.said(ReviewRecorded, "council", f"R0{number}", held + timedelta(days=1),
                        kind=ReviewKind.LOOKED_AFTER_REVIEW, held=Moment(at=held),
                        took_part=True, participation_word="PN1")
    yield tell.said(VisitRecorded, "council", "V0", NOW - timedelta(days=2),
                    kind=VisitKind.LOOKED_AFTER_VISIT, seen=True,
                    visited=Moment(at=NOW - timedelta(days=3)))
    yield tell.said(EnquiryRecorded, "council", "Q1", NOW - timedelta(days=2), ended=Moment(
        at=NOW - timedelta(days=1)), strategy_discussion=Moment(at=NOW - timedelta(days=3)),
        started=Moment(at=NOW - timedelta(days=3)), conference_not_required=True)


def _nights() -> Iterator[tuple[int, datetime, datetime]]:
    """(number, gone, back) of a night a day, the latest first."""
    for number in count(1):
        gone = NOW - timedelta(days=number) + minutes(300 + 7 * (number % 30))
        yield number, gone, gone + minutes(120 + 11 * (number % 40))


def absences(tell: Teller) -> Iterator[Statement]:
    """A home's absences and the police's missing reports of them."""
    for number, gone, back in _nights():
        late = {"told_police": Moment(at=gone + minutes(100))}
        odd = number % _NOW_AND_THEN == 1
        yield tell.home_absence(number, gone, back, **(late if odd else {}))
        yield tell.police_report(number, gone, back, **(late if odd else {}))


def occasions(tell: Teller) -> Iterator[Statement]:
    """Three agencies' records of the same nights, each written in two versions by the police, with
    a notice of some of them."""
    for number, gone, back in _nights():
        odd = number % _NOW_AND_THEN == 1
        less = {"category_closed": IncidentCategory.CONCERN_FOR_SAFETY,
                "category_closed_word": "Concern for safety"} if odd else {}
        yield tell.home_absence(number, gone, back)
        yield tell.police_report(number, gone, None)
        yield tell.police_report(number, gone, back, recorded_at=back + minutes(90))
        yield tell.incident(number, gone, None, category_closed=None, category_closed_word=None)
        yield tell.incident(number, gone, back, recorded_at=back + minutes(90), **less)
        yield tell.episode(number, gone, back)
        if number % 5 == 0:
            yield tell.notice(number, gone + minutes(200), ConcernCategory.MISSING)


def visits(tell: Teller) -> Iterator[Statement]:
    """A council's visits in all kinds, and its reviews; a new placement now and then."""
    for number in count(1):
        at = NOW - minutes(1_900 * number // 4)
        kind = (VisitKind.CIN_VISIT, VisitKind.CP_VISIT, VisitKind.LOOKED_AFTER_VISIT)[number % 3]
        if number % 20 == 0:
            yield tell.said(ReviewRecorded, "council", f"R{number}", at + minutes(600),
                            kind=ReviewKind.LOOKED_AFTER_REVIEW, held=Moment(at=at),
                            took_part=True, participation_word="PN1")
        elif number % 50 == 1:
            yield tell.said(PlacementRecorded, "council", f"U{number}", at + minutes(600),
                            type=PlacementType.T0, type_word="T0", home_urn=_URN,
                            start=Moment(at=at), end=Moment(at=at + minutes(1_440)))
        else:
            yield tell.said(VisitRecorded, "council", f"V{number}", at + minutes(600), kind=kind,
                            visited=Moment(at=at), seen=number % 7 != 0, seen_alone=True)


def concerns(tell: Teller) -> Iterator[Statement]:
    """Police notices and a home's notifications, the contacts they led to, assessments."""
    kinds = (ConcernCategory.NEGLECT, ConcernCategory.DOMESTIC_ABUSE, ConcernCategory.SELF_HARM,
             ConcernCategory.PHYSICAL_ABUSE, ConcernCategory.SEXUAL_EXPLOITATION)
    for number in count(1):
        at = NOW - minutes(2_000 * number)
        kind = kinds[number % len(kinds)]
        odd = number % _NOW_AND_THEN == 1
        yield tell.notice(number, at, kind, **({"triage_outcome": None} if odd else {}))
        done = {"decision": ReferralDecision.ASSESSMENT, "decision_word": "Assessment",
                "decided": Moment(at=at + minutes(600)), "closed": Moment(
                    at=at + minutes(4_000)), "primary_need": "N1",
                "references": (Reference(scheme=NOTICE, value=f"P{number}"),)}
        yield tell.said(ReferralRecorded, "council", f"K{number}", at + minutes(400),
                        kind=ReferralKind.REFERRAL, received=Moment(at=at + minutes(300)), **done)
        if number % 2:
            yield tell.said(AssessmentRecorded, "council", f"S{number}", at + minutes(3_900),
                            started=Moment(at=at + minutes(700)), child_seen=True,
                            authorised=Moment(at=at + minutes(3_800)),
                            factors=(CategoryWord(category=kind, word=kind.value),))
        if number % 3 == 0:
            yield tell.said(ConcernRecorded, "riverside", f"N{number}", at + minutes(60),
                            source=ConcernSource.HOME_NOTIFICATION, raised=Moment(at=at),
                            categories=(CategoryWord(category=kind, word=kind.value),),
                            shared_with="council", shared=Moment(at=at + minutes(100)),
                            triage_outcome="Noted", child_spoken_to=True)


MIXTURES: dict[str, Mixture] = {"absences": absences, "occasions": occasions, "visits": visits,
                                "concerns": concerns}


def told(mixture: str, statements: int) -> list[Statement]:
    """So many statements of one child."""
    tell = Teller()
    known = list(_who(tell))
    return [*known, *islice(MIXTURES[mixture](tell), statements - len(known))]


def reach(council_tells_of_absences: bool) -> Reach:
    """Every agency heard of every type up to now; a council of absences only where it has such a
    table, which few have."""
    until: dict[tuple[str, System, str], tuple[datetime, tuple[str, ...]]] = {}
    tables = {"ReferralRecorded": ("ssd_contacts",), "VisitRecorded": (
        "ssd_cin_visits", "ssd_cp_visits", "ssd_cla_visits"), "ReviewRecorded": (
        "ssd_cp_reviews", "ssd_cla_reviews"), "AssessmentRecorded": (
        "ssd_cin_assessments", "ssd_assessment_factors"), "ConferenceRecorded": (
        "ssd_initial_cp_conference",)}
    for agency in PARTNERSHIP.agencies:
        system = System.SSD if agency == "council" else System.FILES
        for name in STATEMENT_BY_NAME:
            if agency == "council" and name == "MissingEpisodeRecorded" \
                    and not council_tells_of_absences:
                continue
            of_type = tables.get(name, (name,)) if system is System.SSD else (name,)
            for table in of_type:
                until[agency, system, table] = (NOW, (name,))
    return Reach(until)


def reach_of(statements: list[Statement]) -> Reach:
    """How far every agency was heard, by what is told of the child."""
    return reach(any(each.agency == "council" and isinstance(each, MissingEpisodeRecorded)
                     for each in statements))


def case_of(statements: list[Statement], memory: Memory | None = None,
            heard: Reach | None = None) -> Case:
    """The case of the child, as it is built when the child is looked at; `memory` is what earlier
    looks left, `heard` how far agencies were (None: as `reach_of` has it)."""
    return build_case("child", [Received(each, NOW) for each in statements], now=NOW,
                      partnership=PARTNERSHIP, link=Link(), memory=memory,
                      reach=reach_of(statements) if heard is None else heard)
