"""Making the topics of a partnership on a real cluster."""
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource

from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_topics import Difference, apply, plan
from broker.errors import ConfigError
from broker.log import topics
from broker.log.settings import settings_of, topics_of
from compose.local.servers import KafkaServer
from tests.backends.kafka_places import address_of

PEOPLE = settings_of(topics.PEOPLE)
INBOX = settings_of(topics.inbox("police"))


@pytest.fixture
def address(kafka_server: KafkaServer, namespace: str) -> KafkaAddress:
    """A namespace of this test's own."""
    return address_of(kafka_server, namespace)


@pytest.fixture
def admin(address: KafkaAddress) -> Iterator[Any]:
    """The driver's admin client."""
    admin = KafkaAdminClient(**address.admin())
    yield admin
    admin.close()


def test_a_plan_changes_nothing(admin: Any, address: KafkaAddress) -> None:
    """It says what would be done, twice the same."""
    plans = [plan(admin, address, [PEOPLE, INBOX]) for _ in range(2)]

    assert [(Difference(PEOPLE), Difference(INBOX))] * 2 == plans
    assert ["make topic safeguarding.people with 1 partitions",
            "make topic safeguarding.inbox.police with 4 partitions"] == [
        str(each) for each in plans[0]]


def test_a_whole_partnership_is_made_once(admin: Any, address: KafkaAddress) -> None:
    """Every setting is in force afterwards; making it again does nothing."""
    wanted = topics_of(["police", "council"])
    done = apply(admin, address, wanted)

    assert [Difference(each) for each in wanted] == list(done)
    assert () == plan(admin, address, wanted)
    assert () == apply(admin, address, wanted)


def test_what_was_changed_is_put_right(admin: Any, address: KafkaAddress) -> None:
    """That setting alone; what the topic has beside ours stays."""
    apply(admin, address, [PEOPLE])
    admin.alter_configs([ConfigResource("TOPIC", address.topic(PEOPLE.name), {
        "retention.ms": "1000", "file.delete.delay.ms": "5000"})])
    eventually(lambda: plan(admin, address, [PEOPLE]),
               (Difference(PEOPLE, "retention.ms", "1000"),))
    done = apply(admin, address, [PEOPLE])
    eventually(lambda: plan(admin, address, [PEOPLE]), ())
    found = admin.describe_configs([ConfigResource("TOPIC", address.topic(PEOPLE.name))])

    assert ["set retention.ms of safeguarding.people to -1 (now 1000)"] == [
        str(each) for each in done]
    assert "5000" == found["topic"][address.topic(PEOPLE.name)]["file.delete.delay.ms"]["value"]


def test_a_missing_topic_is_made_beside_the_others(admin: Any, address: KafkaAddress) -> None:
    """A new agency joins."""
    apply(admin, address, [PEOPLE])

    assert (Difference(INBOX),) == apply(admin, address, [PEOPLE, INBOX])


def test_another_number_of_partitions_is_an_error(admin: Any, address: KafkaAddress) -> None:
    """Before anything else is changed."""
    apply(admin, address, [INBOX])
    with pytest.raises(ConfigError, match="has 4 partitions and must have 5"):
        apply(admin, address, [PEOPLE, replace(INBOX, partitions=5)])

    assert (Difference(PEOPLE),) == plan(admin, address, [PEOPLE])


@pytest.mark.parametrize(("changed", "said"), [
    (replace(PEOPLE, replication=9), "fewer servers than copies"),
    (replace(PEOPLE, configs={"cleanup.policy": "never"}), "does not take a topic's settings"),
    (replace(PEOPLE, name="people & places"), "does not take a topic's name"),
])
def test_what_the_cluster_does_not_take_is_said(
    admin: Any, address: KafkaAddress, changed: Any, said: str,
) -> None:
    """In a sentence with a way out."""
    with pytest.raises(ConfigError, match=said):
        apply(admin, address, [changed])


def test_a_change_that_the_cluster_does_not_take_is_said(
    admin: Any, address: KafkaAddress,
) -> None:
    """On a topic that is there already."""
    apply(admin, address, [PEOPLE])
    with pytest.raises(ConfigError, match="does not take a topic's settings"):
        apply(admin, address, [replace(PEOPLE, configs={"segment.ms": "soon"})])


def eventually(ask: Any, expected: Any) -> None:
    """Ask until the answer is as expected: settings take a moment to reach a server."""
    for _ in range(500):
        if expected == ask():
            return
    assert expected == ask()
