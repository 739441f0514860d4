"""What agencies say of a child's absences, made up for tests of occasions."""
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from types import MappingProxyType
from typing import Any
from uuid import UUID

from broker.case.calendar import start_of
from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.occasions import Occasion, occasions_of
from broker.case.reach import Reach
from broker.event.agency import Agency
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import (
    AgencyKind,
    IncidentCategory,
    Precision,
    State,
    System,
    Whereabouts,
)

NONE: Mapping[tuple[str, str], datetime] = MappingProxyType({})
NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
EVENING = datetime(2026, 3, 2, 22, tzinfo=UTC)
PARTNERSHIP = Partnership({
    "police": Agency("police", AgencyKind.POLICE, "Valley Police"),
    "council": Agency("council", AgencyKind.SOCIAL_CARE, "Valley Council", authority_code="815"),
    "riverside": Agency("riverside", AgencyKind.CARE_HOME, "Riverside House"),
    "hillside": Agency("hillside", AgencyKind.CARE_HOME, "Hillside House"),
})
_numbers = count(1)


def heard(until: datetime, *, later: Mapping[tuple[str, str], datetime] = NONE) -> Reach:
    """Every agency heard so far of absences and of calls; `later` some of them otherwise."""
    types = (MissingEpisodeRecorded.__name__, IncidentRecorded.__name__)
    return Reach({(agency, System.FILES, name): (later.get((agency, name), until), (name,))
                  for agency in PARTNERSHIP.agencies for name in types})


def hours(number: float) -> timedelta:
    """A shorthand."""
    return timedelta(hours=number)


def made(kind: type[Statement], agency: str, record: str, **fields: Any) -> Any:
    """A statement of one child with the envelope filled in."""
    base = {"event_id": UUID(int=next(_numbers)), "system": System.FILES, "subject": "c1",
            "recorded_at": EVENING, "state": State.CURRENT}
    return kind(**{**base, "agency": agency, "record": record, **fields})


def away(
    agency: str, record: str, start: datetime, end: datetime | None = None, *,
    log: str | None = None, kind: Whereabouts = Whereabouts.MISSING, **more: Any,
) -> MissingEpisodeRecorded:
    """An account with times."""
    said: MissingEpisodeRecorded = made(
        MissingEpisodeRecorded, agency, record, last_seen=Moment(at=start), classification=kind,
        returned=None if end is None else Moment(at=end), police_reference=log, **more)
    return said


def dates(
    record: str, first: datetime, last: datetime | None, *, system: System = System.SSD,
    kind: Whereabouts = Whereabouts.MISSING,
) -> MissingEpisodeRecorded:
    """The council's episode, in dates."""
    def day(at: datetime) -> Moment:
        return Moment(at=start_of(at.date()), precision=Precision.DAY)
    said: MissingEpisodeRecorded = made(
        MissingEpisodeRecorded, "council", record, system=system, last_seen=day(first),
        classification=kind, found=None if last is None else day(last))
    return said


def call(
    record: str, at: datetime, category: IncidentCategory = IncidentCategory.CONCERN_FOR_SAFETY,
    **more: Any,
) -> IncidentRecorded:
    """A police incident."""
    said: IncidentRecorded = made(IncidentRecorded, "police", record, reported=Moment(at=at),
                                  category_opened=category, **more)
    return said


def case_of(*said: Statement, reach: Reach | None = None) -> Case:
    """A case that holds these statements, of agencies heard up to now, or by this reach."""
    return build_case("child", [Received(each, NOW) for each in said], now=NOW,
                      partnership=PARTNERSHIP, reach=reach or heard(NOW), link=Link())


def found(*said: Statement, reach: Reach | None = None) -> list[set[str]]:
    """The records of each occasion, incidents among them."""
    return [records(each) for each in occasions_of(case_of(*said, reach=reach))]


def records(occasion: Occasion) -> set[str]:
    """The records that belong to an occasion."""
    rows = (row for account in occasion.accounts for row in account.rows)
    return {each.record for each in (*rows, *occasion.incidents)}


def attached(*said: Statement) -> list[set[str]]:
    """The records that trail or are attached to each occasion."""
    return [{row.record for row in each.all_rows} - records(each)
            for each in occasions_of(case_of(*said))]
