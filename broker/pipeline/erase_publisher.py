"""The publisher's memory of what was erased: enough to know it again, nothing to read.

Without any memory the next extract would say everything anew, under new ids where the source has
no times of its own; with it as it was, the store would go on naming the person. So a record's
name is kept as a salted digest, and what it said as the digest that was there all along.
"""
from collections.abc import Iterable

from broker.event.envelope import Statement
from broker.pipeline.auditing import salt_of
from broker.pipeline.publish_memory import forgotten_key_of, record_key_of
from broker.pipeline.subject import Subject
from broker.pipeline.tables import ADAPTER_MEMORY, LAST_SAID, SNAPSHOT_ROWS
from broker.ports import Unit

_SEPARATOR = "\x1f"
_AFTER_EVERY_KEY = "\U0010ffff"


def forget_records(unit: Unit, erased: Iterable[Statement], staying: Iterable[Statement]) -> None:
    """Forget what the erased records are called, and all that a snapshot keeps of them. A record
    of which some version stays keeps its name."""
    touched = sorted({record_key_of(each) for each in erased})
    kept = {record_key_of(each) for each in staying}
    unit.delete(SNAPSHOT_ROWS, [(key,) for key in touched])
    names = [(key,) for key in touched if key not in kept]
    rows = unit.get(LAST_SAID, names)
    unit.delete(LAST_SAID, names)
    salt = salt_of(unit)
    unit.put(LAST_SAID, [(forgotten_key_of(salt, str(row[0])), *row[1:]) for row in rows])


def forget_adapter_memory(unit: Unit, subject: Subject) -> None:
    """Forget which rows an adapter took for this person's, until they are sent again; only the
    agency's own system has rows that do not say whose they are."""
    prefix = f"{subject.agency}{_SEPARATOR}"
    rows = unit.scan(ADAPTER_MEMORY, "scope_key", after=prefix, upto=prefix + _AFTER_EVERY_KEY)
    unit.delete(ADAPTER_MEMORY, [(row[0],) for row in rows
                                 if str(row[1]) == subject.local_id
                                 or _is_about(str(row[0]), subject.local_id)])


def _is_about(scope_key: str, local_id: str) -> bool:
    key = scope_key.split(_SEPARATOR, 2)[-1]
    return key == local_id or key.startswith(f"{local_id}/")

