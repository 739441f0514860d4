"""How many partitions a topic has: fixed when a log is created, the same on every backend."""
from broker.log.topics import AUDIT, DECISIONS, FINDINGS, PEOPLE

PARTITIONS = 4

# Changes are few and are read as one history, so their topics keep one order.
ONE_HISTORY = frozenset((FINDINGS, PEOPLE, DECISIONS, AUDIT))


def partitions_of(topic: str, partitions: int) -> int:
    """The topic's partitions in a log created with this many for the topics of subjects."""
    return 1 if topic in ONE_HISTORY else partitions
