"""Judgements are listed, taken back, and what an undone link had caused is accounted for."""
import pytest

from broker.bootstrap import Concord
from broker.cli.judging import Judged, make, revert
from broker.errors import ConfigError
from broker.event.own import AuditEntry
from broker.pipeline.auditing import audit_entries
from broker.pipeline.caused import BREACH
from broker.pipeline.judgements import (
    Judgement,
    all_judgements,
    before_it,
    history_of,
    judgement_named,
    judgements_on,
    standing_on,
    to_undo,
)
from broker.pipeline.notify import notices_for
from broker.report.reading import record_consultation
from broker.vocabulary.words import NoticeState, Verdict
from tests.pipeline.conftest import Bench
from tests.pipeline.pairs import GIRL, apart, nominal


def judged(bench: Bench, verdict: Verdict, by: str = "a.first",
           reason: str = "seen together") -> Judged:
    """Judge the girl's two records, a minute after whatever was before."""
    bench.later(minutes=1)
    return make(bench.concord, GIRL, verdict, by, reason)


def standing(bench: Bench) -> Judgement:
    """The judgement that counts."""
    with bench.concord.store.view() as view:
        found = standing_on(view, GIRL)
    assert found is not None
    return found


def taken_back(bench: Bench, by: str = "b.second", reason: str = "a mistake") -> Judged:
    """Take back what counts, a minute later."""
    bench.later(minutes=1)
    return revert(bench.concord, standing(bench), by, reason)


def entries(bench: Bench) -> list[AuditEntry]:
    """The audit chain."""
    with bench.concord.store.view() as view:
        return list(audit_entries(view, bench.concord.codec))


def test_judgements_are_listed_oldest_first_and_the_last_counts(bench: Bench) -> None:
    """With who, when, why; an earlier one on the pair no longer counts."""
    apart(bench)
    judged(bench, Verdict.UNSURE, "a.first", "not enough")
    judged(bench, Verdict.SAME, "b.second", "rang the home")

    with bench.concord.store.view() as view:
        listed = all_judgements(view)
        assert listed == judgements_on(view, ["riverside:R1"]) == history_of(view, GIRL)

    assert [("a.first", "not enough", Verdict.UNSURE, False),
            ("b.second", "rang the home", Verdict.SAME, True)] == [
        (each.by, each.reason, each.verdict, each.stands) for each in listed]
    assert listed[0].made_at < listed[1].made_at


def test_undoing_the_only_judgement_leaves_none(bench: Bench) -> None:
    """The pair is the model's again, and in review."""
    judged(apart(bench), Verdict.SAME)
    taken_back(bench)

    with bench.concord.store.view() as view:
        assert [Verdict.SAME, Verdict.UNDONE] == [each.verdict for each in history_of(view, GIRL)]
        assert standing_on(view, GIRL) is None
    assert [["police:N1"], ["riverside:R1"]] == sorted(bench.people())


def test_undoing_a_judgement_restores_the_one_before_it(bench: Bench) -> None:
    """One person's mistake does not lose what another had judged, and says whose it was."""
    judged(apart(bench), Verdict.DIFFERENT, "a.first", "two cousins")
    judged(bench, Verdict.SAME, "b.second", "seen together")
    taken_back(bench, "b.second", "wrong pair")

    found = standing(bench)

    assert (Verdict.DIFFERENT, "b.second",
            "wrong pair (what a.first judged before stands again: two cousins)") == (
        found.verdict, found.by, found.reason)


def test_undoing_again_takes_back_the_next_and_revives_nothing(bench: Bench) -> None:
    """What was taken back stays so; at the end there is nothing left to undo."""
    judged(apart(bench), Verdict.UNSURE, "a.first", "not enough")
    judged(bench, Verdict.SAME, "b.second", "seen together")
    judged(bench, Verdict.DIFFERENT, "c.third", "two cousins")

    told = []
    for _ in range(2):
        taken_back(bench, "d.fourth", "no")
        told.append((standing(bench).verdict, standing(bench).reason))
    taken_back(bench, "d.fourth", "no")

    assert [
        (Verdict.SAME, "no (what b.second judged before stands again: seen together)"),
        (Verdict.UNSURE, "no (what a.first judged before stands again: not enough)")] == told
    with bench.concord.store.view() as view, pytest.raises(ConfigError, match="nothing to undo"):
        to_undo(history_of(view, GIRL))


