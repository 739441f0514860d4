"""Event ids: what makes two statements the same, and what does not."""
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from broker.event.concern import CategoryWord, ConcernRecorded
from broker.event.digest import NIL, canonical, digest_of, event_id_of
from broker.event.envelope import Moment, Reference
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import (
    ConcernCategory,
    Precision,
    Risk,
    State,
    System,
    Whereabouts,
)

T = datetime(2026, 3, 1, 22, tzinfo=UTC)
ABSENCE = MissingEpisodeRecorded(
    event_id=NIL, agency="riverside", system=System.FILES, record="A1", subject="R1",
    recorded_at=T, state=State.CURRENT, classification=Whereabouts.MISSING,
    classification_word="missing", noticed=Moment(at=T, precision=Precision.DAY),
    last_seen=Moment(at=T), references=(Reference(scheme="police_log", value="12"),),
)


def test_only_what_is_said_counts() -> None:
    """Fields that hold their default are not part of the text, so new ones change no id."""
    assert ("{classification=MISSING;last_seen={at=1772402400000};"
            "noticed={at=1772402400000;precision=DAY};"
            "references=[{scheme=10:police_log;value=2:12}];state=CURRENT}") == canonical(ABSENCE)


def test_another_spelling_of_a_known_word_says_the_same() -> None:
    """Neutral words count, not the agency's spelling of them."""
    assert digest_of(ABSENCE) == digest_of(replace(ABSENCE, classification_word="Missing "))


def test_an_unknown_word_is_what_was_said() -> None:
    """Where no neutral word is known, the agency's own word counts."""
    first = replace(ABSENCE, risk_now=Risk.UNMAPPED, risk_now_word="amber")
    second = replace(ABSENCE, risk_now=Risk.UNMAPPED, risk_now_word="red")

    assert digest_of(first) != digest_of(second)


def test_other_is_as_vague_as_unknown() -> None:
    """Two codes that both map to OTHER are two things said."""
    concern = ConcernRecorded(event_id=NIL, agency="police", system=System.FILES, record="P1",
                              subject="N1", recorded_at=T, state=State.CURRENT)
    first, second = (replace(concern, categories=(
        CategoryWord(category=ConcernCategory.OTHER, word=word),)) for word in ("1C", "6B"))

    assert digest_of(first) != digest_of(second)


def test_the_id_names_record_time_and_what_is_said() -> None:
    """The id is a version 5 UUID, for ever the same."""
    assert "9cc69404-a6fd-5b74-8bf9-4b6f67f36cdc" == str(
        event_id_of(ABSENCE, digest_of(ABSENCE), T))


def test_another_time_or_record_or_system_is_another_id() -> None:
    """A version is one record, one time, one thing said."""
    ids = {
        event_id_of(said, digest_of(said), said.recorded_at)
        for said in (ABSENCE, replace(ABSENCE, recorded_at=T + timedelta(milliseconds=1)),
                     replace(ABSENCE, record="A2"), replace(ABSENCE, subject="R2"),
                     replace(ABSENCE, system=System.API), replace(ABSENCE, agency="police"))
    }

    assert 6 == len(ids)
