"""Findings, notices and judgements that quote what is erased: they end, without the quotation."""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from broker.event import own
from broker.event.digest import derived_id
from broker.event.finding import Evidence, Finding, FindingChanged, NoticeIssued
from broker.event.subject import key_of
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.escalate import stop_waiting
from broker.pipeline.evaluate import finding_of_row, write_changes
from broker.pipeline.linking_tables import PEOPLE_JUDGEMENTS
from broker.pipeline.messages import message_of
from broker.pipeline.notice_steps import forget_steps
from broker.pipeline.notify import NOTICE_ERASED, notice_in
from broker.pipeline.subject import Subject
from broker.pipeline.tables import DECISIONS, FINDING_PEOPLE, FINDINGS, NOTICES
from broker.ports import EventLog, Reading, Row, Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import FindingState, NoticeState, Verdict
from broker.wire.codec import Codec

FINDING_ERASED = "Withdrawn: a record that this rested on was erased."
REASON_ERASED = "The reason was erased with the record."
NOTHING_TO_DO = "No further action on this notice."
_ERASED = "erased"


def cites(evidence: Iterable[Evidence], erased: Collection[UUID]) -> bool:
    """Whether any of the evidence is erased."""
    return any(each.event_id in erased for each in evidence)


def findings_citing(reading: Reading, codec: Codec, erased: Collection[UUID]) -> list[Finding]:
    """Every finding, in any state, that rests on an erased statement as it stands now."""
    found = (finding_of_row(codec, row) for row in reading.scan(FINDINGS, "finding_id"))
    return [each for each in found if cites(each.evidence, erased)]


def notices_citing(reading: Reading, codec: Codec, erased: Collection[UUID],
                   gone: Subject | None) -> list[NoticeIssued]:
    """Every notice that quotes an erased statement, or names the subject that is `gone`."""
    found = (notice_in(codec, row[5]) for row in reading.scan(NOTICES, "notice_id"))
    return [each for each in found
            if cites(each.evidence, erased) or (gone is not None and names(each, gone))]


def names(notice: NoticeIssued, gone: Subject) -> bool:
    """Whether a notice speaks to the subject's agency under the subject's local id."""
    return notice.recipient == gone.agency and notice.local_id == gone.local_id


def withdraw_findings(unit: Unit, codec: Codec, findings: Sequence[Finding],
                      gone: Collection[str], now: datetime) -> None:
    """End findings without their words; a person's decisions on them go with them. One that was
    resolved is taken back now, not when it was resolved. `gone` are the subject keys nothing is
    filed under any more."""
    changes = []
    for each in findings:
        people = {key_of(said.agency, said.system, said.subject) for said in each.evidence}
        over = replace(
            each, state=FindingState.WITHDRAWN, until=_taken_back(each) or max(now, each.since),
            done_late=False, sentence=FINDING_ERASED, action="", would_change="", evidence=(),
            evidence_digest=_ERASED)
        change_id = derived_id("finding", each.finding_id, _ERASED, str(milliseconds_of(now)))
        changes.append((FindingChanged(change_id=change_id, changed_at=now, finding=over),
                        sorted(people - set(gone))))
    write_changes(unit, codec, changes)
    ids = [each.finding_id for each in findings]
    unit.delete(DECISIONS, [(row[0],) for row in unit.find(DECISIONS, "finding_id", ids)])


def _taken_back(finding: Finding) -> datetime | None:
    """When a finding was withdrawn before; None where it was not."""
    return finding.until if finding.state is FindingState.WITHDRAWN else None


def refile_findings(unit: Unit, gone: Sequence[str], remaining: Sequence[str]) -> None:
    """File under who remains what was filed under the keys that are gone."""
    rows = unit.find(FINDING_PEOPLE, "person_key", gone)
    unit.delete(FINDING_PEOPLE, rows)
    if remaining:
        unit.put(FINDING_PEOPLE, sorted({(remaining[0], row[1]) for row in rows}, key=str))


def end_notices(unit: Unit, codec: Codec, log: EventLog, notices: Sequence[NoticeIssued],
                gone: Subject | None, now: datetime) -> None:
    """Tell every recipient that its notice is over, without what the notice said."""
    for each in notices:
        own_subject = gone is not None and names(each, gone)
        over = replace(
            each, state=NoticeState.ENDED, until=each.until or max(now, each.since),
            finding_state=FindingState.WITHDRAWN, sentence=NOTICE_ERASED, action=NOTHING_TO_DO,
            evidence=(), issued_at=now, local_id=None if own_subject else each.local_id,
            event_id=derived_id("notice", each.notice_id, _ERASED, str(milliseconds_of(now))))
        message = message_of(codec, over, now)
        row: Row = (over.notice_id, over.recipient, over.finding_id, over.state.value,
                    milliseconds_of(now), message.value)
        unit.put(NOTICES, [row])
        stop_waiting(unit, each.notice_id)
        forget_steps(unit, each.notice_id)
        topic = topics.notices(each.recipient)
        # The partition of the earlier notices, so that their end stays behind them.
        partition = topics.partition_of(f"{each.recipient}:{each.local_id}",
                                        log.partitions(topic))
        unit.send(Lane(topic, partition), [message])


def restate_judgements(unit: Unit, codec: Codec, keys: Sequence[str], now: datetime) -> int:
    """Keep what people judged of these subjects, without the reasons they wrote; how many.

    The verdict must outlive the records: a pair judged different would otherwise be joined
    again on the day the agency sends the person anew.
    """
    rows = {str(row[0]): row for column in ("lesser", "greater")
            for row in unit.find(PEOPLE_JUDGEMENTS, column, keys) if row[6] != REASON_ERASED}
    for old_id, (_, lesser, greater, verdict, made_ms, made_by, _) in sorted(rows.items()):
        made = own.JudgementMade(
            judgement_id=derived_id("judgement", _ERASED, old_id), left=str(lesser),
            right=str(greater), verdict=Verdict(str(verdict)), by=str(made_by),
            reason=REASON_ERASED, made_at=moment_of(int(made_ms or 0)))
        unit.delete(PEOPLE_JUDGEMENTS, [(old_id,)])
        unit.put(PEOPLE_JUDGEMENTS, [(str(made.judgement_id), lesser, greater, verdict, made_ms,
                                      made_by, REASON_ERASED)])
        unit.send(Lane(topics.DECISIONS, 0), [message_of(codec, made, now)])
    return len(rows)
