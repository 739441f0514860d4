"""What a judgement would bring about, worked out on a view of the store before it is made.

The pipeline's own functions answer: the judgement is folded and the children concerned are looked
at on an overlay, so what is shown is what would happen.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from broker.event.digest import derived_id
from broker.event.finding import Finding, FindingChanged
from broker.event.own import JudgementMade
from broker.findings.finding import is_standing
from broker.identity.cluster import Pair, Review
from broker.identity.model import Model
from broker.pipeline.evaluate import Evaluator, findings_in
from broker.pipeline.families import children_with
from broker.pipeline.judgements import Judgement, judgements_on
from broker.pipeline.linking import PeopleChange, children_of, fold_judgement, review_of
from broker.pipeline.linking_tables import PEOPLE_REVIEW
from broker.pipeline.overlay import Overlay
from broker.ports import Reading
from broker.vocabulary.words import FindingState, Severity, Verdict
from broker.wire.codec import Codec

WORST_FIRST = tuple(Severity)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Foresight:
    """What the future is worked out with: the rules, the codec and the model."""

    evaluator: Evaluator
    codec: Codec
    model: Model


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from one judgement on a pair (lesser key first).

    `together` says whether the two would be one child. `joined` are the children that would
    become one, `parted` those of which some records would leave, be it for another child;
    `settled` and `opened` the other pairs that would leave or enter the review queue;
    `contradicted` the judgements that it would replace or that would no longer hold; `raised`
    and `ended` the findings that would newly stand, or no longer.
    """

    pair: Pair
    verdict: Verdict
    together: bool
    joined: tuple[PeopleChange, ...] = ()
    parted: tuple[PeopleChange, ...] = ()
    settled: tuple[Review, ...] = ()
    opened: tuple[Review, ...] = ()
    contradicted: tuple[Judgement, ...] = ()
    raised: tuple[Finding, ...] = ()
    ended: tuple[Finding, ...] = ()

    @property
    def has_effect(self) -> bool:
        """Whether the judgement does what it says: a join must wait while nobody has described one
        of the two as a person."""
        return self.verdict is not Verdict.SAME or self.together


def judgement_to_be(pair: Pair, verdict: Verdict) -> JudgementMade:
    """A judgement that nobody has made, later than any that somebody has."""
    left, right = sorted(pair)
    return JudgementMade(
        judgement_id=derived_id("judgement to be", left, right, verdict), left=left, right=right,
        verdict=verdict, by="nobody yet", reason="to see what would follow",
        made_at=_LAST)


def consequences_of(reading: Reading, foresight: Foresight, pair: Pair,
                    verdict: Verdict) -> Consequences:
    """What a judgement made now would bring about, everything that follows from it included."""
    left, right = sorted(pair)
    over = Overlay(reading)
    changes = fold_judgement(over, judgement_to_be(pair, verdict), foresight.model)
    raised, ended = _findings(reading, over, foresight, {left, right} | _touched(changes))
    settled, opened = _review(over, (left, right))
    return Consequences(
        (left, right), verdict, _together(over, (left, right)),
        tuple(each for each in changes if each.after and not parts(each)),
        tuple(each for each in changes if parts(each)),
        settled, opened, _contradicted(reading, over, (left, right), verdict), raised, ended)


def _touched(changes: Iterable[PeopleChange]) -> set[str]:
    """Everybody whose child would change."""
    return {key for change in changes
            for key in (*change.relinked, *(member for child in (*change.before, *change.after)
                                            for member in child.members))}


def parts(change: PeopleChange) -> bool:
    """Whether records that were one child would be so no longer."""
    child_of = {key: child.child for child in change.after for key in child.members}
    return any(len({child_of.get(key) for key in child.members}) > 1 for child in change.before)


def _together(reading: Reading, pair: Pair) -> bool:
    return len(set(children_of(reading, pair).values())) == 1


