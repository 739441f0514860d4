"""A finding explained: who says what and since when, what other rules say, who knew what when."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from broker.case.calendar import by_old_clock, say
from broker.case.case import Case, Partnership, RecordKey
from broker.case.occasions import occasions_of
from broker.event.envelope import Moment, Occurred, Statement
from broker.event.finding import Evidence, Finding, FindingDecided
from broker.event.subject import key_of
from broker.findings.finding import finding_id_of, lasted, next_step, record_of
from broker.pipeline.leads import is_untold
from broker.pipeline.tables import STATEMENTS
from broker.ports import Reading
from broker.report.findings import (
    decision_json,
    decisions_on,
    finding_json,
    instant,
    local,
    state_words,
)
from broker.report.html import page
from broker.report.notices_told import (
    NoticeTold,
    notice_told_json,
    notice_words,
    rungs_of_notices,
    step_json,
    told_with_action,
)
from broker.report.timeline import (
    CONCORD,
    Kind,
    Rung,
    Version,
    ladder_of,
    moments_of_return,
    rung_lines,
    rungs_of,
)
from broker.rules.catalogue import RULES
from broker.rules.evaluate import Answer, evaluate
from broker.rules.evaluate import Kind as Answered
from broker.rules.limits import Limits
from broker.rules.windows import windows_of
from broker.vocabulary.times import moment_of
from broker.wire.codec import Codec

NOT_TOLD = "not told, while an allegation stands (`concord allegations list`)"
NO_LEAD = ("nobody: it is for named leads alone, and no agency that might be told has named "
           "one. Set `lead` in its section of concord.toml: the next `concord deliver` tells it")


class Looked(StrEnum):
    """What another rule came to when it looked at the child."""

    RAISED = "raised"
    CLEAR = "found nothing"
    NOT_EVALUATED = "not evaluated"
    CRASHED = "failed"
    NOTHING = "nothing to look at"


@dataclass(frozen=True, slots=True)
class Account:
    """What one agency says, and its times; `statement` is None where it was erased since."""

    evidence: Evidence
    name: str
    statement: Statement | None
    received_at: datetime | None

    @property
    def occurred(self) -> str:
        """When what it is about happened, as finely as the agency knows it; empty if it does not
        say."""
        occurred = self.statement.occurred if self.statement else None
        return "" if occurred is None else _spoken(occurred)


@dataclass(frozen=True, slots=True)
class Other:
    """Another rule that looked at this child: what it came to, which facts it lacked, and the
    ids of what it raised."""

    code: str
    name: str
    title: str
    looked: Looked
    missing: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingTold:
    """Everything there is to say of one finding: one view for terminal, machine and page."""

    finding: Finding
    title: str
    accounts: tuple[Account, ...]
    decisions: tuple[FindingDecided, ...]
    others: tuple[Other, ...]
    rungs: tuple[Rung, ...]
    notices: tuple[NoticeTold, ...] = ()
    kept_from: tuple[str, ...] = ()
    untold: bool = False


def finding_told(reading: Reading, codec: Codec, finding: Finding, partnership: Partnership,
                 case: Case | None, limits: Limits,
                 notices: Sequence[NoticeTold] = (),
                 kept_from: Sequence[str] = ()) -> FindingTold:
    """A finding as this view of the store has it; `case` is its child's (None for an agency's),
    `notices` are what each agency was told of it, `kept_from` the homes that are not told."""
    names = {code: each.name for code, each in partnership.agencies.items()}
    held = _held(reading, codec, finding)
    by_id = {said.event_id: (said, received_at) for said, received_at in held}
    accounts = tuple(Account(each, names.get(each.agency, each.agency),
                             *by_id.get(each.event_id, (None, None)))
                     for each in finding.evidence)
    decisions = tuple(decisions_on(reading, codec, finding))
    cited = {each.event_id for each in finding.evidence}
    versions = [Version(names.get(said.agency, said.agency), said, at, said.event_id in cited)
                for said, at in held]
    title = next((each.title for each in RULES if each.code == finding.code), finding.name)
    return FindingTold(
        finding, title, accounts, decisions,
        () if case is None else tuple(_others(case, limits, finding)),
        rungs_of(versions, (
            *_of_its_own(finding, decisions), *rungs_of_notices(finding.code, notices),
            *(() if case is None else _returns(case, limits, finding, names)))),
        tuple(notices), tuple(kept_from), is_untold(reading, finding.finding_id))


def _returns(case: Case, limits: Limits, finding: Finding,
             names: Mapping[str, str]) -> Iterator[Rung]:
    """When the child was found or back by any account of the occasions that the evidence is
    of, also by records that the finding does not rest on."""
    records = {record_of(each) for each in finding.evidence}
    for occasion in occasions_of(case, windows_of(limits)):
        said = (*occasion.rows, *occasion.incidents)
        if any(RecordKey.of(each) in records for each in said):
            for each in said:
                yield from moments_of_return(names.get(each.agency, each.agency), each)


def _held(reading: Reading, codec: Codec, finding: Finding) -> list[tuple[Statement, datetime]]:
    """Every version of the records of the evidence, as received, in order of writing."""
    records = {record_of(each) for each in finding.evidence}
    people = {key_of(each.agency, each.system, each.subject) for each in finding.evidence}
    found = []
    for _, _, received_ms, value in reading.find(STATEMENTS, "person_key", sorted(people)):
        assert isinstance(value, bytes)
        said = codec.decode(value)
        if isinstance(said, Statement) and RecordKey.of(said) in records:
            found.append((said, moment_of(int(received_ms or 0))))
    return sorted(found, key=lambda each: each[0].version)


def _others(case: Case, limits: Limits, finding: Finding) -> Iterator[Other]:
    held = case.types()
    for answer in evaluate(case, limits, RULES).answers:
        rule = answer.rule
        if rule.code == finding.code:
            continue
        looked = Looked.NOTHING if held.isdisjoint(rule.needs) else _looked(answer)
        yield Other(rule.code, rule.name, rule.title, looked,
                    tuple(dict.fromkeys(each.missing for each in answer.not_evaluated)),
                    tuple(dict.fromkeys(finding_id_of(rule.code, each.anchor, each.part)
                                        for each in answer.disagreements)))


def _looked(answer: Answer) -> Looked:
    return {Answered.RAISED: Looked.RAISED, Answered.CLEAR: Looked.CLEAR,
            Answered.NOT_EVALUATED: Looked.NOT_EVALUATED,
            Answered.CRASHED: Looked.CRASHED}[answer.kind]


def _of_its_own(finding: Finding, decisions: Sequence[FindingDecided]) -> Iterator[Rung]:
    """When the disagreement began and ended, and what people decided."""
    yield Rung(finding.since, CONCORD, Kind.STANDS, f"{finding.code} from here on")
    if finding.until is not None:
        yield Rung(finding.until, CONCORD, Kind.STANDS,
                   f"{finding.code} no longer: {finding.state.value.lower()}")
    for each in decisions:
        yield Rung(each.made_at, CONCORD, Kind.DECIDED,
                   f"{each.decision.value.lower()} by {each.by}")


def _spoken(occurred: Occurred) -> str:
    start = say(Moment(at=occurred.start, precision=occurred.precision))
    if occurred.end is None:
        return start
    return f"{start} to {say(Moment(at=occurred.end, precision=occurred.precision))}"


def told_json(told: FindingTold) -> dict[str, Any]:
    """The machine form: the finding's own, and what explains it."""
    finding = told.finding
    return {
        **finding_json(finding), "title": told.title, "certainty": finding.certainty,
        "would_change": finding.would_change, "source": finding.source,
        "neutral": [{"event_id": str(each.event_id), "neutral": each.neutral}
                    for each in finding.evidence],
        "accounts": [_account_json(each) for each in told.accounts],
        "decisions": [decision_json(each, finding) for each in told.decisions],
        "notices": [{**notice_told_json(each), "name": each.name,
                     "steps": [step_json(step) for step in each.steps]}
                    for each in told.notices],
        "kept_from": list(told.kept_from), "untold": told.untold,
        "others": [{"code": each.code, "name": each.name, "title": each.title,
                    "answer": each.looked.value, "missing": list(each.missing),
                    "findings": list(each.raised)} for each in told.others],
        "timeline": [{"at": instant(each.at), "precision": each.precision.value.lower(),
                      "who": each.who, "kind": each.kind.name.lower(), "words": each.words}
                     for each in told.rungs],
    }


