"""What changes among a child's findings when its rules have answered anew."""
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from broker.case.case import Case, RecordKey
from broker.event.digest import derived_id
from broker.event.finding import Finding, FindingChanged, FindingDecided
from broker.findings.finding import (
    anchor_of,
    finding_id_at,
    finding_of,
    findings_of,
    is_standing,
    record_of,
    was_done_late,
)
from broker.findings.history import Past, held_open, may_have_been_late, stood_until
from broker.rules.evaluate import Answer, Evaluation
from broker.rules.limits import Limits
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import FindingDecision, FindingState, Severity, State

_DECIDED = {FindingDecision.CONFIRMED: FindingState.CONFIRMED,
            FindingDecision.DISMISSED: FindingState.DISMISSED}
_WORST_FIRST = list(Severity)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A finding whose anchor changed goes on under another id."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Every step in the life of the child's findings, and which ids go on under another.

    `quiet` are findings whose certainty alone moved: to be kept as they now are, and no news.
    """

    changes: tuple[FindingChanged, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    quiet: tuple[FindingChanged, ...] = ()


def reconcile(
    child: str, previous: Sequence[Finding], evaluation: Evaluation, case: Case,
    decisions: Iterable[FindingDecided], changed_at: datetime,
    erased: Collection[UUID] = (), limits_at: Callable[[datetime], Limits] | None = None,
) -> Reconciled:
    """The changes that take `previous` to what stands now.

    `previous` are the findings, in any state, with evidence about a record that is or was this
    child's; `decisions` those on them, in any order; `erased` the event ids erased since. What
    stands afterwards, and what was done late, depends on the case, the limits and the decisions
    alone, never on `previous`, except that a rule that crashed leaves its findings as they were,
    and that neither limits changed since nor what cannot be answered now unsay what was done late.
    `limits_at` are the limits in force at a time (None: those of the evaluation at any).
    """
    assert child == case.child, "a case of another child"
    past = Past(case, limits_at or (lambda _: evaluation.limits))
    before = {each.finding_id: each for each in previous}
    decided = _latest(decisions)
    standing = {each.finding_id: _as_decided(each, before.get(each.finding_id), decided)
                for each in _standing(evaluation, case, past)}
    ended = [each for each in before.values() if each.finding_id not in standing
             and (is_standing(each) or was_done_late(each))]
    redirects = tuple(_redirects(ended, standing, before, evaluation.answers))
    redirected = {each.old for each in redirects}
    changed = [step for now in standing.values() if _differs(before.get(now.finding_id), now)
               for step in _steps_to(before.get(now.finding_id), now)]
    for finding in ended:
        over = _over(finding, finding.finding_id in redirected, evaluation, past, changed_at,
                     erased)
        if over is not None:
            changed.append(over)
    quiet = [now for now in standing.values() if now.finding_id in before
             and now != before[now.finding_id] and not _differs(before[now.finding_id], now)]
    return Reconciled(_steps(changed, changed_at), redirects, _steps(quiet, changed_at))


def may_stand(evaluation: Evaluation) -> bool:
    """Whether anything may stand by these answers: a cheap question before `reconcile`.

    What cannot be answered now may have stood when it last could be.
    """
    return any(answer.disagreements or any(each.anchor for each in answer.not_evaluated)
               for answer in evaluation.answers if answer.disagreements or answer.not_evaluated)


def _standing(evaluation: Evaluation, case: Case, past: Past) -> Iterator[Finding]:
    """What stands by the rules' answers, or was done late, once an id."""
    for answer in evaluation.answers:
        if not answer.disagreements and not answer.not_evaluated:
            continue
        found = findings_of(answer.rule, answer.disagreements, case) \
            if answer.disagreements else []
        found += [finding_of(answer.rule, each, case) for missing in answer.not_evaluated
                  for each in held_open(past, answer.rule, missing)]
        chosen: dict[str, Finding] = {}
        for each in found:
            known = chosen.setdefault(each.finding_id, each)
            if _rank(each) < _rank(known):
                chosen[each.finding_id] = each
        yield from chosen.values()


def _rank(finding: Finding) -> tuple[bool, int]:
    """What stands before what was done late, then the most severe first."""
    return finding.done_late, _WORST_FIRST.index(finding.severity)


def _latest(decisions: Iterable[FindingDecided]) -> dict[str, FindingDecided]:
    """The last decision on each state of evidence."""
    in_order = sorted(decisions, key=lambda each: (each.made_at, each.decision_id.hex))
    return {each.evidence_digest: each for each in in_order}


def _as_decided(
    finding: Finding, before: Finding | None, decided: dict[str, FindingDecided]
) -> Finding:
    """The finding in the state people gave it while its evidence is what they judged.

    One that was raised on the day does not become historical by growing old. What was done late
    is resolved, whatever anybody decided.
    """
    decision = decided.get(finding.evidence_digest)
    state = finding.state
    if decision is not None and is_standing(finding):
        state = _DECIDED.get(decision.decision, FindingState.OPEN)
    historical = finding.historical and (before is None or before.historical)
    if state is finding.state and historical is finding.historical:
        return finding
    return replace(finding, state=state, historical=historical)


