"""Runs of nights by a council's dates: a day late, in two parts, or of another kind each."""
from dataclasses import replace
from datetime import UTC, datetime

from broker.case.absences import accounts_of
from broker.case.occasions import occasions_of
from broker.case.reach import Reach, Refused
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import IncidentCategory, IncidentRole, System, Whereabouts
from tests.case.told import NOW, away, call, case_of, dates, found, heard, hours


def march(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def night(number: int, first: datetime, length: float = 6) -> MissingEpisodeRecorded:
    """The police's report of a night."""
    return away("police", f"MP{number}", first, first + hours(length))


def row(number: int, first: int, last: int | None,
        kind: Whereabouts = Whereabouts.MISSING) -> MissingEpisodeRecorded:
    """A row of the council's from a day of March to another."""
    return dates(f"C{number}", march(first), None if last is None else march(last), kind=kind)


def test_two_nights_running_dated_a_day_late_each_have_their_row() -> None:
    """The first row has the very dates of the second night, and is of the first."""
    assert found(night(1, march(9, 20)), night(2, march(10, 20)), row(1, 10, 11), row(2, 11, 12)) \
        == [{"MP1", "C1"}, {"MP2", "C2"}]


def test_evenings_dated_a_day_late_have_rows_that_share_no_day_with_them() -> None:
    """Each was over before the midnight with which its row begins."""
    assert found(night(1, march(9, 17), 3), night(2, march(10, 17), 3),
                 row(1, 10, 10), row(2, 11, 11)) == [{"MP1", "C1"}, {"MP2", "C2"}]


def test_a_long_and_a_short_night_dated_a_day_late_have_their_rows() -> None:
    """The row of the first has the second within its dates too."""
    assert found(night(1, march(7, 20)), night(2, march(8, 15), 4), night(3, march(9, 15), 4),
                 row(1, 8, 9), row(2, 9, 9), row(3, 10, 10)) \
        == [{"MP1", "C1"}, {"MP2", "C2"}, {"MP3", "C3"}]


def test_one_row_a_day_late_is_of_the_night_before() -> None:
    """It shares a date with it, or has the very day after the evening."""
    assert [[{"MP1", "C1"}], [{"MP1", "C1"}], [{"MP1"}, {"C1"}]] == [
        found(night(1, march(9, 20), length), row(1, 10, last))
        for length, last in ((6, 11), (3, 10), (3, 11))]


def test_one_row_that_shares_a_date_with_the_next_night_is_of_that() -> None:
    """Though it has the very day after the evening before."""
    assert found(night(1, march(9, 17), 3), night(2, march(10, 22), 6), row(1, 10, 10)) \
        == [{"MP1"}, {"MP2", "C1"}]


def test_the_first_night_s_own_row_shows_that_the_council_is_not_late() -> None:
    """Then the last row is an absence of which the police hold nothing."""
    assert found(night(1, march(9, 20)), night(2, march(10, 20)),
                 row(1, 9, 10), row(2, 10, 11), row(3, 11, 12)) \
        == [{"MP1", "C1"}, {"MP2", "C2"}, {"C3"}]


def test_a_row_over_by_another_date_is_not_a_day_late() -> None:
    """One day more or less at either end, and it is an absence of its own."""
    first, second = night(1, march(9, 17), 3), night(2, march(10, 17), 3)
    assert [[{"MP1"}, {"MP2", "C1"}, {"C2"}]] * 2 == [
        found(first, second, row(1, 10, 10), row(2, *last)) for last in ((11, 12), (12, 12))]


def test_rows_still_open_are_not_known_to_be_late() -> None:
    """The last row has no end yet, and neither has what it is of."""
    assert found(night(1, march(9, 17), 3), night(2, march(10, 17), 3),
                 row(1, 10, 10), row(2, 11, None)) == [{"MP1"}, {"MP2", "C1"}, {"C2"}]


def test_rows_with_a_day_between_them_are_each_of_the_evening_before() -> None:
    """As are those of which the second begins on the day after the first."""
    assert [[{"MP1", "C1"}, {"MP2", "C2"}]] * 2 == [
        found(night(1, march(9, 17), 3), night(2, march(day, 17), 3),
              row(1, 10, 10), row(2, day + 1, day + 1)) for day in (11, 10)]


def test_a_row_late_for_a_night_that_has_a_row_by_its_number_joins_no_second() -> None:
    """Two rows of one council are of one night by a log number alone."""
    numbered = dates("C9", march(9), march(9))
    reports = away("police", "MP1", march(9, 17), march(9, 20), log="NV-1")
    assert found(reports, night(2, march(10, 17), 3), numbered, row(1, 10, 10), row(2, 11, 11)) \
        == [{"MP1", "C9"}, {"MP2", "C1"}, {"C2"}]


def test_one_night_in_two_rows_is_one_absence() -> None:
    """The council ended it at midnight and began it again."""
    assert found(night(1, march(9, 20)), row(1, 9, 9), row(2, 10, 10)) == [{"MP1", "C1", "C2"}]


def test_two_rows_that_do_not_make_up_the_night_are_two_absences() -> None:
    """They share a date, leave one out, reach beyond it, or one of them is of another night."""
    one = night(1, march(9, 20), 30)
    other = away("police", "MP2", march(11, 9), march(11, 11))
    assert [2, 2, 2, 2, 1] == [
        len([each for each in accounts_of(case_of(*said)) if each.agency == "council"])
        for said in ((one, row(1, 9, 10), row(2, 10, 11)), (one, row(1, 9, 9), row(2, 11, 11)),
                     (one, row(1, 9, 10), row(2, 11, 12)),
                     (one, other, row(1, 9, 10), row(2, 11, 11)),
                     (one, row(1, 9, 10), row(2, 11, 11)))]


def kinds(*said: MissingEpisodeRecorded) -> list[set[str]]:
    """The records of each account of the council."""
    return [{each.record for each in account.rows} for account in accounts_of(case_of(*said))
            if account.agency == "council"]


def test_two_kinds_on_days_that_touch_are_two_absences_where_the_child_was_back_between() -> None:
    """The police have an absence of the dates of each, by these dates or those of the day after;
    of either alone they say nothing of a return between."""
    known, missing = row(1, 9, 9, Whereabouts.AWAY_KNOWN), row(2, 10, 11)
    first, second = night(1, march(9, 17), 3), night(2, march(10, 20))
    early, before = night(1, march(8, 17), 3), night(2, march(9, 20))
    own, late = [{"C1"}, {"C2"}], [{"C1", "C2"}]
    assert [own, own, late, late, late] == [
        kinds(known, missing, *police) for police in (
            (first, second), (early, before), (first,), (second,), ())]


def test_two_kinds_are_one_absence_where_another_has_the_child_away_over_both() -> None:
    """A report that was never closed does not say so."""
    known, missing = row(1, 9, 9, Whereabouts.AWAY_KNOWN), row(2, 10, 11)
    police = night(1, march(9, 17), 3), night(2, march(10, 20))
    over, left_open = (away("riverside", "A1", march(9, 16), end) for end in (march(11, 3), None))
    assert ([{"C1", "C2"}], [{"C1"}, {"C2"}]) == (
        kinds(known, missing, *police, over), kinds(known, missing, *police, left_open))


def test_two_kinds_of_which_one_is_still_open_are_two_absences() -> None:
    """Neither the council nor the police give the second an end; or the council alone does not."""
    known, missing = row(1, 9, 9, Whereabouts.AWAY_KNOWN), row(2, 10, None)
    first, second = night(1, march(9, 17), 3), night(2, march(10, 20))
    going_on = away("police", "MP2", march(10, 20), None)
    assert [[{"C1"}, {"C2"}]] * 2 == [kinds(known, missing, first, each)
                                      for each in (second, going_on)]


def apart(*said: MissingEpisodeRecorded) -> list[set[str]]:
    """For each occasion the records attached to it that are another absence's alone."""
    return [{each.record for each in occasion.told_apart}
            for occasion in occasions_of(case_of(*said))]


def test_a_report_of_a_night_with_dates_of_its_own_is_no_word_on_the_dates_beside_it() -> None:
    """It lies within the first row's dates, and has those of the second; one that begins before
    or goes on after that row's dates says more than the second row does."""
    first, second = row(1, 3, 4), row(2, 4, 4)
    own, longer = night(1, march(4, 10), 8), night(1, march(3, 22), 16)
    assert [[{"MP1"}, set()], [set(), set()]] == [
        apart(first, second, own), apart(row(1, 3, 5), second, longer)]


def test_a_report_still_open_may_be_of_the_dates_beside_it() -> None:
    """Nobody knows yet that it says no more than its own."""
    assert [set(), set()] == apart(row(1, 3, None), row(2, 4, None),
                                   away("police", "MP1", march(4, 10), None))


def test_dates_of_an_absence_with_times_are_no_word_on_another_hours_apart() -> None:
    """More than six hours after it, or before: the dates are its own. Nearer they may be of both,
    and so may dates that say more than it."""
    first, dated = night(1, march(9, 20)), row(1, 9, 10)
    after, soon = (night(2, march(10, 8, minute), 2) for minute in (1, 0))
    evening, whole = night(1, march(10, 14), 20), row(1, 10, 11)
    before, just = (away("police", "MP0", march(10, 5), march(10, 8, minute) - hours(1 / 60))
                    for minute in (0, 1))
    assert [[set(), {"C1"}], [set(), set()], [set(), {"C1"}], [set(), set()], [set(), set()]] == [
        apart(first, dated, after), apart(first, dated, soon), apart(before, evening, whole),
        apart(just, evening, whole), apart(first, row(1, 9, 11), after)]


def test_a_call_of_a_night_with_dates_of_its_own_is_none_of_the_dates_beside_it() -> None:
    """Reported within the police's absence, and within the days of both rows."""
    reported = call("I1/p1", march(4, 11), IncidentCategory.MISSING_PERSON)
    assert found(row(1, 3, 4), row(2, 4, 4), night(1, march(4, 10), 8), reported) \
        == [{"C1"}, {"C2", "MP1", "I1/p1"}]


def test_a_call_of_the_last_row_s_own_night_shows_that_the_council_is_not_late() -> None:
    """Nobody gives the times of what the police were called about."""
    rows = row(1, 10, 11), row(2, 11, 12)
    called = call("I1/p1", march(11, 21))
    assert [{"MP1"}, {"MP2", "C1"}, {"C2", "I1/p1"}] == \
        found(night(1, march(9, 20)), night(2, march(10, 20)), *rows, called)


def test_a_call_of_a_night_with_times_leaves_the_council_a_day_late() -> None:
    """Also one within the last row's dates, within six hours of the child's return, or one that
    bears the number of the night's report; and one that only names the child."""
    nights = night(1, march(9, 20)), night(2, march(10, 20))
    late = [{"MP1", "C1"}, {"MP2", "C2"}]
    assert [[late[0], late[1] | {"I1/p1"}], late] == [
        found(*nights, row(1, 10, 11), row(2, 11, 12), each) for each in (
            call("I1/p1", march(11, 8)),
            call("I1/p1", march(11, 21), role=IncidentRole.WITNESS))]


LATE, AS_DATED = [{"MP1", "C1"}, {"MP2", "C2"}], [{"MP1"}, {"MP2", "C1"}, {"C2"}]


def of_two_nights(reach: Reach, written: datetime = NOW) -> list[set[str]]:
    """Two nights of the police's, and the council's rows of the days after."""
    return found(night(1, march(9, 20)), night(2, march(10, 20)), row(1, 10, 11),
                 replace(row(2, 11, 12), recorded_at=written), reach=reach)


def test_rows_are_a_day_late_only_where_the_police_were_heard_of_the_last_row_s_dates() -> None:
    """Of absences and of calls, up to the end of these dates: what is not heard is no silence."""
    end, just = march(13, 0), march(12, 23, 59)
    assert [LATE, AS_DATED, AS_DATED, AS_DATED] == [of_two_nights(each) for each in (
        heard(end), heard(end, later={("police", "MissingEpisodeRecorded"): just}),
        heard(end, later={("police", "IncidentRecorded"): just}), Reach())]


def test_a_row_was_over_when_its_end_was_written() -> None:
    """Then the police need not have been heard for the rest of that day."""
    written = march(12, 9)
    assert [LATE, AS_DATED] == [of_two_nights(heard(each), written)
                                for each in (written, march(12, 8, 59))]


def test_rows_are_not_a_day_late_where_a_file_of_then_could_not_be_read() -> None:
    """It may hold what the police know of the last row's dates; one of before them does not."""
    table = ("police", System.FILES, "MissingEpisodeRecorded")
    assert [AS_DATED, LATE] == [
        of_two_nights(replace(heard(NOW), refused={
            table: Refused(at, at, ("MissingEpisodeRecorded",))}))
        for at in (march(11, 0), march(10, 23, 59))]


def test_whoever_gives_the_times_must_have_been_heard_too() -> None:
    """A home that has yet to send the last night has not said that there was none."""
    said = (away("riverside", "A1", march(9, 17), march(9, 20)),
            away("riverside", "A2", march(10, 17), march(10, 20)), row(1, 10, 10),
            replace(row(2, 11, 11), recorded_at=NOW))
    absences = ("riverside", "MissingEpisodeRecorded")
    assert [[{"A1", "C1"}, {"A2", "C2"}], [{"A1"}, {"A2", "C1"}, {"C2"}]] == [
        found(*said, reach=heard(NOW, later={absences: at}))
        for at in (march(12, 0), march(11, 23, 59))]


def test_the_first_and_the_last_row_of_a_run_are_told_from_those_between() -> None:
    """The first gives a night a row that has no other, the last has a night by nothing else."""
    occasions = occasions_of(case_of(
        *(night(each, march(8 + each, 20)) for each in (1, 2, 3)),
        *(row(each, 9 + each, 10 + each) for each in (1, 2, 3))))

    assert [(["C1"], []), ([], []), ([], ["C3"])] == [
        tuple([key.record for key in keys] for keys in each.late) for each in occasions]
