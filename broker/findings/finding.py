"""From a rule's disagreement to a finding: its id, its evidence, and the evidence's digest."""
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from broker.case.calendar import say_duration, say_time
from broker.case.case import Case, RecordKey
from broker.case.deaths import deaths_of
from broker.event.concern import ConcernRecorded
from broker.event.envelope import Statement
from broker.event.finding import Evidence, Finding
from broker.rules.rule import Disagreement, Rule, Said
from broker.rules.telling import agencies_of, by_then
from broker.vocabulary.words import AllegedSource, FindingState, Severity

LEAD_DECIDES = ("Whether a parent or carer is contacted about this is for the lead on the child "
                "to decide first.")
ASK_FIRST = ("Before anybody rings, visits or writes to the family, ask {} what they now hold "
             "of this child")
AT_ONCE = "; nothing that keeps the child safe waits for that"
_NOTHING_MORE = ("Nothing more on this finding: it is over. That is no word that the child is "
                 "safe.")
_ID_HEX = 16  # 64 bits: a million findings collide with a chance of one in 37 million
_AT_HOME = frozenset({AllegedSource.PARENT, AllegedSource.CARER})
_STANDING = {FindingState.OPEN, FindingState.CONFIRMED, FindingState.DISMISSED}


def anchor_of(record: RecordKey) -> str:
    """A short stable name of the record an occasion is known by; it tells nothing of it."""
    text = "\x1f".join((record.agency, record.system.value, *record[2:]))
    return sha256(b"concord/anchor/" + text.encode()).hexdigest()[:_ID_HEX]


def finding_id_of(code: str, anchor: Statement, part: str = "") -> str:
    """The finding's id, such as "M01-3f9c0a5d1b2e4c68": rule, anchor record and part.

    Neither the child's id nor the order of arrival has a say in it.
    """
    return finding_id_at(code, anchor_of(RecordKey.of(anchor)), part)


def finding_id_at(code: str, name: str, part: str = "") -> str:
    """The same, of an anchor by its `anchor_of`."""
    if part:
        name = sha256(f"{name}\x1f{part}".encode()).hexdigest()[:_ID_HEX]
    return f"{code}-{name}"


def notice_id_of(finding_id: str, recipient: str) -> str:
    """The id of the notice about a finding to one agency."""
    return f"{finding_id}.{recipient}"


class _Told(NamedTuple):
    """What else a finding rests on than its disagreement: the rule, whose child it is and how
    surely, the agencies that record its death ("" where none does), and whether somebody at home
    is alleged to have harmed it."""

    rule: Rule
    child: str
    certainty: float
    recorded: str
    alleged: bool


def findings_of(
    rule: Rule, disagreements: Iterable[Disagreement], case: Case
) -> list[Finding]:
    """The findings as they stand, before anything people decided about them; or, where what was
    due has been done late, as they ended."""
    return case.of_each(_told_of(rule, case), disagreements, _finding,
                        f"{rule.code} from {rule.starts}")


def finding_of(rule: Rule, disagreement: Disagreement, case: Case) -> Finding:
    """The finding of one disagreement; see `findings_of`."""
    return _finding(_told_of(rule, case), disagreement)


def action_of(rule: Rule, disagreement: Disagreement, case: Case) -> str:
    """What to do next; where a parent or carer is alleged to have harmed the child, nobody is sent
    to them before the lead on the child has decided so.

    Where a record has the child dead, right or wrong, nobody is to come upon a bereaved family
    unawares. That there is one is for named leads alone, and not told here.
    """
    return _action_of(_told_of(rule, case), disagreement)


def _told_of(rule: Rule, case: Case) -> _Told:
    recorded = [] if rule.after_death else [each.statement for each in deaths_of(case)]
    alleged = any(each.alleged_source in _AT_HOME for each in case.current(ConcernRecorded))
    return _Told(rule, case.child, case.link.certainty,
                 agencies_of(case, recorded) if recorded else "", alleged)


