"""Deliver: each agency is given what an agreement in force now allows, once, and audited."""
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from broker.audit.chain import Draft, batch_digest, subject_digest
from broker.case.case import Partnership
from broker.errors import Conflict
from broker.event import own
from broker.event.agency import Agency
from broker.event.envelope import Statement
from broker.event.finding import Finding, FindingChanged
from broker.event.subject import key_of, parts_of, person_key_of
from broker.log import topics
from broker.log.records import Lane, Logged, Record
from broker.pipeline.auditing import record_audit, salt_of
from broker.pipeline.escalate import NoticeTerms, due_findings
from broker.pipeline.evaluate import finding_of_row, findings_in
from broker.pipeline.families import children_with
from broker.pipeline.linking import resolve
from broker.pipeline.notify import STANDING, NoticeHolder, notices_of
from broker.pipeline.positions import CHECKER, advance, positions_of
from broker.pipeline.suppressed import suppressed_in
from broker.pipeline.tables import DELIVERED, FINDING_PEOPLE, FINDINGS, SETTINGS, STATEMENTS
from broker.pipeline.tracing import UNTRACED, Outcome, Step, Traced, Tracer, traced
from broker.policy.agreements import Agreements, InForce
from broker.policy.visibility import (
    ON_TWO_CHILDREN,
    alleges_against,
    placed_for_adoption,
    shown_statement,
)
from broker.ports import Assignment, Clock, EventLog, Reading, Row, Store, Unit
from broker.vocabulary.times import day_of, milliseconds_of
from broker.vocabulary.words import AgencyKind, AuditAction
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
class Holder:
    """An agency that holds the child, under its own local id."""

    agency: Agency
    local_id: str
    alleged: bool


@dataclass(frozen=True, slots=True)
class _Itself:
    """An agency that a finding is about as a whole."""

    agency: Agency
    local_id: None = None
    alleged: bool = False


@dataclass(frozen=True, slots=True)
class _Feed:
    """What one holder may be shown of a child, as it was seen."""

    holder: Holder
    shown: Sequence[Statement]


