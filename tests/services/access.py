"""One principal of Kafka that tries everything: each question is really asked, on one connection.

The questions are those of the protocol and not of a client, which would ask less once it was
refused once: what a server refuses here, it refuses to every client.
"""
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from kafka import errors
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ConfigResourceType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka.protocol.admin import AlterUserScramCredentialsRequest
from kafka.protocol.consumer import FetchRequest, JoinGroupRequest, ListOffsetsRequest
from kafka.protocol.producer import InitProducerIdRequest, ProduceRequest
from kafka.structs import OffsetAndMetadata, TopicPartition

from broker.backends.kafka_batches import batch_of, body_of
from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_door import administrator
from broker.log.records import Record
from broker.vocabulary.times import moment_of

BYTE_VERSION_MAX = 12  # later ones ask by the topics' numbers, which are not to be had
PATIENCE_SECONDS = 60.0
LATEST = -1
# What the coordinator says while it begins, whoever asks.
_BEGINNING = {"CoordinatorLoadInProgressError", "CoordinatorNotAvailableError",
              "NotCoordinatorError"}
_NEW_MEMBER = "MemberIdRequiredError"


class Principal:
    """Who has come in; each question gives what was allowed, or the names of the refusals."""

    def __init__(self, admin: Any):
        self.admin = admin

    def written(self, topics: Iterable[str], value: bytes = b"tried") -> dict[str, str]:
        """What writing to each topic gives: the error's name, or nothing."""
        data = ProduceRequest.TopicProduceData
        batch = batch_of(body_of([Record(b"key", value, moment_of(0))]), -1, -1, -1)
        answer = self._asked(ProduceRequest(
            transactional_id=None, acks=-1, timeout_ms=10_000, max_version=BYTE_VERSION_MAX,
            topic_data=[data(name=name, partition_data=[
                data.PartitionProduceData(index=0, records=batch)]) for name in topics]))
        return {topic.name: _named(topic.partition_responses[0].error_code)
                for topic in answer.responses}

    def read(self, topics: Iterable[str]) -> dict[str, str]:
        """What reading from each topic gives."""
        asked = FetchRequest.FetchTopic
        answer = self._asked(FetchRequest(
            replica_id=-1, max_wait_ms=0, min_bytes=0, max_bytes=1024 * 1024, isolation_level=0,
            session_id=0, session_epoch=-1, forgotten_topics_data=[], rack_id="",
            max_version=BYTE_VERSION_MAX, topics=[
                asked(topic=name, partitions=[asked.FetchPartition(
                    partition=0, current_leader_epoch=-1, fetch_offset=0, last_fetched_epoch=-1,
                    log_start_offset=-1, partition_max_bytes=1024 * 1024)]) for name in topics]))
        return {topic.topic: _named(topic.partitions[0].error_code)
                for topic in answer.responses}

    def measured(self, topics: Iterable[str]) -> dict[str, str]:
        """What asking for the end of each topic gives."""
        asked = ListOffsetsRequest.ListOffsetsTopic
        answer = self._asked(ListOffsetsRequest(
            replica_id=-1, isolation_level=0, max_version=BYTE_VERSION_MAX - 4, topics=[
                asked(name=name, partitions=[asked.ListOffsetsPartition(
                    partition_index=0, current_leader_epoch=-1, timestamp=LATEST)])
                for name in topics]))
        return {topic.name: _named(topic.partitions[0].error_code) for topic in answer.topics}

    def described(self, topics: Sequence[str]) -> dict[str, str]:
        """What asking for each topic by its name gives."""
        return {each["name"]: _named(each["error_code"])
                for each in self.admin.describe_topics(list(topics))}

    def writes_once(self) -> str:
        """What an idempotent producer is told when it introduces itself."""
        return _when_begun(lambda: _named(self._asked(InitProducerIdRequest(
            transactional_id=None, transaction_timeout_ms=10_000)).error_code))

    def joined(self, group: str) -> str:
        """What asking to be a member of a group gives: a new one is only told its name."""
        said = _when_begun(lambda: self._joined(group))
        return "" if said == _NEW_MEMBER else said

    def makes_user(self, name: str) -> str:
        """What making a user gives."""
        made = UserScramCredentialUpsertion(name, ScramMechanism.SCRAM_SHA_512, "secret")
        return _named(self._asked(AlterUserScramCredentialsRequest(deletions=[], upsertions=[(
            name, int(made.mechanism), made.iterations, made.salt, made.salted_password,
        )])).results[0].error_code)

    def _joined(self, group: str) -> str:
        try:
            [node] = {self.admin._manager.run(self.admin._find_coordinator_id, group)}
        except errors.KafkaError as error:
            return type(error).__name__
        protocol = JoinGroupRequest.JoinGroupRequestProtocol
        return _named(self._asked(JoinGroupRequest(
            group_id=group, session_timeout_ms=10_000, rebalance_timeout_ms=10_000, member_id="",
            group_instance_id=None, protocol_type="consumer", reason=None, max_version=9,
            protocols=[protocol(name="range", metadata=b"")]), node).error_code)

    def _asked(self, request: Any, node: int | None = None) -> Any:
        return self.admin._manager.run(self.admin._manager.send, request, node)


