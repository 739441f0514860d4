"""The order of the review queue: what would expose the worst first, and how much was looked at."""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from broker.event.finding import Finding
from broker.identity.cluster import Pair, Review
from broker.pipeline.consequences import (
    WORST_FIRST,
    Foresight,
    exposed_by_join,
    exposed_by_parting,
    worst_first,
)
from broker.pipeline.linking import review_pairs
from broker.ports import Reading
from broker.vocabulary.words import Severity

# What either decision would raise is worked out for so many pairs, the likeliest.
EXAMINED_MAX = 300
_NOTHING = len(WORST_FIRST)


class Exposure(NamedTuple):
    """The findings that would newly stand, the worst first, if a pair were judged to be one child
    (`joined`), and if it were judged to be two (`parted`)."""

    joined: tuple[Finding, ...] = ()
    parted: tuple[Finding, ...] = ()


Exposed = Mapping[Pair, Exposure]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair in review and what deciding it would expose; None where that was not worked out."""

    review: Review
    exposure: Exposure | None = None

    @property
    def exposes(self) -> tuple[Finding, ...] | None:
        """The findings that would newly stand if the two were joined; None as above."""
        return None if self.exposure is None else self.exposure.joined

    @property
    def holds_back(self) -> tuple[Finding, ...] | None:
        """The findings that are not raised only because the two may be one; None as above."""
        return None if self.exposure is None else self.exposure.parted

    @property
    def pair(self) -> Pair:
        """The two subject keys, the lesser first."""
        return self.review.left, self.review.right

    @property
    def worst(self) -> Severity | None:
        """How soon somebody must look at what either decision would expose."""
        first = worst_first((*(self.exposes or ())[:1], *(self.holds_back or ())[:1]))
        return first[0].severity if first else None


@dataclass(frozen=True, slots=True)
class Queue:
    """The pairs in review in the order in which to decide them; `examined` is for how many of
    them what a decision would raise was worked out."""

    pairs: tuple[Waiting, ...]
    examined: int

    @property
    def is_cut(self) -> bool:
        """Whether some pairs were only ordered by their probability."""
        return self.examined < len(self.pairs)


def review_queue(reading: Reading, foresight: Foresight, *, known: Exposed | None = None,
                 stale: Collection[str] = (), examined_max: int = EXAMINED_MAX) -> Queue:
    """The queue as it now stands: pairs that would expose a critical finding, whichever way they
    are decided, first, then a high one and so on, then by probability.

    `known` is what an earlier queue worked out; it is used again except for pairs with a subject
    key in `stale`.
    """
    listed = review_pairs(reading)
    looked_at = {(each.left, each.right) for each in listed[:examined_max]}
    known = known or {}
    waiting = []
    for each in listed:
        pair = each.left, each.right
        exposure = None
        if pair in known and not (each.left in stale or each.right in stale):
            exposure = known[pair]
        elif pair in looked_at:
            exposure = Exposure(exposed_by_join(reading, foresight, pair),
                                exposed_by_parting(reading, foresight, pair))
        waiting.append(Waiting(each, exposure))
    return Queue(tuple(sorted(waiting, key=_place_of)),
                 sum(each.exposure is not None for each in waiting))


def exposed_in(queue: Queue) -> Exposed:
    """What was worked out for a queue, to be used again for the next."""
    return {each.pair: each.exposure for each in queue.pairs if each.exposure is not None}


def _place_of(waiting: Waiting) -> tuple[int, float, str, str]:
    worst = _NOTHING if waiting.worst is None else WORST_FIRST.index(waiting.worst)
    return worst, -waiting.review.probability, *waiting.pair


def after(queue: Queue, passed: Collection[Pair]) -> Sequence[Waiting]:
    """What is left of a queue when these pairs have been passed over or decided."""
    return [each for each in queue.pairs if each.pair not in passed]
