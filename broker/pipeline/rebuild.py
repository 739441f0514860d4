"""Rebuild: what the checker derived is thrown away and derived anew, from the log's beginning.

For a store that was lost or is not believed, and after a change of the identity model. What people
decided, what was erased and what was found is taken from its topics first, so that an empty store
comes to know it too; statements are then folded by the next check, which looks at everybody.
"""
from dataclasses import dataclass
from datetime import datetime

from broker.audit.chain import Draft
from broker.event.finding import FindingChanged, FindingDecided
from broker.event.own import AllegationDecided, Erased, JudgementMade
from broker.identity.model import Model
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.allegations import keep_decided
from broker.pipeline.auditing import record_audit
from broker.pipeline.evaluate import keep_changes
from broker.pipeline.feeds import forget_systems
from broker.pipeline.linking import fold_judgement
from broker.pipeline.linking_tables import (
    PEOPLE,
    PEOPLE_EDGES,
    PEOPLE_KEYS,
    PEOPLE_RECORDS,
    PEOPLE_REVIEW,
    PEOPLE_WAITING,
)
from broker.pipeline.positions import CHECKER, restart
from broker.pipeline.subject import logged_in
from broker.pipeline.suppressed import suppressed_in
from broker.pipeline.tables import (
    DECISIONS,
    DIRTY,
    FEED_EXTRACTS,
    FEED_RECEIPTS,
    FINDINGS,
    KINDS_DESCRIBED,
    KINDS_OF_CHILD,
    REACHES,
    RISK_PLACES,
    STATEMENTS,
    SUPPRESSED,
    TIMERS,
    TRACES,
    UNREAD,
    WAITING,
)
from broker.ports import EventLog, Store, Table
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import AuditAction
from broker.wire.codec import Codec

ROWS_PER_UNIT = 5000
DERIVED: tuple[Table, ...] = (
    STATEMENTS, REACHES, UNREAD, DIRTY, TIMERS, WAITING, PEOPLE_RECORDS, PEOPLE_WAITING,
    PEOPLE_KEYS, PEOPLE_EDGES, PEOPLE, PEOPLE_REVIEW, FEED_EXTRACTS, FEED_RECEIPTS, KINDS_OF_CHILD,
    KINDS_DESCRIBED, TRACES, RISK_PLACES)


@dataclass(slots=True)
class Rebuilt:
    """What was thrown away, in rows, and what was read again from the topics of decisions and
    findings."""

    rows: int = 0
    judgements: int = 0
    decisions: int = 0
    erasures: int = 0
    findings: int = 0


def rebuild(store: Store, log: EventLog, codec: Codec, model: Model, by: str, reason: str,
            now: datetime) -> Rebuilt:
    """Begin anew. Stopped half-way it is simply called again; no worker may run beside it, as it
    would fold what has not been thrown away yet."""
    done = Rebuilt()
    with store.begin() as unit:
        restart(unit, log, CHECKER)
        forget_systems(unit)
        record_audit(unit, codec, [Draft(
            at=now, action=AuditAction.DECISION, actor=by, why=reason,
            detail="what was derived is derived anew from the log")])
    for table in DERIVED:
        done.rows += _emptied(store, table)
    _decided(store, log, codec, model, done)
    done.findings = _found(store, log, codec)
    return done


def _emptied(store: Store, table: Table) -> int:
    """Take all rows out, a part at a time; how many."""
    places = [[name for name, _ in table.columns].index(name) for name in table.key]
    gone = 0
    while True:
        with store.begin() as unit:
            rows = unit.scan(table, table.key[0], limit=ROWS_PER_UNIT)
            if not rows:
                return gone
            gone += unit.delete(table, [tuple(row[place] for place in places) for row in rows])


def _decided(store: Store, log: EventLog, codec: Codec, model: Model, done: Rebuilt) -> None:
    """Take in what people decided and what was erased; known decisions change nothing."""
    for each in logged_in(log, Lane(topics.DECISIONS, 0)):
        assert each.record.value is not None
        made = codec.decode(each.record.value)
        with store.begin() as unit:
            if suppressed_in(unit, [each.record.key]):
                continue
            if isinstance(made, JudgementMade):
                fold_judgement(unit, made, model)
                done.judgements += 1
            elif isinstance(made, FindingDecided):
                unit.put(DECISIONS, [(str(made.decision_id), made.finding_id,
                                      milliseconds_of(made.made_at), each.record.value)])
                done.decisions += 1
            elif isinstance(made, AllegationDecided):
                keep_decided(unit, made, each.record.value)
                done.decisions += 1
            elif isinstance(made, Erased):
                unit.put(SUPPRESSED, [(event_id.bytes,) for event_id in made.event_ids])
                done.erasures += 1


def _found(store: Store, log: EventLog, codec: Codec) -> int:
    """Take in how each finding last stood, where the store does not know it; how many."""
    latest: dict[str, FindingChanged] = {}
    told: set[bytes] = set()
    for each in logged_in(log, Lane(topics.FINDINGS, 0)):
        assert each.record.value is not None
        if each.record.key in told:
            continue  # a relay's copy, which may stand behind a later change
        told.add(each.record.key)
        change = codec.decode(each.record.value)
        assert isinstance(change, FindingChanged)
        with store.view() as view:
            if not suppressed_in(view, [each.record.key]):
                latest[change.finding.finding_id] = change
    with store.begin() as unit:
        known = {str(row[0]) for row in unit.get(FINDINGS, [(each,) for each in latest])}
        fresh = [change for each, change in latest.items() if each not in known]
        keep_changes(unit, codec, [(change, ()) for change in fresh])  # nothing is told again
    return len(fresh)
