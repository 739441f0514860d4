"""Redrive: rejected messages are sent to their inbox again, once, with an audit entry."""
from dataclasses import dataclass
from datetime import datetime

from broker.audit.chain import Draft
from broker.errors import RecordRejected
from broker.event import own
from broker.event.envelope import Statement
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.auditing import record_audit
from broker.pipeline.step.arrival import Accepted, Held, judge_arrival
from broker.pipeline.tables import REJECTS, SUPPRESSED
from broker.policy.agreements import InForce
from broker.ports import EventLog, Row, Store, Unit
from broker.vocabulary.words import AuditAction
from broker.wire.codec import Codec
from broker.wire.headers import headers_of

OPEN = "open"
SENT_AGAIN = "sent again"


@dataclass(slots=True)
class Redriven:
    """What a redrive came to: rejects looked at, usable ones, those sent before, and rows (a row
    is mended at its agency and published again, never sent from here)."""

    looked_at: int = 0
    usable: int = 0
    spent: int = 0
    rows: int = 0


def redrive(store: Store, log: EventLog, codec: Codec, allowed: InForce, agency: str | None,
            by: str, reason: str, now: datetime, *, dry_run: bool) -> Redriven:
    """Send each open rejected message that intake would now take to its agency's inbox.

    What would be refused again (it does not decode, or no agreement in force lets it in) waits:
    trying it would spend the one time that it can be sent.
    The loop guard: a message is sent again once. If it is rejected again that is a reject of its
    own, found by the same bytes, and stays.
    """
    outcome = Redriven()
    with store.begin() as unit:
        rows = [row for row in unit.scan(REJECTS, "rejected_ms")
                if agency in (None, row[1])]
        spent = {_reject(codec, row).sha256 for row in rows if row[4] == SENT_AGAIN}
        for row in rows:
            if row[4] != OPEN:
                continue
            reject = _reject(codec, row)
            outcome.looked_at += 1
            if reject.topic is None:
                outcome.rows += 1
            elif reject.sha256 in spent:
                outcome.spent += 1
            elif _usable(unit, codec, reject, allowed):
                outcome.usable += 1
                if not dry_run:
                    _send(unit, log, codec, row, reject, now)
        if outcome.usable and not dry_run:
            record_audit(unit, codec, [Draft(
                at=now, action=AuditAction.DECISION, actor=by, why=reason,
                detail=f"{outcome.usable} rejected messages sent again")])
    return outcome


def _reject(codec: Codec, row: Row) -> own.RecordRejected:
    assert isinstance(row[5], bytes)
    reject = codec.decode(row[5])
    assert isinstance(reject, own.RecordRejected)
    return reject


def _usable(unit: Unit, codec: Codec, reject: own.RecordRejected, allowed: InForce) -> bool:
    if reject.size != len(reject.raw):
        return False
    try:
        said = codec.decode(reject.raw)
    except RecordRejected:
        return False
    if not isinstance(said, Statement):
        return False
    suppressed = bool(unit.get(SUPPRESSED, [(said.event_id.bytes,)]))
    verdict = judge_arrival(said, reject.agency, allowed, suppressed=suppressed)
    return isinstance(verdict, Accepted | Held)


def _send(unit: Unit, log: EventLog, codec: Codec, row: Row, reject: own.RecordRejected,
          now: datetime) -> None:
    said = codec.decode(reject.raw)
    assert isinstance(said, Statement)
    topic = topics.inbox(reject.agency)
    lane = Lane(topic, topics.partition_of(said.subject_key, log.partitions(topic)))
    unit.send(lane, [Record(said.event_id.bytes, reject.raw, now, headers_of(said))])
    unit.put(REJECTS, [(*row[:4], SENT_AGAIN, row[5])])
