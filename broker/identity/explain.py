"""Why two records were joined, or why not: the calculation itself, row by row."""
from dataclasses import dataclass

from broker.identity.model import Model
from broker.identity.person import Person
from broker.identity.scoring import score


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of evidence, its sentence and its weight in bits; the rows add up to the total."""

    feature: str
    level: str
    reason: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence on a pair. `weight` is in bits and is the sum of the rows (prior among them).

    `forbidden` and `held` say what keeps the two from being joined without a person; `joined`
    is whether they are now one child. Holds no value of either record.
    """

    left: str
    right: str
    rows: tuple[Row, ...]
    weight: float
    probability: float
    forbidden: str | None
    held: str | None
    joined: bool
    model: str


def explain(one: Person, other: Person, model: Model, *, joined: bool) -> Explanation:
    """Every feature that tells for or against, strongest first, after the prior."""
    left, right = sorted((one, other), key=lambda each: each.key)
    scored = score(left, right, model)
    prior = Row("prior", "any_pair", f"one pair in {model.population} taken at random",
                model.prior_bits)
    rows = sorted(
        (Row(each.feature, each.level, model.table[each.feature, each.level].reason,
             model.weigh(each)) for each in scored.evidence),
        key=lambda row: (-abs(row.weight), row.feature),
    )
    return Explanation(left.key, right.key, (prior, *rows), scored.weight, scored.probability,
                       scored.forbidden, scored.held, joined, model.version)
