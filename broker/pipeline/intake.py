"""Intake: what agencies left in their inboxes is accepted, held or rejected, once each."""
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from broker.audit.chain import Draft, batch_digest
from broker.errors import Conflict, RecordRejected, TemporarilyUnavailable
from broker.event import own
from broker.event.catalogue import STATEMENT_BY_NAME
from broker.event.digest import derived_id
from broker.event.envelope import Statement
from broker.event.finding import NoticeAnswered
from broker.log import topics
from broker.log.records import Lane, Logged, Record
from broker.pipeline.answers import ERASED_NOTICE, take_answer
from broker.pipeline.auditing import record_audit
from broker.pipeline.messages import message_of
from broker.pipeline.positions import advance, positions_of
from broker.pipeline.reaches import note_untaken
from broker.pipeline.received import receive
from broker.pipeline.rejects import store_reject
from broker.pipeline.settle import settle
from broker.pipeline.step.arrival import Held, Refused, judge_arrival
from broker.pipeline.suppressed import suppressed_in
from broker.pipeline.tables import ACCEPTED, COUNTERS, HELD, SUPPRESSED
from broker.pipeline.tracing import UNTRACED, Outcome, Step, Traced, Tracer, traced
from broker.policy.agreements import Agreements, InForce
from broker.ports import Assignment, Clock, EventLog, Row, Store, Unit
from broker.vocabulary.times import day_of, milliseconds_of
from broker.vocabulary.words import AuditAction, Purpose, Stream
from broker.wire.codec import Codec, schema_id_of

CONSUMER = "intake"
CONCORD = "concord"
MESSAGES_PER_LANE = 1000
HEARTBEAT_SECONDS = 60
NOT_TO_BE_SENT = ("an agency may send statements, answers to its notices and its own heartbeats "
                  "only")
ERASED_ANSWER = "erased: this answer's id is on the suppression list"


@dataclass(slots=True)
class IntakeCount:
    """What one run of intake came to, in messages."""

    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    held: int = 0
    rejected: int = 0

    def add(self, other: "IntakeCount") -> None:
        """Count what another run came to as well."""
        self.read += other.read
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.held += other.held
        self.rejected += other.rejected


@dataclass(slots=True)
class _Batch:
    """What one transaction will write."""

    received_at: datetime
    count: IntakeCount = field(default_factory=IntakeCount)
    outcomes: list[Outcome] = field(default_factory=list)
    sends: dict[Lane, list[Record]] = field(default_factory=dict)
    held: list[Row] = field(default_factory=list)
    held_sends: list[Record] = field(default_factory=list)
    rejects: list[own.RecordRejected] = field(default_factory=list)
    collected: list[UUID] = field(default_factory=list)
    given_back: list[bytes] = field(default_factory=list)
    erased: dict[Lane, list[bytes]] = field(default_factory=dict)
    untaken: set[str] = field(default_factory=set)
    too_late: set[bytes] = field(default_factory=set)

    def send(self, lane: Lane, record: Record) -> None:
        """Add a record behind those already going to its lane."""
        self.sends.setdefault(lane, []).append(record)


