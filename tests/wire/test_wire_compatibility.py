"""The compatibility check gives Avro's verdicts, and what it allows really reads."""
import json
from io import BytesIO
from typing import Any, NamedTuple

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.wire.compatibility import Incompatibility, full_transitive, incompatibilities

WORD = {"type": "enum", "name": "Word", "symbols": ["A", "B", "UNMAPPED"], "default": "UNMAPPED"}
PLACE = {"type": "record", "name": "Place", "fields": [
    {"name": "line", "type": "string"}, {"name": "code", "type": ["null", "string"],
                                         "default": None}]}
DAY = {"type": "int", "logicalType": "date"}
TIME = {"type": "long", "logicalType": "timestamp-millis"}


def of(**fields: Any) -> dict[str, Any]:
    """A record of these fields: a type, or a whole field (it has a default or aliases)."""
    def field(kind: Any) -> dict[str, Any]:
        whole = isinstance(kind, dict) and "symbols" not in kind and kind.keys() & {
            "default", "aliases"}
        return kind if whole else {"type": kind}

    return {"type": "record", "name": "Seen", "fields": [
        {"name": name, **field(kind)} for name, kind in fields.items()]}


def opt(kind: Any, default: Any = None) -> dict[str, Any]:
    """A field of this type with a default."""
    return {"type": kind, "default": default}


def words(*symbols: str, **more: Any) -> dict[str, Any]:
    """An enum of these symbols."""
    return {"type": "enum", "name": "Word", "symbols": list(symbols), **more}


class Change(NamedTuple):
    """An old schema, a new one, and whether each can read what the other writes.

    `old_data` and `new_data` are chosen to show a fault where there is one.
    """

    name: str
    old: dict[str, Any]
    new: dict[str, Any]
    new_reads_old: bool
    old_reads_new: bool
    old_data: dict[str, Any]
    new_data: dict[str, Any]


def both(name: str, old: Any, new: Any, old_data: Any, new_data: Any) -> Change:
    """A change that is compatible both ways."""
    return Change(name, old, new, True, True, old_data, new_data)


