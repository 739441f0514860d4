"""Notices: the part of a finding that one agency may see, addressed to it, and its end."""
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from broker.audit.chain import Draft, subject_digest
from broker.event.agency import Agency
from broker.event.digest import derived_id
from broker.event.envelope import Statement
from broker.event.finding import Finding, NoticeIssued
from broker.event.subject import key_of
from broker.findings.finding import notice_id_of, still_ask
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.auditing import salt_of
from broker.pipeline.escalate import NoticeTerms, Waiting, is_unacknowledged, stop_waiting
from broker.pipeline.messages import message_of
from broker.pipeline.notice_steps import note_written
from broker.pipeline.tables import FINDING_PEOPLE, NOTICES, REDIRECTS
from broker.policy.agreements import InForce
from broker.policy.visibility import LEADS_ONLY_CODES, may_be_told, shown_evidence
from broker.ports import EventLog, Reading, Unit
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import AgencyKind, AuditAction, FindingState, NoticeState
from broker.wire.codec import Codec

NOTICE_ERASED = "Ended: a record that this notice rested on was erased."
STANDING = frozenset({FindingState.OPEN, FindingState.CONFIRMED})


class NoticeHolder(Protocol):
    """An agency that holds the child, or that the finding is about as a whole."""

    @property
    def agency(self) -> Agency:
        """Who."""

    @property
    def local_id(self) -> str | None:
        """Under which local id; None where it is about the agency as a whole."""

    @property
    def alleged(self) -> bool:
        """Whether an allegation against it, a home, stands."""


def notices_of(
    unit: Unit, codec: Codec, log: EventLog, finding: Finding,
    holders: Sequence[NoticeHolder], statements: Sequence[Statement], allowed: InForce,
    now: datetime, drafts: list[Draft], terms: NoticeTerms,
) -> int:
    """Issue, renew, pass on or end the notices of one finding; how many were written.

    Whoever got a notice gets its end, even after the agreement was revoked. What back-loading
    finds in old records is history and no notice.
    """
    held = {str(row[1]): notice_in(codec, row[5])
            for row in unit.find(NOTICES, "finding_id", [finding.finding_id])}
    waiting = Waiting(unit, terms, now, {
        notice_id_of(finding.finding_id, code)
        for code in (*held, *(each.agency.code for each in holders))}, drafts)
    kept_from = [each.agency.name for each in holders if each.alleged and may_be_told(
        finding, each.agency, allowed, statements, alleged=False)]
    issued: list[NoticeIssued] = []
    standing = finding.state in STANDING
    earlier = _of_the_same_occasion(unit, codec, finding) if standing and any(
        each.agency.code not in held for each in holders) else {}
    for holder in holders:
        before = held.pop(holder.agency.code, None)
        told = standing and not finding.historical and may_be_told(
            finding, holder.agency, allowed, statements, alleged=holder.alleged,
            to_lead=holder.agency.lead is not None)
        if told:
            notice = _notice(finding, holder, before or earlier.get(holder.agency.code), now,
                             waiting, kept_from)
            if before is not None and (
                    _says_the_same(before, notice)
                    or (waiting.is_settling(notice) and _reads_the_same(before, notice))):
                continue
            issued.append(notice)
            drafts.append(Draft(
                action=AuditAction.DISCLOSURE, actor="concord", recipient=holder.agency.code,
                subject_digest=None if holder.local_id is None else subject_digest(
                    salt_of(unit), f"{holder.agency.code}:{holder.local_id}"),
                why=f"notice of finding {finding.code}", detail=_told_whom(notice), at=now))
        elif before is not None and not standing and before.state is not NoticeState.ENDED \
                and waiting.may_end(before, finding.state):
            issued.append(_ended(unit, finding, before, now))
    issued.extend(_ended(unit, finding, before, now) for before in held.values()
                  if before.state is not NoticeState.ENDED)
    waiting.leave()
    for notice in issued:
        write_notice(unit, codec, log, notice)
    return len(issued)


def _told_whom(notice: NoticeIssued) -> str:
    """A notice, and the office that it is for, as the audit names them."""
    told = f" for {notice.contact}" if notice.contact else ""
    return f"notice {notice.notice_id}{told}"


def _notice(finding: Finding, holder: NoticeHolder, before: NoticeIssued | None,
            now: datetime, waiting: Waiting, kept_from: Sequence[str]) -> NoticeIssued:
    code = holder.agency.code
    notice_id = notice_id_of(finding.finding_id, code)
    notice = NoticeIssued(
        event_id=derived_id("notice", notice_id, finding.state, finding.evidence_digest,
                            str(milliseconds_of(now))),
        notice_id=notice_id, finding_id=finding.finding_id, recipient=code,
        local_id=holder.local_id, code=finding.code, name=finding.name,
        severity=finding.severity, state=NoticeState.SENT,
        finding_state=finding.state, since=finding.since, until=finding.until,
        sentence=finding.sentence, action=_action(finding, holder.agency, kept_from),
        evidence=shown_evidence(finding, holder.agency, holder.local_id or ""), issued_at=now,
    )
    if before is None or before.state is NoticeState.ENDED \
            or before.severity is not finding.severity:
        return waiting.first_sent(notice, before)
    if before.notice_id != notice_id and is_unacknowledged(before):
        return waiting.first_sent(notice, None)
    return waiting.moved_on(replace(
        notice, state=before.state, sent_at=before.sent_at, contact=before.contact,
        contact_since=before.contact_since))


