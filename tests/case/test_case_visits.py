"""The last visit that a council has made to a child."""
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest

from broker.case.calendar import day_of
from broker.case.case import Received, build_case
from broker.case.reach import Reach
from broker.case.visits import last_visit
from broker.event.care import VisitRecorded
from broker.event.envelope import Moment
from tests.case.told import EVENING, case_of, made

DAY = timedelta(days=1)


def visit(record: str, after_days: int, agency: str = "council", *,
          seen: bool | None = True) -> VisitRecorded:
    """A visit so many days after the first evening."""
    made_one: VisitRecorded = made(VisitRecorded, agency, record, seen=seen,
                                   visited=Moment(at=EVENING + after_days * DAY))
    return made_one


def last(visits: Sequence[VisitRecorded], since_day: int = 0) -> str | None:
    """The record of the council's last visit from that day on, ten days after the evening."""
    case = build_case("child", [Received(each, EVENING) for each in visits],
                      now=EVENING + 10 * DAY, partnership=case_of().partnership, reach=Reach())
    found = last_visit(case, "council", day_of(EVENING + since_day * DAY))
    return None if found is None else found.record


@pytest.mark.parametrize(("visits", "expected"), [
    ([visit("V1", 1), visit("V2", 3), visit("V3", 2)], "V2"),
    ([visit("V1", 3), visit("V2", 3), visit("V3", 2)], "V2"),
    ([visit("V1", 3), visit("V2", 4, seen=False), visit("V3", 2, seen=None)], "V1"),
    ([visit("V1", 3), visit("V2", 4, seen=None)], "V2"),
    ([visit("V1", 10), visit("V2", 11)], "V1"),
    ([visit("V1", 3), visit("V2", 4, agency="county")], "V1"),
    ([], None),
])
def test_the_last_visit_is_the_same_whatever_was_written_first(
    visits: list[VisitRecorded], expected: str | None
) -> None:
    """Up to now, by this council, the child seen or not said not to be; of two at one moment the
    record that comes last."""
    found = {last(each) for each in permutations(visits)}

    assert {expected} == found


def test_a_visit_before_the_first_day_is_none() -> None:
    """One of that very day is one."""
    visits = [visit("V1", 2), visit("V2", 4)]

    assert ["V2", "V2", None] == [last(visits, since_day) for since_day in (1, 4, 5)]