def _review(over: Overlay, pair: Pair) -> tuple[tuple[Review, ...], tuple[Review, ...]]:
    """(pairs that leave the queue, pairs that enter it), the pair itself aside."""
    left: list[Review] = []
    entered: list[Review] = []
    for below, now in over.changed(PEOPLE_REVIEW):
        if below is not None and now is None:
            left.append(review_of(below))
        elif below is None and now is not None:
            entered.append(review_of(now))
    return (tuple(sorted(each for each in left if each[:2] != pair)),
            tuple(sorted(each for each in entered if each[:2] != pair)))


def _contradicted(reading: Reading, over: Overlay, pair: Pair,
                  verdict: Verdict) -> tuple[Judgement, ...]:
    """Judgements that stand now and would be replaced, or would no longer hold."""
    keys = {*pair, *(key for reading_now in (reading, over)
                     for key in _family(reading_now, pair))}
    found = []
    for each in judgements_on(reading, keys):
        if not each.stands:
            continue
        if each.pair == pair:
            if each.verdict is not verdict:
                found.append(each)
        elif _holds(reading, each) and not _holds(over, each):
            found.append(each)
    return tuple(found)


def _family(reading: Reading, pair: Pair) -> set[str]:
    """All records of the two children."""
    return {key for members in children_with(reading, pair).values() for key in members}


def _holds(reading: Reading, judgement: Judgement) -> bool:
    """Whether the children are as a judgement says."""
    if judgement.verdict is Verdict.UNSURE:
        return True
    return _together(reading, judgement.pair) is (judgement.verdict is Verdict.SAME)


def _findings(
    reading: Reading, over: Overlay, foresight: Foresight, keys: set[str],
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """(findings that would newly stand, findings that would end) because of the judgement; what
    would change without it too is no consequence."""
    changes = foresight.evaluator.foreseen(over, keys)
    if changes:
        anyway = {_news_of(each) for each in foresight.evaluator.foreseen(reading, keys)}
        changes = tuple(each for each in changes if _news_of(each) not in anyway)
    # Of what is raised and resolved at once, how it ends.
    changed = list({each.finding.finding_id: each.finding for each in changes}.values())
    known = findings_in(reading, foresight.codec, {each.finding_id for each in changed})
    stood = {key for key, each in known.items() if is_standing(each)}
    raised = [each for each in changed
              if is_live(each) and each.finding_id not in stood]
    ended = [known[each.finding_id] for each in changed
             if not is_standing(each) and each.finding_id in stood]
    return worst_first(raised), worst_first(ended)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The most severe first, then in order of their ids."""
    return tuple(sorted(findings, key=lambda each: (
        WORST_FIRST.index(each.severity), each.finding_id)))


def _news_of(change: FindingChanged) -> tuple[str, bool]:
    return change.finding.finding_id, is_standing(change.finding)


def is_live(finding: Finding) -> bool:
    """Whether somebody should look at it now: it stands, nobody dismissed it, it is no history."""
    return finding.state in (FindingState.OPEN, FindingState.CONFIRMED) \
        and not finding.historical


def exposed_by_join(reading: Reading, foresight: Foresight, pair: Pair) -> tuple[Finding, ...]:
    """The findings that would newly stand if the two were judged to be one child."""
    over = Overlay(reading)
    changes = fold_judgement(over, judgement_to_be(pair, Verdict.SAME), foresight.model)
    if not _together(over, pair):
        return ()  # something forbids it, whatever is judged
    return _findings(reading, over, foresight, _touched(changes))[0]


def exposed_by_parting(reading: Reading, foresight: Foresight, pair: Pair) -> tuple[Finding, ...]:
    """The findings that would newly stand if the two were judged to be two: what is not raised
    only because one may be the other."""
    over = Overlay(reading)
    changes = fold_judgement(over, judgement_to_be(pair, Verdict.DIFFERENT), foresight.model)
    return _findings(reading, over, foresight, {*pair, *_touched(changes)})[0]
