"""Rejects, held statements and status as views."""
from datetime import datetime
from typing import Any

from broker.case.case import Partnership
from broker.case.reach import Reach
from broker.event.envelope import Statement
from broker.event.own import RecordRejected
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline import deliver, intake
from broker.pipeline.positions import CHECKER, positions_of
from broker.pipeline.reaches import read_reach
from broker.pipeline.tables import DIRTY, HELD, REJECTS
from broker.ports import EventLog, Reading, Store
from broker.report.findings import instant
from broker.vocabulary.times import moment_of
from broker.vocabulary.words import System
from broker.wire.codec import Codec

_RETURNS = {System.CIN, System.SSDA903}


def rejects_listed(reading: Reading, codec: Codec, agency: str | None) -> list[dict[str, Any]]:
    """Rejects, oldest first."""
    listed = []
    for row in reading.scan(REJECTS, "rejected_ms"):
        if agency is not None and row[1] != agency:
            continue
        assert isinstance(row[5], bytes)
        reject = codec.decode(row[5])
        assert isinstance(reject, RecordRejected)
        listed.append({
            "reject": str(reject.reject_id), "agency": reject.agency, "reason": reject.reason,
            "rejected_at": instant(reject.rejected_at), "file": reject.file,
            "line": reject.line, "column": reject.column, "value": reject.value,
            "topic": reject.topic, "partition": reject.partition, "position": reject.position,
            "schema_id": reject.schema_id, "size": reject.size, "sha256": reject.sha256,
            "state": str(row[4]),
        })
    return listed


def held_listed(reading: Reading, codec: Codec) -> list[dict[str, Any]]:
    """Held statements that nobody has decided on, oldest first."""
    listed = []
    for row in sorted(reading.scan(HELD, "event_id"), key=lambda row: (row[2] or 0, row[0] or "")):
        if row[4] != "held":
            continue
        assert isinstance(row[5], bytes)
        said = codec.decode(row[5])
        assert isinstance(said, Statement)
        listed.append({
            "event_id": str(row[0]), "agency": str(row[1]), "reason": str(row[3]),
            "held_at": instant(moment_of(int(row[2] or 0))), "type": said.type_name,
            "record": said.record, "marking": said.handling.marking,
            "conditions": said.handling.conditions,
        })
    return listed


def status_of(store: Store, log: EventLog, partnership: Partnership) -> dict[str, Any]:
    """Messages each stage is behind, when each agency was last heard, what waits for people."""
    inboxes = [topics.inbox(code) for code in sorted(partnership.agencies)]
    stages = {
        "intake": (intake.CONSUMER, inboxes),
        "checker": (CHECKER, list(topics.SHARED)),
        "delivery": (deliver.CONSUMER, [*topics.SHARED, topics.PEOPLE, topics.FINDINGS]),
    }
    ends = {stage: {lane: log.end(lane) for name in names
                    for lane in (Lane(name, each) for each in range(log.partitions(name)))}
            for stage, (_, names) in stages.items()}
    with store.view() as view:
        lag = {}
        for stage, (consumer, _) in stages.items():
            positions = positions_of(view, consumer, list(ends[stage]))
            lag[stage] = sum(end - positions[lane] for lane, end in ends[stage].items())
        reach = read_reach(view, log)
        waiting = [row for row in view.scan(HELD, "event_id") if row[4] == "held"]
        return {
            "lag": lag,
            "last_heard": {code: instant(_heard(reach, code))
                           for code in sorted(partnership.agencies)},
            "only_returns": [code for code in sorted(partnership.agencies)
                             if _is_heard_by_returns_alone(reach, code)],
            "rejects": view.count(REJECTS), "held": len(waiting),
            "children_waiting": view.count(DIRTY),
        }


def _heard(reach: Reach, agency: str) -> datetime | None:
    """When an agency was last heard; by its returns only where it has no other feed, as the date
    of a return says nothing of whether a feed still comes."""
    feeds = [until for (code, system, _), (until, _) in reach.until.items()
             if code == agency and system not in _RETURNS]
    return max(feeds, default=reach.heard(agency))


def _is_heard_by_returns_alone(reach: Reach, agency: str) -> bool:
    """Whether all that is heard of an agency is statutory returns, which speak up to a 31 March:
    a date long past is then no feed that has stopped."""
    systems = {system for code, system, _ in reach.until if code == agency}
    return bool(systems) and systems <= _RETURNS
