"""SSD tables of child protection: enquiries, conferences, plans, visits, reviews."""
from adapters.social_care.entry import Entry, occurred_of
from adapters.social_care.objects import outcomes
from adapters.social_care.reviews import took_part
from adapters.social_care.ssd_tables.table import CP_PLANS, ENQUIRIES, REFERRALS, SsdTable
from adapters.social_care.words import ABUSE, CONFERENCE_OUTCOME, ENQUIRY_OUTCOME, YES_NO
from broker.event.care import PlanRecorded, ReviewRecorded, VisitRecorded
from broker.event.concern import ConferenceRecorded, EnquiryRecorded
from broker.vocabulary import references
from broker.vocabulary.words import (
    ConferenceKind,
    ConferenceOutcome,
    EnquiryOutcome,
    PlanKind,
    ReviewKind,
    VisitKind,
)


def _enquiry(entry: Entry, record: str) -> EnquiryRecorded:
    """The SSD has no date of the strategy discussion: the enquiry's start stands for it."""
    started = entry.happened("s47e_s47_start_date")
    ended = entry.until("s47e_s47_end_date", started)
    outcome, word = outcomes(entry, "s47e_s47_outcome_json", ENQUIRY_OUTCOME)
    nothing_more = entry.yes_no("s47e_s47_nfa", YES_NO)
    if outcome is None and nothing_more:
        outcome, word = EnquiryOutcome.NO_FURTHER_ACTION, "NFA"
    return entry.says(
        EnquiryRecorded, record, occurred=occurred_of(started, ended),
        references=entry.reference(references.REFERRAL, "s47e_referral_id"),
        strategy_discussion=started, started=started, ended=ended,
        outcome=outcome, outcome_word=word)


def _conference(entry: Entry, record: str) -> ConferenceRecorded:
    target = entry.moment("icpc_icpc_target_date")
    held = entry.done("icpc_icpc_date")
    outcome, word = outcomes(entry, "icpc_icpc_outcome_json", CONFERENCE_OUTCOME)
    planned = entry.yes_no("icpc_icpc_outcome_cp_flag", YES_NO)
    if planned:
        outcome, word = ConferenceOutcome.CP_PLAN, word or "CP"
    elif outcome is None and planned is False and held is not None:
        outcome = ConferenceOutcome.NO_CP_PLAN
    return entry.says(
        ConferenceRecorded, record, occurred=occurred_of(held),
        references=(*entry.reference(references.ENQUIRY, "icpc_s47_enquiry_id"),
                    *entry.reference(references.PLAN, "icpc_cp_plan_id"),
                    *entry.reference(references.REFERRAL, "icpc_referral_id")),
        kind=ConferenceKind.INITIAL, target=target, held=held, outcome=outcome,
        outcome_word=word, transfer_in=entry.yes_no("icpc_icpc_transfer_in", YES_NO))


def _plan(entry: Entry, record: str) -> PlanRecorded:
    start = entry.happened("cppl_cp_plan_start_date")
    end = entry.until("cppl_cp_plan_end_date", start)
    first, first_word = entry.coded("cppl_cp_plan_initial_category", ABUSE)
    now, now_word = entry.coded("cppl_cp_plan_latest_category", ABUSE)
    return entry.says(
        PlanRecorded, record, occurred=occurred_of(start, end), kind=PlanKind.CP,
        references=(*entry.reference(references.REFERRAL, "cppl_referral_id"),
                    *entry.reference(references.CONFERENCE, "cppl_icpc_id")),
        category_first=first, category_first_word=first_word,
        category_now=now, category_now_word=now_word, start=start, end=end)


def _review(entry: Entry, record: str) -> ReviewRecorded:
    held = entry.done("cppr_cp_review_date")
    attended, word = took_part(entry, "cppr_cp_review_participation")
    return entry.says(
        ReviewRecorded, record, occurred=occurred_of(held), kind=ReviewKind.CP_REVIEW,
        references=entry.reference(references.PLAN, "cppr_cp_plan_id"),
        due=entry.moment("cppr_cp_review_due"), held=held,
        took_part=attended, participation_word=word)


def _visit(entry: Entry, record: str) -> VisitRecorded:
    visited = entry.happened("cppv_cp_visit_date")
    return entry.says(
        VisitRecorded, record, occurred=occurred_of(visited), kind=VisitKind.CP_VISIT,
        references=entry.reference(references.PLAN, "cppv_cp_plan_id"),
        visited=visited, seen=entry.yes_no("cppv_cp_visit_seen", YES_NO),
        seen_alone=entry.yes_no("cppv_cp_visit_seen_alone", YES_NO))


TABLES = (
    SsdTable("ssd_s47_enquiry", "s47e_s47_enquiry_id", _enquiry, person="s47e_person_id",
             joins=(("s47e_referral_id", REFERRALS),),
             parent_of=(("s47e_s47_enquiry_id", ENQUIRIES),)),
    SsdTable("ssd_cp_plans", "cppl_cp_plan_id", _plan, person="cppl_person_id",
             joins=(("cppl_referral_id", REFERRALS),),
             parent_of=(("cppl_cp_plan_id", CP_PLANS),)),
    SsdTable("ssd_initial_cp_conference", "icpc_icpc_id", _conference, person="icpc_person_id",
             joins=(("icpc_s47_enquiry_id", ENQUIRIES), ("icpc_cp_plan_id", CP_PLANS),
                    ("icpc_referral_id", REFERRALS))),
    SsdTable("ssd_cp_reviews", "cppr_cp_review_id", _review, person="cppr_person_id",
             joins=(("cppr_cp_plan_id", CP_PLANS),)),
    SsdTable("ssd_cp_visits", "cppv_cp_visit_id", _visit, person="cppv_person_id",
             joins=(("cppv_cp_plan_id", CP_PLANS),)),
)
