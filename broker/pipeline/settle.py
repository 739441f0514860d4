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
        rows = {Lane(str(row[0]), int(row[1] or 0)): row
                for row in view.scan(UNSETTLED, "topic")}
    if not rows:
        return 0
    clean = rows.keys() - log.settle(rows)
    if clean:
        with store.begin() as unit:
            # What was erased from a lane while it was read is followed on.
            now = unit.get(UNSETTLED, [tuple(lane) for lane in sorted(clean)])
            unit.delete(UNSETTLED, [row[:2] for row in now if row in rows.values()])
    return len(clean)
