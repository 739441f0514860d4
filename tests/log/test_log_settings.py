"""How the topics of a partnership are kept."""
import pytest

from broker.log import topics
from broker.log.settings import RetentionDays, TopicSettings, settings_of, topics_of
from broker.vocabulary.words import Stream

AGENCIES = ("police", "council")
WHOLE = {each.name: each for each in topics_of(AGENCIES)}
DAY = 86_400_000


def config(topic: str, name: str) -> str:
    """One setting of a topic of these agencies."""
    return WHOLE[topic].configs[name]


def test_every_topic_of_the_partnership_has_settings() -> None:
    """Those of all, and five of each agency, once each."""
    kinds = (topics.inbox, topics.held, topics.rejected, topics.feed, topics.notices)
    expected = {*topics.SHARED, topics.PEOPLE, topics.FINDINGS, topics.DECISIONS, topics.AUDIT,
                *(kind(agency) for agency in AGENCIES for kind in kinds)}

    assert sorted(expected) == sorted(each.name for each in topics_of((*AGENCIES, "police")))


def test_every_topic_says_why() -> None:
    """A setting without a reason is changed by the next who has one."""
    assert [] == [name for name, each in WHOLE.items() if len(each.reason) < 20]


@pytest.mark.parametrize("topic", [*topics.SHARED, topics.PEOPLE, topics.FINDINGS,
                                   topics.DECISIONS, topics.AUDIT])
def test_what_a_replay_needs_is_kept_for_ever(topic: str) -> None:
    """With the time it was stamped with, however old or new."""
    assert ("compact", "-1", "CreateTime", str(2**63 - 1), str(2**63 - 1)) == tuple(
        config(topic, name) for name in (
            "cleanup.policy", "retention.ms", "message.timestamp.type",
            "message.timestamp.after.max.ms", "message.timestamp.before.max.ms"))


@pytest.mark.parametrize(("topic", "days"), [
    (topics.inbox("police"), 30), (topics.held("police"), 90), (topics.rejected("police"), 90),
    (topics.feed("police"), 60), (topics.notices("police"), 90)])
def test_what_belongs_to_an_agency_expires(topic: str, days: int) -> None:
    """In days since it was written there, and may be erased before."""
    assert ("compact,delete", str(days * DAY), "LogAppendTime") == tuple(
        config(topic, name) for name in (
            "cleanup.policy", "retention.ms", "message.timestamp.type"))


def test_retention_is_the_partnerships_own() -> None:
    """Its days replace the defaults; compaction never waits longer than they are."""
    inbox = settings_of(topics.inbox("police"), retention=RetentionDays(inbox=2))

    assert (str(2 * DAY), str(2 * DAY)) == (
        inbox.configs["retention.ms"], inbox.configs["min.compaction.lag.ms"])


@pytest.mark.parametrize(("topic", "bytes_max"), [
    (topics.inbox("police"), topics.INBOX_BYTES_MAX),
    (topics.rejected("police"), 2 * topics.INBOX_BYTES_MAX),
    (topics.shared(Stream.MISSING), topics.INBOX_BYTES_MAX)])
def test_a_topic_takes_its_largest_message_with_what_is_around_it(
    topic: str, bytes_max: int,
) -> None:
    """Kafka's limit is on the batch: key, headers and frame count."""
    assert int(config(topic, "max.message.bytes")) >= bytes_max + 60_000


def test_an_inbox_is_unpacked_by_the_cluster() -> None:
    """Whatever an agency compresses with; what we write stays as it is."""
    assert ["uncompressed", "producer"] == [
        config(topic, "compression.type")
        for topic in (topics.inbox("police"), topics.feed("police"))]


@pytest.mark.parametrize(("replication", "expected"), [(1, "1"), (2, "1"), (3, "2")])
def test_an_append_is_kept_twice_where_there_are_three_copies(
    replication: int, expected: str,
) -> None:
    """With two copies, one server away would otherwise stop everything."""
    decisions = settings_of(topics.DECISIONS, replication=replication)

    assert (replication, expected) == (
        decisions.replication, decisions.configs["min.insync.replicas"])


@pytest.mark.parametrize("topic", WHOLE.values(), ids=lambda topic: topic.name)
def test_what_is_erased_is_gone_in_eight_days(topic: TopicSettings) -> None:
    """A day until its file is closed and a week until that is compacted, on every topic."""
    assert 8 * DAY == sum(int(topic.configs[name]) for name in (
        "segment.ms", "max.compaction.lag.ms"))


def test_histories_are_one_partition() -> None:
    """And everything about subjects is cut alike, so that a subject stays with its number."""
    numbers = {each.name: each.partitions for each in topics_of(AGENCIES, partitions=7)}

    assert [1, 1, 1, 1, 7, 7] == [numbers[name] for name in (
        topics.PEOPLE, topics.FINDINGS, topics.DECISIONS, topics.AUDIT,
        topics.SHARED[0], topics.notices("council"))]
