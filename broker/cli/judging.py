"""Judging a pair and taking a judgement back, with everything that hangs on it."""
from dataclasses import dataclass

from broker.bootstrap import Concord
from broker.bootstrap.declaring import LOOKING
from broker.identity.cluster import Pair
from broker.pipeline.caused import Caused, assessment_of, caused_by
from broker.pipeline.consequences import Consequences, Foresight, consequences_of
from broker.pipeline.decide import judge
from broker.pipeline.judgements import (
    Judgement,
    before_it,
    history_of,
    link_began,
    to_undo,
    undo,
    verdict_after,
)
from broker.pipeline.notify import notices_for
from broker.ports import Reading
from broker.vocabulary.words import NoticeState, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement that was made: its id, what followed, what links that it parted had caused
    (None where none was parted), and how many notices were recalled for it."""

    judgement_id: str
    consequences: Consequences
    caused: Caused | None = None
    recalled: int = 0


def foresight_of(concord: Concord) -> Foresight:
    """What consequences are worked out with."""
    return Foresight(concord.evaluator(), concord.codec, concord.model)


def foreseen(concord: Concord, pair: Pair, verdict: Verdict) -> Consequences:
    """What a judgement made now would bring about."""
    with concord.store.view() as view:
        return consequences_of(view, foresight_of(concord), pair, verdict)


def make(concord: Concord, pair: Pair, verdict: Verdict, by: str, reason: str) -> Judged:
    """Judge a pair, let children and findings follow, and recall what rested on a parted link."""
    told, caused = _before(concord, pair, verdict)
    now = concord.clock.now()
    made = judge(concord.store, concord.codec, concord.model, *pair, verdict, by, reason, now,
                 beside=lambda made_id: assessment_of(caused, made_id, by, now))
    return _after(concord, str(made.judgement_id), told, caused)


def revert(concord: Concord, judgement: Judgement, by: str, reason: str) -> Judged:
    """Take back a judgement that stands, with all that follows."""
    told, caused = _before(concord, judgement.pair, reverting(concord, judgement)[0])
    now = concord.clock.now()
    done = undo(concord.store, concord.codec, concord.model, judgement, by, reason, now,
                beside=lambda made_id: assessment_of(caused, made_id, by, now))
    return _after(concord, str(done.made.judgement_id), told, caused)


def reverting(concord: Concord, judgement: Judgement) -> tuple[Verdict, Judgement | None]:
    """What is judged of the pair to take a judgement back, and the earlier one that then stands
    again; `ConfigError` where it does not stand."""
    with concord.store.view() as view:
        history = history_of(view, judgement.pair)
    to_undo(history, judgement)
    restored = before_it(history, judgement)
    return verdict_after(restored), restored


def _before(concord: Concord, pair: Pair,
            verdict: Verdict) -> tuple[Consequences, Caused | None]:
    # Refuses a store that another model linked, before anything is written.
    concord.note_settings(LOOKING)
    with concord.store.view() as view:
        told = consequences_of(view, foresight_of(concord), pair, verdict)
        if not told.parted:
            return told, None
        began, until_then = link_began(history_of(view, pair))
        if began is not None and consequences_of(
                view, foresight_of(concord), pair, until_then).together:
            began = None  # they were one child before anybody judged them so
        return told, caused_by(view, concord.codec, told, began)


def _after(concord: Concord, judgement_id: str, told: Consequences,
           caused: Caused | None) -> Judged:
    concord.check()
    recalled = 0
    if caused is not None:
        if caused.to_recall:
            concord.deliver()
        with concord.store.view() as view:
            recalled = _recalled(view, concord, caused)
    return Judged(judgement_id, told, caused, recalled)


def _recalled(reading: Reading, concord: Concord, caused: Caused) -> int:
    """How many of the notices that had to be recalled their recipients now have as over."""
    wanted = {each.notice_id for each in caused.to_recall}
    return sum(each.notice_id in wanted and each.state is NoticeState.ENDED
               for agency in sorted({each.recipient for each in caused.to_recall})
               for each in notices_for(reading, concord.codec, agency))
