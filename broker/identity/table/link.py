"""Which rows of a file are one person, with no labels and no settings beside the threshold."""
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from broker.identity.model import bits_of
from broker.identity.table.blocking import Block, blocks_of, pairs_in, unreached
from broker.identity.table.doubts import Bounds, Doubts, doubts_of
from broker.identity.table.entities import Entities, Settings
from broker.identity.table.estimate import fit
from broker.identity.table.fitted import Fitted, Scored
from broker.identity.table.holds import Holds
from broker.identity.table.kin import ROWS_TO_COUNT
from broker.identity.table.levels import comparisons_of
from broker.identity.table.people import People, order_of, people_of
from broker.identity.table.repeats import kept_of, repeats_in

FLOOR_BITS = -4.0
"""The least weight of a pair that is kept: weaker ones tell for no core."""

# The odds from which a row with a birth date joins a core, where a person has one further row; of
# more rows that share, and within these bounds.
_DATED_ODDS, _DATED_ODDS_LEAST, _DATED_ODDS_MOST = 20.0, 1.5, 9.0


@dataclass(frozen=True, slots=True)
class Linked:
    """The person of each row (the number of that person's first row), the model that was
    estimated, how many pairs were compared, how many values of each column could not be
    understood, the doubts, where they were asked for, and how many birth dates no calendar has;
    how many keys so many rows share that nothing was compared on them, and the rows that share a
    key with others and had only such."""

    people: NDArray[np.int64]
    model: Fitted
    pairs: int
    unread: Mapping[str, int]
    doubts: Doubts | None = None
    no_day: int = 0
    too_large: int = 0
    unreached: Sequence[int] = ()


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
    return replace(linked, people=people, doubts=doubts,
                   unreached=sorted(order[row] for row in linked.unreached))


def link(people: People, threshold: float = 0.95,
         told: Callable[[str, float], None] = _nobody, bounds: Bounds | None = None) -> Linked:
    """Link all rows. `told` hears of progress: a stage and which share of it is done. With
    `bounds` the doubts are found too; who is joined is no matter of them."""
    repeats = repeats_in(people)
    if len(repeats.kept) == people.size:
        return _link(people, threshold, told, bounds)
    linked = _link(kept_of(people, repeats.kept), threshold, told, bounds)
    doubts = repeats.doubts_of_all(linked.doubts) if linked.doubts else None
    return replace(linked, people=repeats.expanded(linked.people), doubts=doubts,
                   unreached=repeats.alike_to(linked.unreached))


def _link(people: People, threshold: float, told: Callable[[str, float], None],
          bounds: Bounds | None) -> Linked:
    nobody = Linked(np.arange(people.size), Fitted((), 0.5), 0, people.unread,
                    Doubts(np.ones(people.size)) if bounds else None, people.no_day)
    comparisons = comparisons_of(people)
    if people.size < 2 or not comparisons:
        return nobody
    told("blocking", 0.0)
    blocks = blocks_of(people)
    told("estimating", 0.0)
    model, scored = fit(people, comparisons, blocks)
    settings = _settings(people.size, threshold, model)
    holds = Holds(people, comparisons, settings.join_bits)
    pairs, kept = 0, []
    for one, other, bits in [scored] if scored else _scored(model, blocks, people.size):
        pairs += len(one)
        held = holds(one, other, bits)
        strong = held.bits >= FLOOR_BITS
        kept.append((one[strong], other[strong], *(each[strong] for each in held)))
        told("comparing", float(one.max(initial=0)) / people.size)
    told("grouping", 0.0)
    nobody = replace(nobody, model=model, too_large=sum(each.too_large for each in blocks),
                     unreached=unreached(people, blocks).tolist())
    if not kept:
        return nobody
    one, other, bits, apart, look = (np.concatenate(each) for each in zip(*kept, strict=True))
    labels = Entities(people.size, one, other, bits, settings, people.born, apart).labels()
    doubts = doubts_of(labels, people.born, (one, other, bits), settings, model,
                       bounds, look) if bounds else None
    return replace(nobody, people=labels, pairs=pairs, doubts=doubts)


def _settings(rows: int, threshold: float, model: Fitted) -> Settings:
    """A small file has no cores so sure that what is less sure can be told to be theirs; and of a
    person with many rows a further one is expected, of a person with few rather somebody else's.
    """
    settings = Settings(join_bits=bits_of(threshold))
    if rows < ROWS_TO_COUNT:
        return replace(settings, attach_probability=threshold, dated_probability=threshold)
    odds = _DATED_ODDS / (model.prior * (rows - 1))
    odds = min(max(odds, _DATED_ODDS_LEAST), _DATED_ODDS_MOST)
    return replace(settings, dated_probability=odds / (1 + odds))


def _scored(model: Fitted, blocks: Sequence[Block], size: int) -> Iterator[Scored]:
    for one, other in pairs_in(blocks, size):
        yield one, other, model.bits(one, other)
