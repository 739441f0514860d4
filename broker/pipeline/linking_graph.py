"""The graph of who may be whom: scored pairs are renewed, touched components grouped anew."""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from broker.event.subject import record_id_of
from broker.identity.blocking import Keys, keys_of
from broker.identity.cluster import Child, Clustering, Edge, Pair, Review, cluster
from broker.identity.groups import Groups
from broker.identity.model import Model
from broker.identity.person import Person
from broker.identity.scoring import ADOPTED, forbidden_of, score_above
from broker.pipeline.linking_people import people_of
from broker.pipeline.linking_tables import (
    PEOPLE,
    PEOPLE_EDGES,
    PEOPLE_JUDGEMENTS,
    PEOPLE_KEYS,
    PEOPLE_REVIEW,
    child_of_row,
    edge_of_row,
    rows_of_child,
)
from broker.ports import Reading, Row, Unit
from broker.vocabulary.words import Verdict

# Of each subject that changed, the keys it is posted under, and the person it now is.
Changed = Mapping[str, tuple[frozenset[int], Person | None]]
Judged = dict[Pair, tuple[tuple[int, str], Verdict]]
Named = tuple[str, tuple[str, ...]]  # a child's id and its members
_NO_KEYS = Keys(frozenset(), frozenset())


@dataclass(slots=True)
class Change:
    """Children that changed together: (id, members) before and after."""

    before: list[Named] = field(default_factory=list)
    after: list[Named] = field(default_factory=list)
    relinked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Renewed:
    """Whom a change touches; who of them was loaded; of some, every scored pair they now have."""

    touched: set[str]
    people: Mapping[str, Person] = field(default_factory=dict)
    whole: Collection[str] = ()
    edges: Mapping[Pair, Edge] = field(default_factory=dict)


def refresh_edges(unit: Unit, changed: Changed, model: Model) -> Renewed:
    """Write the keys and scored pairs of changed people."""
    # Nobody met a subject that was posted nowhere, unless useless keys hid where it was.
    met = sorted(key for key, (posted, _) in changed.items() if posted or model.hot_keys)
    known = [row for column in ("lesser", "greater")
             for row in unit.find(PEOPLE_EDGES, column, met)]
    old = {(str(row[0]), str(row[1])): row for row in known}
    pairs = _pairs_of(unit, changed, model)
    loaded = people_of(unit, {key for pair in pairs for key in pair} - changed.keys())
    loaded.update((key, after) for key, (_, after) in changed.items() if after is not None)
    new: dict[Pair, Row] = {}
    floor = model.floor_bits
    for left, right in pairs:
        if left not in loaded or right not in loaded:
            continue  # withdrawn, and waiting to be taken out
        scored = score_above(floor, loaded[left], loaded[right], model)
        if scored is not None:
            new[left, right] = (left, right, scored.weight, scored.forbidden, scored.held)
    unit.delete(PEOPLE_EDGES, [pair for pair in old if pair not in new])
    unit.put(PEOPLE_EDGES, [row for pair, row in new.items() if old.get(pair) != row])
    touched = set(changed)
    touched.update(key for pair in (*old, *new) for key in pair)
    return Renewed(touched, loaded, changed.keys(),
                   {pair: edge_of_row(row) for pair, row in new.items()})


def _pairs_of(unit: Unit, changed: Changed, model: Model) -> set[Pair]:
    """The pairs of a changed person with anyone who shares a key."""
    wanted: dict[int, list[str]] = {}
    gone: list[tuple[int, str]] = []
    fresh: list[tuple[int, str]] = []
    for key, (posted, after) in changed.items():
        new = _NO_KEYS if after is None else keys_of(after, model.hot_keys)
        gone.extend([(block, key) for block in posted - new.posted])
        fresh.extend([(block, key) for block in new.posted - posted])
        for block in new.sought:
            wanted.setdefault(block, []).append(key)
    unit.delete(PEOPLE_KEYS, gone)
    fresh.sort()  # in the order of the index, so that neighbours are written together
    # Asked before the fresh ones are written, since those need not be read to be known.
    known = unit.find(PEOPLE_KEYS, "block", sorted(wanted))
    unit.put(PEOPLE_KEYS, fresh)
    return {(key, other) if key < other else (other, key)
            for block, other in (*cast(list[tuple[int, str]], known), *fresh)
            for key in wanted.get(block, ()) if key != other}


