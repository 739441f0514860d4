"""The log on a Kafka cluster: a topic is a topic, a lane a partition, a position an offset.

What is erased is overwritten by a tombstone and disappears when the cluster next compacts the
partition, which it never does with the part that is still written to: `settle` moves that on.
"""
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic

from broker.backends.clock import SystemClock
from broker.backends.kafka_client import PATIENCE_SECONDS, KafkaAddress
from broker.backends.kafka_reader import KafkaReader
from broker.backends.kafka_wire import KafkaWire
from broker.backends.kafka_writer import KafkaWriter
from broker.backends.partitions import PARTITIONS, partitions_of
from broker.errors import ConfigError
from broker.log.records import Lane, Logged, Record
from broker.ports import Clock
from broker.vocabulary.times import milliseconds_of

# Its tombstones are written to move a quiet partition on, and stand for nothing.
FILLER = b"filler"
# The cluster takes days to forget: more often it is not looked, nor helped along.
SETTLE_SECONDS = 3600.0


class KafkaLog:
    """Topics of partitions of records, on a cluster; safe to share between threads.

    Topics are made by `concord init --kafka` and never by use: one that is not there reads as
    empty. `append` may raise `Refused`, when everything but some records is in. It is all or
    nothing up to about 128 KiB; of more, some may be in when it fails, and offering all of
    it again is right, as after every failure. While the cluster is away, every call raises
    `TemporarilyUnavailable` after `patience_seconds`, and works again when it is back.
    """

    def __init__(
        self, address: KafkaAddress, partitions: int = PARTITIONS, *,
        patience_seconds: float = PATIENCE_SECONDS, settle_seconds: float = SETTLE_SECONDS,
        clock: Clock | None = None,
    ):
        assert partitions > 0, "a topic has at least one partition"
        self._partitions = partitions
        self._settle_seconds = settle_seconds
        self._clock = clock or SystemClock()  # of the fillers alone
        self._wire = KafkaWire(address, patience_seconds)
        self._reader = KafkaReader(self._wire)
        self._writer = KafkaWriter(self._wire, self._reader, patience_seconds)
        self._compared: set[str] = set()
        # Up to where a lane was seen to hold nothing that is erased.
        self._settled: dict[Lane, int] = {}
        # Where it was seen to hold some: when to look again.
        self._unsettled: dict[Lane, float] = {}

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; `ConfigError` if the cluster has another number."""
        if topic not in self._compared:
            self._there([topic])
            self._compared.add(topic)
        return partitions_of(topic, self._partitions)

    def append(self, lane: Lane, records: Sequence[Record]) -> int:
        """Append in order; the position of the first. Kept by all servers that are in step."""
        assert 0 <= lane.partition < partitions_of(lane.topic, self._partitions), \
            f"no such partition: {lane}"
        if not records:
            return self.end(lane)
        if not self._there([lane.topic]):
            raise ConfigError(f"Kafka has no topic {lane.topic}: run `concord init --kafka`, which"
                              " makes what is missing")
        return self._writer.append(lane, records)

    def read(self, lane: Lane, start: int, limit: int, end: int | None = None) -> list[Logged]:
        """Up to `limit` records from position `start` on, below position `end`, in order; fewer
        where they are large."""
        assert start >= 0, "positions count from 0"
        assert limit >= 0, "a limit is a number of records"
        if not self._there([lane.topic]):
            return []
        ends = {} if end is None else {lane: end}
        return self._reader.read({lane: start}, limit, ends).get(lane, [])

    def read_each(
        self, starts: Mapping[Lane, int], limit: int, ends: Mapping[Lane, int] | None = None,
    ) -> dict[Lane, list[Logged]]:
        """What `read` gives of each lane from its start on; lanes with nothing are left out."""
        assert all(start >= 0 for start in starts.values()), "positions count from 0"
        assert limit >= 0, "a limit is a number of records"
        # Most lanes have nothing new, and where they end is asked sooner than what they hold.
        reach = self._reader.ends(self._of_known(starts))
        for lane, end in (ends or {}).items():
            if lane in reach:
                reach[lane] = min(end, reach[lane])
        waiting = {lane: starts[lane] for lane, end in reach.items() if starts[lane] < end}
        return self._reader.read(waiting, limit, reach)

    def end(self, lane: Lane) -> int:
        """The position the next record will take."""
        return self.ends([lane])[lane]

    def ends(self, lanes: Iterable[Lane]) -> dict[Lane, int]:
        """What `end` says of each lane."""
        asked = list(lanes)
        return dict.fromkeys(asked, 0) | self._reader.ends(self._of_known(asked))

    def position_at(self, lane: Lane, moment: datetime) -> int:
        """The first position whose timestamp is at or after `moment`; `end` if there is none."""
        # A moment between two milliseconds is after the first of them.
        wanted = milliseconds_of(moment) + (moment.microsecond % 1000 > 0)
        known = self._of_known([lane])
        found = self._reader.offsets(dict.fromkeys(known, max(wanted, 0))).get(lane, -1)
        return self.end(lane) if found < 0 else found

    def erase(self, lane: Lane, keys: Sequence[bytes]) -> int:
        """Write a tombstone over the values of records with these keys; how many there were."""
        left = dict.fromkeys(keys, 0)
        latest: datetime | None = None
        for each in self._reader.walk(lane, 0, self.end(lane)) if left else ():
            latest = each.record.timestamp
            if each.record.key in left:
                left[each.record.key] += 1 if each.record.value is not None else -left[
                    each.record.key]
        tombs = [Record(key, None, latest) for key, values in left.items() if values and latest]
        if tombs:
            self.append(lane, tombs)
            self._unsettled.pop(lane, None)
        return sum(left.values())

    def settle(self, lanes: Iterable[Lane]) -> frozenset[Lane]:
        """Help the cluster forget what was erased from these lanes; those where it can still be
        read.

        A record is only forgotten out of what is no longer written to, and the cluster closes
        that when a record comes after its time: the filler. Looked at again only after
        `settle_seconds`, as a lane is read from its start for it."""
        asked = frozenset(lanes)
        due = [lane for lane in asked if monotonic() >= self._unsettled.get(lane, 0.0)]
        for lane, end in self.ends(due).items():
            if self._forgotten(lane, end):
                self._settled[lane] = end
                self._unsettled.pop(lane, None)
            else:
                self._unsettled[lane] = monotonic() + self._settle_seconds
                self._fill(lane, end)
        return asked & self._unsettled.keys()

    def _forgotten(self, lane: Lane, end: int) -> bool:
        """Whether no value of an erased key can be read below `end`."""
        erased = {each.record.key: each.position
                  for each in self._reader.walk(lane, self._settled.get(lane, 0), end)
                  if each.record.value is None and each.record.key != FILLER}
        return not erased or all(
            each.record.value is None or each.position > erased.get(each.record.key, -1)
            for each in self._reader.walk(lane, 0, end))

    def _fill(self, lane: Lane, end: int) -> None:
        """Append a filler, unless another process lately did."""
        now = self._clock.now()
        lately = now - timedelta(seconds=self._settle_seconds)
        if not any(each.record.key == FILLER and lately < each.record.timestamp <= now
                   for each in self.read(lane, end - 1, 1)):
            self.append(lane, [Record(FILLER, None, now)])

    def close(self) -> None:
        """End the connection; the log cannot be used any more."""
        self._wire.close()

    def _of_known(self, lanes: Iterable[Lane]) -> list[Lane]:
        """The lanes whose topics are there."""
        asked = list(lanes)
        there = self._there({lane.topic for lane in asked})
        return [lane for lane in asked if lane.topic in there]

    def _there(self, topics: Iterable[str]) -> set[str]:
        """Which of the topics are there; `ConfigError` if one is cut otherwise than it must be."""
        found = self._wire.topics(set(topics))
        for topic, number in found.items():
            wanted = partitions_of(topic, self._partitions)
            if number != wanted:
                raise ConfigError(
                    f"the topic {topic} has {number} partitions on the Kafka cluster, and must"
                    f" have {wanted}: set `partitions` to what the log was made with, the number"
                    " can never change")
        return set(found)
