"""Statements survive the wire exactly, and bad bytes are refused by a closed reason."""
import json
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import fastavro
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.errors import RecordRejected
from broker.event.care import VisitRecorded
from broker.event.catalogue import BY_NAME, OwnRecord
from broker.event.envelope import Moment, Occurred, Reference, Statement
from broker.event.own import AuditEntry
from broker.event.person import Name, PersonRecorded
from broker.vocabulary.words import (
    AuditAction,
    Precision,
    State,
    System,
    VisitKind,
)
from broker.wire.codec import Codec, schema_id_of
from broker.wire.schemas import text_of
from tests.wire.registry import ListRegistry
from tests.wire.strategies import instances, records

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VISIT = VisitRecorded(
    event_id=UUID("10000000-0000-5000-8000-000000000002"), agency="council", system=System.SSD,
    record="V7", subject="C1", recorded_at=NOON, state=State.CURRENT, kind=VisitKind.CP_VISIT,
    visited=Moment(at=NOON, precision=Precision.DAY), seen=True)
BODY = (
    b"\x48" b"10000000-0000-5000-8000-000000000002"  # event_id: 36 characters
    b"\x0ecouncil"
    b"\x02"                                          # system: ssd
    b"\x04V7" b"\x04C1"
    b"\x80\xa8\xa8\x94\x95\x67"                      # 1,772,366,400,000 ms, zigzag
    b"\x00"                                          # state: CURRENT
    b"\x00"                                          # occurred: null
    b"\x00\x00\x00"                                  # handling: null, PERMITTED, null
    b"\x00\x02\x00"                                  # FACT, UK_GDPR, SAFEGUARDING
    b"\x00"                                          # told_by: null
    b"\x00"                                          # references: none
    b"\x02\x02"                                      # kind: CP_VISIT
    b"\x02\x80\xa8\xa8\x94\x95\x67\x02"              # visited, DAY
    b"\x02\x01"                                      # seen
    b"\x00"                                          # seen_alone: null
)


@pytest.fixture(scope="module")
def codec() -> Codec:
    """A codec whose ids count from 1 in the order of the catalogue."""
    codec = Codec(ListRegistry())
    codec.register_all()
    return codec


def reason_of(codec: Codec, value: bytes) -> str:
    """Why a message is refused."""
    with pytest.raises(RecordRejected) as caught:
        codec.decode(value)
    return caught.value.reason


