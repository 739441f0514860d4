"""What every backend promises about transactions that reach the log."""
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from broker.errors import Conflict
from broker.log.records import Lane, Record
from broker.ports import EventLog, Row, Store, Table

if TYPE_CHECKING:
    from tests.contract.conftest import Backend

POSITIONS = Table("positions", (("lane", "text"), ("position", "integer")), ("lane",))
TABLES = (POSITIONS,)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ONE, TWO = Lane("safeguarding.shared.care", 0), Lane("safeguarding.shared.care", 1)
ROW: Row = ("one", 1)


def record(number: int) -> Record:
    """A record like no other."""
    return Record(b"key %d" % number, b"value %d" % number, NOON + timedelta(seconds=number),
                  (("ce_id", b"%d" % number),))


def relay(log: EventLog, store: Store, limit: int = 1000) -> int:
    """Append what waits in the outbox, `limit` of each lane; how many there were."""
    moved = 0
    for lane in store.waiting():
        with store.relaying(lane, limit) as waiting:
            log.append(lane, waiting)
        moved += len(waiting)
    return moved


def records(log: EventLog, lane: Lane) -> list[Record]:
    """Everything in a lane."""
    return [each.record for each in log.read(lane, 0, 1000)]


def test_what_is_sent_reaches_the_log_in_order(backend: "Backend") -> None:
    """Within a lane, in the order of sending, over calls and transactions."""
    with backend.store.begin() as unit:
        unit.send(ONE, [record(1), record(2)])
        unit.send(TWO, [record(3)])
        unit.send(ONE, [record(4)])
        unit.send(TWO, [])
    with backend.store.begin() as unit:
        unit.send(ONE, [record(5)])
    relay(backend.log, backend.store)

    assert ([record(1), record(2), record(4), record(5)], [record(3)]) == (
        records(backend.log, ONE), records(backend.log, TWO))


def test_sending_and_appending_share_positions(backend: "Backend") -> None:
    """A lane has one order, whoever writes to it."""
    backend.log.append(ONE, [record(1)])
    with backend.store.begin() as unit:
        unit.send(ONE, [record(2)])
    relay(backend.log, backend.store)
    backend.log.append(ONE, [record(3)])

    assert ([record(1), record(2), record(3)], 3) == (
        records(backend.log, ONE), backend.log.end(ONE))


def test_nothing_is_sent_before_the_transaction_ends(backend: "Backend") -> None:
    """Neither in the log nor in the outbox."""
    with backend.store.begin() as unit:
        unit.send(ONE, [record(1)])
        assert 0 == (0 if backend.shared_log else len(records(backend.log, ONE)))

    assert backend.shared_log == (relay(backend.log, backend.store) == 0)


def test_a_rollback_sends_nothing(backend: "Backend") -> None:
    """Rows and records happen together or not at all."""
    def fail() -> None:
        with backend.store.begin() as unit:
            unit.insert(POSITIONS, [ROW])
            unit.send(ONE, [record(1)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with backend.store.view() as view:
        rows = view.count(POSITIONS)

    assert (0, 0, [], 0) == (rows, relay(backend.log, backend.store), records(backend.log, ONE),
                             backend.log.end(ONE))


def test_a_conflict_sends_nothing(backend: "Backend") -> None:
    """The loser of a race leaves no trace."""
    def write() -> None:
        with backend.store.begin() as unit:
            unit.send(ONE, [record(1)])
            unit.swap(POSITIONS, None, ROW)

    write()
    with pytest.raises(Conflict):
        write()
    relay(backend.log, backend.store)

    assert [record(1)] == records(backend.log, ONE)


def test_a_log_in_the_store_needs_no_outbox(backend: "Backend") -> None:
    """Where the log is elsewhere, what was sent waits."""
    with backend.store.begin() as unit:
        unit.send(ONE, [record(1)])

    assert ([] if backend.shared_log else [ONE]) == list(backend.store.waiting())


def test_the_outbox_gives_the_oldest_first(backend: "Backend") -> None:
    """At most as many of a lane as asked for; a relay in small steps keeps the order."""
    with backend.store.begin() as unit:
        unit.send(ONE, [record(1)])
        unit.send(TWO, [record(2), record(3)])
    with backend.store.begin() as unit:
        unit.send(ONE, [record(4), record(5)])
    steps = []
    while relayed := relay(backend.log, backend.store, 2):
        steps.append(relayed)

    assert ([] if backend.shared_log else [4, 1]) == steps
    assert ([record(1), record(4), record(5)], [record(2), record(3)]) == (
        records(backend.log, ONE), records(backend.log, TWO))


def test_what_was_relayed_is_forgotten_for_its_lane_alone(backend: "Backend") -> None:
    """What came behind it, and what waits for other lanes, goes on waiting."""
    with backend.store.begin() as unit:
        unit.send(ONE, [record(1), record(2)])
        unit.send(TWO, [record(3)])
    with backend.store.relaying(ONE, 1) as taken:
        first = list(taken)
    still = list(backend.store.waiting())
    with backend.store.relaying(ONE, 10) as taken:
        rest = list(taken)

    expected: tuple[list[Record], list[Lane], list[Record], list[Lane]] = ([], [], [], [])
    if not backend.shared_log:
        expected = [record(1)], [ONE, TWO], [record(2)], [TWO]
    assert expected == (first, still, rest, list(backend.store.waiting()))


def test_a_relay_that_failed_leaves_everything_waiting(backend: "Backend") -> None:
    """The log was away: the same records are given out again."""
    def fail() -> None:
        with backend.store.relaying(ONE, 10):
            raise RuntimeError

    with backend.store.begin() as unit:
        unit.send(ONE, [record(1), record(2)])
    with pytest.raises(RuntimeError):
        fail()
    relay(backend.log, backend.store)

    assert [record(1), record(2)] == records(backend.log, ONE)


def test_an_empty_lane_has_nothing_to_relay(backend: "Backend") -> None:
    """Asked for a lane to which nothing was sent."""
    with backend.store.relaying(ONE, 10) as waiting:
        found = list(waiting)

    assert ([], []) == (found, list(backend.store.waiting()))


def test_relays_at_once_keep_the_order(backend: "Backend") -> None:
    """Two relays and a sender: nothing is appended behind what was sent after it, or twice."""
    def send() -> None:
        for number in range(0, 60, 2):
            with backend.store.begin() as unit:
                unit.send(ONE, [record(number), record(number + 1)])

    def move() -> None:
        while not done.is_set() or backend.store.waiting():
            relay(backend.log, backend.store, 3)

    done = Event()
    relays = [Thread(target=move) for _ in range(2)]
    for each in relays:
        each.start()
    send()
    done.set()
    for each in relays:
        each.join()

    assert [record(number) for number in range(60)] == records(backend.log, ONE)


def test_everything_survives_being_opened_again(lasting: "Backend") -> None:
    """Rows, records, positions, and what waits to be relayed."""
    assert lasting.reopen is not None
    lasting.log.append(ONE, [record(1)])
    with lasting.store.begin() as unit:
        unit.insert(POSITIONS, [ROW])
        unit.send(ONE, [record(2)])
    lasting.close()
    again = lasting.reopen()
    relay(again.log, again.store)
    with again.store.view() as view:
        rows = view.scan(POSITIONS, "lane")
    found = records(again.log, ONE)
    again.close()

    assert ([ROW], [record(1), record(2)]) == (rows, found)
