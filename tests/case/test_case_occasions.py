"""Occasions: which accounts of absences and which incidents are one happening."""
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.case.absences import accounts_of, log_number, one_digit_off
from broker.case.case import RecordKey
from broker.case.closing import closed_at, may_be_closed
from broker.case.occasions import category_of, occasions_of
from broker.event.envelope import Moment, Statement, ToldBy
from broker.event.incident import IncidentRecorded
from broker.vocabulary.words import (
    CallerKind,
    IncidentCategory,
    IncidentRole,
    System,
    Whereabouts,
)
from tests.case.told import EVENING, attached, away, call, case_of, dates, found, hours


def test_a_home_and_the_police_meet_by_the_hours() -> None:
    """Overlapping spans of two agencies are one occasion, without a log number."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(8)),
                 away("police", "MP1", EVENING + hours(1), EVENING + hours(7))) == [{"A1", "MP1"}]


def test_a_shared_log_number_joins_what_does_not_overlap() -> None:
    """The number is the agencies' own word that it is one happening."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(1), log="NV-26/0412"),
                 away("police", "MP1", EVENING + hours(2), EVENING + hours(7), log="nv 260412")) \
        == [{"A1", "MP1"}]


def test_two_absences_of_one_home_stay_two() -> None:
    """Two accounts of one agency join only by log number."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(3)),
                 away("riverside", "A2", EVENING + hours(1), EVENING + hours(4))) \
        == [{"A1"}, {"A2"}]


def test_one_agency_joins_its_own_accounts_by_log_number() -> None:
    """Two rows under one number are one occasion."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(1), log="NV412"),
                 away("riverside", "A2", EVENING + hours(9), EVENING + hours(10), log="NV412")) \
        == [{"A1", "A2"}]


def test_a_second_report_of_one_night_attaches_to_the_first() -> None:
    """Of two police reports within one absence the longer attaches and joins none."""
    said = (away("riverside", "A1", EVENING, EVENING + hours(8)),
            away("police", "MP1", EVENING, EVENING + hours(1)),
            away("police", "MP2", EVENING + hours(2), EVENING + hours(8)))
    assert (found(*said), attached(*said)) == ([{"A1", "MP1"}], [{"MP2"}])


def test_a_report_left_open_does_not_pull_nights_together() -> None:
    """Two nights a week apart stay two; the open report is attached to the second."""
    said = (away("police", "MP1", EVENING),
            away("riverside", "A1", EVENING, EVENING + hours(8)),
            away("riverside", "A2", EVENING + hours(168), EVENING + hours(170)))
    assert (found(*said), attached(*said)) == ([{"A1", "MP1"}, {"A2"}], [set(), {"MP1"}])


def test_an_open_absence_does_not_hide_the_next_one() -> None:
    """Each night meets its own report although the first absence was never closed."""
    later = EVENING + hours(96)
    assert found(away("riverside", "A1", EVENING), away("riverside", "A2", later),
                 away("police", "MP1", EVENING, EVENING + hours(8)),
                 away("police", "MP2", later, later + hours(3))) == [{"A1", "MP1"}, {"A2", "MP2"}]


