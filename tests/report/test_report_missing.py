"""Every child missing by any account, and the words of each."""
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from broker.report.missing import (
    AccountShown,
    MissingChild,
    missing_json,
    missing_lines,
    missing_now,
)
from broker.report.reading import open_findings
from broker.vocabulary.words import Risk
from tests.pipeline import lines
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
)
from tests.report.conftest import Reports

Told = Callable[..., Reports]
MARKERS = "marker_ref,nominal_id,marker,set_at,cleared_at,reviewed_at,handling_code,updated_at"
EXPLOITED = ("MK1,N1,child_sexual_exploitation,2026-01-20T10:00:00Z,,,P,2026-01-20T10:05:00Z")


def listed(reports: Reports) -> list[MissingChild]:
    """Who is missing now."""
    concord = reports.concord
    cases = reports.cases()
    with concord.store.view() as view:
        return missing_now(cases, lambda code: code.upper(),
                           lambda members: open_findings(view, concord.codec, members), 12)


def test_a_girl_one_agency_calls_missing_is_missing(girl: Told) -> None:
    """Both accounts stand side by side, in each agency's own words."""
    [found] = listed(girl())

    assert ("police:N1", "riverside:R1") == found.members
    assert (1.5, (14,), Risk.HIGH, False) == (
        found.hours_gone, found.ages, found.risk, found.disputed)
    assert (
        AccountShown("RIVERSIDE", "A1", "“missing”, since 20:30 on 1 March 2026", "“high”", True),
        AccountShown("POLICE", "INC1/N1",
                     "“Concern for safety”, reported 21:30 on 1 March 2026, open", None, True),
    ) == found.accounts
    assert ["M01"] == [each.code for each in found.findings]


def test_a_girl_who_is_back_is_not_listed(girl: Told) -> None:
    """The home's row says when she returned."""
    back = MISSING_FROM_HOME.replace(",,,,2026-03-01T21:31:00Z",
                                     ",2026-03-01T21:50:00Z,,,2026-03-01T21:55:00Z")

    assert [] == listed(girl(back))


def test_a_girl_whose_whereabouts_are_known_is_not_missing(girl: Told) -> None:
    """Unauthorised absence beside a concern for safety: nobody says missing."""
    assert [] == listed(girl(MISSING_FROM_HOME.replace(",missing,", ",unauthorised_absence,")))


def test_police_alone_may_have_her_missing(reports: Reports) -> None:
    """An open incident of a missing person that no account covers."""
    reports.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE], incidents=[
        INCIDENTS, CONCERN_AT_POLICE.replace("Concern for safety", "Missing person")])
    reports.check()

    assert [0.5] == [each.hours_gone for each in listed(reports)]


@pytest.mark.parametrize(("written", "still"), [
    ("2026-03-01T21:35:00Z", ["POLICE “Missing person”, reported 21:30 on 1 March 2026, open"]),
    ("2026-03-01T22:31:00Z", [])])
def test_a_closing_category_that_stood_there_from_the_start_closes_nothing(
        reports: Reports, written: str, still: list[str]) -> None:
    """Many a system fills it in as the incident is opened; nobody stops looking for that."""
    reports.clock.set(datetime(2026, 3, 1, 23, tzinfo=UTC))
    filled_in = CONCERN_AT_POLICE.replace("Concern for safety,", "Missing person,Missing person")
    reports.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE], incidents=[
        INCIDENTS, filled_in.replace("2026-03-01T21:35:00Z", written)])
    reports.check()

    assert still == [f"{each.agency} {each.says}" for found in listed(reports)
                     for each in found.accounts]


def test_an_event_before_its_person_counts(reports: Reports) -> None:
    """A child nobody has described yet is missing all the same."""
    reports.publish("riverside", absences=[ABSENCES, MISSING_FROM_HOME])
    reports.check()

    assert [("riverside:R1",)] == [each.members for each in listed(reports)]


