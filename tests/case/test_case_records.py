"""The order of what was received, which is that of writing and not of arrival."""
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from uuid import UUID

from broker.case.records import histories_of, standing_of
from broker.event.envelope import Statement
from broker.vocabulary.words import State
from tests.case.told import EVENING, call

HOUR = timedelta(hours=1)


def standing(*said: Statement) -> list[tuple[str, int]]:
    """What stands of these: the record, and when it was written, in hours after the evening."""
    return [(each.record, (each.recorded_at - EVENING) // HOUR)
            for each in standing_of(histories_of(said)).get("IncidentRecorded", ())]


def test_records_and_their_versions_stand_in_order_of_writing() -> None:
    """Whatever came first; of two that were written at once, in order of their ids."""
    first, later = (call(name, EVENING, recorded_at=EVENING + number * HOUR)
                    for name, number in (("B/1", 1), ("A/1", 2)))
    anew = replace(first, event_id=UUID(int=9), recorded_at=EVENING + 3 * HOUR)
    at_once = replace(later, record="C/1", event_id=UUID(int=later.event_id.int + 1))

    found = [standing(*said) for said in permutations((first, later, anew, at_once))]

    assert [[("A/1", 2), ("C/1", 2), ("B/1", 3)]] * 24 == found


def test_what_its_last_version_withdraws_does_not_stand() -> None:
    """Whichever of its versions came last."""
    said = call("A/1", EVENING)
    gone = replace(said, event_id=UUID(int=9), recorded_at=EVENING + HOUR, state=State.WITHDRAWN)

    assert [] == standing(said, gone) == standing(gone, said)
    assert [("A/1", 0)] == standing(said)
