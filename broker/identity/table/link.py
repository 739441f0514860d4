"""Which rows of a file are one person, with no labels and no settings beside the threshold."""
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from broker.identity.model import bits_of
from broker.identity.table.blocking import Block, blocks_of, pairs_in
from broker.identity.table.doubts import Bounds, Doubts, doubts_of
from broker.identity.table.entities import Entities, Settings
from broker.identity.table.estimate import fit
from broker.identity.table.fitted import Fitted, Scored
from broker.identity.table.holds import Holds
from broker.identity.table.kin import ROWS_TO_COUNT
from broker.identity.table.levels import comparisons_of
from broker.identity.table.people import People, order_of, people_of

FLOOR_BITS = -4.0
"""The least weight of a pair that is kept: weaker ones tell for no core."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The person of each row (the number of that person's first row), the model that was
    estimated, how many pairs were compared, how many values of each column could not be
    understood, the doubts, where they were asked for, and how many birth dates no calendar has."""

    people: NDArray[np.int64]
    model: Fitted
    pairs: int
    unread: Mapping[str, int]
    doubts: Doubts | None = None
    no_day: int = 0


def _nobody(_stage: str, _share: float) -> None:
    """Hears of progress and tells nobody."""


def link_columns(
    columns: Mapping[str, Sequence[str]], compare: Mapping[str, Sequence[str]],
    ids: Sequence[str], threshold: float = 0.95, told: Callable[[str, float], None] = _nobody,
    bounds: Bounds | None = None,
) -> Linked:
    """Link the rows of a file, whatever their order; for the columns see `people_of`. `ids` tell
    rows apart that say the same."""
    order = order_of(columns, compare, ids)
    linked = link(people_of({name: [texts[row] for row in order]
                             for name, texts in columns.items()},
                            {name: [texts[row] for row in order]
                             for name, texts in compare.items()}), threshold, told, bounds)
    first: dict[int, int] = {}
    for person, row in zip(linked.people.tolist(), order, strict=True):
        first[person] = min(first.get(person, row), row)
    people = np.zeros(len(order), np.int64)
    people[order] = [first[person] for person in linked.people.tolist()]
    doubts = linked.doubts.of_rows(order) if linked.doubts else None
    return replace(linked, people=people, doubts=doubts)


def link(people: People, threshold: float = 0.95,
         told: Callable[[str, float], None] = _nobody, bounds: Bounds | None = None) -> Linked:
    """Link all rows. `told` hears of progress: a stage and which share of it is done. With
    `bounds` the doubts are found too; who is joined is no matter of them."""
    nobody = Linked(np.arange(people.size), Fitted((), 0.5), 0, people.unread,
                    Doubts(np.ones(people.size)) if bounds else None, people.no_day)
    comparisons = comparisons_of(people)
    if people.size < 2 or not comparisons:
        return nobody
    told("blocking", 0.0)
    blocks = blocks_of(people)
    told("estimating", 0.0)
    model, scored = fit(people, comparisons, blocks)
    settings = _settings(people.size, threshold)
    holds = Holds(people, comparisons, settings.join_bits)
    pairs, kept = 0, []
    for one, other, bits in [scored] if scored else _scored(model, blocks, people.size):
        pairs += len(one)
        held = holds(one, other, bits)
        strong = held.bits >= FLOOR_BITS
        kept.append((one[strong], other[strong], *(each[strong] for each in held)))
        told("comparing", float(one.max(initial=0)) / people.size)
    told("grouping", 0.0)
    if not kept:
        return replace(nobody, model=model)
    one, other, bits, apart, look = (np.concatenate(each) for each in zip(*kept, strict=True))
    labels = Entities(people.size, one, other, bits, settings, people.days, apart).labels()
    doubts = doubts_of(labels, people.days, (one, other, bits), settings, model,
                       bounds, look) if bounds else None
    return Linked(labels, model, pairs, people.unread, doubts, people.no_day)


def _settings(rows: int, threshold: float) -> Settings:
    """A small file has no cores so sure that what is less sure can be told to be theirs."""
    settings = Settings(join_bits=bits_of(threshold))
    return settings if rows >= ROWS_TO_COUNT else replace(
        settings, attach_probability=threshold, dated_probability=threshold)


def _scored(model: Fitted, blocks: Sequence[Block], size: int) -> Iterator[Scored]:
    for one, other in pairs_in(blocks, size):
        yield one, other, model.bits(one, other)
