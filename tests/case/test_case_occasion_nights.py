"""Nights as agencies really write them: late, in dates, at midnight, split, copied, mistyped."""
from datetime import UTC, datetime

from broker.case.occasions import occasions_of
from broker.event.envelope import Moment, ToldBy
from broker.vocabulary.words import IncidentCategory, System, Whereabouts
from tests.case.told import EVENING, attached, away, call, case_of, dates, found, hours

DAY = hours(24)


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_three_agencies_three_kinds_of_record_and_the_yearly_return_are_one_occasion() -> None:
    """Home, police report, police incident, council table and return tell of one night."""
    assert found(
        away("riverside", "A1", EVENING, EVENING + hours(8)),
        away("police", "MP1", EVENING + hours(1), EVENING + hours(7)),
        call("I1/p1", EVENING + hours(1), IncidentCategory.MISSING_PERSON),
        dates("C1", EVENING, EVENING + hours(8)),
        dates("R1", EVENING, EVENING + hours(8), system=System.SSDA903),
    ) == [{"A1", "MP1", "I1/p1", "C1", "R1"}]


def test_three_agencies_meet_in_pairs() -> None:
    """The third belongs though it overlaps one of the others alone, if nothing parts them."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(3)),
                 away("police", "MP1", EVENING + hours(2), EVENING + hours(6)),
                 away("hillside", "H1", EVENING + hours(5), EVENING + hours(8))) \
        == [{"A1", "MP1", "H1"}]


def test_a_report_written_the_next_morning_belongs_by_when_the_child_was_last_seen() -> None:
    """The police were told after the child was back; their report begins the evening before."""
    late = away("police", "MP1", EVENING, EVENING + hours(8),
                told_police=Moment(at=EVENING + hours(11)))
    assert found(away("riverside", "A1", EVENING, EVENING + hours(8)), late) == [{"A1", "MP1"}]


def test_a_late_report_without_a_last_sighting_is_another_unless_it_names_the_log_number() -> None:
    """Nothing but the number says that what was reported after the return was this absence."""
    home = away("riverside", "A1", EVENING, EVENING + hours(8), log="NV-412")
    late = away("police", "MP1", EVENING + hours(11), EVENING + hours(12))
    named = away("police", "MP1", EVENING + hours(11), EVENING + hours(12), log="NV-412")
    assert (found(home, late), found(home, named)) == ([{"A1"}, {"MP1"}], [{"A1", "MP1"}])


def test_a_call_reported_late_belongs_up_to_six_hours_after_the_return() -> None:
    """A minute more is no longer of this absence."""
    back = EVENING + hours(8)
    assert found(away("riverside", "A1", EVENING, back), call("I1/p1", back + hours(6)),
                 call("I2/p1", back + hours(6) + (utc(3, 1, 0, 1) - utc(3, 1, 0)))) \
        == [{"A1", "I1/p1"}]


def test_consecutive_nights_each_keep_their_own() -> None:
    """Two nights running, by four records each, stay two."""
    second = EVENING + DAY
    assert found(
        away("riverside", "A1", EVENING, EVENING + hours(8)),
        away("police", "MP1", EVENING + hours(1), EVENING + hours(7)),
        dates("C1", EVENING, EVENING + DAY),
        dates("R1", EVENING, EVENING + DAY, system=System.SSDA903),
        away("riverside", "A2", second, second + hours(8)),
        away("police", "MP2", second + hours(1), second + hours(7)),
        dates("C2", second, second + DAY),
        dates("R2", second, second + DAY, system=System.SSDA903),
    ) == [{"A1", "MP1", "C1", "R1"}, {"A2", "MP2", "C2", "R2"}]


def test_a_call_between_two_nights_near_to_one_belongs_there() -> None:
    """Five hours after the first return and eleven before the second night."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(8)),
                 away("riverside", "A2", EVENING + DAY, EVENING + DAY + hours(8)),
                 call("I1/p1", EVENING + hours(13))) == [{"A1", "I1/p1"}, {"A2"}]