class Intake:
    """Moves inboxes to the shared topics. `handover` keeps decoded statements for a checker in
    the same process, so that embedded they are decoded once; `share` says which lanes are this
    worker's, all of them where it is None. `count` and `refused` (rejects by agency and reason)
    are what has been written for good, `conflicts` how often another worker was quicker."""

    def __init__(self, store: Store, log: EventLog, codec: Codec, clock: Clock,
                 agencies: Sequence[str], agreements: Agreements,
                 share: Assignment | None = None, tracer: Tracer = UNTRACED):
        self._store = store
        self._log = log
        self._codec = codec
        self._clock = clock
        self._share = share
        self._tracer = tracer
        self._inboxes = {lane: agency for agency in agencies for lane in topics.lanes_of(
            topics.inbox(agency), log.partitions(topics.inbox(agency)))}
        self._agreements = agreements
        self._lanes = {stream: topics.lanes_of(topics.shared(stream),
                                               log.partitions(topics.shared(stream)))
                       for stream in Stream}
        self.handover: dict[bytes, Statement] = {}
        self.count = IntakeCount()
        self.refused: dict[tuple[str, str], int] = {}
        self.conflicts = 0

    def step(self) -> int:
        """Take one batch from every inbox; how many messages were read (0: all are empty)."""
        mine = self._share.lanes() if self._share else None
        lanes = [lane for lane in self._inboxes if mine is None or lane in mine]
        with self._store.view() as view:
            positions = positions_of(view, CONSUMER, lanes)
        by_agency: dict[str, dict[Lane, list[Logged]]] = {}
        for lane, logged in self._log.read_each(positions, MESSAGES_PER_LANE).items():
            by_agency.setdefault(self._inboxes[lane], {})[lane] = logged
        return sum(self._agency(agency, read, positions) for agency, read in by_agency.items())

    def _agency(self, agency: str, read: dict[Lane, list[Logged]],
                positions: dict[Lane, int]) -> int:
        began = self._tracer.began()
        decoded = {lane: [self._decode(each) for each in logged] for lane, logged in read.items()}
        try:
            with self._store.begin() as unit:
                batch = self._take(unit, agency, read, decoded, positions)
        except Conflict:
            self.conflicts += 1
            return 1  # another worker took this batch: look again
        self._note(agency, batch)
        self._tracer.told(Step.INTAKE, began, _traced_in(agency, decoded, batch.outcomes))
        for lane, keys in batch.erased.items():
            # Where a reader is in the way now, the next erasure sweeps the inboxes too.
            with suppress(TemporarilyUnavailable):
                self._log.erase(lane, keys)
                settle(self._store, self._log, [lane], batch.received_at)
        return sum(len(logged) for logged in read.values())

    def _note(self, agency: str, batch: _Batch) -> None:
        """Count what has been written."""
        self.count.add(batch.count)
        for each in batch.rejects:
            key = agency, each.reason
            self.refused[key] = self.refused.get(key, 0) + 1

    def _decode(self, logged: Logged) -> object:
        value = logged.record.value
        if value is None:
            return None
        try:
            return self._codec.decode(value)
        except RecordRejected as why:
            return why

    def _take(self, unit: Unit, agency: str, read: dict[Lane, list[Logged]],
              decoded: dict[Lane, list[object]], positions: dict[Lane, int]) -> _Batch:
        received_at = receive(unit, self._clock.now())
        batch = _Batch(received_at)
        allowed = self._agreements.in_force(day_of(received_at))
        ids = [(each.event_id.bytes,) for said in decoded.values() for each in said
               if isinstance(each, Statement | NoticeAnswered)]
        suppressed = suppressed_in(unit, [event_id for event_id, in ids])
        new = self._new_ids(unit, ids)
        for lane, logged in read.items():
            for each, what in zip(logged, decoded[lane], strict=True):
                if isinstance(what, Statement):
                    batch.outcomes.append(self._statement(
                        batch, agency, each, what, allowed, suppressed, new))
                elif isinstance(what, own.Heartbeat) and what.agency == agency:
                    self._forward(batch, each, what, allowed)
                elif isinstance(what, NoticeAnswered):
                    self._answer(unit, batch, agency, each, what, suppressed, new)
                elif isinstance(what, RecordRejected):
                    batch.untaken.add("")
                    self._refuse(batch, agency, each, what.reason)
                elif what is not None:
                    self._refuse(batch, agency, each, NOT_TO_BE_SENT)
            advance(unit, CONSUMER, lane, positions[lane], logged[-1].position + 1)
            batch.count.read += len(logged)
        self._write(unit, agency, batch)
        return batch

    @staticmethod
    def _new_ids(unit: Unit, ids: list[tuple[bytes]]) -> set[bytes]:
        added = unit.insert_new(ACCEPTED, ids)
        return {row[0] for row, is_new in zip(ids, added, strict=True) if is_new}

    def _statement(self, batch: _Batch, agency: str, logged: Logged, said: Statement,
                   allowed: InForce, suppressed: frozenset[bytes], new: set[bytes]) -> Outcome:
        key = said.event_id.bytes
        verdict = judge_arrival(said, agency, allowed, suppressed=key in suppressed)
        if isinstance(verdict, Refused):
            self._refuse(batch, agency, logged, verdict.reason, erased=key in suppressed)
            if key not in suppressed:
                batch.untaken.add(said.type_name)
            if key in new:
                new.discard(key)
                batch.given_back.append(key)
            return Outcome.REJECTED
        if key not in new:
            batch.count.duplicates += 1
            return Outcome.DUPLICATE
        new.discard(key)
        value = logged.record.value
        assert value is not None
        record = Record(key, value, batch.received_at, logged.record.headers)
        if isinstance(verdict, Held):
            batch.count.held += 1
            batch.untaken.add(said.type_name)
            batch.held.append((str(said.event_id), agency, milliseconds_of(batch.received_at),
                               verdict.reason, "held", value))
            batch.held_sends.append(record)
            return Outcome.HELD
        batch.count.accepted += 1
        batch.collected.append(said.event_id)
        self.handover[key] = said
        lanes = self._lanes[said.stream]
        batch.send(lanes[topics.partition_of(said.subject_key, len(lanes))], record)
        return Outcome.ACCEPTED

    def _answer(self, unit: Unit, batch: _Batch, agency: str, logged: Logged,
                answer: NoticeAnswered, suppressed: frozenset[bytes], new: set[bytes]) -> None:
        """Let an agency's answer to a notice take effect, once."""
        key = answer.event_id.bytes
        if key in suppressed or key in batch.too_late:
            reason = ERASED_ANSWER  # also where it took effect before: its words came again
        elif key not in new:
            batch.count.duplicates += 1
            return
        else:
            try:
                take_answer(unit, self._codec, self._log, agency, answer, batch.received_at)
            except RecordRejected as why:
                reason = why.reason
            else:
                new.discard(key)
                batch.count.accepted += 1
                return
        if reason == ERASED_NOTICE:
            batch.too_late.add(key)
            unit.put(SUPPRESSED, [(key,)])  # the next erasure removes what this one cannot
        self._refuse(batch, agency, logged, reason,
                     erased=reason in (ERASED_ANSWER, ERASED_NOTICE))
        if key in new:
            new.discard(key)
            batch.given_back.append(key)

    def _forward(self, batch: _Batch, logged: Logged, beat: own.Heartbeat,
                 allowed: InForce) -> None:
        """Pass an agency's heartbeat on behind its statements, to each stream it speaks for and
        may publish: where we refuse what it says, we cannot take it for silent."""
        types = [*(each.types for each in beat.reaches), *(each.types for each in beat.unread)]
        streams = {STATEMENT_BY_NAME[name].stream for names in types for name in names
                   if name in STATEMENT_BY_NAME}
        streams = {each for each in streams
                   if allowed.may_publish(beat.agency, each, Purpose.SAFEGUARDING)}
        assert logged.record.value is not None
        record = Record(logged.record.key, logged.record.value, batch.received_at,
                        logged.record.headers)
        for stream in sorted(streams):
            batch.send(Lane(topics.shared(stream), logged.lane.partition), record)

    def _refuse(self, batch: _Batch, agency: str, logged: Logged, reason: str, *,
                erased: bool = False) -> None:
        raw = logged.record.value or b""
        digest = sha256(raw).hexdigest()
        lane, position = logged.lane, logged.position
        if erased:
            batch.erased.setdefault(lane, []).append(logged.record.key)
        batch.rejects.append(own.RecordRejected(
            reject_id=derived_id("reject", lane.topic, str(lane.partition), str(position)),
            agency=agency, reason=reason, topic=lane.topic, partition=lane.partition,
            position=position, schema_id=_schema_id(raw), size=len(raw),
            sha256=digest, raw=b"" if erased else raw, rejected_at=batch.received_at,
        ))

    def _write(self, unit: Unit, agency: str, batch: _Batch) -> None:
        batch.count.rejected += len(batch.rejects)
        # A refused statement is not an accepted one: sent again under a new agreement it counts.
        unit.delete(ACCEPTED, [(key,) for key in batch.given_back])
        for reject in batch.rejects:
            store_reject(unit, self._codec, reject)
        note_untaken(unit, agency, batch.untaken, batch.received_at)
        unit.put(HELD, batch.held)
        if batch.held_sends:
            unit.send(Lane(topics.held(agency), 0), batch.held_sends)
        for lane, records in batch.sends.items():
            unit.send(lane, records)
        ids = batch.collected
        if ids:
            record_audit(unit, self._codec, [Draft(
                action=AuditAction.COLLECTION, actor=agency, recipient=CONCORD,
                subject_digest=None, why="accepted under a sharing agreement",
                detail=f"{len(ids)} statements, digest {batch_digest(ids)}", at=batch.received_at,
            )])

    def beat(self) -> None:
        """Write Concord's own heartbeat to each shared partition, at most one a minute: who
        follows a quiet stream sees by it that nothing was said, and not that nobody listens."""
        name = "heartbeat_ms"
        with self._store.begin() as unit:
            now = receive(unit, self._clock.now())
            now_ms = milliseconds_of(now)
            rows = unit.get(COUNTERS, [(name,)])
            last = int(rows[0][1] or 0) if rows else None
            if last is not None and now_ms - last < HEARTBEAT_SECONDS * 1000:
                return
            unit.put(COUNTERS, [(name, now_ms)])
            for stream in Stream:
                topic = topics.shared(stream)
                for partition in range(self._log.partitions(topic)):
                    beat = own.Heartbeat(
                        heartbeat_id=derived_id("heartbeat", CONCORD, topic, str(partition),
                                                str(now_ms)),
                        agency=CONCORD, beat_at=now,
                    )
                    unit.send(Lane(topic, partition), [message_of(self._codec, beat, now)])


def _traced_in(agency: str, decoded: Mapping[Lane, Sequence[object]],
               outcomes: Sequence[Outcome]) -> Iterator[Traced]:
    """The statements of a batch and what became of each, under the code of the inbox's agency:
    an envelope may say anything."""
    said = (each for lane in decoded.values() for each in lane if isinstance(each, Statement))
    for each, outcome in zip(said, outcomes, strict=True):
        yield traced(each, outcome, agency=agency)


def _schema_id(raw: bytes) -> int | None:
    """The schema id a message claims, where it has a framing at all."""
    try:
        return schema_id_of(raw)
    except RecordRejected:
        return None
