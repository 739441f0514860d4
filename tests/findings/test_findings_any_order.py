"""The real rules, over made-up records in any order: the same findings stand at the end."""
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.case.case import Link, Partnership, Received, build_case
from broker.case.reach import Reach
from broker.event.agency import Agency
from broker.event.care import CarePeriodRecorded, PlanRecorded, VisitRecorded
from broker.event.catalogue import STATEMENTS
from broker.event.concern import CategoryWord, ConcernRecorded, ReferralRecorded
from broker.event.digest import NIL, digest_of, event_id_of
from broker.event.envelope import Moment, Statement
from broker.event.finding import Finding
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.event.risk import MarkerRecorded, RiskLinkRecorded
from broker.findings.finding import is_standing
from broker.findings.reconcile import reconcile
from broker.rules.catalogue import RULES
from broker.rules.evaluate import evaluate
from broker.rules.limits import Limits
from broker.vocabulary.words import (
    AgencyKind,
    ConcernCategory,
    ConcernSource,
    Grade,
    IncidentCategory,
    LegalStatus,
    MarkerKind,
    PlanKind,
    ReferralDecision,
    ReferralKind,
    Risk,
    State,
    System,
    Whereabouts,
)

START = datetime(2026, 3, 2, 20, tzinfo=UTC)
END = START + timedelta(days=60)
PARTNERSHIP = Partnership({
    "police": Agency("police", AgencyKind.POLICE, "Police", force_code="12"),
    "council": Agency("council", AgencyKind.SOCIAL_CARE, "Council", authority_code="815"),
    "riverside": Agency("riverside", AgencyKind.CARE_HOME, "Riverside", home_urn="SC012345"),
})


def reach_at(until: datetime) -> Reach:
    """Every feed heard up to this time."""
    names = tuple(each.__name__ for each in STATEMENTS)
    return Reach({("police", System.FILES, "all"): (until, names),
                  ("riverside", System.FILES, "all"): (until, names),
                  ("council", System.SSD, "ssd_contacts"): (until, names)})


def said(
    of: type[Statement], agency: str, record: str, hour: int, **fields: Any
) -> Statement:
    """One statement, written so many hours in."""
    system = System.SSD if agency == "council" else System.FILES
    made = of(event_id=NIL, agency=agency, system=system, record=record, subject="c1",
                recorded_at=START + timedelta(hours=hour),
                state=fields.pop("state", State.CURRENT), **fields)
    return replace(made, event_id=event_id_of(made, digest_of(made), made.recorded_at))


def at(hour: int) -> Moment:
    """So many hours in."""
    return Moment(at=START + timedelta(hours=hour))


def some(*values: Any) -> st.SearchStrategy[Any]:
    """One of these."""
    return st.sampled_from(values)


HOURS = st.integers(1, 1200)
MISSING = st.builds(
    lambda agency, hour, kind, risk, back: said(
        MissingEpisodeRecorded, agency, f"{agency}-A1", hour, classification=kind, risk_now=risk,
        noticed=at(0), told_police=at(1), returned=at(30) if back else None),
    some("riverside", "police"), HOURS,
    some(Whereabouts.MISSING, Whereabouts.AWAY_KNOWN, Whereabouts.UNMAPPED),
    some(None, Risk.LOW, Risk.HIGH, Risk.UNMAPPED), st.booleans())
INCIDENT = st.builds(
    lambda hour, category, grade, state, seen: said(
        IncidentRecorded, "police", "77/c1", hour, reported=at(1), category_opened=category,
        grade_first=Grade.IMMEDIATE, grade_now=grade, state=state,
        child_seen=at(20) if seen else None),
    HOURS, some(*IncidentCategory),
    some(Grade.IMMEDIATE, Grade.PRIORITY, Grade.UNMAPPED),
    some(State.CURRENT, State.CURRENT, State.WITHDRAWN), st.booleans())
NOTICE = st.builds(
    lambda hour, category, risk, shared: said(
        ConcernRecorded, "police", "PPN1", hour, source=ConcernSource.POLICE_NOTICE,
        raised=at(2), categories=(CategoryWord(category=category),), risk=risk,
        shared=at(shared) if shared else None),
    HOURS, some(ConcernCategory.SEXUAL_EXPLOITATION, ConcernCategory.SEXUAL_ABUSE,
                ConcernCategory.NEGLECT), some(Risk.LOW, Risk.UNMAPPED), some(None, 3, 40))
