"""Changes of schemas, made by rule: what people do to a record over the years, wisely or not.

A schema is taken apart into its named types, changed in one place, and put together again, so
that a shared type changes wherever it is used and every outcome is valid Avro.
"""
import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from random import Random
from typing import NamedTuple

from broker.wire.schemas import Json, named_types

PRIMITIVES = ("boolean", "int", "long", "float", "double", "bytes", "string")
LOGICAL = {"int": ("date", "time-millis"), "long": ("timestamp-millis", "timestamp-micros"),
           "string": ("uuid",)}
_PLAIN: dict[str, Json] = {"null": None, "boolean": False, "int": 0, "long": 0, "float": 0.5,
                           "double": 0.5, "bytes": "", "string": "", "array": []}
_FITS: dict[str, tuple[type, ...]] = {
    "null": (type(None),), "boolean": (bool,), "int": (int,), "long": (int,), "float": (float,),
    "double": (float,), "bytes": (str,), "string": (str,), "array": (list,)}

# One record with a field of every kind that ours have, and of those they might come to have.
SIGHTING: Json = {"type": "record", "name": "Sighting", "namespace": "safeguarding.event",
                  "doc": "A made-up record.", "fields": [
    *({"name": f"{kind}_said", "type": kind} for kind in PRIMITIVES),
    {"name": "seen_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "day", "type": {"type": "int", "logicalType": "date"}},
    {"name": "ident", "type": {"type": "string", "logicalType": "uuid"}},
    {"name": "place", "type": {"type": "record", "name": "Spot", "fields": [
        {"name": "line", "type": "string"},
        {"name": "code", "type": ["null", "string"], "default": None}]}},
    {"name": "last_place", "type": ["null", "Spot"], "default": None},
    {"name": "places", "type": {"type": "array", "items": "Spot"}, "default": []},
    {"name": "word", "type": {"type": "enum", "name": "Open", "default": "UNMAPPED",
                              "symbols": ["A", "B", "UNMAPPED"]}},
    {"name": "strict", "type": {"type": "enum", "name": "Closed", "symbols": ["A", "B"]}},
    {"name": "words", "type": {"type": "array", "items": "Closed"}},
    {"name": "marks", "type": {"type": "array", "items": "string"}},
    {"name": "idents", "type": {"type": "array", "items": {
        "type": "string", "logicalType": "uuid"}}},
    {"name": "counts", "type": {"type": "array", "items": "int"}, "default": []},
    {"name": "note", "type": ["null", "string"], "default": None},
    {"name": "either", "type": ["null", "int", "string"]},
    {"name": "until", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}],
     "default": None},
    {"name": "level", "type": "int", "default": 3},
]}


class Change(NamedTuple):
    """What was done to a schema, where (`Type.field`), and what came of it (JSON texts)."""

    kind: str
    place: str
    old: str
    new: str

    @property
    def name(self) -> str:
        """Tells one from another."""
        return f"{self.place}: {self.kind}"


class _Parts:
    """A schema as its named types, each of which names the others."""

    def __init__(self, schema: Json) -> None:
        self.root = schema["name"]
        self.types = {name: self._by_name(node) for name, node in named_types(schema).items()}

    def _by_name(self, node: Json, *, top: bool = True) -> Json:
        if isinstance(node, list):
            return [self._by_name(each, top=False) for each in node]
        if isinstance(node, str):
            return node
        if "name" in node and not top:
            return node["name"]
        node = deepcopy(node)
        if "items" in node:
            node["items"] = self._by_name(node["items"], top=False)
        for field in node.get("fields", ()):
            field["type"] = self._by_name(field["type"], top=False)
        return node

    def whole(self) -> Json:
        """The schema put together, each type at its first use, each default fit for its type."""
        seen: set[str] = set()

        def placed(node: Json) -> Json:
            if isinstance(node, list):
                return [placed(each) for each in node]
            if isinstance(node, str):
                if node not in self.types or node in seen:
                    return self.types[node]["name"] if node in self.types else node
                seen.add(node)
                node = self.types[node]
            if "items" in node:
                return {**node, "items": placed(node["items"])}
            if "fields" not in node:
                return node
            return {**node, "fields": [
                {**self.fitted(field), "type": placed(field["type"])}
                for field in node["fields"]]}

        return placed(self.root)

    def fitted(self, field: Json) -> Json:
        if "default" not in field or self.fits(field["type"], field["default"]):
            return field
        return {**field, "default": self.default_of(field["type"])}

    def kind_of(self, node: Json) -> Json:
        return self.types.get(node, node) if isinstance(node, str) else node

    def default_of(self, node: Json) -> Json:
        node = self.kind_of(node)
        if isinstance(node, list):
            return self.default_of(node[0])
        kind = _kind(node)
        if kind == "record":
            return {field["name"]: self.default_of(field["type"]) for field in node["fields"]}
        if kind == "enum":
            return node.get("default", node["symbols"][0])
        return deepcopy(_PLAIN[kind])

    def fits(self, node: Json, value: Json) -> bool:
        node = self.kind_of(node)
        if isinstance(node, list):
            return self.fits(node[0], value)
        kind = _kind(node)
        if kind == "record":
            return isinstance(value, dict) and all(
                field["name"] in value and self.fits(field["type"], value[field["name"]])
                for field in node["fields"])
        if kind == "enum":
            return value in node["symbols"]
        return type(value) in _FITS[kind]


