"""Fold: shared statements are filed under their person, people are linked, reaches advance."""
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from broker.audit.chain import Draft
from broker.errors import Conflict
from broker.event import own
from broker.event.care import CarePeriodRecorded
from broker.event.digest import derived_id
from broker.event.envelope import Statement
from broker.event.person import PersonRecorded
from broker.event.subject import person_key_of
from broker.identity.model import Model
from broker.log import topics
from broker.log.records import Lane, Logged
from broker.pipeline.agencies import mark_agencies
from broker.pipeline.auditing import record_audit
from broker.pipeline.everybody import refuse_another_model
from broker.pipeline.feeds import note_extract, note_receipts
from broker.pipeline.linking import PEOPLE_AT_ONCE, PeopleChange, link_waiting, note_people
from broker.pipeline.looking import mark_dirty
from broker.pipeline.meeting import note_met
from broker.pipeline.messages import message_of
from broker.pipeline.positions import (
    CHECKER,
    advance,
    note_checked,
    positions_of,
    shared_lanes,
)
from broker.pipeline.reaches import note_heard, note_told, note_unread
from broker.pipeline.suppressed import suppressed_in
from broker.pipeline.tables import REACHES, STATEMENTS, WAITING
from broker.pipeline.tracing import UNTRACED, Outcome, Step, Tracer, traced
from broker.ports import Assignment, EventLog, Row, Store, Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import AuditAction
from broker.wire.codec import Codec

MESSAGES_PER_LANE = 1000
# Messages taken in one transaction, about: fewer would cost more transactions, more would keep
# others waiting for the store.
MESSAGES_PER_UNIT = 4000
DECODED_KEPT = 50_000


class Fold:
    """Reads the shared topics into the checker's state; marks whom to look at again.

    `share` says which lanes are this worker's; all of them where it is None. `folded` are the
    statements written for good, `conflicts` how often another worker was quicker. Nothing is
    written once others have rebuilt the store under another model: see `refuse_another_model`.
    """

    def __init__(self, store: Store, log: EventLog, codec: Codec, model: Model,
                 handover: MutableMapping[bytes, Any], share: Assignment | None = None,
                 tracer: Tracer = UNTRACED):
        self._store = store
        self._log = log
        self._codec = codec
        self._model = model
        self._handover = handover
        self._share = share
        self._tracer = tracer
        self._lanes = shared_lanes(log)
        self.decoded: dict[bytes, Statement] = {}
        self.folded = 0
        self.conflicts = 0

    def step(self) -> int:
        """Take one batch from every shared lane, or at their end link people: how many messages
        were read or subjects linked (0: nothing is left to do)."""
        return self.read() or self.link()

    def read(self) -> int:
        """Take one batch from every shared lane; how many messages."""
        mine = self._share.lanes() if self._share else None
        lanes = [lane for lane in self._lanes if mine is None or lane in mine]
        with self._store.view() as view:
            positions = positions_of(view, CHECKER, lanes)
        read = self._log.read_each(positions, MESSAGES_PER_LANE)
        for batch in _units(read):
            began = self._tracer.began()
            said = {lane: [self._decoded_from(each) for each in logged]
                    for lane, logged in batch.items()}
            try:
                with self._store.begin() as unit:
                    refuse_another_model(unit, self._model)
                    folded = self._take(unit, batch, positions, said)
            except Conflict:
                self.conflicts += 1  # another worker took a lane: the next step looks again
                continue
            self.folded += folded
            self._tracer.told(Step.CHECK, began, (
                traced(each, Outcome.FOLDED) for lane in said.values() for each in lane
                if isinstance(each, Statement)))
        return sum(len(logged) for logged in read.values())

    def _take(self, unit: Unit, batch: dict[Lane, list[Logged]],
              positions: dict[Lane, int], said: dict[Lane, list[object]]) -> int:
        rows: list[Row] = []
        told: list[Statement] = []
        people: list[PersonRecorded | CarePeriodRecorded] = []
        changed_at = max(each.record.timestamp for logged in batch.values() for each in logged)
        erased = suppressed_in(unit, [each.record.key for logged in batch.values()
                                      for each in logged])
        for lane, logged in batch.items():
            for each, what in zip(logged, said[lane], strict=True):
                if each.record.key in erased:
                    continue  # the log has not forgotten it yet
                if isinstance(what, Statement):
                    told.append(what)
                    key, value, received_at, _ = each.record
                    rows.append((person_key_of(what), key, milliseconds_of(received_at), value))
                    if isinstance(what, PersonRecorded | CarePeriodRecorded):
                        people.append(what)
                elif isinstance(what, own.Heartbeat):
                    self._reach(unit, lane, what)
                    if note_extract(unit, what, milliseconds_of(each.record.timestamp)):
                        mark_agencies(unit, [what.agency])
            advance(unit, CHECKER, lane, positions[lane], logged[-1].position + 1)
            said_at = [each.record.timestamp for each in logged if each.record.value is not None]
            if said_at:  # a tombstone's time is not that of a receipt
                note_checked(unit, lane, said_at[-1])
        fresh = unit.insert_new(STATEMENTS, rows)
        mark_agencies(unit, note_receipts(unit, (
            (each, int(row[2] or 0)) for each, row, is_new in zip(told, rows, fresh, strict=True)
            if is_new)))
        for agency in sorted(note_told(unit, told)):
            _ask_again(unit, agency)
        if people:
            note_people(unit, people, self._model, milliseconds_of(changed_at))
        mark_dirty(unit, {str(row[0]) for row in rows} | note_met(unit, told, self._said))
        return len(rows)

    def _said(self, event_id: bytes, value: bytes) -> Statement:
        """What a row of statements says."""
        said = self.decoded.get(event_id) or self._codec.decode(value)
        assert isinstance(said, Statement)
        return said

    def link(self) -> int:
        """Link a number of those who wait for it; how many."""
        with self._store.begin() as unit:
            refuse_another_model(unit, self._model)
            linked = link_waiting(unit, self._model, PEOPLE_AT_ONCE)
            if linked is None:
                return 0
            mark_dirty(unit, tell_people_changed(
                unit, self._codec, linked.changes, moment_of(linked.changed_ms)))
            return linked.subjects

    def _decoded_from(self, logged: Logged) -> object:
        """What a record says: handed over by intake where it ran in this process."""
        key = logged.record.key
        if logged.record.value is None:
            return None
        what: object = self._handover.pop(key, None) or self._codec.decode(logged.record.value)
        if isinstance(what, Statement) and len(self.decoded) < DECODED_KEPT:
            self.decoded[key] = what
        return what

    def _reach(self, unit: Unit, lane: Lane, beat: own.Heartbeat) -> None:
        """Note how far an agency's tables have been heard, in this lane."""
        news = note_unread(unit, beat, f"{lane.topic}/{lane.partition}")
        rows: list[Row] = []
        for reach in beat.reaches:
            place = f"{lane.topic}/{lane.partition}"
            key = f"{beat.agency}/{reach.system.value}/{reach.table}/{place}"
            rows.append((key, beat.agency, reach.system.value, reach.table,
                         ",".join(reach.types), place, milliseconds_of(reach.until),
                         milliseconds_of(beat.beat_at) if reach.rows_rejected else None))
        known = {str(row[0]): row for row in unit.get(REACHES, [(row[0],) for row in rows])}
        fresh = [merged for row in rows
                 if (merged := _furthest(known.get(str(row[0])), row)) != known.get(str(row[0]))]
        unit.put(REACHES, fresh)
        if fresh or news:
            _ask_again(unit, beat.agency)


