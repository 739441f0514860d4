"""One screen on one child, and who may see what of it."""
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from broker.errors import ConfigError
from broker.pipeline.auditing import audit_entries
from broker.report.briefing import (
    ABSENCES_DAYS,
    Briefing,
    Reader,
    briefing_json,
    briefing_lines,
    briefing_of,
)
from broker.report.briefing_page import briefing_page
from broker.report.reading import findings_about, members_named, record_consultation
from broker.vocabulary.times import day_of
from broker.vocabulary.words import AuditAction, FindingState
from tests.pipeline import lines
from tests.pipeline.test_pipeline_ended_apart import home_over, police_over, read_at_once
from tests.report.conftest import Reports

Told = Callable[..., Reports]
MARKERS = "marker_ref,nominal_id,marker,set_at,cleared_at,reviewed_at,handling_code,updated_at"
EXPLOITED = ("MK1,N1,child_sexual_exploitation,2026-01-20T10:00:00Z,,,P,2026-01-20T10:05:00Z")


def briefing(reports: Reports, agency: str | None) -> Briefing | None:
    """The briefing on the one child, as this agency reads it."""
    concord = reports.concord
    members, case = reports.case()
    with concord.store.view() as view:
        found = findings_about(view, concord.codec, members)
    reader = Reader(None if agency is None else concord.agency(agency).agency,
                    concord.settings.agreements.in_force(day_of(reports.clock.now())))
    return briefing_of(case, members, found, reader, 12)


def lines_of(made: Briefing | None, title: str) -> tuple[str, ...]:
    """The lines under one heading."""
    assert made is not None
    return next(each.lines for each in made.sections if each.title == title)


def test_police_on_the_way_see_what_the_home_says(girl: Told) -> None:
    """Names, where the child lives, that the child is missing, and what disagrees."""
    made = briefing(girl(), "police")

    assert ("age 14", "Kayleigh Thornton (Riverside House)",
            "Kayley Thornton (North Valley Police)") == lines_of(made, "Who")
    assert ("MISSING by at least one account for 1 hour 30 minutes: see the absences below",) == \
        lines_of(made, "Now")
    assert ("Riverside House since 1 September 2025, says Riverside House",) == \
        lines_of(made, "Placement")
    assert ("20:30 on 1 March 2026, when the child went missing, by Riverside House, 1 hour 30 "
            "minutes ago", "apart from that, no agency has recorded seeing the child") == \
        lines_of(made, "Last seen")
    assert made is not None
    assert ["M01"] == [each.code for each in made.findings]


def test_an_absence_lasts_by_the_accounts_that_give_times(girl: Told) -> None:
    """The council's dates, one of them open, neither stretch it nor keep it going."""
    reports = girl()
    reports.publish(
        "council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
            "P1", "Kayleigh", "Thornton", "2011-05-14")],
        ssd_missing=[lines.SSD_MISSING, lines.line(
            lines.SSD_MISSING, miss_table_id="E1", miss_person_id="P1",
            miss_missing_episode_start_date="2026-03-01", miss_missing_episode_type="M")])
    reports.later(hours=9)
    reports.publish("riverside", absences=[lines.ABSENCES, lines.absence(
        "A1", "R1", "2026-03-01T21:20:00Z", last_seen_at="2026-03-01T20:30:00Z",
        returned_at="2026-03-02T02:10:00Z", updated_at="2026-03-02T02:20:00Z")])
    reports.open()

    told = lines_of(briefing(reports, "police"), f"Absences in the last {ABSENCES_DAYS} days")[0]

    assert told.startswith("20:30 on 1 March 2026, 5 hours 40 minutes: ")


def test_a_reader_sees_its_own_local_id_alone(girl: Told) -> None:
    """Ids of other agencies stay inside."""
    made = briefing(girl(), "police")

    assert made is not None
    assert ("police:N1",) == made.held_as


def test_a_home_sees_nothing_of_the_risk_stream(girl: Told) -> None:
    """No agreement gives it to homes."""
    reports = girl(markers=[MARKERS, EXPLOITED])

    assert () == lines_of(briefing(reports, "riverside"), "Warnings")
    assert ("marker: child_sexual_exploitation, North Valley Police",
            "sign of exploitation: child sexual exploitation: North Valley Police, marker, "
            "10:00 on 20 January 2026") == lines_of(briefing(reports, "police"), "Warnings")


def test_an_agency_that_does_not_hold_the_child_sees_nothing(girl: Told) -> None:
    """The council has no record of her."""
    assert briefing(girl(), "council") is None


