"""Where a run ends, in a form that two runs can be compared by whatever their batches were."""
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from broker.backends.clock import FixedClock
from broker.bootstrap import Concord, open_memory
from broker.cli.journey import drops_below, publish_path
from broker.config import load
from broker.log import topics
from broker.log.records import Logged
from broker.pipeline.auditing import audit_entries, verify_stored
from broker.pipeline.notify import notices_for
from broker.pipeline.tables import HELD
from broker.report.findings import finding_json, in_order, stored_findings
from broker.report.people import people_listed
from broker.vocabulary.words import FindingState, NoticeState

PAGE = 1000
HEARTBEAT = b"safeguarding.event.Heartbeat"
_COUNTED = re.compile(r"(\d+) statements, digest")


@dataclass(frozen=True, slots=True)
class Ending:
    """Children, open findings, standing notices, what was accepted or waits for a person, what
    each agency was fed, and how many statements the audit says were collected and disclosed."""

    people: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    notices: list[tuple[str, str]]
    accepted: frozenset[bytes]
    held: frozenset[bytes]
    fed: dict[str, frozenset[bytes]]
    audited: dict[str, int]


def ending_of(concord: Concord) -> Ending:
    """Where a partnership now stands; its audit chain must verify."""
    agencies = sorted(concord.settings.agencies)
    audited: Counter[str] = Counter()
    with concord.store.view() as view:
        verdict, _ = verify_stored(view, concord.codec)
        assert verdict.ok
        for entry in audit_entries(view, concord.codec):
            counted = _COUNTED.match(entry.detail or "")
            if counted:
                whom = f"{entry.action.value} {entry.actor} {entry.recipient}"
                audited[whom] += int(counted[1])
        return Ending(
            people_listed(view),
            [finding_json(each) for each in in_order(stored_findings(view, concord.codec))
             if each.state is FindingState.OPEN],
            sorted((code, each.notice_id) for code in agencies
                   for each in notices_for(view, concord.codec, code)
                   if each.state is not NoticeState.ENDED),
            frozenset(keys_in(concord, *topics.SHARED)),
            frozenset(UUID(str(row[0])).bytes for row in view.scan(HELD, "event_id")),
            {code: frozenset(keys_in(concord, topics.feed(code))) for code in agencies},
            dict(audited))


def keys_in(concord: Concord, *names: str) -> list[bytes]:
    """The keys of all messages in these topics, heartbeats aside, as often as they are there."""
    return [each.record.key for each in logged_in(concord, *names)
            if ("ce_type", HEARTBEAT) not in list(each.record.headers)]


def logged_in(concord: Concord, *names: str) -> list[Logged]:
    """All records of these topics."""
    found: list[Logged] = []
    for name in names:
        for lane in topics.lanes_of(name, concord.log.partitions(name)):
            position = 0
            while page := concord.log.read(lane, position, PAGE):
                found.extend(page)
                position = page[-1].position + 1
    return found


def quiet_ending(config: Path, drop: Path, now: datetime) -> Ending:
    """Where a run in memory without faults ends that is given these files at this time."""
    concord = open_memory(load(config), FixedClock(now))
    for feed, path in drops_below(concord, drop):
        publish_path(concord, feed, path, now)
    concord.check()
    concord.deliver()
    concord.relay()
    return ending_of(concord)