def _differs(before: Finding | None, now: Finding) -> bool:
    """Whether there is news; a certainty that moves alone is none."""
    if before is None:
        return True
    return before != now and replace(before, certainty=now.certainty) != now


def _steps_to(before: Finding | None, now: Finding) -> Iterator[Finding]:
    """The finding after each step: what was done late before anybody saw it stand is raised
    first, and resolved at once."""
    if now.done_late and (before is None or before.state is FindingState.WITHDRAWN or (
            not is_standing(before) and before.since != now.since)):
        yield replace(now, state=FindingState.OPEN, until=None, done_late=False)
    yield now


def _redirects(
    ended: list[Finding], standing: dict[str, Finding], before: dict[str, Finding],
    answers: Iterable[Answer],
) -> Iterator[Redirect]:
    """Ended findings that go on under another anchor: one's evidence holds all the other's.

    Under the same anchor it is another thing that does not agree: another part of what its rule
    asks. Of several the same part is the one that goes on.
    """
    fresh = [each for each in standing.values()
             if each.finding_id not in before or not is_standing(before[each.finding_id])]
    parts: dict[str, set[str]] = {}
    for answer in answers if ended and fresh else ():
        parts.setdefault(answer.rule.code, set()).update(
            each.part for each in answer.disagreements)
    for old in ended:
        records = {record_of(each) for each in old.evidence}
        heirs = []
        for new in fresh:
            if new.code == old.code and new.anchor != old.anchor:
                theirs = {record_of(each) for each in new.evidence}
                if records <= theirs or theirs <= records:
                    heirs.append((not _is_same_part(old, new, parts.get(old.code, ())),
                                  -len(records & theirs), new.finding_id))
        if heirs:
            yield Redirect(old.finding_id, min(heirs)[2])


def _is_same_part(old: Finding, new: Finding, parts: Iterable[str]) -> bool:
    return any(all(each.finding_id == finding_id_at(each.code, each.anchor, part)
                   for each in (old, new)) for part in parts)


def _over(
    finding: Finding, redirected: bool, evaluation: Evaluation, past: Past,
    changed_at: datetime, erased: Collection[UUID],
) -> Finding | None:
    """The finding as it ended; None where that is not for this case or this time to say."""
    case = past.case
    if any(each.event_id in erased for each in finding.evidence):
        return _ended(finding, FindingState.WITHDRAWN, changed_at)
    answer = _answer_on(finding, evaluation.answers)
    if answer is None or answer.crashed is not None or not _is_ours(finding, case):
        return None
    taken_back = _taken_back_at(finding, case, changed_at)
    if taken_back is not None:
        return _ended(finding, FindingState.WITHDRAWN, taken_back)
    if redirected:
        return _ended(finding, FindingState.WITHDRAWN, changed_at)
    if was_done_late(finding):
        if may_have_been_late(past, answer, evaluation.limits, finding):
            return None
        return _ended(finding, FindingState.WITHDRAWN, changed_at)
    stood, until = stood_until(past, answer.rule, finding)
    if not stood:
        return _ended(finding, FindingState.WITHDRAWN, changed_at)
    return _ended(finding, FindingState.RESOLVED, until or changed_at)


def _answer_on(finding: Finding, answers: tuple[Answer, ...]) -> Answer | None:
    """The answer of the rule that made the finding; its newest function where law changed."""
    of_rule = [each for each in answers if each.rule.code == finding.code]
    return of_rule[-1] if of_rule else None


def _is_ours(finding: Finding, case: Case) -> bool:
    """Whether this case holds the finding's least record.

    When records part, several cases have a share in a finding, and one of them must speak. What
    a case has only met elsewhere is no part of it: then who holds the anchor speaks.
    """
    if not finding.evidence:
        return finding.child == case.child
    records = {record_of(each) for each in finding.evidence}
    met = {each for each in records if each in case.elsewhere and each not in case.histories}
    if met and any(anchor_of(each) == finding.anchor for each in met):
        return False
    return min(records - met, default=None) in case.histories


def _taken_back_at(finding: Finding, case: Case, changed_at: datetime) -> datetime | None:
    """When a record of the evidence was withdrawn or found to be another child's."""
    blocked = {RecordKey.of(each) for each in case.blocked_people}
    for each in finding.evidence:
        versions = case.histories.get(record_of(each)) or case.elsewhere.get(record_of(each))
        if versions is None:
            if record_of(each) not in blocked:
                return changed_at
        elif versions[-1].state is State.WITHDRAWN:
            return versions[-1].recorded_at
    return None


def _ended(finding: Finding, state: FindingState, until: datetime) -> Finding:
    return replace(finding, state=state, until=max(until, finding.since), done_late=False)


def _steps(findings: Iterable[Finding], changed_at: datetime) -> tuple[FindingChanged, ...]:
    in_order = sorted(findings, key=lambda each: each.finding_id)
    return tuple(_step(each, changed_at) for each in in_order)


def _step(finding: Finding, changed_at: datetime) -> FindingChanged:
    """One change, under an id that the same change always has."""
    change_id = derived_id(
        "finding", finding.finding_id, finding.child or "", finding.state.value,
        finding.severity.value, finding.evidence_digest, str(milliseconds_of(changed_at)),
    )
    return FindingChanged(change_id=change_id, changed_at=changed_at, finding=finding)