def test_an_absence_over_midnight_meets_dates_of_either_day() -> None:
    """The home's half hour over midnight, and the council's date of the day after."""
    home = away("riverside", "A1", utc(3, 2, 23, 50), utc(3, 3, 0, 20))
    before, after = (dates("C1", utc(3, day, 12), utc(3, day, 12)) for day in (2, 3))
    assert (found(home, before), found(home, after)) == ([{"A1", "C1"}], [{"A1", "C1"}])


def test_an_absence_that_ended_before_midnight_does_not_meet_the_day_after() -> None:
    """A day begins at its own midnight, and one that ends there shares no moment with it."""
    home = away("riverside", "A1", utc(3, 2, 22), utc(3, 3, 0))
    assert found(home, dates("C1", utc(3, 3, 12), utc(3, 4, 12))) == [{"A1"}, {"C1"}]


def test_the_day_the_clocks_go_forward_ends_an_hour_sooner() -> None:
    """29 March 2026 ends at 23:00 in universal time."""
    council = dates("C1", utc(3, 29, 12), utc(3, 29, 12))
    last = away("riverside", "A1", utc(3, 29, 22, 30), utc(3, 29, 22, 50))
    next_day = away("riverside", "A1", utc(3, 29, 23, 0), utc(3, 29, 23, 30))
    assert (found(last, council), found(next_day, council)) \
        == ([{"A1", "C1"}], [{"C1"}, {"A1"}])


def test_the_day_the_clocks_go_back_has_twenty_five_hours() -> None:
    """25 October 2026 runs from 23:00 to midnight the day after, in universal time."""
    council = dates("C1", utc(10, 25, 12), utc(10, 25, 12))
    first = away("riverside", "A1", utc(10, 24, 23, 10), utc(10, 24, 23, 40))
    last = away("riverside", "A1", utc(10, 25, 23, 20), utc(10, 25, 23, 50))
    assert (found(first, council), found(last, council)) == ([{"A1", "C1"}], [{"A1", "C1"}])


def test_a_clock_change_within_the_night_moves_no_window() -> None:
    """Six hours after the return are six hours, though the clock shows seven."""
    home = away("riverside", "A1", utc(3, 28, 21), utc(3, 29, 0, 30))
    assert found(home, call("I1/p1", utc(3, 29, 6, 30)), call("I2/p1", utc(3, 29, 6, 31))) \
        == [{"A1", "I1/p1"}]


def test_of_two_reports_the_one_with_a_mistyped_number_is_this_night_s() -> None:
    """A number one digit off counts before the nearer time, where the nights overlap."""
    home = away("riverside", "A1", EVENING, EVENING + hours(30), log="NV-0412")
    other = away("hillside", "H1", EVENING, EVENING + hours(3))
    mistyped = away("police", "MP1", EVENING + hours(2), EVENING + hours(9), log="NV-0472")
    assert found(home, mistyped, other) == [{"A1", "MP1", "H1"}]


def test_a_mistyped_number_joins_nothing_that_does_not_overlap() -> None:
    """One digit off a week later is the number of another absence."""
    later = EVENING + 7 * DAY
    assert found(away("riverside", "A1", EVENING, EVENING + hours(8), log="NV-0412"),
                 away("police", "MP1", later, later + hours(8), log="NV-0472")) \
        == [{"A1"}, {"MP1"}]


def test_a_mistyped_number_beats_the_nearer_time() -> None:
    """The home's record left open meets the night whose number it nearly names."""
    later = EVENING + 2 * DAY
    assert found(away("riverside", "A1", EVENING, None, log="NV-0412"),
                 away("police", "MP1", EVENING, EVENING + hours(3), log="NV-9999"),
                 away("police", "MP2", later, later + hours(3), log="NV-0472")) \
        == [{"MP1"}, {"A1", "MP2"}]


def test_an_absence_the_home_splits_at_the_change_of_shift_is_one() -> None:
    """Two rows of the home within the police's one: the shorter belongs, the other attaches."""
    midnight = utc(3, 3, 0)
    said = (away("riverside", "A1", EVENING, midnight),
            away("riverside", "A2", midnight, midnight + hours(6)),
            away("police", "MP1", EVENING + hours(1), midnight + hours(6)))
    assert (found(*said), attached(*said)) == ([{"A1", "MP1"}], [{"A2"}])