CHANGES = [
    both("nothing", of(a="string"), of(a="string"), {"a": "x"}, {"a": "y"}),
    both("a doc", of(a="string"), {**of(a="string"), "doc": "x"}, {"a": "x"}, {"a": "y"}),
    both("an optional field is added", of(a="string"),
         of(a="string", b=opt(["null", "string"])), {"a": "x"}, {"a": "y", "b": "z"}),
    both("an optional field is removed", of(a="string", b=opt("int", 0)), of(a="string"),
         {"a": "x", "b": 1}, {"a": "y"}),
    both("fields are reordered", of(a="string", b="int"), of(b="int", a="string"),
         {"a": "x", "b": 1}, {"a": "y", "b": 2}),
    both("a default changes", of(a=opt("int", 0)), of(a=opt("int", 9)), {"a": 1}, {"a": 2}),
    both("a default appears", of(a="int"), of(a=opt("int", 9)), {"a": 1}, {"a": 2}),
    both("a symbol is added to an enum with a default", of(a=WORD),
         of(a=words("A", "B", "C", "UNMAPPED", default="UNMAPPED")), {"a": "A"}, {"a": "C"}),
    both("a symbol is removed from an enum with a default", of(a=WORD),
         of(a=words("A", "UNMAPPED", default="UNMAPPED")), {"a": "B"}, {"a": "A"}),
    both("symbols are reordered", of(a=words("A", "B")), of(a=words("B", "A")),
         {"a": "A"}, {"a": "B"}),
    both("an optional field within a shared type", of(a=PLACE), of(a={
        **PLACE, "fields": [*PLACE["fields"], {"name": "n", "type": "int", "default": 0}]}),
         {"a": {"line": "x", "code": None}}, {"a": {"line": "x", "code": "c", "n": 3}}),
    both("an optional field within a list", of(a={"type": "array", "items": PLACE}),
         of(a={"type": "array", "items": {**PLACE, "fields": PLACE["fields"][:1]}}),
         {"a": [{"line": "x", "code": "c"}, {"line": "y", "code": None}]},
         {"a": [{"line": "x"}]}),
    both("text becomes bytes", of(a="string"), of(a="bytes"), {"a": "x"}, {"a": b"y"}),
    both("the branches of a union change places", of(a=["null", "string"]),
         of(a=["string", "null"]), {"a": None}, {"a": "x"}),
    both("a field is renamed with an alias and had a default",
         of(a=opt("string", "")), of(b={"type": "string", "aliases": ["a"], "default": ""}),
         {"a": "x"}, {"b": "y"}),
    Change("a required field is added", of(a="string"), of(a="string", b="string"), False, True,
           {"a": "x"}, {"a": "y", "b": "z"}),
    Change("a required field is removed", of(a="string", b="string"), of(a="string"), True,
           False, {"a": "x", "b": "z"}, {"a": "y"}),
    Change("a default disappears and the field with it", of(a="int", b="int"), of(a="int"),
           True, False, {"a": 1, "b": 2}, {"a": 1}),
    Change("a required field is renamed with an alias", of(a="string"),
           of(b={"type": "string", "aliases": ["a"]}), True, False, {"a": "x"}, {"b": "y"}),
    Change("a required field is renamed", of(a="string"), of(b="string"), False, False,
           {"a": "x"}, {"b": "y"}),
    Change("a field becomes nullable", of(a="string"), of(a=["null", "string"]), True, False,
           {"a": "x"}, {"a": None}),
    Change("a field becomes mandatory", of(a=["null", "string"]), of(a="string"), False, True,
           {"a": None}, {"a": "x"}),
    Change("a branch is added", of(a=["null", "string"]), of(a=["null", "string", "int"]), True,
           False, {"a": "x"}, {"a": 7}),
    Change("an int widens to a long", of(a="int"), of(a="long"), True, False, {"a": 1},
           {"a": 2**40}),
    Change("a long widens to a double", of(a="long"), of(a="double"), True, False, {"a": 1},
           {"a": 0.5}),
    Change("a nullable int widens", of(a=["null", "int"]), of(a=["null", "long"]), True, False,
           {"a": 1}, {"a": 2**40}),
    Change("a number becomes text", of(a="int"), of(a="string"), False, False, {"a": 1},
           {"a": "x"}),
    Change("one value becomes a list", of(a="string"), of(a={"type": "array", "items": "string"}),
           False, False, {"a": "x"}, {"a": ["y"]}),
    Change("a list's items change", of(a={"type": "array", "items": "int"}),
           of(a={"type": "array", "items": "string"}), False, False, {"a": [1]}, {"a": ["x"]}),
    Change("a symbol is added to an enum without a default", of(a=words("A", "B")),
           of(a=words("A", "B", "C")), True, False, {"a": "A"}, {"a": "C"}),
    Change("a symbol is removed from an enum without a default", of(a=words("A", "B")),
           of(a=words("A")), False, True, {"a": "B"}, {"a": "A"}),
    Change("an enum becomes text", of(a=WORD), of(a="string"), False, False, {"a": "A"},
           {"a": "A"}),
    Change("a required field within a shared type", of(a=PLACE), of(a={
        **PLACE, "fields": [*PLACE["fields"], {"name": "n", "type": "int"}]}), False, True,
           {"a": {"line": "x", "code": None}}, {"a": {"line": "x", "code": None, "n": 1}}),
    both("a map is the same", of(a={"type": "map", "values": WORD}),
         of(a={"type": "map", "values": WORD}), {"a": {"k": "A"}}, {"a": {"k": "B"}}),
    Change("a map's values widen", of(a={"type": "map", "values": "int"}),
           of(a={"type": "map", "values": "long"}), True, False, {"a": {"k": 1}},
           {"a": {"k": 2**40}}),
    Change("a map's values change", of(a={"type": "map", "values": "int"}),
           of(a={"type": "map", "values": "string"}), False, False, {"a": {"k": 1}},
           {"a": {"k": "x"}}),
    Change("a fixed run of bytes grows", of(a={"type": "fixed", "name": "Run", "size": 2}),
           of(a={"type": "fixed", "name": "Run", "size": 3}), False, False, {"a": b"ab"},
           {"a": b"abc"}),
    Change("a fixed run of bytes has another name",
           of(a={"type": "fixed", "name": "Run", "size": 2}),
           of(a={"type": "fixed", "name": "Path", "size": 2}), False, False, {"a": b"ab"},
           {"a": b"cd"}),
    Change("a required field in a nullable shared type", of(a=["null", PLACE]), of(a=["null", {
        **PLACE, "fields": [*PLACE["fields"], {"name": "n", "type": "int"}]}]), False, True,
           {"a": {"line": "x", "code": None}}, {"a": {"line": "x", "code": None, "n": 1}}),
]
named = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)


def verdict(reader: dict[str, Any], writer: dict[str, Any]) -> bool:
    """Whether our check lets this reader read that writer."""
    return [] == incompatibilities(json.dumps(reader), json.dumps(writer))


def written(schema: dict[str, Any], data: dict[str, Any]) -> bytes:
    """Data as fastavro writes it."""
    body = BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(schema), data)
    return body.getvalue()


def reads(writer: dict[str, Any], reader: dict[str, Any], data: dict[str, Any]) -> bool:
    """Whether fastavro can read data of one schema under the other."""
    try:
        fastavro.schemaless_reader(
            BytesIO(written(writer, data)), fastavro.parse_schema(writer),
            fastavro.parse_schema(reader))
    except Exception:  # its errors are of many kinds; any of them means no
        return False
    return True


