"""How long a child has been in care, and in one place, whatever rows say so."""
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from broker.case.calendar import day_of, start_of
from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.reach import Reach
from broker.case.spells import care_spell_on, stay_on
from broker.event.care import CarePeriodRecorded, PlacementRecorded
from broker.event.envelope import Moment, Statement
from broker.vocabulary.words import LegalStatus, PlacementType, Precision, State, System

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
TODAY = date(2026, 3, 30)
UNHEARD = Reach()
_numbers = count(1)


def day(month: int, number: int, year: int = 2026) -> Moment:
    """A date, as a DAY."""
    return Moment(at=start_of(date(year, month, number)), precision=Precision.DAY)


def made(kind: type[Statement], record: str, /, **fields: Any) -> Any:
    """A council's statement with the envelope filled in."""
    base = {"event_id": UUID(int=next(_numbers)), "agency": "council", "system": System.SSD,
            "subject": "c1", "recorded_at": NOW, "state": State.CURRENT}
    return kind(**{**base, "record": record, **fields})


def period(record: str, start: Moment, end: Moment | None = None, **more: Any) -> Any:
    """A time in care."""
    return made(CarePeriodRecorded, record, start=start, end=end, **more)


def placed(record: str, start: Moment, end: Moment | None = None, **more: Any) -> Any:
    """A placement in foster care unless said otherwise."""
    return made(PlacementRecorded, record, **{
        "type": PlacementType.U6, "start": start, "end": end, **more})


def case_of(*said: Statement, reach: Reach = UNHEARD) -> Case:
    """The case of all this."""
    return build_case("child", [Received(each, NOW) for each in said], now=NOW,
                      partnership=Partnership({}), reach=reach, link=Link())


def in_care_since(*said: Statement, reach: Reach = UNHEARD) -> date | None:
    """Since when the child is in care, by these rows."""
    spell = care_spell_on(case_of(*said, reach=reach), "council", TODAY)
    return None if spell is None else day_of(spell.start.at)


def stays_since(*said: Statement) -> date | None:
    """Since when the child has not moved, by these rows."""
    stay = stay_on(case_of(*said), "council", TODAY)
    return None if stay is None else day_of(stay.start.at)


def test_rows_that_meet_are_one_time_in_care() -> None:
    """A new legal status begins a new row and no new time."""
    assert date(2025, 1, 6) == in_care_since(
        period("L1", day(1, 6, 2025), day(9, 1, 2025)), period("L2", day(9, 1, 2025)))


def test_a_day_between_two_rows_is_how_systems_write_it() -> None:
    """One row ends on the day before the next begins."""
    assert date(2025, 1, 6) == in_care_since(
        period("L1", day(1, 6, 2025), day(8, 31, 2025)), period("L2", day(9, 1, 2025)))


def test_two_days_between_two_rows_are_a_time_at_home() -> None:
    """Whoever was home for a day came into care again."""
    assert date(2025, 9, 1) == in_care_since(
        period("L1", day(1, 6, 2025), day(8, 30, 2025)), period("L2", day(9, 1, 2025)))


def test_a_row_within_another_changes_nothing() -> None:
    """Legal statuses run beside episodes."""
    assert date(2025, 1, 6) == in_care_since(
        period("L1", day(1, 6, 2025)), period("E1", day(3, 3, 2025), day(4, 1, 2025)),
        period("E2", day(4, 1, 2025)))


def test_a_start_into_care_begins_anew() -> None:
    """Reason S says so, though an older row was left to end on that day."""
    assert date(2026, 2, 2) == in_care_since(
        period("E1", day(1, 6, 2025), day(2, 2)), period("E2", day(2, 2), start_reason="S"))


def test_what_ceased_for_good_is_not_gone_on_from() -> None:
    """A return home ends the time, though the next begins a day later."""
    assert date(2026, 2, 3) == in_care_since(
        period("E1", day(1, 6, 2025), day(2, 2), end_reason="E4A"), period("E2", day(2, 3)))


def test_a_start_yet_to_come_is_none() -> None:
    """A row dated ahead begins nothing today."""
    assert date(2025, 1, 6) == in_care_since(
        period("E1", day(1, 6, 2025)), period("E2", day(4, 2), start_reason="S"))


def test_the_statuses_are_those_of_the_day() -> None:
    """The interim order has been followed by a full one."""
    spell = care_spell_on(case_of(
        period("L1", day(1, 6, 2025), day(2, 2), legal_status=LegalStatus.C1),
        period("L2", day(2, 2), legal_status=LegalStatus.C2)), "council", TODAY)

    assert spell is not None
    assert frozenset({LegalStatus.C2}) == spell.statuses
    assert "L1" == spell.anchor.record


def test_a_return_says_nothing_where_the_case_system_is_fed() -> None:
    """Last year's return left open what the case system does not hold."""
    reach = Reach({("council", System.SSD, "ssd_cla_episodes"):
                   (NOW, ("CarePeriodRecorded",))})
    row = period("C1/E", day(1, 6, 2025), system=System.SSDA903)

    assert None is in_care_since(row, reach=reach)
    assert date(2025, 1, 6) == in_care_since(row)


