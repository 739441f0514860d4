"""Positions advance by compare-and-set: of two workers with one batch, one has its effect."""
import pytest

from broker.backends.memory import MemoryStore
from broker.errors import Conflict
from broker.log.records import Lane
from broker.pipeline.positions import advance, positions_of

LANE = Lane("safeguarding.inbox.police", 2)
OTHER = Lane("safeguarding.inbox.police", 3)


def test_a_lane_never_read_begins_at_its_first_record() -> None:
    """Nothing is skipped, and a lane's position is its own."""
    store = MemoryStore()
    with store.begin() as unit:
        advance(unit, "intake", LANE, 0, 7)

    with store.view() as view:
        assert {LANE: 7, OTHER: 0} == positions_of(view, "intake", [LANE, OTHER])
        assert {LANE: 0} == positions_of(view, "checker", [LANE])


@pytest.mark.parametrize(("old", "new"), [(0, 5), (3, 9), (8, 9)])
def test_a_worker_that_read_from_elsewhere_has_no_effect(old: int, new: int) -> None:
    """It finds the position moved, and its whole transaction is lost with it."""
    store = MemoryStore()
    with store.begin() as unit:
        advance(unit, "intake", LANE, 0, 7)

    with pytest.raises(Conflict), store.begin() as unit:
        advance(unit, "intake", LANE, old, new)
    with store.view() as view:
        assert {LANE: 7} == positions_of(view, "intake", [LANE])
