"""Prints what is found of what was planted in made-up partnerships, and what is raised wrongly.

    python -m bench.detection [SEED ...] [--children N] [--days N] [--jobs N] [--wrong]

Each seed is a world, and begins in winter, before the clocks change, before the bank holidays of
May or before Christmas, by turns. Seeds below 1000 are for development, from 9001 on they are
held back. With `--wrong` what was missed or wrongly raised is named too.
"""
import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import chain
from time import perf_counter

from bench.detection.run import Outcome, outcome_of
from bench.detection.tables import tables, wrong
from broker.world import WorldPlan

SEEDS = (101, 102, 103, 104)
CHILDREN = 600
DAYS = 28
STARTS = (date(2026, 1, 5), date(2026, 3, 9), date(2026, 4, 20), date(2025, 12, 1))


def outcomes_of(plans: Sequence[WorldPlan], jobs: int) -> list[Outcome]:
    """Every world's outcome, some at a time, in the order of the plans."""
    if jobs == 1:
        return [outcome_of(plan) for plan in plans]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(outcome_of, plans))


def main() -> None:
    """Run the worlds that are asked for and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.detection")
    parser.add_argument("seeds", nargs="*", type=int, metavar="SEED")
    parser.add_argument("--children", type=int, default=CHILDREN)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--jobs", type=int, default=1, help="how many worlds at a time")
    parser.add_argument("--wrong", action="store_true", help="name what went wrong")
    given = parser.parse_args()
    plans = [WorldPlan(seed=seed, children=given.children, days=given.days,
                       start=STARTS[seed % len(STARTS)])
             for seed in given.seeds or SEEDS]
    started = perf_counter()
    outcomes = outcomes_of(plans, given.jobs)
    for line in chain(tables(outcomes), ("", *wrong(outcomes)) if given.wrong else ()):
        print(line)
    print(f"\n{perf_counter() - started:.0f} seconds", file=sys.stderr)


if __name__ == "__main__":
    main()
