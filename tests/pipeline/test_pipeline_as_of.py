"""As known on a day: under what was in force on that day, from the log alone."""
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from broker.bootstrap import TABLES, Concord, assemble
from broker.errors import ConfigError
from broker.event.finding import Finding
from broker.identity.model import DEFAULT_MODEL
from broker.identity.model_file import document_of
from broker.log import topics
from broker.pipeline.decide import decide_finding, judge
from broker.report.findings import stored_findings
from broker.report.people import people_listed
from broker.rules.limits import Limits, from_mapping
from broker.vocabulary.words import FindingDecision, FindingState, Verdict
from tests.pipeline.conftest import (
    ABSENCES,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
    START,
    Bench,
)

HASTY = {"police_record_expected_minutes": 5}
OURS = replace(DEFAULT_MODEL, version="ours", link_probability=0.999999999)  # hardly joins


def under(concord: Concord, bench: Bench, limits: dict[str, int]) -> Concord:
    """The same partnership, as its next command opens it under other limits."""
    settings = replace(concord.settings, limits=from_mapping(limits),
                       sources={**concord.settings.sources, "limits": limits})
    return assemble(settings, concord.log, concord.store, bench.clock)


def states(concord: Concord) -> dict[str, FindingState]:
    """How each rule's finding stands."""
    with concord.store.view() as view:
        return {each.code: each.state for each in stored_findings(view, concord.codec)}


def children(concord: Concord) -> int:
    """How many there are."""
    with concord.store.view() as view:
        return len(people_listed(view))


def test_a_look_back_uses_the_limits_of_its_day(bench: Bench) -> None:
    """A limit that was changed since did not bind anybody then."""
    first = bench.concord
    first.check()
    bench.later(hours=1)
    changed = under(first, bench, HASTY)
    changed.check()
    now = bench.clock.now()

    limits = [changed.as_of(now - timedelta(hours=hours)).settings.limits for hours in (1, 0)]

    assert [Limits(), from_mapping(HASTY)] == limits


def test_before_the_first_setting_todays_limits_are_taken(bench: Bench) -> None:
    """Nothing else is known of that time."""
    past = bench.concord.as_of(bench.clock.now() - timedelta(days=1))

    assert bench.concord.settings.limits == past.settings.limits


def test_what_was_dismissed_then_is_dismissed(missing_girl: Callable[[], Bench]) -> None:
    """And before somebody decided it was open."""
    bench = missing_girl()
    [found] = bench.check()
    bench.later(hours=1)
    concord = bench.concord
    decide_finding(concord.store, concord.codec, found.finding_id, FindingDecision.DISMISSED,
                   "s.worker", "told by phone", bench.clock.now())
    bench.check()
    now = bench.clock.now()

    assert [FindingState.OPEN, FindingState.DISMISSED] == [
        states(concord.as_of(at))["M01"] for at in (now - timedelta(minutes=1), now)]


def test_what_was_over_by_then_is_told_too(missing_girl: Callable[[], Bench]) -> None:
    """With the time at which the record that ended it was written."""
    bench = missing_girl()
    bench.check()
    bench.later(hours=2)
    bench.publish("police", incidents=[INCIDENTS, (
        "INC1,N1,2026-03-01T21:30:00Z,care_home,SC012345,Missing person,,Priority,Priority,,,,,,,"
        ",,2026-03-01T23:50:00Z")])
    live = {each.finding_id: each for each in bench.check()}
    bench.later(days=40)
    bench.check()
    past = bench.concord.as_of(START + timedelta(hours=2))
    with past.store.view() as view:
        told = {each.finding_id: each for each in stored_findings(view, past.codec)}

    assert FindingState.RESOLVED is states(past)["M01"]
    assert live == told


def test_what_was_raised_on_the_day_is_not_historical_weeks_later(
        missing_girl: Callable[[], Bench]) -> None:
    """One that was live does not become history by growing old, in a look back as little as in
    the run itself."""
    bench = missing_girl()
    bench.check()
    bench.later(days=60)
    bench.publish("riverside", absences=[ABSENCES, MISSING_FROM_HOME.replace(
        ",high,", ",medium,").replace("21:31:00Z", "21:32:00Z")])
    live = [each for each in bench.check() if each.code == "M01"]
    past = bench.concord.as_of(bench.clock.now())
    with past.store.view() as view:
        told = [each for each in stored_findings(view, past.codec) if each.code == "M01"]

    assert [False] == [each.historical for each in live]
    assert live == told


