"""Rules about an agency on facts of which the beginning was left out: the answer of all, or none.
"""
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from broker.event.agency import Agency
from broker.rules.agency.facts import AgencyFacts, BeyondHeld, Held, Read, Receipts
from broker.rules.agency.rhythm import Feed
from broker.rules.agency.rule import AgencyAnswer, agency_answer
from broker.rules.catalogue import AGENCY_RULES
from broker.rules.limits import Limits
from broker.vocabulary.words import AgencyKind

POLICE = Agency("police", AgencyKind.POLICE, "Valley Police")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOW.date()
LIMITS = Limits()
DAY = timedelta(days=1)
[LATE] = [each for each in AGENCY_RULES if each.code == "A02"]
FIRST = TODAY - 400 * DAY


def feed(held: Held | None, silent_days: int = 0) -> Feed:
    """Ten rows a day in an extract, up to so many days ago."""
    reads = tuple(Read(NOW - number * DAY, 10) for number in range(400, silent_days - 1, -1))
    return Feed(AgencyFacts(POLICE, NOW, reads, held=held), LIMITS)


def late(held: Held | None) -> AgencyAnswer:
    """What A02 answers of three records a day, each an hour late."""
    receipts = tuple(Receipts(NOW - number * DAY, {1: 3}) for number in range(60, -1, -1))
    return agency_answer(LATE, AgencyFacts(POLICE, NOW, receipts=receipts, held=held), LIMITS)


def reads_from(day: date) -> Held:
    """Reads are all here from this day on."""
    return Held(FIRST, day)


def test_half_a_year_before_the_fortnight_is_looked_at() -> None:
    """No day less, and none more."""
    needed = TODAY - 14 * DAY - 26 * 7 * DAY
    asked = partial(feed(reads_from(needed + DAY)).before, TODAY)

    assert feed(None).before(TODAY) == feed(reads_from(needed)).before(TODAY)
    with pytest.raises(BeyondHeld):
        asked()


def test_two_hundred_gaps_between_extracts_are_looked_at() -> None:
    """And the two hundred and one days that make them."""
    needed = TODAY - 20 * DAY - 200 * DAY
    before = TODAY - 300 * DAY
    asked = partial(feed(Held(FIRST, before, extracts=needed + DAY), 20).before, TODAY)

    assert feed(None, 20).before(TODAY) == feed(
        Held(FIRST, before, extracts=needed), 20).before(TODAY)
    with pytest.raises(BeyondHeld):
        asked()


def test_four_weeks_of_records_are_looked_at() -> None:
    """From the hour of the last one back."""
    needed = NOW - 28 * DAY
    asked = partial(late, Held(FIRST, FIRST, receipts=needed + timedelta(hours=1)))

    assert late(None) == late(Held(FIRST, FIRST, receipts=needed))
    with pytest.raises(BeyondHeld):
        asked()
