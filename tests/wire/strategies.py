"""Hypothesis strategies: one for every type that travels, made from its dataclass.

Times are UTC in whole milliseconds, which is what the wire carries.
"""
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st
from pydantic import StringConstraints

from broker.event.catalogue import BY_NAME, OWN_RECORDS, STATEMENTS, OwnRecord
from broker.event.envelope import Statement

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEAR_1900 = -2_208_988_800_000
YEAR_2100 = 4_102_444_800_000

moments = st.integers(YEAR_1900, YEAR_2100).map(
    lambda number: EPOCH + timedelta(milliseconds=number))

_PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(max_size=70),
    bool: st.booleans(),
    int: st.integers(-2**63, 2**63 - 1),
    float: st.floats(allow_nan=False),
    bytes: st.binary(max_size=300),
    UUID: st.uuids(),
    date: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
}


def _text(bounds: StringConstraints) -> st.SearchStrategy[str]:
    if bounds.pattern is not None:
        return st.from_regex(str(bounds.pattern).replace("$", r"\Z"))
    return st.text(min_size=bounds.min_length or 0, max_size=min(bounds.max_length or 70, 70))


def _values(kind: Any) -> st.SearchStrategy[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *notes = get_args(kind)
        bounds = [note for note in notes if isinstance(note, StringConstraints)]
        return _text(bounds[0]) if bounds else _values(inner)
    if origin in (UnionType, Union):
        return st.one_of(st.none(), *(_values(each) for each in get_args(kind)
                                      if each is not NoneType))
    if origin is tuple:
        return st.lists(_values(get_args(kind)[0]), max_size=3).map(tuple)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_dataclass(kind):
        return instances(kind)  # type: ignore[arg-type] # a class, not an instance
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return moments


def instances(kind: type) -> st.SearchStrategy[Any]:
    """Any value of one of the event dataclasses, every field of which may be said."""
    hints = get_type_hints(kind, include_extras=True)
    make: Callable[..., Any] = kind
    return st.builds(make, **{field.name: _values(hints[field.name]) for field in fields(kind)})


statements: st.SearchStrategy[Statement] = st.one_of(*(instances(kind) for kind in STATEMENTS))
own_records: st.SearchStrategy[OwnRecord] = st.one_of(*(instances(kind) for kind in OWN_RECORDS))
records: st.SearchStrategy[Statement | OwnRecord] = st.one_of(
    *(instances(kind) for kind in BY_NAME.values()))