def test_a_judgement_upon_an_undoing_is_taken_back_to_what_the_undoing_restored(
        bench: Bench) -> None:
    """In the words of who first judged it, quoted once."""
    judged(apart(bench), Verdict.SAME, "a.first", "seen together")
    judged(bench, Verdict.DIFFERENT, "b.second", "two cousins")
    taken_back(bench, "c.third", "no")
    judged(bench, Verdict.UNSURE, "d.fourth", "not enough")
    taken_back(bench, "e.fifth", "yes")

    assert (Verdict.SAME,
            "yes (what a.first judged before stands again: seen together)") == (
        standing(bench).verdict, standing(bench).reason)


def test_undoing_twice_in_one_moment_takes_back_two(bench: Bench) -> None:
    """With the same words, by the same person, on a clock that stands still."""
    apart(bench)
    for _ in range(3):
        judged(bench, Verdict.SAME)
    for _ in range(2):
        revert(bench.concord, standing(bench), "b.second", "a mistake")

    with bench.concord.store.view() as view:
        history = history_of(view, GIRL)
    assert ([Verdict.SAME] * 5, None) == ([each.verdict for each in history],
                                          before_it(history, history[-1]))


def test_a_reason_written_like_that_of_an_undoing_makes_none(bench: Bench) -> None:
    """A judgement in such words is one like any other."""
    judged(apart(bench), Verdict.UNSURE, "a.first", "not enough")
    judged(bench, Verdict.SAME, "b.second",
           "no (what a.first judged before stands again: not enough)")
    taken_back(bench)

    assert Verdict.UNSURE is standing(bench).verdict


def test_what_no_longer_counts_cannot_be_undone(bench: Bench) -> None:
    """The later judgement is named; where none stands, that is said."""
    first = judged(apart(bench), Verdict.UNSURE).judgement_id
    second = judged(bench, Verdict.SAME).judgement_id
    with bench.concord.store.view() as view:
        with pytest.raises(ConfigError, match=f"undo {second}"):
            to_undo(history_of(view, GIRL), judgement_named(view, first))
        with pytest.raises(ConfigError, match="nothing to undo"):
            to_undo(history_of(view, ("police:N1", "police:N9")))


def test_a_judgement_is_named_by_its_first_letters(bench: Bench) -> None:
    """Eight are enough where no other begins so; fewer, or none at all, are refused."""
    made = judged(apart(bench), Verdict.SAME).judgement_id
    with bench.concord.store.view() as view:
        assert made == judgement_named(view, made[:8]).judgement_id
        for text in (made[:7], "no such id at all"):
            with pytest.raises(ConfigError, match="There is no one judgement"):
                judgement_named(view, text)


def test_undoing_a_link_lists_and_recalls_what_it_caused(bench: Bench) -> None:
    """Findings, their notices, records given out, and who read; the notices are then over."""
    apart(bench)
    bench.concord.deliver()
    judged(bench, Verdict.SAME)
    bench.concord.deliver()
    record_consultation(bench.concord.store, bench.concord.codec, {"riverside:R1"}, "a.keyworker",
                        "riverside", "on shift", "briefing", bench.clock.now())

    undone = taken_back(bench)

    caused = undone.caused
    assert caused is not None
    assert ["D04", "M01"] == [each.code for each in caused.findings]
    assert {"police", "riverside"} <= {each.recipient for each in caused.notices}
    assert (len(caused.to_recall), len(caused.notices)) == (undone.recalled, undone.recalled)
    assert [("police", "riverside", "R1"), ("riverside", "police", "N1")] == [
        (each.from_agency, each.to_agency, each.local_id) for each in caused.given]
    assert [("a.keyworker", "on shift")] == [(each.actor, each.why) for each in caused.readings]


def test_a_breach_assessment_is_opened_where_somebody_was_reached(bench: Bench) -> None:
    """An entry of the audit chain under the name of who undid the link, with counts alone."""
    judged(apart(bench), Verdict.SAME)
    bench.concord.deliver()
    undone = taken_back(bench)

    assert undone.caused is not None
    given = sum(each.count for each in undone.caused.given)
    assert [("b.second", f"judgement {undone.judgement_id}: {len(undone.caused.notices)} "
                         f"notices, {given} records given, 0 readings")] == [
        (each.actor, each.detail) for each in entries(bench) if each.why == BREACH]


