"""SSD tables of looked-after children: care, placements, reviews, visits, missing episodes."""
from adapters.social_care.absences import absence
from adapters.social_care.entry import Entry, occurred_of
from adapters.social_care.reviews import took_part
from adapters.social_care.ssd_tables.table import CARE, SsdTable
from adapters.social_care.words import LEGAL_STATUS, PLACEMENT, YES_NO
from broker.event.care import (
    CarePeriodRecorded,
    PlacementRecorded,
    ReviewRecorded,
    VisitRecorded,
)
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary import references
from broker.vocabulary.ssda903 import END_REASONS, PROVIDERS, START_REASONS
from broker.vocabulary.words import ReviewKind, VisitKind


def _episode(entry: Entry, record: str) -> CarePeriodRecorded:
    start = entry.happened("clae_cla_episode_start_date")
    end = entry.until("clae_cla_episode_ceased_date", start)
    return entry.says(
        CarePeriodRecorded, record, occurred=occurred_of(start, end),
        references=(*entry.reference(references.CARE_EPISODE, "clae_cla_id"),
                    *entry.reference(references.PLACEMENT, "clae_cla_placement_id"),
                    *entry.reference(references.REFERRAL, "clae_referral_id")),
        start=start, start_reason=entry.code("clae_cla_episode_start_reason", START_REASONS),
        end=end, end_reason=entry.code("clae_cla_episode_ceased_reason", END_REASONS),
        placing_authority=entry.source.agency.authority_code)


def _legal_status(entry: Entry, record: str) -> CarePeriodRecorded:
    start = entry.happened("lega_legal_status_start_date")
    end = entry.until("lega_legal_status_end_date", start)
    status, word = entry.coded("lega_legal_status", LEGAL_STATUS)
    return entry.says(
        CarePeriodRecorded, record, occurred=occurred_of(start, end), legal_status=status,
        legal_status_word=word, start=start, end=end,
        placing_authority=entry.source.agency.authority_code)


def _placement(entry: Entry, record: str) -> PlacementRecorded:
    start = entry.happened("clap_cla_placement_start_date")
    end = entry.until("clap_cla_placement_end_date", start)
    kind, word = entry.coded("clap_cla_placement_type", PLACEMENT)
    return entry.says(
        PlacementRecorded, record, occurred=occurred_of(start, end),
        references=entry.reference(references.CARE_EPISODE, "clap_cla_id"),
        type=kind, type_word=word,
        provider=entry.code("clap_cla_placement_provider", PROVIDERS),
        home_urn=entry.urn("clap_cla_placement_urn"),
        postcode=entry.postcode("clap_cla_placement_postcode"), start=start, end=end,
        end_reason=entry.text("clap_cla_placement_change_reason"),
        placing_authority=entry.source.agency.authority_code)


def _review(entry: Entry, record: str) -> ReviewRecorded:
    held = entry.done("clar_cla_review_date")
    if entry.yes_no("clar_cla_review_cancelled", YES_NO):
        held = None
    attended, word = took_part(entry, "clar_cla_review_participation")
    return entry.says(
        ReviewRecorded, record, occurred=occurred_of(held), kind=ReviewKind.LOOKED_AFTER_REVIEW,
        references=entry.reference(references.CARE_EPISODE, "clar_cla_id"),
        due=entry.moment("clar_cla_review_due_date"), held=held,
        took_part=attended if held else None, participation_word=word)


def _visit(entry: Entry, record: str) -> VisitRecorded:
    visited = entry.happened("clav_cla_visit_date")
    return entry.says(
        VisitRecorded, record, occurred=occurred_of(visited), kind=VisitKind.LOOKED_AFTER_VISIT,
        references=entry.reference(references.CARE_EPISODE, "clav_cla_id"),
        visited=visited, seen=entry.yes_no("clav_cla_visit_seen", YES_NO),
        seen_alone=entry.yes_no("clav_cla_visit_seen_alone", YES_NO))


def _missing(entry: Entry, record: str) -> MissingEpisodeRecorded:
    return absence(
        entry, record, kind="miss_missing_episode_type", start="miss_missing_episode_start_date",
        end="miss_missing_episode_end_date",
        return_interview_offered=entry.yes_no("miss_missing_rhi_offered", YES_NO),
        return_interview_accepted=entry.yes_no("miss_missing_rhi_accepted", YES_NO))


TABLES = (
    SsdTable("ssd_cla_episodes", "clae_cla_episode_id", _episode, person="clae_person_id",
             parent_of=(("clae_cla_id", CARE),)),
    SsdTable("ssd_legal_status", "lega_legal_status_id", _legal_status, person="lega_person_id"),
    SsdTable("ssd_cla_placement", "clap_cla_placement_id", _placement, person="clap_person_id",
             joins=(("clap_cla_id", CARE),)),
    SsdTable("ssd_cla_reviews", "clar_cla_review_id", _review, joins=(("clar_cla_id", CARE),)),
    SsdTable("ssd_cla_visits", "clav_cla_visit_id", _visit, person="clav_person_id",
             joins=(("clav_cla_id", CARE),)),
    SsdTable("ssd_missing", "miss_table_id", _missing, person="miss_person_id"),
)
