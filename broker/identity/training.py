"""Estimating m and u without labels: what is counted, and how counts and estimates become levels.

u is counted on random pairs that the model we start from holds to be two people. m comes from
expectation maximisation (done elsewhere, by Splink) on pairs that share one thing, say the birth
date, for all other features. A level's weight is then drawn from the default's to the data's by
how often it was seen, so that nothing rests on three pairs and no weight is infinite.
"""
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from broker.identity.comparison.evidence import Evidence
from broker.identity.model import Level, Model
from broker.identity.person import Person
from broker.identity.scoring import Scored, score

ABSENT = ""
"""The grade where nothing was said on one side."""

CLASS_BITS = (5.0, 7.0, 9.0)
"""Where one class of rarity ends and the next begins: common, usual, unusual, rare names."""

SEEN_MIN = 5.0
"""Pairs of a level below which the default's figures stay."""

TRUST_PAIRS = 10.0
"""The default's weight counts as much as so many pairs that show a level."""

_BESIDE = "_beside_name"
_CORRECTION_BITS_MAX = 60
_LEAST = 1e-9
_BEARERS_MAX = 20_000

Grades = dict[str, dict[str, float]]  # by comparison, by grade


def comparison_of(level: Level) -> str:
    """The comparison that a level belongs to: its feature, but levels beside an equal name stand
    for themselves, as their m and u are given that name."""
    return level.feature + _BESIDE if level.level.endswith(_BESIDE) else level.feature


def tells_nothing(level: Level) -> bool:
    """Whether a level has no weight by decision, and not by any data: m and u are both 1."""
    return level.m == level.u == 1.0


def is_estimated(levels: Sequence[Level]) -> bool:
    """Whether the levels of a comparison are alternatives of which data can tell the shares; one
    of a single level (a phone that agrees) is not: where it is absent nothing was compared."""
    told = [each for each in levels if each.level != "missing"]
    return len(told) > 1 and not all(map(tells_nothing, told))


def comparisons_of(model: Model) -> dict[str, tuple[Level, ...]]:
    """The levels of each comparison, without what is missing, in the order of the table."""
    found: dict[str, list[Level]] = {}
    for each in model.levels:
        if each.level != "missing":
            found.setdefault(comparison_of(each), []).append(each)
    return {name: tuple(levels) for name, levels in found.items()}


def class_of(rarity: float) -> int:
    """The class of a rarity in bits, 0 the commonest."""
    return sum(rarity >= each for each in CLASS_BITS)


def grade_of(evidence: Evidence, level: Level) -> str:
    """A level with what of its weight depends on the value, in classes or whole bits."""
    if level.level == "missing":
        return ABSENT
    if level.u_of_frequency:
        return f"{level.level} {class_of(evidence.rarity)}"
    if evidence.rarity:
        bits = max(-_CORRECTION_BITS_MAX, min(_CORRECTION_BITS_MAX, round(evidence.rarity)))
        return f"{level.level} {bits}"
    return level.level


def grades_of(scored: Scored, model: Model) -> dict[str, str]:
    """The grade of each comparison of two people; what is absent is left out."""
    found = {}
    for each in scored.evidence:
        level = model.table[each.feature, each.level]
        if grade := grade_of(each, level):
            found[comparison_of(level)] = grade
    return found


def grades_possible(level: Level) -> tuple[str, ...]:
    """Every grade of a level, the likeliest first."""
    if level.u_of_frequency:
        return tuple(f"{level.level} {each}" for each in range(len(CLASS_BITS) + 1))
    if tells_nothing(level):
        return (level.level, *(f"{level.level} {-each}"
                               for each in range(_CORRECTION_BITS_MAX + 1)))
    return (level.level,)


@dataclass(slots=True)
class Unlike:
    """What was counted on pairs of two people: pairs of each grade by comparison, and of each
    frequency comparison the chance that two people share a name of each class (`chances`) and
    how many people bear one (`bearers`)."""

    pairs: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    chances: Grades = field(default_factory=dict)
    bearers: Grades = field(default_factory=dict)

    def compared(self, comparison: str) -> int:
        """On how many pairs both sides said something."""
        return sum(self.counts.get(comparison, Counter()).values())


def count_unlike(pairs: Iterable[tuple[Person, Person]], model: Model) -> Unlike:
    """Count the grades of pairs, and how common their names are held to be; pairs likelier to be
    one person than two are left out."""
    found = Unlike()
    for one, other in pairs:
        scored = score(one, other, model)
        if scored.weight >= 0.0:
            continue
        found.pairs += 1
        if found.pairs <= _BEARERS_MAX:
            _count_bearer(one, model, found)
        for comparison, grade in grades_of(scored, model).items():
            found.counts.setdefault(comparison, Counter())[grade] += 1
    for feature, bearers in found.bearers.items():
        whole = sum(bearers.values())
        found.chances[feature] = {name: value / whole
                                  for name, value in found.chances[feature].items()}
        found.bearers[feature] = {name: value / whole for name, value in bearers.items()}
    return found


