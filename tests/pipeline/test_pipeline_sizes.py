"""Sizes: what no inbox would take is refused where it is made, with its digest and its start."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from broker.event.agency import Agency
from broker.event.digest import NIL
from broker.event.person import Name, PersonRecorded
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.publish import RAW_BYTES_KEPT, TOO_LARGE, Feed
from broker.report.operations import rejects_listed
from broker.sdk.adapter import Delivery, Memory, RowRead, TableRead, TableSpec
from broker.vocabulary.words import AgencyKind, NameUse, State, System
from tests.pipeline.conftest import Bench

SPEC = TableSpec("people", System.FILES, ("PersonRecorded",))
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def _row(line: int, subject: str, names: int, raw: bytes) -> RowRead:
    name = Name(given="A" * 200, family="B" * 200, use=NameUse.FORMER)
    return RowRead(line, raw, subject, (PersonRecorded(
        event_id=NIL, agency="police", system=System.FILES, record=subject, subject=subject,
        recorded_at=AT, state=State.CURRENT, names=(name,) * names),))


@dataclass
class Wordy:
    """An adapter that puts more into a statement than a message may hold."""

    rows: tuple[RowRead, ...]
    name: str = "wordy"
    version: str = "1"
    tables: tuple[TableSpec, ...] = (SPEC,)

    def read(
        self, delivery: Delivery, memory: Memory,  # noqa: ARG002 # asked for by the shape
    ) -> Iterator[TableRead]:
        """One table with the rows given."""
        [path] = delivery.files
        yield TableRead(path.name, SPEC, AT, iter(self.rows), [], {}, path=path)


def _publish(bench: Bench, *rows: RowRead) -> tuple[int, ...]:
    path = bench.folder / "people.csv"
    path.write_bytes(b"")
    feed = Feed(Agency(code="police", kind=AgencyKind.POLICE, name="Police"), Wordy(rows),
                "changes", "police")
    report = bench.concord.publisher().publish(feed, [path], {path: AT}, AT)
    bench.concord.relay()
    return report.read, report.published, report.unchanged, report.rejected


def test_a_statement_no_inbox_would_take_is_rejected_every_time(bench: Bench) -> None:
    """It never counts as sent, and the rows beside it go through."""
    giant = _row(2, "N1", 2_700, b"x" * (topics.INBOX_BYTES_MAX // 2))
    small = _row(3, "N2", 1, b"y")

    assert (2, 1, 0, 1) == _publish(bench, giant, small)
    assert (2, 0, 1, 1) == _publish(bench, giant, small)


def test_what_is_kept_of_it_is_size_digest_and_start(bench: Bench) -> None:
    """A reject must itself fit its topic."""
    raw = b"x" * (topics.INBOX_BYTES_MAX + 1)
    _publish(bench, _row(2, "N1", 2_700, raw))

    with bench.concord.store.view() as view:
        [kept] = rejects_listed(view, bench.concord.codec, None)
    [logged] = bench.concord.log.read(Lane(topics.rejected("police"), 0), 0, 10)

    assert (TOO_LARGE, len(raw)) == (kept["reason"], kept["size"])
    value = logged.record.value
    assert value is not None
    assert sha256(raw).hexdigest().encode() in value
    assert RAW_BYTES_KEPT < len(value) < RAW_BYTES_KEPT + 1000