def test_dates_join_the_night_they_cover() -> None:
    """A council episode in dates belongs to the home's and the police's night."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(8)),
                 away("police", "MP1", EVENING, EVENING + hours(8)),
                 dates("C1", EVENING, EVENING + hours(24))) == [{"A1", "MP1", "C1"}]


def test_dates_never_bring_two_nights_together() -> None:
    """One long episode of the council belongs to the nearest night and is attached to others."""
    later = EVENING + hours(72)
    said = (away("riverside", "A1", EVENING, EVENING + hours(2)),
            away("police", "MP1", later, later + hours(2)),
            dates("C1", EVENING, later + hours(24)))
    assert (found(*said), attached(*said)) == ([{"A1", "C1"}, {"MP1"}], [set(), {"C1"}])


def test_rows_in_dates_that_touch_are_one_absence_that_changed_its_kind() -> None:
    """SSDA903 A and M rows on adjoining days are one account."""
    said = case_of(dates("C1", EVENING, EVENING + hours(24), kind=Whereabouts.AWAY_KNOWN),
                   dates("C2", EVENING + hours(48), EVENING + hours(72)))
    assert [{row.record for row in each.rows} for each in accounts_of(said)] == [{"C1", "C2"}]


def test_two_nights_of_one_kind_that_touch_stay_two() -> None:
    """M and M on adjoining days are two absences."""
    assert found(dates("C1", EVENING, EVENING + hours(24)),
                 dates("C2", EVENING + hours(24), EVENING + hours(48))) == [{"C1"}, {"C2"}]


def test_one_episode_in_two_systems_is_one_source() -> None:
    """The return repeats the case system; two nights stay two in both."""
    day = hours(24)
    assert found(dates("C1", EVENING, EVENING + day),
                 dates("C2", EVENING + day, EVENING + 2 * day),
                 dates("R1", EVENING, EVENING + day, system=System.SSDA903),
                 dates("R2", EVENING + day, EVENING + 2 * day, system=System.SSDA903)) \
        == [{"C1", "R1"}, {"C2", "R2"}]


def test_a_copy_is_no_second_occasion() -> None:
    """An account that names the record it was copied from belongs where that one is."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(2)),
                 away("council", "C1", EVENING + hours(40), EVENING + hours(41),
                      told_by=ToldBy(agency="riverside", record="A1"))) == [{"A1", "C1"}]


def test_a_call_near_the_absence_belongs_by_its_category() -> None:
    """A concern for safety six hours before still belongs; a minute earlier does not."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(2)),
                 call("I1/p1", EVENING - hours(6)),
                 call("I2/p1", EVENING - hours(6) - timedelta(minutes=1))) == [{"A1", "I1/p1"}]


def test_another_call_belongs_if_it_tells_of_the_absence() -> None:
    """OTHER belongs when the home rang about when it says it told the police, and no one else."""
    told = Moment(at=EVENING + hours(1))
    assert found(
        away("riverside", "A1", EVENING, EVENING + hours(9), told_police=told),
        call("I1/p1", EVENING + hours(3), IncidentCategory.OTHER, caller=CallerKind.CARE_HOME),
        call("I2/p1", EVENING + hours(3.1), IncidentCategory.OTHER, caller=CallerKind.CARE_HOME),
        call("I3/p1", EVENING + hours(1), IncidentCategory.OTHER, caller=CallerKind.PUBLIC),
    ) == [{"A1", "I1/p1"}]


def test_a_call_claimed_by_its_number_belongs_there_only() -> None:
    """The second absence, an hour later, has no record of its own."""
    assert found(
        away("riverside", "A1", EVENING, EVENING + hours(1), log="NV-412"),
        away("riverside", "A2", EVENING + hours(2), EVENING + hours(9)),
        call("NV-412/p1", EVENING + hours(0.5), IncidentCategory.MISSING_PERSON),
    ) == [{"A1", "NV-412/p1"}, {"A2"}]


def test_a_mistyped_number_belongs_on_the_night_alone() -> None:
    """One digit off makes a call of another category belong, if it was that night."""
    domestic = IncidentCategory.DOMESTIC_INCIDENT
    assert found(away("riverside", "A1", EVENING, EVENING + hours(2), log="NV-0412"),
                 call("NV-0472/p1", EVENING, domestic),
                 call("NV-0411/p1", EVENING + hours(30), domestic)) == [{"A1", "NV-0472/p1"}]


def test_a_witness_is_not_the_child_a_call_is_about() -> None:
    """A concern for somebody else in the house is no record of this absence."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(2)),
                 call("I1/p1", EVENING, role=IncidentRole.WITNESS)) == [{"A1"}]


def test_a_call_within_the_second_absence_is_not_about_the_first() -> None:
    """What was reported during one absence is not held against one that was over."""
    assert found(away("riverside", "A1", EVENING, EVENING + hours(1)),
                 away("riverside", "A2", EVENING + hours(3), EVENING + hours(9)),
                 call("I1/p1", EVENING + hours(4))) == [{"A1"}, {"A2", "I1/p1"}]