def test_signs_of_exploitation_stand_beside(girl: Told) -> None:
    """A live marker, with who holds it and since when."""
    [found] = listed(girl(markers=[MARKERS, EXPLOITED]))

    assert ("child sexual exploitation: POLICE, marker, 10:00 on 20 January 2026",) == found.signs


def test_the_machine_form(girl: Told) -> None:
    """What other programs read."""
    said = missing_json(listed(girl())[0])

    assert ["child", "members", "since", "hours_gone", "disputed", "ages", "risk", "accounts",
            "signs", "protection", "last_return_interview", "findings",
            "recorded_death", "since_given"] == list(said)
    assert "2026-03-01T20:30:00+00:00" == said["since"]
    assert [("M01", "critical")] == [(each["code"], each["severity"])
                                     for each in said["findings"]]


def test_the_lines_for_a_person(girl: Told) -> None:
    """Who, how long, what each agency says, the last interview, the finding."""
    reports = girl()

    lines = list(missing_lines(listed(reports)[0], reports.clock.now()))

    assert lines[0].startswith("police:N1, riverside:R1 (14): gone 1 hour 30 minutes, highest "
                               "risk high  [child ")
    assert "    RIVERSIDE: “missing”, since 20:30 on 1 March 2026; risk “high”" == lines[1]
    assert "    last return interview: none on record" in lines


def test_a_recorded_death_stands_beside(girl: Told) -> None:
    """Whose record it is, and whom to ask before anybody comes upon the family."""
    reports = girl()
    reports.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "P1", "Kayleigh", "Thornton", "2011-05-14", pers_death_date="2026-02-26")])
    reports.check()
    [found] = listed(reports)
    told = ("died on 26 February 2026, says COUNCIL",
            "Before anybody rings, visits or writes to the family, ask North Valley Council what "
            "they now hold of this child")

    assert told == found.recorded_death
    assert list(told) == missing_json(found)["recorded_death"]
    assert [f"    {each}" for each in told] == \
        list(missing_lines(found, reports.clock.now()))[1:3]


@pytest.mark.parametrize(("written", "told"), [
    ("2026-01-20", "20 January 2026"), ("2026-01-20T00:00:00Z", "00:00 on 20 January 2026")])
def test_a_day_is_not_told_as_midnight(girl: Told, written: str, told: str) -> None:
    """Neither of a marker nor of an interview; a midnight that was written is one."""
    marker = EXPLOITED.replace("2026-01-20T10:00:00Z", written)
    reports = girl(markers=[MARKERS, marker])
    reports.publish("riverside", absences=[lines.ABSENCES, lines.absence(
        "A0", "R1", "2026-01-10T21:20:00Z", returned_at="2026-01-11T01:00:00Z",
        return_interview_at=written, updated_at="2026-01-21T09:00:00Z")])
    reports.check()
    [found] = listed(reports)

    assert (f"child sexual exploitation: POLICE, marker, {told}",) == found.signs
    assert f"    last return interview: {told}" in missing_lines(found, reports.clock.now())

def test_a_time_that_nobody_gives_is_not_told_as_the_homes_own(girl: Told) -> None:
    """The home's times cannot be read: it is said when the row was recorded, as just that."""
    unread = MISSING_FROM_HOME.replace("2026-03-01T21:20:00Z", "twenty past nine") \
        .replace("2026-03-01T20:30:00Z", "half eight").replace("2026-03-01T21:25:00Z", "") \
        .replace("2026-03-01T21:30:00Z", "")
    reports = girl(unread)
    [found] = listed(reports)
    first, *_ = missing_lines(found, reports.clock.now())

    assert "“missing”, at a time not given (recorded at 21:31 on 1 March 2026)" == \
        found.accounts[0].says
    assert (False, False) == (found.since.given, missing_json(found)["since_given"])
    assert "gone since a time that nobody gives (recorded at 21:31 on 1 March 2026), " in first
