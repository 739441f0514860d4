"""Prints what a look at a child costs about whom very much is recorded, by mixture and size.

    python -m bench.one_child [STATEMENTS ...]

A look builds the case, asks every rule, and works out what stands and how agencies describe the
same happenings. The first one of a process works all of it out; a later one, after one statement
more, what is new. Decoding is beside it as a yardstick.
"""
import gc
import json
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from bench.linking_size import yardstick_us
from bench.one_child_made import MIXTURES, NOW, case_of, reach_of, told
from broker.backends.memory import MemoryStore
from broker.backends.registry import StoreRegistry
from broker.bootstrap import collect_seldom
from broker.case.case import Case
from broker.case.memory import Memory
from broker.event.envelope import Statement
from broker.findings.reconcile import reconcile
from broker.pipeline.agencies import kinds_of
from broker.rules.catalogue import RULES
from broker.rules.evaluate import answer_of, evaluate
from broker.rules.limits import Limits
from broker.wire.codec import Codec

SIZES = (50, 500, 5_000)
PASSES, PASSES_OF_LARGE = 5, 3
LARGE = 2_000  # statements
LIMIT_MS = 50.0
NEXT = 20  # looks after one statement more
LEGEND = """
Milliseconds of the processor, the median of five passes (three of a large child). case: put
together from decoded statements; rules: all rules asked, what they share among it; stand: what
stands by their answers; words: how agencies describe the same happenings; look: all of these, of
a child of whom nothing is remembered. first: the same by a worker that will remember it, as of a
child of 500 statements and more. next: after one statement more, in the order in which they were
written, by a worker that looked at the child before: the median of 20, and the worst of them.
slowest: the rule that costs most of a first look, once what several rules share is there. read is
to read the statements back from what is stored, which comes before a first look; decode is to
decode and check them as when they came. yard is a piece of work that never changes, in
microseconds, before and after: a busy or slow machine moves all columns with it (a quiet one of
2026 has 5.5). The aim is a next look of under 50 ms."""


def milliseconds(work: Callable[[], object], times: int) -> float:
    """What a piece of work takes, the median of so many passes."""
    passes = []
    for _ in range(times):
        gc.collect()
        start = process_time()
        work()
        passes.append((process_time() - start) * 1e3)
    return median(passes)


def read_ms(statements: list[Statement], times: int) -> tuple[float, float]:
    """What it takes to read these statements back, and to decode and check them."""
    codec = Codec(StoreRegistry(MemoryStore()))
    codec.register_all()
    values = [codec.encode(each) for each in statements]
    return tuple(milliseconds(lambda read=read: [  # type: ignore[misc,return-value] # bound now
        read(each) for each in values], times) for read in (codec.read_back, codec.decode))


def slowest(case: Case, limits: Limits) -> tuple[str, float]:
    """The rule that costs most of this case."""
    evaluate(case, limits, RULES)
    costs = {rule.code: milliseconds(lambda rule=rule: answer_of(  # type: ignore[misc] # bound now
        rule, case, limits), 1) for rule in RULES}
    code = max(costs, key=lambda each: costs[each])
    return code, costs[code]


def next_looks(statements: list[Statement], look: Callable[[Case], object]) -> list[float]:
    """What each of the last looks took when the statements had come one by one, in milliseconds
    from the least to the most."""
    written, memory = sorted(statements, key=lambda each: each.version), Memory()
    heard = reach_of(statements)
    look(case_of(written[:-NEXT], memory, heard))
    return sorted(milliseconds(lambda upto=upto: look(  # type: ignore[misc] # bound now
        case_of(written[:upto], memory, heard)), 1)
        for upto in range(len(written) - NEXT + 1, len(written) + 1))


def measure(mixture: str, size: int) -> dict[str, float | str]:
    """One child; to be called in a process of its own."""
    collect_seldom()
    statements, limits, yard = told(mixture, size), Limits(), yardstick_us()
    times = PASSES_OF_LARGE if size >= LARGE else PASSES
    evaluate(case_of(told(mixture, SIZES[0])), limits, RULES)  # what a process makes once

    def look(case: Case) -> None:
        evaluation = evaluate(case, limits, RULES)
        reconcile(case.child, [], evaluation, case, [], NOW)
        kinds_of(case, limits)

    case = case_of(statements)
    evaluation = evaluate(case, limits, RULES)
    whole = milliseconds(lambda: look(case_of(statements)), times)
    first = milliseconds(lambda: look(case_of(statements, Memory())), times)
    built, following = milliseconds(lambda: case_of(statements), times), next_looks(
        statements, look)
    asked = milliseconds(lambda: evaluate(case_of(statements), limits, RULES), times) - built
    code, cost = slowest(case, limits)
    read, decoded = read_ms(statements, times)
    return {"next": median(following), "worst": following[-1], "look": whole, "first": first,
            "read": read, "decode": decoded,
            "case": built, "rules": asked, "slowest": f"{code} {cost:.1f}",
            "stand": milliseconds(lambda: reconcile(
                case.child, [], evaluation, case, [], NOW), times),
            "words": milliseconds(lambda: kinds_of(case, limits), times),
            "raised": sum(len(each.disagreements) for each in evaluation.answers),
            "yard": f"{yard:.1f} {yardstick_us():.1f}"}


def main() -> None:
    """Measure each mixture at each size, and print a row for it."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
        return
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    names = ("case", "rules", "stand", "words", "look", "first", "next", "worst", "read", "decode")
    print(f"{'child':<10} {'statements':>10} " + " ".join(f"{each:>7}" for each in names)
          + f" {'slowest':>10} {'raised':>6} {'yard':>9}")
    for mixture in MIXTURES:
        for size in sizes:
            done = subprocess.run(
                [sys.executable, "-m", "bench.one_child", "--one", mixture, str(size)],
                check=True, stdout=subprocess.PIPE, text=True)
            row = json.loads(done.stdout)
            print(f"{mixture:<10} {size:>10} "
                  + " ".join(f"{row[each]:>7.1f}" for each in names)
                  + f" {row['slowest']:>10} {row['raised']:>6} {row['yard']:>9}"
                  + ("" if row["next"] < LIMIT_MS else "  over 50 ms"), flush=True)
    print(LEGEND)


if __name__ == "__main__":
    main()
