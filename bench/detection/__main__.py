"""Prints what is found of what was planted in made-up partnerships, and what is raised wrongly.

    python -m bench.detection [SEED ...] [--children N] [--days N] [--jobs N] [--wrong]
                              [--only children|agencies|second]

Each seed is a world, and begins in winter, before the clocks change, before the bank holidays of
May or before Christmas, by turns. Seeds below 1000 are for development, from 9001 on they are
held back. With `--wrong` what was missed or wrongly raised is named too. Of the first of the
seeds the scenes about an agency as a whole are played too, each in a world of its own. Last comes
a second world (`bench.detection.second`), written from the rules and formats alone; its length
and number of children are its own.
"""
import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import chain
from time import perf_counter
from typing import TypeVar

from bench.detection import agencies
from bench.detection.run import Outcome, outcome_of
from bench.detection.second import run as second
from bench.detection.tables import tables, wrong
from broker.world import WorldPlan
from broker.world.agency_scenes import SCENES

SEEDS = (101, 102, 103, 104)
CHILDREN = 600
DAYS = 28
STARTS = (date(2026, 1, 5), date(2026, 3, 9), date(2026, 4, 20), date(2025, 12, 1))


T = TypeVar("T")
R = TypeVar("R")


def outcomes_of(run: Callable[[T], R], worlds: Sequence[T], jobs: int) -> list[R]:
    """Every world's outcome, some at a time, in the order of the worlds."""
    if jobs == 1:
        return [run(each) for each in worlds]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(run, worlds))


def main() -> None:
    """Run the worlds that are asked for and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.detection")
    parser.add_argument("seeds", nargs="*", type=int, metavar="SEED")
    parser.add_argument("--children", type=int, default=CHILDREN)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--jobs", type=int, default=1, help="how many worlds at a time")
    parser.add_argument("--wrong", action="store_true", help="name what went wrong")
    parser.add_argument("--only", choices=("children", "agencies", "second"),
                        help="one part of the report")
    given = parser.parse_args()
    seeds = given.seeds or SEEDS
    started = perf_counter()
    if given.only in (None, "children"):
        plans = [WorldPlan(seed=seed, children=given.children, days=given.days,
                           start=STARTS[seed % len(STARTS)]) for seed in seeds]
        outcomes: list[Outcome] = outcomes_of(outcome_of, plans, given.jobs)
        for line in chain(tables(outcomes), ("", *wrong(outcomes)) if given.wrong else ()):
            print(line)
    if given.only in (None, "agencies"):
        scenes = [(scene, seeds[0]) for scene in SCENES]
        for line in chain(("",), agencies.tables(
                outcomes_of(agencies.played, scenes, given.jobs))):
            print(line)
    if given.only in (None, "second"):
        worlds = outcomes_of(second.judged_seed, given.seeds or second.DEVELOPMENT, given.jobs)
        for line in chain(("",), second.tables(worlds),
                          ("", *second.wrong(worlds)) if given.wrong else ()):
            print(line)
    print(f"\n{perf_counter() - started:.0f} seconds", file=sys.stderr)


if __name__ == "__main__":
    main()
