"""The codec: statements and Concord's own records, to framed bytes and back.

A message is the byte 0, the schema's id in four bytes (most significant first), then the Avro
body (the Confluent framing). Decoding resolves the writer's schema against ours and validates
once; what comes out is a value of its dataclass or a `RecordRejected` whose reason is one of the
few below and never repeats the input.
"""
import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID

import fastavro
from fastavro.read import SchemaResolutionError
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from broker.errors import RecordRejected
from broker.event.catalogue import BY_NAME, OwnRecord
from broker.event.envelope import Statement
from broker.wire.fields import fields_of
from broker.wire.read_back import NotOurs, Reader, reader_of
from broker.wire.schemas import TEXTS_KEPT, Json, canonical, record_name_of, text_of

BAD_MAGIC_BYTE = "bad magic byte"
UNKNOWN_SCHEMA_ID = "unknown schema id"
UNKNOWN_TYPE = "unknown record type"
UNDECODABLE = "undecodable"
INVALID = "invalid: "
HEADER_BYTES = 5


class Registry(Protocol):
    """What the codec needs of ports.Registry."""

    def register(self, name: str, schema: str) -> int:
        """The id of this schema under this record name."""

    def schema(self, schema_id: int) -> str | None:
        """The schema's JSON text, or None if the id was never given out."""


class _Encoder(NamedTuple):
    """How one type is written."""

    header: bytes
    fields_of: Callable[[Any], dict[str, Any]]
    schema: Json


class _Decoder(NamedTuple):
    """How one writer's schema is read; `ours` is None where it is our own."""

    written: Json
    ours: Json | None
    validate: Callable[[Any], Any]


def _encoder(number: int, text: str) -> _Encoder:
    header = b"\x00" + number.to_bytes(HEADER_BYTES - 1, "big")
    return _Encoder(header, *_writable(text))


@lru_cache(TEXTS_KEPT)
def _writable(text: str) -> tuple[Callable[[Any], dict[str, Any]], Json]:
    """(what takes a value apart, the schema it is written under)."""
    definitions: dict[str, Json] = {}
    schema = fastavro.parse_schema(json.loads(text), definitions)
    return fields_of(schema, definitions), schema


@lru_cache(TEXTS_KEPT)
def _readable(text: str) -> Json:
    """A schema that leaves ids as text: validation makes the UUID, or names the bad field."""
    return fastavro.parse_schema(json.loads(text, object_hook=lambda node: (
        node["type"] if node.get("logicalType") == "uuid" else node)))


def _validator_of(name: str) -> SchemaValidator:
    return cast(SchemaValidator, TypeAdapter(BY_NAME[name]).validator)


def _decoder(text: str) -> _Decoder:
    """How messages of this writer's schema are read."""
    name = record_name_of(text)
    if name not in BY_NAME:
        raise RecordRejected(UNKNOWN_TYPE)
    ours = text_of(name)
    return _Decoder(_readable(text),
                    None if canonical(text) == canonical(ours) else _readable(ours),
                    _validator_of(name).validate_python)


def _reader(decoder: _Decoder) -> Reader | None:
    """What reads back statements that were written under our own schema."""
    name = str(decoder.written["name"]).rpartition(".")[2]
    if decoder.ours is not None or not issubclass(BY_NAME[name], Statement):
        return None
    return reader_of(BY_NAME[name], json.loads(text_of(name)))


def _place_of(error: ValidationError) -> str:
    """The field an error is about, without list positions and never with the input."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return ".".join(str(part) for part in first["loc"] if not isinstance(part, int)) or "record"


def schema_id_of(value: bytes) -> int:
    """The schema id in a message's framing; RecordRejected where there is none."""
    if len(value) < HEADER_BYTES or value[0] != 0:
        raise RecordRejected(BAD_MAGIC_BYTE)
    return int.from_bytes(value[1:HEADER_BYTES], "big")


