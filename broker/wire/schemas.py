"""The schemas as they are kept, as they are registered, and as they are compared.

A type's file under `schemas/` names its shared types; these are inlined at their first use, so
that what is registered stands alone. Two schemas are the same when their canonical texts are:
`doc` does not count, so that a better explanation is no new version; order, names, types,
defaults and aliases do.
"""
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeAlias

from broker.event.catalogue import BY_NAME

NAMESPACE = "safeguarding.event"
Json: TypeAlias = Any  # parsed JSON, walked by hand
# What is worked out of a schema's text is kept for so many texts: all of ours, and some of others.
TEXTS_KEPT = 256
_PRIMITIVES = frozenset(
    {"null", "boolean", "int", "long", "float", "double", "bytes", "string"},
)


def _folder() -> Traversable:
    return files("schemas")


@cache
def source_of(name: str) -> Json:
    """The schema file of a record type or shared type, parsed, shared types by name only."""
    folder = _folder() if name in BY_NAME else _folder() / "types"
    return json.loads((folder / f"{name}.avsc").read_text(encoding="utf-8"))


def shared_type_names() -> list[str]:
    """The names of the shared types, in order."""
    return sorted(each.name.removesuffix(".avsc") for each in (_folder() / "types").iterdir()
                  if each.name.endswith(".avsc"))


def _inlined(node: Json, seen: set[str]) -> Json:
    if isinstance(node, str):
        if node in _PRIMITIVES or node in seen:
            return node
        definition = {key: value for key, value in source_of(node).items() if key != "namespace"}
        return _inlined(definition, seen)
    if isinstance(node, list):
        return [_inlined(each, seen) for each in node]
    if node["type"] == "array":
        return {**node, "items": _inlined(node["items"], seen)}
    if node["type"] in ("record", "enum"):
        seen.add(node["name"])
    if node["type"] != "record":
        return node
    fields = [{**field, "type": _inlined(field["type"], seen)} for field in node["fields"]]
    return {**node, "fields": fields}


@cache
def text_of(name: str) -> str:
    """The whole schema of a record type as JSON text, shared types inlined: what is registered."""
    return json.dumps(_inlined(source_of(name), set()), ensure_ascii=False, separators=(",", ":"))


def _without_docs(node: Json) -> Json:
    if isinstance(node, list):
        return [_without_docs(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key != "doc"}
    for inner in ("type", "items"):
        if inner in kept:
            kept[inner] = _without_docs(kept[inner])
    if "fields" in kept:
        kept["fields"] = [_without_docs(field) for field in kept["fields"]]
    return kept


@lru_cache(TEXTS_KEPT)
def canonical(text: str) -> str:
    """One text for one schema: no docs, no spaces, keys in order."""
    return json.dumps(_without_docs(json.loads(text)), ensure_ascii=True, sort_keys=True,
                      separators=(",", ":"))


def record_name_of(text: str) -> str:
    """The short name of the record that a schema text describes."""
    return str(json.loads(text)["name"]).rpartition(".")[2]


def named_types(node: Json) -> dict[str, Json]:
    """Every record and enum in an inlined schema, by name."""
    found: dict[str, Json] = {}
    if isinstance(node, list):
        for each in node:
            found |= named_types(each)
    elif isinstance(node, Mapping):
        if node["type"] in ("record", "enum"):
            found[node["name"].rpartition(".")[2]] = node
        for field in node.get("fields", ()):
            found |= named_types(field["type"])
        if "items" in node:
            found |= named_types(node["items"])
        if isinstance(node["type"], list | Mapping):
            found |= named_types(node["type"])
    return found


def published(name: str) -> list[str]:
    """The texts of every version of a record type ever used, oldest first."""
    versions = {}
    for each in (_folder() / "published").iterdir():
        stem, _, rest = each.name.partition(".v")
        if stem == name and rest.endswith(".avsc"):
            versions[int(rest.removesuffix(".avsc"))] = each.read_text(encoding="utf-8")
    return [versions[number] for number in sorted(versions)]