def _account_json(account: Account) -> dict[str, Any]:
    said = account.statement
    occurred = None if said is None else said.occurred
    return {
        "agency": account.evidence.agency, "name": account.name,
        "type": account.evidence.type_name, "record": account.evidence.record,
        "event_id": str(account.evidence.event_id), "says": account.evidence.says,
        "neutral": account.evidence.neutral,
        "occurred": None if occurred is None else {
            "start": instant(occurred.start), "end": instant(occurred.end),
            "precision": occurred.precision.value.lower()},
        "recorded_at": instant(account.evidence.recorded_at),
        "received_at": instant(account.received_at),
    }


def told_lines(told: FindingTold) -> Iterator[str]:
    """Lines for a person at a terminal."""
    finding = told.finding
    yield f"{finding.finding_id}  {finding.code} {finding.name}: {told.title}"
    yield (f"{finding.severity.value.lower()}, {state_words(finding)}, since "
           f"{local(finding.since)}; certainty that this is one child {finding.certainty:.3f}")
    yield ""
    yield finding.sentence
    if over := lasted(finding):
        yield over
    for account in told.accounts:
        yield ""
        yield from account_lines(account)
    yield ""
    yield from decision_lines(told)
    yield f"What to do next: {next_step(finding)}"
    yield f"What would change it: {finding.would_change}"
    yield f"Source: {finding.source}"
    if told.notices or told.kept_from or told.untold:
        yield ""
        yield "Who was told, and who took it up:"
        yield from (f"  {line}" for each in told.notices for line in told_with_action(each))
        yield from (f"  {name}: {NOT_TOLD}" for name in told.kept_from)
        if told.untold:
            yield f"  {NO_LEAD}"
    yield ""
    yield "Who knew what when:"
    yield from (f"  {line}" for line in rung_lines(told.rungs))
    yield from other_lines(told)


