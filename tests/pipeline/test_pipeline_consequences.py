"""What a judgement would bring about is what it then brings about, and nothing is done before."""
from datetime import timedelta

import pytest

from broker.cli.judging import make
from broker.event.finding import Finding
from broker.findings.finding import is_standing
from broker.pipeline.judgements import all_judgements, standing_on
from broker.pipeline.linking import LINKING_TABLES
from broker.pipeline.tables import PIPELINE_TABLES
from broker.ports import Reading
from broker.vocabulary.words import Verdict
from tests.pipeline.conftest import CONCERN_AT_POLICE, INCIDENTS, START, Bench
from tests.pipeline.pairs import GIRL, apart, looked_ahead, nominal

TWIN = nominal("N2", "Kayleigh", "Thornton", "2011-05-14")


def codes(findings: tuple[Finding, ...]) -> list[str]:
    """The rules of findings."""
    return sorted(each.code for each in findings)


def contents(reading: Reading) -> dict[str, list[object]]:
    """Every row of every table."""
    return {table.name: list(reading.scan(table, table.key[0]))
            for table in (*LINKING_TABLES, *PIPELINE_TABLES)}


def standing(bench: Bench) -> set[str]:
    """The ids of what stands."""
    return {each.finding_id for each in bench.check() if is_standing(each)}


def test_a_join_shows_the_child_and_the_findings_it_would_expose(bench: Bench) -> None:
    """One child of two; a critical finding comes, and the block's own goes."""
    told = looked_ahead(apart(bench), GIRL, Verdict.SAME)

    assert (True, [GIRL], ["D04", "M01"], ["D04"]) == (
        told.together, [each.after[0].members for each in told.joined], codes(told.raised),
        codes(told.ended))


def test_looking_ahead_changes_nothing(bench: Bench) -> None:
    """Not a row of any table, for any verdict."""
    apart(bench, TWIN)
    with bench.concord.store.view() as view:
        before = contents(view)
    for verdict in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE, Verdict.UNDONE):
        looked_ahead(bench, GIRL, verdict)

    with bench.concord.store.view() as view:
        assert before == contents(view)


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE])
@pytest.mark.parametrize("pair", [GIRL, ("police:N1", "police:N2"),
                                  ("police:N2", "riverside:R1")])
def test_what_is_foretold_is_what_happens(
        bench: Bench, verdict: Verdict, pair: tuple[str, str]) -> None:
    """The findings that come and go, and whether the two are one child."""
    before = standing(apart(bench, TWIN))
    told = looked_ahead(bench, pair, verdict)
    make(bench.concord, pair, verdict, "a.reviewer", "seen together")

    after = standing(bench)

    assert ({each.finding_id for each in told.raised},
            {each.finding_id for each in told.ended}) == (after - before, before - after)
    assert told.together is any(
        set(pair) <= set(members) for members in bench.people())


def test_records_that_change_sides_are_told(bench: Bench) -> None:
    """Police hold her twice: joining the one to the home takes the other from it."""
    [change] = looked_ahead(apart(bench, TWIN), GIRL, Verdict.SAME).parted

    assert [("police:N1",), ("police:N2", "riverside:R1")] == sorted(
        each.members for each in change.before)
    assert [GIRL, ("police:N2",)] == sorted(each.members for each in change.after)


def test_pairs_that_need_no_decision_any_more_are_told(bench: Bench) -> None:
    """Once police's two records are one, the home's number stands against both; judged one
    child with the home, the whole of it is decided."""
    apart(bench, TWIN)
    make(bench.concord, ("police:N1", "police:N2"), Verdict.SAME, "a.reviewer", "one girl")

    told = looked_ahead(bench, GIRL, Verdict.SAME)

    assert [("police:N2", "riverside:R1")] == [each[:2] for each in told.settled]
    assert ([("police:N1", "police:N2", "riverside:R1")], ()) == (
        [each.after[0].members for each in told.joined], told.opened)


def test_pairs_that_come_into_review_are_told(bench: Bench) -> None:
    """The record that is taken from the home waits for a decision of its own."""
    assert [("police:N2", "riverside:R1")] == [
        each[:2] for each in looked_ahead(apart(bench, TWIN), GIRL, Verdict.SAME).opened]


