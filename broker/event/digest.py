"""Event ids: derived from the record, its time, and a digest of what is said.

The digest runs over canonical neutral values that are not default, so adding an optional field
changes no id, and an agency's spelling of a known word makes no new version. Where the neutral
word is OTHER or UNMAPPED the agency's own word is all that was said, and counts.
"""
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from broker.event.envelope import Statement

NAMESPACE = UUID("6f1d4f0c-9d0e-5b7e-8f7a-2c3d5e6a7b80")
NIL = UUID(int=0)
_NOT_SAID = {"event_id", "agency", "system", "record", "subject", "recorded_at"}
_VAGUE = {"OTHER", "UNMAPPED"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _default_of(field: Any) -> object:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


@cache
def _plan_of(kind: type) -> tuple[tuple[str, object, str | None], ...]:
    """(field, its default, the neutral field it is the word of) for every field that counts."""
    names = [field.name for field in fields(kind)]
    plan = []
    for field in sorted(fields(kind), key=lambda each: each.name):
        if issubclass(kind, Statement) and field.name in _NOT_SAID:
            continue
        neutral = field.name.removesuffix("_word") if field.name.endswith("_word") else None
        if field.name == "word" and "category" in names:
            neutral = "category"
        plan.append((field.name, _default_of(field), neutral if neutral in names else None))
    return tuple(plan)


def milliseconds_of(moment: datetime) -> int:
    """Whole milliseconds since 1970 (what a schema's timestamp-millis holds)."""
    elapsed = moment - _EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * 1000 + elapsed.microseconds // 1000


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: lambda value: f"{len(value)}:{value}",
    bool: lambda value: "y" if value else "n",
    int: str,
    float: repr,
    datetime: lambda value: str(milliseconds_of(value)),
    date: date.isoformat,
    tuple: lambda value: "[" + ",".join(canonical(each) for each in value) + "]",
}


def canonical(value: object) -> str:
    """One text for one value; two values have one text only if they say the same."""
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if isinstance(value, Enum):
        return str(value.value)
    assert is_dataclass(value), type(value)
    said = []
    kind: type = type(value)
    for name, default, neutral in _plan_of(kind):
        part = getattr(value, name)
        if part is default or part == default:
            continue
        if neutral is not None:
            said_neutrally = getattr(value, neutral)
            # A referral's source is the agency's own code: no list closes it.
            if isinstance(said_neutrally, Enum) and said_neutrally.value not in _VAGUE:
                continue
        said.append(f"{name}={canonical(part)}")
    return "{" + ";".join(said) + "}"


def digest_of(statement: Statement) -> bytes:
    """32 bytes that are equal exactly when two statements of one record say the same."""
    return sha256(canonical(statement).encode()).digest()


def event_id_of(statement: Statement, digest: bytes, recorded_at: datetime) -> UUID:
    """The id of a version: one record, one time, one thing said."""
    record = (statement.agency, statement.system.value, type(statement).__name__,
              statement.record, statement.subject)
    text = "\x1f".join((*record, str(milliseconds_of(recorded_at)), digest.hex()))
    return uuid5(NAMESPACE, text)


def derived_id(*parts: str) -> UUID:
    """An id for one of Concord's own records, derived from what it names."""
    return uuid5(NAMESPACE, "\x1f".join(parts))
