"""A council's row left open after care ended and the home has the child back: one finding."""
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.event.care import PlacementRecorded
from broker.event.envelope import Moment, Statement
from broker.event.finding import Finding
from broker.event.missing import MissingEpisodeRecorded
from broker.findings.finding import is_standing, was_done_late
from broker.rules.catalogue import RULES
from broker.vocabulary.words import PlacementType, Precision, Whereabouts
from tests.findings.test_findings_any_order import at
from tests.findings.test_findings_any_order import said as written
from tests.findings.test_findings_done_late import Store, seen, states

# Hours from 20:00 on 2 March 2026. The home has the child back after eleven, so the three days are
# over after 83; a placement that ended on 4 March is over after 52, one of 6 March after 100.
HOME_BACK = 11
ENDED_FIRST, ENDED_LAST = 4, 6


@pytest.fixture
def store() -> Store:
    """A child of whom nothing is known yet, and the one rule."""
    return _store()


def _store() -> Store:
    made = Store()
    made.rules = tuple(each for each in RULES if each.code == "M06")
    return made


def home(hour: int = 12, back: int = HOME_BACK) -> Statement:
    """The home's row, with its return, as it was written so many hours in."""
    return written(MissingEpisodeRecorded, "riverside", "A1", hour, noticed=at(1),
                   classification=Whereabouts.MISSING, returned=at(back))


def council(hour: int = 3, back: int | None = None) -> Statement:
    """The council's row as it was written so many hours in."""
    return written(MissingEpisodeRecorded, "council", "C1", hour, last_seen=at(1),
                   classification=Whereabouts.MISSING,
                   returned=None if back is None else at(back))


def placement(march: int, hour: int = 2) -> Statement:
    """The council's placement that ended on that day, as it was written so many hours in."""
    return written(PlacementRecorded, "council", "P1", hour, type=PlacementType.K2,
                   start=_day(1), end=_day(march))


def _day(march: int) -> Moment:
    return Moment(at=datetime(2026, 3, march, tzinfo=UTC), precision=Precision.DAY)


def test_a_placement_over_first_goes_on_standing_alone(store: Store) -> None:
    """Once the three days are over too there is no news."""
    before = store.look(60, home(), council(), placement(ENDED_FIRST))
    later = store.look(90)

    assert ([("OPEN", False)], [], 1) == (states(before), states(later), len(store.findings))


def test_three_days_over_first_go_on_standing_alone(store: Store) -> None:
    """Once the placement is over too there is no news."""
    before = store.look(90, home(), council(), placement(ENDED_LAST))
    later = store.look(110)

    assert ([("OPEN", False)], [], 1) == (states(before), states(later), len(store.findings))


def test_an_end_of_the_placement_learnt_late_raises_no_second(store: Store) -> None:
    """The return stood; that the placement had ended before is told of the same finding."""
    store.look(90, home(), council())
    store.look(110, placement(ENDED_FIRST, 105))

    assert [True] == [is_standing(each) for each in store.findings.values()]


def test_a_return_told_late_raises_no_second(store: Store) -> None:
    """The end of the placement stood."""
    store.look(60, council(), placement(ENDED_FIRST))
    store.look(110, home(105))

    assert [True] == [is_standing(each) for each in store.findings.values()]


@pytest.mark.parametrize("ended", [ENDED_FIRST, ENDED_LAST])
def test_the_council_ends_it_late_and_the_one_is_resolved(store: Store, ended: int) -> None:
    """Whichever had stood first."""
    store.look(110, home(), council(), placement(ended))
    done = store.look(150, council(141, 140))

    assert ([("RESOLVED", True)], 1) == (states(done), len(store.findings))


@settings(max_examples=40, deadline=None)
@given(ended=st.sampled_from([ENDED_FIRST, 5, ENDED_LAST]), learnt=st.integers(2, 300),
       told=st.integers(12, 300), closed=st.none() | st.integers(12, 300),
       looks=st.sets(st.integers(1, 400), max_size=8))
def test_whoever_looked_meanwhile_ends_with_what_one_look_finds(
    ended: int, learnt: int, told: int, closed: int | None, looks: set[int]
) -> None:
    """Never two, and what stands, or was over too late, is the same."""
    statements = [home(told), council(), placement(ended, learnt)]
    statements += [council(closed + 1, closed)] if closed is not None else []
    often, once = _store(), _store()
    often.heard += statements
    for hour in [*sorted(looks), 500]:
        often.look(hour)

    once.look(500, *reversed(statements))

    assert len(often.findings) <= 1
    assert _told_of(once) == _told_of(often)


def _told_of(store: Store) -> dict[str, Finding]:
    return seen([each for each in store.findings.values()
                 if is_standing(each) or was_done_late(each)])
