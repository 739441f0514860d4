"""Writes docs/events.md and docs/asyncapi.yaml from the schemas.

`python -m broker.wire.document` rewrites both; a test fails where they are not current.
"""
import json
import re
import sys
from importlib.resources import files
from pathlib import Path

from broker.event.catalogue import OWN_RECORDS, STATEMENT_BY_NAME, STATEMENTS
from broker.wire.asyncapi import CHANNELS, asyncapi, yaml_of
from broker.wire.schemas import Json, shared_type_names, source_of

_INTRODUCTION = """\
# Events

Generated from `schemas/` by `python -m broker.wire.document`; the schemas are the source.

Everything that travels is Avro. A message is the byte 0, the schema's id in four bytes (most
significant first), then the record. Its headers are CloudEvents in binary mode (`ce_specversion`,
`ce_id`, `ce_type`, `ce_source`, `ce_time`) and `traceparent`; none names the subject.

A field that is "or null" is null where the agency said nothing. A neutral word stands beside the
agency's own (`..._word`); a word that no list holds is `UNMAPPED`, and the agency's word says what
it was. Times are milliseconds since 1970-01-01 UTC.
"""
_PLAIN = {"string": "text", "long": "whole number", "double": "number", "boolean": "yes or no",
          "bytes": "bytes"}
_LOGICAL = {"uuid": "UUID", "timestamp-millis": "time", "date": "date"}
_ENVELOPE_LENGTH = 14


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _kind(node: Json) -> str:
    """A type as a reader calls it."""
    if isinstance(node, list):
        return f"{_kind(node[1])} or null"
    if isinstance(node, str):
        return _PLAIN.get(node) or _link(node)
    if "logicalType" in node:
        return _LOGICAL[node["logicalType"]]
    return f"list of {_kind(node['items'])}"


def _default(field: Json) -> str:
    if "default" not in field:
        return "must be said"
    if field["default"] in (None, []):
        return ""
    return f"`{json.dumps(field['default'])}`"


def _table(fields: list[Json]) -> str:
    rows = [f"| `{field['name']}` | {_kind(field['type'])} | {_default(field)} | {field['doc']} |"
            for field in fields]
    return "\n".join(["| field | type | when unsaid | meaning |", "|---|---|---|---|", *rows])


def _record(name: str, *, skip: int = 0, more: str = "") -> str:
    schema = source_of(name)
    return f"### {name}\n\n{schema['doc']}{more}\n\n{_table(schema['fields'][skip:])}\n"


def _topics_of(name: str) -> str:
    addresses = [f"`{channel.address}`" for channel in CHANNELS if name in channel.messages]
    return f" Topics: {', '.join(addresses)}."


def words_of(schema: Json) -> dict[str, str]:
    """What each word of an enum means, from its doc: `Sentence. WORD: meaning; WORD: meaning.`"""
    marks = "|".join(re.escape(symbol) for symbol in schema["symbols"])
    _, *parts = re.split(rf"(?:(?<=\.)|(?<=;)) ({marks}): ", schema["doc"])
    return {word: meaning.rstrip(";.") for word, meaning in
            zip(parts[::2], parts[1::2], strict=True)}


def _words(name: str) -> str:
    schema = source_of(name)
    first = str(schema["doc"]).partition(f" {schema['symbols'][0]}: ")[0]
    rows = [f"| `{word}` | {meaning} |" for word, meaning in words_of(schema).items()]
    return "\n".join([f"### {name}\n\n{first}\n", "| word | meaning |", "|---|---|", *rows, ""])


def events() -> str:
    """The text of docs/events.md."""
    first = STATEMENTS[0].__name__
    shared = {name: source_of(name) for name in shared_type_names()}
    statements = [
        _record(name, skip=_ENVELOPE_LENGTH, more=f" Stream: {kind.stream.value}.")
        for name, kind in STATEMENT_BY_NAME.items()]
    return "\n".join([
        _INTRODUCTION,
        "## The envelope\n\nEvery statement begins with these fields.\n",
        _table(source_of(first)["fields"][:_ENVELOPE_LENGTH]) + "\n",
        "## Statements\n\nWhat agencies say, one type a kind of record. The envelope comes "
        "first.\n",
        *statements,
        "## Concord's own records\n",
        *(_record(kind.__name__, more=_topics_of(kind.__name__)) for kind in OWN_RECORDS),
        "## Shared types\n",
        *(_record(name) for name, schema in shared.items() if schema["type"] == "record"),
        "## Words\n\nEvery list is closed; a list may grow, and who does not know a word yet "
        "reads it as UNMAPPED.\n",
        *(_words(name) for name, schema in shared.items() if schema["type"] == "enum"),
    ])


def documents() -> dict[str, str]:
    """The generated documents by file name."""
    return {"events.md": events(), "asyncapi.yaml": yaml_of(asyncapi()) + "\n"}


if __name__ == "__main__":
    folder = Path(str(files("schemas"))).parent / "docs"
    for file_name, text in documents().items():
        (folder / file_name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{file_name}\n")
