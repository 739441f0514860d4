"""Absences and regulation 40 notifications."""
from adapters.care_home.residents import envelope_of
from adapters.care_home.words import HomeWords
from broker.event.agency import Agency
from broker.event.concern import CategoryWord, ConcernRecorded
from broker.event.envelope import Reference, Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.sdk.fields import Fields
from broker.sdk.spans import occurred_of
from broker.vocabulary.references import POLICE_LOG
from broker.vocabulary.words import AgencyKind, AllegedSource, Basis, ConcernSource

SOCIAL_CARE = AgencyKind.SOCIAL_CARE.value
# Somebody's judgement of what happened, not a happening that anybody could have watched.
_JUDGED = frozenset({"child sexual exploitation", "allegation of abuse"})


def absence_of(fields: Fields, home: Agency, words: HomeWords) -> tuple[Statement, ...]:
    """One row of absences.csv. The log number is a reference to the police's record; it does
    not make the absence a copy of it, so nothing is said to be told by the police."""
    record = fields.mandatory("absence_ref")
    kind, kind_word = fields.word("category", words.category)
    risk, risk_word = fields.word("risk", words.risk)
    held_by, held_by_word = fields.word("return_interview_by", words.interview_by)
    seen, noticed = fields.happened("last_seen_at"), fields.happened("noticed_at")
    returned, log = fields.happened("returned_at"), fields.text("police_log_number")
    return (MissingEpisodeRecorded(
        record=record, **envelope_of(fields, home, words),
        occurred=occurred_of(seen or noticed, returned),
        references=() if log is None else (Reference(scheme=POLICE_LOG, value=log),),
        classification=kind, classification_word=kind_word,
        risk_now=risk, risk_now_word=risk_word,
        home_urn=home.home_urn,
        last_seen=seen, noticed=noticed, returned=returned,
        told_police=fields.happened("reported_to_police_at"), police_reference=log,
        told_authority=fields.happened("reported_to_authority_at"),
        child_spoken_to=fields.happened("child_spoken_to_at"),
        return_interview_held=fields.happened("return_interview_at"),
        return_interview_by=held_by, return_interview_by_word=held_by_word,
    ),)


def notification_of(fields: Fields, home: Agency, words: HomeWords) -> tuple[Statement, ...]:
    """One row of notifications.csv; an allegation against the home's staff names the home."""
    record = fields.mandatory("notification_ref")
    category, word = fields.word("kind", words.kind)
    source, source_word = fields.word("alleged_source", words.alleged_source)
    raised, shared = fields.happened("occurred_at"), fields.happened("notified_authority_at")
    judged = word is not None and word.replace("_", " ").casefold() in _JUDGED
    return (ConcernRecorded(
        record=record, **envelope_of(fields, home, words),
        occurred=occurred_of(raised),
        basis=Basis.ASSESSMENT if judged else Basis.FACT,
        source=ConcernSource.HOME_NOTIFICATION, kind_word=word,
        categories=() if category is None else (CategoryWord(category=category, word=word),),
        raised=raised,
        shared=shared, shared_with=SOCIAL_CARE if shared else None,
        notified_ofsted=fields.happened("notified_ofsted_at"),
        alleged_source=source, alleged_source_word=source_word,
        alleged_urn=home.home_urn if source is AllegedSource.HOME_STAFF else None,
    ),)
