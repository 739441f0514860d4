"""A partnership in memory, and its agencies' own systems connected to it."""
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from broker.client import Agency
from broker.event.envelope import Moment, Occurred, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Name, PersonRecorded
from broker.vocabulary.words import IncidentCategory, Sex, Whereabouts
from tests.pipeline.conftest import Bench

AT = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)

Connect = Callable[[str], Agency]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """An empty partnership of police, council and one home."""
    return Bench(tmp_path)


@pytest.fixture
def connect(bench: Bench) -> Iterator[Connect]:
    """Connects an agency's system to it."""
    opened: list[Agency] = []

    def connected(code: str) -> Agency:
        agency = Agency(code, bench.concord.log, bench.concord.codec, bench.clock)
        opened.append(agency)
        return agency

    yield connected
    for each in opened:
        each.close()


def girl(agency: Agency) -> PersonRecorded:
    """A girl as each agency knows her, under a local id of its own."""
    return agency.statement(
        PersonRecorded, record=f"{agency.code}-1", subject=f"{agency.code}-1", recorded_at=AT,
        names=(Name(given="Kayleigh", family="Thornton"),), birth_date=date(2011, 5, 14),
        sex=Sex.FEMALE)


def absence(home: Agency) -> MissingEpisodeRecorded:
    """She is missing from the home."""
    return home.statement(
        MissingEpisodeRecorded, record="A1", subject=f"{home.code}-1", recorded_at=AT,
        occurred=Occurred(start=AT), classification=Whereabouts.MISSING,
        classification_word="missing", last_seen=Moment(at=AT), noticed=Moment(at=AT),
        told_police=Moment(at=AT), told_authority=Moment(at=AT))


def call(police: Agency) -> IncidentRecorded:
    """The police hold the same evening as a concern for safety."""
    return police.statement(
        IncidentRecorded, record="INC1/police-1", subject=f"{police.code}-1", recorded_at=AT,
        occurred=Occurred(start=AT), reported=Moment(at=AT),
        category_opened=IncidentCategory.CONCERN_FOR_SAFETY,
        category_opened_word="Concern for safety")


@pytest.fixture
def told(bench: Bench, connect: Connect) -> Bench:
    """Both have said so, and the home has its notice."""
    home, police = connect("riverside"), connect("police")
    said: list[tuple[Agency, Statement]] = [
        (home, girl(home)), (home, absence(home)), (police, girl(police)), (police, call(police))]
    for agency, statement in said:
        agency.publish(statement)
    bench.check()
    bench.concord.deliver()
    return bench
