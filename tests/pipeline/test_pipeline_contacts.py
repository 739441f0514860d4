"""When an agency's contacts are on duty, and which of them is next."""
from datetime import UTC, date, datetime

import pytest

from broker.pipeline.contacts import Contact, next_on_duty, next_opening

OFFICE = Contact("Front door", "working_days")
ALWAYS = Contact("Emergency duty team")


def utc(day: int, hour: int, minute: int = 0, month: int = 3, second: int = 0) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(("at", "on_duty"), [
    (utc(2, 8, 59, second=59), False),
    (utc(2, 9), True),
    (utc(2, 16, 59, second=59), True),
    (utc(2, 17), False),
    (utc(7, 12), False),               # a Saturday
    (utc(6, 12, month=4), False),      # Easter Monday
    (utc(7, 8, month=4), True),        # nine o'clock by summer time
    (utc(7, 16, month=4), False),
])
def test_office_hours_are_those_of_english_working_days(at: datetime, on_duty: bool) -> None:
    """09:00 to 17:00 by the wall clock, Monday to Friday, and no bank holiday."""
    assert (on_duty, True) == (OFFICE.is_on_duty(at), ALWAYS.is_on_duty(at))


@pytest.mark.parametrize(("at", "on_duty"), [
    (datetime(2026, 3, 31, 22, 59, tzinfo=UTC), False),
    (datetime(2026, 3, 31, 23, 0, tzinfo=UTC), True),
    (datetime(2026, 5, 31, 22, 59, tzinfo=UTC), True),
    (datetime(2026, 5, 31, 23, 0, tzinfo=UTC), False),
])
def test_the_first_and_the_last_day_count(at: datetime, on_duty: bool) -> None:
    """From local midnight to local midnight."""
    contact = Contact("Team", "always", date(2026, 4, 1), date(2026, 5, 31))

    assert on_duty == contact.is_on_duty(at)


def test_the_next_is_the_first_on_duty_that_was_not_told() -> None:
    """In the order of the configuration."""
    contacts = (OFFICE, ALWAYS, Contact("Designated officer"))

    assert ["Emergency duty team", "Designated officer", "Front door"] == [
        each.name for each in (
            next_on_duty(contacts, (), utc(1, 22)),
            next_on_duty(contacts, {"Emergency duty team"}, utc(1, 22)),
            next_on_duty(contacts, {"Emergency duty team"}, utc(2, 9))) if each]
    assert next_on_duty(contacts[:2], {"Emergency duty team"}, utc(1, 22)) is None


@pytest.mark.parametrize(("contacts", "opening"), [
    ((), None),
    ((OFFICE,), utc(2, 9)),
    ((OFFICE, Contact("Night team", "always", starts=date(2026, 3, 2))), utc(2, 0)),
    ((Contact("Closed", "working_days", ends=date(2026, 3, 1)),), None),
    ((Contact("Later", "working_days", starts=date(2026, 3, 7)),), utc(9, 9)),
])
def test_who_comes_on_duty_next_is_known(
        contacts: tuple[Contact, ...], opening: datetime | None) -> None:
    """Seen from a Sunday evening."""
    assert opening == next_opening(contacts, (), utc(1, 22))


def test_who_was_told_does_not_come_on_duty_again() -> None:
    """Nobody is told twice."""
    assert next_opening((OFFICE,), {"Front door"}, utc(1, 22)) is None
