"""What every backend promises about transactions that reach the log."""
from datetime import UTC, datetime, timedelta
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
    """Append what waits in the outbox, as the pipeline does; how many there were."""
    waiting = store.outbox(limit)
    for lane, numbered in waiting.items():
        log.append(lane, [each for _, each in numbered])
        store.relayed(lane, numbered[-1][0])
    return sum(len(numbered) for numbered in waiting.values())


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

    assert backend.shared_log == (not backend.store.outbox(10))


def test_the_outbox_is_numbered_upwards_for_ever(backend: "Backend") -> None:
    """A number is not given again when what had it has gone."""
    numbers = []
    for number in range(3):
        with backend.store.begin() as unit:
            unit.send(ONE, [record(number), record(number + 10)])
        for lane, numbered in backend.store.outbox(10).items():
            numbers += [each for each, _ in numbered]
            backend.store.relayed(lane, numbered[-1][0])

    assert backend.shared_log == (not numbers)
    assert sorted(set(numbers)) == numbers


def test_the_outbox_gives_the_oldest_first(backend: "Backend") -> None:
    """At most as many as asked for, over all lanes; a relay in small steps keeps the order."""
    with backend.store.begin() as unit:
        unit.send(ONE, [record(1)])
        unit.send(TWO, [record(2), record(3)])
    with backend.store.begin() as unit:
        unit.send(ONE, [record(4), record(5)])
    steps = []
    while relayed := relay(backend.log, backend.store, 2):
        steps.append(relayed)

    assert ([] if backend.shared_log else [2, 2, 1]) == steps
    assert ([record(1), record(4), record(5)], [record(2), record(3)]) == (
        records(backend.log, ONE), records(backend.log, TWO))


def test_what_was_relayed_is_forgotten_for_its_lane_alone(backend: "Backend") -> None:
    """Up to a number, and again without effect."""
    with backend.store.begin() as unit:
        unit.send(ONE, [record(1), record(2)])
        unit.send(TWO, [record(3)])
    waiting = backend.store.outbox(10)
    if waiting:
        backend.store.relayed(ONE, waiting[ONE][0][0])
        backend.store.relayed(ONE, waiting[ONE][0][0])

    expected = {} if backend.shared_log else {ONE: waiting[ONE][1:], TWO: waiting[TWO]}
    assert expected == dict(backend.store.outbox(10))


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
