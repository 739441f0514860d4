"""Findings and notices as views: the stable machine form, and the words for a person."""
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from broker.event.finding import Finding, NoticeIssued
from broker.findings.finding import lasted
from broker.pipeline.evaluate import finding_of_row
from broker.pipeline.tables import FINDINGS
from broker.ports import Reading
from broker.vocabulary.times import LONDON
from broker.vocabulary.words import Severity
from broker.wire.codec import Codec

FINDING_COLUMNS = ("id", "code", "name", "severity", "state", "child", "agency", "since", "until",
                   "sentence", "action", "evidence")
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def stored_findings(reading: Reading, codec: Codec) -> list[Finding]:
    """Every finding as it now stands."""
    return [finding_of_row(codec, row) for row in reading.scan(FINDINGS, "finding_id")]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The most severe first, then the surest identity, then the longest standing."""
    return sorted(findings, key=lambda each: (
        _RANK[each.severity], -each.certainty, each.since, each.finding_id))


def instant(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as machines read it."""
    return None if moment is None else moment.isoformat()


def local(moment: datetime) -> str:
    """A time as people at the agencies read it."""
    return f"{moment.astimezone(LONDON):%a %d %b %Y %H:%M}"


def finding_json(finding: Finding) -> dict[str, Any]:
    """The stable machine form (DESIGN section 11)."""
    return {
        "id": finding.finding_id,
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value.lower(),
        "state": finding.state.value.lower(),
        "child": finding.child,
        "agency": finding.agency,
        "since": instant(finding.since),
        "until": instant(finding.until),
        "sentence": finding.sentence,
        "action": finding.action,
        "evidence": [
            {"agency": each.agency, "record": each.record, "event_id": str(each.event_id),
             "says": each.says}
            for each in finding.evidence
        ],
        "historical": finding.historical,
        "lasted": lasted(finding),
    }


def notice_json(notice: NoticeIssued) -> dict[str, Any]:
    """A notice as its recipient's systems read it."""
    return {
        "notice": notice.notice_id, "finding": notice.finding_id, "recipient": notice.recipient,
        "local_id": notice.local_id, "code": notice.code, "name": notice.name,
        "severity": notice.severity.value.lower(), "state": notice.state.value.lower(),
        "finding_state": notice.finding_state.value.lower(), "since": instant(notice.since),
        "until": instant(notice.until), "sentence": notice.sentence, "action": notice.action,
        "issued_at": instant(notice.issued_at),
        "evidence": [
            {"agency": each.agency, "record": each.record, "event_id": str(each.event_id),
             "says": each.says}
            for each in notice.evidence
        ],
    }


def explained(finding: Finding) -> Iterator[str]:
    """Lines for a person: what each agency says, the source, what would change it."""
    yield f"{finding.finding_id}  {finding.code} {finding.name}"
    history = ", historical" if finding.historical else ""
    yield (f"{finding.severity.value.lower()}, {finding.state.value.lower()}{history}, since "
           f"{local(finding.since)}; certainty that this is one child {finding.certainty:.3f}")
    yield ""
    yield finding.sentence
    over = lasted(finding)
    if over:
        yield over
    yield ""
    for each in finding.evidence:
        yield f"  {each.agency} ({each.type_name} {each.record}, {local(each.recorded_at)})"
        yield f"    says: {each.says}"
        if each.neutral:
            yield f"    in neutral words: {each.neutral}"
        yield f"    event {each.event_id}"
    yield ""
    yield f"What to do next: {finding.action}"
    yield f"What would change it: {finding.would_change}"
    yield f"Source: {finding.source}"
