"""What fastavro is given for a value: a dict of its fields that names the branch of every union.

fastavro takes dicts, and finds the branch of a union by validating the value against each in
turn; told which branch it is, as a pair of the branch's name and the value, it need not. Our
schemas know the branch beforehand, since a union is of null and one type. UUIDs, times, dates
and words go as they are: fastavro converts them as fast as we could.
"""
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from broker.wire.schemas import Json

Conversion: TypeAlias = Callable[[Any], Any]
Definitions: TypeAlias = Mapping[str, Json]

_NULL = ("null", None)


def fields_of(record: Json, definitions: Definitions) -> Callable[[Any], dict[str, Any]]:
    """The function that turns a value of this record's dataclass into fastavro's dict.

    `record` is the schema as fastavro parsed it, `definitions` its named types by full name.
    """
    conversions = [(field["name"], _conversion(field["type"], definitions))
                   for field in record["fields"]]

    def convert(value: object) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name, conversion in conversions:
            part = getattr(value, name)
            if part is None:
                fields[name] = _NULL
            else:
                fields[name] = part if conversion is None else conversion(part)
        return fields

    return convert


def _conversion(node: Json, definitions: Definitions) -> Conversion | None:
    """How a value that is not null is handed on; None where it goes as it is."""
    if isinstance(node, list):
        return _in_branch(node, definitions)
    if isinstance(node, str):
        return _conversion(definitions[node], definitions) if node in definitions else None
    if node["type"] == "record":
        return fields_of(node, definitions)
    if node["type"] == "array":
        item = _conversion(node["items"], definitions)
        return item and (lambda values: [item(value) for value in values])
    return None


def _in_branch(union: Json, definitions: Definitions) -> Conversion:
    assert union[0] == "null", "a union is of null and one type"
    assert len(union) == 2, "a union is of null and one type"
    kind = union[1]
    branch = kind if isinstance(kind, str) else kind.get("name", kind["type"])
    inner = _conversion(kind, definitions)
    if inner is None:
        return lambda value: (branch, value)
    return lambda value: (branch, inner(value))
