"""Derived state is a function of the log: thrown away and derived anew, it is the same."""
from collections.abc import Callable
from typing import Any

import pytest

from broker.backends.memory import MemoryStore
from broker.bootstrap import assemble
from broker.pipeline.auditing import verify_stored
from broker.pipeline.decide import decide_finding, judge
from broker.pipeline.erase import Authority, Eraser, ErasureAsked
from broker.pipeline.rebuild import DERIVED, rebuild
from broker.pipeline.subject import Subject
from broker.ports import Row
from broker.report.findings import finding_json, in_order, stored_findings
from broker.report.people import people_listed
from broker.vocabulary.words import FindingDecision, Verdict
from tests.pipeline.conftest import Bench
from tests.pipeline.lines import NOMINALS, nominal

BY, WHY = "a.operator", "the store was not believed"


@pytest.fixture
def lived(bench: Bench, missing_girl: Callable[[], Bench]) -> Bench:
    """A finding that people dismissed, two records that people judged to be one child, and a
    person who was erased."""
    missing_girl()
    bench.publish("police", nominals=[
        NOMINALS, nominal("N2", "Dana", "Lund", "2012-02-03"),
        nominal("N3", "D", "Lundt", "2012-02-04"), nominal("N4", "Gone", "Away", "2013-02-04")])
    [found] = bench.check()
    concord, now = bench.concord, bench.clock.now()
    judge(concord.store, concord.codec, concord.model, "police:N2", "police:N3", Verdict.SAME,
          "s.worker", "seen together", now)
    decide_finding(concord.store, concord.codec, found.finding_id, FindingDecision.DISMISSED,
                   "s.worker", "told by phone", now)
    Eraser(concord.store, concord.log, concord.codec, concord.model,
           sorted(concord.settings.agencies)).erase(
        ErasureAsked(subject=Subject("police", "N4")),
        Authority(by="r.manager", authorised_by="d.officer", reason="order 12"), now)
    bench.check()
    bench.concord.deliver()
    bench.concord.relay()
    return bench


def standing(bench: Bench) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Children and findings."""
    with bench.concord.store.view() as view:
        return people_listed(view), [finding_json(each) for each in in_order(
            stored_findings(view, bench.concord.codec))]


def derived(bench: Bench) -> dict[str, list[Row]]:
    """Every row that was derived."""
    with bench.concord.store.view() as view:
        return {table.name: sorted(view.scan(table, table.key[0]), key=repr) for table in DERIVED}


def test_what_is_derived_anew_is_the_same(lived: Bench) -> None:
    """Row for row; nothing of it is news."""
    before, rows = standing(lived), derived(lived)
    done = lived.concord.rebuild(BY, WHY)
    emptied = {name: len(each) for name, each in derived(lived).items() if each}
    count = lived.concord.check()

    assert (sum(map(len, rows.values())), 1, 1, 1, 0) == (
        done.rows, done.judgements, done.decisions, done.erasures, done.findings)
    assert {} == emptied
    assert 0 == count.finding_changes
    assert before == standing(lived)
    assert rows == derived(lived)


def test_a_rebuild_is_audited(lived: Bench) -> None:
    """Who, and why; the chain verifies."""
    lived.concord.rebuild(BY, WHY)
    with lived.concord.store.view() as view:
        verdict, _ = verify_stored(view, lived.concord.codec)

    assert verdict.ok


def test_a_store_that_was_lost_is_made_from_the_log(lived: Bench) -> None:
    """Children, findings with their lives, decisions and the suppression list."""
    before = standing(lived)
    old = lived.concord
    lived.concord = assemble(old.settings, old.log, MemoryStore(), lived.clock)
    done = rebuild(lived.concord.store, old.log, lived.concord.codec, old.model, BY, WHY,
                   lived.clock.now())
    lived.concord.check()

    assert (0, 1, 1, 1, 2) == (done.rows, done.judgements, done.decisions, done.erasures,
                               done.findings)
    assert before == standing(lived)


def test_a_rebuild_stopped_half_way_is_begun_again(
        lived: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is called again, and ends as if it had never been stopped."""
    before = standing(lived)

    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("broker.pipeline.rebuild._found", stopped)
        with pytest.raises(KeyboardInterrupt):
            lived.concord.rebuild(BY, WHY)
    lived.concord.rebuild(BY, WHY)
    lived.concord.check()

    assert before == standing(lived)
