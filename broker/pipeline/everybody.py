"""Everybody whom identity knows, a part at a time; and under which model they were linked."""
from collections.abc import Iterator
from zlib import crc32

from broker.errors import ConfigError, TemporarilyUnavailable
from broker.identity.model import Model
from broker.identity.model_file import digest_of
from broker.identity.person import Person
from broker.pipeline.feeds import agencies_counted, agency_key
from broker.pipeline.linking_people import people_of
from broker.pipeline.linking_tables import PEOPLE
from broker.pipeline.looking import mark_dirty
from broker.pipeline.tables import SETTINGS, STATEMENTS
from broker.ports import Reading, Store, Unit

PEOPLE_AT_ONCE = 5000
_LINKED_UNDER = "identity_model"
_BEING_REBUILT = ""
_CRC_END = 2 ** 32


def everybody(reading: Reading) -> Iterator[Person]:
    """Each subject with a person record, as compared, in no order that means anything."""
    after = None
    while rows := reading.scan(PEOPLE, "record_id", after=after, limit=PEOPLE_AT_ONCE):
        yield from people_of(reading, [str(row[1]) for row in rows]).values()
        after = rows[-1][0]


def some_of(reading: Reading, most: int, seed: int) -> Iterator[Person]:
    """Everybody, or where there are more than so many about so many of them: the same for a seed,
    however the store is ordered."""
    share = most / max(most, reading.count(PEOPLE), 1)
    return (each for each in everybody(reading)
            if crc32(f"{seed} {each.key}".encode()) < share * _CRC_END)


def mark_everybody(store: Store) -> None:
    """Have everybody of whom anything is filed looked at again, and every agency, some thousands
    in a transaction: what they are judged by has changed. Stopped half-way it is simply called
    again."""
    with store.begin() as unit:
        mark_dirty(unit, {agency_key(code) for code in agencies_counted(unit)})
    after = None
    while True:
        with store.begin() as unit:
            rows = unit.scan(STATEMENTS, "person_key", after=after, limit=PEOPLE_AT_ONCE)
            if not rows:
                return
            mark_dirty(unit, {str(row[0]) for row in rows})
        after = rows[-1][0]


def note_model(unit: Unit, model: Model) -> None:
    """Keep which model the people of this store are linked under."""
    unit.put(SETTINGS, [(_LINKED_UNDER, digest_of(model))])


def note_rebuilding(unit: Unit) -> None:
    """Have nobody linked here until `note_model` says under which model."""
    unit.put(SETTINGS, [(_LINKED_UNDER, _BEING_REBUILT)])


def is_of_another_model(reading: Reading, model: Model) -> bool:
    """Whether people were, or will be, linked under another model than this one."""
    rows = reading.get(SETTINGS, [(_LINKED_UNDER,)])
    return bool(rows) and rows[0][1] != digest_of(model)


def keep_to_model(unit: Unit, model: Model) -> None:
    """The first model is noted, and another refused."""
    refuse_another_model(unit, model)
    # Of several workers that start at once, the first.
    unit.insert_new(SETTINGS, [(_LINKED_UNDER, digest_of(model))])


def refuse_another_model(reading: Reading, model: Model) -> None:
    """`ConfigError` where people were linked under another model, since a store linked half under
    each would be neither's; `TemporarilyUnavailable` while it is being rebuilt."""
    rows = reading.get(SETTINGS, [(_LINKED_UNDER,)])
    if not rows or rows[0][1] == digest_of(model):
        return
    if rows[0][1] == _BEING_REBUILT:
        raise TemporarilyUnavailable(
            "The store is being rebuilt: wait until `concord rebuild` has ended, or run it again "
            "where it was stopped.")
    raise ConfigError(
        "The people here were linked under another identity model than the one now in force: "
        "run `concord rebuild --by WHO --reason WHY --yes`, as after an upgrade, or name the "
        "former model in [identity].")
