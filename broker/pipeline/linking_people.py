"""Loading people from the store, and taking in what their records say, version by version."""
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from broker.event.care import CarePeriodRecorded
from broker.event.envelope import Statement
from broker.event.person import PersonRecorded
from broker.event.subject import person_key_of
from broker.identity.blocking import keys_of
from broker.identity.model import Model
from broker.identity.person import Person, from_bytes, person_of, to_bytes, union_of
from broker.pipeline.linking_tables import PEOPLE_RECORDS, PEOPLE_WAITING
from broker.ports import Reading, Row, Unit
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import State

_DAY_MS = 86_400_000
_KEY_BYTES = 8
_ADOPTION = "adoption/"
_ADOPTION_REASONS = ("E11", "E12")
_FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)

Records = dict[str, Row]  # by record

# What `from_bytes` would read: which of it is kept changes nothing but the time.
_made: dict[tuple[str, bytes], Person] = {}
_MADE_MAX = 8_192


def records_of(reading: Reading, keys: Iterable[str]) -> dict[str, Records]:
    """The kept records of each subject."""
    wanted = sorted(set(keys))
    found: dict[str, Records] = {key: {} for key in wanted}
    for row in reading.find(PEOPLE_RECORDS, "subject_key", wanted):
        found[str(row[0])][str(row[1])] = row
    return found


def person_in(key: str, records: Mapping[str, Row]) -> Person | None:
    """The subject as its records now have it; None where no person record stands."""
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
            parts.append(_made.get((key, document)) or from_bytes(key, document))
    if not parts or first_ms is None:
        return None
    return union_of(key, parts, adopted_day, first_ms // _DAY_MS)


def people_of(reading: Reading, keys: Iterable[str]) -> dict[str, Person]:
    """The people among these subjects that have a person record."""
    people: dict[str, Person] = {}
    several: set[str] = set()
    for row in reading.find(PEOPLE_RECORDS, "subject_key", sorted(set(keys))):
        key, document = row[0], row[5]
        assert isinstance(key, str)
        if key in several:
            continue
        if key in people or not isinstance(document, bytes) or _is_of_adoption(row):
            several.add(key)  # or none: not the usual one record, as it stands
            continue
        assert isinstance(row[4], int)
        part = _made.get((key, document)) or from_bytes(key, document)
        people[key] = union_of(key, (part,), None, row[4] // _DAY_MS)
    for key, records in records_of(reading, several).items():
        person = person_in(key, records)
        if person is not None:
            people[key] = person
        else:
            people.pop(key, None)
    return people


def _is_of_adoption(row: Row) -> bool:
    return str(row[1]).startswith(_ADOPTION)


def take_in(
    unit: Unit, statements: Sequence[PersonRecorded | CarePeriodRecorded], model: Model,
    changed_ms: int,
) -> None:
    """Keep the latest version of each record; subjects that changed wait to be linked."""
    by_key: dict[str, list[PersonRecorded | CarePeriodRecorded]] = {}
    for said in statements:
        by_key.setdefault(person_key_of(said), []).append(said)
    records = records_of(unit, by_key)
    fresh: list[Row] = []
    moved: dict[str, Records] = {}
    for key, told in by_key.items():
        old = records[key]
        new = dict(old)
        for said in told:
            _add(new, key, said)
        rows = [row for record, row in new.items() if old.get(record) != row]
        fresh.extend(rows)
        if any(_told_by(row) != _told_by(old.get(str(row[1]))) for row in rows):
            moved[key] = old
    unit.put(PEOPLE_RECORDS, fresh)
    _have_wait(unit, moved, model, changed_ms)


def _told_by(row: Row | None) -> tuple[object, ...] | None:
    """What a kept record adds to its subject; None where it adds nothing."""
    if row is None:
        return None
    if str(row[1]).startswith(_ADOPTION):
        return None if row[5] is None else (row[5],)
    return row[4], row[5]


def _have_wait(unit: Unit, moved: Mapping[str, Records], model: Model, changed_ms: int) -> None:
    """Note whom to link, and the keys they are posted under until then."""
    waiting = {str(row[0]): row
               for row in unit.get(PEOPLE_WAITING, [(key,) for key in moved])}
    rows: list[Row] = []
    for key, old in moved.items():
        if key in waiting:
            rows.append((key, max(changed_ms, int(waiting[key][1] or 0)), waiting[key][2]))
        else:
            rows.append((key, changed_ms, packed(posted_by(person_in(key, old), model))))
    unit.put(PEOPLE_WAITING, rows)


def posted_by(person: Person | None, model: Model) -> frozenset[int]:
    """The keys a person is posted under."""
    return frozenset() if person is None else keys_of(person, model.hot_keys).posted


def packed(keys: frozenset[int]) -> bytes:
    """Keys as bytes, eight each."""
    return b"".join([key.to_bytes(_KEY_BYTES, "big") for key in keys])


def unpacked(joined: bytes) -> frozenset[int]:
    """The keys that were packed."""
    return frozenset(int.from_bytes(joined[at:at + _KEY_BYTES], "big")
                     for at in range(0, len(joined), _KEY_BYTES))


def _add(records: Records, key: str, said: PersonRecorded | CarePeriodRecorded) -> None:
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
    document = _document_of(key, said)
    records[record] = (key, record, recorded_ms, event_id, first_ms, document)


def _document_of(key: str, said: Statement) -> bytes | None:
    if said.state is State.WITHDRAWN:
        return None
    if isinstance(said, PersonRecorded):
        return _written(person_of(key, said))
    assert isinstance(said, CarePeriodRecorded)
    if not (said.end_reason or "").strip().upper().startswith(_ADOPTION_REASONS):
        return None
    ended = said.end.at if said.end is not None else said.recorded_at
    return str((ended - _FIRST_DAY).days).encode()


def _written(person: Person) -> bytes:
    """The features for the store, kept at hand as well: they are asked for again at once."""
    document = to_bytes(person)
    if len(_made) >= _MADE_MAX:
        _made.clear()
    _made[person.key, document] = person
    return document


def let_go(
    unit: Unit, keys: Iterable[str], model: Model,
) -> dict[str, tuple[frozenset[int], Person | None]]:
    """Drop the kept records of these subjects; the keys that those who had any are posted under,
    and None for the person."""
    known = {key: records for key, records in records_of(unit, keys).items() if records}
    unit.delete(PEOPLE_RECORDS, [(key, record) for key, records in known.items()
                                 for record in records])
    return {key: (posted_by(person_in(key, records), model), None)
            for key, records in known.items()}
