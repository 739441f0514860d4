"""Positions: how far each consumer has come in each lane, advanced by compare-and-set."""
from collections.abc import Sequence
from datetime import datetime

from broker.errors import ConfigError
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.tables import COUNTERS, POSITIONS
from broker.ports import EventLog, Reading, Store, Unit
from broker.vocabulary.times import milliseconds_of, moment_of

CHECKER = "checker"
_CHECKED = "checked/"


def _key(consumer: str, lane: Lane) -> str:
    return f"{consumer}/{lane.topic}/{lane.partition}"


def positions_of(reading: Reading, consumer: str, lanes: Sequence[Lane]) -> dict[Lane, int]:
    """The next position this consumer will read in each lane (0 where it never read)."""
    by_key = {_key(consumer, lane): lane for lane in lanes}
    known = dict.fromkeys(lanes, 0)
    for key, position in reading.get(POSITIONS, [(key,) for key in by_key]):
        known[by_key[str(key)]] = int(position or 0)
    return known


def advance(unit: Unit, consumer: str, lane: Lane, old: int, new: int) -> None:
    """Move on from `old` to `new`; `Conflict` if another worker has moved it meanwhile."""
    key = _key(consumer, lane)
    unit.swap(POSITIONS, (key, old) if old else None, (key, new))


def shared_lanes(log: EventLog) -> tuple[Lane, ...]:
    """Every lane of the shared topics."""
    return tuple(lane for topic in topics.SHARED
                 for lane in topics.lanes_of(topic, log.partitions(topic)))


def note_checked(unit: Unit, lane: Lane, at: datetime) -> None:
    """The checker has come to a record received at `at` in a shared lane."""
    unit.put(COUNTERS, [(_CHECKED + _key(CHECKER, lane), milliseconds_of(at))])


def checked_until(store: Store, log: EventLog, now: datetime) -> datetime:
    """The moment past which every shared lane has been checked, `now` where all are at their end.

    Exact where nothing that is accepted after the call is received before `now`.
    """
    lanes = shared_lanes(log)
    behind = set(store.waiting())
    ends = log.ends(lanes)
    with store.view() as view:
        positions = positions_of(view, CHECKER, lanes)
        behind |= {lane for lane in lanes if positions[lane] < ends[lane]}
        names = {_CHECKED + _key(CHECKER, lane) for lane in behind.intersection(lanes)}
        checked = view.get(COUNTERS, [(name,) for name in names])
    if len(checked) < len(names):
        return moment_of(0)  # a lane of which nothing was read yet
    return min([now, *(moment_of(int(row[1] or 0)) for row in checked)])


def refuse_a_shorter_log(store: Store, log: EventLog, consumer: str,
                         lanes: Sequence[Lane]) -> None:
    """`ConfigError` where the log ends before what was read of it: it was made anew or put back
    from a copy that lags, and what it takes in from here on would be passed over."""
    with store.view() as view:
        positions = positions_of(view, consumer, lanes)
    ends = log.ends(lanes)
    short = sorted(lane for lane in lanes if ends[lane] < positions[lane])
    if short:
        raise ConfigError(
            f"{short[0].topic} ends at {ends[short[0]]}, and the store has read it up to "
            f"{positions[short[0]]}: put back the log that belongs to this store, or have what "
            "was derived derived anew with `concord rebuild`.")


def restart(unit: Unit, log: EventLog, consumer: str) -> None:
    """Have a consumer of the shared topics read them again from their beginning."""
    unit.delete(POSITIONS, [(_key(consumer, lane),) for lane in shared_lanes(log)])
    unit.delete(COUNTERS, [(_CHECKED + _key(consumer, lane),) for lane in shared_lanes(log)])
