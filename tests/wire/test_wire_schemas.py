"""Every type is written twice, in its schema and in its dataclass, and the two agree."""
import json
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import fastavro
import pytest

from broker.event.catalogue import BY_NAME, STATEMENTS
from broker.wire.schemas import (
    NAMESPACE,
    canonical,
    named_types,
    shared_type_names,
    source_of,
    text_of,
)

REQUIRED = ("event_id", "agency", "system", "record", "subject", "recorded_at", "state")
_AVRO: dict[object, object] = {
    str: "string", bool: "boolean", int: "long", float: "double", bytes: "bytes",
    UUID: {"type": "string", "logicalType": "uuid"},
    datetime: {"type": "long", "logicalType": "timestamp-millis"},
    date: {"type": "int", "logicalType": "date"},
}


def shared(kind: Any, into: dict[str, type]) -> dict[str, type]:
    """The dataclasses and enums that a type's fields are made of, by name."""
    if get_args(kind):
        for each in get_args(kind):
            shared(each, into)
    elif not isinstance(kind, type) or kind.__name__ in into:
        pass
    elif is_dataclass(kind):
        into[kind.__name__] = kind
        for hint in get_type_hints(kind, include_extras=True).values():
            shared(hint, into)
    elif issubclass(kind, Enum) and "UNMAPPED" in kind.__members__:
        into[kind.__name__] = kind
    return into


SHARED: dict[str, type] = {}
for _kind in BY_NAME.values():
    for _hint in get_type_hints(_kind, include_extras=True).values():
        shared(_hint, SHARED)
RECORDS = {**BY_NAME, **{name: kind for name, kind in SHARED.items() if is_dataclass(kind)}}
ENUMS = {name: kind for name, kind in SHARED.items() if not is_dataclass(kind)}


def avro_of(kind: Any) -> object:
    """The Avro type that a field's Python type is written as."""
    if get_origin(kind) is Annotated:
        return avro_of(get_args(kind)[0])
    if get_origin(kind) in (UnionType, Union):
        return ["null", *(avro_of(each) for each in get_args(kind) if each is not NoneType)]
    if get_origin(kind) is tuple:
        return {"type": "array", "items": avro_of(get_args(kind)[0])}
    if kind in _AVRO:
        return _AVRO[kind]
    if getattr(kind, "__name__", "") == "AwareDatetime":
        return _AVRO[datetime]
    # A closed list without UNMAPPED (the streams) travels as text.
    return kind.__name__ if kind.__name__ in SHARED else "string"


def plain(value: Any) -> object:
    """A default as JSON gives it."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value


def default_of(field: Field[Any]) -> dict[str, object]:
    """`default` as the schema must have it, or nothing where the field must be said."""
    return {} if field.default is MISSING else {"default": plain(field.default)}


def test_the_shared_types_are_those_the_events_use() -> None:
    """No file is left behind by a type that is gone, and none is missing."""
    assert sorted(SHARED) == shared_type_names()


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_the_fields_of_its_dataclass(name: str) -> None:
    """Names, order, types, nullability and defaults are one."""
    kind: Any = RECORDS[name]
    hints = get_type_hints(kind, include_extras=True)

    expected = [{"name": field.name, "type": avro_of(hints[field.name]), **default_of(field)}
                for field in fields(kind)]

    assert expected == [{key: value for key, value in field.items() if key != "doc"}
                        for field in source_of(name)["fields"]]


@pytest.mark.parametrize("name", ENUMS)
def test_an_enum_has_the_words_of_its_list(name: str) -> None:
    """The symbols are the list's, in order, and what is not among them is UNMAPPED."""
    schema = source_of(name)

    words: Any = ENUMS[name]

    assert ([word.value for word in words], "UNMAPPED") == (schema["symbols"], schema["default"])


@pytest.mark.parametrize("name", ENUMS)
def test_an_enum_explains_every_word(name: str) -> None:
    """A newcomer reads what each word means where the words are."""
    schema = source_of(name)

    assert [] == [word for word in schema["symbols"] if f" {word}: " not in schema["doc"]]


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_and_field_is_explained(name: str) -> None:
    """A doc is a sentence, not the field's name again."""
    schema = source_of(name)

    assert [] == [each["name"] for each in [schema, *schema["fields"]]
                  if len(each.get("doc", "").split()) < 2 or not each["doc"].endswith(".")]


@pytest.mark.parametrize("name", [*RECORDS, *ENUMS])
def test_every_schema_is_in_the_namespace(name: str) -> None:
    """One namespace for everything that travels."""
    assert (name, NAMESPACE) == (source_of(name)["name"], source_of(name)["namespace"])


@pytest.mark.parametrize("kind", STATEMENTS)
def test_only_the_core_of_a_statement_must_be_said(kind: type) -> None:
    """Every other field has a default: otherwise compatibility freezes the schema for ever."""
    assert list(REQUIRED) == [field["name"] for field in source_of(kind.__name__)["fields"]
                              if "default" not in field]


@pytest.mark.parametrize("kind", STATEMENTS)
def test_the_envelope_is_one(kind: type) -> None:
    """Every statement explains the envelope in the same words."""
    first = source_of(STATEMENTS[0].__name__)["fields"][:14]

    assert first == source_of(kind.__name__)["fields"][:14]


@pytest.mark.parametrize("name", BY_NAME)
def test_the_whole_schema_is_avro(name: str) -> None:
    """With its shared types inlined a schema stands alone."""
    parsed = fastavro.parse_schema(json.loads(text_of(name)))

    assert f"{NAMESPACE}.{name}" == parsed["name"]  # type: ignore[index,call-overload] # a record


def test_a_type_is_inlined_once() -> None:
    """The second use of a shared type names it, as Avro demands."""
    assert 1 == text_of("MissingEpisodeRecorded").count('"name":"Moment"')


def test_a_better_doc_is_no_new_version() -> None:
    """The canonical text is without docs, spaces and the order of keys."""
    assert canonical(
        '{"type":"record","name":"A","fields":[{"name":"doc","type":"int","default":1}]}'
    ) == canonical(
        '{"name": "A", "doc": "x", "type": "record", "fields": '
        '[{"default": 1, "name": "doc", "doc": "y", "type": "int"}]}')


@pytest.mark.parametrize("other", [
    '{"type":"record","name":"A","fields":[{"name":"b","type":"int","default":2}]}',
    '{"type":"record","name":"A","fields":[{"name":"b","type":"long","default":1}]}',
    '{"type":"record","name":"A","fields":[{"name":"b","type":"int"}]}',
    '{"type":"record","name":"A","fields":['
    '{"name":"b","aliases":["c"],"type":"int","default":1}]}',
    '{"type":"record","name":"A","fields":[{"name":"b","type":{"type":"int","logicalType":"date"},'
    '"default":1}]}',
])
def test_a_change_of_substance_is_a_new_version(other: str) -> None:
    """Defaults, types, aliases and logical types count."""
    one = '{"type":"record","name":"A","fields":[{"name":"b","type":"int","default":1}]}'

    assert canonical(one) != canonical(other)


def test_named_types_are_found_wherever_they_stand() -> None:
    """In unions, arrays, and records within records."""
    found = named_types(json.loads(text_of("FindingChanged")))

    assert {"FindingChanged", "Finding", "Severity", "FindingState", "Evidence",
            "System"} == set(found)