def test_a_judgement_that_would_be_replaced_is_told(bench: Bench) -> None:
    """The other verdict on the same pair; the same verdict again replaces nothing."""
    apart(bench)
    make(bench.concord, GIRL, Verdict.DIFFERENT, "a.first", "two cousins")

    assert ["a.first"] == [each.by for each in looked_ahead(
        bench, GIRL, Verdict.SAME).contradicted]
    assert () == looked_ahead(bench, GIRL, Verdict.DIFFERENT).contradicted


def test_an_older_join_gives_way_to_a_newer_one(bench: Bench) -> None:
    """Somebody judged different what two joins would bring together: the latest join holds."""
    apart(bench, TWIN)
    make(bench.concord, ("police:N1", "police:N2"), Verdict.SAME, "a.first", "one girl")
    make(bench.concord, ("police:N2", "riverside:R1"), Verdict.DIFFERENT, "a.second", "two")

    told = looked_ahead(bench, GIRL, Verdict.SAME)

    assert (True, ["a.first"]) == (told.together, [each.by for each in told.contradicted])


def test_a_judgement_that_would_no_longer_hold_is_told(bench: Bench) -> None:
    """Two joins by people meet in a pair that is now judged different: the older gives way."""
    apart(bench, TWIN)
    make(bench.concord, ("police:N1", "police:N2"), Verdict.SAME, "a.first", "one girl")
    bench.later(minutes=1)
    make(bench.concord, ("police:N2", "riverside:R1"), Verdict.SAME, "a.second", "one girl")

    told = looked_ahead(bench, GIRL, Verdict.DIFFERENT)

    assert ["a.first"] == [each.by for each in told.contradicted]


def test_what_changes_anyway_is_no_consequence(bench: Bench) -> None:
    """A finding that the next check ends by itself is not laid to a judgement."""
    make(apart(bench).concord, GIRL, Verdict.SAME, "a.reviewer", "seen together")
    bench.later(hours=1)
    bench.publish("police", incidents=[INCIDENTS, CONCERN_AT_POLICE.replace(
        "Concern for safety", "Missing person").replace("21:35:00Z", "22:30:00Z")])
    bench.concord.take_in()
    fold = bench.concord.fold()
    while fold.step():
        pass

    told = looked_ahead(bench, GIRL, Verdict.SAME)
    bench.check()

    assert ((), ()) == (told.raised, told.ended)
    assert ["RESOLVED"] == [each.state.value for each in bench.check() if each.code == "M01"]


def test_one_without_a_person_record_is_joined_to_nobody_yet(bench: Bench) -> None:
    """A judgement on a record that nobody has described counts from the day somebody does."""
    apart(bench)
    bench.publish("police", incidents=[INCIDENTS, CONCERN_AT_POLICE.replace(
        "INC1,N1", "INC9,N9")])
    bench.check()

    told = looked_ahead(bench, ("police:N9", "riverside:R1"), Verdict.SAME)

    assert (False, False) == (told.together, told.has_effect)


def test_a_later_judgement_counts_though_the_clock_stands_still(bench: Bench) -> None:
    """Judged again and again in one millisecond, the last holds."""
    apart(bench)
    counted = []
    for verdict in (Verdict.SAME, Verdict.UNDONE, Verdict.DIFFERENT, Verdict.SAME):
        make(bench.concord, GIRL, verdict, "a.reviewer", "seen together")
        with bench.concord.store.view() as view:
            found = standing_on(view, GIRL)
        counted.append(None if found is None else (found.verdict, found.made_at))

    assert [(Verdict.SAME, START), None, (Verdict.DIFFERENT, START + timedelta(milliseconds=2)),
            (Verdict.SAME, START + timedelta(milliseconds=3))] == counted


def test_the_same_judgement_again_at_once_is_the_same(bench: Bench) -> None:
    """A command repeated after an interruption judges once."""
    apart(bench)
    ids = {make(bench.concord, GIRL, Verdict.SAME, "a.reviewer", "seen together").judgement_id
           for _ in range(2)}

    with bench.concord.store.view() as view:
        assert ids == {each.judgement_id for each in all_judgements(view)}
    assert 1 == len(ids)
