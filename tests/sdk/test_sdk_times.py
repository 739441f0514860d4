"""Agencies' times become UTC; without an offset they are London's."""
from datetime import UTC, date, datetime

import pytest

from broker.event.envelope import Moment
from broker.sdk.times import british_moment, date_of, is_skipped, iso_moment
from broker.vocabulary.words import Precision


def utc(*parts: int) -> datetime:
    """A UTC time."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc] # only ever integers


@pytest.mark.parametrize(("text", "at"), [
    ("2026-01-05T22:40:00", utc(2026, 1, 5, 22, 40)),
    ("2026-07-05T22:40", utc(2026, 7, 5, 21, 40)),
    ("2026-07-05 22:40:00", utc(2026, 7, 5, 21, 40)),
    ("2026-07-05T22:40:00Z", utc(2026, 7, 5, 22, 40)),
    ("2026-07-05T22:40:00+02:00", utc(2026, 7, 5, 20, 40)),
    ("2026-07-05T22:40:00.123987Z", utc(2026, 7, 5, 22, 40, 0, 123000)),
    ("2026-10-25T01:30:00", utc(2026, 10, 25, 0, 30)),
    ("2026-03-29T01:30:00", utc(2026, 3, 29, 1, 30)),
    ("2026-03-29T00:59:59", utc(2026, 3, 29, 0, 59, 59)),
    ("2026-03-29T02:00:00", utc(2026, 3, 29, 1, 0)),
])
def test_instants(text: str, at: datetime) -> None:
    """Summer time, offsets, fractions, the hour that comes twice and the hour that never does."""
    assert Moment(at=at) == iso_moment(text)


@pytest.mark.parametrize(("text", "at"), [
    ("2026-01-05", utc(2026, 1, 5)),
    ("2026-07-05", utc(2026, 7, 4, 23)),
    ("20260705", utc(2026, 7, 4, 23)),
])
def test_days_stand_at_local_midnight(text: str, at: datetime) -> None:
    """A date alone has DAY precision."""
    assert Moment(at=at, precision=Precision.DAY) == iso_moment(text)


@pytest.mark.parametrize("text", [
    "05/01/2026", "2026-13-01", "2026-02-30", "yesterday", "2026-W01", "2026-W01-1", "1066-10-14",
    "2026-01-05T25:00:00", "20260105T", "9999-12-31T23:59:59", "0001-01-01T00:00:00",
])
def test_what_is_no_time(text: str) -> None:
    """Nothing is guessed."""
    assert iso_moment(text) is None


def test_british_dates() -> None:
    """SSDA903 writes the day first, and nothing else will do."""
    assert Moment(at=utc(2026, 7, 4, 23), precision=Precision.DAY) == british_moment("05/07/2026")
    assert british_moment("5/7/2026") is None
    assert british_moment("31/02/2026") is None
    assert british_moment("2026-07-05") is None


def test_a_birth_date_written_as_a_time_is_its_day() -> None:
    """Databases export dates with midnight behind them."""
    assert date(2011, 7, 14) == date_of("2011-07-14T00:00:00")
    assert date_of("14th July") is None

@pytest.mark.parametrize(("text", "skipped"), [
    ("2026-03-29T01:30", True), ("2026-03-29T01:00", True), ("2026-03-29T01:59:59", True),
    ("2026-03-29T00:59:59", False), ("2026-03-29T02:00", False), ("2026-03-29T02:30", False),
    ("2026-03-29T01:30Z", False), ("2026-03-29T01:30+01:00", False),
    ("2026-10-25T01:30", False), ("2026-06-29T01:30", False),
])
def test_the_hour_that_clocks_skip(text: str, skipped: bool) -> None:
    """A time with an offset is in no such hour, whatever it is."""
    assert skipped == is_skipped(text)