def dict_of(value: Any) -> Any:
    """A value as fastavro takes it unaided, ids as text."""
    if is_dataclass(value):
        return {field.name: dict_of(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [dict_of(each) for each in value]
    return str(value) if isinstance(value, UUID) else value


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_every_type_comes_back_as_it_went(name: str, codec: Codec) -> None:
    """Whatever is said in whole milliseconds is read exactly as it was said."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(instances(BY_NAME[name]))
    def comes_back(record: Statement | OwnRecord) -> None:
        assert record == codec.decode(codec.encode(record))

    comes_back()


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[
    HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(record=records)
def test_a_named_branch_is_the_one_fastavro_finds(
    record: Statement | OwnRecord, codec: Codec,
) -> None:
    """Told the branch of a union or left to look for it, fastavro writes the same bytes."""
    body = BytesIO()
    schema = fastavro.parse_schema(json.loads(text_of(type(record).__name__)))
    fastavro.schemaless_writer(body, schema, dict_of(record))

    assert body.getvalue() == codec.encode(record)[5:]


@settings(max_examples=60, deadline=None, suppress_health_check=[
    HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(record=records)
def test_the_plain_fields_are_those_of_the_value(
    record: Statement | OwnRecord, codec: Codec,
) -> None:
    """What fastavro reads, before validation, is already what was said."""
    assert dict_of(record) == codec.fields(codec.encode(record))


def test_the_framing_is_exact(codec: Codec) -> None:
    """Magic byte 0, the schema's id in four bytes, the fields in order."""
    number = list(BY_NAME).index("VisitRecorded") + 1

    assert b"\x00\x00\x00\x00" + bytes([number]) + BODY == codec.encode(VISIT)


def test_the_id_is_read_from_the_framing() -> None:
    """The most significant byte comes first."""
    assert 0x01020304 == schema_id_of(b"\x00\x01\x02\x03\x04rest")


def test_publish_can_stamp_id_and_time(codec: Codec) -> None:
    """The stamps stand in for the record's own, and nothing else changes."""
    number, later = UUID(int=5 << 76), NOON + timedelta(days=1)

    value = codec.encode(VISIT, event_id=number, recorded_at=later)

    assert replace(VISIT, event_id=number, recorded_at=later) == codec.decode(value)


def test_finer_times_are_cut_to_the_millisecond(codec: Codec) -> None:
    """The wire carries whole milliseconds; the rest is dropped, never rounded up."""
    value = codec.encode(replace(VISIT, recorded_at=NOON + timedelta(microseconds=999_999)))

    read = codec.decode(value)

    assert isinstance(read, VisitRecorded)
    assert NOON + timedelta(milliseconds=999) == read.recorded_at


@pytest.mark.parametrize("value", [b"", b"\x00", b"\x00\x00\x00\x00", b"\x01\x00\x00\x00\x01ab",
                                   b"{\"a\": 1}"])
def test_other_framing_is_refused(value: bytes, codec: Codec) -> None:
    """Without the magic byte and an id there is nothing to read by."""
    assert "bad magic byte" == reason_of(codec, value)


def test_an_id_never_given_out_is_refused(codec: Codec) -> None:
    """Only Concord registers schemas, so an unknown id is nobody's."""
    assert "unknown schema id" == reason_of(codec, b"\x00\x7f\xff\xff\xff" + BODY)


def test_a_schema_of_no_type_of_ours_is_refused() -> None:
    """A registered schema that is none of the catalogue's is not guessed at."""
    registry = ListRegistry()
    registry.register("Other", '{"type":"record","name":"x.Other","fields":[]}')

    assert "unknown record type" == reason_of(Codec(registry), b"\x00\x00\x00\x00\x01")


def test_no_shortened_message_is_read(codec: Codec) -> None:
    """A statement cut anywhere is refused, even within its last word."""
    value = codec.encode(replace(VISIT, references=(Reference(scheme="a", value="bcd"),)))

    reasons = {reason_of(codec, value[:size]) for size in range(5, len(value))}

    assert {"undecodable"} == reasons


def test_nothing_may_follow_the_record(codec: Codec) -> None:
    """Bytes that nobody reads would travel unseen."""
    assert "undecodable" == reason_of(codec, codec.encode(VISIT) + b"\x00")


@pytest.mark.parametrize("body", [
    b"\x47",                             # a negative length
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # a length beyond all memory
    b"\x80" * 40,                        # a number without an end
    b"\x02\xff",                         # no UTF-8
])
def test_hostile_bytes_are_refused(body: bytes, codec: Codec) -> None:
    """No length, number or text is too odd for a plain refusal."""
    assert "undecodable" == reason_of(codec, codec.encode(VISIT)[:5] + body)


@pytest.mark.parametrize(("at", "byte"), [
    (50, 0x7E),  # system
    (64, 0x04),  # occurred
])
def test_no_symbol_or_branch_beyond_the_last_is_read(at: int, byte: int, codec: Codec) -> None:
    """What the writer's schema does not list was not said."""
    value = bytearray(codec.encode(VISIT))
    value[at] = byte

    assert "undecodable" == reason_of(codec, bytes(value))


def test_a_huge_array_is_refused(codec: Codec) -> None:
    """A count of items that the message cannot hold ends where the message does."""
    huge = BODY.replace(b"\x00\x00\x02\x02\x02\x80", b"\x00\xfe\xff\xff\xff\x0f\x02\x02\x02\x80")
    assert huge != BODY

    assert "undecodable" == reason_of(codec, codec.encode(VISIT)[:5] + huge)


@settings(max_examples=200, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(codec: Codec, body: bytes) -> None:
    """No bytes at all raise anything but RecordRejected."""
    with suppress(RecordRejected):
        codec.decode(b"\x00\x00\x00\x00\x03" + body)


@settings(max_examples=200, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(5, 120), st.integers(0, 255))
def test_any_changed_byte_is_read_or_refused(codec: Codec, at: int, byte: int) -> None:
    """A damaged statement gives a value or a RecordRejected, never another error."""
    value = bytearray(codec.encode(VISIT))
    value[at % len(value)] = byte
    with suppress(RecordRejected):
        codec.decode(bytes(value))


@pytest.mark.parametrize(("said", "reason"), [
    ({"agency": "Riverside House"}, "invalid: agency"),
    ({"subject": ""}, "invalid: subject"),
    ({"record": "x" * 301}, "invalid: record"),
    ({"event_id": "not a uuid"}, "invalid: event_id"),
    ({"references": [{"scheme": "ok", "value": "1"}, {"scheme": "s" * 201, "value": "1"}]},
     "invalid: references.scheme"),
])
def test_what_is_not_valid_is_refused_by_its_field(
    said: dict[str, Any], reason: str, codec: Codec,
) -> None:
    """The reason names the field and never the value."""
    schema = json.loads(text_of("VisitRecorded"))
    schema["fields"][0]["type"] = "string"
    body = BytesIO()
    fastavro.schemaless_writer(body, schema, {
        **dict_of(VISIT), "event_id": str(VISIT.event_id), **said})

    assert reason == reason_of(codec, codec.encode(VISIT)[:5] + body.getvalue())


def test_a_reject_says_nothing_of_the_person(codec: Codec) -> None:
    """Neither the text nor the cause of a reject repeats what was sent."""
    person = PersonRecorded(
        event_id=UUID(int=1), agency="council", system=System.SSD, record="1", subject="1",
        recorded_at=NOON, state=State.CURRENT, birth_date=date(2011, 5, 6),
        names=(Name(given="Quillon", family="Xanthe"),))
    value = codec.encode(person).replace(b"\x0ecouncil", b"\x0eCOUNCIL")

    with pytest.raises(RecordRejected) as caught:
        codec.decode(value)

    assert ("invalid: agency", None, None, None) == (
        str(caught.value), caught.value.value, caught.value.column, caught.value.__cause__)
    assert caught.value.__suppress_context__


def test_a_number_keeps_all_its_digits(codec: Codec) -> None:
    """A long is eight bytes, not a float."""
    entry = AuditEntry(number=2**62 + 1, at=NOON, action=AuditAction.ERASURE, actor="a", why="b",
                       previous="0", digest="1")

    assert entry == codec.decode(codec.encode(entry))


def test_times_before_1970_are_exact(codec: Codec) -> None:
    """Old records are dated before the epoch."""
    old = replace(VISIT, occurred=Occurred(start=datetime(1952, 2, 6, 7, 30, tzinfo=UTC)))

    assert old == codec.decode(codec.encode(old))


def test_arrays_in_sized_blocks_are_read(codec: Codec) -> None:
    """Other writers split arrays into blocks that say their size in bytes."""
    plain = BODY.replace(b"\x00\x00\x02\x02\x02\x80",
                         b"\x00\x01\x08\x02a\x02b\x02\x02c\x02d\x00\x02\x02\x02\x80")

    read = codec.decode(codec.encode(VISIT)[:5] + plain)

    assert replace(VISIT, references=(
        Reference(scheme="a", value="b"), Reference(scheme="c", value="d"))) == read
