"""The order of the review queue: what would expose the worst first."""
import pytest

from broker.cli.judging import foresight_of, make
from broker.pipeline.review_queue import Exposure, Queue, after, exposed_in, review_queue
from broker.vocabulary.words import Severity, Verdict
from tests.pipeline.conftest import NOMINALS, RESIDENTS, Bench
from tests.pipeline.pairs import (
    GIRL,
    HOME_NUMBER,
    POLICE_NUMBER,
    apart,
    nominal,
    queue_of,
    resident,
)

# Two whom police hold twice: alike in everything, and nothing else is known of them.
TWICE = (nominal("N7", "Ottilie", "Barraclough", "2012-03-02"),
         nominal("N8", "Ottilie", "Barraclough", "2012-03-02"))
# A girl with two NHS numbers, a letter off and another postcode.
LESS_ALIKE = (resident("R5", "Persephone", "Holroyd", "2012-06-07", HOME_NUMBER),
              nominal("N5", "Persephonee", "Holroyd", "2012-06-07", POLICE_NUMBER).replace(
                  "YO61 3QQ", "LS1 4AB"))


@pytest.fixture
def three(bench: Bench) -> Bench:
    """A pair that would expose a critical finding, one a high one, one nothing."""
    apart(bench, *TWICE)
    bench.publish("riverside", residents=[RESIDENTS, LESS_ALIKE[0].replace(
        HOME_NUMBER, "9000000009")])
    bench.publish("police", nominals=[NOMINALS, LESS_ALIKE[1].replace(
        POLICE_NUMBER, "9000000017")])
    bench.check()
    return bench


def order(queue: Queue) -> list[tuple[tuple[str, str], Severity | None]]:
    """The pairs with the worst that each would expose."""
    return [(each.pair, each.worst) for each in queue.pairs]


def test_what_would_expose_a_critical_finding_comes_first(three: Bench) -> None:
    """Then what would expose a high one, then the likeliest, however sure the model is."""
    queue = queue_of(three)

    assert [(GIRL, Severity.CRITICAL), (("police:N5", "riverside:R5"), Severity.HIGH),
            (("police:N7", "police:N8"), None)] == order(queue)
    assert queue.pairs[1].review.probability < queue.pairs[2].review.probability
    assert (3, False) == (queue.examined, queue.is_cut)


def test_a_long_queue_is_worked_out_for_the_likeliest_only(three: Bench) -> None:
    """The rest stand behind by their probability, and the queue says that it is cut."""
    queue = queue_of(three, examined_max=0)

    assert (0, True) == (queue.examined, queue.is_cut)
    assert [None, None, None] == [each.exposes for each in queue.pairs]
    assert sorted((each.review for each in queue.pairs), key=lambda each: (
        -each.probability, each[:2])) == [each.review for each in queue.pairs]


def test_the_worst_of_several_findings_counts_and_stands_first(three: Bench) -> None:
    """A join that exposes a critical and a high finding is as urgent as the critical one."""
    [first, *_] = queue_of(three).pairs

    assert ["M01", "D04"] == [each.code for each in first.exposes or ()]


def test_what_was_worked_out_is_used_again_but_for_those_touched(three: Bench) -> None:
    """After a decision, only pairs of those whom it touched are looked at again."""
    queue = queue_of(three)
    known = dict.fromkeys(exposed_in(queue), Exposure())
    with three.concord.store.view() as view:
        again = review_queue(view, foresight_of(three.concord), known=known,
                             stale={"riverside:R1"})

    assert [(GIRL, Severity.CRITICAL)] == [each for each in order(again) if each[1]]


def test_a_decided_pair_leaves_the_queue(three: Bench) -> None:
    """Joined or parted; one that a person is not sure of stays."""
    make(three.concord, GIRL, Verdict.SAME, "a.reviewer", "seen together")
    make(three.concord, ("police:N7", "police:N8"), Verdict.DIFFERENT, "a.reviewer", "cousins")
    make(three.concord, ("police:N5", "riverside:R5"), Verdict.UNSURE, "a.reviewer", "unclear")

    assert [("police:N5", "riverside:R5")] == [each.pair for each in queue_of(three).pairs]


def test_pairs_passed_over_are_not_shown_again(three: Bench) -> None:
    """In the order of the rest."""
    queue = queue_of(three)

    assert [("police:N7", "police:N8")] == [each.pair for each in after(
        queue, {GIRL, ("police:N5", "riverside:R5")})]
