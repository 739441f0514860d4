"""Prints the table of what a statement costs, files in to findings out, at several sizes.

    python -m bench [CHILDREN ...]
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = (1_000, 10_000, 100_000)
LEGEND = """
Columns from publish to later are microseconds of the processor a statement, so that a busy machine
does not change their ratio; statements a second are by the wall clock. decode is fastavro alone on
the same statements in the same process, valid our codec making validated values of them; each
ratio is of the column before it to total. link is linking people, which folding does at the end
of what it reads; evaluate is all of looking at children: their cases, the rules, what stands,
writing it. The second line has the share of asking the rules alone, and of all of evaluate. later
is the cost a statement of a small drop of changes
once everything is loaded and a day has passed, without what falls due in that day. A partnership
of 50 children goes first and is not counted."""
STAGES = ("publish", "intake", "fold", "link", "evaluate")


def measured(children: int) -> dict[str, float]:
    """One size, in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.journey", str(children), str(Path(folder))],
            check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Measure each size in turn and print a row for it."""
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    print(f"{'children':>9} {'statements':>10} " + " ".join(f"{each:>9}" for each in STAGES)
          + f" {'total':>8} {'decode':>7} {'ratio':>6} {'valid':>7} {'ratio':>6} {'later':>7}"
          f" {'a second':>9} {'MiB':>6}")
    first = None
    for size in sizes:
        row = measured(size)
        first = first or row
        print(f"{size:>9} {row['statements']:>10.0f} "
              + " ".join(f"{row[f'{each}_us']:>9.1f}" for each in STAGES)
              + f" {row['total_us']:>8.1f} {row['decode_us']:>7.1f}"
              f" {'1/%.1f' % (row['total_us'] / row['decode_us']):>6} {row['validated_us']:>7.1f}"
              f" {'1/%.1f' % (row['total_us'] / row['validated_us']):>6} {row['later_us']:>7.1f}"
              f" {row['statements'] / row['seconds']:>9.0f} {row['memory_mib']:>6.0f}", flush=True)
        print(f"{'':>9} rules alone {row['rules_us']:.1f} us a statement,"
              f" {row['rules_us'] / row['total_us']:.0%} of the whole; looking at children"
              f" {row['evaluate_us'] / row['total_us']:.0%}"
              + ("" if row is first else f"; rules {row['rules_us'] / first['rules_us']:.2f} times"
                 f" those at {first['children']:.0f} children"), flush=True)
        if row is not first:
            print(f"{'':>9} {row['total_us'] / first['total_us']:.2f} times the cost a statement"
                  f" at {first['children']:.0f} children"
                  f" ({row['decode_us'] / first['decode_us']:.2f} times for decoding alone,"
                  " which tells how the machine's speed drifted)")
    print(LEGEND)


if __name__ == "__main__":
    main()
