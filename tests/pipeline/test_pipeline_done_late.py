"""What was done late before anybody looked: in the store, on the topic and in the reports, and
told to nobody."""
from datetime import UTC, datetime

import pytest

from broker.bootstrap.backtest import changed_by, told_twice
from broker.cli.judging import make
from broker.event.finding import Finding, FindingChanged
from broker.findings.finding import lasted
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.notify import notices_for
from broker.pipeline.subject import logged_in
from broker.report.backtest import Effect, compared
from broker.report.consistency import Consistency, consistency_json
from broker.report.findings import finding_json, state_words, stored_findings
from broker.report.html import consistency_page
from broker.report.reading import consistency_now, open_findings
from broker.vocabulary.words import Verdict
from tests.pipeline import lines
from tests.pipeline.conftest import KAYLEIGH_AT_POLICE, NOMINALS, Bench
from tests.pipeline.erasing import erase
from tests.pipeline.pairs import looked_ahead

RAISED, SHARED = "2026-03-01T15:00:00Z", "2026-03-03T07:00:00Z"
UNSHARED = lines.notice("PPN1", "N1", RAISED, "Neglect")
SHARED_LATE = lines.notice("PPN1", "N1", RAISED, "Neglect", shared_with_csc_at=SHARED,
                           updated_at=SHARED)
CONTACTS = "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_code"
PAIR = ("council:C1", "police:N1")
LOOKED = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)


def publish(bench: Bench, at: datetime, notice: str) -> list[Finding]:
    """The police's extract of this time, and every finding after it."""
    bench.clock.set(at)
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE], ppn=[lines.PPN, notice])
    bench.check()
    bench.concord.deliver()
    bench.concord.relay()
    return bench.check()


@pytest.fixture
def late(bench: Bench) -> Bench:
    """The police's first extract has a notice that was shared after 40 hours."""
    publish(bench, LOOKED, SHARED_LATE)
    return bench


def changes(bench: Bench) -> list[FindingChanged]:
    """Every change of a finding that was published."""
    found = [bench.concord.codec.decode(each.record.value or b"")
             for each in logged_in(bench.concord.log, Lane(topics.FINDINGS, 0))]
    return [each for each in found if isinstance(each, FindingChanged)]


def test_it_is_raised_and_resolved_on_the_topic(late: Bench) -> None:
    """Both steps, one after the other, at the time of the look."""
    assert [("R01", "OPEN", False), ("R01", "RESOLVED", True)] == [
        (each.finding.code, each.finding.state.value, each.finding.done_late)
        for each in changes(late)]


def test_it_is_kept_as_resolved(late: Bench) -> None:
    """With the times of the notice, and in words."""
    (found,) = late.check()
    said = finding_json(found)

    assert ("resolved", True, "2026-03-02T15:00:00+00:00", "2026-03-03T07:00:00+00:00") == (
        said["state"], said["done_late"], said["since"], said["until"])
    assert "resolved, done late" == state_words(found)
    assert "1 day 16 hours after it was raised; the limit is 24 hours" in found.sentence


def test_nobody_is_told_of_it(late: Bench) -> None:
    """No notice, nothing open, and nobody waits for anybody."""
    with late.concord.store.view() as view:
        told = [notice for code in ("police", "council", "riverside")
                for notice in notices_for(view, late.concord.codec, code)]

        assert [] == told
        assert [] == open_findings(view, late.concord.codec, ("police/FILES/N1",))


