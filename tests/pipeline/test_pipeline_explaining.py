"""Why two are, or are not, one child: what decided, who stands in the way, and the way out."""
from dataclasses import replace
from datetime import date

from broker.backends.memory import MemoryStore
from broker.cli.judging import make
from broker.event.person import PersonRecorded
from broker.identity.cluster import UNFITTING
from broker.identity.explain import Outcome
from broker.identity.model import DEFAULT_MODEL
from broker.identity.scoring import HELD_APART, NHS_NUMBERS_DIFFER, NO_BIRTH_DATE
from broker.pipeline.explaining import (
    BY_SEX,
    TOGETHER,
    Against,
    PairTold,
    Why,
    tell_pair,
    ways_out,
    weakest_join,
)
from broker.vocabulary.words import Verdict
from tests.pipeline.conftest import NOMINALS, RESIDENTS, Bench
from tests.pipeline.pairs import GIRL, apart, nominal, resident
from tests.pipeline.test_linking import fold, said

TWIN_RECORD = nominal("N2", "Kayleigh", "Thornton", "2011-05-14")


def told(bench: Bench, one: str, other: str) -> PairTold:
    """The answer on two records."""
    with bench.concord.store.view() as view:
        found = tell_pair(view, one, other, bench.concord.model)
    assert found is not None
    return found


def people(bench: Bench, residents: list[str], nominals: list[str]) -> Bench:
    """These rows of the home and of police, checked."""
    bench.publish("riverside", residents=[RESIDENTS, *residents])
    bench.publish("police", nominals=[NOMINALS, *nominals])
    bench.check()
    return bench


def judged(bench: Bench, one: str, other: str, verdict: Verdict) -> None:
    """A judgement, a minute after the last."""
    bench.later(minutes=1)
    make(bench.concord, (one, other), verdict, "a.first", "seen together")


def test_their_own_evidence_joins_two(bench: Bench) -> None:
    """And a person's judgement would part them."""
    people(bench, [resident("R1", "Kayleigh", "Thornton", "2011-05-14")], [TWIN_RECORD])
    found = told(bench, "riverside:R1", "police:N2")

    assert (Why.EVIDENCE, (("police:N2", "riverside:R1"),), ()) == (
        found.why, found.children, found.path)
    assert ("A person's judgement: `concord people judge police:N2 riverside:R1 different --by "
            "--reason`.",) == ways_out(found)


def test_different_numbers_forbid(bench: Bench) -> None:
    """Until one of the agencies ends its number, or a person judges."""
    found = told(apart(bench), *GIRL)

    assert (Why.FORBIDDEN, NHS_NUMBERS_DIFFER) == (found.why, found.reason)
    assert [("If police or riverside ended its NHS number, or sent the other one beside it as "
             "ended, the two numbers would no longer stand against each other.")] == list(
        ways_out(found)[:1])


def test_a_record_beside_the_pair_forbids(bench: Bench) -> None:
    """Police hold two: the one that is the home's girl keeps the other from her."""
    people(bench, [resident("R1", "Kayleigh", "Thornton", "2011-05-14")],
           [nominal("N1", "Kayleigh", "Thornton", "2011-05-14"), TWIN_RECORD])
    [apart_from] = [key for key in ("police:N1", "police:N2")
                    if not told(bench, key, "riverside:R1").explanation.joined]
    found = told(bench, apart_from, "riverside:R1")

    [other] = {"police:N1", "police:N2"} - {apart_from}
    assert (Why.FORBIDDEN, HELD_APART) == (found.why, found.reason)
    assert [(apart_from, other, HELD_APART)] == [
        (each.key, each.of, each.forbidden) for each in found.against]
    assert "If police made one record of its two, or a person judged its two records the same." \
        in ways_out(found)


def test_evidence_of_a_kind_is_held_for_a_person(bench: Bench) -> None:
    """Two boys of one name and postcode, and no birth date on one side."""
    people(bench, [resident("R1", "Kyle", "Thornton", "2011-05-14").replace(",F,", ",M,")],
           [nominal("N1", "Kyle", "Thornton", "").replace("Female", "Male")])
    found = told(bench, *GIRL)

    assert (Why.HELD, NO_BIRTH_DATE) == (found.why, found.reason)


def test_two_who_are_not_alike_are_below_the_threshold(bench: Bench) -> None:
    """Nobody is asked about them."""
    people(bench, [resident("R1", "Kayleigh", "Thornton", "2011-05-14")],
           [nominal("N1", "Leonora", "Barraclough", "2014-02-20")])

    assert Why.BELOW is told(bench, *GIRL).why


def test_two_equally_near_rivals_leave_it_to_a_person(bench: Bench) -> None:
    """A child without a given name yet, and twins: who is meant cannot be told."""
    people(bench, [resident("R1", "", "Thornton", "2011-05-14")],
           [nominal("N1", "Kayleigh", "Thornton", "2011-05-14"),
            nominal("N2", "Rosamund", "Thornton", "2011-05-14")])
    found = told(bench, *GIRL)

    assert (Why.NEAR_RIVALS, [("police:N2", "riverside:R1")]) == (
        found.why, [(each.key, each.of) for each in found.against])
    assert ("If police:N2 and riverside:R1 were said to be one child, or two, this pair would "
            "no longer be in doubt for their sake.") in ways_out(found)


