"""How a partnership stands: lag, what waits, who was heard."""
import pytest

from broker.log.records import Lane
from broker.pipeline.health import Heard, Lag, Standing, standing_of
from broker.pipeline.linking import review_pairs
from broker.pipeline.settle import settle
from broker.pipeline.worker import Stage
from broker.report.operations import KEYS, standing_shown
from tests.pipeline.conftest import KAYLEIGH_AT_POLICE, NOMINALS, START, Bench
from tests.pipeline.pairs import apart
from tests.pipeline.watching import run_stage


def standing(bench: Bench) -> Standing:
    """How it stands now."""
    return standing_of(bench.concord.store, bench.concord.log,
                       bench.concord.settings.partnership)


@pytest.fixture
def told(bench: Bench) -> Bench:
    """Police have published one person, and nobody has looked."""
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE])
    return bench


def test_each_stage_is_behind_by_what_it_has_not_read(told: Bench) -> None:
    """In messages, and in how many lanes they wait."""
    lanes = told.concord.log.partitions("safeguarding.inbox.police")
    lags = []
    for stage in Stage:
        lags.append((standing(told).lag or {})[stage])
        run_stage(told.concord, stage)
        lags.append((standing(told).lag or {})[stage])

    # A statement, and the heartbeat behind it in every lane.
    assert [Lag(1 + lanes, lanes), Lag(0, 0)] == lags[:2]
    assert [Lag(0, 0)] * 2 == lags[3::2]
    assert all(each.messages > each.lanes > 0 for each in lags[2::2])


def test_an_agency_is_heard_once_its_statements_are_checked(told: Bench) -> None:
    """At the time its extract was taken."""
    before = standing(told)
    for stage in Stage:
        run_stage(told.concord, stage)

    assert {"council": Heard(None, False), "police": Heard(None, False),
            "riverside": Heard(None, False)} == before.heard
    assert Heard(START, False) == (standing(told).heard or {})["police"]


def test_what_waits_is_counted(told: Bench) -> None:
    """Whom to look at; lanes that the log has not forgotten."""
    assert (0, 0) == (standing(told).waiting, standing(told).unsettled)
    run_stage(told.concord, Stage.INTAKE)
    told.concord.fold().step()

    class Remembers:
        """A log that has not compacted yet."""

        def settle(self, lanes: object) -> frozenset[Lane]:
            """One lane still holds it, whichever were asked for."""
            assert lanes == ()
            return frozenset({Lane("safeguarding.shared.person", 1)})

    settle(told.concord.store, Remembers(), (), told.clock.now())  # type: ignore[arg-type]

    assert (1, 1) == (standing(told).waiting, standing(told).unsettled)


def test_without_a_log_the_rest_is_known(told: Bench) -> None:
    """Kafka is away and PostgreSQL is not."""
    known = standing_of(told.concord.store, None, told.concord.settings.partnership)

    assert Standing(None, None, 0, 0, 0, 0, 0) == known
    shown = standing_shown(known)
    assert (None, None, None, 0) == (
        shown["lag"], shown["last_heard"], shown["only_returns"], shown["rejects"])


def test_the_view_has_every_key_whatever_is_known(told: Bench) -> None:
    """Null where it could not be asked for."""
    assert dict.fromkeys(KEYS) == standing_shown(None)
    assert KEYS == tuple(standing_shown(standing(told)))


def test_pairs_that_wait_for_a_person_are_counted(bench: Bench) -> None:
    """As `people review` shows them, whatever the checker has left to do."""
    apart(bench)

    with bench.concord.store.view() as view:
        shown = len(review_pairs(view))
    assert (shown, shown) == (standing(bench).pairs,
                              standing_shown(standing(bench))["pairs_to_review"])
    assert (1, 0) == (shown, standing(bench).waiting)