def _ask_again(unit: Unit, agency: str) -> None:
    """Look again at those whose answers wait for more of this agency."""
    note_heard(unit, agency)
    mark_dirty(unit, {str(row[0]) for row in unit.find(WAITING, "agency", [agency])})


def _units(read: Mapping[Lane, list[Logged]]) -> Iterator[dict[Lane, list[Logged]]]:
    """Lanes together as far as one transaction should take them."""
    batch: dict[Lane, list[Logged]] = {}
    size = 0
    for lane, logged in read.items():
        batch[lane] = logged
        size += len(logged)
        if size >= MESSAGES_PER_UNIT:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _furthest(known: Row | None, row: Row) -> Row:
    """A table's reach after one more heartbeat, in whatever order they come. A row that could
    not be read stays unread, however clean the extracts after it are."""
    if known is None:
        return row
    return (*row[:6], max(int(known[6] or 0), int(row[6] or 0)),
            max((int(each) for each in (known[7], row[7]) if each is not None), default=None))


def tell_people_changed(
    unit: Unit, codec: Codec, changes: Sequence[PeopleChange], changed_at: datetime,
) -> set[str]:
    """Publish each merge and split, audit it as a combination; whose children it touches."""
    touched: set[str] = set()
    drafts = []
    for change in changes:
        members = {key for each in (*change.before, *change.after) for key in each.members}
        touched |= members | set(change.relinked)
        if not any(len(each.members) > 1 for each in (*change.before, *change.after)):
            continue  # one record on its own is no combination
        after = ";".join(f"{each.child}={','.join(each.members)}" for each in change.after)
        before = ";".join(f"{each.child}={','.join(each.members)}" for each in change.before)
        event = own.PeopleChanged(
            change_id=derived_id("people", before, after, str(milliseconds_of(changed_at))),
            changed_at=changed_at, before=change.before, after=change.after,
        )
        unit.send(Lane(topics.PEOPLE, 0), [message_of(codec, event, changed_at)])
        drafts.append(Draft(
            action=AuditAction.COMBINATION, actor="concord", recipient=None,
            subject_digest=None, why="records judged to be one child, or no longer",
            detail=f"people change {event.change_id}", at=changed_at,
        ))
    record_audit(unit, codec, drafts)
    return touched


