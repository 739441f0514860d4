"""Happenings that several agencies describe: what belongs together, and in which kinds."""
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from broker.case.case import Partnership, Received, build_case
from broker.case.descriptions import UNKNOWN, Happening, described_by_several
from broker.case.occasions import Windows
from broker.case.reach import Reach
from broker.event.agency import Agency
from broker.event.concern import AssessmentRecorded, CategoryWord, ConcernRecorded
from broker.event.envelope import Moment, Reference, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.references import ASSESSMENT
from broker.vocabulary.words import (
    AgencyKind,
    ConcernCategory,
    IncidentCategory,
    IncidentRole,
    Precision,
    State,
    System,
    Whereabouts,
)

START = datetime(2026, 3, 2, 18, tzinfo=UTC)
NOW = START + timedelta(days=30)
PARTNERSHIP = Partnership({
    "police": Agency("police", AgencyKind.POLICE, "Valley Police"),
    "council": Agency("council", AgencyKind.SOCIAL_CARE, "Valley Council"),
    "riverside": Agency("riverside", AgencyKind.CARE_HOME, "Riverside House"),
})
MISSING = frozenset({"missing"})
SAFETY = frozenset({"concern for safety"})


def envelope(agency: str, number: int, written: float) -> dict[str, Any]:
    """What every statement carries; `written` is in hours after the start."""
    return {"event_id": UUID(int=number), "agency": agency, "system": System.FILES,
            "record": f"{number}/c1", "subject": "c1", "state": State.CURRENT,
            "recorded_at": START + timedelta(hours=written)}


def after(hours: float) -> Moment:
    """So many hours after the start."""
    return Moment(at=START + timedelta(hours=hours))


def incident(number: int, at: float, category: IncidentCategory,
             **more: Any) -> IncidentRecorded:
    """A police incident about the child."""
    return IncidentRecorded(**envelope("police", number, at), reported=after(at),
                            category_opened=category, **more)


def absence(agency: str, number: int, at: float, kind: Whereabouts) -> MissingEpisodeRecorded:
    """An absence of two hours."""
    return MissingEpisodeRecorded(**envelope(agency, number, at), classification=kind,
                                  noticed=after(at), returned=after(at + 2))


def concern(agency: str, number: int, at: float,
            *categories: ConcernCategory) -> ConcernRecorded:
    """A concern raised about the child."""
    return ConcernRecorded(**envelope(agency, number, at), raised=after(at), categories=tuple(
        CategoryWord(category=each) for each in categories))


def described(*said: Statement) -> list[Happening]:
    """What several agencies describe of these."""
    case = build_case("child", [Received(each, NOW) for each in said], now=NOW,
                      partnership=PARTNERSHIP, reach=Reach())
    return list(described_by_several(case, Windows(), timedelta(hours=24)))


def test_an_occasion_is_one_happening_known_when_the_second_wrote() -> None:
    """Known whereabouts and a concern for safety would be one kind; missing is another."""
    found = described(
        absence("riverside", 1, 0, Whereabouts.MISSING),
        incident(2, 1, IncidentCategory.CONCERN_FOR_SAFETY))

    assert [Happening(START + timedelta(hours=1), (("police", SAFETY), ("riverside", MISSING)))] \
        == found


def test_a_missing_report_speaks_before_the_incident() -> None:
    """What the force made of the call in the end is what it describes."""
    [found] = described(
        absence("riverside", 1, 0, Whereabouts.AWAY_KNOWN),
        absence("police", 2, 0.5, Whereabouts.MISSING),
        incident(3, 1, IncidentCategory.CONCERN_FOR_SAFETY))

    assert (("police", MISSING), ("riverside", SAFETY)) == found.kinds


def test_a_notice_of_that_night_belongs_to_the_occasion() -> None:
    """Police who say exploitation on a notice have not lost it."""
    [found] = described(
        absence("riverside", 1, 0, Whereabouts.MISSING),
        incident(2, 1, IncidentCategory.CONCERN_FOR_SAFETY),
        concern("police", 3, 20, ConcernCategory.SEXUAL_EXPLOITATION))

    assert (("police", SAFETY | {"sexual exploitation"}), ("riverside", MISSING)) == found.kinds


def test_records_within_a_day_are_one_happening() -> None:
    """To the minute; what comes later begins another, which nobody else describes."""
    def told(hours: float) -> int:
        return len(described(
            incident(1, 0, IncidentCategory.CONCERN_FOR_SAFETY),
            concern("riverside", 2, hours, ConcernCategory.SELF_HARM)))

    assert (1, 0) == (told(24), told(24.1))


def test_a_day_is_taken_at_its_noon() -> None:
    """An assessment started on the day after, which is only a date."""
    day = Moment(at=datetime(2026, 3, 3, tzinfo=UTC), precision=Precision.DAY)
    [found] = described(
        incident(1, 0, IncidentCategory.DOMESTIC_INCIDENT),
        AssessmentRecorded(**envelope("council", 2, 40), started=day, factors=(
            CategoryWord(category=ConcernCategory.DOMESTIC_ABUSE),)))

    assert (("council", frozenset({"domestic abuse"})),
            ("police", frozenset({"domestic abuse"}))) == found.kinds


def test_a_row_of_factors_alone_is_of_the_assessment_it_names() -> None:
    """As the council's standard tables send them: the factors name the assessment, which has the
    day."""
    day = Moment(at=datetime(2026, 3, 3, tzinfo=UTC), precision=Precision.DAY)
    [found] = described(
        incident(1, 0, IncidentCategory.DOMESTIC_INCIDENT),
        AssessmentRecorded(**envelope("council", 2, 40) | {"record": "AS1"}, started=day),
        AssessmentRecorded(**envelope("council", 3, 40), references=(
            Reference(scheme=ASSESSMENT, value="AS1"),), factors=(
            CategoryWord(category=ConcernCategory.NEGLECT),)))

    assert (("council", frozenset({"neglect"})),
            ("police", frozenset({"domestic abuse"}))) == found.kinds


def test_a_bystander_is_not_described() -> None:
    """An incident that the child saw is another's."""
    assert [] == described(
        incident(1, 0, IncidentCategory.CONCERN_FOR_SAFETY, role=IncidentRole.WITNESS),
        concern("riverside", 2, 1, ConcernCategory.SELF_HARM))


def test_a_word_in_no_list_is_a_description_of_no_kind() -> None:
    """It is carried, and nobody guesses."""
    [found] = described(
        incident(1, 0, IncidentCategory.UNMAPPED),
        concern("riverside", 2, 1, ConcernCategory.SELF_HARM))

    assert (("police", frozenset({UNKNOWN})), ("riverside", frozenset({"self harm"}))) \
        == found.kinds


def test_one_agency_alone_describes_nothing_that_can_be_compared() -> None:
    """However often it writes."""
    assert [] == described(
        incident(1, 0, IncidentCategory.CONCERN_FOR_SAFETY),
        incident(2, 1, IncidentCategory.MISSING_PERSON))
