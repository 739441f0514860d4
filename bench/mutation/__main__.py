"""Changes each rule one small thing at a time and prints the changes its cases do not notice.

    python -m bench.mutation [CODE ...]

Conditions are turned round, comparisons let their limit in or out, limits go one unit up and down,
in the rule's function and in what it uses of its own theme. The rule's YAML cases are then asked
again; no file is changed. It ends with 1 if a case fails with nothing changed, or if of all a
rule's conditions, or comparisons, or limits, not one change turns a case red.
"""
import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bench.mutation.asked import Asked, Worked
from bench.mutation.mutants import Mutant, mutants
from bench.mutation.theme import Theme, theme_of
from broker.rules.catalogue import RULES
from broker.rules.limits import Limits
from broker.rules.rule import Rule

SHARES = {name for name, kind in Limits.__annotations__.items() if kind is float}
WIDTH = 150


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no case noticed, and the file it would have been made in."""

    file: str
    mutant: Mutant

    def __str__(self) -> str:
        """One line for a reader, or two where the change is long."""
        mutant = self.mutant
        before, after = (" ".join(each.split())[:WIDTH] for each in (mutant.before, mutant.after))
        return f"  {self.file}:{mutant.line} {mutant.kind}\n      {before}\n   -> {after}"


def judged(
    rule: Rule, theme: Theme, asked: Asked, cases: list[Worked],
) -> Iterator[tuple[bool, Survivor]]:
    """Each change of a rule, and whether a case noticed it."""
    for module, names in theme.reached(rule.function.__name__).items():
        for mutant in mutants(theme.trees[module], names, SHARES):
            function = theme.function(rule.function.__name__, {module: mutant.tree})
            noticed = any(not asked.holds(rule, function, case) for case in cases)
            yield noticed, Survivor(theme.files[module], mutant)


def told(rule: Rule, asked: Asked) -> bool:
    """Print what survives of one rule; whether its cases hold and notice each kind of change."""
    theme = theme_of(rule)
    function = theme.function(rule.function.__name__, {})
    cases = asked.cases(rule.code)
    failing = [each for each in cases if not asked.holds(rule, function, each)]
    for each in failing:
        print(f"{rule.code}: this case fails with nothing changed: {each.title}")
    answers = list(judged(rule, theme, asked, [each for each in cases if each not in failing]))
    made = Counter(each.mutant.kind for _, each in answers)
    noticed = Counter(each.mutant.kind for seen, each in answers if seen)
    print(f"{rule.code}: {len(cases)} cases notice " + ", ".join(
        f"{noticed[kind]} of {made[kind]} {kind}s" for kind in sorted(made)))
    for seen, survivor in answers:
        if not seen:
            print(survivor)
    sys.stdout.flush()
    return not failing and made.keys() == noticed.keys()


def main() -> int:
    """Go through the rules that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutation")
    parser.add_argument("codes", nargs="*", metavar="CODE", help="rules, such as M02; else all")
    codes = parser.parse_args().codes
    asked = Asked()
    held = [told(rule, asked) for rule in RULES if not codes or rule.code in codes]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