def test_whoever_looked_in_between_ends_with_the_same(
    late: Bench, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A partnership that read the notice before it was shared, and once more afterwards."""
    live = Bench(tmp_path_factory.mktemp("live"))
    (stood,) = publish(live, datetime(2026, 3, 2, 23, 30, tzinfo=UTC), UNSHARED)

    assert "OPEN" == stood.state.value
    assert [finding_json(each) for each in late.check()] == [
        {**finding_json(each), "child": late.check()[0].child}
        for each in publish(live, LOOKED, SHARED_LATE)]


def reported(bench: Bench) -> tuple[Consistency, dict[str, object]]:
    """The consistency report, and its row of R01 in the machine form."""
    concord = bench.concord
    with concord.store.view() as view:
        report = consistency_now(
            view, concord.log, concord.codec, concord.evaluator(), concord.settings.name,
            concord.settings.partnership, concord.settings.limits, bench.clock.now())
    (rule,) = (each for each in consistency_json(report)["rules"] if each["code"] == "R01")
    return report, rule


def test_the_consistency_report_counts_what_is_of_long_ago_apart(bench: Bench) -> None:
    """It was done late too, and is no part of what the partnership lives with now."""
    (found,) = publish(bench, datetime(2026, 5, 1, 12, tzinfo=UTC), SHARED_LATE)
    _, rule = reported(bench)

    assert "resolved, done late, historical" == state_words(found)
    assert (0, 0, 1, 1) == tuple(rule[each] for each in (
        "resolved", "done_late", "historical", "historical_done_late"))


def test_the_consistency_report_counts_it(late: Bench) -> None:
    """In the machine form and on the page, by its rule; nothing is open."""
    report, rule = reported(late)

    assert (0, 1, 1, 0, 16.0) == tuple(rule[each] for each in (
        "open", "resolved", "done_late", "historical", "median_hours_resolved"))
    assert "Of these done late" in consistency_page(report, {}, title="Consistency report")


def test_a_look_back_shows_it_from_the_day_on_which_it_was_read(late: Bench) -> None:
    """The log is told again, and as known before the extract there was nothing."""
    concord = late.concord
    late.later(days=2)
    with concord.as_of(LOOKED).store.view() as view:
        then = [each.state.value for each in stored_findings(view, concord.codec)]
    with concord.as_of(datetime(2026, 3, 3, 12, tzinfo=UTC)).store.view() as view:
        before = stored_findings(view, concord.codec)

    assert (["RESOLVED"], []) == (then, before)


@pytest.mark.parametrize(("limit", "told"), [
    (72, [(Effect.GOES, "RESOLVED", None)]), (48, [(Effect.GOES, "RESOLVED", None)]),
    (36, [(Effect.DIFFERS, "RESOLVED", "RESOLVED")])])
def test_a_backtest_weighs_it_by_the_limit_as_changed(
    limit: int, told: list[tuple[Effect, str, str | None]], late: Bench,
) -> None:
    """Shared after 40 hours it is late by 24 hours and by 36, and in time by 48."""
    late.later(days=2)
    now = late.clock.now()
    changed = changed_by(late.concord, None, (f"concern_shared_hours={limit}",), None, ())
    before, after = told_twice(late.concord, changed, now, lambda _name, _done: None)

    assert told == [
        (each.effect, each.before and each.before.state.value,
         each.after and each.after.state.value)
        for each in compared(before, after, upto=now, changes=changed.words).cases]


def test_a_judgement_that_would_show_it_raises_nothing(bench: Bench) -> None:
    """A contact of the police on that day hides the delay until its child is judged another: what
    is over as soon as it is raised is nothing to be warned of."""
    bench.clock.set(LOOKED)
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE])
    bench.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "C1", "Kayley", "Thornton", "2011-05-14")], ssd_contacts=[CONTACTS, lines.line(
            CONTACTS, cont_contact_id="K1", cont_person_id="C1", cont_contact_date="2026-03-02",
            cont_contact_source_code="6")])
    bench.check()
    make(bench.concord, PAIR, Verdict.SAME, by="i.m", reason="same child")
    assert [] == [each.code for each in publish(bench, LOOKED, SHARED_LATE)]
    told = looked_ahead(bench, PAIR, Verdict.DIFFERENT)

    assert ([], []) == ([each.code for each in told.raised], [each.code for each in told.ended])


def test_once_its_record_is_erased_it_is_withdrawn_at_that_time(late: Bench) -> None:
    """Not when it had been resolved, and it counts no longer as done late."""
    late.clock.set(datetime(2026, 3, 5, 9, tzinfo=UTC))
    erase(late)
    once = late.check()
    late.clock.set(datetime(2026, 3, 6, 9, tzinfo=UTC))
    erase(late)
    (found,) = late.check()
    said = finding_json(found)

    assert ("withdrawn", False, "2026-03-05T09:00:00+00:00") == (
        said["state"], said["done_late"], said["until"])
    assert "Withdrawn at 09:00 on 5 March 2026." == lasted(found)
    assert [found] == once
