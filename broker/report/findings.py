"""Findings and notices as views: the stable machine form, and the words for a person."""
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from broker.event.finding import Finding, FindingDecided, NoticeIssued
from broker.findings.finding import lasted, was_done_late
from broker.pipeline.escalate import UNACKNOWLEDGED
from broker.pipeline.evaluate import finding_of_row
from broker.pipeline.tables import DECISIONS, FINDINGS, REDIRECTS
from broker.ports import Reading
from broker.vocabulary.times import LONDON
from broker.vocabulary.words import Severity
from broker.wire.codec import Codec

FINDING_COLUMNS = ("id", "code", "name", "severity", "state", "child", "agency", "since", "until",
                   "sentence", "action", "evidence", "historical", "done_late")
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def stored_findings(reading: Reading, codec: Codec) -> list[Finding]:
    """Every finding as it now stands."""
    return [finding_of_row(codec, row) for row in reading.scan(FINDINGS, "finding_id")]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The most severe first, of these what is live, then the surest identity, then the longest
    standing."""
    return sorted(findings, key=lambda each: (
        _RANK[each.severity], each.historical, -each.certainty, each.since, each.finding_id))


def instant(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as machines read it."""
    return None if moment is None else moment.isoformat()


def local(moment: datetime) -> str:
    """A time as people at the agencies read it."""
    return f"{moment.astimezone(LONDON):%a %d %b %Y %H:%M}"


def finding_json(finding: Finding) -> dict[str, Any]:
    """The machine form that other programs rely on."""
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
        "done_late": finding.done_late,
        "lasted": lasted(finding),
    }


def unacknowledged_for(notice: NoticeIssued, now: datetime) -> timedelta | None:
    """How long a notice has waited for somebody to acknowledge it; None where it does not, or
    where it was sent before that was kept."""
    if notice.sent_at is None or notice.state not in UNACKNOWLEDGED:
        return None
    return max(now - notice.sent_at, timedelta())


def notice_json(notice: NoticeIssued, now: datetime) -> dict[str, Any]:
    """A notice as its recipient's systems read it; `unacknowledged_minutes` are whole ones."""
    waits = unacknowledged_for(notice, now)
    return {
        "notice": notice.notice_id, "finding": notice.finding_id, "recipient": notice.recipient,
        "local_id": notice.local_id, "code": notice.code, "name": notice.name,
        "severity": notice.severity.value.lower(), "state": notice.state.value.lower(),
        "finding_state": notice.finding_state.value.lower(), "since": instant(notice.since),
        "until": instant(notice.until), "sentence": notice.sentence, "action": notice.action,
        "issued_at": instant(notice.issued_at), "sent_at": instant(notice.sent_at),
        "contact": notice.contact, "contact_since": instant(notice.contact_since),
        "unacknowledged_minutes": None if waits is None else int(waits.total_seconds() // 60),
        "evidence": [
            {"agency": each.agency, "record": each.record, "event_id": str(each.event_id),
             "says": each.says}
            for each in notice.evidence
        ],
    }


def state_words(finding: Finding) -> str:
    """The state for a person, as in "open, historical" or "resolved, done late"."""
    done = ", done late" if was_done_late(finding) else ""
    return f"{finding.state.value.lower()}{done}{', historical' if finding.historical else ''}"


def names_before(reading: Reading, finding_ids: Iterable[str]) -> dict[str, set[str]]:
    """Each of these ids with those that the finding went by before, or goes by now."""
    following = {str(row[0]): str(row[1]) for row in reading.scan(REDIRECTS, "finding_id")}
    earlier: dict[str, set[str]] = {}
    for old, now in following.items():
        earlier.setdefault(now, set()).add(old)
    found = {}
    for each in finding_ids:
        found[each] = ids = {each}
        newest = each
        while newest in following and following[newest] not in ids:
            newest = following[newest]
            ids.add(newest)
        fresh = set(ids)
        while fresh := {old for one in fresh for old in earlier.get(one, ())} - ids:
            ids |= fresh
    return found


def decisions_on(reading: Reading, codec: Codec, finding: Finding) -> list[FindingDecided]:
    """What people decided about a finding, also under ids it went by before, oldest first."""
    ids = names_before(reading, [finding.finding_id])[finding.finding_id]
    decisions = []
    for row in reading.find(DECISIONS, "finding_id", sorted(ids)):
        assert isinstance(row[3], bytes)
        decided = codec.decode(row[3])
        assert isinstance(decided, FindingDecided)
        decisions.append(decided)
    return sorted(decisions, key=lambda each: (each.made_at, str(each.decision_id)))


def decision_json(decided: FindingDecided, finding: Finding) -> dict[str, Any]:
    """Who decided what, when and why, and whether the evidence is still what it was."""
    return {
        "decision": decided.decision.value.lower(), "by": decided.by,
        "at": instant(decided.made_at), "reason": decided.reason,
        "evidence_unchanged": decided.evidence_digest == finding.evidence_digest,
    }
