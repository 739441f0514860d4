"""What is near one night of many: its neighbours, what lasts, and what bears its log number."""
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from broker.case.case import RecordKey
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.findings.nearby import Nearby
from broker.vocabulary.words import State
from tests.case.told import EVENING, away, call, case_of, hours, made

DAY = timedelta(days=1)


def night(number: int, log: str | None = None) -> MissingEpisodeRecorded:
    """A home's account of a night so many days after the first."""
    start = EVENING + number * DAY
    return away("riverside", f"A{number}", start, start + hours(3), log=log,
                recorded_at=start + hours(4))


def test_a_case_around_a_night_has_its_neighbours_and_what_lasts() -> None:
    """And nothing else that happened."""
    nights = [night(number) for number in range(10)]
    case = case_of(*nights, made(PersonRecorded, "riverside", "c1"))

    near = Nearby(case).case_around(RecordKey.of(nights[5]), 2)

    assert ["A3", "A4", "A5", "A6", "A7", "c1"] == sorted(key.record for key in near.histories)


def test_an_incident_far_off_that_bears_the_log_number_is_near() -> None:
    """It belongs to the night whatever its time."""
    nights = [night(0), night(9, log="NV123")]
    far = call("NV123/1", EVENING - 20 * DAY)
    case = case_of(*nights, call("NV999/1", EVENING - 30 * DAY), far)

    near = Nearby(case).case_around(RecordKey.of(nights[1]), 2)

    assert "NV123/1" in {key.record for key in near.histories}


def test_what_happened_before_a_grade_was_changed_is_near_the_incident() -> None:
    """A rule asks whether the child was back by then; that the record was written is all there
    is to say when."""
    graded = call("NV1/1", EVENING)
    changed = replace(graded, event_id=UUID(int=7), recorded_at=EVENING + 9 * DAY)
    case = case_of(graded, changed, night(7), night(30))

    near = Nearby(case).case_around(RecordKey.of(graded), 2)

    assert {"NV1/1", "A7"} == {key.record for key in near.histories}


def test_what_was_written_near_a_night_is_of_that_night() -> None:
    """Other nights were written at other times, which are not asked about."""
    nights = [night(number) for number in (0, 5, 9)]
    case = case_of(*nights)

    written = Nearby(case).written_near(RecordKey.of(nights[1]))

    assert [EVENING + 5 * DAY + hours(4)] == list(written)


def test_a_force_is_known_by_each_way_in_which_its_log_numbers_begin() -> None:
    """By the first incident of each that it wrote, and the first it still stands by."""
    alone = night(9, log="WY77")
    calls = {record: call(record, EVENING - days * DAY, recorded_at=EVENING - days * DAY)
             for record, days in (("WY1/1", 30), ("NV2/1", 25), ("NV1/1", 20), ("WY2/1", 10),
                                  ("WY3/1", 5))}
    gone = replace(calls["WY1/1"], event_id=UUID(int=9), state=State.WITHDRAWN,
                   recorded_at=EVENING)
    case = case_of(alone, gone, *calls.values())

    near = Nearby(case).case_around(RecordKey.of(alone), 2)

    assert {"A9", "WY1/1", "NV2/1", "WY2/1"} == {key.record for key in near.histories}
