"""Reading lanes of a Kafka cluster: from positions, to ends, by times; never waiting for more."""
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kafka import errors
from kafka.protocol.consumer import FetchRequest, ListOffsetsRequest, OffsetSpec

from broker.backends.kafka_batches import Damaged, Sent, page_of, sent_in
from broker.backends.kafka_wire import KafkaWire, Part
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.log.records import Lane, Logged

# What one call takes into memory at most, beside one batch of each lane: shared between its lanes.
BYTES_MAX = 32 * 1024 * 1024
_LANE_BYTES_MIN, _LANE_BYTES_MAX = 16 * 1024, 1024 * 1024
_RECORD_BYTES_LIKELY = 512
_OUT_OF_RANGE = errors.OffsetOutOfRangeError.errno
_NO_END = 1 << 62
_WALK_RECORDS = 10_000
# The newest version of the question that names topics and not their numbers.
_FETCH_VERSION_MAX = 12


class KafkaReader:
    """Reads through one connection; safe to share between threads."""

    def __init__(self, wire: KafkaWire):
        self._wire = wire
        # What a record of a topic lately took, so that not much more is fetched than is wanted.
        self._record_bytes: dict[str, int] = {}

    def offsets(self, moments: Mapping[Lane, int]) -> dict[Lane, int]:
        """The first position whose timestamp is at or after each lane's moment, in milliseconds
        since 1970 or an `OffsetSpec`; -1 if there is none. Unknown lanes are left out."""
        parts = self._wire.of_lanes(moments, _list_offsets, _parts_of_topics)
        return {lane: part.offset for lane, part in parts.items()}

    def ends(self, lanes: Iterable[Lane]) -> dict[Lane, int]:
        """The position the next record of each lane will take; unknown lanes are left out."""
        return self.offsets(dict.fromkeys(lanes, OffsetSpec.LATEST))

    def read(
        self, starts: Mapping[Lane, int], limit: int, ends: Mapping[Lane, int],
    ) -> dict[Lane, list[Logged]]:
        """Up to `limit` records of each lane from its start on, below its end; fewer where they
        are large. Lanes with nothing are left out."""
        found: dict[Lane, list[Logged]] = {lane: [] for lane in starts}
        left = {lane: start for lane, start in starts.items()
                if limit and start < ends.get(lane, _NO_END)}
        share = max(BYTES_MAX // max(len(left), 1), _LANE_BYTES_MIN)
        taken = dict.fromkeys(left, 0)
        deadline = self._wire.deadline()
        while left:
            before, left = left, {}
            parts = self._fetched(before, limit, share)
            for lane, part in parts.items():
                start, end = before[lane], ends.get(lane, _NO_END)
                if part.error_code == _OUT_OF_RANGE:
                    start = self._kept_from(lane, start)
                else:
                    taken[lane] += len(part.records or b"")
                    start = self._take(part, found[lane], lane, start, limit, end)
                    end = min(end, part.high_watermark)
                if start < end and len(found[lane]) < limit and not (
                        found[lane] and taken[lane] >= share):
                    left[lane] = start
            if left == before:  # the servers had no room for them, or are catching up
                if not deadline.left:
                    raise TemporarilyUnavailable(
                        "Kafka says there is more and does not give it: try again later")
                deadline.pause()
        return {lane: logged for lane, logged in found.items() if logged}

    def walk(self, lane: Lane, start: int, end: int) -> Iterator[Logged]:
        """Every record of the lane from a position up to another, page by page."""
        while start < end:
            page = self.read({lane: start}, _WALK_RECORDS, {lane: end}).get(lane)
            if not page:
                return
            yield from page
            start = page[-1].position + 1

    def position_of(self, sent: Sent, lane: Lane, start: int) -> int | None:
        """Where the batch lies in the lane at or behind a position; None if it is not there."""
        end = self.ends([lane]).get(lane, start)
        deadline = self._wire.deadline()
        while start < end:
            before = start
            part = self._fetched({lane: start}, _WALK_RECORDS, _LANE_BYTES_MAX).get(lane)
            if part is None:
                return None
            if part.error_code == _OUT_OF_RANGE:
                start = self._kept_from(lane, start)
            for each, position, after in sent_in(part.records or b""):
                if each == sent:
                    return position
                start = max(start, after)
            if start == before:
                if not deadline.left:
                    raise TemporarilyUnavailable(
                        "Kafka says there is more and does not give it: try again later")
                deadline.pause()
        return None

    def _fetched(self, starts: Mapping[Lane, int], limit: int, share: int) -> dict[Lane, Part]:
        likely = max(self._record_bytes.get(lane.topic, _RECORD_BYTES_LIKELY) for lane in starts)
        # A quarter more, for the batch that is begun before the start.
        bytes_max = min(max(limit * likely * 5 // 4, _LANE_BYTES_MIN), _LANE_BYTES_MAX, share)

        def request_of(asked: Mapping[Lane, int]) -> Any:
            return _fetch(asked, bytes_max)

        return self._wire.of_lanes(starts, request_of, _parts_of_fetch, {_OUT_OF_RANGE})

    def _kept_from(self, lane: Lane, start: int) -> int:
        """Where to go on from a position that the lane does not have: its first, if everything
        before has expired; nowhere, if it is past the end."""
        first = self.offsets({lane: OffsetSpec.EARLIEST}).get(lane, _NO_END)
        return first if first > start else _NO_END

    def _take(
        self, part: Part, found: list[Logged], lane: Lane, start: int, limit: int, end: int,
    ) -> int:
        """Take the records of an answer; the position to read on from."""
        data = part.records or b""
        try:
            page = page_of(data, lane, start, limit - len(found), end)
        except Damaged as error:
            raise ConfigError(
                f"the log holds what Concord cannot read behind position {start} of partition"
                f" {lane.partition} of {lane.topic}, {error}: repair the topic from a copy of it"
            ) from None
        if page.record_bytes:
            self._record_bytes[lane.topic] = page.record_bytes
        found += page.logged
        return page.after


def _by_topic(lanes: Iterable[Lane]) -> dict[str, list[Lane]]:
    topics: dict[str, list[Lane]] = {}
    for lane in lanes:
        topics.setdefault(lane.topic, []).append(lane)
    return topics


def _list_offsets(moments: Mapping[Lane, int]) -> Any:
    topic = ListOffsetsRequest.ListOffsetsTopic
    return ListOffsetsRequest(replica_id=-1, isolation_level=0, topics=[
        topic(name=name, partitions=[
            topic.ListOffsetsPartition(partition_index=lane.partition, timestamp=moments[lane])
            for lane in lanes])
        for name, lanes in _by_topic(moments).items()])


def _fetch(starts: Mapping[Lane, int], bytes_max: int) -> Any:
    topic = FetchRequest.FetchTopic
    return FetchRequest(
        max_wait_ms=0, min_bytes=1, max_bytes=BYTES_MAX, isolation_level=0,
        session_id=0, session_epoch=-1, forgotten_topics_data=[], rack_id="",
        max_version=_FETCH_VERSION_MAX, topics=[
            topic(topic=name, partitions=[
                topic.FetchPartition(partition=lane.partition, fetch_offset=starts[lane],
                                     partition_max_bytes=bytes_max)
                for lane in lanes])
            for name, lanes in _by_topic(starts).items()])


def _parts_of_topics(answer: Any) -> Iterator[tuple[str, int, Part]]:
    for topic in answer.topics:
        for part in topic.partitions:
            yield topic.name, part.partition_index, part


def _parts_of_fetch(answer: Any) -> Iterator[tuple[str, int, Part]]:
    for topic in answer.responses:
        for part in topic.partitions:
            yield topic.topic, part.partition_index, part
