"""An absence that all have ended, and not at the same time: raised and resolved, in any order."""
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.event.envelope import Statement
from broker.event.finding import Finding
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.findings.finding import is_standing, lasted, was_done_late
from broker.rules.catalogue import RULES
from broker.vocabulary.words import IncidentCategory, State, Whereabouts
from tests.findings.test_findings_any_order import START, at
from tests.findings.test_findings_any_order import said as written
from tests.findings.test_findings_done_late import Store, hours, seen, states

OURS = tuple(each for each in RULES if each.code == "M06")


@pytest.fixture
def store() -> Store:
    """A child of whom nothing is known yet, and the one rule."""
    return _store()


def _store() -> Store:
    made = Store()
    made.rules = OURS
    return made


def home(hour: int, back: int | None = None, state: State = State.CURRENT) -> Statement:
    """The home's row as it was written so many hours in."""
    return written(MissingEpisodeRecorded, "riverside", "A1", hour, noticed=at(1), state=state,
                   classification=Whereabouts.MISSING,
                   returned=None if back is None else at(back))


def police(hour: int, back: int | None = None, found: int | None = None) -> Statement:
    """The police's report as it was written so many hours in."""
    return written(MissingEpisodeRecorded, "police", "MP1", hour, told_police=at(2),
                   classification=Whereabouts.MISSING,
                   found=None if found is None else at(found),
                   returned=None if back is None else at(back))


def log(hour: int, closed: int) -> Statement:
    """The police's log of the absence, closed with nobody found."""
    return written(IncidentRecorded, "police", "77/c1", hour, reported=at(2),
                   category_opened=IncidentCategory.MISSING_PERSON,
                   category_closed=IncidentCategory.MISSING_PERSON, closed=at(closed))


def test_what_began_and_ended_before_anybody_looked_is_raised_and_resolved(store: Store) -> None:
    """Back for the police after ten hours, and for the home after thirty."""
    done = store.look(60, home(3), police(4), police(11, 10), home(31, 30))
    (finding,) = store.findings.values()

    assert [("OPEN", False), ("RESOLVED", True)] == states(done)
    assert (START + timedelta(hours=14), START + timedelta(hours=30)) == (
        finding.since, finding.until)
    assert ("Late, and done since: it lasted 16 hours, until 02:00 on 4 March 2026."
            == lasted(finding))


def test_one_that_stood_while_it_lasted_is_the_same_one(store: Store) -> None:
    """It is resolved when the home ends it, and no second one is raised."""
    before = store.look(20, home(3), police(4), police(11, 10))
    done = store.look(40, home(31, 30))
    at_once = _store()
    at_once.look(40, home(3), police(4), police(11, 10), home(31, 30))

    assert ([("OPEN", False)], [("RESOLVED", True)]) == (states(before), states(done))
    assert at_once.findings == store.findings


def test_the_home_heard_of_first_ends_alike(store: Store) -> None:
    """The police's return comes a day after the home's."""
    quiet = store.look(40, home(3), police(4), home(31, 30))
    done = store.look(60, police(55, 10))

    assert ([], [("OPEN", False), ("RESOLVED", True)]) == (states(quiet), states(done))


@pytest.mark.parametrize("corrected", [police(70, 27), home(70, 13)])
def test_a_time_corrected_by_either_withdraws_it(store: Store, corrected: Statement) -> None:
    """No more than four hours are between them then."""
    store.look(60, home(3), police(4), police(11, 10), home(31, 30))

    assert [("WITHDRAWN", False)] == states(store.look(80, corrected))


def test_a_correction_that_leaves_them_apart_moves_its_end(store: Store) -> None:
    """The home had the child back at another hour, still long after the police."""
    store.look(60, home(3), police(4), police(11, 10), home(31, 30))
    done = store.look(80, home(70, 25))

    assert [("RESOLVED", True)] == states(done)
    assert [START + timedelta(hours=25)] == [each.until for each in store.findings.values()]


def test_it_stands_again_once_the_home_has_the_child_missing_after_all(store: Store) -> None:
    """The return was another child's."""
    store.look(60, home(3), police(4), police(11, 10), home(31, 30))

    assert [("OPEN", False)] == states(store.look(80, home(70)))


def test_a_row_taken_back_withdraws_it(store: Store) -> None:
    """The home's row was another child's."""
    store.look(60, home(3), police(4), police(11, 10), home(31, 30))

    assert [("WITHDRAWN", False)] == states(store.look(80, home(70, 30, State.WITHDRAWN)))


def test_one_that_stood_shorter_than_the_limit_is_resolved_as_before(store: Store) -> None:
    """The log was closed with nobody found: at once, and over after two hours."""
    store.look(11, home(3), log(10, 10))
    done = store.look(20, home(13, 12))

    assert [("RESOLVED", False)] == states(done)


PARTS = st.tuples(st.lists(hours(60), max_size=3), st.lists(hours(60), max_size=3), hours(40))


@settings(max_examples=60, deadline=None)
@given(parts=PARTS, looks=st.sets(st.integers(1, 900), max_size=12))
def test_whoever_looked_meanwhile_ends_with_what_one_look_finds(
    parts: tuple[list[int | None], list[int | None], int | None], looks: set[int]
) -> None:
    """Of rows written anew with other times of the return, or none, and of a log: what stands, and
    what was over too late, is the same."""
    theirs, ours, closed = parts
    statements = [home(3), police(4),
                  *(home(70 + 200 * number, back) for number, back in enumerate(ours)),
                  *(police(80 + 200 * number, back) for number, back in enumerate(theirs))]
    statements += [log(closed + 1, closed)] if closed else []
    often, once = _store(), _store()
    often.heard += statements
    for hour in [*sorted(looks), 1_000]:
        often.look(hour)

    once.look(1_000, *reversed(statements))

    assert _told_of(once) == _told_of(often)


def _told_of(store: Store) -> dict[str, Finding]:
    return seen([each for each in store.findings.values()
                 if is_standing(each) or was_done_late(each)])
