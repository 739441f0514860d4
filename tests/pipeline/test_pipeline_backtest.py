"""A backtest: the log told twice, in stores of its own, with and without a change."""
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from broker.backends.clock import ManualClock
from broker.bootstrap import Concord, assemble, open_memory
from broker.bootstrap.backtest import (
    AS_CHANGED,
    AS_IT_IS,
    changed_by,
    note_consultation,
    told_twice,
)
from broker.config import parse
from broker.errors import ConfigError
from broker.event.finding import Finding
from broker.identity.model import DEFAULT_MODEL
from broker.identity.model_file import text_of
from broker.pipeline.auditing import verify_stored
from broker.pipeline.tables import AUDIT
from broker.report.backtest import Backtest, Effect, compared
from broker.report.findings import finding_json
from broker.rules.limits import Limits, from_mapping
from broker.world import WorldPlan, build, extract_time, write_config, write_day
from tests.pipeline.conftest import (
    ABSENCES,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
    Bench,
)
from tests.pipeline.days import findings_in, let_pass, publish

MINUTES = "police_record_expected_minutes"
# The home tells of it at 21:31, the police record the occasion 40 minutes after it was noticed.
MISSING_AT_POLICE = ("INC1,N1,2026-03-01T21:30:00Z,care_home,SC012345,Missing person,,Priority,"
                     "Priority,,,,,,,,,2026-03-01T22:00:00Z")


@pytest.fixture
def evening(tmp_path: Path) -> Bench:
    """A girl is missing since 21:20; her home says so at once, the police at 22:00."""
    made = Bench(tmp_path)
    made.clock.set(made.clock.now() - timedelta(minutes=29))
    made.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE], incidents=[INCIDENTS])
    made.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                 absences=[ABSENCES, MISSING_FROM_HOME])
    made.check()
    made.later(minutes=29)
    made.publish("police", incidents=[INCIDENTS, MISSING_AT_POLICE])
    made.check()
    return made


def tried(evening: Bench, *, limits: Path | None = None, named: tuple[str, ...] = (),
          model: Path | None = None, without: tuple[str, ...] = ()) -> Backtest:
    """What a change comes to."""
    now = evening.clock.now()
    changed = changed_by(evening.concord, limits, named, model, without)
    before, after = told_twice(evening.concord, changed, now, lambda _name, _done: None)
    return compared(before, after, upto=now, changes=changed.words)


def effects(done: Backtest) -> list[tuple[str, Effect]]:
    """Each case's rule and effect."""
    return [(each.finding.code, each.effect) for each in done.cases]


def test_a_shorter_limit_makes_a_finding_appear(evening: Bench) -> None:
    """After 20 minutes there was nothing at the police: it would have been raised, and resolved
    when they wrote."""
    done = tried(evening, named=(f"{MINUTES}=20",))

    assert (f"{MINUTES} 20 instead of 60",) == done.changes
    assert [("M02", Effect.APPEARS)] == effects(done)
    assert [(0, 1)] == [(each.before, each.after) for each in done.counts if each.code == "M02"]


def test_a_longer_limit_makes_it_go(evening: Bench) -> None:
    """Where 20 minutes are in force, an hour would have spared everybody the alarm."""
    first = evening.concord
    evening.concord = assemble(replace(first.settings, limits=from_mapping({MINUTES: 20})),
                             first.log, first.store, evening.clock)

    assert [("M02", Effect.GOES)] == effects(tried(evening, named=(f"{MINUTES}=60",)))


@pytest.mark.parametrize(("minutes", "appears"), [(38, True), (39, True), (40, False)])
def test_the_boundary_is_where_the_police_wrote(evening: Bench, minutes: int, *,
                                                appears: bool) -> None:
    """Written at 22:00, forty minutes after it was noticed."""
    assert appears is bool(tried(evening, named=(f"{MINUTES}={minutes}",)).cases)


def test_a_file_of_limits_stands_in_place_of_those_in_force(evening: Bench,
                                                            tmp_path: Path) -> None:
    """As it would read in the configuration; a change from a day on is one of its own."""
    path = tmp_path / "limits.toml"
    path.write_text(f"[limits]\n{MINUTES} = 90\n\n[[limits_from]]\nstarts = 2026-03-01\n"
                    f"{MINUTES} = 20\n", encoding="utf-8")
    done = tried(evening, limits=path)

    assert (f"{MINUTES} 90 instead of 60", f"from 2026-03-01 {MINUTES} 20 instead of 60") == (
        done.changes)
    assert [("M02", Effect.APPEARS)] == effects(done)


@pytest.mark.parametrize(("minutes", "said"), [
    (60, ["from 2026-05-27 {} 60 instead of 30"]),
    (30, ["{} 30 instead of 60", "from 2026-05-27 as it is"]),
    (45, ["{} 45 instead of 60", "from 2026-05-27 {} 45 instead of 30"]),
])
def test_each_day_is_compared_with_what_is_in_force_on_it(
    evening: Bench, minutes: int, said: list[str],
) -> None:
    """Going back to a limit that has been given up is a change too."""
    evening.concord.settings = replace(evening.concord.settings, limits_from=(
        (date(2026, 5, 27), from_mapping({MINUTES: 30})),))

    words = changed_by(evening.concord, None, (f"{MINUTES}={minutes}",), None, ()).words

    assert [each.format(MINUTES) for each in said] == list(words)


def test_one_limit_changed_holds_for_every_day(evening: Bench) -> None:
    """Also from the days on which others change."""
    settings = replace(evening.concord.settings, limits_from=(
        (date(2026, 3, 1), from_mapping({"late_hours": 3})),))
    evening.concord.settings = settings
    changed = changed_by(evening.concord, None, (f"{MINUTES}=20",), None, ())
    dated = changed.terms.limits

    assert ([20, 20], [24, 3]) == (
        [getattr(each, MINUTES) for each in (dated.first, dated.changes[0][1])],
        [each.late_hours for each in (dated.first, dated.changes[0][1])])