def test_another_councils_rows_are_its_own() -> None:
    """A child may be in care of one council and known to another."""
    assert None is in_care_since(period("L1", day(1, 6, 2025), agency="moorside"))


def test_one_home_in_two_rows_is_one_stay() -> None:
    """The same registration number, the same kind."""
    same: dict[str, Any] = {"type": PlacementType.K2, "home_urn": "SC012345"}
    assert date(2025, 1, 6) == stays_since(
        placed("P1", day(1, 6, 2025), day(2, 2), **same), placed("P2", day(2, 2), **same))


def test_another_home_is_a_move() -> None:
    """The numbers differ, whatever the postcode."""
    assert date(2026, 2, 2) == stays_since(
        placed("P1", day(1, 6, 2025), day(2, 2), home_urn="SC012345", postcode="YO1 1AA"),
        placed("P2", day(2, 2), home_urn="SC067890", postcode="YO1 1AA"))


def test_one_postcode_is_one_stay_where_no_number_tells() -> None:
    """Foster carers have no number."""
    assert date(2025, 1, 6) == stays_since(
        placed("P1", day(1, 6, 2025), day(2, 2), postcode="YO1 1AA"),
        placed("P2", day(2, 2), postcode="YO1 1AA"))


def test_with_nothing_to_tell_by_it_is_a_move() -> None:
    """A visit too many is better than one too few."""
    assert date(2026, 2, 2) == stays_since(
        placed("P1", day(1, 6, 2025), day(2, 2)), placed("P2", day(2, 2)))


def test_with_nothing_to_tell_by_it_may_be_no_move_either() -> None:
    """Asked for the longest time the child can have been there, nothing breaks it."""
    case = case_of(placed("P1", day(1, 6, 2025), day(2, 2)), placed("P2", day(2, 2)))
    stay = stay_on(case, "council", TODAY, unless_said_moved=True)

    assert stay is not None
    assert date(2025, 1, 6) == day_of(stay.start.at)


def test_what_says_that_the_child_moved_breaks_the_longest_stay_too() -> None:
    """A reason for the change, another kind of carer, or other numbers."""
    for earlier, later in (
        ({"end_reason": "CREQB"}, {}),
        ({"type": PlacementType.U3}, {"type": PlacementType.U6}),
        ({"home_urn": "SC012345"}, {"home_urn": "SC067890"}),
        ({"postcode": "YO1 1AA"}, {"postcode": "YO2 2BB"}),
    ):
        case = case_of(placed("P1", day(1, 6, 2025), day(2, 2), **earlier),
                       placed("P2", day(2, 2), **later))
        stay = stay_on(case, "council", TODAY, unless_said_moved=True)

        assert stay is not None
        assert date(2026, 2, 2) == day_of(stay.start.at), (earlier, later)


def test_one_fostering_agency_has_many_carers() -> None:
    """Its number is on every placement of its; the postcodes tell the carers apart."""
    agency: dict[str, Any] = {"home_urn": "SC055555"}
    assert date(2026, 2, 2) == stays_since(
        placed("P1", day(1, 6, 2025), day(2, 2), postcode="YO1 1AA", **agency),
        placed("P2", day(2, 2), postcode="YO2 2BB", **agency))


def test_the_same_carers_may_be_approved_for_longer() -> None:
    """Short-term to long-term fostering (U6 to U4) at one postcode moves nobody."""
    assert date(2025, 1, 6) == stays_since(
        placed("P1", day(1, 6, 2025), day(2, 2), postcode="YO1 1AA"),
        placed("P2", day(2, 2), postcode="YO1 1AA", type=PlacementType.U4))


def test_coming_back_after_living_elsewhere_is_a_move() -> None:
    """Two months in another placement lie between."""
    assert date(2026, 2, 2) == stays_since(
        placed("P1", day(1, 6, 2025), day(12, 1, 2025), postcode="YO1 1AA"),
        placed("P2", day(12, 1, 2025), day(2, 2), postcode="YO2 2BB"),
        placed("P3", day(2, 2), postcode="YO1 1AA"))


def test_a_holiday_is_no_move() -> None:
    """T codes are nights away, and coming back is no new placement."""
    assert date(2025, 1, 6) == stays_since(
        placed("P1", day(1, 6, 2025), day(2, 2), postcode="YO1 1AA"),
        placed("T", day(2, 2), day(2, 16), type=PlacementType.T2),
        placed("P2", day(2, 16), postcode="YO1 1AA"))


def test_on_holiday_the_placement_left_is_the_current_one() -> None:
    """The duty to visit is that of the placement the child will come back to."""
    assert date(2025, 1, 6) == stays_since(
        placed("P1", day(1, 6, 2025), day(3, 23)),
        placed("T", day(3, 23), type=PlacementType.T2))


def test_a_temporary_placement_alone_is_one() -> None:
    """A child who came into care in an emergency is placed somewhere."""
    assert date(2026, 3, 23) == stays_since(placed("T", day(3, 23), type=PlacementType.T4))


def test_without_a_placement_on_the_day_there_is_no_stay() -> None:
    """It ended, and nothing says where the child went."""
    assert None is stays_since(placed("P1", day(1, 6, 2025), day(3, 2)))
