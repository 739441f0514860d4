"""When a child was last seen, as it is told to somebody on the way."""
from datetime import UTC, date, datetime

import pytest

from broker.case.calendar import start_of
from broker.case.case import Received, build_case
from broker.case.reach import Reach
from broker.event.care import VisitRecorded
from broker.event.envelope import Moment
from broker.report.sightings_told import seen_lines
from broker.vocabulary.words import Precision
from tests.case.told import PARTNERSHIP, made
from tests.pipeline import lines
from tests.report.conftest import Reports


def told(reports: Reports) -> list[str]:
    """The lines on the one child."""
    _, case = reports.case()
    return list(seen_lines(case, str))


def away(**more: str) -> str:
    """The girl's absence, with what came after."""
    return lines.absence("A1", "R1", "2026-03-01T21:20:00Z", last_seen_at="2026-03-01T20:30:00Z",
                         updated_at="2026-03-01T21:45:00Z", **more)


def written(reports: Reports, *absences: str) -> Reports:
    """The home's absences as it wrote them, looked at."""
    reports.publish("riverside", residents=[lines.RESIDENTS, lines.resident(
        "R1", "Kayleigh", "Thornton", "2011-05-14")], absences=[lines.ABSENCES, *absences])
    reports.check()
    return reports


GONE = "20:30 on 1 March 2026, when the child went missing, by riverside, 1 hour 30 minutes ago"


def test_a_missing_child_was_last_seen_before_it_went(reports: Reports) -> None:
    """Which is not that somebody saw how the child is."""
    assert [GONE, "apart from that, no agency has recorded seeing the child"] == \
        told(written(reports, away()))


def test_a_child_nobody_missed_nor_saw_was_seen_by_none(reports: Reports) -> None:
    """Then nothing comes before it."""
    assert ["no agency has recorded seeing the child"] == told(written(reports))


def test_an_absence_whose_whereabouts_were_known_is_not_said_to_be_missing(
        reports: Reports) -> None:
    """The child went away."""
    known = away().replace(",missing,", ",unauthorised_absence,")

    assert GONE.replace("went missing", "went away") == told(written(reports, known))[0]


def test_what_was_before_a_child_was_seen_again_is_over(reports: Reports) -> None:
    """Back, and spoken to."""
    back = away(returned_at="2026-03-01T21:30:00Z", child_spoken_to_at="2026-03-01T21:40:00Z")

    assert ["21:40 on 1 March 2026, by riverside (spoken to after an absence), 20 minutes ago"] \
        == told(written(reports, back))


def test_a_child_who_is_back_and_was_not_seen_since_was_seen_before(reports: Reports) -> None:
    """That it came back proves that somebody let it in, and no more."""
    assert GONE == told(written(reports, away(returned_at="2026-03-01T21:30:00Z")))[0]


def test_a_sighting_does_not_hide_when_a_child_still_away_was_last_at_home(
        reports: Reports) -> None:
    """Spoken to by telephone, say, and not back."""
    spoken = away(child_spoken_to_at="2026-03-01T21:40:00Z")

    assert [GONE,
            "21:40 on 1 March 2026, by riverside (spoken to after an absence), 20 minutes ago"] \
        == told(written(reports, spoken))


def test_a_return_interview_is_called_one(reports: Reports) -> None:
    """And not an absence, during which nobody saw the child."""
    held = away(returned_at="2026-03-01T21:30:00Z", return_interview_at="2026-03-01T21:42:00Z")

    assert ["21:42 on 1 March 2026, by riverside (return interview), 18 minutes ago"] == \
        told(written(reports, held))


def test_of_several_absences_the_last_one_counts(reports: Reports) -> None:
    """An earlier one is no longer where to look from."""
    earlier = lines.absence("A0", "R1", "2026-02-20T21:20:00Z", returned_at="2026-02-21T01:00:00Z",
                            last_seen_at="2026-02-20T20:30:00Z", updated_at="2026-02-21T02:00:00Z")

    assert GONE == told(written(reports, earlier, away()))[0]
    assert 2 == len(told(reports))


@pytest.mark.parametrize(("now", "longest"), [
    (datetime(2026, 3, 3, 10, 31, tzinfo=UTC), "10 hours 31 minutes"),
    (datetime(2026, 3, 3, 10, 31, 1, tzinfo=UTC), "10 hours 32 minutes"),
    (datetime(2026, 3, 4, 10, tzinfo=UTC), "1 day 10 hours"),
    (datetime(2026, 3, 4, 10, 31, tzinfo=UTC), "1 day 11 hours")])
def test_a_visit_dated_by_its_day_is_as_long_ago_as_it_can_be(now: datetime,
                                                              longest: str) -> None:
    """It may have been at the first minute of that day; what is not whole is rounded up."""
    day = Moment(at=start_of(date(2026, 3, 3)), precision=Precision.DAY)
    said = made(VisitRecorded, "council", "V1", visited=day, seen=True,
                recorded_at=datetime(2026, 3, 3, 9, tzinfo=UTC))
    case = build_case("child", [Received(said, now)], now=now, partnership=PARTNERSHIP,
                      reach=Reach({}))

    assert [f"3 March 2026, by council (visit), up to {longest} ago"] == list(
        seen_lines(case, str))
