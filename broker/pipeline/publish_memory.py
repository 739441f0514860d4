"""What the publisher remembers between extracts; losing it costs only repeats."""
from collections.abc import Sequence
from datetime import datetime

from broker.audit.chain import subject_digest
from broker.event.envelope import Statement
from broker.pipeline.auditing import salt_of
from broker.pipeline.covering import FileRead
from broker.pipeline.step.versions import Remembered, next_version
from broker.pipeline.tables import ADAPTER_MEMORY, COUNTERS, LAST_SAID, SUPPRESSED
from broker.ports import Row, Store, Unit
from broker.vocabulary.times import milliseconds_of, moment_of


def record_key_of(statement: Statement) -> str:
    """A record as one word of the store: agency/system/type/reference/subject."""
    return (f"{statement.agency}\x1f{statement.system}\x1f{type(statement).__name__}"
            f"\x1f{statement.record}\x1f{statement.subject}")


def forgotten_key_of(salt: bytes, record_key: str) -> str:
    """The name under which a record is remembered once it is erased."""
    return f"erased\x1f{subject_digest(salt, record_key)}"


def next_run(store: Store, agency: str) -> int:
    """The number of this reading of the agency's files."""
    name = f"publish_run/{agency}"
    with store.begin() as unit:
        rows = unit.get(COUNTERS, [(name,)])
        run = int(rows[0][1] or 0) + 1 if rows else 1
        unit.put(COUNTERS, [(name, run)])
    return run


def _remembered(row: Row) -> Remembered:
    _, run, source_ms, recorded_ms, last, said, said_before = row
    assert isinstance(last, bytes)
    assert isinstance(said, bytes)
    assert isinstance(said_before, bytes)
    return Remembered(int(run or 0), int(source_ms or 0), int(recorded_ms or 0), last, said,
                      said_before)


class SaidBefore:
    """What the records of one batch said in earlier extracts.

    `old` marks a file older than the last one read, come again in its folder: of a record that
    is known it cannot say anything that the newer one did not outdate. `file` is told what it
    repeats.
    """

    def __init__(self, unit: Unit, run: int, extract_ms: int, statements: Sequence[Statement],
                 file: FileRead | None = None, *, old: bool = False):
        self._run = run
        self._old = old
        self._extract_ms = extract_ms
        keys = {record_key_of(each) for each in statements}
        self._known = {str(row[0]): _remembered(row)
                       for row in unit.get(LAST_SAID, [(key,) for key in keys])}
        self._forgotten = self._recall_forgotten(unit, keys - self._known.keys())
        self._changed: set[str] = set()
        self._file = file if file is not None and file.refused else None

    def _recall_forgotten(self, unit: Unit, keys: set[str]) -> dict[str, str]:
        """Records that were erased, by the name they are remembered under."""
        if not keys or not unit.count(SUPPRESSED):
            return {}
        salt = salt_of(unit)
        by_stored = {forgotten_key_of(salt, key): key for key in keys}
        found = {}
        for row in unit.get(LAST_SAID, [(stored,) for stored in by_stored]):
            key = by_stored[str(row[0])]
            self._known[key] = _remembered(row)
            found[key] = str(row[0])
        return found

    def is_erased(self, statement: Statement) -> bool:
        """Whether the record was erased and has said nothing new since: nothing of it is kept."""
        return bool(self._forgotten) and record_key_of(statement) in self._forgotten

    def new_version(self, statement: Statement, digest: bytes, *,
                    own_time: bool) -> datetime | None:
        """When the new version this row makes was recorded; None where it says nothing new."""
        key = record_key_of(statement)
        before = self._known.get(key)
        source_ms = milliseconds_of(statement.recorded_at) if own_time else None
        if self._file is not None:
            self._note_repeat(self._file, source_ms, before, digest)
        if self._old and before is not None and source_ms in (None, before.source_ms):
            return None
        recorded_ms, after = next_version(
            before, run=self._run, extract_ms=self._extract_ms, digest=digest,
            source_ms=source_ms)
        if after != before:
            self._known[key] = after
            self._changed.add(key)
        if recorded_ms is None:
            return None
        self._forgotten.pop(key, None)  # it says something new, and is known by its name again
        return moment_of(recorded_ms)

    def _note_repeat(self, file: FileRead, source_ms: int | None, before: Remembered | None,
                     digest: bytes) -> None:
        file.statements += 1
        if before is not None and before.run != self._run and digest.startswith(before.last) \
                and source_ms in (None, before.source_ms):
            file.repeated.append(before.run)
            file.repeated_ms.append(before.recorded_ms if source_ms is None else source_ms)

    def save(self, unit: Unit) -> None:
        """Write what changed, with the statements themselves, in one transaction."""
        rows: list[Row] = []
        for key in sorted(self._changed):
            each = self._known[key]
            rows.append((self._forgotten.get(key, key), each.run, each.source_ms,
                         each.recorded_ms, each.last, each.said, each.said_before))
        unit.put(LAST_SAID, rows)


class StoreMemory:
    """An adapter's memory (parents of rows, adults left out), kept in the publisher's store."""

    def __init__(self, store: Store, agency: str):
        self._store = store
        self._agency = agency
        self._seen: dict[str, str] = {}
        self._unsaved: dict[str, str] = {}

    def _key(self, scope: str, key: str) -> str:
        return f"{self._agency}\x1f{scope}\x1f{key}"

    def recall(self, scope: str, keys: Sequence[str]) -> dict[str, str]:
        """The remembered values of these keys; unknown keys are left out."""
        wanted = {key: self._key(scope, key) for key in keys}
        absent = [stored for stored in wanted.values() if stored not in self._seen]
        if absent:
            with self._store.view() as view:
                rows = view.get(ADAPTER_MEMORY, [(each,) for each in absent])
            self._seen.update({str(row[0]): str(row[1]) for row in rows})
        return {key: self._seen[stored] for key, stored in wanted.items()
                if stored in self._seen}

    def remember(self, scope: str, values: dict[str, str]) -> None:
        """Remember values by key, in place of earlier ones."""
        for key, value in values.items():
            stored = self._key(scope, key)
            if self._seen.get(stored) != value:
                self._seen[stored] = value
                self._unsaved[stored] = value

    def flush(self, unit: Unit) -> None:
        """Write what is new, with the rows it came from."""
        if self._unsaved:
            unit.put(ADAPTER_MEMORY, sorted(self._unsaved.items()))
            self._unsaved = {}
