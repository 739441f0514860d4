"""Trains the model of identity on a hard world of children, beside the table that ships.

    python -m bench.train_default [--children N] [--seed S] [--pairs-max N] [--out FILE]
                                  [--measure SEED ...]

Prints each level's weight as it ships, as trained without labels, and as counted with the truth
that only a made-up world has. `--out` writes the trained model; `--measure` links worlds of other
seeds with both. Seeds from 1000 on are held back: train on none of them.
"""
import argparse
import sys
from collections import Counter
from itertools import combinations
from math import log2
from pathlib import Path

from bench.children import linked, measured
from broker.backends.splink_training import pairs_across, train
from broker.bootstrap.linkage import PAIRS_MAX
from broker.identity.model import DEFAULT_MODEL, Model
from broker.identity.model_file import text_of
from broker.identity.person import Person
from broker.identity.scoring import score
from broker.identity.training import (
    Trained,
    comparison_of,
    count_unlike,
    grades_of,
    grades_possible,
)
from broker.pipeline.everybody import everybody
from broker.world.hard import HELD_BACK_FROM, hard_world

CHILDREN = 6000


def people_of(children: int, seed: int) -> tuple[list[Person], dict[str, int]]:
    """Everybody of a world as compared, and whose child each is."""
    world = hard_world(children, seed)
    store, _ = linked(world, DEFAULT_MODEL)
    with store.view() as view:
        return list(everybody(view)), {held.key: held.child for held in world.records}


def counted(people: list[Person], children: dict[str, int], pairs: int,
            seed: int) -> dict[tuple[str, str], float]:
    """The weight of each level as counted with the truth, where it was seen on both sides."""
    by_child: dict[int, list[Person]] = {}
    for each in people:
        by_child.setdefault(children[each.key], []).append(each)
    alike: dict[str, Counter[str]] = {}
    for records in by_child.values():
        for one, other in combinations(records, 2):
            if one.agency != other.agency:
                grades = grades_of(score(one, other, DEFAULT_MODEL), DEFAULT_MODEL)
                for comparison, grade in grades.items():
                    alike.setdefault(comparison, Counter())[grade] += 1
    unlike = count_unlike(
        (pair for pair in pairs_across(people, pairs, seed + 1)
         if children[pair[0].key] != children[pair[1].key]), DEFAULT_MODEL)
    found = {}
    for level in DEFAULT_MODEL.levels:
        comparison = comparison_of(level)
        ours, others = alike.get(comparison), unlike.counts.get(comparison)
        if not ours or not others:
            continue
        m = sum(ours[each] for each in grades_possible(level)) / sum(ours.values())
        u = sum(others[each] for each in grades_possible(level)) / sum(others.values())
        if level.u_of_frequency:
            u /= sum(unlike.chances[level.feature].values())
        if m and u:
            found[level.feature, level.level] = log2(m / u)
    return found


def print_table(trained: Trained, truth: dict[tuple[str, str], float]) -> None:
    """Weights in bits: as shipped, as trained, as counted."""
    print(f"{'feature':12}{'level':26}{'ships':>8}{'trained':>9}{'counted':>9}"
          f"{'one child':>11}{'two':>9}")
    for each in trained.levels:
        key = each.level.feature, each.level.level
        known = f"{truth[key]:+9.2f}" if key in truth else f"{'':9}"
        print(f"{key[0]:12}{key[1]:26}{each.default.weight:+8.2f}"
              + (f"{'kept':>9}" if each.kept else f"{each.level.weight:+9.2f}")
              + f"{known}{each.alike:11.0f}{each.unlike:9.0f}")


def print_measured(name: str, children: int, seed: int, model: Model) -> None:
    """How a world of another seed is linked under a model."""
    found = measured(hard_world(children, seed), model)
    print(f"seed {seed:5} {name:8} precision {found.precision:.4f} recall {found.recall:.4f} "
          f"in review {found.review}")


def main() -> None:
    """Train, print, and write or measure as asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--children", type=int, default=CHILDREN)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--pairs-max", type=int, default=PAIRS_MAX)
    asked.add_argument("--out", type=Path)
    asked.add_argument("--measure", type=int, nargs="*", default=[])
    given = asked.parse_args()
    if given.seed >= HELD_BACK_FROM:
        sys.exit(f"Seeds from {HELD_BACK_FROM} on are held back: train on a lower one.")
    people, children = people_of(given.children, given.seed)
    print(f"{len(people)} people")
    found = train(people, DEFAULT_MODEL, 1, given.pairs_max, print_step)
    for run in found.sessions:
        print(f"{run.pairs} pairs that share {run.name}: {run.one_person:.1%} one child")
    print_table(found, counted(people, children, given.pairs_max, 1))
    if given.out:
        given.out.write_text(text_of(found.model), encoding="utf-8")
    for seed in given.measure:
        print_measured("ships", given.children, seed, DEFAULT_MODEL)
        print_measured("trained", given.children, seed, found.model)


def print_step(done: int, whole: int) -> None:
    """How far training is, on standard error."""
    print(f"\r{done} of {whole}", end="" if done < whole else "\n", file=sys.stderr)


if __name__ == "__main__":
    main()