REFERRAL = st.builds(
    lambda hour, record, kind, decision, closed: said(
        ReferralRecorded, "council", record, hour, kind=kind, received=at(24),
        decision=decision, closed=at(closed) if closed else None),
    HOURS, some("R1", "R2"), some(ReferralKind.CONTACT, ReferralKind.REFERRAL),
    some(None, ReferralDecision.ASSESSMENT, ReferralDecision.UNMAPPED), some(None, 200))
CARE = st.one_of(
    st.builds(lambda hour, ended: said(
        PlanRecorded, "council", "P1", hour, kind=PlanKind.CP, start=at(-500),
        end=at(ended) if ended else None), HOURS, some(None, 100)),
    st.builds(lambda hour: said(
        CarePeriodRecorded, "council", "L1", hour, legal_status=LegalStatus.C2, start=at(-900)),
        HOURS),
    st.builds(lambda hour, seen: said(
        VisitRecorded, "council", f"V{seen}", hour, visited=at(seen), seen=True),
        HOURS, some(10, 300, 700)))
RISK = st.one_of(
    st.builds(lambda hour, kind: said(
        MarkerRecorded, "police", "M1", hour, kind=kind, set=at(-300)),
        HOURS, some(MarkerKind.CHILD_SEXUAL_EXPLOITATION, MarkerKind.UNMAPPED)),
    st.builds(lambda hour, to: said(
        RiskLinkRecorded, "police", "K1", hour, child="c1", disclosed_to=to),
        HOURS, some(None, "council")))
PERSON = st.builds(
    lambda agency, hour, born: said(PersonRecorded, agency, f"{agency}-c1", hour,
                                    birth_date=born),
    some("police", "council"), HOURS, some(date(2012, 4, 5), date(2012, 5, 4)))
WRITTEN = st.lists(st.one_of(MISSING, INCIDENT, NOTICE, REFERRAL, CARE, RISK, PERSON),
                   min_size=1, max_size=9)


def standing_after(batches: Sequence[Sequence[Statement]]) -> set[tuple[str, str, str]]:
    """What stands at the end, having looked after each batch: ids, evidence, severity."""
    heard: list[Statement] = []
    findings: dict[str, Finding] = {}
    for number, batch in enumerate([*batches, []]):
        heard += batch
        now = END if number == len(batches) else END - timedelta(days=len(batches) - number)
        case = build_case("child", [Received(each, START) for each in heard], now=now,
                          partnership=PARTNERSHIP, reach=reach_at(now), link=Link())
        evaluation = evaluate(case, Limits(), RULES)
        assert {} == {each.rule.code: each.crashed for each in evaluation.answers
                      if each.crashed}
        done = reconcile("child", tuple(findings.values()), evaluation, case, (), now)
        findings.update({each.finding.finding_id: each.finding for each in done.changes})
    return {(each.finding_id, each.evidence_digest, each.severity.value)
            for each in findings.values() if is_standing(each)}


def test_one_part_that_cannot_be_answered_holds_no_other() -> None:
    """A notice shared at last is shared, though the council's contacts are not yet heard of."""
    raised = {"source": ConcernSource.POLICE_NOTICE, "raised": at(2)}
    first = said(ConcernRecorded, "police", "PPN1", 3, **raised)
    late = said(ConcernRecorded, "police", "PPN1", 200, shared=at(40), **raised)
    findings: tuple[Finding, ...] = ()
    for heard, hour in (((first,), 100), ((first, late), 201)):
        now = START + timedelta(hours=hour)
        case = build_case("child", [Received(each, START) for each in heard], now=now,
                          partnership=PARTNERSHIP,
                          reach=replace(reach_at(now), until={
                              **reach_at(now).until,
                              ("council", System.SSD, "ssd_contacts"): (
                                  START + timedelta(hours=50), ("ReferralRecorded",))}))
        done = reconcile("child", findings, evaluate(case, Limits(), RULES), case, (), now)
        findings = tuple(each.finding for each in done.changes if each.finding.code == "R01")

    assert [("RESOLVED", START + timedelta(hours=40))] == [
        (each.state.value, each.until) for each in findings]


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(written=WRITTEN, data=st.data())
def test_rules_and_findings_do_not_depend_on_arrival(
    written: list[Statement], data: st.DataObject
) -> None:
    """Every rule of the catalogue, batches split anyhow, in any order, heard twice."""
    mixed = data.draw(st.permutations([*written, *written]))
    batches = []
    while mixed:
        size = data.draw(st.integers(1, len(mixed)))
        batches.append(mixed[:size])
        mixed = mixed[size:]

    assert standing_after([written]) == standing_after(batches)
