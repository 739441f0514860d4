"""What people judged of pairs of records: listed with author and time, and taken back."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from broker.errors import ConfigError
from broker.event.own import JudgementMade
from broker.identity.cluster import Pair
from broker.identity.model import Model
from broker.pipeline.decide import judge
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
    """What stood on the pair until a judgement was made; None where nothing did."""
    earlier = [each for each in history
               if (each.made_at, each.judgement_id) < (judgement.made_at, judgement.judgement_id)]
    last = earlier[-1] if earlier else None
    return None if last is None or last.verdict is Verdict.UNDONE else last


def verdict_after(restored: Judgement | None) -> Verdict:
    """What is judged of the pair to take the last judgement back."""
    return Verdict.UNDONE if restored is None else restored.verdict


def undo(store: Store, codec: Codec, model: Model, undone: Judgement, by: str, reason: str,
         now: datetime) -> Undone:
    """Take back a judgement that stands. Where another stood on the pair before it, that one is
    made again, so that undoing one person's word does not silently lose another's."""
    with store.view() as view:
        history = history_of(view, undone.pair)
    to_undo(history, undone)
    restored = before_it(history, undone)
    said = reason if restored is None else _RESTORES.format(
        reason=reason, by=restored.by, before=restored.reason)[:_REASON_MAX]
    made = judge(store, codec, model, *undone.pair, verdict_after(restored), by, said, now)
    return Undone(undone, restored, made)
