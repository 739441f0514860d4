"""Deliver: each agency is given what an agreement in force now allows, once, and audited."""
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from broker.audit.chain import Draft, batch_digest, subject_digest
from broker.case.case import Partnership
from broker.errors import Conflict
from broker.event import own
from broker.event.envelope import Statement
from broker.event.finding import Finding, FindingChanged
from broker.event.own import AllegationDecided
from broker.event.subject import person_key_of
from broker.log import topics
from broker.log.records import Lane, Logged, Record
from broker.pipeline.allegations import (
    decisions_on,
    not_looked_at,
    note_looked_at,
    refuse_decided_since,
)
from broker.pipeline.auditing import record_audit, salt_of
from broker.pipeline.escalate import NoticeTerms, due_findings
from broker.pipeline.evaluate import finding_of_row, findings_in
from broker.pipeline.families import children_with
from broker.pipeline.leads import (
    LEADS_UNDER,
    digest_of_leads,
    note_untold,
    standing_for_leads,
)
from broker.pipeline.new_contacts import serve_new_contacts
from broker.pipeline.notify import STANDING, notices_of
from broker.pipeline.positions import CHECKER, advance, positions_of
from broker.pipeline.suppressed import suppressed_in
from broker.pipeline.tables import DELIVERED, FINDINGS, SETTINGS
from broker.pipeline.tellings import Holder, Telling, Tellings, people_of, standing_about
from broker.pipeline.tracing import UNTRACED, Outcome, Step, Traced, Tracer, traced
from broker.policy.agreements import Agreements, InForce
from broker.policy.visibility import placed_for_adoption, shown_statement
from broker.ports import Assignment, Clock, EventLog, Reading, Row, Store, Unit
from broker.vocabulary.times import day_of, milliseconds_of
from broker.vocabulary.words import AuditAction
from broker.wire.codec import Codec
from broker.wire.headers import headers_of

CONSUMER = "delivery"
DELIVERED_UNDER = "delivered under"
MESSAGES_PER_LANE = 500


@dataclass(slots=True)
class DeliveryCount:
    """What one delivery came to."""

    statements: int = 0
    notices: int = 0


