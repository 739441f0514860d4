"""Prints how well the live linkage joins the records of a hard world of children, by name group.

    python -m bench.children [--children N] [--seed S ...] [--hardness H | --harder] [--missed N]
                             [--population P]

The statements go through the code that runs live (broker.pipeline.linking on the memory store).
Seeds from 1000 on are held back: nothing was tuned on them. `--harder` takes the second world,
bench.harder, which was written without sight of the first. `--population` sets for a place of how
many children the model's prior is. Pairs of one child are no independent draws, so that what is
not known is somewhat wider than the intervals.
"""
import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from time import process_time

from bench.children_causes import cause_of, kind_of, stage_of
from bench.harder import harder_world
from broker.backends.memory import MemoryStore
from broker.identity.model import DEFAULT_MODEL, Model
from broker.identity.person import Person, person_of
from broker.pipeline import linking
from broker.report.intervals import wilson
from broker.world.hard import HardWorld, hard_world

Pair = tuple[str, str]
BATCH = 500
LEGEND = """
joinable: pairs of records of one child, without the second where one agency holds two, and without
returns whose local id, birth date and pupil number prove nothing; all: every pair.
Precision counts every false join. group: recall of joinable pairs with its 95 % interval."""


@dataclass(slots=True)
class Counts:
    """What one world showed; pairs of records."""

    children: int
    records: int
    found: int = 0
    joined: int = 0
    joinable: int = 0
    all: int = 0
    all_found: int = 0
    review: int = 0
    review_true: int = 0
    precision_b: float = 0.0
    recall_b: float = 0.0
    microseconds: float = 0.0
    groups: dict[str, list[int]] = field(default_factory=dict)
    false_kinds: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """True pairs among those joined."""
        return self.all_found / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """Pairs joined among the joinable."""
        return self.found / self.joinable if self.joinable else 1.0


def linked(world: HardWorld, model: Model) -> tuple[MemoryStore, float]:
    """A store in which everybody is linked, and microseconds of the processor a statement."""
    store = MemoryStore()
    statements = [held.said for held in world.records]
    before = process_time()
    for start in range(0, len(statements), BATCH):
        with store.begin() as unit:
            linking.fold_people(unit, statements[start:start + BATCH], model)
    return store, (process_time() - before) * 1e6 / max(1, len(statements))


def measured(world: HardWorld, model: Model = DEFAULT_MODEL) -> Counts:
    """Link a world and hold it against the truth."""
    store, microseconds = linked(world, model)
    with store.view() as view:
        listed = [each.members for each in linking.people_list(view)]
        review = {(each.left, each.right): each.reason for each in linking.review_pairs(view)}
    truth = {held.key: held.child for held in world.records}
    people = {held.key: person_of(held.key, held.said) for held in world.records}
    counts = Counts(len(world.people), len(world.records), microseconds=microseconds)
    counts.review = len(review)
    counts.review_true = sum(truth[left] == truth[right] for left, right in review)
    child_of = {key: number for number, members in enumerate(listed) for key in members}
    for members in listed:
        for left, right in combinations(members, 2):
            counts.joined += 1
            if truth[left] != truth[right]:
                one, other = world.people[truth[left]], world.people[truth[right]]
                counts.false_kinds[kind_of(one, other)] += 1
    _count_true(counts, world, people, child_of, review, model)
    counts.precision_b, counts.recall_b = b_cubed(listed, truth)
    return counts


def _count_true(counts: Counts, world: HardWorld, people: Mapping[str, Person],
                child_of: Mapping[str, int], review: Mapping[Pair, str], model: Model) -> None:
    keys: dict[int, list[str]] = {}
    for held in world.records:
        keys.setdefault(held.child, []).append(held.key)
    for child, members in keys.items():
        group = counts.groups.setdefault(world.people[child].group, [0, 0])
        apart = left_out([people[key] for key in members], child_of)
        for left, right in combinations(sorted(members), 2):
            found = child_of[left] == child_of[right]
            counts.all += 1
            counts.all_found += found
            if left in apart or right in apart:
                continue
            counts.joinable += 1
            counts.found += found
            group[0] += found
            group[1] += 1
            if not found:
                one, other = people[left], people[right]
                counts.stages[stage_of(one, other, review, model)] += 1
                if one.names and other.names:
                    counts.causes[cause_of(one, other, model)] += 1