def test_a_breach_assessment_outlives_an_interruption_after_the_judgement(
        bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written with the judgement, or the command repeated would find nothing parted."""
    judged(apart(bench), Verdict.SAME)
    bench.concord.deliver()
    found = standing(bench)

    def stopped(_: Concord) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Concord, "check", stopped)
        with pytest.raises(KeyboardInterrupt):
            revert(bench.concord, found, "b.second", "two cousins")

    with bench.concord.store.view() as view:
        made = history_of(view, GIRL)[-1]
    opened = [each.detail for each in entries(bench) if each.why == BREACH]
    assert (Verdict.UNDONE, 1) == (made.verdict, len(opened))
    assert (opened[0] or "").startswith(f"judgement {made.judgement_id}: ")


def test_no_assessment_is_opened_where_nobody_was_reached(bench: Bench) -> None:
    """Undone before anything was delivered."""
    judged(apart(bench), Verdict.SAME)
    undone = taken_back(bench)

    assert undone.caused is not None
    assert (False, 0) == (undone.caused.reached_somebody, undone.recalled)
    assert [] == [each for each in entries(bench) if each.why == BREACH]


def test_what_was_before_the_link_is_not_laid_to_it(bench: Bench) -> None:
    """A reading of the day before, and a notice about the block that stands without the link."""
    apart(bench)
    bench.concord.deliver()
    record_consultation(bench.concord.store, bench.concord.codec, {"riverside:R1"}, "a.keyworker",
                        "riverside", "on shift", "briefing", bench.clock.now())
    judged(bench, Verdict.SAME)
    undone = taken_back(bench)

    assert undone.caused is not None
    assert ((), (), ()) == (undone.caused.notices, undone.caused.given, undone.caused.readings)


@pytest.mark.parametrize("parting", [Verdict.DIFFERENT, Verdict.UNDONE])
def test_judging_the_same_again_hides_nothing_that_the_link_had_caused(
        bench: Bench, parting: Verdict) -> None:
    """The link began with the first of the two."""
    judged(apart(bench), Verdict.SAME)
    bench.concord.deliver()
    judged(bench, Verdict.SAME, "c.third", "seen again")

    parted = make(bench.concord, GIRL, parting, "b.second", "two cousins")

    assert parted.caused is not None
    assert [("police", "riverside"), ("riverside", "police")] == [
        (each.from_agency, each.to_agency) for each in parted.caused.given]


def test_a_link_judged_the_same_anew_began_anew(bench: Bench) -> None:
    """What an earlier link had caused was accounted for when that one was undone."""
    apart(bench)
    judged(bench, Verdict.SAME)
    bench.concord.deliver()
    taken_back(bench)
    judged(bench, Verdict.SAME)

    again = taken_back(bench)

    assert again.caused is not None
    assert () == again.caused.given


def test_confirming_what_the_model_had_joined_hides_nothing_from_before(bench: Bench) -> None:
    """The two were one child before anybody judged them so."""
    apart(bench, nominal("N2", "Kayleigh", "Thornton", "2011-05-14"))
    bench.concord.deliver()
    bench.later(minutes=1)
    pair = ("police:N2", "riverside:R1")
    make(bench.concord, pair, Verdict.SAME, "a.first", "seen together")
    bench.later(minutes=1)

    parted = make(bench.concord, pair, Verdict.DIFFERENT, "b.second", "two cousins")

    assert parted.caused is not None
    assert [("police", "riverside"), ("riverside", "police")] == [
        (each.from_agency, each.to_agency) for each in parted.caused.given]


def test_parting_what_the_model_joined_is_accounted_for_too(bench: Bench) -> None:
    """A judgement that parts an automatic link recalls what rested on it."""
    apart(bench, nominal("N2", "Kayleigh", "Thornton", "2011-05-14"))
    bench.concord.deliver()
    bench.later(minutes=1)

    parted = make(bench.concord, ("police:N2", "riverside:R1"), Verdict.DIFFERENT, "a.first",
                  "two cousins")

    assert parted.caused is not None
    assert [("police", "riverside"), ("riverside", "police")] == [
        (each.from_agency, each.to_agency) for each in parted.caused.given]


def test_a_judgement_that_parts_nothing_causes_nothing(bench: Bench) -> None:
    """Two that were never joined."""
    assert judged(apart(bench), Verdict.DIFFERENT).caused is None


def test_recalled_notices_are_ended_for_their_recipients(bench: Bench) -> None:
    """Whoever was told is told that it is over."""
    judged(apart(bench), Verdict.SAME)
    bench.concord.deliver()
    taken_back(bench)

    with bench.concord.store.view() as view:
        told = [each for agency in ("police", "riverside")
                for each in notices_for(view, bench.concord.codec, agency) if each.code == "M01"]
    assert {NoticeState.ENDED} == {each.state for each in told}