def test_a_missing_incident_alone_is_an_occasion() -> None:
    """What only the police hold is no less an absence; an ordinary call is none."""
    assert found(call("I1/p1", EVENING, IncidentCategory.MISSING_PERSON),
                 call("I2/p1", EVENING)) == [{"I1/p1"}]


def test_the_closing_category_counts_once_closed() -> None:
    """Before closing it is the opening one."""
    incident = call("I1/p1", EVENING, IncidentCategory.MISSING_PERSON)
    closed = call("I1/p1", EVENING, IncidentCategory.MISSING_PERSON,
                  category_closed=IncidentCategory.OTHER, closed=Moment(at=EVENING + hours(2)))
    assert [category_of(incident), category_of(closed)] \
        == [IncidentCategory.MISSING_PERSON, IncidentCategory.OTHER]


@pytest.mark.parametrize(("versions", "by"), [
    ([{"hour": 0.1}], None),
    ([{"hour": 0.1, "filled_in": True}], None),
    ([{"hour": 1, "filled_in": True}], None),
    ([{"hour": 1.1, "filled_in": True}], 1.1),
    ([{"hour": 0.1}, {"hour": 0.5, "filled_in": True}, {"hour": 9, "filled_in": True}], 0.5),
    ([{"hour": 0.1, "filled_in": True}, {"hour": 9, "filled_in": True}], None),
    ([{"hour": 0.1, "filled_in": True}, {"hour": 9, "filled_in": True, "closed": 8}], 8),
    ([{"hour": 0.1}, {"hour": 9, "closed": 8}], 8)])
def test_a_closing_category_closes_once_it_is_written_and_not_from_the_start(
        versions: list[dict[str, Any]], by: float | None) -> None:
    """With a time it is closed then; a category filled in at the opening is none."""
    said = [call("I1/p1", EVENING, IncidentCategory.MISSING_PERSON,
                 recorded_at=EVENING + hours(each["hour"]),
                 closed=Moment(at=EVENING + hours(each["closed"])) if "closed" in each else None,
                 category_closed=IncidentCategory.MISSING_PERSON if "filled_in" in each else None)
            for each in versions]
    case = case_of(*said)
    (incident,) = case.current(IncidentRecorded)

    assert (None if by is None else EVENING + hours(by)) == closed_at(case, incident)
    assert may_be_closed(case, incident) == ("filled_in" in versions[-1] and by is None)


def test_what_cannot_be_a_log_number_is_none() -> None:
    """"n/a", zeros and "TBC" join nothing."""
    assert [log_number(each) for each in ("n/a", "0000", "TBC", "NV-12 34")] \
        == [None, None, None, "NV1234"]


def test_one_digit_off() -> None:
    """Mistyped, left out or added; two digits or a letter are not."""
    others = ("NV1235", "NV124", "NV12834", "NV1243", "NX1234", "NV1234", "NV12")
    assert [one_digit_off("NV1234", each) for each in others] \
        == [True, True, True, False, False, False, False]


AGENCIES = st.sampled_from(["riverside", "hillside", "police", "council"])
ABSENCES = st.builds(
    lambda agency, start, length, log, number: away(
        agency, f"R{number}", EVENING + hours(start),
        None if length is None else EVENING + hours(start + length), log=log),
    AGENCIES, st.integers(0, 60), st.one_of(st.none(), st.integers(1, 30)),
    st.sampled_from([None, None, None, "NV10", "NV11", "NV20"]), st.integers(1, 9999))
EPISODES = st.builds(
    lambda start, length, system, kind, number: dates(
        f"D{number}", EVENING + hours(24 * start),
        None if length is None else EVENING + hours(24 * (start + length)), system=system,
        kind=kind),
    st.integers(0, 3), st.one_of(st.none(), st.integers(0, 2)),
    st.sampled_from([System.SSD, System.SSDA903]),
    st.sampled_from([Whereabouts.MISSING, Whereabouts.AWAY_KNOWN]), st.integers(1, 9999))
CALLS = st.builds(
    lambda start, category, number: call(f"NV{number}/p1", EVENING + hours(start), category),
    st.integers(-8, 70), st.sampled_from([IncidentCategory.CONCERN_FOR_SAFETY,
                                          IncidentCategory.MISSING_PERSON]), st.integers(9, 21))
