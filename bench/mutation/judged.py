"""Each change of the rules' code, and which rules' cases notice it."""
import ast
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.mutation.asked import ROOT, Place, Question
from bench.mutation.mutants import Mutant, mutants
from bench.mutation.swapped import swapped
from broker.rules.limits import Limits

SHARES = {name for name, kind in Limits.__annotations__.items() if kind is float}
RULES = ("broker/rules/themes/", "broker/rules/agency/")
SHARED = ("broker/rules/after_death.py", "broker/rules/overdue.py", "broker/rules/windows.py",
          "broker/rules/risk_levels.py", "broker/case/")
# What asks the rules, and the arithmetic of days and chances: none of a rule's own, with tests of
# their own.
ASIDE = {"broker/rules/agency/rule.py", "broker/rules/agency/chance.py", "broker/case/case.py",
         "broker/case/calendar.py"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A change of a file, the rules whose cases run through it, and those whose cases notice."""

    file: str
    mutant: Mutant
    asked: frozenset[str]
    noticed: frozenset[str]

    @property
    def key(self) -> tuple[str, str, str]:
        """What the list of equivalent changes knows it by: file, definition, change."""
        change = f"{self.mutant.before} -> {self.mutant.after}"
        return self.file, self.mutant.node.name, " ".join(change.split())


def files() -> list[str]:
    """The files that are changed, as a reader of the repository knows them."""
    found = (str(path.relative_to(ROOT)) for folder in ("broker/rules", "broker/case")
             for path in sorted((ROOT / folder).rglob("*.py")))
    return [each for each in found if each.startswith((*RULES, *SHARED)) and each not in ASIDE]


def judged(
    file: str, asked: Sequence[Question], by_place: Mapping[Place, Sequence[int]],
    codes: frozenset[str],
) -> Iterator[Judged]:
    """Each change of a file, or only those through which cases of these rules run.

    A rule's file is asked of each rule that uses it; what many share, until one notices. What no
    case reaches of a file that serves more than the rules is none of theirs.
    """
    path = ROOT / file
    module = sys.modules.get(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    if module is None:
        return
    every = file.startswith(RULES)
    for mutant in mutants(ast.parse(path.read_text(encoding="utf-8")), None, SHARES):
        numbers = _through(path, mutant.lines, by_place)
        reached = frozenset(asked[number].code for number in numbers)
        if codes and codes.isdisjoint(reached):
            continue
        if not every and not _through(path, _body(mutant), by_place):
            continue
        with swapped(module, mutant.node):
            yield Judged(file, mutant, reached,
                         frozenset(_noticed((asked[each] for each in numbers), every)))


def _through(path: Path, lines: range, by_place: Mapping[Place, Sequence[int]]) -> list[int]:
    return sorted({number for line in lines for number in by_place.get((str(path), line), ())})


def _body(mutant: Mutant) -> range:
    node = mutant.node
    return range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)


def _noticed(asked: Iterable[Question], every: bool) -> Iterator[str]:
    """The rules of which a case no longer holds; only the first unless `every` is asked for."""
    found: set[str] = set()
    for each in asked:
        if each.code not in found and not each.holds():
            found.add(each.code)
            yield each.code
            if not every:
                return