def test_who_was_one_child_then(missing_girl: Callable[[], Bench]) -> None:
    """People said since that the two are not."""
    bench = missing_girl()
    bench.check()
    bench.later(hours=1)
    concord = bench.concord
    judge(concord.store, concord.codec, concord.model, "police:N1", "riverside:R1",
          Verdict.DIFFERENT, "a.reviewer", "two cousins", bench.clock.now())
    bench.check()
    now = bench.clock.now()

    assert [1, 2] == [children(concord.as_of(at)) for at in (now - timedelta(minutes=1), now)]


def test_a_look_back_uses_the_model_of_its_day(missing_girl: Callable[[], Bench]) -> None:
    """Before a partnership had a model of its own, the one that ships joined them."""
    bench = missing_girl()
    bench.check()
    first = bench.concord
    bench.later(hours=1)
    changed = assemble(
        replace(first.settings, model=OURS, sources={**first.settings.sources,
                                                     "model": document_of(OURS)}),
        first.log, first.store, bench.clock)
    changed.rebuild("a.operator", "another model")
    changed.check()
    now = bench.clock.now()
    pasts = [changed.as_of(at) for at in (now - timedelta(minutes=1), now)]

    assert [(DEFAULT_MODEL, 1), (OURS, 2)] == [(past.model, children(past)) for past in pasts]
    assert children(changed) == children(pasts[-1])


def test_giving_up_a_model_of_ones_own_is_written_down(bench: Bench) -> None:
    """So that a look back knows from when on the one that ships was in force again."""
    first = bench.concord
    ours = assemble(replace(first.settings, model=OURS, sources={
        **first.settings.sources, "model": document_of(OURS)}), first.log, first.store,
        bench.clock)
    ours.check()
    bench.later(hours=1)
    again = assemble(first.settings, first.log, first.store, bench.clock)
    again.rebuild("a.operator", "back to the one that ships")
    again.check()
    now = bench.clock.now()

    assert ["ours", DEFAULT_MODEL.version] == [
        again.as_of(at).model.version for at in (now - timedelta(minutes=1), now)]


def test_a_look_back_writes_nothing(missing_girl: Callable[[], Bench]) -> None:
    """Neither in the store nor in the log."""
    bench = missing_girl()
    bench.check()
    before = json.dumps([sorted(map(repr, rows)) for rows in everything(bench)])
    bench.concord.as_of(bench.clock.now())

    assert before == json.dumps([sorted(map(repr, rows)) for rows in everything(bench)])


def everything(bench: Bench) -> list[list[object]]:
    """Every row of the store and every record of the log."""
    concord = bench.concord
    lanes = [lane for topic in (*topics.SHARED, topics.FINDINGS, topics.PEOPLE, topics.DECISIONS,
                                topics.AUDIT)
             for lane in topics.lanes_of(topic, concord.log.partitions(topic))]
    with concord.store.view() as view:
        rows = [list[object](view.scan(table, table.key[0])) for table in TABLES]
    return rows + [list[object](concord.log.read(lane, 0, 10_000)) for lane in lanes]


@pytest.mark.parametrize(("days", "said"), [
    (31, "no longer held: [retention] history_days = 30 goes back to 30 Jan 2026 22:00"),
    (-1, "has not come yet")])
def test_a_time_that_cannot_be_told_is_refused(bench: Bench, days: int, said: str) -> None:
    """Before the retention horizon, or still to come."""
    bench.concord.settings = replace(bench.concord.settings, history_days=30)
    with pytest.raises(ConfigError) as refused:
        bench.concord.as_of(bench.clock.now() - timedelta(days=days))

    assert said in str(refused.value)


def test_the_horizon_itself_can_still_be_told(bench: Bench) -> None:
    """So many days, to the moment."""
    bench.concord.settings = replace(bench.concord.settings, history_days=30)
    past = bench.concord.as_of(bench.clock.now() - timedelta(days=30))

    assert START - timedelta(days=30) == past.clock.now()


