"""Loading people from the store, and taking in what their records say, version by version."""
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from broker.event.care import CarePeriodRecorded
from broker.event.digest import milliseconds_of
from broker.event.envelope import Statement
from broker.event.person import PersonRecorded
from broker.event.subject import person_key_of
from broker.identity.person import Person, from_bytes, person_of, to_bytes, union_of
from broker.pipeline.linking_tables import PEOPLE_RECORDS
from broker.ports import Reading, Row, Unit
from broker.vocabulary.words import State

_DAY_MS = 86_400_000
_ADOPTION = "adoption/"
_ADOPTION_REASONS = ("E11", "E12")
_FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)

Records = dict[str, Row]  # by record


def records_of(reading: Reading, keys: Iterable[str]) -> dict[str, Records]:
    """The kept records of each subject."""
    wanted = sorted(set(keys))
    found: dict[str, Records] = {key: {} for key in wanted}
    for row in reading.find(PEOPLE_RECORDS, "subject_key", wanted):
        found[str(row[0])][str(row[1])] = row
    return found


def person_in(
    key: str, records: Mapping[str, Row], read: Mapping[bytes, Person] = MappingProxyType({}),
) -> Person | None:
    """The subject as its records now have it; None where no person record stands. `read` has
    documents whose content is known already."""
    parts = []
    adopted_day = None
    first_ms = None
    for record, row in records.items():
        document = row[5]
        if record.startswith(_ADOPTION):
            if isinstance(document, bytes):
                adopted_day = min(int(document), adopted_day or int(document))
            continue
        assert isinstance(row[4], int)
        first_ms = row[4] if first_ms is None else min(first_ms, row[4])
        if isinstance(document, bytes):
            parts.append(read.get(document) or from_bytes(key, document))
    if not parts or first_ms is None:
        return None
    return union_of(key, parts, adopted_day, first_ms // _DAY_MS)


def people_of(reading: Reading, keys: Iterable[str]) -> dict[str, Person]:
    """The people among these subjects that have a person record."""
    people = {key: person_in(key, records) for key, records in records_of(reading, keys).items()}
    return {key: person for key, person in people.items() if person is not None}


def take_in(
    unit: Unit, statements: Sequence[PersonRecorded | CarePeriodRecorded],
) -> dict[str, tuple[Person | None, Person | None]]:
    """Keep the latest version of each record; (before, after) of the subjects that changed."""
    by_key: dict[str, list[PersonRecorded | CarePeriodRecorded]] = {}
    for said in statements:
        by_key.setdefault(person_key_of(said), []).append(said)
    records = records_of(unit, by_key)
    fresh: list[Row] = []
    read: dict[bytes, Person] = {}
    changed: dict[str, tuple[Person | None, Person | None]] = {}
    for key, told in by_key.items():
        old = records[key]
        new = dict(old)
        for said in told:
            _add(new, key, said, read)
        rows = [row for record, row in new.items() if old.get(record) != row]
        if not rows:
            continue
        fresh.extend(rows)
        before, after = person_in(key, old), person_in(key, new, read)
        if before != after:
            changed[key] = before, after
    unit.put(PEOPLE_RECORDS, fresh)
    return changed


def _add(records: Records, key: str, said: PersonRecorded | CarePeriodRecorded,
         read: dict[bytes, Person]) -> None:
    recorded_ms, event_id = milliseconds_of(said.recorded_at), str(said.event_id)
    record = f"{'' if isinstance(said, PersonRecorded) else _ADOPTION}{said.system}/{said.record}"
    known = records.get(record)
    first_ms = recorded_ms
    if known is not None:
        assert isinstance(known[2], int)
        assert isinstance(known[4], int)
        first_ms = min(first_ms, known[4])
        if (known[2], known[3]) >= (recorded_ms, event_id):
            if first_ms < known[4]:
                records[record] = (*known[:4], first_ms, known[5])
            return
    document = _document_of(key, said, read)
    records[record] = (key, record, recorded_ms, event_id, first_ms, document)


def _document_of(key: str, said: Statement, read: dict[bytes, Person]) -> bytes | None:
    if said.state is State.WITHDRAWN:
        return None
    if isinstance(said, PersonRecorded):
        person = person_of(key, said)
        document = to_bytes(person)
        read[document] = person
        return document
    assert isinstance(said, CarePeriodRecorded)
    if not (said.end_reason or "").strip().upper().startswith(_ADOPTION_REASONS):
        return None
    ended = said.end.at if said.end is not None else said.recorded_at
    return str((ended - _FIRST_DAY).days).encode()


def let_go(
    unit: Unit, keys: Iterable[str],
) -> dict[str, tuple[Person | None, Person | None]]:
    """Drop the kept records of these subjects; (before, None) of those that had any."""
    known = {key: records for key, records in records_of(unit, keys).items() if records}
    unit.delete(PEOPLE_RECORDS, [(key, record) for key, records in known.items()
                                 for record in records])
    return {key: (person_in(key, records), None) for key, records in known.items()}
