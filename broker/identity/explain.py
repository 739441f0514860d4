"""Why two records were joined, or why not: the calculation itself, row by row, and what other
evidence would make of it."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from broker.identity.model import Level, Model, probability_of
from broker.identity.person import Person
from broker.identity.scoring import Scored, score

# What a record may say of each kind, and the features of the model that rest on it.
_PARTS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("names",), "given", "the names"), (("births",), "birth_date", "the birth date"),
    (("sexes",), "sex", "the sex"), (("nhs", "superseded"), "nhs_number", "the NHS number"),
    (("upns",), "upn", "the UPN"), (("local",), "local_id", "the council's child id"),
    (("pncs",), "pnc_id", "the PNC id"), (("postcodes",), "postcode", "the postcode"),
    (("phones",), "phone", "the telephone"))
# Features that follow from others, and from which.
_RESTS_ON = {
    "household": ("given", "family", "birth_date", "postcode", "phone"),
    "community": ("given", "family"), "former_name": ("given", "family"),
}
_OF_FORM = ("given", "birth_date", "sex", "local_id")  # of which no value can be made up
_ANY = "?"
# Words of levels that may be held for a person beside other evidence: no link is foretold of them.
_MAY_BE_HELD = ("similar", "initial", "estimate", "january", "fits", "expected")
_MISSING = "missing"
_DEPENDS = "_beside_"  # a level of one feature that goes with what another feature says
AGREES = "agrees"
UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What the model makes of a pair by itself."""

    LINK = "link"
    REVIEW = "review"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of evidence, its sentence and its weight in bits; the rows add up to the total."""

    feature: str
    level: str
    reason: str
    weight: float


@dataclass(frozen=True, slots=True)
class Change:
    """One piece of evidence as it is not, and what the model would then make of the pair.

    `level` is a level of the model's table, or `agrees` (the one record said what the other says)
    or `unknown` (the one record did not say it); `weight` is the new total in bits.
    """

    feature: str
    level: str
    reason: str
    weight: float
    probability: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence on a pair. `weight` is in bits and is the sum of the rows (prior among them).

    `forbidden` and `held` say what keeps the two from being joined without a person; `joined`
    is whether they are now one child; `outcome` what the model makes of this pair alone. The
    probabilities of `link` and `review` are the model's thresholds. `changes` are, for each
    feature, the least that would give another outcome. Holds no value of either record.
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
    outcome: Outcome = Outcome.APART
    link: float = 1.0
    review: float = 1.0
    changes: tuple[Change, ...] = ()


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
                       scored.forbidden, scored.held, joined, model.version,
                       outcome_of(scored, model), model.link_probability,
                       model.review_probability, changes_of(left, right, model))


def outcome_of(scored: Scored, model: Model) -> Outcome:
    """What the model makes of a pair that nothing else speaks about."""
    if scored.links(model):
        return Outcome.LINK
    return Outcome.REVIEW if scored.weight >= model.review_bits else Outcome.APART


def changes_of(one: Person, other: Person, model: Model) -> tuple[Change, ...]:
    """For each feature and each outcome that the pair has not, the least change that gives it,
    the smallest first. One feature is changed at a time and everything else left as it is."""
    scored = score(one, other, model)
    now = outcome_of(scored, model)
    found = [each for each in (*_other_words(one, other, model),
                               *_other_levels(one, other, scored, model))
             if each.outcome is not now]
    found.sort(key=lambda each: (each.feature, each.outcome, _size(each, scored), each.level))
    least = [next(each) for _, each in groupby(found, lambda each: (each.feature, each.outcome))]
    return tuple(sorted(least, key=lambda each: (_size(each, scored), each.feature)))


def _size(change: Change, scored: Scored) -> float:
    return abs(change.weight - scored.weight)


def _other_words(one: Person, other: Person, model: Model) -> Iterator[Change]:
    """The pair scored again where one record says what the other does, or nothing."""
    for parts, feature, name in _PARTS:
        said, others = _said(one, parts), _said(other, parts)
        if said and others and said != others:
            yield _scored(_saying(one, parts, others), other, model, feature, AGREES,
                          f"both records agree on {name}")
        if said and others:
            yield _scored(_saying(one, parts, ((),) * len(parts)), other, model, feature,
                          UNKNOWN, f"one record does not know {name}")
        elif said or others:
            empty, full = (one, other) if others else (other, one)
            yield _scored(_saying(empty, parts, said or others), full, model, feature, AGREES,
                          f"both records agree on {name}")
        elif feature not in _OF_FORM:
            same = ((_ANY,), *((),) * (len(parts) - 1))
            yield _scored(_saying(one, parts, same), _saying(other, parts, same), model, feature,
                          AGREES, f"both records agree on {name}")


def _said(person: Person, parts: tuple[str, ...]) -> tuple[tuple[object, ...], ...]:
    """What a person's records say in these parts; empty where they say nothing."""
    said = tuple(getattr(person, part) for part in parts)
    return said if any(said) else ()


