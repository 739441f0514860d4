"""As known on a day: what was received by then, copied into a store of its own."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from broker.errors import RecordRejected
from broker.event import own
from broker.event.envelope import Statement
from broker.event.finding import FindingDecided
from broker.event.own import JudgementMade
from broker.identity.model import Model
from broker.log import topics
from broker.log.records import Lane, Logged
from broker.pipeline.linking import fold_judgement
from broker.pipeline.looking import mark_dirty
from broker.pipeline.positions import shared_lanes
from broker.pipeline.reaches import note_untaken
from broker.pipeline.subject import logged_in
from broker.pipeline.suppressed import suppressed_in
from broker.pipeline.tables import DECISIONS
from broker.ports import EventLog, Store, Unit
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import SettingKind
from broker.wire.codec import Codec


@dataclass(frozen=True, slots=True)
class Present:
    """The partnership as it is now, whose past is looked at."""

    store: Store
    log: EventLog
    codec: Codec


def _held(present: Present, lane: Lane) -> list[Logged]:
    """All records of a lane, less what has been erased since."""
    found = list(logged_in(present.log, lane))
    with present.store.view() as view:
        erased = suppressed_in(view, [each.record.key for each in found])
    return [each for each in found if each.record.key not in erased]


def _until(present: Present, lane: Lane, moment: datetime) -> list[Logged]:
    """Those received by `moment`."""
    return [each for each in _held(present, lane) if each.record.timestamp <= moment]


def setting_at(present: Present, kind: SettingKind, moment: datetime) -> str | None:
    """The document of a part of the configuration in force at `moment`; None where the log does
    not go back so far."""
    document = None
    for each in _until(present, Lane(topics.DECISIONS, 0), moment):
        assert each.record.value is not None
        made = present.codec.decode(each.record.value)
        if isinstance(made, own.SettingChanged) and made.kind is kind:
            document = made.document
    return document


def replay_into(present: Present, past: Present, model: Model, agencies: Iterable[str],
                moment: datetime) -> None:
    """Copy shared statements, decisions and what was not taken in by `moment`; the caller folds
    and evaluates them.

    Values are encoded anew: the past store's registry gives its own schema ids.
    """
    codec = present.codec
    for lane in shared_lanes(present.log):
        for each in _until(present, lane, moment):
            assert each.record.value is not None
            value = past.codec.encode(codec.decode(each.record.value))
            past.log.append(lane, [each.record._replace(value=value)])
    with past.store.begin() as unit:
        for agency in agencies:
            _note_untaken(unit, present, agency, moment)
        for each in _until(present, Lane(topics.DECISIONS, 0), moment):
            assert each.record.value is not None
            made = codec.decode(each.record.value)
            if isinstance(made, JudgementMade):
                fold_judgement(unit, made, model)
                mark_dirty(unit, {made.left, made.right})
            elif isinstance(made, FindingDecided):
                unit.put(DECISIONS, [(str(made.decision_id), made.finding_id,
                                      milliseconds_of(made.made_at), past.codec.encode(made))])


def _note_untaken(unit: Unit, present: Present, agency: str, moment: datetime) -> None:
    """What intake noted of the messages it rejected or held, told again from their topics."""
    for topic in (topics.rejected(agency), topics.held(agency)):
        for each in _held(present, Lane(topic, 0)):
            assert each.record.value is not None
            at = each.record.timestamp
            said: object = present.codec.decode(each.record.value)
            if isinstance(said, own.RecordRejected):
                at = said.rejected_at  # the log may know only when it was written there
                if said.topic is None or (said.size and not said.raw):
                    continue  # a row, which its heartbeat tells of; or erased, and meant to be
                said = _decoded(present.codec, said.raw)
            if at > moment:
                continue
            if said is None:
                note_untaken(unit, agency, [""], at)
            elif isinstance(said, Statement):
                note_untaken(unit, agency, [said.type_name], at)


def _decoded(codec: Codec, raw: bytes) -> object:
    try:
        return codec.decode(raw)
    except RecordRejected:
        return None