def _action(finding: Finding, recipient: Agency, kept_from: Sequence[str]) -> str:
    """What to do next; what is for the agency's named lead alone says so first, and what is kept
    from a home by an allegation is for the council's designated officer."""
    if finding.code in LEADS_ONLY_CODES and recipient.lead is not None:
        return f"For {recipient.lead} alone. {finding.action}"
    if kept_from and recipient.kind is AgencyKind.SOCIAL_CARE:
        homes = " and ".join(kept_from)
        return ("For the designated officer: while an allegation stands, this is kept from "
                f"{homes}. {finding.action}")
    return finding.action


def _says_the_same(before: NoticeIssued, notice: NoticeIssued) -> bool:
    """Whether the recipient has been told exactly this: nobody is told twice."""
    return before == replace(notice, event_id=before.event_id, issued_at=before.issued_at)


def _reads_the_same(before: NoticeIssued, notice: NoticeIssued) -> bool:
    """Whether a person would read nothing new in it, though other versions of the records say so:
    told anew once it has settled."""
    return _says_the_same(before, replace(
        notice, evidence=before.evidence, since=before.since, until=before.until))


def _of_the_same_occasion(unit: Unit, codec: Codec, finding: Finding) -> dict[str, NoticeIssued]:
    """The notices, by recipient, of a finding that this one carries on because the occasion is
    known by another record now: who took that up need not be told as if it were new."""
    people = sorted({key_of(each.agency, each.system, each.subject) for each in finding.evidence})
    about = sorted({str(row[1]) for row in unit.find(FINDING_PEOPLE, "person_key", people)})
    ids = [str(old) for old, new in unit.get(REDIRECTS, [(each,) for each in about])
           if new == finding.finding_id]
    return {notice.recipient: notice for row in unit.find(NOTICES, "finding_id", sorted(ids))
            if (notice := notice_in(codec, row[5])).state is not NoticeState.ENDED}


def _ended(unit: Unit, finding: Finding, before: NoticeIssued, now: datetime) -> NoticeIssued:
    following = [(notice_id_of(str(row[1]), before.recipient),)
                 for row in unit.get(REDIRECTS, [(finding.finding_id,)])]
    goes_on = [str(row[0]) for row in unit.get(NOTICES, following)
               if row[3] != NoticeState.ENDED.value]
    return NoticeIssued(
        event_id=derived_id("notice", before.notice_id, "ended", finding.state,
                            str(milliseconds_of(now))),
        notice_id=before.notice_id, finding_id=finding.finding_id, recipient=before.recipient,
        local_id=before.local_id, code=before.code, name=before.name, severity=before.severity,
        state=NoticeState.ENDED, finding_state=finding.state, since=before.since,
        until=finding.until, sentence=before.sentence,
        action=f"Not over: it goes on as notice {goes_on[0]}, by another record of the same "
               "occasion." if goes_on else
               f"No further action on this notice.{still_ask(finding)}",
        evidence=before.evidence, issued_at=now, sent_at=before.sent_at,
    )


def write_notice(unit: Unit, codec: Codec, log: EventLog, notice: NoticeIssued) -> None:
    """Keep the notice as it now stands, and send it to its recipient."""
    if not is_unacknowledged(notice):
        stop_waiting(unit, notice.notice_id)
    rows = unit.get(NOTICES, [(notice.notice_id,)])
    note_written(unit, notice_in(codec, rows[0][5]) if rows else None, notice)
    message = message_of(codec, notice, notice.issued_at)
    unit.put(NOTICES, [(notice.notice_id, notice.recipient, notice.finding_id,
                        notice.state.value, milliseconds_of(notice.issued_at), message.value)])
    topic = topics.notices(notice.recipient)
    partition = topics.partition_of(f"{notice.recipient}:{notice.local_id}",
                                    log.partitions(topic))
    unit.send(Lane(topic, partition), [message])


def notice_in(codec: Codec, value: object) -> NoticeIssued:
    """The notice kept in a row of the store."""
    assert isinstance(value, bytes)
    notice = codec.decode(value)
    assert isinstance(notice, NoticeIssued)
    return notice


def notices_for(reading: Reading, codec: Codec, agency: str) -> list[NoticeIssued]:
    """All notices of one agency, the newest first."""
    found = [notice_in(codec, row[5]) for row in reading.find(NOTICES, "recipient", [agency])]
    return sorted(found, key=lambda each: (each.issued_at, each.notice_id), reverse=True)