def test_a_home_an_allegation_stands_against_sees_its_own_words_alone(girl: Told) -> None:
    """Everything about the child is held from it."""
    reports = girl(ppn=[
        "ppn_ref,incident_ref,nominal_id,created_at,shared_with_csc_at,concern_types,risk_grade,"
        "child_spoken_to,demeanour_recorded,alleged_source,alleged_urn,updated_at",
        "PPN1,,N1,2026-03-01T21:40:00Z,,physical_abuse,Medium,,,home_staff,SC012345,"
        "2026-03-01T21:41:00Z"])

    made = briefing(reports, "riverside")

    assert ("age 14", "Kayleigh Thornton (Riverside House)") == lines_of(made, "Who")
    assert made is not None
    assert () == made.findings


def test_nobody_named_sees_no_warnings(girl: Told) -> None:
    """Who reads must be said first."""
    made = briefing(girl(markers=[MARKERS, EXPLOITED]), None)

    assert ("warnings and links are shown to a named reader: give --actor and --purpose",) == \
        lines_of(made, "Warnings")


def test_what_was_dismissed_is_not_shown_as_if_it_stood(girl: Told) -> None:
    """The state stands beside the severity; an open finding needs no word."""
    made = briefing(girl(), None)
    assert made is not None
    dismissed = replace(made, findings=tuple(
        replace(each, state=FindingState.DISMISSED) for each in made.findings))

    heads = [[line.partition(":")[0] for line in briefing_lines(each)][1]
             for each in (made, dismissed)]

    assert ["CRITICAL M01", "CRITICAL M01 (dismissed)"] == heads


def test_no_address_is_shown(girl: Told) -> None:
    """Neither the home's postcode nor a street."""
    made = briefing(girl(), "police")

    assert made is not None
    assert "YO61" not in "\n".join(briefing_lines(made)) + str(briefing_json(made))


def test_a_child_is_named_in_three_ways(girl: Told) -> None:
    """By its id, by a finding's, by any of its records."""
    reports = girl()
    concord = reports.concord
    _, case = reports.case()
    finding = reports.open()[0]
    with concord.store.view() as view:
        found = [members_named(view, concord.codec, text)
                 for text in (case.child, finding.finding_id, "riverside:R1")]
        with pytest.raises(ConfigError) as refused:
            members_named(view, concord.codec, "police:N999")

    assert [("police:N1", "riverside:R1")] * 3 == found
    assert str(refused.value).startswith("Nobody is known as police:N999: ")


def test_a_reading_is_audited(girl: Told) -> None:
    """Who, for which agency, why; the child as a digest."""
    concord = girl().concord
    record_consultation(concord.store, concord.codec, {"police:N1"}, "police:pc.7", "police",
                        "on the way", "briefing", concord.clock.now())

    with concord.store.view() as view:
        entry = list(audit_entries(view, concord.codec))[-1]

    assert (AuditAction.CONSULTATION, "police:pc.7", "police", "on the way") == (
        entry.action, entry.actor, entry.recipient, entry.why)
    assert "N1" not in str(entry)


def with_council(reports: Reports, *tables: str, **person: str) -> Reports:
    """The council holds the girl too, and says of a time in care how it ended."""
    files = {"ssd_person": [lines.SSD_PERSON, lines.ssd_person(
        "P1", "Kayleigh", "Thornton", "2011-05-14", **person)]}
    if tables:
        files["ssd_cla_episodes"] = [lines.SSD_CLA_EPISODES, *tables]
    reports.publish("council", **files)
    reports.check()
    return reports


CARE_ENDED = lines.line(
    lines.SSD_CLA_EPISODES, clae_cla_episode_id="E1", clae_person_id="P1",
    clae_cla_episode_start_date="2025-09-01", clae_cla_episode_start_reason="S",
    clae_cla_episode_ceased_date="2026-02-27", clae_cla_episode_ceased_reason="E2",
    clae_cla_id="C1")
ASK = ("Before anybody rings, visits or writes to the family, ask North Valley Council what they "
       "now hold of this child")


@pytest.mark.parametrize("reader", ["police", "council", None])
def test_care_that_ended_by_death_is_told_to_whoever_is_on_the_way(
        girl: Told, reader: str | None) -> None:
    """Whose record it is, its code, and whom to ask first; not that it is right."""
    made = briefing(with_council(girl(), CARE_ENDED), reader)

    assert ("care ended on 27 February 2026, “E2” (died), says North Valley Council", ASK) == \
        lines_of(made, "Recorded death")


def test_a_day_of_death_is_told_in_its_place(girl: Told) -> None:
    """What the same council says by a code says nothing more."""
    made = briefing(with_council(girl(), CARE_ENDED, pers_death_date="2026-02-26"), "police")

    assert ("died on 26 February 2026, says North Valley Council", ASK) == \
        lines_of(made, "Recorded death")


