"""SSD tables of contacts, referrals, assessments and child in need plans."""
from adapters.social_care.entry import Entry, occurred_of
from adapters.social_care.objects import factors, outcomes
from adapters.social_care.ssd_tables.table import ASSESSMENTS, REFERRALS, SsdTable
from adapters.social_care.words import (
    ASSESSMENT_OUTCOME,
    CONTACT_OUTCOME,
    REFERRAL_OUTCOME,
    YES_NO,
)
from broker.event.care import PlanRecorded, VisitRecorded
from broker.event.concern import AssessmentRecorded, ReferralRecorded
from broker.event.envelope import Reference
from broker.vocabulary import references
from broker.vocabulary.words import Basis, PlanKind, ReferralDecision, ReferralKind, VisitKind


def _contact(entry: Entry, record: str) -> ReferralRecorded:
    received = entry.happened("cont_contact_date")
    decision, word = outcomes(entry, "cont_contact_outcome_json", CONTACT_OUTCOME)
    return entry.says(
        ReferralRecorded, record, occurred=occurred_of(received), kind=ReferralKind.CONTACT,
        received=received,
        source=entry.text("cont_contact_source_code"),
        source_word=entry.text("cont_contact_source_desc"),
        decision=decision, decision_word=word)


def _referral(entry: Entry, record: str) -> ReferralRecorded:
    received = entry.happened("cine_referral_date")
    closed = entry.until("cine_close_date", received)
    decision, word = outcomes(entry, "cine_referral_outcome_json", REFERRAL_OUTCOME)
    nothing_more = entry.yes_no("cine_referral_nfa", YES_NO)
    if decision is None and nothing_more:
        decision, word = ReferralDecision.NO_FURTHER_ACTION, "NFA"
    return entry.says(
        ReferralRecorded, record, occurred=occurred_of(received, closed),
        kind=ReferralKind.REFERRAL, received=received,
        source=entry.text("cine_referral_source_code"),
        source_word=entry.text("cine_referral_source_desc"), decision=decision,
        decision_word=word, primary_need=entry.text("cine_cin_primary_need_code"),
        closed=closed, close_reason=entry.text("cine_close_reason"))


def _assessment(entry: Entry, record: str) -> AssessmentRecorded:
    started = entry.happened("cina_assessment_start_date")
    authorised = entry.done("cina_assessment_auth_date")
    decision, _ = outcomes(entry, "cina_assessment_outcome_json", ASSESSMENT_OUTCOME)
    nothing_more = entry.yes_no("cina_assessment_outcome_nfa", YES_NO)
    if nothing_more is None and decision is not None:
        nothing_more = decision is ReferralDecision.NO_FURTHER_ACTION
    return entry.says(
        AssessmentRecorded, record, occurred=occurred_of(started, authorised),
        basis=Basis.ASSESSMENT,
        references=entry.reference(references.REFERRAL, "cina_referral_id"),
        started=started, authorised=authorised,
        child_seen=entry.yes_no("cina_assessment_child_seen", YES_NO),
        no_further_action=nothing_more)


def _factors(entry: Entry, record: str) -> AssessmentRecorded:
    assessment = entry.key("cinf_assessment_id")
    return entry.says(
        AssessmentRecorded, record, basis=Basis.ASSESSMENT,
        references=(Reference(scheme=references.ASSESSMENT, value=assessment),),
        factors=factors(entry, "cinf_assessment_factors_json"))


def _plan(entry: Entry, record: str) -> PlanRecorded:
    start = entry.happened("cinp_cin_plan_start_date")
    end = entry.until("cinp_cin_plan_end_date", start)
    return entry.says(
        PlanRecorded, record, occurred=occurred_of(start, end), kind=PlanKind.CIN,
        references=entry.reference(references.REFERRAL, "cinp_referral_id"),
        start=start, end=end)


def _visit(entry: Entry, record: str) -> VisitRecorded:
    visited = entry.happened("cinv_cin_visit_date")
    return entry.says(
        VisitRecorded, record, occurred=occurred_of(visited), kind=VisitKind.CIN_VISIT,
        visited=visited,
        seen=entry.yes_no("cinv_cin_visit_seen", YES_NO),
        seen_alone=entry.yes_no("cinv_cin_visit_seen_alone", YES_NO))


TABLES = (
    SsdTable("ssd_contacts", "cont_contact_id", _contact, person="cont_person_id"),
    SsdTable("ssd_cin_episodes", "cine_referral_id", _referral, person="cine_person_id",
             parent_of=(("cine_referral_id", REFERRALS),)),
    SsdTable("ssd_cin_assessments", "cina_assessment_id", _assessment, person="cina_person_id",
             joins=(("cina_referral_id", REFERRALS),),
             parent_of=(("cina_assessment_id", ASSESSMENTS),)),
    SsdTable("ssd_assessment_factors", "cinf_table_id", _factors,
             joins=(("cinf_assessment_id", ASSESSMENTS),)),
    SsdTable("ssd_cin_plans", "cinp_cin_plan_id", _plan, person="cinp_person_id",
             joins=(("cinp_referral_id", REFERRALS),)),
    SsdTable("ssd_cin_visits", "cinv_cin_visit_id", _visit, person="cinv_person_id"),
)
