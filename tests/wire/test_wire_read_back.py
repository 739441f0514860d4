"""What is read back from the store is what decoding gives, and goes the long way if in doubt."""
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from broker.errors import RecordRejected
from broker.event.care import VisitRecorded
from broker.event.catalogue import BY_NAME, STATEMENTS, OwnRecord
from broker.event.envelope import Moment, Reference, Statement
from broker.vocabulary.words import Precision, State, System, VisitKind
from broker.wire.codec import HEADER_BYTES, Codec
from broker.wire.read_back import NotOurs, reader_of
from broker.wire.schemas import text_of
from tests.wire.registry import ListRegistry
from tests.wire.strategies import instances

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VISIT = VisitRecorded(
    event_id=UUID("10000000-0000-5000-8000-000000000002"), agency="council", system=System.SSD,
    record="V7", subject="C1", recorded_at=NOON, state=State.CURRENT, kind=VisitKind.CP_VISIT,
    visited=Moment(at=NOON, precision=Precision.DAY), seen=True)


@pytest.fixture(scope="module")
def codec() -> Codec:
    """A codec whose ids count from 1 in the order of the catalogue."""
    codec = Codec(ListRegistry())
    codec.register_all()
    return codec


def decoded_of(codec: Codec, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What goes the long way from here on."""
    long_way: list[bytes] = []
    decode = codec.decode

    def noted(value: bytes) -> Statement | OwnRecord:
        long_way.append(value)
        return decode(value)

    monkeypatch.setattr(codec, "decode", noted)
    return long_way


@pytest.mark.slow
@pytest.mark.parametrize("kind", BY_NAME.values())
def test_every_type_is_read_back_as_it_is_decoded(
    kind: type[Statement | OwnRecord], codec: Codec,
) -> None:
    """The very same values, of the very same kinds, in every field; of Concord's own records,
    too, which are decoded."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(instances(kind))
    def is_read_back(record: Statement | OwnRecord) -> None:
        value = codec.encode(record)
        decoded, back = codec.decode(value), codec.read_back(value)

        assert (decoded, repr(decoded)) == (back, repr(back))

    is_read_back()


@pytest.mark.parametrize("kind", STATEMENTS)
def test_a_statement_that_our_codec_wrote_is_not_decoded(
    kind: type[Statement], codec: Codec, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every type of statement can be read back without the long way."""
    said: Any = kind
    value = codec.encode(said(
        event_id=UUID(int=5), agency="council", system=System.SSD, record="R" * 200, subject="C1",
        recorded_at=NOON, state=State.CURRENT, references=(Reference(scheme="a", value="é"),)))
    long_way = decoded_of(codec, monkeypatch)

    codec.read_back(value)

    assert [] == long_way


@pytest.mark.parametrize("milliseconds", [
    0, -1, 1, 2**33, 2**34 - 1, 2**34, 2**41 - 1, 2**41, -2**41, 1_772_366_399_999,
    1_772_366_400_001, 253_402_300_799_999, -62_135_596_800_000])
def test_a_moment_is_read_to_the_millisecond(milliseconds: int, codec: Codec) -> None:
    """In as many bytes as it takes, before 1970 too, and to the last year there is."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)

    back = codec.read_back(codec.encode(VISIT, recorded_at=at))

    assert isinstance(back, VisitRecorded)
    assert (at, UTC) == (back.recorded_at, back.recorded_at.tzinfo)


def test_bytes_that_are_too_short_too_long_or_broken_are_refused_as_by_decoding(
    codec: Codec,
) -> None:
    """Each cut, one byte more, and each byte turned round: the same value or the same reason."""
    def outcome(read: Any, value: bytes) -> object:
        try:
            return read(value)
        except RecordRejected as rejected:
            return rejected.reason

    value = codec.encode(VISIT)
    broken = [value[:end] for end in range(HEADER_BYTES, len(value))]
    broken += [value + b"\x00", *(value[:at] + bytes([value[at] ^ flip]) + value[at + 1:]
                                  for at in range(HEADER_BYTES, len(value))
                                  for flip in (0x01, 0x80, 0xff))]
    written_otherwise = [each for each in broken
                         if outcome(codec.decode, each) != outcome(codec.read_back, each)]

    assert [] == [each for each in written_otherwise
                  if not isinstance(outcome(codec.decode, each), str)]
    assert {"invalid: agency", "invalid: subject", "invalid: record", "invalid: event_id"} >= {
        outcome(codec.decode, each) for each in written_otherwise}, "not checked again: no more"


def test_an_array_in_several_blocks_goes_the_long_way(codec: Codec) -> None:
    """Our codec writes one block; another's may be as good."""
    said = VISIT
    value = codec.encode(said)
    reference = b"\x02a\x02b"
    at = value.index(b"\x00\x02\x02\x02\x80")  # no references, and the kind that follows
    blocks = value[:at] + b"\x02" + reference + b"\x02" + reference + b"\x00" + value[at + 1:]
    sized = value[:at] + b"\x01\x08" + reference + b"\x00" + value[at + 1:]

    one = Reference(scheme="a", value="b")
    assert [(one, one), (one,)] == [each.references for each in map(codec.read_back, (
        blocks, sized)) if isinstance(each, VisitRecorded)]


def test_what_was_written_under_another_schema_is_resolved(codec: Codec) -> None:
    """A field that ours does not have yet, or has no more, is for decoding."""
    schema = json.loads(text_of("VisitRecorded"))
    schema["fields"][-1]["default"] = None
    registry = ListRegistry()
    written = Codec(registry)
    written.register_all()
    number = registry.register("VisitRecorded", json.dumps({**schema, "fields": [
        *schema["fields"], {"name": "more", "type": ["null", "string"], "default": None}]}))
    value = b"\x00" + number.to_bytes(4, "big") + written.encode(VISIT)[HEADER_BYTES:] + b"\x00"

    assert VISIT == written.read_back(value)


def test_a_schema_that_is_not_the_dataclass_s_has_no_reader() -> None:
    """Other fields, or a type that is not read here."""
    schema = json.loads(text_of("VisitRecorded"))
    fewer = {**schema, "fields": schema["fields"][:-1]}
    last = schema["fields"][-1]
    other = {**schema, "fields": [*schema["fields"][:-1], {**last, "type": "double"}]}
    unions = {**schema, "fields": [*schema["fields"][:-1], {
        **last, "type": ["boolean", "null"]}]}

    assert [None, None, None] == [reader_of(VisitRecorded, each)
                                  for each in (fewer, other, unions)]


def test_a_branch_that_is_none_is_not_ours(codec: Codec) -> None:
    """A union of null and one type has two."""
    read = reader_of(VisitRecorded, json.loads(text_of("VisitRecorded")))
    value = codec.encode(VISIT)
    assert read is not None

    with pytest.raises(NotOurs):
        read(value[:-1] + b"\x04", HEADER_BYTES)