def test_a_twin_without_a_name_is_told_by_the_others_sex(bench: Bench) -> None:
    """Of a boy and a girl; and it is this pair that holds the child together."""
    people(bench, [resident("R1", "Twin 2", "Thornton", "2011-05-14")],
           [nominal("N1", "Kayleigh", "Thornton", "2011-05-14"),
            nominal("N2", "Kyle", "Thornton", "2011-05-14").replace("Female", "Male")])
    found = told(bench, *GIRL)
    with bench.concord.store.view() as view:
        weakest = weakest_join(view, GIRL, bench.concord.model)

    assert (Why.THROUGH_OTHERS, BY_SEX, (GIRL,)) == (found.why, found.reason, found.children)
    assert weakest is not None
    assert GIRL == (weakest.left, weakest.right)


def test_judgements_are_told_with_who_made_them(bench: Bench) -> None:
    """And how each is taken back."""
    apart(bench)
    seen = []
    ways: tuple[str, ...] = ()
    for verdict in (Verdict.SAME, Verdict.UNSURE, Verdict.DIFFERENT):
        judged(bench, *GIRL, verdict)
        found = told(bench, *GIRL)
        assert found.judgement is not None
        ways = (f"`concord people undo {found.judgement.judgement_id}` takes the judgement back.",)
        seen.append((found.why, found.reason, found.explanation.joined))

    assert [(Why.JUDGED_SAME, "a.first judged them the same", True),
            (Why.JUDGED_UNSURE, "a.first looked and was not sure", False),
            (Why.JUDGED_DIFFERENT, "a.first judged them different", False)] == seen
    assert ways == ways_out(found)


def test_the_way_through_others_is_told_pair_by_pair(bench: Bench) -> None:
    """Police's two records are one child only because each was judged the home's girl."""
    apart(bench, TWIN_RECORD)
    judged(bench, "police:N1", "riverside:R1", Verdict.SAME)
    judged(bench, "police:N2", "riverside:R1", Verdict.SAME)
    found = told(bench, "police:N2", "police:N1")

    assert (Why.THROUGH_OTHERS, [("police:N1", "riverside:R1", True),
                                 ("riverside:R1", "police:N2", True)]) == (
        found.why, [(each.one, each.other, each.judged) for each in found.path])
    assert ways_out(found)[0].startswith("It falls with its weakest pair: ")


def test_who_has_no_person_record_is_not_compared(bench: Bench) -> None:
    """There is nothing to explain."""
    apart(bench)
    with bench.concord.store.view() as view:
        assert tell_pair(view, "police:N1", "police:N9", bench.concord.model) is None


def test_the_order_of_the_two_is_no_matter(bench: Bench) -> None:
    """One answer on a pair."""
    apart(bench)

    assert told(bench, *GIRL) == told(bench, *reversed(GIRL))


def muddled(other: PersonRecorded, *pairs: tuple[str, str]) -> list[PairTold]:
    """The answers on pairs of a council's child, police's, and the home's, whose one record
    holds what both others say: one child with two dates, or two children muddled into one."""
    store = MemoryStore()
    fold(store, said("council:1", "Kayleigh", "Thornton"),
         said("riverside:R1", "Kayleigh", "Thornton"),
         replace(other, agency="riverside", subject="R1", record="second"), other)
    with store.view() as view:
        return [found for pair in pairs if (found := tell_pair(view, *pair, DEFAULT_MODEL))]


def test_two_birth_dates_meet_in_a_record_that_has_both() -> None:
    """Neither knows the other's date: the way goes through the third, by evidence alone."""
    [found] = muddled(said("police:N1", "Kayleigh", "Thornton", born=date(2013, 8, 30)),
                      ("police:N1", "council:1"))

    assert Outcome.LINK is not found.explanation.outcome
    assert (Why.THROUGH_OTHERS, [("council:1", "riverside:R1", False),
                                 ("riverside:R1", "police:N1", False)]) == (
        found.why, [(each.one, each.other, each.judged) for each in found.path])


def test_whom_a_record_does_not_fit_is_the_way_out(bench: Bench) -> None:
    """The records beside the pair that speak against it, with what they weigh or what forbids."""
    pair = told(apart(bench), *GIRL).explanation
    found = PairTold(pair, Why.DOES_NOT_FIT, UNFITTING, (("police:N1",), ("riverside:R1",)),
                     against=(Against("police:N1", "council:1", 0.0123),
                              Against("police:N1", "council:2", 0.9, HELD_APART)))

    assert (
        "If it were not for police:N1 beside council:1 (0.0123), the two would fit better.",
        "If it were not for police:N1 beside council:2 (one agency holds them as two people), "
        "the two would fit better.") == ways_out(found)[:2]


def test_groups_that_were_joined_as_wholes_have_no_single_way(bench: Bench) -> None:
    """The answer says so, and names no pair."""
    pair = told(apart(bench), *GIRL).explanation
    found = PairTold(pair, Why.THROUGH_OTHERS, TOGETHER, (GIRL,))

    assert 1 == len(ways_out(found))