def regroup(
    unit: Unit, renewed: Renewed, model: Model, news: Collection[str] = (),
) -> list[Change]:
    """Group anew every component that a change touches; what changed.

    `news` are subjects of whom something new is known, which also concerns those blocked from
    them.
    """
    edges, judged = component_edges(unit, renewed.touched, renewed)
    nodes = renewed.touched | {key for pair in (*edges, *judged) for key in pair}
    people = dict(renewed.people)
    people.update(people_of(unit, nodes - people.keys()))
    # Pairs of somebody withdrawn stand until they are taken out in their turn.
    edges = {pair: edge for pair, edge in edges.items()
             if pair[0] in people and pair[1] in people}
    components = Groups()
    for left, right in (*edges, *judged):
        components.join(left, right)
    edges_in: dict[int, list[Edge]] = {}
    for (left, _), edge in edges.items():
        edges_in.setdefault(id(components.group(left)), []).append(edge)
    judged_in: dict[int, Judged] = {}
    for pair, verdict in judged.items():
        judged_in.setdefault(id(components.group(pair[0])), {})[pair] = verdict
    results = []
    for members in components.members():
        place = id(components.group(members[0]))
        persons = {key: people[key] for key in members if key in people}
        ruled = judged_in.get(place, {})
        results.append(_with_doubts(cluster(persons, edges_in.get(place, ()), ruled, model),
                                    persons, ruled))
    alone = nodes - {key for pair in (*edges, *judged) for key in pair}
    results.append(Clustering(tuple(Child((key,)) for key in sorted(alone) if key in people), ()))
    return _write(unit, nodes, results, news)


def component_edges(
    reading: Reading, start: set[str], known: Renewed | None = None,
) -> tuple[dict[Pair, Edge], Judged]:
    """Every scored or judged pair of the components around these keys; `known` spares reading."""
    edges = {} if known is None else dict(known.edges)
    whole = frozenset() if known is None else frozenset(known.whole)
    judged: Judged = {}
    seen: set[str] = set()
    frontier = start
    while frontier:
        seen |= frontier
        keys = sorted(frontier)
        asked = sorted(frontier - whole)
        reached: set[str] = set()
        for column in ("lesser", "greater"):
            for row in reading.find(PEOPLE_EDGES, column, asked):
                edge = edge_of_row(row)
                edges[edge.left, edge.right] = edge
                reached.update(edge[:2])
            for row in reading.find(PEOPLE_JUDGEMENTS, column, keys):
                pair, verdict = _judged_of_row(row)
                judged[pair] = max(judged.get(pair, verdict), verdict, key=lambda each: each[0])
                reached.update(pair)
        frontier = reached - seen
    return edges, judged


def _judged_of_row(row: Row) -> tuple[Pair, tuple[tuple[int, str], Verdict]]:
    judgement_id, lesser, greater, verdict, made_ms = row[:5]
    assert isinstance(made_ms, int)
    return (str(lesser), str(greater)), ((made_ms, str(judgement_id)), Verdict(str(verdict)))


def _write(
    unit: Unit, nodes: set[str], results: Sequence[Clustering], news: Collection[str],
) -> list[Change]:
    ids = {key: record_id_of(key) for key in nodes}
    rows = {str(row[0]): row for row in unit.get(PEOPLE, [(each,) for each in ids.values()])}
    new = {ids[child.members[0]]: child for result in results for child in result.children}
    fresh = {str(row[0]): row for child in new.values() for row in rows_of_child(child, ids)}
    # Most are as they were, and need not be read to know it.
    old = {each: child for each, row in rows.items()
           if (child := new.get(each) if row == fresh.get(each) else child_of_row(row))}
    unit.delete(PEOPLE, [(each,) for each in rows if each not in fresh])
    unit.put(PEOPLE, [row for each, row in fresh.items() if rows.get(each) != row])
    _write_review(unit, nodes, [pair for result in results for pair in result.review])
    return _changes(_named(ids, old), _named(ids, new), _relinked(old, new, news))


