"""What a yearly return said last: told as such, up to when it speaks."""
from datetime import UTC, datetime

import pytest

from broker.case.occasions import occasions_of
from broker.report.absences_told import span_words
from broker.report.briefing import ABSENCES_DAYS, Reader, briefing_of
from broker.report.missing import MissingChild, left_open, missing_lines, missing_now
from tests.pipeline import lines
from tests.report.conftest import Reports

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN\n9003,2,14/05/2011,WOTH,UN1\n"
EPISODES = ("CHILD,DECOM,RNE,LS,PLACE,DEC,REC,PL_POST,URN\n"
            "9003,02/02/2026,S,C2,K2,,,YO61 3QQ,SC012345\n")
GONE = "CHILD,DOB,MISSING,MIS_START,MIS_END\n9003,14/05/2011,M,20/03/2026,\n"
UNTIL = "which speaks up to 31 March 2026"
ABSENT = f"Absences in the last {ABSENCES_DAYS} days"


@pytest.fixture
def returned(reports: Reports) -> Reports:
    """A council of which nothing but a return has come, in the autumn after it."""
    reports.clock.set(datetime(2026, 11, 26, 8, tzinfo=UTC))
    reports.publish("council", header=HEADER, episodes=EPISODES, missing=GONE)
    reports.check()
    return reports


def sections(reports: Reports) -> dict[str, tuple[str, ...]]:
    """The briefing on the one child, by heading."""
    members, case = reports.case()
    allowed = reports.concord.settings.agreements.in_force(case.now.date())
    made = briefing_of(case, members, (), Reader(None, allowed), 12)
    assert made is not None
    return {each.title: each.lines for each in made.sections}


def listed(reports: Reports) -> list[MissingChild]:
    """Who is missing now."""
    return missing_now(reports.cases(), str, lambda _: (), 12)


def left(reports: Reports) -> list[str]:
    """What a return alone leaves open."""
    members, case = reports.case()
    return [each.partition("  [")[0] for each in left_open(members, case, str)]


def test_care_and_placement_by_a_return_are_shown_as_far_as_it_speaks(returned: Reports) -> None:
    """Nobody says more of where the child lives."""
    told = sections(returned)

    assert (f"looked after (C2) since 2 February 2026, North Valley Council, by its return, "
            f"{UNTIL}",) == told["Plans and orders"]
    assert (f"Riverside House since 2 February 2026, says North Valley Council, by its return, "
            f"{UNTIL}",) == told["Placement"]


def test_a_return_is_not_told_where_its_council_sends_something_newer(returned: Reports) -> None:
    """Whose silence means that the care of the spring has ended."""
    returned.later(hours=1)
    returned.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "P9", "Ann", "Other", "2012-01-01")], ssd_cla_episodes=[lines.SSD_CLA_EPISODES, lines.line(
            lines.SSD_CLA_EPISODES, clae_cla_episode_id="E9", clae_person_id="P9",
            clae_cla_episode_start_date="2026-09-01", clae_cla_id="C9")])
    returned.check()
    [(members, case)] = [each for each in returned.cases() if "council:P9" not in each[0]]
    made = briefing_of(case, members, (), Reader(
        None, returned.concord.settings.agreements.in_force(case.now.date())), 12)

    assert made is not None
    assert () == next(each.lines for each in made.sections if each.title == "Plans and orders")


def test_an_absence_a_return_leaves_open_is_no_longer_one_now(returned: Reports) -> None:
    """The list and the briefing say the same: since that day, and what became of it nobody
    knows."""
    told = sections(returned)

    assert [] == listed(returned)
    assert () == told["Now"]
    assert (f"since 20 March 2026, by the return of North Valley Council, {UNTIL}; how it went on "
            "is not known: North Valley Council “M”") == told[ABSENT][0]
    assert ["council:9003@ssda903: missing since 20 March 2026 by the return of council, "
            f"{UNTIL}; how it went on is not known"] == left(returned)


def test_a_return_that_speaks_of_today_has_the_child_missing(reports: Reports) -> None:
    """As any other record does; of a day no time is told."""
    reports.clock.set(datetime(2026, 3, 31, 8, tzinfo=UTC))
    reports.publish("council", header=HEADER, episodes=EPISODES, missing=GONE)
    reports.check()

    told = sections(reports)

    assert ("MISSING by at least one account since 20 March 2026: see the absences below",) == \
        told["Now"]
    assert "since 20 March 2026: North Valley Council “M”" == told[ABSENT][0]
    assert [] == left(reports)
    [found] = listed(reports)
    assert next(iter(missing_lines(found, reports.clock.now()))).startswith(
        "council:9003@ssda903 (14): gone since 20 March 2026, highest risk")


@pytest.mark.parametrize(("end", "span"), [
    ("20/03/2026", "20 March 2026"), ("22/03/2026", "20 March 2026 to 22 March 2026")])
def test_an_absence_in_dates_is_told_in_dates(reports: Reports, end: str, span: str) -> None:
    """No midnight, and no hours that nobody wrote."""
    reports.clock.set(datetime(2026, 11, 26, 8, tzinfo=UTC))
    reports.publish("council", header=HEADER, episodes=EPISODES,
                    missing=GONE.replace("20/03/2026,\n", f"20/03/2026,{end}\n"))
    reports.check()
    _, case = reports.case()

    assert [span] == [span_words(case, each, str) for each in occasions_of(case)]
    assert [] == left(reports)


def test_only_a_return_that_says_missing_is_listed_as_left_open(reports: Reports) -> None:
    """Away without leave, at a place that is known, is not."""
    reports.clock.set(datetime(2026, 11, 26, 8, tzinfo=UTC))
    reports.publish("council", header=HEADER, episodes=EPISODES,
                    missing=GONE.replace(",M,", ",A,"))
    reports.check()

    assert [] == left(reports)


def test_what_another_feed_has_open_is_open_whatever_the_return_reaches(
        returned: Reports) -> None:
    """The council's case system has the same absence, and speaks of today."""
    returned.later(hours=1)
    returned.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "9003", "Kayleigh", "Thornton", "2011-05-14")], ssd_missing=[lines.SSD_MISSING, lines.line(
            lines.SSD_MISSING, miss_table_id="E1", miss_person_id="9003",
            miss_missing_episode_start_date="2026-03-20", miss_missing_episode_type="M")])
    returned.check()

    assert ["since 20 March 2026: North Valley Council “M”"] == list(
        sections(returned)[ABSENT])[:1]
    assert [] == left(returned)
    assert 1 == len(listed(returned))
