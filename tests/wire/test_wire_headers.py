"""Headers name the event, its type, its agency and its time, and never its subject."""
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, settings

from broker.event.care import VisitRecorded
from broker.event.catalogue import OWN_RECORDS, OwnRecord
from broker.event.envelope import Statement
from broker.event.own import AuditEntry, JudgementMade
from broker.vocabulary.words import AuditAction, State, System, Verdict
from broker.wire.headers import headers_of, traceparent_of
from tests.wire.strategies import instances, statements

VISIT = VisitRecorded(
    event_id=UUID("10000000-0000-5000-8000-000000000002"), agency="council", system=System.SSD,
    record="V7", subject="C1", recorded_at=datetime(2026, 3, 1, 12, 0, 0, 5000, tzinfo=UTC),
    state=State.CURRENT)


def test_headers_are_cloudevents_in_binary_mode() -> None:
    """Exact names, exact values, in a fixed order."""
    assert (
        ("ce_specversion", b"1.0"),
        ("ce_id", b"10000000-0000-5000-8000-000000000002"),
        ("ce_type", b"safeguarding.event.VisitRecorded"),
        ("ce_source", b"/council/ssd"),
        ("ce_time", b"2026-03-01T12:00:00.005Z"),
        ("traceparent", b"00-10000000000050008000000000000002-1000000000005000-01"),
    ) == headers_of(VISIT)


def test_stamps_stand_in_for_the_records_own() -> None:
    """Publish stamps id and time on headers as it does on the body."""
    summer = datetime(2026, 7, 1, 13, tzinfo=timezone(timedelta(hours=1)))

    headers = dict(headers_of(VISIT, event_id=UUID(int=7 << 64), recorded_at=summer))

    assert (b"00000000-0000-0007-0000-000000000000", b"2026-07-01T12:00:00.000Z") == (
        headers["ce_id"], headers["ce_time"])


def test_a_trace_that_is_given_is_kept() -> None:
    """A producer's own trace goes on through the broker."""
    given_trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"

    headers = dict(headers_of(VISIT, traceparent=given_trace))

    assert given_trace.encode() == headers["traceparent"]


def test_a_repeat_is_in_the_same_trace() -> None:
    """The trace is derived from the event id alone."""
    assert traceparent_of(VISIT.event_id) == traceparent_of(UUID(VISIT.event_id.hex))


@pytest.mark.parametrize(("number", "expected"), [
    (0, "00-00000000000000000000000000000001-0000000000000001-01"),
    (5, "00-00000000000000000000000000000005-0000000000000001-01"),
])
def test_a_foreign_id_makes_a_valid_trace(number: int, expected: str) -> None:
    """The standard forbids zeros, and an agency's own id may hold them."""
    assert expected == traceparent_of(UUID(int=number))


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(statements)
def test_no_header_names_the_subject(said: Statement) -> None:
    """Who lists a topic learns nobody's local id."""
    assert {"ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "traceparent"} == set(
        dict(headers_of(said)))


def test_our_own_records_are_of_concord() -> None:
    """A record that no agency wrote goes by its own key and time."""
    judgement = JudgementMade(
        judgement_id=UUID("20000000-0000-5000-8000-000000000009"), left="police:N1",
        right="council:C1", verdict=Verdict.SAME, by="A. Worker", reason="seen together",
        made_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))

    assert (
        ("ce_specversion", b"1.0"),
        ("ce_id", b"20000000-0000-5000-8000-000000000009"),
        ("ce_type", b"safeguarding.event.JudgementMade"),
        ("ce_source", b"/concord"),
        ("ce_time", b"2026-03-02T09:30:00.000Z"),
        ("traceparent", b"00-20000000000050008000000000000009-2000000000005000-01"),
    ) == headers_of(judgement)


def test_an_audit_entry_goes_by_its_number() -> None:
    """The chain is numbered, and the number is the entry's id."""
    entry = AuditEntry(
        number=17, at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC), action=AuditAction.ERASURE,
        actor="a", why="b", previous="0", digest="1")

    headers = dict(headers_of(entry))

    assert (b"17", b"2026-03-02T09:30:00.000Z",
            b"00-00000000000000000000000000000011-0000000000000001-01") == (
        headers["ce_id"], headers["ce_time"], headers["traceparent"])


@pytest.mark.parametrize("kind", OWN_RECORDS, ids=lambda kind: kind.__name__)
def test_every_record_of_ours_has_headers(kind: type[OwnRecord]) -> None:
    """No type is without its key or its time."""

    @settings(max_examples=5, deadline=None)
    @given(instances(kind).filter(lambda record: getattr(record, "number", 1) > 0))
    def has_headers(record: OwnRecord) -> None:
        headers = dict(headers_of(record))

        assert (f"safeguarding.event.{kind.__name__}".encode(), b"/concord",
                str(getattr(record, record.key)).encode()) == (
            headers["ce_type"], headers["ce_source"], headers["ce_id"])

    has_headers()