def test_an_absence_split_in_three_is_one() -> None:
    """However often the police opened a report within the home's one absence."""
    said = (away("riverside", "A1", EVENING, EVENING + hours(10)),
            away("police", "MP1", EVENING, EVENING + hours(1)),
            away("police", "MP2", EVENING + hours(2), EVENING + hours(5)),
            away("police", "MP3", EVENING + hours(5), EVENING + hours(10)))
    assert (found(*said), attached(*said)) == ([{"A1", "MP1"}], [{"MP2", "MP3"}])


def test_what_trails_joins_no_other_night() -> None:
    """The longer report reaches into the next night and does not carry that one along."""
    second = EVENING + DAY
    said = (away("riverside", "A1", EVENING, EVENING + hours(8)),
            away("police", "MP1", EVENING, EVENING + hours(2)),
            away("police", "MP2", EVENING + hours(3), second + hours(2)),
            away("riverside", "A2", second, second + hours(8)))
    assert found(*said) == [{"A1", "MP1"}, {"A2"}]


def test_a_call_copied_from_the_home_s_record_belongs_there_whenever_it_was_written() -> None:
    """A copy is one source and no second occasion, two days later too."""
    late = call("I1/p1", EVENING + 2 * DAY, IncidentCategory.MISSING_PERSON,
                told_by=ToldBy(agency="riverside", record="A1"))
    assert found(away("riverside", "A1", EVENING, EVENING + hours(2)), late) == [{"A1", "I1/p1"}]


def test_an_account_copied_from_a_call_claims_the_call() -> None:
    """The home's record names the police incident that it was written from."""
    home = away("riverside", "A1", EVENING + 2 * DAY, EVENING + 2 * DAY + hours(2),
                told_by=ToldBy(agency="police", record="I1/p1"))
    assert found(call("I1/p1", EVENING, IncidentCategory.MISSING_PERSON), home) \
        == [{"A1", "I1/p1"}]


def test_two_copies_of_a_record_that_never_came_are_one_occasion() -> None:
    """Neither is a source of its own."""
    source = ToldBy(agency="hillside", record="H1")
    assert found(away("riverside", "A1", EVENING, EVENING + hours(2), told_by=source),
                 away("police", "MP1", EVENING + DAY, EVENING + DAY + hours(2),
                      told_by=source)) == [{"A1", "MP1"}]


def test_a_missing_report_and_a_call_of_one_number_in_two_tables_are_not_copies() -> None:
    """A force may number its reports and its incidents alike: the record is not the log."""
    assert found(away("police", "1001", EVENING, EVENING + hours(2)),
                 call("1001/p1", EVENING + 2 * DAY, IncidentCategory.MISSING_PERSON)) \
        == [{"1001"}, {"1001/p1"}]


def test_dates_alone_draw_a_call_only_where_nobody_has_times() -> None:
    """Beside the home's two hours a call at noon is another thing; beside a date it is not."""
    council = dates("C1", EVENING, EVENING)
    noon = call("I1/p1", EVENING - hours(10))
    home = away("riverside", "A1", EVENING, EVENING + hours(1))
    assert (found(council, noon), found(council, noon, home)) \
        == ([{"C1", "I1/p1"}], [{"C1", "A1"}])


def test_a_long_absence_attaches_to_each_night_within_it_and_is_of_one_alone() -> None:
    """A report left open for a week is no silence about any night of that week."""
    nights = [EVENING + each * DAY for each in range(3)]
    said = (away("police", "MP1", EVENING, EVENING + 7 * DAY),
            *(away("riverside", f"A{number}", each, each + hours(8))
              for number, each in enumerate(nights)))
    assert (found(*said), attached(*said)) \
        == ([{"A0", "MP1"}, {"A1"}, {"A2"}], [set(), {"MP1"}, {"MP1"}])