def missing_without_police(bench: Bench) -> Bench:
    """A girl is missing from a home since 21:20, and the police hold nothing of it."""
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE], incidents=[INCIDENTS])
    bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                  absences=[ABSENCES, MISSING_FROM_HOME])
    return bench


def since_of(bench: Bench, code: str) -> list[datetime]:
    """Since when a rule's findings stand, after a check."""
    return [each.since for each in bench.open() if each.code == code]


def test_other_limits_have_everybody_looked_at_again(bench: Bench) -> None:
    """Also whom no statement and no timer would bring up: five minutes had long run out when the
    home wrote it down."""
    missing_without_police(bench)
    before = since_of(bench, "M02")
    bench.later(minutes=5)
    bench.concord = under(bench.concord, bench, HASTY)

    assert [] == before
    after = since_of(bench, "M02")

    assert [datetime.fromisoformat("2026-03-01T21:31:00+00:00")] == after
    assert after == [each.since for each in stored(bench.concord.as_of(bench.clock.now()))]


def test_what_stood_under_the_limits_of_its_day_did_stand(bench: Bench) -> None:
    """A longer limit from midnight on ends it, as resolved; it never unsays it."""
    first = bench.concord
    patient = {"police_record_expected_minutes": 6000}
    bench.concord = assemble(replace(
        first.settings, limits=from_mapping(HASTY),
        limits_from=((date(2026, 3, 2), from_mapping(patient)),),
        sources={**first.settings.sources, "limits": {
            **HASTY, "limits_from": [{"starts": "2026-03-02", **patient}]}}),
        first.log, first.store, bench.clock)
    missing_without_police(bench)
    evening = bench.check()
    bench.later(hours=3)
    bench.check()

    assert {"M02"} == {each.code for each in evening}
    assert FindingState.RESOLVED is states(bench.concord)["M02"]


def test_time_alone_raises_in_the_telling_what_nobody_was_there_to_see(bench: Bench) -> None:
    """The checker stood still from ten to eleven; the police wrote at ten to. By the log it stood
    for half an hour."""
    missing_without_police(bench)
    bench.check()
    bench.later(hours=1)
    bench.publish("police", incidents=[INCIDENTS, (
        "INC1,N1,2026-03-01T21:30:00Z,care_home,SC012345,Missing person,,Priority,Priority,,,,,,,"
        ",,2026-03-01T22:50:00Z")])
    live = [each for each in bench.check() if each.code == "M02"]
    told = stored(bench.concord.as_of(bench.clock.now()))

    assert [] == live
    assert [(FindingState.RESOLVED, "22:20", "22:50")] == [
        (each.state, f"{each.since:%H:%M}", f"{each.until:%H:%M}") for each in told]


def test_a_timer_due_between_two_records_has_fired_by_the_time_asked_about(bench: Bench) -> None:
    """Whoever looks back at half past ten sees what came due at twenty past."""
    missing_without_police(bench)
    bench.check()
    bench.later(hours=9)

    assert [0, 1, 1] == [len(stored(bench.concord.as_of(START + timedelta(minutes=minutes))))
                         for minutes in (19, 20, 30)]


def test_a_dated_limit_comes_into_force_by_itself(bench: Bench) -> None:
    """At midnight, by a timer; what began before is judged by it from then on, and stands since
    the moment by which it should have been."""
    first = bench.concord
    document = {"police_record_expected_minutes": 600,
                "limits_from": [{"starts": "2026-03-02", **HASTY}]}
    settings = replace(
        first.settings, limits=from_mapping({"police_record_expected_minutes": 600}),
        limits_from=((date(2026, 3, 2), from_mapping(HASTY)),),
        sources={**first.settings.sources, "limits": document})
    bench.concord = assemble(settings, first.log, first.store, bench.clock)
    missing_without_police(bench)
    evening = since_of(bench, "M02")
    bench.later(hours=2, minutes=-1)
    before = since_of(bench, "M02")
    bench.later(minutes=1)
    after = since_of(bench, "M02")

    assert ([], [], 1) == (evening, before, len(after))
    assert [[], after] == [
        [each.since for each in stored(bench.concord.as_of(START + timedelta(minutes=minutes)))]
        for minutes in (119, 120)]


def stored(concord: Concord) -> list[Finding]:
    """The findings of M02."""
    with concord.store.view() as view:
        return [each for each in stored_findings(view, concord.codec) if each.code == "M02"]
