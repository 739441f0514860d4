"""Snapshots: a row that vanished from a file that holds everything has been taken back."""
from collections.abc import Sequence
from dataclasses import replace

from broker.event.envelope import Statement
from broker.pipeline.publish_memory import StoreMemory, record_key_of
from broker.pipeline.tables import SNAPSHOT_ROWS
from broker.ports import Row, Store, Unit
from broker.sdk.adapter import Adapter, Delivery, RowRead
from broker.vocabulary.words import State
from broker.wire.codec import Codec

VANISHED_SHARE_MAX = 0.2


class _Scratch(StoreMemory):
    """A memory that is read and never written: for the first of the two readings."""

    def flush(self, unit: Unit) -> None:
        """Nothing is kept of a rehearsal."""


def _row_keys(store: Store, table_key: str) -> set[str]:
    with store.view() as view:
        return {str(row[2]) for row in view.find(SNAPSHOT_ROWS, "table_key", [table_key])}


def plan_snapshot(
    store: Store, adapter: Adapter, delivery: Delivery,
) -> dict[str, str]:
    """The tables to refuse, with why, found by a first reading before anything is published.

    More than a fifth of a file's rows gone is more likely a broken extract than the truth.
    """
    agency = delivery.agency.code
    present: dict[str, set[str]] = {}
    for table in adapter.read(delivery, _Scratch(store, agency)):
        if table.refused:
            continue
        key = f"{agency}/{table.spec.system.value}/{table.spec.name}"
        keys = present.setdefault(key, set())
        keys.update(row.key for row in table.rows if row.key)
    refused = {}
    for table_key, keys in present.items():
        known = _row_keys(store, table_key)
        gone = len(known - keys)
        if gone > len(known) * VANISHED_SHARE_MAX:
            refused[table_key] = (
                f"{gone} of {len(known)} rows of the last snapshot have vanished, more than a "
                "fifth; send the whole file, or set extract = \"changes\" for this agency")
    return refused


class Snapshot:
    """The rows of one table of a snapshot, as they pass by."""

    def __init__(self, table_key: str):
        self._table_key = table_key
        self._present: set[str] = set()
        self._unreadable = 0
        self._rows: list[Row] = []

    def saw(self, row: RowRead, codec: Codec) -> None:
        """Note that the row is there, and what it says, in case it is gone next time."""
        if row.key:
            self._present.add(row.key)
        elif row.rejected is not None:
            self._unreadable += 1
        self._rows.extend(
            (record_key_of(each), self._table_key, row.key, codec.encode(each))
            for each in row.statements)

    def save(self, unit: Unit) -> None:
        """Keep the batch's rows."""
        unit.put(SNAPSHOT_ROWS, list({row[0]: row for row in self._rows}.values()))
        self._rows = []

    def vanished(self, unit: Unit, codec: Codec) -> tuple[str | None, Sequence[Statement]]:
        """(a note where rows without a readable key forbid to tell, the statements taken back)."""
        rows = [row for row in unit.find(SNAPSHOT_ROWS, "table_key", [self._table_key])
                if str(row[2]) not in self._present]
        if not rows:
            return None, ()
        if self._unreadable:
            return (f"{len(rows)} rows are gone, but {self._unreadable} rows could not be read "
                    "and may be the same: nothing was withdrawn"), ()
        unit.delete(SNAPSHOT_ROWS, [(row[0],) for row in rows])
        gone = []
        for row in rows:
            assert isinstance(row[3], bytes)
            said = codec.decode(row[3])
            assert isinstance(said, Statement)
            gone.append(replace(said, state=State.WITHDRAWN))
        return None, gone
