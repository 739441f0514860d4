"""When the broker received something: now, but never earlier than the last time it issued."""
from datetime import datetime

from broker.pipeline.tables import COUNTERS
from broker.ports import Unit
from broker.vocabulary.times import milliseconds_of, moment_of

RECEIVED = "received_ms"


def receive(unit: Unit, now: datetime) -> datetime:
    """The `received_at` of what this transaction takes in: replays rest on its order."""
    now_ms = milliseconds_of(now)
    rows = unit.get(COUNTERS, [(RECEIVED,)])
    if rows and int(rows[0][1] or 0) >= now_ms:
        return moment_of(int(rows[0][1] or 0))
    unit.put(COUNTERS, [(RECEIVED, now_ms)])
    return moment_of(now_ms)
