"""Publish: an agency's files become statements in its inbox; bad rows become rejects."""
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Literal

from broker.errors import ConfigError, RecordRejected
from broker.event import own
from broker.event.agency import Agency
from broker.event.care import PlacementRecorded
from broker.event.digest import derived_id, digest_of, event_id_of
from broker.event.envelope import Statement
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.covering import FileRead
from broker.pipeline.messages import message_of
from broker.pipeline.publish_memory import SaidBefore, StoreMemory, next_run
from broker.pipeline.publish_report import PublishReport, RowReject
from broker.pipeline.publish_snapshot import (
    Snapshot,
    newest_extracts,
    plan_snapshot,
    table_key_of,
)
from broker.pipeline.publish_unread import Reader, Refused, Unread, as_text, is_unread
from broker.pipeline.rejects import store_reject
from broker.pipeline.tables import EXTRACTS
from broker.pipeline.tracing import UNTRACED, Outcome, Step, Traced, Tracer, traced
from broker.pipeline.undescribed import without_people
from broker.ports import Clock, EventLog, Store, Unit
from broker.sdk.adapter import Adapter, Delivery, RowRead, TableRead
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import RETURNS, System
from broker.wire.codec import Codec
from broker.wire.headers import headers_of

ROWS_PER_UNIT = 4000
RAW_BYTES_KEPT = 64 * 1024
# A statement is never eight times as long as its row: shorter rows need no measuring.
ROW_BYTES_MEASURED = topics.INBOX_BYTES_MAX // 8
TOO_LARGE = "a statement larger than a message may be"
NOT_CSV = "not a CSV file, though it bears the name of one"
NO_FILE = "it is no file that can be read, but a link that leads to none, a pipe or a device"
OF_ANOTHER_HOME = "a resident of another home of the partnership"


@dataclass(frozen=True, slots=True)
class Feed:
    """One agency's way in: its adapter, whether a file is all there is or only changes, and the
    folder its files are left in. `other_homes` are the registration numbers of the partnership's
    other homes, where it is one."""

    agency: Agency
    adapter: Adapter
    extract: Literal["changes", "snapshot"]
    drop: str
    other_homes: frozenset[str] = frozenset()


def reach_until(system: System, extracted_at: datetime) -> datetime:
    """How far an extract speaks: to its own time; a yearly return to its year's end, 31 March."""
    if system not in RETURNS:
        return extracted_at
    year_end = extracted_at.replace(month=3, day=31, hour=0, minute=0, second=0, microsecond=0)
    return year_end if year_end <= extracted_at else year_end.replace(year=year_end.year - 1)


class Publisher:
    """Reads one agency's files through its adapter and appends what is new to its inbox."""

    def __init__(self, store: Store, log: EventLog, codec: Codec, clock: Clock,
                 tracer: Tracer = UNTRACED):
        self._store = store
        self._log = log
        self._codec = codec
        self._clock = clock
        self._tracer = tracer

    def publish(
        self, feed: Feed, files: Sequence[Path], modified_at: dict[Path, datetime],
        extracted_at: datetime | None = None, no_files: Sequence[Path] = (),
    ) -> PublishReport:
        """Read every recognised file; what the last extract already said is not sent again.
        `no_files` were handed in and cannot be read as files at all."""
        now = self._clock.now()
        if extracted_at is not None and extracted_at > now:
            raise ConfigError("--extracted-at lies in the future: give the time the files were "
                              "extracted, or set --now.")
        report = PublishReport(agency=feed.agency.code)
        delivery = Delivery(
            agency=feed.agency, files=tuple(files), now=now, extracted_at=extracted_at,
            modified_at={path: min(modified_at[path], now) for path in files},
            no_files=tuple(no_files),
        )
        _Run(self._store, self._log, self._codec, feed, delivery, report,
             self._tracer).through()
        return report


