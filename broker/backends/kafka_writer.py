"""Writing to lanes of a Kafka cluster, in order and once, as long as the cluster remembers us."""
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from threading import Lock
from typing import Any

from kafka import errors
from kafka.protocol.producer import InitProducerIdRequest, ProduceRequest

from broker.backends.kafka_batches import Body, Sent, batch_of, body_of, size_of
from broker.backends.kafka_client import PATIENCE_SECONDS
from broker.backends.kafka_errors import FORGOTTEN, NO_TOPIC, REFUSALS
from broker.backends.kafka_reader import KafkaReader
from broker.backends.kafka_wire import KafkaWire, Part
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.log.records import Lane, Record
from broker.log.refusal import Refused

# Well below what any topic takes in one batch, and no more than a reader of a few records should
# have to be given; a larger record goes alone.
BATCH_BYTES_MAX = 128 * 1024
_SEQUENCES = 1 << 31
_IDENTITIES_TRIED_MAX = 5
# The newest version of the question that names topics and not their numbers.
_PRODUCE_VERSION_MAX = 12


class _Identity:
    """Who we are to the cluster, and how many records it has from us in each lane: by that it
    takes a batch once, however often it is sent.

    When it has forgotten that, only the lane itself tells whether a batch is in: behind `ends`,
    where our last one ends."""

    def __init__(self, producer_id: int, epoch: int):
        self.producer_id = producer_id
        self.epoch = epoch
        self.sequences: dict[Lane, int] = {}
        self.ends: dict[Lane, int] = {}


class _RefusedBatch(Exception):
    """The topic does not take a batch, and says which of its records are why, or nothing."""

    def __init__(self, code: int, places: Collection[int]):
        super().__init__(code)
        self.code = code
        self.places = frozenset(places)


class KafkaWriter:
    """Writes through one connection; safe to share between threads."""

    def __init__(
        self, wire: KafkaWire, reader: KafkaReader, patience_seconds: float = PATIENCE_SECONDS,
    ):
        self._wire = wire
        self._reader = reader
        self._patience_milliseconds = int(patience_seconds * 1000)
        self._lock = Lock()
        self._lanes: dict[Lane, Lock] = {}
        self._identity: _Identity | None = None

    def append(self, lane: Lane, records: Sequence[Record]) -> int:
        """Append in order; the position of the first. Kept by all servers that are in step.

        Raises `Refused` when all others are in. After `TemporarilyUnavailable` some may be in:
        whoever sends them again sends them twice."""
        with self._lock:
            alone = self._lanes.setdefault(lane, Lock())
        with alone:
            first: int | None = None
            refused: dict[int, int] = {}
            for places in _batches(records):
                for kept in self._kept(lane, records, places, refused):
                    first = kept if first is None else first
        if refused:
            raise Refused(REFUSALS[min(refused.values())], sorted(refused), first)
        assert first is not None, "there was something to append"
        return first

    def _kept(
        self, lane: Lane, records: Sequence[Record], places: Sequence[int],
        refused: dict[int, int],
    ) -> Iterator[int]:
        """Write these records but those that are refused; positions of the first of each batch.

        A refused record fails its whole batch, so the rest is sent again without it; where the
        topic does not say which it is, by halves."""
        try:
            yield self._written(lane, body_of([records[place] for place in places]))
        except _RefusedBatch as no:
            bad = no.places & frozenset(range(len(places)))
            if len(places) == 1:
                bad = frozenset((0,))
            refused.update((places[index], no.code) for index in bad)
            if bad:
                rest = [place for index, place in enumerate(places) if index not in bad]
                parts: list[Sequence[int]] = [rest] if rest else []
            else:
                half = len(places) // 2
                parts = [places[:half], places[half:]]
            for part in parts:
                yield from self._kept(lane, records, part, refused)

    def _written(self, lane: Lane, body: Body) -> int:
        """Write one batch; its position."""
        for tried in count(1):
            identity = self._known()
            sequence = identity.sequences.get(lane, 0)
            if lane not in identity.ends:
                identity.ends[lane] = self._reader.ends([lane]).get(lane, 0)
            batch = batch_of(body, identity.producer_id, identity.epoch, sequence)
            try:
                part = self._produced(lane, batch)
            except BaseException:
                # Nobody knows whether it is in: were its numbers used again, what they then stand
                # for would be taken for it and left out.
                self._forget(identity)
                raise
            if not part.error_code:
                return self._noted(identity, lane, body.number, int(part.base_offset))
            if part.error_code in REFUSALS:
                raise _RefusedBatch(part.error_code,
                                    [each.batch_index for each in part.record_errors or ()])
            # The cluster has forgotten us, perhaps after it took the batch: it was sent again
            # by itself when an answer was lost.
            self._forget(identity)
            sent = Sent(identity.producer_id, identity.epoch, sequence)
            found = self._reader.position_of(sent, lane, identity.ends[lane])
            if found is not None:
                return found
            if tried == _IDENTITIES_TRIED_MAX:
                break
        raise TemporarilyUnavailable(
            "Kafka does not remember from one moment to the next who we are: try again later")

    @staticmethod
    def _noted(identity: _Identity, lane: Lane, number: int, position: int) -> int:
        identity.sequences[lane] = (identity.sequences.get(lane, 0) + number) % _SEQUENCES
        identity.ends[lane] = position + number
        return position

    def _produced(self, lane: Lane, batch: bytes) -> Part:
        def request_of(batches: Mapping[Lane, bytes]) -> Any:
            topic = ProduceRequest.TopicProduceData
            return ProduceRequest(
                transactional_id=None, acks=-1, timeout_ms=self._patience_milliseconds,
                max_version=_PRODUCE_VERSION_MAX, topic_data=[
                    topic(name=where.topic, partition_data=[
                        topic.PartitionProduceData(index=where.partition, records=written)])
                    for where, written in batches.items()])

        parts = self._wire.of_lanes({lane: batch}, request_of, _parts_of_produce,
                                    REFUSALS.keys() | FORGOTTEN)
        if lane not in parts:
            raise ConfigError(NO_TOPIC)
        return parts[lane]

    def _known(self) -> _Identity:
        with self._lock:
            if self._identity is None:
                self._identity = self._wire.any(self._introduced)
            return self._identity

    def _introduced(self) -> _Identity:
        answer = self._wire.one(InitProducerIdRequest(
            transactional_id=None, transaction_timeout_ms=self._patience_milliseconds))
        if answer.error_code:
            raise errors.for_code(answer.error_code)()
        return _Identity(answer.producer_id, answer.producer_epoch)

    def _forget(self, identity: _Identity) -> None:
        with self._lock:
            if self._identity is identity:
                self._identity = None


def _batches(records: Sequence[Record]) -> Iterator[Sequence[int]]:
    """The places of the records, in order, in batches; small appends lie in one."""
    start, size = 0, 0
    for place, record in enumerate(records):
        more = size_of(record)
        if place > start and size + more > BATCH_BYTES_MAX:
            yield range(start, place)
            start, size = place, 0
        size += more
    if start < len(records):
        yield range(start, len(records))


def _parts_of_produce(answer: Any) -> Iterator[tuple[str, int, Part]]:
    for topic in answer.responses:
        for part in topic.partition_responses:
            yield topic.name, part.index, part
