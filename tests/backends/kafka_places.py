"""A namespace of a real Kafka for a test, and logs that make their topics as they go."""
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock
from time import monotonic, sleep
from typing import Any

from kafka import KafkaAdminClient

from broker.backends.kafka import KafkaLog
from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_topics import apply
from broker.log.records import Lane, Record
from broker.log.settings import settings_of
from broker.ports import EventLog
from compose.local.servers import KafkaServer

# What takes days in earnest is done while somebody watches.
FORGETFUL = {
    "segment.ms": "100", "max.compaction.lag.ms": "100", "min.compaction.lag.ms": "0",
    "min.cleanable.dirty.ratio": "0.0", "delete.retention.ms": "0",
}
FORGOTTEN_SECONDS_MAX = 60.0


def address_of(server: KafkaServer, namespace: str) -> KafkaAddress:
    """This namespace on a running server, as its super user."""
    return KafkaAddress((server.bootstrap_plain,), "PLAINTEXT", namespace=f"{namespace}.")


class MakingLog(KafkaLog):
    """A log that makes a topic at its first record, with its settings but for `differing`."""

    def __init__(self, address: KafkaAddress, differing: Mapping[str, str] | None = None,
                 **options: Any):
        super().__init__(address, **options)
        self._address = address
        self._differing = differing or {}
        self._making = Lock()
        self._made: set[str] = set()

    def append(self, lane: Lane, records: Sequence[Record]) -> int:
        """Append in order; the position of the first."""
        with self._making:
            if records and lane.topic not in self._made:
                topic = settings_of(lane.topic)
                make(self._address, replace(topic, configs={**topic.configs, **self._differing}))
                self._made.add(lane.topic)
        return super().append(lane, records)


def make(address: KafkaAddress, *topics: Any) -> None:
    """Make these topics (`TopicSettings`)."""
    admin = KafkaAdminClient(**address.admin())
    try:
        apply(admin, address, topics)
    finally:
        admin.close()


def forget(log: EventLog, lanes: Sequence[Lane]) -> None:
    """Settle until nothing that was erased from the lanes can be read."""
    end = monotonic() + FORGOTTEN_SECONDS_MAX
    while left := log.settle(lanes):
        assert monotonic() < end, f"not forgotten: {sorted(left)}"
        sleep(0.1)
