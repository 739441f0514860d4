"""Who knew what when: the moments of an occasion, as rows and as a picture."""
from datetime import UTC, datetime, timedelta
from uuid import UUID

from broker.event.envelope import Moment
from broker.event.missing import MissingEpisodeRecorded
from broker.report.timeline import (
    CONCORD,
    PICTURED_MAX,
    Kind,
    Rung,
    Version,
    ladder_of,
    rung_lines,
    rungs_of,
)
from broker.vocabulary.words import Precision, State, System

EVENING = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # the clocks change an hour and a half later


def rung(minutes: int, who: str = "Police", kind: Kind = Kind.WROTE, words: str = "A1",
         precision: Precision = Precision.INSTANT) -> Rung:
    """A moment so many minutes after the evening's."""
    return Rung(EVENING + timedelta(minutes=minutes), who, kind, words, precision)


def test_moments_are_in_order_of_time_and_then_of_what_they_are() -> None:
    """What happened before who wrote it, and that before who heard of it."""
    heard, wrote = rung(5, CONCORD, Kind.RECEIVED), rung(5)
    happened, early = rung(5, kind=Kind.HAPPENED), rung(1)

    assert (early, happened, wrote, heard) == rungs_of([], [heard, wrote, happened, early])


def test_what_one_agency_did_at_one_moment_is_one_row() -> None:
    """And what two did are two."""
    told = rungs_of([], [rung(0, words="A2"), rung(0, words="A1"), rung(0, who="Home")])

    assert [("Home", "A1"), ("Police", "A1; A2")] == [(each.who, each.words) for each in told]


def test_rows_say_english_time_and_a_day_says_no_time() -> None:
    """On the night when the clocks change as well."""
    rows = list(rung_lines([rung(0), rung(120, CONCORD, Kind.RECEIVED),
                            rung(30, precision=Precision.DAY)]))

    assert ["Sat 28 Mar 2026 23:30  Police   wrote it down: A1",
            "Sun 29 Mar 2026 02:30  Concord  received: A1",
            "29 March 2026          Police   wrote it down: A1"] == rows


def test_each_agency_has_a_line_and_concord_the_last() -> None:
    """By name, so that the same partnership always looks the same."""
    ladder = ladder_of([rung(0, CONCORD), rung(1, "Police"),
                        rung(2, "A very long name of a home")])

    assert [("A very long name", "of a home"), ("Police",), (CONCORD,)] == [
        each.name for each in ladder.lines]
    assert [ladder.lines[2].x, ladder.lines[1].x, ladder.lines[0].x] == [
        each.x for each in ladder.rungs]


def test_the_time_between_two_rungs_is_written_from_an_hour_on() -> None:
    """Rungs stand evenly apart, whatever lies between."""
    ladder = ladder_of([rung(0), rung(59), rung(119), rung(119 + 3 * 1440 + 60)])

    assert ["", "", "1 hour later", "3 days 1 hour later"] == [each.later
                                                               for each in ladder.rungs]


def test_rungs_never_lie_on_one_another() -> None:
    """Long words take as many lines as they need, and the next rung is below them."""
    ladder = ladder_of([rung(0, words="a word " * 40), rung(1), rung(2)])
    first, second, third = ladder.rungs

    assert 6 == len(first.lines)
    assert second.y >= first.y + 17 * 6
    assert (30, True) == (third.y - second.y, ladder.height > third.y)


def test_a_picture_too_long_leaves_the_rest_to_the_rows() -> None:
    """And says how much."""
    rungs = [rung(each) for each in range(PICTURED_MAX + 3)]

    assert (PICTURED_MAX, 3) == (len(ladder_of(rungs).rungs), ladder_of(rungs).left_out)

def test_a_time_in_the_hour_that_clocks_skip_is_told_with_both_clocks() -> None:
    """The home wrote 01:30, which no clock put right ever showed."""
    said = MissingEpisodeRecorded(
        event_id=UUID(int=1), agency="home", system=System.FILES, record="A1", subject="R1",
        recorded_at=EVENING + timedelta(hours=1), state=State.CURRENT,
        noticed=Moment(at=EVENING + timedelta(hours=2)))
    rows = list(rung_lines(rungs_of([Version("Home", said, EVENING + timedelta(hours=4), True)])))

    assert ["Sun 29 Mar 2026 00:30  Home     wrote it down: A1",
            "Sun 29 Mar 2026 02:30  Home     says it happened: noticed (A1) (or 01:30 by a clock "
            "not put forward)",
            "Sun 29 Mar 2026 04:30  Concord  received: A1 from Home"] == rows
