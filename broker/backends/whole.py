"""All of the work for one worker: the share of whoever works alone."""
from collections.abc import Iterable

from broker.log.records import Lane
from broker.log.topics import lanes_of
from broker.ports import EventLog


class Everything:
    """Every lane of some topics, always."""

    def __init__(self, log: EventLog, topics: Iterable[str]):
        self._lanes = frozenset(lane for topic in topics
                                for lane in lanes_of(topic, log.partitions(topic)))

    def lanes(self) -> frozenset[Lane]:
        """The lanes to read now: all of them."""
        return self._lanes

    def close(self) -> None:
        """Nothing is given back: there is nobody else."""
