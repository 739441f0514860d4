"""Care and protection on a day, and the signs of exploitation that are live."""
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from broker.case.calendar import start_of
from broker.case.care import (
    care_periods_on,
    cp_plans_on,
    enquiries_open_on,
    exploitation_signs,
    in_need_on,
    looked_after_on,
    placed_by_another,
    placements_on,
)
from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.reach import Reach
from broker.event.agency import Agency
from broker.event.care import CarePeriodRecorded, PlacementRecorded, PlanRecorded
from broker.event.concern import (
    AssessmentRecorded,
    CategoryWord,
    ConcernRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Moment, Reference, Statement
from broker.event.risk import MarkerRecorded
from broker.vocabulary.references import ASSESSMENT
from broker.vocabulary.words import (
    AgencyKind,
    ConcernCategory,
    MarkerKind,
    PlanKind,
    Precision,
    ReferralDecision,
    ReferralKind,
    State,
    System,
)

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
PARTNERSHIP = Partnership({
    "police": Agency("police", AgencyKind.POLICE, "Valley Police"),
    "council": Agency("council", AgencyKind.SOCIAL_CARE, "Valley Council", authority_code="815"),
})
_numbers = count(1)


def day(month: int, number: int, year: int = 2026) -> Moment:
    """A date, as a DAY."""
    return Moment(at=start_of(date(year, month, number)), precision=Precision.DAY)


def made(made_of: type[Statement], agency: str = "council", /, **fields: Any) -> Any:
    """A statement with the envelope filled in."""
    number = next(_numbers)
    base = {"event_id": UUID(int=number), "system": System.SSD, "subject": "c1",
            "record": f"R{number}", "recorded_at": datetime(2026, 1, 1, tzinfo=UTC),
            "state": State.CURRENT}
    return made_of(**{**base, "agency": agency, **fields})


def case_of(*said: Statement) -> Case:
    """A case that holds these statements."""
    return build_case("child", [Received(each, NOW) for each in said], now=NOW,
                      partnership=PARTNERSHIP, reach=Reach(), link=Link())


@pytest.mark.parametrize(("on", "live"), [
    (date(2026, 1, 31), False), (date(2026, 2, 1), True), (date(2026, 2, 27), True),
    (date(2026, 2, 28), False),
])
def test_a_plan_is_live_from_its_first_day_to_before_its_last(on: date, live: bool) -> None:
    """On the day a plan ends it is over."""
    plan = made(PlanRecorded, kind=PlanKind.CP, start=day(2, 1), end=day(2, 28))
    assert cp_plans_on(case_of(plan), on) == ((plan,) if live else ())


def test_a_period_of_one_day_is_live_on_it() -> None:
    """It begins and ends on the day."""
    placement = made(PlacementRecorded, start=day(2, 1), end=day(2, 1))
    assert placements_on(case_of(placement), date(2026, 2, 1), "council") == (placement,)


def test_care_that_ceased_ends_a_legal_status_left_open() -> None:
    """Reason E3 is for good, whatever another table still says."""
    case = case_of(
        made(CarePeriodRecorded, start=day(1, 5), end=day(2, 10), end_reason="E3"),
        made(CarePeriodRecorded, start=day(1, 5)))
    assert [looked_after_on(case, date(2026, 2, each)) for each in (9, 10)] == [True, False]


def test_care_that_goes_on_under_a_new_episode_has_not_ceased() -> None:
    """Reason X1 begins a new episode on the same day."""
    following = made(CarePeriodRecorded, start=day(2, 10))
    case = case_of(made(CarePeriodRecorded, start=day(1, 5), end=day(2, 10), end_reason="X1"),
                   following)
    assert care_periods_on(case, date(2026, 2, 10)) == (following,)


@pytest.mark.parametrize(("authority", "another"), [("301", True), ("815", False)])
def test_who_placed_a_child_is_told_by_its_authority(authority: str, another: bool) -> None:
    """Only an authority that no council of the partnership is counts as another."""
    placement = made(PlacementRecorded, start=day(1, 5), placing_authority=authority)
    assert placed_by_another(case_of(placement), date(2026, 2, 1)) is another


def test_an_open_referral_makes_a_child_in_need_and_a_contact_does_not() -> None:
    """Nor does one that ended in no further action."""
    referral = made(ReferralRecorded, kind=ReferralKind.REFERRAL, received=day(1, 5))
    case = case_of(
        referral, made(ReferralRecorded, kind=ReferralKind.CONTACT, received=day(1, 5)),
        made(ReferralRecorded, kind=ReferralKind.REFERRAL, received=day(1, 5),
             decision=ReferralDecision.NO_FURTHER_ACTION))
    assert in_need_on(case, date(2026, 2, 1)) == (referral,)


def test_an_enquiry_is_open_until_it_ends() -> None:
    """The strategy discussion stands for a start that is not given."""
    enquiry = made(EnquiryRecorded, strategy_discussion=day(2, 1), ended=day(2, 10))
    assert [bool(enquiries_open_on(case_of(enquiry), date(2026, 2, each))) for each in (1, 10)] \
        == [True, False]


def marker(set_on: Moment, **more: Any) -> MarkerRecorded:
    """A police marker of sexual exploitation."""
    said: MarkerRecorded = made(
        MarkerRecorded, "police", kind=MarkerKind.CHILD_SEXUAL_EXPLOITATION, set=set_on, **more)
    return said


@pytest.mark.parametrize(("sign", "live"), [
    (marker(day(1, 5)), True),
    (marker(day(1, 5, 2025)), False),
    (marker(day(1, 5, 2025), reviewed=day(9, 5, 2025)), True),
    (marker(day(1, 5), cleared=day(2, 1)), False),
    (marker(day(3, 15)), False),
])
def test_a_marker_is_a_sign_while_it_stands_and_is_fresh(
    sign: MarkerRecorded, live: bool
) -> None:
    """Set or reviewed within twelve months, not cleared, and not yet to come."""
    found = exploitation_signs(case_of(sign), datetime(2026, 3, 1, tzinfo=UTC))
    assert [each.statement for each in found] == ([sign] if live else [])


def test_what_is_written_later_was_no_sign_then() -> None:
    """Nobody could have read it."""
    sign = marker(day(1, 5), recorded_at=datetime(2026, 3, 2, tzinfo=UTC), system=System.FILES)
    assert exploitation_signs(case_of(sign), datetime(2026, 3, 1, tzinfo=UTC)) == ()


def test_a_notice_and_a_factor_are_signs() -> None:
    """A row of factors alone has the time of the assessment it names."""
    exploited = (CategoryWord(category=ConcernCategory.CRIMINAL_EXPLOITATION, word="24A"),)
    notice = made(ConcernRecorded, "police", raised=day(1, 20), categories=exploited)
    factors = made(AssessmentRecorded, record="F1", factors=exploited,
                   references=(Reference(scheme=ASSESSMENT, value="A1"),))
    assessment = made(AssessmentRecorded, record="A1", authorised=day(1, 10))
    neglect = made(ConcernRecorded, "police", raised=day(1, 20), categories=(
        CategoryWord(category=ConcernCategory.NEGLECT),))
    found = exploitation_signs(case_of(notice, factors, assessment, neglect),
                               datetime(2026, 3, 1, tzinfo=UTC))
    assert [(each.statement, each.fresh_at) for each in found] \
        == [(factors, day(1, 10).at), (notice, day(1, 20).at)]
