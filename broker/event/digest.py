"""Event ids: derived from the record, its time, and a digest of what is said.

The digest runs over canonical neutral values that are not default, so adding an optional field
changes no id, and an agency's spelling of a known word makes no new version. Where the neutral
word is OTHER or UNMAPPED the agency's own word is all that was said, and counts.
"""
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from hashlib import sha1, sha256
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from broker.event.envelope import Moment, Statement
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import Precision

NAMESPACE = UUID("6f1d4f0c-9d0e-5b7e-8f7a-2c3d5e6a7b80")
_NAMESPACE_BYTES = NAMESPACE.bytes
NIL = UUID(int=0)
_NOT_SAID = {"event_id", "agency", "system", "record", "subject", "recorded_at"}
_VAGUE = {"OTHER", "UNMAPPED"}


def _default_of(field: Any) -> object:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


class _Plan(NamedTuple):
    """How one type is made canonical: its fields in order, and for each its name with an equals
    sign and what is not worth saying.

    `word_of` is the place of the neutral field that a field is the agency's own word for.
    """

    values_of: Callable[[Any], tuple[Any, ...]]
    fields: tuple[tuple[str, object, int | None], ...]


@cache
def _plan_of(kind: type) -> _Plan:
    """The plan of a type, worked out once."""
    counted = [field for field in sorted(fields(kind), key=lambda each: each.name)
               if not (issubclass(kind, Statement) and field.name in _NOT_SAID)]
    names = [field.name for field in counted]
    plan = []
    for field in counted:
        neutral = field.name.removesuffix("_word") if field.name.endswith("_word") else None
        if field.name == "word" and "category" in names:
            neutral = "category"
        plan.append((f"{field.name}=", _default_of(field),
                     names.index(neutral) if neutral in names else None))
    assert len(names) > 1, "a type of one field needs no plan"
    return _Plan(attrgetter(*names), tuple(plan))


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: lambda value: f"{len(value)}:{value}",
    bool: lambda value: "y" if value else "n",
    int: str,
    float: repr,
    datetime: lambda value: str(milliseconds_of(value)),
    date: date.isoformat,
    tuple: lambda value: "[" + ",".join([canonical(each) for each in value]) + "]",
    # A moment is most of what a statement says: written out, as its plan would write it.
    Moment: lambda value: f"{{at={milliseconds_of(value.at)}}}"
    if value.precision is Precision.INSTANT
    else f"{{at={milliseconds_of(value.at)};precision={value.precision}}}",
}


def canonical(value: object) -> str:
    """One text for one value; two values have one text only if they say the same."""
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if isinstance(value, Enum):
        _WRITERS[type(value)] = str.__str__
        return str(value.value)
    kind: type = type(value)
    plan = _plan_of(kind)
    values = plan.values_of(value)
    said = []
    for part, field in zip(values, plan.fields, strict=True):
        if part is field[1]:
            continue  # most of them, so before anything else
        begin, default, word_of = field
        if part == default:
            continue
        if word_of is not None:
            neutral = values[word_of]
            if neutral is not None and neutral not in _VAGUE:
                continue
        writer = _WRITERS.get(type(part))
        said.append(begin + (writer(part) if writer else canonical(part)))
    return "{" + ";".join(said) + "}"


def digest_of(statement: Statement) -> bytes:
    """32 bytes that are equal exactly when two statements of one record say the same."""
    return sha256(canonical(statement).encode()).digest()


def event_id_of(statement: Statement, digest: bytes, recorded_at: datetime) -> UUID:
    """The id of a version: one record, one time, one thing said."""
    text = "\x1f".join((
        statement.agency, statement.system, type(statement).__name__, statement.record,
        statement.subject, str(milliseconds_of(recorded_at)), digest.hex()))
    # What uuid5 does, but for its importing and asking anew each time.
    return UUID(bytes=sha1(_NAMESPACE_BYTES + text.encode(), usedforsecurity=False).digest()[:16],
                version=5)


def derived_id(*parts: str) -> UUID:
    """An id for one of Concord's own records, derived from what it names."""
    return uuid5(NAMESPACE, "\x1f".join(parts))
