"""The codec: statements and Concord's own records, to framed bytes and back.

A message is the byte 0, the schema's id in four bytes (most significant first), then the Avro
body (the Confluent framing). Decoding resolves the writer's schema against ours and validates
once; what comes out is a value of its dataclass or a `RecordRejected` whose reason is one of the
few below and never repeats the input.
"""
import json
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID

import fastavro
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from broker.errors import RecordRejected
from broker.event.catalogue import BY_NAME, OwnRecord
from broker.event.envelope import Statement
from broker.wire.reading import Undecodable, compile_reader
from broker.wire.schemas import Json, record_name_of, text_of
from broker.wire.writing import RecordWriter, compile_writer

BAD_MAGIC_BYTE = "bad magic byte"
UNKNOWN_SCHEMA_ID = "unknown schema id"
UNKNOWN_TYPE = "unknown record type"
UNDECODABLE = "undecodable"
INVALID = "invalid: "
HEADER_BYTES = 5
_NULL = b"\x00"


class Registry(Protocol):
    """What the codec needs of ports.Registry."""

    def register(self, name: str, schema: str) -> int:
        """The id of this schema under this record name."""

    def schema(self, schema_id: int) -> str | None:
        """The schema's JSON text, or None if the id was never given out."""


class _Encoder(NamedTuple):
    """How one type is written."""

    header: bytes
    writer: RecordWriter


class _Decoder(NamedTuple):
    """How one writer's schema is read."""

    read: Any
    validate: Any
    written: Json
    ours: Json | None


def _validator_of(name: str) -> SchemaValidator:
    return cast(SchemaValidator, TypeAdapter(BY_NAME[name]).validator)


def _place_of(error: ValidationError) -> str:
    """The field an error is about, without list positions and never with the input."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return ".".join(str(part) for part in first["loc"] if not isinstance(part, int)) or "record"


def schema_id_of(value: bytes) -> int:
    """The schema id in a message's framing; RecordRejected where there is none."""
    if len(value) < HEADER_BYTES or value[0] != 0:
        raise RecordRejected(BAD_MAGIC_BYTE)
    return int.from_bytes(value[1:HEADER_BYTES], "big")


class Codec:
    """Encodes and decodes every type of the catalogue under the schemas of one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._encoders: dict[type, _Encoder] = {}
        self._decoders: dict[int, _Decoder] = {}

    def register_all(self) -> dict[str, int]:
        """Register every type's schema; ids by record name. ConfigError if one is refused."""
        return {name: int.from_bytes(self._encoder_of(kind).header[1:], "big")
                for name, kind in BY_NAME.items()}

    def _encoder_of(self, kind: type) -> _Encoder:
        found = self._encoders.get(kind)
        if found is None:
            text = text_of(kind.__name__)
            number = self._registry.register(kind.__name__, text)
            header = _NULL + number.to_bytes(HEADER_BYTES - 1, "big")
            found = self._encoders[kind] = _Encoder(header, compile_writer(json.loads(text)))
        return found

    def encode(
        self, record: Statement | OwnRecord, *, event_id: UUID | None = None,
        recorded_at: datetime | None = None,
    ) -> bytes:
        """The framed bytes of a record; `event_id` and `recorded_at` stand in for its own.

        Times travel in whole milliseconds: what is finer is cut off.
        """
        header, (names, values_of, writers) = (
            self._encoders.get(type(record)) or self._encoder_of(type(record)))
        values = values_of(record)
        if event_id is not None or recorded_at is not None:
            stamps = {"event_id": event_id, "recorded_at": recorded_at}
            values = tuple([stamps.get(name) or value
                            for name, value in zip(names, values, strict=True)])
        return header + b"".join([
            _NULL if part is None else writer(part)
            for writer, part in zip(writers, values, strict=True)])

    def _decoder_of(self, value: bytes) -> _Decoder:
        number = schema_id_of(value)
        found = self._decoders.get(number)
        if found is None:
            text = self._registry.schema(number)
            if text is None:
                raise RecordRejected(UNKNOWN_SCHEMA_ID)
            name = record_name_of(text)
            if name not in BY_NAME:
                raise RecordRejected(UNKNOWN_TYPE)
            written, ours = json.loads(text), json.loads(text_of(name))
            found = self._decoders[number] = _Decoder(
                compile_reader(written, ours), _validator_of(name).validate_python,
                fastavro.parse_schema(written),
                None if written == ours else fastavro.parse_schema(ours))
        return found

    def decode(self, value: bytes) -> Statement | OwnRecord:
        """The value a message holds, whole and validated; RecordRejected says why not."""
        decoder = self._decoder_of(value)
        try:
            return cast(Statement | OwnRecord,
                        decoder.validate(decoder.read(value, HEADER_BYTES)))
        except Undecodable:
            raise RecordRejected(UNDECODABLE) from None
        except ValidationError as error:
            raise RecordRejected(INVALID + _place_of(error)) from None

    def fields(self, value: bytes) -> dict[str, Any]:
        """A message's plain fields as fastavro alone reads them: no values, no validation."""
        decoder = self._decoder_of(value)
        body = BytesIO(value)
        body.seek(HEADER_BYTES)
        return cast(dict[str, Any],
                    fastavro.schemaless_reader(body, decoder.written, decoder.ours))
