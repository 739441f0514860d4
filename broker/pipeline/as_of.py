"""What the log holds, in the order in which it was received, less what has been erased since."""
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge

from broker.errors import ConfigError, RecordRejected
from broker.event import own
from broker.event.envelope import Statement
from broker.identity.model import DEFAULT_MODEL, Model
from broker.identity.model_file import model_of
from broker.log import topics
from broker.log.records import Lane, Logged
from broker.pipeline.positions import shared_lanes
from broker.pipeline.subject import logged_in
from broker.pipeline.suppressed import suppressed_in
from broker.ports import EventLog, Store
from broker.rules.dated import DatedLimits, dated_of
from broker.vocabulary.times import LONDON
from broker.vocabulary.words import SettingKind
from broker.wire.codec import Codec

RECORDS_AT_ONCE = 1000
DECISIONS_LANE = Lane(topics.DECISIONS, 0)


@dataclass(frozen=True, slots=True)
class Present:
    """The partnership as it is now, whose past is looked at."""

    store: Store
    log: EventLog
    codec: Codec


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that was received, at `at`: a record of a shared lane or of the decisions, or
    (`logged` None) messages of these `types` of an agency that intake could not take."""

    at: datetime
    lane: Lane
    logged: Logged | None = None
    agency: str = ""
    types: tuple[str, ...] = ()


def happenings(present: Present, agencies: Iterable[str], moment: datetime) -> Iterator[Happened]:
    """All that was received by `moment`, in order."""
    streams = [_rising(present, lane, moment)
               for lane in (DECISIONS_LANE, *shared_lanes(present.log))]
    untaken = [each for agency in agencies for each in _untaken(present, agency)
               if each.at <= moment]
    return merge(*streams, sorted(untaken, key=_when), key=_when)


def _when(happened: Happened) -> datetime:
    return happened.at


def _rising(present: Present, lane: Lane, moment: datetime) -> Iterator[Happened]:
    """The records of a lane; a relay's copy, which may stand behind a later one, in its place."""
    high = None
    for each in _held(present, lane):
        if each.record.timestamp <= moment:
            high = max(each.record.timestamp, high or each.record.timestamp)
            yield Happened(high, lane, each)


def _held(present: Present, lane: Lane) -> Iterator[Logged]:
    """All records of a lane, less what has been erased since."""
    page: list[Logged] = []
    for each in logged_in(present.log, lane):
        page.append(each)
        if len(page) == RECORDS_AT_ONCE:
            yield from _unerased(present, page)
            page = []
    yield from _unerased(present, page)


def _unerased(present: Present, page: Sequence[Logged]) -> list[Logged]:
    if not page:
        return []
    with present.store.view() as view:
        erased = suppressed_in(view, [each.record.key for each in page])
    return [each for each in page if each.record.key not in erased]


def _untaken(present: Present, agency: str) -> Iterator[Happened]:
    """What intake noted of the messages it rejected or held, told again from their topics."""
    for topic in (topics.rejected(agency), topics.held(agency)):
        lane = Lane(topic, 0)
        for each in _held(present, lane):
            assert each.record.value is not None
            at = each.record.timestamp
            said: object = present.codec.decode(each.record.value)
            if isinstance(said, own.RecordRejected):
                at = said.rejected_at  # the log may know only when it was written there
                if said.topic is None or (said.size and not said.raw):
                    continue  # a row, which its heartbeat tells of; or erased, and meant to be
                said = _decoded(present.codec, said.raw)
            if said is None:
                yield Happened(at, lane, agency=agency, types=("",))
            elif isinstance(said, Statement):
                yield Happened(at, lane, agency=agency, types=(said.type_name,))


def _decoded(codec: Codec, raw: bytes) -> object:
    try:
        return codec.decode(raw)
    except RecordRejected:
        return None


def settings_of(present: Present, kind: SettingKind) -> list[own.SettingChanged]:
    """Every change of a part of the configuration, in order."""
    found = []
    for each in _held(present, DECISIONS_LANE):
        assert each.record.value is not None
        made = present.codec.decode(each.record.value)
        if isinstance(made, own.SettingChanged) and made.kind is kind:
            found.append(made)
    return found


def first_model(present: Present, today: Model) -> Model:
    """The model in force before the first that was written down. One of a partnership's own
    always is: before it, and where there is none, the one that ships (today's, where nothing was
    ever checked)."""
    return DEFAULT_MODEL if settings_of(present, SettingKind.MODEL) else today


def model_set(made: own.SettingChanged) -> Model:
    """The model that a change of the configuration brought."""
    return model_of(made.document, f"The identity model of {made.made_at:%d %b %Y} in "
                                   "safeguarding.decisions", was_set=True)


def limits_set(made: own.SettingChanged) -> DatedLimits:
    """The limits that a change of the configuration brought."""
    return dated_of(json.loads(made.document))


def refuse_untellable(moment: datetime, now: datetime, history_days: int | None) -> None:
    """`ConfigError` for a time of which nothing is held any longer, or that has not come."""
    if moment > now:
        raise ConfigError(f"{moment.astimezone(LONDON):%d %b %Y %H:%M} has not come yet: what is "
                          "known then cannot be told.")
    if history_days is not None and moment < now - timedelta(days=history_days):
        first = (now - timedelta(days=history_days)).astimezone(LONDON)
        raise ConfigError(f"What was known then is no longer held: [retention] history_days = "
                          f"{history_days} goes back to {first:%d %b %Y %H:%M}.")