def test_nothing_is_said_of_death_where_nobody_records_one(girl: Told) -> None:
    """Neither in the lines nor as a heading."""
    made = briefing(with_council(girl()), "police")

    assert () == lines_of(made, "Recorded death")
    assert made is not None
    assert "Recorded death:" not in list(briefing_lines(made))


def test_whoever_may_not_see_the_record_is_not_told_of_a_death(girl: Told) -> None:
    """The home is given nothing of the council's about care while an allegation stands."""
    reports = with_council(girl(ppn=[
        "ppn_ref,incident_ref,nominal_id,created_at,shared_with_csc_at,concern_types,risk_grade,"
        "child_spoken_to,demeanour_recorded,alleged_source,alleged_urn,updated_at",
        "PPN1,,N1,2026-03-01T21:40:00Z,,physical_abuse,Medium,,,home_staff,SC012345,"
        "2026-03-01T21:41:00Z"]), CARE_ENDED)

    assert () == lines_of(briefing(reports, "riverside"), "Recorded death")


def test_the_page_has_what_the_screen_has(girl: Told) -> None:
    """The same findings, headings and lines, in one document."""
    made = briefing(with_council(girl(), CARE_ENDED), "police")
    assert made is not None

    page = unescape(briefing_page(made, partnership="North Valley"))

    wanted = [each.sentence for each in made.findings] + [each.action for each in made.findings]
    wanted += [text for each in made.sections if each.lines for text in (each.title, *each.lines)]
    assert [] == [each for each in wanted if each not in page]


def test_a_page_without_findings_says_so(girl: Told) -> None:
    """Of an agency's reading, that this is not to say that nothing disagrees."""
    made = briefing(girl(), "police")
    assert made is not None
    none = replace(made, findings=())

    assert [True, False] == [
        "No finding may be shown to this agency" in briefing_page(each, partnership="North Valley")
        for each in (none, made)]


MORNING = datetime(2026, 3, 3, 3, 46, tzinfo=UTC)


@pytest.fixture
def apart(reports: Reports) -> Reports:
    """The police had her back a day before the home did, heard of when it was over for both."""
    (found,) = read_at_once(reports, home_over, police_over)
    assert FindingState.RESOLVED is found.state
    return reports


def test_what_was_over_before_anybody_looked_is_named(apart: Reports) -> None:
    """That no finding is open does not say that nothing disagreed."""
    made = briefing(apart, None)
    assert made is not None
    (over,) = made.over
    line = (f"over: CRITICAL M06 (resolved, done late): {over.sentence} Late, and done since: it "
            "lasted 17 hours, until 03:46 on 3 March 2026. - `concord explain "
            f"{over.finding_id}`")

    assert ["No finding is open.", line] == list(briefing_lines(made))[1:3]
    assert line in unescape(briefing_page(made, partnership="North Valley"))
    assert [{
        "id": over.finding_id, "code": "M06", "severity": "critical",
        "since": "2026-03-02T10:46:00+00:00", "until": "2026-03-03T03:46:00+00:00",
        "sentence": over.sentence, "state": "resolved", "done_late": True,
        "lasted": "Late, and done since: it lasted 17 hours, until 03:46 on 3 March 2026."}] == \
        briefing_json(made)["over"]


def test_what_is_over_is_named_as_long_as_absences_are(apart: Reports) -> None:
    """Ninety days, and not a moment longer."""
    named = []
    for later in (timedelta(), timedelta(milliseconds=1)):
        apart.clock.set(MORNING + timedelta(days=ABSENCES_DAYS) + later)
        made = briefing(apart, None)
        assert made is not None
        named.append([each.code for each in made.over])

    assert [["M06"], []] == named


def test_what_was_withdrawn_or_is_of_long_ago_is_not_named(apart: Reports) -> None:
    """The one never truly stood; nobody on the way can do anything about the other."""
    concord = apart.concord
    members, case = apart.case()
    with concord.store.view() as view:
        (found,) = (each for each in findings_about(view, concord.codec, members)
                    if each.code == "M06")
    reader = Reader(None, concord.settings.agreements.in_force(day_of(apart.clock.now())))
    named = [briefing_of(case, members, [each], reader, 12) for each in (
        found, replace(found, state=FindingState.WITHDRAWN, done_late=False),
        replace(found, historical=True))]

    assert [("M06",), (), ()] == [tuple(each.code for each in made.over)
                                  for made in named if made is not None]


def test_an_agency_that_is_shown_what_is_over_is_told_that_more_may_be_open(
        apart: Reports) -> None:
    """What is withheld is not told, and that nothing disagrees is not said."""
    made = briefing(apart, "police")
    assert made is not None

    said = list(briefing_lines(made))

    assert ("No open finding may be shown to this agency; that is not to say that nothing "
            "disagrees.") == said[1]
    assert said[2].startswith("over: CRITICAL M06 (resolved, done late): ")
