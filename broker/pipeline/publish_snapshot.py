"""Snapshots: a row that vanished from a file that holds everything has been taken back."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from broker.event.envelope import Statement
from broker.pipeline.publish_memory import StoreMemory, record_key_of
from broker.pipeline.tables import SNAPSHOT_ROWS
from broker.ports import Row, Store, Unit
from broker.sdk.adapter import Adapter, Delivery, RowRead, TableSpec
from broker.vocabulary.words import State
from broker.wire.codec import Codec

VANISHED_SHARE_MAX = 0.2


class _Scratch(StoreMemory):
    """A memory that is read and never written: for the first of the two readings."""

    def flush(self, unit: Unit) -> None:
        """Nothing is kept of a rehearsal."""


def table_key_of(agency: str, spec: TableSpec) -> str:
    """A table of a system of an agency, as one word."""
    return f"{agency}/{spec.system.value}/{spec.name}"


def newest_extracts(store: Store, adapter: Adapter, delivery: Delivery) -> dict[str, datetime]:
    """The latest extract time of each table in a delivery: a folder may hold older files too."""
    newest: dict[str, datetime] = {}
    for table in adapter.read(delivery, _Scratch(store, delivery.agency.code)):
        key = table_key_of(delivery.agency.code, table.spec)
        newest[key] = max(table.extracted_at, newest.get(key, table.extracted_at))
    return newest


def _row_keys(store: Store, table_key: str) -> set[str]:
    with store.view() as view:
        return {str(row[2]) for row in view.find(SNAPSHOT_ROWS, "table_key", [table_key])}


def plan_snapshot(
    store: Store, adapter: Adapter, delivery: Delivery,
) -> dict[str, str]:
    """The tables to refuse, with why, found by a first reading before anything is published.

    More than a fifth of a table's rows gone is more likely a broken extract than the truth.
    """
    agency = delivery.agency.code
    present: dict[str, set[str]] = {}
    unsure: set[str] = set()
    for table in adapter.read(delivery, _Scratch(store, agency)):
        key = table_key_of(agency, table.spec)
        if table.refused:
            unsure.add(key)
            continue
        keys = present.setdefault(key, set())
        keys.update(row.key for row in table.rows if row.key)
    refused = {}
    for table_key, keys in present.items():
        if table_key in unsure:
            continue  # nothing will be withdrawn: the vanished may be in the refused file
        known = _row_keys(store, table_key)
        gone = len(known - keys)
        if gone > len(known) * VANISHED_SHARE_MAX:
            refused[table_key] = (
                f"{gone} of {len(known)} rows of the last snapshot have vanished, more than a "
                "fifth; send the whole file, or set extract = \"changes\" for this agency")
    return refused


@dataclass(slots=True)
class Snapshot:
    """The rows of one table of a snapshot, whatever the number of its files, as they pass by.

    `file` and `extracted_at` are those of the newest file; `refused` says that one of its files
    was not read, so that nothing can be said of what is gone.
    """

    table_key: str
    spec: TableSpec
    file: str
    extracted_at: datetime
    refused: bool = False
    _present: set[str] = field(default_factory=set)
    _unreadable: int = 0
    _rows: list[Row] = field(default_factory=list)

    def saw(self, row: RowRead, statements: Iterable[Statement], codec: Codec) -> None:
        """Note that the row is there, and what it says, in case it is gone next time; of its
        `statements` only those that may be kept."""
        if row.key:
            self._present.add(row.key)
        elif row.rejected is not None:
            self._unreadable += 1
        self._rows.extend(
            (record_key_of(each), self.table_key, row.key, codec.encode(each))
            for each in statements)

    def save(self, unit: Unit) -> None:
        """Keep the batch's rows."""
        unit.put(SNAPSHOT_ROWS, list({row[0]: row for row in self._rows}.values()))
        self._rows = []

    def vanished(self, unit: Unit, codec: Codec) -> tuple[str | None, Sequence[Statement]]:
        """(a note where it cannot be told what is gone, the statements taken back)."""
        rows = [row for row in unit.find(SNAPSHOT_ROWS, "table_key", [self.table_key])
                if str(row[2]) not in self._present]
        if not rows:
            return None, ()
        if self.refused:
            return (f"{len(rows)} rows are gone, but another file of this table was refused and "
                    "may hold them: nothing was withdrawn"), ()
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
