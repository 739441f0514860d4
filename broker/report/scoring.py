"""Scores findings against known truth: what was planted and found, and what is a false alarm."""
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from broker.event.finding import Finding
from broker.report.intervals import Interval, wilson


@dataclass(frozen=True, slots=True)
class Plant:
    """A contradiction known to be there, or a decoy that only looks like one.

    `people` are pairs of agency and local id of the child; `records` the references of the
    records it rests on. A plant `beside` the catalogue may be found or not: neither counts.
    `raised_by` is when a finding must be known at the latest.
    """

    code: str
    variant: str
    people: frozenset[tuple[str, str]]
    records: frozenset[str]
    raised_by: datetime
    decoy: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True)
class RuleScore:
    """One rule's answers against the truth."""

    code: str
    planted: int
    found: int
    late: int
    decoys: int
    decoys_flagged: int
    other_alarms: int

    @property
    def missed(self) -> int:
        """Planted contradictions without a finding."""
        return self.planted - self.found

    @property
    def alarms(self) -> int:
        """False alarms of every kind."""
        return self.decoys_flagged + self.other_alarms


@dataclass(frozen=True, slots=True)
class Score:
    """The whole score, rule by rule, and what was missed or wrongly raised."""

    rules: tuple[RuleScore, ...]
    missed: tuple[Plant, ...]
    late: tuple[Plant, ...]
    false_alarms: tuple[Finding, ...]
    right: int

    @property
    def planted(self) -> int:
        """How many contradictions were planted."""
        return sum(each.planted for each in self.rules)

    @property
    def found(self) -> int:
        """How many of them were found."""
        return sum(each.found for each in self.rules)

    @property
    def recall(self) -> Interval:
        """Share of what was planted that was found, with its 95 % interval."""
        return wilson(self.found, self.planted)

    @property
    def precision(self) -> Interval:
        """Share of the findings that are right, with its 95 % interval."""
        return wilson(self.right, self.right + len(self.false_alarms))


def matches(plant: Plant, finding: Finding) -> bool:
    """Whether a finding is about a plant: its rule, and its child or one of its records."""
    return plant.code == finding.code and any(
        each.record in plant.records or (each.agency, each.subject) in plant.people
        for each in finding.evidence)


def score(plants: Sequence[Plant], findings: Iterable[Finding],
          first_known_at: Mapping[str, datetime]) -> Score:
    """Compare findings in every state with the truth.

    `first_known_at` says, by finding id, when each was first published. Findings marked
    historical are history and no alarm, but they do find what was planted.
    """
    by_code: dict[str, list[Plant]] = {}
    for plant in plants:
        by_code.setdefault(plant.code, []).append(plant)
    known_at: dict[int, datetime] = {}
    flagged: set[int] = set()
    false_alarms: list[Finding] = []
    right = 0
    for finding in findings:
        about = [each for each in by_code.get(finding.code, ()) if matches(each, finding)]
        true = [each for each in about if not each.decoy]
        for each in true:
            at = first_known_at[finding.finding_id]
            known_at[id(each)] = min(at, known_at.get(id(each), at))
        if true:
            right += 1
        elif not finding.historical:
            false_alarms.append(finding)
            flagged.update(id(each) for each in about)
    return _score(plants, known_at, flagged, false_alarms, right)


def _score(plants: Sequence[Plant], known_at: Mapping[int, datetime], flagged: set[int],
           false_alarms: Sequence[Finding], right: int) -> Score:
    real = [each for each in plants if not each.decoy and not each.beside]
    decoys = [each for each in plants if each.decoy]
    late = [each for each in real
            if id(each) in known_at and known_at[id(each)] > each.raised_by]
    on_decoys = Counter(each.code for each in false_alarms
                        if any(id(plant) in flagged and matches(plant, each) for plant in decoys))
    alarms = Counter(each.code for each in false_alarms)
    found = [each for each in real if id(each) in known_at]
    taken_in = [each for each in decoys if id(each) in flagged]
    planted, seen, behind, likenesses, mistaken = (
        Counter(each.code for each in group) for group in (real, found, late, decoys, taken_in))
    codes = sorted({*planted, *likenesses, *alarms})
    return Score(
        rules=tuple(RuleScore(code, planted[code], seen[code], behind[code], likenesses[code],
                              mistaken[code], alarms[code] - on_decoys[code])
                    for code in codes),
        missed=tuple(each for each in real if id(each) not in known_at), late=tuple(late),
        false_alarms=tuple(false_alarms), right=right,
    )
