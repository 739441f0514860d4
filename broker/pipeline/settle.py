"""Settle: what was erased is followed until no reader of the log can see it any longer."""
from collections.abc import Iterable
from datetime import datetime

from broker.log.records import Lane
from broker.pipeline.tables import UNSETTLED
from broker.ports import EventLog, Store
from broker.vocabulary.times import milliseconds_of


def settle(store: Store, log: EventLog, lanes: Iterable[Lane], now: datetime) -> int:
    """Help the log forget what was just erased from these lanes; how many still hold some of it.

    They are noted, and `settle_waiting` goes on with them.
    """
    left = log.settle(lanes)
    if left:
        with store.begin() as unit:
            unit.put(UNSETTLED, [(*lane, milliseconds_of(now)) for lane in sorted(left)])
    return len(left)


def settle_waiting(store: Store, log: EventLog) -> int:
    """Help the log along where it had not forgotten yet; how many lanes it now has."""
    with store.view() as view:
        waiting = {Lane(str(row[0]), int(row[1] or 0))
                   for row in view.scan(UNSETTLED, "topic")}
    if not waiting:
        return 0
    clean = waiting - log.settle(waiting)
    if clean:
        with store.begin() as unit:
            unit.delete(UNSETTLED, [tuple(lane) for lane in sorted(clean)])
    return len(clean)
