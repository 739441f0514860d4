"""As known on a day: under what was in force on that day."""
from dataclasses import replace
from datetime import timedelta

from broker.bootstrap import assemble
from broker.rules.limits import Limits, from_mapping
from tests.pipeline.conftest import Bench

HASTY = {"police_record_expected_minutes": 5}


def test_a_look_back_uses_the_limits_of_its_day(bench: Bench) -> None:
    """A limit that was changed since did not bind anybody then."""
    first = bench.concord
    first.check()
    bench.later(hours=1)
    settings = replace(first.settings, limits=from_mapping(HASTY),
                       sources={**first.settings.sources, "limits": HASTY})
    changed = assemble(settings, first.log, first.store, bench.clock)
    changed.check()
    now = bench.clock.now()

    limits = [changed.as_of(now - timedelta(hours=hours)).settings.limits for hours in (1, 0)]

    assert [Limits(), from_mapping(HASTY)] == limits


def test_before_the_first_setting_todays_limits_are_taken(bench: Bench) -> None:
    """Nothing else is known of that time."""
    past = bench.concord.as_of(bench.clock.now() - timedelta(days=1))

    assert bench.concord.settings.limits == past.settings.limits
