"""Live and replayed histories agree: a partnership watched day by day, and told again."""
import random
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.backends.clock import ManualClock
from broker.bootstrap import Concord, open_memory
from broker.config import Settings, parse
from broker.pipeline.decide import decide_finding, judge
from broker.report.findings import stored_findings
from broker.report.people import people_listed
from broker.rules.limits import from_mapping
from broker.vocabulary.words import FindingDecision, FindingState, Verdict
from broker.world import World, WorldPlan, build, extract_time, write_config, write_day
from tests.pipeline.days import findings_in, let_pass, publish

pytestmark = pytest.mark.slow

DAYS, TIMES, LOOKS_BACK, SEED = 8, 100, 3, 6
MORNING = timedelta(hours=8, minutes=30)
PLAN = WorldPlan(seed=SEED, children=14, days=DAYS, start=date(2026, 3, 25))  # clocks change on 29
HASTY = {"police_record_expected_minutes": 20, "return_interview_expected_hours": 60}
ON_DISMISSED, ON_JUDGED, ON_HASTY = 3, 4, 5

Standing = dict[str, list[dict[str, Any]]]


@dataclass
class Watched:
    """A live run, what stood at each time somebody looked, and how many changes of findings
    time alone brought."""

    concord: Concord
    seen: dict[datetime, Standing]
    by_time: int


def standing_in(concord: Concord) -> Standing:
    """Every finding in any state, and the children."""
    with concord.store.view() as view:
        people = people_listed(view)
    return {"findings": findings_in(concord), "people": people}


def settings_of(world: World, folder: Path) -> Settings:
    """The world's own configuration; two limits change on the way, from a day on."""
    write_config(world, folder / "concord.toml")
    settings = parse(tomllib.loads((folder / "concord.toml").read_text(encoding="utf-8")))
    later = PLAN.date_of(ON_HASTY)
    document = {**settings.sources["limits"],
                "limits_from": [{"starts": later.isoformat(), **HASTY}]}
    return replace(settings, limits_from=((later, from_mapping(HASTY)),),
                   sources={**settings.sources, "limits": document})


def decide(concord: Concord, day: int) -> None:
    """On one day somebody dismisses findings, on another somebody parts records."""
    now = concord.clock.now()
    with concord.store.view() as view:
        found = sorted((each for each in stored_findings(view, concord.codec)
                        if each.state is FindingState.OPEN), key=lambda each: each.finding_id)
        people = [each["members"] for each in people_listed(view) if len(each["members"]) > 1]
    if day == ON_DISMISSED:
        for each in found[::2]:
            decide_finding(concord.store, concord.codec, each.finding_id,
                           FindingDecision.DISMISSED, "s.worker", "known to us", now)
    if day == ON_JUDGED:
        for members in people[:6]:
            one, other = (f"{each['agency']}:{each['local_id']}" for each in members[:2])
            judge(concord.store, concord.codec, concord.model, one, other, Verdict.DIFFERENT,
                  "a.reviewer", "two cousins", now)
    concord.check()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Days on which the police publish in the morning what the others did in the evening, looked
    at on a hundred occasions."""
    folder = tmp_path_factory.mktemp("world")
    world = build(PLAN)
    evenings = {extract_time(world, day): day for day in range(DAYS)}
    mornings = {at + MORNING: day for at, day in evenings.items()}
    first, last = min(evenings), max(mornings)
    chance = random.Random(SEED)
    minutes = int((last - first) / timedelta(minutes=1)) + 24 * 60
    times = {first + timedelta(minutes=each) for each in chance.sample(range(minutes), TIMES)}
    clock = ManualClock(first)
    concord = open_memory(settings_of(world, folder), clock)
    others = sorted(set(concord.settings.agencies) - {"police"})
    watched = Watched(concord, {}, 0)
    for at in sorted(times | set(evenings) | set(mornings)):
        watched.by_time += let_pass(concord, clock, at)
        if at in evenings:
            write_day(world, evenings[at], folder)
            publish(concord, folder, *others)
        if at in mornings:
            publish(concord, folder, "police")
            decide(concord, mornings[at])
        concord.check()
        if at in times:
            watched.seen[at] = standing_in(concord)
    return watched


def test_the_run_has_what_histories_could_differ_in(watched: Watched) -> None:
    """Findings in every state, and some that time alone raised or ended: a property that holds of
    nothing would show nothing."""
    last = watched.seen[max(watched.seen)]["findings"]

    assert {"open", "dismissed", "resolved", "withdrawn"} == {each["state"] for each in last}
    assert watched.by_time > 1


def test_the_log_told_again_says_what_was_seen_at_any_time(watched: Watched) -> None:
    """Ids, states, severities, times and words of every finding, and the children, at each of a
    hundred times: in one telling."""
    times = sorted(watched.seen)
    differing = [at for at, past in zip(times, watched.concord.as_of_each(times), strict=True)
                 if watched.seen[at] != standing_in(past)]

    assert TIMES == len(times)
    assert [] == differing


def test_a_look_back_from_the_beginning_says_the_same(watched: Watched) -> None:
    """As every command with --as-of does."""
    times = random.Random(SEED).sample(sorted(watched.seen), LOOKS_BACK)

    assert [] == [at for at in times
                  if watched.seen[at] != standing_in(watched.concord.as_of(at))]
