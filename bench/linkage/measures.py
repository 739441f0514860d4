"""How well a labelling of rows agrees with the truth: pairs, B-cubed, and recall by group.

All are counted from how many rows each true and each found cluster share; pairs are never listed.
B-cubed is Bagga and Baldwin 1998 (https://aclanthology.org/P98-1012/): the share of a row's found
cluster that is really with it, and of its true cluster that was found, averaged over the rows.
"""
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any, Self

from broker.report.intervals import Interval, wilson

Labels = Mapping[str, Hashable]


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool found: the cluster of each row by its id, and the seconds it took, by the clock
    and of the processor (which counts every core that was used)."""

    clusters: Labels
    seconds: float
    processor: float

    @classmethod
    def timed(cls, run: Callable[[], Labels]) -> Self:
        """What `run` finds, and how long it takes."""
        started, worked = perf_counter(), process_time()
        clusters = run()
        return cls(clusters, perf_counter() - started, process_time() - worked)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision and recall, shares of 1; of nothing to be wrong about they are 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def _pairs(sizes: Mapping[Any, int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _sizes(true: Labels, found: Labels) -> tuple[
        Counter[Hashable], Counter[Hashable], Counter[tuple[Hashable, Hashable]]]:
    """Rows of each true cluster, of each found one, and of each pair of the two."""
    assert true.keys() == found.keys(), (len(true), len(found))
    both = Counter((true[row], found[row]) for row in true)
    return Counter(true.values()), Counter(found.values()), both


def pairwise(true: Labels, found: Labels) -> Agreement:
    """Precision and recall of "these two rows are one"."""
    of_true, of_found, of_both = (_pairs(each) for each in _sizes(true, found))
    return Agreement(_share(of_both, of_found), _share(of_both, of_true))


def bcubed(true: Labels, found: Labels) -> Agreement:
    """B-cubed precision and recall, averaged over the rows."""
    true_sizes, found_sizes, both = _sizes(true, found)
    precision = recall = 0.0
    for (of_true, of_found), size in both.items():
        precision += size * size / found_sizes[of_found]
        recall += size * size / true_sizes[of_true]
    return Agreement(_share(precision, len(true)), _share(recall, len(true)))


def recall_by_group(
    true: Labels, found: Labels, group: Mapping[str, str]
) -> dict[str, Interval]:
    """By group of people, in order of name, the share of true pairs found with its 95 % Wilson
    interval. `group` says the group of each row; the pairs of a person count with the group of
    that person's rows, a pair of rows of two groups with neither. Pairs of one person are not
    independent, so the interval is too narrow where people have many rows."""
    whole = Counter((group[row], true[row]) for row in true)
    joined = Counter((group[row], true[row], found[row]) for row in true)
    of: Counter[str] = Counter()
    for (name, _), size in whole.items():
        of[name] += size * (size - 1) // 2
    got: Counter[str] = Counter()
    for (name, _, _), size in joined.items():
        got[name] += size * (size - 1) // 2
    return {name: wilson(got[name], of[name]) for name in sorted(of)}