@contextmanager
def entered(address: KafkaAddress) -> Iterator[Principal]:
    """This principal, with one connection."""
    with administrator(address, PATIENCE_SECONDS) as admin:
        yield Principal(admin)


def changes(who: Principal, own: str, other: str, group: str) -> dict[str, str]:
    """What comes of whatever an administrator might do, to a topic of one's own and another's, to
    another's group and to the cluster: the error of each, by what was tried."""
    admin = who.admin
    pattern = ResourcePattern(ResourceType.TOPIC, other, ACLResourcePatternType.LITERAL)
    wish = ("User:anybody", "*", ACLOperation.READ, ACLPermissionType.ALLOW)
    part = TopicPartition(other, 0)
    attempts: dict[str, Callable[[], Any]] = {
        "make a topic": lambda: admin.create_topics([f"{own}.mine"]),
        "delete its own topic": lambda: admin.delete_topics([own]),
        "delete another's topic": lambda: admin.delete_topics([other]),
        "add partitions": lambda: admin.create_partitions({own: 8}),
        "delete records": lambda: admin.delete_records({TopicPartition(own, 0): 0}),
        "change settings": lambda: admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, own, {"retention.ms": "1"})],
            raise_on_unknown=False)["topic"][own],
        "change the server": lambda: admin.alter_configs(
            [ConfigResource(ConfigResourceType.BROKER, "1", {"log.cleaner.threads": "1"})],
            raise_on_unknown=False)["broker"]["1"],
        "see permissions": lambda: admin.describe_acls(ACLFilter(
            None, None, ACLOperation.ANY, ACLPermissionType.ANY, ResourcePatternFilter(
                ResourceType.ANY, None, ACLResourcePatternType.ANY))),
        "give permissions": lambda: admin.create_acls([ACL(*wish, pattern)])["failed"][0],
        "take permissions": lambda: admin.delete_acls([ACLFilter(*wish, pattern)])[0][2],
        "see users": lambda: admin.describe_user_scram_credentials(["concord"]),
        "make users": lambda: who.makes_user("anybody"),
        "see another's group": lambda: admin.describe_groups([group]),
        "delete another's group": lambda: admin.delete_groups([group])[group],
        "move another's group": lambda: admin.alter_group_offsets(
            group, {part: OffsetAndMetadata(0, "", -1)})[part],
    }
    return {name: _refusal(attempt) for name, attempt in attempts.items()}


def _when_begun(ask: Callable[[], str]) -> str:
    """What a coordinator says that is ready."""
    until = monotonic() + PATIENCE_SECONDS
    while (said := ask()) in _BEGINNING and monotonic() < until:
        sleep(0.05)
    return said


def _refusal(attempt: Callable[[], Any]) -> str:
    """The error that it raises or gives, in one word; what it gives, where that is none."""
    try:
        answer = attempt()
    except errors.KafkaError as error:
        return type(error).__name__
    if isinstance(answer, type):
        return answer.__name__
    found = [each for each in ("TopicAuthorizationFailedError", "ClusterAuthorizationFailedError",
                               "GroupAuthorizationFailedError")
             if each in str(answer)]
    return found[0] if found else f"allowed: {answer}"


def _named(code: int) -> str:
    kind = errors.for_code(code)
    return "" if kind is errors.NoError else kind.__name__
