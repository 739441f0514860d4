"""Why two subjects are, or are not, one child, from everything the store has on them: the pair's
own evidence, people's judgements, the records around them, and what would change it."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from broker.event.subject import parts_of
from broker.identity.cluster import NEAR_RIVALS, UNFITTING, Edge, Pair
from broker.identity.explain import Explanation, Outcome, explain
from broker.identity.groups import Groups
from broker.identity.model import Model, probability_of
from broker.identity.path import Step, path_between
from broker.identity.person import Person
from broker.identity.scoring import (
    ADOPTED,
    HELD_APART,
    NHS_NUMBERS_DIFFER,
    UNNAMED_TWIN,
    score,
)
from broker.pipeline.families import children_with
from broker.pipeline.judgements import Judgement, judgements_on, standing_on
from broker.pipeline.linking_graph import component_edges
from broker.pipeline.linking_people import people_of
from broker.pipeline.linking_tables import PEOPLE_EDGES, PEOPLE_REVIEW, edge_of_row
from broker.ports import Reading
from broker.vocabulary.words import Verdict

THROUGH = "other records of the child join them"
TOGETHER = "all that the child's records say, taken together, joins them"
BY_SEX = "no given name yet, but of two twins only one is of this sex"
_AGAINST_MAX = 5


class Why(StrEnum):
    """What decided about a pair."""

    EVIDENCE = "evidence"
    JUDGED_SAME = "judged_same"
    THROUGH_OTHERS = "through_others"
    JUDGED_DIFFERENT = "judged_different"
    JUDGED_UNSURE = "judged_unsure"
    FORBIDDEN = "forbidden"
    HELD = "held"
    NEAR_RIVALS = "near_rivals"
    DOES_NOT_FIT = "does_not_fit"
    BELOW = "below_threshold"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class Against:
    """A record beside the pair that keeps the two apart, with the probability that it and `of`
    (one of the pair's children) are one child."""

    key: str
    of: str
    probability: float
    forbidden: str | None = None


@dataclass(frozen=True, slots=True)
class PairTold:
    """The whole answer on a pair. `path` is how two records became one child through others;
    `against` who stands in the way of a join; `children` the members of the child, or of both,
    that of the lesser key first."""

    explanation: Explanation
    why: Why
    reason: str
    children: tuple[tuple[str, ...], ...]
    judgement: Judgement | None = None
    path: tuple[Step, ...] = ()
    against: tuple[Against, ...] = ()


def tell_pair(reading: Reading, one: str, other: str, model: Model) -> PairTold | None:
    """Why two subjects are, or are not, one child; None where either has no person record."""
    people = people_of(reading, (one, other))
    if one not in people or other not in people:
        return None
    left, right = sorted((one, other))
    children = tuple(sorted(children_with(reading, (left, right)).values(),
                            key=lambda members: left not in members))
    told = explain(people[left], people[right], model, joined=len(children) == 1)
    judgement = standing_on(reading, (left, right))
    edges, _ = component_edges(reading, {left, right})
    if told.joined:
        return _joined(reading, told, children, judgement, edges, model)
    return _apart(reading, told, children, judgement, edges, model)


def _joined(reading: Reading, told: Explanation, children: tuple[tuple[str, ...], ...],
            judgement: Judgement | None, edges: dict[Pair, Edge], model: Model) -> PairTold:
    if judgement is not None and judgement.verdict is Verdict.SAME:
        return PairTold(told, Why.JUDGED_SAME, f"{judgement.by} judged them the same",
                        children, judgement)
    if told.outcome is Outcome.LINK and (told.left, told.right) in edges:
        return PairTold(told, Why.EVIDENCE, "their own evidence joins them", children, judgement)
    own = set(children[0])
    links = [each for each in edges.values() if {each.left, each.right} <= own
             and _may_hold(each, model) and (each.left, each.right) != (told.left, told.right)]
    path = path_between(told.left, told.right, links, _judged_same(reading, own))
    alone = BY_SEX if told.held == UNNAMED_TWIN else TOGETHER
    return PairTold(told, Why.THROUGH_OTHERS, THROUGH if path else alone, children, judgement,
                    path)


def _may_hold(edge: Edge, model: Model) -> bool:
    """Whether a pair of one child may be what holds it together."""
    return edge.weight >= model.link_bits and edge.held in (None, UNNAMED_TWIN)


def _judged_same(reading: Reading, members: set[str]) -> list[Pair]:
    return [each.pair for each in judgements_on(reading, members)
            if each.stands and each.verdict is Verdict.SAME and set(each.pair) <= members]


def weakest_join(reading: Reading, members: Sequence[str], model: Model) -> Explanation | None:
    """The evidence on the pair that holds a child's records together the least: without it they
    would be two. None where one record is all, or people's judgements alone join them."""
    own = set(members)
    groups = Groups(members)
    for left, right in _judged_same(reading, own):
        groups.join(left, right)
    links = [edge for row in reading.find(PEOPLE_EDGES, "lesser", sorted(own))
             if (edge := edge_of_row(row)).right in own and _may_hold(edge, model)]
    links.sort(key=lambda each: (-each.weight, each.left, each.right))
    weakest = None
    for edge in links:
        if groups.joins(edge.left, edge.right):
            weakest = edge
    if weakest is None:
        return None
    people = people_of(reading, weakest[:2])
    return explain(people[weakest.left], people[weakest.right], model, joined=True)


def _apart(reading: Reading, told: Explanation, children: tuple[tuple[str, ...], ...],
           judgement: Judgement | None, edges: dict[Pair, Edge], model: Model) -> PairTold:
    why, reason = _why_apart(reading, told, judgement, edges)
    against: tuple[Against, ...] = ()
    if why is Why.NEAR_RIVALS:
        against = _rivals(told, edges.values(), model)
    elif why in (Why.DOES_NOT_FIT, Why.FORBIDDEN):
        against = _against(reading, told, children, model)
    return PairTold(told, why, reason, children, judgement, (), against)


def _why_apart(reading: Reading, told: Explanation, judgement: Judgement | None,
               edges: dict[Pair, Edge]) -> tuple[Why, str]:
    if judgement is not None and judgement.verdict is Verdict.DIFFERENT:
        return Why.JUDGED_DIFFERENT, f"{judgement.by} judged them different"
    if judgement is not None and judgement.verdict is Verdict.UNSURE:
        return Why.JUDGED_UNSURE, f"{judgement.by} looked and was not sure"
    rows = reading.get(PEOPLE_REVIEW, [(told.left, told.right)])
    reason = str(rows[0][3]) if rows else None
    if told.forbidden is not None or reason in (NHS_NUMBERS_DIFFER, HELD_APART, ADOPTED):
        return Why.FORBIDDEN, reason or told.forbidden or ""
    if told.outcome is Outcome.APART:
        return Why.BELOW, "not alike enough for the model to join them or to ask a person"
    if (told.left, told.right) not in edges:
        return Why.NOT_COMPARED, "they share nothing by which records are looked up, and were " \
                                 "never compared"
    if told.held is not None:
        return Why.HELD, told.held
    if reason == NEAR_RIVALS:
        return Why.NEAR_RIVALS, reason
    if reason == UNFITTING:
        return Why.DOES_NOT_FIT, reason
    return Why.BELOW, "alike, but not enough to join without a person"


def _rivals(told: Explanation, edges: Iterable[Edge], model: Model) -> tuple[Against, ...]:
    """Who is about as near to one of the two as the other is."""
    found = []
    for edge in edges:
        if (edge.left, edge.right) == (told.left, told.right) or edge.weight < model.link_bits:
            continue
        for key, rival in ((edge.left, edge.right), (edge.right, edge.left)):
            if key in (told.left, told.right) and \
                    abs(edge.weight - told.weight) < model.margin_bits:
                found.append(Against(rival, key, probability_of(edge.weight)))
    return tuple(sorted(set(found), key=lambda each: (-each.probability, each.key)))


def _against(reading: Reading, told: Explanation, children: tuple[tuple[str, ...], ...],
             model: Model) -> tuple[Against, ...]:
    """The pairs between the two children that speak most against one child."""
    people = people_of(reading, {key for members in children for key in members})
    found = [_stands_against(people[one], people[other], model)
             for one in children[0] for other in children[-1]
             if one in people and other in people
             and {one, other} != {told.left, told.right}]
    worst = sorted((each for each in found
                    if each.forbidden or each.probability < model.floor_probability),
                   key=lambda each: (each.forbidden is None, each.probability, each.key))
    return tuple(worst[:_AGAINST_MAX])


def _stands_against(one: Person, other: Person, model: Model) -> Against:
    scored = score(one, other, model)
    return Against(one.key, other.key, scored.probability, scored.forbidden)


def ways_out(told: PairTold) -> tuple[str, ...]:
    """What other than a pair's own evidence would change the answer, as sentences for a
    person."""
    one, other = told.explanation.left, told.explanation.right
    ways = []
    judged = told.judgement
    if told.path:
        weakest = min(told.path, key=lambda each: each.probability)
        ways.append(f"It falls with its weakest pair: {weakest.one} and {weakest.other} "
                    f"({weakest.probability:.4f}).")
    if told.why is Why.FORBIDDEN:
        ways += _ways_past(told)
    ways += [f"If {each.key} and {each.of} were said to be one child, or two, this pair would no "
             "longer be in doubt for their sake." for each in told.against
             if told.why is Why.NEAR_RIVALS]
    ways += [f"If it were not for {each.key} beside {each.of} "
             f"({each.forbidden or format(each.probability, '.4f')}), the two would fit better."
             for each in told.against if told.why is Why.DOES_NOT_FIT]
    if judged is not None and judged.verdict is not Verdict.UNSURE:
        ways.append(f"`concord people undo {judged.judgement_id}` takes the judgement back.")
    verdict = "different" if told.explanation.joined else "same"
    if judged is None or judged.verdict is Verdict.UNSURE:
        ways.append(f"A person's judgement: `concord people judge {one} {other} {verdict} --by "
                    "--reason`.")
    return tuple(ways)


def _ways_past(told: PairTold) -> list[str]:
    """What lifts each kind of ban."""
    one, other = told.explanation.left, told.explanation.right
    agencies = sorted({parts_of(one)[0], parts_of(other)[0]})
    if told.reason == NHS_NUMBERS_DIFFER:
        return [f"If {' or '.join(agencies)} ended its NHS number, or sent the other one beside "
                "it as ended, the two numbers would no longer stand against each other."]
    if told.reason == HELD_APART:
        held_by = sorted({each.key.partition(":")[0] for each in told.against
                          if each.forbidden == HELD_APART} or set(agencies))
        return [f"If {' or '.join(held_by)} made one record of its two, or a person judged its "
                "two records the same."]
    return ["Nothing but a person's judgement joins a child's records across an adoption."]