def _finding(told: _Told, disagreement: Disagreement) -> Finding:
    evidence, rule = _evidence_of(disagreement.evidence), told.rule
    anchor = disagreement.anchor
    return Finding(
        finding_id=finding_id_of(rule.code, anchor, disagreement.part), code=rule.code,
        name=rule.name, child=told.child, severity=disagreement.severity,
        certainty=told.certainty, historical=disagreement.historical,
        since=disagreement.since, done_late=disagreement.over is not None,
        state=FindingState.OPEN if disagreement.over is None else FindingState.RESOLVED,
        until=disagreement.over and max(disagreement.over, disagreement.since),
        sentence=disagreement.sentence, action=_action_of(told, disagreement),
        would_change=disagreement.would_change, source=rule.sections["Source"],
        anchor=anchor_of(RecordKey.of(anchor)), evidence=evidence,
        evidence_digest=evidence_digest_of(rule.code, disagreement.part, disagreement.evidence),
    )


def _action_of(told: _Told, disagreement: Disagreement) -> str:
    action = disagreement.action
    if told.recorded:
        asked = ASK_FIRST.format(told.recorded)
        waits = "" if disagreement.severity is not Severity.CRITICAL else AT_ONCE
        action = f"{asked}{waits}. {action}"
    return f"{action} {LEAD_DECIDES}" if told.alleged else action


def _evidence_of(said: tuple[Said, ...]) -> tuple[Evidence, ...]:
    """One piece of evidence a statement, in the rule's order."""
    by_event: dict[object, Evidence] = {}
    for each in said:
        statement = each.statement
        by_event.setdefault(statement.event_id, Evidence(
            event_id=statement.event_id, agency=statement.agency, system=statement.system,
            type_name=statement.type_name, stream=statement.stream, record=statement.record,
            subject=statement.subject, says=each.says, neutral=each.neutral,
            recorded_at=statement.recorded_at,
        ))
    return tuple(by_event.values())


def evidence_digest_of(code: str, part: str, said: Iterable[Said]) -> str:
    """Changes when any statement that the evidence rests on does, and not with the anchor, nor
    with what else is told of a record."""
    events = sorted({(each.rests_on or each.statement).event_id.hex for each in said})
    return sha256("\x1f".join((code, part, *events)).encode()).hexdigest()


def record_of(evidence: Evidence) -> RecordKey:
    """The record that a piece of evidence is a version of."""
    return RecordKey(evidence.agency, evidence.system, evidence.type_name, evidence.record,
                     evidence.subject)


def is_standing(finding: Finding) -> bool:
    """Whether the disagreement is held to stand: not resolved, not withdrawn."""
    return finding.state in _STANDING


def was_done_late(finding: Finding) -> bool:
    """Whether it is over because what was due was done after its limit."""
    return finding.done_late and finding.state is FindingState.RESOLVED


def next_step(finding: Finding) -> str:
    """What to do next; of one that is over no order that it gave while it stood."""
    if is_standing(finding) or was_done_late(finding):
        return finding.action
    return f"{_NOTHING_MORE}{still_ask(finding)}"


def still_ask(finding: Finding) -> str:
    """Whom to ask first, where the finding said so, as an end is no word that the child is well;
    nothing otherwise."""
    before, after = ASK_FIRST.split("{}")
    agencies, found, _ = finding.action.removeprefix(before).partition(after)
    asks = found and finding.action.startswith(before)
    return f" {ASK_FIRST.format(agencies)}." if asks else ""


def lasted(finding: Finding) -> str | None:
    """How long a finding that is over stood, as a sentence; None while it stands.

    One that was withdrawn never truly stood, and says only that it was taken back.
    """
    if finding.until is None:
        return None
    if finding.state is FindingState.WITHDRAWN:
        return f"Withdrawn at {say_time(finding.until)}."
    length = say_duration(finding.until - finding.since)
    if finding.done_late:
        return f"Late, and done since: it lasted {length}, until {by_then(finding.until)}."
    return f"It lasted {length}, until {say_time(finding.until)}."