@dataclass(frozen=True, slots=True)
class _Telling:
    """A finding as it was seen, who holds its child (or is itself what it is about), and what was
    said of the child."""

    finding: Finding
    holders: Sequence[NoticeHolder]
    statements: Sequence[Statement]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one batch gives to whom, worked out on a view of the store."""

    allowed: InForce
    now: datetime
    families: Mapping[str, tuple[str, ...]]
    feeds: Sequence[_Feed] = ()
    tellings: Sequence[_Telling] = ()

    @property
    def about(self) -> list[str]:
        """Everybody whom it is about."""
        return sorted({key for members in self.families.values() for key in members})


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
        self._partnership = partnership
        self._agreements = agreements
        self._terms = terms
        self._share = share
        self._tracer = tracer
        self.count = DeliveryCount()
        self.conflicts = 0

    def step(self) -> int:
        """Take one batch from every topic; how many messages were read (0: nothing is new)."""
        return (self._statements() + self._findings() + self._agreements_changed()
                + self._unacknowledged())

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
        tellings = [self._telling(reading, each) for each in findings]
        families = children_with(reading, {*keys, *(
            key for each in tellings for key in _people_of(each.finding))})
        return _Plan(allowed, now, families, list(self._feeds(reading, keys, allowed)), tellings)

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
            plan = self._planned(view, _standing_about(view, self._codec, keys), sorted(keys))
        return self._carry_out(plan, batch, positions)

    def _feeds(self, reading: Reading, keys: Sequence[str], allowed: InForce) -> Iterator[_Feed]:
        children = children_with(reading, keys)
        said = self._said(reading, [key for members in children.values() for key in members])
        for members in children.values():
            statements = [each for key in members for each in said[key]]
            adopted = placed_for_adoption(statements)
            for holder in self.holders(members, statements):
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

    def _said(self, reading: Reading, keys: Sequence[str]) -> dict[str, list[Statement]]:
        said: dict[str, list[Statement]] = defaultdict(list)
        rows = sorted(reading.find(STATEMENTS, "person_key", keys),
                      key=lambda row: (int(row[2] or 0), row[1] or b""))
        for person_key, _, _, value in rows:
            assert isinstance(value, bytes)
            statement = self._codec.decode(value)
            assert isinstance(statement, Statement)
            said[str(person_key)].append(statement)
        return said

    def holders(self, members: Iterable[str], statements: Sequence[Statement]) -> list[Holder]:
        """The agencies that hold this child, each under the least of its own local ids."""
        local_ids: dict[str, str] = {}
        for key in sorted(members):
            code, local_id = parts_of(key)
            local_ids.setdefault(code, local_id)
        holders = []
        for code, local_id in sorted(local_ids.items()):
            agency = self._partnership.agencies.get(code)
            if agency is not None:
                is_home = agency.kind is AgencyKind.CARE_HOME
                holders.append(Holder(agency, local_id,
                                      is_home and alleges_against(statements, agency)))
        return holders

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
        written = _Written()
        try:
            with self._store.begin() as unit:
                self._tell(unit, plan, written)
                record_audit(unit, self._codec, written.drafts)
                unit.put(SETTINGS, [(DELIVERED_UNDER, digest)])
        except Conflict:
            self.conflicts += 1
            return 1  # a finding has changed since: look again
        self._note(written)
        return len(rows)

    def _unacknowledged(self) -> int:
        """Whatever is due of a notice by now is done: as it now stands, and if it may be told."""
        with self._store.view() as view:
            due = due_findings(view, self._clock.now())
            if not due:
                return 0
            plan = self._planned(view, [each for _, each in sorted(
                findings_in(view, self._codec, due).items())])
        return self._carry_out(plan, {}, {}) or len(plan.tellings)

    def _telling(self, reading: Reading, finding: Finding) -> _Telling:
        if finding.child is None and finding.agency is not None:
            agency = self._partnership.agencies.get(finding.agency)
            return _Telling(finding, [_Itself(agency)] if agency else [], [])
        about = _people_of(finding)
        child = resolve(reading, finding.child or "")
        if finding.code in ON_TWO_CHILDREN:
            return self._telling_of_two(reading, finding, child)
        members = children_with(reading, about).get(child, tuple(about))
        said = self._said(reading, members)
        statements = [each for key in members for each in said[key]]
        return _Telling(finding, self.holders(members, statements), statements)

    def _telling_of_two(self, reading: Reading, finding: Finding, child: str) -> _Telling:
        """Who holds either child by a record of the evidence, each under its own local id of that
        one; of both, that of the child the finding is kept with."""
        about = _people_of(finding)
        families = children_with(reading, about)
        holders: dict[str, Holder] = {}
        for other in sorted(families, key=lambda each: (each != child, each)):
            members = [key for key in families[other] if key in about]
            said = self._said(reading, families[other])
            for each in self.holders(members, [one for found in said.values() for one in found]):
                known = holders.get(each.agency.code)
                holders[each.agency.code] = each if known is None else replace(
                    known, alleged=known.alleged or each.alleged)
        return _Telling(finding, list(holders.values()), [])

    def _tell(self, unit: Unit, plan: _Plan, written: _Written) -> None:
        """Issue, renew, pass on or end the notices of these findings, as each now stands."""
        if children_with(unit, plan.about) != plan.families:
            raise Conflict("children have merged, split or gone: look again")
        now = findings_in(unit, self._codec, [each.finding.finding_id for each in plan.tellings])
        if any(now.get(each.finding.finding_id) != each.finding for each in plan.tellings):
            raise Conflict("a finding has changed: look again")
        # What stands comes first: it carries on what ends because its occasion has another record.
        for each in sorted(plan.tellings, key=lambda each: each.finding.state not in STANDING):
            written.notices += notices_of(
                unit, self._codec, self._log, each.finding, each.holders, each.statements,
                plan.allowed, plan.now, written.drafts, self._terms)


def _people_of(finding: Finding) -> set[str]:
    """The subject keys that a finding's evidence is about."""
    return {key_of(each.agency, each.system, each.subject) for each in finding.evidence}


def _standing_about(reading: Reading, codec: Codec, keys: Iterable[str]) -> list[Finding]:
    """What stands about the children of these people: a new holder is told of it too."""
    members = [key for each in children_with(reading, sorted(keys)).values() for key in each]
    ids = {str(row[1]) for row in reading.find(FINDING_PEOPLE, "person_key", members)}
    return [each for _, each in sorted(findings_in(reading, codec, ids).items())
            if each.state in STANDING]
