"""Deliver: each agency is given what an agreement in force now allows, once, and audited."""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from broker.audit.chain import Draft, batch_digest, subject_digest
from broker.case.case import Partnership
from broker.event import own
from broker.event.agency import Agency
from broker.event.envelope import Statement
from broker.event.finding import Finding, FindingChanged
from broker.event.subject import key_of, parts_of, person_key_of
from broker.log import topics
from broker.log.records import Lane, Logged, Record
from broker.pipeline import fold
from broker.pipeline.auditing import record_audit, salt_of
from broker.pipeline.evaluate import finding_of_row, findings_in
from broker.pipeline.families import children_with
from broker.pipeline.linking import resolve
from broker.pipeline.notify import STANDING, notices_of
from broker.pipeline.positions import advance, positions_of
from broker.pipeline.tables import DELIVERED, FINDING_PEOPLE, FINDINGS, SETTINGS, STATEMENTS
from broker.policy.agreements import Agreements
from broker.policy.visibility import (
    alleges_against,
    placed_for_adoption,
    shown_statement,
)
from broker.ports import Clock, EventLog, Row, Store, Unit
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


class Delivery:
    """Follows shared statements, people and findings as far as the checker has come."""

    def __init__(self, store: Store, log: EventLog, codec: Codec, clock: Clock,
                 partnership: Partnership, agreements: Agreements):
        self._store = store
        self._log = log
        self._codec = codec
        self._clock = clock
        self._partnership = partnership
        self._agreements = agreements
        self.count = DeliveryCount()

    def step(self) -> int:
        """Take one batch from every topic; how many messages were read (0: nothing is new)."""
        return self._statements() + self._findings() + self._agreements_changed()

    def _batch(self, names: Sequence[str], *, behind_checker: bool) \
            -> tuple[dict[Lane, list[Logged]], dict[Lane, int]]:
        lanes = [Lane(name, each) for name in names for each in range(self._log.partitions(name))]
        with self._store.view() as view:
            positions = positions_of(view, CONSUMER, lanes)
            checked = positions_of(view, fold.CONSUMER, lanes) if behind_checker else {}
        batch = {lane: self._log.read(lane, positions[lane], MESSAGES_PER_LANE, checked.get(lane))
                 for lane in lanes}
        return {lane: logged for lane, logged in batch.items() if logged}, positions

    def _statements(self) -> int:
        """Children with new statements, or newly joined: whoever holds them is told the rest."""
        batch, positions = self._batch(topics.SHARED, behind_checker=True)
        joined, joined_positions = self._batch([topics.PEOPLE], behind_checker=False)
        if not batch and not joined:
            return 0
        keys: set[str] = set()
        for each in (logged for lane in (*batch.values(), *joined.values()) for logged in lane):
            if each.record.value is None:
                continue
            what = self._codec.decode(each.record.value)
            if isinstance(what, Statement):
                keys.add(person_key_of(what))
            elif isinstance(what, own.PeopleChanged):
                keys.update(key for child in what.after for key in child.members)
        with self._store.begin() as unit:
            self._feed(unit, keys)
            self._tell(unit, _standing_about(unit, self._codec, keys))
            for lane, logged in batch.items():
                advance(unit, CONSUMER, lane, positions[lane], logged[-1].position + 1)
            for lane, logged in joined.items():
                advance(unit, CONSUMER, lane, joined_positions[lane], logged[-1].position + 1)
        return sum(len(each) for each in (*batch.values(), *joined.values()))

    def _feed(self, unit: Unit, keys: set[str]) -> None:
        now = self._clock.now()
        allowed = self._agreements.in_force(day_of(now))
        children = children_with(unit, sorted(keys))
        said = self._said(unit, [key for members in children.values() for key in members])
        drafts: list[Draft] = []
        salt = salt_of(unit)
        for members in children.values():
            statements = [each for key in members for each in said[key]]
            adopted = placed_for_adoption(statements)
            for holder in self.holders(members, statements):
                shown = []
                for statement in statements:
                    copy = shown_statement(statement, holder.agency, holder.local_id, allowed,
                                           alleged=holder.alleged,
                                           adoption=statement.agency in adopted)
                    if copy is not None:
                        shown.append(copy)
                given = self._give(unit, holder, shown, now)
                if given:
                    drafts.append(Draft(
                        action=AuditAction.DISCLOSURE, actor="concord",
                        recipient=holder.agency.code,
                        subject_digest=subject_digest(
                            salt, f"{holder.agency.code}:{holder.local_id}"),
                        why="feed, under a sharing agreement",
                        detail=f"{len(given)} statements, digest {batch_digest(given)}", at=now,
                    ))
        record_audit(unit, self._codec, drafts)

    def _said(self, unit: Unit, keys: Sequence[str]) -> dict[str, list[Statement]]:
        said: dict[str, list[Statement]] = defaultdict(list)
        rows = sorted(unit.find(STATEMENTS, "person_key", keys),
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
              now: datetime) -> list[UUID]:
        code = holder.agency.code
        rows: list[Row] = [(f"{each.event_id.hex}/{code}", milliseconds_of(now),
                            f"{code}:{holder.local_id}") for each in shown]
        given: list[UUID] = []
        sends: dict[Lane, list[Record]] = defaultdict(list)
        topic = topics.feed(code)
        partition = topics.partition_of(f"{code}:{holder.local_id}", self._log.partitions(topic))
        for statement, is_new in zip(shown, unit.insert_new(DELIVERED, rows), strict=True):
            if is_new:
                given.append(statement.event_id)
                sends[Lane(topic, partition)].append(Record(
                    statement.event_id.bytes, self._codec.encode(statement), now,
                    headers_of(statement)))
        for lane, records in sends.items():
            unit.send(lane, records)
        self.count.statements += len(given)
        return given

    def _findings(self) -> int:
        """Each change of a finding, as the notice that each agency may be given of it."""
        batch, positions = self._batch([topics.FINDINGS], behind_checker=False)
        if not batch:
            return 0
        changed: set[str] = set()
        for logged in (each for lane in batch.values() for each in lane):
            if logged.record.value is not None:
                change = self._codec.decode(logged.record.value)
                assert isinstance(change, FindingChanged)
                changed.add(change.finding.finding_id)
        with self._store.begin() as unit:
            # As each now stands, not as it once did: what was dismissed meanwhile is not told.
            self._tell(unit, [each for _, each in sorted(
                findings_in(unit, self._codec, changed).items())])
            for lane, logged_list in batch.items():
                advance(unit, CONSUMER, lane, positions[lane], logged_list[-1].position + 1)
        return sum(len(each) for each in batch.values())

    def _agreements_changed(self) -> int:
        """Whoever may be told since today of what already stands, is; how many were looked at.

        What an agreement that ended had let an agency know cannot be taken back; it gets the end
        of its notices and nothing new."""
        allowed = self._agreements.in_force(day_of(self._clock.now()))
        digest = sha256(repr(sorted(allowed.receiving)).encode()).hexdigest()
        with self._store.begin() as unit:
            if unit.get(SETTINGS, [(DELIVERED_UNDER,)]) == [(DELIVERED_UNDER, digest)]:
                return 0
            rows = unit.find(FINDINGS, "state", [state.value for state in STANDING])
            self._tell(unit, [finding_of_row(self._codec, row) for row in rows])
            unit.put(SETTINGS, [(DELIVERED_UNDER, digest)])
        return len(rows)

    def _tell(self, unit: Unit, findings: Iterable[Finding]) -> None:
        """Issue, renew or end the notices of these findings, as each now stands."""
        now = self._clock.now()
        allowed = self._agreements.in_force(day_of(now))
        drafts: list[Draft] = []
        for finding in findings:
            about = {key_of(each.agency, each.system, each.subject) for each in finding.evidence}
            child = resolve(unit, finding.child or "")
            members = children_with(unit, about).get(child, tuple(about))
            said = self._said(unit, members)
            statements = [each for key in members for each in said[key]]
            self.count.notices += notices_of(
                unit, self._codec, self._log, finding, self.holders(members, statements),
                statements, allowed, now, drafts)
        record_audit(unit, self._codec, drafts)


def _standing_about(unit: Unit, codec: Codec, keys: Iterable[str]) -> list[Finding]:
    """What stands about the children of these people: a new holder is told of it too."""
    members = [key for each in children_with(unit, sorted(keys)).values() for key in each]
    ids = {str(row[1]) for row in unit.find(FINDING_PEOPLE, "person_key", members)}
    return [each for _, each in sorted(findings_in(unit, codec, ids).items())
            if each.state in STANDING]
