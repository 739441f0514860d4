"""Whether two schemas can read each other's data, and if not, where and why.

The rules are Avro's schema resolution: a reader's field that the writer lacks needs a default; a
number may be read as a wider one; an unknown symbol needs the enum's default; a union is read if
each of the writer's branches is. On top of Avro's, a changed logical type is refused: the bytes
would still read, as another time or date.
"""
import json
from collections.abc import Sequence
from dataclasses import dataclass

from broker.wire.schemas import Json, named_types

_PROMOTIONS = {
    ("int", "long"), ("int", "float"), ("int", "double"), ("long", "float"), ("long", "double"),
    ("float", "double"), ("string", "bytes"), ("bytes", "string"),
}


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """One place (`record.field...`) where a reader cannot read what a writer may write."""

    place: str
    why: str


class _Comparison:
    """One reader's schema against one writer's."""

    def __init__(self, reader: Json, writer: Json) -> None:
        self.reader_types = named_types(reader)
        self.writer_types = named_types(writer)
        self.seen: set[tuple[str, str]] = set()

    def compare(self, place: str, reader: Json, writer: Json) -> list[Incompatibility]:
        reader, writer = self.resolved(self.reader_types, reader), self.resolved(
            self.writer_types, writer)
        if isinstance(writer, list):
            return [each for branch in writer for each in self.compare(place, reader, branch)]
        if isinstance(reader, list):
            return self.compare_with_union(place, reader, writer)
        kinds = _kind(reader), _kind(writer)
        if kinds[0] != kinds[1]:
            if (kinds[1], kinds[0]) in _PROMOTIONS and not _logical(reader, writer):
                return []
            return [Incompatibility(place, f"{kinds[1]} cannot be read as {kinds[0]}")]
        if kinds[0] == "record":
            return self.compare_records(place, reader, writer)
        if kinds[0] == "enum":
            return self.compare_enums(place, reader, writer)
        if kinds[0] == "fixed":
            return self.compare_fixed(place, reader, writer)
        inner = {"array": "items", "map": "values"}.get(kinds[0])
        if inner is not None:
            return self.compare(place, reader[inner], writer[inner])
        if _logical(reader, writer):
            return [Incompatibility(place, "the logical type differs")]
        return []

    @staticmethod
    def resolved(named: dict[str, Json], node: Json) -> Json:
        return named.get(node.rpartition(".")[2], node) if isinstance(node, str) else node

    def compare_with_union(self, place: str, reader: Json, writer: Json) -> list[Incompatibility]:
        reasons = [self.compare(place, branch, writer) for branch in reader]
        if any(not each for each in reasons):
            return []
        wanted = _kind(writer)
        for branch, each in zip(reader, reasons, strict=True):
            if _kind(self.resolved(self.reader_types, branch)) == wanted:
                return each
        return [Incompatibility(place, f"no branch of the reader's union takes {wanted}")]

    def compare_records(self, place: str, reader: Json, writer: Json) -> list[Incompatibility]:
        if not _same_name(reader, writer):
            return [Incompatibility(place, f"{writer['name']} is not {reader['name']}")]
        pair = (reader["name"], writer["name"])
        if pair in self.seen:
            return []
        self.seen.add(pair)
        written = {field["name"]: field for field in writer["fields"]}
        found: list[Incompatibility] = []
        for field in reader["fields"]:
            where = f"{place}.{field['name']}"
            names = [field["name"], *field.get("aliases", ())]
            match = next((written[name] for name in names if name in written), None)
            if match is not None:
                found += self.compare(where, field["type"], match["type"])
            elif "default" not in field:
                found.append(Incompatibility(where, "the writer lacks it and it has no default"))
        if found:  # the same fault stands wherever the type is used again
            self.seen.discard(pair)
        return found

    @staticmethod
    def compare_fixed(place: str, reader: Json, writer: Json) -> list[Incompatibility]:
        if not _same_name(reader, writer):
            return [Incompatibility(place, f"{writer['name']} is not {reader['name']}")]
        if reader["size"] != writer["size"]:
            return [Incompatibility(
                place, f"{writer['size']} bytes cannot be read as {reader['size']}")]
        if _logical(reader, writer):
            return [Incompatibility(place, "the logical type differs")]
        return []

    @staticmethod
    def compare_enums(place: str, reader: Json, writer: Json) -> list[Incompatibility]:
        if not _same_name(reader, writer):
            return [Incompatibility(place, f"{writer['name']} is not {reader['name']}")]
        unknown = [word for word in writer["symbols"] if word not in reader["symbols"]]
        if unknown and "default" not in reader:
            return [Incompatibility(
                place, f"the reader knows no {', '.join(unknown)} and has no default symbol")]
        return []


def _kind(node: Json) -> str:
    return node if isinstance(node, str) else str(node["type"])


def _logical(reader: Json, writer: Json) -> bool:
    """Whether the logical types differ."""
    def of(node: Json) -> object:
        return node.get("logicalType") if isinstance(node, dict) else None

    return of(reader) != of(writer)


def _same_name(reader: Json, writer: Json) -> bool:
    mine = [reader["name"], *reader.get("aliases", ())]
    return writer["name"].rpartition(".")[2] in {name.rpartition(".")[2] for name in mine}


def incompatibilities(reader: str, writer: str) -> list[Incompatibility]:
    """Every place where data of the `writer` schema cannot be read under `reader` (JSON texts)."""
    mine, theirs = json.loads(reader), json.loads(writer)
    return _Comparison(mine, theirs).compare(mine["name"].rpartition(".")[2], mine, theirs)


def full_transitive(new: str, earlier: Sequence[str]) -> list[str]:
    """A sentence for each fault between a new schema and any earlier version, both ways.

    Empty where the new schema reads every earlier version's data and every earlier version
    reads its.
    """
    faults = []
    for number, old in enumerate(earlier, 1):
        for reader, writer, way in (
            (new, old, f"the new schema cannot read version {number}"),
            (old, new, f"version {number} cannot read the new schema"),
        ):
            faults += [f"{each.place}: {way}: {each.why}"
                       for each in incompatibilities(reader, writer)]
    return faults