SAID = st.lists(st.one_of(ABSENCES, EPISODES, CALLS), max_size=9,
                unique_by=lambda said: (said.agency, said.record))


@pytest.mark.slow
@given(SAID, st.randoms())
def test_occasions_do_not_depend_on_the_order_of_arrival(
    said: list[Statement], random: Any
) -> None:
    """The same statements give the same occasions in any order."""
    shuffled = list(said)
    random.shuffle(shuffled)
    assert occasions_of(case_of(*said)) == occasions_of(case_of(*shuffled))


@pytest.mark.slow
@given(SAID)
def test_no_account_is_lost(said: list[Statement]) -> None:
    """No account counts twice, and one that belongs nowhere is attached somewhere."""
    case = case_of(*said)
    found = occasions_of(case)
    belonging = [account.key for each in found for account in each.accounts]
    beside = {account.key for each in found for account in each.everyone}
    everything = {account.key for account in accounts_of(case)}
    assert (len(set(belonging)), {*belonging} | beside) == (len(belonging), everything)


@pytest.mark.slow
@given(SAID)
def test_no_agency_has_two_accounts_in_an_occasion_unless_by_log_number(
    said: list[Statement]
) -> None:
    """Overlap alone never puts two absences of one agency together."""
    for occasion in occasions_of(case_of(*said)):
        for account in occasion.accounts:
            others = [each for each in occasion.accounts
                      if each.agency == account.agency and each is not account]
            assert not others or (account.logs and any(each.logs for each in others))


@pytest.mark.slow
@given(SAID)
def test_the_anchor_is_the_least_record(said: list[Statement]) -> None:
    """Whatever else belongs, the least record of the accounts names the occasion."""
    for occasion in occasions_of(case_of(*said)):
        rows = [row for account in occasion.accounts for row in account.rows]
        least = min(RecordKey.of(each) for each in rows or occasion.incidents)
        assert least == RecordKey.of(occasion.anchor)


def test_what_the_case_system_closed_is_closed_whatever_an_old_return_says() -> None:
    """A return that is a year old leaves open what has ended since."""
    said = case_of(dates("C1", EVENING, EVENING + hours(24)),
                   dates("R1", EVENING, None, system=System.SSDA903))
    assert [each.end for each in accounts_of(said)] == [datetime(2026, 3, 4, tzinfo=UTC)]


def test_a_child_who_left_again_was_not_safe_from_the_first_return() -> None:
    """The return counts that no later account contradicts."""
    (night,) = occasions_of(case_of(
        away("riverside", "A1", EVENING, EVENING + hours(9)),
        away("police", "MP1", EVENING, EVENING + hours(1)),
        away("police", "MP2", EVENING + hours(2), EVENING + hours(8))))
    assert night.safe_at == EVENING + hours(8)


def test_occasions_are_worked_out_once_for_a_case() -> None:
    """The second rule that asks gets the first one's answer."""
    case = case_of(away("riverside", "A1", EVENING))
    assert occasions_of(case) is occasions_of(case)


def test_an_account_in_several_rows_is_known_by_the_least_of_them() -> None:
    """Whichever of them began first: it is the record that is least among all that there are."""
    (account,) = accounts_of(case_of(
        dates("E9", EVENING, EVENING + hours(24), kind=Whereabouts.AWAY_KNOWN),
        dates("E1", EVENING + hours(24), EVENING + hours(48))))
    assert (["E9", "E1"], "E1") == ([row.record for row in account.rows], account.key.record)


def test_an_occasion_is_made_of_every_row_and_call_of_it() -> None:
    """Of those rows too that are one account with others."""
    (night,) = occasions_of(case_of(
        dates("E9", EVENING, EVENING + hours(24), kind=Whereabouts.AWAY_KNOWN),
        dates("E1", EVENING + hours(24), EVENING + hours(48)),
        away("riverside", "A1", EVENING, EVENING + hours(9)), call("NV1/p1", EVENING)))
    assert {"E1", "E9", "A1", "NV1/p1"} == {key.record for key in night.records}