def account_lines(account: Account) -> Iterator[str]:
    """What one agency says, and its times."""
    said = account.evidence
    yield f"  {account.name} ({said.type_name} {said.record})"
    yield f"    says: {said.says}"
    if said.neutral:
        yield f"    in neutral words: {said.neutral}"
    yield "    " + "; ".join(f"{name} {words}" for name, words in times_of(account))
    yield f"    event {said.event_id}"


def times_of(account: Account) -> Iterator[tuple[str, str]]:
    """The three times of a statement, never one for another, as (name, words)."""
    if account.occurred:
        yield "occurred", account.occurred
    written = account.evidence.recorded_at
    yield "recorded", f"{local(written)}{by_old_clock(written)}"
    yield "received", ("no longer held" if account.received_at is None
                       else local(account.received_at))


def decision_lines(told: FindingTold) -> Iterator[str]:
    """What people decided, and whether the evidence is still what they saw."""
    for each in told.decisions:
        since = ("" if each.evidence_digest == told.finding.evidence_digest
                 else " (the evidence has changed since)")
        yield (f"{each.decision.value.capitalize()} by {each.by}, {local(each.made_at)}: "
               f"{each.reason}{since}")
    if told.decisions:
        yield ""


def other_lines(told: FindingTold) -> Iterator[str]:
    """The other rules that looked at the child, and what they came to."""
    if not told.others:
        return
    yield ""
    yield "Other rules that looked at this child:"
    for each in told.others:
        if each.looked not in (Looked.CLEAR, Looked.NOTHING):
            yield f"  {each.code} {each.name}: {other_words(each)}"
    for looked, word in ((Looked.CLEAR, "Found nothing"), (Looked.NOTHING, "Nothing to look at")):
        codes = [each.code for each in told.others if each.looked is looked]
        if codes:
            yield f"  {word}: {', '.join(codes)}"


def other_words(other: Other) -> str:
    """What another rule came to, with what it raised or which fact was missing."""
    parts = [other.looked.value]
    if other.raised:
        parts = [f"raised {', '.join(other.raised)}"]
    if other.missing:
        parts.append(("for want of " if not other.raised else "not evaluated for want of ")
                     + "; ".join(other.missing))
    return ", ".join(parts)


def told_page(told: FindingTold, *, partnership: str, made_at: datetime) -> str:
    """The explanation as one HTML document, with the timeline drawn and as a table."""
    return page("finding.html", title="A finding explained", told=told, finding=told.finding,
                ladder=ladder_of(told.rungs), partnership=partnership, made_at=made_at,
                state=state_words(told.finding), times_of=times_of, other_words=other_words,
                notice_words=notice_words, not_told=NOT_TOLD, no_lead=NO_LEAD,
                decisions=[line for line in decision_lines(told) if line])