def test_a_thousand_nights_are_as_many_occasions() -> None:
    """A child with years of records loses none and gains none."""
    nights = [EVENING - each * 2 * DAY for each in range(1000)]
    said = [record for number, each in enumerate(nights) for record in (
        away("riverside", f"A{number}", each, each + hours(8)),
        away("police", f"MP{number}", each + hours(1), each + hours(8)),
        dates(f"C{number}", each, each + hours(8)))]
    assert [3] * 1000 == [len(each.accounts) for each in occasions_of(case_of(*said))]


def test_whereabouts_that_changed_are_one_absence_with_the_night_they_tell_of() -> None:
    """The council's A of one day and M of the next are one account of the home's two days."""
    assert found(
        away("riverside", "A1", EVENING, EVENING + hours(40)),
        dates("C1", EVENING, EVENING + hours(2), kind=Whereabouts.AWAY_KNOWN),
        dates("C2", EVENING + DAY, EVENING + 2 * DAY)) == [{"A1", "C1", "C2"}]


def test_dates_of_the_night_before_are_none_of_a_night_that_begins_on_their_last_day() -> None:
    """From the 2nd to the 3rd is the first night; the second lasts into the 4th."""
    second = EVENING + DAY
    said = (away("riverside", "A1", EVENING, EVENING + hours(8)),
            dates("C1", EVENING, second),
            away("riverside", "A2", second, second + hours(8)))
    assert ([{"A1", "C1"}, {"A2"}], [set(), set()]) == (found(*said), attached(*said))


def test_dates_of_the_night_after_are_none_of_the_one_that_ends_on_their_first_day() -> None:
    """Closed or left open, they say nothing of the 2nd."""
    second = EVENING + DAY
    first, after = (away("riverside", f"A{number}", each, each + hours(8))
                    for number, each in enumerate((EVENING, second)))
    closed, left_open = dates("C1", second, second + DAY), dates("C1", second, None)
    assert [[set(), set()]] * 2 == [attached(first, each, after) for each in (closed, left_open)]


def test_a_report_of_the_night_before_is_none_of_the_dates_beside_it() -> None:
    """The council has both nights, the police the one or the other."""
    second = EVENING + DAY
    dated = dates("C1", EVENING, second), dates("C2", second, second + DAY)
    first, last = (away("police", "MP1", each, each + hours(8)) for each in (EVENING, second))
    assert [[{"C1", "MP1"}, {"C2"}], [{"C1"}, {"C2", "MP1"}]] == [
        found(*dated, each) for each in (first, last)]
    assert [[set(), set()]] * 2 == [attached(*dated, each) for each in (first, last)]


def test_dates_over_several_nights_are_attached_to_each_that_they_last_over() -> None:
    """From the 2nd to the 4th: the first two nights, and not the one that goes on into the 5th."""
    nights = [EVENING + each * DAY for each in range(3)]
    said = (dates("C1", EVENING, nights[2]),
            *(away("riverside", f"A{number}", each, each + hours(8))
              for number, each in enumerate(nights)))
    assert ([{"C1", "A0"}, {"A1"}, {"A2"}], [set(), {"C1"}, set()]) \
        == (found(*said), attached(*said))


def test_dates_within_a_longer_absence_are_attached_to_it() -> None:
    """The council splits in two what the home has as one: the second part tells of it too."""
    said = (away("riverside", "A1", EVENING, EVENING + 4 * DAY),
            dates("C1", EVENING, EVENING + DAY),
            dates("C2", EVENING + 2 * DAY, EVENING + 2 * DAY))
    assert ([{"A1", "C1"}, {"C2"}], [{"C2"}, {"A1"}]) == (found(*said), attached(*said))


def test_dates_that_leave_out_no_day_of_two_absences_belong_to_the_first() -> None:
    """Gone in the morning and again in the evening of one day: what has come is of the first."""
    said = (away("riverside", "A1", EVENING - hours(12), EVENING - hours(10)),
            dates("C1", EVENING, EVENING),
            away("riverside", "A2", EVENING, EVENING + hours(2)))
    assert ([{"A1", "C1"}, {"A2"}], [set(), {"C1"}]) == (found(*said), attached(*said))


