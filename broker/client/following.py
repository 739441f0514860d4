"""Following topics from positions of one's own: every message, at least once, in its order."""
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Literal
from uuid import UUID

from broker.client.positions import Positions
from broker.errors import ConfigError, RecordRejected, TemporarilyUnavailable
from broker.event.envelope import Statement
from broker.event.finding import NoticeIssued
from broker.log import topics
from broker.log.records import Lane, Logged
from broker.ports import Assignment, EventLog
from broker.wire.codec import Codec

Start = Literal["earliest", "latest"] | datetime | Mapping[Lane, int]

UNEXPECTED = "neither a statement nor a notice"
# Few enough that a notice never waits long behind a feed that is being caught up with.
MESSAGES_PER_LANE = 100
SAVE_SECONDS = 1.0
IDLE_SECONDS = 0.2
AWAY_SECONDS_MIN, AWAY_SECONDS_MAX = 0.5, 15.0
_ID_BYTES = 16
_log = logging.getLogger("broker.client")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that cannot be decoded: its bytes, and a reason free of personal data."""

    reason: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What was read and where: `lane` and `position` name its place, `event_id` itself (the same
    id again is the same message; None where its key is no id). `logged_at` is when it was written
    to the topic."""

    value: Statement | NoticeIssued | Unreadable = field(repr=False)
    lane: Lane
    position: int
    event_id: UUID | None
    logged_at: datetime


class Follower:
    """Reads some topics from its own positions on. `share` divides the lanes among the workers of
    a group; `wait` goes on at the end, and while a service is away."""

    def __init__(self, log: EventLog, codec: Codec, names: Sequence[str], stopped: Event, *,
                 start: Start, positions: Positions | None, share: Assignment | None,
                 knock: Callable[[], None], wait: bool, refuse: bool):
        self._log = log
        self._codec = codec
        self._names = names
        self._lanes: list[Lane] = []
        self._stopped = stopped
        self._start = start
        self._positions = positions
        self._share = share
        self._knock = knock
        self._wait = wait
        self._refuse = refuse
        self._next: dict[Lane, int] = {}
        self._unsaved: set[Lane] = set()
        self._saved_at = monotonic()
        self._patience = AWAY_SECONDS_MIN

    def messages(self) -> Iterator[Message]:
        """Each message in turn. It counts as handled when the next one is asked for."""
        try:
            while not self._stopped.is_set():
                page = self._page()
                for logged in page or ():
                    message = self._message(logged)
                    if self._stopped.is_set():
                        return
                    if message is not None:
                        yield message
                    self._handled(logged)
                    if self._stopped.is_set():
                        return
                if page == []:
                    self._save()
                    if not self._wait:
                        return
                    self._stopped.wait(IDLE_SECONDS)
        finally:
            self.end()

    def end(self) -> None:
        """Save how far it came and give a share back; may be called again."""
        self._save()
        share, self._share = self._share, None
        if share is not None:
            share.close()

    def _page(self) -> list[Logged] | None:
        """What is next in each of this follower's lanes; None where a service is away."""
        try:
            lanes = self._lanes = self._lanes or [
                lane for name in self._names
                for lane in topics.lanes_of(name, self._log.partitions(name))]
            if self._share is not None:
                mine = self._share.lanes()
                lanes = [lane for lane in lanes if lane in mine]
            if self._next.keys() != set(lanes):
                self._begin(lanes)
            found = self._log.read_each(self._next, MESSAGES_PER_LANE)
        except TemporarilyUnavailable:
            if not self._wait:
                raise
            self._away()
            return None
        self._answered()
        return [logged for lane in lanes for logged in found.get(lane, ())]

    def _begin(self, lanes: Collection[Lane]) -> None:
        """Find out where to go on in lanes that are new to this follower; let go of the others."""
        self._save()
        new = [lane for lane in lanes if lane not in self._next]
        saved = self._positions.saved(new) if self._positions else {}
        for lane, end in self._log.ends(new).items():
            if saved.get(lane, 0) > end:
                raise ConfigError(
                    f"The position saved for partition {lane.partition} of {lane.topic} is behind "
                    "its end: the topic was made anew, so remove what was saved to read it from "
                    "the start.")
        known = {lane: at for lane, at in self._next.items() if lane in lanes}
        self._next = known | {
            lane: saved[lane] if lane in saved else self._first(lane) for lane in new}

    def _first(self, lane: Lane) -> int:
        if isinstance(self._start, datetime):
            return self._log.position_at(lane, self._start)
        if isinstance(self._start, Mapping):
            return self._start.get(lane, 0)
        return self._log.end(lane) if self._start == "latest" else 0

    def _message(self, logged: Logged) -> Message | None:
        """The message; None for a tombstone, or where this follower was stopped meanwhile."""
        record = logged.record
        value = None if record.value is None else self._decoded(record.value)
        if value is None:
            return None
        if self._refuse and isinstance(value, Unreadable):
            self._handled(logged)  # whoever follows again goes on behind it
            raise RecordRejected(value.reason)
        event_id = UUID(bytes=record.key) if len(record.key) == _ID_BYTES else None
        return Message(value, logged.lane, logged.position, event_id, record.timestamp)

    def _decoded(self, raw: bytes) -> Statement | NoticeIssued | Unreadable | None:
        """What the bytes say; None where this follower was stopped before it could be told."""
        while not self._stopped.is_set():
            try:
                value = self._codec.decode(raw)
            except TemporarilyUnavailable:  # the registry, asked for a schema that is new to us
                if not self._wait:
                    raise
                self._away()
                continue
            except RecordRejected as why:
                return Unreadable(why.reason, raw)
            self._answered()
            if isinstance(value, Statement | NoticeIssued):
                return value
            return Unreadable(UNEXPECTED, raw)
        return None

    def _handled(self, logged: Logged) -> None:
        self._next[logged.lane] = logged.position + 1
        self._unsaved.add(logged.lane)
        if monotonic() - self._saved_at >= SAVE_SECONDS:
            self._save()

    def _save(self) -> None:
        if self._positions is not None and self._unsaved:
            self._positions.save({lane: self._next[lane] for lane in self._unsaved})
        self._unsaved.clear()
        self._saved_at = monotonic()

    def _away(self) -> None:
        """A service does not answer: wait for it, longer each time, unless Kafka is there and
        lets us in no more."""
        with suppress(TemporarilyUnavailable):
            self._knock()
        if self._patience == AWAY_SECONDS_MIN:
            _log.warning("Kafka or the schema registry does not answer: waiting for it.")
        self._stopped.wait(self._patience)
        self._patience = min(2 * self._patience, AWAY_SECONDS_MAX)

    def _answered(self) -> None:
        if self._patience != AWAY_SECONDS_MIN:
            _log.warning("Kafka and the schema registry answer again.")
            self._patience = AWAY_SECONDS_MIN