def _read(value: bytes, decoder: _Decoder) -> dict[str, Any]:
    body = BytesIO(value)
    body.seek(HEADER_BYTES)
    try:
        fields = fastavro.schemaless_reader(body, decoder.written, decoder.ours)
    except (ValueError, LookupError, EOFError, OverflowError, SchemaResolutionError):
        raise RecordRejected(UNDECODABLE) from None
    if body.tell() != len(value):
        raise RecordRejected(UNDECODABLE)
    return cast(dict[str, Any], fields)


class Codec:
    """Encodes and decodes every type of the catalogue under the schemas of one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._encoders: dict[type, _Encoder] = {}
        self._decoders: dict[int, _Decoder] = {}
        self._readers: dict[int, Reader | None] = {}

    def register_all(self) -> dict[str, int]:
        """Register every type's schema; ids by record name. ConfigError if one is refused."""
        return {name: int.from_bytes(self._encoder_of(kind).header[1:], "big")
                for name, kind in BY_NAME.items()}

    def _encoder_of(self, kind: type) -> _Encoder:
        found = self._encoders.get(kind)
        if found is None:
            text = text_of(kind.__name__)
            number = self._registry.register(kind.__name__, text)
            found = self._encoders[kind] = _encoder(number, text)
        return found

    def encode(
        self, record: Statement | OwnRecord, *, event_id: UUID | None = None,
        recorded_at: datetime | None = None,
    ) -> bytes:
        """The framed bytes of a record; `event_id` and `recorded_at` stand in for its own.

        Times travel in whole milliseconds: what is finer is cut off.
        """
        header, fields_of, schema = (
            self._encoders.get(type(record)) or self._encoder_of(type(record)))
        fields = fields_of(record)
        if event_id is not None:
            fields["event_id"] = event_id
        if recorded_at is not None:
            fields["recorded_at"] = recorded_at
        out = BytesIO()
        out.write(header)
        fastavro.schemaless_writer(out, schema, fields)
        return out.getvalue()

    def _decoder_of(self, value: bytes) -> _Decoder:
        number = schema_id_of(value)
        found = self._decoders.get(number)
        if found is None:
            text = self._registry.schema(number)
            if text is None:
                raise RecordRejected(UNKNOWN_SCHEMA_ID)
            found = self._decoders[number] = _decoder(text)
        return found

    def decode(self, value: bytes) -> Statement | OwnRecord:
        """The value a message holds, whole and validated; RecordRejected says why not."""
        return self._validated(value, self._decoder_of(value))

    def read_back(self, value: bytes) -> Statement | OwnRecord:
        """What `decode` gives of bytes that it has once been given: what the store holds of a
        statement. Its fields are not checked again, which is most of the work."""
        number = schema_id_of(value)
        if number not in self._readers:
            self._readers[number] = _reader(self._decoder_of(value))
        read = self._readers[number]
        if read is not None:
            try:
                made, end = read(value, HEADER_BYTES)
            except (NotOurs, LookupError, ValueError, OverflowError):
                end = 0
            if end == len(value):
                return cast(Statement | OwnRecord, made)
        return self.decode(value)

    def decode_as(self, value: bytes, schema: str) -> Statement | OwnRecord:
        """The value a message holds if its body was written under this schema, whatever its
        framing says: for bytes that came from under another registry."""
        schema_id_of(value)
        return self._validated(value, _decoder(schema))

    @staticmethod
    def _validated(value: bytes, decoder: _Decoder) -> Statement | OwnRecord:
        try:
            return cast(Statement | OwnRecord, decoder.validate(_read(value, decoder)))
        except ValidationError as error:
            raise RecordRejected(INVALID + _place_of(error)) from None

    def fields(self, value: bytes) -> dict[str, Any]:
        """A message's plain fields as fastavro reads them, ids as text: nothing is validated."""
        return _read(value, self._decoder_of(value))