def _count_bearer(one: Person, model: Model, found: Unlike) -> None:
    """A person beside themselves shows how rare their names are held to be."""
    for each in score(one, one, model).evidence:
        if model.table[each.feature, each.level].u_of_frequency:
            name = str(class_of(each.rarity))
            chances = found.chances.setdefault(each.feature, {})
            bearers = found.bearers.setdefault(each.feature, {})
            chances[name] = chances.get(name, 0.0) + 2.0 ** -each.rarity
            bearers[name] = bearers.get(name, 0.0) + 1.0


def figures_of(level: Level, grade: str, unlike: Unlike, others_m: float) -> tuple[float, float]:
    """(m, u) of a grade with which expectation maximisation begins: m from the default, u as
    counted and drawn towards the default's. `others_m` is m of the other levels."""
    m, u = level.m, level.u
    if tells_nothing(level):
        bits = grade[len(level.level):]
        if bits:
            return (2.0 ** float(bits), 1.0) if float(bits) <= 0 else (1.0, 2.0 ** -float(bits))
        m = max(1.0 - others_m, 1e-3)
        u = 0.999
    if level.u_of_frequency:
        name = grade.rpartition(" ")[2]
        m *= unlike.bearers.get(level.feature, {}).get(name, 0.0)
        u *= unlike.chances.get(level.feature, {}).get(name, 0.0)
    m, u = max(m, _LEAST), max(u, _LEAST)
    comparison = comparison_of(level)
    counted = unlike.counts.get(comparison, Counter())[grade]
    return m, _drawn(counted, unlike.compared(comparison), u)


@dataclass(frozen=True, slots=True)
class Session:
    """One run of expectation maximisation: on what pairs were alike by choice, how many there
    were, the share held to be one person, how often each comparison was made, and m by grade."""

    name: str
    pairs: int
    one_person: float
    compared: Mapping[str, float]
    m: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Estimated:
    """A level as trained beside the default: `alike` and `unlike` are the pairs of one person and
    of two that show it. Where `kept`, it was seen too seldom and has the default's figures."""

    level: Level
    default: Level
    alike: float
    unlike: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and what it rests on."""

    model: Model
    levels: tuple[Estimated, ...]
    unlike_pairs: int
    sessions: tuple[Session, ...]


def trained(base: Model, unlike: Unlike, sessions: Sequence[Session]) -> Trained:
    """The base with the figures that data gave; its version tells the figures apart."""
    estimated = {}
    for comparison, levels in comparisons_of(base).items():
        if is_estimated(levels):
            for level in levels:
                estimated[level.feature, level.level] = _estimate(
                    comparison, level, unlike, sessions)
    levels = tuple(estimated[key].level if (key := (each.feature, each.level)) in estimated
                   else each for each in base.levels)
    digest = sha256(repr([(each.m, each.u) for each in levels]).encode()).hexdigest()[:8]
    model = replace(base, version=f"{base.version.partition('+')[0]}+{digest}", levels=levels)
    return Trained(model, tuple(estimated.values()), unlike.pairs, tuple(sessions))


def _estimate(comparison: str, level: Level, unlike: Unlike,
              sessions: Sequence[Session]) -> Estimated:
    grades = grades_possible(level)
    made = [each for each in sessions if comparison in each.m]
    persons = sum(each.one_person * each.compared.get(comparison, 0.0) for each in made)
    alike = sum(each.one_person * each.compared.get(comparison, 0.0)
                * each.m[comparison].get(grade, 0.0) for each in made for grade in grades)
    counted = unlike.counts.get(comparison, Counter())
    seen = float(sum(counted[grade] for grade in grades))
    chances = unlike.compared(comparison) * (
        sum(unlike.chances.get(level.feature, {}).values()) if level.u_of_frequency else 1.0)
    if tells_nothing(level) or not persons or not chances or max(alike, seen) < SEEN_MIN:
        return Estimated(level, level, alike, seen, kept=True)
    if alike >= seen:
        m = min(1.0, alike / persons)
        u = _drawn(seen, chances, m * 2.0 ** -level.weight)
    else:
        u = seen / chances
        m = _drawn(alike, persons, min(1.0, u * 2.0 ** level.weight))
    return Estimated(replace(level, m=m, u=u), level, alike, seen, kept=False)


def _drawn(seen: float, pairs: float, expected: float) -> float:
    """A share, drawn from what is seen towards what the default's weight leads one to expect."""
    return (seen + TRUST_PAIRS) / (pairs + TRUST_PAIRS / expected)
