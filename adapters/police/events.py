"""Incidents, missing reports and public protection notices."""
from adapters.police.person import envelope_of
from adapters.police.risks import handling_of
from adapters.police.words import ABSENT, PoliceWords
from broker.event.concern import CategoryWord, ConcernRecorded
from broker.event.envelope import Reference
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.sdk.fields import WORD_CHARACTERS_MAX, Fields
from broker.sdk.spans import occurred_of
from broker.vocabulary.references import INCIDENT
from broker.vocabulary.words import (
    AgencyKind,
    Basis,
    ConcernCategory,
    ConcernSource,
    IncidentRole,
    Risk,
)

SOCIAL_CARE = AgencyKind.SOCIAL_CARE.value


def incident_of(fields: Fields, agency: str, words: PoliceWords) -> IncidentRecorded:
    """One row of incidents.csv: one child in one incident."""
    incident, nominal = fields.mandatory("incident_ref"), fields.mandatory("nominal_id")
    reported, closed = fields.happened("reported_at"), fields.happened("closed_at")
    role, role_word = fields.word("role", words.role)
    caller, caller_word = fields.word("caller_type", words.caller)
    opened, opened_word = fields.word("opening_category", words.category)
    closing, closing_word = fields.word("closing_category", words.category)
    first, first_word = fields.word("grade_initial", words.grade)
    now, now_word = fields.word("grade_final", words.grade)
    return IncidentRecorded(
        record=f"{incident}/{nominal}", **envelope_of(fields, agency, nominal, words),
        occurred=occurred_of(reported, closed),
        references=(Reference(scheme=INCIDENT, value=incident),),
        role=role or IncidentRole.SUBJECT, role_word=role_word,
        reported=reported,
        caller=caller, caller_word=caller_word, caller_urn=fields.text("caller_urn"),
        category_opened=opened, category_opened_word=opened_word,
        category_closed=closing, category_closed_word=closing_word,
        grade_first=first, grade_first_word=first_word,
        grade_now=now, grade_now_word=now_word,
        grade_changed=fields.happened("grade_changed_at"),
        grade_change_reason=fields.note("grade_change_reason"),
        allocated=fields.happened("allocated_at"),
        deployed=fields.happened("deployed_at"),
        attended=fields.happened("attended_at"),
        child_seen=fields.happened("child_seen_at"),
        supervisor_reviewed=fields.happened("supervisor_reviewed_at"),
        closed=closed,
        postcode=fields.text("location_postcode"),
    )


def missing_of(fields: Fields, agency: str, words: PoliceWords) -> MissingEpisodeRecorded:
    """One row of missing.csv."""
    record, nominal = fields.mandatory("missing_ref"), fields.mandatory("nominal_id")
    reported, seen = fields.happened("reported_at"), fields.happened("last_seen_at")
    found, returned = fields.happened("found_at"), fields.happened("returned_at")
    incident = fields.text("incident_ref")
    kind, kind_word = fields.word("classification", words.classification)
    first, first_word = fields.word("risk_initial", words.risk)
    now, now_word = fields.word("risk_final", words.risk)
    if now is None and kind_word is not None and kind_word.casefold() == ABSENT:
        # A missing report at no apparent risk: the classification itself is the assessment.
        now, now_word = Risk.NONE_APPARENT, kind_word
    place, place_word = fields.word("missing_from", words.missing_from)
    return MissingEpisodeRecorded(
        record=record, **envelope_of(fields, agency, nominal, words),
        occurred=occurred_of(seen or reported, returned or found),
        references=_incident_references(incident),
        classification=kind, classification_word=kind_word,
        risk_first=first, risk_first_word=first_word,
        risk_now=now, risk_now_word=now_word,
        risk_changed=fields.happened("risk_changed_at"),
        looked_after=fields.flag("looked_after"),
        missing_from=place, missing_from_word=place_word,
        home_urn=fields.text("placement_urn"),
        last_seen=seen, found=found, returned=returned,
        told_police=reported, police_reference=incident,
        prevention_interview=fields.happened("prevention_interview_at"),
        found_postcode=fields.text("found_postcode"),
    )


def notice_of(fields: Fields, agency: str, words: PoliceWords) -> ConcernRecorded:
    """One row of ppn.csv: an officer's assessment of a worry."""
    record, nominal = fields.mandatory("ppn_ref"), fields.mandatory("nominal_id")
    raised, shared = fields.happened("created_at"), fields.happened("shared_with_csc_at")
    risk, risk_word = fields.word("risk_grade", words.risk)
    source, source_word = fields.word("alleged_source", words.alleged_source)
    return ConcernRecorded(
        record=record, **envelope_of(fields, agency, nominal, words),
        occurred=occurred_of(raised),
        handling=handling_of(fields, words, blank_is_conditional=False),
        basis=Basis.ASSESSMENT,
        references=_incident_references(fields.text("incident_ref")),
        source=ConcernSource.POLICE_NOTICE,
        categories=_categories_of(fields, words),
        risk=risk, risk_word=risk_word,
        raised=raised,
        shared=shared, shared_with=SOCIAL_CARE if shared else None,
        not_shared_reason=fields.note("not_shared_reason"),
        triage_outcome=fields.note("triage_outcome"),
        child_spoken_to=fields.flag("child_spoken_to"),
        demeanour_recorded=fields.flag("demeanour_recorded"),
        alleged_source=source, alleged_source_word=source_word,
        alleged_urn=fields.text("alleged_urn"),
    )


def _incident_references(incident: str | None) -> tuple[Reference, ...]:
    return () if incident is None else (Reference(scheme=INCIDENT, value=incident),)


def _categories_of(fields: Fields, words: PoliceWords) -> tuple[CategoryWord, ...]:
    found: dict[str, CategoryWord] = {}
    for part in (fields.note("concern_types") or "").split(";"):
        word = part.strip()
        if not word or word in found:
            continue
        category, known = words.concern.find(word)
        if not known:
            fields.count("concern_types", word)
        vague = category in (ConcernCategory.OTHER, ConcernCategory.UNMAPPED)
        if vague or all(category is not each.category for each in found.values()):
            found[word] = CategoryWord(category=category, word=word[:WORD_CHARACTERS_MAX])
    return tuple(found.values())
