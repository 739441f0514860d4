"""Redrive: rejected messages are sent to their inbox again, once, with an audit entry.

What is sent is written anew under the newest schema, so that a message from before a change of
schema, or from under another registry, arrives as one that everybody can read. Its event id is
that of what it says, and stays. The reject keeps the bytes that came. Statements and answers to
notices are sent; a heartbeat tells of a time that is over.
"""
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from broker.audit.chain import Draft
from broker.errors import RecordRejected
from broker.event import own
from broker.event.envelope import Statement
from broker.event.finding import NoticeAnswered
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.answers import answerable, takes_further
from broker.pipeline.auditing import record_audit
from broker.pipeline.settled import OPEN, SENT_AGAIN, note_sent_again, settled_in, state_of
from broker.pipeline.step.arrival import Accepted, Held, judge_arrival
from broker.pipeline.tables import REJECTS, SUPPRESSED
from broker.policy.agreements import InForce
from broker.ports import EventLog, Row, Store, Unit
from broker.vocabulary.words import AuditAction
from broker.wire.codec import UNKNOWN_SCHEMA_ID, Codec, schema_id_of
from broker.wire.headers import headers_of

Said = Statement | NoticeAnswered


@dataclass(slots=True)
class Redriven:
    """What a redrive came to: open rejected messages looked at, usable ones, those of them that
    had to be written under another schema, those sent before; and rows and refused files that are
    open (they are mended at their agency and published again, never sent from here)."""

    looked_at: int = 0
    usable: int = 0
    migrated: int = 0
    spent: int = 0
    rows: int = 0
    files: int = 0


def redrive(store: Store, log: EventLog, codec: Codec, allowed: InForce, agency: str | None,
            by: str, reason: str, now: datetime, *, dry_run: bool,
            written_as: str | None = None) -> Redriven:
    """Send each open rejected message that intake would now take to its agency's inbox.

    `written_as` is the schema under which messages whose schema id nobody knows were written.
    What would be refused again (it does not decode, no agreement in force lets it in, or there is
    no notice that it could answer) waits: trying it would spend the one time that it can be sent.
    So does an answer where its agency has since said as much or more of the notice.
    The loop guard: a message is sent again once. If it is rejected again that is a reject of its
    own, found by the same bytes, and stays.
    """
    outcome = Redriven()
    # Read outside the transaction: the registry may have to be asked for a schema.
    with store.view() as view:
        rows = [row for row in view.scan(REJECTS, "rejected_ms") if agency in (None, row[1])]
        settled = settled_in(view)
    rejects = [(row, _reject(codec, row)) for row in rows]
    spent = {digest for row, reject in rejects if row[4] == SENT_AGAIN
             for digest in _digests(codec, reject, written_as)}
    readable = []
    for row, reject in rejects:
        if state_of(row, settled) != OPEN:
            continue
        if reject.topic is None:
            outcome.rows += reject.line is not None
            outcome.files += reject.line is None
            continue
        outcome.looked_at += 1
        if reject.sha256 in spent:
            outcome.spent += 1
        elif (said := _said(codec, reject, written_as)) is not None:
            readable.append((row, reject, said, codec.encode(said)))
    readable.sort(key=lambda each: _came(each[1]))
    with store.begin() as unit:
        for row, reject, said, value in readable:
            if unit.get(REJECTS, [(row[0],)]) != [row]:
                continue
            about = _whom_about(unit, codec, said, reject, allowed)
            if about is None:
                continue
            outcome.usable += 1
            outcome.migrated += schema_id_of(value) != reject.schema_id
            if not dry_run:
                _send(unit, log, row, said, value, about, now)
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


def _digests(codec: Codec, reject: own.RecordRejected, written_as: str | None) -> set[str]:
    """The digests of a message as it came and as it was sent again."""
    said = _said(codec, reject, written_as)
    return {reject.sha256} if said is None else {
        reject.sha256, sha256(codec.encode(said)).hexdigest()}


def _came(reject: own.RecordRejected) -> tuple[datetime, str, int, int]:
    """What orders rejected messages as they came: the last answer to a notice stands."""
    assert reject.topic is not None
    return reject.rejected_at, reject.topic, reject.partition or 0, reject.position or 0


def _said(codec: Codec, reject: own.RecordRejected, written_as: str | None) -> Said | None:
    """What a rejected message says, where it can be read now."""
    if reject.size != len(reject.raw):
        return None
    try:
        said = codec.decode(reject.raw)
    except RecordRejected as why:
        if why.reason != UNKNOWN_SCHEMA_ID or written_as is None:
            return None
        try:
            said = codec.decode_as(reject.raw, written_as)
        except RecordRejected:
            return None
    return said if isinstance(said, Said) else None


def _whom_about(unit: Unit, codec: Codec, said: Said, reject: own.RecordRejected,
                allowed: InForce) -> str | None:
    """The key of the person whom a message is about, if intake would now take it; else None."""
    suppressed = bool(unit.get(SUPPRESSED, [(said.event_id.bytes,)]))
    if isinstance(said, Statement):
        verdict = judge_arrival(said, reject.agency, allowed, suppressed=suppressed)
        return said.subject_key if isinstance(verdict, Accepted | Held) else None
    try:
        notice = answerable(unit, codec, reject.agency, said)
    except RecordRejected:
        return None
    return f"{notice.recipient}:{notice.local_id}" \
        if takes_further(notice, said) and not suppressed else None


def _send(unit: Unit, log: EventLog, row: Row, said: Said, value: bytes, about: str,
          now: datetime) -> None:
    topic = topics.inbox(str(row[1]))
    lane = Lane(topic, topics.partition_of(about, log.partitions(topic)))
    unit.send(lane, [Record(said.event_id.bytes, value, now, headers_of(said))])
    unit.put(REJECTS, [(*row[:4], SENT_AGAIN, row[5])])
    note_sent_again(unit, str(row[0]))
