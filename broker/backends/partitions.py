"""How many partitions a topic has: fixed when a log is created, the same on every backend."""
from broker.log.settings import ONE_HISTORY, PARTITIONS, partitions_of

__all__ = ["ONE_HISTORY", "PARTITIONS", "partitions_of"]
