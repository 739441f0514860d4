"""How each topic of a partnership is kept on a log that is a system of its own, and why."""
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from broker.log import topics

PARTITIONS = 4

# Changes are few and are read as one history, so their topics keep one order.
ONE_HISTORY = frozenset((topics.FINDINGS, topics.PEOPLE, topics.DECISIONS, topics.AUDIT))

_HOUR, _DAY = 3_600_000, 86_400_000
_MEBIBYTE = 1024 * 1024
_FOR_EVER = -1
_EVER = 2**63 - 1
# Key, headers and what the log writes around a record, which its limit counts too.
_AROUND_BYTES_MAX = 64 * 1024
_REJECT_BYTES_MAX = 2 * topics.INBOX_BYTES_MAX
# With three copies an append is kept by two machines before it is acknowledged.
_COPIES_FOR_TWO_IN_STEP = 3
# A roll of the files once a day and a compaction within a week of it: what is erased is out of
# every file in eight days at the latest, well within the month that the law gives.
_ROLL_DAYS, _FORGET_DAYS = 1, 7


@dataclass(frozen=True, slots=True)
class RetentionDays:
    """How many days each kind of topic that expires keeps a record, counted from when it was
    written there."""

    # Intake has long taken it; a month to find out what an agency says it sent, and to send again.
    inbox: int = 30
    # A person decides within the working week; the store keeps what waits, this is the copy.
    held: int = 90
    # A term to mend an adapter and redrive.
    rejected: int = 90
    # An agency's system may be away over the summer holidays and still find everything.
    feed: int = 60
    # As long as a feed, and a month for whoever asks what was told.
    notices: int = 90

    def of(self, kind: str) -> int:
        """The days of a kind of topic, by its name."""
        days: int = getattr(self, kind)
        return days


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """A topic as it must be: `replication` is how many copies there are when it is made, `configs`
    are Kafka's names and values, `reason` says why."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str] = field(repr=False)
    reason: str


def partitions_of(topic: str, partitions: int) -> int:
    """The topic's partitions in a log created with this many for the topics of subjects."""
    return 1 if topic in ONE_HISTORY else partitions


def topics_of(
    agencies: Iterable[str], *, partitions: int = PARTITIONS, replication: int = 1,
    retention: RetentionDays | None = None,
) -> tuple[TopicSettings, ...]:
    """Every topic of a partnership of these agencies, those of all first, then by agency."""
    days = retention or RetentionDays()
    return (
        *(_kept(name, partitions, replication, reason) for name, reason in _KEPT),
        *(each for agency in sorted(set(agencies))
          for each in _expiring(agency, partitions, replication, days)))


_SHARED_REASON = ("what was accepted, for as long as the partnership lasts: every key is there"
                  " once, so that compaction takes out what was erased and nothing else")
_KEPT = (
    *((name, _SHARED_REASON) for name in topics.SHARED),
    (topics.PEOPLE, "every change of who is who: a replay begins at the first"),
    (topics.FINDINGS, "every change of a finding: what was really said on a day"),
    (topics.DECISIONS, "what people decided and which settings were in force: a replay needs all"),
    (topics.AUDIT, "the export of the audit chain, which is of no use with a link missing"),
)


def settings_of(
    topic: str, *, partitions: int = PARTITIONS, replication: int = 1,
    retention: RetentionDays | None = None,
) -> TopicSettings:
    """How one topic must be; it must be one of a partnership's."""
    owner = topics.owner_of(topic)
    every = topics_of([owner] if owner else [], partitions=partitions, replication=replication,
                      retention=retention)
    return next(each for each in every if each.name == topic)


def _kept(name: str, partitions: int, replication: int, reason: str) -> TopicSettings:
    """A topic that is kept for ever: it forgets only what is erased."""
    return _settings(name, partitions, replication, reason, {
        "cleanup.policy": "compact",
        "retention.ms": str(_FOR_EVER),
        # Written by Concord alone, and stamped with when it was received: an old one is no
        # mistake (a replay, a back-loading), and neither is one ahead of the cluster's clock.
        "message.timestamp.type": "CreateTime",
        "message.timestamp.after.max.ms": str(_EVER),
        "message.timestamp.before.max.ms": str(_EVER),
        "max.message.bytes": str(_REJECT_BYTES_MAX + _AROUND_BYTES_MAX),
        # A tombstone may take effect at once, on what nobody has read yet too: it is erased.
        "min.compaction.lag.ms": "0",
        "compression.type": "producer",
    })


def _expiring(
    agency: str, partitions: int, replication: int, days: RetentionDays,
) -> Iterator[TopicSettings]:
    """The topics of one agency, which expire."""
    for kind, name, bytes_max, why in (
        ("inbox", topics.inbox(agency), topics.INBOX_BYTES_MAX,
         "what the agency sends: after intake it is only proof of what was sent"),
        ("held", topics.held(agency), topics.INBOX_BYTES_MAX,
         "what a person must decide about: the store keeps it until then"),
        ("rejected", topics.rejected(agency), _REJECT_BYTES_MAX,
         "what could not be used, whole, with the reason: long enough to mend the sender"),
        ("feed", topics.feed(agency), topics.INBOX_BYTES_MAX,
         "what others say of the agency's children: long enough for a system that was away"),
        ("notices", topics.notices(agency), topics.INBOX_BYTES_MAX,
         "what the agency was told: long enough for a system that was away"),
    ):
        keep = days.of(kind)
        # Nothing of an inbox may be compacted that intake has not read, whatever keys an agency
        # chooses: it then never lags behind by more than this.
        lag = min(3, keep) * _DAY if kind == "inbox" else 0
        yield _settings(name, partitions, replication, f"{why}; {keep} days", {
            "cleanup.policy": "compact,delete",  # an erasure does not wait for the end
            "retention.ms": str(keep * _DAY),
            # Days count from when it was written, not from its own time, which may be years ago.
            "message.timestamp.type": "LogAppendTime",
            "max.message.bytes": str(bytes_max + _AROUND_BYTES_MAX),
            "min.compaction.lag.ms": str(lag),
            # An agency may compress as it likes: the cluster unpacks it, so that what we can read
            # does not depend on it, and a small message never turns into a gigabyte with us.
            "compression.type": "uncompressed" if kind == "inbox" else "producer",
        })


def _settings(
    name: str, partitions: int, replication: int, reason: str, own: Mapping[str, str],
) -> TopicSettings:
    return TopicSettings(name, partitions_of(name, partitions), replication, MappingProxyType({
        **own,
        # Only what is no longer written to is compacted, so a file is closed once a day.
        "segment.ms": str(_ROLL_DAYS * _DAY),
        "max.compaction.lag.ms": str(_FORGET_DAYS * _DAY),
        # Nothing but an erasure makes work for compaction, and the lag above sees to those:
        # half of a topic need not be rewritten because a little is new.
        "min.cleanable.dirty.ratio": "0.5",
        # Whoever reads from the start needs no tombstone, as the value goes first.
        "delete.retention.ms": str(_HOUR),
        "min.insync.replicas": "2" if replication >= _COPIES_FOR_TWO_IN_STEP else "1",
        # After a failure rather wait for a server that has everything than go on without.
        "unclean.leader.election.enable": "false",
    }), reason)
