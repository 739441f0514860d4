"""Positions: how far each consumer has come in each lane, advanced by compare-and-set."""
from collections.abc import Sequence

from broker.log.records import Lane
from broker.pipeline.tables import POSITIONS
from broker.ports import Reading, Unit


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
