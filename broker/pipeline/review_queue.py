"""The order of the review queue: what would expose the worst first, and how much was looked at."""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from broker.event.finding import Finding
from broker.identity.cluster import Pair, Review
from broker.pipeline.consequences import WORST_FIRST, Foresight, exposed_by_join
from broker.pipeline.linking import review_pairs
from broker.ports import Reading
from broker.vocabulary.words import Severity

# What a join would raise is worked out for so many pairs, the likeliest: some hundreds a second.
EXAMINED_MAX = 300
_NOTHING = len(WORST_FIRST)
Exposed = Mapping[Pair, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair in review and the findings that would newly stand if it were joined, the worst
    first; `exposes` is None where that was not worked out."""

    review: Review
    exposes: tuple[Finding, ...] | None = None

    @property
    def pair(self) -> Pair:
        """The two subject keys, the lesser first."""
        return self.review.left, self.review.right

    @property
    def worst(self) -> Severity | None:
        """How soon somebody must look at what a join would expose."""
        return self.exposes[0].severity if self.exposes else None


@dataclass(frozen=True, slots=True)
class Queue:
    """The pairs in review in the order in which to decide them; `examined` is for how many of
    them what a join would raise was worked out."""

    pairs: tuple[Waiting, ...]
    examined: int

    @property
    def is_cut(self) -> bool:
        """Whether some pairs were only ordered by their probability."""
        return self.examined < len(self.pairs)


def review_queue(reading: Reading, foresight: Foresight, *, known: Exposed | None = None,
                 stale: Collection[str] = (), examined_max: int = EXAMINED_MAX) -> Queue:
    """The queue as it now stands: possible joins that would expose a critical finding first, then
    a high one and so on, then by probability.

    `known` is what an earlier queue worked out; it is used again except for pairs with a subject
    key in `stale`.
    """
    listed = review_pairs(reading)
    looked_at = {(each.left, each.right) for each in listed[:examined_max]}
    known = known or {}
    waiting = []
    for each in listed:
        pair = each.left, each.right
        exposes = None
        if pair in known and not (each.left in stale or each.right in stale):
            exposes = known[pair]
        elif pair in looked_at:
            exposes = exposed_by_join(reading, foresight, pair)
        waiting.append(Waiting(each, exposes))
    return Queue(tuple(sorted(waiting, key=_place_of)),
                 sum(each.exposes is not None for each in waiting))


def exposed_in(queue: Queue) -> Exposed:
    """What was worked out for a queue, to be used again for the next."""
    return {each.pair: each.exposes for each in queue.pairs if each.exposes is not None}


def _place_of(waiting: Waiting) -> tuple[int, float, str, str]:
    worst = _NOTHING if waiting.worst is None else WORST_FIRST.index(waiting.worst)
    return worst, -waiting.review.probability, *waiting.pair


def after(queue: Queue, passed: Collection[Pair]) -> Sequence[Waiting]:
    """What is left of a queue when these pairs have been passed over or decided."""
    return [each for each in queue.pairs if each.pair not in passed]
