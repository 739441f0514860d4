"""The calendar: local days, working days and hours, ages, and the words for times."""
from datetime import UTC, date, datetime, timedelta

import pytest

from broker.case.calendar import (
    add_months,
    add_working_days,
    add_working_hours,
    after_working_days,
    age_on,
    day_of,
    end_of,
    is_working_day,
    latest,
    say,
    say_duration,
    say_time,
    start_of,
    working_days_between,
)
from broker.event.envelope import Moment
from broker.vocabulary.words import Precision


def test_a_summer_evening_falls_on_the_local_day() -> None:
    """23:30 UTC in June is half past midnight in London, so it belongs to the next day."""
    assert day_of(datetime(2025, 6, 1, 23, 30, tzinfo=UTC)) == date(2025, 6, 2)


def test_the_day_the_clocks_go_forward_is_23_hours_long() -> None:
    """30 March 2025 loses an hour."""
    day = date(2025, 3, 30)
    assert end_of(day) - start_of(day) == timedelta(hours=23)


def test_the_day_the_clocks_go_back_is_25_hours_long() -> None:
    """26 October 2025 gains an hour."""
    day = date(2025, 10, 26)
    assert end_of(day) - start_of(day) == timedelta(hours=25)


def test_a_day_lasts_until_the_next_midnight() -> None:
    """The latest a DAY can have been is its end."""
    day = Moment(at=start_of(date(2025, 7, 1)), precision=Precision.DAY)
    assert latest(day) == datetime(2025, 7, 1, 23, tzinfo=UTC)


def test_easter_monday_is_no_working_day() -> None:
    """English bank holidays are known."""
    assert [is_working_day(date(2025, 4, day)) for day in (17, 18, 19, 21, 22)] \
        == [True, False, False, False, True]


def test_day_zero_does_not_count() -> None:
    """One working day after Thursday 17 April 2025 is the Tuesday after Easter."""
    assert add_working_days(date(2025, 4, 17), 1) == date(2025, 4, 22)


def test_working_days_between_undo_adding_them() -> None:
    """Counting back what was added gives the same number."""
    first = date(2025, 12, 19)
    assert working_days_between(first, add_working_days(first, 15)) == 15


def test_an_instant_runs_out_at_the_same_time_of_day() -> None:
    """Friday 16:20 plus one working day is Monday 16:20."""
    friday = Moment(at=datetime(2025, 3, 14, 16, 20, tzinfo=UTC))
    assert after_working_days(friday, 1) == datetime(2025, 3, 17, 16, 20, tzinfo=UTC)


def test_the_time_of_day_is_kept_over_a_change_of_clocks() -> None:
    """Friday 16:20 GMT plus one working day is Monday 16:20 BST."""
    friday = Moment(at=datetime(2025, 3, 28, 16, 20, tzinfo=UTC))
    assert after_working_days(friday, 1) == datetime(2025, 3, 31, 15, 20, tzinfo=UTC)


def test_what_comes_on_a_saturday_has_all_of_monday() -> None:
    """A weekend arrival runs out at the end of the next working day."""
    saturday = Moment(at=datetime(2025, 3, 15, 10, tzinfo=UTC))
    assert after_working_days(saturday, 1) == end_of(date(2025, 3, 17))


def test_a_day_runs_out_at_the_end_of_the_last_working_day() -> None:
    """A date alone is not held against anyone before that day is over."""
    friday = Moment(at=start_of(date(2025, 3, 14)), precision=Precision.DAY)
    assert after_working_days(friday, 1) == end_of(date(2025, 3, 17))


def test_working_hours_stop_overnight_and_at_weekends() -> None:
    """Two hours from Friday 16:00 end on Monday at 10:00."""
    assert add_working_hours(datetime(2025, 3, 14, 16, tzinfo=UTC), 2) \
        == datetime(2025, 3, 17, 10, tzinfo=UTC)


@pytest.mark.parametrize(("day", "age"), [
    (date(2025, 2, 28), 16), (date(2025, 3, 1), 17), (date(2008, 2, 28), -1),
])
def test_an_age_is_whole_years(day: date, age: int) -> None:
    """A 29 February comes round on 1 March; the day before birth counts as -1."""
    assert age_on(date(2008, 2, 29), day) == age


def test_times_are_told_on_an_english_clock() -> None:
    """Summer time is written as the clock on the wall showed it."""
    assert say_time(datetime(2025, 6, 14, 21, 40, tzinfo=UTC)) == "22:40 on 14 June 2025"


def test_a_day_is_told_without_a_time() -> None:
    """Nothing finer is claimed than the agency knows."""
    assert say(Moment(at=start_of(date(2025, 6, 14)), precision=Precision.DAY)) == "14 June 2025"


@pytest.mark.parametrize(("length", "words"), [
    (timedelta(minutes=50), "50 minutes"), (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
    (timedelta(days=3, hours=4, minutes=9), "3 days 4 hours"),
    (timedelta(seconds=20), "less than a minute"),
])
def test_lengths_are_told_in_two_units(length: timedelta, words: str) -> None:
    """Long spans drop their minutes."""
    assert say_duration(length) == words


@pytest.mark.parametrize(("months", "day"), [
    (-12, date(2023, 2, 28)), (1, date(2024, 3, 29)), (10, date(2024, 12, 29)),
])
def test_months_keep_the_day_where_they_can(months: int, day: date) -> None:
    """A month without a 29th ends on its last day."""
    assert add_months(date(2024, 2, 29), months) == day