def _fresh(name: str, taken: Iterable[str]) -> str:
    """A name that nothing here has yet."""
    return _fresh(f"{name}2", taken) if name in taken else name


Named = tuple[str, Json]  # what was done, and what came of it


def _of_enum(node: Json) -> Iterator[Named]:
    symbols, default = node["symbols"], node.get("default")
    without = {key: value for key, value in node.items() if key != "default"}
    spare = next(each for each in symbols if each != default)
    having = "with a default symbol" if default else "without a default symbol"
    new = _fresh("NEW", symbols)
    yield f"symbol added {having}", {**node, "symbols": [*symbols, new]}
    if len(symbols) > 2:
        yield f"symbol removed {having}", {
            **node, "symbols": [each for each in symbols if each != spare]}
    yield f"symbol replaced {having}", {
        **node, "symbols": [new if each == spare else each for each in symbols]}
    yield "symbols reordered", {**node, "symbols": symbols[::-1]}
    yield "enum renamed", {**node, "name": f"{node['name']}2"}
    yield "enum renamed with an alias", {
        **node, "name": f"{node['name']}2", "aliases": [node["name"]]}
    if default:
        yield "default symbol dropped", without
        yield "default symbol changed", {**node, "default": spare}
        yield "default symbol dropped and symbol added", {
            **without, "symbols": [*symbols, new]}
    else:
        yield "default symbol given", {**node, "default": spare}
        yield "default symbol given and symbol added", {
            **node, "default": spare, "symbols": [*symbols, new]}


def _of_record(node: Json) -> Iterator[Named]:
    def fields(*those: Json) -> Json:
        return {**node, "fields": list(those)}

    every = node["fields"]
    new = _fresh("new", [field["name"] for field in every])
    yield "field added with a default", fields(
        *every, {"name": new, "type": "string", "default": "x"})
    yield "nullable field added", fields(
        {"name": new, "type": ["null", "long"], "default": None}, *every)
    yield "list added with a default", fields(*every, {
        "name": new, "type": {"type": "array", "items": "string"}, "default": []})
    yield "field added without a default", fields(*every, {"name": new, "type": "string"})
    yield "nullable field added without a default", fields(
        *every, {"name": new, "type": ["null", "string"]})
    yield "fields reordered", fields(*every[::-1])
    yield "doc changed", {**node, "doc": "Said better."}
    yield "record renamed", {**node, "name": f"{node['name']}2"}
    yield "record renamed with an alias", {
        **node, "name": f"{node['name']}2", "aliases": [node["name"]]}
    for place, field in enumerate(every):
        for kind, changed in _of_field(field):
            yield f"{field['name']}|{kind}", fields(
                *every[:place], *changed, *every[place + 1:])


def _of_field(field: Json) -> Iterator[tuple[str, list[Json]]]:
    bare = {key: value for key, value in field.items() if key != "default"}
    having = "with a default" if "default" in field else "without a default"
    yield f"field removed {having}", []
    yield f"field renamed {having}", [{**field, "name": f"{field['name']}2"}]
    yield f"field renamed with an alias, {having}", [
        {**field, "name": f"{field['name']}2", "aliases": [field["name"]]}]
    yield "alias given", [{**field, "aliases": ["former"]}]
    yield "field's doc changed", [{**field, "doc": "Said better."}]
    if "default" in field:
        yield "default dropped", [bare]
    elif not isinstance(field["type"], list):
        yield "default given", [{**field, "default": ...}]
    if type(field.get("default")) is int:
        yield "default changed", [{**field, "default": field["default"] + 1}]
    for kind, changed in _of_type(field["type"], nullable=False):
        yield kind, [{**field, "type": changed}]


