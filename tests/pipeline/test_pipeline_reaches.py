"""How far a table was heard: as far as the lane that was heard least."""
from datetime import datetime

from broker.backends.memory import MemoryLog, MemoryStore
from broker.log import topics
from broker.pipeline.reaches import read_reach
from broker.pipeline.tables import REACHES
from broker.vocabulary.times import moment_of
from broker.vocabulary.words import Stream, System

MISSING = topics.shared(Stream.MISSING)


def reach_with(*until_ms: int) -> datetime | None:
    """The reach of the police's missing reports, the first lanes having been heard so far."""
    store = MemoryStore()
    with store.begin() as unit:
        unit.put(REACHES, [
            (f"police/files/missing/{lane}", "police", System.FILES.value, "missing",
             "MissingEpisodeRecorded", f"{MISSING}/{lane}", until, None)
            for lane, until in enumerate(until_ms)])
    with store.view() as view:
        return read_reach(view, MemoryLog()).of("police", "MissingEpisodeRecorded")


def test_a_table_reaches_as_far_as_its_last_lane() -> None:
    """A report still on its way in one lane is never taken for silence in another."""
    assert moment_of(1000) == reach_with(9000, 1000, 9000, 9000)


def test_a_lane_not_heard_yet_is_no_reach() -> None:
    """Three of four say nothing about the fourth."""
    assert None is reach_with(9000, 9000, 9000)