def test_nights_dated_by_the_day_after_each_keep_their_own_date() -> None:
    """The council was told in the morning: the date is of the night that ended on it."""
    nights = [EVENING + each * DAY for each in range(3)]
    said = [record for number, each in enumerate(nights) for record in (
        away("police", f"MP{number}", each, each + hours(8)),
        dates(f"C{number}", each + DAY, each + DAY))]
    assert [{"MP0", "C0"}, {"MP1", "C1"}, {"MP2", "C2"}] == found(*said)


def test_nights_that_share_a_date_when_the_clocks_go_forward_stay_two() -> None:
    """29 March 2026 begins at midnight and ends at 23:00 in universal time; a night that was over
    then lies within the council's days, and one of a minute more does not."""
    council = dates("C1", utc(3, 28, 12), utc(3, 29, 12))
    first = away("riverside", "A1", utc(3, 28, 20), utc(3, 29, 2))
    within, beyond = (away("riverside", "A2", utc(3, 29, 19), utc(3, 29, 23, minute))
                      for minute in (0, 1))
    assert [[set(), {"C1"}], [set(), set()]] == [
        attached(first, council, each) for each in (within, beyond)]


def test_a_call_of_the_first_night_is_none_of_the_dates_of_the_second() -> None:
    """It was closed on the day that both share; a call on that evening is of the second alone."""
    second = EVENING + DAY
    dated = dates("C1", EVENING, second), dates("C2", second, second + DAY)
    first, last = (call("I1/p1", each, closed=Moment(at=each + hours(5)))
                   for each in (EVENING, second))
    assert [[{"C1", "I1/p1"}, {"C2"}], [{"C1"}, {"C2", "I1/p1"}]] == [
        found(*dated, each) for each in (first, last)]


def test_dates_meet_a_night_over_a_midnight_that_lies_within_both() -> None:
    """From the 9th to the 10th: not a night that begins or ends at a midnight of these days and
    reaches beyond them; but one that begins with the 9th."""
    council = dates("C1", utc(3, 9, 12), utc(3, 10, 12))
    own = away("riverside", "A1", utc(3, 9, 20), utc(3, 9, 23))
    begins, ends, within = (away("riverside", "A2", *each) for each in (
        (utc(3, 10, 0), utc(3, 11, 2)), (utc(3, 8, 22), utc(3, 10, 0)),
        (utc(3, 9, 0), utc(3, 9, 2))))
    assert [False, False, True] == [
        any("C1" in each for each in attached(council, own, night))
        for night in (begins, ends, within)]


def test_dates_that_end_when_the_child_was_back_fit_though_they_begin_a_day_late() -> None:
    """The 10th is of the absence until its midnight, sooner than of one that began before that."""
    assert found(away("police", "MP1", utc(3, 8, 20), utc(3, 10, 2)),
                 away("police", "MP2", utc(3, 9, 20), utc(3, 11, 0)),
                 dates("C1", utc(3, 10, 12), utc(3, 10, 12))) == [{"MP1"}, {"MP2", "C1"}]


def test_a_call_that_fits_no_dates_but_shares_one_is_no_silence_about_either() -> None:
    """Reported on the evening of the 10th, closed on the 11th; both rows end on the 10th."""
    late = call("I1/p1", utc(3, 10, 21), closed=Moment(at=utc(3, 11, 3)))
    assert found(dates("C1", utc(3, 9, 12), utc(3, 10, 12)),
                 dates("C2", utc(3, 10, 12), utc(3, 10, 12)), late) \
        == [{"C1", "I1/p1"}, {"C2", "I1/p1"}]


def test_the_end_of_the_night_before_is_not_that_of_a_report_left_open_since() -> None:
    """The report was opened on the last evening of the council's dates, of another absence."""
    occasions = occasions_of(case_of(
        away("riverside", "A1", utc(3, 9, 20), utc(3, 10, 2)),
        dates("C1", utc(3, 9, 12), utc(3, 10, 12)),
        away("riverside", "A2", utc(3, 10, 20), utc(3, 12, 2)),
        away("police", "MP2", utc(3, 10, 20)),
        away("riverside", "A3", utc(3, 13, 20), utc(3, 14, 2))))
    assert [[], [], [utc(3, 12, 2)]] == [[at for _, at in each.over] for each in occasions]
