"""How soon a finding was raised after it could first be known."""
from collections.abc import Iterable
from datetime import datetime

from broker.case.case import Received
from broker.event.finding import Finding, FindingChanged
from broker.findings.finding import is_standing


def delay_of(change: FindingChanged, before: Finding | None,
             received: Iterable[Received]) -> float | None:
    """Seconds from when the newest of the evidence was received, or from when the finding began
    to stand where that is later (a timer's time), to the change; None where the change does not
    raise anything: the end of a finding, or one that stood on the same evidence already."""
    finding = change.finding
    if not is_standing(finding) or (
            before is not None and is_standing(before)
            and before.evidence_digest == finding.evidence_digest):
        return None
    evidence = {each.event_id for each in finding.evidence}
    newest: datetime | None = max(
        (each.received_at for each in received if each.statement.event_id in evidence),
        default=None)
    if newest is None:
        return None
    return max(0.0, (change.changed_at - max(newest, finding.since)).total_seconds())
