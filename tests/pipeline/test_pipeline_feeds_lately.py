"""An agency looked at by the last rows of its feed alone, and what that must not change."""
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from broker.backends.memory import MemoryStore
from broker.case.case import Partnership
from broker.event.agency import Agency
from broker.event.own import Heartbeat, TableReach
from broker.findings.agency import reconcile_agency
from broker.pipeline.agencies import facts_of
from broker.pipeline.feeds import HOUR_MS, note_extract, read_feed
from broker.pipeline.feeds_lately import read_lately
from broker.pipeline.tables import COUNTERS, FEED_EXTRACTS, FEED_RECEIPTS, KINDS_DESCRIBED
from broker.ports import Row
from broker.rules.agency.facts import AgencyFacts, BeyondHeld
from broker.rules.agency.rule import evaluate_agency
from broker.rules.catalogue import AGENCY_RULES
from broker.rules.limits import Limits
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import AgencyKind, System

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
POLICE = Partnership({"police": Agency("police", AgencyKind.POLICE, "Valley Police")})
HALF_A_DAY = timedelta(hours=12)
LIMITS = Limits()
Feed = Callable[[MemoryStore], None]


def extract(at: datetime, rows: int) -> Heartbeat:
    """What a feed says when it has read so many rows."""
    return Heartbeat(heartbeat_id=UUID(int=1), agency="police", beat_at=at, reaches=(TableReach(
        system=System.FILES, table="t", types=("PersonRecorded",), until=at, rows_read=rows),))


def sent(days: int, *, silent_days: int = 0, hours_late: int = 2, rows: int = 10,
         single: bool = False) -> Feed:
    """A feed of two extracts a day (or live, with single records), the last so long ago."""
    def send(store: MemoryStore) -> None:
        random = Random(days + silent_days)
        received: list[Row] = []
        with store.begin() as unit:
            at = NOW - timedelta(days=days)
            while at <= NOW - timedelta(days=silent_days):
                note_extract(unit, extract(at, 0 if single else random.randrange(rows, 2 * rows)),
                             milliseconds_of(at))
                received.append((f"police/{milliseconds_of(at) // HOUR_MS:09d}/files",
                                 f"{hours_late}:{random.randrange(3, 9)} 5000:1"))
                at += HALF_A_DAY
            unit.put(FEED_RECEIPTS, received)
    return send


def answers_of(facts: AgencyFacts) -> tuple[object, ...]:
    """What all rules answer, when to look again, and what that makes of nothing known before."""
    answers, again = evaluate_agency(facts, LIMITS, AGENCY_RULES)
    return answers, again, reconcile_agency(facts, [], answers, [], LIMITS)


FEEDS = [sent(300), sent(300, silent_days=16), sent(300, hours_late=40), sent(300, single=True),
         sent(300, single=True, silent_days=20), sent(300, rows=1)]


@pytest.mark.parametrize("feed", FEEDS)
def test_the_last_rows_give_the_answers_that_all_give(feed: Feed) -> None:
    """Every rule, when to look again and what stands."""
    store = MemoryStore()
    feed(store)
    with store.view() as view:
        lately = facts_of(view, POLICE, "police", NOW, most=520)
        whole = facts_of(view, POLICE, "police", NOW)

    assert lately.held is not None
    assert len(lately.receipts) < len(whole.receipts)
    if feed is FEEDS[2]:  # as long as it has been late, that is how far a rule looks back
        with pytest.raises(BeyondHeld):
            answers_of(lately)
    else:
        assert answers_of(whole) == answers_of(lately)


@pytest.mark.parametrize("feed", FEEDS)
def test_too_few_rows_give_no_answer_at_all(feed: Feed) -> None:
    """Rather than another one."""
    store = MemoryStore()
    feed(store)
    with store.view() as view, pytest.raises(BeyondHeld):
        answers_of(facts_of(view, POLICE, "police", NOW, most=40))


def test_a_feed_that_fits_is_held_from_its_beginning() -> None:
    """Nothing was left out."""
    store = MemoryStore()
    sent(20)(store)
    with store.view() as view:
        assert (*read_feed(view, "police"), None) == read_lately(view, "police", 520)


def test_what_was_counted_before_first_extracts_were_kept_is_read_whole() -> None:
    """Until the next extract, by which they are found out once."""
    store = MemoryStore()
    sent(300)(store)
    with store.begin() as unit:
        kept = unit.scan(COUNTERS, "name")
        unit.delete(COUNTERS, [(name,) for name, _ in kept])
    with store.view() as view:
        without = read_lately(view, "police", 520)
    with store.begin() as unit:
        note_extract(unit, extract(NOW + HALF_A_DAY, 12), milliseconds_of(NOW))
        again = unit.scan(COUNTERS, "name")

    assert without[2] is None
    assert kept == again


def test_an_earlier_extract_that_comes_later_is_the_first() -> None:
    """Times of the world say which is first, and not the order of arrival."""
    store = MemoryStore()
    first = NOW - timedelta(days=400)
    sent(300)(store)
    with store.begin() as unit:
        note_extract(unit, extract(first, 5), milliseconds_of(NOW))
    with store.view() as view:
        _, receipts, held = read_lately(view, "police", 520)
        whole = read_feed(view, "police")[1]

    assert held is not None
    assert first.date() == held.first
    assert whole[-len(receipts):] == receipts if receipts else whole == ()


def test_a_first_extract_that_is_gone_has_all_read() -> None:
    """Nothing is made of a time that no row bears out."""
    store = MemoryStore()
    sent(300)(store)
    with store.begin() as unit:
        [oldest] = unit.scan(FEED_EXTRACTS, "extract_key", limit=1)
        unit.delete(FEED_EXTRACTS, [oldest[:1]])
    with store.view() as view:
        assert read_lately(view, "police", 520)[2] is None


def described(days: int) -> MemoryStore:
    """A happening a day: for the last hundred all of one kind here, and of three kinds there."""
    store = MemoryStore()
    with store.begin() as unit:
        unit.put(KINDS_DESCRIBED, [(
            f"police/{NOW.date().toordinal() - ago:08d}/"
            f"{'concern for safety' if ago < 100 or ago % 2 else 'missing'}/"
            f"{('missing', 'neglect', 'self harm')[ago % 3]}", 1) for ago in range(days)])
    return store


@pytest.mark.parametrize(("most", "is_held"), [(300, False), (385, False), (420, True)])
def test_happenings_are_read_as_far_back_as_words_are_judged(most: int, is_held: bool) -> None:
    """A year before the day since which distinctions have been lost; fewer give no answer."""
    limits = Limits(collapsed_here_share=0.6)
    with described(900).view() as view:
        lately = facts_of(view, POLICE, "police", NOW, most=most)
        [whole] = [each for each in evaluate_agency(
            facts_of(view, POLICE, "police", NOW), limits, AGENCY_RULES)[0]
            if each.rule.code == "K02"]

    assert whole.disagreement is not None
    if is_held:
        assert whole in evaluate_agency(lately, limits, AGENCY_RULES)[0]
    else:
        with pytest.raises(BeyondHeld):
            evaluate_agency(lately, limits, AGENCY_RULES)
