"""Silence is evidence only as far as a feed reaches."""
from datetime import timedelta

import pytest

from broker.event.finding import Finding
from broker.vocabulary.words import FindingState
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench

EVENING = "2026-03-01T20:00:00Z"  # two hours before now: the police's hour has run out


@pytest.fixture
def missing(bench: Bench) -> Bench:
    """A home has told of a missing girl, and nobody else has said anything."""
    bench.publish("riverside",
                  residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton",
                                                             "2011-05-14")],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    return bench


def police(bench: Bench, *incidents: str, missing: list[str] | None = None) -> None:
    """An extract of everything the police have of incidents and missing reports."""
    bench.publish("police", incidents=[lines.INCIDENTS, *incidents],
                  missing=[lines.MISSING, *(missing or ())])


def not_with_police(bench: Bench) -> Finding:
    """The one M02 there is, in whatever state."""
    [finding] = [each for each in bench.check() if each.code == "M02"]
    return finding


def test_a_feed_never_heard_is_said_to_be_unheard(missing: Bench) -> None:
    """M02 alone fires all the same, and says to ring."""
    sentence = not_with_police(missing).sentence

    assert "North Valley Police have not been heard at all: confirm by phone." in sentence


def test_a_feed_heard_before_the_limit_ran_out_is_said_to_end_there(missing: Bench) -> None:
    """Its silence means something up to then and no further."""
    missing.clock.set(START - timedelta(hours=1, minutes=30))
    police(missing)
    missing.clock.set(START)

    sentence = not_with_police(missing).sentence

    assert "were last heard at" in sentence
    assert "had sent no record of it by then: confirm by phone." in sentence


def test_a_feed_heard_since_is_silent(missing: Bench) -> None:
    """The extract after the limit holds no record of it: that is what is said."""
    police(missing)

    assert "North Valley Police have sent no record of it." in not_with_police(missing).sentence


def test_a_feed_heard_later_changes_what_is_said(missing: Bench) -> None:
    """The finding stands, and no longer says that the police were not heard."""
    before = not_with_police(missing)
    missing.later(minutes=10)
    police(missing)

    after = not_with_police(missing)

    assert (before.finding_id, FindingState.OPEN) == (after.finding_id, after.state)
    assert "have sent no record of it." in after.sentence


def test_a_row_that_could_not_be_read_is_unreadable_and_never_none(missing: Bench) -> None:
    """The rejected row may be the record."""
    police(missing, lines.incident("INC1", "N1", "Missing person", "half past nine"))

    assert "sent rows that could not be read, and one of them may be the record of it" \
        in not_with_police(missing).sentence


def test_a_clean_extract_afterwards_does_not_make_it_readable(missing: Bench) -> None:
    """The row of the earlier extract is still unread."""
    police(missing, lines.incident("INC1", "N1", "Missing person", "half past nine"))
    not_with_police(missing)
    missing.later(minutes=10)
    police(missing)

    assert "could not be read" in not_with_police(missing).sentence


def test_a_row_that_is_mended_makes_it_readable(missing: Bench) -> None:
    """The row was about another child, and nothing of the police's is unread any more."""
    row = lines.incident("INC1", "N9", "Theft", EVENING)
    police(missing, row + ",")
    before = not_with_police(missing).sentence
    missing.later(minutes=10)
    police(missing, row)

    assert "sent rows that could not be read" in before
    assert "North Valley Police have sent no record of it." in not_with_police(missing).sentence


def test_a_row_mended_leaves_another_unread(missing: Bench) -> None:
    """One of two rows came again."""
    row = lines.incident("INC1", "N9", "Theft", EVENING)
    police(missing, row + ",", lines.incident("INC2", "N9", "Theft", "half past nine"))
    missing.later(minutes=10)
    police(missing, row)

    assert "could not be read" in not_with_police(missing).sentence


def test_rows_that_stay_broken_are_of_the_time_they_first_came(missing: Bench) -> None:
    """The very same bytes met again hold nothing of an absence that began in between."""
    police(missing, lines.incident("INC1", "N1", "Missing person", "half past nine"))
    missing.later(days=1)
    missing.publish("riverside", absences=[lines.ABSENCES, lines.absence(
        "A2", "R1", "2026-03-02T20:00:00Z")])
    police(missing, lines.incident("INC1", "N1", "Missing person", "half past nine"))

    found = [each.sentence for each in missing.check() if each.code == "M02"]

    assert [True, False] == ["could not be read" in each for each in sorted(found)]


def test_the_record_that_comes_late_shows_that_it_never_stood(missing: Bench) -> None:
    """Written before the limit and received after: withdrawn, not resolved."""
    not_with_police(missing)
    missing.later(minutes=10)
    missing.publish(
        "police",
        nominals=[lines.NOMINALS, lines.nominal("N1", "Kayley", "Thornton", "2011-05-14")],
        missing=[lines.MISSING, lines.line(
            lines.MISSING, missing_ref="MP1", nominal_id="N1", classification="Missing",
            reported_at="2026-03-01T20:10:00Z", last_seen_at="2026-03-01T19:30:00Z",
            risk_initial="High", risk_final="High", looked_after="Y", missing_from="care_home",
            updated_at="2026-03-01T20:15:00Z")])

    assert FindingState.WITHDRAWN == not_with_police(missing).state


def test_a_timer_fires_when_time_has_passed(bench: Bench) -> None:
    """Nothing is said within the hour; when it has run out the finding dates from that moment."""
    bench.publish("riverside",
                  residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton",
                                                             "2011-05-14")],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", "2026-03-01T21:50:00Z")])
    before = bench.open()
    bench.later(hours=3)

    [after] = bench.open()

    assert [] == before
    assert ("M02", START + timedelta(minutes=50)) == (after.code, after.since)


def test_one_table_heard_does_not_speak_for_the_other(missing: Bench) -> None:
    """Missing reports came again since and incidents did not: it was last heard on both then."""
    missing.clock.set(START - timedelta(hours=1, minutes=30))
    police(missing)
    missing.clock.set(START)
    missing.publish("police", missing=[lines.MISSING])

    assert "were last heard at" in not_with_police(missing).sentence


def test_a_refused_file_beside_a_good_one_is_unread_and_never_none(missing: Bench) -> None:
    """Half of the table came: the record may be in the other half."""
    folder = missing.folder / "police"
    for name, text in (("north", lines.INCIDENTS), ("south", "incident_ref,nominal_id")):
        (folder / name).mkdir(parents=True)
        (folder / name / "incidents.csv").write_text(text + "\n", encoding="utf-8")
    missing.publish_path("police", folder)

    assert "could not be read" in not_with_police(missing).sentence


def test_a_table_that_yields_nothing_reaches_nowhere(bench: Bench) -> None:
    """A return is recognised whole, also the tables of which no statement is made."""
    folder = bench.folder / "return"
    folder.mkdir()
    (folder / "header.csv").write_text(
        "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n301,2,14/05/2011,WBRI,,,\n", encoding="utf-8")
    (folder / "uasc.csv").write_text("CHILD,SEX,DOB,DUC\n301,2,14/05/2011,\n", encoding="utf-8")

    report = bench.publish_path("council", folder)
    bench.check()

    assert ["header.csv", "uasc.csv"] == sorted(report.files)
    assert [["council:301"]] == bench.people()
