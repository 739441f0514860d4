"""A hard world of records linked live, in batches of any size, against all at once."""
from pathlib import Path

import pytest

from broker.event.own import JudgementMade
from broker.event.person import PersonRecorded
from broker.pipeline import linking
from tests.simulation.linking import Erased, differing, run, stream_of

EVENTS = 1_200


@pytest.mark.slow
def test_live_in_memory_and_in_sqlite_is_everything_at_once(tmp_path: Path) -> None:
    """Shuffled, repeated, corrected, judged and erased, every table has the same bytes."""
    found = run(1, EVENTS, tmp_path)
    assert 3 * [{table.name for table in linking.LINKING_TABLES}] == list(map(set, found))
    assert [] == differing(found)


def test_the_run_has_some_of_everything() -> None:
    """Nothing that may disturb the order is missing from the run."""
    events = stream_of(1, EVENTS).events
    assert {True, False} == {each.good for each in events if isinstance(each, Erased)}
    assert {"SAME", "DIFFERENT", "UNSURE", "UNDONE"} == {
        each.verdict.value for each in events if isinstance(each, JudgementMade)}
    assert {"CURRENT", "WITHDRAWN"} == {
        each.state.value for each in events if isinstance(each, PersonRecorded)}


def test_one_changed_row_would_be_seen() -> None:
    """Stores that differ in one table are told apart by its name."""
    assert ["people"] == differing([{"people": "a", "more": "b"}, {"people": "c", "more": "b"}])