class _Run:
    """One reading of one delivery."""

    def __init__(self, store: Store, log: EventLog, codec: Codec, feed: Feed,
                 delivery: Delivery, report: PublishReport, tracer: Tracer):
        self.store = store
        self.codec = codec
        self.feed = feed
        self.delivery = delivery
        self.report = report
        self.tracer = tracer
        self.sent: list[Traced] = []
        self.agency = feed.agency.code
        self.inbox = topics.inbox(self.agency)
        self.partitions = log.partitions(self.inbox)
        self.now = delivery.now
        self.run = next_run(store, self.agency)
        self.memory = StoreMemory(store, self.agency)
        self.reaches: dict[tuple[System, str], own.TableReach] = {}
        self.extracts: dict[str, int] = {}
        self.last_extracts: dict[str, int] = {}
        self.newest: dict[str, datetime] | None = None
        self.snapshots: dict[str, Snapshot] = {}
        self.unread = Unread(store, codec, Reader(self.agency, feed.adapter, self.now, self.run,
                                                  snapshot=feed.extract == "snapshot"))
        names = Counter(path.name for path in delivery.files)
        self.shown = {path: as_text(path.name if names[path.name] == 1 else str(
            path.relative_to(os.path.commonpath([each.parent for each in delivery.files]))))
            for path in delivery.files}

    def through(self) -> None:
        """Every table, then what the snapshot no longer holds, then how far we have now heard."""
        refused: dict[str, str] = {}
        if self.feed.extract == "snapshot":
            refused = plan_snapshot(self.store, self.feed.adapter, self.delivery)
        recognised = set()
        for table in self.feed.adapter.read(self.delivery, self.memory):
            assert table.path is not None, "an adapter says which file it reads"
            recognised.add(table.path)
            table.file = self.shown[table.path]
            self._table(table, refused)
        for snapshot in self.snapshots.values():
            began = self.tracer.began()
            with self.store.begin() as unit:
                self._vanished(unit, snapshot)
            self._tell(began)
        for path in self.delivery.files:
            if path not in recognised:
                self.report.unrecognised.append(self.shown[path])
                self.unread.named(path, self.shown[path], NOT_CSV, self.delivery)
        for path in self.delivery.no_files:
            self.report.refused.append((as_text(path.name), NO_FILE))
            self.unread.named(path, as_text(path.name), NO_FILE, self.delivery)
        self.report.notes.extend(without_people(
            self.feed.adapter.tables, self.reaches.values(),
            lambda spec: self.unread.lies_there(spec)
            or self._last_extract(table_key_of(self.agency, spec)) > 0))
        self._heartbeat()

    def _last_extract(self, key: str) -> int:
        """When the last extract read of this table was taken (milliseconds; 0: never read)."""
        if key not in self.last_extracts:
            with self.store.view() as view:
                rows = view.get(EXTRACTS, [(key,)])
            self.last_extracts[key] = int(rows[0][1] or 0) if rows else 0
        return self.last_extracts[key]

    def _too_old(self, table: TableRead) -> str | None:
        key = table_key_of(self.agency, table.spec)
        last = self._last_extract(key)
        if last <= milliseconds_of(table.extracted_at):
            return None
        if self.newest is None:
            self.newest = newest_extracts(self.store, self.feed.adapter, self.delivery)
        newest = self.newest.get(key, table.extracted_at)
        if last <= milliseconds_of(newest):
            return None  # an older file beside a newer one: a folder that keeps its files
        return (f"extracted at {newest:%Y-%m-%dT%H:%M:%SZ}, earlier than the last one read "
                f"({moment_of(last):%Y-%m-%dT%H:%M:%SZ}); publish a newer extract")

    def _snapshot(self, table: TableRead, why: str | None) -> Snapshot | None:
        if self.feed.extract != "snapshot":
            return None
        key = table_key_of(self.agency, table.spec)
        snapshot = self.snapshots.setdefault(
            key, Snapshot(key, table.spec, table.file, table.extracted_at))
        if table.extracted_at >= snapshot.extracted_at:
            snapshot.file, snapshot.extracted_at = table.file, table.extracted_at
        snapshot.refused = snapshot.refused or why is not None
        return snapshot

    def _table(self, table: TableRead, refused: dict[str, str]) -> None:
        report = self.report
        too_old = self._too_old(table)  # what was read since may have outdated it: no silence
        why = table.refused or too_old or refused.get(table_key_of(self.agency, table.spec))
        snapshot = self._snapshot(table, why)
        self.unread.of(table.spec)  # looked up before there is a transaction
        if why:
            report.refused.append((table.file, as_text(why)))
            if table.path is not None and why != too_old:
                self.unread.refused(Refused(
                    table.spec, table.path, table.file, as_text(why), table.extracted_at))
            return
        report.files.append(table.file)
        file = self.unread.read(table)
        before = (report.read, report.rejected)
        rows = iter(table.rows)
        while batch := list(islice(rows, ROWS_PER_UNIT)):
            began = self.tracer.began()
            with self.store.begin() as unit:
                self._rows(unit, table, batch, snapshot, file)
                self.memory.flush(unit)
            self._tell(began)
        with self.store.begin() as unit:
            self.memory.flush(unit)
        report.unexpected.extend((table.file, column) for column in table.unexpected)
        report.counts(table)
        self._reached(table, report.read - before[0], report.rejected - before[1])

    def _tell(self, began: int) -> None:
        """Say which statements have been sent for good."""
        self.tracer.told(Step.PUBLISH, began, self.sent)
        self.sent.clear()

    def _rows(self, unit: Unit, table: TableRead, batch: Sequence[RowRead],
              snapshot: Snapshot | None, file: FileRead) -> None:
        report = self.report
        batch = [self._own(self._within_limits(row)) for row in batch]
        extracted_ms = milliseconds_of(table.extracted_at)
        said = SaidBefore(unit, self.run, extracted_ms,
                          [each for row in batch for each in row.statements], file,
                          old=extracted_ms < self._last_extract(
                              table_key_of(self.agency, table.spec)))
        sends: dict[Lane, list[Record]] = {}
        for row in batch:
            report.read += 1
            file.holds(row)
            new = self._statements(said, row, sends)
            if snapshot is not None:
                snapshot.saw(row, (each for each in row.statements if not said.is_erased(each)),
                             self.codec)
            if row.rejected is not None:
                report.rejected += 1
                self._reject(unit, table, row, row.rejected)
            elif new:
                report.published += 1
            elif row.skipped is not None:
                report.skipped += 1
                reasons = report.skipped_reasons
                reasons[row.skipped] = reasons.get(row.skipped, 0) + 1
            else:
                report.unchanged += 1
        said.save(unit)
        # The last row of a key counts.
        was_read = {row.key or row.likely_key: row.rejected is None for row in batch}
        self.unread.of(table.spec).read(
            unit, (key for key, is_read in was_read.items() if is_read))
        if snapshot is not None:
            snapshot.save(unit)
        for lane, records in sends.items():
            unit.send(lane, records)

    def _within_limits(self, row: RowRead) -> RowRead:
        """The row, or its reject where an inbox would not take what it says."""
        if len(row.raw) < ROW_BYTES_MEASURED or all(
                len(self.codec.encode(each)) <= topics.INBOX_BYTES_MAX
                for each in row.statements):
            return row
        return replace(row, statements=(), rejected=RecordRejected(TOO_LARGE))

    def _own(self, row: RowRead) -> RowRead:
        """The row, or its reject where it lives in another home of the partnership: that home's
        files, published as this one's, would tell this one of children it does not hold."""
        for each in row.statements:
            if isinstance(each, PlacementRecorded) and each.home_urn in self.feed.other_homes:
                return replace(row, statements=(), rejected=RecordRejected(
                    OF_ANOTHER_HOME, column="home_urn", value=each.home_urn))
        return row

    def _statements(self, said: SaidBefore, row: RowRead,
                    sends: dict[Lane, list[Record]]) -> int:
        new = 0
        for statement in row.statements:
            digest = digest_of(statement)
            recorded_at = said.new_version(statement, digest, own_time=row.own_time)
            if recorded_at is None:
                continue
            new += 1
            lane, record = self._message(statement, digest, recorded_at)
            sends.setdefault(lane, []).append(record)
        self.report.statements += new
        return new

    def _message(self, statement: Statement, digest: bytes,
                 recorded_at: datetime) -> tuple[Lane, Record]:
        event_id = event_id_of(statement, digest, recorded_at)
        value = self.codec.encode(statement, event_id=event_id, recorded_at=recorded_at)
        partition = topics.partition_of(statement.subject_key, self.partitions)
        headers = headers_of(statement, event_id=event_id, recorded_at=recorded_at)
        if self.tracer.on:
            self.sent.append(traced(statement, Outcome.PUBLISHED, event_id=event_id.bytes))
        return Lane(self.inbox, partition), Record(event_id.bytes, value, self.now, headers)

    def _reject(self, unit: Unit, table: TableRead, row: RowRead, why: RecordRejected) -> None:
        raw = row.raw if len(row.raw) <= topics.INBOX_BYTES_MAX else row.raw[:RAW_BYTES_KEPT]
        digest = row.sha256 or sha256(row.raw).hexdigest()
        value = why.value if why.value is None else why.value[:4000]
        reject_id = derived_id("reject", self.agency, table.file, str(row.line), digest,
                               why.reason)
        store_reject(unit, self.codec, own.RecordRejected(
            reject_id=reject_id, agency=self.agency, reason=why.reason, column=why.column,
            value=value, file=table.file, line=row.line,
            adapter=f"{self.feed.adapter.name} {self.feed.adapter.version}",
            size=row.size or len(row.raw), sha256=digest, raw=raw, rejected_at=self.now,
        ))
        self.unread.of(table.spec).rejected(unit, str(reject_id), row.key or row.likely_key)
        self.report.rejects.append(
            RowReject(table.file, row.line, why.column, why.value, why.reason, str(reject_id)))

    def _vanished(self, unit: Unit, snapshot: Snapshot) -> None:
        if not snapshot.refused:
            self.unread.of(snapshot.spec).whole(unit, snapshot.extracted_at)
        note, gone = snapshot.vanished(unit, self.codec)
        if note:
            self.report.notes.append((snapshot.file, note))
        said = SaidBefore(unit, self.run, milliseconds_of(snapshot.extracted_at), gone)
        sends: dict[Lane, list[Record]] = {}
        self.report.withdrawn += len(gone)
        self._statements(said, RowRead(line=0, raw=b"", statements=tuple(gone), own_time=False),
                         sends)
        said.save(unit)
        for lane, records in sends.items():
            unit.send(lane, records)

    def _reached(self, table: TableRead, read: int, rejected: int) -> None:
        spec = table.spec
        known = self.reaches.get((spec.system, spec.name))
        until = reach_until(spec.system, table.extracted_at)
        self.reaches[spec.system, spec.name] = own.TableReach(
            system=spec.system, table=spec.name, types=spec.types,
            until=max(until, known.until) if known else until,
            rows_read=read + (known.rows_read if known else 0),
            rows_rejected=rejected + (known.rows_rejected if known else 0),
        )
        extracted_ms = milliseconds_of(table.extracted_at)
        key = table_key_of(self.agency, table.spec)
        self.extracts[key] = max(extracted_ms, self.extracts.get(key, extracted_ms))

    def _heartbeat(self) -> None:
        """Tell every partition of the inbox how far each table has now been read.

        Behind the rows in every partition: intake passes it on in order, so silence counts as
        evidence only where every row before it has been checked."""
        reaches = tuple(self.reaches[key] for key in sorted(self.reaches))
        with self.store.begin() as unit:
            unread = self.unread.settle(unit)
            if not reaches and not is_unread(unread):
                return
            unit.put(EXTRACTS, [(key, at) for key, at in sorted(self.extracts.items())])
            for partition in range(self.partitions):
                beat = own.Heartbeat(
                    heartbeat_id=derived_id("heartbeat", self.agency, str(partition),
                                            str(self.run), str(milliseconds_of(self.now))),
                    agency=self.agency, beat_at=self.now, reaches=reaches, unread=unread,
                )
                unit.send(Lane(self.inbox, partition), [message_of(self.codec, beat, self.now)])


def files_below(path: Path) -> Iterator[Path]:
    """The files handed in: one file, or every file of a folder and its folders, in order."""
    yield from (each for each in _entries_below(path) if each.is_file())


def unreadable_below(path: Path) -> Iterator[Path]:
    """What was handed in and is no file: links that lead nowhere, links to folders (they could
    lead in circles), pipes and devices (reading them could wait for ever)."""
    yield from (each for each in _entries_below(path) if not each.is_file())


def _entries_below(path: Path) -> list[Path]:
    """Everything below a folder that is not a folder; hidden files aside. Raises OSError where
    a folder cannot be listed: what it holds must not pass for absent."""
    if not path.is_dir():
        return [path]
    entries: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=_raised):
        links = [each for each in folders if os.path.islink(os.path.join(folder, each))]
        entries.extend(Path(folder, each) for each in (*names, *links)
                       if not each.startswith("."))
    return sorted(entries)


def _raised(error: OSError) -> None:
    raise error
