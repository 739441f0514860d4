"""As known on a day: what was received by then, copied into a store of its own."""
from collections.abc import Iterable
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
from broker.pipeline.reaches import note_untaken
from broker.pipeline.tables import DECISIONS
from broker.ports import EventLog, Store, Unit
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import SettingKind
from broker.wire.codec import Codec

PAGE = 1000


def _until(log: EventLog, lane: Lane, moment: datetime) -> list[Logged]:
    """All records of a lane received by `moment`, tombstones aside."""
    found: list[Logged] = []
    position = 0
    while page := log.read(lane, position, PAGE):
        found.extend(each for each in page
                     if each.record.timestamp <= moment and each.record.value is not None)
        position = page[-1].position + 1
    return found


def setting_at(log: EventLog, codec: Codec, kind: SettingKind, moment: datetime) -> str | None:
    """The document of a part of the configuration in force at `moment`; None where the log does
    not go back so far."""
    document = None
    for each in _until(log, Lane(topics.DECISIONS, 0), moment):
        assert each.record.value is not None
        made = codec.decode(each.record.value)
        if isinstance(made, own.SettingChanged) and made.kind is kind:
            document = made.document
    return document


def replay_into(log: EventLog, codec: Codec, store: Store, past_log: EventLog, past_codec: Codec,
                model: Model, agencies: Iterable[str], moment: datetime) -> None:
    """Copy shared statements, decisions and what was not taken in by `moment`; the caller folds
    and evaluates them.

    Values are encoded anew: the past store's registry gives its own schema ids.
    """
    for topic in topics.SHARED:
        for partition in range(log.partitions(topic)):
            lane = Lane(topic, partition)
            for each in _until(log, lane, moment):
                assert each.record.value is not None
                value = past_codec.encode(codec.decode(each.record.value))
                past_log.append(lane, [each.record._replace(value=value)])
    with store.begin() as unit:
        for agency in agencies:
            _note_untaken(unit, log, codec, agency, moment)
        for each in _until(log, Lane(topics.DECISIONS, 0), moment):
            assert each.record.value is not None
            made = codec.decode(each.record.value)
            if isinstance(made, JudgementMade):
                fold_judgement(unit, made, model)
                mark_dirty(unit, {made.left, made.right})
            elif isinstance(made, FindingDecided):
                unit.put(DECISIONS, [(str(made.decision_id), made.finding_id,
                                      milliseconds_of(made.made_at), past_codec.encode(made))])


def _note_untaken(unit: Unit, log: EventLog, codec: Codec, agency: str,
                  moment: datetime) -> None:
    """What intake noted of the messages it rejected or held, told again from their topics."""
    for topic in (topics.rejected(agency), topics.held(agency)):
        for each in _until(log, Lane(topic, 0), moment):
            assert each.record.value is not None
            said: object = codec.decode(each.record.value)
            if isinstance(said, own.RecordRejected):
                if said.topic is None or (said.size and not said.raw):
                    continue  # a row, which its heartbeat tells of; or erased, and meant to be
                said = _decoded(codec, said.raw)
            if said is None:
                note_untaken(unit, agency, [""], each.record.timestamp)
            elif isinstance(said, Statement):
                note_untaken(unit, agency, [said.type_name], each.record.timestamp)


def _decoded(codec: Codec, raw: bytes) -> object:
    try:
        return codec.decode(raw)
    except RecordRejected:
        return None
