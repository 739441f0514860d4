"""The names of the topics, and which partition a subject's statements go to."""
from zlib import crc32

from broker.log.records import Lane
from broker.vocabulary.words import Stream

PREFIX = "safeguarding"
FINDINGS = f"{PREFIX}.findings"
PEOPLE = f"{PREFIX}.people"
DECISIONS = f"{PREFIX}.decisions"
AUDIT = f"{PREFIX}.audit"


def shared(stream: Stream) -> str:
    """Accepted statements of one stream; written by intake, read by Concord alone."""
    return f"{PREFIX}.shared.{stream.value}"


def inbox(agency: str) -> str:
    """Where only that agency may write."""
    return f"{PREFIX}.inbox.{agency}"


def rejected(agency: str) -> str:
    """Raw bytes and reasons of what could not be used."""
    return f"{PREFIX}.rejected.{agency}"


def held(agency: str) -> str:
    """Statements with conditions on handling: a person decides."""
    return f"{PREFIX}.held.{agency}"


def feed(agency: str) -> str:
    """Others' statements about children this agency itself holds."""
    return f"{PREFIX}.feed.{agency}"


def notices(agency: str) -> str:
    """The agency's notices."""
    return f"{PREFIX}.notices.{agency}"


# What one message of an inbox may measure; a reject holds it whole, and what is said of it.
INBOX_BYTES_MAX = 1024 * 1024
_OWNED = tuple(f"{PREFIX}.{kind}." for kind in ("inbox", "rejected", "held", "feed", "notices"))


def owner_of(topic: str) -> str | None:
    """The one agency a topic is for; None for the topics of the partnership."""
    for prefix in _OWNED:
        if topic.startswith(prefix):
            return topic.removeprefix(prefix)
    return None


SHARED = tuple(shared(stream) for stream in Stream)


def partition_of(subject_key: str, partitions: int) -> int:
    """The partition of a subject (`agency:local_id`); fixed for ever, as the count is."""
    return crc32(subject_key.encode()) % partitions


def lanes_of(topic: str, partitions: int) -> tuple[Lane, ...]:
    """A topic's lanes, in order of their partitions."""
    return tuple(Lane(topic, each) for each in range(partitions))