def _of_type(node: Json, *, nullable: bool) -> Iterator[Named]:
    if isinstance(node, list):
        yield from _of_union(node)
        return
    plain = _kind(node)
    if not nullable:
        yield "made nullable", ["null", node]
        yield "made nullable, null last", [node, "null"]
    if plain == "array":
        yield "list made one", node["items"]
        for kind, changed in _of_type(node["items"], nullable=True):
            yield f"in a list: {kind}", {**node, "items": changed}
        return
    yield "made a list", {"type": "array", "items": node}
    if isinstance(node, dict):
        yield "logical type dropped", plain
        for logical in LOGICAL[plain]:
            if logical != node["logicalType"]:
                yield "logical type changed", {**node, "logicalType": logical}
    for other in PRIMITIVES:
        if other != plain:
            was = plain if plain in PRIMITIVES else "named type"
            yield f"{was} made {other}", other
    if plain == "int" and isinstance(node, dict):
        yield "date made a timestamp", {"type": "long", "logicalType": "timestamp-millis"}
    if isinstance(node, str):
        for logical in LOGICAL.get(plain, ()):
            yield "logical type given", {"type": plain, "logicalType": logical}


def _kind(node: Json) -> str:
    return node if isinstance(node, str) else str(node["type"])


def _of_union(branches: list[Json]) -> Iterator[Named]:
    others = [each for each in branches if each != "null"]
    spare = next(each for each in ("boolean", "bytes", "double") if each not in branches)
    yield "branch added", [*branches, spare]
    yield "branches reordered", branches[::-1]
    yield "null dropped from a union", others if len(others) > 1 else others[0]
    yield "union made null alone", "null"
    for place, branch in enumerate(branches):
        if branch == "null":
            continue
        if len(branches) > 2:
            yield "branch dropped", [each for each in branches if each != branch]
        for kind, changed in _of_type(branch, nullable=True):
            others = [*branches[:place], *branches[place + 1:]]
            if _kind(changed) not in map(_kind, others):  # a union has one of each kind
                yield f"in a union: {kind}", [
                    *branches[:place], changed, *branches[place + 1:]]


class _Edit(NamedTuple):
    """A change not carried out yet: this named type becomes that."""

    kind: str
    place: str
    name: str
    becomes: Json


def _edits(parts: _Parts) -> list[_Edit]:
    """Every change there is a rule for, in every place."""
    found = []
    for name, node in parts.types.items():
        rules = _of_enum if node["type"] == "enum" else _of_record
        for said, becomes in rules(node):
            field, _, kind = said.rpartition("|")
            path = [*([] if name == parts.root else [parts.root]), name, *([field] * bool(field))]
            found.append(_Edit(kind, ".".join(path), name, becomes))
    return found


def _carried_out(parts: _Parts, old: str, edit: _Edit) -> Change:
    before, parts.types[edit.name] = parts.types[edit.name], edit.becomes
    for field in edit.becomes.get("fields", ()):
        if field.get("default") is ...:
            field["default"] = parts.default_of(field["type"])
    new = json.dumps(parts.whole())
    parts.types[edit.name] = before
    return Change(edit.kind, edit.place, old, new)


def changes_of(schema: Json) -> list[Change]:
    """Every change of a schema that there is a rule for, in every place."""
    parts, old = _Parts(schema), json.dumps(schema)
    return [_carried_out(parts, old, edit) for edit in _edits(parts)]


def changes_of_changes(schema: Json, seed: int, count: int) -> Iterator[Change]:
    """A seeded choice of two changes in a row, seen as one."""
    chance = Random(seed)
    parts, old = _Parts(schema), json.dumps(schema)
    for edit in chance.sample(_edits(parts), count):
        first = _carried_out(parts, old, edit)
        then = _Parts(json.loads(first.new))
        second = _carried_out(then, first.new, chance.choice(_edits(then)))
        yield Change(f"{first.kind}, then {second.kind}", f"{first.place}, {second.place}",
                     old, second.new)


def sample(schema: Json, seed: int, count: int) -> list[Change]:
    """A seeded choice of a schema's changes, as many different kinds as can be."""
    parts, old = _Parts(schema), json.dumps(schema)
    by_kind: dict[str, list[_Edit]] = {}
    for each in _edits(parts):
        by_kind.setdefault(each.kind, []).append(each)
    chance = Random(seed)
    kinds = chance.sample(sorted(by_kind), min(count, len(by_kind)))
    return [_carried_out(parts, old, chance.choice(by_kind[kind])) for kind in kinds]