@dataclass(frozen=True, slots=True)
class _Feed:
    """What one holder may be shown of a child, as it was seen."""

    holder: Holder
    shown: Sequence[Statement]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one batch gives to whom, worked out on a view of the store."""

    allowed: InForce
    now: datetime
    families: Mapping[str, tuple[str, ...]]
    feeds: Sequence[_Feed] = ()
    tellings: Sequence[Telling] = ()
    decided: Sequence[AllegationDecided] = ()

    @property
    def about(self) -> list[str]:
        """Everybody whom it is about."""
        return _everybody_in(self.families)


@dataclass(slots=True)
class _Written:
    """What one transaction has written, and the audit entries it owes."""

    drafts: list[Draft] = field(default_factory=list)
    given: list[Traced] = field(default_factory=list)
    notices: int = 0


class Delivery:
    """Follows shared statements, people and findings as far as the checker has come.

    What is given to whom is worked out on a view of the store; the writing transaction then gives
    it, once, if it still stands, and is tried again if it does not. `share` says which lanes are
    this worker's, all of them where it is None. `count` is what has been given for good,
    `conflicts` how often something had changed since it was planned.
    """

    def __init__(self, store: Store, log: EventLog, codec: Codec, clock: Clock,
                 partnership: Partnership, agreements: Agreements, terms: NoticeTerms,
                 share: Assignment | None = None, tracer: Tracer = UNTRACED):
        self._store = store
        self._log = log
        self._codec = codec
        self._clock = clock
        self._tellings = Tellings(codec, partnership)
        self._leads = digest_of_leads(partnership)
        self._agreements = agreements
        self._terms = terms
        self._share = share
        self._tracer = tracer
        self.count = DeliveryCount()
        self.conflicts = 0

    def step(self) -> int:
        """Take one batch from every topic; how many messages were read (0: nothing is new)."""
        return (self._statements() + self._findings() + self._agreements_changed()
                + self._leads_named()
                + serve_new_contacts(self._store, self._codec, self._terms, self._clock.now())
                + self._allegations_decided() + self._unacknowledged())

    def _batch(self, *names: str) -> tuple[dict[Lane, list[Logged]], dict[Lane, int]]:
        """What is new in this worker's lanes of these topics, and where it was up to now; of the
        shared topics as far as the checker has come."""
        mine = self._share.lanes() if self._share else None
        lanes = [lane for name in names
                 for lane in topics.lanes_of(name, self._log.partitions(name))
                 if mine is None or lane in mine]
        with self._store.view() as view:
            positions = positions_of(view, CONSUMER, lanes)
            checked = positions_of(view, CHECKER, [
                lane for lane in lanes if lane.topic in topics.SHARED])
        return self._log.read_each(positions, MESSAGES_PER_LANE, checked), positions

    def _planned(self, reading: Reading, findings: Iterable[Finding],
                 keys: Sequence[str] = ()) -> _Plan:
        now = self._clock.now()
        allowed = self._agreements.in_force(day_of(now))
        tellings = [self._tellings.of(reading, each) for each in findings]
        families = children_with(reading, {*keys, *(
            key for each in tellings for key in people_of(each.finding))})
        decided = decisions_on(reading, self._codec, _everybody_in(families))
        return _Plan(allowed, now, families, list(self._feeds(reading, keys, allowed)), tellings,
                     decided)

    def _carry_out(self, plan: _Plan, batch: Mapping[Lane, Sequence[Logged]],
                   positions: Mapping[Lane, int]) -> int:
        """Give what was planned and move on; how many messages were taken."""
        began = self._tracer.began()
        written = _Written()
        try:
            with self._store.begin() as unit:
                self._tell(unit, plan, written)
                self._give_feeds(unit, plan, written)
                record_audit(unit, self._codec, written.drafts)
                for lane, logged in batch.items():
                    advance(unit, CONSUMER, lane, positions[lane], logged[-1].position + 1)
        except Conflict:
            self.conflicts += 1
            return 1  # something has changed since it was planned: look again
        self._note(written)
        self._tracer.told(Step.DELIVER, began, written.given)
        return sum(len(each) for each in batch.values())

    def _statements(self) -> int:
        """Children with new statements, or newly joined: whoever holds them is told the rest."""
        batch, positions = self._batch(*topics.SHARED, topics.PEOPLE)
        if not batch:
            return 0
        keys: set[str] = set()
        for each in (logged for lane in batch.values() for logged in lane):
            if each.record.value is None:
                continue
            what = self._codec.decode(each.record.value)
            if isinstance(what, Statement):
                keys.add(person_key_of(what))
            elif isinstance(what, own.PeopleChanged):
                keys.update(key for child in what.after for key in child.members)
        with self._store.view() as view:
            plan = self._planned(view, standing_about(view, self._codec, keys), sorted(keys))
        return self._carry_out(plan, batch, positions)

    def _feeds(self, reading: Reading, keys: Sequence[str], allowed: InForce) -> Iterator[_Feed]:
        children = children_with(reading, keys)
        said = self._tellings.said(reading, _everybody_in(children))
        for members in children.values():
            statements = [each for key in members for each in said[key]]
            adopted = placed_for_adoption(statements)
            for holder in self._tellings.holders(members, statements):
                copies = (shown_statement(each, holder.agency, holder.local_id, allowed,
                                          alleged=holder.alleged,
                                          adoption=each.agency in adopted)
                          for each in statements)
                yield _Feed(holder, [each for each in copies if each is not None])

    def _note(self, written: _Written) -> None:
        """Count what has been written."""
        self.count.statements += len(written.given)
        self.count.notices += written.notices

    def _give_feeds(self, unit: Unit, plan: _Plan, written: _Written) -> None:
        erased = suppressed_in(unit, [each.event_id.bytes for feed in plan.feeds
                                      for each in feed.shown])
        salt = salt_of(unit)
        for feed in plan.feeds:
            holder = feed.holder
            given = self._give(unit, holder, [each for each in feed.shown
                                              if each.event_id.bytes not in erased], plan.now)
            code = holder.agency.code
            written.given += [traced(each, Outcome.GIVEN, agency=code) for each in given]
            if given:
                written.drafts.append(Draft(
                    action=AuditAction.DISCLOSURE, actor="concord",
                    recipient=code,
                    subject_digest=subject_digest(salt, f"{code}:{holder.local_id}"),
                    why="feed, under a sharing agreement",
                    detail=f"{len(given)} statements, digest "
                           f"{batch_digest([each.event_id for each in given])}",
                    at=plan.now,
                ))

    def _give(self, unit: Unit, holder: Holder, shown: Sequence[Statement],
              now: datetime) -> list[Statement]:
        code = holder.agency.code
        rows: list[Row] = [(f"{each.event_id.hex}/{code}", milliseconds_of(now),
                            f"{code}:{holder.local_id}") for each in shown]
        given: list[Statement] = []
        sends: dict[Lane, list[Record]] = defaultdict(list)
        topic = topics.feed(code)
        partition = topics.partition_of(f"{code}:{holder.local_id}", self._log.partitions(topic))
        for statement, is_new in zip(shown, unit.insert_new(DELIVERED, rows), strict=True):
            if is_new:
                given.append(statement)
                sends[Lane(topic, partition)].append(Record(
                    statement.event_id.bytes, self._codec.encode(statement), now,
                    headers_of(statement)))
        for lane, records in sends.items():
            unit.send(lane, records)
        return given

    def _findings(self) -> int:
        """Each change of a finding, as the notice that each agency may be given of it."""
        batch, positions = self._batch(topics.FINDINGS)
        if not batch:
            return 0
        changed: set[str] = set()
        for logged in (each for lane in batch.values() for each in lane):
            if logged.record.value is not None:
                change = self._codec.decode(logged.record.value)
                assert isinstance(change, FindingChanged)
                changed.add(change.finding.finding_id)
        with self._store.view() as view:
            # As each now stands, not as it once did: what was dismissed meanwhile is not told.
            plan = self._planned(view, [each for _, each in sorted(
                findings_in(view, self._codec, changed).items())])
        return self._carry_out(plan, batch, positions)

    def _agreements_changed(self) -> int:
        """Whoever may be told since today of what already stands, is; how many were looked at.

        What an agreement that ended had let an agency know cannot be taken back; it gets the end
        of its notices and nothing new."""
        allowed = self._agreements.in_force(day_of(self._clock.now()))
        digest = sha256(repr(sorted(allowed.receiving)).encode()).hexdigest()
        with self._store.view() as view:
            if view.get(SETTINGS, [(DELIVERED_UNDER,)]) == [(DELIVERED_UNDER, digest)]:
                return 0
            rows = view.find(FINDINGS, "state", [state.value for state in STANDING])
            plan = self._planned(view, [finding_of_row(self._codec, row) for row in rows])
        return len(rows) if self._told_anew(plan, lambda unit: unit.put(
            SETTINGS, [(DELIVERED_UNDER, digest)])) else 1

    def _leads_named(self) -> int:
        """Whoever has been named since to read what is for named leads alone is told what still
        stands of it; how many were looked at."""
        with self._store.view() as view:
            if view.get(SETTINGS, [(LEADS_UNDER,)]) == [(LEADS_UNDER, self._leads)]:
                return 0
            standing = standing_for_leads(view, self._codec)
            plan = self._planned(view, standing)
        return len(standing) if self._told_anew(plan, lambda unit: unit.put(
            SETTINGS, [(LEADS_UNDER, self._leads)])) else 1

    def _allegations_decided(self) -> int:
        """Where a person has decided on an allegation, what stands about the child is told as it
        may now be told; how many decisions were looked at."""
        with self._store.view() as view:
            rows = not_looked_at(view)
            if not rows:
                return 0
            plan = self._planned(view, standing_about(
                view, self._codec, {str(row[1]) for row in rows}))
        return len(rows) if self._told_anew(plan, lambda unit: note_looked_at(unit, rows)) else 1

    def _told_anew(self, plan: _Plan, note: Callable[[Unit], None]) -> bool:
        """Tell what stands and `note` it; whether it still stood as it was planned: else it is to
        be looked at again."""
        written = _Written()
        try:
            with self._store.begin() as unit:
                self._tell(unit, plan, written)
                record_audit(unit, self._codec, written.drafts)
                note(unit)
        except Conflict:
            self.conflicts += 1
            return False
        self._note(written)
        return True

    def _unacknowledged(self) -> int:
        """Whatever is due of a notice by now is done: as it now stands, and if it may be told."""
        with self._store.view() as view:
            due = due_findings(view, self._clock.now())
            if not due:
                return 0
            plan = self._planned(view, [each for _, each in sorted(
                findings_in(view, self._codec, due).items())])
        return self._carry_out(plan, {}, {}) or len(plan.tellings)

    def _tell(self, unit: Unit, plan: _Plan, written: _Written) -> None:
        """Issue, renew, pass on or end the notices of these findings, as each now stands."""
        if children_with(unit, plan.about) != plan.families:
            raise Conflict("children have merged, split or gone: look again")
        refuse_decided_since(unit, self._codec, plan.about, plan.decided)
        now = findings_in(unit, self._codec, [each.finding.finding_id for each in plan.tellings])
        if any(now.get(each.finding.finding_id) != each.finding for each in plan.tellings):
            raise Conflict("a finding has changed: look again")
        # What stands comes first: it carries on what ends because its occasion has another record.
        for each in sorted(plan.tellings, key=lambda each: each.finding.state not in STANDING):
            written.notices += notices_of(
                unit, self._codec, self._log, each.finding, each.holders, each.statements,
                plan.allowed, plan.now, written.drafts, self._terms)
            note_untold(unit, each, plan.allowed, plan.now)


def _everybody_in(families: Mapping[str, Sequence[str]]) -> list[str]:
    """All records of these children."""
    return sorted({key for members in families.values() for key in members})
