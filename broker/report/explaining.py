"""Why two records are, or are not, held to be one child: lines, the machine form, and a page."""
from collections.abc import Iterator
from typing import Any

from broker.errors import ConfigError
from broker.identity.explain import Change, Explanation, Outcome
from broker.identity.model import Model
from broker.pipeline.explaining import Against, PairTold, Why, tell_pair, ways_out
from broker.ports import Reading
from broker.report.findings import instant
from broker.report.html import page
from broker.report.weights import bar, feature_words, telling, top_of, waterfall

CHANGES_SHOWN_MAX = 4  # of those that would bring the two together, and of those that would not
_RANK = {Outcome.APART: 0, Outcome.REVIEW: 1, Outcome.LINK: 2}
_NOT_BY_EVIDENCE = frozenset({Why.JUDGED_SAME, Why.JUDGED_DIFFERENT, Why.THROUGH_OTHERS})
_OUTCOMES = {Outcome.LINK: "then joined", Outcome.REVIEW: "then for a person to decide",
             Outcome.APART: "then apart"}


def told_of(reading: Reading, model: Model, left: str, right: str) -> PairTold:
    """The answer on two subject keys; `ConfigError` where there is nothing to compare."""
    if left == right:
        raise ConfigError("Both records are the same one: name two different records.")
    told = tell_pair(reading, left, right, model)
    if told is None:
        raise ConfigError("One of the two has no person record yet: there is nothing to compare.")
    return told


def told_json(told: PairTold) -> dict[str, Any]:
    """The machine form: the weights of the rows add to the total."""
    pair = told.explanation
    return {
        "left": pair.left, "right": pair.right, "probability": pair.probability,
        "weight": pair.weight, "forbidden": pair.forbidden,
        "rows": [{"feature": each.feature, "level": each.level, "reason": each.reason,
                  "weight": each.weight} for each in pair.rows],
        "held": pair.held, "joined": pair.joined, "why": told.why.value, "reason": told.reason,
        "model": pair.model, "thresholds": {"joined": pair.link, "review": pair.review},
        "children": [list(members) for members in told.children],
        "judgement": None if told.judgement is None else {
            "id": told.judgement.judgement_id, "by": told.judgement.by,
            "verdict": told.judgement.verdict.value.lower(),
            "at": instant(told.judgement.made_at), "reason": told.judgement.reason},
        "path": [{"from": each.one, "to": each.other, "probability": each.probability,
                  "judged": each.judged} for each in told.path],
        "against": [{"record": each.key, "beside": each.of, "probability": each.probability,
                     "forbidden": each.forbidden} for each in told.against],
        "would_change": [{"feature": each.feature, "level": each.level, "reason": each.reason,
                          "weight": each.weight, "probability": each.probability,
                          "outcome": each.outcome.value} for each in pair.changes],
        "ways": list(ways_out(told)),
    }


def headline(told: PairTold) -> str:
    """The answer in one sentence."""
    pair = told.explanation
    state = "one child" if pair.joined else "not joined"
    return f"{pair.left} and {pair.right} are {state}: {_because(told)}."


def _because(told: PairTold) -> str:
    return told.reason if told.judgement is None else (
        f"{told.reason}: {told.judgement.reason}")


def kept_words(told: PairTold) -> str:
    """What keeps the model from joining a pair whatever it weighs; empty where nothing does. A
    person is asked only about a pair that is alike enough, and was compared."""
    pair = told.explanation
    kept = pair.forbidden or pair.held
    if not kept:
        return ""
    if pair.joined:
        return f"The model alone would have kept them apart: {kept}."
    if pair.outcome is Outcome.APART or told.why is Why.NOT_COMPARED:
        return f"Nobody is asked about the two; otherwise they would wait for a person: {kept}."
    return f"Kept for a person whatever it weighs: {kept}."


def path_lines(told: PairTold) -> Iterator[str]:
    """The way by which others join the two, pair by pair."""
    for each in told.path:
        how = "a person judged them the same" if each.judged else f"{each.probability:.4f}"
        yield f"{each.one} to {each.other}: {how}"


def against_line(each: Against) -> str:
    """One record that stands in the way."""
    return f"{each.key} beside {each.of}: {each.forbidden or format(each.probability, '.4f')}"


def change_line(change: Change) -> str:
    """What one other piece of evidence would make of the pair."""
    return (f"{feature_words(change.feature)}: if {change.reason}, "
            f"{change.probability:.4f} ({change.weight:+.2f} bits), "
            f"{_OUTCOMES[change.outcome]}")


def changes_shown(told: PairTold) -> list[Change]:
    """What would change the answer, the least first: for a pair that is not joined what would
    bring it nearer, then what would part it further. None where its own evidence has no say."""
    if told.why in _NOT_BY_EVIDENCE:
        return []
    now = _RANK[told.explanation.outcome]
    nearer = [each for each in told.explanation.changes if _RANK[each.outcome] > now]
    further = [each for each in told.explanation.changes if _RANK[each.outcome] < now]
    return nearer[:CHANGES_SHOWN_MAX] + further[:CHANGES_SHOWN_MAX]


def chart_lines(pair: Explanation, *, plain: bool = False) -> Iterator[str]:
    """The weight chart: a line for each row that weighs anything, and the total."""
    rows = telling(pair.rows)
    top = top_of(rows, pair.weight)
    for each in rows:
        yield (f"{feature_words(each.feature):19} {each.weight:+7.2f} "
               f"{bar(each.weight, top, plain=plain)} {each.reason}").rstrip()
    yield (f"{'total':19} {pair.weight:+7.2f} {bar(pair.weight, top, plain=plain)} "
           f"probability {pair.probability:.4f}")
    unknown = [feature_words(each.feature) for each in pair.rows if not each.weight]
    if unknown:
        yield f"Says nothing here: {', '.join(unknown)}."


def told_lines(told: PairTold, *, plain: bool = False) -> Iterator[str]:
    """Lines for a person at a terminal; `plain` where it shows nothing but ASCII."""
    pair = told.explanation
    yield headline(told)
    yield (f"Bits for and against, by model {pair.model}: joined from {pair.link:g}, people look "
           f"from {pair.review:g}.")
    yield ""
    yield from chart_lines(pair, plain=plain)
    if kept_words(told):
        yield kept_words(told)
    if told.path:
        yield ""
        yield "The way from the one to the other:"
        yield from (f"  {line}" for line in path_lines(told))
    if told.against:
        yield ""
        yield "In the way:"
        yield from (f"  {against_line(each)}" for each in told.against)
    yield ""
    yield "What would change it:"
    yield from (f"  {change_line(each)}" for each in changes_shown(told))
    yield from (f"  {way}" for way in ways_out(told))


def told_page(told: PairTold, *, partnership: str, made_at: str) -> str:
    """The answer as one HTML document, with a waterfall of the weights and a table beside it."""
    return page("explain.html", title="Why two records are, or are not, one child", told=told,
                pair=told.explanation, headline=headline(told), picture=waterfall(
                    told.explanation), partnership=partnership, made_at=made_at,
                path=list(path_lines(told)), against=[against_line(each)
                                                      for each in told.against],
                changes=[change_line(each) for each in changes_shown(told)],
                ways=ways_out(told), kept=kept_words(told))
