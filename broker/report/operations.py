"""Rejects, held statements and status as views."""
from typing import Any

from broker.case.case import Partnership
from broker.event.envelope import Statement
from broker.event.own import RecordRejected
from broker.pipeline.health import Standing, standing_of
from broker.pipeline.settled import settled_in, state_of
from broker.pipeline.tables import HELD, REJECTS
from broker.pipeline.worker import Stage
from broker.ports import EventLog, Reading, Store
from broker.report.findings import instant
from broker.vocabulary.times import moment_of
from broker.wire.codec import Codec

STAGES = {Stage.INTAKE: "intake", Stage.CHECK: "checker", Stage.DELIVER: "delivery"}
KEYS = ("lag", "lanes_behind", "last_heard", "only_returns", "rejects", "held",
        "children_waiting", "outbox_waiting", "unsettled", "unreached")


def rejects_listed(reading: Reading, codec: Codec, agency: str | None) -> list[dict[str, Any]]:
    """Rejects, oldest first, each with how it stands: open, sent again, or settled."""
    listed = []
    settled = settled_in(reading)
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
            "state": state_of(row, settled),
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
    return standing_shown(standing_of(store, log, partnership))


def standing_shown(standing: Standing | None) -> dict[str, Any]:
    """How a partnership stands; what could not be asked for is null: everything without the
    store, and without the log `lag`, `lanes_behind`, `last_heard` and `only_returns`."""
    if standing is None:
        return dict.fromkeys(KEYS)
    lag, heard = standing.lag, standing.heard
    return {
        "lag": None if lag is None else {
            name: lag[stage].messages for stage, name in STAGES.items()},
        "lanes_behind": None if lag is None else {
            name: lag[stage].lanes for stage, name in STAGES.items()},
        "last_heard": None if heard is None else {
            code: instant(each.until) for code, each in heard.items()},
        "only_returns": None if heard is None else [
            code for code, each in heard.items() if each.only_returns],
        "rejects": standing.rejects, "held": standing.held, "children_waiting": standing.waiting,
        "outbox_waiting": standing.outbox, "unsettled": standing.unsettled,
        "unreached": standing.unreached,
    }