def _with_doubts(result: Clustering, persons: Mapping[str, Person], ruled: Judged) -> Clustering:
    """Each child with the records elsewhere that may be its own, and with whom they cannot be."""
    doubts: dict[str, set[str]] = {}
    for pair in result.review:
        doubts.setdefault(pair.left, set()).add(pair.right)
        doubts.setdefault(pair.right, set()).add(pair.left)
    children = []
    for child in result.children:
        unsure = {other for key in child.members for other in doubts.get(key, ())}
        unsure.difference_update(child.members)
        apart = [(key, other) for key in child.members for other in sorted(unsure)
                 if other not in doubts.get(key, ()) and _are_two(key, other, persons, ruled)]
        children.append(replace(child, unsure=tuple(sorted(unsure)), apart=tuple(apart))
                        if unsure else child)
    return replace(result, children=tuple(children))


def _are_two(one: str, other: str, persons: Mapping[str, Person], ruled: Judged) -> bool:
    """Whether two records of whom nobody is asked are two people, as somebody said or they do.

    Who was adopted is one child under two names, though nothing may join the two by itself.
    """
    _, verdict = ruled.get((one, other) if one < other else (other, one), (None, Verdict.UNDONE))
    if verdict not in (Verdict.UNDONE, Verdict.UNMAPPED):
        return verdict is Verdict.DIFFERENT
    return one in persons and other in persons and forbidden_of(
        persons[one], persons[other]) not in (None, ADOPTED)


def _write_review(unit: Unit, nodes: set[str], review: Sequence[Review]) -> None:
    known = unit.find(PEOPLE_REVIEW, "lesser", sorted(nodes))
    old = {(str(row[0]), str(row[1])): row for row in known}
    new: dict[Pair, Row] = {(each.left, each.right): tuple(each) for each in review}
    unit.delete(PEOPLE_REVIEW, [pair for pair in old if pair not in new])
    unit.put(PEOPLE_REVIEW, [row for pair, row in new.items() if old.get(pair) != row])


def _named(ids: Mapping[str, str], children: Mapping[str, Child]) -> set[Named]:
    """Children with their ids; a subject without a person record counts as one of its own."""
    named = {(child_id, child.members) for child_id, child in children.items()}
    inside = {key for child in children.values() for key in child.members}
    named.update((child_id, (key,)) for key, child_id in ids.items() if key not in inside)
    return named


def _changes(before: set[Named], after: set[Named], relinked: Sequence[str]) -> list[Change]:
    """Children before and after that share a record, together."""
    gone, made = sorted(before - after), sorted(after - before)
    together = Groups()
    for _, members in (*gone, *made):
        for key in members:
            together.join(members[0], key)
    grouped: dict[int, Change] = {}
    for each in gone:
        grouped.setdefault(id(together.group(each[1][0])), Change()).before.append(each)
    for each in made:
        grouped.setdefault(id(together.group(each[1][0])), Change()).after.append(each)
    changes = list(grouped.values())
    if relinked:
        changes.append(Change(relinked=tuple(relinked)))
    return changes


def _relinked(old: Mapping[str, Child], new: Mapping[str, Child],
              news: Collection[str]) -> list[str]:
    """Members of children that stayed together but whose certainty or doubts changed."""
    return sorted(key for child_id, child in new.items()
                  if _is_relinked(old.get(child_id), child, news) for key in child.members)


def _is_relinked(was: Child | None, child: Child, news: Collection[str]) -> bool:
    if was is None:
        return bool(child.blocked or child.unsure)
    if was.members != child.members:
        return False
    return was != child or any(key in news for pair in child.blocked for key in pair[:2])