def left_out(records: Sequence[Person], child_of: Mapping[str, int]) -> set[str]:
    """Keys of one child's records that nothing recorded can honestly join without a person: a
    second subject of one agency (the one apart from most others), and a return that shares
    neither local id with a like birth date nor pupil number with any other record."""
    sizes = Counter(child_of[each.key] for each in records)
    chosen: dict[str, str] = {}
    for each in sorted(records, key=lambda one: (-sizes[child_of[one.key]], one.key)):
        if not each.is_return:
            chosen.setdefault(each.agency, each.own_id)
    apart = {each.key for each in records
             if not each.is_return and chosen[each.agency] != each.own_id}
    for each in records:
        if each.is_return and not any(
                proves(each, other) for other in records if other.key not in apart):
            apart.add(each.key)
    return apart


def proves(returned: Person, other: Person) -> bool:
    """Whether a return can honestly be joined to another record."""
    if returned.key == other.key:
        return False
    if returned.agency == other.agency and returned.own_id != other.own_id:
        return False
    if set(returned.upns) & set(other.upns):
        return True
    return returned.own_id == other.own_id and bool(
        {born[:2] for born in returned.births} & {born[:2] for born in other.births})


def b_cubed(listed: Iterable[tuple[str, ...]],
            truth: Mapping[str, int]) -> tuple[float, float]:
    """Precision and recall averaged over records (Bagga and Baldwin 1998)."""
    sizes = Counter(truth.values())
    precision = recall = 0.0
    for members in listed:
        together = Counter(truth[key] for key in members)
        for child, count in together.items():
            precision += count * count / len(members)
            recall += count * count / sizes[child]
    return precision / len(truth), recall / len(truth)


def shown(seed: int, counts: Counts, missed: int) -> None:
    """Print one world."""
    print(f"seed {seed}: {counts.children} people, {counts.records} records, "
          f"{counts.microseconds:.0f} us a statement")
    print(f"  pairs    precision {counts.precision:.4f}  recall {counts.recall:.4f} of joinable, "
          f"{counts.all_found / max(1, counts.all):.4f} of all ({counts.joinable}, {counts.all})")
    print(f"  B-cubed  precision {counts.precision_b:.4f}  recall {counts.recall_b:.4f}")
    print(f"  review   {counts.review} pairs, {counts.review_true} of them one child")
    show_groups(counts.groups)
    print(f"  false joins: {dict(counts.false_kinds.most_common())}")
    print(f"  missed, where lost: {dict(counts.stages.most_common())}")
    for cause, count in counts.causes.most_common(missed):
        print(f"    {count:>5}  {cause}")


def show_groups(groups: Mapping[str, list[int]]) -> None:
    """Print the recall of each name group with its interval."""
    for group, (found, total) in sorted(groups.items()):
        share = wilson(found, total)
        print(f"  {group:<18} {share.share or 0:.4f} ({share.low or 0:.3f} to "
              f"{share.high or 0:.3f}) of {total}")


def show_together(worlds: Sequence[Counts]) -> None:
    """Print what several worlds come to, with 95 % intervals."""
    precision = wilson(sum(each.all_found for each in worlds), sum(each.joined for each in worlds))
    recall = wilson(sum(each.found for each in worlds), sum(each.joinable for each in worlds))
    print(f"all {len(worlds)} worlds together")
    for name, share in (("precision", precision), ("recall", recall)):
        print(f"  {name:<18} {share.share or 0:.4f} ({share.low or 0:.4f} to "
              f"{share.high or 0:.4f}) of {share.total}")
    groups: dict[str, list[int]] = {}
    for each in worlds:
        for group, (found, total) in each.groups.items():
            sums = groups.setdefault(group, [0, 0])
            sums[0] += found
            sums[1] += total
    show_groups(groups)


def main() -> None:
    """Measure each seed in turn, then print the legend."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--children", type=int, default=2_000)
    asked.add_argument("--seed", type=int, nargs="+", default=[1000])
    world = asked.add_mutually_exclusive_group()
    world.add_argument("--hardness", type=float, default=1.0)
    world.add_argument("--harder", action="store_true")
    asked.add_argument("--missed", type=int, default=10)
    asked.add_argument("--population", type=int, default=DEFAULT_MODEL.population)
    given = asked.parse_args()
    model = replace(DEFAULT_MODEL, population=given.population)
    worlds = []
    for seed in given.seed:
        counts = measured(harder_world(given.children, seed) if given.harder
                          else hard_world(given.children, seed, given.hardness), model)
        shown(seed, counts, given.missed)
        worlds.append(counts)
    if len(worlds) > 1:
        show_together(worlds)
    print(LEGEND)


if __name__ == "__main__":
    main()