def test_without_a_rule_its_findings_go(missing_girl: Callable[[], Bench]) -> None:
    """And no other's."""
    evening = missing_girl()
    evening.concord.check()

    assert [("M01", Effect.GOES)] == effects(tried(evening, without=("M01",)))


def test_another_model_changes_who_is_one_child(missing_girl: Callable[[], Bench],
                                                tmp_path: Path) -> None:
    """Where the two records are no longer joined, what rested on the join goes."""
    evening = missing_girl()
    evening.concord.check()
    path = tmp_path / "model.json"
    path.write_text(text_of(replace(DEFAULT_MODEL, version="strict",
                                    link_probability=0.999999999)), encoding="utf-8")
    done = tried(evening, model=path)

    assert (f"model strict of {path}",) == done.changes
    assert ("M01", Effect.GOES) in effects(done)


def test_a_backtest_changes_nothing_here(evening: Bench) -> None:
    """The findings that stand, the settings and the log are as they were."""
    concord = evening.concord
    before = [evening.check(), concord.settings, concord.model]
    tried(evening, named=(f"{MINUTES}=20",))

    assert before == [evening.check(), concord.settings, concord.model]


def test_what_was_in_force_at_the_time_has_no_say(evening: Bench) -> None:
    """A backtest compares what is in force now with the change, over all of the log: else a
    limit that was changed last week would hide what the next change does."""
    evening.later(hours=1)
    first = evening.concord
    evening.concord = assemble(
        replace(first.settings, limits=from_mapping({MINUTES: 20}),
                sources={**first.settings.sources, "limits": {MINUTES: 20}}),
        first.log, first.store, evening.clock)
    evening.check()

    assert [("M02", Effect.GOES)] == effects(tried(evening, named=(f"{MINUTES}=60",)))


def lived(folder: Path, limits: Limits) -> Concord:
    """Three days of a made-up partnership under these limits from the beginning."""
    world = build(WorldPlan(seed=3, children=12, days=3))
    write_config(world, folder / "concord.toml")
    settings = parse(tomllib.loads((folder / "concord.toml").read_text(encoding="utf-8")))
    clock = ManualClock(extract_time(world, 0))
    concord = open_memory(replace(settings, limits=limits), clock)
    for day in range(world.plan.days):
        let_pass(concord, clock, extract_time(world, day))
        write_day(world, day, folder)
        publish(concord, folder, *sorted(settings.agencies))
    let_pass(concord, clock, clock.now() + timedelta(days=1))
    return concord


@pytest.mark.slow
def test_a_backtest_finds_what_living_under_the_change_would_have(tmp_path: Path) -> None:
    """On a made-up partnership: every finding with its state and times, as a run that had the
    other limits from the beginning has them."""
    other = replace(Limits(), police_record_expected_minutes=9000, late_hours=2,
                    repeated_missing_count=1)
    concord = lived(tmp_path, Limits())
    would = lived(tmp_path, other)
    changed = changed_by(concord, None, (f"{MINUTES}=9000", "late_hours=2",
                                         "repeated_missing_count=1"), None, ())
    before, after = told_twice(concord, changed, concord.clock.now(), lambda _name, _done: None)

    def in_form(found: list[Finding]) -> list[dict[str, object]]:
        return [finding_json(each) for each in sorted(found, key=lambda each: each.finding_id)]

    assert findings_in(concord) == in_form(before)
    assert findings_in(would) == in_form(after)
    assert "M02" in {each["code"] for each in findings_in(concord)}
    assert "M02" not in {each["code"] for each in findings_in(would)}


def test_both_tellings_say_how_far_they_have_come(evening: Bench) -> None:
    """For a bar: every record of the log is told on either side."""
    told = {AS_IT_IS: 0, AS_CHANGED: 0}

    def more(name: str, done: int) -> None:
        told[name] += done

    found: tuple[list[Finding], list[Finding]] = told_twice(
        evening.concord, changed_by(evening.concord, None, (f"{MINUTES}=20",), None, ()),
        evening.clock.now(), more)

    assert told[AS_IT_IS] == told[AS_CHANGED] > 5
    assert len(found[0]) + 1 == len(found[1])


def test_a_backtest_is_audited(evening: Bench) -> None:
    """Who asked, and why; the chain verifies."""
    concord = evening.concord
    with concord.store.view() as view:
        before = view.count(AUDIT)
    note_consultation(concord, "a.lead", "review of limits", "backtest: late_hours 12")
    with concord.store.view() as view:
        verdict, _ = verify_stored(view, concord.codec)

        assert (before + 1, True) == (view.count(AUDIT), verdict.ok)


@pytest.mark.parametrize(("named", "without", "said"), [
    ((), (), "Nothing would change"),
    ((f"{MINUTES}=60",), (), "Nothing would change"),
    ((MINUTES,), (), "--limit must be NAME=VALUE"),
    ((f"{MINUTES}=soon",), (), "--limit must be NAME=VALUE"),
    (("late_days=1",), (), "unknown names: late_days"),
    ((f"{MINUTES}=1.5",), (), "must be a whole number"),
    ((), ("Z99",), "There is no rule Z99")])
def test_what_is_no_change_is_refused(evening: Bench, named: tuple[str, ...],
                                      without: tuple[str, ...], said: str) -> None:
    """In one sentence, with a way out."""
    with pytest.raises(ConfigError) as refused:
        changed_by(evening.concord, None, named, None, without)

    assert said in str(refused.value)