def _saying(person: Person, parts: tuple[str, ...],
            said: tuple[tuple[object, ...], ...]) -> Person:
    """The person with other words in these parts."""
    return Person(**{**person._asdict(), **dict(zip(parts, said, strict=True))})


def _scored(one: Person, other: Person, model: Model, feature: str, level: str,
            reason: str) -> Change:
    scored = score(one, other, model)
    return Change(feature, level, reason, scored.weight, scored.probability,
                  outcome_of(scored, model))


def _other_levels(one: Person, other: Person, scored: Scored, model: Model) -> Iterator[Change]:
    """The model's table: each level that a feature could have instead of the one it has.

    A feature of one level only follows from others; where it has a weight, those it follows from
    are left to `_other_words`, for to change them would change it too. So is what would be held
    for a person whatever it weighs.
    """
    present = {each.feature: each for each in scored.evidence}
    by_feature = dict(_by_feature(model.levels))
    fixed = {name for feature in present if len(by_feature[feature]) == 1
             for name in (feature, *_RESTS_ON.get(feature, ()))}
    for feature, was in present.items():
        if feature in fixed:
            continue
        rest = scored.weight - model.weigh(was)
        for level in by_feature[feature]:
            rarity = _rarity(level, model.table[was.feature, was.level], was.rarity, one, other,
                             model)
            if level.level in (was.level, _MISSING) or rarity is None or not _may_replace(
                    level.level, was.level):
                continue
            weight = rest + level.weight + rarity
            if weight >= model.link_bits and (
                    scored.held or scored.forbidden
                    or any(word in level.level for word in _MAY_BE_HELD)):
                continue
            again = scored._replace(weight=weight, probability=probability_of(weight))
            yield Change(feature, level.level, level.reason, weight, again.probability,
                         outcome_of(again, model))


def _by_feature(levels: Iterable[Level]) -> Iterator[tuple[str, list[Level]]]:
    ordered = sorted(levels, key=lambda each: each.feature)
    for feature, group in groupby(ordered, lambda each: each.feature):
        yield feature, list(group)


def _may_replace(level: str, was: str) -> bool:
    return level.partition(_DEPENDS)[2] == was.partition(_DEPENDS)[2]


def _rarity(level: Level, was: Level, rarity: float, one: Person, other: Person,
            model: Model) -> float | None:
    """How rare the agreeing value would be: as rare as what agrees now, or as the commoner of the
    two values; None where neither is known."""
    if not level.u_of_frequency:
        return 0.0
    if was.u_of_frequency:
        return rarity
    own = [each.rarity for person in (one, other)
           for each in score(person, person._replace(key=f"_{person.key}"), model).evidence
           if each.feature == level.feature and model.table[each.feature,
                                                            each.level].u_of_frequency]
    return min(own, default=None)
