"""What people judged of pairs of records: listed with author and time, and taken back."""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from broker.audit.chain import Draft
from broker.errors import ConfigError
from broker.event.own import JudgementMade
from broker.identity.cluster import Pair
from broker.identity.model import Model
from broker.pipeline.decide import TAKEN_BACK, judge, judgement_id_of
from broker.pipeline.linking_tables import PEOPLE_JUDGEMENTS
from broker.ports import Reading, Row, Store
from broker.vocabulary.times import moment_of
from broker.vocabulary.words import Verdict
from broker.wire.codec import Codec

_ID_LETTERS_MIN = 8
_RESTORES = "{reason} (what {by} judged before stands again: {before})"
_REASON_MAX = 4000


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement on two subject keys (lesser first); `stands` says whether it counts now:
    the latest on its pair does, unless it took the one before it back."""

    judgement_id: str
    left: str
    right: str
    verdict: Verdict
    made_at: datetime
    by: str
    reason: str
    stands: bool = False

    @property
    def pair(self) -> Pair:
        """The two, the lesser first."""
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class Undone:
    """A judgement taken back; `restored` is the one before it, which stands again."""

    undone: Judgement
    restored: Judgement | None
    made: JudgementMade


def judgements_on(reading: Reading, keys: Iterable[str]) -> tuple[Judgement, ...]:
    """Every judgement ever made on a pair with one of these subject keys, oldest first."""
    wanted = sorted(set(keys))
    return _listed({str(row[0]): row for column in ("lesser", "greater")
                    for row in reading.find(PEOPLE_JUDGEMENTS, column, wanted)}.values())


def all_judgements(reading: Reading) -> tuple[Judgement, ...]:
    """Every judgement ever made, oldest first."""
    return _listed(reading.scan(PEOPLE_JUDGEMENTS, "judgement_id"))


def _listed(rows: Iterable[Row]) -> tuple[Judgement, ...]:
    made = [_judgement_of(row) for row in rows]
    made.sort(key=lambda each: (each.made_at, each.judgement_id))
    latest = {each.pair: each.judgement_id for each in made}
    return tuple(replace(each, stands=latest[each.pair] == each.judgement_id
                         and each.verdict is not Verdict.UNDONE) for each in made)


def _judgement_of(row: Row) -> Judgement:
    judgement_id, lesser, greater, verdict, made_ms, by, reason = row
    assert isinstance(made_ms, int)
    return Judgement(str(judgement_id), str(lesser), str(greater), Verdict(str(verdict)),
                     moment_of(made_ms), str(by), str(reason))


def history_of(reading: Reading, pair: Pair) -> tuple[Judgement, ...]:
    """Every judgement on one pair, oldest first."""
    left, right = sorted(pair)
    return tuple(each for each in judgements_on(reading, [left]) if each.pair == (left, right))


def standing_on(reading: Reading, pair: Pair) -> Judgement | None:
    """The judgement that counts on a pair, if there is one."""
    return next((each for each in history_of(reading, pair) if each.stands), None)


def judgement_named(reading: Reading, text: str) -> Judgement:
    """The judgement an operator named by its id, or by the first letters of it; `ConfigError`
    where there is none, or more than one."""
    rows = reading.get(PEOPLE_JUDGEMENTS, [(text,)])
    if not rows and len(text) >= _ID_LETTERS_MIN:
        rows = reading.scan(PEOPLE_JUDGEMENTS, "judgement_id", after=text, upto=text + "~",
                            limit=2)
    if len(rows) != 1:
        raise ConfigError(f"There is no one judgement {text}: `concord people judgements` lists "
                          "them.")
    found = _judgement_of(rows[0])
    return next(each for each in history_of(reading, found.pair)
                if each.judgement_id == found.judgement_id)


def to_undo(history: Sequence[Judgement], judgement: Judgement | None = None) -> Judgement:
    """The judgement on a pair that can be taken back; `ConfigError` where none stands, or where
    the one asked for does not."""
    standing = next((each for each in history if each.stands), None)
    if standing is None:
        raise ConfigError("No judgement stands on these two records: there is nothing to undo.")
    if judgement is not None and judgement.judgement_id != standing.judgement_id:
        raise ConfigError(f"A later judgement took its place: undo {standing.judgement_id}.")
    return standing


def before_it(history: Sequence[Judgement], judgement: Judgement) -> Judgement | None:
    """What stood on the pair until a judgement was made, in the words of who judged it; None
    where nothing did. What was taken back is never it: the history is replayed as a stack, of
    which each undoing takes the top away."""
    stack: list[Judgement] = []
    for each in history:
        if each.verdict is Verdict.UNDONE:
            stack.clear()
        elif takes_back(each):
            del stack[-1:]
        else:
            stack.append(each)
        if each.judgement_id == judgement.judgement_id:
            break
    return stack[-2] if len(stack) > 1 else None


def takes_back(judgement: Judgement) -> bool:
    """Whether a judgement came about by taking another back, as its id proves; not after an
    erasure, which gives it another id."""
    return judgement.judgement_id == str(judgement_id_of(
        TAKEN_BACK, judgement.left, judgement.right, judgement.verdict, judgement.by,
        judgement.reason, judgement.made_at))


def link_began(history: Sequence[Judgement]) -> tuple[datetime | None, Verdict]:
    """(since when the two are judged the same without a break; None where they are not, what
    counted on the pair until then)."""
    began = None
    for each in reversed(history):
        if each.verdict is not Verdict.SAME:
            return began, each.verdict
        began = each.made_at
    return began, Verdict.UNDONE


def verdict_after(restored: Judgement | None) -> Verdict:
    """What is judged of the pair to take the last judgement back."""
    return Verdict.UNDONE if restored is None else restored.verdict


def undo(store: Store, codec: Codec, model: Model, undone: Judgement, by: str, reason: str,
         now: datetime, *,
         beside: Callable[[UUID], Sequence[Draft]] = lambda _: ()) -> Undone:
    """Take back a judgement that stands. Where another stood on the pair before it, that one is
    made again, so that undoing one person's word does not silently lose another's. `beside` is
    as in `judge`."""
    with store.view() as view:
        history = history_of(view, undone.pair)
    to_undo(history, undone)
    restored = before_it(history, undone)
    said = reason if restored is None else _RESTORES.format(
        reason=reason, by=restored.by, before=restored.reason)[:_REASON_MAX]
    made = judge(store, codec, model, *undone.pair, verdict_after(restored), by, said, now,
                 origin=TAKEN_BACK, beside=beside)
    return Undone(undone, restored, made)
