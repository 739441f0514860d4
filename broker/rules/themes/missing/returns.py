"""What proves that a child came back, and what only ends a record."""
from datetime import date

from broker.case.absences import Row, began, ended
from broker.case.calendar import ONE_DAY, day_of
from broker.case.care import care_periods_now, care_periods_on, live_on
from broker.case.case import Case
from broker.event.care import CarePeriodRecorded, PlacementRecorded
from broker.vocabulary.words import AgencyKind, Precision


def proves_no_return(case: Case, row: Row) -> bool:
    """Whether a council's episode in dates ends on the day care or the placement ended.

    Such an end closes the record, whether or not anybody found the child.
    """
    end = ended(row)
    if end is None or end.precision is not Precision.DAY \
            or case.kind_of(row) is not AgencyKind.SOCIAL_CARE:
        return False
    first, last = day_of(began(row).at), day_of(end.at)
    return last in (placement_ended_on(case, row.agency, first),
                    care_ended_on(case, row.agency, first))


def placement_ended_on(case: Case, agency: str, day: date) -> date | None:
    """The day on which the placement of this day ended, by this agency; None while it lasts.

    A placement that goes on under another row (a new legal status, one home and postcode) has
    not ended.
    """
    placements = [each for each in case.current(PlacementRecorded) if each.agency == agency]
    live = [each for each in placements if live_on(each.start, each.end, day)]
    ends = [_last_day(each, placements) for each in live]
    known = [each for each in ends if each is not None]
    return max(known) if known and len(known) == len(ends) else None


def _last_day(placement: PlacementRecorded, others: list[PlacementRecorded]) -> date | None:
    at = placement
    while at.end is not None:
        last = day_of(at.end.at)
        after = next((each for each in others if each is not at and each.start is not None
                      and last <= day_of(each.start.at) <= last + ONE_DAY
                      and (each.end is None or day_of(each.end.at) > last)
                      and (each.home_urn, each.postcode) == (at.home_urn, at.postcode)), None)
        if after is None:
            return last
        at = after
    return None


def care_ended_on(case: Case, agency: str, day: date) -> date | None:
    """The day on which care as of this day ended, by this agency; None while it lasts."""
    periods = [each for each in care_periods_on(case, day) if each.agency == agency]
    if not periods:
        return None
    ends = [day_of(each.end.at) for each in case.current(CarePeriodRecorded)
            if each.agency == agency and each.end is not None and day_of(each.end.at) >= day]
    if not ends or any(each.agency == agency for each in care_periods_now(case)):
        return None
    return max(ends)