@named
def test_the_verdict_is_the_one_reasoned_by_hand(change: Change) -> None:
    """Each change, each way."""
    assert (change.new_reads_old, change.old_reads_new) == (
        verdict(change.new, change.old), verdict(change.old, change.new))


@named
def test_fastavro_reads_what_the_verdict_allows_and_nothing_else(change: Change) -> None:
    """The verdict is about real bytes: data that shows the fault is refused by fastavro too."""
    assert (change.new_reads_old, change.old_reads_new) == (
        reads(change.old, change.new, change.old_data),
        reads(change.new, change.old, change.new_data))


def test_a_changed_logical_type_is_refused() -> None:
    """Avro would read the number, and it would be another time."""
    micros = {"type": "long", "logicalType": "timestamp-micros"}

    assert [Incompatibility("Seen.a", "the logical type differs")] == incompatibilities(
        json.dumps(of(a=micros)), json.dumps(of(a=TIME)))


def test_a_date_does_not_widen_into_a_time() -> None:
    """Days are not milliseconds, though an int is a long."""
    assert [Incompatibility("Seen.a", "int cannot be read as long")] == incompatibilities(
        json.dumps(of(a=TIME)), json.dumps(of(a=DAY)))


def test_a_record_of_another_name_is_refused() -> None:
    """What was written as one thing is not read as another."""
    other = {**of(a="int"), "name": "Heard"}

    assert [Incompatibility("Seen", "Heard is not Seen")] == incompatibilities(
        json.dumps(of(a="int")), json.dumps(other))


def test_a_renamed_record_is_read_by_its_alias() -> None:
    """An alias says that the two are one."""
    renamed = {**of(a="int"), "name": "Heard", "aliases": ["Seen"]}

    assert [] == incompatibilities(json.dumps(renamed), json.dumps(of(a="int")))


def test_the_place_of_a_fault_is_its_whole_path() -> None:
    """Whoever changes a shared type sees where it bites."""
    old, new = of(a=["null", PLACE]), of(a=["null", {**PLACE, "fields": [
        {"name": "line", "type": "int"}]}])

    assert [Incompatibility("Seen.a.line", "string cannot be read as int")] == incompatibilities(
        json.dumps(new), json.dumps(old))


def test_a_type_that_holds_itself_is_compared_once() -> None:
    """A recursive schema does not send the check round for ever."""
    tree = of(next=["null", "Seen"])

    assert [] == incompatibilities(json.dumps(tree), json.dumps(tree))


def test_full_transitive_names_version_and_way() -> None:
    """Both directions against every earlier version."""
    first, second, third = (json.dumps(each) for each in (
        of(a=opt("int", 0)), of(b=opt("int", 0)), of(a=opt("long", 0))))

    assert ["Seen.a: version 1 cannot read the new schema: long cannot be read as int"] == (
        full_transitive(third, [first, second]))


_KINDS = st.sampled_from([
    "int", "long", "double", "string", ["null", "string"], ["null", "int"], WORD,
    words("A", "C", default="A"), {"type": "array", "items": "int"}, DAY])
_FIELDS = st.dictionaries(st.sampled_from("abcd"), _KINDS.flatmap(
    lambda kind: st.just((kind, None)) if kind != ["null", "string"] else st.just((kind, "d"))),
    min_size=1)


def _schema(fields: dict[str, Any]) -> dict[str, Any]:
    seen = False
    made: dict[str, Any] = {}
    for name, (kind, default) in fields.items():
        if isinstance(kind, dict) and kind["type"] == "enum":
            if seen:  # one enum a record: the name is defined once
                continue
            seen = True
        made[name] = opt(kind) if default else kind
    return of(**made) if made else of(z="int")


_DATA: dict[str, Any] = {"int": 5, "long": 2**40, "double": 0.25, "string": "x", "array": [1, 2],
                         "enum": "A"}


def _datum(schema: dict[str, Any], *, null: bool) -> dict[str, Any]:
    data = {}
    for field in schema["fields"]:
        kind = field["type"]
        if isinstance(kind, list):
            data[field["name"]] = None if null else _DATA[kind[1]]
        else:
            data[field["name"]] = _DATA[kind if isinstance(kind, str) else kind["type"]]
    return data


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(_FIELDS.map(_schema), _FIELDS.map(_schema), st.booleans())
def test_whatever_is_allowed_reads(
    old: dict[str, Any], new: dict[str, Any], null: bool,
) -> None:
    """No pair of schemas that passes the check fails on real data."""
    data = _datum(old, null=null)

    assert not verdict(new, old) or reads(old, new, data)
