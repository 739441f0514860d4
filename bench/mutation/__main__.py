"""Changes the rules one small thing at a time and prints the changes that no case notices.

    python -m bench.mutation [CODE ...] [--file PART ...] [--jobs N]

Conditions are turned round, comparisons let their limit in or out, limits go one unit up and down:
in the rules about a child and about an agency, and in the facts about a case that they share. The
YAML cases that run through the changed lines are then asked again; no file is changed. With codes
only what the cases of these rules run through is changed, with --file only files of such a path.

A change that makes no difference stands in equivalent.yaml with its reason. It ends with 1 if a
case fails with nothing changed, if any other change is noticed by no case, if one of the list is
noticed after all, or if of all a rule's conditions, or comparisons, or limits, its own cases
notice none.
"""
import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from bench.mutation import equivalent
from bench.mutation.asked import Question, places, questions
from bench.mutation.judged import RULES, Judged, files, judged
from broker.rules.catalogue import AGENCY_RULES
from broker.rules.catalogue import RULES as CHILD_RULES

WIDTH = 150
CODES = [*(each.code for each in CHILD_RULES), *(each.code for each in AGENCY_RULES)]
_asked: list[Question] = []
_places: dict[tuple[str, int], list[int]] = {}


def _of_file(file: str, codes: frozenset[str]) -> list[Judged]:
    return list(judged(file, _asked, _places, codes))


def _short(text: str) -> str:
    return " ".join(text.split())[:WIDTH]


def _counts(changes: Sequence[Judged], noticed: Iterable[Judged]) -> str:
    made = Counter(each.mutant.kind for each in changes)
    seen = Counter(each.mutant.kind for each in noticed)
    return ", ".join(f"{seen[kind]} of {made[kind]} {kind}s" for kind in sorted(made))


def told(file: str, changes: Sequence[Judged], why: equivalent.Equivalents) -> int:
    """Print what survives of one file; how many changes no case notices, without a reason."""
    count = 0
    print(f"{file}: {_counts(changes, [each for each in changes if each.noticed])}")
    for each in changes:
        if each.noticed:
            continue
        mutant, reason = each.mutant, why.reason(each)
        of = ", ".join(sorted(each.asked)) or "no case runs through it"
        print(f"  {file}:{mutant.line} {mutant.kind} in {mutant.node.name} ({of})\n"
              f"      {_short(mutant.before)}\n   -> {_short(mutant.after)}")
        if reason is None:
            count += 1
        else:
            print(f"      equivalent: {reason}")
    sys.stdout.flush()
    return count


def by_rule(changes: Sequence[Judged], codes: Iterable[str]) -> Iterator[str]:
    """The rules of whose conditions, comparisons or limits their own cases notice none; prints
    what each rule's own cases notice of the code of rules they run through."""
    for code in codes:
        own = [each for each in changes if code in each.asked and each.file.startswith(RULES)]
        noticed = [each for each in own if code in each.noticed]
        print(f"{code}: its cases notice {_counts(own, noticed)}")
        if not own or {each.mutant.kind for each in own} != {
                each.mutant.kind for each in noticed}:
            yield code


def main() -> int:
    """Go through the files that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutation")
    parser.add_argument("codes", nargs="*", metavar="CODE", help="rules, such as M02; else all")
    parser.add_argument("--file", nargs="*", default=[], help="files with this in their path")
    parser.add_argument("--jobs", type=int, default=1, help="how many files at a time")
    given = parser.parse_args()
    put = questions()
    failing = [each for each in put if not each.holds()]
    for each in failing:
        print(f"{each.code}: this case fails with nothing changed: {each.title}")
    _asked.extend(each for each in put if each not in failing)
    _places.update(places(_asked, ("broker/rules", "broker/case")))
    chosen = [each for each in files()
              if not given.file or any(part in each for part in given.file)]
    why, changes, left = equivalent.read(), list[Judged](), 0
    with ProcessPoolExecutor(given.jobs) as pool:
        for file, found in zip(chosen, pool.map(
                _of_file, chosen, [frozenset(given.codes)] * len(chosen)), strict=True):
            if found:
                left += told(file, found, why)
                changes += found
    print()
    whole = not given.codes and not given.file
    poor = list(by_rule(changes, given.codes or (CODES if whole else ())))
    wrong = why.noticed_after_all(changes) + (why.unknown(changes) if whole else [])
    for key in wrong:
        print(f"in equivalent.yaml, and not so: {': '.join(key)}")
    for code in poor:
        print(f"{code}: of one kind of change its own cases notice none")
    survive = sum(not each.noticed for each in changes)
    print(f"{len(changes)} changes, {len(changes) - survive} noticed by {len(_asked)} cases, "
          f"{survive - left} equivalent, {left} survive unexplained")
    return 1 if failing or left or poor or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
