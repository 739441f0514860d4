"""Rejects that need nobody any more: their row has been read since, or has gone.

A rejected row is known by its own reference in its table, where that much could be read. It is
settled when a row with that reference is read after it (of two in one file the later counts); in
a snapshot, which is all there is, also when a whole reading of its table no longer meets it. The
same row met again is open again.
"""
from collections.abc import Iterable, Mapping

from broker.pipeline.tables import REJECTED_ROWS, REJECTS, SETTLED_REJECTS
from broker.ports import Reading, Row, Unit

OPEN = "open"
SENT_AGAIN = "sent again"
SETTLED = "settled"


class OpenRows:
    """The rejected rows of one table that nobody has mended, while it is being read."""

    def __init__(self, reading: Reading, table_key: str):
        self._table_key = table_key
        self._keys: dict[str, str] = {}
        self._met: set[str] = set()
        for reject_id, _, row_key in reading.find(REJECTED_ROWS, "table_key", [table_key]):
            self._keys[str(reject_id)] = str(row_key)

    def rejected(self, unit: Unit, reject_id: str, row_key: str) -> None:
        """A row was rejected (again)."""
        self._met.add(reject_id)
        if reject_id not in self._keys and unit.get(REJECTS, [(reject_id,)]):
            self._keys[reject_id] = row_key
            unit.put(REJECTED_ROWS, [(reject_id, self._table_key, row_key)])
            unit.delete(SETTLED_REJECTS, [(reject_id,)])

    def read(self, unit: Unit, row_keys: Iterable[str]) -> None:
        """Rows with these references were read."""
        if self._keys:
            keys = set(row_keys)
            self._settle(unit, [each for each, key in self._keys.items() if key and key in keys])

    def whole(self, unit: Unit) -> None:
        """All of the table was read: what was not met is no longer there as it was."""
        self._settle(unit, [each for each in self._keys if each not in self._met])

    def _settle(self, unit: Unit, reject_ids: list[str]) -> None:
        unit.delete(REJECTED_ROWS, [(each,) for each in reject_ids])
        unit.put(SETTLED_REJECTS, [(each,) for each in reject_ids])
        for each in reject_ids:
            del self._keys[each]


def note_sent_again(unit: Unit, reject_id: str) -> None:
    """A rejected message was sent again: if it is rejected again, that is a reject of its own."""
    unit.put(SETTLED_REJECTS, [(reject_id,)])


def forget_rejects(unit: Unit, reject_ids: Iterable[str]) -> None:
    """Rejects were erased: take out what is kept beside them."""
    keys = [(each,) for each in reject_ids]
    for table in (REJECTS, REJECTED_ROWS, SETTLED_REJECTS):
        unit.delete(table, keys)


def settled_in(reading: Reading) -> set[str]:
    """The ids of all rejects that need nobody any more."""
    return {str(row[0]) for row in reading.scan(SETTLED_REJECTS, "reject_id")}


def count_open(reading: Reading) -> int:
    """How many rejects wait for somebody."""
    return max(0, reading.count(REJECTS) - reading.count(SETTLED_REJECTS))


def state_of(row: Row, settled: set[str]) -> str:
    """How a reject stands: open, sent again, or settled."""
    state = str(row[4])
    return SETTLED if state == OPEN and str(row[0]) in settled else state


def open_by_agency(reading: Reading) -> Mapping[str, int]:
    """How many of each agency's rejects wait for somebody."""
    settled = settled_in(reading)
    found: dict[str, int] = {}
    for row in reading.scan(REJECTS, "rejected_ms"):
        if state_of(row, settled) == OPEN:
            found[str(row[1])] = found.get(str(row[1]), 0) + 1
    return found
