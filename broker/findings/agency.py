"""Findings about an agency's records as a whole: their ids, how they begin, change and end."""
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from broker.event.digest import derived_id
from broker.event.finding import Finding, FindingChanged, FindingDecided
from broker.findings.finding import is_standing
from broker.findings.reconcile import Reconciled
from broker.rules.agency.facts import AgencyFacts
from broker.rules.agency.rule import (
    AgencyAnswer,
    AgencyDisagreement,
    AgencyRule,
    agency_answer,
)
from broker.rules.limits import Limits
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import FindingDecision, FindingState

_ID_HEX = 16
_DECIDED = {FindingDecision.CONFIRMED: FindingState.CONFIRMED,
            FindingDecision.DISMISSED: FindingState.DISMISSED}


def agency_anchor_of(code: str) -> str:
    """The name by which a finding about an agency knows it, of the form of other anchors."""
    return sha256(b"concord/agency/" + code.encode()).hexdigest()[:_ID_HEX]


def agency_finding_id_of(rule_code: str, agency: str) -> str:
    """The id of a rule's finding about an agency: one for good, as an agency has one feed."""
    return f"{rule_code}-{agency_anchor_of(agency)}"


def agency_finding_of(rule: AgencyRule, said: AgencyDisagreement, agency: str) -> Finding:
    """The finding as it stands, before anything people decided about it.

    It rests on counts and cites no record. Its digest is that of this time it stands, so that a
    decision on one silence says nothing of the next.
    """
    digest = sha256("\x1f".join((rule.code, agency, said.about, str(
        milliseconds_of(said.since)))).encode()).hexdigest()
    return Finding(
        finding_id=agency_finding_id_of(rule.code, agency), code=rule.code, name=rule.name,
        agency=agency, severity=said.severity, since=said.since, sentence=said.sentence,
        action=said.action, would_change=said.would_change, source=rule.sections["Source"],
        anchor=agency_anchor_of(agency), evidence_digest=digest)


def reconcile_agency(
    facts: AgencyFacts, previous: Sequence[Finding], answers: Iterable[AgencyAnswer],
    decisions: Iterable[FindingDecided], limits: Limits,
) -> Reconciled:
    """The changes that take `previous`, the findings about this agency in any state, to what
    stands at the time of the facts.

    Figures that move while a finding stands are kept and are no news. What cannot be answered
    now ends nothing. What by all that is now known never stood is withdrawn.
    """
    agency, at = facts.agency.code, facts.now
    before = {each.finding_id: each for each in previous}
    decided = {each.evidence_digest: each for each in sorted(
        decisions, key=lambda each: (each.made_at, each.decision_id.hex))}
    news: list[Finding] = []
    quiet: list[Finding] = []
    for answer in answers:
        known = before.get(agency_finding_id_of(answer.rule.code, agency))
        if answer.disagreement is not None:
            now = _as_decided(agency_finding_of(answer.rule, answer.disagreement, agency), decided)
            if known is None or _is_news(known, now):
                news.append(now)
            elif known != now:
                quiet.append(now)
        elif known is not None and is_standing(known) and answer.crashed is None \
                and not answer.not_evaluated:
            news.append(_ended(known, answer.rule, facts, limits))
    return Reconciled(changes=tuple(_step(each, at) for each in news),
                      quiet=tuple(_step(each, at) for each in quiet))


def _as_decided(finding: Finding, decided: dict[str, FindingDecided]) -> Finding:
    decision = decided.get(finding.evidence_digest)
    state = _DECIDED.get(decision.decision, FindingState.OPEN) if decision else FindingState.OPEN
    return replace(finding, state=state)


def _is_news(known: Finding, now: Finding) -> bool:
    return (known.state, known.severity, known.evidence_digest) \
        != (now.state, now.severity, now.evidence_digest)


def _ended(finding: Finding, rule: AgencyRule, facts: AgencyFacts, limits: Limits) -> Finding:
    """Resolved; or withdrawn, where by what is now known it did not stand when it began."""
    then = agency_answer(rule, facts.by(finding.since), limits)
    stood = then.disagreement is not None or then.crashed is not None or bool(then.not_evaluated)
    return replace(finding, state=FindingState.RESOLVED if stood else FindingState.WITHDRAWN,
                   until=max(facts.now, finding.since))


def _step(finding: Finding, changed_at: datetime) -> FindingChanged:
    change_id = derived_id(
        "finding", finding.finding_id, finding.agency or "", finding.state.value,
        finding.severity.value, finding.evidence_digest, str(milliseconds_of(changed_at)))
    return FindingChanged(change_id=change_id, changed_at=changed_at, finding=finding)
